"""What an expression reads: the walk that the verifier and the engines share, and the graph of columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import assert_never

from incdsl.core import ir

Node = tuple[str, str | None]
"""A column of a relation; with None, which of its rows are known."""


def columns(relation: ir.Relation) -> tuple[ir.StoredColumn | ir.DerivedColumn, ...]:
    """All columns of a relation: the stored ones, then the derived ones."""
    return (*relation.stored, *relation.derived)


def children(expression: ir.Expr) -> Iterator[tuple[ir.Expr, int]]:
    """The expressions directly inside one, in the order of their evaluation; each with the number of rows (0 or
    1) that it has in scope beyond those of the expression itself."""
    match expression:
        case ir.Literal() | ir.Param() | ir.AsOf() | ir.Column():
            return
        case ir.Lookup():
            for key in expression.keys:
                yield key, 0
        case ir.Aggregate():
            if expression.where is not None:
                yield expression.where, 1
            if expression.value is not None:
                yield expression.value, 1
        case ir.Operation():
            for operand in expression.operands:
                yield operand, 0
        case ir.Case():
            for condition, value in expression.branches:
                yield condition, 0
                yield value, 0
            yield expression.otherwise, 0
        case _:
            assert_never(expression)


def expressions_of(part: ir.OutputPart) -> tuple[ir.Expr, ...]:
    """All expressions of an output part: its condition, if it has one, and its cells."""
    return part.cells if part.where is None else (part.where, *part.cells)


def reads_row(expression: ir.Expr, depth: int = 0) -> bool:
    """Whether the expression reads a column of the row at `depth`."""
    if isinstance(expression, ir.Column):
        return expression.depth == depth
    return any(reads_row(child, depth + deeper) for child, deeper in children(expression))


def one_row(expression: ir.Expr, names: Collection[str]) -> bool:
    """Whether the expression reads nothing but columns of these names of the innermost row."""
    match expression:
        case ir.Column(name, _, depth):
            return depth == 0 and name in names
        case ir.Param() | ir.AsOf() | ir.Lookup() | ir.Aggregate():
            return False
        case ir.Literal() | ir.Operation() | ir.Case():
            return all(one_row(child, names) for child, _ in children(expression))
        case _:
            assert_never(expression)


def fields_read(expression: ir.Expr) -> tuple[str, ...]:
    """The columns of the innermost row that the expression reads outside aggregates, in the order of first appearance."""
    if isinstance(expression, ir.Column):
        return (expression.name,) if expression.depth == 0 else ()
    found = (name for child, deeper in children(expression) if not deeper for name in fields_read(child))
    return tuple(dict.fromkeys(found))


def conjuncts(condition: ir.Expr | None) -> Iterator[ir.Expr]:
    """The conditions that a condition joins by `and`, in order; none for None."""
    if isinstance(condition, ir.Operation) and condition.operator == "and":
        for operand in condition.operands:
            yield from conjuncts(operand)
    elif condition is not None:
        yield condition


@dataclass(frozen=True)
class Read:
    """A column of `relation` that is read; with `column` None, which of its rows are known. `own` when it is
    read from the very row that the expression is about, and not from a row found or aggregated."""

    relation: str
    column: str | None
    own: bool


def reads(expression: ir.Expr, scope: tuple[str, ...]) -> Iterator[Read]:
    """Everything the expression reads. `scope` names the relations of the rows in scope, innermost first.

    Raises IndexError for a column deeper than the scope.
    """
    if isinstance(expression, ir.Column):
        yield Read(scope[expression.depth], expression.name, own=expression.depth == len(scope) - 1)
    elif isinstance(expression, ir.Lookup):
        yield Read(expression.relation, None, own=False)
        if expression.column is not None:
            yield Read(expression.relation, expression.column, own=False)
    elif isinstance(expression, ir.Aggregate):
        yield Read(expression.relation, None, own=False)
    for child, deeper in children(expression):
        inner = (expression.relation, *scope) if deeper and isinstance(expression, ir.Aggregate) else scope
        yield from reads(child, inner)


def column_graph(program: ir.Program) -> dict[Node, set[Node]]:
    """For each column, and for which rows of each relation are known, what they are worked out from."""
    graph: dict[Node, set[Node]] = {}
    for relation in program.relations:
        scope = (relation.name,)
        for stored in relation.stored:
            graph[relation.name, stored.name] = set()
        for derived in relation.derived:
            graph[relation.name, derived.name] = {(r.relation, r.column) for r in reads(derived.definition, scope)}
        known: set[Node] = set()
        if relation.known is not None:
            known |= {(r.relation, r.column) for r in reads(relation.known, scope)}
        if isinstance(relation.source, ir.Pairs):
            known |= {(relation.source.left, None), (relation.source.right, None)}
        graph[relation.name, None] = known
    return graph
