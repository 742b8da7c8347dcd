"""Tables, calendars and tiers with holes, overlaps or wrong cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from incdsl.diagnostic import Diagnostic, Label
from incdsl.source import Span


@dataclass(frozen=True)
class CellCount(Diagnostic):
    """A table row with too few or too many cells."""

    code: ClassVar[str] = "wrong-number-of-cells"
    found: int
    needed: int
    header: Span

    def message(self) -> str:
        return f"the row has {self.found} cell{'s' * (self.found != 1)}, and the table has {self.needed} columns"

    def help(self) -> str:
        return "write one cell for each column, with `|` before, between and after them"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.header, "the columns"),)


@dataclass(frozen=True)
class TableHeader(Diagnostic):
    """A table without a header, or with two."""

    code: ClassVar[str] = "table-header"
    name: str

    def message(self) -> str:
        return f"table `{self.name}` needs one header line, above its rows"

    def help(self) -> str:
        return "write it as `| key name: text | amount: money |`"


@dataclass(frozen=True)
class DuplicateRow(Diagnostic):
    """Two rows of a `unique` table have the same key."""

    code: ClassVar[str] = "duplicate-row"
    table: str
    key: str
    first: Span

    def message(self) -> str:
        return f"two rows of `{self.table}` have the key {self.key}"

    def label(self) -> str:
        return "second row"

    def help(self) -> str:
        return "delete one of them, or make the keys differ: the table is `unique`, so a key has one row"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.first, "first row"),)


@dataclass(frozen=True)
class PeriodOrder(Diagnostic):
    """A period that ends before it starts."""

    code: ClassVar[str] = "period-order"
    name: str
    start: str
    end: str

    def message(self) -> str:
        return f"period `{self.name}` ends on {self.end}, before it starts on {self.start}"

    def help(self) -> str:
        return f"exchange the two dates: `{self.name} {self.end} through {self.start}`"


@dataclass(frozen=True)
class OverlappingTiers(Diagnostic):
    """Two tiers that start at the same value, or a tier that starts below the one above it."""

    code: ClassVar[str] = "overlapping-tiers"
    bound: str
    previous: str
    first: Span

    def message(self) -> str:
        if self.bound == self.previous:
            return f"two tiers start at {self.bound}"
        return f"the tier from {self.bound} stands after the one from {self.previous}"

    def label(self) -> str:
        return f"{self.previous} would fall into both"

    def help(self) -> str:
        return "write each lower bound once, the lowest tier first; a tier ends where the next one starts"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.first, f"the tier from {self.previous}"),)


@dataclass(frozen=True)
class TierHole(Diagnostic):
    """A value that falls into no tier."""

    code: ClassVar[str] = "hole-in-tiers"
    witness: str
    word: str
    bound: str

    def message(self) -> str:
        return f"{self.witness} falls into no tier"

    def label(self) -> str:
        return "the lowest tier starts here"

    def help(self) -> str:
        return f"say what holds there with a first line `{self.word} {self.bound} ...`, or bound the field with `at least`"


@dataclass(frozen=True)
class TierGap(Diagnostic):
    """`below X` followed by `from Y` with another Y."""

    code: ClassVar[str] = "gap-in-tiers"
    word: str
    below: str
    next: str
    overlap: bool
    second: Span

    def message(self) -> str:
        return f"the lowest tier ends {self.word} {self.below}, and the next one starts from {self.next}"

    def label(self) -> str:
        if self.overlap:
            return f"{self.next} would fall into both"
        return f"{self.below} falls into neither"

    def help(self) -> str:
        return "write the same value in both lines"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.second, "the next tier"),)


@dataclass(frozen=True)
class OverlappingRows(Diagnostic):
    """Two rows of a decision table that match one combination of values."""

    code: ClassVar[str] = "overlapping-rows"
    table: str
    witness: str
    policy: str
    first: Span

    def message(self) -> str:
        return f"two rows of `{self.table}` match {self.witness}"

    def label(self) -> str:
        return "this row matches"

    def help(self) -> str:
        if self.policy == "any":
            return "give both rows the same values, or change a key so that one of them matches: `any` takes rows that agree"
        return "change a key so that one of them matches; or write `first` for `unique` if the upper row is meant to win"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.first, "and so does this one"),)


@dataclass(frozen=True)
class HoleInTable(Diagnostic):
    """A lookup in a decision table that no row may match."""

    code: ClassVar[str] = "hole-in-table"
    table: str
    witness: str
    declared: Span

    def message(self) -> str:
        return f"no row of `{self.table}` matches {self.witness}"

    def help(self) -> str:
        return "add a row for it, such as one with `any`; or say what holds then: `... otherwise ...`"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.declared, f"`{self.table}` is declared here"),)


@dataclass(frozen=True)
class TableTooLarge(Diagnostic):
    """A decision table with more combinations than can be checked."""

    code: ClassVar[str] = "table-too-large"
    table: str
    combinations: int

    def message(self) -> str:
        return f"`{self.table}` cuts its keys into {self.combinations:,} combinations, more than can be checked for holes"

    def help(self) -> str:
        return "split the table into two, each with some of the keys"


@dataclass(frozen=True)
class NoRows(Diagnostic):
    """Rules about, references to, or sums over the rows of a decision table."""

    code: ClassVar[str] = "decision-table-rows"
    table: str
    declared: Span

    def message(self) -> str:
        return f"`{self.table}` is a decision table: it is looked up, and has no rows of its own"

    def help(self) -> str:
        return f"look it up: `{self.table}[...]`; or write plain values in its key cells, and `unique`"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.declared, f"`{self.table}` is declared here"),)
