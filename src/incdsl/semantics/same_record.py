"""Whether two things that are compared, or looked up by each other, name rows of one record."""

from __future__ import annotations

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.diagnostic import Sink
from incdsl.semantics import errors
from incdsl.semantics.environment import Column, Relation
from incdsl.semantics.values import Scope
from incdsl.source import Span
from incdsl.syntax import ast

Operand = tuple[ast.Expr, ir.Expr]
"""What is written, and what it is."""


def rows_agree(sink: Sink, span: Span, scope: Scope, left: Operand, right: Operand) -> bool:
    """Whether, where an operand names a row, the other one does not name a row of another record; reports it when it does.
    Keys alone may be compared: feeds that do not refer to each other may have the same ones."""
    first, second = _row(scope, *left), _row(scope, *right)
    if first is None and second is None:
        return True
    first, second = first or _keyed(scope, left[0]), second or _keyed(scope, right[0])
    if first is None or second is None or first == second:
        return True
    meant, instead = scope.other_row(left[0], left[1].type), right[0].span.text
    if not meant:
        meant, instead = scope.other_row(right[0], right[1].type), left[0].span.text
    sink.add(errors.RowsOfTwoRecords(span, first, second, meant, instead, left[0].span, right[0].span))
    return False


def key_fits(sink: Sink, scope: Scope, key: Operand, relation: Relation, column: Column) -> bool:
    """Whether a row is not looked up by one of another record than its key names; reports it when it is."""
    node, expr = key
    known = ty.known(column.type) if isinstance(column.type, ty.Optional | ty.Known) else None
    if isinstance(known, ty.Row):
        needed, found = known.relation, _row(scope, node, expr) or _keyed(scope, node)
    elif len(relation.keys) == 1:
        needed, found = relation.name, _row(scope, node, expr)
    else:
        return True
    if found is None or found == needed:
        return True
    fields = scope.bare.relation.columns.values() if scope.bare is not None else ()
    names = tuple(field.name for field in fields if isinstance(field.type, ty.Row) and field.type.relation == needed)
    sink.add(errors.KeyOfAnotherRecord(node.span, relation.name, column.name, needed, found, names))
    return False


def _row(scope: Scope, node: ast.Expr, expr: ir.Expr) -> str | None:
    """The record of which an operand names a row, by its type or as `this`."""
    if isinstance(node, ast.This):
        return None if scope.this is None else scope.this.relation.name
    known = ty.known(expr.type)
    return known.relation if isinstance(known, ty.Row) else None


def _keyed(scope: Scope, node: ast.Expr) -> str | None:
    """The record whose only key a name is, where that is no choice of values: several records may have the same of those."""
    match node:
        case ast.Name(name=name) if scope.bare is not None:
            relation: Relation = scope.bare.relation
        case ast.Member(of=ast.This(), name=ast.Identifier(name=name)) if scope.this is not None:
            relation = scope.this.relation
        case _:
            return None
    names = [column.name for column in relation.keys]
    return relation.name if names == [name] and isinstance(relation.columns[name].type, ty.Text | ty.Number) else None
