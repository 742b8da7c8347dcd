"""What can be wrong with a feed as a whole, so that none of it can be read.

A row that cannot be used is refused (see `refused`); a file that cannot be used is an error. All errors of
all feeds are collected and raised together as `FeedErrors`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from incdsl.diagnostic import one_of


@dataclass(frozen=True)
class FeedError(ABC):
    """Base of every kind of error; `file` is the file or folder it speaks of, as its user knows it."""

    file: str

    code: ClassVar[str] = ""

    @abstractmethod
    def message(self) -> str:
        """What was found, in one line that stands alone."""

    @abstractmethod
    def help(self) -> str:
        """What to do about it."""


class FeedErrors(Exception):
    """Raised when feeds cannot be read; `errors` has all that was found, in the order of the program's records."""

    def __init__(self, errors: tuple[FeedError, ...]) -> None:
        super().__init__("\n".join(f"{error.message()} ({error.help()})" for error in errors))
        self.errors = errors


@dataclass(frozen=True)
class NoFolder(FeedError):
    """The folder of the feeds is not there, or (`exists`) is not a folder."""

    exists: bool

    code = "feed-folder"

    def message(self) -> str:
        return f"`{self.file}` is not a folder" if self.exists else f"there is no folder `{self.file}`"

    def help(self) -> str:
        return "name the folder that holds one file per record, for example `--data feeds`"


@dataclass(frozen=True)
class MissingFeed(FeedError):
    """No file for a record; `near` is a file in the folder with a similar name, or None, and `rename` what it would have to
    be called."""

    record: str
    near: str | None
    rename: str | None

    code = "missing-feed"

    def message(self) -> str:
        return f"there is no file for the record `{self.record}`, such as `{self.file}.csv`"

    def help(self) -> str:
        if self.near is not None:
            return f"`{self.near}` has a similar name: rename it to `{self.rename}` if it is that feed"
        return f"add the file; if there are no rows, a `{self.file}.csv` with only the header line will do"


@dataclass(frozen=True)
class UnknownKind(FeedError):
    """A file whose name does not say of which kind it is."""

    code = "unknown-kind"

    def message(self) -> str:
        return f"`{self.file}` does not say by its ending what kind of file it is"

    def help(self) -> str:
        return "give it an ending such as `.csv`, `.ndjson`, `.parquet` or `.xlsx`, or say its kind in the mapping"


@dataclass(frozen=True)
class OutsideFolder(FeedError):
    """A mapping names a file that is not in its folder."""

    folder: str

    code = "outside-folder"

    def message(self) -> str:
        return f"`{self.file}` is not in the folder of the feeds, `{self.folder}`"

    def help(self) -> str:
        return "move the file there, or say in the mapping that it may lie outside"


@dataclass(frozen=True)
class TwoFeeds(FeedError):
    """More than one file has the name of a record, or the same name but for case."""

    found: tuple[str, ...]

    code = "two-feeds"

    def message(self) -> str:
        return f"more than one file could be the feed `{self.file}`: {', '.join(f'`{name}`' for name in self.found)}"

    def help(self) -> str:
        return "keep one of them; two would count every row twice"


@dataclass(frozen=True)
class OneFeedForTwo(FeedError):
    """Records whose names are spelt apart and whose files would have one name."""

    records: tuple[str, ...]

    code = "one-feed-for-two"

    def message(self) -> str:
        names = " and ".join(f"`{name}`" for name in self.records)
        return f"the records {names} would both be fed by `{self.file}.csv`, each of its rows counted twice"

    def help(self) -> str:
        return "rename one of the records, or say in a feeds.toml which file feeds which"


@dataclass(frozen=True)
class NoTable(FeedError):
    """A workbook or database without the sheet or table (`what`) that is looked for; `found` are those that it has."""

    table: str
    what: str
    found: tuple[str, ...]

    code = "no-table"

    def message(self) -> str:
        return f"`{self.file}` has no {self.what} `{self.table}`"

    def help(self) -> str:
        if not self.found:
            return f"check that it is the file that is meant: it has no {self.what} at all"
        return f"call it so, or name the right one in the mapping: it has {one_of(self.found, 12)}"


