"""Rows that no period has: used, and never looked at by the rules that go by periods. Worth a word, and no fault."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from incdsl.core import ir
from incdsl.core.dependencies import children, expressions_of
from incdsl.feeds.load import FeedNote, Feeds
from incdsl.feeds.quoting import identifier

Use = tuple[str, ir.Column, str]
"""A record, the date of its rows that has to lie in a period, and the calendar."""


@dataclass(frozen=True)
class ByPeriods:
    """A record whose rows rules pick by a date in a period: the date, which may be one that they work out, the calendars, and the
    days that lie in a period of any of them, as ranges."""

    relation: str
    date: ir.Column
    calendars: tuple[str, ...]
    days: tuple[tuple[datetime.date, datetime.date], ...]


def by_periods(program: ir.Program) -> tuple[ByPeriods, ...]:
    """The records, of those that come from feeds, whose rows rules pick by a date in a period."""
    calendars: dict[tuple[str, ir.Column], list[str]] = {}
    for relation, date, calendar in dict.fromkeys(_uses(program)):
        if isinstance(program.relation(relation).source, ir.Feed):
            calendars.setdefault((relation, date), []).append(calendar)
    found = []
    for (relation, date), names in calendars.items():
        periods = [row for name in names for row in _periods(program.relation(name))]
        if periods:
            found.append(ByPeriods(relation, date, tuple(names), tuple(_joined(periods))))
    return tuple(found)


def outside_every_period(program: ir.Program, feeds: Feeds) -> tuple[FeedNote, ...]:
    """For each record whose rows rules pick by a date in a period, one that its feed has: how many lie in no period of any
    calendar used so."""
    files = {count.relation: count.file for count in feeds.counts}
    notes = []
    for one in by_periods(program):
        if one.relation not in files or all(stored.name != one.date.name for stored in program.relation(one.relation).stored):
            continue
        day = identifier(one.date.name)
        inside = " OR ".join(f"{day} BETWEEN DATE '{start}' AND DATE '{end}'" for start, end in one.days)
        found = feeds.connection.execute(
            f"SELECT count(*), min({day}), max({day}) FROM feed.{identifier(one.relation)} WHERE NOT ({inside})"
        ).fetchall()
        rows, first, last = found[0]
        if rows:
            what = f"{rows:,} {'row lies' if rows == 1 else 'rows lie'} in no period of {' or '.join(one.calendars)}"
            days = f"{first}" if first == last else f"{first} through {last}"
            notes.append(FeedNote(files[one.relation], f"{what}: `{one.date.name}` is {days}"))
    return tuple(notes)


def _uses(program: ir.Program) -> Iterator[Use]:
    for relation in program.relations:
        for column in relation.derived:
            yield from _in(column.definition)
    for output in program.outputs:
        for part in output.parts:
            for expression in expressions_of(part):
                yield from _in(expression)


def _in(expression: ir.Expr) -> Iterator[Use]:
    if isinstance(expression, ir.Aggregate) and expression.where is not None:
        for day, calendar in _begins(expression.where):
            yield expression.relation, day, calendar
    for child, _ in children(expression):
        yield from _in(child)


def _begins(condition: ir.Expr) -> Iterator[tuple[ir.Column, str]]:
    """The dates of the row aggregated that must not be before the start of a period, with its calendar."""
    match condition:
        case ir.Operation(
            "greater_or_equal",
            (ir.Column(depth=0) as day, ir.Lookup(calendar, _, "start"))
            | (ir.Operation("known", (ir.Column(depth=0) as day,)), ir.Lookup(calendar, _, "start")),
        ):
            yield day, calendar
        case ir.Operation(_, operands):
            for operand in operands:
                yield from _begins(operand)
        case _:
            return


def _periods(relation: ir.Relation) -> list[tuple[datetime.date, datetime.date]]:
    """First and last days of the periods of a calendar."""
    names = [column.name for column in relation.stored]
    if not isinstance(relation.source, ir.Rows) or not {"start", "end"} <= set(names):
        return []
    periods = []
    for row in relation.source.rows:
        start, end = row[names.index("start")], row[names.index("end")]
        assert isinstance(start, datetime.date)
        assert isinstance(end, datetime.date)
        periods.append((start, end))
    return periods


def _joined(periods: list[tuple[datetime.date, datetime.date]]) -> list[tuple[datetime.date, datetime.date]]:
    """The same days in fewer ranges: periods that overlap, or of which one begins on the day after the other, are one."""
    joined: list[tuple[datetime.date, datetime.date]] = []
    for start, end in sorted(periods):
        if joined and (start - joined[-1][1]).days <= 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
