"""The dbt package: its files, and that dbt makes the results of `incdsl run` of it, cent for cent."""

from __future__ import annotations

import csv
import datetime
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import jinja2
import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from incdsl import driver
from incdsl.backends.sql import DIALECTS, UnsupportedInTarget
from incdsl.backends.sql.dbt.jinja import escaped
from incdsl.backends.sql.dbt.yaml import dump
from incdsl.core import ir

PROGRAMS = Path(__file__).parent.parent / "programs"
DBT = Path(sys.prefix) / "dbt" / "bin" / "dbt"
DAYS = {"vip25": "2015-07-25", "lci": "2023-04-29", "mdf": "2023-04-29", "cx": "2023-04-29"}


def load(name: str) -> ir.Program:
    program = driver.load(str(PROGRAMS / name / f"{name}.inc")).program
    assert program is not None
    return program


def build(program: ir.Program, feeds: Path, folder: Path) -> Path:
    """The package of a program in a folder, with a profile and a database that holds the feeds as they were validated."""
    for file, text in driver.build(program, "dbt").items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    database = folder / "feeds.duckdb"
    with driver.validate(program, feeds) as loaded:
        loaded.connection.execute(f"ATTACH '{database}' AS copy")
        loaded.connection.execute("CREATE SCHEMA copy.feed")
        for relation in program.relations:
            if isinstance(relation.source, ir.Feed):
                loaded.connection.execute(f'CREATE TABLE copy.feed."{relation.name}" AS FROM feed."{relation.name}"')
        loaded.connection.execute("DETACH copy")
    profile = {"target": "here", "outputs": {"here": {"type": "duckdb", "path": str(database), "schema": "dbt", "threads": 2}}}
    (folder / "profiles.yml").write_text(dump({program.name.lower(): profile}), encoding="utf-8")
    return database


