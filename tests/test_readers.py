"""Kinds of files: the same rows whatever they are written in, and a message for what cannot be read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from backports import zstd

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import FeedErrors, Feeds, load_feeds
from incdsl.feeds.files import source_at
from incdsl.feeds.sources import UNSAID, Options, Source, kind_of, stem, without_password
from incdsl.results.refusals import refusals
from incdsl.results.workbook import write_workbook

C = ir.StoredColumn
ONE = ir.Relation(
    "One",
    ir.Feed("one"),
    ("id",),
    (C("id", ty.TEXT), C("note", ty.Optional(ty.TEXT)), C("amount", ty.money("USD")), C("open", ty.Optional(ty.BOOLEAN))),
)
PROGRAM = ir.Program("T", "Test", "Sponsor", "USD", (), (ONE,), (), (), ())
ROWS = [("1", "café", Decimal("5.10"), True), ("2", None, Decimal("-0.50"), None)]
TEXT = "id,note,amount,open\n1,café,5.10,yes\n2,,-0.5,\n"
OBJECTS = '{"id": 1, "note": "café", "amount": 5.10, "open": true}\n{"id": "2", "amount": "-0.5", "open": null}\n'
BAD = "`x` is not an amount: write it as in `1250.50`"

Refusal = tuple[str, int, str | None, str, str]


def _write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def _refused(feeds: Feeds) -> list[Refusal]:
    return feeds.connection.execute(
        "SELECT file, line, field, code, message FROM result.refused ORDER BY file, line, field"
    ).fetchall()


def _load(folder: Path, place: str | None = None, options: Options = UNSAID) -> Feeds:
    """Load what a folder holds for `One`: a file of that name, or what is at a place that was written down."""
    if place is None:
        return load_feeds(PROGRAM, folder)
    source = source_at(ONE, folder, place, options=options)
    assert isinstance(source, Source)
    return load_feeds(PROGRAM, folder, sources={"One": source})


def _errors(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(FeedErrors) as raised:
        load_feeds(PROGRAM, folder)
    return [(error.code, error.message()) for error in raised.value.errors]


# --- files by their names ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "bare"),
    [
        ("a.csv", "csv", "a"),
        ("A.TSV", "csv", "A"),
        ("a.csv.gz", "csv", "a"),
        ("a.ndjson.zst", "ndjson", "a"),
        ("a.jsonl", "ndjson", "a"),
        ("a.json", "json", "a"),
        ("a.parquet", "parquet", "a"),
        ("a.b.xlsx", "xlsx", "a.b"),
        ("a.sqlite3", "sqlite", "a"),
        ("a.duckdb", "duckdb", "a"),
        ("a.parquet.gz", None, "a.parquet.gz"),
        (".csv", None, ".csv"),
        ("a.txt", None, "a.txt"),
    ],
)
def test_kinds(name: str, kind: str | None, bare: str) -> None:
    assert (kind_of(name), stem(name)) == (kind, bare)


def test_two_sources_of_one_record(tmp_path: Path) -> None:
    _write(tmp_path, {"one.csv.gz": b"", "one.ndjson": ""})
    _parts(tmp_path, a=_rows("a"))
    assert _errors(tmp_path) == [("two-feeds", "more than one file could be the feed `one`: `one`, `one.csv.gz`, `one.ndjson`")]


def test_places_that_were_written_down(tmp_path: Path) -> None:
    inner = _write(tmp_path / "in", {"x/one.csv": TEXT, "x/readme": TEXT, "x/two.csv": TEXT})
    _write(tmp_path, {"one.csv": TEXT})
    (inner / "link.csv").symlink_to(tmp_path / "one.csv")
    for place in ("../one.csv", str(tmp_path / "one.csv"), "link.csv", "x/../../one.csv", "../*.csv"):
        found = source_at(ONE, inner, place)
        assert not isinstance(found, Source)
        assert (found.code, found.message()) == ("outside-folder", f"`{place}` is not in the folder of the feeds, `{inner}`")
        assert isinstance(source_at(ONE, inner, place, outside=True), Source)
    messages = {}
    for place in ("x/readme", "x/*.csv", "x/none*", "x/one.json"):
        found = source_at(ONE, inner, place)
        assert not isinstance(found, Source)
        messages[place] = found.message()
    assert messages == {
        "x/readme": "`x/readme` does not say by its ending what kind of file it is",
        "x/*.csv": "`x/*.csv` cannot be read: 2 files have names like that, and only Parquet may be in several",
        "x/none*": "`x/none*` cannot be read: no file has a name like that",
        "x/one.json": "`x/one.json` cannot be read: there is no such file",
    }
    source = source_at(ONE, inner, "x/readme", kind="csv")
    assert isinstance(source, Source)
    with load_feeds(PROGRAM, inner, sources={"One": source}) as feeds:
        assert feeds.rows.all("One") == ROWS
    url = source_at(ONE, inner, "postgresql://ann:secret@db.example/sales?x=1")
    assert isinstance(url, Source)
    assert (url.kind, url.name) == ("postgres", "postgresql://db.example/sales table one")


def test_passwords_are_not_shown() -> None:
    assert without_password("postgres://ann:p%40ss@host:5433/db") == "postgres://host:5433/db"


# --- the same rows -----------------------------------------------------------------------------------------

SAME: list[tuple[str, bytes]] = [
    ("one.csv", TEXT.encode()),
    ("one.csv", TEXT.encode("utf-8-sig")),
    ("one.csv", TEXT.encode("utf-16")),
    ("one.csv", "\ufeff".encode("utf-16-be") + TEXT.encode("utf-16-be")),
    ("one.csv", TEXT.encode("utf-16-le")),
    ("one.csv", TEXT.encode("cp1252")),
    ("one.csv", TEXT.replace(",", ";").encode()),
    ("one.csv", TEXT.replace(",", "|").encode()),
    ("one.tsv", TEXT.replace(",", "\t").encode()),
    ("one.csv", b"'id','note','amount','open'\n'1','caf\xc3\xa9','5.10','yes'\n'2','','-0.5',''\n"),
    ("one.csv", ("Report of May\n\nmade by,Ann\n" + TEXT).encode()),
    ("one.csv.gz", gzip.compress(TEXT.encode())),
    ("one.csv", gzip.compress(TEXT.encode("cp1252"))),
    ("one.csv.zst", zstd.compress(TEXT.encode())),
    ("one.ndjson", OBJECTS.encode()),
    ("one.jsonl.gz", gzip.compress(OBJECTS.encode("utf-8-sig"))),
    ("one.ndjson", OBJECTS.replace("\n", "\r\n\r\n").encode()),
    ("one.json", OBJECTS.encode()),
    ("one.json", ("[" + OBJECTS.strip().replace("\n", ",\n") + "]").encode()),
    ("one.json", json.dumps([json.loads(line) | {"amount": amount} for line, amount in
                             zip(OBJECTS.splitlines(), ("5.10", "-0.5"), strict=True)], indent=2).encode("utf-16")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content"), SAME, ids=range(len(SAME)))
def test_the_same_rows(tmp_path: Path, name: str, content: bytes) -> None:
    _write(tmp_path, {name: content})
    with _load(tmp_path) as feeds:
        assert _refused(feeds) == []
        assert feeds.rows.all("One") == ROWS


def test_what_was_found_out_is_said(tmp_path: Path) -> None:
    notes = {}
    for content in (TEXT.encode("cp1252"), TEXT.encode("utf-16-le"), b"Report\n" + TEXT.encode(), TEXT.encode("utf-16")):
        _write(tmp_path, {"one.csv": content})
        with _load(tmp_path) as feeds:
            notes[content[:4]] = [(note.file, note.message) for note in feeds.notes]
    assert list(notes.values()) == [
        [("one.csv", "read as cp1252, as it is not UTF-8: line 2 begins with `1,café,5.10,yes`; "
                     "if that looks wrong, say its encoding")],
        [("one.csv", "read as utf-16-le text, although it does not begin with a mark")],
        [("one.csv", "its header is on line 2: what stands above it is not read")],
        [],
    ]  # fmt: skip


def test_an_encoding_that_only_shows_late(tmp_path: Path) -> None:
    many = "".join(f"{number},plain,1,\n" for number in range(3, 60_000))
    _write(tmp_path, {"one.csv": (TEXT.replace("café", "") + many + "x,Müller,x,\n").encode("cp1252")})
    with _load(tmp_path) as feeds:
        assert _refused(feeds) == [("one.csv", 60_001, "amount", "not-an-amount", BAD)]
        assert [note.message.split(":")[0] for note in feeds.notes] == ["read as cp1252, as it is not UTF-8"]


@pytest.mark.parametrize(
    ("options", "content", "refused"),
    [
        (Options(encoding="cp1250"), "id,note,amount,open\n1,Łódź,x,\n".encode("cp1250"), [(2, BAD)]),
        (Options(delimiter=";"), b"id;note;amount;open\n1;a;x;\n", [(2, BAD)]),
        (Options(delimiter="^"), b"id^note^amount^open\n1^a^x^\n", [(2, BAD)]),
        (Options(header_line=3), b"id,note,amount,open\n\nid,note,amount,open\n1,a,x,\n", [(4, BAD)]),
        (Options(quote="'"), b"id,note,amount,open\n1,'a,b',x,\n", [(2, BAD)]),
    ],
)
def test_what_is_said_is_not_searched(tmp_path: Path, options: Options, content: bytes, refused: list[tuple[int, str]]) -> None:
    _write(tmp_path, {"one.csv": content})
    with _load(tmp_path, "one.csv", options) as feeds:
        assert [(line, message) for _, line, _, _, message in _refused(feeds)] == refused
        assert feeds.notes == ()


# --- JSON --------------------------------------------------------------------------------------------------

JSON_ROWS: list[tuple[str, str | None, str, str]] = [
    ('{"id": "1", "amount": [5]}', "amount", "not-a-value", "`amount` holds a list, where one value is expected"),
    ('{"id": "1", "amount": {"x": 5}}', "amount", "not-a-value", "`amount` holds an object, where one value is expected"),
    ('{"id": "1", "note": {"x": 5}, "amount": 1}', "note", "not-a-value", "`note` holds an object, where one value is expected"),
    ('{"id": "1", "amount": 1e3}', "amount", "not-an-amount", "`1e3` is not an amount: write it as in `1250.50`"),
    ('{"id": "1", "amount": true}', "amount", "not-an-amount", "`true` is not an amount: write it as in `1250.50`"),
    ('{"id": "1", "amount": NaN}', "amount", "not-an-amount", "`NaN` is not an amount: write it as in `1250.50`"),
    ('{"id": "1", "amount": 5, "amount": 6}', "amount", "not-a-value", "`amount` is there more than once in the row"),
    (
        '{"id": "1", "amount": 12345678901234567.01}', "amount", "too-many-digits",
        "`12345678901234567.01` has more than 16 digits before the point",
    ),
    (
        '{"id": "\\ud800", "amount": 5}', "id", "not-a-value",
        "`id` has bytes or escapes that are no characters",
    ),
    (
        '{"id": "\\u0000", "amount": 5}', "id", "not-a-value",
        "the value has the character U+0000, which no text has: the file is damaged, or not text",
    ),
    ('{"id": "1", "amount": null}', "amount", "missing-value", "`amount` is blank, and every row needs it"),
    ("[1, 2]", None, "broken-row", "it is a list, where an object with fields is expected"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "field", "code", "message"), JSON_ROWS, ids=range(len(JSON_ROWS)))
@pytest.mark.parametrize("kind", ["ndjson", "json"])
def test_a_row_of_json(tmp_path: Path, row: str, field: str | None, code: str, message: str, kind: str) -> None:
    good = '{"id": "9", "amount": 0.10, "open": false}'
    _write(tmp_path, {f"one.{kind}": f"{row}\n{good}\n" if kind == "ndjson" else f"[{row}, {good}]"})
    with _load(tmp_path) as feeds:
        assert _refused(feeds) == [(f"one.{kind}", 1, field, code, message)]
        assert feeds.rows.all("One") == [("9", None, Decimal("0.10"), False)]


def test_all_faults_of_a_row_of_json(tmp_path: Path) -> None:
    _write(tmp_path, {"one.ndjson": '\n{"id": ["a", 1.10], "amount": "x", "note": "n"}\n'})
    with _load(tmp_path) as feeds:
        assert [(line, field, code) for _, line, field, code, _ in _refused(feeds)] == [
            (2, "amount", "not-an-amount"),
            (2, "id", "not-a-value"),
        ]
        ((row,),) = feeds.connection.execute("SELECT DISTINCT row FROM result.refused").fetchall()
        assert json.loads(row) == {"id": '["a", 1.10]', "note": "n", "amount": "x", "open": None}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "1",', "it is not JSON (expecting property name enclosed in double quotes at character 12)"),
        ('{"id": "1", "amount": 5} x', "the line goes on after its object ends, at character 25"),
        ("[" * 100_000, "its lists or objects are nested too deeply"),
        (f'{{"id": "{"x" * 5_000_000}", "amount": 5}}', "the line has more than 4,194,304 characters; check where it should end"),
    ],
    ids=range(4),
)
def test_a_line_that_is_no_json(tmp_path: Path, line: str, message: str) -> None:
    _write(tmp_path, {"one.ndjson": f'{line}\n{{"id": "2", "amount": 5}}\n'})
    with _load(tmp_path) as feeds:
        assert _refused(feeds) == [("one.ndjson", 1, None, "broken-row", message)]
        assert [row[0] for row in feeds.rows.all("One")] == ["2"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"id": "1", "amount": 5},\n {"id": }]', "it is not JSON (expecting value at character 9), on line 2"),
        ('[{"id": "1", "amount": 5}', "it ends in the middle, after row 1: the file is not complete"),
        ('[{"id": "1", "amount": 5} {"id"', "line 1 has `{` where a comma or the end of the array is expected"),
        ('[{"id": "1", "amount": 5}]\n]', "line 2 has `]` where the end of the file is expected"),
        ("[" * 200_000, "its lists or objects are nested too deeply, on line 1"),
        ("not JSON", "it is not JSON (expecting value at character 1), on line 1"),
        ('[{"id": "' + "x" * 5_000_000, "a row has more than 4,194,304 characters, on line 1"),
        (
            "[" + '{"id": "1", "amount": 5},' * 10_000 + '{"id": "2", "am',
            "it is not JSON (unterminated string starting at character 250014), on line 1",
        ),
        (
            "[" + '{"id": "1", "amount": 5},\n' * 10_000 + '{"id": "2", "am',
            "it is not JSON (unterminated string starting at character 13), on line 10001",
        ),
    ],
    ids=range(9),
)
def test_a_file_that_is_no_json(tmp_path: Path, text: str, message: str) -> None:
    _write(tmp_path, {"one.json": text})
    assert _errors(tmp_path) == [("unreadable-feed", f"`one.json` cannot be read: {message}")]


def test_keys_that_are_nowhere(tmp_path: Path) -> None:
    _write(tmp_path, {"one.ndjson": '{"id": "1", "Amount": 5, "nte": "x", "other": 1}\n'})
    assert _errors(tmp_path) == [
        ("missing-column", "`one.ndjson` has no column `note`, a field of `One`"),
        ("missing-column", "`one.ndjson` has no column `amount`, a field of `One`"),
    ]
    _write(tmp_path, {"one.ndjson": '{"id": "1", "amount": 5, "colour": "x"}\n{"id": "2", "amount": 5}\n'})
    with _load(tmp_path) as feeds:
        assert [note.message for note in feeds.notes] == ["column `colour` is not a field of `One`: not read"]


def test_json_without_rows(tmp_path: Path) -> None:
    for name, text in (("one.json", "[]"), ("one.ndjson", "")):
        _write(tmp_path, {name: text})
        with _load(tmp_path) as feeds:
            assert [(count.read, count.used) for count in feeds.counts] == [(0, 0)]
        (tmp_path / name).unlink()
    _write(tmp_path, {"one.json": ""})
    assert _errors(tmp_path) == [("empty-feed", "`one.json` is empty: it has no header line")]


# --- Parquet in parts --------------------------------------------------------------------------------------

PART = "SELECT i AS id, CAST(NULL AS VARCHAR) AS note, CAST({amount} AS DECIMAL(9,3)) AS amount, CAST(NULL AS BOOLEAN) AS open"


def _parts(folder: Path, **parts: str) -> Path:
    """Parts of a folder `one`: name to a SELECT."""
    with duckdb.connect() as connection:
        for name, query in parts.items():
            path = folder / "one" / (name.replace("__", "/").replace("_is_", "=") + ".parquet")
            path.parent.mkdir(parents=True, exist_ok=True)
            connection.execute(f"COPY ({query}) TO '{path}'")
    return folder


def _rows(ids: str, amount: str = "5.1") -> str:
    return f"{PART.format(amount=amount)} FROM unnest([{', '.join(repr(i) for i in ids)}]) AS rows(i)"


@pytest.mark.parametrize("pattern", [None, "one/*.parquet", "one/**/*.parquet", "one"])
def test_parts(tmp_path: Path, pattern: str | None) -> None:
    _parts(tmp_path, a=_rows("ab"), b=_rows("c") + " LIMIT 0", c=_rows("cda"), d=_rows("e", "1.234"))
    (tmp_path / "one" / "_SUCCESS").touch()
    with _load(tmp_path, pattern) as feeds:
        assert [row[0] for row in feeds.rows.all("One")] == ["b", "c", "d"]
        assert _refused(feeds) == [
            ("one/a.parquet", 1, "id", "duplicate-key", "another row has the same `id`: one/c.parquet row 3"),
            ("one/c.parquet", 3, "id", "duplicate-key", "another row has the same `id`: one/a.parquet row 1"),
            (
                "one/d.parquet", 1, "amount", "too-many-decimals",
                "`1.234` has too many decimals: the field takes at most 2",
            ),
        ]  # fmt: skip
        assert [(count.file, count.read, count.used) for count in feeds.counts] == [(pattern or "one", 6, 3)]
        of = pattern or "one"
        said = [(group.file, group.field, group.lines, group.read, group.place) for group in feeds.refusals]
        assert said == [(of, "id", 2, 6, "one/a.parquet row 1"), (of, "amount", 1, 6, "one/d.parquet row 1")]
        sheets = openpyxl.load_workbook(write_workbook(feeds, tmp_path, "Test")).sheetnames
        assert sheets == ["Read me first", "a", "c", "d"]


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("one.csv", f"{TEXT}3,,x,\n", "line 4"),
        ("one.ndjson", f'{OBJECTS}{{"id": 3, "amount": "x"}}\n', "line 3"),
        ("one.json", '[{"id": 3, "amount": "x"}]', "row 1"),
    ],
)
def test_where_the_first_of_a_kind_is(tmp_path: Path, name: str, content: str, place: str) -> None:
    with _load(_write(tmp_path, {name: content})) as feeds:
        assert [group.place for group in feeds.refusals] == [place]
        assert refusals(feeds.refusals)[1] == f"    {place}: {BAD}"


def test_partitioned_folders(tmp_path: Path) -> None:
    half = "SELECT i AS id, CAST({amount} AS DECIMAL(9,2)) AS amount, true AS open FROM unnest([{ids}]) AS rows(i)"
    _parts(
        tmp_path,
        note_is_x__a=half.format(amount=1, ids="'a'"),
        note_is_x__b=half.format(amount=2, ids="'b'"),
        note_is_y__a=half.format(amount="NULL", ids="'c'"),
    )
    with _load(tmp_path) as feeds:
        assert [row[:3] for row in feeds.rows.all("One")] == [("a", "x", Decimal("1.00")), ("b", "x", Decimal("2.00"))]
        assert [(file, line, code) for file, line, _, code, _ in _refused(feeds)] == [
            ("one/note=y/a.parquet", 1, "missing-value")
        ]


def test_parts_with_other_columns(tmp_path: Path) -> None:
    _parts(tmp_path, a=_rows("a"), b=_rows("b").replace("DECIMAL(9,3)", "DOUBLE"))
    assert _errors(tmp_path) == [
        ("different-parts", "the parts of `one` have not the same columns: `one/b.parquet` differs from `one/a.parquet`")
    ]


# --- packed files ------------------------------------------------------------------------------------------

BOMB = "it unpacks to more than 268,435,456 bytes, 250 times its size or more"
PACKED: list[tuple[str, Callable[[], bytes], str]] = [
    ("one.csv.gz", lambda: gzip.compress(TEXT.encode())[:-9], "it ends in the middle: the file is not complete"),
    ("one.csv.zst", lambda: zstd.compress(TEXT.encode())[:-3], "it ends in the middle: the file is not complete"),
    ("one.csv.gz", lambda: gzip.compress(bytes(300_000_000)), BOMB),
    ("one.csv.zst", lambda: zstd.compress(bytes(300_000_000)), BOMB),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "message"), PACKED, ids=range(len(PACKED)))
def test_packed_files_that_cannot_be_read(tmp_path: Path, name: str, content: Callable[[], bytes], message: str) -> None:
    _write(tmp_path, {name: content()})
    assert _errors(tmp_path) == [("unreadable-feed", f"`{name}` cannot be read: {message}")]
