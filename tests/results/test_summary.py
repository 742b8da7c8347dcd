"""What the summary of a run says, where a small program shows it; the whole of one stands in the README."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from incdsl import driver
from incdsl.results.summary import summarize

PROGRAM = """\
program Rebates "Rebates"
  currency USD

record Partner
  id text key

record Sale
  id      text key
  partner Partner
  amount  money

for each Partner
  let volume = sum of amount over Sale where partner = this
  require volume "Sells enough"
    that volume >= 1,000 USD
    assumed "the guide gives no minimum"
  require nothing "Sells nothing that is taken back"
    when volume < 0 USD
    that volume = 0 USD
  pay rebate "Rebate"
    needs  volume, nothing
    amount 10% * volume
    round  half up to 0.01

for each Sale
  pay gift "Gift"
    amount 1 USD
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("rebates.inc").write_text(PROGRAM)
    Path("feeds").mkdir()
    return Path("feeds")


def summary(feeds: Path) -> str:
    program = driver.load("rebates.inc").program
    assert program is not None
    as_of = datetime.date(2015, 7, 25)
    ran = driver.run(program, feeds, as_of, Path("out"))
    with ran.feeds:
        return summarize(program, ran.feeds, ran.written, as_of)


def test_a_requirement_nobody_meets_and_one_that_applies_to_no_row(here: Path) -> None:
    Path(here, "partner.csv").write_text("id\n" + "".join(f"P{n}\n" for n in range(7)))
    Path(here, "sale.csv").write_text("id,partner,amount\n" + "".join(f"S{n},P{n},{n}00.00\n" for n in range(7)))
    text = summary(here)
    assert (
        "Payments\n"
        "  payment  status  rows      amount    earned\n"
        "  rebate   open       7  210.00 USD  0.00 USD\n"
        "  gift     earned     7    7.00 USD  7.00 USD\n"
    ) in text
    assert "  volume         0         0     7       0               0  nobody meets it\n" in text
    assert "  nothing        0         0     0       0               7  applies to no row\n" in text
    assert text.count("\n    lacks volume: Sells enough") == 5
    assert "Most at stake\n  60.00 USD  rebate to P6\n    lacks volume: Sells enough, 400.00 short\n  50.00 USD" in text
    assert "Refused" not in text


def test_feeds_without_rows(here: Path) -> None:
    Path(here, "partner.csv").write_text("id\n")
    Path(here, "sale.csv").write_text("id,partner,amount\n")
    text = summary(here)
    assert "  rebate   no row of Partner     0" in text
    assert "  gift     no row of Sale        0" in text
    assert "no row of Partner\n" in text
    assert "Most" not in text


def test_notes_are_no_refusals(here: Path) -> None:
    Path(here, "partner.csv").write_text("id,colour\nA,red\n")
    Path(here, "sale.csv").write_text("id,partner,amount\n1,A,10.00\n")
    Path(here, "special.csv").write_text("id\n1\n")
    text = summary(here)
    assert "Refused" not in text
    assert (
        "\n\nNotes\n"
        "  special.csv: no record of the program has this name: not read\n"
        "  partner.csv: column `colour` is not a field of `Partner`: not read\n\n"
    ) in text
    Path(here, "sale.csv").write_text("id,partner,amount\n1,A,ten\n")
    text = summary(here)
    assert text.index("Refused\n") < text.index("\n\nNotes\n  special.csv")


def test_every_row_read_is_used_or_refused(here: Path) -> None:
    Path(here, "partner.csv").write_text("id\nA\nA\nB\n")
    Path(here, "sale.csv").write_text("id,partner,amount\n1,B,10.00\n2,A,20.00\n3,B,ten\n")
    text = summary(here)
    assert (
        "Rows\n"
        "  feed         read  used  refused\n"
        "  partner.csv     3     1        2  67%\n"
        "  sale.csv        3     1        2  67%\n"
        "  together        6     2        4  67%\n"
    ) in text
    assert "  2 rows (67%) of partner.csv: id stands twice\n    line 2: another row has the same `id`: line 3\n" in text
    assert "out/refused.csv (4 rows)" in text
