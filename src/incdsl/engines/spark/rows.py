"""Rows on their way to Spark and back: as Parquet files where Spark sees this machine's disk, else as Arrow tables over the
connection. Decimals are decimals all the way."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from incdsl.backends.sql import FEED, RESULT
from incdsl.backends.sql.compiler import DIALECTS
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.engines.spark.session import Session
from incdsl.feeds import ParquetFeed, quoting

_HOW = "(FORMAT parquet, COMPRESSION zstd)"

ID = "`#id`"
"""The column by which the rows of a copy are told apart, as SQL."""

NUMBERED = f"monotonically_increasing_id() AS {ID}"

_AT_ONCE = 1_000_000
"""Rows that are in memory here at a time."""

_HERE = "from spark"

Columns = Sequence[tuple[str, str, ty.Type]]
"""For each column what it is called where it lies, what it is called in the program, and its type."""


def give(
    session: Session,
    connection: duckdb.DuckDBPyConnection,
    relation: ir.Relation,
    used: Sequence[str],
    file: ParquetFeed | None,
) -> None:
    """Make the view `feed.R` of the rows of a feed, with the columns that are used: of the files themselves where they have
    these rows and no others, and Spark can read them, else of a copy."""
    stored = [(column.name, column.type) for column in relation.stored if column.name in used]
    if file is not None and session.folder is not None and all(_plain(path) for path in file.paths):
        lies_as = {column.name: name for column, name in zip(relation.stored, file.columns, strict=True)}
        columns = [(lies_as[name], name, type_) for name, type_ in stored]
        return _view(relation.name, _read(session, file.paths, columns), columns)
    columns = [(f"c{at}", name, type_) for at, (name, type_) in enumerate(stored)]
    return _view(relation.name, hand(session, connection, relation, columns), columns)


def hand(session: Session, connection: duckdb.DuckDBPyConnection, relation: ir.Relation, columns: Columns) -> Any:
    """Hand the rows of a feed that was read here to Spark, with the columns where they lie."""
    cells = ", ".join(f"{quoting.identifier(name)} AS {place}" for place, name, _ in columns)
    query = f"SELECT {cells} FROM {FEED}.{quoting.identifier(relation.name)}"
    if session.folder is None:
        return session.spark.createDataFrame(connection.sql(query).to_arrow_table())
    copy = _new(session.folder)
    connection.execute(f"COPY ({query}) TO {quoting.text(str(copy))} {_HOW}")
    return _read(session, [copy], columns)


@dataclass(frozen=True)
class Copy:
    """Rows that lie in Spark, worked out: `frame` has them, told apart by the numbers in its column `#id`; `folder` is where they
    are, if Spark sees this machine's disk."""

    frame: Any
    folder: Path | None


def copied(session: Session, found: Any) -> Copy:
    """Work rows out, once."""
    if session.copies is None:
        return Copy(found.localCheckpoint(), None)
    place = _new(session.copies)
    found.write.parquet(_address(place))
    return Copy(session.spark.read.schema(found.schema).parquet(_address(place)), place)


def pieces(session: Session, connection: duckdb.DuckDBPyConnection, found: Any) -> Iterator[str]:
    """Rows that lie in Spark, or a copy of them, as SELECTs for DuckDB, each there until the next one is asked for."""
    if session.copies is not None:
        copy = found if isinstance(found, Copy) else copied(session, found)
        assert copy.folder is not None
        yield f"SELECT * FROM read_parquet({quoting.text(str(copy.folder / '*.parquet'))})"
        if copy is not found:
            shutil.rmtree(copy.folder)
        return
    frame = found.frame if isinstance(found, Copy) else found
    for first, last in _ranges(frame):
        connection.register(_HERE, frame.where(f"{ID} BETWEEN {first} AND {last}").toArrow())
        yield f'SELECT * FROM "{_HERE}"'
        connection.unregister(_HERE)


def _ranges(frame: Any) -> list[tuple[int, int]]:
    """Ranges of numbers in which all rows are; not too many in one, as a range is in memory when it is fetched."""
    counted = frame.selectExpr(f"{ID} DIV {_AT_ONCE} AS part").groupBy("part").count().collect()
    ranges: list[tuple[int, int]] = []
    room = 0
    for part, count in sorted(map(tuple, counted)):
        last = (part + 1) * _AT_ONCE - 1
        if ranges and count <= room:
            ranges[-1] = (ranges[-1][0], last)
        else:
            ranges.append((part * _AT_ONCE, last))
            room = _AT_ONCE
        room -= count
    return ranges or [(0, 0)]


def keep(session: Session, made: Any) -> Any:
    """The rows of a query that several others read, worked out now. What they were made of is forgotten: Spark would go
    through all of it again for each query that reads them."""
    if session.folder is None:
        return made.localCheckpoint()
    names = made.columns
    frame = made.toDF(*(f"c{at}" for at in range(len(names))))
    place = _address(_new(session.folder))
    frame.write.parquet(place)
    return session.spark.read.schema(frame.schema).parquet(place).toDF(*names)


def take(session: Session, connection: duckdb.DuckDBPyConnection, output: ir.Output, made: Any) -> None:
    """Make the table `result."NAME"` of the rows of a query."""
    places = [f"c{at}" for at in range(len(output.columns))]
    frame = made.toDF(*places)
    cells = ", ".join(
        f"CAST({place} AS {quoting.physical(column.type)}) AS {quoting.identifier(column.name)}"
        for place, column in zip(places, output.columns, strict=True)
    )
    make = f"CREATE OR REPLACE TABLE {RESULT}.{quoting.identifier(output.name)} AS SELECT {cells} FROM"
    if session.folder is None:
        connection.register(_HERE, frame.toArrow())
        connection.execute(f'{make} "{_HERE}"')
        connection.unregister(_HERE)
        return
    folder = _new(session.folder)
    frame.write.parquet(_address(folder))
    connection.execute(f"{make} read_parquet({quoting.text(str(folder / '*.parquet'))})")


def clear(session: Session) -> None:
    """Remove what one evaluation has put into the folder of the session."""
    if session.folder is not None:
        shutil.rmtree(session.folder, ignore_errors=True)


def quoted(name: str) -> str:
    """A name as Spark writes it."""
    return f"`{name.replace('`', '``')}`"


def _read(session: Session, paths: Sequence[Path], columns: Columns) -> Any:
    """The columns of Parquet files. Their types are given, so that Spark need not look into a file first."""
    dialect = DIALECTS["spark"]
    declared = ", ".join(f"{quoted(place)} {dialect.physical(type_).sql('spark')}" for place, _, type_ in columns)
    return session.spark.read.schema(declared).parquet(*map(_address, paths))


def _view(relation: str, found: Any, columns: Columns) -> None:
    chosen = [f"{quoted(place)} AS {quoted(name)}" for place, name, _ in columns]
    found.selectExpr(*chosen).createOrReplaceTempView(quoted(f"{FEED}.{relation}"))


def _new(folder: Path) -> Path:
    """A place in the folder that nothing has yet."""
    folder.mkdir(exist_ok=True)
    return folder / f"{secrets.token_hex(8)}.parquet"


def _address(path: Path) -> str:
    """A path of this machine, whatever file system the cluster reads by default."""
    return f"file://{path.resolve()}"


def _plain(path: Path) -> bool:
    """Whether Spark takes a path for a path, and not for a pattern or a hidden file."""
    return not set(str(path.resolve())) & set("*?[]{}\\") and not path.name.startswith((".", "_"))
