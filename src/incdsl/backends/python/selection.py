"""How the rows of an aggregate are found: what its condition fixes, so that an index gives them, and what is asked of each.

The rows looked at and the order in which conditions are asked of them are such that a value that does not fit is met exactly
where the reference engine meets it: the meaning of a program says no more about rows that are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from incdsl.backends.python.overflow import Overflows
from incdsl.core import ir
from incdsl.core.dependencies import children, conjuncts


@dataclass(frozen=True)
class Selection:
    """The rows of a relation for which, once the `guards` hold (which read no row of it), the `keep` conditions hold (which
    read no other row), each of the `keys` equals what stands beside it, they come before this row by the `ranks`, and the
    `rest` holds (with `ranks`, it reads no other row and is asked before those). With `fewest`, columns and values of which,
    as it works out, the one with the fewest rows is taken."""

    relation: str
    guards: tuple[ir.Expr, ...] = ()
    keep: tuple[ir.Expr, ...] = ()
    keys: tuple[tuple[ir.Expr, ir.Expr], ...] = ()
    ranks: tuple[tuple[ir.Expr, ir.Expr], ...] = ()
    rest: tuple[ir.Expr, ...] = ()
    fewest: tuple[tuple[str, ir.Expr], ...] = ()


def select(aggregate: ir.Aggregate, scope: tuple[str, ...], stored: set[str], overflows: Overflows) -> Selection:
    """How to find the rows of an aggregate, of whose relation the columns in `stored` are stored; `scope` names the relations
    of the rows around."""
    relation, inner = aggregate.relation, (aggregate.relation, *scope)
    conditions = list(conjuncts(aggregate.where))
    guards: list[ir.Expr] = []
    while conditions and not _reads(conditions[0], {0}) and not overflows.of(conditions[0], inner):
        guards.append(conditions.pop(0))
    fixed = [
        (column.name, value)
        for c in conditions
        for column, value in _fixes(c)
        if isinstance(column, ir.Column) and column.name in stored
    ]

    def risky(condition: ir.Expr) -> bool:
        return overflows.of(condition, inner)

    late = list(conditions)
    keep: list[ir.Expr] = []
    if not fixed:
        while late and _depths(late[0]) <= {0}:
            keep.append(late.pop(0))
    keys = [found for c in late if (found := _key(c, risky)) is not None]
    last = max((at for at, c in enumerate(late) if _key(c, risky) is not None), default=-1)
    safe = not any(risky(c) for c in late[:last]) and (not fixed or not overflows.known(relation))
    if fixed and (not safe or any(risky(value) for _, value in fixed)):
        return Selection(relation, tuple(guards), fewest=tuple(fixed), rest=tuple(conditions))
    if not safe:
        return Selection(relation, tuple(guards), tuple(keep), rest=tuple(late))
    rest = [c for c in late if _key(c, risky) is None]
    ranks = _ranks(rest[-1]) if rest and aggregate.operator != "count_distinct" else ()
    before = tuple(rest[:-1])
    if ranks and all(_depths(c) <= {0} for c in before) and not any(map(risky, rest[-1:])) and _one_row(aggregate.value):
        return Selection(relation, tuple(guards), tuple(keep), tuple(keys), ranks, before)
    return Selection(relation, tuple(guards), tuple(keep), tuple(keys), rest=tuple(rest))


def _fixes(condition: ir.Expr) -> Iterator[tuple[ir.Expr, ir.Expr]]:
    """What a condition says that something of the aggregated row equals, where that does not read the row."""
    match condition:
        case ir.Operation("equal", (left, right)):
            for side, other in ((left, right), (right, left)):
                if _depths(side) == {0} and not _reads(other, {0}):
                    yield _bare(side), other
        case _:
            pass


def _key(condition: ir.Expr, risky: Callable[[ir.Expr], bool]) -> tuple[ir.Expr, ir.Expr] | None:
    """The two sides of an equality that an index can serve: neither may not fit, and neither needs a condition before it."""
    for side, other in _fixes(condition):
        other = _bare(other)
        if not risky(condition) and not _says_known(side) and not _says_known(other):
            return side, other
    return None


def _bare(expression: ir.Expr) -> ir.Expr:
    """The expression without `known` around it: an index has no row for a missing value."""
    match expression:
        case ir.Operation("known", (inside,)):
            return inside
        case _:
            return expression


def _says_known(expression: ir.Expr) -> bool:
    known = isinstance(expression, ir.Operation) and expression.operator == "known"
    return known or any(_says_known(child) for child, _ in children(expression))


def _ranks(condition: ir.Expr) -> tuple[tuple[ir.Expr, ir.Expr], ...]:
    """The sides, of the aggregated row and of the row around, by which the first comes before the second; none when the
    condition says something else."""
    match condition:
        case ir.Operation("less", (left, right)) if _same(left, right):
            return ((left, right),)
        case ir.Operation("or", (ir.Operation("less", (left, right)) as less, ir.Operation("and") as further)):
            first = _ranks(less)
            match list(conjuncts(further)):
                case [ir.Operation("equal", (one, other)), then] if first and (one, other) == (left, right):
                    rest = _ranks(then)
                    return (*first, *rest) if rest else ()
                case _:
                    return ()
        case _:
            return ()


def _same(left: ir.Expr, right: ir.Expr) -> bool:
    """Whether both are one column, of the aggregated row and of another."""
    match _bare(left), _bare(right):
        case ir.Column(name, type_, 0), ir.Column(other, other_type, 1):
            return name == other and type_ == other_type
        case _:
            return False


def _one_row(value: ir.Expr | None) -> bool:
    return value is None or _depths(value) <= {0}


def _depths(expression: ir.Expr, depth: int = 0) -> set[int]:
    """How far out the rows are that an expression reads, from where it stands."""
    if isinstance(expression, ir.Column):
        return {expression.depth - depth} if expression.depth >= depth else set()
    return {found for child, deeper in children(expression) for found in _depths(child, depth + deeper)}


def _reads(expression: ir.Expr, depths: set[int]) -> bool:
    return bool(_depths(expression) & depths)
