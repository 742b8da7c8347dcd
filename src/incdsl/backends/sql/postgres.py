"""PostgreSQL's SQL.

Facts this rests on, checked by the tests: `numeric` is exact and has room for far more digits than our types, so that
`+`, `-`, `*` and `sum` give what they should, with the larger scale or the sum of the scales, and a cast is what finds
a value that does not fit (it also rounds: nothing is cast to a smaller scale but what has been rounded to it); `/` picks
a scale of its own, so quotients are worked out by `div` and `mod`, which are exact; `round` takes a half away from zero;
a date plus months is the last day of a month that lacks its day. Constants are worked out when a statement is planned,
branches not taken included, so that what raises an error depends on a row wherever its condition does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from sqlglot import exp

from incdsl.backends.sql.dialect import Dialect, cast, decimal_type, numeral, unit, wrapped
from incdsl.backends.sql.script import DERIVED
from incdsl.core import types as ty

_LONGEST_NAME = 63
"""Bytes of a name; the server cuts off the rest."""

_LATER = "day + CAST(days AS INTEGER)"
_MONTHS_LATER = "CAST(start + make_interval(0, CAST(months AS INTEGER)) AS DATE)"
_OF_OUR_YEARS = "BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
_TOO_FAR = "2147483647"  # days, which no date can be later by

_WHOLE = "div(dividend, divisor)"
_REST = "mod(dividend, divisor)"
_AWAY = "sign(dividend) * sign(divisor)"
_DIVIDE = {
    "down": _WHOLE,
    "up": f"{_WHOLE} + CASE WHEN {_REST} = 0 THEN 0 ELSE {_AWAY} END",
    "half_up": f"{_WHOLE} + CASE WHEN 2 * abs({_REST}) < abs(divisor) THEN 0 ELSE {_AWAY} END",
    "half_even": f"{_WHOLE} + CASE WHEN 2 * abs({_REST}) < abs(divisor) "
    f"OR (2 * abs({_REST}) = abs(divisor) AND mod({_WHOLE}, 2) = 0) THEN 0 ELSE {_AWAY} END",
}
ROUTINES = {
    **{f"divide_{mode}": ({"dividend": "NUMERIC", "divisor": "NUMERIC"}, "NUMERIC", body) for mode, body in _DIVIDE.items()},
    "round_away": (
        {"amount": "NUMERIC", "places": "INTEGER", "unit": "NUMERIC"},
        "NUMERIC",
        "trunc(amount, places) + sign(amount - trunc(amount, places)) * unit",
    ),
    "round_even": (
        {"amount": "NUMERIC", "places": "INTEGER", "unit": "NUMERIC"},
        "NUMERIC",
        "CASE WHEN 2 * abs(amount - trunc(amount, places)) = unit AND mod(trunc(amount, places), 2 * unit) = 0 "
        "THEN trunc(amount, places) ELSE round(amount, places) END",
    ),
    "later_day": (
        {"day": "DATE", "days": "NUMERIC"},
        "DATE",
        f"CASE WHEN {_LATER} {_OF_OUR_YEARS} THEN {_LATER} ELSE {_LATER} + {_TOO_FAR} END",
    ),
    "months_later_last_day": (
        {"start": "DATE", "months": "NUMERIC"},
        "DATE",
        f"CASE WHEN {_MONTHS_LATER} {_OF_OUR_YEARS} THEN {_MONTHS_LATER} ELSE {_MONTHS_LATER} + {_TOO_FAR} END",
    ),
    "months_later_next_day": (
        {"start": "DATE", "months": "NUMERIC"},
        "DATE",
        f"CASE WHEN {_MONTHS_LATER} {_OF_OUR_YEARS} THEN {_MONTHS_LATER} + "
        f"CASE WHEN extract(DAY FROM {_MONTHS_LATER}) < extract(DAY FROM start) THEN 1 ELSE 0 END "
        f"ELSE {_MONTHS_LATER} + {_TOO_FAR} END",
    ),
}
"""Functions the generated SQL calls, by name: parameters, type and body."""


class Postgres(Dialect):
    """See `dialect.Dialect`."""

    name = "postgres"
    tables_for_shared = True

    def as_of(self) -> exp.Expr:
        return exp.var(":'as_of'")  # a variable of psql: psql -v as_of=2015-07-25

    def fitted(self, name: str) -> str:
        whole = name.encode()
        if len(whole) <= _LONGEST_NAME:
            return name
        mark = "~" + hashlib.sha256(whole).hexdigest()[:12]
        return whole[: _LONGEST_NAME - len(mark)].decode(errors="ignore") + mark

    def plus(self, left: exp.Expr, right: exp.Expr, type_: ty.Decimal) -> exp.Expr:
        return _guarded(super().plus(left, right, type_), type_)

    def minus(self, left: exp.Expr, right: exp.Expr, type_: ty.Decimal) -> exp.Expr:
        return _guarded(super().minus(left, right, type_), type_)

    def times(
        self, left: exp.Expr, left_type: ty.Decimal, right: exp.Expr, right_type: ty.Decimal, type_: ty.Decimal
    ) -> exp.Expr:
        return _guarded(super().times(left, left_type, right, right_type, type_), type_)

    def rounded(self, value: exp.Expr, type_: ty.Decimal, places: int, mode: str) -> exp.Expr:
        if places >= type_.scale:
            return value
        to = numeral(places)
        match mode:
            case "half_up":
                return exp.Round(this=value, decimals=to)
            case "half_even":
                return _call("round_even", value, to, unit(places))
            case "down":
                return exp.Anonymous(this="trunc", expressions=[value, to])
            case _:
                return _call("round_away", value, to, unit(places))

    def quotient(
        self,
        dividend: exp.Expr,
        dividend_type: ty.Decimal,
        divisor: exp.Expr,
        divisor_type: ty.Decimal,
        places: int,
        mode: str,
    ) -> exp.Expr:
        top = exp.Mul(this=wrapped(dividend), expression=numeral(10**places)) if places else dividend
        whole = _call(f"divide_{mode}", top, exp.Nullif(this=divisor, expression=numeral(0)))
        return exp.Mul(this=whole, expression=unit(places)) if places else whole

    def plus_days(self, date: exp.Expr, days: exp.Expr) -> exp.Expr:
        return _call("later_day", date, days)

    def plus_months(self, date: exp.Expr, months: exp.Expr, mode: str) -> exp.Expr:
        return _call(f"months_later_{mode}", date, months)

    def days_between(self, later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
        return exp.Sub(this=wrapped(later), expression=wrapped(earlier))

    def text(self, value: exp.Expr, type_: ty.Known) -> exp.Expr:
        if isinstance(type_, ty.Date):  # a cast would give what the session's DateStyle says
            return exp.Anonymous(this="to_char", expressions=[value, exp.Literal.string("YYYY-MM-DD")])
        return super().text(value, type_)

    def ranked(self, value: exp.Expr, type_: ty.Type) -> exp.Expr:
        if ty.known(ty.stored(type_)) != ty.TEXT:
            return value
        return exp.paren(exp.Collate(this=wrapped(value), expression=_by_code_point()), copy=False)

    def create(self, table: exp.Table, query: exp.Query) -> exp.Expr:
        return _unlogged(super().create(table, query))

    def show(self, table: exp.Table, query: exp.Query) -> exp.Expr:
        return exp.Create(this=table, kind="VIEW", expression=query)

    def declare(self, table: exp.Table, columns: Sequence[tuple[str, ty.Type]]) -> exp.Expr:
        made = super().declare(table, columns)
        for column in made.find_all(exp.ColumnDef):
            if column.kind == self.physical(ty.TEXT):
                column.set("constraints", [exp.ColumnConstraint(kind=exp.CollateColumnConstraint(this=_by_code_point()))])
        return _unlogged(made)

    def routines(self, tree: exp.Expr) -> Sequence[tuple[str, exp.Expr]]:
        called = {str(call.this) for call in tree.find_all(exp.Anonymous)}
        return [
            (f"{DERIVED}.{name}", _function(name, parameters, type_, body))
            for name, (parameters, type_, body) in ROUTINES.items()
            if name in called
        ]


def _unlogged(made: exp.Expr) -> exp.Expr:
    made.set("properties", exp.Properties(expressions=[exp.UnloggedProperty()]))
    return made


def _by_code_point() -> exp.Identifier:
    return exp.to_identifier("C", quoted=True)


def _guarded(value: exp.Expr, type_: ty.Decimal) -> exp.Expr:
    """The value, or an error where it has more digits than any type of ours. Below that number the digits of the
    operands leave room for every result."""
    return cast(value, decimal_type(type_.digits, type_.scale)) if type_.digits == ty.MAX_DIGITS else value


def _call(routine: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Dot(this=exp.to_identifier(DERIVED), expression=exp.Anonymous(this=routine, expressions=list(arguments)))


def _function(name: str, parameters: Mapping[str, str], type_: str, body: str) -> exp.Create:
    """A function that the planner can put in place of its calls, and that does not keep a query from running in parallel."""
    return exp.Create(
        this=exp.UserDefinedFunction(
            this=exp.Table(this=exp.to_identifier(name), db=exp.to_identifier(DERIVED)),
            expressions=[exp.ColumnDef(this=exp.to_identifier(one), kind=_type(of)) for one, of in parameters.items()],
            wrapped=True,
        ),
        kind="FUNCTION",
        replace=True,
        properties=exp.Properties(
            expressions=[
                exp.ReturnsProperty(this=_type(type_)),
                exp.LanguageProperty(this=exp.var("SQL")),
                exp.StabilityProperty(this=exp.Literal.string("IMMUTABLE PARALLEL SAFE")),
            ]
        ),
        expression=exp.Literal.string(f"SELECT {body}"),
    )


def _type(written: str) -> exp.DataType:
    return exp.DataType.build(written, dialect="postgres")
