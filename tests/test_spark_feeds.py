"""Feeds that are tables of the catalog of a session of Spark's, or Parquet files that it sees."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.feeds_in_spark import ReadsHere, used_in_place
from tests.small_tables import BOTH, PROGRAM, ROWS, refusals
from tests.spark_session import working_in

from incdsl.cli.main import exit_code
from incdsl.core import ir
from incdsl.engines.spark import Session
from incdsl.feeds import FeedErrors, Feeds, load_feeds

pytestmark = pytest.mark.xdist_group("spark")

COLUMNS = "id STRING, amount DECIMAL(12,3), rate DECIMAL(9,6), `on` TIMESTAMP_NTZ, open BOOLEAN"
VALUES = """
('3', 0.005, -0.5, TIMESTAMP_NTZ'2015-07-25 00:00:01', NULL),
('1', 1250.1, 0.125, TIMESTAMP_NTZ'2015-07-25', true),
('2', -0.5, NULL, NULL, NULL),
(NULL, 5, 0.1, NULL, false)
"""
REFUSED = [
    (3, "amount", "0.005", "too-many-decimals", "`0.005` has too many decimals: the field takes at most 2"),
    (3, "on", "2015-07-25 00:00:01", "not-a-date", "`2015-07-25 00:00:01` has a time of day: only midnight stands for a date"),
    (4, "id", None, "missing-value", "`id` is blank, and every row needs it"),
]


@pytest.fixture
def sales(spark: Session) -> Iterator[str]:
    """The address of a schema with no table in it."""
    spark.spark.sql("CREATE SCHEMA sales")
    yield "spark:sales"
    spark.spark.sql("DROP SCHEMA sales CASCADE")


def table(spark: Session, columns: str = COLUMNS, values: str = VALUES, name: str = "one") -> None:
    spark.spark.sql(f"CREATE TABLE sales.{name} ({columns}) USING parquet")
    spark.spark.sql(f"INSERT INTO sales.{name} VALUES {values}")


@contextmanager
def read_here(session: Session, data: Path | str, mapping: Path | None = None, program: ir.Program = PROGRAM) -> Iterator[Feeds]:
    """The feeds of a run that reads all rows."""
    with working_in(session), ReadsHere("local") as place, load_feeds(program, data, mapping=mapping, server=place) as feeds:
        yield feeds


def errors(spark: Session, data: Path | str, program: ir.Program = PROGRAM) -> list[tuple[str, str, str]]:
    with pytest.raises(FeedErrors) as raised, read_here(spark, data, program=program):
        pass
    return [(error.code, error.message(), error.help()) for error in raised.value.errors]


# --- where they are ------------------------------------------------------------------------------------------


def test_tables_views_and_files(spark: Session, sales: str, tmp_path: Path) -> None:
    table(spark, f"more ARRAY<INT>, {COLUMNS}", VALUES.replace("\n(", "\n(array(1), "))
    spark.spark.sql("CREATE VIEW sales.`seen_one` AS SELECT * FROM sales.one")
    spark.spark.table("sales.one").repartition(3).write.parquet(f"file://{tmp_path}/a [b] 100%/one")
    spark.spark.table("sales.one").write.parquet(f"file://{tmp_path}/other/one.parquet")
    named = {
        "table.toml": 'url = "spark:"\ntable = "spark_catalog.sales.one"',
        "view.toml": 'url = "spark:sales"\ntable = "`seen_one`"',
        "files.toml": f'url = "file://{tmp_path}/other/one.parquet/*.parquet"\noutside = "the cluster has it"',
    }
    for name, text in named.items():
        (tmp_path / name).write_text(f"[One]\n{text}\n")
    where: list[tuple[Path | str, Path | None, str]] = [
        (sales, None, "spark:sales.one"),
        (f"file://{tmp_path}/a \\[b\\] 100%", None, f"file://{tmp_path}/a \\[b\\] 100%/one.parquet"),
        (f"file://{tmp_path}/other/", None, f"file://{tmp_path}/other/one.parquet"),
        (tmp_path, tmp_path / "table.toml", "spark:spark_catalog.sales.one"),
        (tmp_path, tmp_path / "view.toml", "spark:sales.`seen_one`"),
        (tmp_path, tmp_path / "files.toml", f"file://{tmp_path}/other/one.parquet/*.parquet"),
    ]
    for data, mapping, file in where:
        with read_here(spark, data, mapping) as feeds:
            assert feeds.rows.all("One") == ROWS
            assert refusals(feeds) == REFUSED
            assert [(count.file, count.read, count.used) for count in feeds.counts] == [(file, 4, 2)]
            assert [note.message for note in feeds.notes] == ["column `more` is not a field of `One`: not read"]


def test_rows_that_come_piece_by_piece(spark: Session, sales: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As from a cluster, which does not see this machine's disk."""
    monkeypatch.setattr("incdsl.engines.spark.rows._AT_ONCE", 3)
    table(spark)
    spark.spark.sql("INSERT INTO sales.one SELECT 'S' || id, id, 0.5, NULL, NULL FROM range(20)")
    with read_here(replace(spark, folder=None), sales) as feeds:
        assert feeds.rows.all("One")[:2] == ROWS
        assert {row[1] for row in feeds.rows.all("One")[2:]} == set(range(20))
        assert refusals(feeds) == [(24, *fault) if line == 4 else (line, *fault) for line, *fault in REFUSED]
    spark.spark.sql("TRUNCATE TABLE sales.one")
    with read_here(replace(spark, folder=None), sales) as feeds:
        assert [count.read for count in feeds.counts] == [0]


