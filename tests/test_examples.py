"""Examples in a program: rows in, results out, run by `incdsl test` on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from incdsl.cli.main import exit_code

PROGRAM = """\
program Demo "A demonstration"
  currency USD

record Partner "Partner"
  id     text key
  volume money at most 5,000 USD
  share  percent
  joined optional date

for each Partner
  pay reward
    amount volume * share
    round  half up to 0.01

example "Pays a share" on 2015-01-01
  given Partner
    | id  | volume    | share | joined     |
    | "A" | 1,000 USD | 12.5% | 2015-01-01 |
    | "B" | -5.50 USD | 100%  |            |
  expect payouts
    | id  | amount    | status |
    | "A" | AMOUNT    | earned |
    | "B" | -5.50 USD | earned |
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path("demo.inc")


def test_an_example_that_holds_passes(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program.write_text(PROGRAM.replace("AMOUNT", "125 USD"))
    assert exit_code(["test", "."]) == 0
    assert capsys.readouterr().out == "passed  demo.inc:15: Pays a share\n1 passed, 0 failed\n"


def test_one_that_does_not_hold_says_what_came_out(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program.write_text(PROGRAM.replace("AMOUNT", "124.99 USD"))
    assert exit_code(["test", "demo.inc"]) == 1
    assert "expected in payouts id A, amount 124.99, status earned: amount is 125.00" in capsys.readouterr().out


def test_a_row_that_is_refused_fails_the_example(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program.write_text(PROGRAM.replace("AMOUNT", "125 USD").replace("| -5.50 USD | 100%", "| 5,000.01 USD | 100%"))
    assert exit_code(["test", "demo.inc"]) == 1
    assert "partner.csv line 3: `5000.01` is out of range" in capsys.readouterr().out


def test_a_column_that_is_not_there_is_a_mistake_of_the_program(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program.write_text(PROGRAM.replace("AMOUNT", "125 USD").replace("| share | joined", "| shore | joined"))
    assert exit_code(["check", "--format", "concise", "demo.inc"]) == 1
    assert "demo.inc:17:25: error[unknown-field] `Partner` has no field `shore`" in capsys.readouterr().out


def test_cells_are_counted(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program.write_text(PROGRAM.replace("AMOUNT", "125 USD").replace("| 12.5% |", "|"))
    assert exit_code(["check", "--format", "concise", "demo.inc"]) == 1
    assert "error[wrong-number-of-cells] the row has 3 cells, and the table has 4 columns" in capsys.readouterr().out
