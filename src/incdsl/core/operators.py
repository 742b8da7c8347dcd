"""The operators of the core: what each accepts, what type it gives, and what it means.

This table is the only place where result types are worked out. The lowering asks it for the type of what it
builds, `verify` checks every node against it, and every engine implements each row or refuses it.

Operands are never missing unless the row says so. Decimal results have exactly the digits and scale of their
type; a value that does not fit is an error of the evaluation that names the row (`Overflow`), never a wrapped
or rounded value.

| operator | operands | result | meaning |
| --- | --- | --- | --- |
| add, subtract | two decimals of one kind | that kind, scale the larger, one digit more | exact |
| negate | decimal | same | exact |
| multiply | money x number/percent, number x number, percent x percent/number | money, number, percent | exact: scales add, digits add |
| divide | as multiply, or money / money, days / days | `places` decimals, optional | rounded once by `mode`; missing when the divisor is zero |
| round | decimal | scale `places` | rounded by `mode` |
| widen | decimal | the type given: no smaller scale, no fewer whole digits | exact |
| smaller, larger | two decimals of one type, or two dates | that type | |
| equal, not_equal | two of one type; decimals of one kind and any scale | boolean | by value; text by code points |
| less, less_or_equal, greater, greater_or_equal | two decimals of one kind, dates, texts, or values of one ordered enum | boolean | texts by code points, an enum by the order written |
| and, or | two or more booleans | boolean | a later operand is evaluated only when the earlier ones do not decide |
| not | boolean | boolean | |
| given | optional | boolean | whether there is a value |
| known | optional | the type inside | the value, which is there: an earlier operand or branch has tested it |
| otherwise | optional, the type inside | the type inside | the first, or the second where it is missing |
| optional | a known value | optional | the same value where a missing one could stand |
| add_days, subtract_days | date, days | date | |
| add_months | date, number with no decimals | date | the same day of the month; by `mode`, where that month lacks the day |
| days_between | date, date | days | first minus second |
| text_of | any known type | text | canonical text: see `types`; decimals with exactly `scale` decimals, no grouping, no currency; percents times 100 with scale - 2 decimals and `%`; yes/no |
| concat | two or more texts | text | |
| join | a text, then optional texts | optional text | those that are given, with the first between them; missing when none is |

Rounding modes: `half_up` takes a half away from zero, `half_even` to the even neighbour, `up` away from zero,
`down` toward zero. Modes of add_months: `last_day` takes the last day of the month, `next_day` the first of the next.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from incdsl.core import types as ty

ROUNDING_MODES = ("half_up", "half_even", "up", "down")

COMPARISONS = ("equal", "not_equal", "less", "less_or_equal", "greater", "greater_or_equal")

OPERATORS = (
    "add", "subtract", "negate", "multiply", "divide", "round", "widen", "smaller", "larger",
    *COMPARISONS,
    "and", "or", "not", "given", "known", "otherwise", "optional",
    "add_days", "subtract_days", "add_months", "days_between", "text_of", "concat", "join",
)  # fmt: skip
"""Every operator there is."""

AGGREGATES = ("sum", "count", "count_distinct", "any", "smallest", "largest")
"""Every aggregate there is."""


class Typed(Protocol):
    """Anything that has a type of the core."""

    @property
    def type(self) -> ty.Type: ...


class OperandTypeError(Exception):
    """The operator has no row for these operand types."""


def same_kind(left: ty.Type, right: ty.Type) -> bool:
    """Whether two types are the same but for digits and scale; money also needs one currency. A reference to a
    row is compared as the key it is."""
    left, right = ty.stored(left), ty.stored(right)
    if isinstance(left, ty.Money) and isinstance(right, ty.Money):
        return left.currency == right.currency
    return left == right or (ty.is_decimal(left) and type(left) is type(right))


def _resized(type_: ty.Type, digits: int, scale: int) -> ty.Type:
    assert isinstance(type_, ty.Days | ty.Number | ty.Percent | ty.Money)
    return replace(type_, digits=min(max(digits, scale + 1), ty.MAX_DIGITS), scale=scale)


def common(left: ty.Type, right: ty.Type) -> ty.Type:
    """The smallest type that holds the values of both; raises OperandTypeError when there is none."""
    if isinstance(left, ty.Optional) or isinstance(right, ty.Optional):
        inner = common(ty.known(left), ty.known(right))
        return ty.Optional(ty.known(inner))
    if left == right:
        return left
    if ty.is_decimal(left) and same_kind(left, right):
        assert isinstance(left, ty.Days | ty.Number | ty.Percent | ty.Money)
        assert isinstance(right, ty.Days | ty.Number | ty.Percent | ty.Money)
        scale = max(left.scale, right.scale)
        whole = max(left.digits - left.scale, right.digits - right.scale)
        return _resized(left, whole + scale, scale)
    raise OperandTypeError(f"{left} and {right}")


def product_kind(left: ty.Type, right: ty.Type) -> ty.Type | None:
    """The kind of a product: one of the operand types, for its kind; None when they do not multiply."""
    for first, second in ((left, right), (right, left)):
        if isinstance(first, ty.Money) and isinstance(second, ty.Number | ty.Percent):
            return first
        if isinstance(first, ty.Percent) and isinstance(second, ty.Number | ty.Percent):
            return first
        if isinstance(first, ty.Days) and isinstance(second, ty.Number) and second.scale == 0:
            return first
    return left if isinstance(left, ty.Number) and isinstance(right, ty.Number) else None


def quotient_kind(left: ty.Type, right: ty.Type) -> ty.Type | None:
    """The kind of a quotient, as `product_kind`."""
    if isinstance(right, ty.Number) and isinstance(left, ty.Number | ty.Money | ty.Percent):
        return left
    if isinstance(right, ty.Percent) and isinstance(left, ty.Money):
        return left
    if same_kind(left, right) and isinstance(left, ty.Money | ty.Percent | ty.Days):
        return ty.NUMBER
    return None


def result_type(operator: str, operands: tuple[ty.Type, ...], places: int | None = None) -> ty.Type:
    """The type an operator gives for operand types; `places` for round and divide.

    Raises OperandTypeError when the operator has no row for them. `widen` and `optional` are not asked here:
    their type is given.
    """
    first = operands[0]
    second = operands[1] if len(operands) > 1 else first
    match operator:
        case "add" | "subtract" if ty.is_decimal(first) and same_kind(first, second):
            wide = common(first, second)
            assert isinstance(wide, ty.Days | ty.Number | ty.Percent | ty.Money)
            return _resized(wide, wide.digits + 1, wide.scale)
        case "negate" if ty.is_decimal(first):
            return first
        case "multiply":
            kind = product_kind(first, second)
            if kind is not None:
                assert isinstance(first, ty.Days | ty.Number | ty.Percent | ty.Money)
                assert isinstance(second, ty.Days | ty.Number | ty.Percent | ty.Money)
                return _resized(kind, first.digits + second.digits, first.scale + second.scale)
        case "divide":
            kind = quotient_kind(first, second)
            if kind is not None and places is not None:
                assert isinstance(first, ty.Days | ty.Number | ty.Percent | ty.Money)
                assert isinstance(second, ty.Days | ty.Number | ty.Percent | ty.Money)
                whole = first.digits - first.scale + second.scale + 1
                sized = _resized(kind, whole + places, places)
                return ty.Optional(ty.known(sized))
        case "round" if ty.is_decimal(first) and places is not None:
            assert isinstance(first, ty.Days | ty.Number | ty.Percent | ty.Money)
            return _resized(first, first.digits - first.scale + 1 + places, places)
        case "smaller" | "larger" if first == second and (ty.is_decimal(first) or first == ty.DATE):
            return first
        case "equal" | "not_equal" if same_kind(first, second) and not isinstance(first, ty.Optional):
            return ty.BOOLEAN
        case "less" | "less_or_equal" | "greater" | "greater_or_equal" if same_kind(first, second):
            ordered = isinstance(first, ty.Enum) and first.ordered
            if ty.is_decimal(first) or first == ty.DATE or ty.stored(first) == ty.TEXT or ordered:
                return ty.BOOLEAN
        case "and" | "or" if len(operands) > 1 and all(t == ty.BOOLEAN for t in operands):
            return ty.BOOLEAN
        case "not" if first == ty.BOOLEAN:
            return ty.BOOLEAN
        case "given" if isinstance(first, ty.Optional):
            return ty.BOOLEAN
        case "known" if isinstance(first, ty.Optional):
            return first.of
        case "otherwise" if isinstance(first, ty.Optional) and first.of == second:
            return second
        case "add_days" | "subtract_days" if first == ty.DATE and isinstance(second, ty.Days):
            return ty.DATE
        case "add_months" if first == ty.DATE and isinstance(second, ty.Number) and second.scale == 0:
            return ty.DATE
        case "days_between" if first == ty.DATE and second == ty.DATE:
            return ty.DAYS
        case "text_of" if not isinstance(first, ty.Optional):
            return ty.TEXT
        case "concat" if len(operands) > 1 and all(t == ty.TEXT for t in operands):
            return ty.TEXT
        case "join" if len(operands) > 1 and first == ty.TEXT and all(t == ty.Optional(ty.TEXT) for t in operands[1:]):
            return ty.Optional(ty.TEXT)
    raise OperandTypeError(f"{operator} of {', '.join(str(t) for t in operands)}")


def aggregate_type(operator: str, value: ty.Type | None) -> ty.Type:
    """The type an aggregate gives: a sum has 38 digits; smallest and largest are optional.

    Raises OperandTypeError when the value cannot be aggregated so.
    """
    match operator:
        case "count" | "count_distinct":
            return ty.WHOLE_NUMBER
        case "any":
            return ty.BOOLEAN
        case "sum" if value is not None and ty.is_decimal(value):
            assert isinstance(value, ty.Days | ty.Number | ty.Percent | ty.Money)
            return replace(value, digits=ty.MAX_DIGITS)
        case "smallest" | "largest" if value is not None and (ty.is_decimal(value) or value == ty.DATE):
            return ty.Optional(ty.known(value))
    raise OperandTypeError(f"{operator} of {value}")
