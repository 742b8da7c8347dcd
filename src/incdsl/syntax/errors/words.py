"""What can be wrong with the words of a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from incdsl.diagnostic import Diagnostic, Label
from incdsl.source import Span


def listed(phrases: tuple[str, ...]) -> str:
    """Phrases as text: `a value, `where` or the end of the line`."""
    return phrases[0] if len(phrases) == 1 else ", ".join(phrases[:-1]) + " or " + phrases[-1]


@dataclass(frozen=True)
class UnexpectedWord(Diagnostic):
    """`found` does not fit after `after` (empty at the start of a line); `expected` says what would, `meant` is
    the word that was most likely intended and `advice` a better sentence than these, where there is one."""

    code: ClassVar[str] = "unexpected-word"

    found: str
    after: str
    expected: tuple[str, ...]
    meant: str = ""
    advice: str = ""

    def message(self) -> str:
        if not self.after:
            return f"no line starts with `{self.found}` here"
        return f"`{self.found}` does not fit after `{self.after}`"

    def label(self) -> str:
        return f"did you mean `{self.meant}`?" if self.meant else ""

    def help(self) -> str:
        if self.advice:
            return self.advice
        if self.meant:
            return f"write `{self.meant}` if that is meant"
        if not self.expected:
            return "nothing can stand here: take it out"
        if not self.after:
            return f"a line here starts with {listed(self.expected)}"
        return f"after `{self.after}` comes {listed(self.expected)}"


@dataclass(frozen=True)
class UnexpectedEndOfLine(Diagnostic):
    """A line ends after `after` and is not complete."""

    code: ClassVar[str] = "unexpected-end-of-line"

    after: str
    expected: tuple[str, ...]

    def message(self) -> str:
        return f"the line ends after `{self.after}` and is not complete"

    def label(self) -> str:
        return "something is missing after this"

    def help(self) -> str:
        comes = f"after `{self.after}` comes {listed(self.expected)}"
        if self.expected[0] != "a value":
            return comes
        return f"{comes}; to go on below, start the next line with the operator, `where`, `and` or `or`"


@dataclass(frozen=True)
class UnknownDeclaration(Diagnostic):
    """A line in column one starts with `word`, which starts no declaration; `inside` is what it stands in."""

    code: ClassVar[str] = "unknown-declaration"

    word: str
    meant: str
    inside: str

    def message(self) -> str:
        return f"`{self.word}` does not start a declaration"

    def label(self) -> str:
        return f"did you mean `{self.meant}`?" if self.meant else ""

    def help(self) -> str:
        if self.meant:
            return f"write `{self.meant}` if that is meant"
        if self.inside:
            return f"`{self.word}` stands indented under `{self.inside}`"
        return (
            "a declaration starts with `program`, `source`, `use`, `calendar`, `param`, `table`, `record`, "
            "`for each`, `designation` or `example`; what belongs to one is indented under it, and a remark starts with `#`"
        )


@dataclass(frozen=True)
class UnclosedString(Diagnostic):
    """A quote with no partner on its line; `typographic` is the curly quote that stands in for one, if any."""

    code: ClassVar[str] = "unclosed-string"

    typographic: str

    def message(self) -> str:
        return 'a text has only one of its two quotes (`"`)'

    def label(self) -> str:
        return "this quote has no partner on the line"

    def help(self) -> str:
        if self.typographic:
            return f'the quote `{self.typographic}` is a typographic one: close the text with a straight `"`'
        return 'put a `"` on both sides of the text; a text cannot go on in the next line'


@dataclass(frozen=True)
class UnexpectedCharacter(Diagnostic):
    """A character that means nothing outside quotes, and what to write instead."""

    code: ClassVar[str] = "unexpected-character"

    character: str
    advice: str

    def message(self) -> str:
        shown = f"`{self.character}`" if self.character.isprintable() else f"U+{ord(self.character):04X}"
        return f"the character {shown} has no meaning outside quotes"

    def help(self) -> str:
        return self.advice or "take it out, or put the text that holds it between quotes"


@dataclass(frozen=True)
class UnknownOperator(Diagnostic):
    """`found` is an operator of other languages; `meant` is how it is written in this one."""

    code: ClassVar[str] = "unknown-operator"

    found: str
    meant: str

    def message(self) -> str:
        return f"`{self.found}` is not an operator of the language"

    def help(self) -> str:
        return f"write `{self.meant}`"


@dataclass(frozen=True)
class DetachedPercent(Diagnostic):
    """A percent sign apart from its number."""

    code: ClassVar[str] = "detached-percent"

    number: str

    def message(self) -> str:
        return "a percent sign stands apart from its number"

    def help(self) -> str:
        if self.number:
            return f"write `{self.number}%`, without a space"
        return "a percent sign follows the digits of a number, as in `20%`; a value of type percent needs none"


@dataclass(frozen=True)
class ChainedComparison(Diagnostic):
    """`second` compares the outcome of the comparison at `first`; with `where`, that is the condition of a `where`
    that stands without parentheses."""

    code: ClassVar[str] = "chained-comparison"

    second: str
    first: Span
    where: bool

    def message(self) -> str:
        if self.where:
            return f"`{self.second}` compares what a `where` has already taken in"
        return f"`{self.second}` follows another comparison, `{self.first.text}`"

    def help(self) -> str:
        if self.where:
            return (
                "a `where` reaches as far as it can: put the whole `count of ... where ...` in parentheses before "
                "comparing it, or give it a name with `let`"
            )
        return "compare two values at a time and join the comparisons with `and`"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.first, "the `where` reaches to here" if self.where else "the first comparison"),)


@dataclass(frozen=True)
class MixedAndOr(Diagnostic):
    """`and` and `or` side by side without parentheses; `bound` is how they would bind, `other` how a reader may bind them."""

    code: ClassVar[str] = "mixed-and-or"

    bound: str
    other: str

    def message(self) -> str:
        return "`and` and `or` stand side by side without parentheses"

    def help(self) -> str:
        return f"write `{self.bound}` or `{self.other}`"


@dataclass(frozen=True)
class UnclearRounding(Diagnostic):
    """A `rounded` at the end of something larger, of which it would round the last part alone: `last`, or the `whole`."""

    code: ClassVar[str] = "unclear-rounding"

    last: str
    whole: str
    how: str

    def message(self) -> str:
        return f"`{self.how}` may be about `{self.last}` alone, or about all before it"

    def help(self) -> str:
        return f"write `({self.whole}) {self.how}` or `({self.last} {self.how})`"


@dataclass(frozen=True)
class MissingPipe(Diagnostic):
    """A cell of a table row with no `|` after it; with `cell` empty, a row with none at its start."""

    code: ClassVar[str] = "missing-pipe"

    cell: str

    def message(self) -> str:
        if not self.cell:
            return "a row of the table does not start with `|`"
        return f"no `|` follows the cell `{self.cell}`"

    def label(self) -> str:
        return "a `|` is missing after this" if self.cell else "a `|` is missing before this"

    def help(self) -> str:
        return 'each row starts and ends with `|`, and has one between two cells: `| "UCS" | 57,500 USD |`'


@dataclass(frozen=True)
class EmptyCell(Diagnostic):
    """Two pipes with nothing between them."""

    code: ClassVar[str] = "empty-cell"

    def message(self) -> str:
        return "a cell of the table is empty"

    def help(self) -> str:
        return "write a value in every cell; a row that does not apply is left out"


@dataclass(frozen=True)
class DivisionWithoutPlaces(Diagnostic):
    """A division that does not say where it is rounded, and how."""

    code: ClassVar[str] = "division-without-places"

    written: str

    def message(self) -> str:
        return "a division does not say to how many places it is rounded, and how"

    def help(self) -> str:
        return (
            f"write `{self.written} to 6 places half up`, with the places and the rounding that are meant; "
            "to compare a share exactly, multiply: `a >= 30% * b`"
        )


@dataclass(frozen=True)
class RoundingWithoutMode(Diagnostic):
    """A rounding that does not say which way."""

    code: ClassVar[str] = "rounding-without-mode"

    def message(self) -> str:
        return "a rounding does not say which way it rounds"

    def help(self) -> str:
        return "say `half up`, `half even`, `up` or `down`, as in `half up to 0.01`"


@dataclass(frozen=True)
class MinimumWithoutOtherwise(Diagnostic):
    """An `at least` step that does not say what happens below the minimum."""

    code: ClassVar[str] = "minimum-without-otherwise"

    def message(self) -> str:
        return "`at least` does not say what happens to a smaller payment"

    def help(self) -> str:
        return "end the step with `otherwise forfeit`: a payment below the minimum is not made"


@dataclass(frozen=True)
class UnclosedParenthesis(Diagnostic):
    """A parenthesis or bracket with no partner on its line."""

    code: ClassVar[str] = "unclosed-parenthesis"

    opened: str

    def message(self) -> str:
        return f"the `{self.opened}` is not closed"

    def label(self) -> str:
        return "opened here"

    def help(self) -> str:
        closed = ")" if self.opened == "(" else "]"
        return f"close it with `{closed}`; an expression goes on in the next line only when that line starts with an operator"
