"""MDF on made-up orders: `incdsl run` against hand-written DuckDB SQL and a bare scan."""

from __future__ import annotations

from bench.frame import INCDSL, Bench, Contender
from bench.handwritten import CHECKED, MOST_TIMES, SCAN, TRUSTING, handwritten
from bench.report import compared

AS_OF = "2024-07-26"
HINTS = {"100 per Partner": "1000 per Partner"}
"""Orders of a partner over the sixteen years of the calendar."""


def run(bench: Bench) -> list[str]:
    """A table per size."""
    lines: list[str] = []
    for rows in bench.rows(50_000_000):
        took = bench.take_turns(contenders(bench, rows))
        lines += [*compared(f"MDF, {rows:,} orders", took, INCDSL), ""]
        bench.at_most(MOST_TIMES, f"MDF on {rows:,} orders", took[INCDSL], took[CHECKED])
    return lines[:-1]


def contenders(bench: Bench, rows: int) -> dict[str, Contender]:
    """The ways to do the work on so many orders."""
    data = bench.feeds("mdf", rows, hints=HINTS)
    return {
        INCDSL: bench.run("mdf", rows, AS_OF, data=data),
        CHECKED: handwritten(bench, "mdf", rows, AS_OF, CHECKED, data, "feeds", "checks", "job", "write"),
        TRUSTING: handwritten(bench, "mdf", rows, AS_OF, TRUSTING, data, "feeds", "job", "write"),
        SCAN: handwritten(bench, "mdf", rows, AS_OF, SCAN, data, "feeds", "scan"),
    }
