"""How the values of each type of the core are written in JSON, as schemas.

Feeds and results differ: a feed may write 7, 07 or 7.0 where a result always prints 7.00. Decimals of every kind
are text (docs/decisions/0007-money-in-json.md says why); booleans are JSON's own; everything else is text.

Only annotations depend on `format`: what is valid is said by `type`, `enum`, `pattern` and `not` alone, so
that validators agree whatever they are told to do about formats.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from incdsl.backends.json_schema import date_pattern, decimal_pattern
from incdsl.core import ir, patterns
from incdsl.core import types as ty
from incdsl.core.countries import COUNTRIES

Schema = dict[str, object]

SPACES = " "
"""The inside of a character class: what is trimmed around values in feeds. Other spaces, such as the no-break space, are
part of the value: in a number they are refused."""

_ASCII_ONLY: Schema = {"pattern": "[^ -~]"}
"""Beside every pattern that ends in `$`, under `not`: some engines let a `$` match before a final line end."""


@dataclass(frozen=True)
class Notation:
    """How one type is written: `schema` judges a value, `says` describes it in a sentence, and `name` is what
    the schema is called under `$defs`; empty when it stands where it is used."""

    name: str
    schema: Schema
    says: str


def in_feed(type_: ty.Known, program: ir.Program) -> Notation:
    """How a feed writes values of a type. `program` has the relations that rows of other relations refer to."""
    match type_:
        case ty.Days() | ty.Number() | ty.Percent() | ty.Money():
            whole, scale, ending = written_size(type_)
            schema = _text(decimal_pattern.written(whole, scale, ending), examples=[_example(type_)])
            return Notation(_decimal_name(type_), schema, f"{_decimal_says(type_, 'at most ')}, as text: “{_example(type_)}”.")
        case ty.Row(relation, key):
            return _reference(program.relation(relation), key, program)
        case _:
            # Whole, not as `space$`: that would find the space before a final line end in some engines and not in others.
            return _not_decimal(type_, {"type": "string", "pattern": rf"^[^{SPACES}]([\s\S]*[^{SPACES}])?$"})


def in_result(type_: ty.Known) -> Notation:
    """How a result file prints values of a type; a reference is the key of its row."""
    match type_:
        case ty.Days() | ty.Number() | ty.Percent() | ty.Money():
            whole, scale, ending = written_size(type_)
            schema = _text(decimal_pattern.printed(whole, scale, ending))
            schema["not"] = {"pattern": "[^ -~]|^-[0.]+%?$"}  # nor is there a negative zero
            return Notation(_decimal_name(type_), schema, f"{_decimal_says(type_, 'exactly ')}, as text.")
        case ty.Row(_, key):
            return in_result(key)
        case _:
            return _not_decimal(type_, {"type": "string", "minLength": 1})


def within(bounds: ir.Bounds, type_: ty.Known) -> tuple[list[Schema], str]:
    """Schemas that the text of a decimal or a date must meet besides its notation, and the sentence that says so.

    Both are empty where neither bound is given.
    """
    schemas: list[Schema] = []
    says: list[str] = []
    for bound, decimal_range, date_range, decimal_word, date_word in (
        (bounds.least, decimal_pattern.at_least, date_pattern.at_least, "at least", "not before"),
        (bounds.greatest, decimal_pattern.at_most, date_pattern.at_most, "at most", "not after"),
    ):
        if isinstance(bound, datetime.date):
            schemas.append({"pattern": date_range(bound)})
            says.append(f"{date_word} {bound.isoformat()}")
        elif isinstance(bound, Decimal | int):
            value, ending = _as_written(Decimal(bound), type_)
            schemas.append({"pattern": decimal_range(value, ending)})
            says.append(f"{decimal_word} {text_of(bound, type_)}")
        else:
            assert bound is None, "only decimals and dates have ranges"
    sentence = " and ".join(says)
    return schemas, f"{sentence[0].upper()}{sentence[1:]}." if sentence else ""


def shaped(form: patterns.Form) -> tuple[list[Schema], str]:
    """A schema that a text must meet besides its notation, in a list, and the sentence that says so; both empty where any
    text will do. Without line breaks in the text, every engine's `$` is the end of it."""
    if not form:
        return [], ""
    sizes = {"minLength": form.shortest, "maxLength": form.longest}
    schema: Schema = {name: size for name, size in sizes.items() if size is not None}
    if form.like:
        schema |= {"pattern": f"^{patterns.regex_of_any(form.like)}$", "not": {"pattern": r"[\n\r]"}}
    return [schema], patterns.says(form)


def written_form(form: patterns.Form, pattern: str) -> Schema:
    """What descriptions of tables say of a form, where patterns, under the name `pattern`, are always about the whole text."""
    sizes = {"minLength": form.shortest, "maxLength": form.longest}
    like: Schema = {pattern: patterns.regex_of_any(form.like)} if form.like else {}
    return {**like, **{name: size for name, size in sizes.items() if size is not None}}


