"""Requirements and payments that lack something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from incdsl.diagnostic import Diagnostic, Label
from incdsl.semantics.errors.wording import suggest
from incdsl.source import Span


@dataclass(frozen=True)
class MissingLine(Diagnostic):
    """A rule without a line it needs."""

    code: ClassVar[str] = "missing-line"
    rule: str
    line: str
    example: str

    def message(self) -> str:
        return f"{self.rule} has no {self.line} line"

    def help(self) -> str:
        return f"add one, such as `{self.example}`"


@dataclass(frozen=True)
class DuplicateLine(Diagnostic):
    """A rule with two lines of which it can have one."""

    code: ClassVar[str] = "duplicate-line"
    rule: str
    line: str
    first: Span

    def message(self) -> str:
        return f"{self.rule} has two `{self.line}` lines"

    def help(self) -> str:
        return "keep one of them; two conditions go into one line, joined by `and`"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.first, "the first one"),)


@dataclass(frozen=True)
class TwoStarts(Diagnostic):
    """A payment with `base` and with `amount`."""

    code: ClassVar[str] = "duplicate-line"
    rule: str
    first: Span

    def message(self) -> str:
        return f"{self.rule} has a `base` and an `amount`, and can start with one of them"

    def help(self) -> str:
        return "write `base` and `rate` where a rate is applied, or `amount` alone; what is added to either is a `plus` line"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.first, "the first one"),)


@dataclass(frozen=True)
class LineOrder(Diagnostic):
    """A step of a payment where it has no meaning."""

    code: ClassVar[str] = "step-order"
    rule: str
    line: str

    def message(self) -> str:
        return f"{self.rule} has its `{self.line}` line before any `amount`"

    def help(self) -> str:
        return "the steps apply in the order written: start with `amount`"


@dataclass(frozen=True)
class MissingRound(Diagnostic):
    """A payment that may have fractions of the smallest coin; `mode` is how its `round` line, at which the span points,
    rounds to finer ones, empty where it has none."""

    code: ClassVar[str] = "missing-round"
    payment: str
    decimals: int
    currency: str
    unit: str
    scale: int
    mode: str = ""

    def message(self) -> str:
        return f"payment `{self.payment}` may come to {self.decimals} decimals, and {self.currency} has {self.scale}"

    def help(self) -> str:
        if self.mode:
            return f"round to the smallest coin: `round {self.mode} to {self.unit}`"
        return f"add a step that says how, such as `round half up to {self.unit}`"


@dataclass(frozen=True)
class UnsourcedNumber(Diagnostic):
    """A business number that says neither where it stands nor that it is assumed."""

    code: ClassVar[str] = "number-without-source"
    severity: ClassVar[str] = "warning"
    what: str

    def message(self) -> str:
        return f"{self.what} says neither where it comes from nor that it is assumed"

    def help(self) -> str:
        return 'write `cite SOURCE "place"` or `assumed "why"` behind it'


@dataclass(frozen=True)
class NeedsDay(Diagnostic):
    """A parameter that changes with time, used without a day."""

    code: ClassVar[str] = "needs-a-day"
    name: str
    declared: Span

    def message(self) -> str:
        return f"`{self.name}` changes with time, and no day is named"

    def help(self) -> str:
        return f"say on which day: `{self.name} on booked_on`"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.declared, "its values and days"),)


@dataclass(frozen=True)
class NotDated(Diagnostic):
    """`x on day` where x is neither a parameter that changes with time nor a designation."""

    code: ClassVar[str] = "not-dated"
    text: str

    def message(self) -> str:
        return f"`{self.text}` has no value of its own on a day"

    def help(self) -> str:
        return "`on` follows a parameter declared `by date`, or a designation such as `CX[this.partner]`"


@dataclass(frozen=True)
class EventOrder(Diagnostic):
    """`after` in a requirement that waits for no event, or that names one that does not."""

    code: ClassVar[str] = "after-no-event"
    name: str

    def message(self) -> str:
        return f"requirement `{self.name}` does not wait for an event, so nothing comes after or before it"

    def help(self) -> str:
        return "`after` stands beside `done`, and names requirements that have a `done` line themselves"


@dataclass(frozen=True)
class UnknownPayment(Diagnostic):
    """A limit names a payment that its `for each` does not have."""

    code: ClassVar[str] = "unknown-payment"
    name: str
    relation: str
    known: tuple[str, ...]

    def message(self) -> str:
        return f"no payment of `{self.relation}` is called `{self.name}`"

    def help(self) -> str:
        return suggest(self.name, self.known, "payments")


@dataclass(frozen=True)
class LimitOfWhat(Diagnostic):
    """A limit whose number counts something else than the rows that are paid for, or does not say what it counts."""

    code: ClassVar[str] = "limit-of-what"
    word: str | None
    relation: str
    rows: str
    money: str

    def message(self) -> str:
        if self.word is None:
            return "the limit does not say what its number counts"
        return f"a limit cannot count `{self.word}`: a number in it counts rows of `{self.relation}`"

    def help(self) -> str:
        return f"write `{self.rows}` if it is how many are paid for, or `{self.money}` if it is how much is paid"


@dataclass(frozen=True)
class LimitPerOverlap(Diagnostic):
    """A limit per period of a calendar of which two periods, `one` and `other`, have a day in common."""

    code: ClassVar[str] = "limit-per-overlap"

    calendar: str
    day: str
    one: str
    other: str
    periods: tuple[Span, Span]

    def message(self) -> str:
        return f"{self.day} lies in `{self.one}` and in `{self.other}`, so a row of that day would count in one of them only"

    def help(self) -> str:
        return f"limit per a calendar whose periods do not overlap; `{self.calendar}` stays for the rest of the program"

    def related(self) -> tuple[Label, ...]:
        return tuple(Label(span, f"a period of `{self.calendar}`") for span in self.periods)


@dataclass(frozen=True)
class LimitOfSeveral(Diagnostic):
    """A limit of money on several payments together."""

    code: ClassVar[str] = "limit-of-several"

    def message(self) -> str:
        return "a limit of money on several payments does not say which of them gives way"

    def help(self) -> str:
        return "write one limit for each payment, or limit the number of rows: `to 3 deals per partner`"
