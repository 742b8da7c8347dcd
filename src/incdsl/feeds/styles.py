"""How the values of a file are written: its style, which a mapping states by examples.

`numbers = "1.234,56"`, `dates = "dd/mm/yyyy"`. A style says one way of writing each value: a text is read to one value
or refused, never guessed at. `CANONICAL` is the notation of the generated JSON Schemas and of files without a mapping.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

NUMBERS = ("1234.56", "1,234.56", "1.234,56", "1234,56", "1 234,56", "1 234.56", "1'234.56")
"""The examples by which a mapping says how numbers are written."""

Minus = Literal["-1", "1-", "(1)"]
MINUSES: tuple[Minus, ...] = ("-1", "1-", "(1)")
"""The examples of a number below zero."""

Percents = Literal["20%", "20 %", "20", "0.2"]
PERCENTS: tuple[Percents, ...] = ("20%", "20 %", "20", "0.2")
"""The examples of twenty percent."""

Times = Literal["none", "midnight", "any"]
TIMES: tuple[Times, ...] = ("none", "midnight", "any")
"""What may follow a date: nothing; the time 00:00, which is left out; any time of day, which is left out."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_DATE = re.compile(r"yyyy|yy|mmm|mm|m|dd|d|[-/. ]")


@dataclass(frozen=True)
class Numbers:
    """The mark before decimals; the mark between thousands, empty when there is none (a space stands for no-break
    spaces too); where the sign stands; and the texts, such as `$`, that may stand beside an amount and say nothing."""

    point: str = "."
    group: str = ""
    minus: Minus = "-1"
    symbols: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether it is the canonical way."""
        return self == Numbers()

    def write(self, digits: str) -> str:
        """A number of the canonical notation, without sign or exponent, as it is written in this one."""
        whole, _, decimals = digits.partition(".")
        if self.group:
            whole = f"{int(whole):,}".replace(",", self.group)
        return whole + (self.point + decimals if decimals else "")

    def signed(self, body: str) -> str:
        """A number above zero, written, made one below zero."""
        return {"-1": f"-{body}", "1-": f"{body}-", "(1)": f"({body})"}[self.minus]


@dataclass(frozen=True)
class Dates:
    """A pattern of `yyyy`, `yy`, `mmm` (a word of `months`), `mm`, `m`, `dd`, `d` and the marks between them, of which
    `d` and `m` take one digit or two; `century` is that of `yy`, as in 2000."""

    pattern: str = "yyyy-mm-dd"
    months: tuple[str, ...] = MONTHS
    century: int | None = None
    times: Times = "none"

    @property
    def plain(self) -> bool:
        """Whether it is the canonical way."""
        return self == Dates()

    @property
    def parts(self) -> tuple[str, ...]:
        """The pieces of the pattern in their order, marks among them."""
        return tuple(_DATE.findall(self.pattern))

    @property
    def example(self) -> str:
        """25 July 2015, written this way."""
        written = {"yyyy": "2015", "yy": "15", "mmm": self.months[6], "mm": "07", "m": "7", "dd": "25", "d": "25"}
        return "".join(written.get(part, part) for part in self.parts)


@dataclass(frozen=True)
class Style:
    """How the values of one column are written.

    `blanks` are the words that mean that there is no value; with `trim`, white space of any kind around a value is
    left out, in every kind of file; `values` says which text stands for which, both as they are.
    """

    numbers: Numbers = field(default_factory=Numbers)
    percents: Percents = "20%"
    dates: Dates = field(default_factory=Dates)
    yes: tuple[str, ...] = ("yes",)
    no: tuple[str, ...] = ("no",)
    blanks: tuple[str, ...] = ()
    trim: bool = False
    values: tuple[tuple[str, str], ...] = ()


CANONICAL = Style()


def numbers_like(example: str) -> tuple[str, str] | None:
    """The marks before decimals and between thousands of one of `NUMBERS`, or None for another text."""
    if example not in NUMBERS:
        return None
    found = re.fullmatch(r"1(\D?)234(\D)56", example)
    assert found is not None
    return found[2], found[1]


def date_fault(pattern: str) -> str | None:
    """Why a text is no pattern for dates, or None when it is one that can be read in one way only."""
    parts = _DATE.findall(pattern)
    if "".join(parts) != pattern:
        return "it has something that is none of yyyy, yy, mmm, mm, m, dd, d, and the marks - / . and space"
    kinds = [part[0] for part in parts if part[0] in "ymd"]
    if sorted(kinds) != ["d", "m", "y"]:
        return "a date has one year, one month and one day"
    if any(one in ("m", "d") and other[0] in "ymd" and other != "mmm" for one, other in _neighbours(parts)):
        return "where `d` or `m` takes one digit or two, a mark has to say where it ends"
    return None


def _neighbours(parts: list[str]) -> list[tuple[str, str]]:
    pairs = list(pairwise(parts))
    return pairs + [(other, one) for one, other in pairs]
