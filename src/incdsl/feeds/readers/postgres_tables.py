"""Tables of a Postgres server: copied as text, which is exact, in one stream to the scratch folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import quoting, staging
from incdsl.feeds.errors import FeedError, InexactColumn, NoTable, UnreadableFeed, WrongColumnType
from incdsl.feeds.headers import Header, map_header
from incdsl.feeds.mapped import read_fields, read_text
from incdsl.feeds.readers import landing, written
from incdsl.feeds.readers.landing import LONGEST_TEXT
from incdsl.feeds.readers.written import Column
from incdsl.feeds.sources import Source
from incdsl.feeds.staging import Reading, Staged
from incdsl.feeds.styles import Style

if TYPE_CHECKING:  # psycopg is an extra: only who reads from a server needs it
    import psycopg

_INSTALL = "psycopg is not installed: `pip install incdsl[postgres]`"
_SECONDS_TO_CONNECT = 10
_OPTIONS = "-c datestyle=ISO,YMD -c default_transaction_read_only=on"

_BOOLEAN, _DATE, _MOMENT, _DECIMAL = 16, 1082, 1114, 1700
_WHOLE, _BINARY = (20, 21, 23), (700, 701)
_TEXTS = (25, 1042, 1043)
_LOCAL = {790: "money", 1184: "timestamp with time zone"}
"""Types by their numbers in the server's catalogue; how the texts of `_LOCAL` look depends on the settings of the server."""


@dataclass(frozen=True)
class OpenPostgres:
    """A table whose columns fit its relation: `texts` has an expression for the text of each, `types` the number of its type."""

    source: Source
    table: tuple[str, ...]
    header: Header
    texts: tuple[str, ...]
    types: tuple[int, ...]

    @property
    def relation(self) -> ir.Relation:
        """The relation of the rows."""
        return self.source.relation


def open_postgres(source: Source) -> OpenPostgres | tuple[FeedError, ...]:
    """Find the table, and match its columns, by name and type, with the relation's."""
    try:
        import psycopg
    except ImportError:
        return (UnreadableFeed(source.name, _INSTALL),)
    table = tuple(source.wanted_table.split("."))
    try:
        with _connected(source) as server:
            ((known,),) = server.execute("SELECT to_regclass(%s)::text", [_quoted(table)]).fetchall()
            if known is None:
                return (NoTable(source.name, source.wanted_table, "table", _tables(server)),)
            described = server.execute(f"SELECT * FROM {_quoted(table)} LIMIT 0".encode()).description or []
    except psycopg.Error as error:
        return (UnreadableFeed(source.name, _reason(error, source)),)
    header = map_header(source.relation, source.name, [column.name for column in described], source.mapping)
    if not isinstance(header, Header):
        return header
    texts = [f"{quoting.identifier(column.name)}::text" for column in described]
    errors: list[FeedError] = []
    for position, read in written.columns(source.relation, header).items():
        name, found = quoting.identifier(described[position].name), described[position].type_code
        field = source.relation.stored[header.positions.index(position)].name
        text = _text(read, name, found)
        if text is not None:
            texts[position] = text
        elif found in _BINARY:
            errors.append(InexactColumn(source.name, field, "a binary number", quoting.physical(read.type)))
        else:
            errors.append(WrongColumnType(source.name, field, _LOCAL.get(found, "a whole number"), quoting.physical(read.type)))
    return tuple(errors) or OpenPostgres(source, table, header, tuple(texts), tuple(column.type_code for column in described))


