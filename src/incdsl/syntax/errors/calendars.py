"""What can be wrong with how a calendar says its periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from incdsl.diagnostic import Diagnostic, Label
from incdsl.source import Span


@dataclass(frozen=True)
class MixedCalendar(Diagnostic):
    """A line of a calendar that does not go with `first`, another line of it."""

    code: ClassVar[str] = "mixed-calendar"

    first: Span

    def message(self) -> str:
        return f"`{_start(self.span)}` and `{_start(self.first)}` do not go together in one calendar"

    def help(self) -> str:
        return (
            "a calendar lists its periods, or says once what they are: `months`, `quarters` or `years from DATE through DATE`; "
            "`fiscal years` with `years end`; `fiscal quarters` with `years end` and `week 53`"
        )

    def related(self) -> tuple[Label, ...]:
        return (Label(self.first, "the other line"),)


@dataclass(frozen=True)
class EmptyCalendar(Diagnostic):
    """A calendar whose last year or day lies before its first."""

    code: ClassVar[str] = "period-order"

    first: str
    last: str

    def message(self) -> str:
        return f"the periods of a calendar run through {self.last}, which is before {self.first}"

    def help(self) -> str:
        return f"exchange the two: `{self.last} through {self.first}`"


@dataclass(frozen=True)
class PeriodBounds(Diagnostic):
    """The first or last day of a calendar made by rule is no first or last day of such a `unit`: month, quarter or
    year. `near` are the nearest days that are."""

    code: ClassVar[str] = "period-bounds"

    day: str
    verb: str
    unit: str
    near: tuple[str, ...]

    def message(self) -> str:
        return f"{self.day} {self.verb} no calendar {self.unit}"

    def help(self) -> str:
        days = " or ".join(f"`{day}`" for day in self.near)
        return f"write {days}; for other {self.unit}s, list each period: `NAME FIRST-DATE through LAST-DATE`"


def _start(span: Span) -> str:
    """The first words of a line."""
    return " ".join(span.text.split()[:2])
