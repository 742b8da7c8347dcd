"""What holds on a day: `param on day`, and the level a designation gives a row on a day."""

from __future__ import annotations

from dataclasses import replace

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.semantics import errors
from incdsl.semantics.elaborates import Elaborates
from incdsl.semantics.environment import NO_LEVEL, Environment
from incdsl.semantics.narrowing import given_when
from incdsl.semantics.terms import both, op, optional, present
from incdsl.semantics.values import FoundRow, Scope
from incdsl.syntax import ast


def elaborate_on_day(elaborator: Elaborates, node: ast.OnDay, scope: Scope) -> ir.Expr | None:
    """`param on day`, or `Designation[row] on day`."""
    match node.operand:
        case ast.Name(name=name) if name in elaborator.dated_params:
            day = elaborator.of_type(node.day, scope, ty.DATE, "what follows `on`")
            return None if day is None else _dated(elaborator, name, day)
        case ast.Lookup(relation=ast.Identifier(name=name), keys=keys) if name in elaborator.env.designations:
            day = elaborator.of_type(node.day, scope, ty.DATE, "what follows `on`")
            if day is None:
                return None
            if len(keys) != 1:
                designation = elaborator.env.designations[name]
                names = (designation.relation.name,)
                elaborator.env.sink.add(errors.KeyCount(node.span, name, names, len(keys), designation.name.span))
                return None
            return _level_of(elaborator, node, elaborator.env.designations[name], keys[0], day, scope)
        case operand:
            if not isinstance(operand, ast.Name | ast.Lookup) or not _reported(elaborator.env, operand):
                elaborator.env.sink.add(errors.NotDated(operand.span, operand.span.text))
            return None


def _reported(env: Environment, node: ast.Name | ast.Lookup) -> bool:
    name = node.name if isinstance(node, ast.Name) else node.relation.name
    return name in env.invalid_names


def _dated(elaborator: Elaborates, name: str, day: ir.Expr) -> ir.Expr:
    """The value of a parameter on a day; optional when none holds before the first day."""
    dated = elaborator.dated_params[name]
    type_: ty.Type = dated.type if dated.has_first else ty.Optional(ty.known(dated.type))
    branches = [
        (op("greater_or_equal", day, ir.Literal(first, ty.DATE)), ir.Literal(value, type_)) for first, value in dated.from_days
    ]
    first = ir.Literal(dated.first if dated.has_first else None, type_)
    return ir.Case(tuple(reversed(branches)), first, type_) if branches else first


def _level_of(
    elaborator: Elaborates, node: ast.OnDay, designation: ast.Designation, key: ast.Expr, day: ir.Expr, scope: Scope
) -> ir.Expr | None:
    if scope.inner is not None:
        elaborator.env.sink.add(errors.NestedAggregate(node.span, scope.inner.name))
        return None
    relation = elaborator.env.relations.get(designation.relation.name)
    key_type = elaborator.env.key_type(relation) if relation is not None else None
    if relation is None or key_type is None:
        return None
    row_type = ty.Row(relation.name, key_type)
    found = elaborator.of_type(key, scope, row_type, f"whom `{designation.name.name}` is asked about")
    if found is None:
        return None
    lets = {let.name.name: let for let in designation.lets}
    subject = FoundRow(relation, (found,), certain=not elaborator.access.dated(relation))
    inside = Scope(scope.row, subject=subject, day=day, names=lets)
    type_ = elaborator.env.levels(designation)
    branches = []
    for level in designation.levels:
        conditions = [_holds(elaborator, requirement, inside, day) for requirement in level.requirements]
        if any(condition is None for condition in conditions):
            return None
        reached = (
            both(*(condition for condition in conditions if condition is not None))
            if conditions
            else ir.Literal(True, ty.BOOLEAN)
        )
        branches.append((reached, ir.Literal(level.name.name, type_)))
    return ir.Case(tuple(branches), ir.Literal(NO_LEVEL, type_), type_)


def _holds(elaborator: Elaborates, requirement: ast.Require, scope: Scope, day: ir.Expr) -> ir.Expr | None:
    """Whether a requirement of a level holds on a day; an event has to have happened by then."""
    lines = {line.kind: line for line in requirement.lines}
    when = lines.get("when")
    applies = None
    inner = scope
    if when is not None:
        applies = elaborator.condition(when.value, scope, "what follows `when`")
        if applies is None:
            return None
        inner = replace(scope, given=given_when(when.value, scope, True))
    event: ir.Expr | None = None
    if "that" in lines:
        held = elaborator.condition(lines["that"].value, inner, "what is required")
    elif "done" in lines:
        event = elaborator.of_type(lines["done"].value, inner, ty.Optional(ty.DATE), "what is done")
        if event is None:
            return None
        event = optional(event)
        held = op("and", op("given", event), op("less_or_equal", present(event), day))
    else:
        return None
    if "by" in lines and held is not None:
        deadline = elaborator.of_type(lines["by"].value, inner, ty.DATE, "a deadline")
        if deadline is None:
            return None
        # As in the status: an event has to happen by the deadline, a condition is met once the deadline has come.
        in_time = op("less_or_equal", present(event), deadline) if event is not None else op("less_or_equal", deadline, day)
        held = both(held, in_time)
    if held is None or applies is None:
        return held
    return op("or", op("not", applies), held)
