"""What can be wrong inside a number, a date or a string."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from incdsl.diagnostic import Diagnostic


@dataclass(frozen=True)
class ImpossibleDate(Diagnostic):
    """`written` is a date that no calendar has; `reason` says why: `June has 30 days`."""

    code: ClassVar[str] = "impossible-date"

    written: str
    reason: str
    nearest: str | None

    def message(self) -> str:
        return f"`{self.written}` does not exist: {self.reason}"

    def label(self) -> str:
        return self.reason

    def help(self) -> str:
        if self.nearest is not None:
            return f"the last day of that month is `{self.nearest}`"
        return "dates are written year-month-day, as in `2015-06-30`"


@dataclass(frozen=True)
class MalformedDate(Diagnostic):
    """`written` has the parts of a date and not its form; `meant` are the days it may stand for: two where day and month
    may be exchanged, the one with the day written first before the other."""

    code: ClassVar[str] = "malformed-date"

    written: str
    meant: tuple[str, ...]

    def message(self) -> str:
        return f"`{self.written}` is not a date written year-month-day with two digits for the month and the day"

    def help(self) -> str:
        match self.meant:
            case (only,):
                return f"write `{only}`"
            case day_first, month_first:
                other = "; for a subtraction put spaces around `-`" if "-" in self.written else ""
                return f"write `{day_first}` if the day comes first in it, `{month_first}` if the month does{other}"
            case _ if re.fullmatch(r"\d\d?[./-]\d\d?[./-]\d\d", self.written):
                return "a date is written year first, with all four digits of the year: `2015-06-03`"
            case _:
                return "a date is written `2015-06-03`; for a subtraction put spaces around `-`, as in `10 - 5 - 3`"


@dataclass(frozen=True)
class MalformedNumber(Diagnostic):
    """`written` has its commas and points in other places than the language puts them."""

    code: ClassVar[str] = "malformed-number"

    written: str
    meant: str | None

    def message(self) -> str:
        return f"`{self.written}` is not a number: a comma separates thousands and a point the decimals"

    def label(self) -> str:
        return "" if self.meant is None else f"`{self.meant}`?"

    def help(self) -> str:
        if self.meant is not None and "," in self.written and "." not in self.written:
            return f"write `{self.meant}`; in a list put a space after each comma"
        if self.meant is not None:
            return f"write `{self.meant}`"
        return "write thousands as in `57,500` and decimals as in `57.50`; in a list put a space after each comma"


@dataclass(frozen=True)
class ThousandsPoint(Diagnostic):
    """An amount such as `57.500 USD`: three decimals, where the currency has `decimals`."""

    code: ClassVar[str] = "thousands-point"

    written: str
    currency: str
    decimals: int

    def message(self) -> str:
        has = "none" if self.decimals == 0 else "two"
        return f"`{self.written} {self.currency}` has three decimals and {self.currency} has {has}"

    def label(self) -> str:
        return "is the point meant to separate thousands?"

    def help(self) -> str:
        thousands = self.written.replace(".", ",")
        return (
            f"write `{thousands} {self.currency}` if thousands were meant; "
            f"for an amount that exact add a zero: `{self.written}0 {self.currency}`"
        )


@dataclass(frozen=True)
class WholeThousandsPoint(Diagnostic):
    """A number such as `25.000` where a whole number is meant or stands beside it; not `whole`, where any number is."""

    code: ClassVar[str] = "thousands-point"

    written: str
    whole: bool = True

    def message(self) -> str:
        if self.whole:
            return f"`{self.written}` has three decimals and a whole number has none"
        return f"`{self.written}` is less than a thousand, and written as some countries write thousands"

    def label(self) -> str:
        return "is the point meant to separate thousands?"

    def help(self) -> str:
        short = self.written.rstrip("0").removesuffix(".")
        other = short if short != self.written else f"{self.written}0"
        return f"write `{self.written.replace('.', ',')}` if thousands were meant; else write `{other}`"


@dataclass(frozen=True)
class FractionNotAllowed(Diagnostic):
    """`what` (a number of days, of places) is written with decimals."""

    code: ClassVar[str] = "not-a-whole-number"

    written: str
    what: str

    def message(self) -> str:
        return f"`{self.written}` is not {self.what}: it has to be a whole number"

    def help(self) -> str:
        return f"write a number without decimals, such as `{self.written.split('.')[0]}`"


@dataclass(frozen=True)
class RoundingUnit(Diagnostic):
    """`written` is not a place to round to."""

    code: ClassVar[str] = "rounding-unit"

    written: str

    def message(self) -> str:
        return f"amounts cannot be rounded to `{self.written}`"

    def help(self) -> str:
        return (
            "round to 1, 0.1, 0.01 and so on; to another step, divide by it and multiply again: "
            f"`(a / {self.written} to 0 places half up) * {self.written}`"
        )
