"""Tables of a Postgres server: copied as text, which is exact, in one stream to the scratch folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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

_INSTALL = "psycopg is not installed: `pip install '.[postgres]'` in the folder of incdsl"
_SECONDS_TO_CONNECT = 10
_PLACE = (
    "SELECT nspname, relname, relkind IN ('r', 'p', 'm') FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
    "WHERE pg_class.oid = to_regclass(%s)"
)
_OPTIONS = "-c datestyle=ISO,YMD -c default_transaction_read_only=on"

BOOLEAN, DATE, MOMENT, DECIMAL = 16, 1082, 1114, 1700
WHOLE, _BINARY = (20, 21, 23), (700, 701)
TEXTS = (25, 1042, 1043)
_LOCAL = {790: "money", 1184: "timestamp with time zone"}
"""Types by their numbers in the server's catalogue; how the texts of `_LOCAL` look depends on the settings of the server."""


@dataclass(frozen=True)
class ServerColumn:
    """A column as the server describes it: its name, the number of its type (of a domain, that of what it is made of), and the
    digits and decimals of a `numeric` that has them declared."""

    name: str
    type: int
    digits: int | None
    scale: int | None


@dataclass(frozen=True)
class OpenPostgres:
    """A table whose columns fit its relation: `texts` has an expression for the text of each, `place` its schema and name; the
    rows of one that `has_places` are told by where they are stored; `snapshot` is the moment as of which it is read, as the
    server that has it names it, None for now."""

    source: Source
    place: tuple[str, str]
    has_places: bool
    header: Header
    texts: tuple[str, ...]
    columns: tuple[ServerColumn, ...]
    snapshot: str | None = None

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
        with connected_to(source) as server:
            found = server.execute(_PLACE, [quoted(table)]).fetchall()
            if not found:
                return (NoTable(source.name, source.wanted_table, "table", _tables(server)),)
            ((schema, name, has_places),) = found
            described = columns_of(server, (schema, name))
    except psycopg.Error as error:
        return (UnreadableFeed(source.name, _reason(error, source)),)
    header = map_header(source.relation, source.name, [column.name for column in described], source.mapping)
    if not isinstance(header, Header):
        return header
    texts = [f"{quoting.identifier(column.name)}::text" for column in described]
    errors: list[FeedError] = []
    for position, read in written.columns(source.relation, header).items():
        called, type_ = quoting.identifier(described[position].name), described[position].type
        field = source.relation.stored[header.positions.index(position)].name
        text = _text(read, called, type_)
        if text is not None:
            texts[position] = text
        elif type_ in _BINARY:
            errors.append(InexactColumn(source.name, field, "a binary number", quoting.physical(read.type)))
        else:
            errors.append(WrongColumnType(source.name, field, _LOCAL.get(type_, "a whole number"), quoting.physical(read.type)))
    return tuple(errors) or OpenPostgres(source, (schema, name), has_places, header, tuple(texts), described)


def stage_postgres(connection: duckdb.DuckDBPyConnection, feed: OpenPostgres, scratch: Path) -> Staged | tuple[FeedError, ...]:
    """Copy a table, in the order of the record's key, into one of ours and stage it."""
    import psycopg

    landed = scratch / f"{feed.relation.name}.copied"
    query = f"SELECT {', '.join(feed.texts)} FROM {quoted(feed.place)} ORDER BY {order_of(feed)}"
    try:
        with connected_to(feed.source) as server, landed.open("wb") as out, server.cursor() as cursor:
            if feed.snapshot is not None:
                server.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                server.execute(f"SET TRANSACTION SNAPSHOT {quoting.text(feed.snapshot)}".encode())
            with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')".encode()) as copied:
                for block in copied:
                    out.write(block)
            rows = cursor.rowcount
    except psycopg.Error as error:
        return (UnreadableFeed(feed.source.name, _reason(error, feed.source)),)
    staged = _stage(connection, feed, landed, len(feed.texts), _number_rows)
    if staged.rows != rows:
        return (UnreadableFeed(feed.source.name, f"one of its rows has more than {LONGEST_TEXT:,} characters"),)
    return staged


