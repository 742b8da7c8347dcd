"""Which Python values belong to which types of the core."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import assert_never

from incdsl.core import ir
from incdsl.core import types as ty


def mismatch(value: ir.Value, type_: ty.Type) -> str | None:
    """What is wrong with a value of a type, as words that follow the value; None when it belongs to the type.

    A decimal has exactly `scale` decimals, no more than `digits` digits, and is never a negative zero.
    """
    match type_:
        case ty.Optional(of):
            return None if value is None else mismatch(value, of)
        case ty.Text():
            if not isinstance(value, str):
                return "is not a text"
            return None if value else "is an empty text"
        case ty.Boolean():
            return None if isinstance(value, bool) else "is not a boolean"
        case ty.Date():
            plain = isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)
            return None if plain else "is not a date"
        case ty.Days() | ty.Number() | ty.Percent() | ty.Money():
            return _decimal_mismatch(value, type_)
        case ty.Enum(name, values):
            return None if isinstance(value, str) and value in values else f"is not one of the values of {name}"
        case ty.Country():
            code = isinstance(value, str) and len(value) == 2 and value.isascii() and value.isalpha() and value.isupper()
            return None if code else "is not a country code of two capital letters"
        case ty.Row(_, key):
            return mismatch(value, key)
        case _:
            assert_never(type_)


def _decimal_mismatch(value: ir.Value, type_: ty.Decimal) -> str | None:
    if not isinstance(value, Decimal) or not value.is_finite():
        return "is not a finite decimal"
    sign, digits, exponent = value.as_tuple()
    if exponent != -type_.scale:
        return f"does not have exactly {type_.scale} decimals"
    if len(digits) > type_.digits:
        return f"has more than {type_.digits} digits"
    return "is a negative zero" if sign and not any(digits) else None
