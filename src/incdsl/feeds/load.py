"""From a folder of files to validated rows."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import keys, quoting, refused, staging
from incdsl.feeds.connections import connect, drop
from incdsl.feeds.errors import FeedError, FeedErrors, UnreadableFeed
from incdsl.feeds.files import find_feeds
from incdsl.feeds.in_place import Brought, Here, InPlace, Lying, Server, blanks, lies_here
from incdsl.feeds.mapping import FeedMapping
from incdsl.feeds.mapping.sources import find_mapping, named_sources, with_mapping
from incdsl.feeds.patterns import with_pattern
from incdsl.feeds.readers.opening import open_source, stage
from incdsl.feeds.readers.parquet_files import OpenParquet, ParquetFeed, as_it_lies
from incdsl.feeds.references import Reference, reference
from incdsl.feeds.refused import Suspects
from incdsl.feeds.rows import StoredRows
from incdsl.feeds.sources import Source, is_url
from incdsl.feeds.spared import Destination, in_the_way
from incdsl.feeds.staging import Disagreement, Staged, TooManyBroken

if TYPE_CHECKING:
    from incdsl.feeds.readers.opening import Opened

DEFAULT_MEMORY = "4GB"
"""What DuckDB may hold in memory before it writes to disk, unless the caller says otherwise."""

_OURS = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.InternalException)
"""What DuckDB raises for a statement that is wrong, and for its own mistakes: with a file of text, that is a bug of ours. A
damaged file of a binary kind may provoke the latter, too."""


@dataclass(frozen=True)
class FeedCount:
    """What became of the rows of one file: `read` is `used` + `refused`. A `unit` is what the numbers of its rows count; `parts`
    are the files that its refused rows are in, when it has any: itself, unless it is in parts."""

    relation: str
    file: str
    read: int
    used: int
    refused: int
    unit: str = "line"
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class FeedNote:
    """Something about a file that is worth saying and does no harm."""

    file: str
    message: str


@dataclass(frozen=True)
class RefusedGroup:
    """Faults of one kind in one field of one file, wrong in one way (`pattern`, blank where the code says it all): on how
    many of the lines read, and the message of the first of them, its line and the file that it is in."""

    file: str
    field: str | None
    code: str
    pattern: str
    lines: int
    read: int
    example: str
    example_line: int
    example_file: str
    unit: str = "line"

    @property
    def place(self) -> str:
        """Where the example is: a line of the file, or a row, and of which of its parts."""
        number = f"{self.unit} {self.example_line}"
        return number if self.example_file == self.file else f"{self.example_file} {number}"


class Feeds:
    """Validated rows in a DuckDB connection: `feed."R"` for each relation R that comes from a feed, and
    `result.refused`; `mapped` is the mapping that said how to read them, or None. `files` has, by relation, the Parquet files
    of which every row is used as it lies, for an engine that can read them itself. Of relations in `in_place` the rows are in
    the database in which the run works, and `feed."R"` is there once `bring` has brought it. A context manager: closing it closes
    the connection and removes what was spilled to disk."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        program: ir.Program,
        counts: tuple[FeedCount, ...],
        notes: tuple[FeedNote, ...],
        files: Mapping[str, ParquetFeed],
        brought: Brought,
        resources: ExitStack,
        mapped: FeedMapping | None = None,
    ) -> None:
        self.connection = connection
        self.mapped = mapped
        self.counts = counts
        self.notes = notes
        self.files = files
        self.rows = StoredRows(connection, program)
        self.in_place = tuple(brought.tables)
        self.bring = brought.bring
        self._resources = resources

    @property
    def refusals(self) -> tuple[RefusedGroup, ...]:
        """Why rows were refused: like faults together, the most frequent first."""
        if not any(count.refused for count in self.counts):
            return ()  # the patterns that tell faults apart take their time even where there is none
        rows = self.connection.execute(
            "SELECT file, field, code, pattern, count(DISTINCT line), arg_min(message, (line, message)), min(line) "
            f"FROM ({with_pattern('result.refused')}) "
            "GROUP BY file, field, code, pattern ORDER BY file"
        ).fetchall()
        whole = {part: count for count in self.counts for part in count.parts}
        groups: dict[tuple[str, str | None, str, str], RefusedGroup] = {}
        for file, field, code, pattern, lines, example, line in rows:
            of = whole[file]
            one = RefusedGroup(of.file, field, code, pattern, lines, of.read, example, line, file, of.unit)
            first = groups.get((of.file, field, code, pattern))
            groups[of.file, field, code, pattern] = replace(first, lines=first.lines + lines) if first else one
        return tuple(sorted(groups.values(), key=lambda one: (-one.lines, one.file, one.field or "", one.code, one.pattern)))

    def close(self) -> None:
        """Close the connection and remove temporary files. Closing twice does no harm."""
        self._resources.close()

    def __enter__(self) -> Feeds:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()


