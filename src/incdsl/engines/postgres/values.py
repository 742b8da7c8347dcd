"""How the fields of a record are read from the columns of a table as SQL of the server, and which values are at fault.

A column is read so only where its type carries the values of the field exactly; what has a notation to be read is left to
the reader of feeds. A fault found here need not be one: the reader decides, and says why.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.countries import COUNTRIES
from incdsl.core.patterns import regex_of_any
from incdsl.feeds import quoting
from incdsl.feeds.headers import Header
from incdsl.feeds.mapping import FieldMapping
from incdsl.feeds.mapping.constants import value_of
from incdsl.feeds.readers.landing import LONGEST_TEXT
from incdsl.feeds.readers.postgres_tables import BOOLEAN, DATE, DECIMAL, MOMENT, TEXTS, WHOLE, ServerColumn
from incdsl.feeds.styles import CANONICAL, Style

BY_CODE_POINT = 'COLLATE "C"'

_MOST = {21: 5, 23: 10, 20: 19}
"""The digits of the types of whole numbers."""

_FEWEST_DECIMALS, _MOST_DIGITS = 2, 36
"""Of percents: those of other types are read in a way of their own."""


@dataclass(frozen=True)
class Value:
    """A field of a record: `sql`, over the columns of the table, is its value, of exactly its type; no row in which one of the
    `faults` holds may be used (where it is NULL, it does not hold). Of texts in which spaces are around the value, or there is
    nothing else, `padded` holds. `blank` holds where the default stands for the value. Different values of `column` make
    different values."""

    sql: str
    faults: tuple[str, ...] = ()
    padded: str | None = None
    blank: str | None = None
    column: str | None = None

    @property
    def trimmed(self) -> str:
        """The value, where there may be padded texts."""
        return f"nullif(btrim({self.sql}, ' '), '')" if self.padded else self.sql

    @property
    def guarded(self) -> Value:
        """The same in a table in which values may be at fault: one that cannot be worked out for that is none."""
        if not self.faults or "CAST(" not in self.sql:
            return self
        return replace(self, sql=f"CASE WHEN {' OR '.join(self.faults)} THEN NULL ELSE {self.sql} END")


def read(
    field: ir.StoredColumn, header: Header, position: int | None, columns: Sequence[ServerColumn], enums: Collection[int]
) -> Value | None:
    """How a field is read from the column at a position, or the constant of the mapping where there is none; None where that
    takes the reader of feeds. `enums` are the numbers of the enumerated types."""
    said = header.mapping.field_of(field.name) if header.mapping else FieldMapping(field.name)
    if _says_more(field):
        return None
    if position is None:
        return Value(_literal(field, said.constant))
    style = said.style if header.mapping else CANONICAL
    value = None if style.blanks or style.values else _typed(ty.known(field.type), columns[position], style, enums)
    if value is not None and said.currency is not None:
        value = _in_currency(value, field, said, columns[header.currencies[field.name]])
    if value is not None and said.default is not None:
        filled = f"coalesce({value.trimmed}, {_literal(field, said.default)})"
        return Value(filled, value.faults, blank=f"{value.trimmed} IS NULL")
    return value


def of_type(value: str, field: ir.StoredColumn) -> list[str]:
    """The faults of a value of a field that its type does not tell: it is missing, out of bounds, not of its form, or none of
    those there are."""
    faults = [] if isinstance(field.type, ty.Optional) else [f"{value} IS NULL"]
    bounds = field.bounds
    if bounds.least is not None:
        faults.append(f"{value} < {quoting.literal(bounds.least, field.type)}")
    if bounds.greatest is not None:
        faults.append(f"{value} > {quoting.literal(bounds.greatest, field.type)}")
    form = field.form
    if form.shortest is not None:
        faults.append(f"length({value}) < {form.shortest}")
    if form.longest is not None:
        faults.append(f"length({value}) > {form.longest}")
    if form.like:
        faults.append(f"{value} !~ {quoting.text(f'^(?:{regex_of_any(form.like)})$')}")
    match ty.known(field.type):
        case ty.Enum(_, values):
            faults.append(f"{value} NOT IN ({quoting.texts(values)})")
        case ty.Country():
            faults.append(f"{value} NOT IN ({quoting.texts(sorted(COUNTRIES))})")
        case _:
            pass
    return faults


def _literal(field: ir.StoredColumn, given: str | None) -> str:
    """A value that a mapping gives, in canonical notation, as a value of a field."""
    value = quoting.literal(value_of(field, given) if given else None, field.type)
    is_text = quoting.physical(field.type) == "VARCHAR"
    return f"(CAST({value} AS text) {BY_CODE_POINT})" if is_text else value


def _says_more(field: ir.StoredColumn) -> bool:
    """Whether a field asks for something that is not looked at here."""
    known = ir.StoredColumn(
        field.name, field.type, field.label, field.bounds, field.reference, event=field.event, form=field.form
    )
    return field != known


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
            if scale < _FEWEST_DECIMALS or digits > _MOST_DIGITS:
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


def _in_currency(value: Value, field: ir.StoredColumn, said: FieldMapping, column: ServerColumn) -> Value | None:
    money = ty.known(field.type)
    if not isinstance(money, ty.Money) or said.currency is None or said.currency.values or column.type not in TEXTS:
        return None
    found = f"coalesce({quoting.identifier(column.name)}::text, '')"
    other = f"{value.sql} IS NOT NULL AND {found} {BY_CODE_POINT} <> {quoting.text(money.currency)}"
    return replace(value, faults=(*value.faults, f"({other})"))
