"""The types of the core, shared by every stage above it. Import it as `ty`.

All numbers are exact decimals. A decimal type says how many `digits` a value may have in all and how many
of them, `scale`, stand after the point; arithmetic makes both grow by fixed rules (see `operators`), and no
type ever has more than `MAX_DIGITS` digits.

| type | value in Python (reference engine, literals) | in text files | in DuckDB |
| --- | --- | --- | --- |
| Text | str, never empty | as it is | VARCHAR |
| Boolean | bool | yes, no | BOOLEAN |
| Date | datetime.date | 2015-07-25 | DATE |
| Days | Decimal with no decimals | 90 | DECIMAL(digits, 0) |
| Number | Decimal with exactly `scale` decimals | 12.500000 | DECIMAL(digits, scale) |
| Percent | Decimal, the fraction: 20% is 0.200000 | 20% | DECIMAL(digits, scale) |
| Money | Decimal in the currency's unit | 57500.00 | DECIMAL(digits, scale) |
| Enum | str, the name of the value | the name | VARCHAR |
| Country | str, ISO 3166-1 alpha-2 | NL | VARCHAR |
| Row | the type of the relation's key | the key | as the key |
| Optional | as the type inside, or None | blank | NULL |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

MAX_DIGITS = 38
"""Digits a decimal may have in all: what every SQL engine we know can hold."""


@dataclass(frozen=True)
class Text:
    def __str__(self) -> str:
        return "text"


@dataclass(frozen=True)
class Boolean:
    def __str__(self) -> str:
        return "boolean"


@dataclass(frozen=True)
class Date:
    def __str__(self) -> str:
        return "date"


@dataclass(frozen=True)
class Days:
    """A count of days."""

    digits: int = 18
    scale: int = 0

    def __str__(self) -> str:
        return "days"


@dataclass(frozen=True)
class Number:
    """A plain number; a whole number when `scale` is 0."""

    digits: int = 18
    scale: int = 6

    def __str__(self) -> str:
        return "number" if self.scale else "whole number"


@dataclass(frozen=True)
class Percent:
    """A fraction written with a percent sign: 20% is 0.2. Six decimals: four of the percent."""

    digits: int = 9
    scale: int = 6

    def __str__(self) -> str:
        return "percent"


@dataclass(frozen=True)
class Money:
    """An amount in one currency."""

    currency: str
    digits: int = 18
    scale: int = 2

    def __str__(self) -> str:
        return f"money in {self.currency}"


@dataclass(frozen=True)
class Enum:
    """One of some named values. `ordered` when they were written lowest first, so that they compare."""

    name: str
    values: tuple[str, ...]
    ordered: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Country:
    def __str__(self) -> str:
        return "country"


@dataclass(frozen=True)
class Row:
    """A row of a relation that has a key of one column; its value is that key, of type `key`."""

    relation: str
    key: Text | Enum | Country | Date | Number

    def __str__(self) -> str:
        return self.relation


@dataclass(frozen=True)
class Optional:
    """A value that may be missing."""

    of: Known

    def __str__(self) -> str:
        return f"optional {self.of}"


Decimal = Days | Number | Percent | Money
Known = Text | Boolean | Date | Days | Number | Percent | Money | Enum | Country | Row
Type = Known | Optional

TEXT = Text()
BOOLEAN = Boolean()
DATE = Date()
DAYS = Days()
WHOLE_NUMBER = Number(18, 0)
NUMBER = Number()
PERCENT = Percent()
COUNTRY = Country()

CURRENCY_SCALE = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "BHD": 3, "KWD": 3, "OMR": 3, "JOD": 3, "TND": 3}
"""Minor-unit decimals of currencies that do not have two (ISO 4217)."""


def money(currency: str) -> Money:
    """The type of amounts in a currency as they stand in feeds: 18 digits, the currency's decimals."""
    return Money(currency, 18, CURRENCY_SCALE.get(currency, 2))


def known(type_: Type) -> Known:
    """The type without its `optional`."""
    return type_.of if isinstance(type_, Optional) else type_


def stored(type_: Type) -> Type:
    """The type of what is stored for a value: for a row reference, the type of its key."""
    match type_:
        case Optional(of):
            return Optional(of.key) if isinstance(of, Row) else type_
        case Row(_, key):
            return key
        case _:
            return type_


def is_decimal(type_: Type) -> TypeGuard[Decimal]:
    """Whether values are decimals (days, numbers, percents and money)."""
    return isinstance(type_, Days | Number | Percent | Money)
