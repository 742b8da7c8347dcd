"""Explanations, word by word: `explain/NAME.txt` beside the program and feeds that they are about."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from incdsl import driver
from incdsl.results.explain import CannotExplain

FOLDER = Path(__file__).parent / "explain"
BEFORE, AFTER = datetime.date(2015, 6, 15), datetime.date(2015, 7, 26)


def explained(as_of: datetime.date, where: dict[str, str], payment: str | None = None) -> str:
    program = driver.load("rebates.inc").program
    assert program is not None
    return driver.explain(program, Path("feeds"), as_of, where, payment)


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)


@pytest.mark.parametrize(("name", "as_of", "partner"), [("open", BEFORE, "C"), ("earned", AFTER, "A"), ("missed", AFTER, "B")])
def test_explanation(name: str, as_of: datetime.date, partner: str) -> None:
    assert explained(as_of, {"id": partner}, "rebate") == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_the_day_decides_what_is_known() -> None:
    assert "signed: Signs up: not so; by 2015-07-01, 16 days left" in explained(BEFORE, {"id": "B"})
    assert "signed: Signs up: done on 2015-07-02, too late; the deadline was 2015-07-01" in explained(AFTER, {"id": "B"})


def test_rows_that_the_keys_leave_open_are_counted() -> None:
    text = explained(AFTER, {})
    assert [line for line in text.splitlines() if line.startswith("rebate ")] == [
        f'rebate "Rebate" to id {partner}, as of 2015-07-26' for partner in ("A", "B", "C")
    ]


def test_an_unknown_payment_names_the_near_one() -> None:
    with pytest.raises(CannotExplain, match="no payment is called `rebat`") as refused:
        explained(AFTER, {"id": "A"}, "rebat")
    assert refused.value.help == "did you mean `rebate`?"


PROGRAM = """\
program Rebates "Rebates"
  currency USD

record Partner
  id   text key
  name text at most 9 characters

record Sale
  id      text key
  partner Partner
  amount  money at least 0 USD

for each Partner
  let sold = sum of amount over Sale where partner = this
  require volume "Volume"
    that sold >= 10 USD
  pay rebate "Rebate"
    needs volume
    amount 1 USD
    round half up to 0.01
"""


@pytest.fixture
def refusing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("rebates.inc").write_text(PROGRAM)
    Path("feeds").mkdir()
    Path("feeds/partner.csv").write_text("id,name\nA,Ann\nB,Bartholomew\nC,Cas\nD,Dan\nD,Don\n")
    Path("feeds/sale.csv").write_text("id,partner,amount\n1,A,9\n2,A,-1\n3,C,10\n")
    return tmp_path


def test_a_refused_row_is_named_with_its_line_and_why(refusing: Path) -> None:
    with pytest.raises(CannotExplain) as one:
        explained(AFTER, {"id": "B"})
    assert str(one.value) == "line 3 of partner.csv was refused: `Bartholomew` has 11 characters: `name` has at most 9"
    assert one.value.help == "mend it in partner.csv; until then it counts for nothing"
    with pytest.raises(CannotExplain, match=r"^line 5 of partner.csv was refused, as was 1 more row: another row has the same"):
        explained(AFTER, {"id": "D"})
    with pytest.raises(CannotExplain, match="no row of Partner has the id `E`"):
        explained(AFTER, {"id": "E"})


def test_refused_rows_that_could_change_it_are_named(refusing: Path) -> None:
    text = explained(AFTER, {"id": "A"})
    assert "1.00 USD short, 9.00 USD of 10.00 USD" in text
    says = "Refused rows could change this\n  line 3 of sale.csv: `-1` is out of range: `amount` is at least 0.00\n"
    assert says in text
    assert "Refused rows" not in explained(AFTER, {"id": "C"})
    with Path("feeds/sale.csv").open("a") as sales:
        sales.write("4,A,x\n5,,1\n")
    assert "  3 rows of sale.csv, first line 3: `-1` is out of range" in explained(AFTER, {"id": "A"})
    assert "  line 6 of sale.csv: `partner` is blank" in explained(AFTER, {"id": "C"})
