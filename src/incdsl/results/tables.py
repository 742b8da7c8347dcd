"""The `result` schema of a run's connection: one table per output, filled by whichever engine ran."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import duckdb

from incdsl.core import ir
from incdsl.feeds.quoting import identifier, physical

STORAGE_ERRORS = (duckdb.IOException, duckdb.OutOfMemoryException)
"""What the database raises when the machine has no room, or a file no right, for what it does."""

_BATCH = 20_000
"""Rows handed to the database at a time: bounds the memory of the copy, not the number of rows."""


def table(output: str) -> str:
    """The table that holds the rows of an output, as SQL."""
    return f"result.{identifier(output)}"


def store_rows(connection: duckdb.DuckDBPyConnection, output: ir.Output, rows: Iterable[Sequence[ir.Value]]) -> None:
    """Put rows of Python values, as `core.types` describes them and in the order of the output's columns, into
    its table, which is made anew. Values travel as text, so that none passes through a binary number."""
    columns = ", ".join(f"{identifier(column.name)} {physical(column.type)}" for column in output.columns)
    connection.execute(f"CREATE OR REPLACE TABLE {table(output.name)} ({columns})")
    values = ", ".join(f"CAST(unnest(CAST(? AS VARCHAR[])) AS {physical(column.type)})" for column in output.columns)
    for batch in _batches(rows):
        connection.execute(
            f"INSERT INTO {table(output.name)} SELECT {values}", [list(map(_text, cells)) for cells in zip(*batch, strict=True)]
        )


def _batches(rows: Iterable[Sequence[ir.Value]]) -> Iterator[list[Sequence[ir.Value]]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


def _text(value: ir.Value) -> str | None:
    return None if value is None else str(value)
