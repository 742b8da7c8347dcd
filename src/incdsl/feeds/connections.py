"""Connections to DuckDB, set up the same wherever rows are read or written."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

_WRONG = "statistics_propagation"
"""What DuckDB 2.0 does to a query that changes its result: after a lookup in an empty table it takes a condition for one that
never holds (`tests/test_connections.py`)."""


def connect(settings: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    """A connection to a new database in memory, with DuckDB's settings. It fetches no extensions and prints nothing."""
    offline = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    return _silent(duckdb.connect(config={**settings, **offline, "disabled_optimizers": _WRONG}))


def cursor(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A second way into the database of a connection, for another thread or while a result is still being read."""
    return _silent(connection.cursor())


def drop(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drop what has this name (as SQL), a table or a view, if there is anything."""
    try:
        connection.execute(f"DROP VIEW IF EXISTS {name}")
    except duckdb.CatalogException:
        connection.execute(f"DROP TABLE {name}")


def _silent(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    # DuckDB draws a bar on stdout, terminal or not, and only a session can be told not to.
    connection.execute("SET enable_progress_bar = false")
    return connection
