"""The programs that are shipped: they check without a warning, both engines write the same bytes, and the order of rows
in the feeds changes nothing."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import pytest

from incdsl.cli.main import exit_code
from incdsl.driver import load
from incdsl.render import render
from incdsl.results.assumptions import ledger
from incdsl.syntax.formatter import format_file

PROGRAMS = Path(__file__).parent.parent / "programs"
DAYS = {
    "vip25/vip25.inc": "2015-07-25",
    "lci/lci.inc": "2022-07-30",
    "mdf/mdf.inc": "2023-04-29",
    "cx/cx.inc": "2022-07-30",
    "examples/coop_fund/coop_fund.inc": "2024-06-01",
    "examples/hotel_loyalty/hotel_loyalty.inc": "2024-06-25",
    "examples/sales_commission/sales_commission.inc": "2024-12-31",
}


def written(program: Path, feeds: Path, day: str, out: Path, engine: str) -> dict[str, bytes]:
    """The result files of a run, by name."""
    command = ["run", str(program), "--data", str(feeds), "--as-of", day, "--out", str(out), "--engine", engine, "--values"]
    assert exit_code(command) == 0
    return {path.name: path.read_bytes() for path in out.iterdir()}


def without_lines(files: dict[str, bytes]) -> dict[str, list[bytes]]:
    """The rows of result files, but for refused rows and the last column of `could_change`, which name lines of feeds."""
    rows = {name: content.splitlines() for name, content in files.items() if name != "refused.csv"}
    rows["could_change.csv"] = sorted(row.rpartition(b",")[0] for row in rows["could_change.csv"])
    return rows


def test_every_program_is_listed() -> None:
    found = {path.relative_to(PROGRAMS).as_posix() for path in PROGRAMS.rglob("*.inc") if path.parent.name != "shared"}
    assert found == set(DAYS)


@pytest.mark.parametrize("name", DAYS)
def test_it_checks_without_a_warning_and_is_formatted(name: str) -> None:
    loaded = load(str(PROGRAMS / name))
    assert render(loaded.sink.sorted()) == ""
    assert [file.source.path for file in loaded.files if format_file(file) != file.source.text] == []


@pytest.mark.parametrize("name", DAYS)
def test_engines_and_orders_of_rows_write_the_same_bytes(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = PROGRAMS / name
    feeds = program.parent / "feeds"
    ours = written(program, feeds, DAYS[name], tmp_path / "duckdb", "duckdb")
    assert len(ours) >= 3
    assert written(program, feeds, DAYS[name], tmp_path / "again", "duckdb") == ours
    assert written(program, feeds, DAYS[name], tmp_path / "reference", "reference") == ours
    shuffled = tmp_path / "feeds"
    shutil.copytree(feeds, shuffled)
    for path in sorted(shuffled.glob("*.csv")):
        header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        random.Random(path.name).shuffle(rows)
        path.write_text(header + "".join(rows), encoding="utf-8")
    again = written(program, shuffled, DAYS[name], tmp_path / "shuffled", "duckdb")
    # A refused row keeps the line it stands on, and that is another one now.
    assert without_lines(again) == without_lines(ours)


@pytest.mark.parametrize("name", [name for name in DAYS if not name.startswith("examples")])
def test_engines_agree_on_generated_feeds(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = PROGRAMS / name
    assert exit_code(["sample", str(program), "--rows", "2000", "--seed", "7", "--out", str(tmp_path / "feeds")]) == 0
    ours = written(program, tmp_path / "feeds", DAYS[name], tmp_path / "duckdb", "duckdb")
    assert written(program, tmp_path / "feeds", DAYS[name], tmp_path / "reference", "reference") == ours


@pytest.mark.parametrize("name", DAYS)
def test_every_assumption_is_in_the_ledger(name: str) -> None:
    loaded = load(str(PROGRAMS / name))
    assert loaded.program is not None
    written = {reason for file in loaded.files for reason in re.findall(r'\bassumed "([^"]*)"', file.source.text)}
    assert {entry.reason for entry in ledger(loaded.program)} == written
