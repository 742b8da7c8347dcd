"""Result files, byte by byte."""

from __future__ import annotations

import datetime
import itertools
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.driver import evaluate, load
from incdsl.feeds import load_feeds
from incdsl.results.arrangement import arrangement
from incdsl.results.tables import store_rows
from incdsl.results.writer import write_results

ROOT = Path(__file__).parent.parent.parent

DAYS = {"vip25": "2015-07-25", "lci": "2016-03-01", "mdf": "2023-05-01", "cx": "2016-03-01"}

COLUMNS = (
    ir.OutputColumn("partner", ty.TEXT),
    ir.OutputColumn("amount", ty.Optional(ty.Money("USD", 38, 2))),
    ir.OutputColumn("held", ty.BOOLEAN),
    ir.OutputColumn("rate", ty.PERCENT),
    ir.OutputColumn("due_on", ty.Optional(ty.DATE)),
    ir.OutputColumn("reason", ty.Optional(ty.TEXT)),
)
PAYOUTS = ir.Output("payouts", COLUMNS, (), ("partner", "amount"))

ROWS: tuple[tuple[ir.Value, ...], ...] = (
    ("b", Decimal("0.10"), True, Decimal("0.200000"), datetime.date(2015, 7, 25), 'says "no", twice'),
    ("a", Decimal("123456789012345678901234567890123456.78"), False, Decimal("-0.000001"), None, None),
    ("a", None, True, Decimal("1.000000"), None, " padded "),
    ("B", Decimal("-5.00"), True, Decimal("0.000000"), None, "two\nlines"),
    ("é", Decimal("1.00"), True, Decimal("0.000000"), None, "x"),
    ("z", Decimal("10.00"), True, Decimal("0.000000"), None, "x"),
    ("z", Decimal("9.00"), True, Decimal("0.000000"), None, "x"),
)

CSV = """\
partner,amount,held,rate,due_on,reason
B,-5.00,yes,0.0000%,,"two
lines"
a,,yes,100.0000%,, padded \n\
a,123456789012345678901234567890123456.78,no,-0.0001%,,
b,0.10,yes,20.0000%,2015-07-25,"says ""no"", twice"
z,9.00,yes,0.0000%,,x
z,10.00,yes,0.0000%,,x
é,1.00,yes,0.0000%,,x
"""


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA result")
    connection.execute('CREATE TABLE result.refused ("file" VARCHAR, line BIGINT, field VARCHAR, value VARCHAR, message VARCHAR)')
    connection.execute(
        "INSERT INTO result.refused VALUES "
        "('b.csv', 2, 'x', '1', 'bad'), ('a.csv', 10, 'x', '=1', 'bad'), ('a.csv', 9, 'x', NULL, 'bad')"
    )
    return connection


def written(connection: duckdb.DuckDBPyConnection, rows: Iterable[Sequence[ir.Value]], directory: Path, format: str) -> bytes:
    store_rows(connection, PAYOUTS, rows)
    write_results(connection, [PAYOUTS], directory, format)
    return (directory / f"payouts.{format}").read_bytes()


