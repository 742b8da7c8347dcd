"""Which expressions may not fit: more digits than their type has, or a date that is none."""

from __future__ import annotations

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.dependencies import children

SAFE_DIGITS = 26
"""Values of so many digits at most: a sum of a million million of them has fewer than 38."""


def may_overflow(operation: ir.Operation) -> bool:
    """Whether this operation, whatever is in it, may give a value that does not fit. The types say: arithmetic makes room for
    every result until the widest type is reached."""
    given = ty.known(operation.type)
    types = [ty.known(operand.type) for operand in operation.operands]
    match operation.operator, types:
        case (("add_days" | "subtract_days" | "add_months"), _):
            return True
        case (("add" | "subtract"), [first, second]):
            return _whole(given) < max(_whole(first), _whole(second)) + 1
        case "multiply", [first, second]:
            return _whole(given) < _whole(first) + _whole(second)
        case "round", [first]:
            return _whole(given) < _whole(first) + 1
        case "widen", [first]:
            return _whole(given) < _whole(first)
        case "divide", [first, second]:
            assert ty.is_decimal(second)
            return _whole(given) < _whole(first) + second.scale + 1
        case _:
            return False


def _whole(type_: ty.Type) -> int:
    """Digits before the point."""
    assert ty.is_decimal(type_)
    return type_.digits - type_.scale


class Overflows:
    """Knows of one program what may not fit, with everything that is worked out for it."""

    def __init__(self, program: ir.Program) -> None:
        self._relations = {relation.name: relation for relation in program.relations}
        self._columns: dict[tuple[str, str | None], bool] = {}

    def of(self, expression: ir.Expr, scope: tuple[str, ...]) -> bool:
        """Whether working out an expression may meet a value that does not fit; `scope` names the relations of the rows in
        scope, innermost first."""
        match expression:
            case ir.Column(name, _, depth):
                return self._column(scope[depth], name)
            case ir.Operation() if may_overflow(expression):
                return True
            case ir.Lookup(relation, _, column):
                if self.known(relation) or (column is not None and self._column(relation, column)):
                    return True
            case ir.Aggregate(operator, relation, _, value):
                if self.known(relation) or (operator == "sum" and value is not None and _digits(value) > SAFE_DIGITS):
                    return True
            case _:
                pass
        inner = (expression.relation, *scope) if isinstance(expression, ir.Aggregate) else scope
        return any(self.of(child, inner if deeper else scope) for child, deeper in children(expression))

    def known(self, relation: str) -> bool:
        """Whether telling which rows of a relation are known may meet such a value."""
        place = (relation, None)
        if place not in self._columns:
            self._columns[place] = False
            source, known = self._relations[relation].source, self._relations[relation].known
            sides = (source.left, source.right) if isinstance(source, ir.Pairs) else ()
            self._columns[place] = any(map(self.known, sides)) or (known is not None and self.of(known, (relation,)))
        return self._columns[place]

    def _column(self, relation: str, name: str) -> bool:
        place = (relation, name)
        if place not in self._columns:
            found = next((c for c in self._relations[relation].derived if c.name == name), None)
            self._columns[place] = found is not None and self.of(found.definition, (relation,))
        return self._columns[place]


def _digits(value: ir.Expr) -> int:
    type_ = ty.known(value.type)
    assert ty.is_decimal(type_)
    return type_.digits
