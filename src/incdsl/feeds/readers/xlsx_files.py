"""Spreadsheets: a sheet of an XLSX workbook, cells read as a person sees them.

The table may stand below titles; its header is the first row that has the most of the names that it should have. Cells
that openpyxl would silently make a blank, as formulas that were never calculated, are faults of their row.
"""

from __future__ import annotations

import datetime
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

import duckdb

from incdsl.core import ir
from incdsl.feeds.errors import EmptyFeed, FeedError, NoTable, UnreadableFeed
from incdsl.feeds.headers import Header, map_header, wanted_columns
from incdsl.feeds.readers import landing, written
from incdsl.feeds.readers.csv_layout import LINES_ABOVE
from incdsl.feeds.readers.landing import Record
from incdsl.feeds.readers.sheet_cells import shown
from incdsl.feeds.readers.unpacking import MOST_TIMES
from incdsl.feeds.readers.written import Column
from incdsl.feeds.sources import Source, header_among
from incdsl.feeds.staging import Staged

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""What a sheet can have."""

_ACCOUNTING = (44, '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)')
"""A built-in format; openpyxl has it without the marks between its sections."""

_ALWAYS_ALLOWED = 1 << 26
_INSTALL = "openpyxl is not installed: `pip install '.[xlsx]'` in the folder of incdsl, or export the sheet as CSV"
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError, OSError,
    NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip
"""What openpyxl lets through when a workbook is not what it expects."""

Cells = dict[int, tuple[object, str, str]]
"""The cells of a row by column, from 1, that are not empty: value, a day being its number; type as in the file (`e` an error,
`f` a formula without a value); format."""


@dataclass(frozen=True)
class OpenXlsx:
    """A sheet whose header, on the row `header_row` from 1, fits its relation."""

    source: Source
    sheet: str
    header_row: int
    header: Header
    notes: tuple[str, ...]

    @property
    def relation(self) -> ir.Relation:
        """The relation of the rows."""
        return self.source.relation


class Damaged(Exception):
    """A workbook that cannot be read; the text says why."""


def sheet_names(path: Path) -> tuple[str, ...]:
    """The names of the sheets of a workbook that have anything on them and are not hidden. Raises Damaged."""
    return _Workbook(path).used()


def open_xlsx(source: Source) -> OpenXlsx | tuple[FeedError, ...]:
    """Find the sheet and its header, and match it with the relation's columns."""
    columns = wanted_columns(source.relation, source.mapping)
    try:
        workbook = _Workbook(source.path)
        sheet = _sheet(source, workbook)
        if not isinstance(sheet, str):
            return (sheet,)
        found = _header(source, workbook, sheet)
    except Damaged as error:
        return (UnreadableFeed(source.name, str(error)),)
    if found is None:
        return (EmptyFeed(source.name, columns),)
    row, names, above = found
    header = map_header(source.relation, source.name, names, source.mapping)
    if not isinstance(header, Header):
        return header
    said = source.options.header_line is not None
    notes = () if said or not above else (f"its header is on row {row}: what stands above it is not read",)
    return OpenXlsx(source, sheet, row, header, notes)


def stage_xlsx(connection: duckdb.DuckDBPyConnection, feed: OpenXlsx, scratch: Path) -> Staged | tuple[FeedError, ...]:
    """Read a sheet into a table and stage it."""
    try:
        rows = _records(feed, _Workbook(feed.source.path))
        return landing.land(connection, feed.source, feed.header, rows, scratch, feed.notes, "row")
    except Damaged as error:
        return (UnreadableFeed(feed.source.name, str(error)),)


def _sheet(source: Source, workbook: _Workbook) -> str | FeedError:
    """The sheet that was named, or is named like the record, or is the only one that has anything on it."""
    names = workbook.names()
    found = source.table_among(names)
    if found is None and source.options.table is None and len(used := workbook.used()) == 1:
        found = used[0]
    return found or NoTable(source.name, source.wanted_table, "sheet", names)


def _header(source: Source, workbook: _Workbook, sheet: str) -> tuple[int, tuple[str, ...], bool] | None:
    """The row of the header, its names, and whether anything stands above it."""
    wanted = set(wanted_columns(source.relation, source.mapping))
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, cells in workbook.rows(sheet):
        if number > max(LINES_ABOVE, source.options.header_line or 0):
            break
        names = [
            shown(cells[at][0], Column(), cells[at][2], workbook.epoch)[0].strip() if at in cells else ""
            for at in range(1, max(cells, default=0) + 1)
        ]
        if any(names) and source.options.header_line in (None, number):
            rows.append((number, tuple(names)))
    if not rows:
        return None
    if source.header_like is not None:
        number, header = rows[header_among(rows, source.header_like)]
    else:
        number, header = max(rows, key=lambda row: (len(wanted & set(row[1])), -row[0]))
    return number, header, number > rows[0][0]


