"""Runs the generated script on a DuckDB connection."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from incdsl import compile_cache
from incdsl.core import ir
from incdsl.engines.errors import DoesNotFit
from incdsl.feeds.connections import drop
from incdsl.feeds.quoting import identifier


def evaluate(program: ir.Program, connection: duckdb.DuckDBPyConnection, as_of: datetime.date, outputs: Collection[str]) -> None:
    """Make the table or view `result."NAME"` for each output named, from the tables `feed."R"` of the connection.

    The schema `derived` holds the relations that the results were made from; a second evaluation on the same
    connection replaces both. Raises DoesNotFit.
    """
    script = _script(program, as_of, tuple(outputs))
    connection.execute("DROP SCHEMA IF EXISTS derived CASCADE")
    connection.execute("CREATE SCHEMA derived")
    connection.execute("CREATE SCHEMA IF NOT EXISTS result")
    for name in outputs:
        drop(connection, f"result.{identifier(name)}")
    for name, sql in script.statements:
        try:
            connection.execute(sql)
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            raise DoesNotFit(f"{name}: {error}") from error
        except duckdb.InvalidInputException as error:
            if "overflow:" not in str(error):
                raise
            raise DoesNotFit(f"{name}: {error}") from error


@dataclass(frozen=True)
class _Script:
    """The name and the text of each statement."""

    statements: tuple[tuple[str, str], ...]


def _script(program: ir.Program, as_of: datetime.date, outputs: tuple[str, ...]) -> _Script:
    """The script of a program: the one of an earlier run where there is one, since programs run more often than they change."""
    kept = compile_cache.recall("script", program, as_of, outputs)
    if isinstance(kept, _Script):
        return kept
    from incdsl.backends.sql import emit

    emitted = emit(program, as_of=as_of, outputs=outputs)
    script = _Script(tuple((statement.name, statement.sql) for statement in emitted.statements))
    compile_cache.keep(script, "script", program, as_of, outputs)
    return script
