"""Rates per slice: each part of the base between two bounds at its own rate."""

from __future__ import annotations

from decimal import Decimal

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.operators import common, result_type
from incdsl.semantics import errors, operations
from incdsl.semantics.constants import show
from incdsl.semantics.elaborates import Elaborates
from incdsl.semantics.notes import Branch, rows_of
from incdsl.semantics.terms import op, resized
from incdsl.semantics.tiers import tier_bounds, tier_values, tiers_in_order
from incdsl.semantics.values import Scope
from incdsl.syntax import ast


def elaborate_slices(elaborator: Elaborates, node: ast.Tiers, base: ir.Expr, scope: Scope) -> ir.Expr | None:
    """The sum, over the slices of the base, of the slice times its rate. The top slice is open, and so is the lowest
    one when it is written as `below`; else what lies below the lowest bound earns nothing."""
    bounds = tier_bounds(elaborator, node, base.type)
    rates = tier_values(elaborator, "rate", node, scope)
    if bounds is None or rates is None or not rates:
        return None
    if not isinstance(rates[0].type, ty.Percent | ty.Number):
        found = operations.in_words(rates[0].type)
        elaborator.env.sink.add(errors.TypeMismatch(node.tiers[0].value.span, "a percent or a number", found, "a rate"))
        return None
    if not tiers_in_order(elaborator, node, bounds):
        return None
    for tier, bound in zip(node.tiers, bounds, strict=True):
        if tier.from_:
            what, why = f"the slice from {show(bound.value, bound.type)}", "the base never goes beyond it"
            elaborator.notes.branches.append(Branch(tier.span, what, why, rows_of(scope), op("greater", base, bound)))
    total: ir.Expr | None = None
    for index, (tier, bound, rate) in enumerate(zip(node.tiers, bounds, rates, strict=True)):
        top = bounds[index + 1] if index + 1 < len(bounds) else None
        part = _slice(base, bound, top) if tier.from_ else _lowest(base, bound)
        earned = ir.Operation("multiply", (part, rate), result_type("multiply", (part.type, rate.type)))
        total = earned if total is None else ir.Operation("add", (total, earned), result_type("add", (total.type, earned.type)))
    return total


def _lowest(base: ir.Expr, top: ir.Literal) -> ir.Expr:
    """The part of the base below a bound, all of it where the base is negative."""
    joined = common(base.type, top.type)
    return op("smaller", resized(base, joined), resized(top, joined), type_=joined)


def _slice(base: ir.Expr, bottom: ir.Literal, top: ir.Literal | None) -> ir.Expr:
    """The part of the base between two bounds; zero where the base does not reach the lower one."""
    joined = common(base.type, bottom.type)
    reached: ir.Expr = resized(base, joined)
    if top is not None:
        reached = op("smaller", reached, resized(top, joined), type_=joined)
    part = ir.Operation("subtract", (reached, resized(bottom, joined)), result_type("subtract", (joined, joined)))
    assert ty.is_decimal(part.type)
    zero = ir.Literal(Decimal(0).scaleb(-part.type.scale), part.type)
    return op("larger", part, zero, type_=part.type)
