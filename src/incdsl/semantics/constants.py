"""Written values: cells of tables, values of parameters, bounds of fields and tiers."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Context, Decimal

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.countries import CALLED, COUNTRIES
from incdsl.semantics import errors
from incdsl.semantics.environment import Environment
from incdsl.semantics.operations import in_words, thousands_point
from incdsl.semantics.terms import with_scale
from incdsl.syntax import ast

_WIDE = Context(prec=200)
"""Room for every value: Python's own context has 28 digits."""


def decimal_type(kind: ty.Decimal, value: Decimal) -> ty.Decimal:
    """The kind with just the digits and scale that a written value has."""
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    scale = max(-exponent, 0)
    return replace(kind, digits=max(len(digits) + max(exponent, 0), scale + 1), scale=scale)


def fit(value: Decimal, type_: ty.Type) -> Decimal | None:
    """The value with exactly the type's scale; None when it does not fit exactly."""
    assert isinstance(type_, ty.Days | ty.Number | ty.Percent | ty.Money)
    if value.adjusted() >= type_.digits - type_.scale or value != with_scale(value, type_.scale):
        return None
    return with_scale(value, type_.scale)


def show(value: ir.Value, type_: ty.Type) -> str:
    """A value as it is written in a program, for messages."""
    match value, ty.known(type_):
        case None, _:
            return "missing"
        case bool(), _:
            return "yes" if value else "no"
        case datetime.date(), _:
            return value.isoformat()
        case Decimal(), ty.Percent():
            return f"{(value * 100).normalize():f}%"
        case Decimal(), ty.Money(currency=currency, scale=scale):
            if value == value.to_integral_value():
                return f"{value:,.0f} {currency}"
            exponent = value.normalize(_WIDE).as_tuple().exponent
            assert isinstance(exponent, int)
            return f"{value:,.{max(-exponent, min(scale, 2))}f} {currency}"
        case Decimal(), ty.Days():
            return f"{value:,.0f} days"
        case Decimal(), _:
            return f"{value.normalize():,f}"
        case str(), ty.Text() | ty.Row():
            return f'"{value}"'
        case _:
            return str(value)


def written_type(node: ast.Expr) -> str | None:
    """What kind of written value a node is, in words; None when it is not one."""
    match node:
        case ast.Number():
            return "a number"
        case ast.Money(currency=currency):
            return f"money in {currency}"
        case ast.Percent():
            return "a percent"
        case ast.Days():
            return "a count of days"
        case ast.Date():
            return "a date"
        case ast.String():
            return "text"
        case ast.Boolean():
            return "yes or no"
        case ast.Unary(operator="-", operand=operand):
            return written_type(operand)
        case ast.Name():
            return "a name"
        case _:
            return None


def as_percentage(value: Decimal) -> str:
    """What to write in place of a number where a percent is wanted."""
    if value == 1:
        return "write a percentage: `1%`, or `100%` if all of it is meant"
    if value < 1:
        return f"write a percentage: `{(value * 100).normalize():f}%`, or `{value}%` if so little is meant"
    return f"write a percentage: `{value.normalize():f}%`"


def as_written(node: ast.Expr, needed: ty.Type) -> str:
    """What to write in place of a bare number where something that counts is needed; empty for anything else."""
    number = node.operand if isinstance(node, ast.Unary) and node.operator == "-" else node
    if not isinstance(number, ast.Number):
        return ""
    text = node.span.text
    match ty.known(needed):
        case ty.Money(currency=currency):
            return f"say the currency: `{text} {currency}`"
        case ty.Days() if number.value == number.value.to_integral_value():
            return f"say what is counted: `{text} days`"
        case ty.Percent() if number is node:
            return as_percentage(number.value)
        case _:
            return ""


