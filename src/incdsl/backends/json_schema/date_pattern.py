"""Regular expressions for dates written YYYY-MM-DD: those that exist, and ranges of them.

The pattern is exact, leap years included, so that what is valid does not depend on whether a validator asserts
`format` (most do not unless told to) or on how it reads the years 0000 and 9999. Which characters of regular
expressions are used: see `decimal_pattern`.
"""

from __future__ import annotations

import datetime

from incdsl.backends.json_schema import decimal_pattern

_YEAR = "(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
_DAY_OF_ANY_YEAR = (
    "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"  # months of 31 days
    "|(0[469]|11)-(0[1-9]|[12][0-9]|30)"  # months of 30 days
    "|02-(0[1-9]|1[0-9]|2[0-8]))"
)
_MULTIPLE_OF_4 = "(0[48]|[2468][048]|[13579][26])"  # 04 to 96: never 00
_LEAP_YEAR = f"([0-9]{{2}}{_MULTIPLE_OF_4}|{_MULTIPLE_OF_4}00)"

REAL = f"^({_YEAR}-{_DAY_OF_ANY_YEAR}|{_LEAP_YEAR}-02-29)$"
"""The dates of the Gregorian calendar from 0001-01-01 through 9999-12-31."""


def at_least(first: datetime.date) -> str:
    """Dates on `first` or later, among texts that match `REAL`."""
    return _any_of([*decimal_pattern.above(first.isoformat()), first.isoformat()])


def at_most(last: datetime.date) -> str:
    """Dates on `last` or earlier, among texts that match `REAL`."""
    return _any_of([*decimal_pattern.below(last.isoformat()), last.isoformat()])


def _any_of(alternatives: list[str]) -> str:
    return f"^({'|'.join(alternatives)})$"
