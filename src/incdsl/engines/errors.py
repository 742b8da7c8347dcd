"""What any engine may refuse while it evaluates."""

from __future__ import annotations

from dataclasses import dataclass

from incdsl.core import ir
from incdsl.core.print_expression import constant


@dataclass(eq=False)  # not frozen: Python sets the traceback of what is raised
class Overflow(Exception):
    """A value that does not fit its type: more digits than the type has, or a date outside years 1 to 9999.

    It is the user's to solve (a smaller number in the feed, or a rule that multiplies too much), so it names the
    row: `relation`, the values of its key, the column or output cell being worked out, and the expression.
    """

    relation: str
    key: tuple[ir.Value, ...]
    column: str
    expression: str
    value: str
    limit: str

    def __str__(self) -> str:
        row = ", ".join(constant(value) for value in self.key)
        return f"`{self.relation}` row {row}: `{self.column}`: {self.expression} is {self.value}, which does not fit {self.limit}"


class DoesNotFit(Exception):
    """A value has more digits than its type, or a date is outside the years 1 to 9999. SQL does not say in which
    row: evaluate the program with the reference engine, which names it. In rare cases that one finds no such value,
    since SQL may work out what the program then does not use; its results are the right ones. Nor is it raised for the
    key of a lookup where no row could have that key anyway: SQL need not work it out to find none."""


class EngineFailure(Exception):
    """The server or cluster that evaluates cannot be reached, refuses the work, or was lost on the way; nothing of the
    program or its rows is wrong. The message is one line; `help` says what its user can do."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help


class Unsound(Exception):
    """The program or the rows break what the stages before promised (a missing value where one is known to be
    there, two rows of one key): a mistake of ours, never of the user."""
