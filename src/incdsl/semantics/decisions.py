"""Decision tables: tables whose key cells may hold tests, and what several matching rows mean.

Such a table has no rows at run time: a lookup in it becomes a `Case` over the tests. Whether two rows can match at
once, and whether a value falls into none, is decided exactly: each key column is cut at the bounds that its cells
name, and every combination of the pieces is tried with a value from each.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cmp_to_key
from itertools import product
from math import prod

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.operators import result_type
from incdsl.semantics import errors
from incdsl.semantics.constants import ConstantReader, show
from incdsl.semantics.environment import Column, Environment, Range, Relation, Unknown
from incdsl.semantics.operations import in_words as in_plain_words
from incdsl.semantics.terms import both, missing, op
from incdsl.syntax import ast

MOST_COMBINATIONS = 200_000
"""Combinations of pieces that are tried at most; a table that has more is refused."""

_OTHER = "\x00"
"""Stands for every text, country or row that no cell names."""

_COMPARISONS = {">=": "greater_or_equal", ">": "greater", "<=": "less_or_equal", "<": "less"}


@dataclass(frozen=True)
class Test:
    """What a key cell holds for: `operator` is any, =, >=, >, <=, < or .. (both ends included)."""

    operator: str
    first: ir.Value = None
    last: ir.Value = None

    def holds(self, value: ir.Value) -> bool:
        """Whether the cell holds for a value."""
        match self.operator:
            case "any":
                return True
            case "=":
                return value == self.first
            case "..":
                return _order(value, self.first) >= 0 and _order(value, self.last) <= 0
            case ">=":
                return _order(value, self.first) >= 0
            case ">":
                return _order(value, self.first) > 0
            case "<=":
                return _order(value, self.first) <= 0
            case _:
                return _order(value, self.first) < 0

    def expr(self, key: ir.Expr, type_: ty.Type) -> ir.Expr | None:
        """The test as an expression about a key; None when it always holds."""
        match self.operator:
            case "any":
                return None
            case "=":
                return op("equal", key, ir.Literal(self.first, type_))
            case "..":
                first, last = ir.Literal(self.first, type_), ir.Literal(self.last, type_)
                return op("and", op("greater_or_equal", key, first), op("less_or_equal", key, last))
            case operator:
                return op(_COMPARISONS[operator], key, ir.Literal(self.first, type_))


def _order(left: ir.Value, right: ir.Value) -> int:
    if isinstance(left, datetime.date) and isinstance(right, datetime.date):
        return (left > right) - (left < right)
    assert isinstance(left, Decimal)
    assert isinstance(right, Decimal)
    return (left > right) - (left < right)


@dataclass(frozen=True)
class Line:
    """A row: a test per key column, a value per other column."""

    tests: tuple[Test, ...]
    values: tuple[ir.Value, ...]
    node: ast.TableRow


@dataclass(frozen=True)
class Decision:
    """A decision table that has been checked. `holes` are the combinations of values that no row matches."""

    relation: Relation
    policy: str
    keys: tuple[Column, ...]
    outputs: tuple[Column, ...]
    lines: tuple[Line, ...]
    holes: tuple[tuple[ir.Value, ...], ...]

    def hole(self, least: Sequence[Decimal | None]) -> tuple[ir.Value, ...] | None:
        """A combination no row matches, given the least value that each key is known to have."""
        for hole in self.holes:
            if all(low is None or not isinstance(value, Decimal) or value >= low for value, low in zip(hole, least, strict=True)):
                return hole
        return None

    def value(self, keys: Sequence[ir.Expr], name: str, complete: bool) -> ir.Expr:
        """A column of the row that matches the keys; optional unless every combination is matched (`complete`)."""
        at = next(index for index, column in enumerate(self.outputs) if column.name == name)
        type_ = self.outputs[at].type
        assert isinstance(type_, ty.Optional | ty.Known)
        lines = list(self.lines)
        if self.policy == "collect_sum":
            return self._sum(keys, at, ty.known(type_))
        if self.policy in ("collect_smallest", "collect_largest"):

            def in_order(one: Line, other: Line) -> int:
                return _order(one.values[at], other.values[at])

            lines.sort(key=cmp_to_key(in_order), reverse=self.policy == "collect_largest")
        result: ty.Type = type_ if complete else ty.Optional(ty.known(type_))
        branches = [(self.test(line, keys), ir.Literal(line.values[at], result)) for line in lines]
        if complete:
            last = branches.pop()[1]
            return ir.Case(tuple(branches), last, result) if branches else last
        return ir.Case(tuple(branches), missing(ty.known(type_)), result)

    def test(self, line: Line, keys: Sequence[ir.Expr]) -> ir.Expr:
        """Whether a row matches the keys."""
        tests = []
        for test, key, column in zip(line.tests, keys, self.keys, strict=True):
            assert isinstance(column.type, ty.Optional | ty.Known)
            condition = test.expr(key, column.type)
            if condition is not None:
                tests.append(condition)
        return both(*tests) if tests else ir.Literal(True, ty.BOOLEAN)

    def matched(self, keys: Sequence[ir.Expr]) -> ir.Expr:
        """Whether any row matches the keys."""
        tests = [self.test(line, keys) for line in self.lines]
        return tests[0] if len(tests) == 1 else op("or", *tests)

    def _sum(self, keys: Sequence[ir.Expr], at: int, type_: ty.Known) -> ir.Expr:
        assert ty.is_decimal(type_)
        zero = ir.Literal(Decimal(0).scaleb(-type_.scale), type_)
        total: ir.Expr | None = None
        for line in self.lines:
            part = ir.Case(((self.test(line, keys), ir.Literal(line.values[at], type_)),), zero, type_)
            total = part if total is None else ir.Operation("add", (total, part), result_type("add", (total.type, part.type)))
        return total if total is not None else zero


def is_decision(node: ast.Table) -> bool:
    """Whether a table is one: it has another policy than `unique`, or a cell that is a test."""
    return node.policy != "unique" or any(isinstance(cell, ast.CellTest) for row in node.rows for cell in row.cells)


def read_decision(env: Environment, constants: ConstantReader, relation: Relation, node: ast.Table) -> Decision | None:
    """Read and check a decision table; None when something in it was wrong, which has been reported."""
    columns = list(relation.columns.values())
    keys = tuple(column for column in columns if column.key)
    outputs = tuple(column for column in columns if not column.key)
    if not node.columns and not node.broken:
        env.sink.add(errors.TableHeader(relation.span, relation.name))
    if any(isinstance(column.type, Range | Unknown) for column in columns) or not keys or not node.columns:
        return None
    if not _collectable(env, node.policy, outputs):
        return None
    lines: list[Line] = []
    for row in node.rows:
        if len(row.cells) != len(columns):
            if not node.broken:
                header = node.columns[0].span.to(node.columns[-1].span)
                env.sink.add(errors.CellCount(row.span, len(row.cells), len(columns), header))
            continue
        line = _line(constants, row, columns)
        if line is not None:
            lines.append(line)
        if not ast.is_sourced((*row.provenance, *node.provenance)):
            env.sink.add(errors.UnsourcedNumber(row.span, f"a row of table `{relation.name}`"))
    if len(lines) < len(node.rows) or not lines or node.broken:
        return None
    pieces = [list(_pieces(column, [line.tests[at] for line in lines])) for at, column in enumerate(keys)]
    if prod(map(len, pieces)) > MOST_COMBINATIONS:
        env.sink.add(errors.TableTooLarge(relation.span, relation.name, prod(map(len, pieces))))
        return None
    holes = _check(env, relation, node.policy, keys, lines, pieces)
    return None if holes is None else Decision(relation, node.policy, keys, outputs, tuple(lines), holes)


def _collectable(env: Environment, policy: str, outputs: Sequence[Column]) -> bool:
    """Whether the policy can collect the columns: what is collected is a number or an amount, and never missing."""
    if not policy.startswith("collect"):
        return True
    for column in outputs:
        if isinstance(column.type, Range | Unknown) or ty.is_decimal(column.type):
            continue
        purpose = f"what `{policy.replace('_', ' ')}` takes"
        env.sink.add(errors.TypeMismatch(column.span, "a number or an amount", in_plain_words(column.type), purpose))
        return False
    return True


def _line(constants: ConstantReader, row: ast.TableRow, columns: Sequence[Column]) -> Line | None:
    tests: list[Test] = []
    values: list[ir.Value] = []
    for cell, column in zip(row.cells, columns, strict=True):
        purpose = f"column `{column.name}`"
        assert isinstance(column.type, ty.Optional | ty.Known)
        if not isinstance(cell, ast.CellTest):
            read = constants.read(cell, column.type, purpose)
            if read is None:
                return None
            if column.key:
                tests.append(Test("=", read[0]))
            else:
                values.append(read[0])
            continue
        ordered = ty.is_decimal(column.type) or column.type == ty.DATE
        if not column.key or (cell.operator != "any" and not ordered):
            constants.env.sink.add(errors.NotConstant(cell.span, purpose))
            return None
        ends: list[ir.Value] = []
        for end in (cell.first, cell.last):
            read = (None,) if end is None else constants.read(end, column.type, purpose)
            if read is None:
                return None
            ends.append(read[0])
        test = Test(cell.operator, *ends)
        if cell.operator == ".." and not test.holds(test.first):
            assert cell.first is not None
            assert cell.last is not None
            what = f"no value lies from {cell.first.span.text} to {cell.last.span.text}: the first is the greater"
            fix = f"exchange the two: `{cell.last.span.text}..{cell.first.span.text}`"
            constants.env.sink.add(errors.FitsNothing(cell.span, what, fix))
            return None
        tests.append(test)
    return Line(tuple(tests), tuple(values), row)


def _pieces(column: Column, tests: Sequence[Test]) -> Iterator[ir.Value]:
    """A value from each piece that the tests cut a column into: between two neighbours of the list no test changes."""
    named = [value for test in tests for value in (test.first, test.last) if value is not None]
    match column.type:
        case ty.Enum(values=values):
            yield from values
        case ty.Boolean():
            yield from (True, False)
        case ty.Date():
            ordinals = {day.toordinal() + step for day in named if isinstance(day, datetime.date) for step in (-1, 0, 1)}
            ends = range(datetime.date.min.toordinal(), datetime.date.max.toordinal() + 1)  # no day lies beyond them
            yield from [datetime.date.fromordinal(at) for at in sorted(ordinals) if at in ends] or [datetime.date(2000, 1, 1)]
        case ty.Days() | ty.Number() | ty.Percent() | ty.Money() as type_:
            step = Decimal(1).scaleb(-type_.scale)
            yield from sorted({value + way * step for value in named if isinstance(value, Decimal) for way in (-1, 0, 1)}) or [
                Decimal(0).scaleb(-type_.scale)
            ]
        case _:
            yield from dict.fromkeys(named)
            yield _OTHER


def _check(
    env: Environment,
    relation: Relation,
    policy: str,
    keys: Sequence[Column],
    lines: Sequence[Line],
    pieces: Sequence[Sequence[ir.Value]],
) -> tuple[tuple[ir.Value, ...], ...] | None:
    """The combinations that no row matches; None when rows contradict each other, which is reported once."""
    holes: list[tuple[ir.Value, ...]] = []
    for combination in product(*pieces):
        matching = [line for line in lines if all(map(Test.holds, line.tests, combination))]
        if not matching:
            if policy != "collect_sum":  # a sum of nothing is zero
                holes.append(combination)
        elif len(matching) > 1 and policy in ("unique", "any"):
            first = matching[0]
            other = next((line for line in matching[1:] if policy == "unique" or line.values != first.values), None)
            if other is not None:
                witness = in_words(keys, combination)
                env.sink.add(errors.OverlappingRows(other.node.span, relation.name, witness, policy, first.node.span))
                return None
    return tuple(holes)


def in_words(keys: Sequence[Column], values: Sequence[ir.Value]) -> str:
    """Values of key columns, for a message: "volume = 0 USD, level = Gold"."""
    shown = []
    for column, value in zip(keys, values, strict=True):
        assert isinstance(column.type, ty.Optional | ty.Known)
        shown.append(f"{column.name} = {'anything else' if value == _OTHER else show(value, column.type)}")
    return ", ".join(shown)
