"""Feeds that are tables of the session in which a run works: checked and used there; only results, and rows that may be at
fault, come back."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from tests.feeds_in_spark import fill, refused, used_in_place
from tests.spark_session import working_in
from tests.test_postgres import PROGRAMS, ROOT, files
from tests.things_in_tables import ALL, FAULTY, PRICES, SOUND, THINGS, Row, Rows, program_of_things

from incdsl import driver
from incdsl.cli.main import exit_code
from incdsl.core import ir
from incdsl.engines.errors import Overflow
from incdsl.engines.spark import Session, Workplace, rows
from incdsl.engines.spark.values import SparkWords
from incdsl.feeds import FeedErrors, load_feeds
from incdsl.results.matches import counts

pytestmark = pytest.mark.xdist_group("spark")

DAY = datetime.date(2015, 7, 25)
TEXT = SparkWords(()).text


@pytest.fixture
def place(spark: Session) -> Iterator[Workplace]:
    """Where one run works, and whatever opens a session in it."""
    with working_in(spark) as opened:
        yield opened


@pytest.fixture
def schema(spark: Session) -> Iterator[str]:
    """A schema with no table in it."""
    spark.spark.sql("CREATE SCHEMA lying")
    yield "lying"
    spark.spark.sql("DROP SCHEMA lying CASCADE")


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> ir.Program:
    return program_of_things(tmp_path_factory.mktemp("things"))


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of rows that come here."""
    numbers: list[int] = []
    pieces = rows.pieces

    def noted(session: Session, connection: duckdb.DuckDBPyConnection, found: object) -> Iterator[str]:
        for piece in pieces(session, connection, found):
            numbers.extend(count for (count,) in connection.execute(f"SELECT count(*) FROM ({piece})").fetchall())
            yield piece

    monkeypatch.setattr(rows, "pieces", noted)
    return numbers


# --- whole programs ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_result_files_are_those_of_parquet_files(name: str, spark: Session, tmp_path: Path) -> None:
    """Feeds as shipped, with all that is wrong with them that columns with types can hold."""
    program, as_of = driver.load(str(ROOT / f"programs/{name}/{name}.inc")).program, datetime.date.fromisoformat(PROGRAMS[name])
    assert program is not None
    fill(spark, name, program, ROOT / f"programs/{name}/feeds", tmp_path / "data")
    with (
        driver.run(program, tmp_path / "data", as_of, tmp_path / "duckdb", values=True).feeds as here,
        driver.run(program, f"spark:{name}", as_of, tmp_path / "spark", values=True, engine="spark").feeds as there,
    ):
        assert [(count.read, count.refused) for count in there.counts] == [(count.read, count.refused) for count in here.counts]
        assert set(there.in_place) == {count.relation for count in here.counts}
        assert counts(program, there.connection) == counts(program, here.connection)
    spark.spark.sql(f"DROP SCHEMA {rows.quoted(name)} CASCADE")
    written = {file: content.replace(f"spark:{name}.".encode(), b"") for file, content in files(tmp_path / "spark").items()}
    assert written == {file: content.replace(b".parquet", b"") for file, content in files(tmp_path / "duckdb").items()}


# --- what makes a row one to look at with care ---------------------------------------------------------------

COLUMNS = {
    "id": "STRING", "maker": "STRING", "colour": "STRING", "note": "STRING", "code": "STRING", "brief": "STRING",
    "amount": "DECIMAL(18,2)", "rate": "DECIMAL(9,6)", "pieces": "DECIMAL(18,0)", "first": "DATE", "last": "DATE",
    "open": "BOOLEAN", "grade": "STRING", "country": "STRING",
}  # fmt: skip


def insert(spark: Session, table: str, columns: dict[str, str], *given: Row) -> None:
    """Insert a row for each mapping from columns to texts of values."""
    if given:
        texts = [", ".join("NULL" if row.get(name) is None else TEXT(str(row[name])) for name in columns) for row in given]
        # What fills texts up with spaces, or cuts them, cannot be cast to.
        casts = [f"CAST(col{at} AS {'STRING' if 'CHAR' in type_ else type_})" for at, type_ in enumerate(columns.values(), 1)]
        spark.spark.sql(f"INSERT INTO lying.{table} SELECT {', '.join(casts)} FROM VALUES ({'), ('.join(texts)})")


