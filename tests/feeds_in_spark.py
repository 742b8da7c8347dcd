"""Feeds of files as tables of a schema of a session of Spark's, and as Parquet files with the same rows in the same order."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from incdsl.core import ir
from incdsl.engines.spark import Session
from incdsl.engines.spark.rows import quoted
from incdsl.feeds import load_feeds, quoting


def fill(
    session: Session, schema: str, program: ir.Program, folder: Path, to: Path, *, only: Collection[str] | None = None
) -> None:
    """Make a Parquet file and a table for each feed, or for those of some relations, of the rows of a folder that can be used."""
    session.spark.sql(f"DROP SCHEMA IF EXISTS {quoted(schema)} CASCADE")
    session.spark.sql(f"CREATE SCHEMA {quoted(schema)}")
    to.mkdir(parents=True)
    with load_feeds(program, folder) as feeds:
        for relation in program.relations:
            if not isinstance(relation.source, ir.Feed) or (only is not None and relation.name not in only):
                continue
            key = [part.start if isinstance(part, ir.RangeKey) else part for part in relation.key]
            order = ", ".join(map(quoting.identifier, key)) or "ALL"
            file = to / f"{relation.source.file}.parquet"
            rows = f"SELECT * FROM feed.{quoting.identifier(relation.name)} ORDER BY {order}"
            feeds.connection.execute(f"COPY ({rows}) TO {quoting.text(str(file))} (FORMAT parquet)")
            session.spark.read.parquet(f"file://{file}").write.saveAsTable(f"{quoted(schema)}.{quoted(relation.source.file)}")
