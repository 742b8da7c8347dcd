"""What everything of a program is called in its module."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal

from incdsl.backends.python.names import Names, pascal
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.dependencies import columns
from incdsl.core.result_keys import snake_case

TYPES = ("str", "bool", "int", "object", "type", "Decimal", "datetime", "rule", "part", "Evaluation", "ClassVar")
"""Names that a class uses among its fields, so that no field has them."""


class Vocabulary:
    """The names of one program's classes, fields, constants and tables; `taken` are those the module has anyway."""

    def __init__(self, program: ir.Program, taken: frozenset[str]) -> None:
        self.names = Names(taken)
        self.params = {param.name: self.names.give(snake_case(param.name).upper()) for param in program.params}
        self.record: dict[str, str] = {}
        self.rules: dict[str, str] = {}
        self.table: dict[str, str] = {}
        self.variable: dict[str, str] = {}
        self.written: dict[str, str] = {}
        self.feed: dict[str, str] = {}
        self.column: dict[tuple[str, str], str] = {}
        self._enums: dict[ty.Enum, str] = {}
        self._constants: dict[str, tuple[str, str]] = {}
        tables, feeds = Names(("feeds", "as_of", "results", "indexes_of", "self")), Names(("from_dicts", "self"))
        for relation in program.relations:
            self._relation(relation, tables, feeds)
        self.output = {output.name: self.names.give(pascal(_singular(output.name)) + "Row") for output in program.outputs}
        results = Names(("csv", "rows"))
        self.result = {output.name: results.give(snake_case(output.name)) for output in program.outputs}
        for enum in sorted(set(_enums(program)), key=lambda enum: (enum.name, enum.values, enum.ordered)):
            self._enums[enum] = self.names.give(snake_case(enum.name).upper())

    def _relation(self, relation: ir.Relation, tables: Names, feeds: Names) -> None:
        name = relation.name
        self.record[name] = self.names.give(pascal(name))
        has_rules = bool(relation.derived) or relation.known is not None
        self.rules[name] = self.names.give(self.record[name] + "Rules") if has_rules else self.record[name]
        self.table[name] = tables.give(snake_case(name))
        self.variable[name] = self.names.give(snake_case(name))
        if isinstance(relation.source, ir.Rows):
            self.written[name] = self.names.give(f"{snake_case(name).upper()}_ROWS")
        if isinstance(relation.source, ir.Feed):
            self.feed[name] = feeds.give(snake_case(relation.source.file))
        attributes = Names((*TYPES, "_world", "_key", "_relation", "known_"))
        for column in columns(relation):
            self.column[name, column.name] = attributes.give(column.name)
        self.known = "known_"

    def enum(self, enum: ty.Enum) -> str:
        """The constant that holds the values of an enum, in their order."""
        return self._enums[enum]

    @property
    def enums(self) -> dict[ty.Enum, str]:
        """Every enum with the constant that holds its values."""
        return self._enums

    @property
    def constants(self) -> list[tuple[str, str]]:
        """The constants asked for so far: their names and the code of their values."""
        return sorted(self._constants.values())

    def constant(self, value: ir.Value) -> str:
        """The code for a value: written out, or the name of a constant."""
        match value:
            case None | bool() | int():
                return repr(value)
            case str():
                return quoted(value)
            case Decimal():
                code, name = f'Decimal("{value:f}")', "N" + f"_{value:f}".replace("-", "minus_").replace(".", "_")
            case datetime.date():
                code = f"datetime.date({value.year}, {value.month}, {value.day})"
                name = f"DAY_{value.isoformat().replace('-', '_')}"
        if code not in self._constants:
            self._constants[code] = self.names.give(name), code
        return self._constants[code][0]


def quoted(text: str) -> str:
    """A text as Python writes it, in double quotes, escaped where it has to be."""
    plain = text.isprintable() and '"' not in text and "\\" not in text
    return f'"{text}"' if plain else repr(text)


def written(value: ir.Value) -> str:
    """The code that makes a value."""
    match value:
        case str():
            return quoted(value)
        case Decimal():
            return f'Decimal("{value:f}")'
        case datetime.date():
            return f"datetime.date({value.year}, {value.month}, {value.day})"
        case _:
            return repr(value)


def annotation(type_: ty.Type) -> str:
    """The Python type of a type's values."""
    match type_:
        case ty.Optional(of):
            return f"{annotation(of)} | None"
        case ty.Boolean():
            return "bool"
        case ty.Date():
            return "datetime.date"
        case ty.Row(_, key):
            return annotation(key)
        case ty.Text() | ty.Enum() | ty.Country():
            return "str"
        case _:
            return "Decimal"


def _singular(name: str) -> str:
    return name[:-1] if name.endswith("s") else name


def _enums(node: object) -> Iterator[ty.Enum]:
    if isinstance(node, ty.Enum):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from _enums(item)
    elif is_dataclass(node):
        for field in fields(node):
            yield from _enums(getattr(node, field.name))
