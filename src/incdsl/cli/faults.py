"""What can go wrong while a program runs that its user can mend, as words for the terminal."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from incdsl.cli.console import UserError

_GET_AGAIN = "check that it is complete, and get it again"


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FREE_DISK = "free disk, or name a folder with room in the variable TMPDIR"
_NOT_WRITTEN = re.compile(r'Could not write file \\*"(?P<path>.*?)\\*": (?P<why>[^"\\]*)')
"""As DuckDB says it, within an object of JSON where the writer was a thread."""


@contextmanager
def file_errors() -> Iterator[None]:
    """Turn what the file system refuses into a `UserError`."""
    try:
        yield
    except BrokenPipeError:  # who read our output has closed it, which is no fault
        raise
    except OSError as error:
        where = f"`{error.filename}`: " if error.filename else ""
        what = (error.strerror or str(error)).lower()
        if isinstance(error, FileExistsError):
            raise UserError(f"{where}is a file, where a folder is expected", "name a folder, or a name that is free") from error
        if error.errno in _NO_ROOM and not where:  # a file that was open already, of those that a run writes meanwhile
            raise UserError(f"there is no room for the rows: {what}", _FREE_DISK) from error
        raise UserError(f"{where}{what}", "check that the place is there, and may be read and written") from error


@contextmanager
def unsupported() -> Iterator[None]:
    """Turn what a target cannot say exactly into a `UserError`."""
    from incdsl.core.errors import UnsupportedInTarget

    try:
        yield
    except UnsupportedInTarget as error:
        raise UserError(f"this target cannot say it: {error}", "split the rule, or run it with another engine") from error


@contextmanager
def user_errors() -> Iterator[None]:
    """Turn what feeds, engines, explanations, cases and the file system refuse into a `UserError`.

    Everything else passes through: it is a bug of ours.
    """
    try:
        with file_errors():
            yield
    except Exception as error:
        told = _told(error)
        if told is None:
            raise
        raise told from error


def _told(error: Exception) -> UserError | None:
    """What a user can mend, in words; None for what is none of it, or is in words already. (A run in which nothing goes wrong
    imports none of what names its faults.)"""
    if isinstance(error, UserError | BrokenPipeError):
        return None
    from incdsl.cases import CaseError
    from incdsl.engines.errors import EngineFailure, Overflow
    from incdsl.feeds.errors import FeedErrors
    from incdsl.feeds.gate import TooManyRefused
    from incdsl.feeds.sample.meeting import CannotMakeUp
    from incdsl.results.conflicts import Conflicts
    from incdsl.results.explain import CannotExplain
    from incdsl.results.tables import MEMORY_ERRORS, STORAGE_ERRORS, is_damaged_feed
    from incdsl.results.workbook import NoWorkbooks

    match error:
        case FeedErrors():
            first, *others = [f"{one.message()}\n  help: {one.help()}" for one in error.errors]
            return UserError("\n".join([first, *(f"error: {other}" for other in others)]))
        case Overflow():
            help_ = "correct the number in the feed if it is not meant, or the rule that multiplies too much"
            return UserError(str(error), help_)
        case _ if is_damaged_feed(error):
            return UserError(f"a file of the feeds is damaged: {str(error).splitlines()[0]}", _GET_AGAIN)
        case _ if isinstance(error, MEMORY_ERRORS):
            return UserError(_not_stored(error), "raise --memory-limit, as in --memory-limit 8GB, or free memory")
        case _ if isinstance(error, STORAGE_ERRORS):
            return UserError(_not_stored(error), "free memory or disk, and check that the folders may be written")
        case CannotExplain() | CannotMakeUp() | CaseError() | Conflicts() | EngineFailure() | NoWorkbooks() | TooManyRefused():
            return UserError(str(error), error.help)
        case _:
            return None


def _not_stored(error: Exception) -> str:
    """What the database says that it could not do, in one line; of a file on its way, its name."""
    said = str(error).splitlines()[0]
    found = _NOT_WRITTEN.search(said)
    return said if found is None else f"`{Path(found['path']).name}` cannot be written: {found['why'].strip().lower()}"
