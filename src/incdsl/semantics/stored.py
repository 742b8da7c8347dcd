"""What feeds bring and programs write down: stored columns with their bounds, rows of tables and calendars,
and parameters."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

from incdsl.core import ir, patterns
from incdsl.core import types as ty
from incdsl.semantics import errors
from incdsl.semantics.calendars import named_periods
from incdsl.semantics.constants import ConstantReader, show
from incdsl.semantics.elaborates import DatedValues
from incdsl.semantics.environment import Column, Environment, Range, Relation, Unknown
from incdsl.semantics.forms import written_form
from incdsl.semantics.operations import in_words
from incdsl.source import Span
from incdsl.syntax import ast


def stored_columns(env: Environment, constants: ConstantReader, relation: Relation) -> tuple[ir.StoredColumn, ...]:
    """The stored columns of a relation, in order; a date range is two. Bounds of the wrong type are reported."""
    return tuple(stored for column in relation.columns.values() for stored in _stored(env, constants, column))


def _stored(env: Environment, constants: ConstantReader, column: Column) -> Iterator[ir.StoredColumn]:
    origin = env.origin(column.field, column.field.provenance) if column.field is not None else ir.NOWHERE
    label = column.label
    match column.type:
        case Unknown():
            return
        case Range(open=open_):
            what = label or column.name
            yield ir.StoredColumn(f"{column.name}_start", ty.DATE, f"{what}: first day", origin=origin)
            end: ty.Type = ty.Optional(ty.DATE) if open_ else ty.DATE
            yield ir.StoredColumn(f"{column.name}_end", end, f"{what}: last day", origin=origin)
        case type_:
            bounds = ir.Bounds()
            if column.field is not None:
                least = _bound(constants, column.field, column.field.at_least, type_)
                greatest = _bound(constants, column.field, column.field.at_most, type_)
                bounds = _bounds(env, column.field, least, greatest, type_)
            known = ty.known(type_)
            form = written_form(env, column, known) if column.field is not None else patterns.ANY_FORM
            reference = known.relation if isinstance(known, ty.Row) else None
            yield ir.StoredColumn(column.name, type_, label, bounds, reference, column.event, form, origin)


def _bounds(env: Environment, field: ast.Field, least: ir.Value, greatest: ir.Value, type_: ty.Type) -> ir.Bounds:
    """Both bounds of a field; that no value lies between them is reported."""
    days = isinstance(least, datetime.date) and isinstance(greatest, datetime.date) and least > greatest
    if days or (isinstance(least, Decimal) and isinstance(greatest, Decimal) and least > greatest):
        assert field.at_most is not None
        what = f"no value is at least {show(least, type_)} and at most {show(greatest, type_)}"
        env.sink.add(errors.FitsNothing(field.at_most.span, what, "exchange the two bounds, or correct the one that is wrong"))
    return ir.Bounds(least, greatest)


def _bound(constants: ConstantReader, field: ast.Field, node: ast.Expr | None, type_: ty.Type) -> ir.Value:
    if node is None:
        return None
    known = ty.known(type_)
    if not ty.is_decimal(known) and known != ty.DATE:
        hint = "count its characters: `at most 20 characters`" if known == ty.TEXT else "delete the bound"
        what = "a field with `at least` or `at most`"
        constants.env.sink.add(errors.TypeMismatch(field.type.span, "a number, an amount or a date", in_words(known), what, hint))
        return None
    read = constants.read(node, ty.known(type_), "the bound of a field")
    return None if read is None else read[0]


def key_parts(relation: Relation) -> tuple[ir.KeyPart, ...]:
    """The key of a relation as the core has it."""
    return tuple(
        ir.RangeKey(f"{column.name}_start", f"{column.name}_end") if isinstance(column.type, Range) else column.name
        for column in relation.keys
    )


def table_keys(env: Environment) -> dict[str, tuple[ir.Value, ...]]:
    """The keys of each calendar and of each table that has one key column, as they are written."""
    keys: dict[str, tuple[ir.Value, ...]] = {}
    for relation in env.relations.values():
        match relation.node:
            case ast.Calendar() as node:
                keys[relation.name] = tuple(name for name, _, _ in named_periods(node))
            case ast.Table(columns=columns, rows=rows) if sum(column.key for column in columns) == 1:
                index = next(i for i, column in enumerate(columns) if column.key)
                cells = [row.cells[index] for row in rows if index < len(row.cells)]
                texts = [c.value if isinstance(c, ast.String) else c.name for c in cells if isinstance(c, ast.String | ast.Name)]
                keys[relation.name] = tuple(texts)
    return keys


def calendar_rows(env: Environment, node: ast.Calendar) -> ir.Rows:
    """The periods of a calendar: name, first day, last day. A period that ends before it starts is reported."""
    if node.rule is not None:
        origin = env.origin(node.rule, node.provenance)
        made = named_periods(node)
        return ir.Rows(made, (origin,) * len(made))
    rows, origins = [], []
    for period in node.periods:
        start, end = period.start.value, period.end.value
        if end < start:
            span = period.start.span.to(period.end.span)
            env.sink.add(errors.PeriodOrder(span, period.name.name, start.isoformat(), end.isoformat()))
        rows.append((period.name.name, start, end))
        origins.append(env.origin(period, period.provenance, node.provenance))
    return ir.Rows(tuple(rows), tuple(origins))


def table_rows(env: Environment, constants: ConstantReader, relation: Relation, node: ast.Table) -> ir.Rows:
    """The rows of a table. Wrong cells, wrong numbers of cells and repeated keys are reported."""
    columns = list(relation.columns.values())
    rows, origins = [], []
    seen: dict[tuple[ir.Value, ...], Span] = {}
    if not node.columns:
        if not node.broken:
            env.sink.add(errors.TableHeader(relation.span, relation.name))
        return ir.Rows(())
    for row in node.rows:
        if len(row.cells) != len(columns):
            header = node.columns[0].span.to(node.columns[-1].span)
            if not node.broken:
                env.sink.add(errors.CellCount(row.span, len(row.cells), len(columns), header))
            continue
        values: list[ir.Value] = []
        for cell, column in zip(row.cells, columns, strict=True):
            if isinstance(column.type, Range | Unknown):
                break
            if isinstance(cell, ast.CellTest):
                env.sink.add(errors.NotConstant(cell.span, f"column `{column.name}`"))
                break
            read = constants.read(cell, column.type, f"column `{column.name}`")
            if read is None:
                break
            values.append(read[0])
        if len(values) < len(columns):
            continue
        key = tuple(value for value, column in zip(values, columns, strict=True) if column.key)
        if key in seen and key:  # a table without a key is reported as such
            shown = ", ".join(
                show(value, column.type)
                for value, column in zip(values, columns, strict=True)
                if column.key and not isinstance(column.type, Range | Unknown)
            )
            env.sink.add(errors.DuplicateRow(row.span, relation.name, shown, seen[key]))
            continue
        seen[key] = row.span
        rows.append(tuple(values))
        origins.append(env.origin(row, row.provenance, node.provenance))
        if not ast.is_sourced((*row.provenance, *node.provenance)):
            env.sink.add(errors.UnsourcedNumber(row.span, f"a row of table `{relation.name}`"))
    return ir.Rows(tuple(rows), tuple(origins))


def param_values(env: Environment, constants: ConstantReader) -> list[ir.ParamValue]:
    """The parameters with their values; the other reading of an assumption has to be a value of the same type."""
    values = []
    for name, node in env.params.items():
        if node.value is None:
            continue
        type_ = env.type_of(node.type, name)
        if isinstance(type_, Range | Unknown):
            if isinstance(type_, Range):
                found = "a date range"
                env.sink.add(
                    errors.TypeMismatch(node.type.span, "one value", found, "a param", "write two params of type `date`")
                )
            continue
        read = constants.read(node.value, type_, f"param `{name}`")
        other: ir.Value = None
        for item in node.provenance:
            if isinstance(item, ast.Assumed) and item.other is not None:
                reading = constants.read(item.other, type_, f"the other reading of param `{name}`")
                other = reading[0] if reading is not None else other
        if not ast.is_sourced(node.provenance):
            env.sink.add(errors.UnsourcedNumber(node.name.span, f"param `{name}`"))
        if read is not None:
            origin = env.origin(node, node.provenance)
            values.append(ir.ParamValue(name, type_, read[0], node.label or "", other, origin))
    return values


def dated_values(env: Environment, constants: ConstantReader) -> dict[str, DatedValues]:
    """The parameters that change with time. Days that do not rise are reported."""
    dated: dict[str, DatedValues] = {}
    for name, node in env.params.items():
        if node.value is not None:
            continue
        type_ = env.type_of(node.type, name)
        if isinstance(type_, Range | Unknown):
            continue
        first: tuple[ir.Value] | None = None
        days: list[tuple[datetime.date, ir.Value]] = []
        sound = True
        previous = datetime.date.min
        for index, tier in enumerate(node.dated):
            value = constants.read(tier.value, type_, f"param `{name}`")
            day = constants.read(tier.bound, ty.DATE, "the day a value begins")
            if value is None or day is None:
                sound = False
                continue
            assert isinstance(day[0], datetime.date)
            if not sound:
                continue
            if index and not _follows(env, node.dated[index - 1], tier, previous, day[0]):
                sound = False
            previous = day[0]
            if tier.from_:
                days.append((day[0], value[0]))
            else:
                first = value
        if sound and node.dated and not days:
            env.sink.add(errors.MissingLine(node.name.span, f"param `{name}`", "`from`", f"from {previous} ..."))
            sound = False
        if not ast.is_sourced(node.provenance):
            for tier in node.dated:
                if not ast.is_sourced(tier.provenance):
                    env.sink.add(errors.UnsourcedNumber(tier.span, f"a value of param `{name}`"))
        if sound and days:
            dated[name] = DatedValues(type_, first[0] if first else None, tuple(days), first is not None)
    return dated


def _follows(env: Environment, before: ast.Tier, after: ast.Tier, first: datetime.date, second: datetime.date) -> bool:
    """Whether a value begins on the day the one before it ends; reports one that does not."""
    if not before.from_ and after.from_:
        if first != second:
            env.sink.add(errors.TierGap(before.bound.span, "before", str(first), str(second), second < first, after.bound.span))
        return first == second
    if not after.from_ or second <= first:
        env.sink.add(errors.OverlappingTiers(after.bound.span, str(second), str(first), before.bound.span))
        return False
    return True
