"""Warnings: what is allowed and rarely meant. Each is accepted by name, with a reason, where it is meant."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from incdsl.diagnostic import Diagnostic, Label
from incdsl.semantics.errors.wording import short, suggest
from incdsl.source import Span


@dataclass(frozen=True)
class Doubt(Diagnostic):
    """Base of the warnings that an `accept` line in the rule leaves aside."""

    severity: ClassVar[str] = "warning"

    @abstractmethod
    def advice(self) -> str:
        """What to do when it is not meant."""

    def help(self) -> str:
        return f'{self.advice()}\nwhere it is meant, say so in the rule: `accept {self.code} because "why"`'


@dataclass(frozen=True)
class NeverApplies(Doubt):
    """A part of a rule that applies to no row that there can be. `why` says what it would take."""

    code: ClassVar[str] = "never-applies"
    what: str
    why: str

    def message(self) -> str:
        return f"{self.what} never applies: {self.why}"

    def advice(self) -> str:
        return "correct the condition or the bounds that the fields state, or delete what never applies"


@dataclass(frozen=True)
class SettledRequirement(Doubt):
    """A requirement that every row meets, or none."""

    code: ClassVar[str] = "settled-requirement"
    name: str
    met: bool
    condition: str

    def message(self) -> str:
        return f"requirement `{self.name}` is met by {'everything' if self.met else 'nothing'} there can be"

    def label(self) -> str:
        return f"`{short(self.condition)}` {'always' if self.met else 'never'} holds"

    def advice(self) -> str:
        return "correct the condition, or the bounds that the fields state; a requirement that decides nothing can go"


@dataclass(frozen=True)
class UnusedRequirement(Doubt):
    """A requirement that no payment needs."""

    code: ClassVar[str] = "unused-requirement"
    name: str

    def message(self) -> str:
        return f"no payment needs requirement `{self.name}`"

    def advice(self) -> str:
        return f"add it to a payment: `needs {self.name}`, or delete it"


@dataclass(frozen=True)
class UnusedValue(Doubt):
    """A value, parameter, table or calendar that no rule reads."""

    code: ClassVar[str] = "unused-value"
    what: str
    name: str

    def message(self) -> str:
        return f"no rule reads {self.what} `{self.name}`"

    def advice(self) -> str:
        return "use it in the rule that was meant to depend on it, or delete it"


@dataclass(frozen=True)
class ExceedsCeiling(Doubt):
    """A step after `at most` that can lift the amount above it."""

    code: ClassVar[str] = "exceeds-ceiling"
    payment: str
    step: str
    ceiling: Span

    def message(self) -> str:
        return f"payment `{self.payment}` can exceed its ceiling: `{short(self.step)}` comes after it"

    def label(self) -> str:
        return "this can raise the amount again"

    def advice(self) -> str:
        return "the steps apply in the order written: put `at most` below this one, if the ceiling holds for all that is paid"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.ceiling, "the ceiling"),)


@dataclass(frozen=True)
class DeadlineBeforeEvent(Doubt):
    """A deadline that is always before what it follows."""

    code: ClassVar[str] = "deadline-before-event"
    what: str
    other: str
    earlier: Span | None = None

    def message(self) -> str:
        return f"{self.what} is always before {self.other}"

    def advice(self) -> str:
        return "look at the sign and the number of days, and at the date that they are counted from"

    def related(self) -> tuple[Label, ...]:
        return () if self.earlier is None else (Label(self.earlier, "what it follows"),)


@dataclass(frozen=True)
class OverlappingPeriods(Doubt):
    """A day that lies in two periods of a calendar."""

    code: ClassVar[str] = "overlapping-periods"
    day: str
    one: str
    other: str
    first: Span

    def message(self) -> str:
        return f"{self.day} lies in `{self.one}` and in `{self.other}`"

    def advice(self) -> str:
        return "let one period start the day after the other one ends"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.first, "the other period"),)


@dataclass(frozen=True)
class GapBetweenPeriods(Doubt):
    """A day between the periods of a calendar that lies in none."""

    code: ClassVar[str] = "gap-between-periods"
    day: str
    before: str
    after: str
    first: Span

    def message(self) -> str:
        return f"{self.day} lies in no period: `{self.before}` has ended, and `{self.after}` has not begun"

    def advice(self) -> str:
        return "let the period start the day after the one before it ends"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.first, "the period before"),)


@dataclass(frozen=True)
class PeriodOffCalendar(Doubt):
    """A listed period that does not start, or end, where a period of a calendar made by rule does."""

    code: ClassVar[str] = "period-off-calendar"
    name: str
    verb: str
    day: str
    calendar: str
    near: str
    near_day: str
    made: Span

    def message(self) -> str:
        return f"period `{self.name}` {self.verb} on {self.day}, where no period of `{self.calendar}` {self.verb}"

    def label(self) -> str:
        return f"`{self.near}` {self.verb} on {self.near_day}"

    def advice(self) -> str:
        return "correct the day, or the calendar that is made by rule"

    def related(self) -> tuple[Label, ...]:
        return (Label(self.made, f"`{self.calendar}` is made by rule"),)


@dataclass(frozen=True)
class Cliff(Doubt):
    """A bound at which what is paid jumps. `jumps` say what jumps, from where and to where."""

    code: ClassVar[str] = "cliff"
    bound: str
    jumps: tuple[str, ...]

    def message(self) -> str:
        return f"at {self.bound} {', and '.join(self.jumps)}"

    def label(self) -> str:
        return "a little less, and the lower tier holds for all of it"

    def advice(self) -> str:
        return "write `rate per slice` if only what lies above the bound earns at the higher rate"


@dataclass(frozen=True)
class AcceptsNothing(Diagnostic):
    """An `accept` where there is no such warning."""

    code: ClassVar[str] = "accepts-nothing"
    severity: ClassVar[str] = "warning"
    name: str

    def message(self) -> str:
        return f"there is no `{self.name}` here to accept"

    def help(self) -> str:
        return "delete the line: what it accepted is gone; or move it to the rule that the warning is about"


@dataclass(frozen=True)
class UnknownWarning(Diagnostic):
    """An `accept` of something that is no warning."""

    code: ClassVar[str] = "unknown-warning"
    name: str
    known: tuple[str, ...]

    def message(self) -> str:
        return f"no warning is called `{self.name}`"

    def help(self) -> str:
        return suggest(self.name, self.known, "warnings")
