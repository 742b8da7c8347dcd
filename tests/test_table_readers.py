"""Workbooks and databases: a feed is a sheet or a table, and its values are those that a person sees there."""

from __future__ import annotations

import datetime
import sqlite3
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import duckdb
import openpyxl
import psycopg
import pytest
from tests.postgres_server import as_url

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import FeedErrors, Feeds, load_feeds
from incdsl.feeds.files import source_at
from incdsl.feeds.sources import UNSAID, Options, Source

C = ir.StoredColumn
ONE = ir.Relation(
    "One",
    ir.Feed("one"),
    ("id",),
    (
        C("id", ty.TEXT),
        C("amount", ty.money("USD")),
        C("rate", ty.Optional(ty.PERCENT)),
        C("on", ty.Optional(ty.DATE)),
        C("open", ty.Optional(ty.BOOLEAN)),
    ),
)
TWO = ir.Relation("SecondOne", ir.Feed("second_one"), ("id",), (C("id", ty.TEXT),))
PROGRAM = ir.Program("T", "Test", "Sponsor", "USD", (), (ONE,), (), (), ())
BOTH = ir.Program("T", "Test", "Sponsor", "USD", (), (ONE, TWO), (), (), ())
NAMES = ["id", "amount", "rate", "on", "open"]
DAY = datetime.date(2015, 7, 25)
ROWS = [("1", Decimal("1250.10"), Decimal("0.125000"), DAY, True), ("2", Decimal("-0.50"), None, None, None)]

Refusal = tuple[int, str | None, str | None, str, str]


def _load(folder: Path, place: str | None = None, options: Options = UNSAID, program: ir.Program = PROGRAM) -> Feeds:
    if place is None:
        return load_feeds(program, folder)
    source = source_at(ONE, folder, place, options=options)
    assert isinstance(source, Source)
    return load_feeds(program, folder, sources={"One": source})


def _refused(feeds: Feeds) -> list[Refusal]:
    return feeds.connection.execute(
        "SELECT line, field, value, code, message FROM result.refused ORDER BY file, line, field"
    ).fetchall()


def _errors(folder: Path, program: ir.Program = PROGRAM) -> list[tuple[str, str, str]]:
    with pytest.raises(FeedErrors) as raised:
        load_feeds(program, folder)
    return [(error.code, error.message(), error.help()) for error in raised.value.errors]


# --- spreadsheets ------------------------------------------------------------------------------------------


