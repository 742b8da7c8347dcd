"""Keys of made-up rows: different by construction, whatever their number."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from math import gcd, prod

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.countries import COUNTRIES
from incdsl.feeds import quoting
from incdsl.feeds.sample.plan import Plan, one_of
from incdsl.feeds.sample.sizes import distinct_values
from incdsl.feeds.sample.texts import fits, most_texts, templates

_FEW = 1000
"""Values of a key part that could have any number of them, in a key of several parts."""

_RANGE_DAYS = 365
"""From the start of one of several ranges of the same thing to the start of the next."""


@dataclass(frozen=True)
class KeyPlan:
    """How the keys of a relation are numbered: `rows` at most as many as there are keys; row i is the k-th of
    `per` rows of the p-th value of the key part `driver`. `columns` are the key columns as SQL over i, p and k."""

    rows: int
    per: int
    columns: dict[str, str]


def plan_keys(plan: Plan, relation: ir.Relation) -> KeyPlan:
    """Number the keys of a relation that comes from a feed."""
    rows = plan.sizes[relation.name]
    parts = [column for column in relation.stored if column.name in relation.key]
    ranges = [part for part in relation.key if isinstance(part, ir.RangeKey)]
    if not parts:
        return KeyPlan(rows, 1, _ranges(plan, relation, ranges, "p", 1, "0"))
    counts = {column.name: _count(plan, column, alone=len(parts) == 1 and not ranges) for column in parts}
    driver = max(parts, key=lambda column: min(counts[column.name] or rows, rows))
    others = [column for column in parts if column != driver]
    driven = min(counts[driver.name] or rows, rows)
    combinations = prod(counts[column.name] or _FEW for column in others)
    if not ranges:
        rows = min(rows, driven * combinations)
    per = -(-rows // driven)
    columns = {driver.name: value_at(plan, relation, driver, "p", driven)}
    step = next(step for step in (7, 5, 11, 13, 3, 2, 1) if gcd(step, combinations) == 1)
    number = f"((({plan.draw(f'{relation.name}#key', 'p')} % {combinations}) + (k % {combinations}) * {step}) % {combinations})"
    for column in others:
        count = counts[column.name] or _FEW
        columns[column.name] = value_at(plan, relation, column, f"({number} % {count})", count)
        number = f"({number} // {count})"
    columns |= _ranges(plan, relation, ranges, f"(k // {combinations})", -(-per // combinations), "i")
    return KeyPlan(rows, per, columns)


def key_at(plan: Plan, relation: ir.Relation, number: str) -> str:
    """The key, of one column, of the row of a relation at a number from 0, as SQL."""
    (key,) = relation.key
    at, column = next((at, column) for at, column in enumerate(relation.stored) if column.name == key)
    if isinstance(relation.source, ir.Rows):
        values = [quoting.literal(row[at], column.type) for row in relation.source.rows]
        return one_of(values, number)
    return value_at(plan, relation, column, number, plan.sizes[relation.name])


def value_at(plan: Plan, relation: ir.Relation, column: ir.StoredColumn, number: str, count: int) -> str:
    """The value of a key column at a number from 0 up to `count`, another one for each, as SQL."""
    match ty.known(column.type):
        case ty.Text():
            width = max(4, len(str(count)))
            length = len(plan.prefixes[relation.name]) + 1 + width
            if column.form and not fits(column.form, length, length):
                return max(templates(column.form, count), key=lambda template: template.texts).at(number)
            # A one before the number, cut off again, gives it its leading zeros.
            digits = f"substr(CAST({10**width + 1} + {number} AS VARCHAR), 2)"
            return f"{quoting.text(plan.prefixes[relation.name] + '-')} || {digits}"
        case ty.Row(target):
            return key_at(plan, plan.program.relation(target), number)
        case ty.Enum(_, values):
            return one_of([quoting.text(value) for value in values], number)
        case ty.Country():
            return one_of([quoting.text(value) for value in _countries(plan)], number)
        case ty.Boolean():
            return f"({number} = 1)"
        case ty.Date():
            return f"({quoting.literal(plan.first_day, ty.DATE)} + CAST({number} AS INTEGER))"
        case type_:
            least = column.bounds.least
            first = int(least.to_integral_value()) if isinstance(least, Decimal) else 1
            return f"CAST({number} + {first} AS {quoting.physical(type_)})"


def _count(plan: Plan, column: ir.StoredColumn, alone: bool) -> int | None:
    """How many values a key column is given; None for any number. `alone` when it is the whole key."""
    match ty.known(column.type):
        case ty.Country() if not alone:
            return len(plan.countries)
        case ty.Date() if not alone:
            return (plan.last_day - plan.first_day).days + 1
        case ty.Text() if not alone and column.form:
            texts = most_texts(column.form)
            return texts if texts < max(_FEW, *plan.sizes.values()) else None
        case _:
            return distinct_values(column, plan.sizes)


def _countries(plan: Plan) -> list[str]:
    """All countries, those of the program first."""
    return [*plan.countries, *sorted(COUNTRIES - set(plan.countries))]


def _ranges(plan: Plan, relation: ir.Relation, ranges: list[ir.RangeKey], sequence: str, length: int, row: str) -> dict[str, str]:
    """The key columns that are date ranges: the one at `sequence` among `length` that follow each other."""
    columns: dict[str, str] = {}
    for part in ranges:
        end_type = next(column.type for column in relation.stored if column.name == part.end)
        if length > 1:
            base = plan.first_day - datetime.timedelta(days=_RANGE_DAYS)
            start = f"({quoting.literal(base, ty.DATE)} + CAST({sequence} * {_RANGE_DAYS} AS INTEGER))"
            columns[part.start] = start
            columns[part.end] = f"({start} + {_RANGE_DAYS - 1})"
        else:
            draw = plan.draw(f"{relation.name}.{part.start}", row)
            columns[part.start], columns[part.end] = range_around(plan, draw, isinstance(end_type, ty.Optional))
    return columns


def range_around(plan: Plan, draw: str, may_be_open: bool) -> tuple[str, str]:
    """A date range, first and last day: most cover all of the program's days, some start or end among them, or right
    at their edges."""
    first, last = quoting.literal(plan.first_day, ty.DATE), quoting.literal(plan.last_day, ty.DATE)
    span = max((plan.last_day - plan.first_day).days, 1)
    kind = f"({draw} % 100)"
    rest = f"({draw} // 100)"
    start = (
        f"CASE WHEN {kind} < 5 THEN {first} + CAST({rest} % {span} AS INTEGER) "
        f"WHEN {kind} < 8 THEN {first} + CAST({rest} % 3 - 1 AS INTEGER) "
        f"ELSE {first} - CAST(30 + {rest} % 700 AS INTEGER) END"
    )
    never = "NULL" if may_be_open else f"{last} + 2000"
    end = (
        f"CASE WHEN {kind} < 8 THEN {last} + CAST(100 + {rest} % 900 AS INTEGER) "
        f"WHEN {kind} < 14 THEN {first} + CAST({rest} % {span} AS INTEGER) "
        f"WHEN {kind} < 17 THEN {last} + CAST({rest} % 3 - 1 AS INTEGER) "
        f"WHEN {kind} < 40 THEN {never} ELSE {last} + CAST({rest} % 900 AS INTEGER) END"
    )
    return start, end
