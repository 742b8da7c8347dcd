"""The kinds that expressions are drawn of, the rows in scope, and what pairs a row with the row around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.build_core import both, op

from incdsl.core import ir, operators
from incdsl.core import types as ty

USD, EUR = ty.money("USD"), ty.money("EUR")
GRADE = ty.Enum("grade", ("low", "High", "mid"), ordered=True)
COLOR = ty.Enum("color", ("red", "on track", "né"))
DECIMALS: tuple[ty.Known, ...] = (ty.NUMBER, USD, ty.PERCENT, ty.DAYS, EUR)
PLAIN: tuple[ty.Known, ...] = (ty.TEXT, ty.BOOLEAN, ty.DATE, GRADE, COLOR, ty.COUNTRY)


def of_kind(type_: ty.Type, kind: ty.Known) -> bool:
    """Whether values of the type are of the kind and never missing."""
    if isinstance(type_, ty.Row) or isinstance(kind, ty.Row):
        return type_ == kind
    return operators.same_kind(type_, kind)


@dataclass(frozen=True)
class Frame:
    """A row in scope: its relation's name, the columns of it that may be read, and the key read as a row, when
    the key is one column."""

    relation: str
    columns: tuple[tuple[str, ty.Type], ...]
    itself: tuple[tuple[str, ty.Row], ...] = ()


def has_order(type_: ty.Type) -> bool:
    """Whether values of the type, where there are two, come one before the other."""
    inside = ty.known(type_)
    return ty.is_decimal(inside) or inside in (ty.DATE, GRADE) or ty.stored(inside) == ty.TEXT


def of_both_rows(name: str, type_: ty.Type) -> tuple[ir.Expr, ir.Expr]:
    """A column of the row aggregated and of the row around, each known to be there."""
    columns = (ir.Column(name, type_), ir.Column(name, type_, 1))
    return (op("known", columns[0]), op("known", columns[1])) if isinstance(type_, ty.Optional) else columns


def before(pairs: Sequence[tuple[ir.Expr, ir.Expr]]) -> ir.Expr:
    """Whether the firsts come before the seconds, in the order of dictionaries."""
    (left, right), *rest = pairs
    less = op("less", left, right)
    return op("or", less, both(op("equal", left, right), before(rest))) if rest else less


def deeper(expression: ir.Expr) -> ir.Expr:
    """A lookup, by columns, as it reads from one row further in."""
    assert isinstance(expression, ir.Lookup)
    keys = (replace(key, depth=key.depth + 1) if isinstance(key, ir.Column) else key for key in expression.keys)
    return replace(expression, keys=tuple(keys))
