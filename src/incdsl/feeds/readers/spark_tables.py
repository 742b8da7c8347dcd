"""Tables of the catalog of a session of Spark's, and Parquet files that its cluster sees: read over the session of the run.

Only the columns that fields are read from are read. Their values come with their types, and are read as those of local Parquet
files are, but for the order of rows, of which such a table has none: they are counted by their key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

import duckdb

from incdsl.core import ir
from incdsl.feeds import staging
from incdsl.feeds.connections import drop
from incdsl.feeds.errors import FeedError, NoSession
from incdsl.feeds.headers import Header, map_header, wanted_columns
from incdsl.feeds.mapped import read_fields
from incdsl.feeds.readers.parquet_files import NO_STATISTICS, typed_reading
from incdsl.feeds.sources import Source
from incdsl.feeds.staging import Reading, Staged
from incdsl.feeds.styles import Style


@dataclass(frozen=True)
class SparkColumn:
    """A column of a table: its name; its type as DuckDB calls that of the same values, or else as Spark does; and its value as
    SQL of Spark."""

    name: str
    type: str
    sql: str


@dataclass(frozen=True)
class SparkTable:
    """A table that is there: how it is named to the session, and its columns."""

    place: str
    columns: tuple[SparkColumn, ...]


class Catalog(Protocol):
    """The session of the run, as far as feeds are read over it."""

    def find(self, source: Source) -> SparkTable | FeedError:
        """The table, or the files, of a source."""

    def pieces(self, connection: duckdb.DuckDBPyConnection, feed: OpenSpark) -> Iterator[str]:
        """The rows of a table in no order: SELECTs with the columns c0, c1, … that are those of `feed.table`, each there until
        the next one is asked for. Raises FeedErrors when the table cannot be read."""


@dataclass(frozen=True)
class OpenSpark:
    """A table whose columns fit its relation; of `table` these are only those that its fields are read from."""

    source: Source
    table: SparkTable
    header: Header
    readings: tuple[Reading, ...]
    catalog: Catalog = field(compare=False)

    @property
    def relation(self) -> ir.Relation:
        """The relation of the rows."""
        return self.source.relation


def open_spark(source: Source, catalog: Catalog | None) -> OpenSpark | tuple[FeedError, ...]:
    """Find the table, and match its columns, by name and type, with the relation's."""
    if catalog is None:
        return (NoSession(source.name),)
    found = catalog.find(source)
    if isinstance(found, FeedError):
        return (found,)
    whole = map_header(source.relation, source.name, [column.name for column in found.columns], source.mapping)
    if not isinstance(whole, Header):
        return whole
    wanted = wanted_columns(source.relation, source.mapping)
    columns = tuple(column for column in found.columns if column.name.strip() in wanted)
    header = map_header(source.relation, source.name, [column.name for column in columns], source.mapping)
    assert isinstance(header, Header)

    def read(column: ir.StoredColumn, position: int, style: Style) -> Reading | FeedError:
        return typed_reading(column, staging.raw_name(position), columns[position].type, NO_STATISTICS, source.name, style)

    readings, errors = read_fields(source.relation, header, read)
    return errors or OpenSpark(source, replace(found, columns=columns), replace(header, extra=whole.extra), readings, catalog)


def stage_spark(connection: duckdb.DuckDBPyConnection, feed: OpenSpark) -> Staged:
    """Read a table into one of ours, in the order in which its rows are counted, and stage it. Raises FeedErrors."""
    order = ", ".join(f"{place} NULLS LAST" for place in order_of(feed))
    return _stage(connection, feed, feed.catalog.pieces(connection, feed), f"row_number() OVER (ORDER BY {order})")


def stage_some(connection: duckdb.DuckDBPyConnection, feed: OpenSpark, pieces: Iterable[str]) -> Staged:
    """Stage some rows of a table, which come with their numbers among all rows as the column `number`."""
    return _stage(connection, feed, pieces, "number")


def order_of(feed: OpenSpark) -> tuple[str, ...]:
    """The columns c0, c1, … in the order that rows are counted in: by the key of the record, then by all others. Rows that this
    does not tell apart are the same in all that is read of them."""
    keys = [part.start if isinstance(part, ir.RangeKey) else part for part in feed.relation.key]
    stored = [column.name for column in feed.relation.stored]
    by_key = [position for key in keys if (position := feed.header.positions[stored.index(key)]) is not None]
    return tuple(f"c{at}" for at in dict.fromkeys([*by_key, *range(len(feed.table.columns))])) or ("1",)


def _stage(connection: duckdb.DuckDBPyConnection, feed: OpenSpark, pieces: Iterable[str], number: str) -> Staged:
    name = feed.relation.name
    landed, table, view = staging.work(name, "landed"), staging.work(name, "rows"), staging.work(name)
    for at, piece in enumerate(pieces):
        connection.execute(f"INSERT INTO {landed} {piece}" if at else f"CREATE OR REPLACE TABLE {landed} AS {piece}")
    places = "".join(f", c{at} AS {staging.raw_name(at)}" for at in range(len(feed.table.columns)))
    numbered = f'SELECT {number} AS "#number"{places} FROM {landed}'
    row = 'row_number() OVER (ORDER BY "#number") - 1 AS "#row"'
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {row}, * FROM ({numbered})")
    drop(connection, landed)
    raw = f'SELECT * EXCLUDE ("#number") FROM {table}'
    connection.execute(f"CREATE OR REPLACE VIEW {view} AS {staging.typed(feed.readings, feed.relation, raw)}")
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()

    def number_rows(connection: duckdb.DuckDBPyConnection, refused: str) -> None:
        connection.execute(f'UPDATE {refused} SET line = "#number" FROM {table} AS came WHERE came."#row" = {refused}.row')

    return Staged(feed.relation, feed.source.name, rows, feed.header, feed.readings, view, raw, False, number_rows, unit="row")
