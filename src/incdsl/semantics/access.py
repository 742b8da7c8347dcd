"""Reaching columns: `row.name` for every kind of row, and names standing alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.semantics import errors
from incdsl.semantics.environment import Environment, Range, Relation, Unknown
from incdsl.semantics.terms import both, missing, op, optional, present
from incdsl.semantics.unknown import not_read
from incdsl.semantics.values import DateRange, DecidedRow, FoundRow, OwnRow, Scalar, Value
from incdsl.source import Span
from incdsl.syntax import ast


@dataclass(frozen=True)
class ScalarLet:
    """A `let` that is a column of its relation."""

    type: ty.Type


@dataclass(frozen=True)
class RowLet:
    """A `let` that stands for a row of another relation, reached by these columns of its own row."""

    relation: Relation
    keys: tuple[tuple[str, ty.Type], ...]
    certain: bool


LetValue = ScalarLet | RowLet


def known_event(name: str) -> str:
    """The column that hides an event which comes after the as-of date."""
    return f"{name}.known"


def column_of(row: OwnRow | FoundRow, name: str, type_: ty.Type) -> ir.Expr:
    """A column of a row: read where it stands, or looked up; optional when the row may be missing."""
    if isinstance(row, OwnRow):
        return ir.Column(name, type_, row.depth)
    if row.certain:
        return ir.Lookup(row.relation.name, row.keys, name, type_, certain=True)
    wrapped = type_ if isinstance(type_, ty.Optional) else ty.Optional(type_)
    looked_up: ir.Expr = ir.Lookup(row.relation.name, row.keys, name, wrapped)
    if row.tested:
        return looked_up if isinstance(type_, ty.Optional) else present(looked_up)
    # A key taken from an optional value: where that is blank there is nothing to look up.
    blank = [key.operands[0] for key in row.keys if isinstance(key, ir.Operation) and key.operator == "known"]
    if not blank:
        return looked_up
    return ir.Case(((both(*(op("given", key) for key in blank)), looked_up),), missing(ty.known(type_)), wrapped)


class Access:
    """Members of rows. `let_value` elaborates a `let` of a relation on first use; None when it failed."""

    def __init__(self, env: Environment, let_value: Callable[[Relation, ast.Let, Span], LetValue | None]) -> None:
        self.env = env
        self.let_value = let_value

    def member(self, row: OwnRow | FoundRow, name: str, span: Span) -> Value | None:
        """The column or `let` of that name; None when there is none, which is reported unless it may be a
        line that did not parse."""
        relation = row.relation
        if name in relation.columns:
            return self._stored(row, name)
        if name in relation.lets:
            let = self.let_value(relation, relation.lets[name], span)
            match let:
                case None:
                    return None
                case ScalarLet(type=type_):
                    return Scalar(column_of(row, name, type_))
                case RowLet(relation=target, keys=keys, certain=certain):
                    exprs = tuple(column_of(row, key, type_) for key, type_ in keys)
                    if any(isinstance(expr.type, ty.Optional) for expr in exprs):
                        self.env.sink.add(errors.MayBeMissing(span, span.text, f"`{relation.name}` may have no such row", None))
                        return None
                    return FoundRow(target, exprs, certain, target.lists_every_key)
        if name not in relation.invalid_names and not relation.broken:
            relation.invalid_names.add(name)  # said once, however often it stands
            meant = not_read(relation, name)
            self.env.sink.add(errors.UnknownField(span, name, relation.name, relation.names(), relation.span, meant))
        return None

    def _stored(self, row: OwnRow | FoundRow, name: str) -> Value | None:
        column = row.relation.columns[name]
        type_ = column.type
        if isinstance(type_, Unknown):
            return None
        if isinstance(type_, Range):
            end_type: ty.Type = ty.Optional(ty.DATE) if type_.open else ty.DATE
            return DateRange(column_of(row, f"{name}_start", ty.DATE), column_of(row, f"{name}_end", end_type))
        stored_name = known_event(name) if column.event else name
        return Scalar(column_of(row, stored_name, type_))

    def row_of(self, value: Value) -> OwnRow | FoundRow | None:
        """The row a value is or refers to; None when it is neither."""
        match value:
            case OwnRow() | FoundRow():
                return value
            case Scalar(expr=expr):
                referred = ty.known(expr.type)
                if isinstance(referred, ty.Row):
                    target = self.env.relations[referred.relation]
                    given = not isinstance(expr.type, ty.Optional)
                    return FoundRow(target, (present(expr),), certain=given and not self.dated(target))
            case DateRange() | DecidedRow():
                pass
        return None

    def key_of(self, row: OwnRow | FoundRow) -> ir.Expr | None:
        """The value that identifies a row of a relation with a single key; None when there is no such key."""
        key = self.env.key_type(row.relation)
        if key is None:
            return None
        if isinstance(row, FoundRow):
            found = row.keys[0]
            return found if row.certain or row.tested else optional(found)
        return ir.Column(row.relation.keys[0].name, key, row.depth)

    @staticmethod
    def dated(relation: Relation) -> bool:
        """Whether a reference from a known row may lead to a row of the relation that is not known yet. A row is known
        only once the rows that it refers to are; but rows of one feed may refer to each other."""
        own = any(isinstance(c.type, ty.Row | ty.Optional) and _leads_to(c.type, relation) for c in relation.columns.values())
        return own and isinstance(relation.node, ast.Record) and relation.node.dated_by is not None


def _leads_to(type_: ty.Type, relation: Relation) -> bool:
    referred = ty.known(type_)
    return isinstance(referred, ty.Row) and referred.relation == relation.name
