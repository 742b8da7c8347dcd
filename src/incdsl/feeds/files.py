"""Which file in a folder is which feed."""

from __future__ import annotations

import glob
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from incdsl.core import ir
from incdsl.diagnostic import nearest
from incdsl.feeds.errors import (
    FeedError,
    MissingFeed,
    NoFolder,
    OneFeedForTwo,
    OutsideFolder,
    TwoFeeds,
    UnknownKind,
    UnreadableFeed,
)
from incdsl.feeds.readers.opening import tables_in
from incdsl.feeds.sources import (
    CONTAINERS,
    UNSAID,
    Kind,
    Options,
    Source,
    has_tables,
    in_catalog,
    is_url,
    kind_of,
    stem,
    without_password,
)


@dataclass(frozen=True)
class Found:
    """What a folder holds: the source of each relation that has one, the errors, and what else there is that could be read."""

    sources: tuple[Source, ...]
    errors: tuple[FeedError, ...]
    others: tuple[str, ...]


@dataclass(frozen=True)
class _Candidate:
    """What may be the feed of its name: a file, a folder of parts, or (`table`) a sheet or table in a file."""

    name: str
    file: str
    table: str | None = None

    @property
    def place(self) -> str:
        """What it is called in messages."""
        if self.table is None:
            return self.file
        return f"{self.file} {'sheet' if kind_of(self.file) == 'xlsx' else 'table'} {self.table}"

    def is_feed(self, relation: ir.Relation, feed: str, directory: Path) -> bool:
        """Whether it has the name of a feed (a table may be called like the record, too), and, if it is a folder, has parts."""
        names = (feed.lower(),) if self.table is None else (feed.lower(), relation.name.lower())
        return self.name.lower() in names and (kind_of(self.file) is not None or bool(_parts(directory / self.file)))


def find_feeds(relations: Sequence[ir.Relation], directory: Path | str, given: Mapping[str, Source] | None = None) -> Found:
    """The sources of the relations that come from feeds, in their order: those that are `given`, by the relation's name, and
    for the others files of their names in a folder, or tables of their names in its workbooks and databases. In place of
    the folder there may be one of these, or the address of a database server or of a schema of Spark's catalog, whose tables
    then are the feeds, or of a folder of Parquet files that a cluster sees. Names of files are
    compared without regard to case."""
    given = given or {}
    if isinstance(directory, str):
        feeds = [relation for relation in relations if isinstance(relation.source, ir.Feed)]
        return Found(tuple(given.get(relation.name) or _among(relation, directory) for relation in feeds), (), ())
    try:
        alone = directory.is_file() and kind_of(directory.name) in CONTAINERS
        names = [directory.name] if alone else sorted(entry.name for entry in directory.iterdir())
    except OSError:
        return Found((), (NoFolder(str(directory), directory.exists()),), ())
    directory = directory.parent if alone else directory
    candidates = [each for name in names if not name.startswith((".", "~$")) for each in _candidates(directory, name)]
    named = [(relation, relation.source.file) for relation in relations if isinstance(relation.source, ir.Feed)]
    alike = {feed: [each for each in candidates if each.is_feed(relation, feed, directory)] for relation, feed in named}
    found = {feed: [each for each in some if not _is_part_of(each, some)] for feed, some in alike.items()}
    taken = {path.name for source in given.values() for path in (*source.paths, source.root) if path}
    taken |= {each.file for some in found.values() for each in some}
    free = [each.file for each in candidates if each.table is None and each.file not in taken and kind_of(each.file)]
    sources: list[Source] = []
    errors: list[FeedError] = []
    for relation, feed in named:
        if relation.name in given:
            sources.append(given[relation.name])
            continue
        same = tuple(other.name for other, file in named if file == feed and other.name not in given)
        if len(same) > 1:
            errors += [OneFeedForTwo(feed, same)] if relation.name == same[0] else []
            continue
        match found[feed]:
            case []:
                errors.append(_missing(relation, feed, free))
            case [one]:
                source = source_in(relation, directory, one.file, options=Options(table=one.table))
                if isinstance(source, Source):
                    sources.append(replace(source, name=one.place))
                else:
                    errors.append(source)
            case more:
                errors.append(TwoFeeds(feed, tuple(each.place for each in more)))
    # Of a file of which nothing is read its own name is said; of one of which something is, the names of its other tables,
    # if it has several: a table that is alone in its file may be called anything.
    known = {each for some in alike.values() for each in some}
    tables = [each for each in candidates if each.table is not None and each.file in taken]
    for source in given.values():
        inside = {each.table: each for each in tables if source.paths and each.file == source.paths[0].name and each.table}
        read = source.table_among(inside)
        known |= {inside[read]} if read is not None else set()
    several = {each.file for each in tables if sum(each.file == one.file for one in tables) > 1}
    unread = [each.place for each in tables if each not in known and (each.file in several or not _is_part_of(each, known))]
    return Found(tuple(sources), tuple(errors), (*free, *unread))


