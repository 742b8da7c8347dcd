"""What is joined or chosen as in a spoken sentence, and how the language says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from incdsl.diagnostic import Diagnostic


@dataclass(frozen=True)
class ValuesJoined(Diagnostic):
    """A value that stands alone beside `or` or `and`, where it is meant to belong to the comparison before; `written` is the
    comparison with all of them."""

    code: ClassVar[str] = "unknown-name"
    value: str
    operator: str
    written: str

    def message(self) -> str:
        return f"`{self.value}` stands alone after `{self.operator}`, and is no condition"

    def help(self) -> str:
        return f"list the values: `{self.written}`"


@dataclass(frozen=True)
class IfForWhere(Diagnostic):
    """An `if` after the rows of an aggregate whose condition is about those rows."""

    code: ClassVar[str] = "unknown-name"
    name: str
    relation: str

    def message(self) -> str:
        return f"`if` asks about one row, and `{self.name}` is a field of the rows of `{self.relation}` that are taken together"

    def help(self) -> str:
        return "write `where`: it says which rows are taken together"


@dataclass(frozen=True)
class ExtremeOfChoices(Diagnostic):
    """`smaller of` or `larger of` values of a `one of` that have an order; `written` says the same."""

    code: ClassVar[str] = "no-order"
    operator: str
    type: str
    written: str

    def message(self) -> str:
        return f"`{self.operator} of` takes numbers, amounts and dates, and these are values of `{self.type}`"

    def help(self) -> str:
        return f"compare them: `{self.written}`"
