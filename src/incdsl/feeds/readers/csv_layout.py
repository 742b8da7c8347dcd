"""How a CSV file is laid out: its delimiter, its quotes, and the line of its header.

Found by the names that the header should have, so that it is no guess: of the first lines, each split in every likely
way, the one that has the most of them.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from incdsl.feeds.sources import HeaderLike, Options, header_among

DELIMITERS = (",", ";", "\t", "|")
QUOTES = ('"', "'")
LINES_ABOVE = 50
"""The header is looked for in that many lines."""

LONGEST_HEADER = 1 << 18
"""Characters that a line may have to be looked at as a header."""


@dataclass(frozen=True)
class Layout:
    """How to read a CSV file; `header_line` counts from 1."""

    delimiter: str = ","
    quote: str = '"'
    header_line: int = 1

    def reader(self, lines: Iterable[str], strict: bool = True) -> Iterator[list[str]]:
        """A CSV reader that judges as DuckDB does: quotes by the rules, but spaces may stand before one."""
        return csv.reader(lines, delimiter=self.delimiter, quotechar=self.quote, strict=strict, skipinitialspace=True)


class EndlessHeader(Exception):
    """The first line is too long to be a header."""


def find_layout(
    path: Path, wanted: Collection[str], options: Options, like: HeaderLike | None = None
) -> tuple[Layout, tuple[str, ...]]:
    """The layout of a UTF-8 file whose header should have the names `wanted`, or be what is most like one, and the names that
    it has; no names when its first lines are blank. Raises UnicodeDecodeError, EndlessHeader, OSError."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = _first_lines(file, options.header_line or LINES_ABOVE)
    numbers = range(len(lines)) if options.header_line is None else range(options.header_line - 1, len(lines))
    found = [
        (layout, names)
        for at in numbers
        for delimiter in ([options.delimiter] if options.delimiter else DELIMITERS)
        for quote in ([options.quote] if options.quote else QUOTES)
        if any(names := _names(lines[at:], layout := Layout(delimiter, quote, at + 1)))
    ]
    if not found:
        return Layout(), ()
    if like is not None and options.header_line is None:
        return found[header_among([(layout.header_line, names) for layout, names in found], like)]
    # The first of the best ones: `max` keeps it. Where no name is right, that is the first line, split into the most columns.
    return max(found, key=lambda each: (len(set(each[1]) & set(wanted)), -each[0].header_line, len(each[1])))


def _first_lines(file: TextIO, count: int) -> list[str]:
    lines: list[str] = []
    while len(lines) < count and (line := file.readline(LONGEST_HEADER + 1)):
        if len(line) > LONGEST_HEADER:
            if not lines:
                raise EndlessHeader
            break
        lines.append(line)
    return lines


def _names(lines: Sequence[str], layout: Layout) -> tuple[str, ...]:
    """The names in the header that the first of these lines begins, without spaces around them."""
    try:
        return tuple(name.strip() for name in next(layout.reader(lines, strict=False), []))
    except csv.Error:
        return ()
