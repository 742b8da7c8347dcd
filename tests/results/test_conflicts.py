"""Runs in which rules contradict each other, runs with levels, and which outputs become files."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.build_core import col, feed, missing, op, optional, output, program, stored, text

from incdsl import driver
from incdsl.backends import json_schema
from incdsl.cli.console import UserError
from incdsl.cli.faults import user_errors
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.verify import verify
from incdsl.results.conflicts import Conflicts
from incdsl.results.summary import summarize

AS_OF = datetime.date(2016, 6, 30)
LEVEL = ty.Enum("level", ("none", "Express", "Advanced"), ordered=True)
MAYBE = ty.Optional(ty.TEXT)
ID, CITY, RANK = col("id", ty.TEXT), col("city", ty.TEXT), col("rank", LEVEL)
PARTNERS = feed("Partner", ("id",), (stored("id", ty.TEXT), stored("rank", LEVEL)))
SHOPS = feed("Shop", ("city", "id"), (stored("city", ty.TEXT), stored("id", ty.TEXT)))
LEVELS = output(
    "levels",
    ("id", "designation"),
    (
        "Partner",
        (
            ("program", text("TEST")),
            ("program_version", text("1")),
            ("designation", text("CX")),
            ("id", ID),
            ("level", op("text_of", RANK)),
            ("next_level", missing(ty.TEXT)),
            ("lacks", missing(ty.TEXT)),
        ),
    ),
)


def _conflicts() -> ir.Output:
    """Partners called X… with two rates, and shops called X… with two."""
    head = (("program", text("TEST")), ("program_version", text("1")))
    both = output(
        "conflicts",
        ("relation", "id", "city", "message"),
        (
            "Partner",
            (*head, ("relation", text("Partner")), ("id", ID), ("city", missing(ty.TEXT)), ("message", text("two rates"))),
        ),
        ("Shop", (*head, ("relation", text("Shop")), ("id", ID), ("city", optional(CITY)), ("message", text("two floors")))),
    )
    of_x = op("and", op("greater_or_equal", ID, text("X")), op("less", ID, text("Y")))
    parts = tuple(ir.OutputPart(part.relation, part.cells, of_x) for part in both.parts)
    return ir.Output(both.name, both.columns, parts, both.order)


NOTHING = ir.Output("payouts", (ir.OutputColumn("payment", ty.TEXT),), (), ("payment",))
PROGRAM = program(PARTNERS, SHOPS, outputs=(NOTHING, LEVELS, _conflicts()))


def feeds(folder: Path, partners: Sequence[str], shops: Sequence[str] = ()) -> Path:
    folder.mkdir()
    (folder / "partner.csv").write_text("\n".join(["id,rank", *partners, ""]), encoding="utf-8")
    (folder / "shop.csv").write_text("\n".join(["city,id", *shops, ""]), encoding="utf-8")
    return folder


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_without_conflicts_the_files_are_those_with_parts(tmp_path: Path, engine: str) -> None:
    verify(PROGRAM)
    data = feeds(tmp_path / "feeds", ["A,Express", "B,none", "Y,Express"])
    with driver.run(PROGRAM, data, AS_OF, tmp_path / "out", engine=engine).feeds:
        pass
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["could_change.csv", "levels.csv", "refused.csv"]
    assert (tmp_path / "out" / "levels.csv").read_text(encoding="utf-8") == (
        "program,program_version,designation,id,level,next_level,lacks\n"
        "TEST,1,CX,A,Express,,\n"
        "TEST,1,CX,B,none,,\n"
        "TEST,1,CX,Y,Express,,\n"
    )
    assert not [name for name in json_schema.emit(PROGRAM) if "conflicts" in name]


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_conflicts_are_named_and_nothing_is_written(tmp_path: Path, engine: str) -> None:
    data = feeds(tmp_path / "feeds", ["X1,Express", "A,none"], ["Rome,X1", "Oslo,X1", "Oslo,B"])
    with pytest.raises(Conflicts) as error:
        driver.run(PROGRAM, data, AS_OF, tmp_path / "out", engine=engine)
    assert str(error.value) == (
        "3 conflicts between rules, so there are no results\n"
        "  `Partner` with id X1: two rates\n"
        "  `Shop` with id X1, city Oslo: two floors\n"
        "  `Shop` with id X1, city Rome: two floors"
    )
    assert list((tmp_path / "out").iterdir()) == []


def test_of_many_conflicts_the_first_ten_are_named(tmp_path: Path) -> None:
    data = feeds(tmp_path / "feeds", [f"X{number},none" for number in range(10, 22)])
    with pytest.raises(UserError) as error, user_errors():
        driver.run(PROGRAM, data, AS_OF, tmp_path / "out")
    lines = str(error.value).splitlines()
    assert lines[0] == "12 conflicts between rules, so there are no results"
    assert lines[1:11] == [f"  `Partner` with id X{number}: two rates" for number in range(10, 20)]
    assert lines[11] == "  and 2 more"


def test_one_conflict(tmp_path: Path) -> None:
    with pytest.raises(Conflicts) as error:
        driver.run(PROGRAM, feeds(tmp_path / "feeds", ["X,none"]), AS_OF, tmp_path / "out")
    assert str(error.value) == "1 conflict between rules, so there are no results\n  `Partner` with id X: two rates"


def test_the_summary_counts_levels(tmp_path: Path) -> None:
    data = feeds(tmp_path / "feeds", ["A,Express", "B,none", "C,Express"])
    ran = driver.run(PROGRAM, data, AS_OF, tmp_path / "out")
    with ran.feeds:
        sections = summarize(PROGRAM, ran.feeds, ran.written, AS_OF).split("\n\n")
    assert sections[2] == (
        "Levels\n"
        "  designation  level     rows\n"
        "  CX           none         1\n"
        "  CX           Express      2\n"
        "  CX           Advanced     0"
    )
