"""The engines that are compared with the reference, each as a function from a program and its rows to result rows."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.engines import duckdb as duckdb_engine
from incdsl.engines import postgres as postgres_engine
from incdsl.engines import spark as spark_engine
from incdsl.engines.reference import Row
from incdsl.feeds.connections import connect
from incdsl.feeds.export import csv_rows
from incdsl.results.tables import store_csv

Feeds = Mapping[str, Sequence[Row]]
Evaluate = Callable[[ir.Program, Feeds, datetime.date, Sequence[str]], dict[str, list[Row]]]
"""Gives the rows of each output named, in any order. Raises DoesNotFit and UnsupportedInTarget."""

Engines = Mapping[str, Evaluate]
"""Engines by name."""


def by_duckdb(program: ir.Program, rows: Feeds, as_of: datetime.date, outputs: Sequence[str]) -> dict[str, list[Row]]:
    """As `incdsl run --engine duckdb` does."""
    with filled(program, rows) as connection:
        duckdb_engine.evaluate(program, connection, as_of, outputs)
        return fetched(program, connection, outputs)


def by_postgres(server: str) -> Evaluate:
    """As `incdsl run --engine postgres` does: out of DuckDB and back into it."""

    def evaluate(program: ir.Program, rows: Feeds, as_of: datetime.date, outputs: Sequence[str]) -> dict[str, list[Row]]:
        with filled(program, rows) as connection, postgres_engine.connected(server) as there:
            connection.execute("CREATE SCHEMA result")
            postgres_engine.evaluate(
                program,
                there,
                as_of,
                outputs,
                rows=lambda name, columns: csv_rows(connection, program.relation(name), columns),
                store=lambda output, pieces: store_csv(connection, output, pieces),
            )
            return fetched(program, connection, outputs)

    return evaluate


def by_spark(session: spark_engine.Session) -> Evaluate:
    """As `incdsl run --engine spark` does: out of DuckDB and back into it."""

    def evaluate(program: ir.Program, rows: Feeds, as_of: datetime.date, outputs: Sequence[str]) -> dict[str, list[Row]]:
        with filled(program, rows) as connection:
            spark_engine.evaluate(program, connection, as_of, outputs, session, {})
            return fetched(program, connection, outputs)

    return evaluate


@contextmanager
def filled(program: ir.Program, rows: Feeds) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the schema `feed` as engines expect it."""
    with connect({"threads": "2"}) as connection:
        connection.execute("CREATE SCHEMA feed")
        for name, of_relation in rows.items():
            columns = program.relation(name).stored
            declared = ", ".join(f"{quoted(column.name)} {physical(column.type)}" for column in columns)
            connection.execute(f"CREATE TABLE feed.{quoted(name)} ({declared})")
            if of_relation:
                row_of_places = "(" + ", ".join("?" for _ in columns) + ")"
                values = [str(value) if isinstance(value, Decimal) else value for row in of_relation for value in row]
                places = ", ".join([row_of_places] * len(of_relation))
                connection.execute(f"INSERT INTO feed.{quoted(name)} VALUES {places}", values)
        yield connection


def fetched(program: ir.Program, connection: duckdb.DuckDBPyConnection, outputs: Sequence[str]) -> dict[str, list[Row]]:
    """The rows of the outputs, whose columns must have the names and types that the program says."""
    found: dict[str, list[Row]] = {}
    for output in program.outputs:
        if output.name in outputs:
            result = connection.execute(f"SELECT * FROM result.{quoted(output.name)}")
            columns = [(str(column[0]), str(column[1])) for column in result.description or ()]
            assert columns == [(column.name, physical(column.type)) for column in output.columns], output.name
            found[output.name] = result.fetchall()
    return found


def physical(type_: ty.Type) -> str:
    """The DuckDB type of a type, as the table in `core.types` says."""
    match ty.known(ty.stored(type_)):
        case ty.Boolean():
            return "BOOLEAN"
        case ty.Date():
            return "DATE"
        case ty.Days(digits, scale) | ty.Number(digits, scale) | ty.Percent(digits, scale) | ty.Money(_, digits, scale):
            return f"DECIMAL({digits},{scale})"
        case _:
            return "VARCHAR"


def quoted(name: str) -> str:
    """The name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'
