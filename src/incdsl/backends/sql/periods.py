"""Rows matched by the period that a day of theirs lies in, where comparing the day with every period would be slow.

`sum of amount over Order where booked_on in this.quarter` compares, taken at its word, each order with each quarter there
is. A quarter is a row written in the program, so its days can be listed: an order then finds its quarters by its day. So does
a row that aggregates over the quarters in which a day of its own lies, as in `the FiscalQuarter of booked_on`.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from incdsl.backends.sql.expressions import columns_read, depths, key_columns
from incdsl.backends.sql.plan import Link, RowsPlan
from incdsl.core import ir
from incdsl.core import types as ty

_FEW = 4
"""Up to so many periods, comparing is as fast."""

_MOST_DAYS = 100_000
"""So many days are listed at most."""


@dataclass(frozen=True)
class Period:
    """Two conditions that a day of an aggregated row lies in a period of the row around: `day` is at depth 0; `key`, a
    column of the row around, names the period, and `link` fetches its ends, called `start` and `end` where it stands. Rows are
    matched by `matched`, a column of the row around, and `by`, the same where the period stands: by its first day where no two
    periods have the same, since dates are quicker to group by than names."""

    conditions: tuple[ir.Expr, ir.Expr]
    day: ir.Expr
    key: ir.Column
    link: Link
    start: str
    end: str
    matched: ir.Column
    by: str


def find_period(plan: RowsPlan, conditions: Sequence[ir.Expr]) -> Period | None:
    """The first two conditions that put a day of the aggregated row into a period of the row around it, if there are any."""
    starts = [(condition, *sides) for condition in conditions if (sides := _compared(condition, "greater_or_equal"))]
    ends = [(condition, *sides) for condition in conditions if (sides := _compared(condition, "less_or_equal"))]
    for first, day, start in starts:
        for last, other, end in ends:
            if day == other:
                for link in plan.links.values():
                    fetched = {name: column for column, name in link.fetched.items() if column is not None}
                    if start in fetched and end in fetched and _listable(link, fetched[start], fetched[end]):
                        (key,) = link.keys
                        assert isinstance(key, ir.Column)
                        outer = ir.Column(key.name, key.type, 1)
                        begins = ir.Column(start, ty.DATE, 1)
                        (name,) = key_columns(link.target.relation)
                        matched, by = (begins, fetched[start]) if _differ(link, fetched[start]) else (outer, name)
                        return Period((first, last), day, outer, link, fetched[start], fetched[end], matched, by)
    return None


@dataclass(frozen=True)
class Listed:
    """Two conditions that a day of the row around lies in a period that is the aggregated row: `day` is at depth 1; `start` and
    `end` are columns of the aggregated row."""

    conditions: tuple[ir.Expr, ir.Expr]
    day: ir.Expr
    start: str
    end: str


def find_listed(inner: RowsPlan, parts: Sequence[ir.Expr], conditions: Sequence[ir.Expr]) -> Listed | None:
    """The first two conditions that put a day of the row around into the aggregated row, a period, if beside them nothing of
    the row around is read; `parts` is all that the aggregate reads, its conditions among it."""
    bounds = [(condition, *sides) for condition in conditions if (sides := _bound(condition))]
    for first, start, operator, day in bounds:
        for last, end, other, same in bounds:
            if (operator, other) != ("less_or_equal", "greater_or_equal") or day != same:
                continue
            if not _written_days(inner.relation, start, end):
                continue
            beside = (part for part in parts if part not in (first, last))
            if all(depth == 0 for part in beside for _, depth in columns_read(part)):
                return Listed((first, last), day, start, end)
    return None


def _bound(condition: ir.Expr) -> tuple[str, str, ir.Expr] | None:
    """A column of the aggregated row, how it compares, and with what of the row around; None for another condition."""
    turned = {"less_or_equal": "greater_or_equal", "greater_or_equal": "less_or_equal"}
    match condition:
        case ir.Operation(operator, (ir.Column(name, _, 0), day)) if operator in turned and depths(day) == {1}:
            return name, operator, day
        case ir.Operation(operator, (day, ir.Column(name, _, 0))) if operator in turned and depths(day) == {1}:
            return name, turned[operator], day
        case _:
            return None


def _compared(condition: ir.Expr, operator: str) -> tuple[ir.Expr, str] | None:
    """The side over the aggregated row and the column of the row around, of a comparison; None for another condition."""
    turned = {"greater_or_equal": "less_or_equal", "less_or_equal": "greater_or_equal"}[operator]
    match condition:
        case ir.Operation(found, (day, ir.Column(name, _, 1))) if found == operator and depths(day) == {0}:
            return day, name
        case ir.Operation(found, (ir.Column(name, _, 1), day)) if found == turned and depths(day) == {0}:
            return day, name
        case _:
            return None


def _differ(link: Link, start: str) -> bool:
    """Whether no two of the periods that a link finds begin on the same day."""
    relation = link.target.relation
    assert isinstance(relation.source, ir.Rows)
    (place,) = (place for place, column in enumerate(relation.stored) if column.name == start)
    return len({row[place] for row in relation.source.rows}) == len(relation.source.rows)


def _listable(link: Link, start: str, end: str) -> bool:
    """Whether the days of the periods that a link finds can be listed: many periods written in the program, each with one
    key, and not too many days in all."""
    relation = link.target.relation
    if len(relation.key) != 1 or not isinstance(relation.key[0], str) or not isinstance(link.keys[0], ir.Column):
        return False
    return _written_days(relation, start, end)


def _written_days(relation: ir.Relation, start: str, end: str) -> bool:
    """Whether a relation is many periods written in the program, from one column through the other, with not too many days."""
    if not isinstance(relation.source, ir.Rows) or len(relation.source.rows) <= _FEW:
        return False
    places = {column.name: place for place, column in enumerate(relation.stored) if column.type == ty.DATE}
    if start not in places or end not in places:
        return False
    total = 0
    for row in relation.source.rows:
        first, last = row[places[start]], row[places[end]]
        assert isinstance(first, datetime.date)
        assert isinstance(last, datetime.date)
        total += (last - first).days + 1
    return total <= _MOST_DAYS
