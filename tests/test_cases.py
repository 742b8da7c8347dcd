"""Golden cases: those of the programs pass, and the machinery notices what it should."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from incdsl import cases
from incdsl.cli.main import exit_code
from incdsl.results.changes import Table, changes

ROOT = Path(__file__).parent.parent
PROGRAM = """\
program Rebates "Rebates"
  currency USD

record Sale
  id     text key
  amount money

for each Sale
  require size "Is large enough"
    that amount >= 100 USD
    assumed "the guide gives no minimum"
  pay rebate "Rebate"
    needs  size
    amount 10% * amount
    round  half up to 0.01
"""
CASE = """\
title = "At the minimum and a cent below"
as_of = 2015-07-25

[[expect]]
output = "payouts"
id = "below"
status = "open"
earned = "0.00"

[[expect]]
output = "requirements"
id = "below"
short = "0.01"
"""


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a case `minimum` of a program of its own; the working directory is above both."""
    monkeypatch.chdir(tmp_path)
    folder = Path("programs/rebates/cases/minimum")
    (folder / "feeds").mkdir(parents=True)
    Path("programs/rebates/rebates.inc").write_text(PROGRAM)
    (folder / "case.toml").write_text(CASE)
    (folder / "feeds/sale.csv").write_text("id,amount\nat,100.00\nbelow,99.99\n")
    return folder


def accepted(case: Path) -> None:
    assert exit_code(["accept", "minimum", "--because", "worked out by hand"]) == 0


