"""Which file in a folder is which feed."""

from __future__ import annotations

import glob
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from incdsl.core import ir
from incdsl.diagnostic import nearest
from incdsl.feeds.errors import FeedError, MissingFeed, NoFolder, OutsideFolder, TwoFeeds, UnknownKind, UnreadableFeed
from incdsl.feeds.sources import UNSAID, Kind, Options, Source, is_url, kind_of, stem, without_password


@dataclass(frozen=True)
class Found:
    """What a folder holds: the source of each relation that has one, the errors, and the names of other files."""

    sources: tuple[Source, ...]
    errors: tuple[FeedError, ...]
    others: tuple[str, ...]


def find_feeds(relations: Sequence[ir.Relation], directory: Path, given: Mapping[str, Source] | None = None) -> Found:
    """The sources of the relations that come from feeds, in their order: those that are `given`, by the relation's name, and
    for the others files of their names. Names are compared without regard to case."""
    given = given or {}
    try:
        names = sorted(entry.name for entry in directory.iterdir())
    except OSError:
        return Found((), (NoFolder(str(directory), directory.exists()),), ())
    sources: list[Source] = []
    errors: list[FeedError] = []
    feeds = [(relation, relation.source.file) for relation in relations if isinstance(relation.source, ir.Feed)]
    taken = {path.name for source in given.values() for path in (*source.paths, source.root) if path}
    readable = [name for name in names if kind_of(name) is not None]
    named = {feed: [name for name in names if _is_feed(directory, name, feed)] for _, feed in feeds}
    taken.update(name for found in named.values() for name in found)
    for relation, feed in feeds:
        if relation.name in given:
            sources.append(given[relation.name])
            continue
        match named[feed]:
            case []:
                errors.append(_missing(relation, feed, [name for name in readable if name not in taken]))
            case [name]:
                found = source_in(relation, directory, name)
                if isinstance(found, Source):
                    sources.append(found)
                else:
                    errors.append(found)
            case several:
                errors.append(TwoFeeds(feed, tuple(several)))
    others = tuple(name for name in readable if name not in taken)
    return Found(tuple(sources), tuple(errors), others)


def source_at(
    relation: ir.Relation,
    directory: Path,
    place: str,
    *,
    kind: Kind | None = None,
    options: Options = UNSAID,
    outside: bool = False,
) -> Source | FeedError:
    """The source at a place that somebody wrote down: the URL of a database, a file, a folder of Parquet parts, or a pattern
    of their names (`*`, `?`, `**`), from `directory` on. What is not under that folder is an error, unless `outside`."""
    if is_url(place):
        return Source(relation, without_password(place), "postgres", (), place, None, options)
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
        return Source(relation, place, found or "csv", paths, None, _fixed_part(whole), options)
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
        return Source(relation, name, "parquet", parts, None, path, options)
    if not path.exists():
        return UnreadableFeed(name, "there is no such file")
    found = kind or kind_of(name)
    if found is None:
        return UnknownKind(name)
    return Source(relation, name, found, (path,), None, None, options)


def _is_feed(directory: Path, name: str, feed: str) -> bool:
    """Whether a file has the name of a feed and the ending of a kind that is read, or a folder has the parts of one."""
    if stem(name).lower() != feed.lower():
        return False
    return kind_of(name) is not None or ((directory / name).is_dir() and bool(_parts(directory / name)))


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
