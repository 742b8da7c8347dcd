"""Whether a condition can hold for any row at all.

The condition is split into all the ways in which it could hold. Each way is a set of differences between values
(`submitted_on - booked_on <= 90`), of values of texts and names, and of conditions that are not looked into; it is
impossible when its differences run round in a circle below zero, or when one thing would have to be two. What is
called impossible is proved so. What is not may still be: expressions that this cannot see into count as free.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.operators import COMPARISONS
from incdsl.semantics.terms import op, shifted
from incdsl.semantics.warnings.bounds import Facts, as_number, has_order
from incdsl.semantics.warnings.linear import Goal, Linear, Term, days_of, scale_of, ways

MOST_STEPS = 20_000
"""Steps of the search at most; past them the condition counts as possible."""

_TRANSPARENT = ("known", "optional", "widen")
"""Operators that give their operand's value."""


@dataclass(frozen=True)
class _Way:
    """What has to be so, on one way. `differences` are (x, y, c) for x - y <= c; None is zero."""

    differences: tuple[tuple[ir.Expr | None, ir.Expr | None, Fraction], ...] = ()
    truths: dict[ir.Expr, bool] = field(default_factory=dict)
    equal: dict[ir.Expr, ir.Value] = field(default_factory=dict)
    unequal: dict[ir.Expr, frozenset[ir.Value]] = field(default_factory=dict)


