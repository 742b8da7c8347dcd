"""Feeds that are tables of the database, or of the session of Spark, in which the run works: used where they lie when that can
be told of every row, with nothing read out but what somebody here asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeGuard

import duckdb

from incdsl.core import ir
from incdsl.feeds import quoting
from incdsl.feeds.connections import drop
from incdsl.feeds.export import csv_rows
from incdsl.feeds.headers import Header
from incdsl.feeds.readers.landing import LONGEST_TEXT
from incdsl.feeds.readers.postgres_tables import OpenPostgres
from incdsl.feeds.readers.spark_tables import Catalog, OpenSpark
from incdsl.feeds.references import reference
from incdsl.feeds.staging import Staged

if TYPE_CHECKING:
    from incdsl.feeds.readers.opening import Opened

Lying: TypeAlias = OpenPostgres | OpenSpark
"""A table that may be one of where the run works."""


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


@dataclass(frozen=True)
class Here:
    """What is here of the feeds of a run: `feed."R"` of the `connection` for each that was read here, or has been brought; and a
    folder for what is on its way."""

    connection: duckdb.DuckDBPyConnection
    scratch: Path

    def csv(self, relation: ir.Relation, columns: Sequence[str]) -> Iterable[bytes]:
        """The used rows of a feed, some of its columns, as pieces of CSV."""
        return csv_rows(self.connection, relation, columns)

    def take(self, relation: ir.Relation, columns: Sequence[str], rows: Iterable[str]) -> None:
        """Make the table of a feed of SELECTs of its columns, each there until the next one is asked for."""
        name = f"feed.{quoting.identifier(relation.name)}"
        drop(self.connection, name)
        types = {column.name: quoting.physical(column.type) for column in relation.stored}
        declared = ", ".join(f"{quoting.identifier(column)} {types[column]}" for column in columns)
        self.connection.execute(f"CREATE TABLE {name} ({declared})")
        for piece in rows:
            self.connection.execute(f"INSERT INTO {name} {piece}")

    def take_csv(self, relation: ir.Relation, columns: Sequence[str], pieces: Iterable[bytes]) -> None:
        """The same of pieces of CSV without header, in which a missing value is blank."""
        landed = self.scratch / f"{relation.name}.brought"
        with landed.open("wb") as out:
            out.writelines(pieces)
        types = {column.name: quoting.physical(column.type) for column in relation.stored}
        read = ", ".join(f"{quoting.text(name)}: {quoting.text(types[name])}" for name in columns)
        rows = (
            f"SELECT * FROM read_csv({quoting.file(landed)}, auto_detect = false, header = false, delim = ',', quote = '\"', "
            f"escape = '\"', strict_mode = true, nullstr = '', columns = {{{read}}}, max_line_size = {8 * LONGEST_TEXT})"
        )
        self.take(relation, columns, [rows])
        landed.unlink()


class Server(Protocol):
    """The database, or the session of Spark, in which the run works. Everything that it says of a table is of one moment."""

    @property
    def catalog(self) -> Catalog | None:
        """Itself, if feeds are looked for over it."""

    def of_the_run(self, feed: Opened) -> Opened:
        """The table; as one that `lies_here`, if it is one of this database or session."""

    def used(self, feed: Lying, program: ir.Program, here: Here) -> InPlace | None:
        """Look at every row of a table that lies here; None when it cannot be told which rows may have to be refused. The feeds
        that it refers to have been through this, or were read."""

    def doubtful(self, feed: Lying, rows: int, here: Here) -> Staged:
        """The doubtful rows of a table, with their numbers among all rows."""

    def leave_out(self, relation: ir.Relation, refused: Sequence[int]) -> None:
        """Use a table without the doubtful rows that have these numbers."""

    def bring(self, relation: ir.Relation, columns: Sequence[str], here: Here) -> None:
        """Make `feed."R"` of the rows, some of the columns, of a table that is used where it lies."""


def lies_here(feed: Opened) -> TypeGuard[Lying]:
    """Whether a feed is a table of the database or session in which the run works."""
    return isinstance(feed, OpenSpark) or (isinstance(feed, OpenPostgres) and feed.snapshot is not None)


class Brought:
    """Brings rows of tables that are used where they lie here, as `feed."R"`, for what is done here: once for each."""

    def __init__(self, here: Here, server: Server | None) -> None:
        self._here = here
        self._server = server
        self._columns: dict[str, tuple[str, ...]] = {}
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
        if set(columns) <= set(self._columns.get(relation.name, ())):
            return
        assert self._server is not None
        self._server.bring(relation, columns, self._here)
        self._columns[relation.name] = columns


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
