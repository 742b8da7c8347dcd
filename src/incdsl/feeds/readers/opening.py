"""Which reader takes which kind of source; the only place that knows them all. A reader is imported for sources of its kind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import duckdb

from incdsl.feeds.errors import FeedError
from incdsl.feeds.sources import Kind, Source
from incdsl.feeds.staging import Staged

if TYPE_CHECKING:
    from incdsl.feeds.readers.csv_files import OpenCsv
    from incdsl.feeds.readers.duckdb_files import OpenDuckDb
    from incdsl.feeds.readers.json_files import OpenJson
    from incdsl.feeds.readers.parquet_files import OpenParquet
    from incdsl.feeds.readers.postgres_tables import OpenPostgres
    from incdsl.feeds.readers.spark_tables import Catalog, OpenSpark
    from incdsl.feeds.readers.sqlite_files import OpenSqlite
    from incdsl.feeds.readers.xlsx_files import OpenXlsx

    Opened: TypeAlias = OpenCsv | OpenJson | OpenParquet | OpenXlsx | OpenSqlite | OpenDuckDb | OpenPostgres | OpenSpark
    """A source that is there and, as far as its header or schema can tell, fits its relation."""


def open_source(
    connection: duckdb.DuckDBPyConnection, source: Source, scratch: Path, catalog: Catalog | None = None
) -> Opened | tuple[FeedError, ...]:
    """Open a source; a copy of it that can be read, where it is packed or in another encoding, goes to the folder `scratch`.
    `catalog` is the session of Spark of the run, if it has one."""
    match source.kind:
        case "csv":
            from incdsl.feeds.readers.csv_files import open_csv

            return open_csv(source, scratch)
        case "json" | "ndjson":
            from incdsl.feeds.readers.json_files import open_json

            return open_json(source, scratch)
        case "parquet":
            from incdsl.feeds.readers.parquet_files import open_parquet

            return open_parquet(connection, source)
        case "xlsx":
            from incdsl.feeds.readers.xlsx_files import open_xlsx

            return open_xlsx(source)
        case "sqlite":
            from incdsl.feeds.readers.sqlite_files import open_sqlite

            return open_sqlite(source)
        case "duckdb":
            from incdsl.feeds.readers.duckdb_files import open_duckdb

            return open_duckdb(connection, source)
        case "postgres":
            from incdsl.feeds.readers.postgres_tables import open_postgres

            return open_postgres(source)
        case "spark":
            from incdsl.feeds.readers.spark_tables import open_spark

            return open_spark(source, catalog)


def header_line(feed: Opened) -> int:
    """The line of a file, or row of a sheet, that its header is; 1 where there is none."""
    match feed.source.kind:
        case "csv":
            from incdsl.feeds.readers.csv_files import OpenCsv

            assert isinstance(feed, OpenCsv)
            return feed.layout.header_line
        case "xlsx":
            from incdsl.feeds.readers.xlsx_files import OpenXlsx

            assert isinstance(feed, OpenXlsx)
            return feed.header_row
        case _:
            return 1


def stage(
    connection: duckdb.DuckDBPyConnection, feed: Opened, scratch: Path, careful: bool = False
) -> Staged | tuple[FeedError, ...]:
    """Read an open source, or with a view make it readable, as a staged feed. `careful` after a `Disagreement`."""
    match feed.source.kind:
        case "csv":
            from incdsl.feeds.readers.csv_files import OpenCsv, stage_csv

            assert isinstance(feed, OpenCsv)
            staged = stage_csv(connection, feed, scratch, careful)
            return staged if isinstance(staged, Staged) else (staged,)
        case "json" | "ndjson":
            from incdsl.feeds.readers.json_files import OpenJson, stage_json

            assert isinstance(feed, OpenJson)
            return stage_json(connection, feed, scratch)
        case "parquet":
            from incdsl.feeds.readers.parquet_files import OpenParquet, stage_parquet

            assert isinstance(feed, OpenParquet)
            return stage_parquet(connection, feed)
        case "xlsx":
            from incdsl.feeds.readers.xlsx_files import OpenXlsx, stage_xlsx

            assert isinstance(feed, OpenXlsx)
            return stage_xlsx(connection, feed, scratch)
        case "sqlite":
            from incdsl.feeds.readers.sqlite_files import OpenSqlite, stage_sqlite

            assert isinstance(feed, OpenSqlite)
            return stage_sqlite(connection, feed, scratch)
        case "duckdb":
            from incdsl.feeds.readers.duckdb_files import OpenDuckDb, stage_duckdb

            assert isinstance(feed, OpenDuckDb)
            return stage_duckdb(connection, feed)
        case "postgres":
            from incdsl.feeds.readers.postgres_tables import OpenPostgres, stage_postgres

            assert isinstance(feed, OpenPostgres)
            return stage_postgres(connection, feed, scratch)
        case "spark":
            from incdsl.feeds.readers.spark_tables import OpenSpark, stage_spark

            assert isinstance(feed, OpenSpark)
            return stage_spark(connection, feed)


def tables_in(path: Path, kind: Kind) -> tuple[str, ...]:
    """The sheets or tables of a file that may hold several; none when it cannot be read, or holds one thing only."""
    match kind:
        case "xlsx":
            from incdsl.feeds.readers.xlsx_files import Damaged, sheet_names

            try:
                return sheet_names(path)
            except Damaged:
                return ()
        case "sqlite":
            from incdsl.feeds.readers.sqlite_files import DAMAGED, sqlite_tables

            try:
                return sqlite_tables(path)
            except DAMAGED:
                return ()
        case "duckdb":
            from incdsl.feeds.readers.duckdb_files import duckdb_tables

            try:
                return duckdb_tables(path)
            except duckdb.Error:
                return ()
        case _:
            return ()
