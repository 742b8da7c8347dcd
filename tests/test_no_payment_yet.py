"""Programs that pay nothing yet: every program begins as one. They run, and write what there is."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from incdsl.cli.main import exit_code

HEAD = """\
program Start "Start"
  currency EUR

source guide "Guide"
"""
RECORD = """
record Sale
  id      text key
  amount  money
"""
PROGRAMS = {
    "nothing": HEAD,
    "a parameter": HEAD + '\nparam least money = 5 EUR  cite guide "1"\n',
    "records": HEAD + RECORD,
    "lets": HEAD + RECORD + "\nfor each Sale\n  let double = amount + amount\n",
    "invariants": HEAD + RECORD + '\nfor each Sale\n  invariant small "Small"\n    that amount < 500 EUR\n',
    "lets and invariants": HEAD
    + RECORD
    + '\nfor each Sale\n  let double = amount + amount\n  invariant small "Small"\n    that double < 500 EUR\n',
}
FEEDS = {"clean": "id,amount\nA,1.00\nB,2.50\n", "dirty": "id,amount\nA,1.00\nB,much\n,2.00\n", "empty": "id,amount\n"}
USED = {"clean": [("A", "2.00"), ("B", "5.00")], "dirty": [("A", "2.00")], "empty": []}
REFUSED = {"clean": 0, "dirty": 2, "empty": 0}


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_it_runs_and_writes_what_there_is(
    name: str, feed: str, engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program, feeds, out = tmp_path / "start.inc", tmp_path / "feeds", tmp_path / "out"
    program.write_text(PROGRAMS[name])
    feeds.mkdir()
    if "record" in PROGRAMS[name]:
        (feeds / "sale.csv").write_text(FEEDS[feed])
    out.mkdir()
    (out / "payouts.csv").write_text("of an earlier run\n")
    command = ["run", str(program), "--data", str(feeds), "--as-of", "2025-01-01", "--out", str(out), "--engine", engine]
    assert exit_code([*command, "--values"]) == 0
    said = capsys.readouterr().out
    lets = "let " in PROGRAMS[name]
    assert {path.name for path in out.iterdir()} == {"refused.csv", "could_change.csv", *(["values.csv"] if lets else [])}
    assert ("2 rows" if REFUSED[feed] and "record" in PROGRAMS[name] else "refused.csv (0 rows)") in said
    with (out / "could_change.csv").open(newline="") as file:
        assert list(csv.DictReader(file)) == []
    if lets:
        with (out / "values.csv").open(newline="") as file:
            assert [(row["id"], row["value"]) for row in csv.DictReader(file)] == USED[feed]
