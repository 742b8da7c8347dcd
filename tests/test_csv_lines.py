"""The lines of refused rows of a CSV file: their numbers and what stood in them, however its lines end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import load_feeds

C = ir.StoredColumn
ONE = ir.Relation(
    "One", ir.Feed("one"), ("id",), (C("id", ty.TEXT), C("note", ty.Optional(ty.TEXT)), C("amount", ty.money("USD")))
)
PROGRAM = ir.Program("T", "Test", "Sponsor", "USD", (), (ONE,), (), (), ())
HEADER = "id,note,amount,more\n"
FILES = {
    "plain": (f"{HEADER}1,a,x,m\n2,b,1,m\n3,c, y,m\n", [(2, "x", "a", "m"), (4, " y", "c", "m")]),
    "no end of the last line": (f"{HEADER}1,a,1,m\n2,b,1,m\n3,c,y,m", [(4, "y", "c", "m")]),
    "carriage returns": (f"{HEADER}1,a,x,m\n2,b,1,m\n3,c,y,m".replace("\n", "\r\n"), [(2, "x", "a", "m"), (4, "y", "c", "m")]),
    "a mark at the beginning": (f"\ufeff{HEADER}1,a,x,m\n", [(2, "x", "a", "m")]),
    "quotes": (f'{HEADER}1,a,1,m\n"2","b ""c"", d",x,"m,\n"\n3,c,1,m\n4,d,y,m\n',
               [(3, "x", 'b "c", d', "m,\n"), (6, "y", "d", "m")]),
    "a line over two, and an empty one": (f'{HEADER}1,"a\nb",1,m\n\n2,b,x,m\n', [(5, "x", "b", "m")]),
    "too few values": (f"{HEADER}1,a,x,m\n2\n3,c,1,m\n4,d,y,m\n5,e\n", [(2, "x", "a", "m"), (3, None, None, None),
                       (5, "y", "d", "m"), (6, None, "e", None)]),
    "only broken lines": (f"{HEADER}1,a,1,m\n2,b\n", [(3, None, "b", None)]),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_lines(tmp_path: Path, name: str) -> None:
    text, expected = FILES[name]
    (tmp_path / "one.csv").write_bytes(text.encode())
    with load_feeds(PROGRAM, tmp_path) as feeds:
        (count,) = feeds.counts
        assert (count.refused, count.read) == (len(expected), count.used + count.refused)
        found = feeds.connection.execute("SELECT line, value, row FROM result.refused ORDER BY line").fetchall()
    rows = [(line, value, json.loads(row)) for line, value, row in found]
    assert [(line, value, row.get("note"), row.get("more")) for line, value, row in rows] == expected


@pytest.mark.parametrize("carefully", [False, True])
@pytest.mark.parametrize(("note", "lines"), [("a\rb", 1), ("a\r\nb", 1), ("a\n\rb", 2), ("a\r\rb\n", 3)])
def test_a_carriage_return_by_itself_ends_a_line(tmp_path: Path, note: str, lines: int, carefully: bool) -> None:
    broken = '5,"e" e,1,m\n' if carefully else ""  # a quote that only the careful reader can judge
    (tmp_path / "one.csv").write_bytes(f'{HEADER}1,"{note}",1,m\n2,b,x,m\n{broken}'.encode())
    with load_feeds(PROGRAM, tmp_path) as feeds:
        found = feeds.connection.execute("SELECT line FROM result.refused WHERE code = 'not-an-amount'").fetchall()
    assert found == [(3 + lines,)]
