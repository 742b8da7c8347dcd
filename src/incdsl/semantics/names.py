"""Leaves of expressions: written values, names, members of rows, lookups."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.diagnostic import nearest
from incdsl.semantics import errors, operations
from incdsl.semantics.constants import decimal_type
from incdsl.semantics.decisions import in_words
from incdsl.semantics.elaborates import Elaborates
from incdsl.semantics.environment import RELATIONS, Range
from incdsl.semantics.exceptions import elaborate_let
from incdsl.semantics.notes import Lookup, rows_of
from incdsl.semantics.same_record import key_fits
from incdsl.semantics.terms import shifted
from incdsl.semantics.tiers import least_value
from incdsl.semantics.unknown import hint, key_hint, row_hint
from incdsl.semantics.values import DateRange, DecidedRow, FoundRow, OwnRow, Scalar, Scope, Value
from incdsl.syntax import ast


def literal(elaborator: Elaborates, node: ast.Expr, expected: ty.Type | None) -> Value | None:
    """A written value; `expected` says what a text or name stands for."""
    wanted = ty.known(expected) if expected is not None else None
    match node:
        case ast.Number(value=value):
            return _decimal(elaborator, node, ty.NUMBER, value)
        case ast.Percent(value=value):
            return _decimal(elaborator, node, ty.PERCENT, value)
        case ast.Days(value=days):
            return _decimal(elaborator, node, ty.DAYS, Decimal(days))
        case ast.Money(value=value, currency=currency):
            return _decimal(elaborator, node, ty.money(currency), value)
        case ast.Date(value=date):
            return Scalar(ir.Literal(date, ty.DATE))
        case ast.Boolean(value=yes):
            return Scalar(ir.Literal(yes, ty.BOOLEAN))
        case ast.String() if isinstance(wanted, ty.Row | ty.Country | ty.Enum):
            return _constant(elaborator, node, wanted)
        case ast.String():
            return _constant(elaborator, node, ty.TEXT)
        case _:
            raise AssertionError(node)


def _decimal(elaborator: Elaborates, node: ast.Expr, kind: ty.Decimal, value: Decimal) -> Value | None:
    type_ = decimal_type(kind, value)
    if type_.digits > kind.digits:
        elaborator.env.sink.add(errors.TooManyDigits(node.span, node.span.text, operations.in_words(kind)))
        return None
    return Scalar(ir.Literal(value, type_))


def _constant(elaborator: Elaborates, node: ast.Expr, type_: ty.Known) -> Value | None:
    read = elaborator.constants.read(node, type_, "this value")
    return None if read is None else Scalar(ir.Literal(read[0], type_))


def bare_name(elaborator: Elaborates, node: ast.Name, scope: Scope, expected: ty.Type | None) -> Value | None:
    """What a bare name stands for: a column, a `let`, a parameter, or a value of the type expected."""
    bare = scope.bare
    if bare is not None and (node.name in bare.relation.columns or node.name in bare.relation.lets):
        if _means_two(elaborator, node, bare, scope, expected):
            return None
        return elaborator.access.member(bare, node.name, node.span)
    if node.name in scope.names:
        return _local(elaborator, scope.names[node.name], scope)
    if node.name == "day" and scope.day is not None:
        return Scalar(shifted(scope.day) if scope.inner else scope.day)
    if node.name in elaborator.dated_params:
        elaborator.env.sink.add(errors.NeedsDay(node.span, node.name, elaborator.env.params[node.name].name.span))
        return None
    if node.name in elaborator.params:
        return Scalar(ir.Param(node.name, elaborator.params[node.name]))
    wanted = ty.known(expected) if expected is not None else None
    if isinstance(wanted, ty.Enum | ty.Country) or (isinstance(wanted, ty.Row) and isinstance(wanted.key, ty.Enum | ty.Country)):
        return _constant(elaborator, node, wanted)
    invalid = elaborator.env.invalid_names | (bare.relation.invalid_names if bare else set())
    lost = elaborator.env.may_be_lost("param") or (bare is not None and bare.relation.broken)
    if node.name not in invalid and not lost:
        _unknown_name(elaborator, node, scope, bare)
    return None


def _means_two(elaborator: Elaborates, node: ast.Name, row: OwnRow | FoundRow, scope: Scope, expected: ty.Type | None) -> bool:
    """Whether the name of a column is also that of a parameter, or of a value that could stand here, which is reported."""
    param = elaborator.env.params.get(node.name)
    wanted = ty.known(expected) if expected is not None else None
    if param is None and not (isinstance(wanted, ty.Enum) and node.name in wanted.values):
        return False
    relation = row.relation
    column = relation.columns.get(node.name)
    what, first = ("field", column.span) if column is not None else ("let", relation.lets[node.name].name.span)
    second = param.name.span if param is not None else None
    elaborator.env.sink.add(errors.TwoMeanings(node.span, node.name, what, relation.name, first, second, scope.inner is not None))
    return True


def _local(elaborator: Elaborates, local: ast.Let | ir.Expr, scope: Scope) -> Value | None:
    """A `let` of the designation around: a column already, or worked out where it is used."""
    if not isinstance(local, ast.Let):
        return Scalar(shifted(local) if scope.inner else local)
    if isinstance(local.value, ast.Tiers) or local.exceptions:
        excepted = elaborate_let(elaborator, local, scope.outside)
        value: Value | None = None if excepted is None else Scalar(excepted.value)
        if excepted is not None and scope.row is not None:
            elaborator.clashes.extend((scope.row.name, clash) for clash in excepted.clashes)
    else:
        value = elaborator.value(local.value, scope.outside)
    if value is None or scope.inner is None:
        return value
    match value:
        case Scalar(expr=expr):
            return Scalar(shifted(expr))
        case FoundRow():
            return replace(value, keys=tuple(shifted(key) for key in value.keys))
        case DateRange(start=start, end=end):
            return DateRange(shifted(start), shifted(end))
        case OwnRow():
            return replace(value, depth=value.depth + 1)
        case DecidedRow(keys=keys):
            return replace(value, keys=tuple(shifted(key) for key in keys))


def _unknown_name(elaborator: Elaborates, node: ast.Name, scope: Scope, bare: OwnRow | FoundRow | None) -> None:
    own = bare.relation.names() if bare else ()
    known = (*own, *elaborator.params, *scope.names)
    if nearest(node.name, known) is None and scope.inner is not None and scope.row is not None:
        outer = scope.row.names()
        if nearest(node.name, outer) is not None:
            known = tuple(f"this.{name}" for name in outer)
    # Most likely one mistake, however often it stands: once is enough.
    (bare.relation.invalid_names if bare else elaborator.env.invalid_names).add(node.name)
    where = f"`{bare.relation.name}`" if bare else "the program"
    elaborator.env.sink.add(errors.UnknownName(node.span, node.name, where, known, hint(elaborator.env, node.name, scope)))


def row_member(elaborator: Elaborates, node: ast.Member, scope: Scope) -> bool:
    """Whether a member is `Half.h1`, a row of a calendar or table as other languages name it, which is reported."""
    if not isinstance(node.of, ast.Name) or not elaborator.names_a_value(node.of, scope):
        return False
    relation = elaborator.env.relations.get(node.of.name)
    if relation is None or isinstance(relation.node, ast.Record | ast.ForEach):
        return False
    meant = row_hint(relation, node.name.name, elaborator.constants.table_keys.get(relation.name, ()))
    where = f"`{scope.bare.relation.name}`" if scope.bare is not None else "the program"
    elaborator.env.sink.add(errors.UnknownName(node.span, node.of.name, where, (), meant))
    return True


def member(elaborator: Elaborates, node: ast.Member, of: Value | None, name: ast.Identifier) -> Value | None:
    """`of.name`, where `of` has been elaborated."""
    if of is None:
        return None
    if isinstance(of, DateRange):
        if name.name in ("start", "end"):
            return Scalar(of.start if name.name == "start" else of.end)
        elaborator.env.sink.add(errors.UnknownField(name.span, name.name, node.of.span.text, ("start", "end"), None))
        return None
    if isinstance(of, DecidedRow):
        return _decided(elaborator, node, of, name)
    row = elaborator.access.row_of(of)
    if row is None:
        assert isinstance(of, Scalar)
        found = operations.in_words(of.expr.type)
        elaborator.env.sink.add(errors.NotARow(name.span, node.of.span.text, found, name.name))
        return None
    return elaborator.access.member(row, name.name, name.span)


def _decided(elaborator: Elaborates, node: ast.Member, row: DecidedRow, name: ast.Identifier) -> Value | None:
    """A column of the row of a decision table that matches; a hole in the table makes it optional."""
    names = tuple(column.name for column in row.decision.outputs)
    if name.name not in names:
        relation = row.decision.relation
        elaborator.env.sink.add(errors.UnknownField(name.span, name.name, relation.name, names, relation.span))
        return None
    hole = row.decision.hole(row.least)
    if hole is not None and not elaborator.handles_holes:
        relation = row.decision.relation
        elaborator.env.sink.add(errors.HoleInTable(node.span, relation.name, in_words(row.decision.keys, hole), relation.span))
        return None
    return Scalar(row.decision.value(row.keys, name.name, hole is None))


def lookup(elaborator: Elaborates, node: ast.Lookup, scope: Scope) -> Value | None:
    """The row of a relation, or of a decision table, with these keys."""
    relation = elaborator.env.relations.get(node.relation.name)
    if relation is None:
        designation = elaborator.env.designations.get(node.relation.name)
        if designation is not None:
            elaborator.env.sink.add(errors.NeedsDay(node.span, node.span.text, designation.name.span))
        elif node.relation.name not in elaborator.env.invalid_names and not elaborator.env.may_be_lost(*RELATIONS):
            known = elaborator.env.named_relations()
            elaborator.env.sink.add(errors.UnknownRelation(node.relation.span, node.relation.name, known))
        return None
    if len(relation.keys) != len(node.keys):
        names = tuple(column.name for column in relation.keys)
        if names and not relation.broken:  # without a key, or with a broken header, the declaration is reported
            elaborator.env.sink.add(errors.KeyCount(node.span, relation.name, names, len(node.keys), relation.span))
        return None
    keys = []
    for key_node, column in zip(node.keys, relation.keys, strict=True):
        wanted = ty.DATE if isinstance(column.type, Range) else column.type
        if isinstance(relation.node, ast.Calendar):  # a period is named as it is where it is compared
            wanted = ty.Row(relation.name, elaborator.env.period_names(relation.node))
        if not isinstance(wanted, ty.Optional | ty.Known):
            return None
        what = f"the key `{column.name}` of `{relation.name}`"
        row = relation.name if len(relation.keys) == 1 else ""
        key = elaborator.of_type(key_node, scope, wanted, what, hint=key_hint(relation, key_node), key_of=row)
        if key is None or not key_fits(elaborator.env.sink, scope, (key_node, key), relation, column):
            return None
        if ty.is_decimal(wanted) and ty.is_decimal(key.type) and key.type.scale > wanted.scale:
            # No row has such a key; and where a table decides, holes and overlaps were looked for among the values that the
            # column can have: a finer one may lie between.
            _too_fine(elaborator, key_node, column.name, relation.name, wanted, key.type)
            return None
        keys.append(key)
    if relation.name in elaborator.decisions:
        decision = elaborator.decisions[relation.name]
        rows = [scope.row.name] if scope.row else []
        least = [least_value(elaborator, key, *([scope.inner.name] if scope.inner else []), *rows) for key in keys]
        if decision is None:
            return None
        elaborator.notes.lookups.append(Lookup(node.span, decision, tuple(keys), rows_of(scope), not scope.given))
        return DecidedRow(decision, tuple(keys), tuple(least))
    # A calendar has a row for every value of its key; a table that has one may still be followed by `otherwise`, for the day
    # when a value is added.
    calendar = isinstance(relation.node, ast.Calendar)
    certain = calendar and isinstance(keys[0].type, ty.Row)
    return FoundRow(relation, tuple(keys), certain, calendar or (relation.lists_every_key and not elaborator.handles_holes))


def _too_fine(elaborator: Elaborates, node: ast.Expr, key: str, table: str, needed: ty.Decimal, found: ty.Decimal) -> None:
    unit = f"0.{'0' * (needed.scale - 1)}1" if needed.scale else "1"
    elaborator.env.sink.add(
        errors.TypeMismatch(
            node.span,
            f"{operations.in_words(needed)} with at most {needed.scale} decimals",
            f"{operations.in_words(found)} with {found.scale}",
            f"the key `{key}` of `{table}`",
            f"say how it is rounded: `... rounded half up to {unit}`",
        )
    )
