"""How a value came about, as a tree: what was looked at, down to the rows used. For explanations of one row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from incdsl.core import ir
from incdsl.core.dependencies import children, columns, reads_row
from incdsl.engines.errors import Overflow, Unsound
from incdsl.engines.reference.evaluate import sort_key
from incdsl.engines.reference.evaluator import Evaluator, Frame, Scope, many_frames
from incdsl.engines.reference.rows import Row


@dataclass(frozen=True)
class ColumnRead:
    """The column that was read, of the row with that key."""

    relation: str
    key: tuple[ir.Value, ...]
    column: ir.StoredColumn | ir.DerivedColumn


@dataclass(frozen=True)
class RowFound:
    """What a lookup looked for (`sought`, a value per part of the key) and the row it found, if there is one."""

    relation: str
    sought: tuple[ir.Value, ...]
    row: Row | None


@dataclass(frozen=True)
class UsedRow:
    """A row that an aggregate holds for and what it gave to it: None for count and any."""

    key: tuple[ir.Value, ...]
    row: Row
    value: ir.Value


@dataclass(frozen=True)
class RowsUsed:
    """The rows an aggregate holds for, ordered by key, and the number of rows that it looked at and passed over.

    Looked at are the rows that have the value which the condition fixes for a column (`partner = this.partner`),
    or all known rows when it fixes none.
    """

    relation: str
    used: tuple[UsedRow, ...]
    passed_over: int


@dataclass(frozen=True)
class TraceNode:
    """An expression, its value, and the parts that were evaluated for it, in the order of evaluation.

    | expression | children | detail |
    | --- | --- | --- |
    | Column | the definition, when it has one | ColumnRead |
    | Lookup | the keys; then the column found, when it has a definition | RowFound |
    | Aggregate | what its condition and value read from outside the aggregated row, each once | RowsUsed |
    | and, or, otherwise | the operands up to the one that decides | |
    | other operations | the operands | |
    | Case | the conditions up to the first that holds, then the value taken | |
    """

    expression: ir.Expr
    value: ir.Value
    children: tuple[TraceNode, ...] = ()
    detail: ColumnRead | RowFound | RowsUsed | None = None


class Tracer(Evaluator):
    """An evaluator that can also say how it got to a value."""

    def trace(self, relation: str, row: Row, column: str) -> TraceNode:
        """How a column of a row came to its value. Raises Overflow, KeyError for a column there is not."""
        declared = next((c for c in columns(self.program.relation(relation)) if c.name == column), None)
        if declared is None:
            raise KeyError(column)
        value = self.value(relation, row, column)
        parts: tuple[TraceNode, ...] = ()
        if isinstance(declared, ir.DerivedColumn):
            with many_frames():
                parts = (self._node(declared.definition, (Frame(relation, row),)),)
        detail = ColumnRead(relation, self.key_of(relation, row), declared)
        return TraceNode(ir.Column(column, declared.type), value, parts, detail)

    def trace_expression(self, expression: ir.Expr, relation: str, row: Row) -> TraceNode:
        """How an expression about a row comes to its value. Raises Overflow."""
        self.expression(expression, relation, row)
        return self._node(expression, (Frame(relation, row),))

    def _node(self, expression: ir.Expr, scope: Scope) -> TraceNode:
        value = self.evaluate(expression, scope)
        match expression:
            case ir.Literal() | ir.Param() | ir.AsOf():
                return TraceNode(expression, value)
            case ir.Column(name, _, depth):
                read = self.trace(*scope[depth], name)
                return TraceNode(expression, value, read.children, read.detail)
            case ir.Lookup(relation, keys, column):
                sought = self.keys(expression, scope)
                row = self.find(relation, sought)
                parts = [self._node(key, scope) for key in keys]
                if row is not None and column is not None:
                    found = self.trace(relation, row, column)
                    parts += [found] if found.children else []
                return TraceNode(expression, value, tuple(parts), RowFound(relation, sought, row))
            case ir.Aggregate():
                return TraceNode(expression, value, tuple(self._outside(expression, scope)), self._used(expression, scope))
            case ir.Operation():
                return TraceNode(expression, value, tuple(self._operands(expression, scope)))
            case ir.Case():
                return TraceNode(expression, value, tuple(self._branches(expression, scope)))
            case _:
                assert_never(expression)

    def _operands(self, operation: ir.Operation, scope: Scope) -> Iterator[TraceNode]:
        for operand in operation.operands:
            node = self._node(operand, scope)
            yield node
            match operation.operator, node.value:
                case ("and", False) | ("or", True):
                    return
                case "otherwise", value if value is not None:
                    return

    def _branches(self, case: ir.Case, scope: Scope) -> Iterator[TraceNode]:
        for condition, then in case.branches:
            node = self._node(condition, scope)
            yield node
            if node.value is True:
                yield self._node(then, scope)
                return
        yield self._node(case.otherwise, scope)

    def _used(self, aggregate: ir.Aggregate, scope: Scope) -> RowsUsed:
        name, rows = aggregate.relation, self.rows_used(aggregate, scope)
        used = [UsedRow(self.key_of(name, row), row, self.contribution(aggregate, row, scope)) for row in rows]
        used.sort(key=lambda one: sort_key(one.key))
        return RowsUsed(name, tuple(used), len(self.rows_looked_at(aggregate, scope)) - len(used))

    def _outside(self, aggregate: ir.Aggregate, scope: Scope) -> Iterator[TraceNode]:
        inner = (Frame(aggregate.relation, ()), *scope)
        seen: list[ir.Expr] = []
        for part, _ in children(aggregate):
            for expression in _not_reading_the_row(part):
                if expression in seen:
                    continue
                seen.append(expression)
                try:
                    yield self._node(expression, inner)
                except (Unsound, Overflow):
                    continue  # guarded by a condition before it, which did not hold


def _not_reading_the_row(expression: ir.Expr) -> Iterator[ir.Expr]:
    """The largest parts, other than constants, that do not read the innermost row."""
    if isinstance(expression, ir.Literal):
        return
    if not reads_row(expression):
        yield expression
        return
    for child, deeper in children(expression):
        if not deeper:
            yield from _not_reading_the_row(child)
