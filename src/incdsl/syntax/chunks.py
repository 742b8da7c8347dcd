"""Logical lines to declarations: where each begins, before anything is parsed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from incdsl.diagnostic import Sink, nearest
from incdsl.source import Source
from incdsl.syntax.errors.indentation import IndentedDeclaration, TabIndentation
from incdsl.syntax.layout import Line

DECLARATIONS = ("program", "source", "use", "calendar", "param", "table", "record", "for", "designation", "example")
"""The words that declarations start with."""

RULES = ("let", "require", "pay", "limit", "invariant")
"""The words that the rules of a `for each` start with."""

_PARTS = {"designation": ("let", "level", "require"), "example": ("given", "expect")}
"""The words that blocks inside other declarations start with."""

INNER = {"level": "designation", "given": "example", "expect": "example", **dict.fromkeys(RULES, "for each")}
"""The words that blocks inside declarations start with, and what each stands in."""


def parts(declaration: str) -> tuple[str, ...]:
    """The words that the blocks inside a declaration start with, by the word of that."""
    return _PARTS.get(declaration, RULES)


def cut(source: Source, lines: list[Line], sink: Sink) -> list[list[Line]]:
    """The lines of each declaration. A line in column one that starts with no declaration word, nor with one
    misspelt, stays with the lines above: most likely it is a line of theirs that lost its indentation."""
    chunks: list[list[Line]] = []
    for line in _outdented(source, _without_tabs(source, lines, sink), sink):
        if not chunks or (line.indent == 0 and opening_word(line, DECLARATIONS)):
            chunks.append([])
        chunks[-1].append(line)
    return chunks


def opening_word(line: Line, words: Sequence[str]) -> str:
    """The one of these words that a line starts with, or was meant to; empty if none."""
    if line.word in words:
        return line.word
    if line.word.casefold() in ("foreach", "for_each") and "for" in words:
        return "for"
    if line.tokens[0].type != "NAME" or len(line.tokens) < 2 or line.tokens[1].type == "SYMBOL":
        return ""
    meant = nearest(line.word, words) or ""
    return "" if meant == "for" and nearest(line.tokens[1], ("each",)) is None else meant


def _without_tabs(source: Source, lines: list[Line], sink: Sink) -> list[Line]:
    """The lines, with those that a tab indents excused; the tabs of a file are one mistake."""
    tabbed = [line for line in lines if "\t" in line.written]
    if not tabbed:
        return lines
    first = tabbed[0]
    start = first.start - len(first.written)
    sink.add(TabIndentation(source.span(start, first.start), len(tabbed)))
    return [replace(line, excused=True) if "\t" in line.written else line for line in lines]


def _outdented(source: Source, lines: list[Line], sink: Sink) -> list[Line]:
    """The lines, with those before the first one in column one moved there as a block."""
    if not lines or lines[0].indent == 0:
        return lines
    first = lines[0]
    if first.word in DECLARATIONS and not first.excused:
        sink.add(IndentedDeclaration(source.span(first.start, first.end), first.word))
    count = next((index for index, line in enumerate(lines) if line.indent == 0), len(lines))
    moved = [replace(line, indent=max(0, line.indent - first.indent), excused=True) for line in lines[:count]]
    return moved + lines[count:]
