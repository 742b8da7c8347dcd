"""Words behind a number that say what it counts, where the language knows money and days only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lark import Token

_NUMBER = re.compile(r"\d{1,3}(,\d{3})*(\.\d+)?|\d+(\.\d+)?")
_CURRENCIES = frozenset(("usd", "eur", "gbp", "jpy", "chf", "cad", "aud", "nzd", "sek", "nok", "dkk", "pln", "czk", "huf", "ron",
                         "bgn", "inr", "cny", "hkd", "sgd", "krw", "brl", "mxn", "zar", "try", "ils", "aed", "sar", "clp", "isk",
                         "vnd", "bhd", "kwd", "omr", "jod", "tnd", "thb", "idr", "myr", "php", "ars", "cop", "egp"))  # fmt: skip
"""Those that people write in small letters too; any three capitals are a currency."""
_CURRENCY_WORDS = frozenset(
    ("dollar", "dollars", "euro", "euros", "pound", "pounds", "yen", "franc", "francs", "rupee", "rupees")
)
_TIMES = {
    **dict.fromkeys(("k", "tsd", "thousand", "thousands"), 10**3),
    **dict.fromkeys(("m", "mm", "mn", "mio", "mln", "million", "millions"), 10**6),
    **dict.fromkeys(("b", "bn", "bln", "billion", "billions"), 10**9),
    "hundred": 100,
    "dozen": 12,
}
_CALLED = {10**6: "millions", 10**9: "billions"}
_DAYS = {"week": 7, "weeks": 7, "fortnight": 14, "fortnights": 14}
_MONTHS = {"quarter": 3, "quarters": 3}
_WORKDAYS = frozenset(("workday", "workdays", "weekday", "weekdays"))
_WORKING = frozenset(("working", "business", "banking", "bank", "work", "week", "trading"))
_HOURS = frozenset(("hour", "hours", "minute", "minutes", "second", "seconds", "hrs", "h"))

NO_WORKING_DAYS = (
    "days are counted by the calendar, and working days cannot be counted: "
    "put the day that is meant into the feed, in a field of type `date`"
)


@dataclass(frozen=True)
class Turn:
    """What to do about a turn of phrase, and the tokens from `start` to before `end` that it is about."""

    help: str
    start: int
    end: int


def counted(tokens: Sequence[Token], at: int) -> Turn:
    """What to write where the number at an index is followed by a word."""
    number, word = tokens[at], str(tokens[at + 1]).casefold()
    after = str(tokens[at + 2]) if at + 2 < len(tokens) else ""
    both = at, at + 2
    if word in ("calendar", "natural") and after in ("day", "days"):
        return Turn(f"write `{number} {after}`: days are counted by the calendar", at, at + 3)
    if (word in _WORKING and after.casefold() in ("day", "days")) or word in _WORKDAYS:
        return Turn(NO_WORKING_DAYS, at + 1, at + 2)
    if word in _HOURS:
        return Turn("dates have no time of day: a day is the shortest time that can be counted", at + 1, at + 2)
    value = Decimal(number.replace(",", "")) if _NUMBER.fullmatch(number) else None
    if value is not None:
        if word in _DAYS:
            return Turn(f"weeks are counted in days: write `{_shown(value * _DAYS[word])} days`", *both)
        if word in _MONTHS:
            months = _shown(value * _MONTHS[word])
            return Turn(f"a quarter is three months: write `{months} months or last day` behind a date and `+` or `-`", *both)
        if word in ("bp", "bps"):
            return Turn(f"write a percentage: `{_shown(value / 100)}%`", *both)
        if word in _TIMES:
            return _large(value * _TIMES[word], tokens, at)
        if word in _CURRENCIES:
            return Turn(f"write a currency in capitals: `{_grouped(value)} {word.upper()}`", *both)
    if word in _CURRENCY_WORDS:
        return Turn("write a currency as its three letters, in capitals behind the number, as in `1,000 USD`", at + 1, at + 2)
    return Turn(f"leave `{tokens[at + 1]}` out: only money and days say what a number counts", at + 1, at + 2)


def _large(value: Decimal, tokens: Sequence[Token], at: int) -> Turn:
    """What to write for thousands and millions."""
    unit = str(tokens[at + 2]) if at + 2 < len(tokens) else ""
    is_currency = bool(re.fullmatch("[A-Z]{3}", unit)) or unit.casefold() in _CURRENCIES
    written = f"{_grouped(value)} {unit.upper()}" if is_currency else _grouped(value)
    word = str(tokens[at + 1])
    called = next((name for size, name in _CALLED.items() if _TIMES[word.casefold()] == size), "")
    meant = f" if `{word}` stands for {called}" if called and len(word) < 4 else ""
    return Turn(f"write the number with all its digits: `{written}`{meant}", at, at + 3 if is_currency else at + 2)


def _shown(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _grouped(value: Decimal) -> str:
    """A number with its thousands apart and the decimals that say something."""
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,f}"


def text_of(tokens: Sequence[Token]) -> str:
    """What some tokens of a line say, with one space where there is white space between them."""
    text = ""
    for before, token in zip((None, *tokens), tokens, strict=False):
        apart = before is not None and before.end_pos != token.start_pos
        text += f" {token}" if apart else str(token)
    return text
