"""Tiers: `let x = by subject`, then one value from each bound on.

A tier ends where the next one starts, so an overlap can only be written as two equal or falling bounds, and a
hole only below the lowest one. Both are reported with a value that falls into them.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.operators import OperandTypeError, common
from incdsl.semantics import errors, operations
from incdsl.semantics.constants import as_written, show
from incdsl.semantics.elaborates import Elaborates
from incdsl.semantics.notes import Branch, Tiered, rows_of
from incdsl.semantics.terms import both, op, resized
from incdsl.semantics.values import Scope
from incdsl.syntax import ast


def elaborate_tiers(elaborator: Elaborates, name: str, node: ast.Tiers, scope: Scope) -> ir.Expr | None:
    """The value of the tier that the subject falls into. `name` names the enumeration that bare names declare."""
    assert node.subject is not None
    subject = elaborator.known(node.subject, scope)
    if subject is None:
        return None
    if not ty.is_decimal(subject.type) and subject.type != ty.DATE:
        found = operations.in_words(subject.type)
        needed = "a number, an amount or a date"
        elaborator.env.sink.add(errors.TypeMismatch(node.subject.span, needed, found, "what tiers go by"))
        return None
    bounds = tier_bounds(elaborator, node, subject.type)
    values = tier_values(elaborator, name, node, scope)
    if bounds is None or values is None or not values:
        return None
    if not tiers_in_order(elaborator, node, bounds) or not _without_hole(elaborator, node, subject, bounds, scope):
        return None
    _note(elaborator, node, subject, bounds, scope)
    elaborator.notes.tiers.append(Tiered(node, subject, tuple(bounds), tuple(values), rows_of(scope)))
    type_ = values[0].type
    branches = [
        (op("greater_or_equal", subject, bound), value)
        for tier, bound, value in zip(node.tiers, bounds, values, strict=True)
        if tier.from_
    ]
    # The lowest tier holds everywhere else: below all bounds when it says so, else the subject never gets there.
    lowest = branches.pop(0)[1] if node.tiers[0].from_ else values[0]
    return ir.Case(tuple(reversed(branches)), lowest, type_) if branches else lowest


def _note(elaborator: Elaborates, node: ast.Tiers, subject: ir.Expr, bounds: Sequence[ir.Literal], scope: Scope) -> None:
    """Notes where each tier applies: from its bound on, and before that of the next one."""
    assert node.subject is not None
    for index, (tier, bound) in enumerate(zip(node.tiers, bounds, strict=True)):
        tests = [op("greater_or_equal" if tier.from_ else "less", subject, bound)]
        if tier.from_ and index + 1 < len(bounds):
            tests.append(op("less", subject, bounds[index + 1]))
        word = "from" if tier.from_ else "before" if bound.type == ty.DATE else "below"
        what = f"the tier {word} {show(bound.value, bound.type)}"
        why = node.subject.span.text
        elaborator.notes.branches.append(Branch(tier.span, what, why, rows_of(scope), both(*tests), subject=subject))


def tier_bounds(elaborator: Elaborates, node: ast.Tiers, type_: ty.Type) -> list[ir.Literal] | None:
    """The bounds of tiers that go by a value of the type, in order, as constants; None when one is wrong."""
    # Bounds may be written finer than the subject is counted.
    wide = type_
    if ty.is_decimal(type_):
        scale = 0 if isinstance(type_, ty.Days) else max(type_.scale, 6)
        wide = replace(type_, digits=ty.MAX_DIGITS, scale=scale)
    bounds = []
    for tier in node.tiers:
        if operations.thousands_point(elaborator.env.sink, tier.bound, type_):
            return None
        read = elaborator.constants.read(tier.bound, wide, "the bound of a tier")
        if read is None:
            return None
        assert isinstance(read[0], Decimal | datetime.date)
        bounds.append(ir.Literal(read[0], wide))
    return bounds


def tier_values(elaborator: Elaborates, name: str, node: ast.Tiers, scope: Scope) -> list[ir.Expr] | None:
    """The values of tiers, all of one type; None when one is wrong."""
    if all(isinstance(tier.value, ast.Name) and not _resolves(elaborator, tier.value, scope) for tier in node.tiers):
        names = [tier.value.name for tier in node.tiers if isinstance(tier.value, ast.Name)]
        values_once = tuple(dict.fromkeys(names))
        enum = elaborator.env.choices.get(values_once, ty.Enum(name, values_once, ordered=len(values_once) == len(names)))
        if node.broken:
            elaborator.env.broken_choices.add(enum.values)
        return [ir.Literal(value, enum) for value in names]
    if not all(isinstance(tier.value, ast.String) for tier in node.tiers) and _quoted(elaborator, node, scope):
        return None
    values: list[ir.Expr] = []
    expected: ty.Type | None = None
    for tier in node.tiers:
        value = elaborator.known(tier.value, scope, expected)
        if value is None:
            return None
        try:
            expected = common(expected, value.type) if expected is not None else value.type
        except OperandTypeError:
            assert expected is not None
            _blame(elaborator, node, [*values, value])
            return None
        values.append(value)
    assert expected is not None
    return [resized(value, expected) if ty.is_decimal(expected) else value for value in values]


def _blame(elaborator: Elaborates, node: ast.Tiers, values: list[ir.Expr]) -> None:
    """Reports the tier whose value is of another kind than those of the others; beside what counts something, the number."""
    numbers = [index for index, value in enumerate(values) if isinstance(value.type, ty.Number)]
    wrong = numbers[0] if numbers else len(values) - 1
    needed = next(value.type for index, value in enumerate(values) if index not in (numbers or [wrong]))
    tier, found = node.tiers[wrong], operations.in_words(values[wrong].type)
    hint = as_written(tier.value, needed)
    purpose = "the value of this tier"
    elaborator.env.sink.add(errors.TypeMismatch(tier.value.span, operations.in_words(needed), found, purpose, hint))


def _quoted(elaborator: Elaborates, node: ast.Tiers, scope: Scope) -> bool:
    """Whether a value is in quotes where the others are bare names of values, which is reported."""
    quoted = next((tier.value for tier in node.tiers if isinstance(tier.value, ast.String)), None)
    names = [tier.value for tier in node.tiers if isinstance(tier.value, ast.Name)]
    if quoted is None or not names or any(_resolves(elaborator, name, scope) for name in names):
        return False
    needed, hint = "a name like the others", f"write it without quotes: `{quoted.value}`"
    elaborator.env.sink.add(errors.TypeMismatch(quoted.span, needed, "text", "the value of this tier", hint))
    return True


def _resolves(elaborator: Elaborates, node: ast.Name, scope: Scope) -> bool:
    bare = scope.bare
    return node.name in elaborator.params or (bare is not None and node.name in bare.relation.names())


def tiers_in_order(elaborator: Elaborates, node: ast.Tiers, bounds: list[ir.Literal]) -> bool:
    """Whether each bound is above the one before, and a tier that ends has one above it; reports the first mistake."""
    sink = elaborator.env.sink
    lowest = node.tiers[0]
    if not lowest.from_ and len(bounds) == 1:
        if not node.broken:
            example = f"from {show(bounds[0].value, bounds[0].type)} ..."
            sink.add(errors.MissingLine(lowest.span, f"what ends at {lowest.bound.span.text}", "`from`", example))
        return False
    for index in range(1, len(bounds)):
        previous, current = bounds[index - 1], bounds[index]
        before, after = node.tiers[index - 1], node.tiers[index]
        low, high = show(previous.value, previous.type), show(current.value, current.type)
        if not before.from_:
            if previous.value != current.value:
                word = "before" if current.type == ty.DATE else "below"
                overlap = not _less(previous.value, current.value)
                sink.add(errors.TierGap(before.bound.span, word, low, high, overlap, after.bound.span))
                return False
        elif not after.from_ or not _less(previous.value, current.value):
            sink.add(errors.OverlappingTiers(after.bound.span, high, low, before.bound.span))
            return False
    return True


def _less(left: ir.Value, right: ir.Value) -> bool:
    if isinstance(left, datetime.date) and isinstance(right, datetime.date):
        return left < right
    assert isinstance(left, Decimal)
    assert isinstance(right, Decimal)
    return left < right


def _without_hole(elaborator: Elaborates, node: ast.Tiers, subject: ir.Expr, bounds: list[ir.Literal], scope: Scope) -> bool:
    if not node.tiers[0].from_ or node.broken:
        return True
    lowest = bounds[0].value
    least = least_value(elaborator, subject, *([scope.row.name] if scope.row else []))
    if isinstance(lowest, Decimal):
        if least is not None and least >= lowest:
            return True
        scale = subject.type.scale if ty.is_decimal(subject.type) else 0
        witness: ir.Value = least if least is not None else lowest - Decimal(1).scaleb(-scale)
        word = "below"
    else:
        assert isinstance(lowest, datetime.date)
        witness, word = lowest - datetime.timedelta(days=1), "before"
    bound = show(lowest, bounds[0].type)
    elaborator.env.sink.add(errors.TierHole(node.tiers[0].bound.span, show(witness, subject.type), word, bound))
    return False


def least_value(elaborator: Elaborates, expr: ir.Expr, *rows: str) -> Decimal | None:
    """A value that the expression is never below, where one follows from bounds that the program states. `rows`
    are the relations of the rows in scope, innermost first."""
    match expr:
        case ir.Literal(value=Decimal() as value):
            return value
        case ir.Column(name=name, depth=depth):
            return elaborator.least.get((rows[depth], name))
        case ir.Lookup(relation=relation, column=str() as name):
            return elaborator.least.get((relation, name))
        case ir.Aggregate(operator="count" | "count_distinct"):
            return Decimal(0)
        case ir.Aggregate(operator="sum", relation=relation, value=value) if value is not None:
            least = least_value(elaborator, value, relation, *rows)
            return Decimal(0) if least is not None and least >= 0 else None
        case ir.Operation(operator="known" | "widen", operands=(operand,)):
            return least_value(elaborator, operand, *rows)
        case ir.Operation(operator="add" | "larger" | "multiply" | "smaller" as operator, operands=(left, right)):
            first, second = least_value(elaborator, left, *rows), least_value(elaborator, right, *rows)
            if first is None or second is None:
                return (second if first is None else first) if operator == "larger" else None
            match operator:
                case "add":
                    return first + second
                case "larger":
                    return max(first, second)
                case "smaller":
                    return min(first, second)
                case _:
                    return Decimal(0) if first >= 0 and second >= 0 else None
        case _:
            return None
