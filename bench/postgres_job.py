"""Runs hand-written SQL on PostgreSQL: `python -m bench.postgres_job VALUES.json SERVER FILE.sql...`

The Parquet feeds are copied to the server first, the columns of VALUES.json that the job uses; everything is one
transaction that is rolled back. A SELECT in a file called `checks.sql` that finds a row ends the run; a file with one
COPY ... TO STDOUT writes the result file of its name.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import duckdb
import psycopg

SETTINGS = (
    "SET LOCAL jit = off",
    "SET LOCAL work_mem = '256MB'",
    "CREATE SCHEMA handwritten",
    "SET LOCAL search_path = handwritten",
)


def main(values_file: str, server: str, *files: str) -> None:
    """Load the feeds, run the files in order, write what they copy out."""
    values = json.loads(Path(values_file).read_text())
    with psycopg.connect(server) as connection:
        for statement in SETTINGS:
            connection.execute(statement.encode())
        for feed, columns in values["feeds"].items():
            load(connection, Path(values["data"]) / f"{feed}.parquet", feed, columns)
        for file in files:
            text = Path(file).read_text()
            for name in ("as_of", "version"):
                text = text.replace("{" + name + "}", values[name])
            execute(connection, Path(file), text, Path(values["out"]))
        connection.rollback()


def load(connection: psycopg.Connection, file: Path, name: str, columns: list[str]) -> None:
    """Copy columns of a Parquet file into a new table."""
    from_file = duckdb.connect()
    read = f"SELECT {', '.join(columns)} FROM read_parquet('{file}')"
    types = {column: kind for column, kind, *_ in from_file.execute(f"DESCRIBE {read}").fetchall()}
    here = {column: 'TEXT COLLATE "C"' if kind == "VARCHAR" else kind for column, kind in types.items()}
    declared = ", ".join(f"{column} {kind}" for column, kind in here.items())
    connection.execute(f"CREATE UNLOGGED TABLE {name} ({declared})".encode())
    source, target = os.pipe()

    def write() -> None:
        try:
            from_file.execute(f"COPY ({read}) TO '/dev/fd/{target}' (FORMAT csv, HEADER false, USE_TMP_FILE false)")
        finally:
            os.close(target)

    writer = threading.Thread(target=write)
    writer.start()
    with connection.cursor().copy(f"COPY {name} FROM STDIN (FORMAT csv, FREEZE)".encode()) as copy:
        while piece := os.read(source, 1 << 20):
            copy.write(piece)
    os.close(source)
    writer.join()
    connection.execute(f"ANALYZE {name}".encode())


def execute(connection: psycopg.Connection, file: Path, text: str, out: Path) -> None:
    """Run the statements of a file."""
    if text.startswith("COPY "):
        with connection.cursor().copy(text.encode()) as copy, (out / f"{file.stem}.csv").open("wb") as written:
            for piece in copy:
                written.write(piece)
        return
    cursor: psycopg.Cursor[Any] = connection.execute(text.encode())
    while file.name == "checks.sql":
        found = cursor.fetchone()
        if found is not None:
            raise SystemExit(f"a row that must not be used: {found}")
        if not cursor.nextset():
            break


if __name__ == "__main__":
    main(*sys.argv[1:])
