"""Expressions of the core as Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import assert_never

from incdsl.backends.python.layout import Code, Group, around, bracketed, call, infix, words
from incdsl.backends.python.names import Names
from incdsl.backends.python.overflow import Overflows, may_overflow
from incdsl.backends.python.selection import Selection, select
from incdsl.backends.python.vocabulary import Vocabulary
from incdsl.core import ir, operators
from incdsl.core import types as ty
from incdsl.core.dependencies import children
from incdsl.core.print_expression import print_expression

CONDITION, OR, AND, NOT, COMPARISON, SUM, SIGN, ATOM = range(8)
"""How tightly the parts of some code hold together."""

_MODES = {"half_up": "ROUND_HALF_UP", "half_even": "ROUND_HALF_EVEN", "up": "ROUND_UP", "down": "ROUND_DOWN"}
_SYMBOLS = {
    "equal": "==", "not_equal": "!=", "less": "<", "less_or_equal": "<=", "greater": ">", "greater_or_equal": ">=",
}  # fmt: skip


@dataclass(frozen=True)
class Frame:
    """A row in scope: its relation, and the variable that holds it."""

    relation: str
    variable: str


Scope = tuple[Frame, ...]
"""The rows in scope, innermost first."""


@dataclass(frozen=True)
class Made:
    """Code, and how tightly it holds together."""

    code: Code
    binds: int = ATOM

    def within(self, binds: int) -> Code:
        """The code as part of what binds so tightly."""
        return self.code if self.binds >= binds else bracketed(self.code)


class Expressions:
    """Writes the expressions of one program, and keeps what they need: the `sites` at which a value may not fit, and the
    `finders`, the indexes that rows are found by, each with its name."""

    def __init__(self, program: ir.Program, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.overflows = Overflows(program)
        self.relations = {relation.name: relation for relation in program.relations}
        self.sites: list[str] = []
        self.parts: dict[tuple[str, ir.Expr], str] = {}
        self.finders: dict[str, Code] = {}
        self._finder_names: dict[object, str] = {}
        self._free = Names(vocabulary.table.values())

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
                return Made(f"{self._world(scope)}.as_of")
            case ir.Column(name, _, depth):
                frame = scope[depth]
                return Made(f"{frame.variable}.{self.vocabulary.column[frame.relation, name]}")
            case ir.Lookup():
                if len(scope) > 1 and (own := of_outermost(expression, len(scope) - 1)) is not None:
                    place = (scope[-1].relation, own)
                    if place in self.parts:
                        return Made(f"{scope[-1].variable}.{self.parts[place]}")
                return self._lookup(expression, scope)
            case ir.Aggregate():
                if len(scope) == 1 and (scope[0].relation, expression) in self.parts:
                    return Made(f"{scope[0].variable}.{self.parts[scope[0].relation, expression]}")
                return self._aggregate(expression, scope)
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

    def _world(self, scope: Scope) -> str:
        """The evaluation: rules are methods of rows, which know it; everything else is in a method of its own."""
        return "self._world" if scope[-1].variable == "self" else "self"

    def _codes(self, expressions: Sequence[ir.Expr], scope: Scope) -> list[Code]:
        return [self.code(expression, scope) for expression in expressions]

    def _at(self, expression: ir.Expr) -> str:
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
                    sides: list[Code] = [self._rank(code, first) for code in codes]
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
                return Made(call("days_later", *codes, self._at(operation)))
            case "subtract_days":
                return Made(call("days_later", *codes, self._at(operation), "-1"))
            case "add_months":
                return Made(call("months_later", *codes, f'"{operation.mode}"', self._at(operation)))
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

    def _rank(self, code: Code, enum: ty.Enum) -> Code:
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
                    codes = [call("fit", *codes, str(given.digits), str(given.scale), self._at(operation))]
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
        return Made(call(name, made.code, str(given.digits), str(given.scale), self._at(operation)))

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

    # --- other rows --------------------------------------------------------------------------------------------

    def _table(self, relation: str, scope: Scope) -> str:
        return f"{self._world(scope)}.{self.vocabulary.table[relation]}"

    def _lookup(self, lookup: ir.Lookup, scope: Scope) -> Made:
        relation = self.relations[lookup.relation]
        table, keys = self._table(relation.name, scope), self._codes(lookup.keys, scope)
        plain = [key for key, part in zip(keys, relation.key, strict=True) if isinstance(part, str)]
        days = [key for key, part in zip(keys, relation.key, strict=True) if not isinstance(part, str)]
        key: Code = plain[0] if len(plain) == 1 else Group("(", tuple(plain), ", ", ")") if plain else "()"
        if lookup.certain and lookup.column is not None:
            return Made(around(f"{table}[", key, f"].{self.vocabulary.column[relation.name, lookup.column]}"))
        found = call(f"{table}.on", key, *days) if days else call(f"{table}.get", key)
        if lookup.column is None:
            return Made(infix("is not", [found, "None"]), COMPARISON)
        variable = self.vocabulary.variable[relation.name]
        return Made(call("of", found, f"lambda {variable}: {variable}.{self.vocabulary.column[relation.name, lookup.column]}"))

    def _aggregate(self, aggregate: ir.Aggregate, scope: Scope) -> Made:
        relation = self.relations[aggregate.relation]
        stored = {column.name for column in relation.stored}
        chosen = select(aggregate, tuple(frame.relation for frame in scope), stored, self.overflows)
        inner = (Frame(relation.name, self._variable(relation.name, scope)), *scope)
        if chosen.ranks:
            made = self._before(aggregate, chosen, inner)
        else:
            made = self._folded(aggregate, self._rows(chosen, inner), chosen, inner)
        if not chosen.guards:
            return made
        guards = [self.made(guard, inner).within(AND + 1) for guard in chosen.guards]
        test: Code = guards[0] if len(guards) == 1 else infix("and", guards)
        nothing = {"any": "False", "smallest": "None", "largest": "None"}.get(aggregate.operator)
        if nothing is None:
            type_ = ty.known(aggregate.type)
            assert ty.is_decimal(type_)
            nothing = self.vocabulary.constant(zero(type_))
        return Made(words(made.within(OR), around("if ", test, ""), f"else {nothing}"), CONDITION)

    def _variable(self, relation: str, scope: Scope) -> str:
        name, taken = self.vocabulary.variable[relation], {frame.variable for frame in scope}
        number = 1
        while name in taken:
            number += 1
            name = f"{self.vocabulary.variable[relation]}_{number}"
        return name

    def _folded(self, aggregate: ir.Aggregate, rows: Code, chosen: Selection, inner: Scope) -> Made:
        variable = inner[0].variable
        value = variable if aggregate.value is None else self.code(aggregate.value, inner)
        conditions = [self.made(condition, inner) for condition in chosen.rest]
        whole = [value, around(f"for {variable} in ", rows, "")]
        test: Code = "True"
        if conditions:
            test = conditions[0].within(OR) if len(conditions) == 1 else infix("and", [c.within(AND + 1) for c in conditions])
            whole.append(around("if ", test, ""))
        every = Group("", tuple(whole), " ", "", bare=True)
        type_ = ty.known(aggregate.type)
        match aggregate.operator:
            case "count" if not conditions:
                return Made(around("Decimal(len(", rows, "))"))
            case "any" if not conditions:
                return Made(around("bool(", rows, ")"))
            case "sum":
                assert ty.is_decimal(type_)
                return Made(call("total", around("(", every, ")"), str(type_.scale), self._at(aggregate)))
            case operator:
                names = {"count": "count", "count_distinct": "distinct", "any": "any", "smallest": "least", "largest": "greatest"}
                if operator == "any":
                    every = Group("", (test, whole[1]), " ", "", bare=True)
                return Made(around(f"{names[operator]}(", every, ")"))

    def _rows(self, chosen: Selection, inner: Scope) -> Code:
        """The rows that the conditions in `rest` are asked of."""
        relation, around_ = chosen.relation, inner[1:]
        if chosen.fewest:
            ways: list[Code] = []
            for column, value in chosen.fewest:
                name = self.vocabulary.column[relation, column]
                way = around("lambda: ", self.code(value, inner), "")
                ways.append(Group("(", (f'{self._world(around_)}.indexes_of("{relation}")', f'"{name}"', way), ", ", ")"))
            return call("fewest", self._table(relation, around_), *ways)
        if not chosen.keys and not chosen.keep:
            return f"{self._table(relation, around_)}.rows"
        index = self._index(relation, tuple(key for key, _ in chosen.keys), chosen.keep)
        return around(f"{self._world(around_)}.{index}[", self._key([value for _, value in chosen.keys], inner), "]")

    def _key(self, values: Sequence[ir.Expr], scope: Scope) -> Code:
        codes = self._codes(values, scope)
        return codes[0] if len(codes) == 1 else Group("(", tuple(codes), ", ", ")") if codes else "()"

    def _index(self, relation: str, keys: tuple[ir.Expr, ...], keep: tuple[ir.Expr, ...]) -> str:
        place = ("index", relation, keys, keep)
        if place not in self._finder_names:
            scope = (Frame(relation, self.vocabulary.variable[relation]),)
            by = "_and_".join(key.name.replace(".", "_") for key in keys if isinstance(key, ir.Column))
            arguments: list[Code] = [f"self.{self.vocabulary.table[relation]}", self._lambda(keys, scope)]
            if keep:
                arguments.append(self._kept(keep, scope))
            self._finder_names[place] = self._finder(
                f"_{self.vocabulary.table[relation]}_by_{by or 'key'}", call("Index", *arguments)
            )
        return self._finder_names[place]

    def _finder(self, name: str, code: Code) -> str:
        given = "_" + self._free.give(name)
        self.finders[given] = code
        return given

    def _lambda(self, values: Sequence[ir.Expr], scope: Scope) -> Code:
        return around(f"lambda {scope[0].variable}: ", self._key(values, scope), "")

    def _kept(self, conditions: Sequence[ir.Expr], scope: Scope) -> Code:
        made = [self.made(condition, scope) for condition in conditions]
        test = made[0].code if len(made) == 1 else infix("and", [one.within(AND + 1) for one in made])
        return around(f"lambda {scope[0].variable}: ", test, "")

    def _before(self, aggregate: ir.Aggregate, chosen: Selection, inner: Scope) -> Made:
        """An aggregate over the rows that come before this one."""
        relation, world = chosen.relation, self._world(inner[1:])
        index = self._index(relation, tuple(key for key, _ in chosen.keys), chosen.keep)
        ranks = tuple(rank for rank, _ in chosen.ranks)
        place = ("before", index, ranks, chosen.rest, aggregate.value)
        if place not in self._finder_names:
            scope = (Frame(relation, self.vocabulary.variable[relation]),)
            arguments = [f"self.{index}", around(f"lambda {scope[0].variable}: ", self._rank_of(ranks, scope), "")]
            arguments += [around("keep=", self._kept(chosen.rest, scope), "")] if chosen.rest else []
            arguments += [around("value=", self._lambda((aggregate.value,), scope), "")] if aggregate.value is not None else []
            self._finder_names[place] = self._finder(f"_{self.vocabulary.table[relation]}_before", call("Before", *arguments))
        keys = self._key([value for _, value in chosen.keys], inner)
        rank = self._rank_of([value for _, value in chosen.ranks], inner)
        names = {"count": "count", "any": "any", "sum": "total", "smallest": "least", "largest": "greatest"}
        name = f"{world}.{self._finder_names[place]}.{names[aggregate.operator]}"
        type_ = ty.known(aggregate.type)
        if aggregate.operator == "sum":
            assert ty.is_decimal(type_)
            return Made(call(name, keys, rank, str(type_.scale), self._at(aggregate)))
        return Made(call(name, keys, rank))

    def _rank_of(self, ranks: Sequence[ir.Expr], scope: Scope) -> Code:
        codes = [
            self._rank(self.code(rank, scope), type_)
            if isinstance(type_ := ty.known(rank.type), ty.Enum)
            else self.code(rank, scope)
            for rank in ranks
        ]
        return Group("(", tuple(codes), ", ", ",)" if len(codes) == 1 else ")")


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


def zero(type_: ty.Decimal) -> ir.Value:
    """Zero, with the decimals of a type."""
    return Decimal((0, (0,), -type_.scale))
