"""What a help offers, put in place of what it points at: the program parses, and nothing is said of it any more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.test_mutations import LINES, slips

from incdsl.diagnostic import Diagnostic
from incdsl.driver import load

BASE = (Path(__file__).parent / "data/helps.inc").read_text(encoding="utf-8")
CODE = re.compile("`([^`]+)`")

UNITS = [
    ("1,000 USD", "1k USD", "1,000 USD"),
    ("1,000 USD", "1 k USD", "1,000 USD"),
    ("1,000 USD", "1.5K USD", "1,500 USD"),
    ("1,000 USD", "5m USD", "5,000,000 USD"),
    ("1,000 USD", "1.25 million USD", "1,250,000 USD"),
    ("1,000 USD", "2 thousand USD", "2,000 USD"),
    ("1,000 USD", "1000 usd", "1,000 USD"),
    ("1,000 USD", "1000.50 Usd", "1,000.50 USD"),
    ("1,000 USD", "2k usd", "2,000 USD"),
    ("from 100 USD 2%", "from 0.1k USD 2%", "100 USD"),
    ("from 100 USD 2%", "from 100 usd 2%", "100 USD"),
    ("1,000 USD", "USD 1,000", "1,000 USD"),
    ("1%", "100 bps", "1%"),
    ("2%", "2 percent", "2%"),
    ("14 days", "3 weeks", "21 days"),
    ("14 days", "1 fortnight", "14 days"),
    ("14 days", "14 calendar days", "14 days"),
]
DATES = [
    ("2024-02-01", "1 January 2024", "2024-01-01"),
    ("2024-02-01", "1st Jan 2024", "2024-01-01"),
    ("2024-02-01", "January 1, 2024", "2024-01-01"),
    ("2024-02-01", "January 1 2024", "2024-01-01"),
    ("2024-02-01", "Sept. 30th, 2024", "2024-09-30"),
    ("2024-02-01", "1-Jan-2024", "2024-01-01"),
    ("2024-02-01", "01/01/2024", "2024-01-01"),
    ("2024-02-01", "30/06/2024", "2024-06-30"),
    ("2024-02-01", "06/30/2024", "2024-06-30"),
    ("2024-02-01", "2024/01/02", "2024-01-02"),
    ("2024-02-01", "2024/1/2", "2024-01-02"),
    ("2024-02-01", "01.01.2024", "2024-01-01"),
    ("2024-02-01", "1.1.2024", "2024-01-01"),
    ("2024-02-01", "2024.01.02", "2024-01-02"),
    ("2024-02-01", "31.12.2024", "2024-12-31"),
    ("2024-02-01", "1/2/2024", "2024-02-01"),
    ("2024-02-01", "1/2/2024", "2024-01-02"),
    ("2024-02-01", "01.02.2024", "2024-02-01"),
    ("2024-02-01", "01-02-2024", "2024-01-02"),
    ("booked_on <= 2024-02-01", "booked_on in 01/01/2024 through 2024-06-30", "2024-01-01"),
    ("h1 2024-01-01", "h1 01/01/2024", "2024-01-01"),
    ("h1 2024-01-01", "h1 01.01.2024", "2024-01-01"),
    ("h1 2024-01-01", "h1 1 January 2024", "2024-01-01"),
    ("on 2024-01-01", "on 01/01/2024", "2024-01-01"),
    ("on 2024-01-01", "on January 1, 2024", "2024-01-01"),
]
ROWS = "Order where partner = this.partner"
WORDS = [
    ("larger of amount and 5 USD", "max(amount, 5 USD)", "larger of amount and 5 USD"),
    ("larger of amount and 5 USD", "MIN(amount, 5 USD)", "smaller of amount and 5 USD"),
    ("larger of amount and 5 USD", "2 * max(amount, 5 USD)", "(larger of amount and 5 USD)"),
    ("larger of amount and 5 USD", "max(amount, 5 USD) * 2", "(larger of amount and 5 USD)"),
    ("larger of amount and 5 USD", "max(amount, 5 USD, 2% * amount)", "larger of (larger of amount and 5 USD) and 2% * amount"),
    ("larger of amount and 5 USD", "round(amount, 1)", "amount rounded half up to 0.1"),
    ("larger of amount and 5 USD", "ROUND(amount)", "amount rounded half up to 1"),
    ("larger of amount and 5 USD", "abs(amount)", "larger of amount and -amount"),
    ("larger of amount and 5 USD", "if(signed, amount, 5 USD)", "amount if signed otherwise 5 USD"),
    ("larger of amount and 5 USD", "if signed then amount else 5 USD", "amount if signed otherwise 5 USD"),
    ("at most 5,000 USD", "up to 5,000 USD", "at most 5,000 USD"),
    ("at most 5,000 USD", "maximum of 10% * volume", "at most 10% * volume"),
    ("at most 5,000 USD", "capped at 5,000 USD", "at most 5,000 USD"),
    ("at most 5,000 USD", "minimum 10 USD", "at least 10 USD otherwise forfeit"),
    ("plus   10 USD if reach otherwise 0 USD", "minus 10 USD", "plus -10 USD"),
    ("plus   10 USD if reach otherwise 0 USD", "less 10 USD if reach otherwise 0 USD", "plus -(10 USD if reach otherwise 0 USD)"),
    ("count of Order)", "count of amount over Order)", "count of Order"),
    ("count of Order)", "count of amount over Order where signed)", "count of Order"),
    (
        "(sum of amount over Order) / (count of Order) to 6 places half up",
        f"average of amount over {ROWS}",
        f"(sum of amount over {ROWS}) / (count of {ROWS}) to 6 places half up",
    ),
    ("2,000 USD per", "USD 2,000 per", "2,000 USD"),
    ('half up to 0.01\n    cite g "4"', 'half_up to 0.01\n    cite g "4"', "half up"),
    ('half up to 0.01\n    cite g "4"', 'half up to cents\n    cite g "4"', "0.01"),
    ('half up to 0.01\n    cite g "4"', 'half up to the nearest cent\n    cite g "4"', "0.01"),
    ('half up to 0.01\n    cite g "4"', 'half up to 2 decimals\n    cite g "4"', "0.01"),
    ("larger of amount and 5 USD", "amount rounded half up to cents", "0.01"),
    ("larger of amount and 5 USD", "amount rounded half up to dollars", "1"),
]
IN_PERIOD = "booked_on <= 2024-02-01"
PERIODS = [
    (IN_PERIOD, "booked_on in h1", "Half[h1]"),
    (IN_PERIOD, "booked_on in Half.h1", "Half[h1]"),
    (IN_PERIOD, "booked_on in Half", "Half[h1]"),
    (IN_PERIOD, "booked_on in Half[h3]", "h2"),
    (IN_PERIOD, 'booked_on in Half["h3"]', '"h2"'),
    (IN_PERIOD, "booked_on in Month[2024-02]", '"2024-02"'),
    (IN_PERIOD, "booked_on in 2024-02", 'Month["2024-02"]'),
    (IN_PERIOD, 'booked_on in "2024-02"', 'Month["2024-02"]'),
    (IN_PERIOD, 'booked_on in Month["2024-13"]', '"2024-12"'),
    (IN_PERIOD, "booked_on in Quarter[2024 Q1]", '"2024 Q1"'),
    (IN_PERIOD, "booked_on <= Half.h1.end", "Half[h1]"),
]
KINDS = [
    ("early = any Order where partner", "early = any Order if partner", "where"),
    (
        "partner.level in Gold, Premier and partner.country = NL",
        "partner.level in Gold or Premier",
        "partner.level in Gold, Premier",
    ),
    (
        "partner.level in Gold, Premier and partner.country = NL",
        "partner.level = Gold or Premier or Select",
        "partner.level in Gold, Premier, Select",
    ),
    (
        "partner.level in Gold, Premier and partner.country = NL",
        "partner.level <> Gold and Premier",
        "not (partner.level in Gold, Premier)",
    ),
    ("partner.country = NL", "partner.country = UK", "GB"),
    ("partner.country = NL", "partner.country = Germany", "DE"),
    ("if stays or early", "if stays = true", "yes"),
    ("if stays or early", "if stays = FALSE", "no"),
    ("10 USD if reach otherwise 0 USD", "10 USD * reach", "(10 USD if reach otherwise 0 USD)"),
    ("10 USD if reach otherwise 0 USD", "reach * 10 USD", "(10 USD if reach otherwise 0 USD)"),
    ("at most 5,000 USD", "at most 5,000", "5,000 USD"),
    ("below 100 USD 1%", "below 100 USD 0.01", "1%"),
    ("from 100 USD 2%", "from 100 USD 2", "2%"),
    ('half up to 0.01\n    cite g "4"', 'half even to 0.001\n    cite g "4"', "round half even to 0.01"),
]
LEVELS = "partner.level in Gold, Premier and partner.country = NL"
SENTENCES = [
    (IN_PERIOD, "booked_on after 2024-01-01", ">"),
    (IN_PERIOD, "booked_on before 2024-01-01", "<"),
    (IN_PERIOD, "booked_on is before 2024-01-01", "<"),
    (IN_PERIOD, "booked_on on or after 2024-01-01", ">="),
    (IN_PERIOD, "booked_on since 2024-01-01", ">="),
    (IN_PERIOD, "booked_on until 2024-01-01", "<="),
    (IN_PERIOD, "booked_on from 2024-01-01 to 2024-02-01", "in 2024-01-01 through 2024-02-01"),
    (IN_PERIOD, "booked_on between 2024-01-01 and 2024-02-01", "in 2024-01-01 through 2024-02-01"),
    (IN_PERIOD, "booked_on is between 2024-01-01 and 2024-02-01", "in 2024-01-01 through 2024-02-01"),
    (IN_PERIOD, "booked_on in 2024-01-01 - 2024-02-01", "2024-01-01 through 2024-02-01"),
    (IN_PERIOD, "booked_on in 2024-01-01 to 2024-02-01", "through"),
    (IN_PERIOD, "booked_on during this.half", "in"),
    (IN_PERIOD, "booked_on within this.half", "in"),
    (IN_PERIOD, "amount over 5 USD", ">"),
    (IN_PERIOD, "amount is more than 5 USD", ">"),
    (IN_PERIOD, "amount less than 5 USD", "<"),
    (IN_PERIOD, "amount at least 5 USD", ">="),
    (IN_PERIOD, "amount is at most 5 USD", "<="),
    (IN_PERIOD, "amount no more than 5 USD", "<="),
    (IN_PERIOD, "amount greater than or equal to 5 USD", ">="),
    (IN_PERIOD, "amount is 5 USD", "="),
    (IN_PERIOD, "amount equals 5 USD", "="),
    (IN_PERIOD, "amount is not 5 USD", "<>"),
    (IN_PERIOD, "units between 1 and 5", "(units >= 1 and units <= 5)"),
    (IN_PERIOD, "amount > 5 000 USD", "5,000"),
    (LEVELS, "partner.level is Gold", "="),
    (LEVELS, "partner.level in (Gold, Premier)", "Gold, Premier"),
    (LEVELS, "partner.level in [Gold, Premier]", "Gold, Premier"),
    (IN_PERIOD, "booked_on in 2024-01-01..2024-02-01", "2024-01-01 through 2024-02-01"),
    (IN_PERIOD, "booked_on + 2 quarters >= 2024-01-01", "6 months or last day"),
    (LEVELS, "partner.level not in Gold, Premier", "not partner.level in"),
    (LEVELS, "partner.joined is null", "is missing"),
    (LEVELS, "partner.joined is not null", "is given"),
    (LEVELS, "partner.joined is not given", "is missing"),
    ("early = any Order where partner", "early = any Order with partner", "where"),
    ("early = any Order where partner", "early = exists Order where partner", "any Order"),
    ("sum of amount over Order where", "sum of amount in Order where", "over"),
    ("sum of amount over Order where", "sum of amount over Order when", "where"),
]
OFFERS = [*UNITS, *DATES, *WORDS, *PERIODS, *KINDS, *SENTENCES]


def said(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Diagnostic]:
    """What is wrong with a program, warnings aside."""
    monkeypatch.chdir(folder)
    (folder / "program.inc").write_text(text, encoding="utf-8")
    return [diagnostic for diagnostic in load("program.inc").sink.sorted() if diagnostic.severity == "error"]


def put(text: str, diagnostic: Diagnostic, offer: str) -> str:
    """A program with what is offered in the place that a diagnostic points at."""
    return text[: diagnostic.span.start] + offer + text[diagnostic.span.end :]


@pytest.mark.parametrize(("good", "slip", "offer"), OFFERS, ids=[f"{slip} > {offer}" for _, slip, offer in OFFERS])
def test_what_is_offered_mends_it(good: str, slip: str, offer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert BASE.count(good) == 1
    text = BASE.replace(good, slip)
    (diagnostic,) = said(text, tmp_path, monkeypatch)
    assert offer in CODE.findall(diagnostic.help()), diagnostic.help()
    assert said(put(text, diagnostic, offer), tmp_path, monkeypatch) == []


UNSAYABLE = [
    ("10 days", "10 working days", "working days cannot be counted"),
    ("10 days", "10 business days", "working days cannot be counted"),
    ("half.end + 10 days", "10 working days after half.end", "working days cannot be counted"),
    ("2,000 USD per", "fund per", "no field, `let` or `param`"),
    ("2,000 USD per", "most_each per", "no field, `let` or `param`"),
    (IN_PERIOD, 'id contains "A"', "texts are compared whole"),
    (IN_PERIOD, 'id starts with "A"', "texts are compared whole"),
    ("sum of amount over Order where partner = this.partner and", "median of amount over Order where", "no medians"),
    ("10 days", "48 hours", "a day is the shortest time"),
    ("2024-02-01", "01/02/24", "four digits"),
    ("2024-02-01", "01.02.24", "four digits"),
]


@pytest.mark.parametrize(("good", "slip", "what"), UNSAYABLE, ids=[slip for _, slip, _ in UNSAYABLE])
def test_what_cannot_be_said(good: str, slip: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert BASE.count(good) == 1
    (diagnostic,) = said(BASE.replace(good, slip), tmp_path, monkeypatch)
    assert what in diagnostic.help()
    assert not re.search("(write|leave) `", diagnostic.help())


OFFERED = re.compile("(write|leave(?: the second)?) `([^`]+)`")
PLACEHOLDER = re.compile(r"\.\.\.|\b(VALUE|CONDITION|OTHER|DATE|NAME|RECORD|FIRST|LAST|SOURCE)\b")


def test_what_is_offered_for_a_slip_is_not_said_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the slip: with what is offered in place the same is not said again, and mostly nothing."""
    every = {"misspelt": 5, "left out": 23, "twice": 17, "a number": 29, "a text": 31}
    followed = mended = 0
    for number, line in [slip for kind, step in every.items() for slip in list(slips(kind))[4::step]]:
        text = "\n".join([*LINES[:number], line, *LINES[number + 1 :]]) + "\n"
        wrong = said(text, tmp_path, monkeypatch)
        offer = OFFERED.search(wrong[0].help()) if wrong else None
        if offer is None or PLACEHOLDER.search(offer[2]):
            continue
        followed += 1
        after = said(put(text, wrong[0], offer[2] if offer[1] == "write" else ""), tmp_path, monkeypatch)
        here = [diagnostic for diagnostic in after if diagnostic.span.line == wrong[0].span.line]
        assert wrong[0].message() not in [diagnostic.message() for diagnostic in here], line
        mended += not here
    assert followed > 20
    assert 4 * mended >= 3 * followed, (mended, followed)
