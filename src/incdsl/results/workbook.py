"""Refused rows as a workbook to send back: a first sheet that says what to do, and a sheet for each file.

Every value stands as text, as it came, and is never taken for a formula. What is wrong stands beside the row, all of it at
once, and the cells it is about are marked. Rows are written as they are read: the memory needed does not grow with their number.
"""

from __future__ import annotations

import datetime
import itertools
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from incdsl.feeds import Feeds
from incdsl.feeds.connections import cursor
from incdsl.results.workbook_look import Look, height, quoted
from incdsl.results.workbook_summary import Place, columns_of_senders, write_summary

if TYPE_CHECKING:  # only whoever asks for a workbook needs the library that writes it
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

NAME = "refused.xlsx"
ROWS_OF_A_SHEET = 1_048_576
"""As many as a sheet of a workbook has, with its header; more rows go on in another sheet."""

_LONGEST_CELL = 32_767
_MEASURED = 500
_WIDTHS = (8, 40)
_MESSAGE_WIDTH = 64
_NO_DAY = datetime.datetime(2000, 1, 1)
"""A workbook says when it was made; ours depends on its rows alone."""


class NoWorkbooks(Exception):
    """The library that writes workbooks is not installed."""

    help = "install it with `pip install '.[xlsx]'` in the folder of incdsl, or leave `--refused-as xlsx` out"

    def __init__(self) -> None:
        super().__init__("a workbook cannot be written: XlsxWriter is not installed")


@dataclass(frozen=True)
class _Row:
    """A refused row: its line, the values as they came by column, and its faults, each a field (None: the row as a whole) and
    a message."""

    line: int
    came: dict[str, str | None]
    faults: tuple[tuple[str | None, str], ...]


def write_workbook(feeds: Feeds, directory: Path, title: str) -> Path:
    """Write `refused.xlsx` into a directory, which is there; the same bytes for the same rows. Raises NoWorkbooks, OSError."""
    try:
        import xlsxwriter
        from xlsxwriter.exceptions import FileCreateError
    except ImportError as error:
        raise NoWorkbooks from error
    path = directory / NAME
    aside = directory / f".incdsl-{os.getpid()}-{NAME}"
    try:
        with xlsxwriter.Workbook(str(aside), {"constant_memory": True}) as book:
            book.set_properties({"title": title, "created": _NO_DAY})
            look = Look(book)
            summary = book.add_worksheet("Read me first")
            called = columns_of_senders(feeds)
            places = [
                place
                for count in feeds.counts
                for part in count.parts
                for place in _sheets(book, look, feeds.connection, part, called.get(count.file, {}))
            ]
            write_summary(summary, look, feeds, title, places)
        aside.replace(path)
    except FileCreateError as error:
        raise OSError(str(error)) from error
    finally:
        aside.unlink(missing_ok=True)
    return path


def _sheets(
    book: Workbook, look: Look, connection: duckdb.DuckDBPyConnection, file: str, called: Mapping[str, str]
) -> list[Place]:
    """The sheets of one file; more than one when it has more refused rows than a sheet holds. `called` are its columns of
    other names than those of their fields, by field."""
    names = _columns(connection, file)
    rows = _rows(connection, file)
    first = list(itertools.islice(rows, _MEASURED))
    widths = [_width([name, *(row.came.get(name) or "" for row in first)]) for name in names]
    remaining = itertools.chain(first, rows)
    places: list[Place] = []
    while part := list(itertools.islice(remaining, 1)):
        sheet = book.add_worksheet(_sheet_name(file, [other.get_name() for other in book.worksheets()]))
        _head(sheet, look, names, widths)
        lines = [part[0].line, part[0].line]
        at = 0
        for at, row in enumerate(itertools.chain(part, itertools.islice(remaining, ROWS_OF_A_SHEET - 2)), start=1):
            _write(sheet, look, at, names, row, called)
            lines[1] = row.line
        sheet.autofilter(0, 0, at, len(names) + 1)
        places.append(Place(file, sheet.get_name(), at, lines[0], lines[1]))
    return places