def stage_postgres(connection: duckdb.DuckDBPyConnection, feed: OpenPostgres, scratch: Path) -> Staged | tuple[FeedError, ...]:
    """Copy a table, in the order of the record's key, into one of ours and stage it."""
    import psycopg

    landed = scratch / f"{feed.relation.name}.copied"
    query = f"SELECT {', '.join(feed.texts)} FROM {_quoted(feed.table)} ORDER BY {_order(feed)}"
    try:
        with _connected(feed.source) as server, landed.open("wb") as out, server.cursor() as cursor:
            with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')".encode()) as copied:
                for block in copied:
                    out.write(block)
            rows = cursor.rowcount
    except psycopg.Error as error:
        return (UnreadableFeed(feed.source.name, _reason(error, feed.source)),)
    columns = ", ".join(f"{staging.raw_name(at)}: 'VARCHAR'" for at in range(len(feed.texts)))
    raw = (
        f"SELECT * FROM read_csv({quoting.file(landed)}, auto_detect = false, header = false, delim = ',', quote = '\"', "
        f"escape = '\"', strict_mode = true, nullstr = '', columns = {{{columns}}}, max_line_size = {8 * LONGEST_TEXT})"
    )

    def read(column: ir.StoredColumn, position: int, style: Style) -> Reading:
        return read_text(column, position, style if feed.types[position] in _TEXTS else _without_notation(style))

    readings, _ = read_fields(feed.relation, feed.header, read)
    landing.create_table(connection, feed.relation, readings, raw)
    numbered = f'SELECT row_number() OVER () - 1 AS "#row", * FROM ({raw})'
    staged = landing.stage_table(connection, feed.source, feed.header, readings, numbered, _number_rows, (), unit="row")
    if staged.rows != rows:
        return (UnreadableFeed(feed.source.name, f"one of its rows has more than {LONGEST_TEXT:,} characters"),)
    return staged


def _number_rows(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    """Rows are counted from 1 in the order in which they were copied."""
    connection.execute(f"UPDATE {rows} SET line = row + 1")


def _text(read: Column, name: str, found: int) -> str | None:
    """An expression for the text of a column, typed values in the canonical notation; None when it cannot be exact or its
    meaning is open."""
    if found in _LOCAL:
        return None
    match read.type:
        case ty.Boolean() if found == _BOOLEAN:
            return f"CASE WHEN {name} THEN 'yes' WHEN NOT {name} THEN 'no' END"
        case ty.Date() if found == _MOMENT:
            whole = "true" if read.style.dates.times == "any" else f"{name} = date_trunc('day', {name})"
            return f"CASE WHEN {whole} THEN {name}::date::text ELSE {name}::text END"
        case ty.Percent() if found == _DECIMAL or (found in _WHOLE and read.style.percents == "20"):
            times = "" if read.style.percents == "20" else " * 100"
            return f"trim_scale({name}::numeric{times})::text || '%'"
        case ty.Percent() if found in (*_WHOLE, *_BINARY):
            return None
        case ty.Days() | ty.Number() | ty.Money() if found in _BINARY:
            return None
        case ty.Days() | ty.Number() | ty.Money() if found == _DECIMAL:
            return f"trim_scale({name})::text"
        case _:
            return f"{name}::text"


def _without_notation(style: Style) -> Style:
    """What a style says of values that are not texts: which of them are blanks, and which stand for others."""
    return Style(blanks=style.blanks, values=style.values)


def _order(feed: OpenPostgres) -> str:
    """The key of the record, or all columns when it has none, so that the same rows have the same numbers."""
    keys = [part.start if isinstance(part, ir.RangeKey) else part for part in feed.relation.key]
    stored = [column.name for column in feed.relation.stored]
    ordered = [feed.header.positions[stored.index(key)] for key in keys or stored]
    return ", ".join([f'({feed.texts[position]}) COLLATE "C"' for position in ordered if position is not None] or ["1"])


def _tables(server: psycopg.Connection) -> tuple[str, ...]:
    """The tables that can be named without their schema."""
    query = "SELECT tablename FROM pg_tables WHERE schemaname = ANY (current_schemas(false)) ORDER BY tablename LIMIT 100"
    return tuple(name for (name,) in server.execute(query).fetchall())


def _connected(source: Source) -> psycopg.Connection:
    import psycopg

    assert source.url is not None
    return psycopg.connect(source.url, connect_timeout=_SECONDS_TO_CONNECT, options=_OPTIONS, client_encoding="UTF8")


def _quoted(table: Sequence[str]) -> str:
    return ".".join(map(quoting.identifier, table))


def _reason(error: Exception, source: Source) -> str:
    """What the server, or the way to it, says, on one line and without the password."""
    text = str(error).strip().splitlines()[0] if str(error).strip() else "the server closed the connection"
    password = urlsplit(source.url or "").password
    return text.replace(password, "…") if password else text
