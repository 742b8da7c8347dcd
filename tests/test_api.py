"""The Python API: what the command line does, as functions."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

import incdsl

PROGRAM = """\
program Rebates "Rebates"
  currency USD

record Sale
  id      text key
  amount  money

for each Sale
  pay rebate "Rebate"
    amount  10% * amount  assumed "an example"
    round   half up to 0.01
"""
DAY = datetime.date(2015, 7, 25)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rebates.inc").write_text(PROGRAM)
    Path("broken.inc").write_text(PROGRAM.replace("10% * amount", "10% * amont"))
    Path("torn.inc").write_text(PROGRAM.replace('"Rebate"', '"Rebate'))
    Path("feeds").mkdir()
    Path("feeds/sale.csv").write_text("id,amount\nA,100.00\nB,ten\n")


def test_load_and_check() -> None:
    program = incdsl.load("rebates.inc").program
    assert program is not None
    assert (program.name, program.currency, len(program.version)) == ("Rebates", "USD", 12)
    assert incdsl.check("rebates.inc") == ""
    assert incdsl.load("broken.inc").program is None
    assert incdsl.check("broken.inc").startswith("error[unknown-name]: unknown name `amont`")


def test_format_and_build() -> None:
    assert incdsl.format("rebates.inc") == incdsl.format("broken.inc").replace("amont", "amount")
    with pytest.raises(incdsl.ProgramError, match="unclosed-string"):
        incdsl.format("torn.inc")
    assert sorted(incdsl.build("rebates.inc", "json-schema")) == [
        "csv-metadata.json",
        "datapackage.json",
        "openapi.json",
        "results/could_change.schema.json",
        "results/datapackage.json",
        "results/payouts.schema.json",
        "results/refused.schema.json",
        "results/requirements.schema.json",
        "sale.schema.json",
    ]
    assert list(incdsl.build("rebates.inc", "sql")) == ["Rebates.sql"]
    with pytest.raises(incdsl.ProgramError, match="unknown-name"):
        incdsl.build("broken.inc", "core")


def test_validate_run_and_explain() -> None:
    assert incdsl.validate("rebates.inc", "feeds") == [("sale.csv", 2, 1, 1)]
    summary = incdsl.run("rebates.inc", "feeds", DAY, "out")
    assert "  rebate   earned     1  10.00 USD  10.00 USD\n" in summary
    assert incdsl.run("rebates.inc", "feeds", DAY, "out", engine="reference") == summary
    assert Path("out/payouts.csv").read_text().endswith(",rebate,A,earned,10.00,10.00,USD,,nothing is required\n")
    assert "10.00 USD is earned: nothing is required" in incdsl.explain("rebates.inc", "feeds", DAY, {"id": "A"})
