"""Workbooks: a feed is a sheet, and its values are those that a person sees there."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import openpyxl
import pytest
from tests.small_tables import BOTH, DAY, NAMES, PROGRAM, ROWS, errors, load, refusals, workbook

from incdsl.feeds import load_feeds
from incdsl.feeds.sources import Options


def test_a_sheet(tmp_path: Path) -> None:
    rows = [NAMES, [1, 1250.10, (0.125, "0.0%"), DAY, True], ["2", "-0.5", None, None, None]]
    workbook(tmp_path / "one.xlsx", Sheet1=rows, Empty=[])
    with load(tmp_path) as feeds:
        assert refusals(feeds) == []
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
    workbook(tmp_path / "one.xlsx", one=[NAMES, list(row.values())])
    with load(tmp_path) as feeds:
        refused = refusals(feeds)
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
    path = workbook(tmp_path / "one.xlsx", one=[NAMES, ["1", 5]])
    _edited(path, SHEET, lambda text: text.replace("<v>5</v>", f"<v>{stored}</v>"))
    with load(tmp_path) as feeds:
        assert [row[1] for row in feeds.rows.all("One")] == ([] if value is None else [value])
        assert [message.split(":")[0] for *_, message in refusals(feeds)] == ([] if fault is None else [fault])


def test_a_damaged_workbook_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """openpyxl leaves what it opened open when it fails, until garbage is collected, with a warning."""
    given: list[IO[bytes]] = []

    def fail(file: IO[bytes], **options: object) -> None:
        given.append(file)
        raise KeyError("xl/workbook.xml")

    workbook(tmp_path / "one.xlsx", one=[NAMES, ["1", 5]])
    monkeypatch.setattr(openpyxl, "load_workbook", fail)
    assert [code for code, *_ in errors(tmp_path)] == ["unreadable-feed"]
    assert given
    assert all(file.closed for file in given)


def test_titles_above_gaps_and_rows_below(tmp_path: Path) -> None:
    path = workbook(
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
    with load(tmp_path) as feeds:
        assert feeds.rows.all("One") == ROWS[:1]
        assert [(line, field, code) for line, field, _, code, _ in refusals(feeds)] == [
            (7, "amount", "missing-value"),
            (7, "id", "missing-value"),
            (8, "amount", "not-an-amount"),
            (9, "amount", "missing-value"),
        ]
        assert [(note.file, note.message) for note in feeds.notes] == [
            ("one.xlsx", "its header is on row 4: what stands above it is not read"),
            ("one.xlsx", "column `column 1` is not a field of `One`: not read"),
        ]
    with load(tmp_path, "one.xlsx", Options(header_line=4)) as feeds:
        assert [note.message for note in feeds.notes] == ["column `column 1` is not a field of `One`: not read"]


def test_a_workbook_of_several_feeds(tmp_path: Path) -> None:
    workbook(tmp_path / "Data.xlsx", ONE=[NAMES, ["1", "x"]], SecondOne=[["id"], ["a"]], Notes=[["by hand"]])
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
    assert [message for _, message, _ in errors(tmp_path, BOTH)] == [
        "more than one file could be the feed `second_one`: `Data.xlsx sheet SecondOne`, `second_one.csv`"
    ]


def test_a_sheet_that_a_mapping_names_by_its_file_is_read(tmp_path: Path) -> None:
    """So no note says that it is not, and one does of the others."""
    workbook(tmp_path / "Export 2025.xlsx", Rows=[NAMES, ["1", 5]])
    (tmp_path / "feeds.toml").write_text('[One]\nfile = "Export 2025.xlsx"\n')
    with load_feeds(PROGRAM, tmp_path) as feeds:
        assert [(count.file, count.used) for count in feeds.counts] == [("Export 2025.xlsx", 1)]
        assert feeds.notes == ()
    workbook(tmp_path / "Export 2025.xlsx", Rows=[NAMES, ["1", 5]], Other=[["x"], ["y"]])
    (tmp_path / "feeds.toml").write_text('[One]\nfile = "Export 2025.xlsx"\ntable = "Rows"\n')
    with load_feeds(PROGRAM, tmp_path) as feeds:
        assert [note.file for note in feeds.notes] == ["Export 2025.xlsx sheet Other"]


def test_which_sheet(tmp_path: Path) -> None:
    good, other = [NAMES, ["1", 5]], [["x"], ["y"]]
    workbook(tmp_path / "one.xlsx", One=good, Other=other)
    with load(tmp_path) as feeds:
        assert [(count.file, count.read) for count in feeds.counts] == [("one.xlsx", 1)]
        assert [note.file for note in feeds.notes] == ["one.xlsx sheet Other"]
    workbook(tmp_path / "one.xlsx", First=good, Other=other)
    assert errors(tmp_path) == [
        (
            "no-table",
            "`one.xlsx` has no sheet `one`",
            "call it so, or name the right one in the mapping: it has `First` or `Other`",
        )
    ]
    with load(tmp_path, "one.xlsx", Options(table="First")) as feeds:
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
    _edited(workbook(tmp_path / "one.xlsx", one=[NAMES, ["1", 5]]), part, edit)
    ((code, found, _),) = errors(tmp_path)
    assert code == "unreadable-feed"
    assert found.startswith(f"`one.xlsx` cannot be read: {message}")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not at all", b"id,amount\n"])
def test_no_workbook(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "one.xlsx").write_bytes(content)
    ((_, message, _),) = errors(tmp_path)
    assert message == "`one.xlsx` cannot be read: it is not an XLSX workbook, or not a complete one"


def test_an_empty_sheet(tmp_path: Path) -> None:
    workbook(tmp_path / "one.xlsx", one=[])
    ((_, message, _),) = errors(tmp_path)
    assert message == "`one.xlsx` is empty: it has no header line"
