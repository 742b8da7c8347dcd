"""Evaluates a program with every engine and says where one differs from the reference."""

from __future__ import annotations

import datetime

from tests.agreement.engines import Engines, Evaluate, Feeds
from tests.agreement.programs import AS_OF as AS_OF
from tests.agreement.programs import Drawn
from tests.agreement.python_module import OverflowInModule

from incdsl.backends.sql import UnsupportedInTarget
from incdsl.core import ir
from incdsl.core.verify import verify
from incdsl.engines import reference
from incdsl.engines.errors import DoesNotFit
from incdsl.engines.reference import Row
from incdsl.engines.reference.evaluate import sort_key

AGREED, OVERFLOW, OVERFLOW_IN_SQL, UNSUPPORTED = "agreed", "overflow", "overflow in SQL only", "unsupported"


def compare(drawn: Drawn, engines: Engines) -> dict[str, str]:
    """How it ended, by engine: with the same rows, with a value that does not fit, or with what SQL does not do.

    Raises AssertionError when one disagrees with the reference, and whatever an engine raises that it should not.
    """
    program, outputs = drawn.program, [output.name for output in drawn.program.outputs]
    expected: dict[str, list[Row]] | str
    try:
        expected = reference.evaluate(program, reference.MemoryRows(program, drawn.rows), drawn.as_of, outputs)
    except reference.Overflow as overflow:
        expected = str(overflow)
    return {name: _ended(drawn, name, evaluate, expected) for name, evaluate in engines.items()}


def _ended(drawn: Drawn, engine: str, evaluate: Evaluate, expected: dict[str, list[Row]] | str) -> str:
    """`expected` are the rows that the reference engine gives, or what it says of the value that does not fit."""
    outputs = [output.name for output in drawn.program.outputs]
    try:
        found = evaluate(drawn.program, drawn.rows, drawn.as_of, outputs)
    except UnsupportedInTarget:
        return UNSUPPORTED
    except OverflowInModule as overflow:
        if str(overflow) != expected:
            raise AssertionError(f"{engine} says {overflow}, and the reference engine {expected}") from overflow
        return OVERFLOW
    except DoesNotFit:
        # SQL may work out what the reference engine never looks at.
        return OVERFLOW if isinstance(expected, str) else OVERFLOW_IN_SQL
    assert not isinstance(expected, str), f"{engine} gives a result, and the reference engine says that a value does not fit"
    for name in outputs:
        assert told(found[name]) == told(expected[name]), f"{engine}, {name}"
    return AGREED


def told(rows: list[Row]) -> list[list[str]]:
    """The rows as texts that show every digit, in an order of their own: results have none until they are written."""
    return [[repr(value) for value in row] for row in sorted(rows, key=sort_key)]


def rows_by_all(program: ir.Program, rows: Feeds, as_of: datetime.date, output: str, engines: Engines) -> dict[str, list[Row]]:
    """The rows of an output by the reference and each engine, in its order as the reference engine sorts, for the caller
    to say what they must be. Raises what the engines raise."""
    verify(program)
    (declared,) = (one for one in program.outputs if one.name == output)
    order = [[column.name for column in declared.columns].index(name) for name in declared.order]
    found = {"reference": reference.evaluate(program, reference.MemoryRows(program, rows), as_of, [output])[output]}
    for name, evaluate in engines.items():
        found[name] = evaluate(program, rows, as_of, [output])[output]
        found[name].sort(key=lambda row: (sort_key(tuple(row[at] for at in order)), sort_key(row)))
    return found
