"""Which rows are known on the as-of date: their own day has come, and the rows that they refer to are known."""

from __future__ import annotations

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.result_keys import snake_case
from incdsl.semantics import errors, operations
from incdsl.semantics.access import Access
from incdsl.semantics.environment import Column, Environment, Relation
from incdsl.semantics.terms import both, op, present
from incdsl.semantics.values import DateRange, OwnRow, Scalar
from incdsl.syntax import ast


class Knowing:
    """Says for relations which of their rows are known, as a condition about the row."""

    def __init__(self, env: Environment, access: Access) -> None:
        self.env = env
        self.access = access

    def begun(self, relation: Relation, calendar: str) -> ir.Expr | None:
        """A pair with a period is known once the period has begun."""
        other = self.env.relations.get(calendar)
        if other is None or not isinstance(other.node, ast.Calendar):
            return None
        period = relation.columns[snake_case(calendar)]
        assert isinstance(period.type, ty.Row)
        key = ir.Column(period.name, period.type)
        start = ir.Lookup(calendar, (key,), "start", ty.DATE, certain=True)
        return op("less_or_equal", start, ir.AsOf())

    def record(self, relation: Relation, node: ast.Record) -> ir.Expr | None:
        """The condition for a row of a record; None where every row is always known."""
        tests = [test for column in relation.columns.values() if (test := self._refers_to_known(relation, column)) is not None]
        if node.dated_by is None:
            return both(*tests) if tests else None
        value = self.access.member(OwnRow(relation, 0), node.dated_by.name, node.dated_by.span)
        match value:
            case None:
                return None
            case DateRange(start=start):
                day = start
            case Scalar(expr=expr) if expr.type == ty.DATE:
                day = expr
            case _:
                found = operations.in_words(value.expr.type) if isinstance(value, Scalar) else "a row"
                hint = "a row is dated by a date that is always given"
                self.env.sink.add(errors.TypeMismatch(node.dated_by.span, "a date", found, "what rows are dated by", hint))
                return None
        return both(op("less_or_equal", day, ir.AsOf()), *tests)

    def _refers_to_known(self, relation: Relation, column: Column) -> ir.Expr | None:
        """Whether the row that a reference names is known, where that is a question."""
        if not isinstance(column.type, ty.Row | ty.Optional):
            return None
        referred = ty.known(column.type)
        if not isinstance(referred, ty.Row) or referred.relation == relation.name:
            return None
        if not self._may_be_unknown(self.env.relations[referred.relation], frozenset((relation.name,))):
            return None
        reference = ir.Column(column.name, column.type)
        known = ir.Lookup(referred.relation, (present(reference),), None, ty.BOOLEAN)
        if not isinstance(column.type, ty.Optional):
            return known
        return op("or", op("not", op("given", reference)), known)

    def _may_be_unknown(self, relation: Relation, seen: frozenset[str]) -> bool:
        """Whether rows of a relation may not be known on some as-of date, by their own date or that of rows they refer to."""
        if isinstance(relation.node, ast.Record) and relation.node.dated_by is not None:
            return True
        referred = (ty.known(c.type) for c in relation.columns.values() if isinstance(c.type, ty.Row | ty.Optional))
        targets = {t.relation for t in referred if isinstance(t, ty.Row)} - seen - {relation.name}
        return any(self._may_be_unknown(self.env.relations[name], seen | {relation.name}) for name in targets)
