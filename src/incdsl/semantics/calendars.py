"""Calendars whose periods follow a rule: months, quarters and years, and fiscal years of 52 or 53 weeks.

A fiscal year ends on the last given weekday of a month and begins the day after the one before it ends, so that
years tile time; its quarters have 13 weeks, and one of them takes the 53rd week of a long year.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator

from incdsl.syntax import ast

Period = tuple[str, datetime.date, datetime.date]
"""Name, first day, last day."""

_WEEK = datetime.timedelta(weeks=1)
_DAY = datetime.timedelta(days=1)
_MONTHS = {"months": 1, "quarters": 3, "years": 12}


def named_periods(node: ast.Calendar) -> tuple[Period, ...]:
    """The periods of a calendar, listed or made by its rule."""
    if node.rule is not None:
        return periods(node.rule)
    return tuple((period.name.name, period.start.value, period.end.value) for period in node.periods)


def neighbours(node: ast.Calendar) -> Iterator[tuple[ast.Period, ast.Period]]:
    """Each period listed but the first to begin, behind the one of those that begin before it that ends last."""
    in_order = sorted(node.periods, key=lambda period: (period.start.value, period.end.value))
    for index, later in enumerate(in_order[1:], 1):
        yield max(in_order[:index], key=lambda period: period.end.value), later


def periods(rule: ast.CalendarRule) -> tuple[Period, ...]:
    """The periods of a rule, in order."""
    if rule.kind in _MONTHS:
        return tuple(_of_months(rule))
    return tuple(_fiscal(rule))


def fiscal_year_end(year: int, month: int, weekday: int) -> datetime.date:
    """The last given weekday (Monday is 0) of a month: the last day of the fiscal year named by the year."""
    last = datetime.date(year, month, calendar.monthrange(year, month)[1])
    return last - datetime.timedelta(days=(last.weekday() - weekday) % 7)


def _of_months(rule: ast.CalendarRule) -> Iterator[Period]:
    assert rule.first is not None
    assert rule.last is not None
    step = _MONTHS[rule.kind]
    start = rule.first.value
    while True:
        month = start.month + step - 1
        end = datetime.date(start.year, month, calendar.monthrange(start.year, month)[1])
        yield _name(rule.kind, start), start, end
        if end >= rule.last.value:
            return
        start = end + _DAY


def _name(kind: str, start: datetime.date) -> str:
    match kind:
        case "months":
            return f"{start.year:04d}-{start.month:02d}"
        case "quarters":
            return f"{start.year:04d} Q{(start.month - 1) // 3 + 1}"
        case _:
            return f"{start.year:04d}"


def _fiscal(rule: ast.CalendarRule) -> Iterator[Period]:
    for year in range(rule.first_year, rule.last_year + 1):
        start = fiscal_year_end(year - 1, rule.month, rule.weekday) + _DAY
        end = fiscal_year_end(year, rule.month, rule.weekday)
        if rule.kind == "fiscal_years":
            yield f"FY{year}", start, end
            continue
        weeks = ((end - start).days + 1) // 7
        for quarter in range(1, 5):
            length = 13 + (weeks - 52 if quarter == rule.long_quarter else 0)
            last = start + length * _WEEK - _DAY
            yield f"FY{year} Q{quarter}", start, last
            start = last + _DAY
