"""What can still be done, and what an assumption is worth: lists of a small program, written by hand."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from incdsl import driver
from incdsl.cli.main import exit_code

PROGRAM = """\
program Rebates "Rebates"
  currency USD

source guide "Guide"

param minimum "Least volume" money = 1,000 USD
  assumed "the guide gives none" otherwise 400 USD

record Partner
  id        text key
  signed_on event
  ends_on   date

record Sale
  id      text key
  partner Partner
  amount  money

for each Partner
  let volume = sum of amount over Sale where partner = this
  require signing "Signs up"
    done signed_on
    by   ends_on
    cite guide "page 1"
  require volume "Sells enough"
    that volume >= minimum
    by   ends_on + 10 days
    cite guide "page 1"
  pay rebate "Rebate"
    needs  signing, volume
    amount 10% * volume
    round  half up to 0.01
  pay bonus "Bonus"
    needs  volume
    amount 50 USD
"""

PARTNERS = """\
id,signed_on,ends_on
Done,2015-01-02,2015-06-30
Late,,2015-05-31
Near,,2015-06-30
Small,2015-01-05,2015-06-30
"""

SALES = """\
id,partner,amount
1,Done,2000.00
2,Late,3000.00
3,Near,1500.00
4,Small,600.00
"""


@pytest.fixture
def feeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("rebates.inc").write_text(PROGRAM)
    Path("feeds").mkdir()
    Path("feeds/partner.csv").write_text(PARTNERS)
    Path("feeds/sale.csv").write_text(SALES)
    return Path("feeds")


def test_what_is_open_is_listed_by_deadline_and_worth(feeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # On June 1st Late can sign up no more; Near can, for 150.00; Small lacks 400.00 of volume for its 60.00 and the bonus.
    assert exit_code(["actions", "rebates.inc", "--data", "feeds", "--as-of", "2015-06-01", "--out", "out"]) == 0
    lines = [line.strip().split(",", 2)[2] for line in Path("out/actions.csv").read_text().splitlines()]
    assert lines == [
        "deadline,worth,currency,requirement,id,payments,short,label",
        "2015-06-30,150.00,USD,signing,Near,rebate,,Signs up",
        '2015-07-10,110.00,USD,volume,Small,"bonus, rebate",400.00,Sells enough',
    ]
    shown = capsys.readouterr().out.splitlines()
    assert [" ".join(line.split()) for line in shown[2:5]] == [
        "2 actions that can still earn money, the nearest deadline first",
        "by days left worth to do",
        "2015-06-30 29 150.00 USD Near Signs up (signing) for rebate",
    ]


def test_what_is_open_for_nothing_is_counted(feeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """New has sold nothing: to sign up brings no rebate, which is 10% of nothing; to sell enough brings the bonus."""
    Path("feeds/partner.csv").write_text(PARTNERS + "New,,2015-06-30\n")
    assert exit_code(["actions", "rebates.inc", "--data", "feeds", "--as-of", "2015-06-01"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[2] == "3 actions that can still earn money, the nearest deadline first"
    assert shown[-1] == "  and 1 that is open for a payment that comes to nothing so far"
    Path("feeds/partner.csv").write_text("id,signed_on,ends_on\nNew,,2015-06-30\nNewer,,2015-06-30\n")
    Path("feeds/sale.csv").write_text("id,partner,amount\n")
    Path("rebates.inc").write_text(PROGRAM.replace("amount 50 USD", "amount 0 USD"))
    assert exit_code(["actions", "rebates.inc", "--data", "feeds", "--as-of", "2015-06-01"]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "Nothing that is open is worth anything yet: 4 actions are open, for payments that come to nothing so far."
    ]


def test_nothing_left_to_do_is_said(feeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["actions", "rebates.inc", "--data", "feeds", "--as-of", "2015-12-31"]) == 0
    assert "Nothing is open" in capsys.readouterr().out


def test_the_other_reading_is_priced(feeds: Path) -> None:
    # With a minimum of 400.00, Small earns its rebate of 60.00 and the bonus of 50.00 on June 30th's morrow; both were lost
    # only from July 11th on, so on July 1st they were at stake.
    program = driver.load("rebates.inc").program
    assert program is not None
    changes = driver.readings(program, feeds, datetime.date(2015, 7, 11))
    assert {name: (str(m.earned), str(m.at_stake)) for name, m in changes["minimum"].items()} == {
        "rebate": ("60.00", "0.00"),
        "bonus": ("50.00", "0.00"),
    }


def test_the_ledger_lists_reason_place_and_other_reading(feeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["assumptions", "rebates.inc", "--data", "feeds", "--as-of", "2015-07-11"]) == 0
    assert capsys.readouterr().out == (
        "Rebates, Rebates, version " + _version() + ": 1 assumption\n"
        "\n"
        "param minimum    [rebates.inc:6]\n"
        "  the guide gives none\n"
        "  the other reading: 400.00 USD instead of 1,000.00 USD\n"
        "    rebate: earned +60.00 USD, at stake 0.00 USD\n"
        "    bonus: earned +50.00 USD, at stake 0.00 USD\n"
    )


def test_data_and_day_go_together(feeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["assumptions", "rebates.inc", "--data", "feeds"]) == 1
    assert "--data and --as-of go together" in capsys.readouterr().err


def _version() -> str:
    program = driver.load("rebates.inc").program
    assert program is not None
    return program.version


def test_a_program_in_which_nothing_is_needed_has_nothing_to_do(feeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("rebates.inc").write_text(PROGRAM[: PROGRAM.index("  pay rebate")])
    assert exit_code(["actions", "rebates.inc", "--data", "feeds", "--as-of", "2015-06-01"]) == 1
    assert "no payment of Rebates needs anything" in capsys.readouterr().err


def test_a_base_and_a_rate_are_explained(feeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("rebates.inc").write_text(PROGRAM.replace("    amount 10% * volume\n", "    base   volume\n    rate   10%\n"))
    assert exit_code(["explain", "rebates.inc", "--data", "feeds", "--as-of", "2015-06-30", "--where", "id=Done"]) == 0
    shown = capsys.readouterr().out
    assert "  base     2,000.00 USD" in shown
    assert "  rate     200.00 USD" in shown


def test_a_day_in_no_period_does_not_slip_past_a_limit(feeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("rebates.inc").write_text(
        PROGRAM
        + """\
  limit bonus to 1 partners per Year of ends_on in order of id

calendar Year
  years from 2014-01-01 through 2014-12-31
  assumed "one year"
"""
    )
    assert exit_code(["run", "rebates.inc", "--data", "feeds", "--as-of", "2015-06-30", "--out", "out"]) == 1
    said = capsys.readouterr().err
    assert "5 conflicts between rules, so there are no results" in said
    assert "`ends_on` lies in no period of `Year`, so the limit (rebates.inc:36) cannot be kept" in said
