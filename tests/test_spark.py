"""The engine that works in Spark: the same bytes, and what is said when it cannot."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from tests.agreement.engines import by_spark
from tests.build_core import col, date, derived, feed, lit, number, op, output, program, stored, text, usd
from tests.spark_session import working_in
from tests.test_postgres import CX, CX_FEEDS, PROGRAMS, SHIPPED, files, run
from tests.test_reference import VALUES

from incdsl import driver
from incdsl.cli.main import exit_code
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.engines.errors import DoesNotFit, EngineFailure
from incdsl.engines.spark import Session, open_session
from incdsl.engines.spark.errors import lost
from incdsl.feeds import load_feeds

pytestmark = pytest.mark.xdist_group("spark")

DATA = Path(__file__).parent / "data" / "spark"
OTHERS = [(program, data, day) for program, data, day in SHIPPED if program.stem not in PROGRAMS]
"""Those of which `test_spark_in_place` does not compare the result files."""

DAY = datetime.date(2015, 7, 31)
COMMAND = [str(Path(sys.executable).parent / "incdsl"), "run", str(CX), "--data", str(CX_FEEDS), "--as-of", "2022-07-30"]
SPARK = ["--engine", "spark", "--master", "local[2]"]


# --- the same bytes ------------------------------------------------------------------------------------------


@pytest.fixture
def here(spark: Session) -> Iterator[None]:
    """Let the commands of this process use the session that is there."""
    with working_in(spark):
        yield


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("program", "data", "day"), OTHERS, ids=[program.stem for program, _, _ in OTHERS])
def test_the_result_files_are_those_of_duckdb(
    program: Path, data: Path, day: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(program, data, day, tmp_path / "duckdb", "--values") == 0
    said = capsys.readouterr().out
    assert run(program, data, day, tmp_path / "spark", "--values", "--engine", "spark") == 0
    assert capsys.readouterr().out == said.replace(f"{tmp_path / 'duckdb'}/", f"{tmp_path / 'spark'}/")
    assert files(tmp_path / "spark") == files(tmp_path / "duckdb")
    assert (tmp_path / "spark/requirements.csv").stat().st_size > 200


@pytest.mark.usefixtures("here")
def test_parquet_is_read_where_it_lies(tmp_path: Path) -> None:
    place = tmp_path / "a place, 100% it's `own` #1"
    sampled = ["sample", str(CX), "--rows", "300", "--seed", "7", "--format", "parquet", "--out", str(place)]
    assert exit_code(sampled) == 0
    assert run(CX, place, "2022-07-30", tmp_path / "duckdb") == 0
    assert run(CX, place, "2022-07-30", tmp_path / "spark", "--engine", "spark") == 0
    assert files(tmp_path / "spark") == files(tmp_path / "duckdb")
    loaded = driver.load(str(CX)).program
    assert loaded is not None
    with load_feeds(loaded, place) as feeds:
        assert set(feeds.files) == {relation.name for relation in loaded.relations if isinstance(relation.source, ir.Feed)}


# --- scalars: every expected value is written by hand -----------------------------------------------------------


def values_on(spark: Session, expressions: list[ir.Expr]) -> list[str]:
    """The values of expressions that read no row, as texts."""
    columns = tuple(derived(f"x{at}", expression) for at, expression in enumerate(expressions))
    one = feed("One", ("id",), (stored("id", ty.TEXT),), columns)
    cells = tuple((column.name, col(column.name, column.type)) for column in columns)
    alone = program(one, outputs=(output("x", (), ("One", (("id", col("id", ty.TEXT)), *cells))),))
    ((_, *found),) = by_spark(spark)(alone, {"One": [("1",)]}, DAY, ["x"])["x"]
    return [str(value) for value in found]


def rounded(value: str, places: int, mode: str) -> ir.Expr:
    return op("round", number(value, 38), places=places, mode=mode)


def quotient(left: str, right: str, places: int, mode: str) -> ir.Expr:
    return op("divide", number(left, 38), number(right, 38), places=places, mode=mode)


EXACT: list[tuple[ir.Expr, str]] = [
    (rounded("2.675", 2, "half_up"), "2.68"),
    (rounded("-2.665", 2, "half_even"), "-2.66"),
    (rounded("-12345678901234567890123456789012345.671", 2, "up"), "-12345678901234567890123456789012345.68"),
    (rounded("-12345678901234567890123456789012345.679", 2, "down"), "-12345678901234567890123456789012345.67"),
    (rounded("99999999999999999999999999999999999.995", 2, "half_up"), "100000000000000000000000000000000000.00"),
    (quotient("1", "3", 6, "up"), "0.333334"),
    (quotient("-15", "1000", 2, "half_even"), "-0.02"),
    (quotient("5", "-1000", 2, "half_up"), "-0.01"),
    # Beyond 64 bits, where `div` wraps, and beyond the 20 digits that `/` keeps.
    (quotient("123456789012345678901234567890", "0.00001", 0, "half_up"), "12345678901234567890123456789000000"),
    (quotient("99999999999999999999999999999999999999", "7", 0, "down"), "14285714285714285714285714285714285714"),
    (quotient("99999999999999999999999999999999999999", "99999999999999999999", 0, "half_up"), "1000000000000000000"),
    (op("multiply", usd("9999999999999999.99"), lit(Decimal("999.999999"), ty.PERCENT)), "9999999989999999990.00000001"),
    (op("add_days", date("9999-12-30"), lit(Decimal(1), ty.DAYS)), "9999-12-31"),
    (op("subtract_days", date("0001-01-02"), lit(Decimal(1), ty.DAYS)), "0001-01-01"),
    # What Spark's own texts would take for an escape, and the order of code points.
    (text("a\\b'c\"d`e\nf\tg%{x}"), "a\\b'c\"d`e\nf\tg%{x}"),
    (text("${env:HOME} ${spark.app.name}"), "${env:HOME} ${spark.app.name}"),
    (op("less", text("\uffee"), text("\U0001f600")), "True"),
]


def test_values_are_exact(spark: Session) -> None:
    assert values_on(spark, [expression for expression, _ in EXACT]) == [expected for _, expected in EXACT]


def test_operators(spark: Session) -> None:
    assert values_on(spark, [expression for expression, _ in VALUES]) == [str(expected) for _, expected in VALUES]


@pytest.mark.parametrize(
    "expression",
    [
        op("multiply", number("9" * 20, 38), number("9" * 19, 38)),
        op("add", number("9" * 38, 38), number("1", 38)),
        op("add_days", date("9999-12-31"), lit(Decimal(1), ty.DAYS)),
        op("add_days", date("9999-12-31"), lit(Decimal(2147483647), ty.DAYS)),  # which wraps, in Spark
        op("add_months", date("0001-01-31"), number("-1"), mode="last_day"),
        quotient("9" * 38, "0.1", 0, "half_up"),
    ],
)
def test_what_does_not_fit_is_never_another_value(spark: Session, expression: ir.Expr) -> None:
    with pytest.raises(DoesNotFit):
        values_on(spark, [expression])


# --- the command ---------------------------------------------------------------------------------------------


def test_the_command_leaves_its_results_and_nothing_else(tmp_path: Path) -> None:
    place = Place(tmp_path)
    done = subprocess.run(place.command(*SPARK), cwd=place.here, env=place.environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert run(CX, CX_FEEDS, "2022-07-30", tmp_path / "duckdb") == 0
    assert files(place.out) == files(tmp_path / "duckdb")
    assert place.left_behind() == []


@pytest.mark.parametrize("how", ["control-C", "java killed"])
def test_a_run_that_ends_early_writes_nothing(how: str, tmp_path: Path) -> None:
    place = Place(tmp_path)
    with subprocess.Popen(place.command(*SPARK), cwd=place.here, env=place.environment, stderr=subprocess.PIPE) as started:
        until(lambda: bool(list(place.temporary.glob("incdsl-spark-*/rows/*"))), started)
        if how == "control-C":
            started.send_signal(signal.SIGINT)
        else:
            os.kill(java_of(started.pid), signal.SIGKILL)
        said = started.stderr.read().decode()
    assert list(place.out.iterdir()) == []
    assert place.left_behind() == []
    if how == "control-C":
        assert (started.returncode, said.strip()) == (130, "error: interrupted; nothing was written")
    else:
        assert (started.returncode, said.splitlines()[0]) == (
            1,
            "error: Spark has stopped in the middle of the work; nothing was written",
        )
        assert said.splitlines()[1].startswith("  help: run it again")
        assert len(said.splitlines()) == 2


def test_a_killed_executor_is_made_up_for(tmp_path: Path) -> None:
    """Spark does its part of the work once more."""
    place = Place(tmp_path)
    cluster = ["--engine", "spark", "--master", "local-cluster[1,1,1024]", "--spark-conf", "spark.driver.memory=1g"]
    with subprocess.Popen(place.command(*cluster), cwd=place.here, env=place.environment, stderr=subprocess.PIPE) as started:
        until(lambda: bool(list(place.temporary.glob("incdsl-spark-*/rows/*"))), started)
        until(lambda: bool(executors()), started)
        for executor in executors():
            os.kill(executor, signal.SIGKILL)
        said = started.stderr.read().decode()
    assert (started.returncode, said) == (0, "")
    assert run(CX, CX_FEEDS, "2022-07-30", tmp_path / "duckdb") == 0
    assert files(place.out) == files(tmp_path / "duckdb")


def test_what_is_said_of_rows_that_went_with_their_executor() -> None:
    said = (DATA / "executor_lost.txt").read_text(encoding="utf-8")  # what Spark 4.3 said when one was killed after a checkpoint
    with pytest.raises(EngineFailure) as raised, lost():
        raise type("Py4JJavaError", (Exception,), {"__module__": "py4j.protocol"})(said)
    assert str(raised.value) == "Spark lost an executor and rows that it held; nothing was written"
    assert "spark.executor.memory=8g" in raised.value.help


def test_what_is_said_of_a_server_of_spark_connect_that_has_gone_away() -> None:
    with pytest.raises(EngineFailure, match="Spark has stopped in the middle of the work; nothing was written"), lost():
        raise type("SparkConnectGrpcException", (Exception,), {"__module__": "pyspark.errors.exceptions.connect"})(
            "<_MultiThreadedRendezvous of RPC that terminated with:\n\tstatus = StatusCode.UNAVAILABLE\n>"
        )


def executors() -> list[int]:
    """The processes in which a cluster of Spark's works."""
    commands = [(path.parent.name, path.read_bytes()) for path in Path("/proc").glob("[0-9]*/cmdline")]
    return [int(name) for name, command in commands if b"CoarseGrainedExecutorBackend" in command and b"java" in command[:200]]


