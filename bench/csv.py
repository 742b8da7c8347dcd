"""A CSV feed with one dirty line in a hundred: read and validated by incdsl, against DuckDB's own bare read of the file."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from bench.frame import Bench, Contender, incdsl, source
from bench.measure import measured
from bench.report import compared

VALIDATE = "incdsl, all checks of every value"
BARE = "DuckDB's bare read, text columns"
COUNT = "DuckDB counting the lines"
MOST_TIMES = 2.0

_LOAD = """
import sys
from pathlib import Path
from incdsl import driver
program = driver.load(sys.argv[1]).program
with driver.validate(program, Path(sys.argv[2]), checks_only=True) as feeds:
    count = next(count for count in feeds.counts if count.relation == "Purchase")
    assert count.read == count.used + count.refused and count.refused > 0, count
"""
_READ = """
import sys, duckdb
connection = duckdb.connect(config={"memory_limit": "4GB"})
connection.execute(f"{sys.argv[1]} read_csv('{sys.argv[2]}/purchase.csv', all_varchar = true, header = true, delim = ',')")
"""


def run(bench: Bench) -> list[str]:
    """A table for each size."""
    lines: list[str] = []
    for rows in bench.rows(5_000_000):
        took = bench.take_turns(contenders(bench, rows))
        lines += [*compared(f"purchase.csv, {rows:,} lines, 1% dirty", took, VALIDATE), ""]
        bench.at_most(MOST_TIMES, f"CSV of {rows:,} lines", took[VALIDATE], took[BARE])
    return lines[:-1]


def contenders(bench: Bench, rows: int) -> dict[str, Contender]:
    """The ways to read a file of so many lines. None of them writes result files."""
    data = _dirty(bench, rows)
    return {
        VALIDATE: Contender([sys.executable, "-c", _LOAD, str(source("vip25")), str(data)]),
        BARE: Contender([sys.executable, "-c", _READ, "CREATE TABLE lines AS FROM", str(data)]),
        COUNT: Contender([sys.executable, "-c", _READ, "SELECT count(*) FROM", str(data)]),
    }


def _dirty(bench: Bench, rows: int) -> Path:
    """CSV feeds made up by `incdsl sample`: one purchase line in a hundred has a fault, the rows it refers to have none."""
    data = bench.work("vip25", rows) / "feeds-csv-dirty"
    if not (data / "complete").exists():
        print(f"  making up {rows:,} rows of CSV", flush=True)
        options = ["--rows", str(rows), "--seed", "1", "--format", "csv", "--replace"]
        clean = data.with_name("feeds-csv-clean")
        for folder, dirt in ((clean, []), (data, ["--dirty", "1%"])):
            measured([incdsl(), "sample", str(source("vip25")), *options, *dirt, "--out", str(folder)])
        for feed in clean.glob("*.csv"):
            if feed.stem != "purchase":
                feed.replace(data / feed.name)
        shutil.rmtree(clean)
        (data / "complete").touch()
    return data
