"""A run on tables of a PostgreSQL database that is ended in the middle, or has no room: nothing of it is left, and it says what
to do."""

from __future__ import annotations

import datetime
import resource
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from tests.feeds_in_postgres import fill
from tests.postgres_server import as_url, new_database

from incdsl import driver
from incdsl.core import ir
from incdsl.engines.errors import EngineFailure

ROOT = Path(__file__).parent.parent
CX = ROOT / "programs/cx/cx.inc"
FEEDS = ROOT / "programs/cx/feeds"
AS_OF = "2022-07-30"
EARLIER = b"of an earlier run"
FREE = "free memory or disk, and check that the folders may be written"
SESSIONS = "FROM pg_stat_activity WHERE application_name = 'incdsl' AND datname = current_database()"


@pytest.fixture(scope="module")
def program() -> ir.Program:
    found = driver.load(str(CX)).program
    assert found is not None
    return found


@pytest.fixture(scope="module")
def database(postgres: str, program: ir.Program) -> str:
    """A database with sound tables, and one that is read here: who asks decides which rows it has."""
    server = new_database(postgres, f"{psycopg.conninfo.conninfo_to_dict(postgres)['dbname']} failures")
    fill(server, program, FEEDS)
    with psycopg.connect(server) as connection:
        connection.execute("ALTER TABLE partner ENABLE ROW LEVEL SECURITY")
    return server


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with the results of an earlier run."""
    (tmp_path / "payouts.csv").write_bytes(EARLIER)
    return tmp_path


def left(out: Path, database: str) -> tuple[dict[str, bytes], list[str]]:
    """What is in the folder, and which schemas of runs the server has once their sessions are gone."""
    with psycopg.connect(database, autocommit=True) as connection:
        while connection.execute(f"SELECT pid {SESSIONS}").fetchall():
            pass  # on its way out
        schemas = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'incdsl%'").fetchall()
    return {path.name: path.read_bytes() for path in out.iterdir()}, [name for (name,) in schemas]


STAGES = [
    "checking Role where it lies",
    "evaluating",
    "copying Partner to the server",
    "evaluating payouts",
    "writing the results",
]


@pytest.mark.parametrize("stage", STAGES)
def test_control_c(stage: str, program: ir.Program, database: str, out: Path) -> None:
    stages: list[str] = []

    def on_stage(now: str) -> None:
        stages.append(now)
        if now == stage:
            raise KeyboardInterrupt

    day = datetime.date.fromisoformat(AS_OF)
    with pytest.raises(KeyboardInterrupt):
        driver.run(program, as_url(database), day, out, engine="postgres", server=database, on_stage=on_stage)
    assert stages[-1] == stage
    assert left(out, database) == ({"payouts.csv": EARLIER}, [])


@pytest.mark.parametrize(
    ("stage", "doing"),
    [
        ("checking Role where it lies", "checking Role"),
        ("evaluating", "setting up"),
        ("copying Partner to the server", "copying Partner"),
        ("evaluating payouts", "working out result.payouts"),
    ],
)
def test_a_lost_connection(stage: str, doing: str, program: ir.Program, database: str, out: Path) -> None:
    def on_stage(now: str) -> None:
        if now == stage:
            with psycopg.connect(database) as connection:
                assert connection.execute(f"SELECT pg_terminate_backend(pid, 10000) {SESSIONS}").fetchall() == [(True,)]

    day = datetime.date.fromisoformat(AS_OF)
    with pytest.raises(EngineFailure, match=f"PostgreSQL gave up while {doing}: terminating connection") as caught:
        driver.run(program, as_url(database), day, out, engine="postgres", server=database, on_stage=on_stage)
    assert caught.value.help == (
        "run again when the server is back; nothing was written, and the server undoes what the run made there"
    )
    assert left(out, database) == ({"payouts.csv": EARLIER}, [])


@pytest.mark.parametrize(
    ("room", "message", "help_"),
    [
        (20_000, "`requirements.csv` cannot be written: file too large", FREE),
        (1000, "there is no room for the rows: file too large", "free disk, or name a folder with room in the variable TMPDIR"),
    ],
)
def test_no_room(room: int, message: str, help_: str, database: str, out: Path) -> None:
    """No file may have more bytes: to write more fails as it does on a full disk, where results or rows on their way go."""
    command = [sys.executable, "-m", "incdsl", "run", str(CX), "--data", as_url(database), "--as-of", AS_OF]
    ran = subprocess.run(
        [*command, "--out", str(out), "--engine", "postgres", "--server", database],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == f"error: {message}\n  help: {help_}\n"
    assert left(out, database) == ({"payouts.csv": EARLIER}, [])
