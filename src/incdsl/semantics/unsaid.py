"""What is joined as in a spoken sentence, and has to be said in full: `level in Gold or Premier`, `sum of ... if ...`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from incdsl.semantics import errors
from incdsl.semantics.elaborates import Elaborates
from incdsl.semantics.values import Scope
from incdsl.syntax import ast


def values_joined(elaborator: Elaborates, node: ast.Binary, scope: Scope) -> bool:
    """Whether `or` or `and` joins a comparison and the other values that are meant to be in it, which is reported."""
    first, *rest = _chain(node, node.operator)
    if not all(_is_value(elaborator, value, scope) for value in rest):
        return False
    match first:
        case ast.In(operand=operand, members=(*_, last) as members) if _is_value(elaborator, last, scope):
            listed = [*members, *rest]
        case ast.Binary(operator="=" | "<>", left=operand, right=last) if _is_value(elaborator, last, scope):
            listed = [last, *rest]
        case _:
            return False
    written = f"{operand.span.text} in {', '.join(value.span.text for value in listed)}"
    if isinstance(first, ast.Binary) and first.operator == "<>":
        written = f"not ({written})"
    elaborator.env.sink.add(errors.ValuesJoined(node.span, rest[0].span.text, node.operator, written))
    return True


def _chain(node: ast.Expr, operator: str) -> list[ast.Expr]:
    """What an operator joins, from left to right."""
    if isinstance(node, ast.Binary) and node.operator == operator:
        return [*_chain(node.left, operator), node.right]
    return [node]


def _is_value(elaborator: Elaborates, node: ast.Expr, scope: Scope) -> bool:
    if isinstance(node, ast.Name):
        return elaborator.names_a_value(node, scope)
    return isinstance(node, ast.String | ast.Number | ast.Money | ast.Percent | ast.Days | ast.Date)


def if_for_where(elaborator: Elaborates, node: ast.Binary, scope: Scope) -> bool:
    """Whether `if` chooses the rows of the aggregate before it, which is reported: what it asks for are their fields."""
    rows = node.left
    if not isinstance(rows, ast.Aggregate) or rows.where is not None or scope.inner is not None:
        return False
    relation = elaborator.env.relations.get(rows.relation.name)
    if relation is None:
        return False
    unknown = (name.name for name in _names(node.right) if elaborator.names_a_value(name, scope))
    theirs = [name for name in (*unknown, *_compared_with_own(node.right)) if name in relation.names()]
    if not theirs:
        return False
    text = node.span.source.text
    start = text.rindex("if", rows.span.end, node.right.span.start)
    elaborator.env.sink.add(errors.IfForWhere(node.span.source.span(start, start + 2), theirs[0], relation.name))
    return True


def _compared_with_own(node: ast.Node) -> Iterator[str]:
    """The names that a condition compares with the same field of the row of the `for each`: `partner = this.partner`."""
    match node:
        case ast.Binary(left=ast.Name(name=name), right=ast.Member(of=ast.This(), name=other)) if name == other.name:
            yield name
        case _:
            for part in _parts(node):
                yield from _compared_with_own(part)


def _names(node: ast.Node) -> Iterator[ast.Name]:
    """The bare names in an expression."""
    if isinstance(node, ast.Name):
        yield node
    for part in _parts(node):
        yield from _names(part)


def _parts(node: ast.Node) -> Iterator[ast.Node]:
    for field in fields(node):
        value = getattr(node, field.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, ast.Node):
                yield part
