"""Calendars whose periods overlap, leave days out, or do not stand where a calendar made by rule puts its periods."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from incdsl.diagnostic import Diagnostic
from incdsl.semantics import errors
from incdsl.semantics.calendars import Period, named_periods, neighbours
from incdsl.semantics.environment import Environment
from incdsl.syntax import ast

_DAY = datetime.timedelta(days=1)


def doubtful_periods(env: Environment) -> Iterator[Diagnostic]:
    """What is doubtful about the listed calendars."""
    calendars = [relation.node for relation in env.relations.values() if isinstance(relation.node, ast.Calendar)]
    made = [calendar for calendar in calendars if calendar.rule is not None]
    for calendar in calendars:
        if calendar.rule is None:
            yield from _tiling(calendar)
            yield from _off(calendar, made)


def _tiling(calendar: ast.Calendar) -> Iterator[Diagnostic]:
    """Overlaps and gaps, each reported at the later period."""
    for last, later in neighbours(calendar):
        day, ended = later.start.value, last.end.value
        if day <= ended:
            yield errors.OverlappingPeriods(later.span, str(day), last.name.name, later.name.name, last.span)
        elif day > ended + _DAY:
            gap = str(ended + _DAY)
            yield errors.GapBetweenPeriods(later.span, gap, last.name.name, later.name.name, last.span)


def _off(calendar: ast.Calendar, made: list[ast.Calendar]) -> Iterator[Diagnostic]:
    """Periods that begin or end in the middle of the periods of a calendar made by rule. One calendar is enough that
    has them; without one, the first that reaches over the period says where it should stand."""
    for period in calendar.periods:
        start, end = period.start.value, period.end.value
        grids = [(other, named_periods(other)) for other in made]
        grids = [(other, grid) for other, grid in grids if grid and grid[0][1] <= end and start <= grid[-1][2]]
        if not grids or any(_begins(start, grid) and _ends(end, grid) for _, grid in grids):
            continue
        other, grid = grids[0]
        if not _begins(start, grid):
            near = min(grid, key=lambda one: abs(one[1] - start))
            verb, day, near_day = "starts", start, near[1]
        else:
            near = min(grid, key=lambda one: abs(one[2] - end))
            verb, day, near_day = "ends", end, near[2]
        yield errors.PeriodOffCalendar(
            period.span, period.name.name, verb, str(day), other.name.name, near[0], str(near_day), other.name.span
        )


def _begins(day: datetime.date, grid: tuple[Period, ...]) -> bool:
    """Whether a period begins on the day, as far as the calendar reaches."""
    return day < grid[0][1] or any(day == start for _, start, _ in grid)


def _ends(day: datetime.date, grid: tuple[Period, ...]) -> bool:
    return day > grid[-1][2] or any(day == end for _, _, end in grid)
