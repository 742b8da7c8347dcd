"""Dates as they are written elsewhere, and the days that they may stand for."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_YEAR = r"(?P<year>\d{4})"
_GAP = r"[ ,./-]{1,2}"
_IN_WORDS = tuple(
    re.compile(rf"(?<![\w.,]){pattern}(?!\w)", re.IGNORECASE)
    for pattern in (
        f"{_DAY}{_GAP}(?:of )?{_MONTH}{_GAP}{_YEAR}",
        f"{_MONTH}{_GAP}{_DAY}{_GAP}{_YEAR}",
        f"{_YEAR}{_GAP}{_MONTH}{_GAP}{_DAY}",
    )
)
_IN_NUMBERS = re.compile(r"(?<![\w.,/-])(\d{1,4})([./])(\d{1,2})\2(\d{1,4})(?![\w/-]|[.,]\d)")


def find_date(text: str, at: int) -> tuple[int, int] | None:
    """The stretch of a line around an offset that is a date as it is written elsewhere; None when there is none."""
    for pattern in (*_IN_WORDS, _IN_NUMBERS):
        for match in pattern.finditer(text):
            if match.start() <= at < match.end() and looks_like_date(match[0]):
                return match.span()
    return None


def looks_like_date(written: str) -> bool:
    """Whether a text is a date in words, or three numbers that are too plainly a date to be a quotient or a number."""
    if any(pattern.fullmatch(written) for pattern in _IN_WORDS):
        return True
    match = _IN_NUMBERS.fullmatch(written)
    if match is None:
        return False
    parts = match[1], match[3], match[4]
    return [len(part) for part in parts].count(4) == 1 or any(part.startswith("0") for part in parts)


def readings(written: str) -> tuple[str, ...]:
    """The days that a date may mean, as the language writes them: where day and month may be exchanged, day first."""
    for pattern in _IN_WORDS:
        if (match := pattern.fullmatch(written)) is not None:
            month = _MONTHS.index(match["month"][:3].casefold()) + 1
            return tuple(_days((int(match["year"]), month, int(match["day"]))))
    first, second, third = (int(part) for part in re.split("[-./]", written))
    if first >= 1000:
        return tuple(_days((first, second, third)))
    return tuple(_days((third, second, first), (third, first, second))) if third >= 1000 else ()


def _days(*candidates: tuple[int, int, int]) -> Iterator[str]:
    for year, month, day in dict.fromkeys(candidates):
        try:
            yield datetime.date(year, month, day).isoformat()
        except ValueError:
            continue
