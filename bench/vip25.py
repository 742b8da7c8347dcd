"""VIP25 on made-up purchase lines: `incdsl run` against hand-written DuckDB SQL, a bare scan and the reference engine."""

from __future__ import annotations

from bench.frame import INCDSL, Bench, Contender
from bench.handwritten import CHECKED, MOST_TIMES, SCAN, TRUSTING, handwritten
from bench.report import compared

AS_OF = "2015-07-26"
SMALL = 20_000
REFERENCE = "incdsl run --engine reference"
MOST_MEMORY = 6.0


def run(bench: Bench) -> list[str]:
    """A table per size, and what the reference engine takes on a small one."""
    lines: list[str] = []
    for rows in bench.rows(5_000_000, 50_000_000):
        took = bench.take_turns(contenders(bench, rows))
        lines += [*compared(f"VIP25, {rows:,} lines", took, INCDSL), ""]
        bench.at_most(MOST_TIMES, f"VIP25 on {rows:,} lines", took[INCDSL], took[CHECKED])
        if took[INCDSL].memory > MOST_MEMORY:
            bench.missed.append(f"VIP25 on {rows:,} lines: {took[INCDSL].memory:.1f} GB")
    small = {
        INCDSL: bench.run("vip25", SMALL, AS_OF),
        REFERENCE: bench.run("vip25", SMALL, AS_OF, "--engine", "reference", name=REFERENCE),
    }
    took = bench.take_turns(small, 1)
    times = took[REFERENCE].seconds / took[INCDSL].seconds
    return [
        *lines,
        f"At {SMALL:,} lines the reference engine takes {took[REFERENCE].seconds:.1f} s, {times:.1f} times the "
        f"{took[INCDSL].seconds:.1f} s of the default engine.",
    ]


def contenders(bench: Bench, rows: int) -> dict[str, Contender]:
    """The ways to do the work on so many purchase lines."""
    data = bench.feeds("vip25", rows)
    return {
        INCDSL: bench.run("vip25", rows, AS_OF),
        CHECKED: handwritten(bench, "vip25", rows, AS_OF, CHECKED, data, "feeds", "checks", "job", "write"),
        TRUSTING: handwritten(bench, "vip25", rows, AS_OF, TRUSTING, data, "feeds", "job", "write"),
        SCAN: handwritten(bench, "vip25", rows, AS_OF, SCAN, data, "feeds", "scan"),
    }
