"""Values of spreadsheets and of SQLite as the text that a person sees there.

Both hold numbers as binary ones. A binary number stands for every decimal of up to 15 digits and for no longer one, so
the shortest decimal that names it is the one that was meant, or it is refused: nothing is ever computed with it.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

MOST_DIGITS = 15

Text = tuple[str, str | None]
"""A value as text, and what is wrong with it, as in "`amount` …", or None."""


def cell_text(value: object, switch: bool, format: str = "") -> Text:
    """The text of a value. For a `switch`, a field of yes or no, true is `yes`; `format` is that of the cell of a
    spreadsheet: `0.0%` shows a fraction as a percent, `00000` a number with zeros before it."""
    match value:
        case None:
            return "", None
        case bool():
            return (("no", "yes") if switch else ("FALSE", "TRUE"))[value], None
        case str():
            return value, None
        case _ if isinstance(value, int | float):
            return _number(Decimal(repr(value)), format)  # the shortest decimal that names it
        case datetime.datetime():
            midnight = value.time() == datetime.time()
            return (value.date().isoformat() if midnight else value.isoformat(" ")), None
        case datetime.date() | datetime.time():
            return value.isoformat(), None
        case bytes():
            return "", "holds bytes that are no text"
        case _:
            return str(value), None


def _number(value: Decimal, format: str) -> Text:
    if not value.is_finite():
        return str(value), "is no number"
    digits = value.as_tuple().digits
    significant = len(digits) - next((at for at, digit in enumerate(reversed(digits)) if digit), len(digits))
    fault = None
    if significant > MOST_DIGITS:
        fault = f"has {significant} digits, more than the file holds exactly: round it there, or write it as text"
    plain = format.split(";")[0].strip()
    if "%" in plain:
        return _plain(value.scaleb(2)) + "%", fault
    text = _plain(value)
    return (text.zfill(len(plain)) if plain and not plain.strip("0") and text.isdigit() else text), fault


def _plain(value: Decimal) -> str:
    """A decimal without exponent and without zeros at the end of its decimals."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
