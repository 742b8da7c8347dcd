"""The engines give the same rows for generated programs over generated feeds, to the last digit.

`INCDSL_FUZZ=5000` looks at so many programs instead of the few of a normal run; `INCDSL_FUZZ_FROM=7` starts at
another seed. A disagreement is shown as the smallest program found that has it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest
from tests.agreement.compare import AGREED, AS_OF, OVERFLOW_IN_SQL, UNSUPPORTED, compare
from tests.agreement.engines import Engines
from tests.agreement.programs import draw_program
from tests.agreement.reduce import failure

from incdsl.backends.sql import UnsupportedInTarget, emit
from incdsl.core import ir, operators
from incdsl.core import types as ty
from incdsl.core.dates import MONTH_MODES
from incdsl.core.dependencies import children, conjuncts, expressions_of, reads
from incdsl.core.verify import verify


def asked_for(usual: int) -> int:
    """How many programs to look at."""
    return int(os.environ.get("INCDSL_FUZZ", usual))


FIRST = int(os.environ.get("INCDSL_FUZZ_FROM", "0"))
SEEDS = range(FIRST, FIRST + asked_for(160))
SHARDS = 4
ONE_IN = {} if "INCDSL_FUZZ" in os.environ else {"postgres": 5}
"""How many programs of a normal run an engine sees only one of: those behind a server are slow for small feeds."""


@pytest.mark.parametrize("shard", range(SHARDS))
def test_engines_agree_on_generated_programs(engines: Engines, shard: int) -> None:
    ends = {name: Counter[str]() for name in engines}
    for seed in SEEDS[shard::SHARDS]:
        drawn = draw_program(seed)
        verify(drawn.program)
        now = {name: evaluate for name, evaluate in engines.items() if seed // SHARDS % ONE_IN.get(name, 1) == 0}
        try:
            ended = compare(drawn, now)
        except Exception as error:
            pytest.fail(f"seed {seed}: {failure(drawn, now, error)}", pytrace=False)
        for name, end in ended.items():
            ends[name][end] += 1
    for of_engine in (of_engine for name, of_engine in ends.items() if name not in ONE_IN):
        assert of_engine[AGREED] > 20 * of_engine[UNSUPPORTED], ends
        assert of_engine[AGREED] > 20 * of_engine[OVERFLOW_IN_SQL], ends


def test_generated_programs_have_everything_in_them() -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        seen.update(parts_of(draw_program(seed).program))
    nodes = {node.__name__ for node in (ir.Literal, ir.Param, ir.AsOf, ir.Column, ir.Lookup, ir.Aggregate, ir.Operation, ir.Case)}
    modes = {f"{name} {mode}" for name in ("round", "divide") for mode in operators.ROUNDING_MODES}
    modes |= {f"add_months {mode}" for mode in MONTH_MODES}
    comparisons = {f"{name} of text" for name in operators.COMPARISONS}
    shapes = {"certain", "not certain", "exists", "Pairs", "Rows", "Feed", "RangeKey", "filter", "event", "param", "union"}
    shapes |= {"where", "over itself", "before", "before by many", "before by key", "window"}
    wanted = {*operators.OPERATORS, *operators.AGGREGATES, *nodes, *modes, *comparisons, *shapes}
    assert not wanted - {name for name, count in seen.items() if count > 1}


def parts_of(program: ir.Program) -> Iterator[str]:
    """The names of what stands in a program."""
    yield from ("param" for _ in program.params)
    yield from ("union" for output in program.outputs if len(output.parts) > 1)
    with suppress(UnsupportedInTarget):
        script = emit(program, as_of=AS_OF, outputs=[output.name for output in program.outputs])
        yield from ("window" for _ in range(script.text.count("GROUPS BETWEEN")))
    for relation in program.relations:
        yield type(relation.source).__name__
        yield from ("RangeKey" for part in relation.key if isinstance(part, ir.RangeKey))
        yield from ("event" for column in relation.stored if column.event)
        yield from ("filter" for _ in (relation.known,) if relation.known is not None)
        parts = [part for output in program.outputs for part in output.parts if part.relation == relation.name]
        yield from ("where" for part in parts if part.where is not None)
        yield from ("over itself" for column in relation.derived if reads_own_columns(column.definition, relation))
        expressions = [column.definition for column in relation.derived] + ([relation.known] if relation.known else [])
        expressions += [cell for part in parts for cell in expressions_of(part)]
        for expression in expressions:
            yield from nodes_of(expression)


def reads_own_columns(definition: ir.Expr, relation: ir.Relation) -> bool:
    """Whether a column reads derived columns of other rows of its own relation."""
    derived = {column.name for column in relation.derived}
    return any(r.relation == relation.name and r.column in derived and not r.own for r in reads(definition, (relation.name,)))


def ways_before(where: ir.Expr | None) -> Iterator[str]:
    """What an aggregate's condition says about which rows come first."""
    conditions = [one for one in conjuncts(where) if isinstance(one, ir.Operation)]
    firsts = [one.operands[0] if one.operator == "or" else one for one in conditions]
    of_one = [one for one in firsts if isinstance(one, ir.Operation) and of_one_column(one)]
    found = [one for one in of_one if one.operator == "less"]
    yield from ("before" for _ in found)
    yield from ("before by many" for one in found if one not in conditions)
    yield from ("before by key" for one in of_one if one.operator == "equal" and found)


def of_one_column(comparison: ir.Operation) -> bool:
    """Whether it compares a column of the row aggregated with that of the row around."""
    sides = [side.operands[0] if isinstance(side, ir.Operation) else side for side in comparison.operands]
    match sides:
        case [ir.Column(name, _, 0), ir.Column(other, _, 1)]:
            return name == other
        case _:
            return False


def nodes_of(expression: ir.Expr) -> Iterator[str]:
    yield type(expression).__name__
    match expression:
        case ir.Operation(operator, operands, mode=mode):
            yield operator
            yield from (f"{operator} {mode}" for _ in (mode,) if mode is not None)
            yield from (f"{operator} of text" for first in operands[:1] if ty.stored(first.type) == ty.TEXT)
        case ir.Aggregate(operator, where=where):
            yield operator
            yield from ways_before(where)
        case ir.Lookup(column=None):
            yield "exists"
        case ir.Lookup(certain=certain):
            yield "certain" if certain else "not certain"
        case _:
            pass
    for child, _ in children(expression):
        yield from nodes_of(child)
