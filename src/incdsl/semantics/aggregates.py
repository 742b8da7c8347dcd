"""Sums, counts and their kind over the rows of another relation."""

from __future__ import annotations

from dataclasses import replace

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.operators import OperandTypeError, aggregate_type
from incdsl.semantics import errors, operations
from incdsl.semantics.elaborates import Elaborates
from incdsl.semantics.environment import RELATIONS
from incdsl.semantics.narrowing import given_when
from incdsl.semantics.notes import Branch, rows_of
from incdsl.semantics.values import Scope
from incdsl.syntax import ast


def elaborate_aggregate(elaborator: Elaborates, node: ast.Aggregate, scope: Scope) -> ir.Expr | None:
    """The core aggregate of `sum of … over …` and its kind."""
    relation = elaborator.env.relations.get(node.relation.name)
    if relation is None:
        if node.relation.name not in elaborator.env.invalid_names and not elaborator.env.may_be_lost(*RELATIONS):
            known = elaborator.env.named_relations()
            elaborator.env.sink.add(errors.UnknownRelation(node.relation.span, node.relation.name, known))
        return None
    if relation.name in elaborator.decisions:
        elaborator.env.sink.add(errors.NoRows(node.relation.span, relation.name, relation.span))
        return None
    if scope.inner is not None:
        elaborator.env.sink.add(errors.NestedAggregate(node.span, scope.inner.name))
        return None
    given = frozenset(("this", *path[1:]) if path[0] == "own" else path for path in scope.given)
    inner = replace(scope, inner=relation, given=given)
    where = elaborator.condition(node.where, inner, "what follows `where`") if node.where is not None else None
    if node.where is not None:
        if where is None:
            return None
        what, why = f"what follows `where`, `{node.where.span.text}`,", f"no row of `{relation.name}` can have it"
        elaborator.notes.branches.append(Branch(node.where.span, what, why, rows_of(inner), where, counted=False))
        inner = replace(inner, given=inner.given | given_when(node.where, inner, True))
    value = None
    if node.value is not None:
        value = elaborator.known(node.value, inner)
        if value is None:
            return None
    operator = {"latest": "largest", "earliest": "smallest"}.get(node.operator, node.operator)
    try:
        type_ = aggregate_type(operator, value.type if value is not None else None)
        if node.operator in ("latest", "earliest") and type_ != ty.Optional(ty.DATE):
            raise OperandTypeError
    except OperandTypeError:
        assert node.value is not None
        assert value is not None
        needed = "a date" if node.operator in ("latest", "earliest") else "money or a number"
        purpose = f"what `{node.operator} of` takes"
        elaborator.env.sink.add(errors.TypeMismatch(node.value.span, needed, operations.in_words(value.type), purpose))
        return None
    return ir.Aggregate(operator, relation.name, where, value, type_)
