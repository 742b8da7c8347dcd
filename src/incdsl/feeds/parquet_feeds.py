"""Parquet feeds: read where they lie, as views. What the file's types and statistics prove is not checked again."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import assert_never

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import quoting, staging
from incdsl.feeds.errors import FeedError, InexactColumn, UnreadableFeed, WrongColumnType
from incdsl.feeds.headers import Header, map_header
from incdsl.feeds.misreadings import Finding, say, shown
from incdsl.feeds.notation import FIRST_DAY, constant, names, notation
from incdsl.feeds.parquet_statistics import ColumnStatistics, read_statistics, row_groups
from incdsl.feeds.staging import Reading, Staged

_INTEGER_DIGITS = {
    "TINYINT": 3, "UTINYINT": 3, "SMALLINT": 5, "USMALLINT": 5,
    "INTEGER": 10, "UINTEGER": 10, "BIGINT": 19, "UBIGINT": 20,
}  # fmt: skip
_MOMENTS = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
_CALENDAR = ir.Bounds(datetime.date.min, datetime.date.max)
_NO_STATISTICS = ColumnStatistics((None,), (None,), (None,))


@dataclass(frozen=True)
class OpenParquet:
    """A Parquet file whose columns fit its relation."""

    relation: ir.Relation
    path: Path
    header: Header
    names: tuple[str, ...]
    readings: tuple[Reading, ...]
    statistics: Mapping[str, ColumnStatistics]


def open_parquet(connection: duckdb.DuckDBPyConnection, relation: ir.Relation, path: Path) -> OpenParquet | tuple[FeedError, ...]:
    """Read the schema of a Parquet file and match its columns, by name and type, with the relation's."""
    try:
        described = connection.execute(f"DESCRIBE {_read(path)}").fetchall()
        statistics = read_statistics(connection, path)
    except duckdb.Error as error:
        return (UnreadableFeed(path.name, _reason(error)),)
    names = tuple(name for name, *_ in described)
    types = [found for _, found, *_ in described]
    header = map_header(relation, path.name, names)
    if not isinstance(header, Header):
        return header
    readings: list[Reading] = []
    errors: list[FeedError] = []
    for column, position in zip(relation.stored, header.positions, strict=True):
        known = statistics.get(names[position], _NO_STATISTICS)
        reading = _reading(column, staging.raw_name(position), types[position], known, path.name)
        if isinstance(reading, Reading):
            readings.append(reading)
        else:
            errors.append(reading)
    if errors:
        return tuple(errors)
    return OpenParquet(relation, path, header, names, staging.with_range_ends(tuple(readings), relation), statistics)


def stage_parquet(connection: duckdb.DuckDBPyConnection, feed: OpenParquet) -> Staged:
    """Stage a Parquet file: nothing is read but its metadata."""
    raw_columns = [f"{quoting.identifier(name)} AS {staging.raw_name(at)}" for at, name in enumerate(feed.names)]
    raw = f'SELECT file_row_number AS "#row", {", ".join(raw_columns)} FROM ({_read(feed.path, ", file_row_number = true")})'
    view = staging.work(feed.relation.name)
    connection.execute(f"CREATE OR REPLACE VIEW {view} AS {staging.typed(feed.readings, feed.relation, raw)}")
    groups = row_groups(connection, feed.path)
    ends = list(accumulate(groups))
    pieces = tuple((end - group, end - 1) for group, end in zip(groups, ends, strict=True))
    ascending = frozenset(
        column.name
        for column, position in zip(feed.relation.stored, feed.header.positions, strict=True)
        if feed.statistics.get(feed.names[position], _NO_STATISTICS).ascending
    )
    return Staged(
        feed.relation, feed.path.name, sum(groups), feed.header, feed.readings, view, raw, False, _number_lines, ascending, pieces
    )


def _number_lines(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    """The line of a row of a Parquet file is its number, from 1."""
    connection.execute(f"UPDATE {rows} SET line = row + 1")


def _read(path: Path, options: str = "") -> str:
    return f"SELECT * FROM read_parquet({quoting.file(path)}, hive_partitioning = false{options})"


def _reason(error: duckdb.Error) -> str:
    text = str(error).splitlines()[0]
    return "it is not a Parquet file" if "magic bytes" in text or "too small" in text else text


def _reading(column: ir.StoredColumn, raw: str, found: str, known: ColumnStatistics, file: str) -> Reading | FeedError:
    outer = ty.known(column.type)
    stored = outer.key if isinstance(outer, ty.Row) else outer
    never_missing = known.never_missing
    if found == "VARCHAR":
        if not isinstance(stored, ty.Text | ty.Enum | ty.Country):
            read = notation(column.type, raw)
            return Reading(column, raw, read.value, read.wrong, read.findings)
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
            if found in _MOMENTS:
                timed = f"({_outside_calendar(raw)} OR coalesce(CAST(CAST({raw} AS DATE) AS TIMESTAMP) <> {raw}, false))"
                return Reading(column, raw, f"try_cast({raw} AS DATE)", constant(timed), _date_findings(raw), not never_missing)
            return WrongColumnType(file, column.name, found, "DATE")
        case ty.Boolean():
            if found == "BOOLEAN":
                return Reading(column, raw, raw, None, (), not never_missing, False)
            return WrongColumnType(file, column.name, found, "BOOLEAN")
        case ty.Text() | ty.Enum() | ty.Country():
            return WrongColumnType(file, column.name, found, "VARCHAR")
        case ty.Days(digits, scale) | ty.Number(digits, scale) | ty.Percent(digits, scale) | ty.Money(_, digits, scale):
            wanted = quoting.physical(stored)
            if found in ("DOUBLE", "FLOAT"):
                return InexactColumn(file, column.name, found, wanted)
            size = _decimal_size(found)
            if size is None or (isinstance(stored, ty.Percent) and found in _INTEGER_DIGITS):
                return WrongColumnType(file, column.name, found, wanted)
            return _decimal_reading(column, raw, size, (digits, scale), not never_missing, not within)
        case never:
            assert_never(never)


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
