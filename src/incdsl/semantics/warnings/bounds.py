"""Between which values an expression lies, as far as the program says: bounds of fields, written values, counts.

Dates count as their ordinals and values of a `one of` as their places in it, so that everything that has an order is
a number. An end that is None is open; the ends are right, but need not be reached.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Protocol

from incdsl.core import ir, patterns
from incdsl.core import types as ty

Ends = tuple[Fraction | None, Fraction | None]
"""The least and the greatest value."""

OPEN: Ends = (None, None)

_EXACT = Context(prec=200)


class Stored(Protocol):
    """What is known of a relation while a program is checked."""

    @property
    def source(self) -> ir.Feed | ir.Rows | ir.Pairs: ...

    @property
    def key(self) -> tuple[ir.KeyPart, ...]: ...

    @property
    def stored(self) -> tuple[ir.StoredColumn, ...]: ...

    @property
    def derived(self) -> dict[str, ir.DerivedColumn]: ...

    @property
    def known(self) -> ir.Expr | None: ...


def as_number(value: ir.Value, type_: ty.Type) -> Fraction | None:
    """The number that stands for a value with an order; None for any other."""
    known = ty.stored(ty.known(type_))
    match value:
        case bool():
            return None
        case Decimal() | int():
            return Fraction(value)
        case datetime.date():
            return Fraction(value.toordinal())
        case str() if isinstance(known, ty.Enum) and value in known.values:
            return Fraction(known.values.index(value))
        case _:
            return None


def as_value(number: Fraction, type_: ty.Type) -> ir.Value:
    """The value that a number stands for: `as_number` the other way round."""
    known = ty.stored(ty.known(type_))
    if isinstance(known, ty.Date):
        return datetime.date.fromordinal(int(number))
    if isinstance(known, ty.Enum):
        return known.values[int(number)]
    return _EXACT.divide(Decimal(number.numerator), Decimal(number.denominator))


def has_order(type_: ty.Type) -> bool:
    """Whether values of the type are numbers here."""
    known = ty.stored(ty.known(type_))
    return ty.is_decimal(known) or isinstance(known, ty.Date | ty.Enum)


class Facts:
    """What a program states about its columns and parameters."""

    def __init__(self, relations: Mapping[str, Stored], params: Sequence[ir.ParamValue]) -> None:
        self.relations = relations
        self.params = {param.name: param for param in params}
        self._columns: dict[tuple[str, str], Ends] = {}

    def definition(self, relation: str, name: str) -> ir.Expr | None:
        """What a derived column is worked out from; None for a stored one."""
        if relation not in self.relations or name not in self.relations[relation].derived:
            return None
        return self.relations[relation].derived[name].definition

    def readings(self, param: ir.Param) -> tuple[ir.Value, ...]:
        """The values that a parameter may have: its own, and that of the other reading if it names one."""
        stated = self.params[param.name]
        return (stated.value,) if stated.other is None else (stated.value, stated.other)

    def written(self, lookup: ir.Lookup) -> tuple[ir.Value, ...] | None:
        """The values in a column of a table or calendar; None for other columns."""
        relation = self.relations.get(lookup.relation)
        if relation is None or not isinstance(relation.source, ir.Rows) or lookup.column is None:
            return None
        at = next((i for i, column in enumerate(relation.stored) if column.name == lookup.column), None)
        return None if at is None else tuple(dict.fromkeys(row[at] for row in relation.source.rows))

    def may_be(self, expr: ir.Expr, value: ir.Value, rows: Sequence[str]) -> bool:
        """Whether a text is one that a field, or the key that it refers to, accepts."""
        match expr:
            case ir.Column(name=name, depth=depth):
                form = self._form(rows[depth], name)
            case ir.Lookup(relation=relation, column=str() as name):
                form = self._form(relation, name)
            case _:
                return True
        return not isinstance(value, str) or patterns.misfit(value, form) is None

    def _form(self, relation: str, name: str) -> patterns.Form:
        stored = {column.name: column for column in self.relations[relation].stored} if relation in self.relations else {}
        if name not in stored:
            return patterns.ANY_FORM
        type_ = ty.known(stored[name].type)
        if isinstance(type_, ty.Row) and type_.relation in self.relations:
            key = next((part for part in self.relations[type_.relation].key if isinstance(part, str)), None)
            # A row of pairs has keys that refer on; nothing is looked up there.
            target = {column.name: column for column in self.relations[type_.relation].stored}
            return target[key].form if key in target else patterns.ANY_FORM
        return stored[name].form

    def ends(self, expr: ir.Expr, rows: Sequence[str]) -> Ends:
        """The ends of an expression; `rows` are the relations of the rows in scope, innermost first."""
        found = self._ends(expr, rows)
        type_ = ty.known(expr.type)
        if isinstance(ty.stored(type_), ty.Date):
            return _narrowed(found, (Fraction(1), Fraction(datetime.date.max.toordinal())))
        if isinstance(ty.stored(type_), ty.Enum):
            values = ty.stored(type_)
            assert isinstance(values, ty.Enum)
            return _narrowed(found, (Fraction(0), Fraction(len(values.values) - 1)))
        return found

    def _ends(self, expr: ir.Expr, rows: Sequence[str]) -> Ends:
        match expr:
            case ir.Literal(value=value, type=type_):
                number = as_number(value, type_)
                return number, number
            case ir.Param(type=type_):
                return _all([(number, number) for number in (as_number(v, type_) for v in self.readings(expr))])
            case ir.Column(name=name, depth=depth):
                return self._column(rows[depth], name)
            case ir.Lookup(relation=relation, column=str() as name):
                written = self.written(expr)
                if written is None:
                    return self._column(relation, name)
                return _all([(n, n) for n in (as_number(v, expr.type) for v in written if v is not None)])
            case ir.Aggregate(operator="count" | "count_distinct"):
                return Fraction(0), None
            case ir.Aggregate(operator="sum", relation=relation, value=value) if value is not None:
                low, high = self.ends(value, (relation, *rows))
                return (Fraction(0) if low is not None and low >= 0 else None), (
                    Fraction(0) if high is not None and high <= 0 else None
                )
            case ir.Aggregate(operator="largest" | "smallest", relation=relation, value=value) if value is not None:
                return self.ends(value, (relation, *rows))
            case ir.Case(branches=branches, otherwise=otherwise):
                values = [value for _, value in branches] + [otherwise]
                return _all([self.ends(value, rows) for value in values if not _is_missing(value)])
            case ir.Operation():
                return self._operation(expr, [self.ends(operand, rows) for operand in expr.operands])
            case _:
                return OPEN

    def _column(self, relation: str, name: str) -> Ends:
        if relation not in self.relations:
            return OPEN
        if (relation, name) not in self._columns:
            self._columns[relation, name] = OPEN  # rows of one relation may refer to each other
            definition = self.definition(relation, name)
            if definition is not None:
                self._columns[relation, name] = self.ends(definition, (relation,))
            else:
                for column in self.relations[relation].stored:
                    if column.name == name:
                        least, greatest = column.bounds.least, column.bounds.greatest
                        self._columns[relation, name] = as_number(least, column.type), as_number(greatest, column.type)
        return self._columns[relation, name]

    @staticmethod
    def _operation(expr: ir.Operation, ends: list[Ends]) -> Ends:
        (low, high), *rest = ends
        other_low, other_high = rest[0] if rest else OPEN
        match expr.operator:
            case "known" | "widen" | "optional":
                return low, high
            case "negate":
                return _minus(high), _minus(low)
            case "add" | "add_days":
                return _plus(low, other_low), _plus(high, other_high)
            case "subtract" | "subtract_days" | "days_between":
                return _plus(low, _minus(other_high)), _plus(high, _minus(other_low))
            case "multiply":
                return _product((low, high), (other_low, other_high))
            case "smaller":
                return _least([low, other_low]), _lesser(high, other_high)
            case "larger":
                return _minus(_lesser(_minus(low), _minus(other_low))), _greatest([high, other_high])
            case "otherwise":
                return _all([(low, high), (other_low, other_high)])
            case "round" if expr.places is not None:
                unit = Fraction(10) ** -expr.places
                return (
                    None if low is None else floor(low / unit) * unit,
                    None if high is None else ceil(high / unit) * unit,
                )
            case _:
                return OPEN


def _is_missing(expr: ir.Expr) -> bool:
    return isinstance(expr, ir.Literal) and expr.value is None


def _narrowed(ends: Ends, within: tuple[Fraction, Fraction]) -> Ends:
    low, high = ends
    return (within[0] if low is None else max(low, within[0])), (within[1] if high is None else min(high, within[1]))


def _all(ends: Sequence[Ends]) -> Ends:
    """The ends of a value that is one of several."""
    return (_least([low for low, _ in ends]), _greatest([high for _, high in ends])) if ends else OPEN


def _least(values: Sequence[Fraction | None]) -> Fraction | None:
    known = [value for value in values if value is not None]
    return min(known) if known and len(known) == len(values) else None


def _greatest(values: Sequence[Fraction | None]) -> Fraction | None:
    known = [value for value in values if value is not None]
    return max(known) if known and len(known) == len(values) else None


def _lesser(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    """The lesser of two ends, of which an open one says nothing."""
    return other if one is None else one if other is None else min(one, other)


def _plus(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other


def _minus(value: Fraction | None) -> Fraction | None:
    return None if value is None else -value


def _product(one: Ends, other: Ends) -> Ends:
    if None not in one and None not in other:
        corners = [a * b for a in one for b in other if a is not None and b is not None]
        return min(corners), max(corners)
    (low, high), (other_low, other_high) = one, other
    for (a, b), (c, d) in (((low, high), (other_low, other_high)), ((other_low, other_high), (low, high))):
        if a is not None and a >= 0 and c is not None and c >= 0:
            return a * c, None
        if a is not None and a >= 0 and d is not None and d <= 0:
            return None, d * a
        if b is not None and b <= 0 and d is not None and d <= 0:
            return b * d, None
    return OPEN
