"""Runs parts of the bench, one after another: `python -m bench [PART...] [--rows N,N] [--runs N] [--write]`."""

from __future__ import annotations

import argparse
import compileall
import importlib
from pathlib import Path

from bench.frame import Bench
from bench.measure import ROOT
from bench.report import machine, put

PARTS = ("vip25", "lci", "mdf", "growth", "others", "validate", "csv", "postgres", "spark", "python_target")
"""Every part, in the order of docs/performance.md."""


def main() -> None:
    """Run the parts, print each table, and end with 1 when a target is missed."""
    options = _options()
    for folder in ("src", "bench"):  # as pip does with what it installs: no process compiles its modules while it is timed
        compileall.compile_dir(ROOT / folder, quiet=1)
    bench = Bench(options.build, options.rows, options.runs)
    for part in options.parts or PARTS:
        print(f"{part}:", flush=True)
        lines = importlib.import_module(f"bench.{part}").run(bench)
        print("\n".join(["", *lines, ""]), flush=True)
        if options.write:
            put("machine", [machine()])
            put(part, lines)
    if bench.missed:
        raise SystemExit("\n".join(f"missed: {what}" for what in bench.missed))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Time incdsl against other ways to do the same work.")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART", help=f"of {', '.join(PARTS)}; default all")
    parser.add_argument("--rows", type=_sizes, help="lines of the largest feed, one number or several: 5000000,50000000")
    parser.add_argument("--runs", type=int, default=3, help="runs of each, of which the median counts (default 3)")
    parser.add_argument("--build", type=Path, default=Path("build/bench"), help="where made-up feeds and results lie")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    return parser.parse_args()


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(part.replace("_", "")) for part in text.split(","))


if __name__ == "__main__":
    main()
