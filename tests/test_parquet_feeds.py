"""Parquet feeds: their types, their faults, and that they give what CSV does."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from tests.small_feeds import HELD, PARTNERS, PROGRAM, program_of, refusals, write

from incdsl.feeds import FeedErrors, load_feeds


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
    write(folder, {"partner.csv": PARTNERS})
    _copy(connection, folder, "line", f"SELECT {GOOD_PARQUET} FROM range(1, 3) AS rows(i)")
    with load_feeds(PROGRAM, folder) as feeds:
        assert feeds.rows.all("Line") == [
            ("L1", "P1", "spring", Decimal("12.50"), Decimal("0.125000"), datetime.date(2015, 7, 25), True, None),
            ("L2", "P1", "spring", Decimal("12.50"), Decimal("0.125000"), datetime.date(2015, 7, 25), True, None),
        ]
        assert refusals(feeds) == []
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
    write(folder, {"partner.csv": PARTNERS})
    sql_value, _, name = change.rpartition(" AS ")
    good = f"SELECT i, {GOOD_PARQUET} FROM range(1, 4) AS rows(i)"
    # The second of three rows has the fault; the column has one physical type for all of them.
    ((found,),) = connection.execute(f"SELECT typeof({sql_value})").fetchall()
    other = f'"{name}"' if found == '"NULL"' else f'CAST("{name}" AS {found})'
    query = f'SELECT * EXCLUDE (i) REPLACE (CASE WHEN i = 2 THEN {sql_value} ELSE {other} END AS "{name}") FROM ({good})'
    _copy(connection, folder, "line", query)
    with load_feeds(PROGRAM, folder) as feeds:
        refused = refusals(feeds)
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
    write(folder, {"partner.csv": PARTNERS})
    _copy(connection, folder, "line", f"SELECT * REPLACE ({change}) FROM (SELECT {GOOD_PARQUET} FROM range(2) AS rows(i))")
    with pytest.raises(FeedErrors) as raised:
        load_feeds(PROGRAM, folder)
    assert [(error.code, error.message()) for error in raised.value.errors] == [(code, message)]


def test_a_damaged_parquet_file(parquet: tuple[duckdb.DuckDBPyConnection, Path]) -> None:
    connection, folder = parquet
    write(folder, {"partner.csv": PARTNERS})
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
    write(text, {"held.csv": "what,held_start,held_end\nb,2015-01-01,\na,2015-02-01,2015-03-01\na,2015-03-01,\nc,,\n"})
    _copy(
        connection,
        columns,
        "held",
        "SELECT * FROM (VALUES ('b', DATE '2015-01-01', NULL), ('a', DATE '2015-02-01', DATE '2015-03-01'), "
        "('a', DATE '2015-03-01', NULL), ('c', NULL, NULL)) AS rows(what, held_start, held_end)",
    )
    found = []
    for folder in (text, columns):
        with load_feeds(program_of(HELD), folder) as feeds:
            found.append((feeds.rows.all("Held"), [entry[1:] for entry in refusals(feeds) if entry[3] != "overlapping-range"]))
    assert found[0] == found[1]
    assert found[0][0] == [("b", datetime.date(2015, 1, 1), None)]
