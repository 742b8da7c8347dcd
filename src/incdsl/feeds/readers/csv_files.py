"""CSV feeds: opened, read and typed in one pass by DuckDB, materialised as a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from incdsl.core import ir
from incdsl.feeds import quoting, staging
from incdsl.feeds.errors import EmptyFeed, FeedError, UnreadableFeed
from incdsl.feeds.headers import Header, map_header, wanted_columns
from incdsl.feeds.readers import csv_lines, csv_records, landing
from incdsl.feeds.readers.csv_layout import EndlessHeader, Layout, find_layout
from incdsl.feeds.readers.plain_text import PlainText, guessed, plain_text
from incdsl.feeds.sources import Source
from incdsl.feeds.staging import Broken, Disagreement, Staged


@dataclass(frozen=True)
class OpenCsv:
    """A CSV file whose header fits its relation: `text` is the file to read, which may be a copy in UTF-8."""

    source: Source
    text: PlainText
    layout: Layout
    header: Header
    notes: tuple[str, ...] = ()

    @property
    def relation(self) -> ir.Relation:
        """The relation of the rows."""
        return self.source.relation


def open_csv(source: Source, scratch: Path) -> OpenCsv | tuple[FeedError, ...]:
    """Find out how a CSV file is written, read its header and match it with the relation's columns."""
    text = plain_text(source.path, scratch / source.relation.name, source.name, source.options.encoding)
    return _open(source, text, scratch) if isinstance(text, PlainText) else (text,)


def _open(source: Source, text: PlainText, scratch: Path) -> OpenCsv | tuple[FeedError, ...]:
    columns = wanted_columns(source.relation, source.mapping)
    try:
        layout, names = find_layout(text.path, columns, source.options, source.header_like)
    except UnicodeDecodeError:
        again = guessed(text, scratch / source.relation.name, source.name)
        return _open(source, again, scratch) if isinstance(again, PlainText) else (again,)
    except EndlessHeader:
        return (UnreadableFeed(source.name, "its first line does not end, and cannot be a header"),)
    except OSError as error:
        return (UnreadableFeed(source.name, (error.strerror or str(error)).lower()),)
    if not names:
        return (EmptyFeed(source.name, columns),)
    header = map_header(source.relation, source.name, names, source.mapping)
    if not isinstance(header, Header):
        return header
    notes = [] if text.note is None else [text.note]
    if layout.header_line > 1 and source.options.header_line is None:
        notes.append(f"its header is on line {layout.header_line}: what stands above it is not read")
    return OpenCsv(source, text, layout, header, tuple(notes))


def stage_csv(connection: duckdb.DuckDBPyConnection, feed: OpenCsv, scratch: Path, careful: bool) -> Staged | FeedError:
    """Read a CSV file into a table and stage it. With `careful`, or when the file has what DuckDB's reader would let pass (a
    zero byte) or drop without a word (a line longer than its buffers), its rows are told apart by `csv_records`; else by
    DuckDB, falling back to care when it meets what it cannot judge."""
    path = feed.text.path
    if careful or feed.layout.header_line > 1 or csv_records.has_endless_line(path) or csv_records.has_nul(path):
        return _stage_carefully(connection, feed, scratch)
    readings = landing.text_readings(feed.relation, feed.header)
    try:
        landing.create_table(
            connection, feed.source, readings, _raw(feed, path, "header = true, store_rejects = true, rejects_limit = 0")
        )
        rejects = connection.execute(
            "SELECT line, any_value(csv_line), list(error_type) FROM reject_errors GROUP BY line ORDER BY line "
            f"LIMIT {staging.MOST_BROKEN + 1}"
        ).fetchall()
    except duckdb.Error:
        return _stage_carefully(connection, feed, scratch)
    finally:
        connection.execute("DROP TABLE IF EXISTS reject_errors")
        connection.execute("DROP TABLE IF EXISTS reject_scans")
    ragged = all(
        set(kinds) <= {"MISSING COLUMNS", "TOO MANY COLUMNS"} and len(text.splitlines()) < 2 for _, text, kinds in rejects
    )
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {staging.work(feed.relation.name, 'table')}").fetchall()
    if rejects and not (ragged and csv_lines.count_lines(path) == 1 + rows + len(rejects)):
        return _stage_carefully(connection, feed, scratch)
    broken: list[Broken] = []
    width = len(feed.header.names)
    for line, text, _ in rejects:
        values = tuple(next(feed.layout.reader([text]), []))
        broken.append(staging.broken(line, values, csv_records.wrong_width(len(values), width), width))
        staging.refuse_many(broken)
    numbered = (
        f'SELECT row_number() OVER () - 1 AS "#row", * FROM ({_raw(feed, feed.text.path, "header = true, ignore_errors = true")})'
    )
    lines = _RefusedLines(
        feed, rows, tuple(entry.line for entry in broken), numbered, scratch / f"{feed.relation.name}.refused.csv"
    )
    return landing.stage_table(
        connection, feed.source, feed.header, readings, numbered, lines.number, tuple(broken), feed.notes, came=lines.rows
    )


