"""The notation of values in text feeds: what is read, as what, and what is said of the rest."""

from __future__ import annotations

import csv
import datetime
import random
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from tests.small_feeds import LEVEL, USD, C, load_one, single

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import load_feeds

READ: list[tuple[ty.Type, str, ir.Value]] = [
    (ty.TEXT, " Two  words ", "Two  words"),
    (ty.TEXT, 'quo"te,\nline', 'quo"te,\nline'),
    (ty.Optional(ty.TEXT), "   ", None),
    (ty.TEXT, " P1\u00a0 ", "P1\u00a0"),
    (ty.BOOLEAN, "yes", True),
    (ty.BOOLEAN, " no ", False),
    (ty.DATE, "2016-02-29", datetime.date(2016, 2, 29)),
    (ty.DATE, " 2015-07-25", datetime.date(2015, 7, 25)),
    (ty.DATE, "0001-01-01", datetime.date(1, 1, 1)),
    (ty.DATE, "9999-12-31", datetime.date(9999, 12, 31)),
    (ty.Optional(ty.DATE), "", None),
    (USD, "5", Decimal("5.00")),
    (USD, "-0.5", Decimal("-0.50")),
    (USD, "007.10", Decimal("7.10")),
    (USD, "9999999999999999.99", Decimal("9999999999999999.99")),
    (ty.money("JPY"), "1250", Decimal("1250")),
    (ty.PERCENT, "12.5%", Decimal("0.125000")),
    (ty.PERCENT, "-0.0001%", Decimal("-0.000001")),
    (ty.PERCENT, "99999.9999%", Decimal("999.999999")),
    (ty.WHOLE_NUMBER, "90", Decimal("90")),
    (ty.NUMBER, "12.123456", Decimal("12.123456")),
    (ty.DAYS, "-3", Decimal("-3")),
    (LEVEL, " Gold", "Gold"),
    (ty.COUNTRY, "NL", "NL"),
]


@pytest.mark.parametrize(("type_", "text", "value"), READ)
def test_read(tmp_path: Path, type_: ty.Type, text: str, value: ir.Value) -> None:
    assert load_one(tmp_path, C("x", type_), text) == ([value], [])


