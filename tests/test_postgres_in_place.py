"""Feeds that are tables of the database in which a run works: nothing is read out but results."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tests.feeds_in_postgres import fill, fill_as_it_comes, used_in_place
from tests.postgres_server import as_url, new_database
from tests.things_in_tables import ALL, FAULTY, PRICES, SOUND, THINGS, Row, Rows, program_of_things

from incdsl import driver
from incdsl.cli.main import exit_code
from incdsl.core import ir
from incdsl.engines.errors import Overflow
from incdsl.engines.postgres import Workplace
from incdsl.feeds import load_feeds, quoting
from incdsl.results.matches import counts

ROOT = Path(__file__).parent.parent
AS_OF = {"cx": "2022-07-30", "lci": "2022-07-30", "mdf": "2023-07-29", "vip25": "2015-07-25"}
FEEDS = ROOT / "programs/cx/feeds"


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements by which rows go to servers and come from them."""
    statements: list[str] = []
    copy = psycopg.Cursor.copy

    def noted(cursor: psycopg.Cursor, statement: bytes | LiteralString) -> object:
        statements.append(statement.decode() if isinstance(statement, bytes) else statement)
        return copy(cursor, statement)

    monkeypatch.setattr(psycopg.Cursor, "copy", noted)
    return statements


def loaded(name: str) -> ir.Program:
    found = driver.load(str(ROOT / f"programs/{name}/{name}.inc")).program
    assert found is not None
    return found


def same_bytes(name: str, data: Path | str, server: str, tmp_path: Path) -> tuple[str, ...]:
    """Run a program on DuckDB and on a server, and compare all that is written; the feeds that were used where they lie."""
    read, as_of = loaded(name), datetime.date.fromisoformat(AS_OF[name])
    here = driver.run(read, data, as_of, tmp_path / "duckdb", values=True)
    there = driver.run(read, data, as_of, tmp_path / "postgres", values=True, engine="postgres", server=server)
    with here.feeds, there.feeds:
        assert there.feeds.counts == here.feeds.counts
        assert there.feeds.notes == here.feeds.notes
        assert there.feeds.refusals == here.feeds.refusals
        assert counts(read, there.feeds.connection) == counts(read, here.feeds.connection)
    written = {path.name: path.read_bytes() for path in (tmp_path / "duckdb").iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "postgres").iterdir()} == written
    return there.feeds.in_place


def relations(name: str) -> set[str]:
    return {relation.name for relation in loaded(name).relations if isinstance(relation.source, ir.Feed)}


# --- whole programs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lci", "vip25"])
def test_sound_tables_are_not_read_out(name: str, another_database: str, copied: list[str], tmp_path: Path) -> None:
    fill(another_database, loaded(name), ROOT / f"programs/{name}/feeds")
    with psycopg.connect(another_database) as connection:
        connection.execute("CREATE UNIQUE INDEX ON partner (id)")  # one key that need not be looked at, others that must
    copied.clear()
    assert set(same_bytes(name, as_url(another_database), another_database, tmp_path)) == relations(name)
    by_engine = [statement for statement in copied if "incdsl_" in statement]
    assert len(copied) - len(by_engine) == len(relations(name)), "DuckDB has read each table, and nothing else has"
    assert all(statement.startswith("COPY (SELECT * FROM incdsl_") and "_result." in statement for statement in by_engine)


@pytest.mark.parametrize("name", ["lci", "vip25"])
def test_of_tables_with_faults_only_those_rows_are_read(
    name: str, another_database: str, copied: list[str], tmp_path: Path
) -> None:
    fill_as_it_comes(another_database, loaded(name), ROOT / f"programs/{name}/feeds")
    assert set(same_bytes(name, as_url(another_database), another_database, tmp_path)) == relations(name)


@pytest.mark.parametrize(
    ("there", "used"),
    [
        (("Role", "Certificate"), {"Role", "Certificate"}),  # they refer to partners that are in a file
        (("Partner", "Product"), {"Partner", "Product"}),  # and files to partners that are there
    ],
)
def test_tables_beside_files(
    there: tuple[str, ...], used: set[str], another_database: str, copied: list[str], tmp_path: Path
) -> None:
    fill(another_database, loaded("cx"), FEEDS, only=there)
    data = tmp_path / "data"
    data.mkdir()
    for file in FEEDS.iterdir():
        (data / file.name).symlink_to(file)
    sections = [f'[{name}]\nurl = "{as_url(another_database)}"' for name in there]
    (data / "feeds.toml").write_text("\n".join(sections))
    copied.clear()
    assert set(same_bytes("cx", data, another_database, tmp_path)) == used
    brought = [statement for statement in copied if "TO STDOUT" in statement and "_result." not in statement]
    assert len([statement for statement in brought if "ENCODING" in statement]) == len(there), "by DuckDB"
    keys = [
        f'COPY (SELECT ("id"::text COLLATE "C") FROM "public"."{name}" AS it) TO STDOUT (FORMAT csv)'
        for name in ("partner", "product")
    ]
    assert {statement for statement in brought if "ENCODING" not in statement} <= set(keys)