def _stage_carefully(connection: duckdb.DuckDBPyConnection, feed: OpenCsv, scratch: Path) -> Staged | FeedError:
    """Land the rows that are whole, with their line numbers."""
    records = csv_records.read_records(feed.text.path, feed.layout, len(feed.header.names))
    try:
        return landing.land(connection, feed.source, feed.header, records, scratch, feed.notes)
    except UnicodeDecodeError:
        again = guessed(feed.text, scratch / feed.relation.name, feed.source.name)
    if isinstance(again, FeedError):
        return again
    notes = feed.notes if again.note is None else (*feed.notes, again.note)
    return stage_csv(connection, replace(feed, text=again, notes=notes), scratch, careful=False)


def _raw(feed: OpenCsv, path: Path, options: str) -> str:
    columns = ", ".join(f"{staging.raw_name(at)}: 'VARCHAR'" for at in range(len(feed.header.names)))
    quote = quoting.text(feed.layout.quote)
    return (
        f"SELECT * FROM read_csv({quoting.file(path)}, auto_detect = false, "
        f"delim = {quoting.text(feed.layout.delimiter)}, quote = {quote}, escape = {quote}, strict_mode = true, nullstr = '', "
        f"columns = {{{columns}}}, {options})"
    )


@dataclass(frozen=True)
class _RefusedLines:
    """The lines of refused rows of a file with so many rows and the lines `broken`, where `numbered` selects all of its rows as
    they come. Where every record is one line, those of the refused ones are copied to the file `copy`, so that the others need
    not be split into values once more."""

    feed: OpenCsv
    count: int
    broken: tuple[int, ...]
    numbered: str
    copy: Path

    def number(self, connection: duckdb.DuckDBPyConnection, rows: str) -> None:
        """Fill in the lines of a table of rows. Raises Disagreement."""
        _number_by_counting(connection, rows, self.broken)
        lines = [line for (line,) in connection.execute(f"SELECT line FROM {rows} ORDER BY line").fetchall()]
        if csv_lines.take_out(self.feed.text.path, lines, self.copy) != 1 + self.count + len(self.broken):
            self.copy.unlink(missing_ok=True)
            _number_by_reading(connection, rows, self.feed, self.count)

    def rows(self, connection: duckdb.DuckDBPyConnection, rows: str) -> str:
        """A SELECT of these rows, and perhaps others, as they came. Raises Disagreement when a line by itself is no row."""
        if not self.copy.exists():
            return self.numbered
        copied = _raw(self.feed, self.copy, "header = false, ignore_errors = true")
        counts = f"SELECT (SELECT count(*) FROM ({copied})), (SELECT count(*) FROM {rows})"
        ((found, wanted),) = connection.execute(counts).fetchall()
        if found != wanted:
            raise Disagreement
        raw = f"SELECT row_number() OVER () AS place, * FROM ({copied})"
        places = f"SELECT row, row_number() OVER (ORDER BY line) AS place FROM {rows}"
        return f'SELECT row AS "#row", raw.* EXCLUDE (place) FROM ({raw}) AS raw JOIN ({places}) USING (place)'


def _number_by_counting(connection: duckdb.DuckDBPyConnection, rows: str, broken: tuple[int, ...]) -> None:
    """Every record is one line: a row's line is its number, the header, and the broken lines before it."""
    # The broken line at place `at` (from 0) has all lines above it but the header and `at` broken ones as rows.
    rows_before = [line - 2 - at for at, line in enumerate(broken)]
    connection.execute(
        f"""
        WITH broken AS (SELECT unnest(?::BIGINT[]) AS rows_before),
        steps AS (SELECT rows_before, count(*) AS lines FROM broken GROUP BY ALL),
        totals AS (SELECT rows_before, sum(lines) OVER (ORDER BY rows_before) AS lines FROM steps)
        UPDATE {rows} SET line = bad.row + 2 + coalesce(totals.lines, 0)
        FROM {rows} AS bad ASOF LEFT JOIN totals ON bad.row >= totals.rows_before
        WHERE bad.row = {rows}.row
        """,
        [rows_before],
    )


def _number_by_reading(connection: duckdb.DuckDBPyConnection, rows: str, feed: OpenCsv, count: int) -> None:
    """Values go over lines, or lines are empty: read the file again, this time with care."""
    wanted = {row for (row,) in connection.execute(f"SELECT row FROM {rows}").fetchall()}
    found: list[tuple[int, int]] = []
    seen = 0
    for record in csv_records.read_records(feed.text.path, feed.layout, len(feed.header.names)):
        if record.fault is not None:
            raise Disagreement
        if seen in wanted:
            found.append((seen, record.number))
        seen += 1
    if seen != count:
        raise Disagreement
    connection.execute(
        f"UPDATE {rows} SET line = found.line FROM (SELECT unnest(?::BIGINT[]) AS row, unnest(?::BIGINT[]) AS line) AS found "
        f"WHERE found.row = {rows}.row",
        [[row for row, _ in found], [line for _, line in found]],
    )
