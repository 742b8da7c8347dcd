"""Writing made-up feeds to files."""

from __future__ import annotations

from collections.abc import Callable
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
    the folder cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    plan = plan_sample(program, rows, seed)
    written = []
    with connect({"memory_limit": "2GB"}) as connection:
        for relation in program.relations:
            if isinstance(relation.source, ir.Feed):
                path = directory / f"{relation.source.file}.{format}"
                feed = SampleFeed(relation.name, path, _write(connection, plan, relation, path, format, dirty))
                written.append(feed)
                on_feed(feed)
    return tuple(written)


def _write(
    connection: duckdb.DuckDBPyConnection,
    plan: Plan,
    relation: ir.Relation,
    path: Path,
    format: Format,
    dirty: Decimal | None,
) -> int:
    keys = plan_keys(plan, relation)
    values = plan_values(plan, relation, keys.columns)
    as_text = format == "csv"
    names = [quoting.identifier(column.name) for column in relation.stored]
    columns = [
        f"{_text(column.type, values[column.name]) if as_text else values[column.name]} AS {name}"
        for column, name in zip(relation.stored, names, strict=True)
    ]
    numbers = f"SELECT range AS i, range // {keys.per} AS p, range % {keys.per} AS k FROM range({keys.rows})"
    rows = f"SELECT {', '.join(columns)} FROM ({numbers})"
    if dirty:
        kinds = kinds_of_dirt(plan, relation, as_text)
        clean = f'SELECT i, {dirty_kind(plan, relation, dirty, len(kinds))} AS "#dirt", {", ".join(columns)} FROM ({numbers})'
        soiled = []
        for column, name in zip(relation.stored, names, strict=True):
            faults = [f"WHEN {at} THEN {dirt.value}" for at, dirt in enumerate(kinds) if dirt.column == column.name]
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
