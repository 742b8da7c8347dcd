"""No text of a feed becomes a live formula in a CSV file of results."""

from __future__ import annotations

import csv
import datetime
import json
from pathlib import Path

import pytest

from incdsl import driver

PROGRAM = """\
program SMALL "Small"
  sponsor  "Example"
  currency USD

record Partner "Partner"
  id "Partner id"    text key
  amount "Amount"    money
  dated by           signed_on
  signed_on "Signed" date

for each Partner
  pay bonus "Bonus"
    amount  1% * amount  assumed "an example"
    round   half up to 0.01  assumed "to the cent"
"""
IDS = ["=HYPERLINK(1)", "@SUM(1)", "+1-1", "-x", "\t=1", "-12.50", "+5", "P-1", "=1 ,2"]


@pytest.mark.parametrize("format", ["csv", "json"])
def test_formulas(tmp_path: Path, format: str) -> None:
    (tmp_path / "small.inc").write_text(PROGRAM)
    (tmp_path / "feeds").mkdir()
    with (tmp_path / "feeds" / "partner.csv").open("w", newline="") as file:
        rows = [[each, "100.00", "2015-07-25"] for each in IDS] + [["P-2", "=1+1", "2015-07-25"]]
        csv.writer(file).writerows([["id", "amount", "signed_on"], *rows])
    program = driver.load(str(tmp_path / "small.inc")).program
    assert program is not None
    with driver.run(program, tmp_path / "feeds", datetime.date(2015, 7, 26), tmp_path / "out", format=format).feeds:
        pass
    if format == "json":  # nothing opens it as a sheet
        rows = json.loads((tmp_path / "out" / "payouts.json").read_text())
        assert {row["id"] for row in rows} == set(IDS)
        return
    with (tmp_path / "out" / "payouts.csv").open(newline="") as file:
        found = {row["id"] for row in csv.DictReader(file)}
    harmless = {"-12.50", "+5", "P-1"}
    assert found == harmless | {f"'{each}" for each in IDS if each not in harmless}
    with (tmp_path / "out" / "refused.csv").open(newline="") as file:
        assert [row["value"] for row in csv.DictReader(file)] == ["'=1+1"]
