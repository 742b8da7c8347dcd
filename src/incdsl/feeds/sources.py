"""Where the rows of a record come from, and how they are written there.

A source is found by the name of a file (`files.find_feeds`) or named in a mapping (`files.source_at`). What the options
leave open is found out from the content by its reader, which says so when it is not certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds.mapping import RecordMapping

Kind = Literal["csv", "json", "ndjson", "parquet", "xlsx", "sqlite", "duckdb", "postgres", "spark"]

KINDS: tuple[Kind, ...] = get_args(Kind)

CONTAINERS: tuple[Kind, ...] = ("xlsx", "sqlite", "duckdb")
"""Kinds of which one file holds several tables."""

_ENDINGS: dict[str, Kind] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".duckdb": "duckdb",
}
_PACKED = (".gz", ".zst")
_PACKABLE: tuple[Kind, ...] = ("csv", "json", "ndjson")
_SCHEMES = ("postgresql", "postgres")
_CATALOG = re.compile(r"spark:(?!//)(.*)", re.DOTALL)
_OF_A_CLUSTER = re.compile(
    r"(file|hdfs|webhdfs|viewfs|s3|s3a|s3n|gs|abfs|abfss|wasb|wasbs|adl|dbfs|oss|cosn|ofs|alluxio):/.*", re.DOTALL
)
"""Paths that a cluster of Spark's may see, by the file systems that Spark and its vendors know."""


@dataclass(frozen=True)
class Options:
    """What is said about how a source is written; None where its reader is to find out.

    `header_line` counts from 1, the lines or spreadsheet rows above it are titles. `table` is a sheet of a workbook or a
    table of a database, there with its schema if need be (`sales.purchase`). `encoding` is a name that Python knows.
    """

    delimiter: str | None = None
    quote: str | None = None
    encoding: str | None = None
    header_line: int | None = None
    table: str | None = None


UNSAID = Options()

HeaderLike = Callable[[Sequence[str]], int]
"""How much the cells of a line look like a header; nothing below `SURE_HEADER` tells it from a title or a row."""

SURE_HEADER = 100


def header_among(lines: Sequence[tuple[int, Sequence[str]]], like: HeaderLike) -> int:
    """Which of some lines, each with its number and its cells, is the header: the one that looks most like one, the first of
    equals. Where none does, the first one, unless that is a title: one cell above lines of more."""
    scores = [like(cells) for _, cells in lines]
    if max(scores) >= SURE_HEADER:
        return max(range(len(lines)), key=lambda at: (scores[at], -lines[at][0], len(lines[at][1])))
    filled = [sum(1 for cell in cells if cell) for _, cells in lines]
    first = max(at_line for (number, _), at_line in zip(lines, filled, strict=True) if number == lines[0][0])
    enough = max(2, max(filled) - 1) if first < 2 <= max(filled) else 1
    return max((at for at in range(len(lines)) if filled[at] >= enough), key=lambda at: (-lines[at][0], len(lines[at][1])))


@dataclass(frozen=True)
class Source:
    """The rows of one relation: `name` is what messages call it, `paths` the files in the order in which they are read
    (one, but for Parquet in parts; none where there is a `url`), `root` the folder in which the parts lie. What is not at `url`
    may be at `or_url`. With `checks_only` nothing but checks will look at the rows. `header_like`, where the names of its
    columns are not known, tells its header."""

    relation: ir.Relation
    name: str
    kind: Kind
    paths: tuple[Path, ...] = ()
    url: str | None = None
    or_url: str | None = None
    root: Path | None = None
    options: Options = UNSAID
    mapping: RecordMapping | None = None
    checks_only: bool = False
    header_like: HeaderLike | None = None

    @property
    def kept(self) -> tuple[str, ...]:
        """The stored columns that are kept of rows that have been read and judged one by one: those that checks against other
        rows look at, or all."""
        relation, types = self.relation, {column.name: ty.known(column.type) for column in self.relation.stored}
        keys = [name for part in relation.key for name in ((part,) if isinstance(part, str) else (part.start, part.end))]
        looked_at = {name for name, type_ in types.items() if isinstance(type_, ty.Row | ty.Date) or name in keys}
        return tuple(name for name in types if not self.checks_only or name in looked_at)

    @property
    def path(self) -> Path:
        """The file of a source that has one."""
        (path,) = self.paths
        return path

    @property
    def wanted_table(self) -> str:
        """The name that its sheet or table should have: the one that was said, or that of the record's files."""
        assert isinstance(self.relation.source, ir.Feed)
        return self.options.table or self.relation.source.file

    def table_among(self, names: Collection[str]) -> str | None:
        """Its sheet or table: of the name that it should have, exactly or but for case, or the only one when none was said."""
        wanted = [self.wanted_table] if self.options.table else [self.wanted_table, self.relation.name]
        for same in (lambda name: name in wanted), (lambda name: name.lower() in map(str.lower, wanted)):
            for name in filter(same, names):
                return name
        return next(iter(names)) if self.options.table is None and len(names) == 1 else None


def kind_of(name: str) -> Kind | None:
    """The kind of a file by the ending of its name, `.gz` and `.zst` aside; None when no reader takes it."""
    split = _split(name)
    return None if split is None else _ENDINGS[split[1]]


def stem(name: str) -> str:
    """The name of a file without the endings that say its kind."""
    split = _split(name)
    return name if split is None else split[0]


def is_url(place: str) -> bool:
    """Whether a place is an address of tables, or of files that a cluster sees, and not a path of this machine."""
    return kind_of_url(place) is not None


def kind_of_url(place: str) -> Kind | None:
    """The kind of what is at an address: `postgres` for that of a database server, `spark` for `spark:`, before tables of the
    catalog of a session, and for Parquet files that a cluster sees, as in `s3a://bucket/feeds`. None for a path."""
    if urlsplit(place).scheme in _SCHEMES and "://" in place:
        return "postgres"
    return "spark" if _CATALOG.fullmatch(place) or _OF_A_CLUSTER.fullmatch(place) else None


def in_catalog(url: str) -> str | None:
    """What `spark:` stands before: a schema, its catalog before it, or nothing. None for another address."""
    found = _CATALOG.fullmatch(url)
    return found[1] if found else None


def has_tables(url: str) -> bool:
    """Whether an address is one of tables, and not of files."""
    return kind_of_url(url) == "postgres" or in_catalog(url) is not None


def without_password(url: str) -> str:
    """The address of a database as it may be shown: its host, port and database alone; another without its password."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme not in _SCHEMES and ":" not in parts.netloc.removesuffix(host):
        return url
    return f"{parts.scheme}://{host}{parts.path}"


def _split(name: str) -> tuple[str, str] | None:
    lower = name.lower()
    packed = next((ending for ending in _PACKED if lower.endswith(ending)), "")
    bare = lower.removesuffix(packed)
    for ending, kind in _ENDINGS.items():
        if bare.endswith(ending) and bare != ending and (not packed or kind in _PACKABLE):
            return name[: len(bare) - len(ending)], ending
    return None
