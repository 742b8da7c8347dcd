"""Runs in a session of Spark on tables of its catalog: the same bytes as with Parquet files of the same rows."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.feeds_in_spark import fill
from tests.spark_session import working_in
from tests.test_postgres import PROGRAMS, ROOT, files

from incdsl import driver
from incdsl.core import ir
from incdsl.engines.spark import Session

pytestmark = pytest.mark.xdist_group("spark")


@pytest.fixture
def here(spark: Session) -> Iterator[None]:
    """Let runs use the session that is there."""
    with working_in(spark):
        yield


def loaded(name: str) -> ir.Program:
    found = driver.load(str(ROOT / f"programs/{name}/{name}.inc")).program
    assert found is not None
    return found


def same_bytes(name: str, files_here: Path, data: Path | str, tmp_path: Path) -> tuple[str, ...]:
    """Run a program on DuckDB and in Spark, and compare all that is written; the feeds that were used where they lie."""
    read, as_of = loaded(name), datetime.date.fromisoformat(PROGRAMS[name])
    with (
        driver.run(read, files_here, as_of, tmp_path / "duckdb", values=True).feeds as here,
        driver.run(read, data, as_of, tmp_path / "spark", values=True, engine="spark").feeds as there,
    ):
        assert [(count.read, count.used) for count in there.counts] == [(count.read, count.used) for count in here.counts]
        assert [note.message for note in there.notes] == [note.message for note in here.notes]
        used = there.in_place
    assert files(tmp_path / "spark") == files(tmp_path / "duckdb")
    return used


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", PROGRAMS)
def test_tables_of_the_session(name: str, spark: Session, tmp_path: Path) -> None:
    fill(spark, name, loaded(name), ROOT / f"programs/{name}/feeds", tmp_path / "data")
    same_bytes(name, tmp_path / "data", f"spark:{name}", tmp_path)