def dbt(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DBT_PROFILES_DIR": str(folder)}
    command = [str(DBT), "--warn-error", *arguments, "--no-version-check"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", list(DAYS))
def test_dbt_gives_the_results_of_a_run(name: str, tmp_path: Path) -> None:
    program, as_of = load(name), DAYS[name]
    feeds = PROGRAMS / name / "feeds"
    database = build(program, feeds, tmp_path)
    with driver.run(program, feeds, datetime.date.fromisoformat(as_of), tmp_path / "out", values=True).feeds:
        pass
    done = dbt(tmp_path, "build", "--vars", f"{{as_of: {as_of}}}")
    assert done.returncode == 0, done.stdout[-3000:]
    with duckdb.connect(str(database)) as connection:
        for output in program.result_files:
            # The writer's own texts, from the tables that dbt made.
            columns = ", ".join(f'"{column.name}"' for column in output.columns)
            made = connection.execute(f'SELECT {columns} FROM dbt."{name}_{output.name}"').fetchall()
            with (tmp_path / "out" / f"{output.name}.csv").open(newline="", encoding="utf-8") as stream:
                wanted = list(csv.reader(stream))[1:]
            assert len(wanted) > 50
            assert sorted(["" if cell is None else shown(cell) for cell in row] for row in made) == sorted(wanted)


def shown(cell: object) -> str:
    return {True: "yes", False: "no"}[cell] if isinstance(cell, bool) else str(cell)


def test_the_tests_of_the_source_fail_for_rows_that_validate_refuses(tmp_path: Path) -> None:
    database = build(load("cx"), PROGRAMS / "cx" / "feeds", tmp_path)
    with duckdb.connect(str(database)) as connection:
        for table, wrong in (
            ("Partner", "'XX' AS country"),
            ("Certificate", "valid_start + 1 AS valid_start, NULL AS valid_end"),
        ):
            connection.execute(f'INSERT INTO feed."{table}" SELECT * REPLACE ({wrong}) FROM feed."{table}" LIMIT 1')
    assert dbt(tmp_path, "test", "--select", "source:*", "--vars", "{as_of: 2023-04-29}").returncode == 1
    results = json.loads((tmp_path / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    failed = {result["unique_id"].split(".")[2]: result["failures"] for result in results if result["status"] == "fail"}
    assert failed == {
        "CX_Partner_country_values": 1,
        "source_unique_feed_Partner__id_": 1,
        "cx_certificate_valid_start_overlaps": 1,
    }


FORMS = [
    "D-1234",
    "D-123",
    "D-1234\n",
    "D-\u0661\u0662\u0663\u0664",
    "xD-1234",
    "A\u2028",
    "A\n",
    "\U0001f600A",
    "AB",
    "ABCDEFGHIJ",
]


def test_texts_that_do_not_look_like_it_fail_a_test(tmp_path: Path) -> None:
    """The queries as they are, each over a table with good and bad texts; PostgreSQL's and BigQuery's say the same."""
    field = 'id text key like "D-####" or "?[A-Z]" or "A?" at least 2 characters at most 6 characters'
    (tmp_path / "p.inc").write_text(f'program P "P"\n\nrecord Deal\n  {field}\n', encoding="utf-8")
    program = driver.load(str(tmp_path / "p.inc")).program
    assert program is not None
    files = driver.build(program, "dbt")
    tests = {name.removeprefix("tests/p_deal_id_"): query for name, query in files.items() if name.startswith("tests/")}
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE deal AS SELECT unnest(?::VARCHAR[]) AS id", [FORMS])
        found = {}
        for name, query in tests.items():
            rows = connection.execute(query.replace("{{ source('feed', 'Deal') }}", "deal")).fetchall()
            found[name.removesuffix(".sql")] = {text for (text,) in rows}
    assert found == {
        "like": {"D-123", "D-1234\n", "D-\u0661\u0662\u0663\u0664", "xD-1234", "A\n", "ABCDEFGHIJ"},
        "shortest": set(),
        "longest": {"D-1234\n", "xD-1234", "ABCDEFGHIJ"},
    }
    for dialect, names in (("postgres", 3), ("bigquery", 3), ("snowflake", 2), ("spark", 2), ("sqlserver", 0)):
        made = driver.build(program, "dbt", dialect)
        assert sum(name.startswith("tests/") for name in made) == names, dialect


@pytest.mark.parametrize(
    "path", sorted(str(path.relative_to(PROGRAMS)) for path in PROGRAMS.glob("**/*.inc") if path.parent.name != "shared")
)
def test_every_dialect_has_a_package_of_every_program_that_it_can_say(path: str) -> None:
    program = driver.load(str(PROGRAMS / path)).program
    assert program is not None
    said = 0
    for dialect in DIALECTS:
        try:
            files = driver.build(program, "dbt", dialect)
        except UnsupportedInTarget:
            continue
        said += 1
        models = [Path(name).stem for name in files if name.startswith("models/") and name.endswith(".sql")]
        assert all(f'- name: "{model}"' in files["models/models.yml"] for model in models), dialect
    assert said >= 4


JINJA = "a {{ b }} {% c %} {# d #} {{{ '{{' }}} e"


def test_nothing_in_a_program_is_read_as_jinja() -> None:
    assert jinja2.Template(escaped(JINJA)).render() == JINJA


def test_a_program_with_jinja_in_its_words_runs(tmp_path: Path) -> None:
    """Labels, texts and names become comments, literals and names of the models."""
    (tmp_path / "p.inc").write_text("""\
program Braces "With {{ 2 braces }}"
  currency USD

table Kind unique
  | key name: text    | rate: percent |
  | "{{ odd }} {% x"  | 10%           |
  assumed "an example"

record Sale
  id     text key
  kind   Kind
  amount money

for each Sale
  let share "{# no comment #}" = amount * kind.rate
  pay rebate "Rebate of {{ 1 }} {% if %}"
    amount share
    round  half up to 0.01
""")
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "sale.csv").write_text("id,kind,amount\n1,{{ odd }} {% x,12.30\n")
    program = driver.load(str(tmp_path / "p.inc")).program
    assert program is not None
    database = build(program, tmp_path / "feeds", tmp_path / "package")
    done = dbt(tmp_path / "package", "build", "--vars", "{as_of: 2023-04-29}")
    assert done.returncode == 0, done.stdout[-3000:]
    with duckdb.connect(str(database)) as connection:
        rows = connection.execute("SELECT id, amount, earned FROM dbt.braces_payouts").fetchall()
    assert [[str(cell) for cell in row] for row in rows] == [["1", "1.23", "1.23"]]


class Text(SingleFileSnapshotExtension):
    """A golden with the ending of the file it is."""

    _write_mode = WriteMode.TEXT


GOLDENS = ("dbt_project.yml", "models/sources.yml", "models/models.yml", "models/result/cx_levels.sql", "README.md")


@pytest.mark.parametrize("file", GOLDENS, ids=[Path(file).stem for file in GOLDENS])
def test_golden(file: str, snapshot: SnapshotAssertion) -> None:
    program = load("cx")
    text = driver.build(program, "dbt")[file].replace(str(PROGRAMS), "programs").replace(program.version, "version")
    assert text == snapshot(extension_class=type("Golden", (Text,), {"file_extension": Path(file).suffix[1:]}))
