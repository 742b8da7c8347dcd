"""DuckDB's SQL.

Facts this rests on, checked by the tests: `DECIMAL * DECIMAL` of two types of at most 18 digits is computed in 64
bits, however many digits the product needs, so one operand is widened when it may need more; `+`, `-`, `*` and `sum`
raise when a result has more than 38 digits; `round`, `round_even` and `trunc` on DECIMAL are exact; `/` on DECIMAL is a
DOUBLE, so quotients are worked out on HUGEINT; a date plus months is the last day of a month that lacks its day.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlglot
from sqlglot import exp

from incdsl.backends.sql.dialect import Dialect, cast, decimal_type, numeral, unit, wrapped
from incdsl.backends.sql.script import DERIVED
from incdsl.core import types as ty

_NARROW = 18
_REMAINDER = "abs(dividend % divisor)"
_AWAY = "CASE WHEN (dividend < 0) = (divisor < 0) THEN 1 ELSE -1 END"
_DIVIDE = {
    "down": "dividend // divisor",
    "up": f"dividend // divisor + CASE WHEN dividend % divisor = 0 THEN 0 ELSE {_AWAY} END",
    "half_up": f"dividend // divisor + CASE WHEN {_REMAINDER} < abs(divisor) - {_REMAINDER} THEN 0 ELSE {_AWAY} END",
    "half_even": "dividend // divisor + "
    f"CASE WHEN {_REMAINDER} < abs(divisor) - {_REMAINDER} "
    f"OR ({_REMAINDER} = abs(divisor) - {_REMAINDER} AND (dividend // divisor) % 2 = 0) THEN 0 ELSE {_AWAY} END",
}
_LATER = "day + CAST(days AS INTEGER)"
_MONTHS_LATER = "CAST(start + to_months(CAST(months AS INTEGER)) AS DATE)"
_OF_OUR_YEARS = "BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
_OUTSIDE = "error('overflow: a day outside the years 1 to 9999')"

ROUTINES = {
    **{f"divide_{mode}": ("dividend, divisor", body) for mode, body in _DIVIDE.items()},
    "round_away": (
        "amount, kept, unit",
        "kept + CASE WHEN amount > kept THEN unit WHEN amount < kept THEN -unit ELSE 0 * unit END",
    ),
    "later_day": (
        "day, days",
        f"CASE WHEN {_LATER} {_OF_OUR_YEARS} THEN {_LATER} ELSE {_OUTSIDE} END",
    ),
    "months_later_last_day": (
        "start, months",
        f"CASE WHEN {_MONTHS_LATER} {_OF_OUR_YEARS} THEN {_MONTHS_LATER} ELSE {_OUTSIDE} END",
    ),
    "months_later_next_day": (
        "start, months",
        f"CASE WHEN {_MONTHS_LATER} {_OF_OUR_YEARS} THEN {_MONTHS_LATER} "
        f"+ CASE WHEN extract(DAY FROM {_MONTHS_LATER}) < extract(DAY FROM start) THEN 1 ELSE 0 END ELSE {_OUTSIDE} END",
    ),
}
"""Functions the generated SQL calls, by name: parameters and body."""


class DuckDB(Dialect):
    """See `dialect.Dialect`."""

    name = "duckdb"
    lists_days = True
    narrow_windows = True
    bits = True

    def as_of(self) -> exp.Expr:
        return exp.Parameter(this=exp.var("as_of"))

    def times(
        self, left: exp.Expr, left_type: ty.Decimal, right: exp.Expr, right_type: ty.Decimal, type_: ty.Decimal
    ) -> exp.Expr:
        if left_type.digits + right_type.digits > _NARROW and max(left_type.digits, right_type.digits) <= _NARROW:
            left = cast(left, decimal_type(_NARROW + 1, left_type.scale))
        return super().times(left, left_type, right, right_type, type_)

    def rounded(self, value: exp.Expr, type_: ty.Decimal, places: int, mode: str) -> exp.Expr:
        if places >= type_.scale:
            return value
        to = numeral(places)
        match mode:
            case "half_up":
                return exp.Round(this=value, decimals=to)
            case "half_even":
                return exp.Anonymous(this="round_even", expressions=[value, to])
            case "down":
                return exp.Anonymous(this="trunc", expressions=[value, to])
            case _:
                kept = exp.Anonymous(this="trunc", expressions=[value, to])
                return _call("round_away", value.copy(), kept, unit(places))

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
        top, bottom = _unscaled(dividend, dividend_type), _unscaled(divisor, divisor_type)
        if power > 0:
            top = exp.Mul(this=top, expression=numeral(10**power))
        elif power < 0:
            bottom = exp.Mul(this=bottom, expression=numeral(10**-power))
        whole = _call(f"divide_{mode}", top, exp.Nullif(this=bottom, expression=numeral(0)))
        exact = cast(whole, decimal_type(ty.MAX_DIGITS, 0))
        return exp.Mul(this=exact, expression=unit(places)) if places else exact

    def plus_days(self, date: exp.Expr, days: exp.Expr) -> exp.Expr:
        return _call("later_day", date, days)

    def plus_months(self, date: exp.Expr, months: exp.Expr, mode: str) -> exp.Expr:
        return _call(f"months_later_{mode}", date, months)

    def days_between(self, later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
        return exp.Sub(this=wrapped(later), expression=wrapped(earlier))

    def each_day(self, first: exp.Expr, last: exp.Expr) -> exp.Expr:
        day = exp.Interval(this=exp.Literal.string("1"), unit=exp.var("DAY"))
        days = exp.Anonymous(this="generate_series", expressions=[first, last, day])
        return cast(exp.Anonymous(this="unnest", expressions=[days]), _type(exp.DType.DATE))

    def show(self, table: exp.Table, query: exp.Query) -> exp.Expr:
        return exp.Create(this=table, kind="VIEW", expression=query)

    def routines(self, tree: exp.Expr) -> Sequence[tuple[str, exp.Expr]]:
        called = {str(call.this) for call in tree.find_all(exp.Anonymous)}
        return [
            (
                f"{DERIVED}.{name}",
                sqlglot.parse_one(f"CREATE OR REPLACE MACRO {DERIVED}.{name}({parameters}) AS {body}", dialect=self.name),
            )
            for name, (parameters, body) in ROUTINES.items()
            if name in called
        ]


def _type(name: exp.DType) -> exp.DataType:
    """A type without sizes. (sqlglot's own `build` parses its name.)"""
    return exp.DataType(this=name, nested=False)


def _call(routine: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Dot(this=exp.to_identifier(DERIVED), expression=exp.Anonymous(this=routine, expressions=list(arguments)))


def _unscaled(value: exp.Expr, type_: ty.Decimal) -> exp.Expr:
    """The value times ten to its scale, a whole number. Where 38 digits may not hold the product, its digits are
    taken from its text, which has exactly `scale` decimals."""
    whole = _type(exp.DType.INT128)
    if not type_.scale:
        return cast(value, whole)
    if type_.digits + type_.scale > ty.MAX_DIGITS:
        text = cast(value, _type(exp.DType.TEXT))
        return cast(exp.Anonymous(this="replace", expressions=[text, exp.Literal.string("."), exp.Literal.string("")]), whole)
    wide = cast(value, decimal_type(ty.MAX_DIGITS, type_.scale))
    return cast(exp.Mul(this=wide, expression=numeral(10**type_.scale)), whole)
