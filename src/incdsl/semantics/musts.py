"""What holds of every row of a record: its `must` lines, about the fields of one row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from incdsl.core import ir
from incdsl.semantics import errors
from incdsl.semantics.access import known_event
from incdsl.semantics.elaborates import Elaborates
from incdsl.semantics.environment import Relation
from incdsl.semantics.values import Scope
from incdsl.syntax import ast


def elaborate_musts(
    elaborator: Elaborates, params: Sequence[ir.ParamValue], relation: Relation, node: ast.Record
) -> tuple[ir.Condition, ...]:
    """The conditions of a record, in order. A parameter in one is the value it has; an event is the date that the feed
    brings, whether or not it has come by the as-of date. What reads more than the row is reported."""
    conditions = []
    for must in node.musts:
        holds = elaborator.condition(must.condition, Scope(relation), "what follows `must`")
        if holds is None:
            continue
        values = {param.name: ir.Literal(param.value, param.type) for param in params}
        events = {known_event(column.name): column.name for column in relation.columns.values() if column.event}
        stored = _of_the_row(holds, values, events)
        beyond = next(_beyond(stored, relation), None)
        if beyond is not None:
            elaborator.env.sink.add(errors.BeyondTheRow(must.condition.span, relation.name, beyond))
            continue
        text = re.sub(r"\s+", " ", must.condition.span.text)
        conditions.append(ir.Condition(stored, must.label or text, text, elaborator.env.origin(must, must.provenance)))
    return tuple(conditions)


def _of_the_row(expr: ir.Expr, params: Mapping[str, ir.Literal], events: Mapping[str, str]) -> ir.Expr:
    """The expression over what the feed brings: parameters as their values, events as they are stored."""
    match expr:
        case ir.Param(name):
            return params[name]
        case ir.Column(name):
            return replace(expr, name=events.get(name, name))
        case ir.Operation(_, operands):
            return replace(expr, operands=tuple(_of_the_row(operand, params, events) for operand in operands))
        case ir.Case(branches, otherwise):
            changed = tuple((_of_the_row(test, params, events), _of_the_row(value, params, events)) for test, value in branches)
            return replace(expr, branches=changed, otherwise=_of_the_row(otherwise, params, events))
        case ir.Literal() | ir.AsOf() | ir.Lookup() | ir.Aggregate():
            return expr


def _beyond(expr: ir.Expr, relation: Relation) -> Iterator[str]:
    """What the expression reads that is not stored in its row, in words."""
    match expr:
        case ir.Lookup(target) | ir.Aggregate(_, target):
            yield f"rows of `{target}`"
        case ir.AsOf():
            yield "the as-of date"
        case ir.Column(name) if name in relation.lets:
            yield f"`{name}`, which a rule works out"
        case ir.Operation(_, operands):
            for operand in operands:
                yield from _beyond(operand, relation)
        case ir.Case(branches, otherwise):
            for part in (*(part for branch in branches for part in branch), otherwise):
                yield from _beyond(part, relation)
        case ir.Literal() | ir.Param() | ir.Column():
            return
