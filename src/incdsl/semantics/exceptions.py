"""Exceptions: a value, and other values where conditions hold. No exception goes before another: where two hold,
their values have to be equal, which is checked for every row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.operators import OperandTypeError
from incdsl.semantics import errors, operations
from incdsl.semantics.elaborates import Elaborates
from incdsl.semantics.narrowing import given_when
from incdsl.semantics.notes import Branch, rows_of
from incdsl.semantics.terms import both, op, present, resized
from incdsl.semantics.tiers import elaborate_tiers
from incdsl.semantics.values import Clash, Scope
from incdsl.syntax import ast


@dataclass(frozen=True)
class Excepted:
    """The value with its exceptions, and the clashes that may not happen."""

    value: ir.Expr
    clashes: tuple[Clash, ...]


def elaborate_let(elaborator: Elaborates, let: ast.Let, scope: Scope) -> Excepted | None:
    """The one value of a `let`, by tiers or not, with its exceptions if it has any; None when something was wrong, which
    has been reported."""
    if isinstance(let.value, ast.Tiers):
        rule = elaborate_tiers(elaborator, let.name.name, let.value, scope)
    else:
        rule = elaborator.expr(let.value, scope)
    if rule is None or not let.exceptions:
        return None if rule is None else Excepted(rule, ())
    type_ = rule.type
    found: list[tuple[ir.Expr, ir.Expr]] = []
    for exception in let.exceptions:
        test = elaborator.condition(exception.condition, scope, "what follows `when`")
        inner = replace(scope, given=scope.given | given_when(exception.condition, scope, True))
        value = elaborator.expr(exception.value, inner, type_)
        if test is None or value is None:
            return None
        try:
            joined = operations.joined(type_, value.type)
        except OperandTypeError:
            purpose = "the value of an exception"
            needed, other = operations.in_words(type_), operations.in_words(value.type)
            elaborator.env.sink.add(errors.TypeMismatch(exception.value.span, needed, other, purpose))
            return None
        if joined != ty.stored(type_):
            type_ = joined
        why = f"nothing can have `{exception.condition.span.text}`"
        elaborator.notes.branches.append(Branch(exception.span, "this exception", why, rows_of(scope), test))
        found.append((test, value))
    none = both(*(op("not", test) for test, _ in found))
    usual = "the value by tiers" if isinstance(let.value, ast.Tiers) else f"`{let.value.span.text}`"
    elaborator.notes.branches.append(Branch(let.value.span, usual, "an exception always holds", rows_of(scope), none))
    branches = tuple((test, resized(value, type_)) for test, value in found)
    value = ir.Case(branches, resized(rule, type_), type_)
    clashes = []
    for (first, second), places in zip(combinations(branches, 2), combinations(let.exceptions, 2), strict=True):
        lines = f"lines {places[0].span.line} and {places[1].span.line} of {let.span.source.path}"
        message = f"two exceptions of `{let.name.name}` hold with different values: {lines}"
        clashes.append(Clash(both(first[0], second[0], _differ(first[1], second[1])), message))
    return Excepted(value, tuple(clashes))


def _differ(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    if not isinstance(left.type, ty.Optional):
        return op("not_equal", left, right)
    one, other = op("given", left), op("given", right)
    values = op("and", one, other, op("not_equal", present(left), present(right)))
    return op("or", op("not_equal", one, other), values)
