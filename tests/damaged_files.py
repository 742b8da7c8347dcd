"""Files as nobody would write them: random bytes, and good files of every kind with something changed."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

import duckdb
import openpyxl
from backports import zstd

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import FeedErrors, load_feeds
from incdsl.feeds.readers import csv_files
from incdsl.results.tables import is_damaged_feed

C = ir.StoredColumn
ROW = ir.Relation(
    "Row",
    ir.Feed("row"),
    ("id",),
    (
        C("id", ty.TEXT),
        C("level", ty.Enum("level", ("Select", "Gold"), ordered=True)),
        C("amount", ty.money("USD"), bounds=ir.Bounds(None, None)),
        C("rate", ty.Optional(ty.PERCENT)),
        C("open", ty.Optional(ty.BOOLEAN)),
        C("held_start", ty.DATE),
        C("held_end", ty.Optional(ty.DATE)),
    ),
)
PROGRAM = ir.Program("T", "Test", "Sponsor", "USD", (), (ROW,), (), (), ())
NAMES = [column.name for column in ROW.stored]
ROWS = [
    [f"R{at}", ("Select", "Gold")[at % 2], f"{at * 7 - 20}.{at % 10}0", "12.5%" if at % 3 else "", ("yes", "no", "")[at % 3],
     f"2015-0{at % 9 + 1}-15", "" if at % 4 else "2015-12-31"]
    for at in range(24)
]  # fmt: skip

TOKENS = [
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\xfe\xff", b'"', b"'", b",", b";", b"\t", b"\r", b"\n", b"\r\n", b"\\", b"\\u0000",
    b"\\ud800", b"{", b"}", b"[", b"]", b":", b"null", b"1e999", b"-0", b"9" * 40, b"=HYPERLINK(1)", b"\xc3\x28", b"\xe2\x82",
    b"<", b">", b"&x;", b"<v>", b"</row>", b"x" * 5000, b"\x80\x00\x00\x00\xff\xff\xff\xff", b'""', b"NaN", b"id", b"amount",
    b"%", b"2015-02-30",
]  # fmt: skip


def _csv(delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL).writerows([NAMES, *ROWS])
    return text.getvalue().encode(encoding)


def _objects() -> list[dict[str, str]]:
    return [{name: value for name, value in zip(NAMES, row, strict=True) if value} for row in ROWS]


def _written(write: Callable[[Path], object], name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return path.read_bytes()


def _workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Rows of 2015"])
    sheet.append(NAMES)
    for row in ROWS:
        sheet.append([float(value) if name == "amount" else value or None for name, value in zip(NAMES, row, strict=True)])
    book.save(path)


def _sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"CREATE TABLE row ({', '.join(NAMES)})")
        database.executemany(f"INSERT INTO row VALUES ({', '.join('?' for _ in NAMES)})", ROWS)
        database.commit()


def _typed(connection: duckdb.DuckDBPyConnection) -> None:
    values = ", ".join(str(tuple(row)) for row in ROWS)
    names = ", ".join(NAMES)
    connection.execute(
        f"CREATE TABLE row AS SELECT id, level, amount::DECIMAL(18,2) AS amount, 0.125::DECIMAL(9,6) AS rate, "
        "open = 'yes' AS open, held_start::DATE AS held_start, nullif(held_end, '')::DATE AS held_end "
        f"FROM (VALUES {values}) AS rows({names})"
    )


def _parquet(path: Path) -> None:
    with duckdb.connect() as connection:
        _typed(connection)
        connection.execute(f"COPY row TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")


def _duckdb(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        _typed(connection)


@cache
def good_files() -> dict[str, bytes]:
    """A good file of every kind, by its name."""
    lines = "".join(json.dumps(row) + "\n" for row in _objects()).encode()
    return {
        "row.csv": _csv(),
        "row.tsv": _csv("\t", "utf-16"),
        "row.csv.gz": gzip.compress(_csv(";"), mtime=0),
        "row.csv.zst": zstd.compress(_csv()),
        "row.ndjson": lines,
        "row.jsonl.gz": gzip.compress(lines, mtime=0),
        "row.json": json.dumps(_objects(), indent=1).encode(),
        "row.parquet": _written(_parquet, "row.parquet"),
        "row.xlsx": _written(_workbook, "row.xlsx"),
        "row.sqlite": _written(_sqlite, "row.sqlite"),
        "row.duckdb": _written(_duckdb, "row.duckdb"),
    }


def damaged_file(seed: int) -> tuple[str, bytes]:
    """A name and a content; the same for the same seed."""
    chance = random.Random(seed)
    files = good_files()
    name = list(files)[seed % len(files)]
    if chance.random() < 0.15:
        start = files[name][: chance.choice([0, 0, 4, 16, 100])]
        return name, start + chance.randbytes(chance.choice([0, 1, 10, 1000, 100_000]))
    content = files[name]
    # Changes that a packed file would only notice as damage are made in what it holds.
    if name.endswith(".gz") and chance.random() < 0.7:
        return name, gzip.compress(_changed(gzip.decompress(content), chance), mtime=0)
    if name.endswith(".zst") and chance.random() < 0.7:
        return name, zstd.compress(_changed(zstd.decompress(content), chance))
    if name.endswith(".xlsx") and chance.random() < 0.8:
        return name, _changed_part(content, chance)
    return name, _changed(content, chance)


def _changed(content: bytes, chance: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 1, 2, 3, 8])):
        at = chance.randrange(len(data) + 1)
        size = chance.choice([1, 1, 2, 8, 100])
        match chance.randrange(6):
            case 0:
                data[at : at + size] = chance.randbytes(size)
            case 1:
                del data[at : at + size]
            case 2:
                data[at:at] = chance.choice(TOKENS)
            case 3:
                data[at : at + 1] = chance.choice(TOKENS)
            case 4:
                other = chance.randrange(len(data) + 1)
                data[at:at] = data[other : other + size * 10]
            case _ if chance.random() < 0.3:
                del data[at:]
            case _:
                for place in range(at, min(at + size, len(data))):
                    data[place] ^= 1 << chance.randrange(8)
    return bytes(data)


def _changed_part(content: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    likely = [name for name in parts if "sheet" in name or "sharedStrings" in name or "styles" in name]
    name = chance.choice(likely if chance.random() < 0.8 else list(parts))
    parts[name] = _changed(parts[name], chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part, inside in parts.items():
            new.writestr(part, inside)
    return out.getvalue()


def read(name: str, content: bytes, folder: Path) -> str:
    """Read a file as the feed that its name says; "read" or the code of the error. AssertionError when a row is lost or
    a message is none; whatever else is raised is a bug."""
    for old in folder.iterdir():
        old.unlink()
    (folder / name).write_bytes(content)
    try:
        with load_feeds(PROGRAM, folder, memory_limit="300MB") as feeds:
            (count,) = feeds.counts
            try:
                used = len(feeds.rows.all("Row"))
            except duckdb.Error as error:
                if not is_damaged_feed(error):
                    raise
                return "damaged where nobody looked before"
            ((refused, faults),) = feeds.connection.execute(
                "SELECT count(DISTINCT (file, line)), count(*) FROM result.refused WHERE message <> ''"
            ).fetchall()
            assert (count.used, count.refused, count.read) == (used, refused, used + refused), count
            assert faults >= refused
        if (
            name == "row.ndjson"
            and content[:2] not in (b"\xff\xfe", b"\xfe\xff")
            and not content.startswith((b"\x1f\x8b", b"(\xb5"))
        ):
            lines = content.decode("utf-8-sig", "surrogateescape").split("\n")
            assert count.read == sum(bool(line.strip()) for line in lines), (count, len(lines))
    except FeedErrors as errors:
        (error, *_) = errors.errors
        assert error.help(), error
        assert "\n" not in error.message(), error
        assert len(error.message()) < 2000, error
        return error.code
    if (".csv" in name or ".tsv" in name) and zlib.crc32(content) % 4 == 0:
        _same_with_care(folder, count.read, used)
    return "read"


def _same_with_care(folder: Path, rows: int, used: int) -> None:
    """The slow reader of CSV sees the same rows as the quick one."""
    quick = csv_files.csv_records.has_nul
    csv_files.csv_records.has_nul = lambda path: True
    try:
        with load_feeds(PROGRAM, folder) as feeds:
            assert (feeds.counts[0].read, feeds.counts[0].used) == (rows, used)
    finally:
        csv_files.csv_records.has_nul = quick
