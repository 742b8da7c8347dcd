"""How fields are read from the columns of a table of PostgreSQL, as its SQL (`engines.in_place.values`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.engines.in_place import Value, Words
from incdsl.engines.in_place.values import FEWEST_DECIMALS, MOST_DIGITS
from incdsl.feeds import quoting
from incdsl.feeds.readers.landing import LONGEST_TEXT
from incdsl.feeds.readers.postgres_tables import BOOLEAN, DATE, DECIMAL, MOMENT, TEXTS, WHOLE, ServerColumn
from incdsl.feeds.styles import Style

BY_CODE_POINT = 'COLLATE "C"'

ROW, PART, NUMBER = '"#row"', '"#part"', '"#number"'
"""Columns of working tables: where a row is, in which part of its table, and its number among all rows."""

_MOST = {21: 5, 23: 10, 20: 19}
"""The digits of the types of whole numbers."""


class PostgresWords(Words):
    """See `engines.in_place.Words`; of a table with these columns. `enums` are the numbers of the enumerated types."""

    dialect = "postgres"
    told = f"{PART}, {ROW}"

    def __init__(self, columns: Sequence[ServerColumn], enums: Collection[int]) -> None:
        self._columns = columns
        self._enums = enums

    def typed(self, type_: ty.Known, position: int, style: Style) -> Value | None:
        """See `engines.in_place.Words`."""
        return _typed(type_, self._columns[position], style, self._enums)

    def currency(self, position: int) -> str | None:
        """See `engines.in_place.Words`."""
        column = self._columns[position]
        return f"coalesce({quoting.identifier(column.name)}::text, '') {BY_CODE_POINT}" if column.type in TEXTS else None

    def text(self, value: str) -> str:
        """See `engines.in_place.Words`."""
        return quoting.text(value)

    def unlike(self, value: str, regex: str) -> str:
        """See `engines.in_place.Words`."""
        return f"{value} !~ {quoting.text(f'^(?:{regex})$')}"

    def constant(self, value: ir.Value, type_: ty.Type) -> str:
        """See `engines.in_place.Words`."""
        literal = self.literal(value, type_)
        return f"(CAST({literal} AS text) {BY_CODE_POINT})" if quoting.physical(type_) == "VARCHAR" else literal


def _typed(type_: ty.Known, column: ServerColumn, style: Style, enums: Collection[int]) -> Value | None:
    name, found = quoting.identifier(column.name), column.type
    match type_:
        case ty.Row(_, key):
            return _typed(ty.known(key), column, style, enums)
        case ty.Text() | ty.Enum() | ty.Country():
            return _text(column, style, enums)
        case ty.Boolean():
            return Value(name, column=column.name) if found == BOOLEAN else None
        case ty.Date():
            return _date(column, style)
        case ty.Percent(digits, scale):
            if scale < FEWEST_DECIMALS or digits > MOST_DIGITS:
                return None
            if style.percents != "20":
                return _number(column, digits, scale) if found == DECIMAL else None
            hundredfold = _number(column, digits, scale - 2)
            if hundredfold is None:
                return None
            return replace(hundredfold, sql=f"CAST({name} * 0.01 AS NUMERIC({digits},{scale}))")
        case ty.Days(digits, scale) | ty.Number(digits, scale) | ty.Money(_, digits, scale):
            return _number(column, digits, scale)


def _text(column: ServerColumn, style: Style, enums: Collection[int]) -> Value | None:
    name, found = quoting.identifier(column.name), column.type
    value = f"({name}::text {BY_CODE_POINT})"
    if found in WHOLE:
        return Value(value, column=column.name)
    if style.trim or not (found in TEXTS or found in enums):
        return None
    padded = f"{value} = '' OR {value} LIKE ' %' OR {value} LIKE '% '"
    return Value(value, (f"octet_length({value}) > {LONGEST_TEXT}",), padded, column=column.name)


def _date(column: ServerColumn, style: Style) -> Value | None:
    name = quoting.identifier(column.name)
    day = f"{name}::date" if column.type == MOMENT else name
    faults = [f"{day} < DATE '0001-01-01'", f"{day} > DATE '9999-12-31'"]  # infinities are
    match column.type:
        case found if found == DATE:
            return Value(name, tuple(faults), column=column.name)
        case found if found == MOMENT:
            if style.dates.times != "any":
                faults.append(f"{name} <> date_trunc('day', {name})")
            return Value(day, tuple(faults))
        case _:
            return None


def _number(column: ServerColumn, digits: int, scale: int) -> Value | None:
    """A number with at most so many digits, `scale` of them decimals, and as a value with exactly these."""
    name, whole = quoting.identifier(column.name), digits - scale
    if whole <= 0:
        return None
    exact = f"CAST({name} AS NUMERIC({digits},{scale}))"
    too_long = f"NOT ({name} > -1{'0' * whole} AND {name} < 1{'0' * whole})"  # NaN is greater than everything
    if column.type in WHOLE:
        return Value(exact, (too_long,) if _MOST[column.type] > whole else (), column=column.name)
    if column.type != DECIMAL:
        return None
    if column.digits is None or column.scale is None or not 0 <= column.scale <= column.digits:
        return Value(exact, (too_long, f"{name} <> trunc({name}, {scale})"), column=column.name)
    faults = [f"{name} = 'NaN'" if column.digits - column.scale <= whole else too_long]
    if column.scale > scale:
        faults.append(f"{name} <> trunc({name}, {scale})")
    same = (column.digits, column.scale) == (digits, scale)
    return Value(name if same else exact, tuple(faults), column=column.name)
