"""Values of spreadsheets and of SQLite as the text that a person sees there.

Both hold numbers as binary ones. A binary number stands for every decimal of up to 15 digits and for no longer one, so
the shortest decimal that names it is the one that was meant, or it is refused: nothing is ever computed with it.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from incdsl.feeds.readers.written import Column, plain

MOST_DIGITS = 15

Text = tuple[str, str | None]
"""A value as text, and what is wrong with it, as in "`amount` …", or None."""


def cell_text(value: object, column: Column) -> Text:
    """The text of a value."""
    match value:
        case None:
            return "", None
        case bool():
            return column.truth(value, ("FALSE", "TRUE")), None
        case str():
            return value, None
        case _ if isinstance(value, int | float):
            return number(Decimal(repr(value)), column)  # the shortest decimal that names it
        case datetime.datetime():
            time = value.time()
            return column.day(value.date()) + (f" {time.isoformat()}" if time != datetime.time() else ""), None
        case datetime.date():
            return column.day(value), None
        case bytes():
            return "", "holds bytes that are no text"
        case _:
            return str(value), None


def number(value: Decimal, column: Column) -> Text:
    """The text of a number."""
    if not value.is_finite():
        return str(value), "is no number"
    digits = len("".join(map(str, value.as_tuple().digits)).strip("0"))
    fault = None
    if digits > MOST_DIGITS:
        fault = f"has {digits} digits, more than the file holds exactly: round it there, or write it as text"
    return column.number(plain(value)), fault
