"""Writing made-up feeds to files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import quoting
from incdsl.feeds.connections import connect
from incdsl.feeds.sample.dirt import dirty_kind, kinds_of_dirt
from incdsl.feeds.sample.keys import plan_keys
from incdsl.feeds.sample.meeting import meeting
from incdsl.feeds.sample.plan import Plan, plan_sample
from incdsl.feeds.sample.values import plan_values

Format = Literal["csv", "parquet"]


@dataclass(frozen=True)
class SampleFeed:
    """A feed that was written: of which relation, where, and how many rows."""

    relation: str
    path: Path
    rows: int


def write_sample(
    program: ir.Program,
    directory: Path,
    rows: int,
    seed: int,
    format: Format = "csv",
    *,
    dirty: Decimal | None = None,
    on_feed: Callable[[SampleFeed], None] = lambda feed: None,
) -> tuple[SampleFeed, ...]:
    """Write a feed for every record of a program: `rows` rows for the largest, the others in proportion.

    The same program, rows, seed, format and dirt give the same bytes. `dirty` is the fraction of the rows of each
    feed that is given a fault, 0.01 for one in a hundred. `on_feed` is called after each file. Raises OSError when
    the folder cannot be written, and CannotMakeUp when no values are found that meet the conditions of a record.
    """
    directory.mkdir(parents=True, exist_ok=True)
    plan = plan_sample(program, rows, seed)
    written = []
    with connect({"memory_limit": "2GB"}) as connection:
        for relation, path in sample_files(program, directory, format):
            feed = SampleFeed(relation.name, path, _write(connection, plan, relation, path, format, dirty))
            written.append(feed)
            on_feed(feed)
    return tuple(written)


def sample_files(program: ir.Program, directory: Path, format: Format) -> Iterator[tuple[ir.Relation, Path]]:
    """The relations of which feeds are made up, and the file of each."""
    for relation in program.relations:
        if isinstance(relation.source, ir.Feed):
            yield relation, directory / f"{relation.source.file}.{format}"


def _write(
    connection: duckdb.DuckDBPyConnection,
    plan: Plan,
    relation: ir.Relation,
    path: Path,
    format: Format,
    dirty: Decimal | None,
) -> int:
    keys = plan_keys(plan, relation)
    names = [quoting.identifier(column.name) for column in relation.stored]
    number, source = "i", f"SELECT range AS i, range // {keys.per} AS p, range % {keys.per} AS k FROM range({keys.rows})"
    values = plan_values(plan, relation, keys.columns)
    made = [values[column.name] for column in relation.stored]
    if relation.conditions:

        def drawn(draw: int, numbers: str) -> str:
            again = plan_values(plan.drawn_again(draw), relation, keys.columns)
            columns = [f"{again[column.name]} AS {name}" for column, name in zip(relation.stored, names, strict=True)]
            return f'SELECT i AS "#i", p AS "#p", k AS "#k", {", ".join(columns)} FROM ({numbers})'

        number, source, made = '"#i"', meeting(connection, relation, source, drawn), names
    as_text = format == "csv"
    columns = [
        f"{_text(column.type, value) if as_text else value} AS {name}"
        for column, value, name in zip(relation.stored, made, names, strict=True)
    ]
    rows = f"SELECT {', '.join(columns)} FROM ({source})"
    if dirty:
        kinds = kinds_of_dirt(plan, relation, as_text)
        dirt = dirty_kind(plan, relation, dirty, len(kinds), number)
        clean = f'SELECT {number} AS i, {dirt} AS "#dirt", {", ".join(columns)} FROM ({source})'
        soiled = []
        for column, name in zip(relation.stored, names, strict=True):
            faults = [f"WHEN {at} THEN {kind.value}" for at, kind in enumerate(kinds) if kind.column == column.name]
            soiled.append(f'CASE "#dirt" {" ".join(faults)} ELSE {name} END AS {name}' if faults else name)
        rows = f"SELECT {', '.join(soiled)} FROM ({clean})"
    options = "FORMAT csv, HEADER" if as_text else "FORMAT parquet"
    try:
        connection.execute(f"COPY ({rows}) TO {quoting.text(str(path))} ({options})")
    except duckdb.IOException as error:
        raise OSError(str(error).splitlines()[0]) from error
    return keys.rows


def _text(type_: ty.Type, value: str) -> str:
    """A typed SQL value as it is written in a CSV feed."""
    match ty.known(type_):
        case ty.Boolean():
            return f"CASE WHEN {value} THEN 'yes' WHEN NOT {value} THEN 'no' END"
        case ty.Percent(digits, scale):
            places = max(scale - 2, 0)
            percent = f"CAST(CAST({value} AS DECIMAL({digits},{scale})) * 100 AS DECIMAL({min(digits + 2, 38)},{places}))"
            return f"concat(rtrim(rtrim(CAST({percent} AS VARCHAR), '0'), '.'), '%')" if places else f"concat({percent}, '%')"
        case _:
            return f"CAST({value} AS VARCHAR)"
