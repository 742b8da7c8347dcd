"""Spark's SQL, with ANSI errors on and no loss of precision allowed (`SETTINGS`).

Facts this rests on, checked by the tests: with these settings `+`, `-`, `*` and `sum` on DECIMAL have the larger scale or
the sum of the scales and raise when a result has more than 38 digits; `round`, `bround`, `floor` and `ceil` to places are
exact, and so is `%`; `div` is a BIGINT that wraps, and `/` rounds to a scale of its own that keeps 20 digits before the
point of a whole number, so quotients are worked out by `%` and one or two divisions that come out whole; days and
months added wrap or leave the years 1 to 9999 unseen; a date plus months is the last day of a month that lacks its day;
a window has no GROUPS, but may be ordered by another window. The arguments of a function are worked out wherever its row is
read, in branches not taken too, so that functions take NULL and raise nothing for it.

A table is a view of the session, which is no part of any schema: the schema is the beginning of its name. A named
subquery is worked out again wherever it is read, so rows are told apart by their keys and not by a number that they
would have to get each time anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlglot
from sqlglot import exp

from incdsl.backends.sql.dialect import Dialect, cast, numeral, unit, wrapped
from incdsl.backends.sql.script import DERIVED
from incdsl.core import types as ty

SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.legacy.decimal.retainFractionDigitsOnTruncate": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.variable.substitute": "false",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
}
"""What a session has to be set to for the statements to mean what they should."""

_WHOLE_NUMBER = "DECIMAL(38, 0)"
_OF_OUR_YEARS = "BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
_OUTSIDE = "raise_error('overflow: a day outside the years 1 to 9999')"
_LATER = "date_add(day, CAST(days AS INT))"
_MONTHS_LATER = "add_months(start, CAST(months AS INT))"

_LEAP = "10000000000000000000"  # ten to the 19th: a quotient is worked out as so many times one whole number, and another
_SHORT = "100000000000000000000"
_LONG = "1000000000000000000"
_REST = "abs(dividend % divisor)"
_AWAY = "CASE WHEN (dividend < 0) = (divisor < 0) THEN 1 ELSE -1 END"
_WHOLE = "whole_quotient(dividend, divisor)"
_DIVIDE = {
    "down": _WHOLE,
    "up": f"{_WHOLE} + CASE WHEN dividend % divisor = 0 THEN 0 ELSE {_AWAY} END",
    "half_up": f"{_WHOLE} + CASE WHEN {_REST} < abs(divisor) - {_REST} THEN 0 ELSE {_AWAY} END",
    "half_even": f"{_WHOLE} + CASE WHEN {_REST} < abs(divisor) - {_REST} "
    f"OR ({_REST} = abs(divisor) - {_REST} AND {_WHOLE} % 2 = 0) THEN 0 ELSE {_AWAY} END",
}


def _exactly(dividend: str, divisor: str) -> str:
    return f"CAST(({dividend}) / ({divisor}) AS {_WHOLE_NUMBER})"


_OPERANDS = {"dividend": _WHOLE_NUMBER, "divisor": _WHOLE_NUMBER}
ROUTINES: dict[str, tuple[Mapping[str, str], str, str]] = {
    "whole_quotient": (
        _OPERANDS,
        _WHOLE_NUMBER,
        f"CASE WHEN abs(dividend) < {_SHORT} OR abs(divisor) >= {_LONG} "
        f"THEN {_exactly('dividend - dividend % divisor', 'divisor')} "
        f"ELSE {_exactly(f'dividend - dividend % (divisor * {_LEAP})', f'divisor * {_LEAP}')} * {_LEAP} "
        f"+ {_exactly(f'dividend % (divisor * {_LEAP}) - dividend % divisor', 'divisor')} END",
    ),
    **{f"divide_{mode}": (_OPERANDS, _WHOLE_NUMBER, body) for mode, body in _DIVIDE.items()},
    "later_day": (
        {"day": "DATE", "days": _WHOLE_NUMBER},
        "DATE",
        "CASE WHEN day IS NULL OR days IS NULL THEN NULL "
        f"WHEN days BETWEEN -3652058 AND 3652058 AND {_LATER} {_OF_OUR_YEARS} THEN {_LATER} ELSE {_OUTSIDE} END",
    ),
    "months_later_last_day": (
        {"start": "DATE", "months": _WHOLE_NUMBER},
        "DATE",
        "CASE WHEN start IS NULL OR months IS NULL THEN NULL "
        f"WHEN months BETWEEN -119988 AND 119988 AND {_MONTHS_LATER} {_OF_OUR_YEARS} THEN {_MONTHS_LATER} "
        f"ELSE {_OUTSIDE} END",
    ),
    "months_later_next_day": (
        {"start": "DATE", "months": _WHOLE_NUMBER},
        "DATE",
        "CASE WHEN start IS NULL OR months IS NULL THEN NULL "
        f"WHEN months BETWEEN -119988 AND 119988 AND {_MONTHS_LATER} {_OF_OUR_YEARS} "
        f"THEN date_add({_MONTHS_LATER}, CASE WHEN day({_MONTHS_LATER}) < day(start) THEN 1 ELSE 0 END) "
        f"ELSE {_OUTSIDE} END",
    ),
}
"""Functions the generated SQL calls, by name: parameters, type and body. One calls only those before it."""


class Spark(Dialect):
    """See `dialect.Dialect`."""

    name = "spark"
    schemas = False
    says_materialized = False
    tables_for_shared = True

    product_spare = 0
    """The digits that a product has to have room for beside those of its operands."""

    def as_of(self) -> exp.Expr:
        # A variable of the session, made by: DECLARE VARIABLE as_of DATE DEFAULT '2015-07-25'
        return exp.column("as_of", table="session", db="system")

    def rounded(self, value: exp.Expr, type_: ty.Decimal, places: int, mode: str) -> exp.Expr:
        if places >= type_.scale:
            return value

        def to_places(function: str) -> exp.Expr:
            return exp.Anonymous(this=function, expressions=[value.copy(), numeral(places)])

        match mode:
            case "half_up":
                return exp.Round(this=value, decimals=numeral(places))
            case "half_even":
                return to_places("bround")
            case _:
                below, above = ("ceil", "floor") if mode == "down" else ("floor", "ceil")
                negative = exp.LT(this=wrapped(value), expression=numeral(0))
                return exp.Case(ifs=[exp.If(this=negative, true=to_places(below))], default=to_places(above))

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
        top, bottom = self._unscaled(dividend, dividend_type), self._unscaled(divisor, divisor_type)
        if power > 0:
            top = exp.Mul(this=top, expression=numeral(10**power))
        elif power < 0:
            bottom = exp.Mul(this=bottom, expression=numeral(10**-power))
        whole = _call(f"divide_{mode}", top, exp.Nullif(this=bottom, expression=numeral(0)))
        return self._in_units(whole, places) if places else whole

    def _in_units(self, whole: exp.Expr, places: int) -> exp.Expr:
        """A whole number of 38 digits times one in the last of so many decimals."""
        return exp.Mul(this=whole, expression=unit(places))

    def _unscaled(self, value: exp.Expr, type_: ty.Decimal) -> exp.Expr:
        """The value times ten to its scale, a whole number. Where 38 digits may not hold the product, its digits are
        taken from its text, which has exactly `scale` decimals."""
        whole = _type(_WHOLE_NUMBER)
        if not type_.scale:
            return cast(value, whole)
        if type_.digits + type_.scale + self.product_spare > ty.MAX_DIGITS:
            digits = exp.Anonymous(
                this="replace", expressions=[cast(value, _type("STRING")), exp.Literal.string("."), exp.Literal.string("")]
            )
            return cast(digits, whole)
        return cast(exp.Mul(this=wrapped(value), expression=numeral(10**type_.scale)), whole)

    def plus_days(self, date: exp.Expr, days: exp.Expr) -> exp.Expr:
        return _call("later_day", date, days)

    def plus_months(self, date: exp.Expr, months: exp.Expr, mode: str) -> exp.Expr:
        return _call(f"months_later_{mode}", date, months)

    def days_between(self, later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="datediff", expressions=[later, earlier])

    def over_earlier(self, made: exp.Expr, keys: Sequence[exp.Expr], ranks: Sequence[exp.Expr]) -> exp.Expr:
        order = [exp.Ordered(this=rank, nulls_first=False) for rank in ranks]
        among = exp.Window(this=exp.DenseRank(), partition_by=[key.copy() for key in keys], order=exp.Order(expressions=order))
        frame = exp.WindowSpec(
            kind="RANGE", start="UNBOUNDED", start_side="PRECEDING", end=exp.Literal.number(1), end_side="PRECEDING"
        )
        by_rank = exp.Order(expressions=[exp.Ordered(this=among, nulls_first=True)])
        return exp.Window(this=_unfiltered(made), partition_by=list(keys), order=by_rank, spec=frame)

    def row_number(self, key: Sequence[exp.Expr]) -> exp.Expr:
        return key[0] if len(key) == 1 else exp.Anonymous(this="struct", expressions=list(key))

    def create(self, table: exp.Table, query: exp.Query) -> exp.Expr:
        return exp.Create(
            this=table,
            kind="VIEW",
            replace=True,
            expression=query,
            properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
        )

    def routines(self, tree: exp.Expr) -> Sequence[tuple[str, exp.Expr]]:
        called = {str(call.this) for call in tree.find_all(exp.Anonymous)}
        if any(name.startswith("divide_") for name in called):
            called.add("whole_quotient")
        return [
            (f"{DERIVED}.{name}", _function(name, parameters, type_, body))
            for name, (parameters, type_, body) in ROUTINES.items()
            if name in called
        ]


def _unfiltered(made: exp.Expr) -> exp.Expr:
    """An aggregate whose condition stands in its value: over a window, Spark makes a constant of an aggregate with a
    condition that never holds, and then cannot work it out."""
    if not isinstance(made, exp.Filter):
        return made
    aggregate: exp.Expr = made.this
    condition = made.expression.this
    value = numeral(1) if isinstance(aggregate.this, exp.Star) else aggregate.this
    aggregate.set("this", exp.Case(ifs=[exp.If(this=condition, true=value)]))
    return aggregate


def _type(written: str) -> exp.DataType:
    return exp.DataType.build(written, dialect="spark")


def _call(routine: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=routine, expressions=list(arguments))


def _function(name: str, parameters: Mapping[str, str], type_: str, body: str) -> exp.Create:
    return exp.Create(
        this=exp.UserDefinedFunction(
            this=exp.to_identifier(name),
            expressions=[exp.ColumnDef(this=exp.to_identifier(one), kind=_type(of)) for one, of in parameters.items()],
            wrapped=True,
        ),
        kind="FUNCTION",
        replace=True,
        properties=exp.Properties(expressions=[exp.TemporaryProperty(), exp.ReturnsProperty(this=_type(type_))]),
        expression=exp.Return(this=sqlglot.parse_one(body, dialect="spark").transform(_strict)),
    )


def _strict(node: exp.Expr) -> exp.Expr:
    """A cast as what it is with ANSI errors on: sqlglot takes it for one that gives NULL."""
    return cast(node.this, node.args["to"]) if isinstance(node, exp.TryCast) else node