WRONG: list[tuple[ty.Type, str, str, str]] = [
    (ty.TEXT, " ", "missing-value", "`x` is blank, and every row needs it"),
    (USD, "", "missing-value", "`x` is blank, and every row needs it"),
    (ty.BOOLEAN, "Yes", "not-yes-or-no", "`Yes` is not yes or no: write `yes`"),
    (ty.BOOLEAN, "false", "not-yes-or-no", "`false` is not yes or no: write `no`"),
    (ty.BOOLEAN, "maybe", "not-yes-or-no", "`maybe` is not yes or no"),
    (ty.DATE, "2015-02-29", "not-a-date", "`2015-02-29` is not a date: the calendar has no such day"),
    (ty.DATE, "0000-01-01", "not-a-date", "`0000-01-01` is not a date: the calendar has no such day"),
    (ty.DATE, "10000-01-01", "not-a-date", "`10000-01-01` is not a date: write it as in `2015-07-25`"),
    (ty.DATE, "2015-7-5", "not-a-date", "`2015-7-5` is not written as a date: write `2015-07-05`"),
    (ty.DATE, "2015/07/25", "not-a-date", "`2015/07/25` is not written as a date: write `2015-07-25`"),
    (ty.DATE, "2015-07-25 00:00", "not-a-date", "`2015-07-25 00:00` has a time of day: write `2015-07-25`"),
    (
        ty.DATE,
        "03/04/2015",
        "not-a-date",
        "`03/04/2015` is not written as a date: write the year, the month, the day, as in `2015-07-25`",
    ),
    (ty.DATE, "infinity", "not-a-date", "`infinity` is not a date: write it as in `2015-07-25`"),
    (ty.DATE, "2015-01-1 ", "not-a-date", "`2015-01-1` is not written as a date: write `2015-01-01`"),
    (ty.DATE, " 201-01-01", "not-a-date", "`201-01-01` is not a date: write it as in `2015-07-25`"),
    (USD, "1,250.00", "not-an-amount", "`1,250.00` is not an amount: write `1250.00`"),
    (USD, "57.500,00", "not-an-amount", "`57.500,00` is not an amount: write `57500.00`"),
    (USD, "1250,5", "not-an-amount", "`1250,5` is not an amount: write `1250.5`"),
    (USD, "1.250.000", "not-an-amount", "`1.250.000` is not an amount: write `1250000`"),
    (USD, "(12.50)", "not-an-amount", "`(12.50)` is not an amount: write `-12.50`"),
    (USD, "USD 12", "not-an-amount", "`USD 12` is not an amount: write the number alone, `12`"),
    (USD, "$12", "not-an-amount", "`$12` is not an amount: write the number alone, `12`"),
    (USD, "12 EUR", "not-an-amount", "`12 EUR` is not an amount in USD: write one, as in `1250.50`"),
    (USD, "€12", "not-an-amount", "`€12` is not an amount in USD: write one, as in `1250.50`"),
    (ty.money("EUR"), "€12", "not-an-amount", "`€12` is not an amount: write the number alone, `12`"),
    (ty.money("CAD"), "$12.50", "not-an-amount", "`$12.50` is not an amount: write the number alone, `12.50`"),
    (ty.money("CAD"), "USD 12", "not-an-amount", "`USD 12` is not an amount in CAD: write one, as in `1250.50`"),
    (USD, "1e3", "not-an-amount", "`1e3` is not an amount: write it as in `1250.50`"),
    (USD, "1_000", "not-an-amount", "`1_000` is not an amount: write it as in `1250.50`"),
    (USD, "+5", "not-an-amount", "`+5` is not an amount: write it as in `1250.50`"),
    (USD, ".5", "not-an-amount", "`.5` is not an amount: write it as in `1250.50`"),
    (USD, "5.", "not-an-amount", "`5.` is not an amount: write it as in `1250.50`"),
    (USD, "NaN", "not-an-amount", "`NaN` is not an amount: write it as in `1250.50`"),
    (
        USD,
        "1.005",
        "too-many-decimals",
        "`1.005` has too many decimals: the field takes at most 2; if the point separates thousands, write `1005`",
    ),
    (USD, "1.0000", "too-many-decimals", "`1.0000` has too many decimals: the field takes at most 2"),
    (USD, "12345678901234567", "too-many-digits", "`12345678901234567` has more than 16 digits before the point"),
    (ty.money("JPY"), "12.5", "too-many-decimals", "`12.5` has too many decimals: the field takes none"),
    (ty.PERCENT, "12.5", "not-a-percent", "`12.5` has no percent sign: write `12.5%` for twelve and a half percent"),
    (ty.PERCENT, "5,5%", "not-a-percent", "`5,5%` is not a percent: write `5.5%`"),
    (ty.PERCENT, "5 %", "not-a-percent", "`5 %` is not a percent: write `5%`"),
    (ty.PERCENT, "5.12345%", "too-many-decimals", "`5.12345%` has too many decimals: the field takes at most 4"),
    (ty.PERCENT, "123456%", "too-many-digits", "`123456%` has more than 5 digits before the point"),
    (ty.WHOLE_NUMBER, "1.0", "too-many-decimals", "`1.0` has too many decimals: the field takes none"),
    (ty.WHOLE_NUMBER, "ten", "not-a-whole-number", "`ten` is not a whole number: write it as in `90`"),
    (
        ty.Optional(ty.WHOLE_NUMBER),
        "90\u00a0",
        "not-a-whole-number",
        "`90\u00a0` is not a whole number: write it as in `90`",
    ),
    (ty.NUMBER, "ten", "not-a-number", "`ten` is not a number: write it as in `12.5`"),
    (ty.DAYS, "90 days", "not-a-number-of-days", "`90 days` is not a number of days: write it as in `90`"),
    (LEVEL, "gold", "not-one-of", "`gold` is written `Gold`"),
    (LEVEL, "Silver", "not-one-of", "`Silver` is not one of `Select`, `Premier` or `Gold`"),
    (ty.COUNTRY, "nl", "not-a-country", "`nl` is not a country code: write it in capitals, `NL`"),
    (ty.COUNTRY, "UK", "not-a-country", "`UK` is not a country code of ISO 3166: write `GB`"),
    (ty.COUNTRY, "ZZ", "not-a-country", "`ZZ` is not a country code of ISO 3166: write two capitals such as `NL`"),
]


