"""Databases: a feed is a table, and its values are those that a person sees there."""

from __future__ import annotations

import datetime
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from tests.postgres_server import as_url
from tests.small_tables import BOTH, DAY, NAMES, ONE, PROGRAM, ROWS, errors, load, refusals, workbook

from incdsl.feeds import FeedErrors, load_feeds
from incdsl.feeds.files import source_at
from incdsl.feeds.sources import Options, Source

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
    with load(tmp_path) as feeds:
        assert refusals(feeds) == []
        assert feeds.rows.all("One") == ROWS


def test_values_of_sqlite(tmp_path: Path) -> None:
    _sqlite(
        tmp_path / "all.sqlite3",
        TABLE,
        "CREATE TABLE two (x)",
        "INSERT INTO one VALUES ('a', 0.1 + 0.2, 0.125, 2457228.5, 2), (x'00ff', 9e999, NULL, NULL, 0), "
        "(CAST(x'ff' AS TEXT), 5, NULL, NULL, NULL), ('a' || char(0), 5, NULL, NULL, NULL), ('b', 7.10, NULL, NULL, 0)",
    )
    with load(tmp_path) as feeds:
        assert feeds.rows.all("One") == [("b", Decimal("7.10"), None, None, False)]
        assert [(line, field, value, message) for line, field, value, _, message in refusals(feeds)] == [
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
    assert [message for _, message, _ in errors(tmp_path)] == ["`one.sqlite` cannot be read: it is not a SQLite database"]
    path.unlink()
    _sqlite(path, "CREATE TABLE x (id)", "CREATE TABLE y (id)", "CREATE VIEW one AS SELECT 1 AS id")
    assert [(message, advice) for _, message, advice in errors(tmp_path)] == [
        ("`one.sqlite` has no table `one`", "call it so, or name the right one in the mapping: it has `x` or `y`")
    ]
    path.unlink()
    _sqlite(path, "CREATE TABLE one (id, amount)")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    ((code, message, _),) = errors(tmp_path)
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
        assert refusals(feeds) == [
            (3, "amount", "0.005", "too-many-decimals", "`0.005` has too many decimals: the field takes at most 2")
        ]
        assert [(count.file, count.read, count.used) for count in feeds.counts] == [
            ("data.duckdb table one", 3, 2),
            ("data.duckdb table second_one", 1, 1),
        ]
    with load(tmp_path, "data.duckdb", Options(table="sales.one")) as feeds:
        assert [(count.read, count.used) for count in feeds.counts] == [(3, 2)]


def test_duckdb_files_that_cannot_be_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("id,amount,rate,on,open\n1,5,,,\n")
    path = _duckdb(tmp_path / "one.duckdb", f"CREATE VIEW one AS FROM read_csv('{secret}', all_varchar = true)")
    assert [(message, advice) for _, message, advice in errors(tmp_path)] == [
        ("`one.duckdb` has no table `one`", "check that it is the file that is meant: it has no table at all")
    ]
    path.unlink()
    _duckdb(path, TYPED.format(scale=2).replace("DECIMAL(18,2)", "DOUBLE"))
    assert [message for _, message, _ in errors(tmp_path)] == [
        "`one.duckdb` holds `amount` as DOUBLE, which cannot hold decimals such as 0.10 exactly"
    ]
    path.write_bytes(b"not a database")
    ((code, message, _),) = errors(tmp_path)
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
            workbook(tmp_path / "one.xlsx", one=[NAMES, *rows])
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
    with load(tmp_path) as feeds:
        assert feeds.rows.all("One") == TYPED_ROWS
        assert [(value, message) for _, _, value, _, message in refusals(feeds)] == [
            ("1,125", "`1,125` has too many decimals: the field takes at most 2")
        ]


@pytest.mark.parametrize(("percents", "stored"), [("20", 12.5), ("0.2", 0.125), ("20 %", "12,5 %")])
def test_percents_of_a_style(tmp_path: Path, percents: str, stored: Any) -> None:
    workbook(tmp_path / "one.xlsx", one=[NAMES, ["a", 5, stored, None, None], ["b", 5, (0.125, "0.0%"), None, None]])
    (tmp_path / "feeds.toml").write_text(FOREIGN.format(percents=percents))
    with load(tmp_path) as feeds:
        assert [row[2] for row in feeds.rows.all("One")] == [Decimal("0.125000")] * 2
        assert refusals(feeds) == []


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
            assert [(line, field, value, message) for line, field, value, _, message in refusals(feeds)] == [
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