# --- what makes a row one to look at with care ---------------------------------------------------------------

COLUMNS = {
    "maker": "text", "colour": "text", "note": "text", "code": "text", "brief": "text",
    "amount": "numeric(18,2)", "rate": "numeric(9,6)",
    "pieces": "integer", "first": "date", "last": "date", "open": "boolean", "grade": "text", "country": "text",
}  # fmt: skip


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> ir.Program:
    return program_of_things(tmp_path_factory.mktemp("things"))


@pytest.fixture(scope="module")
def database(postgres: str) -> str:
    return new_database(postgres, f"{conninfo_to_dict(postgres)['dbname']} in place")


def tables(server: str, columns: dict[str, str], *rows: Row, more: tuple[str, ...] = ()) -> None:
    """Make the tables anew: columns of these types, and a row for each mapping from columns to texts of values."""
    with psycopg.connect(server) as connection:
        connection.execute("DROP TABLE IF EXISTS maker, thing, price, link CASCADE")
        connection.execute("CREATE TABLE maker (id text)")
        connection.execute("INSERT INTO maker VALUES ('M1'), ('M2')")
        connection.execute("CREATE TABLE link (id text, before text)")
        connection.execute("CREATE TABLE price (maker text, from_start date, from_end date)")
        declared = ", ".join(f'"{name}" {type_}' for name, type_ in ({"id": "text"} | COLUMNS | columns).items())
        connection.execute(f"CREATE TABLE thing ({declared})".encode())
        for at, row in enumerate(rows):
            given = {"id": f"T{at}"} | row
            names = ", ".join(f'"{name}"' for name in given)
            texts = ", ".join("NULL" if text is None else quoting.text(text) for text in given.values())
            connection.execute(f"INSERT INTO thing ({names}) VALUES ({texts})".encode())
        for statement in more:
            connection.execute(statement.encode())


PADDED: Row = {"id": " T99", "note": "x ", "maker": "  M1 ", "grade": "low ", "code": "   "}
NOT_HERE: Rows = [
    {"id": "T99"},
    {"amount": "NaN"},
    {"rate": "NaN"},
    {"first": "infinity"},
    {"first": "-infinity"},
    {"first": "0001-12-31 BC"},
    {"first": "10000-01-01"},
]
"""Faults that only this server has."""
TYPES: dict[str, tuple[dict[str, str], Rows, Rows]] = {
    "those of the fields": ({}, [*SOUND, PADDED], [*FAULTY, *NOT_HERE]),
    "without limits": (
        {"amount": "numeric", "rate": "numeric", "pieces": "numeric", "first": "timestamp", "note": "varchar"},
        [{"amount": "1.500", "rate": "0.10", "pieces": "7.0", "first": "2015-07-25"}, {"amount": "-0.00", "rate": "999"}],
        [
            *({"amount": amount} for amount in ("1.005", "NaN", "Infinity", "-Infinity", "99999999999999999999")),
            *({"rate": rate} for rate in ("0.1234567", "1000", "-1000")),
            *({"pieces": pieces} for pieces in ("1.5", "1e18", "-1e30")),
            *({"first": first} for first in ("2015-07-25 10:00", "infinity", "0001-12-31 BC")),
        ],
    ),
    "of other sizes": (
        {"amount": "numeric(30,10)", "pieces": "bigint", "note": "varchar(20)", "grade": "char(8)", "country": "char(2)"},
        [{"amount": "12.3400000000", "pieces": "-5", "note": "x", "grade": "low", "country": "DE"}],
        [
            {"amount": "12.3400000001"},
            {"amount": "NaN"},
            {"amount": "12345678901234567890"},
            {"pieces": "9000000000000000000"},
            {"grade": "none"},
            {"country": "X"},
        ],
    ),
    "whole numbers": (
        {"amount": "bigint", "pieces": "smallint", "note": "integer"},
        [{"amount": "12", "pieces": "5", "note": "42"}],
        [{"amount": "-11"}, {"amount": "9000000000000000000"}],
    ),
    "hundreds": ({"pieces": "numeric(5,-2)"}, [{"pieces": "1234567"}], [{"pieces": "NaN"}]),
    "texts in order": (
        {"id": "varchar(9) COLLATE pg_c_utf8 PRIMARY KEY", "unread": "jsonb"},
        [{"unread": "{}"}],
        [{"amount": "600"}],
    ),
}


