"""What of a plan can be worked out when."""

from __future__ import annotations

from collections.abc import Iterable

from incdsl.backends.sql.aggregates import Group
from incdsl.backends.sql.expressions import columns_read
from incdsl.backends.sql.plan import PAIR, Computed, Fold, Link, RowsPlan
from incdsl.core import ir


def in_order(plan: RowsPlan) -> list[Computed]:
    """The derived columns of a plan in the order of the program."""
    order = {column.name: place for place, column in enumerate(plan.relation.derived)}
    return sorted(plan.computed.values(), key=lambda item: order[item.column.name])


def wanted_first(computed: Iterable[Computed], links: Iterable[Link], folds: Iterable[Fold]) -> set[str]:
    """The derived columns that links and aggregates wait for, directly or through other derived columns."""
    definitions = {item.column.name: item.definition for item in computed}
    pending = [name for fold in folds for name in fold.outer]
    pending += [name for link in links for key in link.keys for name in own_columns(key)]
    wanted: set[str] = set()
    while pending:
        name = pending.pop()
        if name in definitions and name not in wanted:
            wanted.add(name)
            pending += own_columns(definitions[name])
    return wanted


def ready(links: Iterable[Link], available: set[str]) -> list[Link]:
    """The links whose keys are available, or are fetched by links before them."""
    chosen: list[Link] = []
    have, waiting = set(available), list(links)
    while True:
        found = [link for link in waiting if all(own_columns(key) <= have for key in link.keys)]
        if not found:
            return chosen
        chosen += found
        waiting = [link for link in waiting if link not in found]
        have |= {name for link in found for name in link.fetched.values()}


def pair_links(plan: RowsPlan, group: Group) -> list[Link]:
    """The links of pairs that a group uses, those that others start from first."""
    wanted = {name for fold in group.folds for name in fold.pair_columns}
    links = [link for place, link in plan.pair_links.items() if place[0] is group.inner]
    chosen: list[Link] = []
    for link in reversed(links):
        if wanted & set(link.fetched.values()):
            chosen.insert(0, link)
            wanted |= {name for key in link.keys for name, depth in columns_read(key) if depth == PAIR}
    return chosen


def own_columns(expr: ir.Expr) -> set[str]:
    """The columns that a scalar over one row reads."""
    return {name for name, _ in columns_read(expr)}


def rule(item: Computed) -> str:
    """The rule of the program that a derived column belongs to."""
    return item.column.name.split(".")[0]
