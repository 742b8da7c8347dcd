"""Counts what stands in drawn programs: operators, aggregates and nodes of the core, and words and forms of the language. Prints
it as a table: `python -m tests.agreement.coverage 5000`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator

from tests.agreement.programs import draw_program
from tests.agreement.sources import draw_source, lowered
from tests.agreement.test_agreement import parts_of

from incdsl.core import ir, operators
from incdsl.core.dependencies import children, expressions_of

NODES = ("Literal", "Param", "AsOf", "Column", "Lookup", "Aggregate", "Operation", "Case")
SHAPES = ("Feed", "Rows", "Pairs", "RangeKey", "event", "filter", "certain", "not certain", "exists", "over itself", "before")


def of_core(programs: Iterable[ir.Program]) -> Counter[str]:
    """How many programs have each node, operator, aggregate, mode and shape."""
    seen: Counter[str] = Counter()
    for program in programs:
        seen.update(set(parts_of(program)) | set(_names(program)))
    return seen


def _names(program: ir.Program) -> Iterator[str]:
    for relation in program.relations:
        for column in relation.derived:
            yield from _of(column.definition)
    for output in program.outputs:
        for part in output.parts:
            for cell in expressions_of(part):
                yield from _of(cell)


def _of(expression: ir.Expr) -> Iterator[str]:
    yield type(expression).__name__
    if isinstance(expression, ir.Operation | ir.Aggregate):
        yield expression.operator
    for child, _ in children(expression):
        yield from _of(child)


def table(core: int, texts: int) -> list[str]:
    """The counts of so many programs of each kind, as Markdown."""
    of_programs = of_core(draw_program(seed).program for seed in range(core))
    used: Counter[str] = Counter()
    lowered_programs: Counter[str] = Counter()
    for seed in range(texts):
        source = draw_source(seed)
        used.update(set(source.used))
        lowered_programs += of_core([lowered(source, seed).program])
    rows = [f"| of the core | of {core:,} core programs | of {texts:,} texts |", "| --- | ---: | ---: |"]
    modes = [f"{name} {mode}" for name in ("round", "divide") for mode in operators.ROUNDING_MODES]
    for group, names in (
        ("node", NODES),
        ("operator", operators.OPERATORS),
        ("rounding", modes),
        ("aggregate", operators.AGGREGATES),
        ("shape", SHAPES),
    ):
        rows += [f"| {group} `{name}` | {of_programs[name]:,} | {lowered_programs[name]:,} |" for name in names]
    rows += ["", f"| of the language | of {texts:,} texts |", "| --- | ---: |"]
    return rows + [f"| {form} | {count:,} |" for form, count in sorted(used.items())]


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print("\n".join(table(count, max(count // 5, 1))))