class Search:
    """Looks for a way in which conditions about the row at `rows[0]` can hold; the other rows are those around it."""

    def __init__(self, facts: Facts, rows: Sequence[str]) -> None:
        self.facts = facts
        self.rows = rows
        self.steps = 0

    def possible(self, *goals: Goal) -> bool:
        """Whether all goals may be reached together. False is proved."""
        self.steps = 0
        return self._reach(goals, _Way())

    def _reach(self, goals: tuple[Goal, ...], way: _Way) -> bool:
        self.steps += 1
        if self.steps > MOST_STEPS:
            return True
        if not goals:
            return self._consistent(way)
        (expr, wanted), *rest = goals
        others = tuple(rest)
        match expr:
            case ir.Literal(value=value):
                return value is wanted and self._reach(others, way)
            case ir.Param():
                return any(value is wanted for value in self.facts.readings(expr)) and self._settle(expr, wanted, others, way)
            case ir.Column(name=name, depth=depth):
                inside = self.inside(name, depth)
                return (
                    self._settle(expr, wanted, others, way) if inside is None else self._reach(((inside, wanted), *others), way)
                )
            case ir.Operation(operator="not", operands=(operand,)):
                return self._reach(((operand, not wanted), *others), way)
            case ir.Operation(operator="and" | "or" as operator, operands=operands):
                if (operator == "and") is wanted:
                    return self._reach((*((operand, wanted) for operand in operands), *others), way)
                return any(self._reach(((operand, wanted), *others), way) for operand in operands)
            case ir.Operation(operator="given", operands=(operand,)):
                return self._given(operand, wanted, others, way)
            case ir.Operation(operator=operator, operands=(left, right)) if operator in COMPARISONS:
                return self._compare(operator, left, right, wanted, others, way)
            case ir.Case():
                return any(self._reach(((value, wanted), *tests, *others), way) for tests, value in ways(expr))
            case _:
                return self._settle(expr, wanted, others, way)

    def _settle(self, expr: ir.Expr, wanted: bool, others: tuple[Goal, ...], way: _Way) -> bool:
        """Goes on with a condition that is not looked into."""
        if way.truths.get(expr, wanted) is not wanted:
            return False
        return self._reach(others, _Way(way.differences, {**way.truths, expr: wanted}, way.equal, way.unequal))

    def inside(self, name: str, depth: int) -> ir.Expr | None:
        """What a column of a row in scope is worked out from; None when it is stored."""
        definition = self.facts.definition(self.rows[depth], name)
        return definition if definition is None or not depth else shifted(definition, depth)

    def _given(self, operand: ir.Expr, wanted: bool, others: tuple[Goal, ...], way: _Way) -> bool:
        match operand:
            case ir.Literal(value=value):
                return (value is not None) is wanted and self._reach(others, way)
            case ir.Operation(operator="optional"):
                return wanted and self._reach(others, way)
            case ir.Column(name=name, depth=depth) if (inside := self.inside(name, depth)) is not None:
                return self._given(inside, wanted, others, way)
            case ir.Case():
                return any(self._given(value, wanted, (*tests, *others), way) for tests, value in ways(operand))
            case _:
                return self._settle(op("given", operand), wanted, others, way)

    # --- comparisons -------------------------------------------------------------------------------------

    def _compare(self, operator: str, left: ir.Expr, right: ir.Expr, wanted: bool, others: tuple[Goal, ...], way: _Way) -> bool:
        if ty.known(left.type) == ty.BOOLEAN:
            same = (operator == "equal") is wanted
            return any(self._reach(((left, value), (right, value is same), *others), way) for value in (True, False))
        for first_tests, first in self.terms(left):
            for second_tests, second in self.terms(right):
                goals = (*first_tests, *second_tests, *others)
                if isinstance(first, Linear) and isinstance(second, Linear):
                    ways_on = self._ordered(operator if wanted else _OPPOSITE[operator], first.plus(second, Fraction(-1)), way)
                else:
                    ways_on = self._named(operator, first, second, wanted, way)
                if any(self._reach(goals, each) for each in ways_on):
                    return True
        return False

    def terms(self, expr: ir.Expr) -> Iterator[tuple[tuple[Goal, ...], Term]]:
        """What an expression may be, each with the conditions under which it is that."""
        match expr:
            case ir.Literal(value=value, type=type_):
                number = as_number(value, type_)
                if value is not None:  # a missing one is tested for before it is compared
                    yield (), expr if number is None else Linear((), number, scale_of(type_))
            case ir.Param() if len(self.facts.readings(expr)) == 1:
                yield from self.terms(ir.Literal(self.facts.readings(expr)[0], expr.type))
            case ir.Column(name=name, depth=depth) if (inside := self.inside(name, depth)) is not None:
                yield from self.terms(inside)
            case ir.Operation(operator=operator, operands=(operand,)) if operator in _TRANSPARENT:
                yield from self.terms(operand)
            case ir.Operation(operator="otherwise", operands=(first, second)):
                yield from (((*tests, (op("given", first), True)), term) for tests, term in self.terms(first))
                yield from (((*tests, (op("given", first), False)), term) for tests, term in self.terms(second))
            case ir.Operation(operator="smaller" | "larger" as operator, operands=(first, second)):
                test = op("less_or_equal" if operator == "smaller" else "greater_or_equal", first, second)
                yield from (((*tests, (test, True)), term) for tests, term in self.terms(first))
                yield from (((*tests, (test, False)), term) for tests, term in self.terms(second))
            case ir.Operation(operator="add" | "subtract" | "add_days" | "subtract_days" | "days_between" as operator):
                factor = Fraction(1 if operator in ("add", "add_days") else -1)
                for first_tests, one in self.terms(expr.operands[0]):
                    for second_tests, other in self.terms(expr.operands[1]):
                        assert isinstance(one, Linear)
                        assert isinstance(other, Linear)
                        yield (*first_tests, *second_tests), one.plus(other, factor)
            case ir.Operation(operator="multiply", operands=(first, second)) if self._constant(first) or self._constant(second):
                constant, varying = (first, second) if self._constant(first) else (second, first)
                ((_, times),) = self.terms(constant)
                assert isinstance(times, Linear)
                for tests, term in self.terms(varying):
                    assert isinstance(term, Linear)
                    nothing = Linear((), Fraction(0), term.scale + times.scale)
                    yield tests, nothing.plus(term, times.constant)
            case ir.Case():
                for tests, then in ways(expr):
                    yield from (((*tests, *more), term) for more, term in self.terms(then))
            case _:
                yield (), Linear(((expr, Fraction(1)),), Fraction(0), scale_of(expr.type)) if has_order(expr.type) else expr

    def _constant(self, expr: ir.Expr) -> bool:
        match expr:
            case ir.Literal(value=value):
                return value is not None
            case ir.Param():
                return len(self.facts.readings(expr)) == 1
            case ir.Operation(operator=operator, operands=(operand,)) if operator in _TRANSPARENT:
                return self._constant(operand)
            case _:
                return False

    def _ordered(self, operator: str, difference: Linear, way: _Way) -> Iterator[_Way]:
        """The ways in which a difference compares with zero so; as it is when it cannot be said as one of two values."""
        if operator == "not_equal":
            yield from self._ordered("less", difference, way)
            yield from self._ordered("greater", difference, way)
            return
        if operator in ("greater", "greater_or_equal", "equal"):
            turned = Linear((), Fraction(0), difference.scale).plus(difference, Fraction(-1))
            above = self._below("less" if operator == "greater" else "less_or_equal", turned)
        else:
            above = ()
        below = self._below("less" if operator == "less" else "less_or_equal", difference) if operator[:7] != "greater" else ()
        if above is not None and below is not None:
            yield _Way((*way.differences, *above, *below), way.truths, way.equal, way.unequal)

    def _below(self, operator: str, what: Linear) -> tuple[tuple[ir.Expr | None, ir.Expr | None, Fraction], ...] | None:
        """`what` is below zero, or at most zero, as differences; None when it never is."""
        most = -what.constant - (Fraction(1, 10**what.scale) if operator == "less" else 0)
        if not what.parts:
            return () if most >= 0 else None
        if len(what.parts) == 1:
            ((expr, factor),) = what.parts
            unit = Fraction(1, 10 ** scale_of(expr.type))
            bound = floor(most / abs(factor) / unit) * unit
            return ((expr, None, bound),) if factor > 0 else ((None, expr, bound),)
        if len(what.parts) == 2 and what.parts[0][1] == -what.parts[1][1]:
            (one, factor), (other, _) = what.parts
            return ((one, other, most / factor),) if factor > 0 else ((other, one, most / -factor),)
        low = what.constant
        for expr, factor in what.parts:
            ends = self.facts.ends(expr, self.rows)
            end = ends[0] if factor > 0 else ends[1]
            if end is None:
                return ()
            low += factor * end
        return () if low < 0 or (low == 0 and operator == "less_or_equal") else None

    def _named(self, operator: str, left: Term, right: Term, wanted: bool, way: _Way) -> Iterator[_Way]:
        """The ways in which two values without an order compare so."""
        if isinstance(left, Linear) or isinstance(right, Linear):
            yield way
            return
        if isinstance(left, ir.Literal):
            left, right = right, left
        same = (operator == "equal") is wanted
        if operator not in ("equal", "not_equal") or not isinstance(right, ir.Literal):
            test = op(operator, left, right)
            if way.truths.get(test, wanted) is wanted:
                yield _Way(way.differences, {**way.truths, test: wanted}, way.equal, way.unequal)
            return
        if isinstance(left, ir.Literal):
            if (left.value == right.value) is same:
                yield way
            return
        written = self.facts.written(left) if isinstance(left, ir.Lookup) else None
        values = self.facts.readings(left) if isinstance(left, ir.Param) else written
        if same:
            fits = right.value not in way.unequal.get(left, ()) and way.equal.get(left, right.value) == right.value
            fits = fits and self.facts.may_be(left, right.value, self.rows)
            if fits and (values is None or right.value in values):
                yield _Way(way.differences, way.truths, {**way.equal, left: right.value}, way.unequal)
            return
        without = way.unequal.get(left, frozenset()) | {right.value}
        if way.equal.get(left) != right.value and not (values is not None and set(values) <= without):
            yield _Way(way.differences, way.truths, way.equal, {**way.unequal, left: without})

    # --- contradictions ----------------------------------------------------------------------------------

    def _consistent(self, way: _Way) -> bool:
        """Whether values can have these differences, within their ends: no circle of them comes to less than zero."""
        if not way.differences:
            return True
        edges = list(way.differences)
        pending = [expr for edge in edges for expr in edge[:2] if expr is not None]
        values: dict[ir.Expr, None] = {}
        while pending:
            expr = pending.pop()
            if expr in values:
                continue
            values[expr] = None
            low, high = self.facts.ends(expr, self.rows)
            edges += [(None, expr, -low)] if low is not None else []
            edges += [(expr, None, high)] if high is not None else []
            for edge in self._known_of(expr):
                edges.append(edge)
                pending += [other for other in edge[:2] if other is not None]
        distance: dict[ir.Expr | None, Fraction] = dict.fromkeys([None, *values], Fraction(0))
        for _ in range(len(distance) + 1):
            changed = False
            for one, other, most in edges:  # one <= other + most
                if distance[other] + most < distance[one]:
                    distance[one] = distance[other] + most
                    changed = True
            if not changed:
                return True
        return False

    def _lengths(self, name: str) -> list[int]:
        """The days from the first to the last of each period of a calendar; none of what is no calendar."""
        relation = self.facts.relations.get(name)
        if relation is None or not isinstance(relation.source, ir.Rows):
            return []
        if [column.name for column in relation.stored] != ["name", "start", "end"]:
            return []
        days = [(row[1], row[2]) for row in relation.source.rows]
        return [(end - start).days for start, end in days if isinstance(start, datetime.date) and isinstance(end, datetime.date)]

    def _known_of(self, expr: ir.Expr) -> Iterator[tuple[ir.Expr | None, ir.Expr | None, Fraction]]:
        """What holds of a value by what it is: a period lasts as long as those of its calendar, a month has 28 to 31 days."""
        if isinstance(expr, ir.Lookup) and expr.column == "end":
            lengths = self._lengths(expr.relation)
            if lengths:
                first_day = ir.Lookup(expr.relation, expr.keys, "start", expr.type, expr.certain)
                yield first_day, expr, Fraction(-min(lengths))
                yield expr, first_day, Fraction(max(lengths))
        match expr:
            case ir.Operation(operator="add_months", operands=(start_day, ir.Literal(value=value))):
                months = as_number(value, ty.WHOLE_NUMBER)
                found = list(self.terms(start_day))
                if months is None or len(found) != 1 or found[0][0] or not isinstance(found[0][1], Linear):
                    return
                day = found[0][1]
                if len(day.parts) != 1:
                    return
                least, most = days_of(int(months))
                base = day.parts[0][0]
                yield expr, base, day.constant + most
                yield base, expr, -(day.constant + least)
            case _:
                return


_OPPOSITE = {
    "equal": "not_equal",
    "not_equal": "equal",
    "less": "greater_or_equal",
    "less_or_equal": "greater",
    "greater": "less_or_equal",
    "greater_or_equal": "less",
}