def test_csv(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert written(connection, ROWS, tmp_path, "csv").decode() == CSV
    assert (tmp_path / "refused.csv").read_text() == (
        "file,line,field,value,message\na.csv,9,x,,bad\na.csv,10,x,'=1,bad\nb.csv,2,x,1,bad\n"
    )


def test_json_keeps_decimals_as_text(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = json.loads(written(connection, ROWS, tmp_path, "json"))
    assert rows[2] == {
        "partner": "a",
        "amount": "123456789012345678901234567890123456.78",
        "held": False,
        "rate": "-0.0001%",
        "due_on": None,
        "reason": None,
    }
    assert [row["amount"] for row in rows] == [
        "-5.00",
        None,
        "123456789012345678901234567890123456.78",
        "0.10",
        "9.00",
        "10.00",
        "1.00",
    ]


def test_parquet_keeps_types(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    written(connection, ROWS, tmp_path, "parquet")
    described = connection.execute(f"DESCRIBE SELECT * FROM '{tmp_path}/payouts.parquet'").fetchall()
    assert [(name, type_) for name, type_, *_ in described] == [
        ("partner", "VARCHAR"),
        ("amount", "DECIMAL(38,2)"),
        ("held", "BOOLEAN"),
        ("rate", "DECIMAL(9,6)"),
        ("due_on", "DATE"),
        ("reason", "VARCHAR"),
    ]
    stored = connection.execute(f"SELECT * FROM '{tmp_path}/payouts.parquet'").fetchall()
    assert stored == [ROWS[i] for i in (3, 2, 1, 0, 6, 5, 4)]


@pytest.mark.parametrize("format", ["csv", "json", "parquet"])
def test_no_order_of_rows_and_no_number_of_threads_changes_a_byte(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, format: str
) -> None:
    rows = [(*ROWS[i % 7][:5], f"row {i}") for i in range(3000)]
    first = written(connection, rows, tmp_path / "first", format)
    connection.execute("SET threads = 1")
    assert written(connection, rows[::-1], tmp_path / "second", format) == first
    assert written(connection, itertools.chain(rows[1000:], rows[:1000]), tmp_path / "second", format) == first


def test_rows_that_the_order_leaves_equal_are_ordered_by_the_rest(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [("a", None, True, Decimal("0.000000"), None, reason) for reason in ("c", "a", None, "b")]
    lines = written(connection, rows, tmp_path, "csv").decode().splitlines()[1:]
    assert [line.rsplit(",", 1)[1] for line in lines] == ["", "a", "b", "c"]


@pytest.mark.parametrize("format", ["csv", "json", "parquet"])
@pytest.mark.parametrize(
    ("name", "as_of"), [("vip25", "2015-07-25"), ("lci", "2016-03-01"), ("mdf", "2023-05-01"), ("cx", "2016-03-01")]
)
def test_what_is_known_of_the_rows_changes_no_row(tmp_path: Path, format: str, name: str, as_of: str) -> None:
    program = load(str(ROOT / f"programs/{name}/{name}.inc")).program
    assert program is not None
    assert any(arrangement(program, output) for output in program.result_files)
    with load_feeds(program, ROOT / f"programs/{name}/feeds") as feeds:
        evaluate(program, feeds, datetime.date.fromisoformat(as_of), program.result_files, "duckdb")
        for folder, given in (("with", program), ("without", None)):
            write_results(feeds.connection, program.result_files, tmp_path / folder, format, given)
    for output in program.result_files:
        file = f"{output.name}.{format}"
        one, other = (tmp_path / folder / file for folder in ("with", "without"))
        if format == "parquet":  # the same rows in the same order, though not encoded alike
            assert duckdb.read_parquet(str(one)).fetchall() == duckdb.read_parquet(str(other)).fetchall()
        else:
            assert one.read_bytes() == other.read_bytes()


def test_rows_that_the_order_may_leave_equal_are_not_arranged(tmp_path: Path) -> None:
    text = ir.Literal
    part = ir.OutputPart("A", (text("x", ty.TEXT), ir.Column("name", ty.TEXT)))
    relation = ir.Relation("A", ir.Feed("a", None), ("id",), (ir.StoredColumn("id", ty.TEXT), ir.StoredColumn("name", ty.TEXT)))
    program = ir.Program("T", "T", "S", "USD", (), (relation,), (), (), ())
    columns = (ir.OutputColumn("subject", ty.TEXT), ir.OutputColumn("name", ty.TEXT))
    assert arrangement(program, ir.Output("o", columns, (part,), ("subject", "name"))) is None


def test_a_folder_holds_the_results_of_one_run(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "values.csv").write_text("of an earlier run")
    written(connection, ROWS, tmp_path, "csv")
    written(connection, ROWS, tmp_path, "json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", "payouts.json", "refused.json"]


def test_refused_rows_alone_leave_the_other_results(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    written(connection, ROWS, tmp_path, "csv")
    (tmp_path / "refused.json").write_text("of an earlier run")
    write_results(connection, (), tmp_path, "csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["payouts.csv", "refused.csv"]


def test_a_failure_leaves_the_earlier_results(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    before = written(connection, ROWS, tmp_path, "csv")
    connection.execute("DROP TABLE result.refused")
    with pytest.raises(duckdb.CatalogException):
        write_results(connection, [PAYOUTS], tmp_path, "csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["payouts.csv", "refused.csv"]
    assert (tmp_path / "payouts.csv").read_bytes() == before