@dataclass(frozen=True)
class UnreadableFeed(FeedError):
    """The file is there and cannot be read; `reason` says why, as text after "because"."""

    reason: str

    code = "unreadable-feed"

    def message(self) -> str:
        return f"`{self.file}` cannot be read: {self.reason}"

    def help(self) -> str:
        if "Out of Memory" in self.reason:  # DuckDB's words
            return "raise --memory-limit, as in --memory-limit 8GB, or free memory"
        return "check that it is a complete file of its kind and that this user may read it"


@dataclass(frozen=True)
class NoSession(FeedError):
    """A table of a catalog of Spark's, or files that a cluster sees, where no session of Spark is at work."""

    code = "no-session"

    def message(self) -> str:
        return f"`{self.file}` is read over a session of Spark, and there is none"

    def help(self) -> str:
        return "use `incdsl run --engine spark`, with --master or --remote to say where the session is"


@dataclass(frozen=True)
class EmptyFeed(FeedError):
    """A file without a header line; `columns` are those of its record."""

    columns: tuple[str, ...]

    code = "empty-feed"

    def message(self) -> str:
        return f"`{self.file}` is empty: it has no header line"

    def help(self) -> str:
        return f"a feed without rows still has its header line: {','.join(self.columns)}"


@dataclass(frozen=True)
class WrongEncoding(FeedError):
    """A text file in another encoding than the one it should have; `line` is the first that cannot be read."""

    line: int
    encoding: str

    code = "feed-encoding"

    def message(self) -> str:
        return f"`{self.file}` is not {self.encoding} text: line {self.line} has bytes that are not"

    def help(self) -> str:
        return "export it again as UTF-8 (in a spreadsheet: “CSV UTF-8 (comma delimited)”)"


@dataclass(frozen=True)
class DuplicateColumn(FeedError):
    """A column of the record is in the header more than once."""

    column: str

    code = "duplicate-column"

    def message(self) -> str:
        return f"`{self.file}` has the column `{self.column}` more than once"

    def help(self) -> str:
        return "keep the one that is meant"


@dataclass(frozen=True)
class MissingColumn(FeedError):
    """A column of the record is not in the header; `near` is a header column that it may be, or None."""

    column: str
    record: str
    near: str | None
    found: tuple[str, ...]

    code = "missing-column"

    def message(self) -> str:
        return f"`{self.file}` has no column `{self.column}`, a field of `{self.record}`"

    def help(self) -> str:
        if self.near is not None:
            return f"its column `{self.near}` has a similar name: call it `{self.column}` if it is that field"
        return f"add the column; the file has {one_of(self.found, 12)}" if self.found else "add the column"


@dataclass(frozen=True)
class DifferentParts(FeedError):
    """Two parts of a Parquet source that have other columns, or columns of other types."""

    part: str
    other: str

    code = "different-parts"

    def message(self) -> str:
        return f"the parts of `{self.file}` have not the same columns: `{self.part}` differs from `{self.other}`"

    def help(self) -> str:
        return "write all parts with the same columns, of the same types"


@dataclass(frozen=True)
class InexactColumn(FeedError):
    """A Parquet column of binary floating point for a decimal field."""

    column: str
    found: str
    wanted: str

    code = "inexact-column"

    def message(self) -> str:
        return f"`{self.file}` holds `{self.column}` as {self.found}, which cannot hold decimals such as 0.10 exactly"

    def help(self) -> str:
        return f"write it as {self.wanted}, or as text"


@dataclass(frozen=True)
class WrongColumnType(FeedError):
    """A Parquet column whose physical type cannot stand for its field."""

    column: str
    found: str
    wanted: str

    code = "column-type"

    def message(self) -> str:
        return f"`{self.file}` holds `{self.column}` as {self.found}, where {self.wanted} is expected"

    def help(self) -> str:
        return f"write it as {self.wanted}, or as text"


@dataclass(frozen=True)
class InTheWay(FeedError):
    """A feed that a file which is about to be written, `result` in a folder, would replace."""

    result: str
    folder: str

    code = "feed-in-the-way"

    def message(self) -> str:
        return f"`{self.file}` is a feed of this run, and a result file, `{self.result}`, would take its place in `{self.folder}`"

    def help(self) -> str:
        return f"name another folder, as in `--out {Path(self.folder, 'results')}`"