@pytest.mark.parametrize("types", TYPES)
def test_sound_rows_are_not_read(types: str, things: ir.Program, database: str, copied: list[str]) -> None:
    columns, sound, _ = TYPES[types]
    tables(database, columns, {}, *sound, more=("INSERT INTO link VALUES ('L1', NULL), ('L2', 'L1'), ('L3', 'L3')",))
    assert used_in_place(things, database, as_url(database), refused_rows=0) == ALL
    assert not any("#number" in statement for statement in copied)


@pytest.mark.parametrize("types", TYPES)
def test_faults_are_found(types: str, things: ir.Program, database: str, copied: list[str]) -> None:
    """Faults of all kinds in one table, so that numbers and other rows that messages name have to be right, too."""
    columns, sound, faulty = TYPES[types]
    prices = [f"('M{at % 2 + 1}', DATE '2015-01-01' + {7 * at}, DATE '2015-01-05' + {7 * at + at % 5})" for at in range(40)]
    more = f"INSERT INTO price VALUES {', '.join(prices)}, ('M9', '2015-01-01', NULL)"
    tables(database, columns, {}, *sound, *faulty, more=(more,) if types == "those of the fields" else ())
    assert used_in_place(things, database, as_url(database)) == ALL
    assert any("#number" in statement and '"public"."thing"' in statement for statement in copied)


@pytest.mark.parametrize("column", ["amount", "first", "open"])
def test_texts_with_a_notation_are_read_here(column: str, things: ir.Program, database: str) -> None:
    tables(database, {column: "text"}, {"amount": "12.50", "first": "2015-07-25", "open": "yes"})
    assert used_in_place(things, database, as_url(database), refused_rows=0) == ALL - {"Thing"}


@pytest.mark.parametrize(("prices", "refused_rows"), PRICES)
def test_ranges(prices: str, refused_rows: int, things: ir.Program, database: str) -> None:
    tables(database, {}, more=(f"INSERT INTO price VALUES {prices}",))
    assert used_in_place(things, database, as_url(database), refused_rows=refused_rows) == ALL


@pytest.mark.parametrize(
    ("statements", "used"),
    [
        (("ALTER TABLE thing RENAME TO things", "CREATE VIEW thing AS SELECT * FROM things"), False),
        (("ALTER TABLE thing RENAME TO things", "CREATE MATERIALIZED VIEW thing AS SELECT * FROM things"), True),
        (("CREATE TABLE old_thing () INHERITS (thing)",), False),
        (("ALTER TABLE thing ENABLE ROW LEVEL SECURITY",), False),
        (("CREATE SCHEMA sales", "ALTER TABLE thing SET SCHEMA sales", "CREATE TABLE thing AS TABLE sales.thing"), True),
        (("ALTER TABLE thing DROP COLUMN note", "ALTER TABLE thing ADD COLUMN note text"), True),
    ],
)
def test_what_a_table_is(statements: tuple[str, ...], used: bool, things: ir.Program, another_database: str) -> None:
    tables(another_database, {}, {"note": "x"}, {"amount": "5"}, more=statements)
    assert used_in_place(things, another_database, as_url(another_database)) == (ALL if used else ALL - {"Thing"})


def test_a_domain_and_an_enumeration_of_the_database(things: ir.Program, another_database: str) -> None:
    with psycopg.connect(another_database) as connection:
        connection.execute("CREATE TYPE grade AS ENUM ('high', 'low', 'none'); CREATE DOMAIN amount AS numeric(18,2)")
    tables(another_database, {"grade": "grade", "amount": "amount"}, {"grade": "high", "amount": "12.5"})
    assert used_in_place(things, another_database, as_url(another_database)) == ALL
    with psycopg.connect(another_database) as connection:
        connection.execute("UPDATE thing SET grade = 'none'")
    assert used_in_place(things, another_database, as_url(another_database), refused_rows=1) == ALL


