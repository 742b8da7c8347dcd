"""Names that mean nothing, or two things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from incdsl.diagnostic import Diagnostic, Label
from incdsl.semantics.errors.wording import suggest
from incdsl.source import Span


@dataclass(frozen=True)
class UnknownName(Diagnostic):
    """A bare name that is neither a column in scope, a parameter nor a value; `hint` is what it means, where that is known."""

    code: ClassVar[str] = "unknown-name"
    name: str
    where: str
    known: tuple[str, ...]
    hint: str = ""

    def message(self) -> str:
        return f"unknown name `{self.name}` in {self.where}"

    def help(self) -> str:
        return self.hint or suggest(self.name, self.known, "known here")


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
class UnknownField(Diagnostic):
    """`row.field` where the row has no such field; `hint` is what it is, where that is known."""

    code: ClassVar[str] = "unknown-field"
    name: str
    relation: str
    known: tuple[str, ...]
    declared: Span | None
    hint: str = ""

    def message(self) -> str:
        return f"`{self.relation}` has no field `{self.name}`"

    def help(self) -> str:
        return self.hint or suggest(self.name, self.known, f"fields of `{self.relation}`")

    def related(self) -> tuple[Label, ...]:
        return (Label(self.declared, f"`{self.relation}` is declared here"),) if self.declared else ()


@dataclass(frozen=True)
class UnknownRelation(Diagnostic):
    """A record, table or calendar that is not declared."""

    code: ClassVar[str] = "unknown-record"
    name: str
    known: tuple[str, ...]

    def message(self) -> str:
        return f"no record, table or calendar is called `{self.name}`"

    def help(self) -> str:
        return suggest(self.name, self.known, "declared")


_ELSEWHERE = {
    **dict.fromkeys(("string", "str", "char", "varchar"), "text"),
    **dict.fromkeys(("integer", "int", "bigint", "count"), "whole number"),
    **dict.fromkeys(("decimal", "numeric", "float", "double", "real"), "number"),
    **dict.fromkeys(("datetime", "timestamp", "day"), "date"),
    **dict.fromkeys(("currency", "amount"), "money"),
    **dict.fromkeys(("bool", "flag"), "boolean"),
    **dict.fromkeys(("percentage", "pct"), "percent"),
    "enum": "one of A, B",
}
"""What types are called elsewhere, and the type of the language."""


@dataclass(frozen=True)
class UnknownType(Diagnostic):
    """A type name that is no type, record, table or calendar."""

    code: ClassVar[str] = "unknown-type"
    name: str
    known: tuple[str, ...]

    def message(self) -> str:
        return f"unknown type `{self.name}`"

    def help(self) -> str:
        if self.name.casefold() in _ELSEWHERE:
            return f"write `{_ELSEWHERE[self.name.casefold()]}`"
        return suggest(self.name, self.known, "types")


@dataclass(frozen=True)
class UnknownSource(Diagnostic):
    """A citation of a document that no `source` declares."""

    code: ClassVar[str] = "unknown-source"
    name: str
    known: tuple[str, ...]

    def message(self) -> str:
        return f"no source is called `{self.name}`"

    def help(self) -> str:
        if not self.known:
            return f'declare the document first: `source {self.name} "Title of the document"`'
        return suggest(self.name, self.known, "sources")


@dataclass(frozen=True)
class UnknownRequirement(Diagnostic):
    """A payment needs a requirement that its `for each` does not have."""

    code: ClassVar[str] = "unknown-requirement"
    name: str
    relation: str
    known: tuple[str, ...]

    def message(self) -> str:
        return f"no requirement on `{self.relation}` is called `{self.name}`"

    def help(self) -> str:
        return suggest(self.name, self.known, "requirements")


@dataclass(frozen=True)
class DuplicateName(Diagnostic):
    """Two things of one name in one place, or of names that differ by letter case only (`other`, the first of the two)."""

    code: ClassVar[str] = "duplicate-name"
    name: str
    what: str
    first: Span
    other: str | None = None

    def message(self) -> str:
        if self._same:
            return f"{self.what} `{self.name}` is declared twice"
        return f"{self.what} `{self.name}` differs from `{self.other}` by letter case only"

    def label(self) -> str:
        return "declared again here" if self._same else "the same, but for letter case"

    def help(self) -> str:
        if self._same:
            return "give one of the two another name, or delete it"
        return "give one of the two another name: databases do not tell letter case apart in names"

    @property
    def _same(self) -> bool:
        return self.other is None or self.other == self.name

    def related(self) -> tuple[Label, ...]:
        return (Label(self.first, "first declared here"),)


@dataclass(frozen=True)
class DayOfRange(Diagnostic):
    """A field or `let` called as the column of the first or last day (`day`) of a date range of its record."""

    code: ClassVar[str] = "duplicate-name"
    name: str
    what: str
    range: str
    day: str
    first: Span

    def message(self) -> str:
        which = "first" if self.day == "start" else "last"
        return f"{self.what} `{self.name}` has the name of a column: feeds say the {which} day of the range `{self.range}` there"

    def help(self) -> str:
        return f"give it another name; rules read that day as `{self.range}.{self.day}`"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.first, "the range is declared here"),)


@dataclass(frozen=True)
class TwoMeanings(Diagnostic):
    """A bare name that is a field or `let` (`what`) and also a parameter, declared at `second`, or, where that is None, a
    value of what it is compared with."""

    code: ClassVar[str] = "duplicate-name"
    name: str
    what: str
    relation: str
    first: Span
    second: Span | None
    inner: bool

    def message(self) -> str:
        other = "a param" if self.second else "a value"
        return f"`{self.name}` is a {self.what} of `{self.relation}` and {other}: either could be meant"

    def help(self) -> str:
        own = "" if self.inner else f"write `this.{self.name}` for the {self.what}, or "
        return f"{own}give {'one of the two' if self.second else f'the {self.what}'} another name"

    def related(self) -> tuple[Label, ...]:
        own = Label(self.first, f"the {self.what}")
        return (own, Label(self.second, "the param")) if self.second else (own,)


@dataclass(frozen=True)
class Cycle(Diagnostic):
    """A derived column that depends on itself."""

    code: ClassVar[str] = "depends-on-itself"
    name: str
    through: tuple[str, ...]

    def message(self) -> str:
        return f"`{self.name}` depends on itself"

    def help(self) -> str:
        path = " needs ".join(f"`{name}`" for name in (*self.through, self.name))
        return f"{path}; one of them has to be worked out from something else"


@dataclass(frozen=True)
class MissingProgram(Diagnostic):
    """A file that is run has no `program` header."""

    code: ClassVar[str] = "missing-program"

    def message(self) -> str:
        return "the file does not say which program it is"

    def help(self) -> str:
        return 'start it with `program NAME "Title"`, and below it, indented, `currency USD`'


@dataclass(frozen=True)
class MissingCurrency(Diagnostic):
    """Money without a currency."""

    code: ClassVar[str] = "missing-currency"

    def message(self) -> str:
        return "the program does not say which currency `money` is in"

    def help(self) -> str:
        return "add a line `currency USD` below `program`"


@dataclass(frozen=True)
class BeyondTheRow(Diagnostic):
    """A `must` of a record that reads more than the fields of one row."""

    code: ClassVar[str] = "beyond-the-row"
    record: str
    found: str

    def message(self) -> str:
        return f"`must` is about one row of `{self.record}` as it comes, and this reads {self.found}"

    def help(self) -> str:
        return "compare fields of the row with each other or with values; what reads more is an `invariant` under `for each`"
