"""What can be wrong with how far a line is indented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from incdsl.diagnostic import Diagnostic, Label
from incdsl.source import Span


def spaces(count: int) -> str:
    """A width in words: `no space`, `1 space`, `4 spaces`."""
    return {0: "no space", 1: "1 space"}.get(count, f"{count} spaces")


@dataclass(frozen=True)
class BadIndentation(Diagnostic):
    """A line that starts with `word` stands `found` spaces in, where `wanted` would make sense of it; with
    `wanted` empty nothing would. `above` is the line it belongs with or under."""

    code: ClassVar[str] = "bad-indentation"

    word: str
    found: int
    wanted: tuple[int, ...]
    above: Span

    def message(self) -> str:
        if self.found == 0:
            return f"the line that starts with `{self.word}` is not indented"
        where = f"the line that starts with `{self.word}` is indented by {spaces(self.found)}"
        if len(self.wanted) == 1:
            return f"{where}, and belongs at {self.wanted[0]}"
        if self.wanted:
            return f"{where}, which matches no line above it"
        return f"{where}, and the line above takes nothing under it"

    def label(self) -> str:
        return "" if len(self.wanted) != 1 else f"expected after {spaces(self.wanted[0])}"

    def help(self) -> str:
        if self.wanted:
            return f"indent it by {' or '.join(map(str, self.wanted))} spaces; what belongs together is indented alike"
        return f"what goes on with the line above starts with `where`, `and`, `or` or an operator; `{self.word}` does not"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.above, "the line above"),)


@dataclass(frozen=True)
class IndentedDeclaration(Diagnostic):
    """`word` starts a declaration, but not in column one."""

    code: ClassVar[str] = "indented-declaration"

    word: str

    def message(self) -> str:
        return f"the line starts a declaration with `{self.word}` and is indented"

    def help(self) -> str:
        return f"start it in column one: `{self.word}` stands at the beginning of its line"


@dataclass(frozen=True)
class TabIndentation(Diagnostic):
    """Tabs before the first word of `lines` lines; the span is the white space of the first of them."""

    code: ClassVar[str] = "tab-indentation"

    lines: int

    def message(self) -> str:
        if self.lines == 1:
            return "a line is indented with a tab"
        return f"{self.lines} lines are indented with tabs"

    def label(self) -> str:
        return "a tab" if self.lines == 1 else "the first one"

    def help(self) -> str:
        return "use spaces, two for each step: a tab is as wide as each program that shows it likes"
