"""Validating keeps fewer columns than a run needs, and finds the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from incdsl import driver
from incdsl.core import ir
from incdsl.feeds import Feeds
from incdsl.feeds.periods import outside_every_period

PROGRAMS = Path(__file__).parent.parent / "programs"


@pytest.mark.parametrize("name", ["vip25", "lci", "mdf", "cx"])
def test_what_is_found_does_not_depend_on_what_is_kept(name: str) -> None:
    program = driver.load(str(PROGRAMS / name / f"{name}.inc")).program
    assert program is not None
    data = PROGRAMS / name / "feeds"
    with driver.validate(program, data) as whole, driver.validate(program, data, checks_only=True) as checked:
        assert sum(count.refused for count in whole.counts) > 10
        assert checked.counts == whole.counts
        assert checked.notes == whole.notes
        assert checked.refusals == whole.refusals
        assert refused(checked) == refused(whole)
        assert outside_every_period(program, checked) == outside_every_period(program, whole)


def test_a_column_that_no_check_looks_at_is_not_kept() -> None:
    program = driver.load(str(PROGRAMS / "vip25" / "vip25.inc")).program
    assert program is not None
    with driver.validate(program, PROGRAMS / "vip25" / "feeds", checks_only=True) as feeds:
        kept = columns(feeds, program.relation("Purchase"))
    assert kept == ["id", "partner", "product", "booked_on", "shipped_on", "invoiced_on"]


def columns(feeds: Feeds, relation: ir.Relation) -> list[str]:
    return [name for name, *_ in feeds.connection.execute(f'DESCRIBE feed."{relation.name}"').fetchall()]


def refused(feeds: Feeds) -> list[object]:
    return feeds.connection.execute("FROM result.refused ORDER BY ALL").fetchall()
