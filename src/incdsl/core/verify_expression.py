"""Checks one expression: names resolve, and every node has the type that its parts give it."""

from __future__ import annotations

from typing import assert_never

from incdsl.core import ir, operators
from incdsl.core import types as ty
from incdsl.core.dates import MONTH_MODES
from incdsl.core.dependencies import columns
from incdsl.core.errors import CoreError
from incdsl.core.values import mismatch

Scope = tuple[ir.Relation, ...]
"""The relations of the rows in scope, innermost first."""

_OPERAND_COUNTS = {
    **dict.fromkeys(("negate", "round", "widen", "not", "given", "known", "optional", "text_of"), 1),
    **dict.fromkeys(("and", "or", "concat", "join"), None),
}


def check_type(type_: ty.Type, relations: dict[str, ir.Relation], place: str) -> None:
    """Raises CoreError for a decimal wider than the widest, an empty enum, or a row of a relation that is not there
    or whose key is another."""
    match ty.known(type_):
        case ty.Days(digits, scale) | ty.Number(digits, scale) | ty.Percent(digits, scale) | ty.Money(_, digits, scale):
            if not 1 <= digits <= ty.MAX_DIGITS:
                raise CoreError(place, f"{type_} has {digits} digits, not 1 to {ty.MAX_DIGITS}")
            if not 0 <= scale <= digits:
                raise CoreError(place, f"{type_} has {scale} decimals in {digits} digits")
            if isinstance(type_, ty.Days) and scale:
                raise CoreError(place, "days have no decimals")
        case ty.Enum(name, values):
            if not values or len(set(values)) != len(values):
                raise CoreError(place, f"{name} has no values, or one of them twice")
        case ty.Row(relation, key):
            target = _relation(relations, relation, place)
            if len(target.key) != 1 or not isinstance(target.key[0], str):
                raise CoreError(place, f"`{relation}` has no key of one column, so its rows are no type")
            if stored_type(target, target.key[0], place) != key:
                raise CoreError(place, f"the key of `{relation}` is not {key}")
        case _:
            pass


def stored_type(relation: ir.Relation, name: str, place: str) -> ty.Type:
    """The type of what a stored column holds. Raises CoreError when the relation does not store it."""
    for column in relation.stored:
        if column.name == name:
            return ty.stored(column.type)
    raise CoreError(place, f"`{relation.name}` stores no column `{name}`")


def column_types(relation: ir.Relation, name: str, place: str) -> tuple[ty.Type, ...]:
    """The types a column may be read at: its own and, for the only key column, a row of its relation."""
    declared = next((c.type for c in columns(relation) if c.name == name), None)
    if declared is None:
        raise CoreError(place, f"`{relation.name}` has no column `{name}`")
    key = ty.stored(declared)
    if relation.key == (name,) and isinstance(key, ty.Text | ty.Enum | ty.Country | ty.Date | ty.Number):
        return declared, ty.Row(relation.name, key)
    return (declared,)


def _relation(relations: dict[str, ir.Relation], name: str, place: str) -> ir.Relation:
    if name not in relations:
        raise CoreError(place, f"there is no relation `{name}`")
    return relations[name]


