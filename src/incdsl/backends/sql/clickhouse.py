"""ClickHouse's SQL (26 and newer); the tests run it in chdb, which is ClickHouse in a process.

Facts this rests on, checked by the tests: `+`, `-`, `*` and `sum` of DECIMAL(38) wrap around without an error, so they are
worked out in Decimal256, which has room for every product and sum of ours, and cast back: a cast to DECIMAL raises where
128 bits do not hold the number, some 1.7 times what 38 digits do; a literal such as `0.20` is a Float64, so decimals are
casts of texts; `intDiv` and `%` of Int256 are exact; `round` takes a half away from zero; texts are compared by byte, which
is by code point; days and months added stop silently at the first and last day there is; a join fills in zeros and empty
texts unless told to give NULLs, and an alias hides the column that it is called like unless told not to: `SETTINGS`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlglot
from sqlglot import exp

from incdsl.backends.sql.dialect import cast, decimal_type, numeral, spelled, unit, wrapped
from incdsl.backends.sql.exact_literals import exact_literals
from incdsl.backends.sql.script import UnsupportedInTarget
from incdsl.backends.sql.warehouse import FIRST_DAY, LAST_DAY, OUTSIDE, Warehouse
from incdsl.core import types as ty

SETTINGS = (
    "SET join_use_nulls = 1, prefer_column_name_to_alias = 1, aggregate_functions_null_for_empty = 0, "
    "short_circuit_function_evaluation = 'force_enable'"
)
"""What a session has to be set to for the statements to mean what they should."""

_NOT_IN_NAMES = re.compile(r"[.\\`]")
"""A dot parts a name, even between quotes."""

_WIDE_DIGITS = 76
_INT256 = exp.DataType(this=exp.DataType.Type.INT256)
_DATE = exp.DataType(this=exp.DataType.Type.DATE32)


class ClickHouse(Warehouse):
    """See `dialect.Dialect`."""

    name = "clickhouse"
    tables_for_shared = True

    def physical(self, type_: ty.Type) -> exp.DataType:
        return _DATE.copy() if isinstance(ty.known(ty.stored(type_)), ty.Date) else super().physical(type_)

    def fitted(self, name: str) -> str:
        return spelled(name, _NOT_IN_NAMES)

    def as_of(self) -> exp.Expr:
        return exp.Placeholder(this=exp.to_identifier("as_of"), kind=exp.DataType(this=_DATE.this, nullable=False))

    # --- decimals ---------------------------------------------------------------------------------------

    def plus(self, left: exp.Expr, right: exp.Expr, type_: ty.Decimal) -> exp.Expr:
        return _narrow(super().plus(_wide(left, type_.scale), _wide(right, type_.scale), type_), type_)

    def minus(self, left: exp.Expr, right: exp.Expr, type_: ty.Decimal) -> exp.Expr:
        return _narrow(super().minus(_wide(left, type_.scale), _wide(right, type_.scale), type_), type_)

    def times(
        self, left: exp.Expr, left_type: ty.Decimal, right: exp.Expr, right_type: ty.Decimal, type_: ty.Decimal
    ) -> exp.Expr:
        one, other = _wide(left, left_type.scale), _wide(right, right_type.scale)
        return _narrow(super().times(one, left_type, other, right_type, type_), type_)

    def rounded(self, value: exp.Expr, type_: ty.Decimal, places: int, mode: str) -> exp.Expr:
        if places >= type_.scale:
            return value
        if mode == "half_even":
            return exp.Anonymous(this="roundBankers", expressions=[_wide(value, type_.scale), numeral(places)])
        return super().rounded(_wide(value, type_.scale), type_, places, mode)

    def truncated(self, value: exp.Expr, places: int) -> exp.Expr:
        return exp.Anonymous(this="trunc", expressions=[value, numeral(places)])

    def quotient(
        self,
        dividend: exp.Expr,
        dividend_type: ty.Decimal,
        divisor: exp.Expr,
        divisor_type: ty.Decimal,
        places: int,
        mode: str,
    ) -> exp.Expr:
        power = divisor_type.scale - dividend_type.scale + places
        if max(dividend_type.digits + power, divisor_type.digits - power) >= _WIDE_DIGITS:
            raise UnsupportedInTarget(f"a division of {dividend_type.digits} digits with {places} decimals")
        top, bottom = _unscaled(dividend, dividend_type, max(power, 0)), _unscaled(divisor, divisor_type, max(-power, 0))
        whole = _divided(top, exp.Nullif(this=bottom, expression=numeral(0)), mode)
        return exp.Mul(this=exp.paren(whole), expression=_wide(unit(places), places))

    def compared(
        self, operator: type[exp.Binary], left: exp.Expr, left_type: ty.Type, right: exp.Expr, right_type: ty.Type
    ) -> exp.Expr:
        one, other = (ty.known(ty.stored(of_side)) for of_side in (left_type, right_type))
        if isinstance(one, ty.Decimal) and isinstance(other, ty.Decimal):
            left, right = _wide(left, one.scale), _wide(right, other.scale)
        return super().compared(operator, left, left_type, right, right_type)

    def aggregate(
        self, operator: str, value: exp.Expr | None, value_type: ty.Type | None, filters: Sequence[exp.Expr]
    ) -> exp.Expr:
        """The value as one that may be NULL, since without rows the smallest of others is a zero."""
        known = None if value_type is None else ty.known(ty.stored(value_type))
        if value is not None and isinstance(known, ty.Decimal):
            value = _wide(value, known.scale)
        if value is not None:
            value = exp.Anonymous(this="toNullable", expressions=[value])
        return super().aggregate(operator, value, value_type, filters)

    # --- dates ------------------------------------------------------------------------------------------

    def later(self, date: exp.Expr, count: exp.Expr, of: str) -> exp.Expr:
        whole = cast(count, exp.DataType(this=exp.DataType.Type.BIGINT))
        return exp.Anonymous(this="addDays" if of == "DAY" else "addMonths", expressions=[date, whole])

    def plus_days(self, date: exp.Expr, days: exp.Expr) -> exp.Expr:
        first, last = (self.days_between(_day(day), date.copy()) for day in (FIRST_DAY, LAST_DAY))
        within = exp.Between(this=wrapped(days.copy()), low=first, high=last)
        return exp.Case(
            ifs=[exp.If(this=within, true=self.later(date, days, "DAY"))], default=self.failing(date.copy(), within.copy())
        )

    def plus_months(self, date: exp.Expr, months: exp.Expr, mode: str) -> exp.Expr:
        year, month = (exp.Anonymous(this=one, expressions=[date.copy()]) for one in ("toYear", "toMonth"))
        count = exp.Add(
            this=exp.Add(this=exp.Mul(this=year, expression=numeral(12)), expression=month), expression=wrapped(months)
        )
        within = exp.Between(this=exp.paren(count), low=numeral(13), high=numeral(120000))
        later = self.later(date, months.copy(), "MONTH")
        if mode != "last_day":
            short = exp.LT(this=self.day_of(later.copy()), expression=self.day_of(date.copy()))
            next_day = self.plus_days(later.copy(), numeral(1))
            later = exp.Case(ifs=[exp.If(this=short, true=next_day)], default=later)
        return exp.Case(ifs=[exp.If(this=within, true=later)], default=self.failing(date.copy(), within.copy()))

    def day_of(self, date: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="toDayOfMonth", expressions=[date])

    def failing(self, date: exp.Expr, within: exp.Expr) -> exp.Expr:
        # What is not within is asked for again: of a CASE inside another one, ClickHouse works out all branches for all rows.
        outside = exp.Anonymous(this="ifNull", expressions=[exp.Not(this=exp.paren(within)), exp.false()])
        thrown = exp.Anonymous(this="throwIf", expressions=[outside, exp.Literal.string(OUTSIDE)])
        return exp.Anonymous(this="addDays", expressions=[_day(FIRST_DAY), thrown])

    def days_between(self, later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="dateDiff", expressions=[exp.Literal.string("day"), earlier, later])

    # --- texts ------------------------------------------------------------------------------------------

    def text(self, value: exp.Expr, type_: ty.Known) -> exp.Expr:
        if isinstance(type_, ty.Decimal):
            return exp.Anonymous(this="toDecimalString", expressions=[value, numeral(type_.scale)])
        return super().text(value, type_)

    def joined(self, separator: exp.Expr, texts: Sequence[exp.Expr]) -> exp.Expr:
        one = exp.to_identifier("one")
        given = exp.Lambda(this=exp.Not(this=exp.Is(this=exp.column("one"), expression=exp.null())), expressions=[one])
        kept = exp.Anonymous(this="arrayFilter", expressions=[given, exp.Array(expressions=list(texts))])
        between = exp.Anonymous(this="arrayStringConcat", expressions=[kept, separator])
        return exp.Nullif(this=between, expression=exp.Literal.string(""))

    # --- statements -------------------------------------------------------------------------------------

    def create(self, table: exp.Table, query: exp.Query) -> exp.Expr:
        return exp.Create(this=table, kind="TABLE", expression=query, properties=_merge_tree())

    def declare(self, table: exp.Table, columns: Sequence[tuple[str, ty.Type]]) -> exp.Expr:
        declared = super().declare(table, columns)
        declared.set("properties", _merge_tree())
        return declared

    def finished(self, tree: exp.Expr) -> exp.Expr:
        for values in list(tree.find_all(exp.Values)):
            values.replace(_selected(values))
        for join in tree.find_all(exp.Join):
            if join.side == "LEFT":
                _keyed(join)
        for select in tree.find_all(exp.Select):
            select.set("expressions", [_named(column) for column in select.expressions])
        return exact_literals(tree, lambda _, scale: decimal_type(ty.MAX_DIGITS, scale))

    def routines(self, tree: exp.Expr) -> Sequence[tuple[str, exp.Expr]]:
        return [("settings", sqlglot.parse_one(SETTINGS, dialect="clickhouse"))]


def _wide(value: exp.Expr, scale: int) -> exp.Expr:
    type_ = exp.DataType(this=exp.DataType.Type.DECIMAL256, expressions=[exp.DataTypeParam(this=numeral(scale))])
    return cast(value, type_)


def _narrow(value: exp.Expr, type_: ty.Decimal) -> exp.Expr:
    return cast(value, decimal_type(type_.digits, type_.scale))


def _day(day: str) -> exp.Expr:
    return cast(exp.Literal.string(day), _DATE.copy())


def _unscaled(value: exp.Expr, type_: ty.Decimal, power: int) -> exp.Expr:
    """The value in units of its last decimal, times ten to a power, as a whole number of 256 bits."""
    whole = cast(exp.Mul(this=_wide(value, type_.scale), expression=_power(type_.scale)), _INT256.copy())
    return exp.Mul(this=whole, expression=_power(power)) if power else whole


def _power(power: int) -> exp.Expr:
    return cast(exp.Literal.string(str(10**power)), _INT256.copy())


def _divided(top: exp.Expr, bottom: exp.Expr, mode: str) -> exp.Expr:
    """The quotient of two whole numbers, rounded to one."""

    def call(function: str, *operands: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this=function, expressions=[operand.copy() for operand in operands])

    def times(left: exp.Expr, right: exp.Expr) -> exp.Expr:
        return exp.Mul(this=left, expression=right)

    more: exp.Expr
    down, sign = call("intDiv", top, bottom), times(call("sign", top), call("sign", bottom))
    size, of = call("abs", top), call("abs", bottom)
    match mode:
        case "down":
            return down
        case "up":
            more = exp.Sub(this=exp.Add(this=size, expression=of), expression=numeral(1))
            return times(sign, call("intDiv", more, of))
        case "half_up":
            more = exp.Add(this=times(numeral(2), size), expression=of)
            return times(sign, call("intDiv", more, times(numeral(2), of)))
        case _:
            twice = times(numeral(2), call("abs", exp.Mod(this=wrapped(top.copy()), expression=bottom.copy())))
            odd = exp.NEQ(this=exp.Mod(this=down.copy(), expression=numeral(2)), expression=numeral(0))
            half = exp.and_(exp.EQ(this=twice.copy(), expression=of.copy()), odd)
            more = exp.or_(exp.GT(this=twice, expression=of), half)
            return exp.Add(this=down, expression=exp.paren(exp.Case(ifs=[exp.If(this=more, true=sign)], default=numeral(0))))


def _merge_tree() -> exp.Properties:
    """A table whose rows have no order."""
    made = sqlglot.parse_one("CREATE TABLE t (a Int8) ENGINE = MergeTree ORDER BY tuple()", dialect="clickhouse")
    properties = made.args["properties"]
    assert isinstance(properties, exp.Properties)
    return properties


def _keyed(join: exp.Join) -> None:
    """Add an equation that always holds where a join has none between its two sides: it would be refused."""
    condition = join.args["on"]
    right = join.this.alias_or_name
    conditions = list(condition.flatten()) if isinstance(condition, exp.And) else [condition]
    if any(
        isinstance(one, exp.EQ) and {_side(one.this, right), _side(one.expression, right)} == {True, False} for one in conditions
    ):
        return
    sides = {column.table == right: column for column in condition.find_all(exp.Column)}
    if len(sides) > 1:
        one, other = (exp.Anonymous(this="ignore", expressions=[sides[side].copy()]) for side in (False, True))
        join.set("on", exp.and_(condition, exp.EQ(this=one, expression=other)))


def _side(part: exp.Expr, right: str) -> bool | None:
    """Whether an expression reads the right side of a join; None for a constant, and what reads both."""
    sides = {column.table == right for column in part.find_all(exp.Column)}
    return sides.pop() if len(sides) == 1 else None


def _named(column: exp.Expr) -> exp.Expr:
    """A column under its own name, which a join would otherwise put the table before."""
    if not isinstance(column, exp.Column) or isinstance(column.this, exp.Star):
        return column
    return exp.alias_(column, column.name, quoted=True)


def _selected(values: exp.Values) -> exp.Expr:
    """Rows written in a statement as a union of selects."""
    alias = values.args["alias"]
    names = alias.columns
    selects = [
        exp.select(*(exp.alias_(cell, name.name, quoted=True) for cell, name in zip(row.expressions, names, strict=True)))
        for row in values.expressions
    ]
    union: exp.Query = selects[0]
    for other in selects[1:]:
        union = exp.union(union, other, distinct=False, copy=False)
    return exp.Subquery(this=union, alias=exp.TableAlias(this=alias.this))
