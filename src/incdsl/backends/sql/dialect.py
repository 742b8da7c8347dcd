"""What a dialect of SQL has to say for the compiler to speak it; each dialect is one thin module beside this one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from sqlglot import exp

from incdsl.core import types as ty


class Dialect(Protocol):
    """The parts of SQL in which engines differ. `name` is what sqlglot calls the dialect.

    Every expression given and returned is exact: decimals have the scale of their type, and a value that does not
    fit is an error of the statement, never another value.
    """

    name: str

    def physical(self, type_: ty.Type) -> exp.DataType:
        """The type a value is stored as."""
        ...

    def times(self, left: exp.Expr, left_type: ty.Decimal, right: exp.Expr, right_type: ty.Decimal) -> exp.Expr:
        """The product, with the sum of the scales."""
        ...

    def rounded(self, value: exp.Expr, type_: ty.Decimal, places: int, mode: str) -> exp.Expr:
        """A value of a type rounded to fewer decimals."""
        ...

    def quotient(
        self,
        dividend: exp.Expr,
        dividend_type: ty.Decimal,
        divisor: exp.Expr,
        divisor_type: ty.Decimal,
        places: int,
        mode: str,
    ) -> exp.Expr:
        """The quotient with `places` decimals, rounded once; NULL when the divisor is zero."""
        ...

    def plus_days(self, date: exp.Expr, days: exp.Expr) -> exp.Expr:
        """The date so many days later; an error when it is not a date of the years 1 to 9999."""
        ...

    def plus_months(self, date: exp.Expr, months: exp.Expr, mode: str) -> exp.Expr:
        """The same day so many months later, or by `mode` another; an error when it is not a date of the years 1 to 9999."""
        ...

    def days_between(self, later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
        """How many days the first date is after the second."""
        ...

    def routines(self, tree: exp.Expr) -> Sequence[tuple[str, exp.Expr]]:
        """The functions that a statement calls and the engine does not have: name and the statement that makes it."""
        ...


def cast(value: exp.Expr, to: exp.DataType) -> exp.Cast:
    """`CAST(value AS to)`. (sqlglot's own `cast` takes decimals of all sizes for one type and leaves casts out.)"""
    return exp.Cast(this=value, to=to)


def numeral(value: Decimal | int, scale: int = 0) -> exp.Expr:
    """A number with exactly `scale` decimals. (sqlglot's own `Literal.number` takes negative numbers through a float.)"""
    shown = f"{Decimal(value):.{scale}f}"  # unlike abs(), rounds to no context
    written = exp.Literal(this=shown.removeprefix("-"), is_string=False)
    return exp.Neg(this=written) if shown.startswith("-") else written
