"""Validated rows on their way to another database, as a stream of CSV."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import quoting
from incdsl.feeds.connections import cursor

_PIECE = 1 << 20


def csv_rows(connection: duckdb.DuckDBPyConnection, relation: ir.Relation, columns: Sequence[str]) -> Iterator[bytes]:
    """The rows of `feed."R"`, these columns of it, as pieces of CSV without a header: a missing value is blank, every
    other text in quotes, decimals with all their decimals, days as 2015-07-25. Raises what DuckDB raises."""
    types = {column.name: ty.known(ty.stored(column.type)) for column in relation.stored}
    texts = [name for name in columns if not (ty.is_decimal(types[name]) or types[name] in (ty.DATE, ty.BOOLEAN))]
    query = f"SELECT {', '.join(map(quoting.identifier, columns))} FROM feed.{quoting.identifier(relation.name)}"
    options = "FORMAT csv, HEADER false, USE_TMP_FILE false"
    if texts:
        options += f", FORCE_QUOTE ({', '.join(map(quoting.identifier, texts))})"
    source, target = os.pipe()
    errors: list[Exception] = []

    def write() -> None:
        try:
            cursor(connection).execute(f"COPY ({query}) TO '/dev/fd/{target}' ({options})")
        except Exception as error:  # raised below, in the thread of the caller
            errors.append(error)
        finally:
            os.close(target)

    writer = threading.Thread(target=write, name=f"rows of {relation.name}")
    writer.start()
    try:
        while piece := os.read(source, _PIECE):
            yield piece
    except BaseException:
        errors.clear()
        raise
    finally:
        os.close(source)  # a writer that is not done yet is told so by its next write
        writer.join()
    if errors:
        raise errors[0]
