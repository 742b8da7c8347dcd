"""Feeds: what is read, what is refused and why, and what cannot be read at all."""

from __future__ import annotations

import csv
import datetime
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import FeedErrors, Feeds, load_feeds

LEVEL = ty.Enum("level", ("Select", "Premier", "Gold"), ordered=True)
USD = ty.money("USD")


def _reference(relation: str) -> ty.Row:
    return ty.Row(relation, ty.TEXT)


def _feed(name: str, key: tuple[ir.KeyPart, ...], *columns: ir.StoredColumn) -> ir.Relation:
    return ir.Relation(name, ir.Feed(name.lower()), key, columns)


def _program(*relations: ir.Relation) -> ir.Program:
    return ir.Program("T", "Test", "Sponsor", "USD", (), relations, (), (), ())


C = ir.StoredColumn

PERIOD = ir.Relation(
    "Period",
    ir.Rows((("spring", datetime.date(2015, 1, 25), datetime.date(2015, 4, 25)),)),
    ("name",),
    (C("name", ty.TEXT), C("start", ty.DATE), C("end", ty.DATE)),
)
PARTNER = _feed(
    "Partner",
    ("id",),
    C("id", ty.TEXT),
    C("level", LEVEL),
    C("country", ty.COUNTRY),
    C("parent", ty.Optional(_reference("Partner")), reference="Partner"),
)
LINE = _feed(
    "Line",
    ("id",),
    C("id", ty.TEXT),
    C("partner", _reference("Partner"), reference="Partner"),
    C("period", _reference("Period"), reference="Period"),
    C("amount", USD, bounds=ir.Bounds(Decimal("-1000.00"), None)),
    C("rate", ty.PERCENT, bounds=ir.Bounds(Decimal("0.000000"), Decimal("1.000000"))),
    C("on", ty.DATE, bounds=ir.Bounds(None, datetime.date(2015, 12, 31))),
    C("open", ty.BOOLEAN),
    C("seats", ty.Optional(ty.WHOLE_NUMBER)),
)
PROGRAM = _program(PERIOD, PARTNER, LINE)

PARTNERS = "id,level,country,parent\nP1,Gold,NL,\nP2,Select,BE,P1\n"
LINES = "id,partner,period,amount,rate,on,open,seats\n"
GOOD_LINE = {
    "id": "L1",
    "partner": "P1",
    "period": "spring",
    "amount": "1250.00",
    "rate": "12.5%",
    "on": "2015-07-25",
    "open": "yes",
    "seats": "",
}

Refusal = tuple[int, str | None, str | None, str, str]


def _write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def _refused(feeds: Feeds) -> list[Refusal]:
    return feeds.connection.execute(
        "SELECT line, field, value, code, message FROM result.refused ORDER BY file, line, field"
    ).fetchall()


def _single(column: ir.StoredColumn) -> ir.Program:
    """A program of one feed with one column, which is no key."""
    return _program(_feed("One", (), C("n", ty.TEXT), column))


