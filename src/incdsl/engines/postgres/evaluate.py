"""Runs the generated script on a PostgreSQL server."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from types import MappingProxyType

import psycopg
from psycopg import sql

from incdsl.backends.sql import FeedRead, Schemas, Statement, emit
from incdsl.core import ir
from incdsl.engines.errors import DoesNotFit
from incdsl.engines.postgres.in_place import Table
from incdsl.engines.postgres.server import failures
from incdsl.feeds import quoting

Rows = Callable[[str, tuple[str, ...]], Iterable[bytes]]
"""Gives the rows of a feed, some of its columns, as pieces of CSV (no header; missing is blank, texts are in quotes)."""

Store = Callable[[ir.Output, Iterable[bytes]], None]
"""Takes the rows of an output as pieces of CSV of the same kind."""

_SMALL = 1000
"""Rows of a table that any plan will do for."""


def evaluate(
    program: ir.Program,
    connection: psycopg.Connection,
    as_of: datetime.date,
    outputs: Collection[str],
    rows: Rows,
    store: Store,
    on_stage: Callable[[str], None] = lambda stage: None,
    tables: Mapping[str, Table] = MappingProxyType({}),
) -> None:
    """Hand the rows of each output named to `store`. Everything made on the server is part of the connection's open
    transaction. `tables` are the feeds, by relation, that are used where they lie; `rows` is asked for the others. Raises
    DoesNotFit, after which the tables can still be read, and EngineFailure."""
    with _with_a_way_back(connection) if tables else nullcontext():
        run = secrets.token_hex(6)
        schemas = Schemas(f"incdsl_{run}_feed", f"incdsl_{run}_derived", f"incdsl_{run}_result")
        script = emit(program, as_of=as_of, outputs=outputs, dialect="postgres", schemas=schemas)
        with failures("making the schemas of the run"):
            for schema in (schemas.feed, schemas.derived, schemas.result):
                connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        for feed in script.feeds:
            if feed.relation in tables:
                with failures(f"looking at {feed.relation}"):
                    _show(connection, feed, tables[feed.relation])
                continue
            on_stage(f"copying {feed.relation} to the server")
            _copy_in(connection, feed, rows)
        for statement in script.statements:
            on_stage(f"evaluating {statement.name.partition('.')[2]}")
            with failures(f"working out {statement.name}"):
                _execute(connection, statement)
        wanted = {f"result.{output.name}": output for output in program.outputs if output.name in outputs}
        for statement in script.statements:
            if statement.name in wanted:
                _copy_out(connection, statement, wanted[statement.name], store)


@contextmanager
def _with_a_way_back(connection: psycopg.Connection) -> Iterator[None]:
    """When a value does not fit, undo what the server made meanwhile, so that its tables can be read again."""
    with failures("setting up"):
        connection.execute("SAVEPOINT evaluating")
    try:
        yield
    except DoesNotFit:
        with failures("ending"):
            connection.execute("ROLLBACK TO SAVEPOINT evaluating")
        raise


def _show(connection: psycopg.Connection, feed: FeedRead, table: Table) -> None:
    """Let a table that is used where it lies be seen as the feed."""
    names = ", ".join(map(quoting.identifier, feed.names))
    connection.execute(f"CREATE VIEW {feed.table.table} ({names}) AS {table.select(feed.columns)}".encode())


def _copy_in(connection: psycopg.Connection, feed: FeedRead, rows: Rows) -> None:
    with failures(f"copying {feed.relation}"):
        connection.execute(feed.table.sql.encode())
        # FREEZE: the table is of this transaction, so nobody can see rows that are not committed. One that is of one moment
        # may not do it.
        freeze = ", FREEZE" if connection.isolation_level is None else ""
        cursor = connection.cursor()
        with cursor.copy(f"COPY {feed.table.table} FROM STDIN (FORMAT csv{freeze})".encode()) as copy:
            for piece in rows(feed.relation, feed.columns):
                copy.write(piece)
        _look_over(connection, feed.table, cursor.rowcount)


def _execute(connection: psycopg.Connection, statement: Statement) -> None:
    _look_over(connection, statement, connection.execute(statement.sql.encode()).rowcount)


def _look_over(connection: psycopg.Connection, made: Statement, rows: int) -> None:
    """Let the server see what is in a table that queries are planned over; of a small one its size is enough."""
    if made.table is not None and rows >= _SMALL:
        connection.execute(f"ANALYZE {made.table}".encode())


def _copy_out(connection: psycopg.Connection, statement: Statement, output: ir.Output, store: Store) -> None:
    with (
        failures(f"fetching {output.name}"),
        connection.cursor().copy(f"COPY (SELECT * FROM {statement.table}) TO STDOUT (FORMAT csv)".encode()) as copy,
    ):
        store(output, (bytes(piece) for piece in copy))