def test_what_refers_to_rows_that_are_refused(things: ir.Program, database: str) -> None:
    """With a row go those that refer to it. A feed that refers to its own rows is read here when one of them is at fault."""
    tables(database, {}, {"maker": "M1"}, {"maker": "M2"}, more=("INSERT INTO maker VALUES ('M2')",))
    assert used_in_place(things, database, as_url(database), refused_rows=3) == ALL
    links = "INSERT INTO link VALUES ('L1', NULL), ('L2', 'L1'), ('L3', 'L3')"
    tables(database, {}, more=(links,))
    assert used_in_place(things, database, as_url(database)) == ALL
    tables(database, {}, more=(links, "INSERT INTO link VALUES ('L4', 'L5'), ('L6', 'L4'), ('L7', 'L1')"))
    assert used_in_place(things, database, as_url(database), refused_rows=2) == ALL - {"Link"}


# --- one moment, one database --------------------------------------------------------------------------------


def test_everything_is_of_one_moment(things: ir.Program, database: str, tmp_path: Path) -> None:
    """Rows that others change while a run is at it are neither checked nor counted: not in tables that are used where they
    lie, nor in those that are read here."""
    as_of = datetime.date(2015, 7, 25)
    tables(database, {}, {"maker": "M1", "colour": "red", "amount": "50"}, more=("INSERT INTO price VALUES ('M1', 'infinity')",))
    changes = iter(["INSERT INTO thing (id, maker, amount) VALUES ('T0', 'none', -99)", "DELETE FROM price"])

    def on_stage(stage: str) -> None:
        if stage.startswith("checking "):
            for change in changes:
                with psycopg.connect(database) as other:
                    other.execute(change.encode())

    before = driver.run(things, as_url(database), as_of, tmp_path / "before")
    ran = driver.run(things, as_url(database), as_of, tmp_path / "after", engine="postgres", server=database, on_stage=on_stage)
    with before.feeds, ran.feeds:
        assert next(changes, None) is None
        assert ran.feeds.counts == before.feeds.counts
        assert ran.feeds.in_place == ("Maker", "Thing", "Link")
    for path in (tmp_path / "before").iterdir():
        assert (tmp_path / "after" / path.name).read_bytes() == path.read_bytes()


def test_a_number_that_does_not_fit_is_named_all_the_same(another_database: str, tmp_path: Path) -> None:
    path = tmp_path / "big.inc"
    path.write_text(
        'program BIG "Big"\n  sponsor "Example"\n  currency USD\n\n'
        'record Thing "Thing"\n  id "Id" text key\n  amount "Amount" money\n\n'
        "for each Thing\n  let square = amount * 9,999,999,999\n  let more = square * 9,999,999,999\n"
        '  pay bonus "Bonus"\n    amount more * 9,999,999,999\n    round half up to 0.01\n'
    )
    big = driver.load(str(path))
    assert big.program is not None, big.sink.diagnostics
    with psycopg.connect(another_database) as connection:
        connection.execute("CREATE TABLE thing (id text, amount numeric(18,2))")
        connection.execute("INSERT INTO thing VALUES ('T1', 1), ('T2', 9999999999999999.99)")
    with pytest.raises(Overflow, match='`Thing` row "T2"'):
        driver.run(
            big.program, as_url(another_database), datetime.date(2015, 7, 25), tmp_path / "out", engine="postgres",
            server=another_database,
        )  # fmt: skip


def test_a_table_of_another_database_is_read_here(things: ir.Program, database: str, another_database: str) -> None:
    tables(database, {}, {"note": "x"})
    with Workplace(another_database) as place, load_feeds(things, as_url(database), server=place) as feeds:
        assert feeds.in_place == ()
        assert [count.used for count in feeds.counts] == [2, 1, 0, 0]
        assert place.connection.isolation_level is None


def test_a_table_that_somebody_else_reads_is_read_here(things: ir.Program, database: str) -> None:
    tables(database, {}, {"note": "x"})
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
        try:
            url = as_url(make_conninfo(database, user="reader"))
            with Workplace(database) as place, load_feeds(things, url, server=place) as feeds:
                assert feeds.in_place == ()
        finally:
            connection.execute("DROP OWNED BY reader; DROP ROLE reader")


def test_what_is_said_of_it(things: ir.Program, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables(database, {"amount": "text"}, {"note": "x"})
    path = tmp_path / "things.inc"
    path.write_text(THINGS)
    command = ["run", str(path), "--data", as_url(database), "--as-of", "2015-07-25", "--out", str(tmp_path / "out")]
    assert exit_code([*command, "--engine", "postgres", "--server", database]) == 0
    assert "\n  Used where they lie, and the run works: Maker, Link, Price\n" in capsys.readouterr().out
    assert exit_code(command) == 0
    assert "where they lie" not in capsys.readouterr().out
