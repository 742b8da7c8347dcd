"""Rows that are used and take part in nothing: not known yet, or in no period of the calendar that rules go by. A run counts them
with its results, so that wherever the rows are, they are counted there."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.dependencies import fields_read
from incdsl.feeds import FeedCount
from incdsl.feeds.periods import ByPeriods, by_periods
from incdsl.results.show import counted

Count = tuple[str, str, ir.Expr | None]
"""A name, the relation of which known rows are counted, and the condition for those that are."""


def counts(program: ir.Program) -> Iterator[Count]:
    """What has to be counted."""
    for relation in program.relations:
        if isinstance(relation.source, ir.Feed) and relation.known is not None:
            yield f"known {relation.name}", relation.name, None
    for at, one in enumerate(by_periods(program)):
        yield f"outside {at}", one.relation, _outside(one)


def _outside(one: ByPeriods) -> ir.Expr:
    """Whether the date of a row is there, and in no period."""
    given = isinstance(one.date.type, ty.Optional)
    day: ir.Expr = ir.Operation("known", (one.date,), ty.DATE) if given else one.date
    inside = [
        _op("and", _op("greater_or_equal", day, _day(start)), _op("less_or_equal", day, _day(end))) for start, end in one.days
    ]
    outside = _op("not", inside[0] if len(inside) == 1 else _op("or", *inside))
    return _op("and", _op("given", one.date), outside) if given else outside


def idle(program: ir.Program, feeds: Sequence[FeedCount], found: Mapping[str, int], as_of: datetime.date) -> list[str]:
    """A line for each kind of row that takes part in nothing; `found` has what was counted."""
    lines = []
    for feed in feeds:
        known = found.get(f"known {feed.relation}")
        if known is not None and feed.used > known:
            rows = counted(feed.used - known, f"row of {feed.file} is", f"rows of {feed.file} are")
            lines.append(f"{rows} not known yet on {as_of} ({_why(program.relation(feed.relation))})")
    files = {feed.relation: feed.file for feed in feeds}
    for at, one in enumerate(by_periods(program)):
        if number := found.get(f"outside {at}", 0):
            rows = counted(number, f"row of {files[one.relation]} lies", f"rows of {files[one.relation]} lie")
            lines.append(f"{rows} in no period of {' or '.join(one.calendars)} (`{one.date.name}`)")
    return lines


def _why(relation: ir.Relation) -> str:
    """The fields that say whether a row is known: its date, and references to rows that may not be."""
    assert relation.known is not None
    return " or ".join(f"`{name}`" for name in fields_read(relation.known))


def _op(operator: str, *operands: ir.Expr) -> ir.Operation:
    return ir.Operation(operator, operands, ty.BOOLEAN)


def _day(day: datetime.date) -> ir.Literal:
    return ir.Literal(day, ty.DATE)