def _records(feed: OpenXlsx, workbook: _Workbook) -> Iterator[Record]:
    width = len(feed.header.names)
    columns, epoch = written.columns(feed.relation, feed.header), workbook.epoch
    for number, cells in workbook.rows(feed.sheet):
        if number <= feed.header_row:
            continue
        values, unfit = [""] * width, {}
        for at in range(width):
            if at + 1 not in cells:
                continue
            value, type_, format = cells[at + 1]
            values[at], fault = shown(value, columns.get(at, Column()), format, epoch)
            if type_ == "e":
                fault = f"holds the error {value}: mend its formula"
            elif type_ == "f":
                values[at], fault = "", "holds a formula without a value: open the file in a spreadsheet program and save it"
            if fault is not None:
                unfit[at] = f"`{feed.header.names[at]}` {fault}"
        if unfit or any(value.strip() for value in values):
            yield Record(number, tuple(values), None, unfit)


class _Workbook:
    """A workbook without its cells; whatever is wrong with it comes out as Damaged."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            stat = path.stat()
            self._book = _load(path, stat.st_mtime_ns, stat.st_size)
        except _DAMAGED as error:
            raise _damaged(error) from error

    @property
    def epoch(self) -> datetime.datetime:
        """Its day 0."""
        epoch: datetime.datetime = self._book.epoch
        return epoch

    def names(self) -> tuple[str, ...]:
        """The sheets, in their order."""
        return tuple(sheet.title for sheet in self._book.worksheets)

    def used(self) -> tuple[str, ...]:
        """The sheets that are not hidden and have something in their first rows."""
        visible = [sheet.title for sheet in self._book.worksheets if sheet.sheet_state == "visible"]
        return tuple(name for name in visible if any(cells for _, cells in islice(self.rows(name), LINES_ABOVE)))

    def rows(self, sheet: str) -> Iterator[tuple[int, Cells]]:
        """The rows of a sheet, with their numbers."""
        # What `iter_rows` does, without its way of filling gaps (a row far down makes it go on for ever) and of leaving out
        # rows that are not in order.
        found = self._book[sheet]
        last = 0
        try:
            with zipfile.ZipFile(self._path) as packed, packed.open(found._worksheet_path) as file, _quiet():
                for number, row in _parser(file, self._book, found._shared_strings).parse():
                    if not last < number <= MOST_ROWS:
                        raise Damaged(f"row {number} comes after row {last}: the file is damaged")
                    last = number
                    cells = {cell["column"]: cell for cell in row if cell["value"] is not None}
                    if len(cells) < sum(cell["value"] is not None for cell in row) or max(cells, default=0) > MOST_COLUMNS:
                        raise Damaged(f"row {number} has two cells in one column: the file is damaged")
                    yield number, {at: (cell["value"], cell["data_type"], self._format(cell)) for at, cell in cells.items()}
        except _DAMAGED as error:
            raise _damaged(error) from error

    def _format(self, cell: Any) -> str:
        style = cell["style_id"]
        if cell["data_type"] not in ("n", "s") or not style:
            return ""
        from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

        number = self._book._cell_styles[style].numFmtId
        if number == _ACCOUNTING[0]:
            return _ACCOUNTING[1]
        if number < BUILTIN_FORMATS_MAX_SIZE:
            return str(BUILTIN_FORMATS.get(number, ""))
        return str(self._book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])


@lru_cache(maxsize=1)
def _load(path: Path, changed: int, size: int) -> Any:
    """The workbook at a path: its sheets, formats and texts. Kept, since several feeds may be sheets of it."""
    try:
        import openpyxl
    except ImportError as error:
        raise Damaged(_INSTALL) from error
    _refuse_bomb(path, size)
    # A file that openpyxl opens itself stays open when it is damaged.
    with path.open("rb") as file, _quiet():
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        book.close()
    return book


def _parser(file: IO[bytes], book: Any, texts: Any) -> Any:
    from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

    class Parser(WorkSheetParser):  # type: ignore[misc]  # openpyxl has no types
        def parse_cell(self, element: Element) -> Any:
            cell = super().parse_cell(element)
            if cell["value"] is None and element.find(FORMULA_TAG) is not None:
                cell["data_type"], cell["value"] = "f", ""
            return cell

    # It looks at the first section of a format only to tell a day from a number, so that is not left to it.
    return Parser(file, texts, data_only=True, epoch=book.epoch, date_formats=set(), timedelta_formats=set())


@contextmanager
def _quiet() -> Iterator[None]:
    """openpyxl warns of what it does not keep, none of which is a value."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _refuse_bomb(path: Path, size: int) -> None:
    """Raise Damaged for a workbook that unpacks to far more than a workbook does. No more than it says is ever unpacked."""
    most = max(size * MOST_TIMES, _ALWAYS_ALLOWED)
    with zipfile.ZipFile(path) as packed:
        if sum(part.file_size for part in packed.infolist()) > most:
            raise Damaged(f"it unpacks to more than {most:,} bytes, {MOST_TIMES} times its size or more")


def _damaged(error: Exception) -> Damaged:
    if isinstance(error, OSError) and error.strerror:
        return Damaged(error.strerror.lower())
    if isinstance(error, zipfile.BadZipFile) and "zip file" in str(error):
        return Damaged("it is not an XLSX workbook, or not a complete one")
    return Damaged(f"the workbook is damaged ({str(error).splitlines()[0][:200] if str(error) else type(error).__name__})")
