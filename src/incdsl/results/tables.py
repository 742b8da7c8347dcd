"""The `result` schema of a run's connection: one table per output, filled by whichever engine ran."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from io import RawIOBase
from itertools import islice

import duckdb

from incdsl.core import ir
from incdsl.feeds.connections import cursor, drop
from incdsl.feeds.quoting import identifier, physical, text

STORAGE_ERRORS = (duckdb.IOException, duckdb.OutOfMemoryException)
"""What the database raises when the machine has no room, or a file no right, for what it does."""

MEMORY_ERRORS = (duckdb.OutOfMemoryException,)
"""What it raises when its limit of memory, or of what it may put on disk meanwhile, is not enough."""

_DAMAGE = ("failed to read file", "could not read enough bytes", "corrupt database file", "checksum", "tprotocolexception")


def is_damaged_feed(error: BaseException) -> bool:
    """Whether an error says that a file of feeds is damaged in a place that nobody read before: columns of Parquet files
    and of databases are only read when something asks for them. An error of no kind comes from a library in the database that
    takes files apart."""
    return type(error) is duckdb.Error or (
        isinstance(error, duckdb.Error) and any(what in str(error).lower() for what in _DAMAGE)
    )


_BATCH = 20_000
"""Rows handed to the database at a time: bounds the memory of the copy, not the number of rows."""

_LONGEST_ROW = 1 << 25
"""Bytes that a row may have on its way in."""


def table(output: str) -> str:
    """The table that holds the rows of an output, as SQL."""
    return f"result.{identifier(output)}"


def store_rows(connection: duckdb.DuckDBPyConnection, output: ir.Output, rows: Iterable[Sequence[ir.Value]]) -> None:
    """Put rows of Python values, as `core.types` describes them and in the order of the output's columns, into
    its table, which is made anew. Values travel as text, so that none passes through a binary number."""
    columns = ", ".join(f"{identifier(column.name)} {physical(column.type)}" for column in output.columns)
    drop(connection, table(output.name))
    connection.execute(f"CREATE TABLE {table(output.name)} ({columns})")
    values = ", ".join(f"CAST(unnest(CAST(? AS VARCHAR[])) AS {physical(column.type)})" for column in output.columns)
    for batch in _batches(rows):
        connection.execute(
            f"INSERT INTO {table(output.name)} SELECT {values}", [list(map(_text, cells)) for cells in zip(*batch, strict=True)]
        )


def store_csv(connection: duckdb.DuckDBPyConnection, output: ir.Output, pieces: Iterable[bytes]) -> None:
    """Put rows that come as pieces of CSV into the table of an output, which is made anew. There is no header, a missing
    value is blank and an empty text in quotes, rows end with a line feed. Raises what `pieces` and DuckDB raise."""
    columns = {column.name: physical(column.type) for column in output.columns}
    declared = ", ".join(f"{identifier(name)} {type_}" for name, type_ in columns.items())
    drop(connection, table(output.name))
    connection.execute(f"CREATE TABLE {table(output.name)} ({declared})")
    given = ", ".join(f"{text(f'c{place}')}: {text(type_)}" for place, type_ in enumerate(columns.values()))
    source, target = os.pipe()
    errors: list[Exception] = []

    def read() -> None:
        try:
            cursor(connection).execute(
                f"INSERT INTO {table(output.name)} SELECT * FROM read_csv('/dev/fd/{source}', auto_detect = false, "
                f"header = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, "
                f"new_line = '\\n', parallel = false, max_line_size = {_LONGEST_ROW}, columns = {{{given}}})"
            )
        except Exception as error:  # raised below, in the thread of the caller
            errors.append(error)
        finally:
            os.close(source)  # whoever is not done writing is told so by the next write

    reader = threading.Thread(target=read, name=f"rows of {output.name}")
    reader.start()
    try:
        with open(target, "wb", buffering=0) as writing, suppress(BrokenPipeError):
            for piece in pieces:
                _write(writing, piece)
    finally:
        reader.join()
    if errors:
        raise errors[0]


def _write(to: RawIOBase, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[to.write(rest) or 0 :]


def _batches(rows: Iterable[Sequence[ir.Value]]) -> Iterator[list[Sequence[ir.Value]]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


def _text(value: ir.Value) -> str | None:
    return None if value is None else str(value)