def _load_one(folder: Path, column: ir.StoredColumn, text: str) -> tuple[list[ir.Value], list[Refusal]]:
    with (folder / "one.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["n", column.name], ["1", text]])
    with load_feeds(_single(column), folder) as feeds:
        return [row[1] for row in feeds.rows.all("One")], _refused(feeds)


# --- notation ----------------------------------------------------------------------------------------------

READ: list[tuple[ty.Type, str, ir.Value]] = [
    (ty.TEXT, " Two  words ", "Two  words"),
    (ty.TEXT, 'quo"te,\nline', 'quo"te,\nline'),
    (ty.Optional(ty.TEXT), "   ", None),
    (ty.TEXT, " P1\u00a0 ", "P1\u00a0"),
    (ty.BOOLEAN, "yes", True),
    (ty.BOOLEAN, " no ", False),
    (ty.DATE, "2016-02-29", datetime.date(2016, 2, 29)),
    (ty.DATE, " 2015-07-25", datetime.date(2015, 7, 25)),
    (ty.DATE, "0001-01-01", datetime.date(1, 1, 1)),
    (ty.DATE, "9999-12-31", datetime.date(9999, 12, 31)),
    (ty.Optional(ty.DATE), "", None),
    (USD, "5", Decimal("5.00")),
    (USD, "-0.5", Decimal("-0.50")),
    (USD, "007.10", Decimal("7.10")),
    (USD, "9999999999999999.99", Decimal("9999999999999999.99")),
    (ty.money("JPY"), "1250", Decimal("1250")),
    (ty.PERCENT, "12.5%", Decimal("0.125000")),
    (ty.PERCENT, "-0.0001%", Decimal("-0.000001")),
    (ty.PERCENT, "99999.9999%", Decimal("999.999999")),
    (ty.WHOLE_NUMBER, "90", Decimal("90")),
    (ty.NUMBER, "12.123456", Decimal("12.123456")),
    (ty.DAYS, "-3", Decimal("-3")),
    (LEVEL, " Gold", "Gold"),
    (ty.COUNTRY, "NL", "NL"),
]


@pytest.mark.parametrize(("type_", "text", "value"), READ)
def test_read(tmp_path: Path, type_: ty.Type, text: str, value: ir.Value) -> None:
    assert _load_one(tmp_path, C("x", type_), text) == ([value], [])


WRONG: list[tuple[ty.Type, str, str, str]] = [
    (ty.TEXT, " ", "missing-value", "`x` is blank, and every row needs it"),
    (USD, "", "missing-value", "`x` is blank, and every row needs it"),
    (ty.BOOLEAN, "Yes", "not-yes-or-no", "`Yes` is not yes or no: write `yes`"),
    (ty.BOOLEAN, "false", "not-yes-or-no", "`false` is not yes or no: write `no`"),
    (ty.BOOLEAN, "maybe", "not-yes-or-no", "`maybe` is not yes or no"),
    (ty.DATE, "2015-02-29", "not-a-date", "`2015-02-29` is not a date: the calendar has no such day"),
    (ty.DATE, "0000-01-01", "not-a-date", "`0000-01-01` is not a date: the calendar has no such day"),
    (ty.DATE, "10000-01-01", "not-a-date", "`10000-01-01` is not a date: write it as in `2015-07-25`"),
    (ty.DATE, "2015-7-5", "not-a-date", "`2015-7-5` is not written as a date: write `2015-07-05`"),
    (ty.DATE, "2015/07/25", "not-a-date", "`2015/07/25` is not written as a date: write `2015-07-25`"),
    (ty.DATE, "2015-07-25 00:00", "not-a-date", "`2015-07-25 00:00` has a time of day: write `2015-07-25`"),
    (
        ty.DATE,
        "03/04/2015",
        "not-a-date",
        "`03/04/2015` is not written as a date: write the year, the month, the day, as in `2015-07-25`",
    ),
    (ty.DATE, "infinity", "not-a-date", "`infinity` is not a date: write it as in `2015-07-25`"),
    (ty.DATE, "2015-01-1 ", "not-a-date", "`2015-01-1` is not written as a date: write `2015-01-01`"),
    (ty.DATE, " 201-01-01", "not-a-date", "`201-01-01` is not a date: write it as in `2015-07-25`"),
    (USD, "1,250.00", "not-an-amount", "`1,250.00` is not an amount: write `1250.00`"),
    (USD, "57.500,00", "not-an-amount", "`57.500,00` is not an amount: write `57500.00`"),
    (USD, "1250,5", "not-an-amount", "`1250,5` is not an amount: write `1250.5`"),
    (USD, "1.250.000", "not-an-amount", "`1.250.000` is not an amount: write `1250000`"),
    (USD, "(12.50)", "not-an-amount", "`(12.50)` is not an amount: write `-12.50`"),
    (USD, "USD 12", "not-an-amount", "`USD 12` is not an amount: write the number alone, `12`"),
    (USD, "1e3", "not-an-amount", "`1e3` is not an amount: write it as in `1250.50`"),
    (USD, "1_000", "not-an-amount", "`1_000` is not an amount: write it as in `1250.50`"),
    (USD, "+5", "not-an-amount", "`+5` is not an amount: write it as in `1250.50`"),
    (USD, ".5", "not-an-amount", "`.5` is not an amount: write it as in `1250.50`"),
    (USD, "5.", "not-an-amount", "`5.` is not an amount: write it as in `1250.50`"),
    (USD, "NaN", "not-an-amount", "`NaN` is not an amount: write it as in `1250.50`"),
    (
        USD,
        "1.005",
        "too-many-decimals",
        "`1.005` has too many decimals: the field takes at most 2; if the point separates thousands, write `1005`",
    ),
    (USD, "1.0000", "too-many-decimals", "`1.0000` has too many decimals: the field takes at most 2"),
    (USD, "12345678901234567", "too-many-digits", "`12345678901234567` has more than 16 digits before the point"),
    (ty.money("JPY"), "12.5", "too-many-decimals", "`12.5` has too many decimals: the field takes none"),
    (ty.PERCENT, "12.5", "not-a-percent", "`12.5` has no percent sign: write `12.5%` for twelve and a half percent"),
    (ty.PERCENT, "5,5%", "not-a-percent", "`5,5%` is not a percent: write `5.5%`"),
    (ty.PERCENT, "5 %", "not-a-percent", "`5 %` is not a percent: write `5%`"),
    (ty.PERCENT, "5.12345%", "too-many-decimals", "`5.12345%` has too many decimals: the field takes at most 4"),
    (ty.PERCENT, "123456%", "too-many-digits", "`123456%` has more than 5 digits before the point"),
    (ty.WHOLE_NUMBER, "1.0", "too-many-decimals", "`1.0` has too many decimals: the field takes none"),
    (ty.WHOLE_NUMBER, "ten", "not-a-whole-number", "`ten` is not a whole number: write it as in `90`"),
    (
        ty.Optional(ty.WHOLE_NUMBER),
        "90\u00a0",
        "not-a-whole-number",
        "`90\u00a0` is not a whole number: write it as in `90`",
    ),
    (ty.NUMBER, "ten", "not-a-number", "`ten` is not a number: write it as in `12.5`"),
    (ty.DAYS, "90 days", "not-a-number-of-days", "`90 days` is not a number of days: write it as in `90`"),
    (LEVEL, "gold", "not-one-of", "`gold` is written `Gold`"),
    (LEVEL, "Silver", "not-one-of", "`Silver` is not one of `Select`, `Premier` or `Gold`"),
    (ty.COUNTRY, "nl", "not-a-country", "`nl` is not a country code: write it in capitals, `NL`"),
    (ty.COUNTRY, "UK", "not-a-country", "`UK` is not a country code of ISO 3166: write `GB`"),
    (ty.COUNTRY, "ZZ", "not-a-country", "`ZZ` is not a country code of ISO 3166: write two capitals such as `NL`"),
]


@pytest.mark.parametrize(("type_", "text", "code", "message"), WRONG)
def test_wrong(tmp_path: Path, type_: ty.Type, text: str, code: str, message: str) -> None:
    rows, refused = _load_one(tmp_path, C("x", type_), text)
    assert rows == []
    assert [(line, field, found, why) for line, field, _, found, why in refused] == [(2, "x", code, message)]


def _date(text: str) -> ir.Value:
    return datetime.date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None


def _decimal(pattern: str, scale: int, shift: int = 0) -> Callable[[str], ir.Value]:
    def read(text: str) -> ir.Value:
        if not re.fullmatch(pattern, text, re.ASCII):
            return None
        # Adding zero drops the sign of a negative zero.
        return Decimal(text.rstrip("%")).scaleb(-shift).quantize(Decimal(1).scaleb(-scale)) + 0

    return read


@pytest.mark.parametrize(
    ("type_", "samples", "read"),
    [
        (ty.DATE, ("2015-07-25", "2016-02-29", "0001-01-01", "9999-12-31", "infinity", "epoch"), _date),
        (USD, ("1250.00", "-0.5", "9999999999999999.99", "1e5", "0x1F", "inf", "-0"), _decimal(r"-?\d{1,16}(\.\d{1,2})?", 2)),
        (ty.WHOLE_NUMBER, ("90", "-12", "999999999999999999", "1_000", "٣"), _decimal(r"-?\d{1,18}", 0)),
        (ty.NUMBER, ("12.123456", "0.1", "1E2"), _decimal(r"-?\d{1,12}(\.\d{1,6})?", 6)),
        (ty.PERCENT, ("12.5%", "99999.9999%", "0%", "-1.0001%", "5"), _decimal(r"-?\d{1,5}(\.\d{1,4})?%", 6, 2)),
    ],
)
def test_only_the_notation_is_read(
    tmp_path: Path, type_: ty.Type, samples: tuple[str, ...], read: Callable[[str], ir.Value]
) -> None:
    """Thousands of slightly spoiled values: what is accepted, and as what, is what a plain pattern says."""
    chance = random.Random(20150725)
    texts = list(samples)
    for _ in range(4_000):
        characters = list(chance.choice(samples))
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(characters) + 1)
            characters[at : at + chance.randrange(2)] = chance.choice(["", *"0123456789-.,/+eE_% \tx(Z\u00a0²"])
        texts.append("".join(characters))
    with (tmp_path / "one.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["n", "x"], *([number, text] for number, text in enumerate(texts))])
    expected = {}
    for number, text in enumerate(texts):
        try:
            value = read(text.strip(" "))
        except ValueError:  # a day that is not in the calendar
            value = None
        if value is not None:
            expected[str(number)] = value
    with load_feeds(_single(C("x", type_)), tmp_path) as feeds:
        found = {row[0]: row[1] for row in feeds.rows.all("One")}
        assert {number: repr(value) for number, value in found.items()} == {n: repr(value) for n, value in expected.items()}
        assert len(expected) > 100
        assert feeds.counts[0].refused == len(texts) - len(expected)


def test_bounds_are_inclusive(tmp_path: Path) -> None:
    bounds = ir.Bounds(Decimal("0.000000"), Decimal("1.000000"))
    assert _load_one(tmp_path, C("x", ty.PERCENT, bounds=bounds), "100%") == ([Decimal("1.000000")], [])
    _, refused = _load_one(tmp_path, C("x", ty.PERCENT, bounds=bounds), "100.0001%")
    assert refused == [(2, "x", "100.0001%", "out-of-range", "`100.0001%` is out of range: `x` is at most 100%")]
    _, refused = _load_one(tmp_path, C("x", ty.PERCENT, bounds=bounds), "-0.0001%")
    assert refused == [(2, "x", "-0.0001%", "out-of-range", "`-0.0001%` is out of range: `x` is at least 0%")]


# --- rows --------------------------------------------------------------------------------------------------


def _lines(*changes: Mapping[str, str]) -> str:
    """A file of lines, each the good one with its number and some changes."""
    rows = [GOOD_LINE | {"id": f"L{at}"} | dict(change) for at, change in enumerate(changes, start=1)]
    return LINES + "".join(",".join(row.values()) + "\n" for row in rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _write(tmp_path, {"partner.csv": PARTNERS, "line.csv": _lines({}, {"seats": " 3 "})})


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
    _write(tmp_path, {"partner.csv": PARTNERS, "line.csv": _lines({}, changes)})
    with load_feeds(PROGRAM, tmp_path) as feeds:
        # The comma of the amount makes two values of it, unless it is quoted.
        assert [(line, code) for line, _, _, code, _ in _refused(feeds)] == [(3, "broken-row")]
    _write(tmp_path, {"line.csv": _lines({}, changes | {"amount": '"1.250,00"'})})
    with load_feeds(PROGRAM, tmp_path) as feeds:
        assert _refused(feeds) == [
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
    _write(tmp_path, {"partner.csv": PARTNERS, "line.csv": _lines({"amount": "x"}, {"amount": "y"}, {"on": "z"})})
    with load_feeds(PROGRAM, tmp_path) as feeds:
        assert [(group.file, group.field, group.code, group.lines, group.example_line) for group in feeds.refusals] == [
            ("line.csv", "amount", "not-an-amount", 2, 2),
            ("line.csv", "on", "not-a-date", 1, 4),
        ]
        assert feeds.refusals[0].example == "`x` is not an amount: write it as in `1250.50`"


# --- references --------------------------------------------------------------------------------------------


def test_a_refused_row_takes_its_references_along(tmp_path: Path) -> None:
    partners = "id,level,country,parent\nP1,Gold,NL,\nP2,Silver,NL,P1\nP3,Gold,NL,P2\nP4,Gold,NL,P3\nP5,Gold,NL,P5\n"
    _write(tmp_path, {"partner.csv": partners, "line.csv": _lines({}, {"partner": "P4"}, {"partner": "P5"})})
    with load_feeds(PROGRAM, tmp_path) as feeds:
        assert [row[0] for row in feeds.rows.all("Partner")] == ["P1", "P5"]
        assert [row[0] for row in feeds.rows.all("Line")] == ["L1", "L3"]
        assert _refused(feeds) == [
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
        ([], "XYZ-999", "`XYZ-999` is not a Thing"),
    ],
)
def test_nearest_key(tmp_path: Path, keys: list[str], unknown: str, message: str) -> None:
    thing = _feed("Thing", ("id",), C("id", ty.TEXT))
    use = _feed("Use", (), C("thing", _reference("Thing"), reference="Thing"), C("n", ty.TEXT))
    _write(tmp_path, {"thing.csv": "\n".join(["id", *keys]) + "\n", "use.csv": f"thing,n\n{unknown},1\n"})
    with load_feeds(_program(thing, use), tmp_path) as feeds:
        assert [entry[4] for entry in _refused(feeds)] == [message]


def test_only_some_relations_and_what_they_refer_to(folder: Path) -> None:
    (folder / "line.csv").unlink()
    with load_feeds(PROGRAM, folder, only={"Partner"}) as feeds:
        assert [count.relation for count in feeds.counts] == ["Partner"]
    _write(folder, {"line.csv": LINES})
    with load_feeds(PROGRAM, folder, only={"Line"}) as feeds:
        assert [(count.relation, count.read) for count in feeds.counts] == [("Partner", 2), ("Line", 0)]


# --- keys --------------------------------------------------------------------------------------------------


def test_all_rows_that_share_a_key_are_refused(tmp_path: Path) -> None:
    partners = "id,level,country,parent\nP1,Gold,NL,\nP2,Gold,NL,\nP1,Gold,NL,\n P1 ,Silver,NL,\n"
    _write(tmp_path, {"partner.csv": partners, "line.csv": LINES})
    with load_feeds(PROGRAM, tmp_path) as feeds:
        assert [row[0] for row in feeds.rows.all("Partner")] == ["P2"]
        assert _refused(feeds) == [
            (2, "id", "P1", "duplicate-key", "another row has the same `id`: line 4 and 1 more"),
            (4, "id", "P1", "duplicate-key", "another row has the same `id`: line 2 and 1 more"),
            (5, "id", " P1 ", "duplicate-key", "another row has the same `id`: line 2 and 1 more"),
            (5, "level", "Silver", "not-one-of", "`Silver` is not one of `Select`, `Premier` or `Gold`"),
        ]


def test_keys_of_several_columns(tmp_path: Path) -> None:
    pair = _feed("Pair", ("a", "b"), C("a", ty.TEXT), C("b", ty.DATE))
    _write(tmp_path, {"pair.csv": "a,b\nx,2015-01-01\nx,2015-01-02\ny,2015-01-01\nx,2015-01-01\n"})
    with load_feeds(_program(pair), tmp_path) as feeds:
        assert _refused(feeds) == [
            (2, "a", "x", "duplicate-key", "another row has the same `a` and `b`: line 5"),
            (5, "a", "x", "duplicate-key", "another row has the same `a` and `b`: line 2"),
        ]


HELD = _feed(
    "Held",
    ("what", ir.RangeKey("held_start", "held_end")),
    C("what", ty.TEXT),
    C("held_start", ty.DATE),
    C("held_end", ty.Optional(ty.DATE)),
)
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
    _write(tmp_path, {"held.csv": "\n".join(["what,held_start,held_end", *rows]) + "\n"})
    with load_feeds(_program(HELD), tmp_path) as feeds:
        assert [(line, code, message) for line, _, _, code, message in _refused(feeds)] == refused


# --- lines of a CSV file -----------------------------------------------------------------------------------

CURRENT = _program(_feed("One", ("id",), C("id", ty.TEXT), C("note", ty.Optional(ty.TEXT)), C("amount", USD)))
TOO_FEW = "the line has 2 values, and the header names 3 columns"
QUOTE = "a quote in it is not closed, or is followed by more than a comma"
BAD = ("not-an-amount", "`x` is not an amount: write it as in `1250.50`")


@pytest.mark.parametrize(
    ("text", "ids", "refused"),
    [
        ("\ufeffid,note,amount\r\n1,a,5\r\n2,b,x\r\n", ["1"], [(3, *BAD)]),
        ("id,note,amount\n1,a,5\n2,b\n3,c,x\n4,d,5,6\n5,e,x", ["1"], [
            (3, "broken-row", TOO_FEW),
            (4, *BAD),
            (5, "broken-row", "the line has 4 values, and the header names 3 columns"),
            (6, *BAD),
        ]),
        ('id,note,amount\n1,"two\nlines",5\n2,b,x\n', ["1"], [(4, *BAD)]),
        ("id,note,amount\n\n1,a,5\n\n2,b,x\n\n", ["1"], [(5, *BAD)]),
        ('id,note,amount\n1,"two\nlines",5\n2,b\n3,"c\r\nd",x\n4,,5\n', ["1", "4"], [(4, "broken-row", TOO_FEW), (5, *BAD)]),
        ('id,note,amount\n1,"never closed,5\n2,b,5\n3,c,x\n', ["2"], [(2, "broken-row", QUOTE), (4, *BAD)]),
        ('id,note,amount\n1,"a"b,5\n2,b,5\n3,"c",x\n', ["2"], [(2, "broken-row", QUOTE), (4, *BAD)]),
        ("id,note,amount\n1,a,5\r\n2,b,x\n", ["1"], [(3, *BAD)]),
        ("id,note,amount\n1,a,5,\n2,b,x\n", ["1"], [(3, *BAD)]),
        ('id,note,amount\n1, "a,b",5\n2,"c"d,5\n3,e,x\n', ["1"], [(3, "broken-row", QUOTE), (4, *BAD)]),
        ("id,note,amount\n1,a\rb,5\n2,c,x\n", [], [(2, "broken-row", TOO_FEW), (3, "broken-row", TOO_FEW), (4, *BAD)]),
        ("id,note,amount\r1,a,5\r2,b,x\r", ["1"], [(3, *BAD)]),
        ('id,note,amount\n1,"say ""yes""",5\n2,,x\n', ["1"], [(3, *BAD)]),
        ("id,note,amount\n", [], []),
        ("id,note,amount", [], []),
    ],
)  # fmt: skip
def test_lines(tmp_path: Path, text: str, ids: list[str], refused: list[tuple[int, str, str]]) -> None:
    _write(tmp_path, {"one.csv": text})
    with load_feeds(CURRENT, tmp_path) as feeds:
        assert [row[0] for row in feeds.rows.all("One")] == ids
        assert [(line, code, message) for line, _, _, code, message in _refused(feeds)] == refused
        (count,) = feeds.counts
        assert (count.read, count.used) == (len(ids) + len(refused), len(ids))


def test_a_broken_line_as_it_came(tmp_path: Path) -> None:
    _write(tmp_path, {"one.csv": 'id,note,amount\n1,a\n2,"b ""c""",5,6\n'})
    with load_feeds(CURRENT, tmp_path) as feeds:
        rows = feeds.connection.execute("SELECT row FROM result.refused ORDER BY line").fetchall()
        assert [json.loads(row) for (row,) in rows] == [
            {"id": "1", "note": "a"},
            {"id": "2", "note": 'b "c"', "amount": "5", "column 4": "6"},
        ]


def test_lines_of_a_large_file(tmp_path: Path) -> None:
    """Large enough that it is read in parallel; broken and wrong lines far apart."""
    with (tmp_path / "one.csv").open("w") as file:
        file.write("id,note,amount\n")
        for number in range(2, 400_001):
            amount = "x" if number % 100_000 == 7 else "5"
            broken = number % 90_000 == 0
            file.write(f"{number},a note\n" if broken else f"{number},a note,{amount}\n")
    with load_feeds(CURRENT, tmp_path) as feeds:
        assert [(line, code) for line, _, _, code, _ in _refused(feeds)] == [
            (7, "not-an-amount"),
            (90_000, "broken-row"),
            (100_007, "not-an-amount"),
            (180_000, "broken-row"),
            (200_007, "not-an-amount"),
            (270_000, "broken-row"),
            (300_007, "not-an-amount"),
            (360_000, "broken-row"),
        ]


@pytest.mark.parametrize("length", [4_194_400, 50_000_000])
@pytest.mark.parametrize("quote", ["", '"'])
def test_an_endless_line_is_refused(tmp_path: Path, length: int, quote: str) -> None:
    """DuckDB drops a line that is longer than its buffers and says nothing; no row may be lost that way."""
    _write(tmp_path, {"one.csv": f"id,note,amount\n1,a,5\n2,{quote}{'x' * length}{quote},5\n3,c,5\n"})
    with load_feeds(CURRENT, tmp_path) as feeds:
        (count,) = feeds.counts
        assert (count.read, count.used) == (3, 2)
        faults = [(line, code, message) for line, _, _, code, message in _refused(feeds)]
        too_long = "the line has more than 4,194,304 characters; check where it should end"
        assert faults == [(3, "broken-row", too_long)]


# --- files that cannot be read -----------------------------------------------------------------------------

ONE = "id,note,amount\n1,a,5\n"
UNREADABLE: list[tuple[dict[str, str | bytes], str, str, str]] = [
    (
        {},
        "missing-feed",
        "there is no file for the record `One`, such as `one.csv`",
        "add the file; if there are no rows, a `one.csv` with only the header line will do",
    ),
    (
        {"ones.csv": ONE},
        "missing-feed",
        "there is no file for the record `One`, such as `one.csv`",
        "`ones.csv` has a similar name: rename it to `one.csv` if it is that feed",
    ),
    (
        {"one.csv": ONE, "ONE.parquet": "x"},
        "two-feeds",
        "more than one file could be the feed `one`: `ONE.parquet`, `one.csv`",
        "keep one of them; two would count every row twice",
    ),
    (
        {"one.csv": ""},
        "empty-feed",
        "`one.csv` is empty: it has no header line",
        "a feed without rows still has its header line: id,note,amount",
    ),
    (
        {"one.csv": "id,note,amount\n1,café,5\n2,caf\u00e9,5\n".encode().replace(b"\xc3\xa9", b"\xc3\x28", 1)},
        "feed-encoding",
        "`one.csv` is not UTF-8 text: line 2 has bytes that are not",
        "export it again as UTF-8 (in a spreadsheet: “CSV UTF-8 (comma delimited)”)",
    ),
    (
        {"one.csv": "id,note,amount,id\n"},
        "duplicate-column",
        "`one.csv` has the column `id` more than once",
        "keep the one that is meant",
    ),
    (
        {"one.csv": "id,note,Amount (USD)\n"},
        "missing-column",
        "`one.csv` has no column `amount`, a field of `One`",
        "its column `Amount (USD)` has a similar name: call it `amount` if it is that field",
    ),
    (
        {"one.csv": "id,note,AMOUNT\n"},
        "missing-column",
        "`one.csv` has no column `amount`, a field of `One`",
        "its column `AMOUNT` has a similar name: call it `amount` if it is that field",
    ),
    (
        {"one.csv": "id,note\n"},
        "missing-column",
        "`one.csv` has no column `amount`, a field of `One`",
        "add the column; the file has `id` or `note`",
    ),
    (
        {"one.parquet": "not a Parquet file, although it is long enough to be one"},
        "unreadable-feed",
        "`one.parquet` cannot be read: it is not a Parquet file",
        "check that it is a complete file of its kind and that this user may read it",
    ),
]


@pytest.mark.parametrize(("files", "code", "message", "advice"), UNREADABLE)
def test_unreadable(tmp_path: Path, files: dict[str, str | bytes], code: str, message: str, advice: str) -> None:
    _write(tmp_path, files)
    with pytest.raises(FeedErrors) as raised:
        load_feeds(CURRENT, tmp_path)
    assert [(error.code, error.message(), error.help()) for error in raised.value.errors] == [(code, message, advice)]


def test_folders(tmp_path: Path) -> None:
    (tmp_path / "one.csv").mkdir()
    for folder, message in (
        (tmp_path, "`one.csv` cannot be read: it is a folder, not a file"),
        (tmp_path / "gone", f"there is no folder `{tmp_path / 'gone'}`"),
        (Path(__file__), f"`{__file__}` is not a folder"),
    ):
        with pytest.raises(FeedErrors) as raised:
            load_feeds(CURRENT, folder)
        assert [error.message() for error in raised.value.errors] == [message]


def test_all_errors_at_once(tmp_path: Path) -> None:
    _write(tmp_path, {"line.csv": "id,partners,period,amounts,rate,on,open,seats\n"})
    with pytest.raises(FeedErrors) as raised:
        load_feeds(PROGRAM, tmp_path)
    assert [(error.code, error.file) for error in raised.value.errors] == [
        ("missing-feed", "partner"),
        ("missing-column", "line.csv"),
        ("missing-column", "line.csv"),
    ]


def test_what_is_extra_is_noted(tmp_path: Path) -> None:
    _write(tmp_path, {"ONE.CSV": " id , note,amount,extra,\n1,a,5,x,y\n", "other.csv": "", "readme.txt": ""})
    with load_feeds(CURRENT, tmp_path) as feeds:
        assert [(note.file, note.message) for note in feeds.notes] == [
            ("other.csv", "no record of the program has this name: not read"),
            ("ONE.CSV", "column `extra` is not a field of `One`: not read"),
            ("ONE.CSV", "column `column 5` is not a field of `One`: not read"),
        ]
        assert feeds.rows.all("One") == [("1", "a", Decimal("5.00"))]


def test_names_that_sql_and_file_patterns_would_misread(tmp_path: Path) -> None:
    folder = tmp_path / "it's [a] *?"
    folder.mkdir()
    odd = _feed("Order", ("select",), C("select", ty.TEXT), C("from", ty.TEXT), C("r0", ty.TEXT))
    _write(folder, {"order.csv": "from,select,r0\na,b,c\n"})
    with load_feeds(_program(odd), folder) as feeds:
        assert feeds.rows.all("Order") == [("b", "a", "c")]


# --- Parquet -----------------------------------------------------------------------------------------------


@pytest.fixture
def parquet(tmp_path: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    with duckdb.connect() as connection:
        yield connection, tmp_path


def _copy(connection: duckdb.DuckDBPyConnection, folder: Path, name: str, query: str) -> None:
    connection.execute(f"COPY ({query}) TO '{folder / name}.parquet' (FORMAT parquet)")


GOOD_PARQUET = (
    "'L' || i AS id, 'P1' AS partner, 'spring' AS period, CAST(12.5 AS DECIMAL(9,1)) AS amount, "
    "CAST(0.125 AS DECIMAL(4,3)) AS rate, TIMESTAMP '2015-07-25' AS on, true AS open, CAST(NULL AS INTEGER) AS seats"
)


def test_parquet_values(parquet: tuple[duckdb.DuckDBPyConnection, Path]) -> None:
    connection, folder = parquet
    _write(folder, {"partner.csv": PARTNERS})
    _copy(connection, folder, "line", f"SELECT {GOOD_PARQUET} FROM range(1, 3) AS rows(i)")
    with load_feeds(PROGRAM, folder) as feeds:
        assert feeds.rows.all("Line") == [
            ("L1", "P1", "spring", Decimal("12.50"), Decimal("0.125000"), datetime.date(2015, 7, 25), True, None),
            ("L2", "P1", "spring", Decimal("12.50"), Decimal("0.125000"), datetime.date(2015, 7, 25), True, None),
        ]
        assert _refused(feeds) == []
        types = [type_ for _, type_, *_ in feeds.connection.execute('DESCRIBE feed."Line"').fetchall()]
        assert types == [*["VARCHAR"] * 3, "DECIMAL(18,2)", "DECIMAL(9,6)", "DATE", "BOOLEAN", "DECIMAL(18,0)"]


@pytest.mark.parametrize(
    ("change", "field", "value", "code", "message"),
    [
        ("'' AS partner", "partner", "", "missing-value", "`partner` is blank, and every row needs it"),
        ("NULL AS amount", "amount", None, "missing-value", "`amount` is blank, and every row needs it"),
        ("' P1' AS partner", "partner", " P1", "unknown-reference", "` P1` is not a Partner; the nearest is `P1`"),
        (
            "CAST(1.005 AS DECIMAL(9,3)) AS amount",
            "amount",
            "1.005",
            "too-many-decimals",
            "`1.005` has too many decimals: the field takes at most 2",
        ),
        (
            "CAST(12345678901234567 AS DECIMAL(20,0)) AS amount",
            "amount",
            "12345678901234567",
            "too-many-digits",
            "`12345678901234567` has more than 16 digits before the point",
        ),
        ("'1,250.00' AS amount", "amount", "1,250.00", "not-an-amount", "`1,250.00` is not an amount: write `1250.00`"),
        (
            "CAST(-1000.01 AS DECIMAL(18,2)) AS amount",
            "amount",
            "-1000.01",
            "out-of-range",
            "`-1000.01` is out of range: `amount` is at least -1000.00",
        ),
        (
            "TIMESTAMP '2015-07-25 00:00:01' AS on",
            "on",
            "2015-07-25 00:00:01",
            "not-a-date",
            "`2015-07-25 00:00:01` has a time of day: only midnight stands for a date",
        ),
        (
            "DATE '10000-01-01' AS on",
            "on",
            "10000-01-01",
            "not-a-date",
            "`10000-01-01` is not within the years 1 through 9999",
        ),
        ("'L3' AS id", "id", "L3", "duplicate-key", "another row has the same `id`: row 3"),
    ],
)
def test_parquet_faults(
    parquet: tuple[duckdb.DuckDBPyConnection, Path], change: str, field: str, value: str | None, code: str, message: str
) -> None:
    connection, folder = parquet
    _write(folder, {"partner.csv": PARTNERS})
    sql_value, _, name = change.rpartition(" AS ")
    good = f"SELECT i, {GOOD_PARQUET} FROM range(1, 4) AS rows(i)"
    # The second of three rows has the fault; the column has one physical type for all of them.
    ((found,),) = connection.execute(f"SELECT typeof({sql_value})").fetchall()
    other = f'"{name}"' if found == '"NULL"' else f'CAST("{name}" AS {found})'
    query = f'SELECT * EXCLUDE (i) REPLACE (CASE WHEN i = 2 THEN {sql_value} ELSE {other} END AS "{name}") FROM ({good})'
    _copy(connection, folder, "line", query)
    with load_feeds(PROGRAM, folder) as feeds:
        refused = _refused(feeds)
        assert refused[0] == (2, field, value, code, message)
        assert all(line in (2, 3) and found == "duplicate-key" for line, _, _, found, _ in refused[1:])
        assert [row[0] for row in feeds.rows.all("Line")] == (["L1"] if code == "duplicate-key" else ["L1", "L3"])


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (
            "CAST(12.5 AS DOUBLE) AS amount",
            "inexact-column",
            "`line.parquet` holds `amount` as DOUBLE, which cannot hold decimals such as 0.10 exactly",
        ),
        ("5 AS id", "column-type", "`line.parquet` holds `id` as INTEGER, where VARCHAR is expected"),
        ("5 AS rate", "column-type", "`line.parquet` holds `rate` as INTEGER, where DECIMAL(9,6) is expected"),
        ("true AS amount", "column-type", "`line.parquet` holds `amount` as BOOLEAN, where DECIMAL(18,2) is expected"),
    ],
)
def test_parquet_types(parquet: tuple[duckdb.DuckDBPyConnection, Path], change: str, code: str, message: str) -> None:
    connection, folder = parquet
    _write(folder, {"partner.csv": PARTNERS})
    _copy(connection, folder, "line", f"SELECT * REPLACE ({change}) FROM (SELECT {GOOD_PARQUET} FROM range(2) AS rows(i))")
    with pytest.raises(FeedErrors) as raised:
        load_feeds(PROGRAM, folder)
    assert [(error.code, error.message()) for error in raised.value.errors] == [(code, message)]


def test_a_damaged_parquet_file(parquet: tuple[duckdb.DuckDBPyConnection, Path]) -> None:
    connection, folder = parquet
    _write(folder, {"partner.csv": PARTNERS})
    _copy(connection, folder, "line", f"SELECT {GOOD_PARQUET} FROM range(30000) AS rows(i)")
    content = bytearray((folder / "line.parquet").read_bytes())
    content[50:400] = bytes(350)
    (folder / "line.parquet").write_bytes(content)
    with pytest.raises(FeedErrors) as raised:
        load_feeds(PROGRAM, folder)
    assert [(error.code, error.file) for error in raised.value.errors] == [("unreadable-feed", "line.parquet")]


def test_csv_and_parquet_give_the_same_rows(tmp_path: Path, parquet: tuple[duckdb.DuckDBPyConnection, Path]) -> None:
    connection, _ = parquet
    text, columns = tmp_path / "text", tmp_path / "columns"
    text.mkdir()
    columns.mkdir()
    _write(text, {"held.csv": "what,held_start,held_end\nb,2015-01-01,\na,2015-02-01,2015-03-01\na,2015-03-01,\nc,,\n"})
    _copy(
        connection,
        columns,
        "held",
        "SELECT * FROM (VALUES ('b', DATE '2015-01-01', NULL), ('a', DATE '2015-02-01', DATE '2015-03-01'), "
        "('a', DATE '2015-03-01', NULL), ('c', NULL, NULL)) AS rows(what, held_start, held_end)",
    )
    found = []
    for folder in (text, columns):
        with load_feeds(_program(HELD), folder) as feeds:
            found.append((feeds.rows.all("Held"), [entry[1:] for entry in _refused(feeds) if entry[3] != "overlapping-range"]))
    assert found[0] == found[1]
    assert found[0][0] == [("b", datetime.date(2015, 1, 1), None)]
