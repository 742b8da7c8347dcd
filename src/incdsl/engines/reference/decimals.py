"""Exact decimal arithmetic. Rounding happens in one function here, `rounded`, and nowhere else."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from incdsl.core import types as ty
from incdsl.core.exact import EXACT


class DoesNotFit(Exception):
    """A value has more digits than its type. Its arguments are the value and the limit, as texts."""

    def __init__(self, value: object, limit: str) -> None:
        super().__init__(str(value), limit)
        self.value = str(value)
        self.limit = limit


def fit(value: Decimal, type_: ty.Type) -> Decimal:
    """The same value with exactly the decimals of its type.

    Raises DoesNotFit when it has more digits than the type, and decimal.Inexact, which would be a mistake of
    the operator table, when it has more decimals.
    """
    inside = ty.known(type_)
    assert isinstance(inside, ty.Days | ty.Number | ty.Percent | ty.Money)
    if value.is_zero():
        value = Decimal(0)  # a negative zero would print with a sign
    elif value.adjusted() >= inside.digits - inside.scale:
        raise DoesNotFit(value, f"{inside.digits} digits with {inside.scale} decimals")
    return EXACT.quantize(value, Decimal(1).scaleb(-inside.scale, EXACT))


def round_to(value: Decimal, places: int, mode: str) -> Decimal:
    """The value rounded to so many decimals."""
    return rounded(Fraction(value), places, mode)


def divide(left: Decimal, right: Decimal, places: int, mode: str) -> Decimal | None:
    """The exact quotient rounded once, or None when the divisor is zero."""
    if right.is_zero():
        return None
    return rounded(Fraction(left) / Fraction(right), places, mode)


def rounded(exact: Fraction, places: int, mode: str) -> Decimal:
    """The decimal of so many decimals that the rounding mode of `operators` takes for an exact value."""
    whole, rest = divmod(abs(exact) * 10**places, 1)
    half = Fraction(1, 2)
    match mode:
        case "half_up":
            away = rest >= half
        case "half_even":
            away = rest > half or (rest == half and whole % 2 == 1)
        case "up":
            away = rest > 0
        case "down":
            away = False
        case _:
            raise ValueError(f"there is no rounding mode {mode}")
    magnitude = whole + 1 if away else whole
    return Decimal(magnitude if exact >= 0 else -magnitude).scaleb(-places, EXACT)
