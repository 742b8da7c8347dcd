"""Databricks' SQL, written for a SQL warehouse; the tests run it on open-source Spark as that is set by itself.

What it shares with Spark, it says as Spark does. The difference is that a warehouse lets nobody turn the loss of precision
off: where `+`, `-` or `*` could have more than 38 digits, decimals after the sixth are cut, silently; and where decimals
of two scales are compared, those of the larger. So operands are narrowed first, by casts that raise where the digits do
not suffice. A product has one digit more than those of its operands together.

Tables stand in schemas, and are Delta tables, whose names of columns may not have spaces, dots and some other marks;
`CREATE TABLE` fills them. The functions are temporary.
"""

from __future__ import annotations

import re

from sqlglot import exp

from incdsl.backends.sql.dialect import cast, decimal_type, spelled, unit
from incdsl.backends.sql.narrowing import PRODUCT_DIGITS, narrowed
from incdsl.backends.sql.spark import Spark
from incdsl.core import types as ty

_NOT_IN_NAMES = re.compile(r"[^\w]")
_KEPT_DECIMALS = 6
"""Decimals that are not cut."""

_SUMMAND = ty.MAX_DIGITS - 1
"""The digits that each operand of a sum may have."""


class Databricks(Spark):
    """See `dialect.Dialect`."""

    name = "databricks"
    schemas = True
    product_spare = 2  # the factor, ten to some power, has one digit more than that

    def fitted(self, name: str) -> str:
        return spelled(name, _NOT_IN_NAMES)

    def plus(self, left: exp.Expr, right: exp.Expr, type_: ty.Decimal) -> exp.Expr:
        return super().plus(_summand(left, type_), _summand(right, type_), type_)

    def minus(self, left: exp.Expr, right: exp.Expr, type_: ty.Decimal) -> exp.Expr:
        return super().minus(_summand(left, type_), _summand(right, type_), type_)

    def times(
        self, left: exp.Expr, left_type: ty.Decimal, right: exp.Expr, right_type: ty.Decimal, type_: ty.Decimal
    ) -> exp.Expr:
        one, other = narrowed((left, right), (left_type, right_type))
        product = super().times(one, left_type, other, right_type, type_)
        return cast(product, decimal_type(min(left_type.digits + right_type.digits, ty.MAX_DIGITS), type_.scale))

    def compared(
        self, operator: type[exp.Binary], left: exp.Expr, left_type: ty.Type, right: exp.Expr, right_type: ty.Type
    ) -> exp.Expr:
        one, other = (ty.known(ty.stored(type_)) for type_ in (left_type, right_type))
        if isinstance(one, ty.Decimal) and isinstance(other, ty.Decimal):
            scale = max(one.scale, other.scale)
            if max(one.digits - one.scale, other.digits - other.scale) + scale > ty.MAX_DIGITS:
                left, right = (cast(side, decimal_type(ty.MAX_DIGITS, scale)) for side in (left, right))
        return super().compared(operator, left, left_type, right, right_type)

    def create(self, table: exp.Table, query: exp.Query) -> exp.Expr:
        return exp.Create(this=table, kind="TABLE", expression=query)

    def _in_units(self, whole: exp.Expr, places: int) -> exp.Expr:
        narrow = cast(whole, decimal_type(PRODUCT_DIGITS - places, 0))
        return exp.Mul(this=narrow, expression=unit(places))


def _summand(value: exp.Expr, type_: ty.Decimal) -> exp.Expr:
    if type_.digits < ty.MAX_DIGITS or type_.scale <= _KEPT_DECIMALS:
        return value
    return cast(value, decimal_type(_SUMMAND, type_.scale))
