"""What the tests of the parser share: text to AST, and what is wrong with a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from incdsl.diagnostic import Sink
from incdsl.source import Source
from incdsl.syntax import ast
from incdsl.syntax.parser import parse
from incdsl.syntax.structure import structure


def parsed(text: str) -> tuple[ast.File, Sink]:
    sink = Sink()
    return parse(Source("test.inc", text), sink), sink


def good(text: str) -> ast.File:
    """The file of a text with which nothing is wrong."""
    file, sink = parsed(text)
    assert [diagnostic.message() for diagnostic in sink.sorted()] == []
    return file


def found(text: str) -> list[str]:
    """What is wrong with a text, as `line:column code`."""
    return [f"{d.span.line}:{d.span.column} {d.code}" for d in parsed(text)[1].sorted()]


def help_of(text: str) -> str:
    (diagnostic,) = parsed(text)[1].diagnostics
    return diagnostic.help()


def nodes(part: object) -> Iterator[ast.Node]:
    """Every node in a part of a tree, outer ones first."""
    if isinstance(part, tuple):
        for element in part:
            yield from nodes(element)
    elif isinstance(part, ast.Node):
        yield part
        for field in fields(part):
            yield from nodes(getattr(part, field.name))


def expression(text: str) -> object:
    """The structure of an expression."""
    (declaration,) = good(f"for each A\n  let x = {text}\n").declarations
    assert isinstance(declaration, ast.ForEach)
    (rule,) = declaration.rules
    assert isinstance(rule, ast.Let)
    return structure(rule.value)


def the_rules(text: str) -> tuple[ast.Rule | ast.Invalid, ...]:
    """The rules of the `for each` that a text starts with, whatever is wrong with it."""
    declaration = parsed(text)[0].declarations[0]
    assert isinstance(declaration, ast.ForEach)
    return declaration.rules