class Place:
    """Where a command runs, and where it puts what is only for the time being."""

    def __init__(self, folder: Path) -> None:
        self.out, self.here, self.temporary = folder / "out", folder / "here", folder / "temporary"
        self.here.mkdir()
        self.temporary.mkdir()

    def command(self, *options: str) -> list[str]:
        return [*COMMAND, "--out", str(self.out), *options]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "TMPDIR": str(self.temporary)}

    def left_behind(self) -> list[Path]:
        return [*self.here.iterdir(), *self.temporary.iterdir()]


def until(holds: Callable[[], bool], running: subprocess.Popen[bytes]) -> None:
    while not holds():
        assert running.poll() is None, "it has ended before its time"
        time.sleep(0.05)


def java_of(parent: int) -> int:
    """The Java process that another one started."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        name, _, rest = stat.read_text().partition(" (")[2].rpartition(") ")
        if name == "java" and int(rest.split()[1]) == parent:
            return int(stat.parent.name)
    raise AssertionError("no Java")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--master", "local[two]"], ["`local[two]` is no place where Spark could run", "write `local[2]` for two cores"]),
        (["--master", "spark://localhost:1"], ["no Spark master answers at `spark://localhost:1`", "check the address"]),
        (["--remote", "sc://localhost:1"], ["no Spark Connect server answers at `sc://localhost:1`", "check the address"]),
        (["--remote", "localhost"], ["`localhost` is no address of Spark Connect", "write --remote sc://host:15002"]),
        (["--remote", "sc://x", "--master", "local"], ["--master and --remote name two places", "keep one"]),
        (["--spark-conf", "memory=8g"], ["`memory=8g` is no setting of Spark", "as in spark.driver.memory=8g"]),
    ],
)
def test_a_place_that_is_none(
    options: list[str], expected: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(CX, CX_FEEDS, "2022-07-30", tmp_path / "out", "--engine", "spark", *options) == 1
    said = capsys.readouterr().err
    assert all(part in said for part in expected), said
    assert "Traceback" not in said


def test_no_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert run(CX, CX_FEEDS, "2022-07-30", tmp_path / "out", "--engine", "spark") == 1
    said = capsys.readouterr().err
    assert said.startswith(
        f"error: Spark runs on Java, and JAVA_HOME is `{tmp_path}`, and there is no `bin/java` in it\n  help: install"
    )


@pytest.mark.parametrize(
    ("version", "which"), [('openjdk version "11.0.2" 2019-01-15', "Java 11"), ('java version "1.8.0_401"', "Java 8")]
)
def test_old_java(version: str, which: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "bin/java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho '{version}' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineFailure, match=f"Spark needs Java 17 or newer, and `.*` is {which}$"), open_session("local"):
        pass
