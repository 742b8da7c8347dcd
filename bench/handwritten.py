"""Hand-written DuckDB SQL as a process of its own, as `incdsl run` is."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bench.frame import Bench, Contender, source

CHECKED = "hand-written SQL, same checks"
TRUSTING = "hand-written SQL, no checks"
SCAN = "bare scan of the used columns"
MOST_TIMES = 1.1
"""Times the hand-written SQL with the same checks that `incdsl run` may take."""

SQL = Path(__file__).resolve().parent / "sql"


def handwritten(bench: Bench, program: str, rows: int, as_of: str, name: str, data: Path, *files: str) -> Contender:
    """The SQL files of a program, in this order, on the feeds in a folder, with the tables and texts of the program.

    Files named `checks` and so on are `bench/sql/PROGRAM/checks.sql`; the one named `write` writes the result files.
    """
    from bench.constants import constants
    from incdsl import driver

    loaded = driver.load(str(source(program))).program
    assert loaded is not None
    work = bench.work(program, rows)
    out = work / name.replace(" ", "-").replace(",", "")
    out.mkdir(exist_ok=True)
    (work / "constants.sql").write_text(constants(loaded))
    values = work / f"{out.name}.json"
    said = {"data": str(data), "out": str(out), "as_of": as_of, "version": loaded.version}
    values.write_text(json.dumps(said))
    scripts = [str(work / "constants.sql"), *(str(SQL / program / f"{file}.sql") for file in files)]
    command = [sys.executable, "-m", "bench.sql_job", str(values), *scripts]
    return Contender(command, out if "write" in files else None)
