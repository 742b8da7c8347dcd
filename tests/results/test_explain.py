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
