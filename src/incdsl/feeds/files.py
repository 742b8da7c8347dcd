"""Which file in a folder is which feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from incdsl.core import ir
from incdsl.diagnostic import nearest
from incdsl.feeds.errors import FeedError, MissingFeed, NoFolder, TwoFeeds, UnreadableFeed

ENDINGS = (".csv", ".parquet")


@dataclass(frozen=True)
class FeedFile:
    """The file of one relation."""

    relation: ir.Relation
    path: Path

    @property
    def is_parquet(self) -> bool:
        """Whether it is a Parquet file; else it is CSV."""
        return self.path.suffix.lower() == ".parquet"


@dataclass(frozen=True)
class Found:
    """What a folder holds: the file of each relation that has one, the errors, and the names of other files."""

    files: tuple[FeedFile, ...]
    errors: tuple[FeedError, ...]
    others: tuple[str, ...]


def find_feeds(relations: Sequence[ir.Relation], directory: Path) -> Found:
    """The files of the relations that come from feeds. Names are compared without regard to case."""
    try:
        names = sorted(entry.name for entry in directory.iterdir())
    except OSError:
        return Found((), (NoFolder(str(directory), directory.exists()),), ())
    files: list[FeedFile] = []
    errors: list[FeedError] = []
    taken: set[str] = set()
    for relation in relations:
        if not isinstance(relation.source, ir.Feed):
            continue
        stem = relation.source.file
        found = [name for name in names if name.lower() in {stem.lower() + ending for ending in ENDINGS}]
        taken.update(found)
        match found:
            case []:
                free = [name for name in names if name.lower().endswith(ENDINGS) and name not in taken]
                near = nearest(stem, [Path(name).stem for name in free])
                file = next((name for name in free if Path(name).stem == near), None)
                errors.append(MissingFeed(stem, relation.name, file))
            case [name]:
                if (directory / name).is_dir():
                    errors.append(UnreadableFeed(name, "it is a folder, not a file"))
                else:
                    files.append(FeedFile(relation, directory / name))
            case _:
                errors.append(TwoFeeds(stem, tuple(found)))
    others = tuple(name for name in names if name.lower().endswith(ENDINGS) and name not in taken)
    return Found(tuple(files), tuple(errors), others)