def _head(sheet: Worksheet, look: Look, names: Sequence[str], widths: Sequence[int]) -> None:
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, _MESSAGE_WIDTH)
    for at, width in enumerate(widths, start=2):
        sheet.set_column(at, at, width)
    sheet.set_row(0, height(("", 8)))
    for at, name in enumerate(("row", "what is wrong", *names)):
        sheet.write_string(0, at, name[:_LONGEST_CELL], look.head)
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&Rpage &P of &N")
    # All values are text on purpose; without this, numbers among them would each carry a warning.
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def _write(sheet: Worksheet, look: Look, at: int, names: Sequence[str], row: _Row, called: Mapping[str, str]) -> None:
    faulty = {called.get(field, field) if field else None for field, _ in row.faults}
    several = len(row.faults) > 1
    said = []
    for field, message in row.faults:
        own = called.get(field or "")
        place = f"{own} ({field}): " if own else f"{field}: " if several and field else ""
        said.append(quoted(place + message))
    text = "\n".join(f"• {text}" if several else text for text in said)
    sheet.set_row(at, height((text, _MESSAGE_WIDTH)))
    sheet.write_number(at, 0, row.line, look.line)
    _text(sheet, at, 1, text, look.message)
    for column, name in enumerate(names, start=2):
        _text(sheet, at, column, row.came.get(name) or "", look.marked if name in faulty or None in faulty else look.value)


def _text(sheet: Worksheet, row: int, column: int, value: str, format: object) -> None:
    """A cell that is text whatever it looks like, cut off where a cell can hold no more."""
    shown = value if len(value) <= _LONGEST_CELL else value[: _LONGEST_CELL - 1] + "…"
    if shown:
        sheet.write_string(row, column, shown, format)
    else:
        sheet.write_blank(row, column, None, format)


def _columns(connection: duckdb.DuckDBPyConnection, file: str) -> tuple[str, ...]:
    """The columns of a file in their order; lines that are no rows may have had more."""
    found = cursor(connection).execute("SELECT DISTINCT json_keys(row) FROM result.refused WHERE file = ? ORDER BY ALL", [file])
    lists = sorted((tuple(keys) for (keys,) in found.fetchall()), key=lambda keys: (len(keys), keys))
    return tuple(dict.fromkeys(name for keys in reversed(lists) for name in keys))


def _rows(connection: duckdb.DuckDBPyConnection, file: str) -> Iterator[_Row]:
    order = "ORDER BY field NULLS FIRST, message"
    found = cursor(connection).execute(
        f"SELECT line, any_value(row), list(field {order}), list(message {order}) "
        "FROM result.refused WHERE file = ? GROUP BY line ORDER BY line",
        [file],
    )
    while batch := found.fetchmany(1000):
        for line, came, fields, messages in batch:
            yield _Row(line, json.loads(came), tuple(zip(fields, messages, strict=True)))


def _width(texts: Sequence[str]) -> int:
    """The width of a column that shows most of its values whole; a header has a button beside its text."""
    least, most = _WIDTHS
    longest = sorted(len(text) for text in texts[1:])
    usual = longest[len(longest) * 95 // 100] if longest else 0
    return min(max(least, len(texts[0]) + 4, usual + 2), most)


def _sheet_name(file: str, taken: Sequence[str]) -> str:
    """A name that a sheet may have: short, without the characters that mean something in references."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", Path(file).stem).strip()[:31].strip() or "feed"
    lower = {name.lower() for name in taken} | {"history"}
    for number in itertools.count(1):
        end = "" if number == 1 else f" {number}"
        name = f"{plain[: 31 - len(end)]}{end}"
        if name.lower() not in lower:
            return name
    raise AssertionError("unreachable")
