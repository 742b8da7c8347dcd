"""Spark gives the same rows for generated programs as the reference: for a few, since it takes seconds for each; `make fuzz`
takes one in twenty."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from tests.agreement.compare import AGREED, OVERFLOW, compare
from tests.agreement.engines import by_spark
from tests.agreement.programs import draw_program
from tests.agreement.reduce import reduced
from tests.agreement.test_agreement import FIRST, disagreement, shown

from incdsl.engines.spark import Session

pytestmark = pytest.mark.xdist_group("spark")

PROGRAMS = int(os.environ["INCDSL_FUZZ"]) // 20 if "INCDSL_FUZZ" in os.environ else 6


def test_spark_agrees_on_generated_programs(spark: Session) -> None:
    engines = {"spark": by_spark(spark)}
    ends: Counter[str] = Counter()
    for seed in range(FIRST, FIRST + PROGRAMS):
        drawn = draw_program(seed)
        try:
            ends[compare(drawn, engines)["spark"]] += 1
        except Exception as error:
            kind = type(error).__name__
            smallest = reduced(drawn, lambda other, kind=kind: (disagreement(other, engines) or "").startswith(kind))  # type: ignore[misc]
            pytest.fail(f"seed {seed}: {disagreement(smallest, engines)}\n\n{shown(smallest)}", pytrace=False)
    print(f"on Spark, of {PROGRAMS} programs: {dict(ends)}")
    assert ends[AGREED] + ends[OVERFLOW] > PROGRAMS * 9 // 10, ends
