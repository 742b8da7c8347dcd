"""The lines of a CSV file as bytes: how many there are, and some of them copied to another file.

Much quicker than to split them into values, and all that is needed where every record is one line.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

_PIECE = 1 << 22


def count_lines(path: Path) -> int | None:
    """How many lines a file has; None when a carriage return stands by itself, which is the end of a line to one reader and not
    to another."""
    lines = 0
    with path.open("rb") as file:
        for piece in _pieces(file):
            if b"\r" in piece and piece.count(b"\r") != piece.count(b"\r\n"):
                return None
            lines += _lines(piece)
    return lines


def take_out(path: Path, numbers: Sequence[int], target: Path) -> None:
    """Copy the lines of these numbers, which ascend, from 1 for the first line of the file. Only `\\n` ends a line, as
    `count_lines` has found."""
    first, at = 1, 0
    with path.open("rb") as file, target.open("wb") as out:
        for piece in _pieces(file):
            after = first + _lines(piece)
            wanted = numbers[at : bisect_left(numbers, after, at)]
            if wanted:
                lines = piece.splitlines(keepends=True)
                out.writelines(lines[number - first] for number in wanted)
            first, at = after, at + len(wanted)
            if at == len(numbers):
                return


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file in pieces of whole lines."""
    while piece := file.read(_PIECE) + file.readline():
        yield piece


def _lines(piece: bytes) -> int:
    return piece.count(b"\n") + (not piece.endswith(b"\n"))
