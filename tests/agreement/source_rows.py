"""Draws rows for the feeds of any program: references lead somewhere, keys are unique, ranges of one key do not overlap, bounds
and conditions of records are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.agreement.programs import Row, _forward, _same_key
from tests.agreement.values import Drawer

from incdsl.core import ir
from incdsl.core import types as ty

MOST = 12


def draw_rows(program: ir.Program, random: Random) -> dict[str, tuple[Row, ...]]:
    """Rows for every feed of a program."""
    drawer, rows = Drawer(random), {r.name: r.source.rows for r in program.relations if isinstance(r.source, ir.Rows)}
    feeds: dict[str, tuple[Row, ...]] = {}
    for relation in program.relations:
        if isinstance(relation.source, ir.Feed):
            rows[relation.name] = feeds[relation.name] = _of(relation, rows, drawer)
    return feeds


def _of(relation: ir.Relation, rows: Mapping[str, tuple[Row, ...]], drawer: Drawer) -> tuple[Row, ...]:
    found: list[Row] = []
    names = [column.name for column in relation.stored]
    needed = [c.reference for c in relation.stored if c.reference is not None and not isinstance(c.type, ty.Optional)]
    if not all(rows.get(name) for name in needed):
        return ()
    for at in range(1 + drawer.upto(MOST)):
        row = tuple(_value(column, relation, at, rows, drawer) for column in relation.stored)
        if _forward(relation, names, row) and not any(_same_key(relation, names, row, other) for other in found):
            found.append(row)
    return tuple(found)


def _value(
    column: ir.StoredColumn, relation: ir.Relation, at: int, rows: Mapping[str, tuple[Row, ...]], drawer: Drawer
) -> ir.Value:
    inside = ty.known(column.type)
    if isinstance(column.type, ty.Optional) and drawer.chance(3):
        return None
    if isinstance(inside, ty.Row):
        return drawer.pick(rows[inside.relation])[0] if rows.get(inside.relation) else None
    if relation.key == (column.name,) and inside == ty.TEXT:
        return f"{relation.name[0]}{at}"
    value = drawer.value(inside)
    least, greatest = column.bounds.least, column.bounds.greatest
    if isinstance(value, Decimal):
        if isinstance(inside, ty.Money) and abs(value) > 10**9:
            value = drawer.value(replace(inside, digits=9))
        assert isinstance(value, Decimal)
        if isinstance(least, Decimal) and value < least:
            return least
        if isinstance(greatest, Decimal) and value > greatest:
            return greatest
    return value
