"""Trino's SQL, written and not run.

Facts this rests on, from its documentation: a literal such as `0.20` is a DECIMAL; `+`, `-` and `*` give the larger scale
or the sum of the scales, and raise where 38 digits do not hold the result; `round` takes a half away from zero;
texts are compared by code point; `date_add` of months gives the last day of a month that lacks its day.
"""

from __future__ import annotations

from sqlglot import exp

from incdsl.backends.sql.dialect import cast, numeral
from incdsl.backends.sql.warehouse import OUTSIDE, Warehouse
from incdsl.core import types as ty


class Trino(Warehouse):
    """See `dialect.Dialect`."""

    name = "trino"

    def as_of(self) -> exp.Expr:
        return exp.Placeholder(this="as_of")  # a client puts the day in its place

    def truncated(self, value: exp.Expr, places: int) -> exp.Expr:
        return exp.Anonymous(this="TRUNCATE", expressions=[value, numeral(places)])

    def later(self, date: exp.Expr, count: exp.Expr, of: str) -> exp.Expr:
        whole = cast(count, exp.DataType(this=exp.DataType.Type.BIGINT))
        return exp.Anonymous(this="DATE_ADD", expressions=[exp.Literal.string(of.lower()), whole, date])

    def failing(self, date: exp.Expr, within: exp.Expr) -> exp.Expr:
        return cast(exp.Anonymous(this="FAIL", expressions=[exp.Literal.string(OUTSIDE)]), self.physical(ty.DATE))

    def days_between(self, later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="DATE_DIFF", expressions=[exp.Literal.string("day"), earlier, later])
