"""ClickHouse gives the same rows as the reference, for what is written for it: run as it is written."""

from __future__ import annotations

import datetime
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chdb
import pytest
from tests.agreement.clickhouse import by_clickhouse, empty, fetched
from tests.agreement.compare import AGREED, compare
from tests.agreement.engines import Engines, quoted
from tests.agreement.programs import draw_program
from tests.agreement.reduce import failure
from tests.agreement.test_agreement import FIRST

from incdsl import driver
from incdsl.backends.sql import emit
from incdsl.engines import duckdb as duckdb_engine

ROOT = Path(__file__).parent.parent.parent
RUNS = {
    "vip25/vip25": ("2015-07-25", 4_000),
    "lci/lci": ("2023-04-29", 4_000),
    "mdf/mdf": ("2023-04-29", 4_000),
    "cx/cx": ("2023-04-29", 1_000),
    "examples/coop_fund/coop_fund": ("2024-06-25", 20),
    "examples/hotel_loyalty/hotel_loyalty": ("2024-06-25", 5),
    "examples/sales_commission/sales_commission": ("2024-12-31", 10),
}
"""The as-of date for each program, and the least number of rows that come out."""

pytestmark = pytest.mark.xdist_group("clickhouse")

PROGRAMS = int(os.environ["INCDSL_FUZZ"]) // 5 if "INCDSL_FUZZ" in os.environ else 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    connection = chdb.connect(str(tmp_path_factory.mktemp("clickhouse")))
    yield connection
    connection.close()


@pytest.fixture
def clickhouse(server: Any) -> Engines:
    return {"clickhouse": by_clickhouse(server)}


def test_clickhouse_agrees_on_generated_programs(clickhouse: Engines) -> None:
    ends: Counter[str] = Counter()
    for seed in range(FIRST, FIRST + PROGRAMS):
        drawn = draw_program(seed)
        try:
            ends[compare(drawn, clickhouse)["clickhouse"]] += 1
        except Exception as error:
            pytest.fail(f"seed {seed}: {failure(drawn, clickhouse, error)}", pytrace=False)
    print(f"on ClickHouse, of {PROGRAMS} programs: {dict(ends)}")
    assert ends[AGREED] > PROGRAMS * 8 // 10, ends


@pytest.mark.parametrize("name", list(RUNS))
def test_the_shipped_programs_give_the_same_rows(name: str, server: Any, tmp_path: Path) -> None:
    """With the day left open, as `incdsl build` leaves it."""
    path, (day, least) = ROOT / f"programs/{name}.inc", RUNS[name]
    program = driver.load(str(path)).program
    assert program is not None
    names = [output.name for output in program.outputs]
    script = emit(program, as_of=None, outputs=names, dialect="clickhouse")
    empty(server)
    compared = 0
    with driver.validate(program, path.parent / "feeds") as feeds:
        duckdb_engine.evaluate(program, feeds.connection, datetime.date.fromisoformat(day), names)
        for read in script.feeds:
            file = tmp_path / f"{read.relation}.parquet"
            columns = ", ".join(quoted(column) for column in read.columns)
            feeds.connection.execute(f"COPY (SELECT {columns} FROM feed.{quoted(read.relation)}) TO '{file}'")
            server.query(read.table.sql)
            server.query(f"INSERT INTO {read.table.table} SELECT * FROM file('{file}')")
        server.query(f"SET param_as_of = '{day}'")
        for statement in script.statements:
            server.query(statement.sql)
        for output in program.outputs:
            expected = feeds.connection.execute(f"FROM result.{quoted(output.name)}").fetchall()
            assert sorted(map(repr, fetched(server, output))) == sorted(map(repr, expected)), output.name
            compared += len(expected)
    assert compared >= least
