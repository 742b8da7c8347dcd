"""A set of files put in place of another: all of it or nothing.

The files of the earlier run leave first, then the new ones come, each by a rename: that needs no space on the disk and takes
no time to speak of. Whatever goes wrong in between is undone. A process that is killed in that instant can undo
nothing: it leaves files of one run only, never of two, and the others in the hidden folder beside them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

_PREFIX = ".incdsl-"


def folder_aside(directory: Path) -> Path:
    """A new folder within a directory, to write files in before they are put in place. What runs that were killed have
    left in such folders is removed."""
    for left in directory.glob(f"{_PREFIX}*-*"):
        owner = left.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=directory))


def put_in_place(aside: Path, directory: Path, earlier: Collection[str]) -> None:
    """Move all files of the folder aside into the directory; the files there that are called as in `earlier` leave it.

    Raises OSError when a file cannot be moved; the directory then has what it had before.
    """
    new = sorted(aside.iterdir())
    replaced = aside / "replaced"
    replaced.mkdir()
    names = sorted({*earlier, *(path.name for path in new)})
    moves = [(directory / name, replaced / name) for name in names if (directory / name).is_file()]
    moves += [(path, directory / path.name) for path in new]
    try:
        for source, target in moves:
            source.replace(target)
    except BaseException:
        _undo(moves)
        raise


def _undo(moves: list[tuple[Path, Path]]) -> None:
    """Take back the moves that were made, the last first; an interrupt meanwhile changes nothing."""
    for source, target in reversed(moves):
        try:
            if not source.exists() and target.exists():
                target.replace(source)
        except KeyboardInterrupt:
            return _undo(moves)
    return None


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is, and belongs to somebody else
        return True
    return True
