"""SQL for warehouses that are not here to run it: that it is what their dialect reads, and that what they cannot say exactly
is refused by name. Databricks' runs on Spark."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from tests.build_core import USD, col, derived, feed, op, output, program, stored
from tests.small_program import SMALL
from tests.spark_session import as_databricks

from incdsl import driver
from incdsl.backends.sql import DIALECTS, UnsupportedInTarget, emit
from incdsl.backends.sql.conditions import conditions_apart
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.engines import duckdb as duckdb_engine
from incdsl.engines.spark import Session

PROGRAMS = Path(__file__).parent.parent / "programs"
WRITTEN = ("bigquery", "snowflake", "databricks", "clickhouse", "sqlserver", "trino")
FLOATS = {exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT}
DAYS = {"vip25": "2015-07-25", "lci": "2023-04-29", "mdf": "2023-04-29", "cx": "2023-04-29"}


def load(name: str) -> ir.Program:
    loaded = driver.load(str(PROGRAMS / name / f"{name}.inc")).program
    assert loaded is not None
    return loaded


class Sql(SingleFileSnapshotExtension):
    """A golden that is a SQL file."""

    _write_mode = WriteMode.TEXT
    file_extension = "sql"


@pytest.mark.parametrize("dialect", WRITTEN)
def test_golden(dialect: str, snapshot: SnapshotAssertion) -> None:
    names = [one.name for one in SMALL.outputs]
    assert emit(SMALL, as_of=None, outputs=names, dialect=dialect).text == snapshot(extension_class=Sql)


@pytest.mark.parametrize("name", list(DAYS))
@pytest.mark.parametrize("dialect", WRITTEN)
def test_every_statement_is_read_by_its_dialect_and_has_nothing_inexact(dialect: str, name: str) -> None:
    spoken = load(name)
    script = emit(spoken, as_of=None, outputs=[one.name for one in spoken.outputs], dialect=dialect)
    assert len(script.statements) >= len(spoken.outputs)
    for statement in script.statements:
        tree = sqlglot.parse_one(statement.sql, dialect=DIALECTS[dialect].name)
        assert not isinstance(tree, exp.Command), statement.name
        kinds = (exp.IntDiv, exp.Avg) if dialect == "databricks" else (exp.Div, exp.IntDiv, exp.Avg, exp.Filter)
        assert list(tree.find_all(*kinds)) == []
        assert [one for one in tree.find_all(exp.DataType) if one.this in FLOATS] == []


def test_bigquery_reads_no_number_with_decimals_as_it_stands() -> None:
    """It would be a FLOAT64."""
    for name in DAYS:
        spoken = load(name)
        for statement in emit(spoken, as_of=None, outputs=[one.name for one in spoken.outputs], dialect="bigquery").statements:
            assert [one.name for one in statement.tree.find_all(exp.Literal) if not one.is_string and "." in one.name] == []


# --- what is refused -------------------------------------------------------------------------------------

ROW = (stored("id", ty.TEXT), stored("a", USD), stored("b", ty.NUMBER), stored("c", ty.NUMBER))


def with_column(definition: ir.Expr) -> ir.Program:
    made = feed("Sale", ("id",), ROW, (derived("x", definition),))
    cells = (("id", col("id", ty.TEXT)), ("x", col("x", definition.type)))
    return program(made, outputs=(output("values", ("id",), ("Sale", cells)),))


QUOTIENT = op("divide", col("a", USD), col("b", ty.NUMBER), places=2, mode="half_up")
LONG = op("multiply", op("multiply", col("a", USD), col("b", ty.NUMBER)), col("c", ty.NUMBER))
FINE = op("multiply", LONG, op("multiply", col("b", ty.NUMBER), op("multiply", col("b", ty.NUMBER), col("c", ty.NUMBER))))
TOO_LONG = op("multiply", FINE, op("multiply", col("b", ty.NUMBER), col("c", ty.NUMBER)))
FINEST = op("divide", col("a", USD), FINE, places=35, mode="down")


@pytest.mark.parametrize(
    ("dialect", "definition", "refused"),
    [
        ("snowflake", QUOTIENT, "a division: this engine has none that is exact"),
        ("sqlserver", QUOTIENT, "a division: this engine has none that is exact"),
        ("trino", QUOTIENT, "a division: this engine has none that is exact"),
        ("bigquery", QUOTIENT, "a division rounded half up: only `down` can be said here"),
        ("clickhouse", FINEST, "a division of 18 digits with 35 decimals"),
        ("databricks", TOO_LONG, "a product of 38 and 36 digits"),
        ("sqlserver", TOO_LONG, "a product of 38 and 36 digits"),
        ("snowflake", LONG, "a product with 14 decimals: this engine rounds it to fewer"),
    ],
)
def test_what_cannot_be_said_exactly_is_refused_by_name(dialect: str, definition: ir.Expr, refused: str) -> None:
    with pytest.raises(UnsupportedInTarget, match=f"^{refused}$"):
        emit(with_column(definition), as_of=None, outputs=["values"], dialect=dialect)


WRITTEN_IN_A_FILE = """program Miles "Miles"
  currency USD

