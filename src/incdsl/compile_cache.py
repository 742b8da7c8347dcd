"""What the compiler made before, kept on disk: nothing is compiled twice from the same.

An entry is found by a digest of everything it was made from: the arguments that the caller names, and the compiler itself,
as the contents of its own files, Python and the libraries that it compiles with. So nothing can be out of date: where
anything differs there is no entry.

Entries are pickles, which can run code when they are read, and so belong to the user alone, like Python's own bytecode: a
folder that others may write is not used. The cache is never in the way: where it cannot be read or written, or an entry is
damaged, or what it is to hold nests too deeply for pickles, the compiler works as without.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

VARIABLE = "INCDSL_CACHE"
"""The variable that names another folder for the cache; `off` for none."""

_LIBRARIES = ("lark", "sqlglot")
_MOST_ENTRIES = 256
_OURS = ".incdsl-compiled"
"""What the names of entries end with: a folder may have other files, which are left alone."""

_DIGEST = 32

_STARTED = time.time_ns() - 2_000_000_000
"""When this process cannot have begun to import the compiler yet."""


def recall(*made_from: object) -> object | None:
    """What was kept as made from these, if it was. They are values that can be pickled."""
    with suppress(OSError, RecursionError):
        path = _path(made_from)
        if path is not None and _is_ours(path.parent) and path.is_file():
            data = path.read_bytes()
            if _seal(path, data[_DIGEST:]) == data[:_DIGEST]:
                made: object = pickle.loads(data[_DIGEST:])
                return made
    return None


def keep(made: object, *made_from: object) -> None:
    """Keep what was made from these, in place of what was kept before."""
    with suppress(OSError, RecursionError):
        path = _path(made_from)
        if path is None:
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_ours(path.parent):
            return
        _make_room(path.parent)
        data = pickle.dumps(made, pickle.HIGHEST_PROTOCOL)
        written, aside = tempfile.mkstemp(suffix=_OURS, dir=path.parent)
        try:
            with os.fdopen(written, "wb") as file:
                file.write(_seal(path, data) + data)
            os.replace(aside, path)
        except BaseException:
            os.unlink(aside)
            raise


def _seal(path: Path, data: bytes) -> bytes:
    """What tells a whole entry of this name."""
    return hashlib.sha256(path.name.encode() + data).digest()


def _path(made_from: tuple[object, ...]) -> Path | None:
    """The file for what is made from these; None where nothing is kept."""
    folder = _folder()
    compiler = _compiler() if folder else None
    if folder is None or compiler is None:
        return None
    return folder / f"{hashlib.sha256(compiler + pickle.dumps(made_from, pickle.HIGHEST_PROTOCOL)).hexdigest()}{_OURS}"


def _folder() -> Path | None:
    """The folder of the cache, where the system has such; None when there is to be none."""
    said = os.environ.get(VARIABLE)
    if said:
        return None if said.casefold() == "off" else Path(os.path.expanduser(said))
    if sys.platform == "win32":
        place = os.environ.get("LOCALAPPDATA")
        return Path(place, "incdsl", "cache") if place else None
    place = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(place, "incdsl") if os.path.isabs(place) else None


def _is_ours(folder: Path) -> bool:
    """Whether nobody but this user may write into a folder."""
    if sys.platform == "win32":
        return True  # it lies within the user's profile, which others may not write
    found = folder.stat()
    return found.st_uid == os.getuid() and not found.st_mode & 0o022


def _make_room(folder: Path) -> None:
    """Remove the older half of the entries when there are too many."""
    with os.scandir(folder) as entries:
        by_age = sorted((entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.name.endswith(_OURS))
    if len(by_age) >= _MOST_ENTRIES:
        for _, path in by_age[: len(by_age) // 2]:
            with suppress(FileNotFoundError):  # another process makes room as well
                os.unlink(path)


@functools.cache
def _compiler() -> bytes | None:
    """A digest of all that decides what the compiler makes of the same input; None when its files were changed while this
    process had begun to read them, as by an update meanwhile."""
    known = hashlib.sha256(sys.version.encode())
    specs = map(importlib.util.find_spec, (__package__ or "", *_LIBRARIES))
    places = [place for spec in specs if spec for place in spec.submodule_search_locations or ()]
    for path, changed in sorted((path, changed) for place in places for path, changed in _files(place)):
        if changed > _STARTED:
            return None
        with open(path, "rb", buffering=0) as file:
            known.update(f"{path}\0".encode() + hashlib.sha256(file.read()).digest())
    return known.digest()


def _files(folder: str) -> Iterator[tuple[str, int]]:
    """The files below a folder, and when each was changed, in nanoseconds."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir():
                yield entry.path, entry.stat().st_mtime_ns
            elif entry.name != "__pycache__":
                yield from _files(entry.path)
