"""From a mapping's text to what it says, checked against the records of a program. Nothing is left for later but what
takes a look at the files: whether they are there, and have the columns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.countries import COUNTRIES
from incdsl.diagnostic import one_of
from incdsl.feeds.errors import FeedError, FeedErrors
from incdsl.feeds.mapping import places, settings
from incdsl.feeds.mapping.constants import faults
from incdsl.feeds.mapping.errors import BrokenMapping, NoMapping, UnknownField, UnknownRecord, UnknownSetting, WrongSetting
from incdsl.feeds.mapping.model import CurrencyColumn, FeedMapping, FieldMapping, Place, RecordMapping
from incdsl.feeds.mapping.settings import STYLE, Unusable
from incdsl.feeds.styles import CANONICAL, Style

_NAMES = ("file", "url", "kind", "table", "encoding", "outside")
_PLACE = (*_NAMES, "delimiter", "quote", "header_line")
_OF_FIELD = ("column", "constant", "default", "currency")
_LARGEST = 1 << 20


def read_mapping(path: Path, relations: Sequence[ir.Relation], kinds: Sequence[str]) -> FeedMapping:
    """Read a mapping for the records of a program, in files of some `kinds`. Raises FeedErrors with all that is wrong."""
    try:
        if path.stat().st_size > _LARGEST:
            raise FeedErrors((NoMapping(str(path), "it has more than a megabyte"),))
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FeedErrors((NoMapping(str(path), "it is not UTF-8 text"),)) from error
    except OSError as error:
        raise FeedErrors((NoMapping(str(path), (error.strerror or str(error)).lower()),)) from error
    try:
        said = tomllib.loads(text.replace("\r\n", "\n"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise FeedErrors((_broken(path.name, text, str(error)),)) from error
    reader = _Reader(path.name, places.lines(text.replace("\r\n", "\n")), relations, kinds)
    records = reader.records(said)
    reader.check_constants(records)
    if reader.errors:
        raise FeedErrors(tuple(sorted(reader.errors, key=lambda error: getattr(error, "line", 0))))
    return FeedMapping(path.name, records)


def _broken(name: str, text: str, reason: str) -> BrokenMapping:
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", reason)
    line = int(place[1]) if place and place[1] else text.count("\n") + 1
    what = reason[: place.start()] if place else reason
    twice = "overwrite" in what or "twice" in what or "mutate" in what.lower()
    return BrokenMapping(name, line, what[:1].lower() + what[1:], twice)


class _Reader:
    def __init__(
        self, file: str, lines: Mapping[places.Path, int], relations: Sequence[ir.Relation], kinds: Sequence[str]
    ) -> None:
        self.file = file
        self.lines = lines
        self.relations = {relation.name: relation for relation in relations}
        self.kinds = tuple(kinds)
        self.errors: list[FeedError] = []

    def records(self, said: Mapping[str, object]) -> dict[str, RecordMapping]:
        """All sections; what is said at the top holds for each of them."""
        feeds = tuple(name for name, relation in self.relations.items() if isinstance(relation.source, ir.Feed))
        sections = {name: value for name, value in said.items() if isinstance(value, dict) and name not in STYLE}
        top = {name: value for name, value in said.items() if name not in sections}
        self._known((), top, STYLE, "at the top of a mapping")
        style = self._styled((), CANONICAL, top)
        records = {}
        for name, section in sections.items():
            if name in feeds:
                records[name] = self._record(self.relations[name], section, style)
            else:
                self.errors.append(UnknownRecord(self.file, self._line((name,)), name, feeds, name in self.relations))
        # What is said at the top holds for records that have no section, too.
        nowhere = Place(1)
        rest = (name for name in feeds if name not in sections and style != CANONICAL)
        return records | {name: RecordMapping(self.file, name, nowhere, {}, style) for name in rest}

    def check_constants(self, records: Mapping[str, RecordMapping]) -> None:
        """Whether the constants and defaults are values of their fields."""
        given = [
            (
                (record.record, "columns", field.field, name),
                next(c for c in self.relations[record.record].stored if c.name == field.field),
                value,
            )
            for record in records.values()
            for field in record.fields.values()
            for name, value in (("constant", field.constant), ("default", field.default))
            if value
        ]
        for (path, column, _), fault in zip(given, faults([(column, value) for _, column, value in given]), strict=True):
            if fault is not None:
                why = f"is no value of `{column.name}`: {fault}"
                instead = "constants and defaults are written in the program's notation"
                self.errors.append(WrongSetting(self.file, self._line(path), path[-1], why, instead))

    def _record(self, relation: ir.Relation, said: Mapping[str, object], base: Style) -> RecordMapping:
        path = (relation.name,)
        self._known(path, said, (*_PLACE, "columns", *STYLE), "of a record")
        style = self._styled(path, base, said)
        columns = said.get("columns", {})
        fields = {}
        if not isinstance(columns, dict):
            instead = f'write `[{relation.name}.columns]` and under it lines such as `id = "Order line"`'
            self.errors.append(WrongSetting(self.file, self._line((*path, "columns")), "columns", "is no table", instead))
            columns = {}
        stored = {column.name: column for column in relation.stored}
        for name, value in columns.items():
            if name in stored:
                field = self._field((*path, "columns", name), stored[name], value, style)
                if field is not None:
                    fields[name] = field
            else:
                line = self._line((*path, "columns", name))
                self.errors.append(UnknownField(self.file, line, relation.name, name, tuple(stored)))
        return RecordMapping(self.file, relation.name, self._place(path, said), fields, style)

    def _place(self, path: places.Path, said: Mapping[str, object]) -> Place:
        place = Place(self._line(path))
        try:
            named = {name: settings.text(name, said[name]) for name in _NAMES if name in said}
            place = Place(
                place.line,
                named.get("file"),
                named.get("url"),
                named.get("kind"),
                named.get("table"),
                settings.character("delimiter", said["delimiter"]) if "delimiter" in said else None,
                settings.character("quote", said["quote"]) if "quote" in said else None,
                named.get("encoding"),
                settings.number("header_line", said["header_line"]) if "header_line" in said else None,
                named.get("outside"),
            )
            if place.file is not None and place.url is not None:
                raise Unusable("url", "and `file` are both said", "keep the one that has the rows")
            if place.kind is not None and place.kind not in self.kinds:
                raise Unusable("kind", f"is `{place.kind}`", f"write one of {one_of(self.kinds, 12)}")
        except Unusable as fault:
            self._unusable(path, fault)
        return place

    def _field(self, path: places.Path, column: ir.StoredColumn, said: object, base: Style) -> FieldMapping | None:
        field = FieldMapping(column.name, self._line(path), style=base)
        if isinstance(said, str):
            said = {"column": said}
        if not isinstance(said, dict):
            instead = f'write `{column.name} = "Its column"`, or `{column.name} = {{ constant = … }}`'
            why = "has a list: one column feeds a field" if isinstance(said, list) else "is no text and no table"
            self.errors.append(WrongSetting(self.file, self._line(path), column.name, why, instead))
            return None
        own = (*_OF_FIELD, *settings.of_type(column.type))
        for name in (name for name in said if name in (*STYLE, "values") and name not in own):
            why = f"says nothing about `{column.name}`, which is {_described(column.type)}"
            instead = f"leave it out; the settings of this field are {one_of(own, 12)}"
            self.errors.append(WrongSetting(self.file, self._line((*path, name)), name, why, instead))
        self._known(path, said, (*_OF_FIELD, *STYLE, "values"), "of a field")
        try:
            field = self._filled(field, column, said)
            if "values" in said:
                field = replace(field, style=replace(field.style, values=_values(column.type, said["values"])))
        except Unusable as fault:
            self._unusable(path, fault)
        return replace(field, style=self._styled(path, field.style, said))

    def _filled(self, field: FieldMapping, column: ir.StoredColumn, said: Mapping[str, object]) -> FieldMapping:
        """The field with its column, constant, default and currency. Raises Unusable."""
        if "column" in said:
            field = replace(field, column=settings.text("column", said["column"]))
        if "constant" in said:
            others = [name for name in said if name != "constant"]
            if others:
                raise Unusable(others[0], "is said beside a constant", "keep one: a constant fills every row by itself")
            field = replace(field, constant=settings.constant("constant", said["constant"]).strip(" "))
            if not field.constant and not isinstance(column.type, ty.Optional):
                raise Unusable("constant", f"is blank, and every row needs `{column.name}`", "write the value, or name a column")
        elif "column" not in said:
            field = replace(field, column=column.name)
        if "default" in said:
            field = replace(field, default=settings.constant("default", said["default"]).strip(" "))
            if not field.default:
                raise Unusable("default", "is blank", "leave it out: a blank stays blank anyway")
        if "currency" in said:
            field = replace(field, currency=_currency(column, said["currency"]))
        return field

    def _styled(self, path: places.Path, base: Style, said: Mapping[str, object]) -> Style:
        try:
            return settings.styled(base, said)
        except Unusable as fault:
            self._unusable(path, fault)
            return base

    def _unusable(self, path: places.Path, fault: Unusable) -> None:
        line = self._line((*path, fault.name))
        self.errors.append(WrongSetting(self.file, line, fault.name, fault.why, fault.instead))

    def _known(self, path: places.Path, said: Mapping[str, object], known: tuple[str, ...], where: str) -> None:
        for name in said:
            if name not in known:
                self.errors.append(UnknownSetting(self.file, self._line((*path, name)), name, where, known))

    def _line(self, path: places.Path) -> int:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def _currency(column: ir.StoredColumn, said: object) -> CurrencyColumn:
    money = ty.known(column.type)
    if not isinstance(money, ty.Money):
        raise Unusable("currency", f"says nothing about `{column.name}`, which is {_described(column.type)}", "leave it out")
    if isinstance(said, dict):
        if set(said) - {"column", "values"} or "column" not in said:
            instead = 'write `currency = "Curr"`, or `currency = { column = "Curr", values = { "US$" = "USD" } }`'
            raise Unusable("currency", "has other settings than its column and values", instead)
        values = settings.pairs("values", said["values"]) if "values" in said else ()
        return CurrencyColumn(settings.text("currency", said["column"]), values)
    return CurrencyColumn(settings.text("currency", said))


def _values(type_: ty.Type, said: object) -> tuple[tuple[str, str], ...]:
    pairs = settings.pairs("values", said)
    known: Sequence[str] | None = None
    match ty.known(type_):
        case ty.Enum(_, names):
            known = names
        case ty.Country():
            known = sorted(COUNTRIES)
        case _:
            pass
    for found, meant in pairs:
        if known is not None and meant not in known:
            why = f"turns `{found}` into `{meant}`, which is not one of its values"
            raise Unusable("values", why, f"they are {one_of(known, 12)}")
    return pairs


def _described(type_: ty.Type) -> str:
    known = ty.known(type_)
    match known:
        case ty.Row(name):
            return f"a reference to `{name}`"
        case ty.Enum(_, values):
            return f"one of {one_of(values, 3)}"
        case _:
            return f"of type {known}"
