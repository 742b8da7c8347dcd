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


@dataclass(frozen=True)
class FileStatistics:
    """What is recorded of some files: their columns by name, and of each file, in order, the rows of its row groups."""

    columns: Mapping[str, ColumnStatistics]
    groups: tuple[tuple[int, ...], ...]


def read_statistics(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> FileStatistics:
    """The statistics of some files, row groups in order."""
    rows = connection.execute(
        "SELECT file_name, row_group_id, row_group_num_rows, path_in_schema, stats_null_count, stats_min_value, stats_max_value "
        f"FROM parquet_metadata({quoting.files(paths)})"
    ).fetchall()
    places = {path: place for place, path in enumerate(paths)}
    groups: dict[tuple[int, int], int] = {}
    columns: dict[str, dict[tuple[int, int], tuple[int | None, str | None, str | None]]] = {}
    for file, group, count, name, *found in rows:
        place = (places[Path(file)], group)
        groups[place] = count
        columns.setdefault(name, {})[place] = (found[0], found[1], found[2])
    known = {name: ColumnStatistics(*zip(*(own[place] for place in sorted(own)), strict=True)) for name, own in columns.items()}
    counts = tuple(tuple(groups[place] for place in sorted(groups) if place[0] == file) for file in range(len(paths)))
    return FileStatistics(known, counts)


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
