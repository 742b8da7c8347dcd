"""What the warehouses that we write SQL for, and do not run, have in common.

Their facts are those of their documentation: nothing here was tried on them. So these dialects say less than they
could: what is not certain to be exact is refused.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from decimal import Decimal

from sqlglot import exp

from incdsl.backends.sql.dialect import Dialect, aggregate_function, cast, numeral, unit, wrapped
from incdsl.backends.sql.script import UnsupportedInTarget
from incdsl.core import types as ty

FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
OUTSIDE = "overflow: a day outside the years 1 to 9999"


class Warehouse(Dialect):
    """See `dialect.Dialect`. No functions are made, no windows but row numbers are used, and conditions of an aggregate
    stand inside it."""

    group_frames = False
    says_materialized = False

    def as_of(self) -> exp.Expr:
        return exp.Parameter(this=exp.var("as_of"))

    # --- decimals ---------------------------------------------------------------------------------------

    def rounded(self, value: exp.Expr, type_: ty.Decimal, places: int, mode: str) -> exp.Expr:
        if places >= type_.scale:
            return value
        kept = self.truncated(value, places)
        match mode:
            case "half_up":
                return exp.Round(this=value, decimals=numeral(places))
            case "down":
                return kept
            case "half_even":
                twice = exp.Mul(this=numeral(2), expression=exp.Abs(this=exp.Sub(this=wrapped(value), expression=wrapped(kept))))
                even = exp.EQ(
                    this=self.remainder(kept.copy(), numeral(Decimal(2).scaleb(-places), places)), expression=numeral(0)
                )
                half = exp.and_(exp.EQ(this=twice, expression=unit(places)), even)
                return exp.Case(
                    ifs=[exp.If(this=half, true=kept.copy())], default=exp.Round(this=value.copy(), decimals=numeral(places))
                )
            case _:
                more, less = (
                    exp.GT(this=wrapped(value), expression=kept.copy()),
                    exp.LT(this=wrapped(value.copy()), expression=kept.copy()),
                )
                away = exp.Case(
                    ifs=[exp.If(this=more, true=unit(places)), exp.If(this=less, true=exp.Neg(this=unit(places)))],
                    default=numeral(0, places),
                )
                return exp.Add(this=kept, expression=exp.paren(away))

    def truncated(self, value: exp.Expr, places: int) -> exp.Expr:
        """A decimal without what stands after so many decimals."""
        return exp.Anonymous(this="TRUNC", expressions=[value, numeral(places)])

    def remainder(self, value: exp.Expr, divisor: exp.Expr) -> exp.Expr:
        """What is left of a decimal after taking a divisor away as often as it goes, with the sign of the decimal."""
        return exp.Anonymous(this="MOD", expressions=[value, divisor])

    def quotient(
        self,
        dividend: exp.Expr,
        dividend_type: ty.Decimal,
        divisor: exp.Expr,
        divisor_type: ty.Decimal,
        places: int,
        mode: str,
    ) -> exp.Expr:
        raise UnsupportedInTarget("a division: this engine has none that is exact")

    # --- dates ------------------------------------------------------------------------------------------

    @abstractmethod
    def later(self, date: exp.Expr, count: exp.Expr, of: str) -> exp.Expr:
        """The date so many whole `DAY`s or `MONTH`s later, the last day of a month that lacks its day."""

    @abstractmethod
    def failing(self, date: exp.Expr, within: exp.Expr) -> exp.Expr:
        """Something of type date that raises an error when it is asked for, and depends on a row: where `within` is false."""

    def plus_days(self, date: exp.Expr, days: exp.Expr) -> exp.Expr:
        return self._of_our_years(date, lambda: self.later(date.copy(), days.copy(), "DAY"))

    def plus_months(self, date: exp.Expr, months: exp.Expr, mode: str) -> exp.Expr:
        def later() -> exp.Expr:
            return self.later(date.copy(), months.copy(), "MONTH")

        if mode == "last_day":
            return self._of_our_years(date, later)
        short = exp.LT(this=self.day_of(later()), expression=self.day_of(date.copy()))
        first = self.later(later(), numeral(1), "DAY")
        return self._of_our_years(date, lambda: exp.Case(ifs=[exp.If(this=short, true=first)], default=later()))

    def day_of(self, date: exp.Expr) -> exp.Expr:
        """The day of the month."""
        return exp.Extract(this=exp.var("DAY"), expression=date)

    def _of_our_years(self, date: exp.Expr, later: Callable[[], exp.Expr]) -> exp.Expr:
        first, last = (cast(exp.Literal.string(day), self.physical(ty.DATE)) for day in (FIRST_DAY, LAST_DAY))
        within = exp.Between(this=later(), low=first, high=last)
        return exp.Case(ifs=[exp.If(this=within, true=later())], default=self.failing(date.copy(), within.copy()))

    # --- aggregates -------------------------------------------------------------------------------------

    def aggregate(
        self, operator: str, value: exp.Expr | None, value_type: ty.Type | None, filters: Sequence[exp.Expr]
    ) -> exp.Expr:
        if value is not None and value_type is not None:
            value = self.ranked(value, value_type)
        if filters:
            counted = numeral(1) if value is None else value
            value = exp.Case(ifs=[exp.If(this=exp.and_(*filters, copy=False), true=counted)])
        return aggregate_function(operator, value)

    def row_number(self, key: Sequence[exp.Expr]) -> exp.Expr:
        if not key:
            raise UnsupportedInTarget("rows without a key that are told apart")
        order = exp.Order(expressions=[exp.Ordered(this=part.copy()) for part in key])
        return exp.Window(this=exp.RowNumber(), order=order)

    def routines(self, tree: exp.Expr) -> Sequence[tuple[str, exp.Expr]]:
        return []
