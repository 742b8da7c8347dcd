"""The value of an expression where enough of what it reads is given: what a payment comes to at a bound of a tier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.semantics.warnings.bounds import Facts, as_number

_EXACT = Context(prec=200)
_ROUNDING = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "up": ROUND_UP, "down": ROUND_DOWN}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "equal": eq, "not_equal": ne, "less": lt, "less_or_equal": le, "greater": gt, "greater_or_equal": ge
}  # fmt: skip


class NotGiven(Exception):
    """The value depends on something that is not given."""


class Folder:
    """Works out expressions about a row of `relation`, of which only the expressions `given` have a value."""

    def __init__(self, facts: Facts, relation: str, given: Mapping[ir.Expr, ir.Value]) -> None:
        self.facts = facts
        self.relation = relation
        self.given = given

    def value(self, expr: ir.Expr) -> ir.Value:
        """The value. Raises NotGiven."""
        if expr in self.given:
            return self.given[expr]
        match expr:
            case ir.Literal(value=value):
                return value
            case ir.Param():
                return self.facts.readings(expr)[0]
            case ir.Column(name=name, depth=0):
                definition = self.facts.definition(self.relation, name)
                if definition is None:
                    raise NotGiven
                return self.value(definition)
            case ir.Case(branches=branches, otherwise=otherwise):
                for test, then in branches:
                    if self.value(test):
                        return self.value(then)
                return self.value(otherwise)
            case ir.Lookup():
                return self._row(expr)
            case ir.Operation():
                return self._operation(expr)
            case _:
                raise NotGiven

    def _row(self, expr: ir.Lookup) -> ir.Value:
        """What a row written in the program says. Raises NotGiven."""
        relation = self.facts.relations.get(expr.relation)
        if relation is None or not isinstance(relation.source, ir.Rows):
            raise NotGiven
        keys = [self.value(key) for key in expr.keys]
        names = [column.name for column in relation.stored]
        at = [names.index(part) for part in relation.key if isinstance(part, str)]
        if len(at) != len(keys) or (expr.column is not None and expr.column not in names):
            raise NotGiven
        for row in relation.source.rows:
            if [row[index] for index in at] == keys:
                return True if expr.column is None else row[names.index(expr.column)]
        return False if expr.column is None else None

    def _operation(self, expr: ir.Operation) -> ir.Value:
        match expr.operator:
            case "and":
                return all(self.value(operand) for operand in expr.operands)
            case "or":
                return any(self.value(operand) for operand in expr.operands)
            case "otherwise":
                first = self.value(expr.operands[0])
                return self.value(expr.operands[1]) if first is None else first
            case _:
                return self._applied(expr, [self.value(operand) for operand in expr.operands])

    def _applied(self, expr: ir.Operation, values: list[ir.Value]) -> ir.Value:
        if expr.operator in _COMPARE:
            left, right = (_with_order(value, operand.type) for value, operand in zip(values, expr.operands, strict=True))
            return _COMPARE[expr.operator](left, right)
        match expr.operator, values:
            case "given", [value]:
                return value is not None
            case "not", [value]:
                return not value
            case (("known" | "optional" | "widen"), [value]):
                return value
            case "negate", [Decimal() as value]:
                return -value
            case "round", [Decimal() as value] if expr.places is not None and expr.mode is not None:
                return value.quantize(Decimal(1).scaleb(-expr.places), rounding=_ROUNDING[expr.mode], context=_EXACT)
            case "add", [Decimal() as one, Decimal() as other]:
                return _EXACT.add(one, other)
            case "subtract", [Decimal() as one, Decimal() as other]:
                return _EXACT.subtract(one, other)
            case "multiply", [Decimal() as one, Decimal() as other]:
                return _EXACT.multiply(one, other)
            case "smaller", [Decimal() as one, Decimal() as other]:
                return min(one, other)
            case "larger", [Decimal() as one, Decimal() as other]:
                return max(one, other)
            case _:
                raise NotGiven


def _with_order(value: ir.Value, type_: ty.Type) -> Any:
    """What a value is compared as."""
    number = as_number(value, type_)
    return value if number is None else number