def test_every_case_of_every_program_passes(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert exit_code(["test", "programs"]) == 0, capsys.readouterr().out


def test_the_command_that_a_failed_test_names_works(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Wherever the case is: `accept` looks in `programs` unless it is told."""
    Path("programs").rename("my programs")
    assert exit_code(["test", "my programs"]) == 1
    (command,) = re.findall(r"`incdsl (accept [^`]*)`", capsys.readouterr().err)
    assert exit_code([part.replace("...", "by hand") for part in shlex.split(command)]) == 0
    assert exit_code(["test", "my programs"]) == 0


def test_a_failed_example_is_not_to_be_accepted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = """
example "Wrong" on 2015-01-31
  given Sale
    | id  | amount     |
    | "1" | 100.00 USD |
  expect payouts
    | id  | payment  | amount   |
    | "1" | "rebate" | 9.00 USD |
"""
    (tmp_path / "rebates.inc").write_text(PROGRAM + example)
    assert exit_code(["test", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "FAILED" in said.out
    assert "accept" not in said.err


def test_an_amount_may_be_stated_without_quotes(case: Path) -> None:
    stated = CASE.replace('"0.01"', "0.01").replace('earned = "0.00"', "earned = 0.00")
    (case / "case.toml").write_text(stated)
    accepted(case)


def test_new_results_fail_until_they_are_accepted(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["test", "programs"]) == 1
    assert "FAILED  minimum: At the minimum and a cent below\n  new: nobody has accepted" in capsys.readouterr().out
    accepted(case)
    assert capsys.readouterr().out == (
        "minimum: At the minimum and a cent below\n"
        "  new case, 2 payouts, total earned 10.00 USD\n"
        "accepted, because worked out by hand\n"
    )
    assert exit_code(["test", "programs"]) == 0
    assert capsys.readouterr().out == "passed  minimum: At the minimum and a cent below\n1 passed, 0 failed\n"
    assert (case / "expected/payouts.csv").read_text() == (
        "program,payment,id,status,amount,earned,currency,due_on,reason\n"
        "Rebates,rebate,at,earned,10.00,10.00,USD,,every requirement is met\n"
        "Rebates,rebate,below,open,10.00,0.00,USD,,open: size\n"
    )
    assert sorted(path.name for path in (case / "expected").iterdir()) == [
        "payouts.csv",
        "refused.csv",
        "requirements.csv",
    ]
    assert (case.parent / "ACCEPTED.md").read_text() == (
        "## minimum\n\nBecause worked out by hand\n\n- new case, 2 payouts, total earned 10.00 USD\n\n"
    )


def test_changed_results_are_told_in_sentences_and_money(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    accepted(case)
    capsys.readouterr()
    Path("programs/rebates/rebates.inc").write_text(PROGRAM.replace("10%", "12.5%"))
    assert exit_code(["test", "programs"]) == 1
    assert capsys.readouterr().out == (
        "FAILED  minimum: At the minimum and a cent below\n"
        "  payout rebate for id at: was earned 10.00 USD, now earned 12.50 USD (+2.50 USD earned)\n"
        "  payout rebate for id below: was open 10.00 USD, now open 12.50 USD\n"
        "  total earned: was 10.00 USD, now 12.50 USD (+2.50 USD)\n"
        "0 passed, 1 failed\n"
    )
    assert exit_code(["accept", "minimum", "--because", "the rate went up"]) == 0
    assert "total earned: was 10.00 USD, now 12.50 USD (+2.50 USD)" in (case.parent / "ACCEPTED.md").read_text()
    assert exit_code(["test", "programs"]) == 0


def test_what_is_stated_by_hand_is_never_accepted_away(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("programs/rebates/rebates.inc").write_text(PROGRAM.replace(">= 100 USD", ">= 99 USD"))
    assert exit_code(["test", "programs"]) == 1
    out = capsys.readouterr().out
    assert "  expected in payouts id below, status open, earned 0.00: status is earned\n" in out
    assert "  expected in requirements id below, short 0.01: short is blank\n" in out
    assert exit_code(["accept", "minimum", "--because", "it is so"]) == 1
    assert "cannot be accepted: expected in payouts" in capsys.readouterr().err
    assert not (case / "expected").exists()


@pytest.mark.parametrize(
    ("expect", "fault"),
    [
        ('output = "payout"', "there is no such output; there is `payouts`, `requirements` or `refused`"),
        ('output = "payouts"\nstatu = "open"', "there is no column `statu`; did you mean `status`?"),
        ('output = "payouts"\nid = "other"', "no row has these keys"),
        ('output = "payouts"\nstatus = "open"', "2 rows have these keys; name more of id, payment"),
    ],
)
def test_a_statement_that_selects_no_row_fails(case: Path, expect: str, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    (case / "case.toml").write_text(CASE.split("\n\n")[0] + f"\n\n[[expect]]\n{expect}\n")
    assert exit_code(["test", "programs"]) == 1
    assert fault in capsys.readouterr().out


def test_nothing_to_accept(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    accepted(case)
    assert exit_code(["accept", "minimum", "--because", "again"]) == 1
    assert "there is nothing to accept" in capsys.readouterr().err
    assert exit_code(["accept", "minimum", "--because", " "]) == 1
    assert exit_code(["accept", "minimun", "--because", "x"]) == 1
    assert "did you mean `minimum`?" in capsys.readouterr().err


def test_a_name_must_mean_one_case(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree("programs/rebates", "programs/others")
    assert exit_code(["accept", "minimum", "--because", "x"]) == 1
    assert "2 cases are called `minimum`" in capsys.readouterr().err
    assert exit_code(["accept", "minimum", "--because", "x", "--in", "programs/others"]) == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('title = "x"\n', "does not say as of which day"),
        ('title = "x"\nas_of = 2015-07-25T00:00:00\n', "says `as_of` by the value `2015-07-25 00:00:00`, not by a day"),
        ('title = "x"\nas_of = "2015-07-25"\n', "says `as_of` by the text `2015-07-25`, not by a day"),
        ("as_of = 2015-07-25\n", "has no title"),
        ("title = x\n", "is not TOML"),
    ],
)
def test_a_case_that_cannot_be_read(case: Path, text: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    (case / "case.toml").write_text(text)
    assert exit_code(["test", "programs"]) == 1
    assert message in capsys.readouterr().err


def test_no_cases_and_no_program(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["test", "programs/rebates/cases/minimum/feeds"]) == 1
    assert "there are no cases" in capsys.readouterr().err
    Path("programs/rebates/rebates.inc").rename("programs/rebates/rebates.txt")
    assert exit_code(["test", "programs"]) == 1
    assert "has 0 programs, so a case must name its own" in capsys.readouterr().err


def test_feeds_that_cannot_be_read_fail_the_case(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (case / "feeds/sale.csv").unlink()
    assert exit_code(["test", "programs"]) == 1
    assert "  there is no file for the record `Sale`" in capsys.readouterr().out


def test_a_difference_between_engines_fails(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accepted(case)
    evaluate = cases.driver.evaluate

    def wrong(program: Any, feeds: Any, as_of: Any, outputs: Any, engine: str) -> None:
        evaluate(program, feeds, as_of, outputs, engine)
        if engine == "reference":
            feeds.connection.execute("UPDATE result.payouts SET earned = 0.01 WHERE id = 'below'")

    monkeypatch.setattr(cases.driver, "evaluate", wrong)
    outcome = cases.check(cases.named(Path("programs"), "minimum"), {})
    assert outcome.faults[0] == "the engines differ in payouts, duckdb against reference"
    assert "earned was 0.01, now 0.00" in outcome.faults[1]


def test_rows_that_come_and_go() -> None:
    columns = ("payment", "id", "status", "amount", "earned", "currency")
    row = ("rebate", "A", "earned", "10.00", "10.00", "USD")
    none, one = Table(columns, ("id", "payment"), ()), Table(columns, ("id", "payment"), (row,))
    assert changes({"payouts": none}, {"payouts": one}) == [
        "payout rebate for id A: new, earned 10.00 USD",
        "total earned: was 0.00 USD, now 10.00 USD (+10.00 USD)",
    ]
    assert changes({"payouts": one}, {"payouts": none}) == [
        "payout rebate for id A: gone, earned 10.00 USD",
        "total earned: was 10.00 USD, now 0.00 USD (-10.00 USD)",
    ]
    assert changes({"payouts": one}, {"payouts": one}) == []
    assert changes({}, {"payouts": none}) == ["payouts: the whole file is new"]
