"""Runs the generated script on a DuckDB connection."""

from __future__ import annotations

import datetime
from collections.abc import Collection

import duckdb

from incdsl.backends.sql import DERIVED, RESULT, emit
from incdsl.core import ir
from incdsl.engines.errors import DoesNotFit
from incdsl.feeds.connections import drop
from incdsl.feeds.quoting import identifier


def evaluate(program: ir.Program, connection: duckdb.DuckDBPyConnection, as_of: datetime.date, outputs: Collection[str]) -> None:
    """Make the table or view `result."NAME"` for each output named, from the tables `feed."R"` of the connection.

    The schema `derived` holds the relations that the results were made from; a second evaluation on the same
    connection replaces both. Raises DoesNotFit.
    """
    script = emit(program, as_of=as_of, outputs=outputs)
    connection.execute(f"DROP SCHEMA IF EXISTS {DERIVED} CASCADE")
    connection.execute(f"CREATE SCHEMA {DERIVED}")
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {RESULT}")
    for name in outputs:
        drop(connection, f"{RESULT}.{identifier(name)}")
    for statement in script.statements:
        try:
            connection.execute(statement.sql)
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            raise DoesNotFit(f"{statement.name}: {error}") from error
        except duckdb.InvalidInputException as error:
            if "overflow:" not in str(error):
                raise
            raise DoesNotFit(f"{statement.name}: {error}") from error
