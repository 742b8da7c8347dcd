"""Expressions of the core as text.

| node | printed |
| --- | --- |
| Literal | `"text"`, `yes`, `2015-07-25`, `57500.00:money(USD, 18, 2)`, `Level."Gold"`, `missing:optional date` |
| Param, AsOf | `param.surveys_needed`, `as_of` |
| Column | `amount`; one row further out `this.amount`, two `this.this.amount` |
| Lookup | `Partner[partner].country`; with `!` after `]` when certain; `exists Partner[partner]` |
| Aggregate | `sum(amount over Purchase where …):38.2` |
| Operation | `(a + b):19.2`, `(a and b)`, `not x`, `round(x to 2 half_up):19.2`, `add_months(d, n last_day)`, `known(x)` |
| Case | `case(when a then b when c then d else e)` |

A decimal that is worked out is followed by its digits and decimals; a column has its type where it is declared.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import assert_never

from incdsl.core import ir
from incdsl.core import types as ty

WIDTH = 120
"""Lines are broken, where they can be, to be no longer."""

_INFIX = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "equal": "=", "not_equal": "<>", "less": "<",
    "less_or_equal": "<=", "greater": ">", "greater_or_equal": ">=", "and": "and", "or": "or", "otherwise": "otherwise",
}  # fmt: skip


def quoted(text: str) -> str:
    """The text in double quotes, with escapes for quotes, backslashes and control characters."""
    return json.dumps(text, ensure_ascii=False)


def constant(value: ir.Value) -> str:
    """A value as text, without its type."""
    match value:
        case None:
            return "missing"
        case bool():
            return "yes" if value else "no"
        case str():
            return quoted(value)
        case Decimal():
            return format(value, "f")
        case datetime.date() | int():
            return str(value)
        case _:
            assert_never(value)


def print_expression(expression: ir.Expr) -> str:
    """The expression on one line: what messages and explanations name it by."""
    return ExpressionPrinter({}).inline(expression)


class ExpressionPrinter:
    """Prints the expressions of one program; `enums` are the names its enums are printed under."""

    def __init__(self, enums: Mapping[ty.Enum, str]) -> None:
        self.enums = enums

    def type(self, type_: ty.Type) -> str:
        """A type with all that belongs to it, except the values of an enum."""
        match type_:
            case ty.Money(currency, digits, scale):
                return f"money({currency}, {digits}, {scale})"
            case ty.Number(digits, scale):
                return f"number({digits}, {scale})"
            case ty.Percent(digits, scale):
                return f"percent({digits}, {scale})"
            case ty.Days(digits, scale):
                return f"days({digits}, {scale})" if scale else f"days({digits})"
            case ty.Enum(name):
                return self.enums.get(type_, name)
            case ty.Row(relation, key):
                return f"row({relation}, {self.type(key)})"
            case ty.Optional(of):
                return f"optional {self.type(of)}"
            case ty.Text() | ty.Boolean() | ty.Date() | ty.Country():
                return str(type_)
            case _:
                assert_never(type_)

    def lines(self, start: str, expression: ir.Expr) -> list[str]:
        """The expression after `start`, on one line when it fits, else broken over several."""
        return self._broken(start, expression, "")

    def inline(self, expression: ir.Expr) -> str:
        """The expression on one line."""
        match expression:
            case ir.Literal(value, type_):
                return self._literal(value, type_)
            case ir.Param(name):
                return f"param.{name}"
            case ir.AsOf():
                return "as_of"
            case ir.Column(name, _, depth):
                return "this." * depth + name
            case ir.Lookup(relation, keys, column, _, certain):
                row = f"{relation}[{', '.join(map(self.inline, keys))}]" + ("!" if certain else "")
                return f"exists {row}" if column is None else f"{row}.{column}"
            case ir.Aggregate() | ir.Operation() | ir.Case():
                return "".join(p if isinstance(p, str) else self.inline(p) for p in self._parts(expression))
            case _:
                assert_never(expression)

    def _literal(self, value: ir.Value, type_: ty.Type) -> str:
        text = constant(value)
        match type_:
            case ty.Text() | ty.Boolean() | ty.Date():
                return text
            case ty.Enum() | ty.Country():
                return f"{self.type(type_)}.{text}"
            case ty.Row(relation):
                return f"{relation}.{text}"
            case _:
                return f"{text}:{self.type(type_)}"

    def _parts(self, expression: ir.Aggregate | ir.Operation | ir.Case) -> list[str | ir.Expr]:
        """The text of a node with its expressions in their places; a line may be broken before each text that
        starts with a space or follows an opening parenthesis."""
        parts: list[str | ir.Expr] = []
        match expression:
            case ir.Aggregate(operator, relation, where, value):
                parts = [f"{operator}("]
                parts += [] if value is None else [value, " "]
                parts += [f"over {relation}"]
                parts += [] if where is None else [" where ", where]
                parts += [")"]
            case ir.Case(branches, otherwise):
                parts = ["case("]
                for condition, value in branches:
                    parts += ["when " if len(parts) == 1 else " when ", condition, " then ", value]
                parts += [" else ", otherwise, ")"]
            case ir.Operation("not", (operand,)):
                parts = ["not ", operand]
            case ir.Operation("negate", (operand,)):
                parts = ["-", operand]
            case ir.Operation(operator, operands, type_, places, mode):
                infix = operator in _INFIX
                parts = ["("] if infix else [f"{operator}("]
                for number, operand in enumerate(operands):
                    parts += [] if number == 0 else [f" {_INFIX[operator]} " if infix else ", "]
                    parts += [operand]
                parts += [f" to {places} {mode}"] if places is not None else [f" {mode}"] if mode is not None else []
                parts += [f" to {self.type(type_)}"] if operator == "widen" else []
                parts += [")"]
            case _:
                assert_never(expression)
        inside = ty.known(expression.type)
        if isinstance(inside, ty.Days | ty.Number | ty.Percent | ty.Money):
            parts.append(f":{inside.digits}.{inside.scale}")
        return parts

    def _broken(self, start: str, expression: ir.Expr, end: str) -> list[str]:
        flat = start + self.inline(expression) + end
        if len(flat) <= WIDTH or not isinstance(expression, ir.Aggregate | ir.Operation | ir.Case):
            return [flat]
        indent = " " * (len(start) - len(start.lstrip(" ")) + 2)
        parts = self._parts(expression)
        assert isinstance(parts[0], str)
        lines, text = [(start + parts[0]).rstrip()], ""
        for part in parts[1:]:
            if isinstance(part, str):
                # The text between two expressions stands before the second one.
                text += part
            else:
                if text.startswith(","):
                    lines[-1] += ","
                    text = text[1:]
                lines += self._broken(indent + text.lstrip(), part, "")
                text = ""
        lines[-1] += text + end
        return lines
