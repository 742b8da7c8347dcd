"""Membership: a day in a period or range, a value in a list."""

from __future__ import annotations

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.semantics import errors, operations
from incdsl.semantics.elaborates import Elaborates
from incdsl.semantics.same_record import rows_agree
from incdsl.semantics.terms import op, within
from incdsl.semantics.unknown import period
from incdsl.semantics.values import DateRange, Scalar, Scope, Value
from incdsl.syntax import ast


def is_between(elaborator: Elaborates, node: ast.Between, scope: Scope) -> ir.Expr | None:
    """`day in first through last`"""
    day = elaborator.of_type(node.operand, scope, ty.DATE, "what stands before `in ... through`")
    start = elaborator.of_type(node.first, scope, ty.DATE, "the first day")
    end = elaborator.of_type(node.last, scope, ty.DATE, "the last day")
    return None if day is None or start is None or end is None else within(day, start, end)


def covers(elaborator: Elaborates, node: ast.Binary, scope: Scope) -> ir.Expr | None:
    """`range covers day`"""
    ranged = elaborator.value(node.left, scope)
    day = elaborator.of_type(node.right, scope, ty.DATE, "what follows `covers`")
    return None if ranged is None or day is None else _within(elaborator, node.left, scope, ranged, day)


def is_in(elaborator: Elaborates, node: ast.In, scope: Scope) -> ir.Expr | None:
    """`x in a, b, c`, or `day in period`"""
    first = node.members[0]
    if len(node.members) == 1 and not isinstance(first, ast.String) and not elaborator.names_a_value(first, scope):
        ranged = elaborator.value(first, scope)
        if ranged is None:
            return None
        if not isinstance(first, ast.Lookup) or not _names_period(elaborator, node.operand, scope):
            day = elaborator.of_type(node.operand, scope, ty.DATE, "what stands before `in`")
            return None if day is None else _within(elaborator, first, scope, ranged, day)
    operand = elaborator.operand(node.operand, scope)
    if operand is None:
        return None
    if operand.type == ty.DATE and all(isinstance(member, ast.Lookup) for member in node.members):
        tests = " or ".join(f"{node.operand.span.text} in {member.span.text}" for member in node.members)
        hint = f"ask for one period after the other: `({tests})`"
        what, found = "what stands after `in`", "a list of rows"
        elaborator.env.sink.add(errors.TypeMismatch(node.span, "one period or a list of dates", found, what, hint))
        return None
    named = period(elaborator.env, first.span.text) if operand.type == ty.DATE and isinstance(first, ast.String) else ""
    if named:
        what, found = "what stands after `in`", "text"
        elaborator.env.sink.add(errors.TypeMismatch(first.span, "a period or a date range", found, what, f"write `{named}`"))
        return None
    found_in = []
    for member in node.members:
        other = elaborator.operand(member, scope, operand.type)
        if other is None or not rows_agree(elaborator.env.sink, node.span, scope, (node.operand, operand), (member, other)):
            return None
        meant = scope.other_row(node.operand, operand.type)
        test = operations.compare(elaborator.env.sink, node, "equal", operand, other, meant, member)
        if test is None:
            return None
        found_in.append(test)
    return found_in[0] if len(found_in) == 1 else op("or", *found_in)


def _names_period(elaborator: Elaborates, node: ast.Expr, scope: Scope) -> bool:
    """Whether what stands before `in` is itself a period, so that it is compared with the one that stands after it."""
    if not isinstance(node, ast.Name | ast.Member | ast.Lookup):
        return False
    value = elaborator.value(node, scope)
    row = None if value is None else elaborator.access.row_of(value)
    return row is not None and isinstance(row.relation.node, ast.Calendar)


def _within(elaborator: Elaborates, node: ast.Expr, scope: Scope, ranged: Value, day: ir.Expr) -> ir.Expr | None:
    if isinstance(ranged, DateRange):
        if isinstance(ranged.start.type, ty.Optional):
            elaborator.may_be_missing(node, scope)
            return None
        return within(day, ranged.start, ranged.end)
    row = elaborator.access.row_of(ranged)
    if row is not None and isinstance(row.relation.node, ast.Calendar):
        start = elaborator.access.member(row, "start", node.span)
        end = elaborator.access.member(row, "end", node.span)
        assert isinstance(start, Scalar)
        assert isinstance(end, Scalar)
        if isinstance(start.expr.type, ty.Optional):
            elaborator.may_be_missing(node, scope)
            return None
        return within(day, start.expr, end.expr)
    found = operations.in_words(ranged.expr.type) if isinstance(ranged, Scalar) else "a row"
    named = period(elaborator.env, node.span.text)
    if isinstance(node, ast.Binary) and node.operator == "-" and isinstance(node.left, ast.Date):
        named = f"{node.left.span.text} through {node.right.span.text}"
    hint = f"write `{named}`" if named else "name a period such as `this.period`, a date range, or a list of values"
    elaborator.env.sink.add(errors.TypeMismatch(node.span, "a period or a date range", found, "this", hint))
    return None
