"""Expressions of the core as Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from incdsl.backends.python.layout import Code, around, call, infix, words
from incdsl.backends.python.made import AND, ATOM, COMPARISON, CONDITION, NOT, OR, SIGN, SUM, Made, Scope
from incdsl.backends.python.other_rows import OtherRows
from incdsl.backends.python.overflow import Overflows, may_overflow
from incdsl.backends.python.vocabulary import Vocabulary
from incdsl.core import ir, operators
from incdsl.core import types as ty
from incdsl.core.dependencies import children
from incdsl.core.print_expression import print_expression

_MODES = {"half_up": "ROUND_HALF_UP", "half_even": "ROUND_HALF_EVEN", "up": "ROUND_UP", "down": "ROUND_DOWN"}
_SYMBOLS = {
    "equal": "==", "not_equal": "!=", "less": "<", "less_or_equal": "<=", "greater": ">", "greater_or_equal": ">=",
}  # fmt: skip


class Expressions:
    """Writes the expressions of one program, and keeps what they need: the `sites` at which a value may not fit, and what
    `other_rows` are found by. `parts` are the expressions of a relation's rows that have a method of their own."""

    def __init__(self, program: ir.Program, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.overflows = Overflows(program)
        self.relations = {relation.name: relation for relation in program.relations}
        self.sites: list[str] = []
        self.parts: dict[tuple[str, ir.Expr], str] = {}
        self.other_rows = OtherRows(self)

    def code(self, expression: ir.Expr, scope: Scope) -> Code:
        """The code of an expression where any code may stand."""
        return self.made(expression, scope).code

    def made(self, expression: ir.Expr, scope: Scope) -> Made:
        """The code of an expression over the rows in scope."""
        match expression:
            case ir.Literal(value):
                return Made(self.vocabulary.constant(value))
            case ir.Param(name):
                return Made(self.vocabulary.params[name])
            case ir.AsOf():
                return Made(f"{self.world(scope)}.as_of")
            case ir.Column(name, _, depth):
                frame = scope[depth]
                return Made(f"{frame.variable}.{self.vocabulary.column[frame.relation, name]}")
            case ir.Lookup():
                if len(scope) > 1 and (own := of_outermost(expression, len(scope) - 1)) is not None:
                    place = (scope[-1].relation, own)
                    if place in self.parts:
                        return Made(f"{scope[-1].variable}.{self.parts[place]}")
                return self.other_rows.lookup(expression, scope)
            case ir.Aggregate():
                if len(scope) == 1 and (scope[0].relation, expression) in self.parts:
                    return Made(f"{scope[0].variable}.{self.parts[scope[0].relation, expression]}")
                return self.other_rows.aggregate(expression, scope)
            case ir.Operation():
                return self._operation(expression, scope)
            case ir.Case(((condition, ir.Literal(True)),), ir.Literal(False)):
                return self.made(condition, scope)
            case ir.Case(((condition, ir.Literal(False)),), ir.Literal(True)):
                return self._not(self.made(condition, scope))
            case ir.Case(branches, otherwise):
                made = self.made(otherwise, scope)
                for condition, result in reversed(branches):
                    test, then = self.made(condition, scope), self.made(result, scope)
                    items = (then.within(OR), around("if ", test.within(OR), ""), around("else ", made.within(CONDITION), ""))
                    made = Made(words(*items), CONDITION)
                return made
            case _:
                assert_never(expression)

    def world(self, scope: Scope) -> str:
        """The evaluation: rules are methods of rows, which know it; everything else is in a method of its own."""
        return "self._world" if scope[-1].variable == "self" else "self"

    def codes(self, expressions: Sequence[ir.Expr], scope: Scope) -> list[Code]:
        """The code of each of some expressions."""
        return [self.code(expression, scope) for expression in expressions]

    def at(self, expression: ir.Expr) -> str:
        """The number by which an expression is named that may not fit."""
        text = print_expression(expression)
        if text not in self.sites:
            self.sites.append(text)
        return str(self.sites.index(text))

    # --- operators ---------------------------------------------------------------------------------------------

    def _operation(self, operation: ir.Operation, scope: Scope) -> Made:
        operands = [self.made(operand, scope) for operand in operation.operands]
        codes = [operand.code for operand in operands]
        first = operation.operands[0].type
        match operation.operator:
            case "and" | "or" as word:
                binds = AND if word == "and" else OR
                return Made(infix(word, [operand.within(binds + 1) for operand in operands]), binds)
            case "not" if isinstance(inside := operation.operands[0], ir.Operation) and inside.operator == "given":
                return self._is_missing(inside.operands[0], scope, "is")
            case "not":
                return self._not(operands[0])
            case "equal" if isinstance(wanted := operation.operands[1], ir.Literal) and isinstance(wanted.value, bool):
                return operands[0] if wanted.value else self._not(operands[0])
            case "given":
                return self._is_missing(operation.operands[0], scope, "is not")
            case "known":
                return Made(call("known", *codes))
            case "optional":
                return operands[0]
            case "otherwise":
                simple = isinstance(operation.operands[1], ir.Literal | ir.Param | ir.AsOf)
                name, instead = ("otherwise", codes[1]) if simple else ("otherwise_of", around("lambda: ", codes[1], ""))
                return Made(call(name, codes[0], instead))
            case operator if operator in operators.COMPARISONS:
                if isinstance(first, ty.Enum) and operator not in ("equal", "not_equal"):
                    sides: list[Code] = [self.rank(code, first) for code in codes]
                else:
                    sides = [operand.within(SUM) for operand in operands]
                return Made(infix(_SYMBOLS[operator], sides), COMPARISON)
            case "smaller" | "larger" as operator:
                return Made(call("min" if operator == "smaller" else "max", *codes))
            case "text_of":
                return Made(self._text(codes[0], first, operands[0]))
            case "concat":
                return Made(infix("+", [operand.within(SUM + 1) for operand in operands]), SUM)
            case "join":
                return Made(call("joined", *codes))
            case "add_days":
                return Made(call("days_later", *codes, self.at(operation)))
            case "subtract_days":
                return Made(call("days_later", *codes, self.at(operation), "-1"))
            case "add_months":
                return Made(call("months_later", *codes, f'"{operation.mode}"', self.at(operation)))
            case "days_between":
                return Made(call("days_between", *codes))
            case _:
                return self._arithmetic(operation, operands)

    def _not(self, made: Made) -> Made:
        return Made(around("not ", made.within(COMPARISON), ""), NOT)

    def _is_missing(self, value: ir.Expr, scope: Scope, word: str) -> Made:
        """Whether a value `is`, or `is not`, missing; what is there for certain need not be worked out."""
        match value:
            case ir.Literal(None):
                return Made(str(word == "is"))
            case ir.Operation("optional") if not self.overflows.of(value, tuple(frame.relation for frame in scope)):
                return Made(str(word == "is not"))
            case _:
                return Made(infix(word, [self.made(value, scope).within(SUM), "None"]), COMPARISON)

    def rank(self, code: Code, enum: ty.Enum) -> Code:
        """The place of a value in the order of its enum."""
        return around(f"{self.vocabulary.enum(enum)}.index(", code, ")")

    def _arithmetic(self, operation: ir.Operation, operands: list[Made]) -> Made:
        given = ty.known(operation.type)
        assert ty.is_decimal(given)
        codes = [operand.code for operand in operands]
        match operation.operator:
            case "add":
                made = Made(infix("+", [operands[0].within(SUM), operands[1].within(SUM + 1)]), SUM)
            case "subtract":
                made = Made(infix("-", [operands[0].within(SUM), operands[1].within(SUM + 1)]), SUM)
            case "negate":
                made = Made(around("-", operands[0].within(SIGN), ""), SIGN)
            case "multiply":
                made = Made(call("times", *codes))
            case "widen":
                inside = operation.operands[0].type
                assert ty.is_decimal(inside)
                if may_overflow(operation):
                    codes = [call("fit", *codes, str(given.digits), str(given.scale), self.at(operation))]
                return operands[0] if inside.scale == given.scale else Made(call("widened", *codes, str(given.scale)))
            case "round":
                made = Made(call("rounded", *codes, str(given.scale), f'"{_MODES[str(operation.mode)]}"'))
            case "divide":
                made = Made(call("divided", *codes, str(given.scale), f'"{_MODES[str(operation.mode)]}"'))
            case operator:
                raise AssertionError(operator)
        if not may_overflow(operation):
            return made
        name = "fit_if_given" if operation.operator == "divide" else "fit"
        return Made(call(name, made.code, str(given.digits), str(given.scale), self.at(operation)))

    def _text(self, code: Code, type_: ty.Type, made: Made) -> Code:
        match ty.stored(type_):
            case ty.Boolean():
                return call("yes_or_no", code)
            case ty.Date():
                return around("", made.within(ATOM), ".isoformat()")
            case ty.Percent(_, scale):
                return call("percent", code, str(max(scale - 2, 0)))
            case ty.Days() | ty.Number() | ty.Money():
                return call("plain", code)
            case _:
                return made.within(ATOM)


def of_outermost(expression: ir.Expr, levels: int, bound: int = 0) -> ir.Expr | None:
    """An expression that stands within so many aggregates as it reads from outside them all; None when it reads a row of
    one of them. `bound` counts the aggregates that it has itself."""
    if isinstance(expression, ir.Column):
        if expression.depth < bound:
            return expression
        return replace(expression, depth=bound) if expression.depth == bound + levels else None
    found = [of_outermost(child, levels, bound + deeper) for child, deeper in children(expression)]
    if any(part is None for part in found):
        return None
    parts = iter(part for part in found if part is not None)
    match expression:
        case ir.Lookup(keys=keys):
            return replace(expression, keys=tuple(next(parts) for _ in keys))
        case ir.Operation(operands=operands):
            return replace(expression, operands=tuple(next(parts) for _ in operands))
        case ir.Case(branches):
            made = tuple((next(parts), next(parts)) for _ in branches)
            return replace(expression, branches=made, otherwise=next(parts))
        case ir.Aggregate(where=where, value=value):
            moved = None if where is None else next(parts)
            return replace(expression, where=moved, value=None if value is None else next(parts))
        case _:
            return expression
