"""How the fields of a record are read from the columns of a table as SQL of an engine, and which values are at fault.

A column is read so only where its type carries the values of the field exactly; what has a notation to be read is left to
the reader of feeds. A fault found here need not be one: the reader decides, and says why.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.countries import COUNTRIES
from incdsl.core.patterns import regex_of_any
from incdsl.feeds import quoting
from incdsl.feeds.headers import Header
from incdsl.feeds.mapping import FieldMapping
from incdsl.feeds.mapping.constants import value_of
from incdsl.feeds.styles import CANONICAL, Style

FEWEST_DECIMALS, MOST_DIGITS = 2, 36
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


class Words(ABC):
    """What an engine says in its own way, of a table."""

    dialect: ClassVar[str]
    told: ClassVar[str]
    """The columns by which rows are told apart."""

    @abstractmethod
    def typed(self, type_: ty.Known, position: int, style: Style) -> Value | None:
        """A value of a type as the column at a position has it; None where it takes the reader of feeds to read it."""

    @abstractmethod
    def currency(self, position: int) -> str | None:
        """The text of a column, blank where there is none; None where it has no texts."""

    @abstractmethod
    def text(self, value: str) -> str:
        """A text literal."""

    @abstractmethod
    def unlike(self, value: str, regex: str) -> str:
        """Whether a text does not, as a whole, match a regular expression."""

    def constant(self, value: ir.Value, type_: ty.Type) -> str:
        """A value of a type that stands in every row."""
        return self.literal(value, type_)

    def literal(self, value: ir.Value, type_: ty.Type) -> str:
        """A value of a type."""
        return self.text(value) if isinstance(value, str) else quoting.literal(value, type_)

    def texts(self, values: Sequence[str]) -> str:
        """Text literals separated by commas."""
        return ", ".join(map(self.text, values))

    def of_type(self, value: str, field: ir.StoredColumn) -> list[str]:
        """The faults of a value of a field that its type does not tell: it is missing, out of bounds, not of its form, or none
        of those there are."""
        faults = [] if isinstance(field.type, ty.Optional) else [f"{value} IS NULL"]
        bounds = field.bounds
        if bounds.least is not None:
            faults.append(f"{value} < {self.literal(bounds.least, field.type)}")
        if bounds.greatest is not None:
            faults.append(f"{value} > {self.literal(bounds.greatest, field.type)}")
        form = field.form
        if form.shortest is not None:
            faults.append(f"length({value}) < {form.shortest}")
        if form.longest is not None:
            faults.append(f"length({value}) > {form.longest}")
        if form.like:
            faults.append(self.unlike(value, regex_of_any(form.like)))
        match ty.known(field.type):
            case ty.Enum(_, values):
                faults.append(f"{value} NOT IN ({self.texts(values)})")
            case ty.Country():
                faults.append(f"{value} NOT IN ({self.texts(sorted(COUNTRIES))})")
            case _:
                pass
        return faults


class Unfit(Exception):
    """A table is one of which it cannot be told where it lies which rows may be at fault."""


def read_all(words: Words, relation: ir.Relation, header: Header, checked: Collection[str]) -> dict[str, Value]:
    """How the fields of a relation are read, by their names; of references only those can be that are `checked`. Raises Unfit."""
    values: dict[str, Value] = {}
    for field, position in zip(relation.stored, header.positions, strict=True):
        value = _read(words, field, header, position)
        if value is None or (isinstance(ty.known(field.type), ty.Row) and field.name not in checked):
            raise Unfit
        values[field.name] = value
    return values


def _read(words: Words, field: ir.StoredColumn, header: Header, position: int | None) -> Value | None:
    """How a field is read from the column at a position, or the constant of the mapping where there is none; None where that
    takes the reader of feeds."""
    said = header.mapping.field_of(field.name) if header.mapping else FieldMapping(field.name)
    if _says_more(field):
        return None
    if position is None:
        return Value(_literal(words, field, said.constant))
    style = said.style if header.mapping else CANONICAL
    value = None if style.blanks or style.values else words.typed(ty.known(field.type), position, style)
    if value is None:
        return None
    plain = value
    if said.currency is not None:
        other = _other_currency(words, field, said, header.currencies[field.name])
        if other is None:
            return None
        # What stands for a blank has to be in the currency, too.
        only_where = "" if said.default is not None else f"{plain.sql} IS NOT NULL AND "
        value = replace(plain, faults=(*plain.faults, f"({only_where}{other})"))
    if said.default is not None:
        filled = f"coalesce({plain.trimmed}, {_literal(words, field, said.default)})"
        readable = f" AND NOT coalesce({' OR '.join(plain.faults)}, false)" if plain.faults else ""
        return Value(filled, value.faults, blank=f"{plain.trimmed} IS NULL{readable}")
    return value


def _literal(words: Words, field: ir.StoredColumn, given: str | None) -> str:
    """A value that a mapping gives, in canonical notation, as a value of a field."""
    return words.constant(value_of(field, given) if given else None, field.type)


def _says_more(field: ir.StoredColumn) -> bool:
    """Whether a field asks for something that is not looked at here."""
    known = ir.StoredColumn(
        field.name, field.type, field.label, field.bounds, field.reference, event=field.event, form=field.form
    )
    return field != known


def _other_currency(words: Words, field: ir.StoredColumn, said: FieldMapping, position: int) -> str | None:
    """Whether the currency of a row is another one than the field's; None where that takes the reader of feeds."""
    money, found = ty.known(field.type), words.currency(position)
    if not isinstance(money, ty.Money) or said.currency is None or said.currency.values or found is None:
        return None
    return f"{found} <> {words.text(money.currency)}"
