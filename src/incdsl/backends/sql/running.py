"""Aggregates over the rows of one relation that come before this row in an order, as window functions.

`count over Deal where partner = this.partner and (day < this.day or (day = this.day and id < this.id))` would join each
row with all rows of its partner; a window sorts them once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from incdsl.backends.sql.expressions import columns_read, depths, lifted
from incdsl.backends.sql.plan import Fold, RowsPlan, equality
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.dependencies import children, conjuncts


@dataclass(frozen=True)
class Running:
    """The rows before this one: those with the same `keys` that come before it by `ranks` and for which `filters`
    hold. All are expressions over one row."""

    keys: tuple[ir.Expr, ...]
    ranks: tuple[ir.Expr, ...]
    filters: tuple[ir.Expr, ...]


def running(plan: RowsPlan, fold: Fold) -> Running | None:
    """The aggregate as one over the rows before each row of the plan, or None when it is of another form."""
    inner = fold.inner
    if inner.relation is not plan.relation or inner.known is not None or plan.known is not None:
        return None
    parts = fold.conditions if fold.value is None else (*fold.conditions, fold.value)
    there = set(inner.present) & set(plan.present)
    if not all(name in there for part in parts for name, depth in columns_read(part) if depth != 1):
        return None
    if fold.operator == "count_distinct" or (fold.value is not None and not depths(fold.value) <= {0}):
        return None
    keys: list[ir.Expr] = []
    filters: list[ir.Expr] = []
    ranks: tuple[ir.Expr, ...] = ()
    for condition in fold.conditions:
        sides, ranked = equality(condition), _ranks(condition)
        if sides is not None and _same(*sides):
            keys.append(sides[0])
        elif ranked is not None and not ranks:
            ranks = ranked
        elif depths(condition) <= {0}:
            filters.append(condition)
        else:
            return None
    if not ranks:
        return None
    # A missing value is neither equal to another nor before it.
    filters += dict.fromkeys(given for expr in (*keys, *ranks) for given in _given(expr))
    return Running(tuple(keys), ranks, tuple(filters))


def _same(inner: ir.Expr, outer: ir.Expr) -> bool:
    """Whether two expressions are one, of the aggregated row and of the row around it."""
    return depths(inner) == {0} and depths(outer) == {1} and inner == lifted(outer)


def _ranks(condition: ir.Expr) -> tuple[ir.Expr, ...] | None:
    """What rows are ordered by, first things first, when the condition says that the aggregated row comes before."""
    match condition:
        case ir.Operation("less", (left, right)) if _same(left, right) and not isinstance(ty.known(left.type), ty.Enum):
            return (left,)
        case ir.Operation("or", (ir.Operation("less", (left, right)) as less, ir.Operation("and") as further)):
            first = _ranks(less)
            match list(conjuncts(further)):
                case [ir.Operation("equal", (one, other)), then] if first and (one, other) == (left, right):
                    rest = _ranks(then)
                    return None if rest is None else (*first, *rest)
                case _:
                    return None
        case _:
            return None


def _given(expr: ir.Expr) -> Iterator[ir.Expr]:
    """That each column which may be missing is there."""
    if isinstance(expr, ir.Column) and isinstance(expr.type, ty.Optional):
        yield ir.Operation("given", (expr,), ty.BOOLEAN)
    for child, _ in children(expr):
        yield from _given(child)
