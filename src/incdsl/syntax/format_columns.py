"""Which lines stand in columns, and how wide those are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from lark import Token

from incdsl.syntax.format_tokens import Landmarks, join
from incdsl.syntax.layout import Line, begin, finish

_TIERS = ("from", "below", "before")

_KEYWORDS = {
    "program": ("sponsor", "currency"),
    "require": ("when", "that", "done", "by", "after"),
    "pay": ("needs", "amount", "base", "rate", "plus", "at", "round", "due"),
    "let": _TIERS,
    "rate": _TIERS,
    "param": _TIERS,
}
"""The lines under each kind of block that start with a word in a column of its own."""

_GAPS = {
    "program": (1,),
    "require": (1,),
    "pay": (2,),
    "record": (2,),
    "calendar": (2,),
    **dict.fromkeys(("let", "rate", "param"), (1, 2)),
}
"""The spaces after each column of a block."""

_NUMERIC = frozenset(("NUMBER", "PERCENT"))


def cells(tokens: Sequence[Token], block: str, landmarks: Landmarks) -> list[Sequence[Token]]:
    """The tokens of a line in a block that starts with the word `block`, cut into columns; what cannot be
    aligned with others is one cell."""
    cuts: list[int] = []
    if begin(tokens[0]) in landmarks.provenance or len(tokens) < 2:
        return [tokens]
    if block == "record":
        named = tokens[1].type == "STRING" and tokens[0] != "must"
        cuts = [2 if tokens[0] == "dated" or named else 1]
    elif block == "calendar":
        cuts = [1] if tokens[1].type == "DATE" else []
    elif tokens[0] in _KEYWORDS.get(block, ()):
        cuts = [2 if tokens[0] == "at" else 1]
        cuts += [index + 1 for index, token in enumerate(tokens) if tokens[0] in _TIERS and finish(token) in landmarks.bounds][:1]
    edges = [0, *cuts, len(tokens)]
    return [tokens[start:end] for start, end in pairwise(edges) if start < end]


def widths(rows: Sequence[Sequence[str]], block: str) -> list[int]:
    """The width of each column but the last, with the space after it, over the rows of a block."""
    gaps = _GAPS.get(block, ())
    found = [0] * len(gaps)
    for row in rows:
        for index, cell in enumerate(row[:-1]):
            found[index] = max(found[index], len(cell) + gaps[index])
    return found


def table_lines(lines: Sequence[Line], landmarks: Landmarks) -> dict[int, str]:
    """The rows of a table, aligned, by the offset where each starts; columns of amounts are aligned right."""
    rows = {line.start: _split_row(line) for line in lines if line.word == "|"}
    texts = {start: [join(cell, landmarks) for cell in row] for start, (row, _) in rows.items()}
    columns = max((len(row) for row, _ in rows.values()), default=0)
    size = [max((len(row[index]) for row in texts.values() if index < len(row)), default=0) for index in range(columns)]
    body = list(rows.values())[1:]
    right = [_amounts([row[index] for row, _ in body if index < len(row)]) for index in range(columns)]
    result = {}
    for position, (start, row) in enumerate(texts.items()):
        padded = [
            cell.rjust(size[index]) if position and right[index] else cell.ljust(size[index]) for index, cell in enumerate(row)
        ]
        tail = join(rows[start][1], landmarks)
        result[start] = "| " + " | ".join(padded) + " |" + (f"  {tail}" if tail else "")
    return result


def _split_row(line: Line) -> tuple[list[list[Token]], list[Token]]:
    """The cells between the pipes of a row, and what follows the last pipe."""
    row: list[list[Token]] = []
    for token in line.tokens:
        if token == "|":
            row.append([])
        else:
            row[-1].append(token)
    return row[:-1], row[-1]


def _amounts(column: list[list[Token]]) -> bool:
    """Whether every cell is a number, with or without a sign, a currency or a unit; blank ones aside."""
    written = [cell for cell in column if cell]
    return bool(written) and all(cell[0].type in _NUMERIC or (cell[0] == "-" and len(cell) > 1) for cell in written)
