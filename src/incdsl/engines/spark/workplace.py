"""The session of Spark in which a run works, from its first look at a feed there to its last result.

Plain tables have no versions that could be asked for, and a query is of whatever moment it runs at. So the columns of a table
that fields are read from are copied once, in Spark, and all that is read of the table is read of the copy.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from types import MappingProxyType, TracebackType

import duckdb

from incdsl.engines.spark import catalog, rows
from incdsl.engines.spark.errors import reading
from incdsl.engines.spark.session import Session, open_session
from incdsl.feeds.errors import FeedError
from incdsl.feeds.readers.spark_tables import OpenSpark, SparkTable
from incdsl.feeds.sources import Source


class Workplace:
    """Opened when it is first needed. A context manager; leaving it ends the session. It is a
    `feeds.readers.spark_tables.Catalog`; what it does in Spark raises EngineFailure."""

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

    def _copy(self, feed: OpenSpark) -> rows.Copy:
        """What is read of a table, as it was when it was first asked for."""
        name = feed.relation.name
        if name not in self._copies:
            self._on_stage(f"reading {name} in Spark")
            cells = [f"{column.sql} AS c{at}" for at, column in enumerate(feed.table.columns)]
            with reading(feed.source.name):
                found = catalog.frame(self.session.spark, feed.table).selectExpr(*cells)
                self._copies[name] = rows.copied(self.session, found)
        return self._copies[name]
