"""BigQuery's SQL, written and not run.

Facts this rests on, from its documentation: a literal such as `0.20` is a FLOAT64, so decimals are casts of texts; a
NUMERIC has nine decimals, and a BIGNUMERIC 38 of its 76 digits, which is enough for every product we write, exactly;
a cast to a BIGNUMERIC of fewer digits raises where they do not suffice; `DIV` and `MOD` of BIGNUMERIC are exact; `ROUND`
takes a half away from zero, and to even when told so; a BIGNUMERIC as text has no zeros at its end; texts are compared
by code point; `DATE_ADD` raises outside the years 1 to 9999 and gives the last day of a month that lacks its day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot import exp

from incdsl.backends.sql.dialect import cast, numeral, spelled, unit, wrapped
from incdsl.backends.sql.exact_literals import exact_literals
from incdsl.backends.sql.script import UnsupportedInTarget
from incdsl.backends.sql.warehouse import OUTSIDE, Warehouse
from incdsl.core import types as ty

_NOT_IN_NAMES = re.compile(r"""[!"$()*,./;?@\[\\\]^`{}~]""")


class BigQuery(Warehouse):
    """See `dialect.Dialect`."""

    name = "bigquery"

    def physical(self, type_: ty.Type) -> exp.DataType:
        match ty.known(ty.stored(type_)):
            case ty.Days(digits, scale) | ty.Number(digits, scale) | ty.Percent(digits, scale) | ty.Money(_, digits, scale):
                return _decimal(digits, scale)
            case _:
                return super().physical(type_)

    def fitted(self, name: str) -> str:
        return spelled(name, _NOT_IN_NAMES)

    def plus(self, left: exp.Expr, right: exp.Expr, type_: ty.Decimal) -> exp.Expr:
        return _guarded(super().plus(left, right, type_), type_)

    def minus(self, left: exp.Expr, right: exp.Expr, type_: ty.Decimal) -> exp.Expr:
        return _guarded(super().minus(left, right, type_), type_)

    def times(
        self, left: exp.Expr, left_type: ty.Decimal, right: exp.Expr, right_type: ty.Decimal, type_: ty.Decimal
    ) -> exp.Expr:
        return _guarded(super().times(left, left_type, right, right_type, type_), type_)

    def rounded(self, value: exp.Expr, type_: ty.Decimal, places: int, mode: str) -> exp.Expr:
        if mode == "half_even" and places < type_.scale:
            return exp.Anonymous(this="ROUND", expressions=[value, numeral(places), exp.Literal.string("ROUND_HALF_EVEN")])
        return super().rounded(value, type_, places, mode)

    def quotient(
        self,
        dividend: exp.Expr,
        dividend_type: ty.Decimal,
        divisor: exp.Expr,
        divisor_type: ty.Decimal,
        places: int,
        mode: str,
    ) -> exp.Expr:
        if mode != "down":
            raise UnsupportedInTarget(f"a division rounded {mode.replace('_', ' ')}: only `down` can be said here")
        top = exp.Mul(this=wrapped(dividend), expression=numeral(10**places)) if places else dividend
        by = exp.Nullif(this=divisor, expression=numeral(0))
        whole = exp.Anonymous(this="DIV", expressions=[top, by])
        return exp.Mul(this=whole, expression=unit(places)) if places else whole

    def later(self, date: exp.Expr, count: exp.Expr, of: str) -> exp.Expr:
        whole = cast(count, exp.DataType(this=exp.DataType.Type.BIGINT))
        return exp.DateAdd(this=date, expression=whole, unit=exp.var(of))

    def failing(self, date: exp.Expr, within: exp.Expr) -> exp.Expr:
        return cast(exp.Anonymous(this="ERROR", expressions=[exp.Literal.string(OUTSIDE)]), self.physical(ty.DATE))

    def days_between(self, later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
        return exp.DateDiff(this=later, expression=earlier, unit=exp.var("DAY"))

    def text(self, value: exp.Expr, type_: ty.Known) -> exp.Expr:
        if ty.is_decimal(type_):
            return exp.Anonymous(this="FORMAT", expressions=[exp.Literal.string(f"%.{type_.scale}f"), value])
        return super().text(value, type_)

    def joined(self, separator: exp.Expr, texts: Sequence[exp.Expr]) -> exp.Expr:
        between = exp.Anonymous(this="ARRAY_TO_STRING", expressions=[exp.Array(expressions=list(texts)), separator])
        return exp.Nullif(this=between, expression=exp.Literal.string(""))

    def finished(self, tree: exp.Expr) -> exp.Expr:
        return exact_literals(tree, lambda _, scale: _decimal(ty.MAX_DIGITS, scale))


def _decimal(digits: int, scale: int) -> exp.DataType:
    sizes = [exp.DataTypeParam(this=numeral(digits)), exp.DataTypeParam(this=numeral(scale))]
    return exp.DataType(this=exp.DataType.Type.BIGDECIMAL, expressions=sizes, nested=False)


def _guarded(value: exp.Expr, type_: ty.Decimal) -> exp.Expr:
    """The value, or an error where it has more digits than any type of ours."""
    return cast(value, _decimal(type_.digits, type_.scale)) if type_.digits == ty.MAX_DIGITS else value
