"""Feeds that are tables of the database in which the run works: used where they lie when every row of them can be, with
nothing read out but what somebody here asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import duckdb

from incdsl.core import ir
from incdsl.feeds import quoting
from incdsl.feeds.connections import drop
from incdsl.feeds.headers import Header
from incdsl.feeds.readers.landing import LONGEST_TEXT
from incdsl.feeds.readers.postgres_tables import OpenPostgres
from incdsl.feeds.references import reference
from incdsl.feeds.staging import Staged

RowsOf = Callable[[ir.Relation, tuple[str, ...]], Iterable[bytes]]
"""Gives the used rows of a feed that was read here, some of its columns, as pieces of CSV."""


@dataclass(frozen=True)
class InPlace:
    """A table that is used where it lies: how many rows it has, in how many of them the default of a field stands for a blank,
    and how many are `doubtful`: whether they can be used is found out here."""

    relation: ir.Relation
    file: str
    header: Header
    rows: int
    blanks: Mapping[str, int] = field(default_factory=dict)
    doubtful: int = 0


class Server(Protocol):
    """The database in which the run works. Everything that it says is of one moment."""

    def of_the_run(self, feed: OpenPostgres) -> OpenPostgres:
        """The table; with the moment of the run as its `snapshot`, if it is one of this database."""

    def used(self, feed: OpenPostgres, program: ir.Program, rows_of: RowsOf) -> InPlace | None:
        """Look at every row of a table of this database; None when it cannot tell which rows may have to be refused. The feeds
        that it refers to have been through this, or are read here and given by `rows_of`."""

    def doubtful(self, feed: OpenPostgres) -> Iterable[bytes]:
        """The doubtful rows of a table, as `readers.postgres_tables.stage_some` takes them."""

    def leave_out(self, relation: ir.Relation, refused: Sequence[int]) -> None:
        """Use a table without the doubtful rows that have these numbers."""

    def rows(self, relation: ir.Relation, columns: Sequence[str]) -> Iterable[bytes]:
        """The rows of a table used where it lies, as pieces of CSV without header; missing is blank."""


class Brought:
    """Brings rows of tables that are used where they lie here, as `feed."R"`, for what is done here: once for each."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, server: Server | None, scratch: Path) -> None:
        self._connection = connection
        self._server = server
        self._scratch = scratch
        self._here: dict[str, tuple[str, ...]] = {}
        self.tables: dict[str, InPlace] = {}

    def bring(self, names: Collection[str] | None = None) -> None:
        """Bring all columns of these relations, or of all, where they are used in place."""
        for name, table in self.tables.items():
            if names is None or name in names:
                self._bring(table.relation, tuple(column.name for column in table.relation.stored))

    def bring_keys(self, program: ir.Program, relation: ir.Relation) -> None:
        """Bring the keys of what the rows of a relation refer to."""
        for found in (reference(column, program) for column in relation.stored):
            if found is not None and found.target.name in self.tables:
                self._bring(found.target, tuple(part for part in found.target.key if isinstance(part, str)))

    def _bring(self, relation: ir.Relation, columns: tuple[str, ...]) -> None:
        if set(columns) <= set(self._here.get(relation.name, ())):
            return
        assert self._server is not None
        landed = self._scratch / f"{relation.name}.brought"
        with landed.open("wb") as out:
            out.writelines(self._server.rows(relation, columns))
        types = {column.name: quoting.physical(column.type) for column in relation.stored}
        read = ", ".join(f"{quoting.text(name)}: {quoting.text(types[name])}" for name in columns)
        name = f"feed.{quoting.identifier(relation.name)}"
        drop(self._connection, name)
        self._connection.execute(
            f"CREATE TABLE {name} AS SELECT * FROM read_csv({quoting.file(landed)}, auto_detect = false, header = false, "
            f"delim = ',', quote = '\"', escape = '\"', strict_mode = true, nullstr = '', columns = {{{read}}}, "
            f"max_line_size = {8 * LONGEST_TEXT})"
        )
        landed.unlink()
        self._here[relation.name] = columns


def blanks(connection: duckdb.DuckDBPyConnection, feed: Staged | InPlace) -> Iterator[tuple[str, str, int]]:
    """For each field that has a default: its name, the default, and in how many rows it stands for a blank."""
    if isinstance(feed, InPlace):
        for name, rows in feed.blanks.items():
            assert feed.header.mapping is not None
            yield name, feed.header.mapping.field_of(name).default or "", rows
        return
    filled = [(reading.column.name, reading.default, reading.blank) for reading in feed.readings if reading.default is not None]
    if filled:
        counts = ", ".join(f"count(*) FILTER ({blank})" for _, _, blank in filled)
        (found,) = connection.execute(f"SELECT {counts} FROM ({feed.raw})").fetchall()
        yield from ((name, default, rows) for (name, default, _), rows in zip(filled, found, strict=True))
