"""How each field of a record is read from the columns of its source, by what a mapping says of it, if anything.

Readers say how one column is read; constants, defaults and currencies are the same in every kind of source, and are
laid over that here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import quoting, staging
from incdsl.feeds.errors import FeedError
from incdsl.feeds.headers import Header
from incdsl.feeds.mapping import CurrencyColumn, FieldMapping
from incdsl.feeds.misreadings import Finding, say, shown, trimmed
from incdsl.feeds.notation import notation
from incdsl.feeds.staging import Reading
from incdsl.feeds.styles import CANONICAL, Style

ReadColumn = Callable[[ir.StoredColumn, int, Style], Reading | FeedError]
"""How a reader reads the column at a position of its source, written in a style."""


def read_fields(relation: ir.Relation, header: Header, read: ReadColumn) -> tuple[tuple[Reading, ...], tuple[FeedError, ...]]:
    """The readings of the fields of a relation, in their order, and what is wrong with the columns of those that have none."""
    readings: list[Reading] = []
    errors: list[FeedError] = []
    for column, position in zip(relation.stored, header.positions, strict=True):
        said = header.mapping.field_of(column.name) if header.mapping else FieldMapping(column.name)
        if position is None:
            readings.append(_constant(column, said.constant or ""))
            continue
        reading = read(column, position, said.style if header.mapping else CANONICAL)
        if not isinstance(reading, Reading):
            errors.append(reading)
            continue
        if said.currency is not None:
            reading = _in_currency(reading, said.currency, staging.raw_name(header.currencies[column.name]))
        if said.default is not None:
            reading = _with_default(reading, said.default)
        readings.append(reading)
    return staging.with_range_ends(tuple(readings), relation), tuple(errors)


def read_text(column: ir.StoredColumn, position: int, style: Style) -> Reading:
    """How a column of a text file is read."""
    raw = staging.raw_name(position)
    read = notation(column.type, raw, style)
    return Reading(column, raw, read.value, read.wrong, read.findings)


def _constant(column: ir.StoredColumn, value: str) -> Reading:
    raw = f"CAST({quoting.text(value)} AS VARCHAR)" if value else "CAST(NULL AS VARCHAR)"
    read = notation(column.type, raw)
    return Reading(column, raw, read.value, read.wrong, read.findings, sources=())


def _with_default(reading: Reading, default: str) -> Reading:
    """A blank is read as the default; what cannot be read is refused as ever."""
    value = notation(reading.column.type, quoting.text(default)).value
    blank = f"{reading.value} IS NULL AND NOT {reading.is_wrong}"
    filled = f"CASE WHEN {blank} THEN {value} ELSE {reading.value} END"
    return replace(reading, value=filled, may_be_missing=False, default=default, blank=blank)


def _in_currency(reading: Reading, said: CurrencyColumn, raw: str) -> Reading:
    """An amount in another currency than the field's, or in none, is wrong."""
    money = ty.known(reading.column.type)
    assert isinstance(money, ty.Money)
    found = f"coalesce({trimmed(f'CAST({raw} AS VARCHAR)')}, '')"
    if said.values:
        words = "".join(f" WHEN {quoting.text(text)} THEN {quoting.text(meant)}" for text, meant in said.values)
        found = f"CASE {found}{words} ELSE {found} END"
    other = f"{found} <> {quoting.text(money.currency)}"
    it, name = shown(trimmed(f"CAST({reading.raw} AS VARCHAR)")), reading.column.name
    takes = f"`{name}` takes {money.currency}"
    column = quoting.text(f"`{said.column}`")
    blank = say(f"{{it}} has no currency: {{column}} is blank, and {takes}", it=it, column=column)
    foreign = say(f"{{it}} is in {{found}} by {{column}}, and {takes}", it=it, column=column, found=shown(found))
    message = f"CASE WHEN {found} = '' THEN {blank} ELSE {foreign} END"
    base = reading.wrong

    def wrong(value: str) -> str:
        in_other = f"({value} IS NOT NULL AND {other})"
        return f"({base(value)} OR {in_other})" if base else in_other

    findings = (Finding(other, "wrong-currency", message), *reading.findings)
    return replace(reading, wrong=wrong, findings=findings, sources=(*reading.reads, raw))