def load_feeds(
    program: ir.Program,
    directory: Path | str,
    *,
    memory_limit: str | None = None,
    only: Collection[str] | None = None,
    mapping: Path | None = None,
    sources: Mapping[str, Source] | None = None,
    server: Server | None = None,
    checks_only: bool = False,
    destination: Destination | None = None,
) -> Feeds:
    """Read and validate the feeds of a program from the files in a folder, or from the tables of a database by its URL.

    `only` names the relations to load; the feeds that they refer to are loaded too. `memory_limit` is text such
    as "2GB". `mapping` is a file that says where the feeds are in the folder and how they are written; without one, the
    folder's `feeds.toml` is it, if there is one. `sources`, by the relation's name, are read whatever the mapping says. Tables
    of `server` whose rows can all be used are left where they are. With
    `checks_only` nothing but what checks found is asked for afterwards: `feed."R"` may lack columns that no check looks at.
    `destination` is where the caller is going to write. Raises FeedErrors, with all that was found, when a file is missing,
    cannot be read as its feed, or would be replaced.
    """
    with ExitStack() as resources:
        scratch = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="incdsl-")))
        connection = resources.enter_context(_connect(scratch, memory_limit or DEFAULT_MEMORY))
        wanted = _wanted(program, only)
        directory = directory if isinstance(directory, str) and is_url(directory) else Path(directory)
        mapped = find_mapping(directory, mapping, program.relations)
        named = named_sources(mapped, wanted, directory) if mapped else {}
        found = find_feeds(wanted, directory, {**named, **(sources or {})})
        errors = [*found.errors, *(in_the_way(found.sources, destination) if destination else ())]
        opened: list[Opened] = []
        catalog = server.catalog if server is not None else None
        for source in found.sources:
            match open_source(connection, replace(with_mapping(source, mapped), checks_only=checks_only), scratch, catalog):
                case tuple() as broken:
                    errors.extend(broken)
                case feed:
                    opened.append(feed)
        if errors:
            raise FeedErrors(tuple(errors))
        if server is not None:
            opened = [server.of_the_run(feed) for feed in opened]
        staged: dict[str, Staged] = {}
        for feed in opened:
            if lies_here(feed):
                continue  # it need not be read when every row of it turns out to be fit for use
            match _stage(connection, feed, scratch):
                case Staged() as result:
                    staged[feed.relation.name] = result
                case broken:
                    errors.extend(broken)
        if errors:
            raise FeedErrors(tuple(errors))
        refused.create_tables(connection)
        here = Here(connection, scratch)
        brought = Brought(here, server)
        counts: list[FeedCount] = []
        used: list[Staged | InPlace] = []
        for feed in opened:
            if server is not None and lies_here(feed):
                table = server.used(feed, program, here)
                if table is not None:
                    counts.append(_sifted(program, feed, table, server, here, brought))
                    brought.tables[feed.relation.name] = table
                    used.append(table)
                    continue
            brought.bring_keys(program, feed.relation)
            result = staged.get(feed.relation.name) or _staged_late(connection, feed, scratch)
            try:
                counts.append(_check_with_care(connection, program, feed, result, scratch))
            except duckdb.Error as error:
                raise FeedErrors((_damaged(feed, error),)) from error
            used.append(result)
        notes = [FeedNote(name, "no record of the program has this name: not read") for name in found.others if only is None]
        notes.extend(FeedNote(feed.file, note) for feed in used if isinstance(feed, Staged) for note in feed.notes)
        notes.extend(
            FeedNote(feed.file, f"column `{name}` is not a field of `{feed.relation.name}`: not read")
            for feed in used
            for name in feed.header.extra
        )
        notes.extend(note for feed in used for note in _defaults(connection, feed))
        whole = _whole_files(opened, counts)
        return Feeds(connection, program, tuple(counts), tuple(notes), whole, brought, resources.pop_all(), mapped)
    raise AssertionError("unreachable")


