"""Values of made-up columns that are not keys: plausible, within bounds, and now and then right at an edge."""

from __future__ import annotations

import datetime
from decimal import Decimal

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.countries import COUNTRIES
from incdsl.feeds import quoting
from incdsl.feeds.sample.keys import key_at, range_around
from incdsl.feeds.sample.plan import Plan, one_of, scattered, skewed
from incdsl.feeds.sample.texts import fits, templates
from incdsl.feeds.staging import date_ranges

_MISSING_PERCENT = 8
_RETURN_PERCENT = 4
_EDGE_PERCENT = 4
_UNUSUAL_COUNTRY_PERCENT = 6
_LARGEST_UNITS = 1 << 21
_HIGHEST_PERCENT = Decimal("0.3")
_AFTER_THE_FIRST_DATE = 21


def plan_values(plan: Plan, relation: ir.Relation, keys: dict[str, str]) -> dict[str, str]:
    """Every stored column of a relation as SQL over the row's number i, given its key columns."""
    values = dict(keys)
    for start, end in date_ranges(relation):
        if start not in values:
            end_type = next(column.type for column in relation.stored if column.name == end)
            draw = plan.draw(f"{relation.name}.{start}")
            values[start], values[end] = range_around(plan, draw, isinstance(end_type, ty.Optional))
    happened = _first_date(relation)
    if happened is not None and happened.name not in values:
        values[happened.name] = _date(plan, plan.draw(f"{relation.name}.{happened.name}"))
        if plan.within:
            values[happened.name] = _within(values[happened.name], ir.Bounds(plan.first_day, plan.last_day), ty.DATE)
    for column in relation.stored:
        if column.name in values:
            continue
        draw = plan.draw(f"{relation.name}.{column.name}")
        value = _value(plan, relation, column, draw)
        if ty.known(column.type) == ty.DATE and happened is not None:
            value = f"({values[happened.name]} + CAST({draw} % {_AFTER_THE_FIRST_DATE} AS INTEGER))"
        if ty.known(column.type) == ty.DATE:
            value = _within(value, column.bounds, column.type)
        if ty.known(column.type) == ty.DATE and plan.within:
            value = _within(value, ir.Bounds(plan.first_day, plan.last_day), column.type)
        if isinstance(column.type, ty.Optional):
            missing = plan.draw(f"{relation.name}.{column.name}#missing")
            value = f"CASE WHEN {missing} % 100 >= {_MISSING_PERCENT} THEN {value} END"
        values[column.name] = value
    return {column.name: values[column.name] for column in relation.stored}


def _first_date(relation: ir.Relation) -> ir.StoredColumn | None:
    """The date that the other dates of a row follow: the start of its first range, or its first date that is not
    optional; None when it has neither."""
    starts = [start for start, _ in date_ranges(relation)]
    for column in relation.stored:
        if column.name in starts or (column.type == ty.DATE and not starts and column.name not in relation.key):
            return column
    return None


