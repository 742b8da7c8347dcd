"""What `never-applies` says of random conditions, against every row that there can be: neither a false alarm nor a miss."""

from __future__ import annotations

import datetime
import itertools
import random
from decimal import Decimal
from pathlib import Path

import pytest

from incdsl.driver import load
from incdsl.engines.reference import MemoryRows, evaluate

CONDITIONS = 40
HEAD = """\
program Random "Random conditions"
  currency USD

record Row
  id    text key
  a     whole number at least 0 at most 3
  b     whole number at least 1 at most 2
  flag  boolean
  level one of Low, Middle, High lowest first
  since date

for each Row
"""
DAYS = [datetime.date(2025, 1, day) for day in range(1, 8)]
"""Dates have no bounds: these are all that the conditions below can tell apart."""


def condition(rng: random.Random, depth: int) -> str:
    """A condition, in parentheses where it has parts."""
    if depth and rng.random() < 0.6:
        word = rng.choice(("and", "or", "and not", "or not"))
        return f"({condition(rng, depth - 1)} {word} {condition(rng, depth - 1)})"
    sign = rng.choice(("=", "<>", "<", "<=", ">", ">="))
    match rng.randrange(8):
        case 0:
            return f"a {sign} {rng.randrange(5)}"
        case 1:
            return f"b {sign} {rng.randrange(5)}"
        case 2:
            return f"a + {rng.randrange(3)} {sign} b"
        case 3:
            return "flag"
        case 4:
            return f"level {sign} {rng.choice(('Low', 'Middle', 'High'))}"
        case 5:
            return f"since {sign} 2025-01-0{rng.randrange(3, 6)}"
        case 6:
            return f"(smaller of a and b) {sign} {rng.randrange(3)}"
        case _:
            return f"(a if flag otherwise b) {sign} {rng.randrange(4)}"


@pytest.mark.parametrize("seed", range(8))
def test_what_never_applies_is_what_no_row_has(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rng = random.Random(seed)
    conditions = [condition(rng, 3) for _ in range(CONDITIONS)]
    lets = "".join(f"  let c{i} = 77 if {text} otherwise 88\n" for i, text in enumerate(conditions))
    Path("random.inc").write_text(HEAD + lets, encoding="utf-8")
    loaded = load("random.inc")
    assert loaded.program is not None, [d.message() for d in loaded.sink.diagnostics]
    said = {(d.span.line, d.span.text) for d in loaded.sink.diagnostics if d.code == "never-applies"}

    values = itertools.product(range(4), range(1, 3), (True, False), ("Low", "Middle", "High"), DAYS)
    rows = [(str(i), Decimal(a), Decimal(b), flag, level, day) for i, (a, b, flag, level, day) in enumerate(values)]
    results = evaluate(loaded.program, MemoryRows(loaded.program, {"Row": rows}), DAYS[-1], ["values"])["values"]
    found = {(row[3], row[-1]) for row in results}
    expected = set()
    for index in range(CONDITIONS):
        line = HEAD.count("\n") + index + 1
        expected |= {(line, text) for text in ("77", "88") if (f"c{index}", text) not in found}
    assert said == expected, "\n".join(f"{n} {t}: {(HEAD + lets).splitlines()[n - 1]}" for n, t in said ^ expected)