def _sifted(program: ir.Program, feed: Lying, table: InPlace, server: Server, here: Here, brought: Brought) -> FeedCount:
    """Read the doubtful rows of a table that is used where it lies, and leave those out that are refused: what became of all."""
    if not table.doubtful:
        return FeedCount(feed.relation.name, table.file, table.rows, table.rows, 0, "row")
    connection = here.connection
    brought.bring_keys(program, feed.relation)
    staged = server.doubtful(feed, table.doubtful, here)
    of_these = _check(connection, program, staged)
    drop(connection, f"feed.{quoting.identifier(feed.relation.name)}")  # the few rows that were doubtful are not the feed
    if of_these.refused:
        numbers = connection.execute(f"SELECT line FROM {staged.name(refused.REFUSED)}").fetchall()
        server.leave_out(feed.relation, [number for (number,) in numbers])
    return replace(of_these, read=table.rows, used=table.rows - of_these.refused)


def _staged_late(connection: duckdb.DuckDBPyConnection, feed: Opened, scratch: Path) -> Staged:
    result = _stage(connection, feed, scratch)
    if not isinstance(result, Staged):
        raise FeedErrors(result)
    return result


def _defaults(connection: duckdb.DuckDBPyConnection, feed: Staged | InPlace) -> list[FeedNote]:
    """For each field that has a default, in how many rows it stood in for a blank."""
    notes = []
    for name, default, rows in blanks(connection, feed):
        if rows:
            what = f"`{name}` is blank in {rows:,} {'row' if rows == 1 else 'rows'}"
            notes.append(FeedNote(feed.file, f"{what}: read as `{default}`, as the mapping says"))
    return notes


def _whole_files(opened: Sequence[Opened], counts: Sequence[FeedCount]) -> dict[str, ParquetFeed]:
    """The files of which every row is used as it lies."""
    whole = [feed for feed, count in zip(opened, counts, strict=True) if isinstance(feed, OpenParquet) and not count.refused]
    return {feed.relation.name: file for feed in whole if (file := as_it_lies(feed)) is not None}


