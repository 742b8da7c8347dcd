"""AST to text in the canonical layout. Assumes a file that parsed without errors.

Guarantees: the result parses to the same structure, with the same comments in the same order; formatting it
again changes nothing. The words are those of the source, in their order; only the space between them and
the commas of numbers change.

The layout: two spaces for each step of indentation; one blank line between declarations, except between
one-line declarations of one kind that stood together; one around `require`, `pay`, `invariant` and `level`;
elsewhere the author's blank lines, at most one at a time. Fields, periods, tiers, steps and table rows stand in columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lark import Token

from incdsl.syntax import ast
from incdsl.syntax.format_columns import cells, table_lines, widths
from incdsl.syntax.format_tokens import WIDTH, broken_segments, find_landmarks, join, written_segments
from incdsl.syntax.layout import Line, begin, read_lines

_STEP = 2
_APART = {"for": ("require", "pay", "invariant"), "designation": ("level",)}
"""The rules that blank lines part from others, by the word of what they stand in."""

_TABLES = ("table", "given", "expect")


def format_file(file: ast.File) -> str:
    """The text of a file in the canonical layout, ending with one line end; empty for a file that says nothing."""
    return _Formatter(file).text()


@dataclass(frozen=True, eq=False)
class _Entry:
    """A logical line, its depth, and the index of the line it stands under (-1 for declarations)."""

    line: Line
    depth: int
    parent: int


def _nest(lines: Sequence[Line]) -> list[_Entry]:
    """The lines with their depths."""
    entries: list[_Entry] = []
    open_at: list[int] = []
    for index, line in enumerate(lines):
        while open_at and entries[open_at[-1]].line.indent >= line.indent:
            open_at.pop()
        entries.append(_Entry(line, len(open_at), open_at[-1] if open_at else -1))
        open_at.append(index)
    return entries


class _Formatter:
    def __init__(self, file: ast.File) -> None:
        self.source = file.source.text
        self.landmarks = find_landmarks(file)
        self.entries = _nest(read_lines(self.source)[0])
        self.comments = list(file.comments)
        self.columns: dict[int, list[int]] = {}
        self.rows: dict[int, str] = {}
        self.output: list[str] = []
        self.offset = 0  # the end of what has been written so far, in the source

    def text(self) -> str:
        """The whole file."""
        self._measure()
        for index, entry in enumerate(self.entries):
            self._comments_above(index)
            self._line(entry)
        self._comments_above(len(self.entries))
        return "".join(f"{line}\n" for line in self.output)

    def _measure(self) -> None:
        """Works out the columns of every block."""
        blocks: dict[int, list[Line]] = {}
        for entry in self.entries:
            if entry.parent >= 0:
                blocks.setdefault(entry.parent, []).append(entry.line)
        for parent, lines in blocks.items():
            block = self.entries[parent].line.word
            if block in _TABLES:
                self.rows |= table_lines(lines, self.landmarks)
            firsts = [written_segments(self.source, line.tokens)[0] for line in lines]
            self.columns[parent] = widths([self._cells(first, block) for first in firsts], block)

    def _cells(self, tokens: Sequence[Token], block: str) -> list[str]:
        return [join(cell, self.landmarks) for cell in cells(tokens, block, self.landmarks)]

    # --- between lines -----------------------------------------------------------------------------------

    def _comments_above(self, index: int) -> None:
        """The comments that stand on lines of their own above a line, or at the end, and the blank lines among
        them. The blank line that parts a line from the one before stands above its comments."""
        entry = self.entries[index] if index < len(self.entries) else None
        depth = entry.depth if entry else 0
        apart = self._stands_apart(index)
        inside = entry is not None and index > 0 and entry.parent == index - 1
        while self.comments and (entry is None or self.comments[0][0] < entry.line.start):
            start, comment = self.comments.pop(0)
            own_depth = self._comment_depth(index, depth, start)
            parted = apart and own_depth == depth
            self._blank_line((parted or self._has_blank_line(start)) and not inside)
            self.output.append(" " * (_STEP * own_depth) + comment)
            self.offset = start + len(comment)
            apart = apart and not parted
            inside = False
        if entry is not None:
            self._blank_line((apart or self._has_blank_line(entry.line.start)) and not inside)

    def _stands_apart(self, index: int) -> bool:
        """Whether a blank line parts the line from what stands before it, whatever the author did."""
        if index in (0, len(self.entries)):
            return index > 0
        entry, before = self.entries[index], self.entries[index - 1]
        if entry.depth == 0:
            return before.depth > 0 or before.line.word != entry.line.word
        if entry.depth > 1 or entry.parent == index - 1:
            return False
        apart = _APART.get(self.entries[entry.parent].line.word, ())
        sibling = next(other for other in reversed(self.entries[:index]) if other.depth == entry.depth)
        return entry.line.word in apart or sibling.line.word in apart

    def _has_blank_line(self, offset: int) -> bool:
        """Whether the author left a blank line between what has been written and an offset."""
        return self.source[self.offset : offset].count("\n") > 1

    def _blank_line(self, wanted: bool) -> None:
        if wanted and self.output:
            self.output.append("")

    def _comment_depth(self, index: int, least: int, start: int) -> int:
        """How deep a comment belongs that stands above the line at `index`: as deep as the block that it is
        indented like, if that block may still be open there."""
        if index == 0:
            return least
        column = start - self.source.rfind("\n", 0, start) - 1
        above = index - 1
        while above >= 0 and self.entries[above].depth > least:
            if self.entries[above].line.indent <= column:
                return self.entries[above].depth
            above = self.entries[above].parent
        return least

    # --- a line ------------------------------------------------------------------------------------------

    def _line(self, entry: _Entry) -> None:
        """A logical line with the comments inside it and at its end."""
        indent = _STEP * entry.depth
        if entry.line.start in self.rows:
            self._write(" " * indent + self.rows[entry.line.start], entry.line.end)
            return
        parts = written_segments(self.source, entry.line.tokens)
        text, hanging = self._first(entry, parts[0])
        if len(parts) == 1 and len(text) > WIDTH:
            parts = broken_segments(entry.line.tokens, self.landmarks, hanging)
            text, hanging = self._first(entry, parts[0])
        within = 0
        for number, part in enumerate(parts):
            if number:
                word = str(part[0])
                margin = hanging + (within if word in ("and", "or") else 0)
                within = _STEP if word in ("where", "when") else within
                self._comments_within(begin(part[0]), margin)
                text = " " * margin + join(part, self.landmarks)
            self._write(text, self._end(part))

    def _first(self, entry: _Entry, tokens: Sequence[Token]) -> tuple[str, int]:
        """The first line of a logical line, in its columns, and the column where the lines after it start."""
        indent = _STEP * entry.depth
        block = self.entries[entry.parent].line.word if entry.parent >= 0 else ""
        texts = self._cells(tokens, block)
        if len(texts) == 1:
            return " " * indent + texts[0], indent + _STEP
        size = self.columns[entry.parent]
        padded = [cell.ljust(size[index]) for index, cell in enumerate(texts[:-1])]
        return " " * indent + "".join(padded) + texts[-1], indent + sum(map(len, padded))

    def _end(self, tokens: Sequence[Token]) -> int:
        end = tokens[-1].end_pos
        assert end is not None
        return end

    def _write(self, text: str, end: int) -> None:
        """A line, with the comments that stand in it or after it on the last of its lines in the source."""
        stop = self.source.find("\n", end)
        while self.comments and (stop < 0 or self.comments[0][0] < stop):
            text += "  " + self.comments.pop(0)[1]
        self.output.append(text)
        self.offset = end if stop < 0 else stop

    def _comments_within(self, start: int, margin: int) -> None:
        """The comments on lines of their own inside a logical line."""
        while self.comments and self.comments[0][0] < start:
            self.output.append(" " * margin + self.comments.pop(0)[1])