def _value(plan: Plan, relation: ir.Relation, column: ir.StoredColumn, draw: str) -> str:
    match ty.known(column.type):
        case ty.Text():
            numbers = max(10, plan.sizes[relation.name] // 3)
            number = f"{draw} % {numbers}"
            label = f"{column.label or column.name} "
            if column.form and not fits(column.form, len(label) + 1, len(label) + len(str(numbers))):
                forms = templates(column.form, numbers)
                return one_of([form.at(f"({draw} // {len(forms)})") for form in forms], f"{draw} % {len(forms)}")
            return f"{quoting.text(label)} || CAST(1 + {number} AS VARCHAR)"
        case ty.Boolean():
            return f"({draw} % 10 < 7)"
        case ty.Date():
            return _date(plan, draw)
        case ty.Enum(_, values):
            return one_of([quoting.text(value) for value in values], skewed(draw, len(values)))
        case ty.Country():
            usual = one_of([quoting.text(code) for code in plan.countries], skewed(f"({draw} // 100)", len(plan.countries)))
            every = one_of([quoting.text(code) for code in sorted(COUNTRIES)], f"({draw} // 100) % {len(COUNTRIES)}")
            return f"CASE WHEN {draw} % 100 >= {_UNUSUAL_COUNTRY_PERCENT} THEN {usual} ELSE {every} END"
        case ty.Row(target):
            count = max(1, plan.sizes[target])
            return key_at(plan, plan.program.relation(target), scattered(skewed(draw, count), count))
        case ty.Percent(_, scale) as type_:
            least, greatest = _bounds(column, scale)
            low = max(least or 0, 0) if greatest is None or greatest >= 0 else greatest
            high = min(value for value in (greatest, max(low, int(_HIGHEST_PERCENT * 10**scale))) if value is not None)
            step = max(1, 10 ** (scale - 2) // 2)
            return _decimal(f"{low} + ({draw} % {(high - low) // step + 1}) * {step}", type_)
        case ty.Money(_, _, scale) as type_:
            return _decimal(_amount(column, scale, draw), type_)
        case ty.Days(_, scale) | ty.Number(_, scale) as type_:
            least, greatest = _bounds(column, scale)
            low = least if least is not None else min(0, greatest or 0)
            high = greatest if greatest is not None else low + 100 * 10**scale
            return _decimal(f"{low} + {draw} % {high - low + 1}", type_)


def _date(plan: Plan, draw: str) -> str:
    """A day among the program's days or a few weeks around them; some right at the edge of one of them."""
    margin = max(7, (plan.last_day - plan.first_day).days // 10)
    first = plan.first_day - datetime.timedelta(days=margin)
    span = (plan.last_day - first).days + margin
    edges = [quoting.literal(day + datetime.timedelta(days=by), ty.DATE) for day in plan.days[:50] for by in (-1, 0, 1)]
    edge = one_of(edges, f"({draw} // 100) % {len(edges)}")
    usual = f"{quoting.literal(first, ty.DATE)} + CAST(({draw} // 100) % {span} AS INTEGER)"
    return f"CASE WHEN {draw} % 100 < {_EDGE_PERCENT} THEN {edge} ELSE {usual} END"


def _amount(column: ir.StoredColumn, scale: int, draw: str) -> str:
    """An amount in units of its last decimal: many small ones, few large ones, some below zero if they may be."""
    least, greatest = _bounds(column, scale)
    large = skewed(f"({draw} // 100)", _LARGEST_UNITS)
    if least is not None and greatest is not None:
        return f"{least} + {large} % {greatest - least + 1}"
    if greatest is not None:
        return f"{greatest} - {large}"
    if least is not None:
        return f"{max(least, 1) if least <= 1 else least} + {large}"
    return f"CASE WHEN {draw} % 100 < {_RETURN_PERCENT} THEN -1 - {large} // 10 ELSE 1 + {large} END"


def _bounds(column: ir.StoredColumn, scale: int) -> tuple[int | None, int | None]:
    """The bounds of a decimal column in units of its last decimal."""
    least, greatest = column.bounds.least, column.bounds.greatest
    return (
        int(least.scaleb(scale)) if isinstance(least, Decimal) else None,
        int(greatest.scaleb(scale)) if isinstance(greatest, Decimal) else None,
    )


def _decimal(units: str, type_: ty.Decimal) -> str:
    """A decimal of a type from a number of units of its last decimal."""
    if type_.scale == 0:
        return f"CAST({units} AS {quoting.physical(type_)})"
    unit = f"CAST('{Decimal(1).scaleb(-type_.scale):f}' AS DECIMAL({type_.scale},{type_.scale}))"
    whole = 18 - type_.scale if type_.digits <= 18 else 38 - type_.scale
    return f"CAST(CAST({units} AS DECIMAL({whole},0)) * {unit} AS {quoting.physical(type_)})"


def _within(value: str, bounds: ir.Bounds, type_: ty.Type) -> str:
    """A value moved to the nearer bound when it lies beyond it."""
    if bounds.least is not None:
        value = f"greatest({value}, {quoting.literal(bounds.least, type_)})"
    if bounds.greatest is not None:
        value = f"least({value}, {quoting.literal(bounds.greatest, type_)})"
    return value
