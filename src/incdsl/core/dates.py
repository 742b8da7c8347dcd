"""Arithmetic on dates by the calendar, where a month has no fixed number of days."""

from __future__ import annotations

import calendar
import datetime

MONTH_MODES = ("last_day", "next_day")
"""Which day stands for one that a month lacks: that month's last, or the first of the next month."""


def add_months(day: datetime.date, months: int, mode: str) -> datetime.date:
    """The same day so many months later, or earlier when negative; the day that `mode` says where the month has no
    such day. Raises ValueError outside the years 1 through 9999."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        raise ValueError(f"{day} and {months} months is in the year {year}")
    length = calendar.monthrange(year, month + 1)[1]
    if day.day <= length:
        return datetime.date(year, month + 1, day.day)
    last = datetime.date(year, month + 1, length)
    # December has every day, so that the first of the next month is always of the same year.
    return last if mode == "last_day" else last + datetime.timedelta(days=1)