def source_at(
    relation: ir.Relation,
    directory: Path,
    place: str,
    *,
    kind: Kind | None = None,
    options: Options = UNSAID,
    outside: bool = False,
) -> Source | FeedError:
    """The source at a place that somebody wrote down: an address (`sources.is_url`), a file, a folder of Parquet parts, or a
    pattern of their names (`*`, `?`, `**`), from `directory` on. What is not under that folder is an error, unless `outside`."""
    if is_url(place):
        return (
            OutsideFolder(place, str(directory)) if place.startswith("file:") and not outside else _at(relation, place, options)
        )
    whole = directory / place
    if not outside and not whole.resolve().is_relative_to(directory.resolve()):
        return OutsideFolder(place, str(directory))
    if glob.has_magic(place) and not whole.exists():
        paths = tuple(Path(path) for path in sorted(glob.glob(str(whole), recursive=True)) if Path(path).is_file())
        if not outside and any(not path.resolve().is_relative_to(directory.resolve()) for path in paths):
            return OutsideFolder(place, str(directory))
        found = kind or (kind_of(paths[0].name) if paths else None)
        if not paths:
            return UnreadableFeed(place, "no file has a name like that")
        if len(paths) > 1 and found != "parquet":
            return UnreadableFeed(place, f"{len(paths)} files have names like that, and only Parquet may be in several")
        return Source(relation, place, found or "csv", paths, None, None, _fixed_part(whole), options)
    return source_in(relation, directory, place, kind, options)


def source_in(
    relation: ir.Relation, directory: Path, name: str, kind: Kind | None = None, options: Options = UNSAID
) -> Source | FeedError:
    """The source that a file, or a folder of Parquet parts, of this name in a folder is."""
    path = directory / name
    if path.is_dir():
        if kind_of(name) not in (None, "parquet"):
            return UnreadableFeed(name, "it is a folder, not a file")
        parts = _parts(path)
        if not parts:
            return UnreadableFeed(name, "it is a folder, and there is no Parquet file in it")
        return Source(relation, name, "parquet", parts, None, None, path, options)
    if not path.exists():
        return UnreadableFeed(name, "there is no such file")
    found = kind or kind_of(name)
    if found is None:
        return UnknownKind(name)
    return Source(relation, name, found, (path,), options=options)


def _at(relation: ir.Relation, url: str, options: Options = UNSAID) -> Source:
    """What is at an address that somebody wrote down for a relation: a table of a database server or of a catalog, that of the
    name of the feed when the options name none, or Parquet files."""
    assert isinstance(relation.source, ir.Feed)
    table, schema = options.table or relation.source.file, in_catalog(url)
    if schema is not None:
        return Source(relation, f"spark:{'.'.join(filter(None, (schema, table)))}", "spark", url=url, options=options)
    if not has_tables(url):
        return Source(relation, without_password(url), "spark", url=url, options=options)
    return Source(relation, f"{without_password(url)} table {table}", "postgres", url=url, options=options)


def _among(relation: ir.Relation, url: str) -> Source:
    """A table of a database server or of a schema of a catalog, or a Parquet file, or a folder of some, in a folder."""
    assert isinstance(relation.source, ir.Feed)
    if has_tables(url):
        return _at(relation, url)
    folder = f"{url.rstrip('/')}/{relation.source.file}"
    return replace(_at(relation, f"{folder}.parquet"), or_url=folder)


def _candidates(directory: Path, name: str) -> list[_Candidate]:
    """What a file or folder may be the feed of."""
    kind = kind_of(name)
    if kind is None:
        return [_Candidate(name, name)] if (directory / name).is_dir() else []
    tables = tables_in(directory / name, kind) if kind in CONTAINERS else ()
    return [_Candidate(stem(name), name), *(_Candidate(table, name, table) for table in tables)]


def _is_part_of(candidate: _Candidate, others: Collection[_Candidate]) -> bool:
    """Whether it is a table, and its file is among the others as a whole."""
    return candidate.table is not None and any(each.file == candidate.file and each.table is None for each in others)


def _parts(folder: Path) -> tuple[Path, ...]:
    """The Parquet files in a folder and those under it, by name; hidden ones are other programs' work in progress."""
    found = (path for path in folder.rglob("*") if kind_of(path.name) == "parquet" and path.is_file())
    return tuple(sorted(path for path in found if not any(part[0] in "._" for part in path.relative_to(folder).parts)))


def _fixed_part(pattern: Path) -> Path:
    """The folder above the first part of a pattern that is one."""
    while glob.has_magic(str(pattern)):
        pattern = pattern.parent
    return pattern


def _missing(relation: ir.Relation, feed: str, free: Collection[str]) -> MissingFeed:
    near = nearest(feed, [stem(name) for name in free])
    file = next((name for name in free if stem(name) == near), None)
    return MissingFeed(feed, relation.name, file, None if file is None else feed + file[len(stem(file)) :])
