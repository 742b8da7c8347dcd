"""Values of the wrong type, or that may be missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from incdsl.diagnostic import Diagnostic, Label, nearest, one_of
from incdsl.semantics.errors.wording import short, suggest
from incdsl.source import Span


@dataclass(frozen=True)
class TypeMismatch(Diagnostic):
    """One type is needed and another stands there."""

    code: ClassVar[str] = "type-mismatch"
    needed: str
    found: str
    purpose: str
    hint: str = ""

    def message(self) -> str:
        return f"{self.purpose} has to be {self.needed}, and this is {self.found}"

    def label(self) -> str:
        return f"this is {self.found}"

    def help(self) -> str:
        return self.hint or f"write a value of type {self.needed} here"


@dataclass(frozen=True)
class OperandTypes(Diagnostic):
    """An operator between two types that do not go together."""

    code: ClassVar[str] = "operand-types"
    action: str
    left: str
    right: str
    hint: str
    left_span: Span
    right_span: Span

    def message(self) -> str:
        return f"cannot {self.action}"

    def label(self) -> str:
        return ""

    def help(self) -> str:
        return self.hint

    def related(self) -> tuple[Label, ...]:
        return (Label(self.left_span, f"this is {self.left}"), Label(self.right_span, f"this is {self.right}"))


@dataclass(frozen=True)
class RowsOfTwoRecords(Diagnostic):
    """A comparison of a row of one record with a row of another, which at best have the same key by chance. `meant` is what
    could stand in place of `instead`, empty where nothing offers itself."""

    code: ClassVar[str] = "rows-of-two-records"
    left: str
    right: str
    meant: str
    instead: str
    left_span: Span
    right_span: Span

    def message(self) -> str:
        return f"a row of `{self.left}` is compared with a row of `{self.right}`"

    def label(self) -> str:
        return ""

    def help(self) -> str:
        if self.meant:
            return f"write `{self.meant}` in place of `{self.instead}` if the row of the `for each` is meant"
        return "compare what names rows of one record; a field whose texts are keys of a record is declared so: `partner Partner`"

    def related(self) -> tuple[Label, ...]:
        return (
            Label(self.left_span, f"this names a row of `{self.left}`"),
            Label(self.right_span, f"this names a row of `{self.right}`"),
        )


@dataclass(frozen=True)
class KeyOfAnotherRecord(Diagnostic):
    """A lookup by the key of a row of another record than the one that its key names. `fields` of the row at hand name such."""

    code: ClassVar[str] = "rows-of-two-records"
    table: str
    key: str
    needed: str
    found: str
    fields: tuple[str, ...]

    def message(self) -> str:
        key = "is looked up" if self.table == self.needed else f"has the key `{self.key}`, which names a row of `{self.needed}`"
        return f"`{self.table}` {key}, and `{self.span.text}` names a row of `{self.found}`"

    def help(self) -> str:
        if self.fields:
            return f"write {' or '.join(f'`{name}`' for name in self.fields)}, which names a row of `{self.needed}`"
        return f"look it up by what names a row of `{self.needed}`"


@dataclass(frozen=True)
class ComparedWithItself(Diagnostic):
    """A comparison of two sides that are the same value of the same row. `meant` is how the value of the other row is
    written, if there is one; `outcome` what the comparison always comes to."""

    code: ClassVar[str] = "compared-with-itself"
    text: str
    meant: str
    outcome: bool

    def message(self) -> str:
        return f"`{short(self.text)}` is compared with itself, which {'always' if self.outcome else 'never'} holds"

    def help(self) -> str:
        if self.meant.startswith("this"):
            return f"write `{self.meant}` on one side for the row of the `for each`"
        if self.meant:
            return f"write `{self.meant}` on one side for the row that is counted"
        return "name on one side what it should be compared with"


@dataclass(frozen=True)
class WrongCurrency(Diagnostic):
    """Money of two currencies where one is needed."""

    code: ClassVar[str] = "wrong-currency"
    found: str
    needed: str

    def message(self) -> str:
        return f"an amount in {self.found} stands where {self.needed} is needed"

    def help(self) -> str:
        return (
            f"amounts are not converted: use ones that are in {self.needed} where they come from; what is paid is in the "
            "program's own currency, so that a second one is a second program"
        )


@dataclass(frozen=True)
class MayBeMissing(Diagnostic):
    """An optional value where a value is needed; `operand` when it stands beside an operator, so that `otherwise` needs
    parentheses to be about it alone."""

    code: ClassVar[str] = "may-be-missing"
    text: str
    why: str
    origin: Label | None
    operand: bool = False

    def message(self) -> str:
        return f"`{short(self.text)}` may be missing here"

    def label(self) -> str:
        return self.why

    def help(self) -> str:
        if not re.fullmatch(r"[\w.]+", self.text):
            how = f", in parentheses: `({short(self.text)} otherwise ...)`" if self.operand else " with `otherwise` behind it"
            return f"say what happens then{how}; or give it a name with `let` and test that with `is given`"
        mended = f"({self.text} otherwise ...)" if self.operand else f"{self.text} otherwise ..."
        return f"say what happens then: `{mended}`, or test it first: `{self.text} is given and ...`"

    def related(self) -> tuple[Label, ...]:
        return (self.origin,) if self.origin is not None else ()


@dataclass(frozen=True)
class NeverMissing(Diagnostic):
    """A test for a missing value on a value that is always there."""

    code: ClassVar[str] = "never-missing"
    text: str

    def message(self) -> str:
        return f"`{short(self.text)}` is never missing"

    def help(self) -> str:
        return "leave the test or the `otherwise` out; or make the field `optional` if it can be blank in the data"


@dataclass(frozen=True)
class NotARow(Diagnostic):
    """`.field` of something that has no fields."""

    code: ClassVar[str] = "no-fields"
    text: str
    found: str
    name: str

    def message(self) -> str:
        return f"`{short(self.text)}` is {self.found} and has no field `{self.name}`"

    def help(self) -> str:
        return "only rows of records, tables and calendars have fields, and date ranges have `start` and `end`"


@dataclass(frozen=True)
class NotAValue(Diagnostic):
    """A whole row or range where one value is needed."""

    code: ClassVar[str] = "not-a-value"
    text: str
    found: str
    fields: tuple[str, ...]

    def message(self) -> str:
        return f"`{short(self.text)}` is {self.found}, and one value is needed here"

    def help(self) -> str:
        return f"name the field that is meant: {one_of(tuple(f'{self.text}.{name}' for name in self.fields))}"


@dataclass(frozen=True)
class UnknownValue(Diagnostic):
    """A name or text that is not among the values a type has. `quoted` when it is written in quotes, as a value has to be
    then; `meant` is the value that it stands for elsewhere, empty where none is known."""

    code: ClassVar[str] = "unknown-value"
    name: str
    noun: str
    type: str
    known: tuple[str, ...]
    quoted: bool = False
    meant: str = ""

    def message(self) -> str:
        return f"`{self.name}` is not a {self.noun} of `{self.type}`"

    def help(self) -> str:
        near = self.meant or nearest(self.name, self.known)
        mark = '"' if self.quoted else ""
        if near:
            return f"write `{mark}{near}{mark}` if that is meant"
        if self.type == "country":
            return "a country is written as its two letters, as in `NL` and `GB`"
        return suggest(self.name, tuple(f"{mark}{name}{mark}" for name in self.known), f"{self.noun}s")


@dataclass(frozen=True)
class Unordered(Diagnostic):
    """`<` or `>=` on values that have no order; `choice` when they are those of a `one of`."""

    code: ClassVar[str] = "no-order"
    type: str
    choice: bool

    def message(self) -> str:
        return f"{self.type} {'have' if self.choice else 'has'} no order to compare by"

    def help(self) -> str:
        if self.choice:
            return "write `lowest first` after the values in the `one of`, or compare with `=` or `in`"
        return "compare with `=`, `<>` or `in`"


@dataclass(frozen=True)
class KeyCount(Diagnostic):
    """A lookup with too few or too many keys."""

    code: ClassVar[str] = "wrong-number-of-keys"
    relation: str
    keys: tuple[str, ...]
    found: int
    declared: Span

    def message(self) -> str:
        needed = f"{len(self.keys)} key{'s' * (len(self.keys) != 1)}"
        return f"`{self.relation}` is looked up by {needed}, and {self.found} stand{'s' * (self.found == 1)} here"

    def help(self) -> str:
        return f"write `{self.relation}[{', '.join(self.keys)}]`"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.declared, f"`{self.relation}` is declared here"),)


@dataclass(frozen=True)
class NoKey(Diagnostic):
    """A record or table without a key; or, where a field refers to it (`declared` says where it is), without a key that
    one field can hold."""

    code: ClassVar[str] = "no-key"
    relation: str
    declared: Span | None

    def message(self) -> str:
        if self.declared is None:
            return f"`{self.relation}` has no key, so its rows cannot be told apart"
        return f"a field cannot refer to a row of `{self.relation}`, which has no key of a single plain field"

    def help(self) -> str:
        if self.declared is None:
            return f"mark what identifies a row of `{self.relation}` with `key`"
        return (
            f"give `{self.relation}` one `key` field that is a text, a whole number, a date, a country or a `one of`; "
            f"or hold its keys here, and look the row up: `{self.relation}[...]`"
        )

    def related(self) -> tuple[Label, ...]:
        return (Label(self.declared, f"`{self.relation}` is declared here"),) if self.declared is not None else ()


@dataclass(frozen=True)
class TooManyDigits(Diagnostic):
    """A number that may not fit; `worked_out` when it is not written but the outcome of an operator."""

    code: ClassVar[str] = "too-many-digits"
    text: str
    type: str
    worked_out: bool = False

    def message(self) -> str:
        return f"`{short(self.text)}` has more digits than {self.type} holds"

    def help(self) -> str:
        if self.worked_out:
            return "what is worked out keeps up to 20 decimals: round in between, as in `... rounded half up to 0.000001`"
        return "money has its currency's decimals, percents four (12.3456%), numbers six, and none over 18 digits"


@dataclass(frozen=True)
class NotConstant(Diagnostic):
    """Something to be worked out where a written value is needed."""

    code: ClassVar[str] = "not-a-constant"
    purpose: str

    def message(self) -> str:
        return f"{self.purpose} has to be a written value"

    def help(self) -> str:
        return 'write a number, amount, percent, date, text or name, such as `57,500 USD`, `20%` or `"UCS"`'


@dataclass(frozen=True)
class NestedAggregate(Diagnostic):
    """An aggregate inside the condition of another one."""

    code: ClassVar[str] = "nested-aggregate"
    relation: str

    def message(self) -> str:
        return "a sum, count or `any` stands inside the rows of another one"

    def help(self) -> str:
        return f"give the inner one a name in `for each {self.relation}`: `let name = ...`, and use the name here"


@dataclass(frozen=True)
class BrokenPattern(Diagnostic):
    """A pattern of texts that cannot be read."""

    code: ClassVar[str] = "broken-pattern"
    found: str
    fix: str

    def message(self) -> str:
        return self.found

    def help(self) -> str:
        return self.fix


@dataclass(frozen=True)
class FitsNothing(Diagnostic):
    """A pattern or a number of characters that no text has, or bounds that no value lies between."""

    code: ClassVar[str] = "fits-nothing"
    what: str
    fix: str

    def message(self) -> str:
        return self.what

    def help(self) -> str:
        return self.fix
