"""What conditions are split into: sums of expressions times factors, and the branches of a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from incdsl.core import ir
from incdsl.core import types as ty

Goal = tuple[ir.Expr, bool]
"""A condition, and whether it is to hold or not."""


@dataclass(frozen=True)
class Linear:
    """Expressions times factors, plus a constant. `scale` is how many decimals it has at most."""

    parts: tuple[tuple[ir.Expr, Fraction], ...]
    constant: Fraction
    scale: int

    def plus(self, other: Linear, factor: Fraction) -> Linear:
        """The sum of this and of the other one times a factor."""
        parts = dict(self.parts)
        for expr, times in other.parts:
            parts[expr] = parts.get(expr, Fraction(0)) + factor * times
        kept = tuple((expr, times) for expr, times in parts.items() if times)
        return Linear(kept, self.constant + factor * other.constant, max(self.scale, other.scale))


Term = Linear | ir.Expr
"""What has an order is a `Linear`; anything else is a literal or an expression that is not looked into."""


def ways(case: ir.Case) -> Iterator[tuple[tuple[Goal, ...], ir.Expr]]:
    """The values of a case, each with the tests that lead to it."""
    before: tuple[Goal, ...] = ()
    for test, value in case.branches:
        yield (*before, (test, True)), value
        before = (*before, (test, False))
    yield before, case.otherwise


def days_of(months: int) -> tuple[int, int]:
    """The fewest and the most days that so many months can have."""
    if months < 0:
        least, most = days_of(-months)
        return -most, -least
    years, rest = divmod(months, 12)
    return years * 365 + rest * 28, years * 366 + rest * 31 + 1  # `or next day` adds one


def scale_of(type_: ty.Type) -> int:
    """How many decimals values of a type have at most; none where they are no decimals."""
    known = ty.stored(ty.known(type_))
    return known.scale if ty.is_decimal(known) else 0
