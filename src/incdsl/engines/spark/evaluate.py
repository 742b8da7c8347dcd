"""Runs the generated script in a session of Spark."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

import duckdb

from incdsl.backends.sql import DERIVED, FEED, RESULT, emit
from incdsl.core import ir
from incdsl.engines.spark import rows
from incdsl.engines.spark.errors import does_not_fit
from incdsl.engines.spark.session import Session
from incdsl.feeds import ParquetFeed


def evaluate(
    program: ir.Program,
    connection: duckdb.DuckDBPyConnection,
    as_of: datetime.date,
    outputs: Collection[str],
    session: Session,
    files: Mapping[str, ParquetFeed],
    on_stage: Callable[[str], None] = lambda stage: None,
    tables: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Make the table `result."NAME"` for each output named, from the tables `feed."R"` of the connection; `files` has
    those of them that are Parquet files as they lie, and `tables` the rows of those that lie in Spark.
    Raises DoesNotFit and EngineFailure."""
    script = emit(program, as_of=as_of, outputs=outputs, dialect="spark")
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {RESULT}")
    results: dict[str, Any] = {}
    try:
        for feed in script.feeds:
            if feed.relation in tables:
                _view(f"{FEED}.{feed.relation}", tables[feed.relation].select(*map(rows.quoted, feed.columns)))
                continue
            on_stage(f"handing {feed.relation} to Spark")
            rows.give(session, connection, program.relation(feed.relation), feed.columns, files.get(feed.relation))
        with does_not_fit():
            for statement in script.statements:
                on_stage(f"evaluating {statement.name.partition('.')[2]}")
                if statement.query is None:
                    session.spark.sql(statement.sql)
                    continue
                for name, text in statement.query.subqueries:
                    _view(name, session.spark.sql(text))
                made = session.spark.sql(statement.query.sql)
                if statement.name.startswith(f"{DERIVED}."):
                    _view(statement.name, rows.keep(session, made))
                else:
                    results[statement.name] = made
            for output in program.outputs:
                if output.name in outputs:
                    on_stage(f"fetching {output.name}")
                    rows.take(session, connection, output, results[f"{RESULT}.{output.name}"])
    finally:
        rows.clear(session)


def _view(name: str, made: Any) -> None:
    """Give a query a name. Unlike a view made by a statement, its text is never looked at again."""
    made.createOrReplaceTempView(rows.quoted(name))
