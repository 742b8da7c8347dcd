"""Numbers and dates written in rules that say neither where they come from nor that they are assumed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from decimal import Decimal

from incdsl.diagnostic import Diagnostic
from incdsl.semantics import errors
from incdsl.syntax import ast

_PLAIN = (Decimal(0), Decimal(1))
"""Nothing, one and all are no numbers that a guide has to state."""


def unsourced_numbers(files: Sequence[ast.File]) -> Iterator[Diagnostic]:
    """One warning for each line of a rule with such a number, at the first of them."""
    for file in files:
        for declaration in file.declarations:
            match declaration:
                case ast.ForEach(rules=rules):
                    for rule in rules:
                        yield from _rule(rule, ())
                case ast.Designation(lets=lets, levels=levels, provenance=provenance):
                    for let in lets:
                        yield from _rule(let, provenance)
                    for level in levels:
                        for requirement in level.requirements:
                            yield from _rule(requirement, (*level.provenance, *provenance))
                case ast.Calendar():
                    yield from _calendar(declaration)
                case _:
                    pass


def _calendar(node: ast.Calendar) -> Iterator[Diagnostic]:
    if ast.is_sourced(node.provenance):
        return
    for period in node.periods:
        if not ast.is_sourced(period.provenance):
            yield errors.UnsourcedNumber(period.span, f"period `{period.name.name}`")
    if node.rule is not None and node.rule.kind.startswith("fiscal"):
        yield errors.UnsourcedNumber(node.name.span, f"calendar `{node.name.name}`")


def _rule(rule: ast.Rule | ast.Invalid, around: ast.Provenance) -> Iterator[Diagnostic]:
    """The lines of a rule; a source for the whole rule holds for each of its lines."""
    if isinstance(rule, ast.Invalid) or ast.is_sourced((*rule.provenance, *around)):
        return
    match rule:
        case ast.Let(value=value, exceptions=exceptions):
            yield from _value(value)
            for exception in exceptions:
                yield from _line(exception.provenance, exception.value, exception.condition)
        case ast.Require(lines=lines):
            for line in lines:
                yield from _line(line.provenance, line.value)
        case ast.Pay(steps=steps):
            for step in steps:
                if step.value is not None and not ast.is_sourced(step.provenance):
                    yield from _value(step.value)
        case ast.Limit(most=most):
            yield from _line((), most)
        case ast.Invariant(condition=condition):
            yield from _line((), condition)


def _value(value: ast.Expr | ast.Tiers) -> Iterator[Diagnostic]:
    if not isinstance(value, ast.Tiers):
        yield from _line((), value)
        return
    for tier in value.tiers:
        yield from _line(tier.provenance, tier.bound, tier.value)


def _line(provenance: ast.Provenance, *parts: ast.Node) -> Iterator[Diagnostic]:
    if ast.is_sourced(provenance):
        return
    for part in parts:
        for number in _numbers(part):
            yield errors.UnsourcedNumber(number.span, f"`{number.span.text}`")
            return


def _numbers(part: object) -> Iterator[ast.Node]:
    """The numbers and dates written in a part of a rule, in the order of its fields."""
    match part:
        case ast.Number(value=value) | ast.Money(value=value) | ast.Percent(value=value):
            if value not in _PLAIN:
                yield part
        case ast.Days(value=days):
            if days:
                yield part
        case ast.Date():
            yield part
        case ast.MonthsLater(operand=operand):
            yield from _numbers(operand)
            yield part
        case ast.Node():
            for field in fields(part):
                yield from _numbers(getattr(part, field.name))
        case tuple():
            for item in part:
                yield from _numbers(item)
        case _:
            pass
