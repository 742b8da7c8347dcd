"""Which optional values are known to be given where a test around them has held."""

from __future__ import annotations

from incdsl.semantics.values import Scope
from incdsl.syntax import ast

Path = tuple[str, ...]


def path_of(node: ast.Expr, scope: Scope) -> Path | None:
    """The canonical path of a name or member: first whether it starts at the row aggregated (`inner`), the row
    of the `for each` (`this` inside an aggregate, `own` outside), then the names. None for anything else."""
    match node:
        case ast.Name(name=name):
            return ("inner" if scope.inner else "own", name)
        case ast.This():
            return ("this" if scope.inner else "own",)
        case ast.Member(of=of, name=name):
            start = path_of(of, scope)
            return None if start is None else (*start, name.name)
        case _:
            return None


def given_when(node: ast.Expr, scope: Scope, holds: bool) -> frozenset[Path]:
    """The paths known to be given where a condition holds, or where it does not."""
    match node:
        case ast.IsGiven(operand=operand, given=given) if given is holds:
            path = path_of(operand, scope)
            return frozenset() if path is None else frozenset((path,))
        case ast.Unary(operator="not", operand=operand):
            return given_when(operand, scope, not holds)
        case ast.Binary(operator="and", left=left, right=right) if holds:
            return given_when(left, scope, True) | given_when(right, scope, True)
        case ast.Binary(operator="or", left=left, right=right) if not holds:
            return given_when(left, scope, False) | given_when(right, scope, False)
        case _:
            return frozenset()
