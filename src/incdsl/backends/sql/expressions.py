"""Questions about core expressions that the SQL backend asks: what they refer to, and what they are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import assert_never

from incdsl.core import ir
from incdsl.core.dependencies import children


def key_columns(relation: ir.Relation) -> tuple[str, ...]:
    """The stored columns that make up the key of a relation."""
    names: list[str] = []
    for part in relation.key:
        names += [part.start, part.end] if isinstance(part, ir.RangeKey) else [part]
    return tuple(names)


def with_operands(expr: ir.Operation | ir.Case, change: Callable[[ir.Expr], ir.Expr]) -> ir.Expr:
    """The expression with each direct operand changed."""
    if isinstance(expr, ir.Operation):
        return replace(expr, operands=tuple(change(operand) for operand in expr.operands))
    branches = tuple((change(condition), change(value)) for condition, value in expr.branches)
    return replace(expr, branches=branches, otherwise=change(expr.otherwise))


def depths(expr: ir.Expr) -> frozenset[int]:
    """The depths of the rows that an expression reads, seen from where it stands."""
    if isinstance(expr, ir.Column):
        return frozenset({expr.depth})
    found = ((depth - deeper) for child, deeper in children(expr) for depth in depths(child))
    return frozenset(depth for depth in found if depth >= 0)


def lifted(expr: ir.Expr, level: int = 0) -> ir.Expr:
    """The same expression, which does not read the innermost row, as it reads from one row further out."""
    match expr:
        case ir.Literal() | ir.Param() | ir.AsOf():
            return expr
        case ir.Column(_, _, depth):
            return replace(expr, depth=depth - 1) if depth > level else expr
        case ir.Lookup(_, keys):
            return replace(expr, keys=tuple(lifted(key, level) for key in keys))
        case ir.Aggregate(_, _, where, value):
            return replace(
                expr,
                where=None if where is None else lifted(where, level + 1),
                value=None if value is None else lifted(value, level + 1),
            )
        case ir.Operation() | ir.Case():
            return with_operands(expr, lambda operand: lifted(operand, level))
        case _:
            assert_never(expr)


def columns_read(expr: ir.Expr) -> frozenset[tuple[str, int]]:
    """The columns, as (name, depth), of an expression without lookups and aggregates."""
    if isinstance(expr, ir.Column):
        return frozenset({(expr.name, expr.depth)})
    return frozenset(read for child, _ in children(expr) for read in columns_read(child))


def has_aggregate(expr: ir.Expr) -> bool:
    """Whether an aggregate stands anywhere in the expression."""
    return any(isinstance(part, ir.Aggregate) for part in _parts(expr))


def constant(relation: ir.Relation, column: str) -> ir.Expr | None:
    """The definition of a derived column that reads no row, so that it need not be stored; None for another one."""
    for derived in relation.derived:
        if derived.name == column:
            reads = any(isinstance(part, ir.Column | ir.Lookup | ir.Aggregate) for part in _parts(derived.definition))
            return None if reads else derived.definition
    return None


def _parts(expr: ir.Expr) -> Iterator[ir.Expr]:
    yield expr
    for child, _ in children(expr):
        yield from _parts(child)
