"""What a dialect of SQL has to say for the compiler to speak it; each dialect is one thin module beside this one.

What is written out here is what every engine we know reads alike. The methods without a body are where they all differ;
the others are overridden by a dialect that says it in another way. What a dialect cannot say exactly it refuses, by
raising `UnsupportedInTarget` from whatever method is asked for it.
"""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from decimal import Decimal

from sqlglot import exp

from incdsl.backends.sql.script import UnsupportedInTarget
from incdsl.core import types as ty


class Dialect(ABC):
    """The parts of SQL in which engines differ.

    Every expression given and returned is exact: decimals have the scale of their type, and a value that does not
    fit is an error of the statement, never another value. An operand is never missing where its value counts, but may
    be NULL where the program does not look at the result.
    """

    name: str
    """What sqlglot calls the dialect."""

    group_frames: bool = True
    """Whether a window may end at the rows before this one's equals (`GROUPS ... 1 PRECEDING`). Without, aggregates over
    earlier rows are joins."""

    narrow_windows: bool = False
    """Whether a window over rows with many columns is better worked out apart, on the columns that it needs."""

    lists_days: bool = False
    """Whether `each_day` can be said."""

    bits: bool = False
    """Whether whole numbers are joined bit by bit (`bit_or(a | b)`, `a & 2`)."""

    schemas: bool = True
    """Whether tables and functions stand in schemas. Without, the schema is the beginning of a table's name."""

    says_materialized: bool = True
    """Whether a named subquery may say that it is (not) to be worked out once."""

    tables_for_shared: bool = False
    """Whether numbered rows that a statement reads more than once are better made a table first."""

    # --- types and constants ----------------------------------------------------------------------------

    def physical(self, type_: ty.Type) -> exp.DataType:
        """The type a value is stored as."""
        match ty.known(ty.stored(type_)):
            case ty.Boolean():
                return exp.DataType(this=exp.DataType.Type.BOOLEAN)
            case ty.Date():
                return exp.DataType(this=exp.DataType.Type.DATE)
            case ty.Days(digits, scale) | ty.Number(digits, scale) | ty.Percent(digits, scale) | ty.Money(_, digits, scale):
                return decimal_type(digits, scale)
            case _:
                return exp.DataType(this=exp.DataType.Type.TEXT)

    @abstractmethod
    def as_of(self) -> exp.Expr:
        """The as-of date where it is left open, to be given when the statements run."""

    def fitted(self, name: str) -> str:
        """A name of a table or column as this engine can hold it: itself, unless it is too long. Two names that differ
        stay different."""
        return name

    # --- decimals ---------------------------------------------------------------------------------------

    def plus(self, left: exp.Expr, right: exp.Expr, type_: ty.Decimal) -> exp.Expr:
        """The sum of two decimals, of the type given: the larger scale."""
        return exp.Add(this=wrapped(left), expression=wrapped(right))

    def minus(self, left: exp.Expr, right: exp.Expr, type_: ty.Decimal) -> exp.Expr:
        """The difference, as `plus`."""
        return exp.Sub(this=wrapped(left), expression=wrapped(right))

    def times(
        self, left: exp.Expr, left_type: ty.Decimal, right: exp.Expr, right_type: ty.Decimal, type_: ty.Decimal
    ) -> exp.Expr:
        """The product, of the type given: the sum of the scales."""
        if type_.scale > ty.MAX_DIGITS:
            raise UnsupportedInTarget(f"a product with {type_.scale} decimals")
        return exp.Mul(this=wrapped(left), expression=wrapped(right))

    @abstractmethod
    def rounded(self, value: exp.Expr, type_: ty.Decimal, places: int, mode: str) -> exp.Expr:
        """A value of a type rounded to fewer decimals; the caller casts it."""

    @abstractmethod
    def quotient(
        self,
        dividend: exp.Expr,
        dividend_type: ty.Decimal,
        divisor: exp.Expr,
        divisor_type: ty.Decimal,
        places: int,
        mode: str,
    ) -> exp.Expr:
        """The quotient with `places` decimals, rounded once; NULL when the divisor is zero. The caller casts it."""

    def smallest(self, values: Sequence[exp.Expr]) -> exp.Expr:
        """The smallest of decimals or dates of one type."""
        return exp.Least(this=values[0], expressions=list(values[1:]), ignore_nulls=True)

    def largest(self, values: Sequence[exp.Expr]) -> exp.Expr:
        """The largest, as `smallest`."""
        return exp.Greatest(this=values[0], expressions=list(values[1:]), ignore_nulls=True)

    # --- dates ------------------------------------------------------------------------------------------

    @abstractmethod
    def plus_days(self, date: exp.Expr, days: exp.Expr) -> exp.Expr:
        """The date so many days later; an error when it is not a date of the years 1 to 9999."""

    @abstractmethod
    def plus_months(self, date: exp.Expr, months: exp.Expr, mode: str) -> exp.Expr:
        """The same day so many months later, or by `mode` another; an error when it is not a date of the years 1 to 9999."""

    @abstractmethod
    def days_between(self, later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
        """How many days the first date is after the second; the caller casts it."""

    # --- texts ------------------------------------------------------------------------------------------

    def text(self, value: exp.Expr, type_: ty.Known) -> exp.Expr:
        """A decimal or a date as text: exactly the decimals of its type, no exponent; 0007-01-31."""
        return cast(value, self.physical(ty.TEXT))

    def joined(self, separator: exp.Expr, texts: Sequence[exp.Expr]) -> exp.Expr:
        """The texts that are not NULL with the separator between them; NULL when there is none. No text is empty."""
        between = exp.Anonymous(this="concat_ws", expressions=[separator, *texts])
        return exp.Nullif(this=between, expression=exp.Literal.string(""))

    # --- order ------------------------------------------------------------------------------------------

    def ranked(self, value: exp.Expr, type_: ty.Type) -> exp.Expr:
        """A value as `<`, `min`, `max` and ORDER BY take it: texts by code point, booleans never asked."""
        return value

    def compared(
        self, operator: type[exp.Binary], left: exp.Expr, left_type: ty.Type, right: exp.Expr, right_type: ty.Type
    ) -> exp.Expr:
        """A comparison by value: texts by code point, decimals of one kind and any two scales."""
        if operator not in (exp.EQ, exp.NEQ):
            left, right = self.ranked(left, left_type), self.ranked(right, right_type)
        return operator(this=wrapped(left), expression=wrapped(right))

    # --- aggregates -------------------------------------------------------------------------------------

    def aggregate(
        self, operator: str, value: exp.Expr | None, value_type: ty.Type | None, filters: Sequence[exp.Expr]
    ) -> exp.Expr:
        """An aggregate of the core over the rows for which all filters hold; `any` is a count. The caller puts the
        value for no rows in place of NULL and casts."""
        made = aggregate_function(operator, value if value is None or value_type is None else self.ranked(value, value_type))
        if not filters:
            return made
        return exp.Filter(this=made, expression=exp.Where(this=exp.and_(*filters, copy=False)))

    def over_earlier(self, made: exp.Expr, keys: Sequence[exp.Expr], ranks: Sequence[exp.Expr]) -> exp.Expr:
        """What `aggregate` made, over the rows with the same keys that come before this row by the ranks, rows that
        are equal in all ranks not among them. Rows with a NULL rank come last. Asked only with `group_frames`."""
        frame = exp.WindowSpec(
            kind="GROUPS", start="UNBOUNDED", start_side="PRECEDING", end=exp.Literal.number(1), end_side="PRECEDING"
        )
        order = [exp.Ordered(this=rank, nulls_first=False) for rank in ranks]
        return exp.Window(this=made, partition_by=list(keys), order=exp.Order(expressions=order), spec=frame)

    def row_number(self, key: Sequence[exp.Expr]) -> exp.Expr:
        """A number of its own for each row; `key` has the columns of the relation's key, which may be none. An engine that
        may work a subquery out twice has to give the row the same one each time."""
        return exp.Window(this=exp.RowNumber())

    def each_day(self, first: exp.Expr, last: exp.Expr) -> exp.Expr:
        """In a list of columns: a row for each day from the first through the last. Asked of a dialect that `lists_days`."""
        raise UnsupportedInTarget("a row for each day of a period")

    # --- statements -------------------------------------------------------------------------------------

    def create(self, table: exp.Table, query: exp.Query) -> exp.Expr:
        """The statement that makes a table of the rows of a query."""
        return exp.Create(this=table, kind="TABLE", expression=query)

    def declare(self, table: exp.Table, columns: Sequence[tuple[str, ty.Type]]) -> exp.Expr:
        """The statement that makes an empty table with these columns."""
        declared = [
            exp.ColumnDef(this=exp.to_identifier(name, quoted=True), kind=self.physical(type_)) for name, type_ in columns
        ]
        return exp.Create(this=exp.Schema(this=table, expressions=declared), kind="TABLE")

    def show(self, table: exp.Table, query: exp.Query) -> exp.Expr:
        """The statement that makes the table of an output of which every cell is a stored value, a constant, or the text of
        one: it can't fail, and costs little each time it is read."""
        return self.create(table, query)

    def finished(self, tree: exp.Expr) -> exp.Expr:
        """The last word on a whole statement, whose names are those of the run: the same statement, or what the engine reads
        as the same."""
        return tree

    @abstractmethod
    def routines(self, tree: exp.Expr) -> Sequence[tuple[str, exp.Expr]]:
        """The functions that a statement calls and the engine does not have: name and the statement that makes it."""


def aggregate_function(operator: str, value: exp.Expr | None) -> exp.Expr:
    """The function that works an aggregate of the core out; of all rows when there is no value."""
    match operator, value:
        case "sum", exp.Expr():
            return exp.Sum(this=value)
        case "smallest", exp.Expr():
            return exp.Min(this=value)
        case "largest", exp.Expr():
            return exp.Max(this=value)
        case "count_distinct", exp.Expr():
            return exp.Count(this=exp.Distinct(expressions=[value]))
        case _:
            return exp.Count(this=exp.Star() if value is None else value)


def cast(value: exp.Expr, to: exp.DataType) -> exp.Cast:
    """`CAST(value AS to)`. (sqlglot's own `cast` takes decimals of all sizes for one type and leaves casts out.)"""
    return exp.Cast(this=value, to=to)


def decimal_type(digits: int, scale: int) -> exp.DataType:
    """`DECIMAL(digits, scale)`."""
    sizes = [exp.DataTypeParam(this=numeral(digits)), exp.DataTypeParam(this=numeral(scale))]
    return exp.DataType(this=exp.DataType.Type.DECIMAL, expressions=sizes, nested=False)


def numeral(value: Decimal | int, scale: int = 0) -> exp.Expr:
    """A number with exactly `scale` decimals. (sqlglot's own `Literal.number` takes negative numbers through a float.)"""
    shown = f"{Decimal(value):.{scale}f}"  # unlike abs(), rounds to no context
    written = exp.Literal(this=shown.removeprefix("-"), is_string=False)
    return exp.Neg(this=written) if shown.startswith("-") else written


def spelled(name: str, forbidden: re.Pattern[str]) -> str:
    """The name with `_` for what an engine does not allow in names; a mark tells it from others that it would be equal to."""
    if not forbidden.search(name):
        return name
    return f"{forbidden.sub('_', name)}_{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def unit(places: int) -> exp.Expr:
    """One in the last of so many decimals."""
    return numeral(Decimal(1).scaleb(-places), places)


def wrapped(value: exp.Expr) -> exp.Expr:
    """The value as an operand: in parentheses where it is an operation itself."""
    return exp.paren(value, copy=False) if isinstance(value, exp.Binary | exp.Not | exp.Case) else value
