"""SQL Server's SQL (2022 and newer), written and not run.

Facts this rests on, from its documentation: a literal such as `0.20` is a DECIMAL; a product has the sum of the scales and
one digit more than the sum of the digits, and where that is over 38 its scale is cut, silently: so the wider operand is
narrowed first, by a cast that raises where the digits do not suffice; a sum of DECIMAL has 38 digits; `ROUND` takes a
half away from zero, and cuts when told so; `DATEADD` raises outside the years 1 to 9999 and gives the last day of a
month that lacks its day; there is no type for a truth, only conditions: a truth that is stored is a BIT, 1 or 0.
"""

from __future__ import annotations

from sqlglot import exp

from incdsl.backends.sql.conditions import conditions_apart
from incdsl.backends.sql.dialect import cast, numeral
from incdsl.backends.sql.narrowing import narrowed
from incdsl.backends.sql.warehouse import Warehouse
from incdsl.core import types as ty

_BY_CODE_POINT = "Latin1_General_100_BIN2_UTF8"


class SqlServer(Warehouse):
    """See `dialect.Dialect`."""

    name = "tsql"

    def physical(self, type_: ty.Type) -> exp.DataType:
        match ty.known(ty.stored(type_)):
            case ty.Boolean():
                return exp.DataType(this=exp.DataType.Type.BIT)
            case ty.Text() | ty.Enum() | ty.Country():
                return exp.DataType.build("NVARCHAR(4000)", dialect="tsql")
            case _:
                return super().physical(type_)

    def times(
        self, left: exp.Expr, left_type: ty.Decimal, right: exp.Expr, right_type: ty.Decimal, type_: ty.Decimal
    ) -> exp.Expr:
        one, other = narrowed((left, right), (left_type, right_type))
        return super().times(one, left_type, other, right_type, type_)

    def truncated(self, value: exp.Expr, places: int) -> exp.Expr:
        return exp.Anonymous(this="ROUND", expressions=[value, numeral(places), numeral(1)])

    def remainder(self, value: exp.Expr, divisor: exp.Expr) -> exp.Expr:
        return exp.paren(exp.Mod(this=exp.paren(value), expression=divisor))

    def later(self, date: exp.Expr, count: exp.Expr, of: str) -> exp.Expr:
        whole = cast(count, exp.DataType(this=exp.DataType.Type.INT))
        return exp.Anonymous(this="DATEADD", expressions=[exp.var(of), whole, date])

    def plus_days(self, date: exp.Expr, days: exp.Expr) -> exp.Expr:
        return self.later(date, days, "DAY")  # which raises by itself outside the years 1 to 9999

    def plus_months(self, date: exp.Expr, months: exp.Expr, mode: str) -> exp.Expr:
        later = self.later(date, months, "MONTH")
        if mode == "last_day":
            return later
        short = exp.LT(this=self.day_of(later.copy()), expression=self.day_of(date.copy()))
        return exp.Case(ifs=[exp.If(this=short, true=self.later(later.copy(), numeral(1), "DAY"))], default=later)

    def day_of(self, date: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="DATEPART", expressions=[exp.var("DAY"), date])

    def failing(self, date: exp.Expr, within: exp.Expr) -> exp.Expr:
        raise AssertionError("DATEADD fails by itself")

    def days_between(self, later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="DATEDIFF", expressions=[exp.var("DAY"), earlier, later])

    def text(self, value: exp.Expr, type_: ty.Known) -> exp.Expr:
        if isinstance(type_, ty.Date):
            text = exp.DataType.build("NVARCHAR(10)", dialect="tsql")
            return exp.Anonymous(this="CONVERT", expressions=[exp.var(text.sql("tsql")), value, numeral(23)])
        return super().text(value, type_)

    def ranked(self, value: exp.Expr, type_: ty.Type) -> exp.Expr:
        if ty.known(ty.stored(type_)) != ty.TEXT:
            return value
        return exp.paren(exp.Collate(this=value, expression=exp.var(_BY_CODE_POINT)))

    def compared(
        self, operator: type[exp.Binary], left: exp.Expr, left_type: ty.Type, right: exp.Expr, right_type: ty.Type
    ) -> exp.Expr:
        """Texts by code point even for equality: the order of a database may take `a` for `A`."""
        if ty.known(ty.stored(left_type)) == ty.TEXT and operator in (exp.EQ, exp.NEQ):
            left = self.ranked(left, left_type)
        return super().compared(operator, left, left_type, right, right_type)

    def finished(self, tree: exp.Expr) -> exp.Expr:
        return conditions_apart(tree, exp.DataType(this=exp.DataType.Type.BIT))
