"""Names and values as DuckDB SQL text. Every piece of SQL that the feeds build goes through here."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from incdsl.core import ir
from incdsl.core import types as ty


def identifier(name: str) -> str:
    """A quoted name."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A quoted text literal."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Sequence[str]) -> str:
    """Text literals separated by commas."""
    return ", ".join(text(value) for value in values)


def file(path: Path) -> str:
    """A path as a text literal for DuckDB's readers, with the characters that they take for wildcards made plain."""
    return text("".join(f"[{character}]" if character in "*?[" else character for character in str(path)))


def files(paths: Sequence[Path]) -> str:
    """Paths as a list for DuckDB's readers."""
    return f"[{', '.join(map(file, paths))}]"


def physical(type_: ty.Type) -> str:
    """The DuckDB type that holds the values of a type (see `core.types`)."""
    match ty.known(type_):
        case ty.Text() | ty.Enum() | ty.Country():
            return "VARCHAR"
        case ty.Boolean():
            return "BOOLEAN"
        case ty.Date():
            return "DATE"
        case ty.Row(_, key):
            return physical(key)
        case ty.Days(digits, scale) | ty.Number(digits, scale) | ty.Percent(digits, scale) | ty.Money(_, digits, scale):
            return f"DECIMAL({digits},{scale})"


def literal(value: ir.Value, type_: ty.Type) -> str:
    """A value of a type as an SQL expression of exactly its physical type."""
    match value:
        case None:
            return f"CAST(NULL AS {physical(type_)})"
        case bool():
            return "true" if value else "false"
        case datetime.date():
            return f"DATE '{value.isoformat()}'"
        case Decimal():
            return f"CAST('{value:f}' AS {physical(type_)})"
        case int():
            return f"CAST({value} AS {physical(type_)})"
        case str():
            return text(value)


def written(value: ir.Value, type_: ty.Type) -> str:
    """A value as it is written in a text feed: 57500.00, 12.5%, 2015-07-25, yes."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal() if isinstance(ty.known(type_), ty.Percent):
            return f"{(value * 100).normalize():f}%"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)
