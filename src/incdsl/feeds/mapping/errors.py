"""What can be wrong with a mapping. Every error names the mapping and the line of it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from incdsl.diagnostic import nearest, one_of
from incdsl.feeds.errors import FeedError


@dataclass(frozen=True)
class NoMapping(FeedError):
    """A mapping that was asked for by name and cannot be read."""

    reason: str

    code = "no-mapping"

    def message(self) -> str:
        return f"the mapping `{self.file}` cannot be read: {self.reason}"

    def help(self) -> str:
        return "name a mapping that is there, or have one written by `incdsl feeds init`"


@dataclass(frozen=True)
class MappingError(FeedError):
    """Base of what is wrong on a line of a mapping."""

    line: int

    @abstractmethod
    def _found(self) -> str:
        """What was found on the line."""

    def message(self) -> str:
        return f"{self.file} line {self.line}: {self._found()}"


@dataclass(frozen=True)
class BrokenMapping(MappingError):
    """A file that is not TOML; `twice` when it says one thing two times."""

    reason: str
    twice: bool

    code = "mapping-syntax"

    def _found(self) -> str:
        return "the same thing is said twice" if self.twice else f"it is not TOML here: {self.reason}"

    def help(self) -> str:
        if self.twice:
            return "keep one of them: a field has one column, and a record one section"
        return 'write texts in quotes, and one setting a line, as in `amount = "Amount (USD)"`'


@dataclass(frozen=True)
class UnknownSetting(MappingError):
    """A setting that there is not; `known` are those that there are in its place, `where`, as in "of a record"."""

    name: str
    where: str
    known: tuple[str, ...]

    code = "unknown-setting"

    def _found(self) -> str:
        return f"`{self.name}` is not a setting {self.where}"

    def help(self) -> str:
        near = nearest(self.name, self.known)
        return f"the nearest is `{near}`" if near else f"the settings {self.where} are {one_of(self.known, 20)}"


@dataclass(frozen=True)
class WrongSetting(MappingError):
    """A setting whose value cannot be used: why, and what would be one that can."""

    name: str
    why: str
    instead: str

    code = "wrong-setting"

    def _found(self) -> str:
        return f"`{self.name}` {self.why}"

    def help(self) -> str:
        return self.instead


@dataclass(frozen=True)
class UnknownRecord(MappingError):
    """A section for a record that the program does not have, or (`written`) that it does not read from a feed."""

    name: str
    records: tuple[str, ...]
    written: bool

    code = "unknown-record"

    def _found(self) -> str:
        if self.written:
            return f"`{self.name}` is written in the program, and is no feed"
        return f"`{self.name}` is not a record of the program"

    def help(self) -> str:
        near = None if self.written else nearest(self.name, self.records)
        return f"the nearest is `{near}`" if near else f"the records that are feeds are {one_of(self.records, 12)}"


@dataclass(frozen=True)
class UnknownField(MappingError):
    """A field that the record does not have."""

    record: str
    name: str
    fields: tuple[str, ...]

    code = "unknown-field"

    def _found(self) -> str:
        return f"`{self.name}` is not a field of `{self.record}`"

    def help(self) -> str:
        near = nearest(self.name, self.fields)
        return f"the nearest is `{near}`" if near else f"its fields are {one_of(self.fields, 20)}"


@dataclass(frozen=True)
class UnknownColumn(MappingError):
    """A column that the mapping names and the source does not have."""

    source: str
    column: str
    field: str
    columns: tuple[str, ...]

    code = "unknown-column"

    def _found(self) -> str:
        return f"`{self.source}` has no column `{self.column}`, named for `{self.field}`"

    def help(self) -> str:
        near = nearest(self.column, self.columns)
        return f"the nearest is `{near}`" if near else f"its columns are {one_of(self.columns, 20)}"


@dataclass(frozen=True)
class UnmappedField(MappingError):
    """A field of a record in the mapping that neither the mapping nor the source has a column for."""

    source: str
    field: str
    required: bool
    columns: tuple[str, ...]

    code = "unmapped-field"

    def _found(self) -> str:
        return f"nothing fills `{self.field}`: `{self.source}` has no column of that name, and the mapping names no other"

    def help(self) -> str:
        blank = "" if self.required else f', or leave it blank with `{self.field} = {{ constant = "" }}`'
        return f"name a column or a constant under the section's columns{blank}; the columns are {one_of(self.columns, 20)}"


@dataclass(frozen=True)
class InMapping(MappingError):
    """What is wrong with a file, database or constant that the mapping names there."""

    error: FeedError

    code = "in-mapping"

    def _found(self) -> str:
        return self.error.message()

    def help(self) -> str:
        return self.error.help()
