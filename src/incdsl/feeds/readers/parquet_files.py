"""Parquet feeds: read where they lie, as views. What the file's types and statistics prove is not checked again."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import assert_never

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import quoting, staging
from incdsl.feeds.errors import DifferentParts, FeedError, InexactColumn, UnreadableFeed, WrongColumnType
from incdsl.feeds.headers import Header, map_header
from incdsl.feeds.mapped import read_fields
from incdsl.feeds.misreadings import Finding, say, shown
from incdsl.feeds.notation import FIRST_DAY, constant, names, notation, prepared
from incdsl.feeds.readers.parquet_statistics import ColumnStatistics, FileStatistics, read_statistics
from incdsl.feeds.sources import Source
from incdsl.feeds.staging import Reading, Staged
from incdsl.feeds.styles import CANONICAL, Style

_INTEGER_DIGITS = {
    "TINYINT": 3, "UTINYINT": 3, "SMALLINT": 5, "USMALLINT": 5,
    "INTEGER": 10, "UINTEGER": 10, "BIGINT": 19, "UBIGINT": 20,
}  # fmt: skip
_MOMENTS = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
_CALENDAR = ir.Bounds(datetime.date.min, datetime.date.max)
NO_STATISTICS = ColumnStatistics((None,), (None,), (None,))


@dataclass(frozen=True)
class OpenParquet:
    """A Parquet file, or several that have the same columns, which fit their relation."""

    source: Source
    header: Header
    names: tuple[str, ...]
    readings: tuple[Reading, ...]
    statistics: FileStatistics

    @property
    def relation(self) -> ir.Relation:
        """The relation of the rows."""
        return self.source.relation


@dataclass(frozen=True)
class ParquetFeed:
    """Parquet files that have the rows of a relation as they are used, and no others: their `columns` in the order of the
    stored ones, of their physical types."""

    paths: tuple[Path, ...]
    columns: tuple[str, ...]


def as_it_lies(feed: OpenParquet) -> ParquetFeed | None:
    """The files, when their columns need no conversion and the names of folders give none; None otherwise."""
    positions = [position for position in feed.header.positions if position is not None]
    if _partitioned(feed.source) or len(positions) < len(feed.readings):
        return None
    if any(reading.value != reading.raw for reading in feed.readings):
        return None
    return ParquetFeed(feed.source.paths, tuple(feed.names[position] for position in positions))


def open_parquet(connection: duckdb.DuckDBPyConnection, source: Source) -> OpenParquet | tuple[FeedError, ...]:
    """Read the schema of a Parquet source and match its columns, by name and type, with the relation's. The values that the
    names of folders give (`country=NL`) are columns of text."""
    relation = source.relation
    try:
        differing = _differing_part(connection, source)
        if differing is not None:
            return (differing,)
        described = connection.execute(f"DESCRIBE SELECT * FROM {_table(source)}").fetchall()
        statistics = read_statistics(connection, source.paths)
    except duckdb.Error as error:
        return (UnreadableFeed(source.name, _reason(error)),)
    names = tuple(name for name, *_ in described)
    types = [found for _, found, *_ in described]
    header = map_header(relation, source.name, names, source.mapping)
    if not isinstance(header, Header):
        return header

    def read(column: ir.StoredColumn, position: int, style: Style) -> Reading | FeedError:
        known = statistics.columns.get(names[position], NO_STATISTICS)
        return typed_reading(column, staging.raw_name(position), types[position], known, source.name, style)

    readings, errors = read_fields(relation, header, read)
    return errors or OpenParquet(source, header, names, readings, statistics)


def stage_parquet(connection: duckdb.DuckDBPyConnection, feed: OpenParquet) -> Staged:
    """Stage a Parquet source: nothing is read but its metadata."""
    raw_columns = [f"{quoting.identifier(name)} AS {staging.raw_name(at)}" for at, name in enumerate(feed.names)]
    parts = tuple(map(sum, feed.statistics.groups))
    row = "file_row_number" if len(parts) == 1 else f"file_row_number + ({_starts(parts)})[CAST(file_index AS BIGINT) + 1]"
    raw = f'SELECT {row} AS "#row", {", ".join(raw_columns)} FROM {_table(feed.source, ", file_row_number = true")}'
    view = staging.work(feed.relation.name)
    connection.execute(f"CREATE OR REPLACE VIEW {view} AS {staging.typed(feed.readings, feed.relation, raw)}")
    groups = [rows for file in feed.statistics.groups for rows in file]
    ends = list(accumulate(groups))
    pieces = tuple((end - group, end - 1) for group, end in zip(groups, ends, strict=True))
    ascending = frozenset(
        column.name
        for column, position in zip(feed.relation.stored, feed.header.positions, strict=True)
        if position is not None and feed.statistics.columns.get(feed.names[position], NO_STATISTICS).ascending
    )
    return Staged(
        feed.relation,
        feed.source.name,
        sum(parts),
        feed.header,
        feed.readings,
        view,
        raw,
        False,
        _number_rows if len(parts) == 1 else _number_parts(feed.source, parts),
        ascending,
        pieces,
        unit="row",
    )


def _number_rows(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    """A person counts the rows of a Parquet file from 1."""
    connection.execute(f"UPDATE {rows} SET line = row + 1")


def _number_parts(source: Source, parts: Sequence[int]) -> Callable[[duckdb.DuckDBPyConnection, str], None]:
    """The rows of each part are counted on their own, with the name of the part beside them."""

    starts = [start for start, rows in zip(_starts(parts), parts, strict=True) if rows]
    names = [_part_name(source, path) for path, rows in zip(source.paths, parts, strict=True) if rows]

    def number_parts(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
        connection.execute(
            f"UPDATE {rows} SET line = bad.row - part.start + 1, file = part.name FROM {rows} AS bad ASOF JOIN "
            "(SELECT unnest(?::BIGINT[]) AS start, unnest(?::VARCHAR[]) AS name) AS part ON bad.row >= part.start "
            f"WHERE bad.row = {rows}.row",
            [starts, names],
        )

    return number_parts


def _starts(parts: Sequence[int]) -> list[int]:
    """How many rows there are before each part."""
    return [0, *accumulate(parts)][:-1]


def _part_name(source: Source, path: Path) -> str:
    assert source.root is not None
    return f"{source.root.name}/{path.relative_to(source.root).as_posix()}"


def _table(source: Source, options: str = "") -> str:
    hive = "hive_partitioning = true, hive_types_autocast = false" if _partitioned(source) else "hive_partitioning = false"
    return f"read_parquet({quoting.files(source.paths)}, {hive}{options})"


def _partitioned(source: Source) -> bool:
    """Whether the names of folders give values."""
    return source.root is not None and all("=" in path.relative_to(source.root).parent.name for path in source.paths)


def _differing_part(connection: duckdb.DuckDBPyConnection, source: Source) -> FeedError | None:
    """The first part whose columns are not those of the first, name by name and type by type. They are never adapted to each
    other: that would turn decimals into binary numbers, or the other way round."""
    if len(source.paths) == 1:
        return None
    rows = connection.execute(
        "SELECT file_name, list((name, type, converted_type, precision, scale, logical_type)) "
        f"FROM (SELECT * FROM parquet_schema({quoting.files(source.paths)}) WHERE num_children IS NULL) GROUP BY file_name"
    ).fetchall()
    columns = {Path(name): sorted(map(str, found)) for name, found in rows}
    first = source.paths[0]
    for path in source.paths[1:]:
        if columns.get(path) != columns.get(first):
            return DifferentParts(source.name, _part_name(source, path), _part_name(source, first))
    return None


def _reason(error: duckdb.Error) -> str:
    text = str(error).splitlines()[0]
    return "it is not a Parquet file" if "magic bytes" in text or "too small" in text else text


def typed_reading(
    column: ir.StoredColumn, raw: str, found: str, known: ColumnStatistics, file: str, style: Style = CANONICAL
) -> Reading | FeedError:
    """How a column is read that holds values of the DuckDB type `found`, or the error that it cannot be. A style says how texts
    are written, and of typed values what their type does not: whether 20 is 20%, and a moment a day."""
    outer = ty.known(column.type)
    stored = outer.key if isinstance(outer, ty.Row) else outer
    never_missing = known.never_missing
    if found == "VARCHAR":
        if not isinstance(stored, ty.Text | ty.Enum | ty.Country):
            read = notation(column.type, raw, style)
            return Reading(column, raw, read.value, read.wrong, read.findings)
        text = prepared(raw, style)
        if text != raw:
            read = names(column.type, text, f"nullif({text}, '')")
            return Reading(column, raw, read.value, read.wrong, read.findings, True, False)
        # Only text files have spaces around values: here a value is what it is.
        read = names(column.type, raw, raw if known.never_blank else f"nullif({raw}, '')")
        may_be_missing = not (never_missing and known.never_blank)
        return Reading(column, raw, read.value, read.wrong, read.findings, may_be_missing, False)
    within = known.within(column.bounds)
    match stored:
        case ty.Date():
            if found == "DATE":
                wrong = None if known.within(_CALENDAR) else constant(_outside_calendar(raw))
                return Reading(column, raw, raw, wrong, _date_findings(raw), not never_missing, not within)
            if found in _MOMENTS and style.dates.times == "any":
                outside = constant(_outside_calendar(raw))
                return Reading(column, raw, f"try_cast({raw} AS DATE)", outside, _date_findings(raw), not never_missing)
            if found in _MOMENTS:
                timed = f"({_outside_calendar(raw)} OR coalesce(CAST(CAST({raw} AS DATE) AS TIMESTAMP) <> {raw}, false))"
                return Reading(column, raw, f"try_cast({raw} AS DATE)", constant(timed), _date_findings(raw), not never_missing)
            return WrongColumnType(file, column.name, found, "DATE")
        case ty.Boolean():
            if found == "BOOLEAN":
                return Reading(column, raw, raw, None, (), not never_missing, False)
            if found in _INTEGER_DIGITS and (style.yes, style.no) != (CANONICAL.yes, CANONICAL.no):
                read = notation(column.type, f"CAST({raw} AS VARCHAR)", style)
                return Reading(column, raw, read.value, read.wrong, read.findings, not never_missing, False)
            return WrongColumnType(file, column.name, found, "BOOLEAN")
        case ty.Text() | ty.Enum() | ty.Country():
            return WrongColumnType(file, column.name, found, "VARCHAR")
        case ty.Days(digits, scale) | ty.Number(digits, scale) | ty.Percent(digits, scale) | ty.Money(_, digits, scale):
            wanted = quoting.physical(stored)
            if found in ("DOUBLE", "FLOAT"):
                return InexactColumn(file, column.name, found, wanted)
            size = _decimal_size(found)
            if size is not None and isinstance(stored, ty.Percent) and style.percents == "20" and scale >= 2:
                return _hundredths(_decimal_reading(column, raw, size, (digits, scale - 2), not never_missing, True), stored)
            if size is None or (isinstance(stored, ty.Percent) and found in _INTEGER_DIGITS):
                return WrongColumnType(file, column.name, found, wanted)
            return _decimal_reading(column, raw, size, (digits, scale), not never_missing, not within)
        case never:
            assert_never(never)


def _hundredths(reading: Reading, type_: ty.Percent) -> Reading:
    """The reading of a percent that is stored as 20 and not as 0.2."""
    exactly = f"DECIMAL({type_.digits},{type_.scale})"
    return replace(reading, value=f"CAST({reading.value} * CAST(0.01 AS DECIMAL(2,2)) AS {exactly})")


def _decimal_size(found: str) -> tuple[int, int] | None:
    """Digits and scale of a physical type of exact numbers; None for another type."""
    if found in _INTEGER_DIGITS:
        return _INTEGER_DIGITS[found], 0
    match = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", found)
    return (int(match[1]), int(match[2])) if match else None


def _decimal_reading(
    column: ir.StoredColumn,
    raw: str,
    found: tuple[int, int],
    wanted: tuple[int, int],
    may_be_missing: bool,
    may_be_out_of_bounds: bool,
) -> Reading:
    digits, scale = wanted
    target = f"DECIMAL({digits},{scale})"
    if found == wanted:
        return Reading(column, raw, raw, None, (), may_be_missing, may_be_out_of_bounds)
    if found[1] <= scale and found[0] - found[1] <= digits - scale:
        return Reading(column, raw, f"CAST({raw} AS {target})", None, (), may_be_missing, may_be_out_of_bounds)
    value = f"try_cast({raw} AS {target})"
    it = shown(f"CAST({raw} AS VARCHAR)")
    too_long = f"coalesce(round({raw}, {scale}) <> {raw}, false)" if found[1] > scale else "false"
    findings = (
        Finding(too_long, "too-many-decimals", say(f"{{it}} has too many decimals: the field takes at most {scale}", it=it)),
        Finding("true", "too-many-digits", say(f"{{it}} has more than {digits - scale} digits before the point", it=it)),
    )
    wrong = f"({too_long} OR ({raw} IS NOT NULL AND {value} IS NULL))"
    return Reading(column, raw, value, constant(wrong), findings, may_be_missing, may_be_out_of_bounds)


def _outside_calendar(raw: str) -> str:
    return f"coalesce({raw} < {FIRST_DAY} OR CAST({raw} AS DATE) > DATE '9999-12-31', false)"


def _date_findings(raw: str) -> tuple[Finding, ...]:
    it = shown(f"CAST({raw} AS VARCHAR)")
    return (
        Finding(_outside_calendar(raw), "not-a-date", say("{it} is not within the years 1 through 9999", it=it)),
        Finding("true", "not-a-date", say("{it} has a time of day: only midnight stands for a date", it=it)),
    )
