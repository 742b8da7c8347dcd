"""CSV feeds: opened, read and typed in one pass by DuckDB, materialised as a table."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from incdsl.core import ir
from incdsl.feeds import quoting, records, staging
from incdsl.feeds.errors import EmptyFeed, FeedError, NotUtf8, UnreadableFeed, WrongDelimiter
from incdsl.feeds.headers import Header, map_header
from incdsl.feeds.notation import notation
from incdsl.feeds.staging import Broken, Disagreement, Reading, Staged

_LINE_COLUMN = "#line"
_CHUNK = 1 << 24


@dataclass(frozen=True)
class OpenCsv:
    """A CSV file whose header fits its relation."""

    relation: ir.Relation
    path: Path
    header: Header


def open_csv(relation: ir.Relation, path: Path) -> OpenCsv | tuple[FeedError, ...]:
    """Read the header of a CSV file and match it with the relation's columns."""
    columns = tuple(column.name for column in relation.stored)
    try:
        with path.open("rb") as file:
            mark = file.read(2)
        if mark in (b"\xff\xfe", b"\xfe\xff"):
            return (NotUtf8(path.name, 1),)
        with path.open(encoding="utf-8-sig", newline="") as text:
            names = next(csv.reader(text), [])
    except UnicodeDecodeError:
        return (_not_utf8(path),)
    except csv.Error as error:
        return (UnreadableFeed(path.name, f"its header line is broken ({error})"),)
    except OSError as error:
        return (UnreadableFeed(path.name, error.strerror or str(error)),)
    if not any(name.strip() for name in names):
        return (EmptyFeed(path.name, columns),)
    if len(names) == 1 and names[0].strip() not in columns:
        for delimiter in ";\t|":
            if delimiter in names[0]:
                return (WrongDelimiter(path.name, delimiter),)
    header = map_header(relation, path.name, names)
    return OpenCsv(relation, path, header) if isinstance(header, Header) else header


def stage_csv(connection: duckdb.DuckDBPyConnection, feed: OpenCsv, scratch: Path, careful: bool) -> Staged | FeedError:
    """Read a CSV file into a table and stage it. With `careful`, or when a line is longer than DuckDB's buffers
    and would be dropped without a word, its rows are told apart by `records`; else by DuckDB, falling back to care when it
    meets what it cannot judge."""
    if careful or records.has_endless_line(feed.path):
        return _stage_carefully(connection, feed, scratch)
    raw = _raw(feed.path, len(feed.header.names), "store_rejects = true, rejects_limit = 0")
    try:
        _create_table(connection, feed, raw)
        rejects = connection.execute(
            "SELECT line, any_value(csv_line), list(error_type) FROM reject_errors GROUP BY line ORDER BY line"
        ).fetchall()
    except duckdb.Error:
        return _stage_carefully(connection, feed, scratch)
    finally:
        connection.execute("DROP TABLE IF EXISTS reject_errors")
        connection.execute("DROP TABLE IF EXISTS reject_scans")
    ragged = all(set(kinds) <= {"MISSING COLUMNS", "TOO MANY COLUMNS"} for _, _, kinds in rejects)
    if rejects and not (ragged and _one_line_each(connection, feed, len(rejects))):
        return _stage_carefully(connection, feed, scratch)
    broken = []
    for line, text, _ in rejects:
        values = tuple(next(csv.reader([text]), []))
        broken.append(Broken(line, values, records.wrong_width(len(values), len(feed.header.names))))
    again = _raw(feed.path, len(feed.header.names), "ignore_errors = true")
    numbered = f'SELECT row_number() OVER () - 1 AS "#row", * FROM ({again})'
    return _staged(connection, feed, numbered, _line_numbering(feed, tuple(entry.line for entry in broken)), tuple(broken))


