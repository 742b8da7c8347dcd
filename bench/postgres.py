"""VIP25 in PostgreSQL: `incdsl run --engine postgres` against SQL written by hand there, on a server of the bench's own."""

from __future__ import annotations

import json
import sys

from tests.postgres_server import started

from bench.constants import constants
from bench.frame import Bench, Contender, source
from bench.handwritten import SQL
from bench.report import compared
from incdsl import driver

AS_OF = "2015-07-26"
OWN = "incdsl run --engine postgres"
CHECKED = "hand-written SQL in PostgreSQL, same checks"
TRUSTING = "hand-written SQL in PostgreSQL, no checks"
LOADING = "copying the used columns to PostgreSQL"
MOST_TIMES = 1.2
USED = {
    "partner": ["id", "name", "country", "level"],
    "product": ["id", "name", "family"],
    "listing": ["product", "listed_start", "listed_end", "subtrack", "rebate_rate"],
    "certification": ["partner", "expertise", "held_start", "held_end", "awarded_on"],
    "survey": ["id", "partner", "customer", "submitted_on", "score"],
    "enrollment": ["partner", "subtrack", "period", "signed_on"],
    "purchase": ["id", "partner", "product", "amount", "booked_on"],
}


def run(bench: Bench) -> list[str]:
    """A table per size."""
    server = started("bench")
    lines: list[str] = []
    for rows in bench.rows(5_000_000):
        took = bench.take_turns(
            {
                OWN: bench.run("vip25", rows, AS_OF, "--engine", "postgres", "--server", server, name=OWN),
                CHECKED: handwritten(bench, rows, server, CHECKED, "checks", "job", "payouts", "requirements"),
                TRUSTING: handwritten(bench, rows, server, TRUSTING, "job", "payouts", "requirements"),
                LOADING: handwritten(bench, rows, server, LOADING),
            }
        )
        lines += [*compared(f"VIP25 in PostgreSQL, {rows:,} lines", took, OWN), ""]
        bench.at_most(MOST_TIMES, f"VIP25 in PostgreSQL on {rows:,} lines", took[OWN], took[CHECKED])
    return lines[:-1]


def handwritten(bench: Bench, rows: int, server: str, name: str, *files: str) -> Contender:
    """The SQL files in `bench/sql/vip25_postgres`, in this order, after the tables and texts of the program."""
    loaded = driver.load(str(source("vip25"))).program
    assert loaded is not None
    work = bench.work("vip25", rows)
    out = work / name.replace(" ", "-").replace(",", "")
    out.mkdir(exist_ok=True)
    (work / "constants.sql").write_text(constants(loaded))
    columns = USED if "checks" in files else {**USED, "purchase": USED["purchase"][1:]}
    said = {"data": str(bench.feeds("vip25", rows)), "out": str(out), "as_of": AS_OF, "version": loaded.version, "feeds": columns}
    values = work / f"{out.name}.json"
    values.write_text(json.dumps(said))
    scripts = [str(path) for path in (work / "constants.sql", *(SQL / f"vip25_postgres/{file}.sql" for file in files))]
    if files:
        (out / "refused.csv").write_text("file,line,field,value,code,message,row\n")
    return Contender([sys.executable, "-m", "bench.postgres_job", str(values), server, *scripts], out if files else None)