class ExpressionVerifier:
    """Checks the expressions of one program."""

    def __init__(self, program: ir.Program) -> None:
        self.relations = {relation.name: relation for relation in program.relations}
        self.params = {param.name: param.type for param in program.params}

    def check(self, expression: ir.Expr, scope: Scope, place: str) -> None:
        """Raises CoreError, naming `place`, when anything in the expression is not as `ir` says."""
        check_type(expression.type, self.relations, place)
        match expression:
            case ir.Literal(value, type_):
                wrong = mismatch(value, type_)
                if wrong is not None:
                    raise CoreError(place, f"the literal {value!r} of type {type_} {wrong}")
            case ir.Param(name, type_):
                if name not in self.params:
                    raise CoreError(place, f"there is no param `{name}`")
                self._expect(type_, (self.params[name],), f"the param `{name}`", place)
            case ir.AsOf(type_):
                self._expect(type_, (ty.DATE,), "the as-of date", place)
            case ir.Column(name, type_, depth):
                if not 0 <= depth < len(scope):
                    raise CoreError(place, f"`{name}` is read at depth {depth}, of {len(scope)} rows in scope")
                self._expect(type_, column_types(scope[depth], name, place), f"the column `{name}`", place)
            case ir.Lookup():
                self._lookup(expression, scope, place)
            case ir.Aggregate():
                self._aggregate(expression, scope, place)
            case ir.Operation():
                for operand in expression.operands:
                    self.check(operand, scope, place)
                self._operation(expression, place)
            case ir.Case(branches, otherwise, type_):
                if not branches:
                    raise CoreError(place, "a case has no branch")
                for condition, then in branches:
                    self.check(condition, scope, place)
                    self._expect(condition.type, (ty.BOOLEAN,), "the condition of a branch", place)
                    self.check(then, scope, place)
                    self._expect(then.type, (type_,), "a branch", place)
                self.check(otherwise, scope, place)
                self._expect(otherwise.type, (type_,), "the last branch", place)
            case _:
                assert_never(expression)

    def _expect(self, type_: ty.Type, expected: tuple[ty.Type, ...], what: str, place: str) -> None:
        if type_ not in expected:
            raise CoreError(place, f"{what} has the type {type_!r}, not {expected[0]!r}")

    def _lookup(self, lookup: ir.Lookup, scope: Scope, place: str) -> None:
        target = _relation(self.relations, lookup.relation, place)
        if len(lookup.keys) != len(target.key):
            raise CoreError(place, f"`{target.name}` has a key of {len(target.key)} parts, not {len(lookup.keys)}")
        for part, key in zip(target.key, lookup.keys, strict=True):
            self.check(key, scope, place)
            if isinstance(part, ir.RangeKey):
                self._expect(key.type, (ty.DATE,), f"the key of `{target.name}`", place)
                continue
            declared = column_types(target, part, place)
            if key.type not in (*declared, *(ty.stored(d) for d in declared)):
                raise CoreError(place, f"the key `{part}` of `{target.name}` is {declared[0]!r}, not {key.type!r}")
        if lookup.certain:
            reference = lookup.keys[0].type
            if not (len(lookup.keys) == 1 and isinstance(reference, ty.Row) and reference.relation == target.name):
                raise CoreError(place, f"only a reference makes a row of `{target.name}` certain")
        if lookup.column is None:
            self._expect(lookup.type, (ty.BOOLEAN,), f"whether there is a row of `{target.name}`", place)
            return
        found = column_types(target, lookup.column, place)
        if not lookup.certain:
            found = tuple(ty.Optional(ty.known(t)) for t in found)
        self._expect(lookup.type, found, f"`{target.name}[…].{lookup.column}`", place)

    def _aggregate(self, aggregate: ir.Aggregate, scope: Scope, place: str) -> None:
        target = _relation(self.relations, aggregate.relation, place)
        inner = (target, *scope)
        if aggregate.operator not in operators.AGGREGATES:
            raise CoreError(place, f"there is no aggregate `{aggregate.operator}`")
        if aggregate.where is not None:
            self.check(aggregate.where, inner, place)
            self._expect(aggregate.where.type, (ty.BOOLEAN,), "the condition of an aggregate", place)
        if (aggregate.value is None) != (aggregate.operator in ("count", "any")):
            raise CoreError(place, f"`{aggregate.operator}` has a value, or none, against its rule")
        value = None
        if aggregate.value is not None:
            self.check(aggregate.value, inner, place)
            value = aggregate.value.type
            if isinstance(value, ty.Optional):
                raise CoreError(place, f"`{aggregate.operator}` of a value that may be missing")
        try:
            type_ = operators.aggregate_type(aggregate.operator, value)
        except operators.OperandTypeError as error:
            raise CoreError(place, f"there is no {error}") from error
        self._expect(aggregate.type, (type_,), f"`{aggregate.operator}` over `{target.name}`", place)

    def _operation(self, operation: ir.Operation, place: str) -> None:
        name, operands = operation.operator, tuple(operand.type for operand in operation.operands)
        if name not in operators.OPERATORS:
            raise CoreError(place, f"there is no operator `{name}`")
        count = _OPERAND_COUNTS.get(name, 2)
        if len(operands) < 2 if count is None else len(operands) != count:
            raise CoreError(place, f"`{name}` has {len(operands)} operands")
        rounds = name in ("round", "divide")
        modes = operators.ROUNDING_MODES if rounds else MONTH_MODES if name == "add_months" else ()
        if (operation.places is not None, operation.mode is not None) != (rounds, bool(modes)):
            raise CoreError(place, f"`{name}` has places or a mode, or none, against its rule")
        if modes and operation.mode not in modes:
            raise CoreError(place, f"`{name}` has no mode `{operation.mode}`")
        if operation.places is not None and operation.places < 0:
            raise CoreError(place, f"`{name}` to {operation.places} places")
        try:
            expected = self._result(operation, operands, place)
        except operators.OperandTypeError as error:
            raise CoreError(place, f"there is no {error}") from error
        self._expect(operation.type, (expected,), f"`{name}` of {', '.join(map(str, operands))}", place)

    def _result(self, operation: ir.Operation, operands: tuple[ty.Type, ...], place: str) -> ty.Type:
        first, given = operands[0], operation.type
        if operation.operator == "optional":
            if isinstance(first, ty.Optional):
                raise operators.OperandTypeError(f"optional of {first}")
            return ty.Optional(first)
        if operation.operator != "widen":
            return operators.result_type(operation.operator, operands, operation.places)
        if not (operators.same_kind(first, given) and ty.is_decimal(first) and ty.is_decimal(given)):
            raise operators.OperandTypeError(f"widen of {first} to {given}")
        assert isinstance(first, ty.Days | ty.Number | ty.Percent | ty.Money)
        assert isinstance(given, ty.Days | ty.Number | ty.Percent | ty.Money)
        # At the widest, whole digits give way to decimals, as they do in arithmetic: what does not fit overflows.
        narrower = given.digits - given.scale < first.digits - first.scale and given.digits < ty.MAX_DIGITS
        if given.scale < first.scale or narrower:
            raise CoreError(place, f"widen from {first!r} to {given!r} makes room for less")
        return given
