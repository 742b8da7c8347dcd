"""Tokens to text: the spaces between them, the way numbers are written, and the lines of a long expression."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from lark import Token

from incdsl.syntax import ast
from incdsl.syntax.layout import begin, finish

WIDTH = 100
"""A line that would be longer is broken before `where`, and if need be before `and` and `or`."""

_TIGHT_AFTER = frozenset(("(", "[", ".", ".."))
_TIGHT_BEFORE = frozenset((")", "]", ".", "..", ",", ":", "["))

_WHERE = (("where",), ("and", "or"))
_BREAKS = {"limit": (("in",), ("per",)), "except": (("when", "where"), ("and", "or"))}
"""The words that a long line is broken before, and those that its parts are if they are still too long, by the word
that the line starts with."""


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Places that tokens alone do not show: where provenance starts, where a minus is a sign, where the bounds of
    tiers end, which numbers are years, and the stretches that are the name of a warning."""

    provenance: frozenset[int]
    signs: frozenset[int]
    bounds: frozenset[int]
    years: frozenset[int]
    warnings: frozenset[int]


def find_landmarks(file: ast.File) -> Landmarks:
    """The landmarks of a file."""
    provenance: set[int] = set()
    signs: set[int] = set()
    bounds: set[int] = set()
    years: set[int] = set()
    warnings: set[int] = set()
    pending: list[object] = list(file.declarations)
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending += node
        if not isinstance(node, ast.Node):
            continue
        match node:
            case ast.Cite() | ast.Assumed():
                provenance.add(node.span.start)
            case ast.Accept():
                provenance.add(node.span.start)
                warnings.update(range(node.code.span.start + 1, node.code.span.end))
            case ast.Unary(_, "-", _):
                signs.add(node.span.start)
            case ast.Tier():
                bounds.add(node.bound.span.end)
            case ast.CalendarRule(span):
                years.update(span.start + match.start() for match in re.finditer(r"\d+", span.text))
            case _:
                pass
        pending += [getattr(node, field.name) for field in fields(node)]
    return Landmarks(frozenset(provenance), frozenset(signs), frozenset(bounds), frozenset(years), frozenset(warnings))


def number(written: str) -> str:
    """A number with its thousands separated by commas, its decimals as they were written."""
    whole, point, decimals = written.replace(",", "").partition(".")
    return f"{int(whole):,}{point}{decimals}"


def join(tokens: Sequence[Token], landmarks: Landmarks) -> str:
    """The tokens on one line."""
    text = ""
    for index, token in enumerate(tokens):
        if index:
            text += _gap(tokens[index - 1], token, landmarks)
        match token.type:
            case "NUMBER" if begin(token) not in landmarks.years:
                text += number(token)
            case "PERCENT":
                text += number(token.rstrip("%")) + "%"
            case _:
                text += token
    return text


def _gap(before: Token, token: Token, landmarks: Landmarks) -> str:
    if before in _TIGHT_AFTER and before.type == "SYMBOL":
        return ""
    if token in _TIGHT_BEFORE and token.type == "SYMBOL":
        return ""
    if before == "-" and begin(before) in landmarks.signs:
        return ""
    if begin(token) in landmarks.warnings:
        return ""
    return "  " if begin(token) in landmarks.provenance else " "


def written_segments(text: str, tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens cut where their author went on to another line."""
    parts: list[list[Token]] = [[]]
    for index, token in enumerate(tokens):
        if index and "\n" in text[finish(tokens[index - 1]) : begin(token)]:
            parts.append([])
        parts[-1].append(token)
    return parts


def broken_segments(tokens: Sequence[Token], landmarks: Landmarks, column: int) -> list[list[Token]]:
    """The tokens cut before `where`, a limit before `in order of`, an exception before `when`; and what would still be
    too long at `column`, before `and` and `or`, or before the `per` of a limit."""
    parts: list[list[Token]] = []
    outer, inner = _BREAKS.get(str(tokens[0]), _WHERE)
    for clause in _cut(tokens, outer):
        too_long = column + len(join(clause, landmarks)) > WIDTH
        parts += _cut(clause, inner) if too_long else [clause]
    return parts


def _cut(tokens: Sequence[Token], words: tuple[str, ...]) -> list[list[Token]]:
    """The tokens cut before each of the words that stands outside parentheses, and does not end a path."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.type == "SYMBOL":
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(str(token), 0)
        after_dot = bool(parts[-1]) and parts[-1][-1] == "."
        if depth == 0 and token.type == "NAME" and token in words and parts[-1] and not after_dot:
            parts.append([])
        parts[-1].append(token)
    return parts
