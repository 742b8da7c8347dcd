"""Elaboration of expressions: from what is written to typed expressions of the core.

`Elaborator.value` gives what an expression stands for, `expr` its one value (which may be missing), `known` its
value where one is needed. Each returns None when something was wrong, which has then been reported; callers
add nothing to it. One mistake, one diagnostic.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.operators import OperandTypeError, common
from incdsl.diagnostic import Label
from incdsl.semantics import errors, names, operations, ranges, unsaid
from incdsl.semantics.access import Access
from incdsl.semantics.aggregates import elaborate_aggregate
from incdsl.semantics.constants import ConstantReader, as_written, decimal_type
from incdsl.semantics.decisions import Decision
from incdsl.semantics.elaborates import DatedValues
from incdsl.semantics.environment import Environment
from incdsl.semantics.moments import elaborate_on_day
from incdsl.semantics.narrowing import given_when, path_of
from incdsl.semantics.notes import Branch, Notes, rows_of
from incdsl.semantics.same_record import rows_agree
from incdsl.semantics.terms import both, op, optional, present, resized
from incdsl.semantics.values import Clash, DateRange, DecidedRow, FoundRow, Scalar, Scope, Value
from incdsl.syntax import ast

COMPARISON = {
    "=": "equal", "<>": "not_equal", "<": "less", "<=": "less_or_equal", ">": "greater", ">=": "greater_or_equal"
}  # fmt: skip


class Elaborator:
    """Elaborates the expressions of one program."""

    def __init__(self, env: Environment, constants: ConstantReader, access: Access, params: dict[str, ty.Type]) -> None:
        self.env = env
        self.constants = constants
        self.access = access
        self.params = params
        self.clashes: list[tuple[str, Clash]] = []
        self.notes = Notes()
        self.dated_params: dict[str, DatedValues] = {}
        """Parameters that change with time, filled once their values are read."""
        self.handles_holes = False
        """Whether what is being elaborated is followed by `otherwise` or a test, so that a table may have a hole."""
        self.decisions: dict[str, Decision | None] = {}
        """The decision tables by name, None where one was wrong; filled before any rule is looked at."""
        self.least: dict[tuple[str, str], Decimal] = {}
        """The least value of stored columns that state one, and of `let`s it follows for; by relation and column."""

    # --- one value ---------------------------------------------------------------------------------------

    def expr(self, node: ast.Expr, scope: Scope, expected: ty.Type | None = None) -> ir.Expr | None:
        """The one value of an expression, possibly missing. `expected` gives names their meaning where it is known."""
        value = self.value(node, scope, expected)
        if value is None or isinstance(value, Scalar):
            return None if value is None else value.expr
        if isinstance(value, DecidedRow):
            names = tuple(column.name for column in value.decision.outputs)
            self.env.sink.add(errors.NotAValue(node.span, node.span.text, "a whole row", names))
            return None
        if isinstance(value, DateRange):
            self.env.sink.add(errors.NotAValue(node.span, node.span.text, "a date range", ("start", "end")))
            return None
        key = self.access.key_of(value)
        if key is None:
            found = f"a whole row of `{value.relation.name}`"
            self.env.sink.add(errors.NotAValue(node.span, node.span.text, found, value.relation.names()))
        return key

    def known(self, node: ast.Expr, scope: Scope, expected: ty.Type | None = None) -> ir.Expr | None:
        """The value of an expression at a place where one is needed: a missing one is reported."""
        return self._there(node, scope, self.expr(node, scope, expected), operand=False)

    def operand(self, node: ast.Expr, scope: Scope, expected: ty.Type | None = None) -> ir.Expr | None:
        """As `known`, for what stands beside an operator, which binds tighter than `otherwise`."""
        return self._there(node, scope, self.expr(node, scope, expected), operand=True)

    def _there(self, node: ast.Expr, scope: Scope, expr: ir.Expr | None, *, operand: bool) -> ir.Expr | None:
        if expr is not None and isinstance(expr.type, ty.Optional):
            self.may_be_missing(node, scope, operand=operand)
            return None
        return expr

    def may_be_missing(self, node: ast.Expr, scope: Scope, *, operand: bool = False) -> None:
        """Report an optional value where one is needed."""
        why = "a division by zero has no result" if isinstance(node, ast.Divide) else "there may be none"
        self.env.sink.add(errors.MayBeMissing(node.span, node.span.text, why, _declared(node, scope), operand))

    def of_type(
        self, node: ast.Expr, scope: Scope, type_: ty.Type, purpose: str, *, hint: str = "", key_of: str = ""
    ) -> ir.Expr | None:
        """The value of an expression that has to be of a type; optional when the type is. Decimals are given its
        digits and scale only when that loses nothing. Where the key of `key_of` is wanted, a row of that will do."""
        expr = self.expr(node, scope, type_) if isinstance(type_, ty.Optional) else self.known(node, scope, type_)
        if expr is None:
            return None
        try:
            found, needed = ty.known(expr.type), ty.known(type_)
            if isinstance(found, ty.Row):
                if found.relation == key_of:
                    return expr
                if found != needed if isinstance(needed, ty.Row) else isinstance(found.key, ty.Date | ty.Number):
                    raise OperandTypeError
            joined = common(ty.stored(expr.type), ty.stored(type_))
        except OperandTypeError:
            if isinstance(found, ty.Money) and isinstance(needed, ty.Money):
                self.env.sink.add(errors.WrongCurrency(node.span, found.currency, needed.currency))
            else:
                words = (operations.in_words(type_), operations.in_words(expr.type))
                hint = as_written(node, type_) or hint
                if isinstance(found, ty.Enum) and isinstance(needed, ty.Enum):
                    words = (f"one of {', '.join(needed.values)}", f"one of {', '.join(found.values)}")
                    hint = "write the same values in the same order where both are declared"
                if needed == ty.DATE and isinstance(found, ty.Row) and found.relation in self.env.calendars:
                    hint = f"name a day of the period: `{node.span.text}.end` or `{node.span.text}.start`"
                elif isinstance(found, ty.Row) and found.key == needed:
                    hint = f"name the field that is meant: `{node.span.text}.{self.env.relations[found.relation].keys[0].name}`"
                self.env.sink.add(errors.TypeMismatch(node.span, *words, purpose, hint))
            return None
        return resized(expr, joined) if ty.is_decimal(ty.known(joined)) else expr

    def condition(self, node: ast.Expr, scope: Scope, purpose: str) -> ir.Expr | None:
        """An expression that has to be yes or no."""
        hint = "compare it with something, such as `... >= 10` or `... = yes`"
        return self.of_type(node, scope, ty.BOOLEAN, purpose, hint=hint)

    # --- what an expression stands for -------------------------------------------------------------------

    def value(self, node: ast.Expr, scope: Scope, expected: ty.Type | None = None) -> Value | None:
        """What an expression stands for, with optional values narrowed where the scope knows them to be given."""
        value = self._value(node, scope, expected)
        path = path_of(node, scope)
        if path is not None and path in scope.given:
            match value:
                case Scalar(expr=expr):
                    row = self._dated_row(expr)
                    return Scalar(present(expr)) if row is None else replace(row, tested=True)
                case FoundRow():
                    return replace(value, tested=True)
                case _:
                    return value
        return value

    def _value(self, node: ast.Expr, scope: Scope, expected: ty.Type | None) -> Value | None:
        match node:
            case ast.Number() | ast.Money() | ast.Percent() | ast.Days() | ast.Date() | ast.String() | ast.Boolean():
                return names.literal(self, node, expected)
            case ast.Name():
                return names.bare_name(self, node, scope, expected)
            case ast.This():
                if scope.this is None:
                    self.env.sink.add(errors.UnknownName(node.span, "this", "a place with no row", ()))
                return scope.this
            case ast.Member() if names.row_member(self, node, scope):
                return None
            case ast.Member(of=of, name=name):
                return names.member(self, node, self.value(of, scope), name)
            case ast.Lookup():
                return names.lookup(self, node, scope)
            case ast.Unary(operator="not", operand=operand):
                inner = self.condition(operand, scope, "what follows `not`")
                return None if inner is None else Scalar(op("not", inner))
            case ast.Unary(operand=operand):
                inner = self.operand(operand, scope, expected)
                return self._applied(operations.negate(self.env.sink, node, inner))
            case ast.Binary():
                return self._applied(self._binary(node, scope, expected))
            case ast.Divide(left=left, right=right):
                return self._applied(
                    operations.divide(self.env.sink, node, self.operand(left, scope), self.operand(right, scope))
                )
            case ast.Rounded(operand=operand):
                return self._applied(operations.rounded(self.env.sink, node, self.operand(operand, scope)))
            case ast.In():
                return self._applied(ranges.is_in(self, node, scope))
            case ast.Between():
                return self._applied(ranges.is_between(self, node, scope))
            case ast.IsGiven(operand=operand, given=given):
                return self._applied(self._is_given(operand, scope, given))
            case ast.MonthsLater(operand=operand, months=months, overflow=overflow):
                start = self.of_type(operand, scope, ty.DATE, "what months are counted from")
                count = ir.Literal(Decimal(months), decimal_type(ty.WHOLE_NUMBER, Decimal(months)))
                return None if start is None else Scalar(ir.Operation("add_months", (start, count), ty.DATE, mode=overflow))
            case ast.OnDay():
                return self._applied(elaborate_on_day(self, node, scope))
            case ast.Aggregate():
                return self._applied(elaborate_aggregate(self, node, scope))

    def _dated_row(self, expr: ir.Expr) -> FoundRow | None:
        """The row that a reference names, when it may not be known yet on the as-of date: then the reference is as
        good as missing."""
        row = self.access.row_of(Scalar(expr))
        return row if isinstance(row, FoundRow) and self.access.dated(row.relation) else None

    @staticmethod
    def _applied(expr: ir.Expr | None) -> Scalar | None:
        return None if expr is None else Scalar(expr)

    # --- operators ---------------------------------------------------------------------------------------

    def _binary(self, node: ast.Binary, scope: Scope, expected: ty.Type | None) -> ir.Expr | None:
        match node.operator:
            case "and" | "or" if unsaid.values_joined(self, node, scope):
                return None
            case "and" | "or":
                left = self.condition(node.left, scope, f"what stands before `{node.operator}`")
                facts = given_when(node.left, scope, node.operator == "and")
                inner = replace(scope, given=scope.given | facts)
                right = self.condition(node.right, inner, f"what follows `{node.operator}`")
                return None if left is None or right is None else _flat(node.operator, left, right)
            case "if" if unsaid.if_for_where(self, node, scope):
                return None
            case "if":
                test = self.condition(node.right, scope, "what follows `if`")
                inner = replace(scope, given=scope.given | given_when(node.right, scope, True))
                value = self.expr(node.left, inner, expected)
                if test is None or value is None:
                    return None
                why = f"nothing can have `{node.right.span.text}`"
                self.notes.branches.append(
                    Branch(node.left.span, f"`{node.left.span.text}`", why, rows_of(scope), test, not scope.given)
                )
                known_type = ty.known(value.type)
                return ir.Case(((test, optional(value)),), ir.Literal(None, ty.Optional(known_type)), ty.Optional(known_type))
            case "otherwise":
                return self._otherwise(node, scope, expected)
            case "covers":
                return ranges.covers(self, node, scope)
            case "smaller" | "larger":
                pair = self._pair(node, scope, expected)
                return None if pair is None else operations.extreme(self.env.sink, node, *pair)
            case "+" | "-" | "*":
                left, right = self.operand(node.left, scope), self.operand(node.right, scope)
                return None if left is None or right is None else operations.arithmetic(self.env.sink, node, left, right)
            case _:
                pair = self._pair(node, scope, None)
                if pair is None or not rows_agree(self.env.sink, node.span, scope, (node.left, pair[0]), (node.right, pair[1])):
                    return None
                meant = scope.other_row(node.left, pair[0].type)
                return operations.compare(self.env.sink, node, COMPARISON[node.operator], *pair, meant)

    def _pair(self, node: ast.Binary, scope: Scope, expected: ty.Type | None) -> tuple[ir.Expr, ir.Expr] | None:
        """Both operands, each giving the names in the other one their meaning."""
        names = isinstance(node.left, ast.Name) and isinstance(node.right, ast.Name)
        if self.names_a_value(node.left, scope) and not (names and self.names_a_value(node.right, scope)):
            right = self.operand(node.right, scope, expected)
            left = self.operand(node.left, scope, self._row_type(node.right, scope, right)) if right is not None else None
        else:
            left = self.operand(node.left, scope, expected)
            right = self.operand(node.right, scope, self._row_type(node.left, scope, left)) if left is not None else None
        return None if left is None or right is None else (left, right)

    def _row_type(self, node: ast.Expr, scope: Scope, expr: ir.Expr | None) -> ty.Type | None:
        if isinstance(node, ast.This) and scope.this is not None and expr is not None:
            stored = ty.stored(expr.type)
            assert isinstance(stored, ty.Text | ty.Enum | ty.Country | ty.Date | ty.Number)
            return ty.Row(scope.this.relation.name, stored)
        return None if expr is None else expr.type

    def names_a_value(self, node: ast.Expr, scope: Scope) -> bool:
        """Whether a node is a bare name or text that only the other operand's type gives a meaning."""
        if not isinstance(node, ast.Name):
            return isinstance(node, ast.String)
        bare = scope.bare
        known = node.name in self.params or node.name in scope.names or (node.name == "day" and scope.day is not None)
        return not known and not (bare is not None and node.name in bare.relation.names())

    def _otherwise(self, node: ast.Binary, scope: Scope, expected: ty.Type | None) -> ir.Expr | None:
        before, self.handles_holes = self.handles_holes, True
        first = self.expr(node.left, scope, expected)
        self.handles_holes = before
        if first is None:
            return None
        if not isinstance(first.type, ty.Optional):
            self.env.sink.add(errors.NeverMissing(node.left.span, node.left.span.text))
            return None
        second = self.expr(node.right, scope, first.type)
        if second is None:
            return None
        try:
            joined = operations.joined(first.type, second.type)
        except OperandTypeError:
            purpose = "what stands after `otherwise`"
            found = operations.in_words(second.type)
            sides = (node.left, first.type), (node.right, second.type)
            hint = operations.row_or_key(*sides, lambda name: self.env.relations[name].keys[0].name)
            self.env.sink.add(errors.TypeMismatch(node.right.span, operations.in_words(first.type.of), found, purpose, hint))
            return None
        if isinstance(node.left, ast.Binary) and node.left.operator == "if":
            why = f"everything has `{node.left.right.span.text}`"
            what = f"`{node.right.span.text}`"
            self.notes.branches.append(
                Branch(node.right.span, what, why, rows_of(scope), op("not", op("given", first)), counted=False)
            )
        if not ty.is_decimal(ty.known(joined)):
            joined = first.type
        wide = ty.Optional(ty.known(joined))
        if isinstance(second.type, ty.Optional):
            first_wide, second_wide = resized(first, wide), resized(second, wide)
            return ir.Case(((op("given", first_wide), first_wide),), second_wide, wide)
        return op("otherwise", resized(first, wide), resized(second, wide.of), type_=wide.of)

    def _is_given(self, node: ast.Expr, scope: Scope, given: bool) -> ir.Expr | None:
        before, self.handles_holes = self.handles_holes, True
        value = self.value(node, scope)
        self.handles_holes = before
        test: ir.Expr
        match value:
            case FoundRow(relation=relation, keys=keys, certain=False, tested=False):
                test = ir.Lookup(relation.name, keys, None, ty.BOOLEAN)
            case Scalar(expr=expr) if (row := self._dated_row(expr)) is not None:
                known = ir.Lookup(row.relation.name, row.keys, None, ty.BOOLEAN)
                test = both(op("given", expr), known) if isinstance(expr.type, ty.Optional) else known
            case Scalar(expr=expr) if isinstance(expr.type, ty.Optional):
                test = op("given", expr)
            case DecidedRow(decision=decision, keys=keys) if decision.holes:
                test = decision.matched(keys)
            case None:
                return None
            case _:
                self.env.sink.add(errors.NeverMissing(node.span, node.span.text))
                return None
        return test if given else op("not", test)


def _declared(node: ast.Expr, scope: Scope) -> Label | None:
    """Where a column that may be missing is declared, when a name or `this.name` says which."""
    row, name = (scope.bare, node.name) if isinstance(node, ast.Name) else (scope.this, "")
    if isinstance(node, ast.Member) and isinstance(node.of, ast.This):
        name = node.name.name
    if row is None:
        return None
    if name in row.relation.columns:
        return Label(row.relation.columns[name].span, "it may be blank in the data")
    return Label(row.relation.lets[name].value.span, "it is worked out here") if name in row.relation.lets else None


def _flat(operator: str, left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """`a and b and c` as one operation of three."""
    if isinstance(left, ir.Operation) and left.operator == operator:
        return op(operator, *left.operands, right)
    return both(left, right) if operator == "and" else op(operator, left, right)
