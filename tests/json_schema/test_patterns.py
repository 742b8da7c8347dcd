"""The regular expressions for decimals and dates, against the decimals and dates themselves."""

from __future__ import annotations

import calendar
import datetime
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incdsl.backends.json_schema import date_pattern, decimal_pattern

BOUNDS = ("0", "1", "7", "9.99", "0.01", "0.25", "10.05", "57500", "999.99", "57499.99", "0.009", "100", "90071992547409930.01")


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("bound", BOUNDS)
def test_a_range_begins_and_ends_exactly_at_its_bound(sign: str, bound: str) -> None:
    edge = Decimal(sign + bound)
    for step in ("0.0001", "0.01", "1", "10", "1000"):
        over, under = f"{edge + Decimal(step):f}", f"{edge - Decimal(step):f}"
        assert re.search(decimal_pattern.at_least(edge), over)
        assert not re.search(decimal_pattern.at_least(edge), under)
        assert re.search(decimal_pattern.at_most(edge), under)
        assert not re.search(decimal_pattern.at_most(edge), over)
    for same in (f"{edge:f}", f"{edge:.6f}", f"{edge:f}".replace(bound, f"00{bound}")):
        assert re.search(decimal_pattern.at_least(edge), same)
        assert re.search(decimal_pattern.at_most(edge), same)
        assert re.search(decimal_pattern.equal_to([edge]), same)


def texts_of_decimals() -> st.SearchStrategy[str]:
    return st.from_regex(r"-?0{0,2}[0-9]{1,5}(\.[0-9]{1,4})?", fullmatch=True, alphabet="-.0123456789")


@given(texts_of_decimals(), texts_of_decimals())
def test_ranges_compare_as_decimals_do(text: str, bound: str) -> None:
    edge = Decimal(bound)
    assert bool(re.search(decimal_pattern.at_least(edge), text)) == (Decimal(text) >= edge)
    assert bool(re.search(decimal_pattern.at_most(edge), text)) == (Decimal(text) <= edge)
    assert bool(re.search(decimal_pattern.equal_to([edge, Decimal(7)]), text)) == (Decimal(text) in (edge, Decimal(7)))


@given(texts_of_decimals(), st.integers(-30, 30))
def test_ranges_compare_as_decimals_do_near_the_bound(text: str, steps: int) -> None:
    value = Decimal(text)
    edge = value + steps * Decimal("0.01")
    assert bool(re.search(decimal_pattern.at_least(edge), text)) == (value >= edge)
    assert bool(re.search(decimal_pattern.at_most(edge), text)) == (value <= edge)


def test_a_range_of_percents_ends_in_a_percent_sign() -> None:
    assert re.search(decimal_pattern.at_most(Decimal(20), "%"), "20%")
    assert not re.search(decimal_pattern.at_most(Decimal(20), "%"), "20.0001%")
    assert not re.search(decimal_pattern.at_most(Decimal(20), "%"), "20")


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("0", True),
        ("-0", True),
        ("007.50", True),
        ("1234567890123456.78", True),
        ("12345678901234567", False),
        ("00000000000000001", False),
        ("1.234", False),
        ("1.", False),
        (".5", False),
        ("+1", False),
        ("--1", False),
        ("1e3", False),
        ("1,250.00", False),
        ("1 000", False),
        ("", False),
        ("-", False),
        ("NaN", False),
        ("\u0663", False),
        ("\uff11\uff12", False),
    ],
)
def test_the_notation_of_amounts_in_feeds(text: str, accepted: bool) -> None:
    assert bool(re.search(decimal_pattern.written(16, 2), text)) == accepted


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("0.00", True),
        ("57500.00", True),
        ("-0.01", True),
        ("57500", False),
        ("57500.0", False),
        ("007.50", False),
        ("1.234", False),
    ],
)
def test_the_notation_of_amounts_in_results(text: str, accepted: bool) -> None:
    assert bool(re.search(decimal_pattern.printed(16, 2), text)) == accepted


def test_every_day_of_the_calendar_is_a_date_and_no_other() -> None:
    accepted = {text for text in _everything_like_a_date() if re.search(date_pattern.REAL, text)}
    # The calendar repeats after 400 years; the years at both ends and two centuries that differ stand for all.
    assert accepted == {
        f"{year:04}-{month:02}-{day:02}"
        for year in _YEARS
        if year > 0
        for month in range(1, 13)
        for day in range(1, calendar.monthrange(year, month)[1] + 1)
    }


_YEARS = (0, 1, 4, 9, 10, 99, 100, 400, 999, 1000, 1582, 1700, 1896, 1900, 1904, 1999, 2000, 2015, 2016, 9996, 9999)  # fmt: skip


def _everything_like_a_date() -> list[str]:
    return [f"{year:04}-{month:02}-{day:02}" for year in _YEARS for month in range(14) for day in range(34)]


def test_leap_days_of_ten_thousand_years() -> None:
    accepted = [year for year in range(10_000) if re.search(date_pattern.REAL, f"{year:04}-02-29")]
    assert accepted == [year for year in range(1, 10_000) if calendar.isleap(year)]


@pytest.mark.parametrize(
    "text",
    ["2015-7-25", "2015-07-25T00:00:00", "15-07-25", "25-07-2015", "2015/07/25", "20150725", "2015-W30-6", "\uff12015-07-25"],
)
def test_other_notations_of_dates_are_not_dates(text: str) -> None:
    assert not re.search(date_pattern.REAL, text)


@given(st.dates(), st.dates(), st.integers(-3, 3))
def test_ranges_of_dates(date: datetime.date, other: datetime.date, days: int) -> None:
    near = datetime.date.fromordinal(min(max(date.toordinal() + days, 1), datetime.date.max.toordinal()))
    for edge in (other, near):
        assert bool(re.search(date_pattern.at_least(edge), date.isoformat())) == (date >= edge)
        assert bool(re.search(date_pattern.at_most(edge), date.isoformat())) == (date <= edge)
