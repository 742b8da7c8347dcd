"""The parts of rules that a run counts: it says which of them applied to no row of the data."""

from __future__ import annotations

from collections.abc import Iterator

from incdsl.core import ir
from incdsl.core.dependencies import children, reads_row
from incdsl.core.operators import COMPARISONS
from incdsl.semantics.environment import Environment
from incdsl.semantics.notes import Notes
from incdsl.semantics.terms import both, op
from incdsl.syntax import ast

_PLAIN = frozenset((*COMPARISONS, "and", "or", "not", "given", "known", "widen", "optional", "otherwise"))
"""Operators that neither overflow nor cost much: a condition of others is not worked out a second time."""


def counted_rules(env: Environment, notes: Notes) -> Iterator[ir.Rule]:
    """Exceptions, tiers, choices and rows of decision tables, each with where it applies; one that is used in several
    places once for each."""
    for branch in notes.branches:
        if branch.counted and len(branch.rows) == 1 and _is_plain(branch.condition):
            node = ast.Node(branch.span)
            yield ir.Rule(branch.what, branch.rows[0], branch.condition, env.origin(node))
    for lookup in notes.lookups:
        if not lookup.counted or len(lookup.rows) != 1:
            continue
        lines = lookup.decision.lines
        for index, line in enumerate(lines):
            above = lines[:index] if lookup.decision.policy == "first" else ()
            others = (op("not", lookup.decision.test(other, lookup.keys)) for other in above)
            condition = both(lookup.decision.test(line, lookup.keys), *others)
            if _is_plain(condition):
                yield ir.Rule(f"a row of `{lookup.decision.relation.name}`", lookup.rows[0], condition, env.origin(line.node))


def _is_plain(condition: ir.Expr) -> bool:
    return reads_row(condition) and _no_work(condition)


def _no_work(expr: ir.Expr) -> bool:
    match expr:
        case ir.Aggregate():
            return False
        case ir.Operation(operator=operator) if operator not in _PLAIN:
            return False
        case _:
            return all(_no_work(child) for child, _ in children(expr))
