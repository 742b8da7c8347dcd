"""Cells of a spreadsheet as the text that a person sees there, so far as it says something.

How many decimals are shown, the marks between thousands, colours and blanks say nothing: the cell's number counts. A
percent sign, a currency, a word, a sign do, and what the cell shows is then what it says, or it is refused.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from incdsl.core import types as ty
from incdsl.feeds.currencies import meant_by
from incdsl.feeds.readers import number_formats
from incdsl.feeds.readers.cells import Text, cell_text, number
from incdsl.feeds.readers.number_formats import Section
from incdsl.feeds.readers.written import Column, plain

_NUMBERS = (ty.Money, ty.Number, ty.Days, ty.Percent)
_MINUS = re.compile(r"[-\u2212()]")
_NOTHING = re.compile(r"[-+\u2212\u2013\u2014()%'\u2019\s]+")
"""What stands beside a number besides words."""

_SCALES = {
    1: {"k", "t", "th", "tsd", "thousand", "thousands"},
    2: {"m", "mm", "mn", "mio", "mln", "million", "millions"},
    3: {"b", "bn", "g", "md", "mrd", "billion", "billions"},
}
_DAYS = {"d", "day", "days"}
_PLAIN_FORMAT = "give it a plain number format"


def shown(value: object, column: Column, code: str, epoch: datetime.datetime) -> Text:
    """The text of a cell with the number format `code`; `epoch` is the day 0 of its workbook."""
    if not code or code == "General" or isinstance(value, bool):
        return cell_text(value, column)
    format = number_formats.parse(code)
    if isinstance(value, str):
        return _of_text(value, format.texts)
    if not isinstance(value, int | float):
        return cell_text(value, column)
    exact = Decimal(repr(value))  # the shortest decimal that names it
    if not exact.is_finite():
        return cell_text(value, column)
    first, *others = (_of_number(value, exact, column, section, epoch) for section in format.sections(exact))
    if all(other == first for other in others):
        return first
    return plain(exact), f"has the number format `{code}`, which does not say what it shows: {_PLAIN_FORMAT}"


def _of_text(value: str, section: Section | None) -> Text:
    if section is None:
        return value, None
    return "".join(value if piece.kind == "at" else piece.text for piece in section.pieces if piece.kind in ("at", "text")), None


def _of_number(value: int | float, exact: Decimal, column: Column, section: Section, epoch: datetime.datetime) -> Text:
    if section.has("date", "elapsed"):
        return _of_moment(value, column, section.has("elapsed"), epoch)
    text, fault = number(exact, column)
    if isinstance(column.type, _NUMBERS):
        text, unclear = _amount(exact, column, section)
        return text, fault or unclear
    return _name(exact, text, column, section), fault


def _of_moment(value: int | float, column: Column, elapsed: bool, epoch: datetime.datetime) -> Text:
    from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

    try:
        if value < 0 or (epoch == WINDOWS_EPOCH and 60 <= value < 61):
            raise ValueError("before the first day, or 29 February 1900")
        return cell_text(from_excel(value, epoch, timedelta=elapsed), column)
    except (OverflowError, ValueError):
        return plain(Decimal(repr(value))), "is shown as a date, and the calendar has no such day"


def _amount(value: Decimal, column: Column, section: Section) -> Text:
    """The text of a number in a column of numbers."""
    text, signs = section.text, section.percents
    if not section.has("digit", "general", "at"):
        if value or (_NOTHING.sub("", text) and not _fits(text, column, 0)):
            return _apart(value, section)
        return (column.percent(value) if isinstance(column.type, ty.Percent) else column.number(plain(value))), None
    percents = signs + text.count("%")
    if percents > 1 or _wrong_sign(value, section):
        return _apart(value, section)
    word, country = _says(column, section)
    if isinstance(column.type, ty.Money) and word and _other_currency(word, column.type, country):
        look, currency = section.show(value), column.type.currency
        return look, f"shows `{look}`, and the field is in {currency}: send {currency}, or mend the number format"
    if word:
        return _apart(value, section)
    if percents:
        return column.percent(value if signs else value.scaleb(-2)), None
    return column.number(plain(value)), None


def _apart(value: Decimal, section: Section) -> Text:
    look = section.show(value)
    return look, f"shows {f'`{look}`' if look else 'nothing'} and holds {plain(value)}: {_PLAIN_FORMAT}"


def _wrong_sign(value: Decimal, section: Section) -> bool:
    """Whether a number above zero looks like one below, or the other way round."""
    marked = _MINUS.search(section.text) is not None
    if value < 0:
        return marked != section.negative and not (section.negative and section.coloured)
    return marked and value != 0


@lru_cache(maxsize=1024)
def _says(column: Column, section: Section) -> tuple[str, str | None]:
    """The first word beside the number, with its country, that says something that the column does not say, or an empty one."""
    return next(
        (found for found in _words(section) if not _is_neutral(found[0], column, section.thousands, found[1])), ("", None)
    )


def _words(section: Section) -> Iterator[tuple[str, str | None]]:
    """What is written beside the number, word by word, with the country by whose customs it is."""
    text, country = "", None
    for piece in section.pieces:
        text += piece.text if piece.kind == "text" else "" if piece.kind == "percent" else "\0"
        country = country or piece.country
    for word in re.split(rf"\0|{_NOTHING.pattern}", text):
        if word:
            yield word, country


def _fits(text: str, column: Column, thousands: int) -> bool:
    return all(_is_neutral(word, column, thousands, None) for word in _NOTHING.split(text) if word)


def _is_neutral(word: str, column: Column, thousands: int, country: str | None) -> bool:
    """Whether a word beside a number says nothing that the column does not say."""
    name = word.casefold().rstrip(".")
    if word in column.style.numbers.symbols or name in _SCALES.get(thousands, ()):
        return True
    match column.type:
        case ty.Money(currency):
            if word.upper() == currency or currency in meant_by(word, country):
                return True
        case ty.Days():
            return name in _DAYS
        case ty.Number():
            scale = any(name in names for names in _SCALES.values())
            return (word[0].isalpha() and not re.search("[0-9]", word) and not scale) or bool(meant_by(word))
        case _:
            pass
    return any(
        _is_neutral(word[:at], column, thousands, country) and _is_neutral(word[at:], column, thousands, country)
        for at in range(1, len(word))
        if len(word) < 12
    )


def _other_currency(word: str, type_: ty.Money, country: str | None) -> bool:
    found = meant_by(word, country)
    return bool(found) and type_.currency not in found


def _name(value: Decimal, text: str, column: Column, section: Section) -> str:
    """The text of a number in a column of something else: a number of an article, a name that the format has for it."""
    if section.has("percent"):
        return column.percent(value)
    if not section.has("digit", "general", "at"):
        return section.show(value)
    words = [word for word, country in _words(section)]
    if "%" in section.text and not words:
        return column.percent(value.scaleb(-2))
    whole = value == value.to_integral_value() and not section.has("point", "comma", "other", "general", "at")
    return section.show(value) if whole and not any(map(meant_by, words)) else text
