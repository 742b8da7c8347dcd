"""The tables that a folder of files holds, as people have them: columns, and what is in them, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import staging
from incdsl.feeds.errors import FeedError
from incdsl.feeds.files import source_in
from incdsl.feeds.mapping import FieldMapping, Place, RecordMapping
from incdsl.feeds.readers.opening import header_line, open_source, stage, tables_in
from incdsl.feeds.readers.plain_text import guessed_encoding
from incdsl.feeds.sources import CONTAINERS, HeaderLike, Options, Source, kind_of, stem
from incdsl.feeds.staging import Staged

if TYPE_CHECKING:
    from incdsl.feeds.readers.opening import Opened

SAMPLE = 200
"""Values of a column that are looked at to tell what it may be; how it is written is told by all of them."""

_NOTHING = ir.StoredColumn("#nothing", ty.Optional(ty.TEXT))


@dataclass(frozen=True)
class Column:
    """A column of a table: its position and name; how many rows it has and how many have a value, how many values differ,
    and some of them, in their order. `typed` when its source has types, and this one is not text."""

    position: int
    name: str
    rows: int
    filled: int
    distinct: int
    sample: tuple[str, ...]
    typed: bool = False

    @property
    def raw(self) -> str:
        """The SQL name of the column among those of its table."""
        return staging.raw_name(self.position)


@dataclass(frozen=True)
class Table:
    """A table: its file, and its name there if the file holds several; the words that may say what is in it; how it turned out
    to be written; the SQL name of its texts; its columns; and the line, or row of a sheet, of its header, where that is not
    the first one."""

    file: str
    inner: str | None
    title: str
    encoding: str | None
    view: str
    rows: int
    columns: tuple[Column, ...]
    header_line: int | None = None

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self.file if self.inner is None else f"{self.file} ({self.inner})"


def tables_of(directory: Path) -> tuple[tuple[str, str | None], ...]:
    """The tables in the files of a folder: the name of the file and, in one that holds several, its own. Raises OSError."""
    found: list[tuple[str, str | None]] = []
    for name in sorted(entry.name for entry in directory.iterdir() if entry.is_file() and entry.name[0] not in ".~"):
        kind = kind_of(name)
        if kind is not None:
            inner = tables_in(directory / name, kind) if kind in CONTAINERS else ()
            found += [(name, table) for table in inner] if len(inner) > 1 else [(name, None)]
    return tuple(found)


def read_table(
    connection: duckdb.DuckDBPyConnection,
    directory: Path,
    file: str,
    inner: str | None,
    scratch: Path,
    number: int,
    header: HeaderLike | int,
) -> Table | tuple[FeedError, ...]:
    """Read a whole table as text, whatever kind of file it is in; `number` is one that no other table has, `header` tells the
    header of one that may stand below titles, or says its line."""
    name = f"#{number}"
    line = header if isinstance(header, int) else None
    source = source_in(_relation(name, [_NOTHING]), directory, file, options=Options(table=inner, header_line=line))
    if not isinstance(source, Source):
        return (source,)
    if not isinstance(header, int):
        source = replace(source, header_like=header)
    opened = _opened(connection, source, {_NOTHING.name: FieldMapping(_NOTHING.name, constant="")}, scratch)
    if isinstance(opened, tuple):
        return opened
    staged = _staged(connection, opened, scratch)
    if not isinstance(staged, Staged):
        return staged
    names = list(staged.header.names or staged.header.extra)
    if not staged.header.names and names:
        # The names of JSON are known only once it has been read; now that they are, they are columns.
        columns = [ir.StoredColumn(f"c{at}", ty.Optional(ty.TEXT)) for at in range(len(names))]
        fields = {column.name: FieldMapping(column.name, column=found) for column, found in zip(columns, names, strict=True)}
        opened_again = _opened(connection, replace(source, relation=_relation(name, columns)), fields, scratch)
        again = opened_again if isinstance(opened_again, tuple) else _staged(connection, opened_again, scratch)
        if not isinstance(again, Staged):
            return again
        staged = again
    view = staging.work(name, "texts")
    raws = [staging.raw_name(at) for at in range(len(names))]
    texts = ", ".join(f"CAST({raw} AS VARCHAR) AS {raw}" for raw in raws)
    connection.execute(f"CREATE OR REPLACE TABLE {view} AS SELECT {texts or '1'} FROM ({staged.raw})")
    types = {found: type_ for found, type_, *_ in connection.execute(f"DESCRIBE {staged.raw}").fetchall()}
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {view}").fetchall()
    found = tuple(_column(connection, view, at, names[at], rows, types[f"#{at}"] != "VARCHAR") for at in range(len(names)))
    title = stem(file) if inner is None else inner
    encoding = next(filter(None, map(guessed_encoding, staged.notes)), None)
    columns_found = tuple(column for column in found if column.name)
    at = header_line(opened)
    return Table(file, inner, title, encoding, view, rows, columns_found, None if at == 1 else at)


def _column(connection: duckdb.DuckDBPyConnection, view: str, position: int, name: str, rows: int, typed: bool) -> Column:
    raw = staging.raw_name(position)
    text = f"nullif(trim({raw}, ' '), '')"
    values = 'staged."#values"'
    counted = f"SELECT {text} AS value, count(*) AS rows FROM {view} GROUP BY ALL HAVING value IS NOT NULL"
    connection.execute(f"CREATE OR REPLACE TABLE {values} AS {counted}")
    ((filled, distinct),) = connection.execute(f"SELECT coalesce(sum(rows), 0)::BIGINT, count(*) FROM {values}").fetchall()
    sample = connection.execute(f"SELECT value FROM {values} ORDER BY hash(value), value LIMIT {SAMPLE}").fetchall()
    return Column(position, name, rows, filled, distinct, tuple(sorted(value for (value,) in sample)), typed)


def _relation(name: str, columns: Sequence[ir.StoredColumn]) -> ir.Relation:
    return ir.Relation(name, ir.Feed(name), (), tuple(columns))


def _opened(
    connection: duckdb.DuckDBPyConnection, source: Source, fields: dict[str, FieldMapping], scratch: Path
) -> Opened | tuple[FeedError, ...]:
    mapping = RecordMapping("", source.relation.name, Place(1), fields)
    return open_source(connection, replace(source, mapping=mapping), scratch)


def _staged(connection: duckdb.DuckDBPyConnection, opened: Opened, scratch: Path) -> Staged | tuple[FeedError, ...]:
    try:
        return stage(connection, opened, scratch)
    except staging.Disagreement:
        return stage(connection, opened, scratch, careful=True)
