"""Conditions on a row as schemas of it, where JSON Schema can say them exactly.

It can compare a property with a constant and ask whether it is there; it cannot compare two properties, nor compute.
A schema made here judges rows whose values are in their notation: beside it stand the schemas of the properties.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from incdsl.backends.json_schema.notation import Schema, within
from incdsl.core import ir
from incdsl.core import types as ty

_MIRRORED = {"less": "greater", "less_or_equal": "greater_or_equal", "greater": "less", "greater_or_equal": "less_or_equal"}


def said(condition: ir.Expr) -> Schema | None:
    """The schema of the rows for which a condition holds; None where JSON Schema has no words for it."""
    match condition:
        case ir.Literal(value):
            return {} if value else {"not": {}}
        case ir.Operation("not", (operand,)):
            inner = said(operand)
            return None if inner is None else {"not": inner}
        case ir.Operation("and" | "or" as operator, operands):
            parts = [part for operand in operands if (part := said(operand)) is not None]
            return {"allOf" if operator == "and" else "anyOf": parts} if len(parts) == len(operands) else None
        case ir.Operation("given", (ir.Column(name),)):
            return {"type": "object", "required": [name], "properties": {name: {"not": {"type": "null"}}}}
        case ir.Operation(operator, (left, right)):
            if isinstance(left, ir.Literal):
                left, right, operator = right, left, _MIRRORED.get(operator, operator)
            column = _column(left)
            if column is None or not isinstance(right, ir.Literal):
                return None
            return _property(column, _compared(operator, ty.known(column.type), right.value))
        case _:
            column = _column(condition)
            return None if column is None else _property(column, {"const": True})


def _column(expression: ir.Expr) -> ir.Column | None:
    """The column whose value the expression is, if it is one."""
    match expression:
        case ir.Column():
            return expression
        case ir.Operation("known" | "widen", (operand,)):
            return _column(operand)
        case _:
            return None


def _property(column: ir.Column, schema: Schema | None) -> Schema | None:
    return None if schema is None else {"type": "object", "properties": {column.name: schema}}


def _compared(operator: str, type_: ty.Known, value: ir.Value) -> Schema | None:
    """The schema of a value, written in its notation, that compares so with a constant."""
    match operator:
        case "equal":
            return _equal(type_, value)
        case "not_equal":
            return _negated(_equal(type_, value))
        case "less":
            return _negated(_compared("greater_or_equal", type_, value))
        case "greater":
            return _negated(_compared("less_or_equal", type_, value))
        case "less_or_equal" | "greater_or_equal" if isinstance(type_, ty.Enum):
            place = type_.values.index(str(value))
            return {"enum": list(type_.values[: place + 1] if operator == "less_or_equal" else type_.values[place:])}
        case "less_or_equal" | "greater_or_equal" if isinstance(value, Decimal | int | datetime.date):
            bounds = ir.Bounds(None, value) if operator == "less_or_equal" else ir.Bounds(value, None)
            return {"type": "string", **within(bounds, type_)[0][0]}
        case _:
            return None


def _equal(type_: ty.Known, value: ir.Value) -> Schema | None:
    match ty.stored(type_):
        case ty.Days() | ty.Number() | ty.Percent() | ty.Money():
            both, _ = within(ir.Bounds(value, value), type_)
            return {"type": "string", "allOf": both}
        case ty.Date():
            assert isinstance(value, datetime.date)
            return {"const": value.isoformat()}
        case ty.Boolean() | ty.Text() | ty.Enum() | ty.Country():
            return {"const": value}
        case _:
            return None


def _negated(schema: Schema | None) -> Schema | None:
    return None if schema is None else {"not": schema}
