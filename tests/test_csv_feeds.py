"""The lines of CSV feeds: which are rows, which are not, and what their numbers are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.small_feeds import CURRENT, refusals, write

from incdsl.feeds import load_feeds

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
    write(tmp_path, {"one.csv": text})
    with load_feeds(CURRENT, tmp_path) as feeds:
        assert [row[0] for row in feeds.rows.all("One")] == ids
        assert [(line, code, message) for line, _, _, code, message in refusals(feeds)] == refused
        (count,) = feeds.counts
        assert (count.read, count.used) == (len(ids) + len(refused), len(ids))


def test_a_broken_line_as_it_came(tmp_path: Path) -> None:
    write(tmp_path, {"one.csv": 'id,note,amount\n1,a\n2,"b ""c""",5,6\n'})
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
        assert [(line, code) for line, _, _, code, _ in refusals(feeds)] == [
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
    write(tmp_path, {"one.csv": f"id,note,amount\n1,a,5\n2,{quote}{'x' * length}{quote},5\n3,c,5\n"})
    with load_feeds(CURRENT, tmp_path) as feeds:
        (count,) = feeds.counts
        assert (count.read, count.used) == (3, 2)
        faults = [(line, code, message) for line, _, _, code, message in refusals(feeds)]
        too_long = "the line has more than 4,194,304 characters; check where it should end"
        assert faults == [(3, "broken-row", too_long)]
