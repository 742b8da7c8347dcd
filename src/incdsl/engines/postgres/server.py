"""The connection to a PostgreSQL server, and what becomes of whatever goes wrong with it.

All of a run is one transaction that is never committed: whatever it makes is seen by nobody else, and is gone when it
ends, however it ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from incdsl.engines.errors import DoesNotFit, EngineFailure

_OLDEST = 13

_SETTINGS = {
    "client_encoding": "UTF8",
    "client_min_messages": "error",
    "datestyle": "ISO, YMD",
    "search_path": "pg_catalog",
    "standard_conforming_strings": "on",
    "jit": "off",  # compiling costs more than it saves on sums of numeric
    "work_mem": "256MB",  # for the hash tables and sorts of one big query at a time
    "maintenance_work_mem": "256MB",
    "constraint_exclusion": "partition",
    "idle_in_transaction_session_timeout": "0",  # while feeds are read here, the server waits
}
"""Settings of one run, on top of those of the server."""

_DO_NOT_FIT = {"22003", "22008"}
"""Codes of a number out of its range and of a date out of the calendar."""

_NO_SUCH_TEXT = {"22021", "22P05"}

_REFUSED = {
    "08": "run again when the server is back",
    "25P": "raise the limit on the server, or run again when it is less busy",
    "28": "check the user and the password",
    "42501": "ask for the right to make schemas in this database: GRANT CREATE ON DATABASE ... TO ...",
    "53100": "free disk on the server",
    "53": "run again when the server is less busy, or give it more memory or connections",
    "54": "run with --engine duckdb, which has room for it",
    "55": "run again",
    "57014": "raise statement_timeout for this user, and run again",
    "57": "run again when the server is back",
    "58": "the log of the server says more",
}
"""What to do, by the start of the code, the longest that is listed here."""

_UNDONE = "nothing was written, and the server undoes what the run made there"


def check(server: str) -> None:
    """Raise EngineFailure when the server cannot be reached, or cannot do what a run asks of it."""
    with connected(server):
        pass


@contextmanager
def connected(server: str, *, of_one_moment: bool = False) -> Iterator[psycopg.Connection]:
    """A connection inside a transaction, which is rolled back at the end; one that is `of_one_moment` sees of others only what
    was there when it began. `server` is a URL or a connection string of libpq; the rest comes from its environment variables
    and its password file. Raises EngineFailure."""
    connection = _connect(server)
    try:
        if of_one_moment:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with failures("setting up"):
            _set_up(connection)
        yield connection
        with failures("ending"):
            connection.rollback()
    finally:
        connection.close()


@contextmanager
def failures(doing: str) -> Iterator[None]:
    """Turn what the server refuses into `DoesNotFit` or `EngineFailure`; `doing` completes "while ...". Everything else is
    a bug of ours and passes through."""
    try:
        yield
    except psycopg.Error as error:
        code = error.sqlstate or ""
        said = _line(error)
        if code in _DO_NOT_FIT:
            raise DoesNotFit(f"{doing}: {said}") from error
        if code in _NO_SUCH_TEXT:
            message = f"PostgreSQL cannot hold a text that it was given while {doing}: {said}"
            raise EngineFailure(message, "take the character out of the feed, or run with --engine duckdb") from error
        if not code and isinstance(error, psycopg.OperationalError):
            message = f"the connection to PostgreSQL was lost while {doing}: {said}"
            raise EngineFailure(message, f"run again when the server is back; {_UNDONE}") from error
        advice = next((_REFUSED[code[:length]] for length in (5, 3, 2) if code[:length] in _REFUSED), None)
        if advice is None:
            raise
        raise EngineFailure(f"PostgreSQL gave up while {doing}: {said}", f"{advice}; {_UNDONE}") from error


def _connect(server: str) -> psycopg.Connection:
    try:
        parts = conninfo_to_dict(server)
        parts.setdefault("connect_timeout", "10")
        parts.setdefault("application_name", "incdsl")
        return psycopg.connect(make_conninfo("", **parts))
    except psycopg.ProgrammingError as error:
        raise EngineFailure(
            f"the address of the server cannot be read: {_line(error)}",
            "write it as postgresql://user@host:5432/database",
        ) from error
    except psycopg.OperationalError as error:
        said = _line(error)
        if "password" in said or 'role "' in said:
            help_ = "check the user and the password; put them into INCDSL_POSTGRES or a password file (~/.pgpass)"
        elif "does not exist" in said and "database" in said:
            help_ = "name a database that is there: postgresql://user@host:5432/database"
        else:
            help_ = "check the host and port in --server or INCDSL_POSTGRES, and that the server is running"
        raise EngineFailure(f"PostgreSQL cannot be reached: {said}", help_) from error


def _set_up(connection: psycopg.Connection) -> None:
    if connection.info.server_version < _OLDEST * 10000:
        raise EngineFailure(
            f"the server is PostgreSQL {connection.info.server_version // 10000}, which is too old", f"use {_OLDEST} or newer"
        )
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise EngineFailure(
            f"the database has the encoding {encoding}, which cannot hold every text",
            "make one with UTF-8: CREATE DATABASE incdsl ENCODING 'UTF8' TEMPLATE template0",
        )
    setting = sql.SQL(", ").join([sql.SQL("set_config(%s, %s, true)")] * len(_SETTINGS))
    connection.execute(sql.SQL("SELECT {}").format(setting), [part for pair in _SETTINGS.items() for part in pair])


def _line(error: psycopg.Error) -> str:
    """What the server or the library says, as one line."""
    said = error.diag.message_primary or str(error)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    first = lines[0] if lines else type(error).__name__
    return first.removeprefix("connection failed: ")
