"""Rows that no period has: used, and never looked at by the rules that go by periods. Worth a word, and no fault."""

from __future__ import annotations

from collections.abc import Iterator

from incdsl.core import ir
from incdsl.core.dependencies import children, expressions_of
from incdsl.feeds.load import FeedNote, Feeds
from incdsl.feeds.quoting import identifier

Use = tuple[str, str, str]
"""A record, the date of its rows that has to lie in a period, and the calendar."""


def outside_every_period(program: ir.Program, feeds: Feeds) -> tuple[FeedNote, ...]:
    """For each record whose rows rules pick by a date in a period: how many lie in no period of any calendar used so."""
    calendars: dict[tuple[str, str], list[str]] = {}
    for relation, column, calendar in dict.fromkeys(_uses(program)):
        calendars.setdefault((relation, column), []).append(calendar)
    files = {count.relation: count.file for count in feeds.counts}
    notes = []
    for (relation, column), names in calendars.items():
        periods = [row for name in names for row in _periods(program.relation(name))]
        if relation not in files or not periods:
            continue
        day = identifier(column)
        inside = " OR ".join(f"{day} BETWEEN DATE '{start}' AND DATE '{end}'" for start, end in _joined(periods))
        found = feeds.connection.execute(
            f"SELECT count(*), min({day}), max({day}) FROM feed.{identifier(relation)} WHERE NOT ({inside})"
        ).fetchall()
        rows, first, last = found[0]
        if rows:
            what = f"{rows:,} {'row lies' if rows == 1 else 'rows lie'} in no period of {' or '.join(names)}"
            days = f"{first}" if first == last else f"{first} through {last}"
            notes.append(FeedNote(files[relation], f"{what}: `{column}` is {days}"))
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


def _begins(condition: ir.Expr) -> Iterator[tuple[str, str]]:
    """The dates of the row aggregated that must not be before the start of a period, with its calendar."""
    match condition:
        case ir.Operation("greater_or_equal", (ir.Column(day, _, 0), ir.Lookup(calendar, _, "start"))):
            yield day, calendar
        case ir.Operation(_, operands):
            for operand in operands:
                yield from _begins(operand)
        case _:
            return


def _periods(relation: ir.Relation) -> list[tuple[str, str]]:
    """First and last days of the periods of a calendar."""
    names = [column.name for column in relation.stored]
    if not isinstance(relation.source, ir.Rows) or not {"start", "end"} <= set(names):
        return []
    start, end = names.index("start"), names.index("end")
    return [(str(row[start]), str(row[end])) for row in relation.source.rows]


def _joined(periods: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same days in fewer ranges: periods that overlap are one."""
    joined: list[tuple[str, str]] = []
    for start, end in sorted(periods):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
