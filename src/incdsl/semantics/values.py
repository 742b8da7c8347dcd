"""What an expression can stand for while it is elaborated: one value, a row, or a date range.

Only values exist in the core. A row is a way to reach columns: the row in scope itself, or the one that a
lookup finds; a date range is its two dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.semantics.decisions import Decision
from incdsl.semantics.environment import Relation
from incdsl.semantics.terms import shifted
from incdsl.syntax import ast


@dataclass(frozen=True)
class Scalar:
    """One value, possibly missing."""

    expr: ir.Expr


@dataclass(frozen=True)
class OwnRow:
    """The row in scope at `depth`."""

    relation: Relation
    depth: int


@dataclass(frozen=True)
class FoundRow:
    """The row of `relation` with these keys.

    `certain`: it exists, because a validated reference names it. `tested`: it exists here, because the
    expression around has tested so. Neither: it may be missing.
    """

    relation: Relation
    keys: tuple[ir.Expr, ...]
    certain: bool
    tested: bool = False


@dataclass(frozen=True)
class DateRange:
    """Two dates, both inclusive. A missing `end` never ends."""

    start: ir.Expr
    end: ir.Expr


@dataclass(frozen=True)
class DecidedRow:
    """The row of a decision table that matches these keys. `least` are values the keys are never below."""

    decision: Decision
    keys: tuple[ir.Expr, ...]
    least: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Clash:
    """Two exceptions that may both hold with different values: where they do, and what to say."""

    both_hold: ir.Expr
    message: str


Value = Scalar | OwnRow | FoundRow | DateRange | DecidedRow


@dataclass(frozen=True)
class Scope:
    """What names mean at one place: the row of the `for each`, inside an aggregate the row aggregated, and the
    paths that are known to be given there."""

    row: Relation | None
    inner: Relation | None = None
    given: frozenset[tuple[str, ...]] = frozenset()
    subject: FoundRow | None = None
    """The row that `this` is, where it is not the row of the `for each`: a designation asked about another row."""
    day: ir.Expr | None = None
    """What `day` is, inside a designation."""
    names: Mapping[str, ast.Let | ir.Expr] = field(default_factory=dict)
    """The `let`s of the designation."""

    @property
    def this(self) -> OwnRow | FoundRow | None:
        """The row of the `for each` or designation, if there is one."""
        if self.subject is not None:
            if self.inner is None:
                return self.subject
            return replace(self.subject, keys=tuple(shifted(key) for key in self.subject.keys))
        return OwnRow(self.row, 1 if self.inner else 0) if self.row else None

    @property
    def bare(self) -> OwnRow | FoundRow | None:
        """The row whose columns bare names are."""
        return OwnRow(self.inner, 0) if self.inner else self.this

    def other_row(self, node: ast.Expr, type_: ty.Type) -> str:
        """Where the row aggregated and the row of the `for each` both have what is named: how the other one's is written;
        `this` where the field names such a row. Empty where there is no other."""
        if self.inner is None or self.this is None:
            return ""
        path, root = "", node
        while isinstance(root, ast.Member):
            path, root = f".{root.name.name}{path}", root.of
        if isinstance(root, ast.This):
            name = path.split(".")[1] if path else ""
            return path[1:] if name in self.inner.names() else ""
        if not isinstance(root, ast.Name):
            return ""
        known = ty.known(type_)
        if isinstance(known, ty.Row) and known.relation == self.this.relation.name:
            return "this"
        return f"this.{root.name}{path}" if root.name in self.this.relation.names() else ""

    @property
    def outside(self) -> Scope:
        """The scope around the aggregate this one is in."""
        return replace(self, inner=None, given=frozenset())
