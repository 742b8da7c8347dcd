"""Spark gives the same rows for generated programs as the reference, set as `incdsl run` sets it; and, as it is set by itself,
for the SQL that is written for Databricks. For a few programs, since each takes seconds; `make fuzz` takes one in twenty."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from tests.agreement.compare import AGREED, OVERFLOW, compare
from tests.agreement.engines import by_spark
from tests.agreement.programs import draw_program
from tests.agreement.reduce import failure
from tests.agreement.test_agreement import FIRST
from tests.spark_session import as_databricks

from incdsl.engines.spark import Session

pytestmark = pytest.mark.xdist_group("spark")

PROGRAMS = int(os.environ["INCDSL_FUZZ"]) // 20 if "INCDSL_FUZZ" in os.environ else 6
LOSSES = 10
"""A program whose cents Spark loses where precision may be lost, and operands are not narrowed."""


def agree(session: Session, seeds: range) -> None:
    engines = {"spark": by_spark(session)}
    ends: Counter[str] = Counter()
    for seed in seeds:
        drawn = draw_program(seed)
        try:
            ends[compare(drawn, engines)["spark"]] += 1
        except Exception as error:
            pytest.fail(f"seed {seed}: {failure(drawn, engines, error)}", pytrace=False)
    print(f"on Spark, of {len(seeds)} programs: {dict(ends)}")
    assert ends[AGREED] + ends[OVERFLOW] > len(seeds) * 9 // 10, ends


def test_spark_agrees_on_generated_programs(spark: Session) -> None:
    agree(spark, range(FIRST, FIRST + PROGRAMS))


def test_databricks_agrees_on_generated_programs(spark: Session) -> None:
    with as_databricks(spark):
        agree(spark, range(FIRST, FIRST + PROGRAMS))


def test_databricks_loses_no_decimals(spark: Session) -> None:
    with as_databricks(spark):
        agree(spark, range(LOSSES, LOSSES + 1))
    with as_databricks(spark, narrowed=False), pytest.raises(AssertionError, match="spark"):
        compare(draw_program(LOSSES), {"spark": by_spark(spark)})
