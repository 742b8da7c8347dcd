"""Whether a condition on a row holds wherever others do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.semantics.warnings.bounds import Facts
from incdsl.semantics.warnings.possible import Search


def implied(given: Sequence[ir.Expr], condition: ir.Expr) -> bool:
    """Whether every row of one record for which all that is given holds meets the condition too. True is proved; False is
    also the answer where it cannot be.

    All are about stored columns only. Where a column has another type in `condition`, the rows are those of `given`.
    """
    types: dict[str, ty.Type] = {}
    for expr in given:
        types |= _columns(expr)
    changed = {type_: types[name] for name, type_ in _columns(condition).items() if name in types and types[name] != type_}
    compared = _retyped(condition, changed)
    if compared is None:
        return False
    return not Search(Facts({}, ()), ("",)).possible(*((expr, True) for expr in given), (compared, False))


def _columns(expr: ir.Expr) -> dict[str, ty.Type]:
    """The columns an expression reads, with their types."""
    match expr:
        case ir.Column(name, type_):
            return {name: type_}
        case ir.Operation(_, operands):
            parts = operands
        case ir.Case(branches, otherwise):
            parts = (*(part for branch in branches for part in branch), otherwise)
        case _:
            parts = ()
    found: dict[str, ty.Type] = {}
    for part in parts:
        found |= _columns(part)
    return found


def _retyped(expr: ir.Expr, changed: Mapping[ty.Type, ty.Type]) -> ir.Expr | None:
    """The expression with other types for its columns and for what they are compared with; None where a value is none of
    the type any more."""
    if not changed:
        return expr
    type_ = changed.get(expr.type, expr.type)
    match expr:
        case ir.Literal(value):
            kind = ty.known(type_)
            gone = isinstance(kind, ty.Enum) and value is not None and value not in kind.values
            return None if gone else replace(expr, type=type_)
        case ir.Column():
            return replace(expr, type=type_)
        case ir.Operation(_, operands):
            parts = [_retyped(operand, changed) for operand in operands]
            return replace(expr, operands=tuple(part for part in parts if part is not None)) if None not in parts else None
        case _:
            return None
