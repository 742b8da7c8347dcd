"""Feeds of files as tables of a schema of a session of Spark's, and as Parquet files with the same rows in the order in which
those of tables are counted."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.engines.spark import Session, Workplace
from incdsl.engines.spark.rows import quoted
from incdsl.feeds import Feeds, load_feeds, quoting
from incdsl.feeds.in_place import Here, InPlace, Lying


def fill(session: Session, schema: str, program: ir.Program, folder: Path, to: Path) -> None:
    """Make a Parquet file and a table for each feed, of the rows of its CSV file that columns with types can hold, those at
    fault included."""
    session.spark.sql(f"CREATE SCHEMA {quoted(schema)}")
    to.mkdir(parents=True)
    for relation in program.relations:
        if not isinstance(relation.source, ir.Feed):
            continue
        file = to / f"{relation.source.file}.parquet"
        as_parquet(relation, folder / f"{relation.source.file}.csv", file)
        session.spark.read.parquet(f"file://{file}").write.saveAsTable(f"{quoted(schema)}.{quoted(relation.source.file)}")


def as_parquet(relation: ir.Relation, file: Path, to: Path) -> None:
    """Make a Parquet file of a CSV file."""
    types = {column.name: column.type for column in relation.stored}
    with duckdb.connect() as connection:
        read = connection.sql(f"FROM read_csv({quoting.file(file)}, all_varchar = true, header = true)")
        values = {name: _value(name, types[name]) for name in read.columns}
        cells = ", ".join(f"{value} AS {quoting.identifier(name)}" for name, value in values.items())
        held = " AND ".join(f"({value} IS NOT NULL OR {quoting.identifier(name)} IS NULL)" for name, value in values.items())
        key = [part.start if isinstance(part, ir.RangeKey) else part for part in relation.key]
        order = ", ".join(f"{quoting.identifier(name)} NULLS LAST" for name in dict.fromkeys([*key, *values]))
        rows = f"SELECT * FROM (SELECT {cells} FROM read WHERE {held}) ORDER BY {order}"
        connection.execute(f"COPY ({rows}) TO {quoting.text(str(to))} (FORMAT parquet)")


def _value(name: str, type_: ty.Type) -> str:
    text, physical = quoting.identifier(name), quoting.physical(type_)
    if isinstance(ty.known(type_), ty.Percent):
        return f"CAST(try_cast(rtrim({text}, '%') AS DECIMAL(12,4)) / CAST(100 AS DECIMAL(3,0)) AS {physical})"
    if isinstance(ty.known(type_), ty.Boolean):
        return f"CASE {text} WHEN 'yes' THEN true WHEN 'no' THEN false END"
    return f"try_cast({text} AS {physical})"


class ReadsHere(Workplace):
    """A place where no table is used where it lies."""

    def used(self, feed: Lying, program: ir.Program, here: Here) -> InPlace | None:
        return None


def used_in_place(
    program: ir.Program,
    place: Workplace,
    data: Path | str,
    *,
    refused_rows: int | None = None,
    only: Collection[str] | None = None,
) -> set[str]:
    """Load feeds here, and as for a run in Spark: the verdicts and the rows are the same; so many are refused, if it is said. The
    relations that are used where they lie."""
    reads = ReadsHere("local")
    reads._session, reads._copies = place.session, place._copies
    with load_feeds(program, data, server=reads, only=only) as here, load_feeds(program, data, server=place, only=only) as there:
        assert there.counts == here.counts
        assert refused_rows in (None, sum(count.refused for count in here.counts))
        assert there.notes == here.notes
        assert refused(there) == refused(here)
        there.bring()
        for count in here.counts:
            assert sorted(there.rows.all(count.relation), key=repr) == sorted(here.rows.all(count.relation), key=repr)
        return set(there.in_place)


def refused(feeds: Feeds) -> list[tuple[object, ...]]:
    """All that is said of refused rows."""
    return feeds.connection.execute("SELECT * FROM result.refused ORDER BY ALL").fetchall()
