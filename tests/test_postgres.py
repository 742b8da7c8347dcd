"""The engine that works in PostgreSQL, from the command line: the same bytes, and what is said when it cannot."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import psycopg
import pytest

from incdsl.cases import Case, find
from incdsl.cli.main import exit_code

ROOT = Path(__file__).parent.parent
PROGRAMS = {"cx": "2022-07-30", "lci": "2022-07-30", "mdf": "2023-07-29", "vip25": "2015-07-25"}
EXAMPLES = {"coop_fund": "2024-06-01", "hotel_loyalty": "2024-06-25", "sales_commission": "2024-12-31"}
SHIPPED = [
    *((ROOT / f"programs/{name}/{name}.inc", ROOT / f"programs/{name}/feeds", day) for name, day in PROGRAMS.items()),
    *((ROOT / f"programs/examples/{n}/{n}.inc", ROOT / f"programs/examples/{n}/feeds", day) for n, day in EXAMPLES.items()),
]
CX = ROOT / "programs/cx/cx.inc"
CX_FEEDS = ROOT / "programs/cx/feeds"


def run(program: Path, data: Path, day: str, out: Path, *options: str) -> int:
    return exit_code(["run", str(program), "--data", str(data), "--as-of", day, "--out", str(out), *options])


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def schemas(server: str) -> list[str]:
    """The schemas that runs have left, as anybody else sees them."""
    with psycopg.connect(server) as connection:
        found = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'incdsl%'").fetchall()
    return [name for (name,) in found]


# --- the same bytes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("program", "data", "day"), SHIPPED, ids=[program.stem for program, _, _ in SHIPPED])
def test_the_result_files_are_those_of_duckdb(program: Path, data: Path, day: str, tmp_path: Path, postgres: str) -> None:
    assert run(program, data, day, tmp_path / "duckdb", "--values") == 0
    assert run(program, data, day, tmp_path / "postgres", "--values", "--engine", "postgres", "--server", postgres) == 0
    assert files(tmp_path / "postgres") == files(tmp_path / "duckdb")
    assert (tmp_path / "postgres/requirements.csv").stat().st_size > 200
    assert schemas(postgres) == []


CASES = find([ROOT / "programs"])
SOME = CASES if "INCDSL_FUZZ" in os.environ else CASES[::5]


@pytest.mark.parametrize("case", SOME, ids=[case.name for case in SOME])
def test_golden_cases_come_out(case: Case, tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCDSL_POSTGRES", postgres)
    day = case.as_of.isoformat()
    assert run(case.program, case.folder / "feeds", day, tmp_path, "--values", "--engine", "postgres") == 0
    assert {path.name: rows(path) for path in tmp_path.iterdir()} == {
        path.name: rows(path) for path in (case.folder / "expected").iterdir()
    }


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a result file but for the version of the program, which golden files leave out."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: cell for name, cell in row.items() if name != "program_version"} for row in csv.DictReader(file)]
