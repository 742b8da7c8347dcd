"""DuckDB databases: a table, read where it lies. Only tables are read: a view may read any file of the machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from incdsl.core import ir
from incdsl.feeds import quoting, staging
from incdsl.feeds.connections import connect
from incdsl.feeds.errors import FeedError, NoTable, UnreadableFeed
from incdsl.feeds.headers import Header, map_header
from incdsl.feeds.mapped import read_fields
from incdsl.feeds.readers.parquet_files import NO_STATISTICS, typed_reading
from incdsl.feeds.sources import Source
from incdsl.feeds.staging import Reading, Staged
from incdsl.feeds.styles import Style


@dataclass(frozen=True)
class OpenDuckDb:
    """A table of an attached DuckDB database, by its full name, whose columns fit its relation."""

    source: Source
    table: str
    header: Header
    names: tuple[str, ...]
    readings: tuple[Reading, ...]

    @property
    def relation(self) -> ir.Relation:
        """The relation of the rows."""
        return self.source.relation


def duckdb_tables(path: Path) -> tuple[str, ...]:
    """The tables of a database. Raises duckdb.Error."""
    with connect({}) as connection:
        connection.execute(f"ATTACH {quoting.text(str(path))} AS source (READ_ONLY, TYPE duckdb)")
        return tuple(_tables(connection, "source"))


def open_duckdb(connection: duckdb.DuckDBPyConnection, source: Source) -> OpenDuckDb | tuple[FeedError, ...]:
    """Attach the database, find the table, and match its columns, by name and type, with the relation's."""
    relation = source.relation
    try:
        database = _attach(connection, source.path)
        tables = _tables(connection, database)
        found = source.table_among(tables)
        if found is None:
            return (NoTable(source.name, source.wanted_table, "table", tuple(tables)),)
        name = ".".join(map(quoting.identifier, (database, *tables[found])))
        described = connection.execute(f"DESCRIBE {name}").fetchall()
    except duckdb.Error as error:
        return (UnreadableFeed(source.name, str(error).splitlines()[0]),)
    names = tuple(column for column, *_ in described)
    if any(column.casefold() == "rowid" for column in names):
        return (UnreadableFeed(source.name, "its column `rowid` hides the numbers by which DuckDB tells rows apart"),)
    header = map_header(relation, source.name, names, source.mapping)
    if not isinstance(header, Header):
        return header

    def read(column: ir.StoredColumn, position: int, style: Style) -> Reading | FeedError:
        found = str(described[position][1])
        return typed_reading(column, staging.raw_name(position), found, NO_STATISTICS, source.name, style)

    readings, errors = read_fields(relation, header, read)
    return errors or OpenDuckDb(source, name, header, names, readings)


def stage_duckdb(connection: duckdb.DuckDBPyConnection, feed: OpenDuckDb) -> Staged:
    """Stage a table of an attached database: nothing is read but the number of its rows."""
    raw_columns = [f"{quoting.identifier(name)} AS {staging.raw_name(at)}" for at, name in enumerate(feed.names)]
    raw = f'SELECT rowid AS "#row", {", ".join(raw_columns)} FROM {feed.table}'
    view = staging.work(feed.relation.name)
    connection.execute(f"CREATE OR REPLACE VIEW {view} AS {staging.typed(feed.readings, feed.relation, raw)}")
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {feed.table}").fetchall()

    def number_rows(connection: duckdb.DuckDBPyConnection, refused: str) -> None:
        # Rows that were deleted leave gaps between the numbers that DuckDB knows rows by.
        numbered = f"SELECT rowid AS row, row_number() OVER (ORDER BY rowid) AS number FROM {feed.table}"
        connection.execute(f"UPDATE {refused} SET line = number FROM ({numbered}) AS came WHERE came.row = {refused}.row")

    return Staged(feed.relation, feed.source.name, rows, feed.header, feed.readings, view, raw, False, number_rows, unit="row")


def _attach(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    """The name under which a database is attached; the same file is attached once."""
    attached = connection.execute("SELECT database_name, path FROM duckdb_databases() WHERE NOT internal").fetchall()
    absolute = str(path.absolute())
    for name, where in attached:
        if where == absolute:
            return str(name)
    name = f"source {len(attached)}"
    connection.execute(f"ATTACH {quoting.text(absolute)} AS {quoting.identifier(name)} (READ_ONLY, TYPE duckdb)")
    return name


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, tuple[str, str]]:
    """The tables of an attached database: schema and name by what they are called, without the schema when it is `main`."""
    rows = connection.execute(
        f"SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = {quoting.text(database)} ORDER BY ALL"
    ).fetchall()
    return {name if schema == "main" else f"{schema}.{name}": (schema, name) for schema, name in rows}