def _workbook(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    """A workbook; a cell is a value, or a pair of value and number format."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for at, cell in enumerate(row, start=1):
                value, format = cell if isinstance(cell, tuple) else (cell, None)
                if value is not None:
                    written = sheet.cell(number, at, value)
                    written.number_format = format or written.number_format
    book.save(path)
    return path


def test_a_sheet(tmp_path: Path) -> None:
    rows = [NAMES, [1, 1250.10, (0.125, "0.0%"), DAY, True], ["2", "-0.5", None, None, None]]
    _workbook(tmp_path / "one.xlsx", Sheet1=rows, Empty=[])
    with _load(tmp_path) as feeds:
        assert _refused(feeds) == []
        assert feeds.rows.all("One") == ROWS
        assert feeds.notes == ()


CELLS: list[tuple[str, Any, str | None, Any]] = [
    # What is read, or the message.
    ("amount", 57500.10, None, Decimal("57500.10")),
    ("amount", (57500.1, "#,##0.00"), None, Decimal("57500.10")),
    ("amount", 9999999999999.99, None, Decimal("9999999999999.99")),
    ("amount", 1e3, None, Decimal("1000.00")),
    ("amount", 0.07, None, Decimal("0.07")),
    ("amount", 1.005, "1.005",
     "`1.005` has too many decimals: the field takes at most 2; if the point separates thousands, write `1005`"),
    ("amount", DAY, "2015-07-25", "`2015-07-25` is not an amount: write it as in `1250.50`"),
    ("amount", True, "TRUE", "`TRUE` is not an amount: write it as in `1250.50`"),
    ("amount", "#DIV/0!", "#DIV/0!", "`amount` holds the error #DIV/0!: mend its formula"),
    ("amount", "=1+1", None, "`amount` holds a formula without a value: open the file in a spreadsheet program and save it"),
    ("rate", (0.125, "0%"), None, Decimal("0.125000")),
    ("rate", (0.07, "0.00%;[Red]-0.00%"), None, Decimal("0.070000")),
    ("rate", "12.5%", None, Decimal("0.125000")),
    ("rate", 0.125, "0.125", "`0.125` has no percent sign: write `12.5%` for twelve and a half percent"),
    ("on", datetime.datetime(2015, 7, 25), None, DAY),
    ("on", datetime.datetime(2015, 7, 25, 12, 30), "2015-07-25 12:30:00",
     "`2015-07-25 12:30:00` has a time of day: write `2015-07-25`"),
    ("on", "2015-07-25", None, DAY),
    ("on", 42210, "42210", "`42210` is not a date: write it as in `2015-07-25`"),
    ("open", False, None, False),
    ("open", "yes", None, True),
    ("open", 1, "1", "`1` is not yes or no: write `yes`"),
    ("id", (42, "00000"), None, "00042"),
    ("id", 1000234, None, "1000234"),
    ("id", "=HYPERLINK(1)", None, "`id` holds a formula without a value: open the file in a spreadsheet program and save it"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "cell", "shown", "expected"), CELLS)
def test_cells(tmp_path: Path, field: str, cell: Any, shown: str | None, expected: Any) -> None:
    row = dict(zip(NAMES, ["1", 5, None, None, None], strict=True)) | {field: cell}
    _workbook(tmp_path / "one.xlsx", one=[NAMES, list(row.values())])
    with _load(tmp_path) as feeds:
        refused = _refused(feeds)
        if refused:
            assert [(line, name, value, message) for line, name, value, _, message in refused] == [(2, field, shown, expected)]
            assert [group.place for group in feeds.refusals] == ["row 2"]
        else:
            assert [got[NAMES.index(field)] for got in feeds.rows.all("One")] == [expected]


@pytest.mark.parametrize(
    ("stored", "value", "fault"),
    [
        ("1250.0999999999999", Decimal("1250.10"), None),
        ("57500.099999999999", Decimal("57500.10"), None),
        ("1E3", Decimal("1000.00"), None),
        ("0.30000000000000004", None, "`amount` has 17 digits, more than the file holds exactly"),
        ("9007199254740993", None, "`amount` has 16 digits, more than the file holds exactly"),
        ("1E999", None, "`amount` is no number"),
    ],
)
def test_binary_numbers(tmp_path: Path, stored: str, value: Decimal | None, fault: str | None) -> None:
    """Excel writes 17 digits of a number that it shows with 15."""
    path = _workbook(tmp_path / "one.xlsx", one=[NAMES, ["1", 5]])
    _edited(path, SHEET, lambda text: text.replace("<v>5</v>", f"<v>{stored}</v>"))
    with _load(tmp_path) as feeds:
        assert [row[1] for row in feeds.rows.all("One")] == ([] if value is None else [value])
        assert [message.split(":")[0] for *_, message in _refused(feeds)] == ([] if fault is None else [fault])


def test_a_damaged_workbook_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """openpyxl leaves what it opened open when it fails, until garbage is collected, with a warning."""
    given: list[IO[bytes]] = []

    def fail(file: IO[bytes], **options: object) -> None:
        given.append(file)
        raise KeyError("xl/workbook.xml")

    _workbook(tmp_path / "one.xlsx", one=[NAMES, ["1", 5]])
    monkeypatch.setattr(openpyxl, "load_workbook", fail)
    assert [code for code, *_ in _errors(tmp_path)] == ["unreadable-feed"]
    assert given
    assert all(file.closed for file in given)


def test_titles_above_gaps_and_rows_below(tmp_path: Path) -> None:
    path = _workbook(
        tmp_path / "one.xlsx",
        one=[
            ["Sales of May"],
            [],
            ["made by", "Ann", "on", DAY],
            [None, *NAMES],
            ["x", 1, 1250.1, (0.125, "0.0%"), DAY, True],
            [],
            ["only this"],
            ["x", 2, "x"],
            [None, "Total", None],
        ],
    )
    book = openpyxl.load_workbook(path)
    book["one"].merge_cells("A1:F1")
    book.save(path)
    with _load(tmp_path) as feeds:
        assert feeds.rows.all("One") == ROWS[:1]
        assert [(line, field, code) for line, field, _, code, _ in _refused(feeds)] == [
            (7, "amount", "missing-value"),
            (7, "id", "missing-value"),
            (8, "amount", "not-an-amount"),
            (9, "amount", "missing-value"),
        ]
        assert [(note.file, note.message) for note in feeds.notes] == [
            ("one.xlsx", "its header is on row 4: what stands above it is not read"),
            ("one.xlsx", "column `column 1` is not a field of `One`: not read"),
        ]
    with _load(tmp_path, "one.xlsx", Options(header_line=4)) as feeds:
        assert [note.message for note in feeds.notes] == ["column `column 1` is not a field of `One`: not read"]


def test_a_workbook_of_several_feeds(tmp_path: Path) -> None:
    _workbook(tmp_path / "Data.xlsx", ONE=[NAMES, ["1", "x"]], SecondOne=[["id"], ["a"]], Notes=[["by hand"]])
    for place in (tmp_path, tmp_path / "Data.xlsx"):
        with load_feeds(BOTH, place) as feeds:
            assert [(count.file, count.read, count.used) for count in feeds.counts] == [
                ("Data.xlsx sheet ONE", 1, 0),
                ("Data.xlsx sheet SecondOne", 1, 1),
            ]
            assert [(note.file, note.message) for note in feeds.notes] == [
                ("Data.xlsx sheet Notes", "no record of the program has this name: not read")
            ]
    (tmp_path / "second_one.csv").write_text("id\n")
    assert [message for _, message, _ in _errors(tmp_path, BOTH)] == [
        "more than one file could be the feed `second_one`: `Data.xlsx sheet SecondOne`, `second_one.csv`"
    ]


def test_a_sheet_that_a_mapping_names_by_its_file_is_read(tmp_path: Path) -> None:
    """So no note says that it is not, and one does of the others."""
    _workbook(tmp_path / "Export 2025.xlsx", Rows=[NAMES, ["1", 5]])
    (tmp_path / "feeds.toml").write_text('[One]\nfile = "Export 2025.xlsx"\n')
    with load_feeds(PROGRAM, tmp_path) as feeds:
        assert [(count.file, count.used) for count in feeds.counts] == [("Export 2025.xlsx", 1)]
        assert feeds.notes == ()
    _workbook(tmp_path / "Export 2025.xlsx", Rows=[NAMES, ["1", 5]], Other=[["x"], ["y"]])
    (tmp_path / "feeds.toml").write_text('[One]\nfile = "Export 2025.xlsx"\ntable = "Rows"\n')
    with load_feeds(PROGRAM, tmp_path) as feeds:
        assert [note.file for note in feeds.notes] == ["Export 2025.xlsx sheet Other"]


def test_which_sheet(tmp_path: Path) -> None:
    good, other = [NAMES, ["1", 5]], [["x"], ["y"]]
    _workbook(tmp_path / "one.xlsx", One=good, Other=other)
    with _load(tmp_path) as feeds:
        assert [(count.file, count.read) for count in feeds.counts] == [("one.xlsx", 1)]
        assert [note.file for note in feeds.notes] == ["one.xlsx sheet Other"]
    _workbook(tmp_path / "one.xlsx", First=good, Other=other)
    assert _errors(tmp_path) == [
        (
            "no-table",
            "`one.xlsx` has no sheet `one`",
            "call it so, or name the right one in the mapping: it has `First` or `Other`",
        )
    ]
    with _load(tmp_path, "one.xlsx", Options(table="First")) as feeds:
        assert [count.used for count in feeds.counts] == [1]


def _edited(path: Path, part: str, edit: Callable[[str], str]) -> None:
    """Change the text of a part of a workbook."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part] = edit(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)


SHEET = "xl/worksheets/sheet1.xml"
DAMAGE: list[tuple[str, Callable[[str], str], str]] = [
    (SHEET, lambda text: text.replace('<row r="2"', '<row r="1"'), "row 1 comes after row 1: the file is damaged"),
    (SHEET, lambda text: text.replace('r="2"', 'r="99999999999"'), "row 99999999999 comes after row 1: the file is damaged"),
    (SHEET, lambda text: text.replace('"B2"', '"A2"'), "row 2 has two cells in one column: the file is damaged"),
    (SHEET, lambda text: text[:-30], "the workbook is damaged (unclosed token: line 1, column "),
    (
        SHEET,
        lambda text: text.replace("<v>5</v>", "<v>five</v>"),
        "the workbook is damaged (could not convert string to float: 'five')",
    ),
    (SHEET, lambda text: text + " " * 100_000_000, "it unpacks to more than 67,108,864 bytes, 250 times its size or more"),
    ("xl/workbook.xml", lambda text: "", "the workbook is damaged ("),
]


@pytest.mark.parametrize(("part", "edit", "message"), DAMAGE, ids=range(len(DAMAGE)))
def test_a_damaged_workbook(tmp_path: Path, part: str, edit: Callable[[str], str], message: str) -> None:
    _edited(_workbook(tmp_path / "one.xlsx", one=[NAMES, ["1", 5]]), part, edit)
    ((code, found, _),) = _errors(tmp_path)
    assert code == "unreadable-feed"
    assert found.startswith(f"`one.xlsx` cannot be read: {message}")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not at all", b"id,amount\n"])
def test_no_workbook(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "one.xlsx").write_bytes(content)
    ((_, message, _),) = _errors(tmp_path)
    assert message == "`one.xlsx` cannot be read: it is not an XLSX workbook, or not a complete one"


def test_an_empty_sheet(tmp_path: Path) -> None:
    _workbook(tmp_path / "one.xlsx", one=[])
    ((_, message, _),) = _errors(tmp_path)
    assert message == "`one.xlsx` is empty: it has no header line"


# --- SQLite ------------------------------------------------------------------------------------------------


def _sqlite(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    return path


TABLE = 'CREATE TABLE one (id, amount, rate, "on", open)'


def test_a_sqlite_table(tmp_path: Path) -> None:
    _sqlite(
        tmp_path / "one.sqlite",
        TABLE,
        "INSERT INTO one VALUES (1, 1250.10, '12.5%', '2015-07-25', 1), ('2', '-0.5', NULL, '', NULL)",
        "CREATE VIEW second_one AS SELECT * FROM one",
    )
    with _load(tmp_path) as feeds:
        assert _refused(feeds) == []
        assert feeds.rows.all("One") == ROWS


def test_values_of_sqlite(tmp_path: Path) -> None:
    _sqlite(
        tmp_path / "all.sqlite3",
        TABLE,
        "CREATE TABLE two (x)",
        "INSERT INTO one VALUES ('a', 0.1 + 0.2, 0.125, 2457228.5, 2), (x'00ff', 9e999, NULL, NULL, 0), "
        "(CAST(x'ff' AS TEXT), 5, NULL, NULL, NULL), ('a' || char(0), 5, NULL, NULL, NULL), ('b', 7.10, NULL, NULL, 0)",
    )
    with _load(tmp_path) as feeds:
        assert feeds.rows.all("One") == [("b", Decimal("7.10"), None, None, False)]
        assert [(line, field, value, message) for line, field, value, _, message in _refused(feeds)] == [
            (1, "amount", "0.30000000000000004",
             "`amount` has 17 digits, more than the file holds exactly: round it there, or write it as text"),
            (1, "on", "2457228.5", "`2457228.5` is not a date: write it as in `2015-07-25`"),
            (1, "open", "2", "`2` is not yes or no"),
            (1, "rate", "0.125", "`0.125` has no percent sign: write `12.5%` for twelve and a half percent"),
            (2, "amount", "Infinity", "`amount` is no number"),
            (2, "id", None, "`id` holds bytes that are no text"),
            (3, "id", "\\udcff", "`id` has bytes that are not UTF-8"),
            (4, "id", "a\0", "the value has the character U+0000, which no text has: the file is damaged, or not text"),
        ]  # fmt: skip
        assert [(count.file, count.read) for count in feeds.counts] == [("all.sqlite3 table one", 5)]


def test_sqlite_files_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite"
    path.write_bytes(b"not a database, although it is long enough to be taken for one" * 20)
    assert [message for _, message, _ in _errors(tmp_path)] == ["`one.sqlite` cannot be read: it is not a SQLite database"]
    path.unlink()
    _sqlite(path, "CREATE TABLE x (id)", "CREATE TABLE y (id)", "CREATE VIEW one AS SELECT 1 AS id")
    assert [(message, advice) for _, message, advice in _errors(tmp_path)] == [
        ("`one.sqlite` has no table `one`", "call it so, or name the right one in the mapping: it has `x` or `y`")
    ]
    path.unlink()
    _sqlite(path, "CREATE TABLE one (id, amount)")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    ((code, message, _),) = _errors(tmp_path)
    assert (code, message) == ("unreadable-feed", "`one.sqlite` cannot be read: database disk image is malformed")


# --- DuckDB ------------------------------------------------------------------------------------------------


def _duckdb(path: Path, *statements: str) -> Path:
    with duckdb.connect(str(path)) as database:
        for statement in statements:
            database.execute(statement)
    return path


TYPED = 'CREATE TABLE one (id VARCHAR, amount DECIMAL(18,{scale}), rate DECIMAL(9,6), "on" DATE, open BOOLEAN)'


def test_a_duckdb_table(tmp_path: Path) -> None:
    _duckdb(
        tmp_path / "data.duckdb",
        TYPED.format(scale=3),
        "INSERT INTO one VALUES ('0', 0, NULL, NULL, NULL), ('1', 1250.10, 0.125, '2015-07-25', true), "
        "('2', -0.5, NULL, NULL, NULL), ('3', 0.005, NULL, NULL, NULL)",
        "DELETE FROM one WHERE id = '0'",
        "CREATE TABLE second_one AS SELECT 'a' AS id",
        "CREATE SCHEMA sales",
        "CREATE TABLE sales.one AS FROM one",
    )
    with load_feeds(BOTH, tmp_path) as feeds:
        assert feeds.rows.all("One") == ROWS
        assert _refused(feeds) == [
            (3, "amount", "0.005", "too-many-decimals", "`0.005` has too many decimals: the field takes at most 2")
        ]
        assert [(count.file, count.read, count.used) for count in feeds.counts] == [
            ("data.duckdb table one", 3, 2),
            ("data.duckdb table second_one", 1, 1),
        ]
    with _load(tmp_path, "data.duckdb", Options(table="sales.one")) as feeds:
        assert [(count.read, count.used) for count in feeds.counts] == [(3, 2)]


def test_duckdb_files_that_cannot_be_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("id,amount,rate,on,open\n1,5,,,\n")
    path = _duckdb(tmp_path / "one.duckdb", f"CREATE VIEW one AS FROM read_csv('{secret}', all_varchar = true)")
    assert [(message, advice) for _, message, advice in _errors(tmp_path)] == [
        ("`one.duckdb` has no table `one`", "check that it is the file that is meant: it has no table at all")
    ]
    path.unlink()
    _duckdb(path, TYPED.format(scale=2).replace("DECIMAL(18,2)", "DOUBLE"))
    assert [message for _, message, _ in _errors(tmp_path)] == [
        "`one.duckdb` holds `amount` as DOUBLE, which cannot hold decimals such as 0.10 exactly"
    ]
    path.write_bytes(b"not a database")
    ((code, message, _),) = _errors(tmp_path)
    assert code == "unreadable-feed"
    assert "not a valid DuckDB database file" in message


# --- values that have a type, beside texts in another style ------------------------------------------------

FOREIGN = """\
numbers = "1.234,56"
negatives = "1-"
dates = "dd/mm/yyyy"
yes = ["ja"]
no = ["nee"]

[One]
percents = "{percents}"
"""
TYPED_ROWS = [
    ("t", Decimal("1.12"), Decimal("0.125000"), DAY, True),
    ("u", Decimal("-1234.50"), Decimal("0.125000"), DAY, False),
    ("v", Decimal("1125.00"), Decimal("0.125000"), DAY, True),
]


@pytest.mark.parametrize("kind", ["xlsx", "ndjson", "sqlite"])
def test_a_typed_value_is_not_read_in_the_style_of_texts(tmp_path: Path, kind: str) -> None:
    """The number 1.125 is no 1125, although the text `1.125` is."""
    text = "12,5%"
    match kind:
        case "xlsx":
            rows = [["t", 1.12, (0.125, "0.0%"), DAY, True], ["u", -1234.5, (0.125, "0%"), "25/07/2015", "nee"]]
            rows += [["v", "1.125", text, datetime.datetime(2015, 7, 25), "ja"], ["w", 1.125, None, None, None]]
            _workbook(tmp_path / "one.xlsx", one=[NAMES, *rows])
        case "sqlite":
            rows = [["t", 1.12, text, "25/07/2015", 1], ["u", -1234.5, text, "25/07/2015", 0]]
            rows += [["v", "1.125", text, "25/07/2015", "ja"], ["w", 1.125, None, None, None]]
            _sqlite(tmp_path / "one.sqlite", TABLE)
            with closing(sqlite3.connect(tmp_path / "one.sqlite")) as database:
                database.executemany("INSERT INTO one VALUES (?, ?, ?, ?, ?)", rows)
                database.commit()
        case _:
            day = '"rate": "12,5%", "on": "25/07/2015"'
            lines = [
                f'{{"id": "t", "amount": 1.12, {day}, "open": true}}',
                f'{{"id": "u", "amount": -1234.5, {day}, "open": "nee"}}',
            ]
            lines += [f'{{"id": "v", "amount": "1.125", {day}, "open": "ja"}}', '{"id": "w", "amount": 1.125}']
            (tmp_path / "one.ndjson").write_text("\n".join(lines))
    (tmp_path / "feeds.toml").write_text(FOREIGN.format(percents="20%"))
    with _load(tmp_path) as feeds:
        assert feeds.rows.all("One") == TYPED_ROWS
        assert [(value, message) for _, _, value, _, message in _refused(feeds)] == [
            ("1,125", "`1,125` has too many decimals: the field takes at most 2")
        ]


@pytest.mark.parametrize(("percents", "stored"), [("20", 12.5), ("0.2", 0.125), ("20 %", "12,5 %")])
def test_percents_of_a_style(tmp_path: Path, percents: str, stored: Any) -> None:
    _workbook(tmp_path / "one.xlsx", one=[NAMES, ["a", 5, stored, None, None], ["b", 5, (0.125, "0.0%"), None, None]])
    (tmp_path / "feeds.toml").write_text(FOREIGN.format(percents=percents))
    with _load(tmp_path) as feeds:
        assert [row[2] for row in feeds.rows.all("One")] == [Decimal("0.125000")] * 2
        assert _refused(feeds) == []


# --- Postgres ----------------------------------------------------------------------------------------------


def _server(address: str, *statements: str) -> str:
    """A database with the table `one` as the statements make it; its URL."""
    with psycopg.connect(address) as server:
        server.execute(b"DROP TABLE IF EXISTS one; DROP SCHEMA IF EXISTS sales CASCADE")
        for statement in statements:
            server.execute(statement.encode())
    return as_url(address)


def test_a_postgres_table(tmp_path: Path, postgres: str) -> None:
    url = _server(
        postgres,
        'CREATE TABLE one (id text, amount numeric, rate numeric(9,6), "on" timestamp, open boolean, more jsonb)',
        "INSERT INTO one VALUES ('3', 0.005, -0.5, '2015-07-25 00:00:01', NULL), ('1', 1250.1000, 0.125, '2015-07-25', true), "
        "('2', -0.5, NULL, NULL, NULL), ('4', 'NaN', NULL, 'infinity', false)",
        "CREATE SCHEMA sales",
        "CREATE TABLE sales.one AS TABLE one",
    )
    source = source_at(ONE, tmp_path, url, options=Options(table="sales.one"))
    assert isinstance(source, Source)
    for feeds in (load_feeds(PROGRAM, url), load_feeds(PROGRAM, tmp_path, sources={"One": source})):
        with feeds:
            assert feeds.rows.all("One") == ROWS
            assert [(line, field, value, message) for line, field, value, _, message in _refused(feeds)] == [
                (3, "amount", "0.005", "`0.005` has too many decimals: the field takes at most 2; "
                 "if the point separates thousands, write `0005`"),
                (3, "on", "2015-07-25 00:00:01", "`2015-07-25 00:00:01` has a time of day: write `2015-07-25`"),
                (4, "amount", "NaN", "`NaN` is not an amount: write it as in `1250.50`"),
                (4, "on", "infinity", "`infinity` is not a date: write it as in `2015-07-25`"),
            ]  # fmt: skip
            assert [note.message for note in feeds.notes] == ["column `more` is not a field of `One`: not read"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            "amount double precision, rate numeric",
            "holds `amount` as a binary number, which cannot hold decimals such as 0.10 exactly",
        ),
        ("amount money, rate numeric", "holds `amount` as money, where DECIMAL(18,2) is expected"),
        ("amount int, rate int", "holds `rate` as a whole number, where DECIMAL(9,6) is expected"),
        ("amount int", "has no column `rate`, a field of `One`"),
    ],
)
def test_columns_of_postgres(postgres: str, columns: str, message: str) -> None:
    url = _server(postgres, f'CREATE TABLE one (id text, {columns}, "on" date, open boolean)')
    with pytest.raises(FeedErrors) as raised:
        load_feeds(PROGRAM, url)
    (error,) = raised.value.errors
    assert error.message().partition("table one` ")[2] == message


def test_servers_that_do_not_answer(postgres: str) -> None:
    url = _server(postgres, "CREATE TABLE other_one (id text)")
    with pytest.raises(FeedErrors) as raised:
        load_feeds(PROGRAM, url)
    (error,) = raised.value.errors
    assert (error.code, error.message().partition("` has ")[2]) == ("no-table", "no table `one`")
    assert "`other_one`" in error.help()
    with pytest.raises(FeedErrors) as raised:
        load_feeds(PROGRAM, "postgresql://ann:hush-hush@127.0.0.1:1/none?connect_timeout=1")
    (error,) = raised.value.errors
    assert error.message().startswith("`postgresql://127.0.0.1:1/none table one` cannot be read: connection failed")
    assert "hush-hush" not in error.message()
