"""Snowflake's SQL, written and not run.

Facts this rests on, from its documentation: a literal such as `0.20` is a NUMBER; `+` and `-` give the larger scale; `*`
gives the sum of the scales only up to twelve decimals, or up to the larger of the two where that is more, and
rounds silently beyond; a cast raises where the digits do not suffice; `ROUND` takes a half away from zero, and to even
when told so; texts are compared by code point; `DATEADD` of months gives the last day of a month that lacks its
day (`ADD_MONTHS` would keep the last day of one month the last day of another); `CONCAT_WS` of a NULL is NULL.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from incdsl.backends.sql.dialect import cast, numeral
from incdsl.backends.sql.script import UnsupportedInTarget
from incdsl.backends.sql.warehouse import OUTSIDE, Warehouse
from incdsl.core import types as ty

_PRODUCT_SCALE = 12


class Snowflake(Warehouse):
    """See `dialect.Dialect`."""

    name = "snowflake"

    def times(
        self, left: exp.Expr, left_type: ty.Decimal, right: exp.Expr, right_type: ty.Decimal, type_: ty.Decimal
    ) -> exp.Expr:
        if type_.scale > max(left_type.scale, right_type.scale, _PRODUCT_SCALE):
            raise UnsupportedInTarget(f"a product with {type_.scale} decimals: this engine rounds it to fewer")
        return super().times(left, left_type, right, right_type, type_)

    def rounded(self, value: exp.Expr, type_: ty.Decimal, places: int, mode: str) -> exp.Expr:
        if mode == "half_even" and places < type_.scale:
            return exp.Anonymous(this="ROUND", expressions=[value, numeral(places), exp.Literal.string("HALF_TO_EVEN")])
        return super().rounded(value, type_, places, mode)

    def later(self, date: exp.Expr, count: exp.Expr, of: str) -> exp.Expr:
        whole = cast(count, exp.DataType(this=exp.DataType.Type.INT))
        return exp.Anonymous(this="DATEADD", expressions=[exp.var(of), whole, date])

    def failing(self, date: exp.Expr, within: exp.Expr) -> exp.Expr:
        text = exp.DPipe(this=exp.Literal.string(f"{OUTSIDE}, from "), expression=self.text(date, ty.DATE))
        return cast(text, self.physical(ty.DATE))  # no text that starts so is a date

    def days_between(self, later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="DATEDIFF", expressions=[exp.var("DAY"), earlier, later])

    def text(self, value: exp.Expr, type_: ty.Known) -> exp.Expr:
        if isinstance(type_, ty.Date):  # a cast would give what the session's DATE_OUTPUT_FORMAT says
            return exp.Anonymous(this="TO_VARCHAR", expressions=[value, exp.Literal.string("YYYY-MM-DD")])
        return super().text(value, type_)

    def joined(self, separator: exp.Expr, texts: Sequence[exp.Expr]) -> exp.Expr:
        given = exp.Anonymous(this="ARRAY_CONSTRUCT_COMPACT", expressions=list(texts))
        return exp.Nullif(
            this=exp.Anonymous(this="ARRAY_TO_STRING", expressions=[given, separator]), expression=exp.Literal.string("")
        )
