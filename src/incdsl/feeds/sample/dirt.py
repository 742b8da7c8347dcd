"""The faults that real feeds have, given to some of the made-up rows.

Each kind is an SQL expression for one column of a row that is given it. A feed has as many kinds as its columns
allow: sixteen on CSV in all, the eight of them that a typed column can hold on Parquet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import quoting
from incdsl.feeds.sample.keys import value_at
from incdsl.feeds.sample.plan import Plan
from incdsl.feeds.staging import date_ranges

_MILLION = 1_000_000


@dataclass(frozen=True)
class Dirt:
    """A fault for the column `column`: what stands there instead, as SQL over the columns of the clean row."""

    kind: str
    column: str
    value: str


def kinds_of_dirt(plan: Plan, relation: ir.Relation, as_text: bool) -> tuple[Dirt, ...]:
    """The faults that rows of a relation can be given; `as_text` when every column is text, as in CSV."""
    return tuple(
        Dirt(kind, column.name, value) for column in relation.stored for kind, value in _kinds(plan, relation, column, as_text)
    )


def dirty_kind(plan: Plan, relation: ir.Relation, fraction: Decimal, kinds: int, row: str) -> str:
    """Which fault a row is given, as a number from 0, or NULL for most: SQL over the row's number `row`."""
    draw = plan.draw(f"{relation.name}#dirt", row)
    return f"CASE WHEN {draw} % {_MILLION} < {int(fraction * _MILLION)} THEN {draw} // {_MILLION} % {kinds} END"


def _kinds(plan: Plan, relation: ir.Relation, column: ir.StoredColumn, as_text: bool) -> Iterator[tuple[str, str]]:
    name = quoting.identifier(column.name)
    known = ty.known(column.type)
    if not isinstance(column.type, ty.Optional):
        yield "missing", "NULL"
    if relation.key == (column.name,) and isinstance(known, ty.Text):
        yield "duplicate key", value_at(plan, relation, column, "greatest(i - 1, 0)", plan.sizes[relation.name])
    for start, end in date_ranges(relation):
        if column.name == end:
            first = quoting.identifier(start)
            yield "ends before it starts", f"CAST(CAST({first} AS DATE) - 1 AS VARCHAR)" if as_text else f"{first} - 1"
    if column.form.like:
        yield "line break", f"concat({name}, chr(10))"
    if column.form.longest is not None:
        yield "too long", f"repeat('9', {column.form.longest + 1})"
    match known:
        case ty.Row(_, ty.Text() | ty.Enum() | ty.Country()) | ty.Enum():
            yield "other case", f"CASE WHEN lower({name}) = {name} THEN upper({name}) ELSE lower({name}) END"
            yield "cut short", f"left({name}, length({name}) - 1)"
            yield "extra dash", f"concat(left({name}, 1), '-', substr({name}, 2))"
        case ty.Country():
            yield "lower case", f"lower({name})"
            yield "no such country", "'XX'"
        case ty.Boolean() if as_text:
            yield "another yes", "'Y'"
        case ty.Date() if as_text:
            yield "day first", f"strftime(CAST({name} AS DATE), '%d.%m.%Y')"
            yield "no such day", f"concat(left({name}, 4), '-02-30')"
            yield "time of day", f"concat({name}, ' 00:00')"
        case ty.Percent() if as_text:
            yield "no percent sign", f"rtrim({name}, '%')"
        case ty.Money(currency, _, scale) if as_text:
            yield "grouped", f"concat('1,', lpad(ltrim(right(split_part({name}, '.', 1), 3), '-'), 3, '0'), '.00')"
            yield "currency", f"concat({quoting.text(currency + ' ')}, {name})"
            if scale:
                yield "decimal comma", f"replace({name}, '.', ',')"
                yield "too many decimals", f"concat({name}, '5')"
    yield from _beyond(column, as_text)


def _beyond(column: ir.StoredColumn, as_text: bool) -> Iterator[tuple[str, str]]:
    for bound, by in ((column.bounds.greatest, 1), (column.bounds.least, -1)):
        if isinstance(bound, Decimal):
            value = bound + by
            yield (
                "out of range",
                (quoting.text(quoting.written(value, column.type)) if as_text else quoting.literal(value, column.type)),
            )
            return