def text_of(value: ir.Value, type_: ty.Known) -> str:
    """The text of a value as a program's rows and bounds hold it: no needless zeros, percents with their sign."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal() | int():
            number, ending = _as_written(Decimal(value), type_)
            whole, _, fraction = f"{number:f}".partition(".")
            fraction = fraction.rstrip("0")
            return f"{whole}.{fraction}{ending}" if fraction else f"{whole}{ending}"
        case datetime.date():
            return value.isoformat()
        case _:
            return str(value)


# --- kinds of notation -----------------------------------------------------------------------------------


def _text(pattern: str, **annotations: object) -> Schema:
    return {"type": "string", "pattern": pattern, "not": _ASCII_ONLY, **annotations}


def _not_decimal(type_: ty.Text | ty.Boolean | ty.Date | ty.Enum | ty.Country, text: Schema) -> Notation:
    match type_:
        case ty.Text():
            return Notation("text", text, "Text.")
        case ty.Boolean():
            return Notation("", {"type": "boolean"}, "true or false (in CSV yes or no).")
        case ty.Date():
            return Notation("date", {**_text(date_pattern.REAL), "format": "date"}, "A date: year-month-day.")
        case ty.Enum(_, values, ordered):
            order = " (lowest first)" if ordered else ""
            return Notation("", {"enum": list(values)}, f"One of {', '.join(values)}{order}.")
        case ty.Country():
            return Notation("country", {"enum": sorted(COUNTRIES)}, "A country: two capital letters (ISO 3166-1 alpha-2).")
        case _:
            assert_never(type_)


def _reference(relation: ir.Relation, key: ty.Known, program: ir.Program) -> Notation:
    """A row of another relation: any key where its rows arrive as data, one of its keys where the program has them."""
    column = next(part for part in relation.key if isinstance(part, str))
    names = f"The {column} of {'an' if relation.name[0] in 'AEIOUaeiou' else 'a'} {relation.name}"
    if not isinstance(relation.source, ir.Rows):
        of_key = in_feed(key, program)
        return Notation(of_key.name, of_key.schema, f"{names}.")
    keys = _keys(relation)
    says = f"{names}: one of those in the program."
    if isinstance(key, ty.Number):
        values = [Decimal(value) for value in keys if isinstance(value, Decimal | int)]
        schema = _text(decimal_pattern.written(key.digits - key.scale, key.scale))
        return Notation(f"{relation.name}_key", {**schema, "allOf": [{"pattern": decimal_pattern.equal_to(values)}]}, says)
    return Notation(f"{relation.name}_key", {"enum": [text_of(value, key) for value in keys]}, says)


def keys_written(type_: ty.Known, program: ir.Program) -> list[str] | None:
    """The texts that a reference to a table of the program may be; None for any other type."""
    if not isinstance(type_, ty.Row):
        return None
    relation = program.relation(type_.relation)
    return [text_of(key, type_.key) for key in _keys(relation)] if isinstance(relation.source, ir.Rows) else None


def _keys(relation: ir.Relation) -> list[ir.Value]:
    """The keys of a table of the program that has a key of one column."""
    assert isinstance(relation.source, ir.Rows)
    column = next(part for part in relation.key if isinstance(part, str))
    place = [stored.name for stored in relation.stored].index(column)
    return [row[place] for row in relation.source.rows]


def written_size(type_: ty.Decimal) -> tuple[int, int, str]:
    """Digits before and after the point as written, and what follows: a percent is written times 100."""
    if isinstance(type_, ty.Percent):
        return type_.digits - type_.scale + 2, max(type_.scale - 2, 0), "%"
    return type_.digits - type_.scale, type_.scale, ""


def _as_written(value: Decimal, type_: ty.Known) -> tuple[Decimal, str]:
    """The number as written and what follows it. Exact: the exponent is moved, nothing is computed."""
    if not isinstance(type_, ty.Percent):
        return value, ""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int), "a bound or a key is a number"
    return Decimal((sign, digits, exponent + 2)), "%"


def _decimal_name(type_: ty.Decimal) -> str:
    """The name under `$defs`; digits and scale are part of it where they are not those of feeds."""
    match type_:
        case ty.Money(currency):
            name, usual = f"money_{currency}", type_ == ty.money(currency)
        case ty.Percent():
            name, usual = "percent", type_ == ty.PERCENT
        case ty.Days():
            name, usual = "days", type_ == ty.DAYS
        case ty.Number():
            name, usual = "number" if type_.scale else "whole_number", type_ in (ty.NUMBER, ty.WHOLE_NUMBER)
        case _:
            assert_never(type_)
    return name if usual else f"{name}_{type_.digits}_{type_.scale}"


def _decimal_says(type_: ty.Decimal, how: str) -> str:
    _, scale, _ = written_size(type_)
    decimals = f" with {how}{scale} decimal{'' if scale == 1 else 's'}" if scale else " without decimals"
    match type_:
        case ty.Money(currency):
            return f"An amount in {currency}{decimals}"
        case ty.Percent():
            return f"A percentage{decimals} and a percent sign"
        case ty.Days():
            return "A number of days"
        case ty.Number():
            return f"A number{decimals}" if scale else "A whole number"
        case _:
            assert_never(type_)


def _example(type_: ty.Decimal) -> str:
    match type_:
        case ty.Money():
            return f"57500.{'0' * type_.scale}" if type_.scale else "57500"
        case ty.Percent():
            return "12.5%" if type_.scale > 2 else "12%"
        case _:
            return "12.5" if type_.scale else "12"
