"""Refuses programs that Python would run out of frames on."""

from __future__ import annotations

from incdsl.core import ir
from incdsl.core.dependencies import Node, children, column_graph, expressions_of
from incdsl.core.errors import UnsupportedInTarget

MOST_RULES = 150
"""Rules that may build on each other one after another; each takes some frames, of which Python has a thousand."""

MOST_NESTED = 60
"""Expressions that may stand within each other: Python reads so many brackets within brackets and more."""


def refuse_depth(program: ir.Program) -> None:
    """Raises UnsupportedInTarget, naming the rule, for rules that build on each other too deeply."""
    graph = column_graph(program)
    depths: dict[Node, int] = {}
    for start in graph:
        pending = [start]
        while pending:
            node = pending[-1]
            missing = [other for other in graph.get(node, ()) if other not in depths]
            if missing:
                pending += missing
            else:
                pending.pop()
                depths[node] = 1 + max((depths[other] for other in graph.get(node, ())), default=0)
    for (relation, column), depth in depths.items():
        if depth > MOST_RULES:
            raise UnsupportedInTarget(f"`{column or 'known'}` of {relation} builds on {depth} rules one after another")
    for r in program.relations:
        for derived in r.derived:
            if _nested(derived.definition) > MOST_NESTED:
                raise UnsupportedInTarget(
                    f"`{derived.name}` of {r.name} has {_nested(derived.definition)} expressions within each other"
                )
    for output in program.outputs:
        for part in output.parts:
            if any(_nested(cell) > MOST_NESTED for cell in expressions_of(part)):
                raise UnsupportedInTarget(f"a cell of {output.name} has too many expressions within each other")


def _nested(expression: ir.Expr) -> int:
    return 1 + max((_nested(child) for child, _ in children(expression)), default=0)