def stage_some(
    connection: duckdb.DuckDBPyConnection, feed: OpenPostgres, pieces: Iterable[bytes], rows: int, scratch: Path
) -> Staged:
    """Stage some rows of a table that come as CSV: the text of each column, and the number of the row; `rows` is how many."""
    landed = scratch / f"{feed.relation.name}.copied"
    with landed.open("wb") as out:
        out.writelines(pieces)
    at = len(feed.texts)

    def number_rows(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
        number = f"CAST({staging.raw_name(at)} AS BIGINT)"
        connection.execute(f'UPDATE {rows} SET line = {number} FROM ({staged.raw}) AS raw WHERE raw."#row" = {rows}.row')

    staged = _stage(connection, feed, landed, at + 1, number_rows)
    assert staged.rows == rows, feed.relation.name
    return staged


def _stage(
    connection: duckdb.DuckDBPyConnection,
    feed: OpenPostgres,
    landed: Path,
    width: int,
    number_rows: Callable[[duckdb.DuckDBPyConnection, str], None],
) -> Staged:
    columns = ", ".join(f"{staging.raw_name(at)}: 'VARCHAR'" for at in range(width))
    raw = (
        f"SELECT * FROM read_csv({quoting.file(landed)}, auto_detect = false, header = false, delim = ',', quote = '\"', "
        f"escape = '\"', strict_mode = true, nullstr = '', columns = {{{columns}}}, max_line_size = {8 * LONGEST_TEXT})"
    )

    def read(column: ir.StoredColumn, position: int, style: Style) -> Reading:
        return read_text(column, position, style if feed.columns[position].type in TEXTS else _without_notation(style))

    readings, _ = read_fields(feed.relation, feed.header, read)
    landing.create_table(connection, feed.source, readings, raw)
    numbered = f'SELECT row_number() OVER () - 1 AS "#row", * FROM ({raw})'
    return landing.stage_table(connection, feed.source, feed.header, readings, numbered, number_rows, (), unit="row")


def _number_rows(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    """Rows are counted from 1 in the order in which they were copied."""
    connection.execute(f"UPDATE {rows} SET line = row + 1")


def _text(read: Column, name: str, found: int) -> str | None:
    """An expression for the text of a column, typed values in the canonical notation; None when it cannot be exact or its
    meaning is open."""
    if found in _LOCAL:
        return None
    match read.type:
        case ty.Boolean() if found == BOOLEAN:
            return f"CASE WHEN {name} THEN 'yes' WHEN NOT {name} THEN 'no' END"
        case ty.Date() if found == MOMENT:
            whole = "true" if read.style.dates.times == "any" else f"{name} = date_trunc('day', {name})"
            return f"CASE WHEN {whole} THEN {name}::date::text ELSE {name}::text END"
        case ty.Percent() if found == DECIMAL or (found in WHOLE and read.style.percents == "20"):
            times = "" if read.style.percents == "20" else " * 100"
            return f"trim_scale({name}::numeric{times})::text || '%'"
        case ty.Percent() if found in (*WHOLE, *_BINARY):
            return None
        case ty.Days() | ty.Number() | ty.Money() if found in _BINARY:
            return None
        case ty.Days() | ty.Number() | ty.Money() if found == DECIMAL:
            return f"trim_scale({name})::text"
        case _:
            return f"{name}::text"


def _without_notation(style: Style) -> Style:
    """What a style says of values that are not texts: which of them are blanks, and which stand for others."""
    return Style(blanks=style.blanks, values=style.values)


def order_of(feed: OpenPostgres) -> str:
    """The order in which rows are counted, as SQL: by the key of the record, or all columns when it has none, so that the same
    rows have the same numbers; rows that this does not tell apart by where they are stored."""
    keys = [part.start if isinstance(part, ir.RangeKey) else part for part in feed.relation.key]
    stored = [column.name for column in feed.relation.stored]
    ordered = [feed.header.positions[stored.index(key)] for key in keys or stored]
    told = [f'({feed.texts[position]}) COLLATE "C"' for position in ordered if position is not None]
    return ", ".join([*told, *(["tableoid", "ctid"] if feed.has_places else [])] or ["1"])


def _tables(server: psycopg.Connection) -> tuple[str, ...]:
    """The tables that can be named without their schema."""
    query = "SELECT tablename FROM pg_tables WHERE schemaname = ANY (current_schemas(false)) ORDER BY tablename LIMIT 100"
    return tuple(name for (name,) in server.execute(query).fetchall())


def columns_of(server: psycopg.Connection, table: tuple[str, str]) -> tuple[ServerColumn, ...]:
    """The columns of a table as a session sees it. Raises psycopg.Error."""
    described = server.execute(f"SELECT * FROM {quoted(table)} LIMIT 0".encode()).description or []
    return tuple(ServerColumn(column.name, column.type_code, column.precision, column.scale) for column in described)


def connected_to(source: Source) -> psycopg.Connection:
    """A session, which may only read, with the database of a source. Raises psycopg.Error."""
    import psycopg

    assert source.url is not None
    return psycopg.connect(source.url, connect_timeout=_SECONDS_TO_CONNECT, options=_OPTIONS, client_encoding="UTF8")


def quoted(table: Sequence[str]) -> str:
    """The name of a table, its schema before it, as SQL writes it."""
    return ".".join(map(quoting.identifier, table))


def _reason(error: Exception, source: Source) -> str:
    """What the server, or the way to it, says, on one line and without the password."""
    text = str(error).strip().splitlines()[0] if str(error).strip() else "the server closed the connection"
    password = urlsplit(source.url or "").password
    return text.replace(password, "…") if password else text
