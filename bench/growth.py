"""How time and memory of `incdsl run` grow with VIP25's purchase lines, with a memory limit of 4 GB."""

from __future__ import annotations

from bench.frame import INCDSL, Bench
from bench.vip25 import AS_OF

LIMIT = "4GB"


def run(bench: Bench) -> list[str]:
    """One row per size."""
    table = [
        f"| VIP25, --memory-limit {LIMIT} | seconds | CPU seconds | GB at most | seconds for a million lines more |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    smaller = None
    for rows in bench.rows(1_000_000, 10_000_000, 100_000_000):
        contender = bench.run("vip25", rows, AS_OF, "--memory-limit", LIMIT)
        took = bench.take_turns({INCDSL: contender})[INCDSL]
        more = ""
        if smaller is not None:
            more = f"{(took.seconds - smaller[1]) / ((rows - smaller[0]) / 1_000_000):.2f}"
        table.append(f"| {rows:,} lines | {took.seconds:.2f} | {took.cpu:.2f} | {took.memory:.2f} | {more} |")
        smaller = (rows, took.seconds)
    return table
