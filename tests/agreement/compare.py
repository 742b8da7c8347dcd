"""Evaluates a program with both engines and says where they differ."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

import duckdb
from tests.agreement.programs import Drawn

from incdsl.backends.sql import UnsupportedInTarget
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.verify import verify
from incdsl.engines import duckdb as duckdb_engine
from incdsl.engines import reference
from incdsl.engines.reference import Row
from incdsl.engines.reference.evaluate import sort_key

AS_OF = datetime.date(2015, 3, 1)

AGREED, OVERFLOW, OVERFLOW_IN_SQL, UNSUPPORTED = "agreed", "overflow", "overflow in SQL only", "unsupported"


def compare(drawn: Drawn) -> str:
    """How it ended: with the same rows, with a value that does not fit, or with what SQL does not do.

    Raises AssertionError when the engines disagree, and whatever an engine raises that it should not.
    """
    program, outputs = drawn.program, [output.name for output in drawn.program.outputs]
    try:
        expected = reference.evaluate(program, reference.MemoryRows(program, drawn.rows), AS_OF, outputs)
    except reference.Overflow:
        expected = None
    with duckdb.connect() as connection:
        fill(connection, program, drawn.rows)
        try:
            duckdb_engine.evaluate(program, connection, AS_OF, outputs)
        except UnsupportedInTarget:
            return UNSUPPORTED
        except duckdb_engine.DoesNotFit:
            # SQL may work out what the reference engine never looks at.
            return OVERFLOW if expected is None else OVERFLOW_IN_SQL
        assert expected is not None, "the reference engine says that a value does not fit, and SQL gives a result"
        for output in program.outputs:
            result = connection.execute(f"SELECT * FROM result.{quoted(output.name)}")
            columns = [(str(column[0]), str(column[1])) for column in result.description or ()]
            assert columns == [(column.name, physical(column.type)) for column in output.columns], output.name
            assert told(result.fetchall()) == told(expected[output.name]), output.name
    return AGREED


def told(rows: list[Row]) -> list[list[str]]:
    """The rows as texts that show every digit, in an order of their own: results have none until they are written."""
    return [[repr(value) for value in row] for row in sorted(rows, key=sort_key)]


def rows_by_both(
    program: ir.Program, rows: Mapping[str, Sequence[Row]], as_of: datetime.date, output: str
) -> dict[str, list[Row]]:
    """The rows of an output by each engine, in its order as the reference engine sorts, for the caller to say what they
    must be. Raises what the engines raise."""
    verify(program)
    (declared,) = (one for one in program.outputs if one.name == output)
    order = [[column.name for column in declared.columns].index(name) for name in declared.order]
    by_reference = reference.evaluate(program, reference.MemoryRows(program, rows), as_of, [output])[output]
    with duckdb.connect() as connection:
        fill(connection, program, rows)
        duckdb_engine.evaluate(program, connection, as_of, [output])
        by_sql = connection.execute(f"SELECT * FROM result.{quoted(output)}").fetchall()
    by_sql.sort(key=lambda row: (sort_key(tuple(row[at] for at in order)), sort_key(row)))
    return {"reference": by_reference, "duckdb": by_sql}


def fill(connection: duckdb.DuckDBPyConnection, program: ir.Program, rows: Mapping[str, Sequence[Row]]) -> None:
    """Make the schema `feed` as the engine expects it."""
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
