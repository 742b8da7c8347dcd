"""Aggregates as expressions: what is worked out over rows, and what makes it the value of a column."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from incdsl.backends.sql import pieces
from incdsl.backends.sql.aggregates import Group
from incdsl.backends.sql.dialect import cast, numeral
from incdsl.backends.sql.plan import Fold
from incdsl.backends.sql.running import Running
from incdsl.backends.sql.scalar import Resolve, Scalars
from incdsl.core import ir
from incdsl.core import types as ty

_THIS = "this"


def aggregate(fold: Fold, filters: Sequence[exp.Expr], resolve: Resolve, scalars: Scalars) -> exp.Expr:
    """The aggregate over the rows for which all filters hold; NULL may stand for nothing to aggregate."""
    if fold.value is None:
        return scalars.dialect.aggregate(fold.operator, None, None, filters)
    value = scalars.compile(fold.value, resolve)
    return scalars.dialect.aggregate(fold.operator, value, fold.value.type, filters)


def or_nothing(fold: Fold, column: exp.Expr, scalars: Scalars) -> exp.Expr:
    """The value of an aggregate for a row that may have nothing to aggregate."""
    match fold.operator:
        case "any":
            return exp.GT(this=pieces.or_zero(column), expression=numeral(0))
        case "smallest" | "largest":
            return scalars.exactly(column, ty.TEXT, fold.type)
        case _:
            return cast(pieces.or_zero(column), scalars.dialect.physical(fold.type))


def over_earlier(fold: Fold, rows: Running, scalars: Scalars) -> exp.Expr:
    """The aggregate over the rows that come before each row, called `this`."""
    resolve = pieces.resolver({0: _THIS}, {})
    filters = [scalars.compile(condition, resolve) for condition in rows.filters]
    keys = [scalars.compile(key, resolve) for key in rows.keys]
    ranks = [scalars.dialect.ranked(scalars.compile(rank, resolve), rank.type) for rank in rows.ranks]
    return scalars.dialect.over_earlier(aggregate(fold, filters, resolve, scalars), keys, ranks)


def key(number: int) -> str:
    """What the columns are called, counted from 1, by which the rows of a keyed group are grouped."""
    return f"key {number}"


def same_key(source: exp.Table, group: Group, scalars: Scalars) -> exp.Expr:
    """That a row of a keyed group belongs to this row."""
    outer = [side for _, side in group.matching]
    outer += ([] if group.listed is None else [group.listed.day]) + ([] if group.period is None else [group.period.matched])
    resolve = pieces.resolver({1: _THIS}, {})
    sides = ((pieces.column(source.name, key(number)), side) for number, side in enumerate(outer, 1))
    return exp.and_(*(exp.EQ(this=one, expression=scalars.compile(side, resolve)) for one, side in sides), copy=False)


def same_row(relation: ir.Relation, other: exp.Table) -> exp.Expr:
    """That a row of another table has the key of this one. (Where a period is part of the key, so is its first day.)"""
    parts = [part if isinstance(part, str) else part.start for part in relation.key]
    pairs = ((pieces.column(other.name, part), pieces.column(_THIS, part)) for part in parts)
    return exp.and_(*(exp.EQ(this=one, expression=mine) for one, mine in pairs), copy=False)
