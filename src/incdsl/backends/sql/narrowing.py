"""For engines that cut the decimals of a product, silently, where its digits could be more than 38, and that count one digit
more than those of its operands together."""

from __future__ import annotations

from sqlglot import exp

from incdsl.backends.sql.dialect import cast, decimal_type
from incdsl.backends.sql.script import UnsupportedInTarget
from incdsl.core import types as ty

PRODUCT_DIGITS = ty.MAX_DIGITS - 1
"""The digits that the operands of a product may have together."""


def narrowed(operands: tuple[exp.Expr, exp.Expr], types: tuple[ty.Decimal, ty.Decimal]) -> tuple[exp.Expr, exp.Expr]:
    """The operands of a product, cast to fewer digits where both together have more than 37: the wider one first. The cast
    keeps every decimal, and raises where the digits do not suffice. Raises UnsupportedInTarget where the decimals alone are
    too many."""
    left, right = types
    sizes = [left.digits, right.digits]
    if sum(sizes) > PRODUCT_DIGITS:
        wider = sizes.index(max(sizes))
        other, least = types[1 - wider], types[wider].scale + 1
        sizes[1 - wider] = min(other.digits, max(PRODUCT_DIGITS // 2, other.scale + 1), PRODUCT_DIGITS - least)
        sizes[wider] = PRODUCT_DIGITS - sizes[1 - wider]
        if sizes[1 - wider] <= other.scale:
            raise UnsupportedInTarget(f"a product of {left.digits} and {right.digits} digits")
    one, another = (
        value if size >= type_.digits else cast(value, decimal_type(size, type_.scale))
        for value, type_, size in zip(operands, types, sizes, strict=True)
    )
    return one, another
