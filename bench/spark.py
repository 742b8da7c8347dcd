"""VIP25 in Spark: what `incdsl run --engine spark` does there against SQL written by hand, in one session and in turns."""

from __future__ import annotations

import datetime
import resource
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import sqlglot

from bench.constants import constants
from bench.frame import Bench, source
from bench.handwritten import SQL
from bench.measure import Took, median
from bench.report import compared
from incdsl import driver
from incdsl.core import ir
from incdsl.engines import spark as engine
from incdsl.feeds import Feeds, load_feeds
from incdsl.feeds.quoting import text

AS_OF = datetime.date(2015, 7, 26)
OWN = "what incdsl runs in Spark"
BY_HAND = "hand-written SQL in Spark"
OUTPUTS = ("payouts", "requirements")
MOST_TIMES = 1.2


def run(bench: Bench) -> list[str]:
    """A table per size. The feeds are read and validated before the clock starts: that is the same for every engine."""
    program = driver.load(str(source("vip25"))).program
    assert program is not None
    lines: list[str] = []
    for rows in bench.rows(5_000_000):
        data = bench.feeds("vip25", rows)
        with load_feeds(program, data) as feeds, engine.open_session("local[2]") as session:
            assert session.folder is not None
            out = bench.work("vip25", rows) / "spark-by-hand"
            ways: dict[str, Callable[[], None]] = {
                OWN: partial(engine.evaluate, program, feeds.connection, AS_OF, OUTPUTS, session, feeds.files),
                BY_HAND: partial(_by_hand, session.spark, program, data, out),
            }
            took: dict[str, list[Took]] = {name: [] for name in ways}
            for turn in range(bench.runs + 1):
                for name, work in ways.items():
                    measured = _measured(session.spark, work)
                    print(f"  run {turn}: {name}: {measured.seconds:.2f} s, {measured.cpu:.2f} s of CPU", flush=True)
                    if turn:  # the first one is for Java to warm up
                        took[name].append(measured)
            _same(feeds, out)
        medians = {name: median(each) for name, each in took.items()}
        lines += [*compared(f"VIP25 in Spark, {rows:,} lines", medians, OWN), ""]
        bench.at_most(MOST_TIMES, f"VIP25 in Spark on {rows:,} lines", medians[OWN], medians[BY_HAND])
    return lines[:-1]


def _by_hand(spark: Any, program: ir.Program, data: Path, out: Path) -> None:
    for feed in ("partner", "product", "listing", "certification", "survey", "enrollment", "purchase"):
        spark.read.parquet(str(data / f"{feed}.parquet")).createOrReplaceTempView(feed)
    for statement in sqlglot.transpile(constants(program), read="duckdb", write="spark"):
        spark.sql(statement.replace("CREATE TABLE", "CREATE OR REPLACE TEMPORARY VIEW", 1))
    for statement in _read("job", program).split(";\n"):
        if statement.strip():
            spark.sql(statement)
    for output in OUTPUTS:
        spark.sql(_read(output, program)).write.mode("overwrite").parquet(str(out / output))
    for kept in ("paid", "enrolled"):  # those that read others first
        spark.sql(f"UNCACHE TABLE {kept}")
        spark.catalog.dropTempView(kept)


def _read(file: str, program: ir.Program) -> str:
    written = (SQL / "vip25_spark" / f"{file}.sql").read_text(encoding="utf-8")
    return written.replace("{as_of}", AS_OF.isoformat()).replace("{version}", program.version)


def _measured(spark: Any, work: Callable[[], None]) -> Took:
    java = spark.sparkContext._gateway.proc.pid
    before, started = _cpu(java), time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    status = Path(f"/proc/{java}/status").read_text(encoding="utf-8")
    (most,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return Took(seconds, _cpu(java) - before, int(most) * 1024 / 1e9)


def _cpu(java: int) -> float:
    """Seconds of CPU that Java and this process have used."""
    ticks = Path(f"/proc/{java}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    own = resource.getrusage(resource.RUSAGE_SELF)
    return (int(ticks[11]) + int(ticks[12])) / 100 + own.ru_utime + own.ru_stime


def _same(feeds: Feeds, out: Path) -> None:
    """Fail unless both have the same rows."""
    for output in OUTPUTS:
        by_hand = f"(FROM read_parquet({text(str(out / output / '*.parquet'))}))"
        own = f"(FROM result.{output})"
        for one, other in ((by_hand, own), (own, by_hand)):
            found = feeds.connection.execute(f"SELECT * FROM {one} EXCEPT ALL SELECT * FROM {other} LIMIT 1").fetchall()
            if found:
                raise SystemExit(f"{output} differs: {found}")
