"""Works out one value at a time, when it is asked for: the meaning of expressions over rows.

Rows that are not known on the as-of date take part in nothing. Where the condition of an aggregate fixes a
column (`partner = this.partner`), only the rows with that value are looked at; nothing else is clever. What an
expression costs when a row is passed over is therefore not part of the meaning: an overflow in a condition is
reported for the rows looked at.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, assert_never

from incdsl.core import ir
from incdsl.core.dependencies import conjuncts, reads_row
from incdsl.core.print_expression import print_expression
from incdsl.engines.errors import Overflow, Unsound
from incdsl.engines.reference.decimals import DoesNotFit
from incdsl.engines.reference.operations import apply, fold
from incdsl.engines.reference.rows import MemoryRows, Row, Rows


class Frame(NamedTuple):
    """A row in scope and the relation it is of."""

    relation: str
    row: Row


Scope = tuple[Frame, ...]
"""The rows in scope, innermost first."""

_FRAMES = 20_000


@contextmanager
def many_frames() -> Iterator[None]:
    """Room for columns that read columns that read columns …, each of which takes some Python frames."""
    limit = sys.getrecursionlimit()
    if limit >= _FRAMES:
        yield
        return
    sys.setrecursionlimit(_FRAMES)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


class _DoesNotFitIn(Exception):
    """`DoesNotFit` with the expression that gave it."""

    def __init__(self, expression: ir.Expr, cause: DoesNotFit) -> None:
        super().__init__(expression, cause)
        self.expression = expression
        self.cause = cause


class Evaluator:
    """Evaluates a verified program over validated rows on one as-of date; remembers what it has worked out."""

    def __init__(self, program: ir.Program, rows: Rows, as_of: datetime.date) -> None:
        self.program = program
        self.as_of = as_of
        self._rows = rows
        self._params = {param.name: param.value for param in program.params}
        self._relations = {relation.name: relation for relation in program.relations}
        self._positions = {r.name: {c.name: at for at, c in enumerate(r.stored)} for r in program.relations}
        self._derived = {r.name: {c.name: c for c in r.derived} for r in program.relations}
        self._values: dict[str, dict[Row, dict[str, ir.Value]]] = {r.name: {} for r in program.relations}
        self._sources: dict[str, Rows] = {}
        self._known: dict[str, Sequence[Row]] = {}
        self._matching: dict[tuple[str, str, ir.Value], Sequence[Row]] = {}
        self._found: dict[tuple[str, Row], Row | None] = {}
        self._equalities: dict[int, tuple[ir.Aggregate, list[tuple[str, ir.Expr]]]] = {}

    # --- rows ------------------------------------------------------------------------------------------------

    def rows_of(self, relation: str) -> Sequence[Row]:
        """The known rows of a relation, in any order."""
        if relation not in self._known:
            self._known[relation] = self._only_known(relation, self._source(relation).all(relation))
        return self._known[relation]

    def key_of(self, relation: str, row: Row) -> tuple[ir.Value, ...]:
        """The values of a row's key; of a range, its start."""
        at = self._positions[relation]
        return tuple(row[at[k if isinstance(k, str) else k.start]] for k in self._relations[relation].key)

    def find(self, relation: str, keys: tuple[ir.Value, ...]) -> Row | None:
        """The known row with that key, given a date for a range, or None. Raises Unsound when there are two."""
        if (relation, keys) not in self._found:
            at, parts = self._positions[relation], self._relations[relation].key
            first = next((number for number, part in enumerate(parts) if isinstance(part, str)), None)
            candidates = self.rows_of(relation)
            if first is not None:
                candidates = self._rows_with(relation, str(parts[first]), keys[first])
            found = [row for row in candidates if all(map(_covers, [at] * len(keys), parts, [row] * len(keys), keys))]
            if len(found) > 1:
                raise Unsound(f"`{relation}` has {len(found)} rows with the key {keys}")
            self._found[relation, keys] = found[0] if found else None
        return self._found[relation, keys]

    def _rows_with(self, relation: str, column: str, value: ir.Value) -> Sequence[Row]:
        asked = (relation, column, value)
        if asked not in self._matching:
            self._matching[asked] = self._only_known(relation, self._source(relation).matching(*asked))
        return self._matching[asked]

    def _only_known(self, relation: str, rows: Sequence[Row]) -> Sequence[Row]:
        known = self._relations[relation].known
        if known is None:
            return rows
        return [row for row in rows if self._evaluate_for(known, Frame(relation, row), "known")]

    def _source(self, relation: str) -> Rows:
        source = self._relations[relation].source
        if isinstance(source, ir.Feed):
            return self._rows
        if relation not in self._sources:
            rows = list(source.rows) if isinstance(source, ir.Rows) else list(self._pairs(source))
            self._sources[relation] = MemoryRows(self.program, {relation: rows})
        return self._sources[relation]

    def _pairs(self, pairs: ir.Pairs) -> Iterator[Row]:
        for left in self.rows_of(pairs.left):
            for right in self.rows_of(pairs.right):
                yield self.key_of(pairs.left, left) + self.key_of(pairs.right, right)

    # --- values ----------------------------------------------------------------------------------------------

    def value(self, relation: str, row: Row, column: str) -> ir.Value:
        """The value of a stored or derived column of a row. Raises Overflow."""
        at = self._positions[relation].get(column)
        if at is not None:
            return row[at]
        values = self._values[relation].setdefault(row, {})
        if column not in values:
            definition = self._derived[relation][column].definition
            values[column] = self._evaluate_for(definition, Frame(relation, row), column)
        return values[column]

    def expression(self, expression: ir.Expr, relation: str, row: Row, place: str = "expression") -> ir.Value:
        """The value of an expression about a row of a relation. Raises Overflow, whose column is `place`."""
        return self._evaluate_for(expression, Frame(relation, row), place)

    def _evaluate_for(self, expression: ir.Expr, frame: Frame, place: str) -> ir.Value:
        try:
            with many_frames():
                return self.evaluate(expression, (frame,))
        except _DoesNotFitIn as error:
            key = self.key_of(frame.relation, frame.row)
            text = print_expression(error.expression)
            raise Overflow(frame.relation, key, place, text, error.cause.value, error.cause.limit) from error

    def evaluate(self, expression: ir.Expr, scope: Scope) -> ir.Value:
        """The value of an expression with these rows in scope."""
        match expression:
            case ir.Column(name, _, depth):
                relation, row = scope[depth]
                return self.value(relation, row, name)
            case ir.Literal(value):
                return value
            case ir.Operation():
                return self._operation(expression, scope)
            case ir.Lookup():
                row_found = self.find(expression.relation, self.keys(expression, scope))
                return self._looked_up(expression, row_found)
            case ir.Case(branches, otherwise):
                for condition, then in branches:
                    if self.evaluate(condition, scope):
                        return self.evaluate(then, scope)
                return self.evaluate(otherwise, scope)
            case ir.Aggregate():
                rows = self.rows_used(expression, scope)
                values = [self.contribution(expression, row, scope) for row in rows]
                try:
                    return fold(expression, values)
                except DoesNotFit as error:
                    raise _DoesNotFitIn(expression, error) from error
            case ir.Param(name):
                return self._params[name]
            case ir.AsOf():
                return self.as_of
            case _:
                assert_never(expression)

    def _operation(self, operation: ir.Operation, scope: Scope) -> ir.Value:
        operands = operation.operands
        match operation.operator:
            case "and" | "or" as operator:
                decided = operator == "or"
                for operand in operands:
                    if self.evaluate(operand, scope) is decided:
                        return decided
                return not decided
            case "otherwise":
                value = self.evaluate(operands[0], scope)
                return self.evaluate(operands[1], scope) if value is None else value
            case _:
                values = [self.evaluate(operand, scope) for operand in operands]
                try:
                    return apply(operation, values)
                except DoesNotFit as error:
                    raise _DoesNotFitIn(operation, error) from error

    # --- lookups and aggregates --------------------------------------------------------------------------------

    def keys(self, lookup: ir.Lookup, scope: Scope) -> tuple[ir.Value, ...]:
        """The values a lookup looks for."""
        return tuple(self.evaluate(key, scope) for key in lookup.keys)

    def _looked_up(self, lookup: ir.Lookup, row: Row | None) -> ir.Value:
        if lookup.column is None:
            return row is not None
        if row is None:
            if lookup.certain:
                raise Unsound(f"there is no row of `{lookup.relation}` where {print_expression(lookup)} needs one")
            return None
        return self.value(lookup.relation, row, lookup.column)

    def rows_used(self, aggregate: ir.Aggregate, scope: Scope) -> list[Row]:
        """The rows an aggregate holds for, in any order."""
        where, candidates = aggregate.where, self.rows_looked_at(aggregate, scope)
        if where is None:
            return list(candidates)
        return [row for row in candidates if self.evaluate(where, (Frame(aggregate.relation, row), *scope))]

    def rows_looked_at(self, aggregate: ir.Aggregate, scope: Scope) -> Sequence[Row]:
        """The known rows that have the value its condition fixes for a column, of several such columns the
        one with the fewest; all known rows when it fixes none."""
        best: Sequence[Row] | None = None
        inner = (Frame(aggregate.relation, ()), *scope)
        for column, expression in self._fixed(aggregate):
            try:
                value = self.evaluate(expression, inner)
            except (Unsound, Overflow, _DoesNotFitIn):
                continue  # an earlier condition may guard it, or not: looking at each row tells
            rows = self._rows_with(aggregate.relation, column, value)
            if best is None or len(rows) < len(best):
                best = rows
        return self.rows_of(aggregate.relation) if best is None else best

    def _fixed(self, aggregate: ir.Aggregate) -> list[tuple[str, ir.Expr]]:
        """The stored columns its condition fixes, each with the value, which does not read the aggregated row."""
        # Hashing a node would walk it, so its identity stands for it; keeping it keeps its identity its own.
        if id(aggregate) not in self._equalities:
            stored = self._positions[aggregate.relation]
            fixed = [
                (column.name, value)
                for conjunct in conjuncts(aggregate.where)
                for column, value in _equality(conjunct)
                if column.name in stored
            ]
            self._equalities[id(aggregate)] = aggregate, fixed
        return self._equalities[id(aggregate)][1]

    def contribution(self, aggregate: ir.Aggregate, row: Row, scope: Scope) -> ir.Value:
        """The value that a row gives to an aggregate; None for count and any, which take none."""
        if aggregate.value is None:
            return None
        return self.evaluate(aggregate.value, (Frame(aggregate.relation, row), *scope))


def _equality(condition: ir.Expr) -> Iterator[tuple[ir.Column, ir.Expr]]:
    """A column of the innermost row and what it must equal, when the condition says that."""
    match condition:
        case ir.Operation("equal", (left, right)):
            for side, other in ((left, right), (right, left)):
                match side:
                    case (ir.Column(depth=0) as column) | ir.Operation("known", (ir.Column(depth=0) as column,)):
                        if not reads_row(other):
                            yield column, other
                    case _:
                        pass
        case _:
            pass


def _covers(at: dict[str, int], part: ir.KeyPart, row: Row, key: ir.Value) -> bool:
    """Whether a part of a row's key is the value looked for, or a range that holds it."""
    if isinstance(part, str):
        return row[at[part]] == key
    start, end = row[at[part.start]], row[at[part.end]]
    assert isinstance(start, datetime.date)
    assert isinstance(key, datetime.date)
    return start <= key and (end is None or (isinstance(end, datetime.date) and key <= end))
