"""Which aggregates one grouped subquery can serve, and what it may leave unread."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from incdsl.backends.sql.expressions import columns_read, depths
from incdsl.backends.sql.periods import Listed, Period, find_listed, find_period
from incdsl.backends.sql.plan import Fold, RowsPlan, equality
from incdsl.core import ir
from incdsl.core import types as ty


@dataclass(frozen=True)
class Group:
    """Aggregates over one relation that match its rows by the same equalities. `matching` are these, each as what the
    aggregated row has and what the row around has; `period` puts a day into a period of the row around, `listed` a day of the
    row around into the aggregated one; `common` are the conditions that all members have beside them; `members` pairs each
    aggregate with the conditions only it has.

    In a `keyed` group what is matched is the whole key of the row around, or a day that is listed, and nothing else of that row
    is read: rows are aggregated by what they match, before they meet the rows around."""

    inner: RowsPlan
    correlated: bool
    keyed: bool
    matching: tuple[tuple[ir.Expr, ir.Expr], ...]
    period: Period | None
    listed: Listed | None
    common: tuple[ir.Expr, ...]
    members: tuple[tuple[Fold, tuple[ir.Expr, ...]], ...]

    @property
    def folds(self) -> tuple[Fold, ...]:
        """The aggregates."""
        return tuple(fold for fold, _ in self.members)


def group_folds(plan: RowsPlan, folds: Sequence[Fold], list_days: bool) -> list[Group]:
    """The aggregates of a plan, each in one group. `list_days`: whether the days of periods may be listed."""
    together: dict[tuple[object, ...], list[Fold]] = {}
    for fold in folds:
        key = (fold.inner, bool(fold.outer), fold.equalities, _period(plan, fold, list_days), _listed(fold, list_days))
        together.setdefault(key, []).append(fold)
    return [_group(plan, members, list_days) for members in together.values()]


def _is_keyed(plan: RowsPlan, fold: Fold, period: Period | None, listed: Listed | None) -> bool:
    """Whether an aggregate can be worked out by the key of the row around (see `Group`)."""
    if listed is not None:
        return True
    parts = (*_beside(fold, period, listed), *(() if fold.value is None else (fold.value,)))
    if any(depth != 0 for part in parts for _, depth in columns_read(part)):
        return False
    matched = {outer.name for _, outer in fold.equalities if isinstance(outer, ir.Column)}
    if period is not None:
        matched.add(period.key.name)
    return all(isinstance(part, str) and part in matched for part in plan.relation.key)


def _period(plan: RowsPlan, fold: Fold, list_days: bool) -> Period | None:
    return find_period(plan, fold.conditions) if list_days else None


def _listed(fold: Fold, list_days: bool) -> Listed | None:
    value = () if fold.value is None else (fold.value,)
    beside = tuple(condition for condition in fold.conditions if equality(condition) is None)
    return find_listed(fold.inner, (*beside, *value), fold.conditions) if list_days else None


def _beside(fold: Fold, period: Period | None, listed: Listed | None) -> tuple[ir.Expr, ...]:
    """The conditions that neither equate nor put into a period."""
    within = (*(() if period is None else period.conditions), *(() if listed is None else listed.conditions))
    return tuple(c for c in fold.conditions if equality(c) is None and c not in within)


def _group(plan: RowsPlan, folds: list[Fold], list_days: bool) -> Group:
    first = folds[0]
    listed = _listed(first, list_days)
    period = None if listed else _period(plan, first, list_days)
    matching = tuple(sides for condition in first.conditions if (sides := equality(condition)) is not None)
    beside = [_beside(fold, period, listed) for fold in folds]
    common = tuple(c for c in beside[0] if all(c in conditions for conditions in beside))
    members = tuple(
        (fold, tuple(c for c in conditions if c not in common)) for fold, conditions in zip(folds, beside, strict=True)
    )
    keyed = all(_is_keyed(plan, fold, period, listed) for fold in folds)
    return Group(first.inner, bool(first.outer), keyed, matching, period, listed, common, members)


_TURNED = {
    "less": "greater",
    "less_or_equal": "greater_or_equal",
    "greater": "less",
    "greater_or_equal": "less_or_equal",
}


def static_bounds(plan: RowsPlan, group: Group) -> Iterator[ir.Expr]:
    """Conditions on the aggregated rows alone that follow from those that all its aggregates have.

    A comparison with a column of a table written in the program is also one with the least or the greatest
    value in that column: the dates of a calendar say which rows of a feed can matter at all.
    """
    for condition in (*group.common, *(() if group.period is None else group.period.conditions)):
        match condition:
            case ir.Operation(operator, (left, right)) if operator in _TURNED:
                if depths(left) == {1}:
                    operator, left, right = _TURNED[operator], right, left
                if depths(left) != {0} or not isinstance(right, ir.Column) or right.depth != 1:
                    continue
                values = _written_values(plan, right.name)
                if values:
                    bound = max(values) if operator.startswith("less") else min(values)
                    yield ir.Operation(operator, (left, ir.Literal(bound, right.type)), ty.BOOLEAN)


def _written_values(plan: RowsPlan, column: str) -> list[datetime.date] | list[Decimal]:
    """All values that a column fetched from a table written in the program can have."""
    for link in plan.links.values():
        for wanted, name in link.fetched.items():
            relation = link.target.relation
            if name != column or wanted is None or not isinstance(relation.source, ir.Rows):
                continue
            places = {stored.name: place for place, stored in enumerate(relation.stored)}
            if wanted not in places:
                return []
            values = [row[places[wanted]] for row in relation.source.rows]
            dates = [value for value in values if isinstance(value, datetime.date)]
            return dates or [value for value in values if isinstance(value, Decimal)]
    return []