@pytest.mark.parametrize(("type_", "text", "code", "message"), WRONG)
def test_wrong(tmp_path: Path, type_: ty.Type, text: str, code: str, message: str) -> None:
    rows, refused = load_one(tmp_path, C("x", type_), text)
    assert rows == []
    assert [(line, field, found, why) for line, field, _, found, why in refused] == [(2, "x", code, message)]


def _date(text: str) -> ir.Value:
    return datetime.date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None


def _decimal(pattern: str, scale: int, shift: int = 0) -> Callable[[str], ir.Value]:
    def read(text: str) -> ir.Value:
        if not re.fullmatch(pattern, text, re.ASCII):
            return None
        # Adding zero drops the sign of a negative zero.
        return Decimal(text.rstrip("%")).scaleb(-shift).quantize(Decimal(1).scaleb(-scale)) + 0

    return read


@pytest.mark.parametrize(
    ("type_", "samples", "read"),
    [
        (ty.DATE, ("2015-07-25", "2016-02-29", "0001-01-01", "9999-12-31", "infinity", "epoch"), _date),
        (USD, ("1250.00", "-0.5", "9999999999999999.99", "1e5", "0x1F", "inf", "-0"), _decimal(r"-?\d{1,16}(\.\d{1,2})?", 2)),
        (ty.WHOLE_NUMBER, ("90", "-12", "999999999999999999", "1_000", "٣"), _decimal(r"-?\d{1,18}", 0)),
        (ty.NUMBER, ("12.123456", "0.1", "1E2"), _decimal(r"-?\d{1,12}(\.\d{1,6})?", 6)),
        (ty.PERCENT, ("12.5%", "99999.9999%", "0%", "-1.0001%", "5"), _decimal(r"-?\d{1,5}(\.\d{1,4})?%", 6, 2)),
    ],
)
def test_only_the_notation_is_read(
    tmp_path: Path, type_: ty.Type, samples: tuple[str, ...], read: Callable[[str], ir.Value]
) -> None:
    """Thousands of slightly spoiled values: what is accepted, and as what, is what a plain pattern says."""
    chance = random.Random(20150725)
    texts = list(samples)
    for _ in range(4_000):
        characters = list(chance.choice(samples))
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(characters) + 1)
            characters[at : at + chance.randrange(2)] = chance.choice(["", *"0123456789-.,/+eE_% \tx(Z\u00a0²"])
        texts.append("".join(characters))
    with (tmp_path / "one.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["n", "x"], *([number, text] for number, text in enumerate(texts))])
    expected = {}
    for number, text in enumerate(texts):
        try:
            value = read(text.strip(" "))
        except ValueError:  # a day that is not in the calendar
            value = None
        if value is not None:
            expected[str(number)] = value
    with load_feeds(single(C("x", type_)), tmp_path) as feeds:
        found = {row[0]: row[1] for row in feeds.rows.all("One")}
        assert {number: repr(value) for number, value in found.items()} == {n: repr(value) for n, value in expected.items()}
        assert len(expected) > 100
        assert feeds.counts[0].refused == len(texts) - len(expected)


def test_bounds_are_inclusive(tmp_path: Path) -> None:
    bounds = ir.Bounds(Decimal("0.000000"), Decimal("1.000000"))
    assert load_one(tmp_path, C("x", ty.PERCENT, bounds=bounds), "100%") == ([Decimal("1.000000")], [])
    _, refused = load_one(tmp_path, C("x", ty.PERCENT, bounds=bounds), "100.0001%")
    assert refused == [(2, "x", "100.0001%", "out-of-range", "`100.0001%` is out of range: `x` is at most 100%")]
    _, refused = load_one(tmp_path, C("x", ty.PERCENT, bounds=bounds), "-0.0001%")
    assert refused == [(2, "x", "-0.0001%", "out-of-range", "`-0.0001%` is out of range: `x` is at least 0%")]
