"""The settings of a mapping that say how values are written, made a `Style`; which of them say something about a type.

Everything here takes the values that TOML has, which may be of any type, and raises `Unusable` for one that will not do.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from incdsl.core import types as ty
from incdsl.diagnostic import one_of
from incdsl.feeds.styles import MINUSES, NUMBERS, PERCENTS, TIMES, Style, date_fault, numbers_like

_Choice = TypeVar("_Choice", bound=str)

_ANY = ("blank", "trim")
_OF_NUMBERS = ("numbers", "negatives", "symbols")
_OF_DATES = ("dates", "months", "century", "times")
_OF_BOOLEANS = ("yes", "no")
STYLE = ("numbers", "negatives", "symbols", "percents", "dates", "months", "century", "times", "yes", "no", "blank", "trim")
"""The names of the settings that say how values are written."""


class Unusable(Exception):
    """A setting that cannot be used: its name, why, and what would do instead."""

    def __init__(self, name: str, why: str, instead: str) -> None:
        super().__init__(why)
        self.name, self.why, self.instead = name, why, instead


def of_type(type_: ty.Type) -> tuple[str, ...]:
    """The names of the settings that say something about fields of a type."""
    match ty.known(type_):
        case ty.Row(_, key):
            return of_type(key)
        case ty.Percent():
            return (*_OF_NUMBERS, "percents", *_ANY)
        case ty.Money() | ty.Number() | ty.Days():
            return (*_OF_NUMBERS, *_ANY)
        case ty.Date():
            return (*_OF_DATES, *_ANY)
        case ty.Boolean():
            return (*_OF_BOOLEANS, *_ANY)
        case _:
            return ("values", *_ANY)


def styled(base: Style, said: Mapping[str, object]) -> Style:
    """The style with the settings in `said`, by name, laid over it. Raises Unusable."""
    numbers, dates = base.numbers, base.dates
    for name in (name for name in STYLE if name in said):
        value = said[name]
        match name:
            case "numbers":
                marks = numbers_like(_text(name, value))
                if marks is None:
                    instead = f"write how 1234.56 is written there: one of {one_of(NUMBERS)}"
                    raise Unusable(name, f"is `{value}`, which does not say how numbers are written", instead)
                numbers = replace(numbers, point=marks[0], group=marks[1])
            case "negatives":
                numbers = replace(numbers, minus=_choice(name, value, MINUSES))
            case "symbols":
                numbers = replace(numbers, symbols=_symbols(value))
            case "percents":
                base = replace(base, percents=_choice(name, value, PERCENTS))
            case "dates":
                fault = date_fault(_text(name, value))
                if fault is not None:
                    raise Unusable(name, f"is `{value}`: {fault}", "write it as in `dd/mm/yyyy`, `m/d/yyyy` or `dd-mmm-yyyy`")
                dates = replace(dates, pattern=_text(name, value))
            case "months":
                dates = replace(dates, months=_months(value))
            case "century":
                dates = replace(dates, century=_century(value))
            case "times":
                dates = replace(dates, times=_choice(name, value, TIMES))
            case "yes":
                base = replace(base, yes=_words(name, value))
            case "no":
                base = replace(base, no=_words(name, value))
            case "blank":
                base = replace(base, blanks=_words(name, value))
            case "trim":
                base = replace(base, trim=_flag(name, value))
            case _:
                raise AssertionError(name)
    both = set(base.yes) & set(base.no)
    if both:
        raise Unusable("yes", f"and `no` both have `{min(both)}`", "give each word one meaning")
    if "yy" in dates.parts and dates.century is None:
        raise Unusable("dates", f"is `{dates.pattern}`, whose years have two digits", "say their century: `century = 2000`")
    return replace(base, numbers=numbers, dates=dates)


def constant(name: str, value: object) -> str:
    """A value as text in canonical notation. Raises Unusable for what TOML cannot say exactly."""
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case datetime.datetime() | datetime.time():
            raise Unusable(name, "has a time of day", "write the date alone, as in `2015-07-25`")
        case datetime.date() | int() | Decimal():
            return str(value)
        case _:
            raise Unusable(name, f"is {_kind(value)}", f'write one value, as in `{name} = "NL"`')


def pairs(name: str, value: object) -> tuple[tuple[str, str], ...]:
    """The texts that stand for others, of a table of texts. Raises Unusable."""
    if (
        not isinstance(value, dict)
        or not value
        or any(not isinstance(meant, str) or not meant.strip() for meant in value.values())
    ):
        instead = f'write `{name} = {{ "Managed Svcs" = "Managed Services" }}`; for words that mean a blank, use `blank`'
        raise Unusable(name, "is no table of texts that stand for others", instead)
    return tuple((found.strip(" "), meant.strip(" ")) for found, meant in value.items())


def text(name: str, value: object) -> str:
    """A text that is not empty. Raises Unusable."""
    found = _text(name, value)
    if not found.strip():
        raise Unusable(name, "is empty", "leave it out, or say something")
    return found


def character(name: str, value: object) -> str:
    """One character. Raises Unusable."""
    if not isinstance(value, str) or len(value) != 1:
        raise Unusable(name, "is not one character", f'write it as in `{name} = ";"`; a tab is `"\\t"`')
    return value


def number(name: str, value: object) -> int:
    """A whole number of 1 or more. Raises Unusable."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise Unusable(name, f"is {_kind(value)}" if not isinstance(value, int) else f"is {value}", "write 1 or more")
    return value


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise Unusable(name, f"is {_kind(value)}, where a text is expected", f'write it in quotes, as in `{name} = "…"`')
    return value


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise Unusable(name, f"is {_kind(value)}", f"write `{name} = true` or `{name} = false`")
    return value


def _words(name: str, value: object) -> tuple[str, ...]:
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not found or any(not isinstance(word, str) or not word.strip() for word in found):
        raise Unusable(name, "is no word and no list of words", f'write `{name} = ["…", "…"]`; an empty cell is a blank anyway')
    return tuple(dict.fromkeys(word.strip(" ") for word in found))


def _symbols(value: object) -> tuple[str, ...]:
    found = _words("symbols", value)
    for symbol in found:
        if re.search(r"[0-9()%\s-]", symbol) or not re.search(r"[^.,']", symbol):
            raise Unusable(
                "symbols", f"has `{symbol}`, which may be part of a number", 'write what stands beside amounts, as in `"$"`'
            )
    return tuple(sorted(found, key=len, reverse=True))


def _months(value: object) -> tuple[str, ...]:
    found = _words("months", value)
    if len({word.casefold() for word in found}) != 12 or any(not re.fullmatch(r"[^\W\d_]+\.?", word) for word in found):
        instead = 'write twelve, as in `months = ["jan", "feb", "mrt", …]`'
        raise Unusable("months", "are not twelve different words of letters", instead)
    return found


def _century(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value % 100 or not 100 <= value <= 9900:
        raise Unusable("century", "is not a year that begins one", "write `century = 2000` when 15 is 2015")
    return value


def _choice(name: str, value: object, known: tuple[_Choice, ...]) -> _Choice:
    for one in known:
        if value == one:
            return one
    raise Unusable(name, f"is `{value}`", f"write one of {one_of(known)}")


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | Decimal():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date or time"