class ConstantReader:
    """Reads written values of a wanted type. `table_keys` gives the keys of tables and calendars, to check
    references; None for a relation whose rows arrive as data."""

    def __init__(self, env: Environment, table_keys: dict[str, tuple[ir.Value, ...]]) -> None:
        self.env = env
        self.table_keys = table_keys

    def read(self, node: ast.Expr, type_: ty.Type, purpose: str) -> tuple[ir.Value] | None:
        """The value, in a tuple of one (it may be None for missing); None when a diagnostic was added."""
        wanted = ty.known(type_)
        if isinstance(node, ast.Name) and node.name == "missing" and isinstance(type_, ty.Optional):
            return (None,)
        match node, wanted:
            case ast.Unary(operator="-", operand=operand), _:
                inner = self.read(operand, wanted, purpose)
                return (-inner[0],) if inner is not None and isinstance(inner[0], Decimal) else None
            case ast.Number(), ty.Number() if thousands_point(self.env.sink, node, wanted):
                return None
            case (ast.Number(value=value), ty.Number()) | (ast.Percent(value=value), ty.Percent()):
                return self._fitted(node, value, wanted)
            case ast.Days(value=days), ty.Days():
                return self._fitted(node, Decimal(days), wanted)
            case ast.Money(value=value, currency=currency), ty.Money(currency=needed):
                if currency != needed:
                    self.env.sink.add(errors.WrongCurrency(node.span, currency, needed))
                    return None
                return self._fitted(node, value, wanted)
            case ast.Date(value=date), ty.Date():
                return (date,)
            case ast.String(value=""), ty.Text():
                hint = "a blank in the data is a missing value: make the field `optional`, and write `is missing`"
                needed = "a text of at least one character"
                self.env.sink.add(errors.TypeMismatch(node.span, needed, "an empty one", purpose, hint))
                return None
            case ast.String(value=text), ty.Text():
                return (text,)
            case ast.Boolean(value=yes), ty.Boolean():
                return (yes,)
            case ast.Name(name=name), ty.Enum() | ty.Country():
                return self._named(node, name, wanted)
            case ast.String(value=name), ty.Enum(name=of) if of in self.env.calendars:
                return self._named(node, name, wanted)
            case ast.Name(name=name), ty.Row(key=ty.Enum() | ty.Country()):
                return self._named(node, name, wanted)
            case ast.String(value=name), ty.Row():
                return self._named(node, name, wanted)
            case _:
                pass
        found = written_type(node)
        if found is None:
            self.env.sink.add(errors.NotConstant(node.span, purpose))
        else:
            hint = f'write it in quotes: `"{node.name}"`' if isinstance(node, ast.Name) and ty.stored(wanted) == ty.TEXT else ""
            if isinstance(node, ast.String) and isinstance(wanted, ty.Enum | ty.Country):
                hint = f"write it without quotes: `{node.value}`"
            if isinstance(node, ast.Number) and isinstance(wanted, ty.Percent):
                hint = as_percentage(node.value)
            if isinstance(wanted, ty.Money):
                hint = f"write an amount with its currency, such as `1,000 {wanted.currency}`"
            self.env.sink.add(errors.TypeMismatch(node.span, in_words(wanted), found, purpose, hint))
        return None

    def _fitted(self, node: ast.Expr, value: Decimal, type_: ty.Type) -> tuple[ir.Value] | None:
        fitted = fit(value, type_)
        if fitted is None:
            self.env.sink.add(errors.TooManyDigits(node.span, node.span.text, in_words(type_)))
            return None
        return (fitted,)

    def _named(self, node: ast.Expr, name: str, type_: ty.Known) -> tuple[ir.Value] | None:
        match type_:
            case ty.Enum(values=values):
                known: tuple[str, ...] | None = values
            case ty.Country():
                known = tuple(sorted(COUNTRIES))
            case ty.Row(relation=relation, key=ty.Text() | ty.Enum() | ty.Country()):
                keys = self.table_keys.get(relation)
                known = None if keys is None else tuple(str(key) for key in keys)
            case _:
                known = ()
        if known is not None and name not in known and not self._broken(type_):
            noun = "value"
            if isinstance(type_, ty.Row):
                noun = "period" if isinstance(self.env.relations[type_.relation].node, ast.Calendar) else "row"
            meant = CALLED.get(name.casefold(), "") if isinstance(type_, ty.Country) else ""
            quoted = isinstance(node, ast.String)
            self.env.sink.add(errors.UnknownValue(node.span, name, noun, str(type_), known, quoted, meant))
            return None
        return (name,)

    def _broken(self, type_: ty.Known) -> bool:
        """Whether a row of the table or calendar that names the values did not parse: it may be the one meant."""
        if isinstance(type_, ty.Enum) and type_.values in self.env.broken_choices:
            return True
        name = type_.relation if isinstance(type_, ty.Row) else type_.name if isinstance(type_, ty.Enum) else ""
        return name in self.env.relations and self.env.relations[name].broken