record Flight "Flight"
  id    text key
  fare  money
  whole whole number

for each Flight
  let units  = whole * 50% / 100% to 0 places half up
  let double = fare * 2
  let apart  = (double / whole to 2 places half up) otherwise 0 USD
"""


def test_what_is_refused_says_where_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("miles.inc").write_text(WRITTEN_IN_A_FILE, encoding="utf-8")
    spoken = driver.load("miles.inc").program
    assert spoken is not None
    with pytest.raises(UnsupportedInTarget) as refused:
        emit(spoken, as_of=None, outputs=["values"], dialect="snowflake")
    assert str(refused.value) == (
        "a division: this engine has none that is exact "
        "(miles.inc:12: `let apart = (double / whole to 2 places half up) otherwise 0 USD`)"
    )


@pytest.mark.parametrize("dialect", WRITTEN)
def test_a_percent_made_a_number_is_rounded_and_not_divided(dialect: str, tmp_path: Path) -> None:
    path = tmp_path / "miles.inc"
    path.write_text("".join(WRITTEN_IN_A_FILE.splitlines(keepends=True)[:-2]), encoding="utf-8")
    spoken = driver.load(str(path)).program
    assert spoken is not None
    assert emit(spoken, as_of=None, outputs=["values"], dialect=dialect).statements


def test_sql_server_narrows_a_product_so_that_its_scale_is_kept() -> None:
    """37 digits in all: the engine counts one more, and cuts decimals where that is over 38."""
    text = emit(with_column(LONG), as_of=None, outputs=["values"], dialect="sqlserver").text
    assert "CAST([a] * [b] AS NUMERIC(19, 8)) * [c]" in text  # beside 18 digits of the other operand
    assert "CAST([a] AS" not in text  # 18 and 18 digits are 37 with the one it counts


# --- conditions are no values ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(DAYS))
def test_conditions_and_values_apart_mean_the_same(name: str) -> None:
    """Tried on DuckDB, which reads both ways of writing them."""
    spoken = load(name)
    names = [one.name for one in spoken.outputs]
    truth = exp.DataType.build("TINYINT")
    found = []
    with driver.validate(spoken, PROGRAMS / name / "feeds") as feeds:
        for apart in (False, True):
            for schema in ("derived", "result"):
                feeds.connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
                feeds.connection.execute(f"CREATE SCHEMA {schema}")
            for statement in emit(spoken, as_of=datetime.date.fromisoformat(DAYS[name]), outputs=names).statements:
                tree = statement.tree.copy()
                if apart and tree.kind != "MACRO":
                    tree = conditions_apart(tree, truth)
                feeds.connection.execute(tree.sql("duckdb"))
            rows = [feeds.connection.execute(f'FROM result."{one.name}"').fetchall() for one in spoken.result_files]
            found.append([sorted(map(repr, of_file)) for of_file in rows])
    assert sum(len(of_file) for of_file in found[0]) > 100
    assert found[0] == found[1]


# --- Databricks' tables, in Spark --------------------------------------------------------------------------


@pytest.mark.xdist_group("spark")
def test_the_script_for_databricks_fills_tables(spark: Session, tmp_path: Path) -> None:
    """Run as it is written, on Spark as that is set by itself; what the agreement tests run is over views."""
    spoken = load("cx")
    names = [one.name for one in spoken.outputs]
    script = emit(spoken, as_of=None, outputs=names, dialect="databricks")
    with as_databricks(spark), driver.validate(spoken, PROGRAMS / "cx" / "feeds") as feeds:
        duckdb_engine.evaluate(spoken, feeds.connection, datetime.date.fromisoformat(DAYS["cx"]), names)
        said, compared = spark.spark.sql, 0
        said(f"DECLARE OR REPLACE VARIABLE as_of DATE DEFAULT '{DAYS['cx']}'")
        for schema in ("feed", "derived", "result"):
            said(f"CREATE SCHEMA {schema} LOCATION '{tmp_path / schema}'")
        try:
            for one in script.feeds:
                file = tmp_path / f"{one.relation}.parquet"
                feeds.connection.execute(f"COPY feed.\"{one.relation}\" TO '{file}'")
                said(f"CREATE TABLE feed.`{one.relation}` AS SELECT * FROM parquet.`{file}`")
            for statement in script.statements:
                said(statement.sql)
            for name in names:
                expected = feeds.connection.execute(f'FROM result."{name}"').fetchall()
                found = [tuple(row) for row in said(f"SELECT * FROM result.`{name}`").collect()]
                assert sorted(map(repr, found)) == sorted(map(repr, expected)), name
                compared += len(found)
            assert compared > 100
        finally:
            for schema in ("feed", "derived", "result"):
                said(f"DROP SCHEMA {schema} CASCADE")
