"""What emitted modules count with: exact decimals, dates, texts, and the errors where a value does not fit.

Emitted word for word, from the first comment on: only the standard library, and nothing of this project.
"""

from __future__ import annotations

import calendar
import datetime
import decimal
from collections.abc import Callable, Iterable
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    FloatOperation,
    Inexact,
    InvalidOperation,
    getcontext,
    setcontext,
)
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")
EXPRESSIONS: tuple[str, ...] = ()

# --- errors --------------------------------------------------------------------------------------------------


class Overflow(Exception):
    """A value that does not fit its type: more digits than the type has, or a date outside the years 1 to 9999.

    Names the row: its record, the values of its key, the rule worked out, and the expression that does not fit.
    """

    def __init__(self, relation: str, key: tuple[object, ...], column: str, expression: str, value: str, limit: str) -> None:
        row = ", ".join(_shown(part) for part in key)
        super().__init__(f"`{relation}` row {row}: `{column}`: {expression} is {value}, which does not fit {limit}")
        self.relation, self.key, self.column = relation, key, column
        self.expression, self.value, self.limit = expression, value, limit


class DoesNotFit(Exception):
    """A value that does not fit, before it is known of which row; `at` numbers its expression."""

    def __init__(self, value: object, limit: str, at: int) -> None:
        super().__init__(f"{value} does not fit {limit}")
        self.value, self.limit, self.at = str(value), limit, at

    def of(self, row: Any, column: str) -> Overflow:
        """The same, of a row and a column."""
        return Overflow(row._relation, row._key, column, EXPRESSIONS[self.at], self.value, self.limit)


class Missing(Exception):
    """A value that the program takes to be there is not: the program or the rows were tampered with."""


def _shown(value: object) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


# --- exact arithmetic ----------------------------------------------------------------------------------------

EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, DivisionByZero, decimal.Overflow, FloatOperation])
"""Everything is worked out in this context, whatever the caller's is: a digit that would be lost is an error."""

ROUNDS = Context(prec=200, rounding=ROUND_HALF_UP, traps=[InvalidOperation, FloatOperation])


def exactly(holds: Callable[[R], bool], row: R) -> bool:
    """Whether a condition holds of a row; one whose numbers do not fit does not."""
    before = getcontext()
    setcontext(EXACT)
    try:
        return holds(row)
    except DoesNotFit:
        return False
    finally:
        setcontext(before)


def known(value: T | None) -> T:
    """The value, which is there: a condition before has seen to it."""
    if value is None:
        raise Missing("a value that was said to be known is missing")
    return value


def otherwise(value: T | None, instead: T) -> T:
    """The value, or another one where it is missing."""
    return instead if value is None else value


def otherwise_of(value: T | None, instead: Callable[[], T]) -> T:
    """The value, or what is worked out where it is missing."""
    return instead() if value is None else value


def of(row: R | None, column: Callable[[R], T]) -> T | None:
    """A column of a row, missing where there is no row."""
    return None if row is None else column(row)


def fit(value: Decimal, digits: int, scale: int, at: int) -> Decimal:
    """The value, when it has no more digits than that."""
    if value and value.adjusted() >= digits - scale:
        raise DoesNotFit(value, f"{digits} digits with {scale} decimals", at)
    return value


def fit_if_given(value: Decimal | None, digits: int, scale: int, at: int) -> Decimal | None:
    """As `fit`, of a value that may be missing."""
    return None if value is None else fit(value, digits, scale, at)


def times(left: Decimal, right: Decimal) -> Decimal:
    """The exact product; zero has no sign."""
    product = left * right
    return product if product else abs(product)


def widened(value: Decimal, scale: int) -> Decimal:
    """The same value with so many decimals."""
    return value.quantize(Decimal((0, (1,), -scale)))


def rounded(value: Decimal, scale: int, mode: str) -> Decimal:
    """The value rounded to so many decimals."""
    result = value.quantize(Decimal((0, (1,), -scale)), mode, ROUNDS)
    return result if result else abs(result)


def divided(left: Decimal, right: Decimal, scale: int, mode: str) -> Decimal | None:
    """The exact quotient rounded once, or None when the divisor is zero."""
    if not right:
        return None
    (above, below), (over, under) = left.as_integer_ratio(), right.as_integer_ratio()
    numerator, denominator = above * under * 10**scale, below * over
    negative = (numerator < 0) != (denominator < 0)
    whole, rest = divmod(abs(numerator), abs(denominator))
    twice = 2 * rest - abs(denominator)
    match mode:
        case "ROUND_UP":
            away = rest > 0
        case "ROUND_HALF_UP":
            away = twice >= 0
        case "ROUND_HALF_EVEN":
            away = twice > 0 or (twice == 0 and whole % 2 == 1)
        case _:
            away = False
    whole += away
    return Decimal((int(negative and whole > 0), tuple(map(int, str(whole))), -scale))


def days_between(last: datetime.date, first: datetime.date) -> Decimal:
    """How many days the one is after the other."""
    return Decimal((last - first).days)


def days_later(date: datetime.date, days: Decimal, at: int, sign: int = 1) -> datetime.date:
    """The date so many days later, or earlier where `sign` is -1."""
    count = sign * int(days)
    try:
        return date + datetime.timedelta(days=count)
    except OverflowError:
        raise DoesNotFit(f"{date} and {count} days", "the years 1 to 9999", at) from None


def months_later(date: datetime.date, months: Decimal, mode: str, at: int) -> datetime.date:
    """The same day so many months later; where that month lacks the day, its last, or the first of the next."""
    year, month = divmod(date.year * 12 + date.month - 1 + int(months), 12)
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        raise DoesNotFit(f"{date} and {int(months)} months", "the years 1 to 9999", at)
    length = calendar.monthrange(year, month + 1)[1]
    if date.day <= length:
        return datetime.date(year, month + 1, date.day)
    last = datetime.date(year, month + 1, length)
    return last if mode == "last_day" else last + datetime.timedelta(days=1)


def plain(value: Decimal) -> str:
    """A number as text, with all its decimals."""
    return f"{value:f}"


def percent(value: Decimal, places: int) -> str:
    """A fraction as a percentage of so many decimals."""
    return f"{value.scaleb(2).quantize(Decimal((0, (1,), -places))):f}%"


def yes_or_no(value: bool) -> str:
    """A boolean as text."""
    return "yes" if value else "no"


def joined(separator: str, *texts: str | None) -> str | None:
    """The texts that are given, or None when none is."""
    given = [text for text in texts if text is not None]
    return separator.join(given) if given else None


# --- aggregates ----------------------------------------------------------------------------------------------


def total(values: Iterable[Decimal], scale: int, at: int) -> Decimal:
    """The sum; zero of nothing."""
    result = Decimal((0, (0,), -scale))
    for value in values:
        result += value
    return fit(result, 38, scale, at)


def count(rows: Iterable[object]) -> Decimal:
    """How many there are."""
    return Decimal(sum(1 for _ in rows))


def distinct(values: Iterable[object]) -> Decimal:
    """How many different ones there are."""
    return Decimal(len(set(values)))


def least(values: Iterable[T]) -> T | None:
    """The smallest, missing of nothing."""
    found: Any = None
    for value in values:
        other: Any = value
        found = other if found is None or other < found else found
    result: T | None = found
    return result


def greatest(values: Iterable[T]) -> T | None:
    """The largest, missing of nothing."""
    found: Any = None
    for value in values:
        other: Any = value
        found = other if found is None or other > found else found
    result: T | None = found
    return result
