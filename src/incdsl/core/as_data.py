"""Expressions of the core as data that JSON can hold, and back.

A node is a list of its name and its fields in order, `["Column", "fare", ["Money", "EUR", 18, 2], 0]`; a tuple is a list that
starts with `"*"`; a decimal is `["Decimal", "0.05"]`, a date `["date", "2025-01-31"]`. Nothing else in an expression is a list.
"""

from __future__ import annotations

import datetime
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any, get_args

from incdsl.core import ir
from incdsl.core import types as ty

_NODES: dict[str, Any] = {node.__name__: node for node in (*get_args(ir.Expr), *get_args(ty.Known), ty.Optional)}


def to_data(part: object) -> object:
    """An expression, or a part of one, as lists, texts, numbers, booleans and None."""
    if isinstance(part, tuple):
        return ["*", *map(to_data, part)]
    if isinstance(part, Decimal):
        return ["Decimal", str(part)]
    if isinstance(part, datetime.date):
        return ["date", part.isoformat()]
    if is_dataclass(part):
        return [type(part).__name__, *(to_data(getattr(part, field.name)) for field in fields(part))]
    return part


def from_data(data: object) -> Any:
    """What `to_data` has written. Raises ValueError, LookupError, TypeError or ArithmeticError for anything else."""
    if not isinstance(data, list):
        return data
    name, *parts = data
    match name:
        case "*":
            return tuple(map(from_data, parts))
        case "Decimal":
            return Decimal(parts[0])
        case "date":
            return datetime.date.fromisoformat(parts[0])
        case _:
            return _NODES[name](*map(from_data, parts))
