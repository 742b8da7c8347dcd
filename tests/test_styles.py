"""Styles: what is written in one reads back as the same value, and what is not written in it is refused.

The reader here is an independent, slow one: characters and plain arithmetic, no pattern and no SQL.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds.notation import notation
from incdsl.feeds.styles import CANONICAL, MINUSES, NUMBERS, PERCENTS, Dates, Numbers, Style, date_fault, numbers_like

USD = ty.money("USD")
DIGITS = "0123456789"
WIDE = {" ": " \u00a0\u202f"}


# --- the slow reader ----------------------------------------------------------------------------------------


def read_number(text: str, numbers: Numbers, whole: int, scale: int, sign: str = "") -> Decimal | None:
    """The number that a text without spaces around it says, or None. `sign` is "", "%" or " %"."""
    negative = False
    candidates = [text]
    if numbers.minus == "(1)":
        inner = text[1:-1] if text.startswith("(") and text.endswith(")") else None
        candidates = [text] if inner is None else [inner]
        negative = inner is not None
    elif numbers.minus == "1-":
        negative = text.endswith("-")
        candidates = [text.removesuffix("-")]
    else:
        negative = text.startswith("-")
        candidates = [text.removeprefix("-")]
    for candidate in candidates:
        body = candidate
        if sign:
            if not body.endswith("%"):
                return None
            body = body.removesuffix("%")
            if sign == " %":
                body = body.removesuffix(" ")
        value = read_digits(body, numbers, whole, scale)
        if value is not None:
            return -value if negative and value else value
    return None


def read_digits(body: str, numbers: Numbers, whole: int, scale: int) -> Decimal | None:
    before, mark, after = body.partition(numbers.point)
    if mark and (not after or any(one not in DIGITS for one in after) or len(after) > scale):
        return None
    marks = WIDE.get(numbers.group, numbers.group)
    groups: list[str] = [""]
    for character in before:
        if character in DIGITS:
            groups[-1] += character
        elif marks and character in marks:
            groups.append("")
        else:
            return None
    if not groups[0]:
        return None
    if len(groups) > 1 and (groups[0].startswith("0") or len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])):
        return None
    digits = "".join(groups)
    if len(digits if len(groups) == 1 else digits.lstrip("0")) > whole:
        return None
    return Decimal(f"{digits}.{after or '0'}").quantize(Decimal(1).scaleb(-scale))


def read_percent(text: str, style: Style) -> Decimal | None:
    if style.percents == "0.2":
        return read_number(text, style.numbers, 3, 6)
    sign = {"20%": "%", "20 %": " %", "20": ""}[style.percents]
    value = read_number(text, style.numbers, 5, 4, sign)
    return None if value is None else value.scaleb(-2).quantize(Decimal("0.000001"))


def read_date(text: str, dates: Dates) -> datetime.date | None:
    found: dict[str, int] = {}
    rest = text
    for part in dates.parts:
        if part == "mmm":
            words = [word for word in dates.months if rest.lower().startswith(word.lower())]
            if not words:
                return None
            rest = rest[len(words[0]) :]
            found["m"] = dates.months.index(words[0]) + 1
        elif part[0] in "ymd":
            width = len(part)
            if part in ("d", "m") and len(rest) > 1 and rest[1] in DIGITS:
                width = 2
            taken, rest = rest[:width], rest[width:]
            if len(taken) != width or any(one not in DIGITS for one in taken):
                return None
            found[part[0]] = int(taken) + (dates.century or 0 if part == "yy" else 0)
        else:
            if not rest.startswith(part):
                return None
            rest = rest[len(part) :]
    if rest:
        return None
    try:
        return datetime.date(found["y"], found["m"], found["d"])
    except ValueError:
        return None


def read_slowly(type_: ty.Known, text: str, style: Style) -> ir.Value:
    match type_:
        case ty.Date():
            return read_date(text, style.dates)
        case ty.Percent():
            return read_percent(text, style)
        case ty.Boolean():
            return True if text in style.yes else False if text in style.no else None
        case ty.Money(_, digits, scale) | ty.Number(digits, scale):
            return read_number(text, style.numbers, digits - scale, scale)
        case _:
            raise AssertionError(type_)


# --- writing ------------------------------------------------------------------------------------------------


def write(type_: ty.Known, value: ir.Value, style: Style) -> str:
    match value:
        case bool():
            return style.yes[-1] if value else style.no[-1]
        case datetime.date():
            written = {
                "yyyy": f"{value.year:04}", "yy": f"{value.year % 100:02}", "mmm": style.dates.months[value.month - 1],
                "mm": f"{value.month:02}", "m": str(value.month), "dd": f"{value.day:02}", "d": str(value.day),
            }  # fmt: skip
            return "".join(written.get(part, part) for part in style.dates.parts)
        case Decimal():
            sign = ""
            if isinstance(type_, ty.Percent):
                sign = style.percents.removeprefix("20") if style.percents != "0.2" else ""
                value = value if style.percents == "0.2" else value.scaleb(2)
            whole, _, decimals = f"{abs(value):f}".partition(".")
            if style.numbers.group:
                first = len(whole) % 3
                groups = [whole[:first], *(whole[at : at + 3] for at in range(first, len(whole), 3))]
                whole = style.numbers.group.join(group for group in groups if group)
            body = whole + (style.numbers.point + decimals if decimals else "") + sign
            if value < 0:
                body = {"-1": f"-{body}", "1-": f"{body}-", "(1)": f"({body})"}[style.numbers.minus]
            return body
        case _:
            raise AssertionError(value)


STYLES = [
    *(Style(numbers=Numbers(*marks, minus=minus)) for n in NUMBERS if (marks := numbers_like(n)) for minus in MINUSES),
]
PERCENT_STYLES = [
    Style(numbers=Numbers(*marks), percents=percents)
    for example in ("1234.56", "1.234,56", "1 234,56")
    if (marks := numbers_like(example))
    for percents in PERCENTS
]
DATE_STYLES = [
    Style(dates=Dates(pattern, century=2000 if "yyyy" not in pattern else None))
    for pattern in (
        "yyyy-mm-dd",
        "dd/mm/yyyy",
        "mm/dd/yyyy",
        "d.m.yyyy",
        "yyyymmdd",
        "dd-mmm-yyyy",
        "d mmm yy",
        "dd/mm/yy",
        "m/d/yyyy",
    )
]
CASES: list[tuple[ty.Known, Style]] = [
    *((USD, style) for style in STYLES),
    *((ty.WHOLE_NUMBER, style) for style in STYLES[1::5]),
    *((ty.PERCENT, style) for style in PERCENT_STYLES),
    *((ty.DATE, style) for style in DATE_STYLES),
    (ty.BOOLEAN, Style(yes=("Y", "Oui"), no=("N", "{no}"))),
]


def values(type_: ty.Known, style: Style, chance: random.Random) -> Iterator[ir.Value]:
    for _ in range(60):
        match type_:
            case ty.Boolean():
                yield chance.random() < 0.5
            case ty.Date():
                first = 730120 if style.dates.century else 1  # 2000-01-01
                last = 766644 if style.dates.century else datetime.date.max.toordinal()  # 2099-12-31
                yield datetime.date.fromordinal(chance.randint(first, last))
            case ty.Percent():
                yield Decimal(chance.randint(-(10 ** chance.randint(1, 9)) + 1, 10 ** chance.randint(1, 9) - 1)).scaleb(-6)
            case ty.Money(_, digits, scale) | ty.Number(digits, scale):
                size = 10 ** chance.randint(1, digits)
                yield Decimal(chance.randint(-size + 1, size - 1)).scaleb(-scale)


def read_quickly(type_: ty.Known, texts: list[str], style: Style) -> list[tuple[ir.Value, bool, str | None]]:
    """For each text: the value, whether it is refused, and the first finding that applies."""
    read = notation(type_, "raw", style)
    assert read.wrong is not None
    message = " ".join(f"WHEN {finding.condition} THEN {finding.message}" for finding in read.findings)
    with duckdb.connect() as connection:
        return connection.execute(
            f"SELECT value, {read.wrong('value')}, CASE {message} END FROM (SELECT place, raw, {read.value} AS value FROM "
            "(SELECT unnest(range(len($texts))) AS place, unnest($texts::VARCHAR[]) AS raw)) ORDER BY place",
            {"texts": texts},
        ).fetchall()


@pytest.mark.parametrize(("type_", "style"), CASES, ids=lambda case: str(case) if isinstance(case, ty.Known) else "")
def test_read_to_one_value_or_refused(type_: ty.Known, style: Style) -> None:
    chance = random.Random(20150725)
    wanted = list(values(type_, style, chance))
    written = [write(type_, value, style) for value in wanted]
    for (value, wrong, _), text, want in zip(read_quickly(type_, written, style), written, wanted, strict=True):
        assert (repr(value), wrong) == (repr(want + 0 if isinstance(want, Decimal) else want), False), text
    spoiled = list(written)
    other = [write(type_, value, each) for value in wanted[:20] for kind, each in CASES if kind == type_]
    for text in written * 15:
        characters = list(text)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(characters) + 1)
            characters[at : at + chance.randrange(2)] = chance.choice(["", *"0123456789-.,/()% '\u00a0aJ²٣#\n"])
        spoiled.append("".join(characters))
    spoiled += other
    read = 0
    for (value, wrong, message), text in zip(read_quickly(type_, spoiled, style), spoiled, strict=True):
        expected = read_slowly(type_, text.strip(" "), style)
        if not text.strip(" "):
            assert (value, wrong) == (None, False)
        elif expected is None:
            assert wrong, (text, value)
            assert message, text
        else:
            assert (repr(value), wrong) == (repr(expected), False), text
            read += 1
    assert read > len(written)


DOLLARS = Style(numbers=Numbers(".", ",", "-1", ("US$", "$")))
BOOKED = Style(numbers=Numbers(",", ".", "(1)", ("€", "EUR")))
DUTCH = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
DAY = datetime.date(2015, 7, 25)
ONE_BY_ONE: list[tuple[ty.Known, Style, str, ir.Value]] = [
    (USD, DOLLARS, "$1,250.50", Decimal("1250.50")),
    (USD, DOLLARS, "US$ 3", Decimal("3.00")),
    (USD, DOLLARS, "-$3", Decimal("-3.00")),
    (USD, DOLLARS, "$-3", Decimal("-3.00")),
    (USD, DOLLARS, "3\u00a0$", Decimal("3.00")),
    (USD, DOLLARS, "$3$", None),
    (USD, DOLLARS, "-$-3", None),
    (USD, DOLLARS, "€3", None),
    (USD, DOLLARS, "$", None),
    (USD, BOOKED, "(1.250,50 €)", Decimal("-1250.50")),
    (USD, BOOKED, "EUR (3)", Decimal("-3.00")),
    (USD, BOOKED, "(3", None),
    (USD, BOOKED, "-3", None),
    (USD, BOOKED, "()", None),
    (ty.DATE, Style(dates=Dates("dd/mm/yyyy", times="any")), "25/07/2015 3:04:05 PM", DAY),
    (ty.DATE, Style(dates=Dates("yyyy-mm-dd", times="any")), "2015-07-25T23:59:59.123", DAY),
    (ty.DATE, Style(dates=Dates("yyyy-mm-dd", times="any")), "2015-07-25T23:59:59+02:00", None),
    (ty.DATE, Style(dates=Dates("dd/mm/yyyy", times="midnight")), "25/07/2015 00:00", DAY),
    (ty.DATE, Style(dates=Dates("dd/mm/yyyy", times="midnight")), "25/07/2015 12:00 AM", DAY),
    (ty.DATE, Style(dates=Dates("dd/mm/yyyy", times="midnight")), "25/07/2015", DAY),
    (ty.DATE, Style(dates=Dates("dd/mm/yyyy", times="midnight")), "25/07/2015 00:01", None),
    (ty.DATE, Style(dates=Dates("d mmm yyyy", months=DUTCH)), "25 JUL 2015", DAY),
    (ty.DATE, Style(dates=Dates("d mmm yyyy", months=DUTCH)), "25 okt 2015", datetime.date(2015, 10, 25)),
    (ty.DATE, Style(dates=Dates("d mmm yyyy", months=DUTCH)), "25 may 2015", None),
    (ty.DATE, Style(dates=Dates("dd/mm/yy", century=1900)), "25/07/15", datetime.date(1915, 7, 25)),
    (ty.DATE, Style(dates=Dates("dd/mm/yyyy")), "01/01/0999", datetime.date(999, 1, 1)),
    (ty.DATE, Style(dates=Dates("dd/mm/yyyy")), "01/01/0000", None),
    (ty.DATE, Style(dates=Dates("dd/mm/yyyy")), "01/01/10000", None),
    (USD, Style(trim=True), "\u00a0 3 \t", Decimal("3.00")),
    (USD, Style(), "\u00a03", None),
]


@pytest.mark.parametrize(("type_", "style", "text", "value"), ONE_BY_ONE)
def test_one_by_one(type_: ty.Known, style: Style, text: str, value: ir.Value) -> None:
    ((found, wrong, message),) = read_quickly(type_, [text], style)
    assert wrong == (value is None)
    assert message if wrong else repr(found) == repr(value)


def test_dates_can_be_read_in_one_way_only() -> None:
    good = ("dd/mm/yyyy", "yyyymmdd", "d mmm yy", "dmmmyyyy")
    assert [date_fault(pattern) for pattern in good] == [None] * len(good)
    assert date_fault("dmyyyy") == "where `d` or `m` takes one digit or two, a mark has to say where it ends"
    assert date_fault("dd/mm") == "a date has one year, one month and one day"
    assert date_fault("dd/mm/yyyy hh:mm") is not None
    assert CANONICAL.dates.example == "2015-07-25"
