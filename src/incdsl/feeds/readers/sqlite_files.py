"""SQLite databases: a table, values taken by their texts. Only tables are read: a view may compute for ever."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import duckdb

from incdsl.core import ir
from incdsl.feeds import quoting
from incdsl.feeds.errors import FeedError, NoTable, UnreadableFeed
from incdsl.feeds.headers import Header, map_header
from incdsl.feeds.readers import landing, written
from incdsl.feeds.readers.cells import cell_text
from incdsl.feeds.readers.landing import LONGEST_TEXT, Record
from incdsl.feeds.readers.written import Column
from incdsl.feeds.sources import Source
from incdsl.feeds.staging import Staged

DAMAGED = (sqlite3.Error, UnicodeDecodeError)
"""What is raised for a damaged file: names of tables and columns, and messages that repeat them, may be no text."""

_AT_ONCE = 1000
_TABLES = (
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql LIKE 'CREATE TABLE%' ORDER BY name"
)


@dataclass(frozen=True)
class OpenSqlite:
    """A table of a SQLite database whose columns fit its relation."""

    source: Source
    table: str
    header: Header

    @property
    def relation(self) -> ir.Relation:
        """The relation of the rows."""
        return self.source.relation


def sqlite_tables(path: Path) -> tuple[str, ...]:
    """The tables of a database. Raises what is in `DAMAGED`."""
    with closing(_connect(path)) as database:
        return tuple(name for (name,) in database.execute(_TABLES))


def open_sqlite(source: Source) -> OpenSqlite | tuple[FeedError, ...]:
    """Find the table, and match its columns, by name, with the relation's."""
    try:
        with closing(_connect(source.path)) as database:
            tables = tuple(name for (name,) in database.execute(_TABLES))
            table = source.table_among(tables)
            if table is None:
                return (NoTable(source.name, source.wanted_table, "table", tables),)
            columns = database.execute(f"SELECT * FROM {quoting.identifier(table)} LIMIT 0").description
    except DAMAGED as error:
        return (UnreadableFeed(source.name, _reason(error)),)
    header = map_header(source.relation, source.name, [name for name, *_ in columns], source.mapping)
    return OpenSqlite(source, table, header) if isinstance(header, Header) else header


def stage_sqlite(connection: duckdb.DuckDBPyConnection, feed: OpenSqlite, scratch: Path) -> Staged | tuple[FeedError, ...]:
    """Read a table of a SQLite database into one of ours and stage it."""
    try:
        with closing(_connect(feed.source.path)) as database:
            return landing.land(connection, feed.source, feed.header, _records(feed, database), scratch, unit="row")
    except DAMAGED as error:
        return (UnreadableFeed(feed.source.name, _reason(error)),)


def _records(feed: OpenSqlite, database: sqlite3.Connection) -> Iterator[Record]:
    columns = written.columns(feed.relation, feed.header)
    switches = {at for at, column in columns.items() if column.is_switch}
    rows = database.execute(f"SELECT * FROM {quoting.identifier(feed.table)}")
    number = 0
    while some := rows.fetchmany(_AT_ONCE):
        for row in some:
            number += 1
            values, unfit = [], {}
            for at, value in enumerate(row):
                if at in switches and value in (0, 1) and not isinstance(value, str):
                    value = bool(value)  # SQLite has no other yes and no
                text, fault = cell_text(value, columns.get(at, Column()))
                if isinstance(value, str) and not value.isascii() and any("\ud800" <= each <= "\udfff" for each in value):
                    text, fault = value.encode("utf-8", "backslashreplace").decode(), "has bytes that are not UTF-8"
                values.append(text)
                if fault is not None:
                    unfit[at] = f"`{feed.header.names[at]}` {fault}"
            yield Record(number, tuple(values), None, unfit)


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that can only read, trusts nothing that the file says to do, and takes no value longer than a row may be."""
    database = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
    database.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 8 * LONGEST_TEXT)
    database.execute("PRAGMA trusted_schema = OFF")
    return database


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "the database is damaged: it has a name that is no text"
    text = str(error)
    return "it is not a SQLite database" if "not a database" in text else text
