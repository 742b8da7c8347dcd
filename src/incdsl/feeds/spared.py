"""Feeds that what is about to be written would replace: no run destroys what it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from incdsl.feeds.errors import InTheWay
from incdsl.feeds.sources import Source


@dataclass(frozen=True)
class Destination:
    """A folder in which files of these names will be written, replaced or removed."""

    folder: Path
    names: frozenset[str]


def in_the_way(sources: Iterable[Source], to: Destination) -> Iterator[InTheWay]:
    """The feeds that lie where a file of the destination will be. Links are followed, and names compared without regard to
    case: not every file system tells such names apart."""
    folder = to.folder.resolve()
    names = {name.casefold(): name for name in to.names}
    for source in sources:
        for path in source.paths:
            result = next((names[place.name.casefold()] for place in _places(path) if _is_in(place, folder, names)), None)
            if result is not None:
                yield InTheWay(source.name, result, str(to.folder))
                break


def _places(path: Path) -> Sequence[Path]:
    """Where a file is: where its name stands, and what that is a link to."""
    return (path.parent.resolve() / path.name, path.resolve())


def _is_in(place: Path, folder: Path, names: dict[str, str]) -> bool:
    there = place.parent == folder or (folder.is_dir() and place.parent.samefile(folder))
    return there and place.name.casefold() in names
