"""Files that are no feeds: missing, damaged, of another record, beside others."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tests.small_feeds import CURRENT, PROGRAM, C, feed, program_of, write

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import FeedErrors, load_feeds

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
    write(tmp_path, files)
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
    write(tmp_path, {"line.csv": "id,partners,period,amounts,rate,on,open,seats\n"})
    with pytest.raises(FeedErrors) as raised:
        load_feeds(PROGRAM, tmp_path)
    assert [(error.code, error.file) for error in raised.value.errors] == [
        ("missing-feed", "partner"),
        ("missing-column", "line.csv"),
        ("missing-column", "line.csv"),
    ]


def test_what_is_extra_is_noted(tmp_path: Path) -> None:
    write(tmp_path, {"ONE.CSV": " id , note,amount,extra,\n1,a,5,x,y\n", "other.csv": "", "readme.txt": ""})
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
    odd = feed("Order", ("select",), C("select", ty.TEXT), C("from", ty.TEXT), C("r0", ty.TEXT))
    write(folder, {"order.csv": "from,select,r0\na,b,c\n"})
    with load_feeds(program_of(odd), folder) as feeds:
        assert feeds.rows.all("Order") == [("b", "a", "c")]


def test_two_records_are_not_fed_by_one_file_unasked(tmp_path: Path) -> None:
    """`PurchaseLine` and `purchase_line` are two records, and would have one file."""
    names = ("PurchaseLine", "purchase_line")
    program = program_of(*(ir.Relation(name, ir.Feed("purchase_line"), ("id",), (C("id", ty.TEXT),)) for name in names))
    write(tmp_path, {"purchase_line.csv": "id\n1\n"})
    with pytest.raises(FeedErrors) as found:
        load_feeds(program, tmp_path)
    (error,) = found.value.errors
    assert error.code == "one-feed-for-two"
    assert error.message().startswith("the records `PurchaseLine` and `purchase_line` would both be fed by `purchase_line.csv`")
    write(tmp_path, {"other.csv": "id\n2\n", "feeds.toml": '[purchase_line]\nfile = "other.csv"\n'})
    with load_feeds(program, tmp_path) as feeds:
        assert [(count.file, count.used) for count in feeds.counts] == [("purchase_line.csv", 1), ("other.csv", 1)]
