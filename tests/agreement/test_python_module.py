"""The Python module of a generated program gives the reference engine's rows in their order, and its words where a value does
not fit. `INCDSL_FUZZ=5000` looks at so many programs."""

from __future__ import annotations

import os
import re
from collections import Counter

import pytest
from tests.agreement.compare import AS_OF
from tests.agreement.programs import draw_program
from tests.agreement.python_module import OverflowInModule, by_python

from incdsl.engines import reference

SEEDS = range(int(os.environ.get("INCDSL_FUZZ", "80")))
SHARDS = 4


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_module_says_what_the_reference_says(shard: int) -> None:
    ends: Counter[str] = Counter()
    for seed in SEEDS[shard::SHARDS]:
        program, rows = (drawn := draw_program(seed)).program, drawn.rows
        outputs = [output.name for output in program.outputs]
        try:
            expected = reference.evaluate(program, reference.MemoryRows(program, rows), AS_OF, outputs)
        except reference.Overflow as overflow:
            words = str(overflow)
            with pytest.raises(OverflowInModule, match=f"^{re.escape(words)}$"):
                by_python(program, rows, AS_OF, outputs)
            ends["overflow"] += 1
            continue
        found = by_python(program, rows, AS_OF, outputs)
        for name in outputs:
            assert list(map(repr, found[name])) == list(map(repr, expected[name])), f"seed {seed}, output {name}"
        ends["agreed"] += 1
    assert ends["agreed"] > 3 * ends["overflow"]
