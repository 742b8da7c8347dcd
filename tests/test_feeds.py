"""Rows of feeds: their faults, their references and their keys."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from tests.small_feeds import GOOD_LINE, HELD, LINES, PARTNERS, PROGRAM, C, feed, program_of, reference, refusals, write

from incdsl.core import types as ty
from incdsl.feeds import load_feeds

# --- rows --------------------------------------------------------------------------------------------------


def _lines(*changes: Mapping[str, str]) -> str:
    """A file of lines, each the good one with its number and some changes."""
    rows = [GOOD_LINE | {"id": f"L{at}"} | dict(change) for at, change in enumerate(changes, start=1)]
    return LINES + "".join(",".join(row.values()) + "\n" for row in rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, {"partner.csv": PARTNERS, "line.csv": _lines({}, {"seats": " 3 "})})


def test_values_are_typed(folder: Path) -> None:
    with load_feeds(PROGRAM, folder) as feeds:
        assert feeds.rows.all("Line") == [
            ("L1", "P1", "spring", Decimal("1250.00"), Decimal("0.125000"), datetime.date(2015, 7, 25), True, None),
            ("L2", "P1", "spring", Decimal("1250.00"), Decimal("0.125000"), datetime.date(2015, 7, 25), True, Decimal("3")),
        ]
        assert feeds.connection.execute('DESCRIBE feed."Line"').fetchall() == [
            (name, type_, "YES", None, None, None)
            for name, type_ in (
                ("id", "VARCHAR"),
                ("partner", "VARCHAR"),
                ("period", "VARCHAR"),
                ("amount", "DECIMAL(18,2)"),
                ("rate", "DECIMAL(9,6)"),
                ("on", "DATE"),
                ("open", "BOOLEAN"),
                ("seats", "DECIMAL(18,0)"),
            )
        ]
        assert [(count.relation, count.file, count.read, count.used, count.refused) for count in feeds.counts] == [
            ("Partner", "partner.csv", 2, 2, 0),
            ("Line", "line.csv", 2, 2, 0),
        ]
        assert feeds.notes == ()
        assert feeds.refusals == ()


def test_requests_for_rows(folder: Path) -> None:
    with load_feeds(PROGRAM, folder) as feeds:
        for rows in (feeds.rows, feeds.rows.loaded()):
            assert [row[0] for row in rows.matching("Line", "seats", Decimal("3"))] == ["L2"]
            assert [row[0] for row in rows.matching("Line", "seats", None)] == ["L1"]
            assert list(rows.matching("Line", "on", datetime.date(2015, 7, 26))) == []
            assert [row[0] for row in rows.matching("Partner", "parent", "P1")] == ["P2"]
            assert list(rows.matching("Period", "name", "spring")) == list(rows.all("Period"))


def test_all_faults_of_a_row(tmp_path: Path) -> None:
    changes = {
        "partner": "p 1",
        "period": "Spring",
        "amount": "1.250,00",
        "rate": "2",
        "on": "2016-01-01",
        "open": "",
        "seats": "x",
    }
    write(tmp_path, {"partner.csv": PARTNERS, "line.csv": _lines({}, changes)})
    with load_feeds(PROGRAM, tmp_path) as feeds:
        # The comma of the amount makes two values of it, unless it is quoted.
        assert [(line, code) for line, _, _, code, _ in refusals(feeds)] == [(3, "broken-row")]
    write(tmp_path, {"line.csv": _lines({}, changes | {"amount": '"1.250,00"'})})
    with load_feeds(PROGRAM, tmp_path) as feeds:
        assert refusals(feeds) == [
            (3, "amount", "1.250,00", "not-an-amount", "`1.250,00` is not an amount: write `1250.00`"),
            (3, "on", "2016-01-01", "out-of-range", "`2016-01-01` is out of range: `on` is at most 2015-12-31"),
            (3, "open", None, "missing-value", "`open` is blank, and every row needs it"),
            (3, "partner", "p 1", "unknown-reference", "`p 1` is not a Partner; the nearest is `P1`"),
            (3, "period", "Spring", "unknown-reference", "`Spring` is not a Period; the nearest is `spring`"),
            (3, "rate", "2", "not-a-percent", "`2` has no percent sign: write `12.5%` for twelve and a half percent"),
            (3, "seats", "x", "not-a-whole-number", "`x` is not a whole number: write it as in `90`"),
        ]
        ((row,),) = feeds.connection.execute("SELECT DISTINCT row FROM result.refused").fetchall()
        assert json.loads(row) == {
            "id": "L2",
            "partner": "p 1",
            "period": "Spring",
            "amount": "1.250,00",
            "rate": "2",
            "on": "2016-01-01",
            "open": None,
            "seats": "x",
        }
        assert [(count.read, count.used, count.refused) for count in feeds.counts] == [(2, 2, 0), (2, 1, 1)]


def test_refusals_are_grouped(tmp_path: Path) -> None:
    write(tmp_path, {"partner.csv": PARTNERS, "line.csv": _lines({"amount": "x"}, {"amount": "y"}, {"on": "z"})})
    with load_feeds(PROGRAM, tmp_path) as feeds:
        assert [(group.file, group.field, group.code, group.lines, group.example_line) for group in feeds.refusals] == [
            ("line.csv", "amount", "not-an-amount", 2, 2),
            ("line.csv", "on", "not-a-date", 1, 4),
        ]
        assert feeds.refusals[0].example == "`x` is not an amount: write it as in `1250.50`"


# --- references --------------------------------------------------------------------------------------------


def test_a_refused_row_takes_its_references_along(tmp_path: Path) -> None:
    partners = "id,level,country,parent\nP1,Gold,NL,\nP2,Silver,NL,P1\nP3,Gold,NL,P2\nP4,Gold,NL,P3\nP5,Gold,NL,P5\n"
    write(tmp_path, {"partner.csv": partners, "line.csv": _lines({}, {"partner": "P4"}, {"partner": "P5"})})
    with load_feeds(PROGRAM, tmp_path) as feeds:
        assert [row[0] for row in feeds.rows.all("Partner")] == ["P1", "P5"]
        assert [row[0] for row in feeds.rows.all("Line")] == ["L1", "L3"]
        assert refusals(feeds) == [
            (3, "partner", "P4", "refused-reference", "Partner `P4` was refused: partner.csv line 5"),
            (3, "level", "Silver", "not-one-of", "`Silver` is not one of `Select`, `Premier` or `Gold`"),
            (4, "parent", "P2", "refused-reference", "Partner `P2` was refused: partner.csv line 3"),
            (5, "parent", "P3", "refused-reference", "Partner `P3` was refused: partner.csv line 4"),
        ]


@pytest.mark.parametrize(
    ("keys", "unknown", "message"),
    [
        (["PRD-1040", "PRD-2000"], "PRD-104", "`PRD-104` is not a Thing; the nearest is `PRD-1040`"),
        (["ABC-123", "ABC-124"], "ABC123", "`ABC123` is not a Thing; the nearest is `ABC-123`"),
        (["ABC123", "ABC-124"], "abc 123", "`abc 123` is not a Thing; the nearest is `ABC123`"),
        (["NL0154", "NL0155"], "NLO154", "`NLO154` is not a Thing; the nearest is `NL0154`"),
        (["P0000123", "P0000124"], "POOOO123", "`POOOO123` is not a Thing; the nearest is `P0000123`"),
        (["ABC-123"], "XYZ-999", "`XYZ-999` is not a Thing"),
        (["BW-000001", "BW-000002", "BW-000003"], "BW-000009", "`BW-000009` is not a Thing"),
        (["P-10", "P-14", "P-1045"], "P-104", "`P-104` is not a Thing"),
        (["A-1", "A1"], "a 1", "`a 1` is not a Thing"),
        ([], "XYZ-999", "`XYZ-999` is not a Thing"),
    ],
)
def test_nearest_key(tmp_path: Path, keys: list[str], unknown: str, message: str) -> None:
    thing = feed("Thing", ("id",), C("id", ty.TEXT))
    use = feed("Use", (), C("thing", reference("Thing"), reference="Thing"), C("n", ty.TEXT))
    write(tmp_path, {"thing.csv": "\n".join(["id", *keys]) + "\n", "use.csv": f"thing,n\n{unknown},1\n"})
    with load_feeds(program_of(thing, use), tmp_path) as feeds:
        assert [entry[4] for entry in refusals(feeds)] == [message]


def test_only_some_relations_and_what_they_refer_to(folder: Path) -> None:
    (folder / "line.csv").unlink()
    with load_feeds(PROGRAM, folder, only={"Partner"}) as feeds:
        assert [count.relation for count in feeds.counts] == ["Partner"]
    write(folder, {"line.csv": LINES})
    with load_feeds(PROGRAM, folder, only={"Line"}) as feeds:
        assert [(count.relation, count.read) for count in feeds.counts] == [("Partner", 2), ("Line", 0)]


# --- keys --------------------------------------------------------------------------------------------------


def test_all_rows_that_share_a_key_are_refused(tmp_path: Path) -> None:
    partners = "id,level,country,parent\nP1,Gold,NL,\nP2,Gold,NL,\nP1,Gold,NL,\n P1 ,Silver,NL,\n"
    write(tmp_path, {"partner.csv": partners, "line.csv": LINES})
    with load_feeds(PROGRAM, tmp_path) as feeds:
        assert [row[0] for row in feeds.rows.all("Partner")] == ["P2"]
        assert refusals(feeds) == [
            (2, "id", "P1", "duplicate-key", "another row has the same `id`: line 4 and 1 more"),
            (4, "id", "P1", "duplicate-key", "another row has the same `id`: line 2 and 1 more"),
            (5, "id", " P1 ", "duplicate-key", "another row has the same `id`: line 2 and 1 more"),
            (5, "level", "Silver", "not-one-of", "`Silver` is not one of `Select`, `Premier` or `Gold`"),
        ]


def test_keys_of_several_columns(tmp_path: Path) -> None:
    pair = feed("Pair", ("a", "b"), C("a", ty.TEXT), C("b", ty.DATE))
    write(tmp_path, {"pair.csv": "a,b\nx,2015-01-01\nx,2015-01-02\ny,2015-01-01\nx,2015-01-01\n"})
    with load_feeds(program_of(pair), tmp_path) as feeds:
        assert refusals(feeds) == [
            (2, "a", "x", "duplicate-key", "another row has the same `a` and `b`: line 5"),
            (5, "a", "x", "duplicate-key", "another row has the same `a` and `b`: line 2"),
        ]


OVERLAP = "the dates from `held_start` through `held_end` overlap with those of another row of the same `what`: line "


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        (["a,2015-01-01,2015-01-31", "a,2015-02-01,", "b,2015-01-01,"], []),
        (
            ["a,2015-01-01,2015-02-01", "a,2015-02-01,"],
            [(2, "overlapping-range", OVERLAP + "3"), (3, "overlapping-range", OVERLAP + "2")],
        ),
        (
            ["a,2015-01-01,", "a,2015-03-01,2015-03-02", "b,2015-03-01,", "a,2016-03-01,"],
            [
                (2, "overlapping-range", OVERLAP + "3"),
                (3, "overlapping-range", OVERLAP + "2"),
                (5, "overlapping-range", OVERLAP + "2"),
            ],
        ),
        (["a,2015-01-01,", "a,2014-01-01,2014-12-31"], []),
        (
            ["a,2015-01-01,2014-12-31", "a,2014-06-01,"],
            [(2, "ends-before-start", "`held_end` `2014-12-31` is before `held_start` `2015-01-01`")],
        ),
        # A day that cannot be read is not an open end, which would take the second row along.
        (
            ["a,2015-01-01,2015-02-30", "a,2016-01-01,"],
            [(2, "not-a-date", "`2015-02-30` is not a date: the calendar has no such day")],
        ),
    ],
)
def test_ranges(tmp_path: Path, rows: list[str], refused: list[tuple[int, str, str]]) -> None:
    write(tmp_path, {"held.csv": "\n".join(["what,held_start,held_end", *rows]) + "\n"})
    with load_feeds(program_of(HELD), tmp_path) as feeds:
        assert [(line, code, message) for line, _, _, code, message in refusals(feeds)] == refused
