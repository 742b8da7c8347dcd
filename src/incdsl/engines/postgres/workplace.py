"""The database in which a run works, from its first look at the feeds to its last result: one connection, one transaction.

Where feeds are tables of the same database, all that is read of them is of the moment at which the transaction began.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING

import psycopg

from incdsl.core import ir
from incdsl.engines.in_place import Unfit, key_of, referred
from incdsl.engines.postgres.in_place import Table, doubtful_rows, look_over
from incdsl.engines.postgres.server import connected, failures
from incdsl.engines.postgres.values import BY_CODE_POINT, NUMBER, PART, ROW
from incdsl.feeds import quoting
from incdsl.feeds.in_place import Here, InPlace, Lying
from incdsl.feeds.readers.postgres_tables import OpenPostgres, connected_to, stage_some
from incdsl.feeds.sources import Source
from incdsl.feeds.staging import Staged

if TYPE_CHECKING:
    from incdsl.feeds.readers.opening import Opened

_SAME = (
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = %s AND classid = %s AND objid = %s AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())), current_user::text"
)
"""Whether a session sees a lock that the run holds, and so is one of the same database; and whose it is."""


_LONGEST_NAME = 63
"""Bytes that a name may have."""


class Workplace:
    """Opened when it is first needed. A context manager; leaving it undoes whatever was made there. `tables` are the feeds that
    are used where they lie, by relation. It is a `feeds.in_place.Server`; what it does there raises EngineFailure."""

    def __init__(self, server: str, on_stage: Callable[[str], None] = lambda stage: None) -> None:
        self._server = server
        self._on_stage = on_stage
        self._resources = ExitStack()
        self._connection: psycopg.Connection | None = None
        self._snapshot: str | None = None
        self._same: dict[str | None, bool] = {}
        self._keys: dict[str, str] = {}
        self._lock = (secrets.randbits(31), secrets.randbits(31))
        self._schema = f"incdsl_{self._lock[0]:x}_looking"
        self._short: dict[str, str] = {}
        self.tables: dict[str, Table] = {}

    def __enter__(self) -> Workplace:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._resources.__exit__(kind, error, traceback)

    @property
    def connection(self) -> psycopg.Connection:
        """Where the run works."""
        if self._connection is not None and self._snapshot is not None and not any(self._same.values()):
            self._resources.close()  # no feed lies here: a transaction without a past fills tables more quickly
            self._connection = self._snapshot = None
        if self._connection is None:
            self._connection = self._resources.enter_context(connected(self._server))
        return self._connection

    @property
    def catalog(self) -> None:
        """See `feeds.in_place.Server`."""
        return

    def of_the_run(self, feed: Opened) -> Opened:
        """See `feeds.in_place.Server`."""
        if not isinstance(feed, OpenPostgres):
            return feed
        url = feed.source.url
        if url not in self._same:
            self._same[url] = self._is_here(feed.source)
        return replace(feed, snapshot=self._snapshot) if self._same[url] else feed

    def used(self, feed: Lying, program: ir.Program, here: Here) -> InPlace | None:
        """See `feeds.in_place.Server`."""
        assert isinstance(feed, OpenPostgres)
        connection, relation = self.connection, feed.relation
        self._on_stage(f"checking {relation.name} where it lies")
        targets, known = referred(program, relation)
        with failures(f"checking {relation.name}"):
            references = {name: None if target == relation else self._keys_of(target, here) for name, target in targets.items()}
            connection.execute("SAVEPOINT looking")
            aside = self._working_table(f"{relation.name} aside")
            try:
                table, used = look_over(connection, feed, references, known, aside)
            except (Unfit, psycopg.DataError):
                connection.execute("ROLLBACK TO SAVEPOINT looking")
                return None
            connection.execute("RELEASE SAVEPOINT looking")
        self.tables[relation.name] = table
        return used

    def doubtful(self, feed: Lying, rows: int, here: Here) -> Staged:
        """See `feeds.in_place.Server`."""
        assert isinstance(feed, OpenPostgres)
        found = doubtful_rows(feed, self._working_table(f"{feed.relation.name} aside"))
        return stage_some(here.connection, feed, self._copied(feed.relation, found), rows, here.scratch)

    def leave_out(self, relation: ir.Relation, refused: Sequence[int]) -> None:
        """See `feeds.in_place.Server`."""
        table, aside = self._working_table(f"{relation.name} refused"), self._working_table(f"{relation.name} aside")
        with failures(f"checking {relation.name}"):
            made = f"CREATE UNLOGGED TABLE {table} AS SELECT {PART}, {ROW} FROM {aside} WHERE {NUMBER} = ANY (%s)"
            rows = self.connection.execute(made.encode(), [list(refused)]).rowcount
            assert rows == len(refused), relation.name
            self.connection.execute(f"ANALYZE {table}".encode())
        self.tables[relation.name] = replace(self.tables[relation.name], without=table)

    def bring(self, relation: ir.Relation, columns: Sequence[str], here: Here) -> None:
        """See `feeds.in_place.Server`."""
        here.take_csv(relation, columns, self._copied(relation, self.tables[relation.name].select(columns)))

    def _copied(self, relation: ir.Relation, query: str) -> Iterator[bytes]:
        with (
            failures(f"fetching {relation.name}"),
            self.connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT csv)".encode()) as copy,
        ):
            for piece in copy:
                yield bytes(piece)

    def _is_here(self, source: Source) -> bool:
        connection = self._open()
        try:
            with connected_to(source) as session:
                ((here, user),) = session.execute(_SAME, [connection.info.backend_pid, *self._lock]).fetchall()
        except psycopg.Error:
            return False  # it is said when the table is read
        ((own,),) = connection.execute("SELECT current_user::text").fetchall()
        return bool(here) and user == own

    def _open(self) -> psycopg.Connection:
        if self._connection is None:
            self._connection = self._resources.enter_context(connected(self._server, of_one_moment=True))
        if self._snapshot is None:
            with failures("setting up"):
                ((self._snapshot,),) = self._connection.execute("SELECT pg_export_snapshot()").fetchall()
                self._connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", self._lock)
            with failures("making the schemas of the run"):
                self._connection.execute(f"CREATE SCHEMA {self._schema}".encode())
        return self._connection

    def _keys_of(self, target: ir.Relation, here: Here) -> str:
        """A SELECT of the keys of the used rows of a feed; they are handed to the server if they are not there."""
        key = key_of(target)
        if target.name in self.tables:
            return self.tables[target.name].select(key)
        if target.name not in self._keys:
            self._keys[target.name] = self._hand_over(target, key, here.csv(target, key))
        return f"SELECT key FROM {self._keys[target.name]}"

    def _hand_over(self, target: ir.Relation, key: tuple[str, ...], rows: Iterable[bytes]) -> str:
        connection, table = self.connection, self._working_table(f"{target.name} keys")
        (column,) = (column for column in target.stored if column.name in key)
        physical = quoting.physical(column.type)
        typed = f"text {BY_CODE_POINT}" if physical == "VARCHAR" else physical
        connection.execute(f"CREATE UNLOGGED TABLE {table} (key {typed})".encode())
        with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)".encode()) as copy:
            for piece in rows:
                copy.write(piece)
        connection.execute(f"ANALYZE {table}".encode())
        return table

    def _working_table(self, name: str) -> str:
        """The name of a table of this run, as SQL. Its schema is there while feeds are looked at where they lie."""
        short = name if len(name.encode()) <= _LONGEST_NAME else f"{len(self._short)} {name[:10]}"
        return f"{self._schema}.{quoting.identifier(self._short.setdefault(name, short))}"
