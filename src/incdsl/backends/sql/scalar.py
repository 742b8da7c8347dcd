"""Scalar expressions of the core as SQL.

The scale of every decimal is exactly that of its core type, so that the engine's own rules for `+`, `-` and `*` give
the scale the core says; its digits may be more. Whatever may be missing is tested by name (`IS NULL`) before it is
used, as the core does, so that no result rests on what an engine makes of NULL.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import assert_never

from sqlglot import exp

from incdsl.backends.sql.dialect import Dialect, cast, numeral, wrapped
from incdsl.core import ir
from incdsl.core import types as ty

Resolve = Callable[[ir.Column], exp.Expr]

_COMPARISONS: dict[str, type[exp.Binary]] = {
    "equal": exp.EQ,
    "not_equal": exp.NEQ,
    "less": exp.LT,
    "less_or_equal": exp.LTE,
    "greater": exp.GT,
    "greater_or_equal": exp.GTE,
}
_MIRRORED = {
    "less": "greater",
    "less_or_equal": "greater_or_equal",
    "greater": "less",
    "greater_or_equal": "less_or_equal",
}


class Scalars:
    """Compiles scalars of one program, which has these params, for one as-of date; with None the date is what the dialect
    leaves open."""

    def __init__(self, params: Sequence[ir.ParamValue], dialect: Dialect, as_of: datetime.date | None) -> None:
        self.dialect = dialect
        self._params = {param.name: param for param in params}
        self._as_of = as_of

    def compile(self, expr: ir.Expr, resolve: Resolve) -> exp.Expr:
        """The SQL of a scalar; `resolve` says where a column stands."""
        match expr:
            case ir.Literal(value, type_):
                return self.literal(value, type_)
            case ir.Param(name):
                param = self._params[name]
                return _noted(self.literal(param.value, param.type), name)
            case ir.AsOf():
                if self._as_of is None:
                    return cast(self.dialect.as_of(), self.dialect.physical(ty.DATE))
                return _noted(self.literal(self._as_of, ty.DATE), "as of")
            case ir.Column():
                return resolve(expr)
            case ir.Case(branches, otherwise):
                ifs = [
                    exp.If(this=self.compile(condition, resolve), true=self.compile(value, resolve))
                    for condition, value in branches
                ]
                return exp.Case(ifs=ifs, default=self.compile(otherwise, resolve))
            case ir.Operation():
                return self._operation(expr, resolve)
            case ir.Lookup() | ir.Aggregate():
                raise TypeError(f"not a scalar: {expr}")
            case _:
                assert_never(expr)

    def literal(self, value: ir.Value, type_: ty.Type) -> exp.Expr:
        """A constant, of its type exactly."""
        physical = self.dialect.physical(type_)
        match value:
            case None:
                return cast(exp.null(), physical)
            case bool():
                return exp.Boolean(this=value)
            case str():
                return exp.Literal.string(value)
            case datetime.date():
                return cast(exp.Literal.string(value.isoformat()), physical)
            case int() | Decimal():
                kind = ty.known(ty.stored(type_))
                assert isinstance(kind, ty.Decimal)
                return cast(numeral(value, kind.scale), physical)
            case _:
                assert_never(value)

    def exactly(self, sql: exp.Expr, expr_type: ty.Type, type_: ty.Type) -> exp.Expr:
        """A computed value, as a column of a table: cast to its type where the engine's own may differ."""
        if isinstance(sql, exp.Column | exp.Literal | exp.Boolean) and expr_type == type_:
            return sql
        if isinstance(sql, exp.Cast) and sql.to == self.dialect.physical(type_):
            return sql
        return cast(sql, self.dialect.physical(type_)) if isinstance(ty.known(type_), ty.Decimal) else sql

    def _operation(self, expr: ir.Operation, resolve: Resolve) -> exp.Expr:
        if expr.operator in _COMPARISONS:
            return self._comparison(expr, resolve)
        values = [self.compile(operand, resolve) for operand in expr.operands]
        types = [ty.known(ty.stored(operand.type)) for operand in expr.operands]
        first = values[0]
        match expr.operator:
            case "and":
                return exp.and_(*values, copy=False)
            case "or":
                return exp.or_(*values, copy=False)
            case "not":
                if isinstance(first, exp.Not) and isinstance(first.this, exp.Is):
                    return first.this
                return exp.not_(first, copy=False)
            case "given":
                return exp.Not(this=exp.Is(this=wrapped(first), expression=exp.null()))
            case "known" | "optional":
                return first
            case "otherwise":
                return exp.Coalesce(this=first, expressions=[values[1]])
            case "negate":
                return exp.Neg(this=wrapped(first))
            case "smaller":
                return self.dialect.smallest(values)
            case "larger":
                return self.dialect.largest(values)
            case "add_days":
                return self.dialect.plus_days(first, values[1])
            case "subtract_days":
                return self.dialect.plus_days(first, exp.Neg(this=wrapped(values[1])))
            case "add_months":
                assert expr.mode is not None
                return self.dialect.plus_months(first, values[1], expr.mode)
            case "days_between":
                return cast(self.dialect.days_between(first, values[1]), self.dialect.physical(expr.type))
            case "text_of":
                return self._text(first, types[0])
            case "concat":
                joined = first
                for value in values[1:]:
                    joined = exp.DPipe(this=joined, expression=wrapped(value))
                return joined
            case "join":
                return self.dialect.joined(first, values[1:])
            case _:
                return self._arithmetic(expr, values, types)

    def _arithmetic(self, expr: ir.Operation, values: list[exp.Expr], types: list[ty.Known]) -> exp.Expr:
        """The operators whose digits and scale differ between engines."""
        left_type, right_type = types[0], types[-1]
        assert isinstance(left_type, ty.Decimal)
        assert isinstance(right_type, ty.Decimal)
        type_ = ty.known(expr.type)
        assert isinstance(type_, ty.Decimal)
        match expr.operator:
            case "add":
                return self.dialect.plus(values[0], values[1], type_)
            case "subtract":
                return self.dialect.minus(values[0], values[1], type_)
            case "multiply":
                return self.dialect.times(values[0], left_type, values[1], right_type, type_)
            case "divide":
                assert expr.places is not None
                assert expr.mode is not None
                by = expr.operands[1]
                if isinstance(by, ir.Literal) and by.value == 1:  # `/ 100%` makes a number of a percent: every engine can
                    result = self.dialect.rounded(values[0], left_type, expr.places, expr.mode)
                    return cast(result, self.dialect.physical(expr.type))
                result = self.dialect.quotient(values[0], left_type, values[1], right_type, expr.places, expr.mode)
                return cast(result, self.dialect.physical(expr.type))
            case "round":
                assert expr.places is not None
                assert expr.mode is not None
                result = self.dialect.rounded(values[0], left_type, expr.places, expr.mode)
                return cast(result, self.dialect.physical(expr.type))
            case "widen":
                return cast(values[0], self.dialect.physical(expr.type))
            case _:
                raise TypeError(f"not an operator of the core: {expr.operator}")

    def _comparison(self, expr: ir.Operation, resolve: Resolve) -> exp.Expr:
        left, right = expr.operands
        operator = expr.operator
        kind = ty.known(left.type)
        if isinstance(kind, ty.Enum) and operator in _MIRRORED:
            if isinstance(left, ir.Literal):
                left, right, operator = right, left, _MIRRORED[operator]
            if isinstance(right, ir.Literal):
                return self._enum_range(kind, operator, self.compile(left, resolve), right)
            return _COMPARISONS[operator](
                this=_rank(kind, self.compile(left, resolve)), expression=_rank(kind, self.compile(right, resolve))
            )
        one, other = _bare(self.compile(left, resolve)), _bare(self.compile(right, resolve))
        return self.dialect.compared(_COMPARISONS[operator], one, left.type, other, right.type)

    def _enum_range(self, kind: ty.Enum, operator: str, value: exp.Expr, bound: ir.Literal) -> exp.Expr:
        """A comparison with one value of an ordered enumeration, as the list of values for which it holds."""
        place = kind.values.index(str(bound.value))
        match operator:
            case "less":
                held = kind.values[:place]
            case "less_or_equal":
                held = kind.values[: place + 1]
            case "greater":
                held = kind.values[place + 1 :]
            case _:
                held = kind.values[place:]
        if not held:
            return exp.false()
        return exp.In(this=value, expressions=[exp.Literal.string(name) for name in held])

    def _text(self, value: exp.Expr, type_: ty.Known) -> exp.Expr:
        match type_:
            case ty.Boolean():
                return exp.Case(ifs=[exp.If(this=value, true=exp.Literal.string("yes"))], default=exp.Literal.string("no"))
            case ty.Percent(_, scale):
                hundred, product = ty.Number(3, 0), ty.Percent(min(type_.digits + 3, ty.MAX_DIGITS), scale)
                times = self.dialect.times(value, type_, numeral(100), hundred, product)
                shown = ty.Number(ty.MAX_DIGITS, max(scale - 2, 0))
                written = self.dialect.text(cast(times, self.dialect.physical(shown)), shown)
                return exp.DPipe(this=written, expression=exp.Literal.string("%"))
            case ty.Date() | ty.Days() | ty.Number() | ty.Money():
                return self.dialect.text(value, type_)
            case _:
                return value


def _rank(kind: ty.Enum, value: exp.Expr) -> exp.Expr:
    ifs = [exp.If(this=exp.Literal.string(name), true=numeral(rank)) for rank, name in enumerate(kind.values)]
    return exp.Case(this=value, ifs=ifs)


def _bare(value: exp.Expr) -> exp.Expr:
    """A number without the cast to its type, where any type will do."""
    if isinstance(value, exp.Cast) and value.this.is_number:
        number: exp.Expr = value.this
        number.add_comments(value.comments)
        return number
    return value


def _noted(value: exp.Expr, note: str) -> exp.Expr:
    value.add_comments([note])
    return value
