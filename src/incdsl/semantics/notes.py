"""What is noted while expressions are elaborated, for the warnings that are looked for once the program is sound."""

from __future__ import annotations

from dataclasses import dataclass, field

from incdsl.core import ir
from incdsl.semantics.decisions import Decision
from incdsl.semantics.values import Scope
from incdsl.source import Span
from incdsl.syntax import ast


@dataclass(frozen=True)
class Branch:
    """Something that applies where a condition about a row holds. `what` names it, `why` says what it would take for it
    to apply; `rows` are the relations of the rows in scope, innermost first. `counted`: a run says whether it applied
    to any row; not where the condition leans on what others around it have tested."""

    span: Span
    what: str
    why: str
    rows: tuple[str, ...]
    condition: ir.Expr
    counted: bool = True
    subject: ir.Expr | None = None
    """What has to be in a certain place for the branch to apply, where the condition is no more than that; `why` is then
    its text."""


@dataclass(frozen=True)
class Lookup:
    """A lookup in a decision table, with the values it asks for."""

    span: Span
    decision: Decision
    keys: tuple[ir.Expr, ...]
    rows: tuple[str, ...]
    counted: bool


@dataclass(frozen=True)
class Tiered:
    """Tiers: what they go by, their bounds in order, and their values."""

    node: ast.Tiers
    subject: ir.Expr
    bounds: tuple[ir.Literal, ...]
    values: tuple[ir.Expr, ...]
    rows: tuple[str, ...]


@dataclass
class Notes:
    """Everything noted. An expression that is elaborated several times is noted as often."""

    branches: list[Branch] = field(default_factory=list)
    lookups: list[Lookup] = field(default_factory=list)
    tiers: list[Tiered] = field(default_factory=list)


def rows_of(scope: Scope) -> tuple[str, ...]:
    """The relations of the rows in scope, innermost first."""
    return tuple(relation.name for relation in (scope.inner, scope.row) if relation is not None)