def test_a_table_is_read_once(spark: Session, sales: str) -> None:
    """What others do to it meanwhile is not seen, and a view that gives other rows each time gives its rows once."""
    spark.spark.sql("CREATE TABLE sales.numbers USING parquet AS SELECT id FROM range(1000)")
    spark.spark.sql(
        "CREATE VIEW sales.one AS SELECT CAST(id AS STRING) AS id, CAST(rand() * 1000 AS DECIMAL(18,2)) AS amount, "
        "CAST(NULL AS DECIMAL(9,6)) AS rate, CAST(NULL AS DATE) AS `on`, rand() < 0.5 AS open FROM sales.numbers"
    )
    with working_in(spark) as place:
        assert used_in_place(PROGRAM, place, sales, refused_rows=0) == {"One"}


# --- what is said --------------------------------------------------------------------------------------------

TYPES = [
    ("amount DOUBLE", "holds `amount` as DOUBLE, which cannot hold decimals such as 0.10 exactly"),
    ("amount FLOAT", "holds `amount` as FLOAT, which cannot hold decimals such as 0.10 exactly"),
    ("amount DATE", "holds `amount` as DATE, where DECIMAL(18,2) is expected"),
    ("rate INT", "holds `rate` as INTEGER, where DECIMAL(9,6) is expected"),
    ("`on` TIMESTAMP", "holds `on` as TIMESTAMP WITH TIME ZONE, where DATE is expected"),
    ("id ARRAY<STRING>", "holds `id` as ARRAY<STRING>, where VARCHAR is expected"),
    ("id BINARY", "holds `id` as BINARY, where VARCHAR is expected"),
    ("amont DECIMAL(18,2)", "has no column `amount`, a field of `One`"),
    ("amount DECIMAL(18,2), rate DECIMAL(9,6)", None),
    ("amount BIGINT, id CHAR(9), rate STRING, `on` STRING", None),
]


def test_columns(spark: Session, sales: str) -> None:
    whole = dict(column.split(" ") for column in COLUMNS.split(", "))
    for columns, message in TYPES:
        given = dict(column.split(" ") for column in columns.split(", "))
        left = [name for name in whole if name not in given and not ("amont" in given and name == "amount")]
        declared = ", ".join([columns, *(f"{name} {whole[name]}" for name in left)])
        spark.spark.sql(f"CREATE TABLE sales.one ({declared}) USING parquet")
        if message is None:
            with read_here(spark, sales) as feeds:
                assert feeds.rows.all("One") == []
        else:
            ((_, said, _),) = errors(spark, sales)
            assert said == f"`spark:sales.one` {message}"
        spark.spark.sql("DROP TABLE sales.one")


def test_texts(spark: Session, sales: str) -> None:
    """Texts as they are; those of a type that fills them up with spaces without these."""
    table(spark, "id CHAR(9), amount STRING, rate STRING COLLATE UTF8_LCASE, `on` STRING, open STRING", "(' 1', '5.10', '12.5%', "
          "'2015-07-25', 'yes'), ('b', '5', '0.1', '25/07/2015', 'Y')")  # fmt: skip
    with read_here(spark, sales) as feeds:
        ((id_, *values),) = feeds.rows.all("One")
        assert id_ == " 1"
        assert [str(value) for value in values] == ["5.10", "0.125000", "2015-07-25", "True"]
        assert [(line, field) for line, field, *_ in refusals(feeds)] == [(2, "on"), (2, "open"), (2, "rate")]


