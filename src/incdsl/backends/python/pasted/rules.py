"""What makes a method of a row a rule that is worked out when it is first asked for.

Emitted word for word, from the first comment on: only the standard library, and nothing of this project.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import getcontext, setcontext
from typing import Any, Generic, TypeVar, overload

from incdsl.backends.python.pasted.exact import EXACT, DoesNotFit

T = TypeVar("T")
R = TypeVar("R")

# --- rules of rows -------------------------------------------------------------------------------------------


class Rule(Generic[T]):
    """A value of a row, worked out when it is first asked for and then kept in the row."""

    def __init__(self, name: str, work_out: Callable[[Any], T]) -> None:
        self.name, self.work_out, self.__doc__ = name, work_out, work_out.__doc__
        self.attribute = work_out.__name__

    @overload
    def __get__(self, row: None, owner: Any = None) -> Rule[T]: ...
    @overload
    def __get__(self, row: object, owner: Any = None) -> T: ...
    def __get__(self, row: Any, owner: Any = None) -> Any:
        if row is None:
            return self
        before = getcontext()
        if before is EXACT:
            return self._kept(row)
        setcontext(EXACT)
        try:
            return self._kept(row)
        finally:
            setcontext(before)

    def _kept(self, row: Any) -> T:
        try:
            value = self.work_out(row)
        except DoesNotFit as error:
            if not self.name:
                raise
            raise error.of(row, self.name) from None
        row.__dict__[self.attribute] = value
        return value


def rule(name: str) -> Callable[[Callable[[Any], T]], Rule[T]]:
    """A rule under the name that it has in the program."""
    return lambda work_out: Rule(name, work_out)


def part(work_out: Callable[[Any], T]) -> Rule[T]:
    """A part that several rules of a row have in common."""
    return Rule("", work_out)


def made(rules: type[R], record: object, world: Any) -> R:
    """A row with its rules, from a record."""
    row = object.__new__(rules)
    row.__dict__.update(record.__dict__)
    row.__dict__["_world"] = world
    return row
