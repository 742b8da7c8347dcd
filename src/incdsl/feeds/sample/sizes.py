"""How many rows each made-up feed has."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.countries import COUNTRIES
from incdsl.feeds.sample.texts import most_texts


def feed_sizes(program: ir.Program, rows: int) -> Mapping[str, int]:
    """The number of rows of every relation that is stored: those of the largest feed are `rows`.

    `typically` hints give the proportions. A record without one has a row for each row of the first feed it refers
    to; one that refers to none stands by itself. Records with a hint of so many in all have that many, `rows` at most. No
    record has more rows than its key has values.
    """
    fixed: dict[str, int] = {}
    shares: dict[str, Fraction] = {}
    for relation in program.relations:
        match relation.source:
            case ir.Rows(written):
                fixed[relation.name] = len(written)
            case ir.Feed(_, typically):
                count, per = typically or (1, _first_feed(program, relation))
                if per is None and typically is not None:
                    fixed[relation.name] = _at_most_as_many_as_keys(relation, min(count, rows), fixed)
                elif per is None:
                    shares[relation.name] = Fraction(1)
                elif per in fixed:
                    fixed[relation.name] = _at_most_as_many_as_keys(relation, max(1, min(count * fixed[per], rows)), fixed)
                else:
                    shares[relation.name] = count * shares.get(per, Fraction(1))
            case ir.Pairs():
                pass
    largest = max(shares.values(), default=Fraction(1))
    sizes = dict(fixed)
    for relation in program.relations:
        if relation.name in shares:
            wanted = max(1, int(rows * shares[relation.name] / largest))
            sizes[relation.name] = _at_most_as_many_as_keys(relation, wanted, sizes)
    return sizes


def distinct_values(column: ir.StoredColumn, sizes: Mapping[str, int]) -> int | None:
    """How many values a column can have; None for as many as one likes."""
    match ty.known(column.type):
        case ty.Row(target):
            return sizes.get(target)
        case ty.Enum(_, values):
            return len(values)
        case ty.Country():
            return len(COUNTRIES)
        case ty.Boolean():
            return 2
        case ty.Days() | ty.Number() | ty.Percent() | ty.Money():
            least, greatest = column.bounds.least, column.bounds.greatest
            if isinstance(least, Decimal) and isinstance(greatest, Decimal):
                return int(greatest - least) + 1
            return None
        case ty.Text() if column.form:
            return most_texts(column.form)
        case ty.Text() | ty.Date():
            return None
        case never:
            assert_never(never)


def _at_most_as_many_as_keys(relation: ir.Relation, rows: int, sizes: Mapping[str, int]) -> int:
    """`rows`, or fewer when the relation's key is one column that has fewer values."""
    column = next((column for column in relation.stored if (column.name,) == relation.key), None)
    limit = None if column is None or _refers_to(column, relation) else distinct_values(column, sizes)
    return rows if limit is None else min(rows, limit)


def _refers_to(column: ir.StoredColumn, relation: ir.Relation) -> bool:
    type_ = ty.known(column.type)
    return isinstance(type_, ty.Row) and type_.relation == relation.name


def _first_feed(program: ir.Program, relation: ir.Relation) -> str | None:
    for column in relation.stored:
        type_ = ty.known(column.type)
        if isinstance(type_, ty.Row) and type_.relation != relation.name:
            target = program.relation(type_.relation)
            if isinstance(target.source, ir.Feed):
                return target.name
    return None
