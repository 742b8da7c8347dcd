"""Values as people read them: 57,500.00 USD, 20%, 90 days."""

from __future__ import annotations

from decimal import Decimal

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.exact import EXACT


def shown(value: ir.Value, type_: ty.Type) -> str:
    """A value of a type; a missing one is "nothing". Zeros at the end are left out, of an amount those beyond the
    decimals of its currency."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return _decimal(value, ty.known(type_))
        case _:
            return str(value)


def money(value: Decimal, currency: str) -> str:
    """An amount with its currency and its thousands apart."""
    whole, _, decimals = f"{value:,f}".partition(".")
    decimals = decimals.rstrip("0").ljust(ty.money(currency).scale, "0")
    return f"{whole}.{decimals} {currency}" if decimals else f"{whole} {currency}"


def counted(number: int, word: str, plural: str | None = None) -> str:
    """A number with its noun: "1 row", "1,200 rows"."""
    return f"{number:,} {word if number == 1 else plural or word + 's'}"


def _decimal(value: Decimal, type_: ty.Known) -> str:
    match type_:
        case ty.Money(currency):
            return money(value, currency)
        case ty.Percent():
            return f"{_plain(EXACT.multiply(value, Decimal(100)))}%"
        case ty.Days():
            return counted(int(value), "day")
        case _:
            return _plain(value)


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
