"""The engine that works in PostgreSQL, from the command line: the same bytes, and what is said when it cannot."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.agreement.engines import by_postgres
from tests.build_core import col, day, feed, output, program, stored

from incdsl import driver
from incdsl.cases import Case, find
from incdsl.cli.main import exit_code
from incdsl.core import types as ty
from incdsl.engines.errors import EngineFailure
from incdsl.engines.postgres.server import failures

ROOT = Path(__file__).parent.parent
PROGRAMS = {"cx": "2022-07-30", "lci": "2022-07-30", "mdf": "2023-07-29", "vip25": "2015-07-25"}
EXAMPLES = {"coop_fund": "2024-06-01", "hotel_loyalty": "2024-06-25", "sales_commission": "2024-12-31"}
SHIPPED = [
    *((ROOT / f"programs/{name}/{name}.inc", ROOT / f"programs/{name}/feeds", day) for name, day in PROGRAMS.items()),
    *((ROOT / f"programs/examples/{n}/{n}.inc", ROOT / f"programs/examples/{n}/feeds", day) for n, day in EXAMPLES.items()),
]
CX = ROOT / "programs/cx/cx.inc"
CX_FEEDS = ROOT / "programs/cx/feeds"


def run(file: Path, data: Path, as_of: str, out: Path, *options: str) -> int:
    return exit_code(["run", str(file), "--data", str(data), "--as-of", as_of, "--out", str(out), *options])


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def schemas(server: str) -> list[str]:
    """The schemas that runs have left, as anybody else sees them."""
    with psycopg.connect(server) as connection:
        found = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'incdsl%'").fetchall()
    return [name for (name,) in found]


# --- the same bytes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "data", "as_of"), SHIPPED, ids=[file.stem for file, _, _ in SHIPPED])
def test_the_result_files_are_those_of_duckdb(file: Path, data: Path, as_of: str, tmp_path: Path, postgres: str) -> None:
    assert run(file, data, as_of, tmp_path / "duckdb", "--values") == 0
    assert run(file, data, as_of, tmp_path / "postgres", "--values", "--engine", "postgres", "--server", postgres) == 0
    assert files(tmp_path / "postgres") == files(tmp_path / "duckdb")
    assert (tmp_path / "postgres/requirements.csv").stat().st_size > 200
    assert schemas(postgres) == []


CASES = find([ROOT / "programs"])
SOME = CASES if "INCDSL_FUZZ" in os.environ else CASES[::5]


@pytest.mark.parametrize("case", SOME, ids=[case.name for case in SOME])
def test_golden_cases_come_out(case: Case, tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCDSL_POSTGRES", postgres)
    as_of = case.as_of.isoformat()
    assert run(case.program, case.folder / "feeds", as_of, tmp_path, "--values", "--engine", "postgres") == 0
    for expected in (case.folder / "expected").iterdir():
        assert rows(tmp_path / expected.name) == rows(expected)


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a result file but for the version of the program, which golden files leave out."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: cell for name, cell in row.items() if name != "program_version"} for row in csv.DictReader(file)]


# --- what is said when the server cannot do it ---------------------------------------------------------------


def refusal(capsys: pytest.CaptureFixture[str], out: Path, *options: str) -> tuple[str, str]:
    """What a run of CX says that ends with 1: the message and the help."""
    capsys.readouterr()
    assert run(CX, CX_FEEDS, PROGRAMS["cx"], out, "--engine", "postgres", *options) == 1
    assert not out.exists() or list(out.iterdir()) == []
    message, help_ = capsys.readouterr().err.strip().split("\n")
    return message.removeprefix("error: "), help_.strip().removeprefix("help: ")


def test_it_needs_a_server(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    message, help_ = refusal(capsys, tmp_path)
    assert message == "--engine postgres needs a server"
    assert help_ == "add --server postgresql://user@host/database, or set INCDSL_POSTGRES"


def test_a_server_means_nothing_to_the_other_engines(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(CX, CX_FEEDS, PROGRAMS["cx"], tmp_path / "out", "--server", "postgresql://host/database") == 1
    assert "--server is about PostgreSQL and means nothing for --engine duckdb" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("server", "message", "help_"),
    [
        ("what?", 'the address of the server cannot be read: missing "="', "write it as postgresql://user@host:5432/database"),
        ("postgresql://me@127.0.0.1:1/data", "PostgreSQL cannot be reached: connection to server at", "check the host and port"),
    ],
)
def test_an_address_that_leads_nowhere(
    server: str, message: str, help_: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said, advice = refusal(capsys, tmp_path / "out", "--server", server)
    assert said.startswith(message)
    assert advice.startswith(help_)


def test_a_database_or_a_user_that_is_not_there(postgres: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    said, advice = refusal(capsys, tmp_path / "out", "--server", make_conninfo(postgres, dbname="nowhere"))
    assert said.endswith('FATAL:  database "nowhere" does not exist')
    assert advice.startswith("name a database that is there")
    said, advice = refusal(capsys, tmp_path / "out", "--server", make_conninfo(postgres, user="nobody"))
    assert said.endswith('FATAL:  role "nobody" does not exist')
    assert advice.startswith("check the user and the password")


def test_a_wrong_password(postgres: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE ROLE guarded LOGIN PASSWORD 'right'")
        ((rules,),) = connection.execute("SHOW hba_file").fetchall()
        before = Path(rules).read_text()
        Path(rules).write_text(f"local all guarded scram-sha-256\n{before}")
        connection.execute("SELECT pg_reload_conf()")
        server = make_conninfo(postgres, user="guarded", password="wrong")
        said, advice = refusal(capsys, tmp_path / "out", "--server", server)
        connection.execute("DROP ROLE guarded")
    assert said.endswith('password authentication failed for user "guarded"')
    assert advice == "check the user and the password; put them into INCDSL_POSTGRES or a password file (~/.pgpass)"


def test_a_user_who_may_not_make_schemas(postgres: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE ROLE guest LOGIN")
        said, advice = refusal(capsys, tmp_path / "out", "--server", make_conninfo(postgres, user="guest"))
        connection.execute("DROP ROLE guest")
    assert said.startswith("PostgreSQL gave up while making the schemas of the run: permission denied for database")
    assert advice.startswith("ask for the right to make schemas in this database: GRANT CREATE ON DATABASE")


def test_a_text_that_the_server_cannot_hold(postgres: str) -> None:
    things = feed("Thing", ("id",), (stored("id", ty.TEXT),))
    listed = program(things, outputs=(output("o", ("id",), ("Thing", (("id", col("id", ty.TEXT)),))),))
    with pytest.raises(EngineFailure, match="cannot hold a text that it was given while copying Thing") as caught:
        by_postgres(postgres)(listed, {"Thing": [("a\0b",)]}, day("2015-01-01"), ["o"])
    assert caught.value.help == "take the character out of the feed, or run with --engine duckdb"


def test_a_full_disk_on_the_server() -> None:
    with pytest.raises(EngineFailure) as caught, failures("working out derived.Deal"):
        raise psycopg.errors.DiskFull("no space left on device")
    assert str(caught.value) == "PostgreSQL gave up while working out derived.Deal: no space left on device"
    assert caught.value.help.startswith("free disk on the server; nothing was written")


def test_a_connection_that_is_lost(another_database: str, tmp_path: Path) -> None:
    loaded = driver.load(str(CX)).program
    assert loaded is not None
    (tmp_path / "payouts.csv").write_text("of an earlier run")

    def on_stage(stage: str) -> None:
        if stage == "evaluating Partner":
            with psycopg.connect(another_database) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'incdsl' "
                    "AND datname = current_database()"
                )

    with pytest.raises(EngineFailure) as caught:
        driver.run(loaded, CX_FEEDS, day(PROGRAMS["cx"]), tmp_path, engine="postgres", server=another_database, on_stage=on_stage)
    assert str(caught.value).startswith("PostgreSQL gave up while working out derived.Partner: terminating connection")
    assert caught.value.help == (
        "run again when the server is back; nothing was written, and the server undoes what the run made there"
    )
    assert files(tmp_path) == {"payouts.csv": b"of an earlier run"}
    assert schemas(another_database) == []


def test_control_c_stops_the_server_too(another_database: str, tmp_path: Path) -> None:
    with psycopg.connect(another_database, autocommit=True) as connection:
        # The run comes to a stop in the middle of its work.
        connection.execute(
            "CREATE FUNCTION hold() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN PERFORM pg_catalog.pg_sleep(600); END$$"
        )
        connection.execute(
            "CREATE EVENT TRIGGER hold ON ddl_command_start WHEN TAG IN ('CREATE TABLE AS') EXECUTE FUNCTION hold()"
        )
        sessions = "SELECT pid FROM pg_stat_activity WHERE application_name = 'incdsl' AND datname = current_database()"
        command = [sys.executable, "-m", "incdsl", "run", str(CX), "--data", str(CX_FEEDS), "--as-of", PROGRAMS["cx"]]
        options = ["--out", str(tmp_path / "out"), "--engine", "postgres"]
        environment = {**os.environ, "INCDSL_POSTGRES": another_database}
        with subprocess.Popen([*command, *options], stderr=subprocess.PIPE, text=True, env=environment) as process:
            while not connection.execute(f"{sessions} AND wait_event = 'PgSleep'").fetchall():
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            _, said = process.communicate()
        assert process.returncode == 130
        assert said.strip() == "error: interrupted; nothing was written"
        assert list((tmp_path / "out").iterdir()) == []
        while connection.execute(sessions).fetchall():
            pass  # the session is on its way out: nothing keeps it
    assert schemas(another_database) == []
