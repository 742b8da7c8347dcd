"""Which reader takes which kind of source; the only place that knows them all."""

from __future__ import annotations

from pathlib import Path

import duckdb

from incdsl.feeds.errors import FeedError
from incdsl.feeds.readers.csv_files import OpenCsv, open_csv, stage_csv
from incdsl.feeds.readers.duckdb_files import OpenDuckDb, duckdb_tables, open_duckdb, stage_duckdb
from incdsl.feeds.readers.json_files import OpenJson, open_json, stage_json
from incdsl.feeds.readers.parquet_files import OpenParquet, open_parquet, stage_parquet
from incdsl.feeds.readers.postgres_tables import OpenPostgres, open_postgres, stage_postgres
from incdsl.feeds.readers.sqlite_files import DAMAGED as DAMAGED_SQLITE
from incdsl.feeds.readers.sqlite_files import OpenSqlite, open_sqlite, sqlite_tables, stage_sqlite
from incdsl.feeds.readers.xlsx_files import Damaged, OpenXlsx, open_xlsx, sheet_names, stage_xlsx
from incdsl.feeds.sources import Kind, Source
from incdsl.feeds.staging import Staged

Opened = OpenCsv | OpenJson | OpenParquet | OpenXlsx | OpenSqlite | OpenDuckDb | OpenPostgres
"""A source that is there and, as far as its header or schema can tell, fits its relation."""


def open_source(connection: duckdb.DuckDBPyConnection, source: Source, scratch: Path) -> Opened | tuple[FeedError, ...]:
    """Open a source; a copy of it that can be read, where it is packed or in another encoding, goes to the folder `scratch`."""
    match source.kind:
        case "csv":
            return open_csv(source, scratch)
        case "json" | "ndjson":
            return open_json(source, scratch)
        case "parquet":
            return open_parquet(connection, source)
        case "xlsx":
            return open_xlsx(source)
        case "sqlite":
            return open_sqlite(source)
        case "duckdb":
            return open_duckdb(connection, source)
        case "postgres":
            return open_postgres(source)


def stage(
    connection: duckdb.DuckDBPyConnection, feed: Opened, scratch: Path, careful: bool = False
) -> Staged | tuple[FeedError, ...]:
    """Read an open source, or with a view make it readable, as a staged feed. `careful` after a `Disagreement`."""
    match feed:
        case OpenCsv():
            staged = stage_csv(connection, feed, scratch, careful)
            return staged if isinstance(staged, Staged) else (staged,)
        case OpenJson():
            return stage_json(connection, feed, scratch)
        case OpenParquet():
            return stage_parquet(connection, feed)
        case OpenXlsx():
            return stage_xlsx(connection, feed, scratch)
        case OpenSqlite():
            return stage_sqlite(connection, feed, scratch)
        case OpenDuckDb():
            return stage_duckdb(connection, feed)
        case OpenPostgres():
            return stage_postgres(connection, feed, scratch)


def tables_in(path: Path, kind: Kind) -> tuple[str, ...]:
    """The sheets or tables of a file that may hold several; none when it cannot be read, or holds one thing only."""
    try:
        match kind:
            case "xlsx":
                return sheet_names(path)
            case "sqlite":
                return sqlite_tables(path)
            case "duckdb":
                return duckdb_tables(path)
            case _:
                return ()
    except (Damaged, *DAMAGED_SQLITE, duckdb.Error):
        return ()
