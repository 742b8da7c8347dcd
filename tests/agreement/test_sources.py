"""Programs drawn as text go through parser, checker and lowering, and then every engine gives the same rows for them.

`INCDSL_FUZZ=5000` looks at so many programs instead of the few of a normal run. A disagreement is shown as the text of the
program.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from tests.agreement.compare import AGREED, compare
from tests.agreement.engines import Engines
from tests.agreement.reduce import failure
from tests.agreement.sources import CALENDARS, draw_source, lowered
from tests.agreement.test_agreement import FIRST, ONE_IN, SHARDS, asked_for

from incdsl import driver
from incdsl.core import ir
from incdsl.core.printer import print_program
from incdsl.engines import reference
from incdsl.files import formatted

SEEDS = range(FIRST, FIRST + asked_for(20))


@pytest.mark.parametrize("shard", range(SHARDS))
def test_engines_agree_on_drawn_texts(engines: Engines, shard: int) -> None:
    ends: Counter[tuple[str, str]] = Counter()
    for seed in SEEDS[shard::SHARDS]:
        source = draw_source(seed)
        drawn = lowered(source, seed)
        now = {name: evaluate for name, evaluate in engines.items() if seed // SHARDS % ONE_IN.get(name, 1) == 0}
        try:
            ended = compare(drawn, now)
        except Exception as error:
            pytest.fail(f"seed {seed}: {failure(drawn, now, error)}\n\nlowered from:\n{source.text}", pytrace=False)
        ends.update(ended.items())
    assert all(count == 0 for (_, end), count in ends.items() if end == "unsupported"), ends
    assert ends["duckdb", AGREED] > 0


def test_drawn_texts_have_everything_in_them() -> None:
    """Of a normal run's few programs not everything is evaluated; what is drawn is looked at in more of them."""
    used: Counter[str] = Counter()
    for seed in range(FIRST, FIRST + max(300, len(SEEDS))):
        used.update(draw_source(seed).used)
    wanted = {f"calendar {form}" for form in CALENDARS} | {
        f"pay {form}" for form in ("amount", "rate", "whole amount", "per slice")
    }
    wanted |= {
        f"aggregate {word}" for word in ("sum", "count", "count of distinct", "any", "largest", "smallest", "latest", "earliest")
    }
    wanted |= {f"table {policy}" for policy in ("unique", "first", "any", "collect sum", "collect smallest", "collect largest")}
    wanted |= {f"limit of {what} per partner per Period of booked_on" for what in ("places", "money")}
    wanted |= {f"{step} {mode}" for step in ("round", "rounded", "divide") for mode in ("half up", "half even", "up", "down")}
    wanted |= {"tier by money", "tier by date", "exceptions", "param on", "designation", "invariant", "dated by", "lookup", "if"}
    wanted |= {"when", "that", "done", "after", "by", "plus", "at most", "at least", "due", "for each Partner", "for each per"}
    wanted |= {
        "months last day",
        "months next day",
        "otherwise",
        "is given",
        "is missing",
        "in days",
        "in values",
        "operator -x",
        "row is given",
    }
    assert wanted - {form for form, count in used.items() if count > 1} == set()


def test_every_status_is_met() -> None:
    """The generated feeds lead to every outcome that the language knows."""
    found: Counter[str] = Counter()
    for seed in range(60):
        drawn = lowered(draw_source(seed), seed)
        try:
            rows = reference.Evaluator(drawn.program, reference.MemoryRows(drawn.program, drawn.rows), drawn.as_of)
            for relation in drawn.program.relations:
                names = [c.name for c in relation.derived if c.name.endswith((".status", ".over", ".broken"))]
                found.update(
                    f"{n.split('.')[-1]} {rows.value(relation.name, r, n)}" for r in rows.rows_of(relation.name) for n in names
                )
        except reference.Overflow:
            continue
    statuses = ("met", "missed", "on track", "open", "not applicable", "earned", "expected")
    assert {f"status {status}" for status in statuses} | {"over True", "broken True"} <= set(found)


def test_formatting_keeps_the_meaning(tmp_path: Path) -> None:
    for seed in SEEDS:
        source = draw_source(seed)
        path = tmp_path / "drawn.inc"
        path.write_text(source.text, encoding="utf-8")
        once = formatted(str(path))
        assert isinstance(once, tuple), source.text
        before = meaning(path)
        path.write_text(once[1], encoding="utf-8")
        again = formatted(str(path))
        assert isinstance(again, tuple), f"seed {seed}"
        assert again[1] == once[1], f"seed {seed}"
        assert meaning(path) == before, f"seed {seed}"


def meaning(path: Path) -> str:
    """The core of a program without the numbers of its lines, which some messages name, and its version."""
    program = driver.load(str(path)).program
    assert isinstance(program, ir.Program)
    text = print_program(program).replace(program.version, "VERSION")
    return re.sub(r"drawn\.inc:\d+|lines \d+ and \d+", "", text)