def test_days_that_no_calendar_has(spark: Session, sales: str) -> None:
    days = ["DATE'0001-01-01'", "DATE'9999-12-31'", "DATE'9999-12-31' + INTERVAL 1 DAY", "DATE'0001-01-01' - INTERVAL 1 DAY"]
    rows = ", ".join(f"('{at}', 1, 0.1, {day}, true)" for at, day in enumerate(days))
    table(spark, COLUMNS.replace("TIMESTAMP_NTZ", "DATE"), rows)
    with read_here(spark, sales) as feeds:
        assert [row[3] for row in feeds.rows.all("One")] == [datetime.date.min, datetime.date.max]
        assert [(line, code) for line, _, _, code, _ in refusals(feeds)] == [(3, "not-a-date"), (4, "not-a-date")]


def test_a_table_that_is_not_there(spark: Session, sales: str) -> None:
    table(spark, name="ones")
    table(spark, name="another")
    assert errors(spark, sales) == [
        (
            "no-table",
            "`spark:sales` has no table `one`",
            "call it so, or name the right one in the mapping: it has `ones` or `another`",
        )
    ]
    assert errors(spark, "spark:sails")[0][1] == (
        "`spark:sails.one` cannot be read: there is no schema `sails`, only `default` or `sales`"
    )
    assert "`spark:nowhere.sales.one` cannot be read: " in errors(spark, "spark:nowhere.sales")[0][1]
    assert len(errors(spark, sales, BOTH)) == 2


def test_files_that_are_none(spark: Session, sales: str, tmp_path: Path) -> None:
    table(spark)
    data = f"file://{tmp_path}"
    assert errors(spark, data)[0][1] == f"`{data}/one.parquet` cannot be read: Spark sees no such file or folder"
    (tmp_path / "one").mkdir()
    assert errors(spark, data)[0][1] == f"`{data}/one.parquet` cannot be read: there is no Parquet file in it"
    (tmp_path / "one" / "a.parquet").write_text("no Parquet")
    ((code, said, _),) = errors(spark, data)
    assert (code, said.split(": ")[0]) == ("unreadable-feed", f"`{data}/one.parquet` cannot be read")
    spark.spark.table("sales.one").write.mode("overwrite").parquet(f"{data}/one")
    spark.spark.table("sales.one").write.parquet(f"{data}/one/below")
    assert "is in a folder of its own, and Spark would leave it out" in errors(spark, data)[0][1]
    spark.spark.table("sales.one").write.mode("overwrite").parquet(f"{data}/one")
    spark.spark.table("sales.one").drop("rate").write.mode("append").parquet(f"{data}/one")
    ((code, said, _),) = errors(spark, data)
    assert (code, said.split(" of ")[0]) == ("different-parts", "the parts")
    (tmp_path / "one" / "_delta_log").mkdir()
    (tmp_path / "one" / "_delta_log" / "00000000000000000000.json").write_text("{}")
    assert "it is a table of Delta, whose files are not all of its rows" in errors(spark, data)[0][1]
    spark.spark.table("sales.one").write.parquet(f"{data}/one.parquet")
    assert errors(spark, data)[0][0] == "two-feeds"
    assert "cannot be read: " in errors(spark, "s3a://bucket/feeds")[0][1]  # no library for it is there


def test_no_session(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "one.inc"
    path.write_text(
        'program ONE "One"\n  sponsor "Example"\n  currency USD\n\nrecord One "One"\n  id "Id" text key\n  amount "A" money\n\n'
        'for each One\n  pay bonus "Bonus"\n    amount 1% * amount assumed "x"\n    round half up to 0.01 assumed "x"\n'
    )
    out = ["--as-of", "2015-07-25", "--out", str(tmp_path / "out")]
    for command in (["validate", str(path)], ["run", str(path), *out], ["run", str(path), *out, "--engine", "reference"]):
        assert exit_code([*command, "--data", "spark:sales"]) == 1
        assert capsys.readouterr().err == (
            "error: `spark:sales.one` is read over a session of Spark, and there is none\n"
            "  help: use `incdsl run --engine spark`, with --master or --remote to say where the session is\n"
        )
    (tmp_path / "feeds.toml").write_text('[One]\nurl = "s3a://user:hush@bucket/one"\n')
    assert exit_code(["feeds", "check", str(path), "--data", str(tmp_path)]) == 1
    assert "`s3a://bucket/one` is read over a session of Spark" in capsys.readouterr().err


WRONG = [
    ('url = "s3a://bucket/one"\ntable = "one"', "`table` is said of `s3a://bucket/one`, which has none"),
    ('url = "file:///etc/one.parquet"', "`file:///etc/one.parquet` is not in the folder of the feeds"),
    ('url = "spark://host:7077"', "`url` is no address of tables or files"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_mappings_that_cannot_be_followed(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").write_text(f"[One]\n{text}\n")
    with pytest.raises(FeedErrors) as raised:
        load_feeds(PROGRAM, tmp_path)
    assert message in raised.value.errors[0].message()
