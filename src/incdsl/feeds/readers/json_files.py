"""JSON feeds: an array of objects, or an object on every line (NDJSON).

Read in Python, because DuckDB's reader makes a binary number of every number: here each is taken by its text. A key that
is not there is a blank; one that no field has is noted. A list or an object where a value should be is a fault of its row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.diagnostic import nearest
from incdsl.feeds.errors import EmptyFeed, FeedError, MissingColumn, UnreadableFeed, WrongEncoding
from incdsl.feeds.headers import Header, map_header, wanted_columns
from incdsl.feeds.readers import landing, written
from incdsl.feeds.readers.landing import LONGEST_TEXT, Record
from incdsl.feeds.readers.plain_text import PlainText, plain_text
from incdsl.feeds.readers.written import Column
from incdsl.feeds.sources import Source
from incdsl.feeds.staging import Staged

_BLOCK = 1 << 16
_KEYS_KEPT = 100
_SHOWN = 60
_SPACE = " \t\r\n"
_BLANK = re.compile(f"[{_SPACE}]+")


@dataclass(frozen=True)
class OpenJson:
    """A JSON file; whether its keys fit its relation is known when it has been read."""

    source: Source
    text: PlainText
    header: Header

    @property
    def relation(self) -> ir.Relation:
        """The relation of the rows."""
        return self.source.relation


class _Pairs(list[tuple[str, object]]):
    """An object of JSON, with keys that are there twice."""


class _Bare(str):
    """A number of JSON, as it is written."""

    __slots__ = ()


class _NotJson(Exception):
    pass


def open_json(source: Source, scratch: Path) -> OpenJson | tuple[FeedError, ...]:
    """Unpack and decode a JSON file."""
    text = plain_text(source.path, scratch / source.relation.name, source.name, source.options.encoding)
    if not isinstance(text, PlainText):
        return (text,)
    header = map_header(source.relation, source.name, wanted_columns(source.relation, source.mapping), source.mapping)
    return OpenJson(source, text, header) if isinstance(header, Header) else header


def stage_json(connection: duckdb.DuckDBPyConnection, feed: OpenJson, scratch: Path) -> Staged | tuple[FeedError, ...]:
    """Read a JSON file into a table and stage it. Keys that are in no row and should be in some are errors."""
    reader = _Reader(feed)
    lines = feed.source.kind == "ndjson"
    notes = () if feed.text.note is None else (feed.text.note,)
    try:
        with feed.text.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n" if lines else None) as file:
            records = reader.lines(file) if lines else reader.values(file)
            staged = landing.land(connection, feed.source, feed.header, records, scratch, notes, "line" if lines else "row")
    except _NotJson as error:
        return (UnreadableFeed(feed.source.name, str(error)),)
    except UnicodeDecodeError:
        return (WrongEncoding(feed.source.name, 1, "UTF-8"),)
    if not reader.read and not lines and not reader.is_array:
        return (EmptyFeed(feed.source.name, feed.header.names),)
    errors = reader.missing()
    extra = tuple(key for key in reader.others if key)
    return errors or replace(staged, header=replace(feed.header, extra=extra))


class _Reader:
    """Reads the rows of a file, and remembers which keys it met."""

    def __init__(self, feed: OpenJson) -> None:
        self._feed = feed
        self._positions = {name: at for at, name in enumerate(feed.header.names)}
        self._columns = written.columns(feed.relation, feed.header)
        self._decoder = json.JSONDecoder(
            object_pairs_hook=_Pairs, parse_float=_Bare, parse_int=_Bare, parse_constant=_constant, strict=False
        )
        self._met: set[int] = set()
        self.others: dict[str, None] = {}
        self.read = 0
        self.is_array = False

    def lines(self, file: TextIO) -> Iterator[Record]:
        """The rows of a file with one on every line; blank lines are none."""
        number = 0
        while line := file.readline(LONGEST_TEXT + 1):
            number += 1
            if len(line) > LONGEST_TEXT:
                while not line.endswith("\n") and (line := file.readline(LONGEST_TEXT)):
                    pass
                yield Record(number, (), landing.too_long("line"))
            elif not line.isspace():
                yield self._line(number, line.rstrip("\r\n"))

    def values(self, file: TextIO) -> Iterator[Record]:
        """The rows of a file that is one array, or one object after another."""
        pending = _Pending(file, self._decoder)
        self.is_array = pending.skip() == "["
        if self.is_array:
            pending.take()
        number = 0
        while (begins := pending.skip()) not in ("", "]"):
            if self.is_array and number and begins != ",":
                raise pending.unexpected("a comma or the end of the array")
            if self.is_array and number:
                pending.take()
                pending.skip()
            number += 1
            yield self._row(number, pending.value())
        if self.is_array and begins != "]":
            raise _NotJson(f"it ends in the middle, after row {number:,}: the file is not complete")
        if begins == "]":
            pending.take()
            if pending.skip():
                raise pending.unexpected("the end of the file")

    def missing(self) -> tuple[FeedError, ...]:
        """The fields of which no row has the key, when they are required, or a key that no field has may be meant."""
        errors: list[FeedError] = []
        spare = list(self.others)
        relation, header = self._feed.relation, self._feed.header
        for column, position in zip(relation.stored, header.positions, strict=True):
            if position is None or position in self._met or not self.read:
                continue
            near = nearest(header.names[position], spare)
            if near is not None or not isinstance(column.type, ty.Optional):
                found = tuple(dict.fromkeys([*(header.names[at] for at in sorted(self._met)), *self.others]))
                errors.append(MissingColumn(self._feed.source.name, header.names[position], relation.name, near, found))
        return tuple(errors)

    def _line(self, number: int, line: str) -> Record:
        try:
            value, end = self._decoder.raw_decode(line, len(line) - len(line.lstrip(_SPACE)))
        except (ValueError, RecursionError) as error:
            return Record(number, (line.strip(),), _why(error))
        if line[end:].strip(_SPACE):
            return Record(number, (line.strip(),), f"the line goes on after its object ends, at character {end + 1}")
        return self._row(number, value)

    def _row(self, number: int, value: object) -> Record:
        if not isinstance(value, _Pairs):
            return Record(number, (_written(value),), f"it is {_kind(value)}, where an object with fields is expected")
        self.read += 1
        values = [""] * len(self._positions)
        unfit: dict[int, str] = {}
        here: set[int] = set()
        for key, found in value:
            at = self._positions.get(key.strip())
            if at is None:
                if len(self.others) < _KEYS_KEPT:
                    self.others[key if key.isprintable() else ascii(key)] = None
                continue
            if at in here:
                unfit[at] = f"`{key}` is there more than once in the row"
            here.add(at)
            values[at], fault = self._text(found, at)
            if fault is not None:
                unfit[at] = f"`{key}` {fault}"
        self._met |= here
        return Record(number, tuple(values), None, unfit)

    def _text(self, value: object, at: int) -> tuple[str, str | None]:
        """A value as the text that a CSV file would have, and what is wrong with it."""
        match value:
            case None:
                return "", None
            case bool():
                return self._columns.get(at, Column()).truth(value, ("false", "true")), None
            case _Bare():
                return self._columns.get(at, Column()).number(value), None
            case str() if value.isascii() or _encodes(value):
                return value, None
            case str():
                return value.encode("utf-8", "backslashreplace").decode(), "has bytes or escapes that are no characters"
            case _:
                return _written(value), f"holds {_kind(value)}, where one value is expected"


class _Pending:
    """What has been read of a file and is not used up: never much more than one row."""

    def __init__(self, file: TextIO, decoder: json.JSONDecoder) -> None:
        self._file = file
        self._decoder = decoder
        self._text = ""
        self._at = 0
        self._line = 1
        self._before = 0

    def skip(self) -> str:
        """Skip blanks; the next character, or nothing at the end."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text) or not self._more(_BLOCK):
                return self._text[self._at : self._at + 1]

    def take(self) -> None:
        """Use up one character."""
        self._at += 1

    def value(self) -> object:
        """Use up one value. Raises _NotJson."""
        block = _BLOCK
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise _NotJson(f"{_why(error)}, on line {self._place()}") from error
            except ValueError as error:
                # The value may go on in what has not been read; twice as much each time, so that it takes no longer than that.
                if len(self._text) - self._at <= LONGEST_TEXT and self._more(block):
                    block *= 2
                    continue
                if len(self._text) - self._at > LONGEST_TEXT:
                    raise _NotJson(f"a row has more than {LONGEST_TEXT:,} characters, on line {self._place()}") from error
                at = getattr(error, "pos", self._at)
                raise _NotJson(f"{_why(error, self._column(at))}, on line {self._place(at)}") from error
            if end == len(self._text) and self._more(block):
                continue  # a number may go on
            self._at = end
            return value

    def unexpected(self, wanted: str) -> _NotJson:
        """The error that something else stands here."""
        return _NotJson(f"line {self._place()} has `{self._text[self._at]}` where {wanted} is expected")

    def _more(self, size: int) -> bool:
        more = self._file.read(size)
        if more:
            self._line, self._before = self._place(), self._column(self._at) - 1
            self._text, self._at = self._text[self._at :] + more, 0
        return bool(more)

    def _column(self, at: int) -> int:
        """Which character of its line stands there, from 1."""
        end = self._text.rfind("\n", 0, at)
        return at - end if end >= 0 else self._before + at + 1

    def _place(self, at: int | None = None) -> int:
        return self._line + self._text.count("\n", 0, self._at if at is None else at)


def _constant(name: str) -> object:
    return _Bare(name)


def _encodes(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _kind(value: object) -> str:
    match value:
        case _Pairs():
            return "an object"
        case list():
            return "a list"
        case None:
            return "null"
        case bool():
            return "true or false"
        case _Bare():
            return "a number"
        case _:
            return "a text"


def _written(value: object) -> str:
    """A value as JSON, cut off when it is long."""
    text = _json(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _json(value: object) -> str:
    match value:
        case _Bare():
            return value
        case _Pairs():
            return "{" + ", ".join(f"{json.dumps(key)}: {_json(inner)}" for key, inner in value) + "}"
        case list():
            return "[" + ", ".join(map(_json, value)) + "]"
        case _:
            return json.dumps(value)


def _why(error: Exception, column: int | None = None) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON ({error.msg.lower().removesuffix(' at')} at character {column or error.colno})"
    return "its lists or objects are nested too deeply"
