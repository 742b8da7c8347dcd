"""The values of number and date tokens, checked. Each function raises `Mistake` for what is no such value."""

from __future__ import annotations

import calendar
import datetime
import re
from decimal import Decimal

from lark import Token

from incdsl.source import Source
from incdsl.syntax.errors.literals import (
    FractionNotAllowed,
    ImpossibleDate,
    MalformedDate,
    MalformedNumber,
    RoundingUnit,
    ThousandsPoint,
    WholeThousandsPoint,
)
from incdsl.syntax.layout import begin, finish
from incdsl.syntax.mistake import Mistake
from incdsl.syntax.other_dates import looks_like_date, readings

_NUMBER = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_THOUSANDS_POINT = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_NO_DECIMALS = frozenset(("JPY", "KRW", "CLP", "ISK", "VND"))
_THREE_DECIMALS = frozenset(("BHD", "KWD", "OMR", "JOD", "TND"))


def read_number(source: Source, token: Token, currency: Token | None = None) -> Decimal:
    """The value of a NUMBER, or of a PERCENT in percent points; `currency` when it is an amount of money."""
    written = token.rstrip("%")
    span = source.span(begin(token), begin(token) + len(written))
    if not _NUMBER.fullmatch(written):
        if looks_like_date(written):
            raise Mistake(MalformedDate(span, written, readings(written)))
        raise Mistake(MalformedNumber(span, written, _number_meant(written)))
    if currency is not None and currency not in _THREE_DECIMALS and has_thousands_point(written):
        decimals = 0 if currency in _NO_DECIMALS else 2
        whole = source.span(begin(token), finish(currency))
        raise Mistake(ThousandsPoint(whole, written, str(currency), decimals))
    return Decimal(written.replace(",", ""))


def has_thousands_point(written: str) -> bool:
    """Whether a number is written as in `57.500`, where many countries would read fifty-seven thousand five hundred."""
    return _THOUSANDS_POINT.fullmatch(written) is not None


def read_whole_number(source: Source, token: Token, what: str) -> int:
    """A number without decimals; `what` says what it counts: `a number of days`."""
    value = read_number(source, token)
    if has_thousands_point(token):
        raise Mistake(WholeThousandsPoint(source.span(begin(token), finish(token)), str(token)))
    if value != value.to_integral_value():
        raise Mistake(FractionNotAllowed(source.span(begin(token), finish(token)), str(token), what))
    return int(value)


def read_places(source: Source, token: Token) -> int:
    """The decimals that a rounding unit keeps: 0 for 1, 1 for 0.1, 2 for 0.01."""
    value = read_number(source, token)
    places = len(token.partition(".")[2])
    if value != Decimal(1).scaleb(-places):
        raise Mistake(RoundingUnit(source.span(begin(token), finish(token)), str(token)))
    return places


def read_date(source: Source, token: Token) -> datetime.date:
    """The day that a DATE names."""
    span = source.span(begin(token), finish(token))
    match = _DATE.fullmatch(token)
    if match is None:
        raise Mistake(MalformedDate(span, str(token), readings(token)))
    year, month, day = map(int, match.groups())
    if year < 1:
        raise Mistake(ImpossibleDate(span, str(token), "years start at 0001", None))
    if not 1 <= month <= 12:
        raise Mistake(ImpossibleDate(span, str(token), f"there is no month {month}", None))
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        name = calendar.month_name[month]
        reason = f"{name} has {last} days" if month != 2 else f"{name} {year} has {last} days"
        nearest = datetime.date(year, month, last).isoformat() if day > last else None
        raise Mistake(ImpossibleDate(span, str(token), reason, nearest))
    return datetime.date(year, month, day)


def _number_meant(written: str) -> str | None:
    """The number that one with misplaced commas and points looks like: `57,50`, `57.500,00`, `57.500.000`."""
    swapped = written.translate(str.maketrans(",.", ".,"))
    if written.count(",") == 1 and _NUMBER.fullmatch(swapped):
        return swapped
    if "," not in written and _NUMBER.fullmatch(swapped):
        return swapped
    head, _, decimals = written.partition(".")
    if head.count(",") > 1 and "." not in decimals and len(head.rpartition(",")[2]) == 3 and head[0] != "0":
        grouped = f"{int(head.replace(',', '')):,}"
        return f"{grouped}.{decimals}" if decimals else grouped
    return None
