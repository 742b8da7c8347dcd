"""Expressions, and what every node has."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from incdsl.source import Span


@dataclass(frozen=True, eq=False)
class Node:
    span: Span


@dataclass(frozen=True, eq=False)
class Identifier(Node):
    """A name where it stands."""

    name: str


@dataclass(frozen=True, eq=False)
class Number(Node):
    value: Decimal


@dataclass(frozen=True, eq=False)
class Money(Node):
    value: Decimal
    currency: str


@dataclass(frozen=True, eq=False)
class Percent(Node):
    """`value` is the fraction: 20% is 0.2."""

    value: Decimal


@dataclass(frozen=True, eq=False)
class Days(Node):
    value: int


@dataclass(frozen=True, eq=False)
class Date(Node):
    value: datetime.date


@dataclass(frozen=True, eq=False)
class String(Node):
    value: str


@dataclass(frozen=True, eq=False)
class Boolean(Node):
    value: bool


@dataclass(frozen=True, eq=False)
class Name(Node):
    """A bare name: a column of the row in scope, a parameter, a value of an enumeration, a row of a table."""

    name: str


@dataclass(frozen=True, eq=False)
class This(Node):
    """The row of the `for each`."""


@dataclass(frozen=True, eq=False)
class Member(Node):
    """`of.name`"""

    of: Expr
    name: Identifier


@dataclass(frozen=True, eq=False)
class Lookup(Node):
    """`relation[keys]`: the row with that key, if there is one."""

    relation: Identifier
    keys: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class Unary(Node):
    """`operator` is `not` or `-`."""

    operator: str
    operand: Expr


@dataclass(frozen=True, eq=False)
class Binary(Node):
    """`operator` is one of `+ - * = <> < <= > >= and or covers otherwise if smaller larger`.

    `a otherwise b`: a, or b where a is missing. `a if b`: a where b holds, missing elsewhere.
    """

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, eq=False)
class Divide(Node):
    """`left / right to places places mode`"""

    left: Expr
    right: Expr
    places: int
    mode: str


@dataclass(frozen=True, eq=False)
class Rounded(Node):
    """`operand rounded mode to unit`, where unit is 1, 0.1, 0.01, …: `places` decimals."""

    operand: Expr
    mode: str
    places: int


@dataclass(frozen=True, eq=False)
class In(Node):
    """`operand in a, b, c`, or `operand in period`."""

    operand: Expr
    members: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class Between(Node):
    """`operand in first through last`, both inclusive."""

    operand: Expr
    first: Expr
    last: Expr


@dataclass(frozen=True, eq=False)
class IsGiven(Node):
    """`operand is given`, or with `given` False `operand is missing`."""

    operand: Expr
    given: bool


@dataclass(frozen=True, eq=False)
class Aggregate(Node):
    """`operator` is sum, count, count_distinct, largest, smallest, latest, earliest or any."""

    operator: str
    value: Expr | None
    relation: Identifier
    where: Expr | None


@dataclass(frozen=True, eq=False)
class MonthsLater(Node):
    """`operand + 12 months or last day`: `months` may be negative; `overflow` says which day stands for one that
    the month does not have: `last_day` of that month, or `next_day`, the first of the next."""

    operand: Expr
    months: int
    overflow: str


@dataclass(frozen=True, eq=False)
class OnDay(Node):
    """`operand on day`: a parameter that changes with time, or a designation's level, on a day."""

    operand: Expr
    day: Expr


Expr = (
    Number | Money | Percent | Days | Date | String | Boolean | Name | This | Member | Lookup | Unary | Binary
    | Divide | Rounded | In | Between | IsGiven | Aggregate | MonthsLater | OnDay
)  # fmt: skip
