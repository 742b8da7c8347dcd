"""The lines of a CSV file as bytes: how many there are, and some of them copied to another file.

Much quicker than to split them into values, and all that is needed where every record is one line.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

_PIECE = 1 << 18


def count_lines(path: Path) -> int | None:
    """How many lines a file has; None when a carriage return stands by itself, which is the end of a line to one reader and not
    to another."""
    if _has_bare_return(path):
        return None
    with path.open("rb") as file:
        return sum(piece.count(b"\n") + (not piece.endswith(b"\n")) for piece in _pieces(file))


def take_out(path: Path, numbers: Sequence[int], target: Path) -> int | None:
    """Copy the lines of these numbers, which ascend, from 1 for the first line of the file; what `count_lines` says of it."""
    if _has_bare_return(path):
        return None
    before = 0
    with path.open("rb") as lines, target.open("wb") as out:
        for number in numbers:
            out.writelines(islice(lines, number - before - 1, number - before))
            before = number
        return before + sum(1 for _ in lines)


def _has_bare_return(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find(b"\r") < 0:
            return False
    with path.open("rb") as file:
        return any(piece.count(b"\r") != piece.count(b"\r\n") for piece in _pieces(file))


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file in pieces of whole lines."""
    while piece := file.read(_PIECE) + file.readline():
        yield piece
