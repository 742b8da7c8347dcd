"""Which aggregates one grouped subquery can serve, and what it may leave unread."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from incdsl.backends.sql.expressions import depths
from incdsl.backends.sql.plan import Fold, RowsPlan, equality
from incdsl.core import ir
from incdsl.core import types as ty


@dataclass(frozen=True)
class Group:
    """Aggregates over one relation that match its rows by the same equalities. `matching` are these, `common` the
    conditions that all members have beside them; `members` pairs each aggregate with the conditions only it has."""

    inner: RowsPlan
    correlated: bool
    matching: tuple[ir.Expr, ...]
    common: tuple[ir.Expr, ...]
    members: tuple[tuple[Fold, tuple[ir.Expr, ...]], ...]

    @property
    def folds(self) -> tuple[Fold, ...]:
        """The aggregates."""
        return tuple(fold for fold, _ in self.members)


def group_folds(folds: Sequence[Fold]) -> list[Group]:
    """The aggregates, each in one group."""
    together: dict[tuple[object, ...], list[Fold]] = {}
    for fold in folds:
        key = (fold.inner, bool(fold.outer), fold.equalities)
        together.setdefault(key, []).append(fold)
    return [_group(members) for members in together.values()]


def _group(folds: list[Fold]) -> Group:
    first = folds[0]
    matching = tuple(condition for condition in first.conditions if equality(condition) is not None)
    beside = [tuple(c for c in fold.conditions if equality(c) is None) for fold in folds]
    common = tuple(c for c in beside[0] if all(c in conditions for conditions in beside))
    members = tuple(
        (fold, tuple(c for c in conditions if c not in common)) for fold, conditions in zip(folds, beside, strict=True)
    )
    return Group(first.inner, bool(first.outer), matching, common, members)


_TURNED = {
    "less": "greater",
    "less_or_equal": "greater_or_equal",
    "greater": "less",
    "greater_or_equal": "less_or_equal",
}


def static_bounds(plan: RowsPlan, group: Group) -> Iterator[ir.Expr]:
    """Conditions on the aggregated rows alone that follow from the common ones.

    A comparison with a column of a table written in the program is also one with the least or the greatest
    value in that column: the dates of a calendar say which rows of a feed can matter at all.
    """
    for condition in group.common:
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