def tables(spark: Session, columns: dict[str, str], *given: Row, prices: str = "", links: str = "") -> dict[str, str]:
    """Make the tables anew, the things with columns of these types; all their columns."""
    whole = COLUMNS | columns
    for table, declared in (
        ("maker", "id STRING"),
        ("link", "id STRING, before STRING"),
        ("price", "maker STRING, from_start DATE, from_end DATE"),
        ("thing", ", ".join(f"`{name}` {type_}" for name, type_ in whole.items())),
    ):
        spark.spark.sql(f"DROP TABLE IF EXISTS lying.{table}")
        spark.spark.sql(f"CREATE TABLE lying.{table} ({declared}) USING parquet")
    spark.spark.sql("INSERT INTO lying.maker VALUES ('M1'), ('M2')")
    insert(spark, "thing", whole, *({"id": f"T{at}"} | row for at, row in enumerate(given)))
    if prices:
        spark.spark.sql(f"INSERT INTO lying.price SELECT col1, CAST(col2 AS DATE), CAST(col3 AS DATE) FROM VALUES {prices}")
    if links:
        spark.spark.sql(f"INSERT INTO lying.link VALUES {links}")
    return whole


TYPES: dict[str, tuple[dict[str, str], Rows, Rows]] = {
    "those of the fields": (
        {},
        [*SOUND, {"note": " x ", "code": "a\\'Z", "id": "${env:HOME}"}],
        [*FAULTY, {"maker": " M1"}, {"code": "    "}, {"first": "+10000-01-01"}, {"last": "-0001-12-31"}, {"code": "aZ\u2028"}],
    ),
    "of other sizes": (
        {
            "amount": "DECIMAL(30,10)", "rate": "DECIMAL(12,9)", "pieces": "BIGINT", "first": "TIMESTAMP_NTZ",
            "note": "VARCHAR(20)", "grade": "CHAR(8)", "country": "CHAR(2)",
            "maker": "STRING COLLATE UTF8_LCASE", "id": "STRING COLLATE UTF8_LCASE",
        },
        [
            {"amount": "12.34", "rate": "999", "pieces": "-5", "first": "2015-07-25", "note": "x"},
            {"grade": "low", "country": "DE"},
            {"id": "t0", "maker": "M1", "amount": "-0.00"},
        ],
        [
            *({"amount": amount} for amount in ("12.3400000001", "12345678901234567890", "-10000000000000000")),
            *({"rate": rate} for rate in ("0.123456789", "999.9999995", "-999.0000001")),
            *({"pieces": pieces} for pieces in ("1000000000000000000", "-9000000000000000000")),
            *({"first": first} for first in ("2015-07-25 10:00", "0001-01-01 00:00:00.000001", "+10000-01-01", "-0001-01-01")),
            *({"grade": grade} for grade in ("none", "LOW")),
            {"country": "X"},
            {"maker": "m1"},
        ],
    ),
    "whole numbers": (
        {"amount": "BIGINT", "pieces": "SMALLINT", "rate": "DECIMAL(38,6)"},
        [{"amount": "12", "pieces": "5", "rate": "-999.999999"}],
        [{"amount": "-11"}, {"amount": "9000000000000000000"}, {"rate": "1000"}, {"rate": "-99999999999999999999999999999999"}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("types", TYPES)
def test_only_rows_that_may_be_at_fault_are_read(
    types: str, spark: Session, things: ir.Program, schema: str, fetched: list[int]
) -> None:
    columns, sound, faulty = TYPES[types]
    whole = tables(spark, columns, {}, *sound)
    with working_in(spark) as place, load_feeds(things, "spark:lying", server=place, only={"Thing"}) as feeds:
        assert feeds.in_place == ("Maker", "Thing")
        assert [count.refused for count in feeds.counts] == [0, 0]
    assert fetched == []
    insert(spark, "thing", whole, *({"id": f"F{at}"} | row for at, row in enumerate(faulty)))
    with working_in(spark) as place:
        assert used_in_place(things, place, "spark:lying", only={"Thing"}, refused_rows=len(faulty)) == {"Maker", "Thing"}
    with (
        working_in(replace(spark, folder=None)) as place,
        load_feeds(things, "spark:lying", server=place, only={"Thing"}) as feeds,
    ):
        assert feeds.in_place == ("Maker", "Thing")
        assert feeds.counts[1].refused == len(faulty)


@pytest.mark.parametrize("columns", [{"amount": "STRING", "open": "STRING", "first": "STRING"}, {"amount": "DECIMAL(38,10)"}])
def test_what_takes_the_reader_is_read_here(columns: dict[str, str], spark: Session, things: ir.Program, schema: str) -> None:
    tables(spark, columns, {"amount": "12.50", "first": "2015-07-25", "open": "yes"}, {"amount": "5.005"})
    with working_in(spark) as place:
        assert used_in_place(things, place, "spark:lying", only={"Thing"}, refused_rows=1) == {"Maker"}


def test_ranges(spark: Session, things: ir.Program, schema: str) -> None:
    apart = [prices.replace("'M", f"'M{at}") for at, (prices, _) in enumerate(PRICES)]
    tables(spark, {}, prices=", ".join(apart))
    spark.spark.sql("INSERT INTO lying.maker SELECT DISTINCT maker FROM lying.price")
    with working_in(spark) as place:
        assert used_in_place(things, place, "spark:lying", only={"Price"}, refused_rows=sum(count for _, count in PRICES)) == {
            "Maker",
            "Price",
        }


def test_what_refers_to_rows_that_are_refused(spark: Session, things: ir.Program, schema: str) -> None:
    """With a row go those that refer to it. A feed that refers to its own rows is read here when one of them is at fault."""
    sound = "('L1', NULL), ('L2', 'L1'), ('L3', 'L3')"
    tables(spark, {}, {"maker": "M1"}, {"maker": "M2"}, links=sound)
    spark.spark.sql("INSERT INTO lying.maker VALUES ('M2')")
    with working_in(spark) as place:
        assert used_in_place(things, place, "spark:lying", refused_rows=3) == ALL
    tables(spark, {}, links=f"{sound}, ('L4', 'L5'), ('L6', 'L4'), ('L7', 'L1')")
    with working_in(spark) as place:
        assert used_in_place(things, place, "spark:lying", only={"Link"}, refused_rows=2) == set()


@pytest.mark.parametrize("there", ["Maker", "Thing"])
@pytest.mark.parametrize("far", [False, True])
def test_tables_beside_files(
    there: str, far: bool, spark: Session, things: ir.Program, schema: str, fetched: list[int], tmp_path: Path
) -> None:
    """Of a feed that others refer to only keys travel, to Spark or from there."""
    tables(spark, {}, {"maker": "M1"}, {"maker": "M3"}, {"note": "x"})
    (tmp_path / "maker.csv").write_text("id\nM1\nM2\n")
    (tmp_path / "thing.csv").write_text(f"{','.join(COLUMNS)}\nT0,M1{',' * 12}\nT1,M3{',' * 12}\n")
    (tmp_path / "feeds.toml").write_text(f'[{there}]\nurl = "spark:lying"\n')
    (tmp_path / f"{there.lower()}.csv").unlink()
    session = replace(spark, folder=None) if far else spark
    with working_in(session) as place, load_feeds(things, tmp_path, server=place, only={"Thing"}) as feeds:
        assert feeds.in_place == (there,)
        ((_, line, field, value, code, *_),) = refused(feeds)
        assert (line, field, value, code) == (3 if there == "Maker" else 2, "maker", "M3", "unknown-reference")
        assert fetched == ([2] if there == "Maker" else [1])


def test_a_mapping(spark: Session, things: ir.Program, schema: str, tmp_path: Path) -> None:
    spark.spark.sql(
        "CREATE TABLE lying.`orders` (`Order no.` STRING, Net DECIMAL(30,4), Curr STRING, `%` DECIMAL(5,2), At TIMESTAMP_NTZ)"
    )
    spark.spark.sql(
        "INSERT INTO lying.orders VALUES ('O1', 5.5, 'USD', 12.5, TIMESTAMP_NTZ'2015-07-25 13:45'), ('O2', 5, 'EUR', 1, NULL), "
        "('O3', 5, NULL, 1, NULL), ('O4', NULL, NULL, NULL, NULL), ('O5', 5.555, 'USD', 999.99, NULL), "
        "('O6', NULL, 'USD', NULL, NULL), ('O7', 99999999999999999999, 'USD', NULL, NULL)"
    )
    tables(spark, {})
    blank = "\n".join(f'{name} = {{ constant = "" }}' for name in ("maker", "colour", "code", "brief", "pieces", "last", "grade"))
    (tmp_path / "feeds.toml").write_text(
        f'[Maker]\nurl = "spark:lying"\n[Thing]\nurl = "spark:"\ntable = "lying.orders"\n[Thing.columns]\n{blank}\n'
        'id = "Order no."\namount = { column = "Net", currency = "Curr", default = "1.00" }\n'
        'rate = { column = "%", percents = "20", default = "8%" }\nfirst = { column = "At", times = "any" }\n'
        'note = { constant = "it\'s\\\\" }\nopen = { constant = true }\ncountry = { constant = "NL" }\n'
    )
    with working_in(spark) as place:
        assert used_in_place(things, place, tmp_path, only={"Thing"}, refused_rows=5) == {"Maker", "Thing"}


# --- a run ---------------------------------------------------------------------------------------------------


def test_everything_is_of_the_moment_at_which_it_was_read(
    spark: Session, things: ir.Program, schema: str, tmp_path: Path, place: Workplace
) -> None:
    """What others do to a table once it has been checked changes nothing."""
    tables(spark, {}, {"maker": "M1", "colour": "red", "amount": "50"}, {"maker": "M9"})
    changes = iter(["INSERT INTO lying.maker VALUES ('M9')", "TRUNCATE TABLE lying.thing", "DROP TABLE lying.link"])

    def on_stage(stage: str) -> None:
        if stage == "evaluating":
            for change in changes:
                spark.spark.sql(change)

    ran = driver.run(things, "spark:lying", DAY, tmp_path, engine="spark", on_stage=on_stage)
    with ran.feeds as feeds:
        assert next(changes, None) is None
        assert set(feeds.in_place) == ALL
        assert [(count.read, count.used) for count in feeds.counts] == [(2, 2), (2, 1), (0, 0), (0, 0)]
    with (tmp_path / "payouts.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["id"], row["amount"]) for row in csv.DictReader(file)] == [("M1", "0.50"), ("M2", "0.00")]


def test_a_number_that_does_not_fit_is_named_all_the_same(spark: Session, schema: str, tmp_path: Path, place: Workplace) -> None:
    path = tmp_path / "big.inc"
    path.write_text(
        'program BIG "Big"\n  sponsor "Example"\n  currency USD\n\n'
        'record Thing "Thing"\n  id "Id" text key\n  amount "Amount" money\n\n'
        "for each Thing\n  let square = amount * 9,999,999,999\n  let more = square * 9,999,999,999\n"
        '  pay bonus "Bonus"\n    amount more * 9,999,999,999\n    round half up to 0.01\n'
    )
    big = driver.load(str(path)).program
    assert big is not None
    spark.spark.sql("CREATE TABLE lying.thing USING parquet AS SELECT 'T' || id AS id, "
                    "CAST(id * 9999999999999999.99 AS DECIMAL(18,2)) AS amount FROM range(2)")  # fmt: skip
    with pytest.raises(Overflow, match='`Thing` row "T1"'):
        driver.run(big, "spark:lying", DAY, tmp_path / "out", engine="spark")


def test_texts_that_are_none(spark: Session, things: ir.Program, schema: str, place: Workplace) -> None:
    tables(spark, {}, {"note": "x"})
    spark.spark.sql("INSERT INTO lying.maker SELECT CAST(X'FF' AS STRING)")
    with pytest.raises(FeedErrors, match=r"`spark:lying\.maker` cannot be read: "):
        load_feeds(things, "spark:lying", server=place, only={"Maker"})


@pytest.mark.usefixtures("place")
def test_what_is_said_of_it(
    spark: Session, things: ir.Program, schema: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables(spark, {"amount": "STRING"}, {"note": "x"})
    path = tmp_path / "things.inc"
    path.write_text(THINGS)
    command = ["run", str(path), "--data", "spark:lying", "--as-of", "2015-07-25", "--out", str(tmp_path / "out")]
    assert exit_code([*command, "--engine", "spark"]) == 0
    assert "\n  Used where they lie, and the run works: Maker, Link, Price\n" in capsys.readouterr().out