def _stage_carefully(connection: duckdb.DuckDBPyConnection, feed: OpenCsv, scratch: Path) -> Staged | FeedError:
    """Write the rows that are whole, with their line numbers, to a clean file, and read that one."""
    width = len(feed.header.names)
    clean = scratch / f"{feed.relation.name}.csv"
    broken: list[Broken] = []
    try:
        with clean.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerow([*feed.header.names, _LINE_COLUMN])
            for record in records.read_records(feed.path, width):
                if record.fault is None:
                    writer.writerow([*record.values, record.line])
                else:
                    broken.append(Broken(record.line, record.values, record.fault))
    except UnicodeDecodeError:
        return _not_utf8(feed.path)
    raw = _raw(clean, width + 1, "parallel = false, max_line_size = 33554432")
    _create_table(connection, feed, raw)
    numbered = f'SELECT row_number() OVER () - 1 AS "#row", * FROM ({raw})'

    def number_lines(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
        line = f"CAST({staging.raw_name(width)} AS BIGINT)"
        connection.execute(f'UPDATE {rows} SET line = {line} FROM ({numbered}) AS raw WHERE raw."#row" = {rows}.row')

    return _staged(connection, feed, numbered, number_lines, tuple(broken))


def _raw(path: Path, width: int, options: str) -> str:
    columns = ", ".join(f"{staging.raw_name(at)}: 'VARCHAR'" for at in range(width))
    return (
        f"SELECT * FROM read_csv({quoting.file(path)}, auto_detect = false, header = true, delim = ',', "
        f"quote = '\"', escape = '\"', strict_mode = true, nullstr = '', columns = {{{columns}}}, {options})"
    )


def _create_table(connection: duckdb.DuckDBPyConnection, feed: OpenCsv, raw: str) -> None:
    rows = staging.typed(_readings(feed), feed.relation, f'SELECT 0 AS "#row", * FROM ({raw})')
    table = staging.work(feed.relation.name, "table")
    connection.execute(f'CREATE OR REPLACE TABLE {table} AS SELECT * EXCLUDE ("#row") FROM ({rows})')


def _staged(
    connection: duckdb.DuckDBPyConnection,
    feed: OpenCsv,
    raw: str,
    number_lines: Callable[[duckdb.DuckDBPyConnection, str], None],
    broken: tuple[Broken, ...],
) -> Staged:
    view = staging.work(feed.relation.name)
    table = staging.work(feed.relation.name, "table")
    connection.execute(f'CREATE OR REPLACE VIEW {view} AS SELECT rowid AS "#row", * FROM {table}')
    (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0]
    keys = frozenset(part for part in feed.relation.key if isinstance(part, str))
    return Staged(
        feed.relation, feed.path.name, rows, feed.header, _readings(feed), view, raw, True, number_lines, keys, (), broken
    )


def _readings(feed: OpenCsv) -> tuple[Reading, ...]:
    readings = []
    for column, position in zip(feed.relation.stored, feed.header.positions, strict=True):
        raw = staging.raw_name(position)
        read = notation(column.type, raw)
        readings.append(Reading(column, raw, read.value, read.wrong, read.findings))
    return staging.with_range_ends(tuple(readings), feed.relation)


def _line_numbering(feed: OpenCsv, broken: tuple[int, ...]) -> Callable[[duckdb.DuckDBPyConnection, str], None]:
    def number_lines(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
        if broken or _one_line_each(connection, feed, 0):
            _number_by_counting(connection, rows, broken)
        else:
            _number_by_reading(connection, rows, feed)

    return number_lines


def _one_line_each(connection: duckdb.DuckDBPyConnection, feed: OpenCsv, broken: int) -> bool:
    """Whether every record of the file is one line, and no line is empty."""
    (rows,) = connection.execute(f"SELECT count(*) FROM {staging.work(feed.relation.name, 'table')}").fetchall()[0]
    ends, last = 0, b"\n"
    with feed.path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            ends += chunk.count(b"\n")
            last = chunk[-1:]
    return bool(ends + (last != b"\n") == 1 + rows + broken)


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


def _number_by_reading(connection: duckdb.DuckDBPyConnection, rows: str, feed: OpenCsv) -> None:
    """Values go over lines, or lines are empty: read the file again, this time with care."""
    wanted = {row for (row,) in connection.execute(f"SELECT row FROM {rows}").fetchall()}
    (count,) = connection.execute(f"SELECT count(*) FROM {staging.work(feed.relation.name, 'table')}").fetchall()[0]
    found: list[tuple[int, int]] = []
    seen = 0
    for record in records.read_records(feed.path, len(feed.header.names)):
        if record.fault is not None:
            raise Disagreement
        if seen in wanted:
            found.append((seen, record.line))
        seen += 1
    if seen != count:
        raise Disagreement
    connection.execute(
        f"UPDATE {rows} SET line = found.line FROM (SELECT unnest(?::BIGINT[]) AS row, unnest(?::BIGINT[]) AS line) AS found "
        f"WHERE found.row = {rows}.row",
        [[row for row, _ in found], [line for _, line in found]],
    )


def _not_utf8(path: Path) -> NotUtf8:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return NotUtf8(path.name, number)
    return NotUtf8(path.name, 1)
