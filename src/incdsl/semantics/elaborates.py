"""What the parts of the elaboration ask of the whole: expressions contain expressions of every kind."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.semantics.access import Access
from incdsl.semantics.constants import ConstantReader
from incdsl.semantics.decisions import Decision
from incdsl.semantics.environment import Environment
from incdsl.semantics.notes import Notes
from incdsl.semantics.values import Clash, Scope, Value
from incdsl.syntax import ast


@dataclass(frozen=True)
class DatedValues:
    """The values of a parameter that changes with time: the first holds before all days, each other one from its
    day on. `first` is None when no value holds before the first day."""

    type: ty.Type
    first: ir.Value
    from_days: tuple[tuple[datetime.date, ir.Value], ...]
    has_first: bool


class Elaborates(Protocol):
    """The elaborator of `expressions`. Every method returns None when something was wrong, which it has reported."""

    @property
    def env(self) -> Environment:
        """What the program declares."""

    @property
    def constants(self) -> ConstantReader:
        """Reads written values."""

    @property
    def params(self) -> dict[str, ty.Type]:
        """The types of the parameters that have one value."""

    @property
    def dated_params(self) -> dict[str, DatedValues]:
        """The parameters that change with time."""

    @property
    def decisions(self) -> dict[str, Decision | None]:
        """The decision tables, None where one was wrong."""

    @property
    def handles_holes(self) -> bool:
        """Whether what is being elaborated is followed by `otherwise` or a test, so that a table may have a hole."""

    @property
    def least(self) -> dict[tuple[str, str], Decimal]:
        """The least value of columns, by relation and column, where one is known."""

    @property
    def access(self) -> Access:
        """Members of rows."""

    @property
    def clashes(self) -> list[tuple[str, Clash]]:
        """Exceptions of the `let`s of designations that may contradict each other, with the relation for whose rows
        they may not."""

    @property
    def notes(self) -> Notes:
        """What is noted for warnings."""

    def expr(self, node: ast.Expr, scope: Scope, expected: ty.Type | None = None) -> ir.Expr | None:
        """The one value of an expression, possibly missing."""

    def value(self, node: ast.Expr, scope: Scope, expected: ty.Type | None = None) -> Value | None:
        """What an expression stands for."""

    def known(self, node: ast.Expr, scope: Scope, expected: ty.Type | None = None) -> ir.Expr | None:
        """The value of an expression where one is needed."""

    def operand(self, node: ast.Expr, scope: Scope, expected: ty.Type | None = None) -> ir.Expr | None:
        """As `known`, for what stands beside an operator."""

    def of_type(
        self, node: ast.Expr, scope: Scope, type_: ty.Type, purpose: str, *, hint: str = "", key_of: str = ""
    ) -> ir.Expr | None:
        """The value of an expression that has to be of a type."""

    def condition(self, node: ast.Expr, scope: Scope, purpose: str) -> ir.Expr | None:
        """An expression that has to be yes or no."""

    def may_be_missing(self, node: ast.Expr, scope: Scope) -> None:
        """Report an optional value where one is needed."""

    def names_a_value(self, node: ast.Expr, scope: Scope) -> bool:
        """Whether only the other operand's type gives a bare name or text its meaning."""
