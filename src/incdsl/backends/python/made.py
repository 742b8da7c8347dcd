"""Code on its way: how tightly it holds together, and the rows it may read."""

from __future__ import annotations

from dataclasses import dataclass

from incdsl.backends.python.layout import Code, bracketed

CONDITION, OR, AND, NOT, COMPARISON, SUM, SIGN, ATOM = range(8)
"""How tightly the parts of some code hold together."""


@dataclass(frozen=True)
class Frame:
    """A row in scope: its relation, and the variable that holds it."""

    relation: str
    variable: str


Scope = tuple[Frame, ...]
"""The rows in scope, innermost first."""


@dataclass(frozen=True)
class Made:
    """Code, and how tightly it holds together."""

    code: Code
    binds: int = ATOM

    def within(self, binds: int) -> Code:
        """The code as part of what binds so tightly."""
        return self.code if self.binds >= binds else bracketed(self.code)
