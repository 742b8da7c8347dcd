"""LCI on made-up deals: `incdsl run` against hand-written DuckDB SQL and a bare scan."""

from __future__ import annotations

from bench.frame import INCDSL, Bench, Contender
from bench.handwritten import CHECKED, MOST_TIMES, SCAN, TRUSTING, handwritten
from bench.report import compared

AS_OF = "2024-07-26"


def run(bench: Bench) -> list[str]:
    """A table per size."""
    lines: list[str] = []
    for rows in bench.rows(2_000_000):
        took = bench.take_turns(contenders(bench, rows))
        lines += [*compared(f"LCI, {rows:,} deals", took, INCDSL), ""]
        bench.at_most(MOST_TIMES, f"LCI on {rows:,} deals", took[INCDSL], took[CHECKED])
    return lines[:-1]


def contenders(bench: Bench, rows: int) -> dict[str, Contender]:
    """The ways to do the work on so many deals."""
    data = bench.feeds("lci", rows * 3 // 2)  # the roles are the largest feed: three for every two deals
    return {
        INCDSL: bench.run("lci", rows, AS_OF, data=data),
        CHECKED: handwritten(bench, "lci", rows, AS_OF, CHECKED, data, "feeds", "checks", "job", "write"),
        TRUSTING: handwritten(bench, "lci", rows, AS_OF, TRUSTING, data, "feeds", "job", "write"),
        SCAN: handwritten(bench, "lci", rows, AS_OF, SCAN, data, "feeds", "scan"),
    }
