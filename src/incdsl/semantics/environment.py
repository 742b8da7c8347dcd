"""What a program declares: relations, parameters and sources by name, with the types of their columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.diagnostic import Sink
from incdsl.semantics import errors
from incdsl.semantics.calendars import named_periods
from incdsl.source import Span
from incdsl.syntax import ast

BASIC_TYPES: dict[str, ty.Known] = {
    "text": ty.TEXT,
    "boolean": ty.BOOLEAN,
    "whole number": ty.WHOLE_NUMBER,
    "number": ty.NUMBER,
    "percent": ty.PERCENT,
    "date": ty.DATE,
    "days": ty.DAYS,
    "event": ty.DATE,
    "country": ty.COUNTRY,
}


@dataclass(frozen=True)
class Range:
    """The type of a date range; its columns are `NAME_start` and `NAME_end`."""

    open: bool


@dataclass(frozen=True)
class Unknown:
    """The type of something already reported; nothing more is said about it."""


ColumnType = ty.Type | Range | Unknown
UNKNOWN = Unknown()

RELATIONS = ("record", "table", "calendar")
"""The words of declarations that have rows."""

NO_LEVEL = "none"
"""The level of a row that reaches no level of a designation."""


@dataclass(eq=False)
class Column:
    """A stored column as the rules see it."""

    name: str
    type: ColumnType
    label: str
    span: Span
    key: bool
    event: bool = False
    field: ast.Field | None = None


@dataclass(eq=False)
class Relation:
    """A record, table or calendar."""

    name: str
    label: str
    span: Span
    node: ast.Record | ast.Table | ast.Calendar | ast.ForEach
    columns: dict[str, Column] = field(default_factory=dict)
    lets: dict[str, ast.Let] = field(default_factory=dict)
    rules: dict[str, ast.Require | ast.Pay | ast.Invariant] = field(default_factory=dict)
    limits: list[ast.Limit] = field(default_factory=list)
    invalid_names: set[str] = field(default_factory=set)
    lost: bool = False
    """Whether a rule of which not even the name could be read stands here, or what the rows are made of is unknown."""

    @property
    def keys(self) -> list[Column]:
        """The key columns, in order."""
        return [column for column in self.columns.values() if column.key]

    @property
    def broken(self) -> bool:
        """Whether a line of its declaration did not parse, so that an unknown field may be that one."""
        return self.lost or (not isinstance(self.node, ast.ForEach) and self.node.broken)

    @property
    def lists_every_key(self) -> bool:
        """Whether it is a table with a row for every value that its keys can have, which are those of a `one of`, or yes
        and no."""
        if not isinstance(self.node, ast.Table) or not self.keys:
            return False
        choices = [_choices(column.type) for column in self.keys]
        if not 0 < prod(map(len, choices)) <= len(self.node.rows):
            return False
        at = [index for index, column in enumerate(self.columns.values()) if column.key]
        rows = {tuple(row.cells[i].span.text for i in at) for row in self.node.rows if len(row.cells) == len(self.columns)}
        return rows >= {*product(*choices)}

    def names(self) -> tuple[str, ...]:
        """Everything that can follow `row.`: columns and lets."""
        return (*self.columns, *self.lets)


def _choices(type_: ColumnType) -> tuple[str, ...]:
    """All values of a type as they are written; none for a type whose values are not listed."""
    match type_:
        case ty.Enum(values=values):
            return values
        case ty.Boolean():
            return "yes", "no"
        case _:
            return ()


@dataclass(eq=False)
class Environment:
    """Everything declared, by name."""

    sink: Sink
    program: ast.Program | None = None
    sources: dict[str, ast.SourceDocument] = field(default_factory=dict)
    params: dict[str, ast.Param] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    designations: dict[str, ast.Designation] = field(default_factory=dict)
    invalid_names: set[str] = field(default_factory=set)
    rules: dict[str, ast.Require | ast.Pay | ast.Invariant] = field(default_factory=dict)
    choices: dict[tuple[str, ...], ty.Enum] = field(default_factory=dict)
    broken_choices: set[tuple[str, ...]] = field(default_factory=set)
    """The values of tiers of which a line did not parse, so that an unknown value may be of that one."""
    lost: set[str] = field(default_factory=set)
    """The words of declarations of which not even the name could be read; empty text for one without a word."""

    def may_be_lost(self, *words: str) -> bool:
        """Whether something unknown may be declared where nothing could be read: then nothing is said of it."""
        return bool(self.lost & {"", *words})

    @property
    def currency(self) -> str:
        """The program's currency; USD when it says none, which is reported where money is used."""
        if self.program is not None and self.program.currency is not None:
            return self.program.currency.name
        return "USD"

    @property
    def calendars(self) -> tuple[str, ...]:
        """The names of the calendars."""
        return tuple(name for name, relation in self.relations.items() if isinstance(relation.node, ast.Calendar))

    def named_relations(self) -> tuple[str, ...]:
        """The relations that a program can name: not those of `for each … per …`."""
        return tuple(name for name, relation in self.relations.items() if not isinstance(relation.node, ast.ForEach))

    # --- types -------------------------------------------------------------------------------------------

    def type_of(self, node: ast.TypeExpr, name: str) -> ColumnType:
        """The type that a type expression says; `name` names the enumeration it may declare."""
        match node:
            case ast.BasicType(name=basic):
                return ty.Optional(ty.DATE) if basic == "event" else BASIC_TYPES[basic]
            case ast.MoneyType(currency=currency):
                if currency is None and self.program is not None and self.program.currency is None and not self.program.broken:
                    self.sink.add(errors.MissingCurrency(self.program.name.span))
                return ty.money(currency or self.currency)
            case ast.DateRangeType(open=open_):
                return Range(open_)
            case ast.OneOfType(values=values):
                self._once(values, "value")
                return self.choice(values)
            case ast.OptionalType(of=of):
                inner = self.type_of(of, name)
                return inner if isinstance(inner, Range | Unknown) else ty.Optional(ty.known(inner))
            case ast.NamedType(name=target, span=span):
                return self._reference(target, span)

    def choice(self, values: Sequence[ast.Identifier]) -> ty.Enum:
        """The type of a `one of`. Two with the same values in the same order are one type, named by the first."""
        return self.choices[tuple(value.name for value in values)]

    def declare_choice(self, name: str, type_: ast.TypeExpr) -> None:
        """Take note of a `one of` in a declaration; it has an order when any of those with its values says so."""
        if isinstance(type_, ast.OptionalType):
            self.declare_choice(name, type_.of)
        elif isinstance(type_, ast.OneOfType):
            values = tuple(value.name for value in type_.values)
            earlier = self.choices.get(values)
            ordered = type_.ordered or (earlier is not None and earlier.ordered)
            self.choices[values] = ty.Enum(earlier.name if earlier is not None else name, values, ordered)

    def declare_levels(self, node: ast.Designation) -> None:
        """The levels of a designation are a choice too, lowest first, beginning with none."""
        values = (NO_LEVEL, *dict.fromkeys(level.name.name for level in reversed(node.levels)))
        self.choices[values] = ty.Enum(node.name.name, values, ordered=True)

    def levels(self, node: ast.Designation) -> ty.Enum:
        """The type of a designation's levels."""
        return self.choices[NO_LEVEL, *dict.fromkeys(level.name.name for level in reversed(node.levels))]

    def _reference(self, target: str, span: Span) -> ColumnType:
        relation = self.relations.get(target)
        if relation is None:
            if target not in self.invalid_names and not self.may_be_lost(*RELATIONS):
                known = (*BASIC_TYPES, "money", *self.relations)
                self.sink.add(errors.UnknownType(span, target, known))
            return UNKNOWN
        key = self.key_type(relation)
        if key is None:
            if _marks_key(relation) and not relation.broken:  # where nothing is marked, the declaration is reported
                self.sink.add(errors.NoKey(span, target, relation.span))
            return UNKNOWN
        return ty.Row(target, key)

    @staticmethod
    def period_names(node: ast.Calendar) -> ty.Enum:
        """The type of the names that the periods of a calendar have."""
        return ty.Enum(node.name.name, tuple(name for name, _, _ in named_periods(node)))

    def key_type(self, relation: Relation) -> ty.Text | ty.Enum | ty.Country | ty.Date | ty.Number | None:
        """The type of a relation's key when it is one plain column; None otherwise.

        Works from the declaration, because columns of other relations may not be known yet.
        """
        match relation.node:
            case ast.Calendar():
                return self.period_names(relation.node)
            case ast.ForEach():
                return None
            case ast.Record(fields=fields):
                keys = [(f.name.name, f.type) for f in fields if f.key]
            case ast.Table(columns=columns):
                keys = [(c.name.name, c.type) for c in columns if c.key]
        if len(keys) != 1:
            return None
        match keys[0][1]:
            case ast.BasicType(name=("text" | "country" | "date" | "whole number") as basic):
                key = BASIC_TYPES[basic]
            case ast.OneOfType(values=values):
                key = self.choice(values)
            case _:
                return None
        assert isinstance(key, ty.Text | ty.Enum | ty.Country | ty.Date | ty.Number)
        return key

    def _once(self, names: Iterable[ast.Identifier], what: str) -> None:
        seen: dict[str, Span] = {}
        for name in names:
            if name.name in seen:
                self.sink.add(errors.DuplicateName(name.span, name.name, what, seen[name.name]))
            seen.setdefault(name.name, name.span)

    # --- provenance --------------------------------------------------------------------------------------

    def origin(self, node: ast.Node, *provenance: ast.Provenance) -> ir.Origin:
        """Where a node was written, and the citations and assumptions that stand beside it."""
        citations, assumptions = [], []
        for item in (item for group in provenance for item in group):
            match item:
                case ast.Cite(source=name, place=place):
                    document = self.sources.get(name.name)
                    if document is not None:
                        citations.append(ir.Citation(name.name, document.title, place))
                    elif name.name not in self.invalid_names and not self.may_be_lost("source"):
                        self.invalid_names.add(name.name)  # said once, however often it is cited
                        self.sink.add(errors.UnknownSource(name.span, name.name, tuple(self.sources)))
                case ast.Assumed(reason=reason, other=other):
                    text = None
                    if other is not None:
                        text = other.value if isinstance(other, ast.String) else other.span.text
                    assumptions.append(ir.Assumption(reason, text))
                case ast.Accept():
                    pass  # of warnings, and of no concern to results
        text = re.sub(r"\s+", " ", node.span.text.split("\n", 1)[0]).strip()
        return ir.Origin(
            node.span.source.path, node.span.line, text, tuple(dict.fromkeys(citations)), tuple(dict.fromkeys(assumptions))
        )


def _marks_key(relation: Relation) -> bool:
    """Whether any column of the relation is marked as part of its key."""
    match relation.node:
        case ast.Calendar() | ast.ForEach():
            return True
        case ast.Record(fields=fields):
            return any(field.key for field in fields)
        case ast.Table(columns=columns):
            return any(column.key for column in columns)
