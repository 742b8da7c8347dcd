"""Conditions on the columns of one row, as an expression that is evaluated in place, with no script around it.

A script stops where a number or a day does not fit. A condition on rows that come from outside must not: the row is at
fault, so the condition is missing there.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlglot
from sqlglot import exp

from incdsl.backends.sql.compiler import DIALECTS
from incdsl.backends.sql.duckdb import ROUTINES, DuckDB
from incdsl.backends.sql.pieces import quoted
from incdsl.backends.sql.scalar import Scalars
from incdsl.backends.sql.script import UnsupportedInTarget
from incdsl.core import ir
from incdsl.core.dependencies import children
from incdsl.core.operators import COMPARISONS

_CANNOT_FAIL = (*COMPARISONS, "and", "or", "not", "given", "known")


def row_condition(condition: ir.Expr) -> str:
    """The SQL of a condition that reads only columns of its own row (`dependencies.one_row`), each by its name: true
    where it holds; false, or NULL where a column is missing or something does not fit, where it does not."""
    dialect = DuckDB()
    tree = Scalars((), dialect, None).compile(condition, lambda column: exp.Column(this=quoted(column.name)))
    sql = _inlined(tree).sql(dialect=dialect.name, comments=False)
    return f"({sql})" if _cannot_fail(condition) else f"TRY({sql})"


def row_condition_in(dialect: str, condition: ir.Expr, names: Mapping[str, str]) -> str | None:
    """The condition in another dialect, with its columns under other names: an error of the engine where something does not
    fit. None where the dialect cannot say it without functions of its own."""
    speaking = DIALECTS[dialect]
    try:
        tree = Scalars((), speaking, None).compile(condition, lambda column: exp.Column(this=quoted(names[column.name])))
    except UnsupportedInTarget:
        return None
    tree = speaking.finished(tree)
    return None if speaking.routines(tree) else f"({tree.sql(dialect=dialect, comments=False)})"


def _cannot_fail(expression: ir.Expr) -> bool:
    if isinstance(expression, ir.Operation) and expression.operator not in _CANNOT_FAIL:
        return False
    return all(_cannot_fail(child) for child, _ in children(expression))


def _inlined(tree: exp.Expr) -> exp.Expr:
    """The expression with the bodies of the routines that it calls, and nothing where those would raise an error."""

    def change(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Anonymous):
            parameters, body = ROUTINES[str(node.expression.this)]
            values = dict(zip(parameters.split(", "), map(_inlined, node.expression.expressions), strict=True))
            return exp.paren(_with(sqlglot.parse_one(body, dialect=DuckDB.name), values), copy=False)
        return node

    changed: exp.Expr = tree.transform(change)
    return changed


def _with(body: exp.Expr, values: dict[str, exp.Expr]) -> exp.Expr:
    def change(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.name in values:
            return exp.paren(values[node.name].copy(), copy=False)
        if isinstance(node, exp.Anonymous) and str(node.this).lower() == "error":
            return exp.null()
        return node

    changed: exp.Expr = body.transform(change)
    return changed
