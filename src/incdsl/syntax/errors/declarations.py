"""What can be wrong with the lines of a declaration taken together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from incdsl.diagnostic import Diagnostic, Label
from incdsl.source import Span


@dataclass(frozen=True)
class DuplicateLine(Diagnostic):
    """`what` is said a second time where it may be said once; `first` is the other place."""

    code: ClassVar[str] = "duplicate-line"

    first: Span
    declaration: str
    what: str

    def message(self) -> str:
        return f"`{self.what}` stands twice in one `{self.declaration.replace('_', ' ')}`"

    def label(self) -> str:
        return "the second one"

    def help(self) -> str:
        return "keep one of the two"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.first, "the first one"),)


@dataclass(frozen=True)
class NestedTooDeeply(Diagnostic):
    """An expression with more than `most` levels of operators, parentheses or brackets inside one another."""

    code: ClassVar[str] = "nested-too-deeply"

    most: int

    def message(self) -> str:
        return f"an expression nests more than {self.most} levels deep"

    def help(self) -> str:
        return "give parts of it a name with `let`"


@dataclass(frozen=True)
class MissingBody(Diagnostic):
    """A declaration or rule that starts with `words` and says nothing: `needed` is what has to stand under it."""

    code: ClassVar[str] = "missing-body"

    words: str
    needed: str

    def message(self) -> str:
        return f"nothing stands under `{self.words}`"

    def help(self) -> str:
        return f"write {self.needed} on the lines below, indented by two spaces"


@dataclass(frozen=True)
class MissingLine(Diagnostic):
    """A declaration or rule that starts with `words` and lacks the line that starts with `line`."""

    code: ClassVar[str] = "missing-line"

    words: str
    line: str
    example: str

    def message(self) -> str:
        return f"the {self.words} has no `{self.line}` line"

    def help(self) -> str:
        return f"add one, such as `{self.example}`"


@dataclass(frozen=True)
class LabelNotFilledIn(Diagnostic):
    """Braces around a name, `written`, in a label that is the same for every row."""

    code: ClassVar[str] = "label-not-filled-in"

    written: str

    def message(self) -> str:
        return f"`{self.written}` would be shown as it stands: this label is the same for every row"

    def help(self) -> str:
        return "say what it is for every row, without braces; only the label of a `require` is filled in"
