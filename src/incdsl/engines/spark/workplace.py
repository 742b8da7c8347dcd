"""The session of Spark in which a run works, from its first look at a feed there to its last result.

Plain tables have no versions that could be asked for, and a query is of whatever moment it runs at. So the columns of a table
that fields are read from are copied once, in Spark, and all that is read of the table is read of the copy.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any

import duckdb

from incdsl.core import ir
from incdsl.engines.errors import DoesNotFit
from incdsl.engines.in_place import Unfit, key_of, referred
from incdsl.engines.spark import catalog, rows
from incdsl.engines.spark.errors import does_not_fit, reading
from incdsl.engines.spark.in_place import NUMBER, look_over
from incdsl.engines.spark.session import Session, open_session
from incdsl.feeds.errors import FeedError
from incdsl.feeds.in_place import Here, InPlace, Lying
from incdsl.feeds.readers.spark_tables import Catalog, OpenSpark, SparkTable, stage_some
from incdsl.feeds.sources import Source
from incdsl.feeds.staging import Staged

if TYPE_CHECKING:
    from incdsl.feeds.readers.opening import Opened


class Workplace:
    """Opened when it is first needed. A context manager; leaving it ends the session. `tables` are the rows of the feeds that are
    used where they lie, by relation. It is a `feeds.in_place.Server`; what it does in Spark raises EngineFailure."""

    def __init__(
        self,
        server: str,
        settings: Mapping[str, str] = MappingProxyType({}),
        on_stage: Callable[[str], None] = lambda stage: None,
    ) -> None:
        self._server = server
        self._settings = settings
        self._on_stage = on_stage
        self._resources = ExitStack()
        self._session: Session | None = None
        self._copies: dict[str, rows.Copy] = {}
        self._doubtful: dict[str, rows.Copy] = {}
        self.tables: dict[str, Any] = {}

    def __enter__(self) -> Workplace:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._resources.__exit__(kind, error, traceback)

    @property
    def session(self) -> Session:
        """Where the run works."""
        if self._session is None:
            self._session = self._resources.enter_context(open_session(self._server, self._settings))
            if self._session.copies is not None:
                self._resources.callback(shutil.rmtree, self._session.copies, ignore_errors=True)
        return self._session

    def find(self, source: Source) -> SparkTable | FeedError:
        """See `feeds.readers.spark_tables.Catalog`."""
        self._on_stage(f"looking for {source.name}")
        return catalog.find(self.session.spark, source)

    def pieces(self, connection: duckdb.DuckDBPyConnection, feed: OpenSpark) -> Iterator[str]:
        """See `feeds.readers.spark_tables.Catalog`."""
        copy = self._copy(feed)
        self._on_stage(f"fetching {feed.relation.name} from Spark")
        with reading(feed.source.name):
            yield from rows.pieces(self.session, connection, copy)

    @property
    def catalog(self) -> Catalog:
        """See `feeds.in_place.Server`."""
        return self

    def of_the_run(self, feed: Opened) -> Opened:
        """See `feeds.in_place.Server`."""
        return feed

    def used(self, feed: Lying, program: ir.Program, here: Here) -> InPlace | None:
        """See `feeds.in_place.Server`."""
        assert isinstance(feed, OpenSpark)
        relation = feed.relation
        copy = self._view(f"copy.{relation.name}", self._copy(feed).frame)
        self._on_stage(f"checking {relation.name} in Spark")
        targets, known = referred(program, relation)
        keys = {name: None if target == relation else self._keys_of(target, here) for name, target in targets.items()}
        try:
            with does_not_fit():
                looked = look_over(self.session.spark, feed, copy, keys, known)
                if looked.doubtful is not None:
                    self._doubtful[relation.name] = rows.copied(self.session, looked.doubtful)
        except (Unfit, DoesNotFit):
            return None
        self.tables[relation.name] = looked.rows
        if looked.doubtful is None:
            return looked.found
        return replace(looked.found, doubtful=self._doubtful[relation.name].frame.count())

    def doubtful(self, feed: Lying, count: int, here: Here) -> Staged:
        """See `feeds.in_place.Server`."""
        assert isinstance(feed, OpenSpark)
        doubtful = self._doubtful[feed.relation.name]
        staged = stage_some(here.connection, feed, rows.pieces(self.session, here.connection, doubtful))
        assert staged.rows == count, feed.relation.name
        return staged

    def leave_out(self, relation: ir.Relation, refused: Sequence[int]) -> None:
        """See `feeds.in_place.Server`."""
        numbers = self.session.spark.createDataFrame([(number,) for number in refused], f"{NUMBER} BIGINT")
        left_out = rows.copied(self.session, self._doubtful[relation.name].frame.join(numbers, NUMBER).select(rows.ID)).frame
        assert left_out.count() == len(refused), relation.name
        self.tables[relation.name] = self.tables[relation.name].join(left_out, "#id", "left_anti")

    def bring(self, relation: ir.Relation, columns: Sequence[str], here: Here) -> None:
        """See `feeds.in_place.Server`."""
        self._on_stage(f"fetching {relation.name} from Spark")
        cells = [f"{rows.quoted(name)} AS c{at}" for at, name in enumerate(columns)]
        names = ", ".join(f"c{at}" for at in range(len(columns)))
        found = rows.pieces(self.session, here.connection, self.tables[relation.name].selectExpr(rows.ID, *cells))
        here.take(relation, columns, (f"SELECT {names} FROM ({piece})" for piece in found))

    def _keys_of(self, target: ir.Relation, here: Here) -> str:
        """A SELECT of the keys of the used rows of a feed; they are handed to Spark if they are not there."""
        (key,) = key_of(target)
        if target.name in self.tables:
            found = self.tables[target.name].select(rows.quoted(key))
        else:
            (type_,) = (column.type for column in target.stored if column.name == key)
            found = rows.hand(self.session, here.connection, target, [("c0", key, type_)])
        return f"SELECT * FROM {self._view(f'keys.{target.name}', found)}"

    def _view(self, name: str, frame: Any) -> str:
        """Give rows a name, in this run."""
        frame.createOrReplaceTempView(rows.quoted(name))
        return rows.quoted(name)

    def _copy(self, feed: OpenSpark) -> rows.Copy:
        """What is read of a table, as it was when it was first asked for."""
        name = feed.relation.name
        if name not in self._copies:
            self._on_stage(f"reading {name} in Spark")
            cells = [f"{column.sql} AS c{at}" for at, column in enumerate(feed.table.columns)]
            with reading(feed.source.name):
                found = catalog.frame(self.session.spark, feed.table)
                self._copies[name] = rows.copied(
                    self.session, found.selectExpr(*cells, f"monotonically_increasing_id() AS {rows.ID}")
                )
        return self._copies[name]
