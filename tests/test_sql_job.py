"""The script of `build --target sql` as a job of somebody else's: run by psql and in DuckDB, for one day after the other."""

from __future__ import annotations

import datetime
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from tests.postgres_server import psql as psql_command

from incdsl import driver
from incdsl.backends.sql import emit
from incdsl.cli.main import exit_code
from incdsl.core import ir
from incdsl.feeds.export import csv_rows
from incdsl.feeds.quoting import identifier

PROGRAMS = Path(__file__).parent.parent / "programs"
HOTEL = PROGRAMS / "examples/hotel_loyalty/hotel_loyalty.inc"
CX = PROGRAMS / "cx/cx.inc"
JUNE, FEBRUARY = "2024-06-25", "2024-02-15"

Rows = list[tuple[Any, ...]]


def load(file: Path) -> ir.Program:
    program = driver.load(str(file)).program
    assert program is not None
    return program


def by_run(file: Path, as_of: str) -> Rows:
    """The payouts, by the default engine."""
    program = load(file)
    with driver.validate(program, file.parent / "feeds") as feeds:
        driver.evaluate(program, feeds, datetime.date.fromisoformat(as_of), program.outputs, "duckdb")
        return sorted(feeds.connection.execute("FROM result.payouts").fetchall(), key=repr)


def in_postgres(server: str) -> Rows:
    with psycopg.connect(server) as connection:
        return sorted(connection.execute("SELECT * FROM result.payouts").fetchall(), key=repr)


def fed(server: str, file: Path, *schemas: str) -> None:
    """Make the schemas, and `feed` with the rows of the program's feeds that can be used."""
    program = load(file)
    script = emit(program, as_of=None, outputs=[output.name for output in program.outputs], dialect="postgres")
    with psycopg.connect(server) as connection, driver.validate(program, file.parent / "feeds") as feeds:
        for schema in ("feed", *schemas):
            connection.execute(f"CREATE SCHEMA {schema}".encode())
        for read in script.feeds:
            connection.execute(read.table.sql.encode())
            with connection.cursor().copy(f"COPY {read.table.table} FROM STDIN (FORMAT csv)".encode()) as copy:
                for piece in csv_rows(feeds.connection, program.relation(read.relation), read.columns):
                    copy.write(piece)


def job(file: Path, folder: Path, *options: str) -> Path:
    assert exit_code(["build", str(file), "--target", "sql", "--out", str(folder), *options]) == 0
    (script,) = folder.glob("*.sql")
    return script


def psql(server: str, script: Path, as_of: str) -> subprocess.CompletedProcess[str]:
    command = [str(psql_command()), "-q", "-v", f"as_of={as_of}", "-f", str(script), server]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_psql_runs_it_again_for_another_day_and_changes_nothing_when_it_fails(another_database: str, tmp_path: Path) -> None:
    fed(another_database, HOTEL, "derived", "result")
    script = job(HOTEL, tmp_path, "--dialect", "postgres")
    june, february = by_run(HOTEL, JUNE), by_run(HOTEL, FEBRUARY)
    assert june != february
    for as_of, expected in ((JUNE, june), (FEBRUARY, february), (JUNE, june)):
        done = psql(another_database, script, as_of)
        assert done.returncode == 0, done.stderr
        assert "ERROR" not in done.stderr
        assert in_postgres(another_database) == expected
    with psycopg.connect(another_database, autocommit=True) as connection:
        # What is not logged is empty after a crash of the server.
        query = (
            "SELECT DISTINCT relpersistence::text FROM pg_class JOIN pg_namespace AS schemas ON schemas.oid = relnamespace "
            "WHERE nspname IN ('derived', 'result')"
        )
        assert connection.execute(query).fetchall() == [("p",)]
        connection.execute('ALTER TABLE feed."Stay" RENAME TO "Stays"')
    failed = psql(another_database, script, FEBRUARY)
    assert failed.returncode != 0
    assert "Stay" in failed.stderr
    assert in_postgres(another_database) == june


def test_two_programs_have_schemas_of_their_own(another_database: str, tmp_path: Path) -> None:
    fed(another_database, HOTEL, "derived", "result", "hotel_derived", "hotel_result")
    first = job(HOTEL, tmp_path / "a", "--dialect", "postgres")
    second = job(HOTEL, tmp_path / "b", "--dialect", "postgres", "--prefix", "hotel_")
    assert psql(another_database, first, JUNE).returncode == 0
    assert psql(another_database, second, FEBRUARY).returncode == 0
    assert in_postgres(another_database) == by_run(HOTEL, JUNE)
    with psycopg.connect(another_database) as connection:
        found = connection.execute("SELECT * FROM hotel_result.payouts").fetchall()
    assert sorted(found, key=repr) == by_run(HOTEL, FEBRUARY)


@pytest.mark.parametrize("file", [HOTEL, CX], ids=lambda file: file.stem)
def test_duckdb_runs_it_again(file: Path, tmp_path: Path) -> None:
    script = job(file, tmp_path).read_text()
    program = load(file)
    with duckdb.connect() as connection, driver.validate(program, file.parent / "feeds") as feeds:
        connection.execute("SET disabled_optimizers = 'statistics_propagation'")
        for schema in ("feed", "derived", "result"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for relation in program.relations:
            if isinstance(relation.source, ir.Feed):
                rows = tmp_path / f"{relation.name}.parquet"
                feeds.connection.execute(f"COPY feed.{identifier(relation.name)} TO '{rows}'")
                connection.execute(f"CREATE TABLE feed.{identifier(relation.name)} AS FROM '{rows}'")
        for as_of in (JUNE, FEBRUARY):
            connection.execute(script.replace("$as_of", f"DATE '{as_of}'"))
            assert sorted(connection.execute("FROM result.payouts").fetchall(), key=repr) == by_run(file, as_of)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--target", "dbt", "--prefix", "cx_"], "--prefix is about SQL and means nothing for --target dbt"),
        (["--target", "sql", "--prefix", "CX."], "`CX.` cannot begin the name of a schema"),
    ],
)
def test_a_prefix_that_cannot_be(options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["build", str(CX), *options, "--out", str(tmp_path)]) == 1
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_without_a_folder_it_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = job(CX, tmp_path).read_text()
    capsys.readouterr()
    assert exit_code(["build", "--target", "sql", "--dialect", "duckdb", str(CX)]) == 0
    assert capsys.readouterr().out == script
    assert exit_code(["build", "--target", "dbt", str(CX)]) == 1
    assert capsys.readouterr().err == "error: --target dbt makes several files\n  help: say in which folder: --out DIR\n"
