"""Expressions of the core that several rules build, each in one place."""

from __future__ import annotations

from dataclasses import replace
from decimal import Context, Decimal

from incdsl.core import ir
from incdsl.core import types as ty

_WIDE = Context(prec=200)
"""Room for every value that a type of the core can hold: Python's own context has only 28 digits."""


def shifted(expr: ir.Expr, by: int = 1, depth: int = 0) -> ir.Expr:
    """An expression about the row in scope, for a place that has `by` more rows inside that one."""
    match expr:
        case ir.Column():
            return replace(expr, depth=expr.depth + by) if expr.depth >= depth else expr
        case ir.Lookup():
            return replace(expr, keys=tuple(shifted(key, by, depth) for key in expr.keys))
        case ir.Aggregate():
            where = None if expr.where is None else shifted(expr.where, by, depth + 1)
            value = None if expr.value is None else shifted(expr.value, by, depth + 1)
            return replace(expr, where=where, value=value)
        case ir.Operation():
            return replace(expr, operands=tuple(shifted(operand, by, depth) for operand in expr.operands))
        case ir.Case():
            branches = tuple((shifted(test, by, depth), shifted(value, by, depth)) for test, value in expr.branches)
            return replace(expr, branches=branches, otherwise=shifted(expr.otherwise, by, depth))
        case ir.Literal() | ir.Param() | ir.AsOf():
            return expr


def op(operator: str, *operands: ir.Expr, type_: ty.Type = ty.BOOLEAN) -> ir.Operation:
    """An operation whose type is known to whoever builds it."""
    return ir.Operation(operator, operands, type_)


def both(*conditions: ir.Expr) -> ir.Expr:
    """All of the conditions."""
    return conditions[0] if len(conditions) == 1 else op("and", *conditions)


def text(value: str) -> ir.Literal:
    """A constant text."""
    return ir.Literal(value, ty.TEXT)


def missing(type_: ty.Known) -> ir.Literal:
    """The missing value of an optional type."""
    return ir.Literal(None, ty.Optional(type_))


def present(expr: ir.Expr) -> ir.Expr:
    """The value of an optional expression, at a place where it is known to be there."""
    return op("known", expr, type_=ty.known(expr.type)) if isinstance(expr.type, ty.Optional) else expr


def optional(expr: ir.Expr) -> ir.Expr:
    """The expression where a missing one could stand."""
    return expr if isinstance(expr.type, ty.Optional) else op("optional", expr, type_=ty.Optional(ty.known(expr.type)))


def within(day: ir.Expr, start: ir.Expr, end: ir.Expr) -> ir.Expr:
    """Whether a day lies in a range of days, both inclusive; a missing end never ends."""
    after = op("greater_or_equal", day, start)
    if isinstance(end.type, ty.Optional):
        ended = op("less_or_equal", day, present(end))
        return op("and", after, op("or", op("not", op("given", end)), ended))
    return op("and", after, op("less_or_equal", day, end))


def with_scale(value: Decimal, scale: int) -> Decimal:
    """The value with so many decimals, rounded where it has more."""
    return value.quantize(Decimal(1).scaleb(-scale), context=_WIDE)


def resized(expr: ir.Expr, type_: ty.Type) -> ir.Expr:
    """The same value with the digits and scale of a wider type of its kind."""
    if expr.type == type_:
        return expr
    if (
        isinstance(expr, ir.Literal)
        and isinstance(expr.value, Decimal)
        and isinstance(type_, ty.Days | ty.Number | ty.Percent | ty.Money)
    ):
        return ir.Literal(with_scale(expr.value, type_.scale), type_)
    if isinstance(type_, ty.Optional):
        inner = resized(expr, type_.of) if not isinstance(expr.type, ty.Optional) else expr
        if isinstance(inner.type, ty.Optional):
            wide = op("widen", present(inner), type_=type_.of)
            return ir.Case(((op("given", inner), optional(wide)),), missing(type_.of), type_)
        return optional(inner)
    return op("widen", expr, type_=type_)