def _connect(scratch: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    connection = connect({"memory_limit": memory_limit, "temp_directory": str(scratch / "spill")})
    for schema in ("feed", "staged", "result"):
        connection.execute(f"CREATE SCHEMA {schema}")
    return connection


def _wanted(program: ir.Program, only: Collection[str] | None) -> Sequence[ir.Relation]:
    """The relations that come from feeds and are to be loaded, with those they refer to, in the program's order."""
    if only is None:
        return program.relations
    wanted = set(only)
    for relation in reversed(program.relations):
        if relation.name in wanted:
            types = (ty.known(column.type) for column in relation.stored)
            wanted.update(type_.relation for type_ in types if isinstance(type_, ty.Row))
    return [relation for relation in program.relations if relation.name in wanted]


def _stage(
    connection: duckdb.DuckDBPyConnection, feed: Opened, scratch: Path, careful: bool = False
) -> Staged | tuple[FeedError, ...]:
    try:
        return stage(connection, feed, scratch, careful)
    except TooManyBroken as error:
        return (UnreadableFeed(feed.source.name, str(error)),)
    except duckdb.Error as error:
        return (_damaged(feed, error),)


def _damaged(feed: Opened, error: duckdb.Error) -> FeedError:
    """The content of a file is damaged, or too much for the memory and the disk. Raises what is a bug of ours."""
    binary = feed.source.kind in ("parquet", "duckdb")
    if isinstance(error, _OURS) and not (binary and isinstance(error, duckdb.InternalException)):
        raise error
    return UnreadableFeed(feed.source.name, str(error).splitlines()[0])


def _check_with_care(
    connection: duckdb.DuckDBPyConnection,
    program: ir.Program,
    feed: Opened,
    staged: Staged,
    scratch: Path,
) -> FeedCount:
    """Check a feed; when it turns out that its rows must be told apart with more care, read it again so."""
    try:
        return _check(connection, program, staged)
    except Disagreement:
        again = _stage(connection, feed, scratch, careful=True)
    if not isinstance(again, Staged):
        raise FeedErrors(again)
    return _check(connection, program, again)


def _check(connection: duckdb.DuckDBPyConnection, program: ir.Program, staged: Staged) -> FeedCount:
    """Check the rows of a feed, refuse those that cannot be used, and make the others `feed."R"`."""
    relation = staged.relation
    references = [found for column in relation.stored if (found := reference(column, program)) is not None]
    own = [found for found in references if found.target == relation]
    if own:
        # Rows may refer to rows of their own feed: those not (yet) refused count.
        refused.define_refused(connection, staged, "SELECT CAST(NULL AS BIGINT) AS row WHERE false")
        _define_feed(connection, staged, filtered=True)
    faults, wrong = _find_suspects(connection, staged, references)
    duplicates = keys.find_duplicates(connection, staged)
    overlaps = keys.find_overlaps(connection, staged)
    suspicious = faults or wrong or duplicates or overlaps
    if suspicious:
        wrong += [found for found in own if found not in wrong]
    suspects = Suspects(faults, duplicates, overlaps, tuple(wrong))
    count = 0
    if suspicious or staged.broken:
        count = refused.collect(connection, staged, suspects)
        refused.explain(connection, staged, suspects)
    if count:
        refused.check(connection, staged, count)
        if staged.is_table:
            table = staging.work(relation.name, "table")
            connection.execute(f"DELETE FROM {table} WHERE rowid IN (SELECT row FROM {staged.name(refused.REFUSED)})")
    _define_feed(connection, staged, filtered=bool(count) and not staged.is_table)
    used = staged.rows - count
    broken = len(staged.broken)
    files = f"SELECT DISTINCT file FROM {staged.name(refused.REFUSED)} ORDER BY file"
    parts = tuple(file for (file,) in connection.execute(files).fetchall()) if count else ()
    parts = parts or ((staged.file,) if broken else ())
    return FeedCount(relation.name, staged.file, staged.rows + broken, used, count + broken, staged.unit, parts)


def _find_suspects(
    connection: duckdb.DuckDBPyConnection, staged: Staged, references: Sequence[Reference]
) -> tuple[bool, list[Reference]]:
    """Fill the working table of suspects in one pass; whether any row has a fault of its own, and the references that some row
    has wrong."""
    conditions = {found.mark: found.unknown for found in references}
    if staged.may_have_faults:
        conditions["fault"] = '"#fault"'
    if not conditions:
        return False, []
    table = staged.name(refused.SUSPECTS)
    marks = ", ".join(f"{condition} AS {quoting.identifier(mark)}" for mark, condition in conditions.items())
    suspicious = " OR ".join(map(quoting.identifier, conditions))
    connection.execute(
        f'CREATE OR REPLACE TABLE {table} AS SELECT * FROM (SELECT "#row" AS row, {marks} FROM {staged.view}) WHERE {suspicious}'
    )
    counts = ", ".join(f"count(*) FILTER (WHERE {quoting.identifier(mark)})" for mark in conditions)
    (found,) = connection.execute(f"SELECT {counts} FROM {table}").fetchall()
    there = {mark for mark, count in zip(conditions, found, strict=True) if count}
    return "fault" in there, [ref for ref in references if ref.mark in there]


def _define_feed(connection: duckdb.DuckDBPyConnection, staged: Staged, filtered: bool) -> None:
    there = staged.kept if staged.kept is not None else [column.name for column in staged.relation.stored]
    names = ", ".join(map(quoting.identifier, there)) or "NULL AS nothing"
    condition = f' WHERE "#row" NOT IN (SELECT row FROM {staged.name(refused.REFUSED)})' if filtered else ""
    feed = f"feed.{quoting.identifier(staged.relation.name)}"
    connection.execute(f"CREATE OR REPLACE VIEW {feed} AS SELECT {names} FROM {staged.view}{condition}")
