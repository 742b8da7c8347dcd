"""Short ways to write programs of the core in tests."""

from __future__ import annotations

import datetime
from decimal import Decimal

from incdsl.core import ir, operators
from incdsl.core import types as ty

USD = ty.money("USD")
ANY_VALUE = ir.Bounds()
STATUS = ty.Enum("status", ("met", "missed", "open"))


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def lit(value: ir.Value, type_: ty.Type) -> ir.Literal:
    return ir.Literal(value, type_)


def text(value: str) -> ir.Literal:
    return ir.Literal(value, ty.TEXT)


def date(value: str) -> ir.Literal:
    return ir.Literal(day(value), ty.DATE)


def number(value: str, digits: int = 18) -> ir.Literal:
    """A literal with as many decimals as it is written with."""
    decimal = Decimal(value)
    exponent = decimal.as_tuple().exponent
    assert isinstance(exponent, int)
    return ir.Literal(decimal, ty.Number(digits, -exponent))


def usd(value: str) -> ir.Literal:
    return ir.Literal(Decimal(value), USD)


def percent(value: str) -> ir.Literal:
    return ir.Literal(Decimal(value), ty.PERCENT)


def yes(value: bool = True) -> ir.Literal:
    return ir.Literal(value, ty.BOOLEAN)


def missing(type_: ty.Known) -> ir.Literal:
    return ir.Literal(None, ty.Optional(type_))


def col(name: str, type_: ty.Type, depth: int = 0) -> ir.Column:
    return ir.Column(name, type_, depth)


def op(operator: str, *operands: ir.Expr, places: int | None = None, mode: str | None = None) -> ir.Operation:
    """An operation of the type that the operator table gives."""
    type_ = operators.result_type(operator, tuple(o.type for o in operands), places)
    return ir.Operation(operator, operands, type_, places, mode)


def widen(operand: ir.Expr, type_: ty.Type) -> ir.Operation:
    return ir.Operation("widen", (operand,), type_)


def optional(operand: ir.Expr) -> ir.Operation:
    return ir.Operation("optional", (operand,), ty.Optional(ty.known(operand.type)))


def both(*operands: ir.Expr) -> ir.Expr:
    return op("and", *operands)


def aggregate(operator: str, relation: str, value: ir.Expr | None = None, where: ir.Expr | None = None) -> ir.Aggregate:
    type_ = operators.aggregate_type(operator, None if value is None else value.type)
    return ir.Aggregate(operator, relation, where, value, type_)


def case(*branches: tuple[ir.Expr, ir.Expr], otherwise: ir.Expr) -> ir.Case:
    return ir.Case(branches, otherwise, otherwise.type)


def stored(name: str, type_: ty.Type, *, event: bool = False, bounds: ir.Bounds = ANY_VALUE) -> ir.StoredColumn:
    """A stored column; one of a row type is a reference."""
    inside = ty.known(type_)
    reference = inside.relation if isinstance(inside, ty.Row) else None
    return ir.StoredColumn(name, type_, bounds=bounds, reference=reference, event=event)


def derived(name: str, definition: ir.Expr, *, explicit: bool = False) -> ir.DerivedColumn:
    return ir.DerivedColumn(name, definition.type, definition, explicit=explicit)


def feed(
    name: str,
    key: tuple[ir.KeyPart, ...],
    stored_columns: tuple[ir.StoredColumn, ...],
    derived_columns: tuple[ir.DerivedColumn, ...] = (),
    known: ir.Expr | None = None,
) -> ir.Relation:
    """A relation that arrives in a file of its own name."""
    return ir.Relation(name, ir.Feed(name.lower()), key, stored_columns, derived_columns, known)


def program(
    *relations: ir.Relation,
    outputs: tuple[ir.Output, ...] = (),
    params: tuple[ir.ParamValue, ...] = (),
    requirements: tuple[ir.Requirement, ...] = (),
    payments: tuple[ir.Payment, ...] = (),
) -> ir.Program:
    return ir.Program("TEST", "A test", "Nobody", "USD", params, relations, requirements, payments, outputs)


def output(name: str, order: tuple[str, ...], *parts: tuple[str, tuple[tuple[str, ir.Expr], ...]]) -> ir.Output:
    """An output of parts: the relation, and its cells by column name, which are the same for all parts."""
    columns = tuple(ir.OutputColumn(column, cell.type) for column, cell in parts[0][1])
    return ir.Output(name, columns, tuple(ir.OutputPart(r, tuple(cell for _, cell in cells)) for r, cells in parts), order)
