"""VIP25's volumes and rebates by Polars, pandas and plain Python, beside `incdsl run`.

They do the heart of the job: find the list entry of each purchase line, then the enrolments whose period has its day, and sum
amounts and rebates per enrolment. No checks, no requirements and no result files; what they find has to be the same cents.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.frame import INCDSL, Bench, Contender
from bench.report import compared
from bench.vip25 import AS_OF

PYTHON = Path(sys.prefix) / "tables" / "bin" / "python"
"""The environment that has them; `make bench` makes it."""

SIZES = (1_000_000, 5_000_000, 50_000_000)
MOST_LINES = {"Polars": 50_000_000, "pandas": 5_000_000, "plain Python": 1_000_000}
"""The largest size at which each is run: pandas would need more memory than there is for the next one, plain Python the
patience of a minute for each million lines."""


def run(bench: Bench) -> list[str]:
    """A table per size."""
    lines: list[str] = []
    for rows in bench.rows(*SIZES):
        named = [name for name, most in MOST_LINES.items() if rows <= most]
        took = bench.take_turns({INCDSL: bench.run("vip25", rows, AS_OF), **contenders(bench, rows, named)}, min(bench.runs, 2))
        lines += [*compared(f"VIP25, {rows:,} lines", took, INCDSL), ""]
    return [*lines, f"With {_versions()}. Decimals all of them: pandas by way of integer cents, plain Python by `decimal`."]


def contenders(bench: Bench, rows: int, names: Sequence[str]) -> dict[str, Contender]:
    """The others, on the feeds of a size; each compares what it finds with the payouts of `incdsl run`."""
    data, payouts = bench.feeds("vip25", rows), bench.work("vip25", rows) / "incdsl-run" / "payouts.csv"
    modules = {"Polars": "polars", "pandas": "pandas", "plain Python": "python"}
    return {
        name: Contender([str(PYTHON), "-m", f"bench.other_tools.with_{modules[name]}", str(data), AS_OF, str(payouts)])
        for name in names
    }


def _versions() -> str:
    asked = (
        "from importlib.metadata import version; print(*(f'{n} {version(n)}' for n in ('polars', 'pandas', 'pyarrow')), sep=', ')"
    )
    return subprocess.run([PYTHON, "-c", asked], check=True, capture_output=True, text=True).stdout.strip()
