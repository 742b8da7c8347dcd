"""Reading CSV with care: what is a row, what is broken, and on which line each begins.

Slow (about a million lines a second at best) and forgiving: a quote that is never closed costs its own line and not
the rest of the file. DuckDB's reader does the work on good files; this one decides on the others, and finds the
line numbers of refused rows.
"""

from __future__ import annotations

import csv
import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from incdsl.feeds.readers.csv_layout import Layout
from incdsl.feeds.readers.landing import LONGEST_TEXT, Record, too_long

LONGEST_RECORD = 1000
"""Lines a quoted value may go over. One that goes over more has a quote that was not meant."""

csv.field_size_limit(LONGEST_TEXT)


class _TooLong(Exception):
    pass


class _Lines:
    """The lines of a file, which can be taken back to the second line of the record that is being read."""

    def __init__(self, file: TextIO, first: int) -> None:
        self._file = file
        self._waiting: list[str] = []
        self._taken: list[str] = []
        self._line = first

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self._taken) >= LONGEST_RECORD:
            raise _TooLong
        line = self._waiting.pop() if self._waiting else self._read()
        self._taken.append(line)
        return line

    def _read(self) -> str:
        line = self._file.readline(LONGEST_TEXT + 1)
        if not line:
            raise StopIteration
        if len(line) > LONGEST_TEXT:
            # Of a line that goes on and on no more is kept than shows that it does.
            rest = line
            while rest and not rest.endswith(("\n", "\r")):
                rest = self._file.readline(LONGEST_TEXT)
        return line

    @property
    def longest(self) -> int:
        """The most characters that a line of the record has; one with more than `LONGEST_TEXT` is cut off."""
        return max(map(len, self._taken), default=0)

    def begin(self) -> int:
        """A record begins here: on which line."""
        self._line += len(self._taken)
        self._taken.clear()
        return self._line

    def keep_first(self) -> str:
        """Give back all lines of the record but its first."""
        self._waiting.extend(reversed(self._taken[1:]))
        del self._taken[1:]
        return self._taken[0]


def read_records(path: Path, layout: Layout, width: int) -> Iterator[Record]:
    """Every record of a CSV file after its header, lines that are empty aside (in a file of one column, an empty
    line is a row without a value).

    A record is broken when it does not have `width` values (one more that is blank is let pass: a comma at the
    end of the line), or when its quotes do not follow the rules. The file must be UTF-8; raises UnicodeDecodeError.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        for _ in range(layout.header_line - 1):
            file.readline()
        lines = _Lines(file, layout.header_line)
        reader = layout.reader(lines)
        next(reader, None)
        while True:
            start = lines.begin()
            try:
                values = next(reader)
            except StopIteration:
                return
            except (csv.Error, _TooLong):
                first = lines.keep_first()
                reader = layout.reader(lines)
                quote = "a quote in it is not closed, or is followed by more than a comma"
                yield Record(start, _roughly(first, layout), too_long("line") if len(first) > LONGEST_TEXT else quote)
                continue
            if lines.longest > LONGEST_TEXT or sum(map(len, values)) > LONGEST_TEXT:
                yield Record(start, tuple(values), too_long("line"))
            elif len(values) == width:
                yield Record(start, tuple(values))
            elif not values and width == 1:
                yield Record(start, ("",))
            elif values:
                if len(values) == width + 1 and not values[-1].strip():
                    yield Record(start, tuple(values[:-1]))
                else:
                    yield Record(start, tuple(values), wrong_width(len(values), width))


def wrong_width(found: int, width: int) -> str:
    """What is wrong with a line of too few or too many values."""
    plural = "value" if found == 1 else "values"
    return f"the line has {found} {plural}, and the header names {width} columns"


def has_nul(path: Path) -> bool:
    """Whether a file that is not empty has a zero byte, which DuckDB takes for a character like any other."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(b"\0") >= 0


def has_endless_line(path: Path, block: int = 1 << 24, probe: int = 1 << 16) -> bool:
    """Whether a line of the file may be longer than two blocks of bytes; no line that is gets past it.

    Such a line covers a whole block, so one line end in each block rules it out, and that is nearly always in its first
    bytes: of a good file one part in 256 is read.
    """
    with path.open("rb") as file:
        for start in range(0, path.stat().st_size - block + 1, block):
            file.seek(start)
            for _ in range(block // probe):
                part = file.read(probe)
                if b"\n" in part or b"\r" in part:
                    break
            else:
                return True
    return False


def _roughly(line: str, layout: Layout) -> tuple[str, ...]:
    return tuple(line.rstrip("\r\n").split(layout.delimiter))
