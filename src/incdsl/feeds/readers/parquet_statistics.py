"""What the statistics in a Parquet file prove about its columns, without reading a row.

Writers record for every row group the number of missing values and the bounds of the others. Bounds of long
texts may be cut, so they prove that values lie between them and nothing more.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb

from incdsl.core import ir
from incdsl.feeds import quoting


@dataclass(frozen=True)
class ColumnStatistics:
    """One column of a file: per row group, the number of missing values and the bounds as DuckDB prints them."""

    nulls: tuple[int | None, ...]
    least: tuple[str | None, ...]
    greatest: tuple[str | None, ...]

    @property
    def never_missing(self) -> bool:
        """Whether it is certain that no value is missing."""
        return all(count == 0 for count in self.nulls)

    @property
    def never_blank(self) -> bool:
        """Whether it is certain that no text is empty."""
        return all(text for text in self.least)

    @property
    def ascending(self) -> bool:
        """Whether the row groups of a text column follow one another: the rows may then be in ascending order."""
        return all(
            high is not None and low is not None and high.encode() < low.encode()
            for high, low in zip(self.greatest[:-1], self.least[1:], strict=True)
        )

    def within(self, bounds: ir.Bounds) -> bool:
        """Whether it is certain that all values lie within bounds of dates or decimals."""
        return all(_least_holds(text, bounds.least) for text in self.least) and all(
            _greatest_holds(text, bounds.greatest) for text in self.greatest
        )


def file_rows(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> tuple[int, ...]:
    """The number of rows of each file, in order."""
    rows = connection.execute(f"SELECT file_name, num_rows FROM parquet_file_metadata({quoting.files(paths)})").fetchall()
    counts = {Path(name): count for name, count in rows}
    return tuple(counts[path] for path in paths)


def row_groups(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> tuple[int, ...]:
    """The number of rows of each row group of some files, in order."""
    rows = connection.execute(
        "SELECT file_name, any_value(row_group_num_rows) FROM parquet_metadata("
        f"{quoting.files(paths)}) GROUP BY file_name, row_group_id ORDER BY row_group_id"
    ).fetchall()
    return tuple(count for path in paths for name, count in rows if Path(name) == path)


def read_statistics(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> Mapping[str, ColumnStatistics]:
    """The statistics of the columns of some files, by column name, row groups in order."""
    order = "ORDER BY array_position(?::VARCHAR[], file_name), row_group_id"
    parts = [f"list({name} {order})" for name in ("stats_null_count", "stats_min_value", "stats_max_value")]
    names = list(map(str, paths))
    rows = connection.execute(
        f"SELECT path_in_schema, {', '.join(parts)} FROM parquet_metadata({quoting.files(paths)}) GROUP BY path_in_schema",
        [names, names, names],
    ).fetchall()
    return {name: ColumnStatistics(tuple(nulls), tuple(least), tuple(greatest)) for name, nulls, least, greatest in rows}


def _least_holds(text: str | None, bound: ir.Value) -> bool:
    match bound:
        case None:
            return True
        case datetime.date():
            date = _date(text)
            return date is not None and date >= bound
        case Decimal():
            number = _number(text)
            return number is not None and number >= bound
        case _:
            return False


def _greatest_holds(text: str | None, bound: ir.Value) -> bool:
    match bound:
        case None:
            return True
        case datetime.date():
            date = _date(text)
            return date is not None and date <= bound
        case Decimal():
            number = _number(text)
            return number is not None and number <= bound
        case _:
            return False


def _date(text: str | None) -> datetime.date | None:
    """A date as DuckDB prints it; None for what is not one, such as years of five digits."""
    try:
        return datetime.date.fromisoformat(text or "")
    except ValueError:
        return None


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal(text or "")
    except InvalidOperation:
        return None
