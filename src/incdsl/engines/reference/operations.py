"""The operators and aggregates of `core.operators` on values that are there. Those that look at an operand only
when an earlier one does not decide (`and`, `or`, `otherwise`) are in the evaluator."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import assert_never

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.dates import add_months
from incdsl.core.exact import EXACT
from incdsl.engines.errors import Unsound
from incdsl.engines.reference.decimals import DoesNotFit, divide, fit, round_to


def apply(operation: ir.Operation, values: Sequence[ir.Value]) -> ir.Value:
    """The result of an operation on the values of its operands. Raises DoesNotFit."""
    first, second = values[0], values[-1]
    match operation.operator:
        case "equal":
            return first == second
        case "not_equal":
            return first != second
        case "less":
            return _compare(first, second, operation.operands[0].type) < 0
        case "less_or_equal":
            return _compare(first, second, operation.operands[0].type) <= 0
        case "greater":
            return _compare(first, second, operation.operands[0].type) > 0
        case "greater_or_equal":
            return _compare(first, second, operation.operands[0].type) >= 0
        case "smaller":
            return first if _compare(first, second, operation.type) <= 0 else second
        case "larger":
            return first if _compare(first, second, operation.type) >= 0 else second
        case "not":
            return first is False
        case "given":
            return first is not None
        case "known":
            if first is None:
                raise Unsound("a value that was said to be known is missing")
            return first
        case "optional":
            return first
        case "text_of":
            return text_of(first, operation.operands[0].type)
        case "concat":
            return "".join(str(text) for text in values)
        case "join":
            given = [str(text) for text in values[1:] if text is not None]
            return str(first).join(given) if given else None
        case "add_days":
            return _moved(_date(first), int(_decimal(second)))
        case "subtract_days":
            return _moved(_date(first), -int(_decimal(second)))
        case "add_months":
            return _months_later(_date(first), int(_decimal(second)), str(operation.mode))
        case "days_between":
            return fit(Decimal((_date(first) - _date(second)).days), operation.type)
        case _:
            result = _arithmetic(operation, _decimal(first), _decimal(second))
            return None if result is None else fit(result, operation.type)


def _arithmetic(operation: ir.Operation, first: Decimal, second: Decimal) -> Decimal | None:
    """The exact result, or the one rounded as the operation says; `second` is `first` when there is one operand."""
    match operation.operator, operation.places, operation.mode:
        case "add", _, _:
            return EXACT.add(first, second)
        case "subtract", _, _:
            return EXACT.subtract(first, second)
        case "multiply", _, _:
            return EXACT.multiply(first, second)
        case "negate", _, _:
            return EXACT.minus(first)
        case "widen", _, _:
            return first
        case "round", int(places), str(mode):
            return round_to(first, places, mode)
        case "divide", int(places), str(mode):
            return divide(first, second, places, mode)
        case operator, places, mode:
            raise Unsound(f"there is no operator {operator} {places} {mode}")


def _decimal(value: ir.Value) -> Decimal:
    if not isinstance(value, Decimal):
        raise Unsound(f"{value!r} is not a decimal")
    return value


def _date(value: ir.Value) -> datetime.date:
    if not isinstance(value, datetime.date):
        raise Unsound(f"{value!r} is not a date")
    return value


def _compare(left: ir.Value, right: ir.Value, type_: ty.Type) -> int:
    """Below zero, zero or above zero, as the left one comes before, is the same as or comes after the right one."""
    if isinstance(type_, ty.Enum):
        first, second = type_.values.index(str(left)), type_.values.index(str(right))
        return first - second
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return (left > right) - (left < right)
    if isinstance(left, str) and isinstance(right, str):  # Python compares texts by code points
        return (left > right) - (left < right)
    return (_date(left) > _date(right)) - (_date(left) < _date(right))


def _moved(date: datetime.date, days: int) -> datetime.date:
    try:
        return date + datetime.timedelta(days=days)
    except OverflowError as error:
        raise DoesNotFit(f"{date} and {days} days", "the years 1 to 9999") from error


def _months_later(date: datetime.date, months: int, mode: str) -> datetime.date:
    try:
        return add_months(date, months, mode)
    except ValueError as error:
        raise DoesNotFit(f"{date} and {months} months", "the years 1 to 9999") from error


def text_of(value: ir.Value, type_: ty.Type) -> str:
    """The canonical text of a known value, as the operator table says."""
    match type_:
        case ty.Text() | ty.Enum() | ty.Country():
            return str(value)
        case ty.Boolean():
            return "yes" if value else "no"
        case ty.Date():
            assert isinstance(value, datetime.date)
            return value.isoformat()
        case ty.Percent(_, scale):
            assert isinstance(value, Decimal)
            hundredths = EXACT.quantize(value.scaleb(2, EXACT), Decimal(1).scaleb(-max(scale - 2, 0), EXACT))
            return f"{hundredths:f}%"
        case ty.Days() | ty.Number() | ty.Money():
            assert isinstance(value, Decimal)
            return f"{value:f}"
        case ty.Row(_, key):
            return text_of(value, key)
        case ty.Optional():
            raise Unsound("the text of a value that may be missing")
        case _:
            assert_never(type_)


def fold(aggregate: ir.Aggregate, values: Sequence[ir.Value]) -> ir.Value:
    """The result of an aggregate over the values of the rows it holds for; for count and any, one value, of no
    meaning, per row. Raises DoesNotFit."""
    match aggregate.operator:
        case "count":
            return fit(Decimal(len(values)), aggregate.type)
        case "count_distinct":
            return fit(Decimal(len(set(values))), aggregate.type)
        case "any":
            return bool(values)
        case "sum":
            total = Decimal(0)
            for value in values:
                assert isinstance(value, Decimal)
                total = EXACT.add(total, value)
            return fit(total, aggregate.type)
        case "smallest" | "largest":
            dates = [value for value in values if isinstance(value, datetime.date)]
            decimals = [value for value in values if isinstance(value, Decimal)]
            take = min if aggregate.operator == "smallest" else max
            if dates:
                return take(dates)
            return take(decimals) if decimals else None
        case operator:
            raise Unsound(f"there is no aggregate {operator}")
