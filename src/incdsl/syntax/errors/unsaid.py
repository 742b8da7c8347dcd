"""What a clause leaves open that has to be said, because readers would take it in more than one way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from incdsl.diagnostic import Diagnostic


@dataclass(frozen=True)
class MonthsWithoutDay(Diagnostic):
    """`written`, months or years added to a date, without the day that stands for one that a month does not have."""

    code: ClassVar[str] = "months-without-day"

    written: str

    def message(self) -> str:
        return f"`{self.written}` does not say what happens when the month has no such day"

    def help(self) -> str:
        return (
            f"write `{self.written} or last day` for the last day of that month, or `{self.written} or next day` for the "
            "first of the next"
        )


@dataclass(frozen=True)
class LimitWithoutOrder(Diagnostic):
    """A limit that does not say which rows come first."""

    code: ClassVar[str] = "limit-without-order"

    def message(self) -> str:
        return "a limit does not say which rows come first"

    def help(self) -> str:
        return "end it with `in order of`, as in `in order of booked_on, id`; the rows that come first are paid"


@dataclass(frozen=True)
class RateWithoutScope(Diagnostic):
    """A rate by tiers that does not say what the rate of a tier is applied to."""

    code: ClassVar[str] = "rate-without-scope"

    subject: str

    def message(self) -> str:
        return "a rate by tiers does not say whether the rate of a tier is for the whole amount or for its slice"

    def help(self) -> str:
        return (
            f"write `rate by {self.subject} on the whole amount` for one rate on all of the base, or `rate per slice` for "
            "each slice of the base at its own rate"
        )
