"""What a syntax tree says, without where it says it: to tell whether two texts mean the same."""

from __future__ import annotations

from dataclasses import fields

from incdsl.source import Source, Span
from incdsl.syntax import ast


def structure(node: object) -> object:
    """The node as nested tuples: the name of its class, then its fields, spans and sources left out; for a whole
    file also without its comments."""
    if isinstance(node, tuple):
        return tuple(structure(part) for part in node)
    if isinstance(node, ast.File):
        return structure(node.declarations)
    if isinstance(node, ast.Node):
        values = (getattr(node, field.name) for field in fields(node))
        return (type(node).__name__, *(structure(value) for value in values if not isinstance(value, Span | Source)))
    return node
