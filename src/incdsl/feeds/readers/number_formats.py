"""Number formats of spreadsheets, as in `#,##0.00_);[Red]"USD" -0.00;"-"`: what a cell shows around its digits.

A format has a section for each kind of value. Text in it is quoted, escaped or a sign that stands for itself, and is shown
as it is: `0%` shows the hundredfold with a sign, `0"%"` the number itself with the same sign.
"""

from __future__ import annotations

import locale
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from incdsl.feeds.readers.written import plain

Kind = Literal["text", "mark", "digit", "point", "comma", "percent", "at", "date", "elapsed", "general", "other"]
"""A `mark` is text that stands where thousands, or lakhs and crores, end."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]|(?P<general>General)|(?P<noon>AM/PM|A/P)'
    r"|(?P<exponent>E[+-])|(?P<char>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|=|<|>)\s*(-?[0-9]+(?:\.[0-9]*)?(?:E[+-]?[0-9]+)?)", re.IGNORECASE)
_COLOUR = re.compile("black|blue|cyan|green|magenta|red|white|yellow|color *[0-9]+", re.IGNORECASE)
_COMPARE: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt, "<=": operator.le, "=": operator.eq, "<>": operator.ne, ">=": operator.ge, ">": operator.gt,
}  # fmt: skip
_LAKHS = re.compile("(?<![0,])0{1,3}(?:,00)*,000(?![0,])")
"""Digits in groups, with commas that are text."""

_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys("0#?", "digit"), ".": "point", ",": "comma", "%": "percent", "@": "at", "/": "other",
    **dict.fromkeys("dmhysDMHYS", "date"),
}  # fmt: skip

_WIDE = Context(prec=1000, rounding=ROUND_HALF_UP)
"""For more digits than any number of a spreadsheet has."""


class Piece(NamedTuple):
    """A part of a section; `country` is the one by whose customs a `text` of `[$€-407]` is written."""

    kind: Kind
    text: str
    country: str | None = None


@dataclass(frozen=True, eq=False)
class Section:
    """What a format shows for one kind of number; `condition` holds for the numbers that it is for, where it says so."""

    pieces: tuple[Piece, ...]
    condition: tuple[str, Decimal] | None = None
    coloured: bool = False
    negative: bool = False
    """Whether it is for numbers below zero only, so that it says itself how their sign is shown."""

    def has(self, *kinds: Kind) -> bool:
        """Whether there is a piece of one of the kinds."""
        return not self.kinds.isdisjoint(kinds)

    @cached_property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of its pieces."""
        return frozenset(piece.kind for piece in self.pieces)

    @cached_property
    def percents(self) -> int:
        """How many times the number is multiplied by 100 before it is shown."""
        return sum(piece.kind == "percent" for piece in self.pieces)

    @cached_property
    def text(self) -> str:
        """What it shows besides the number."""
        return "".join(piece.text for piece in self.pieces if piece.kind == "text")

    @cached_property
    def thousands(self) -> int:
        """How many times the number is divided by 1000 before it is shown."""
        kinds = "".join({"digit": "0", "comma": ",", "point": "."}.get(piece.kind, "") for piece in self.pieces)
        found = re.search("0(,+)(?:[.]|$)", kinds)
        return len(found[1]) if found else 0

    def show(self, value: Decimal) -> str:
        """A number as a person sees it, but that one in powers of ten or as a fraction is written out."""
        sign = "-" if value < 0 and not self.negative else ""
        digits = self._digits(value)
        return (sign + "".join(digits.get(at, _as_it_is(piece)) for at, piece in enumerate(self.pieces))).strip()

    def _digits(self, value: Decimal) -> dict[int, str]:
        """What is shown for the pieces, by position, that stand for digits."""
        places = [at for at, piece in enumerate(self.pieces) if piece.kind in ("digit", "general", "at")]
        if self.has("other", "general", "at"):
            points = (at for at, piece in enumerate(self.pieces) if piece.kind == "point")
            return dict.fromkeys(points, "") | dict.fromkeys(places[:1], plain(abs(value)))
        point = next((at for at, piece in enumerate(self.pieces) if piece.kind == "point"), len(self.pieces))
        before, after = [at for at in places if at < point], [at for at in places if at > point]
        scaled = abs(value).scaleb(2 * self.percents - 3 * self.thousands)
        whole, _, decimals = f"{scaled.quantize(Decimal(1).scaleb(-len(after)), context=_WIDE):f}".partition(".")
        needed = next((len(before) - order for order, at in enumerate(before) if self.pieces[at].text == "0"), 0)
        digits = whole.lstrip("0").rjust(needed, "0")
        if any(piece.kind == "comma" and before[:1] < [at] < before[-1:] for at, piece in enumerate(self.pieces)):
            return dict.fromkeys(before[-1:], f"{int(digits or 0):,}") | self._decimals(after, decimals)
        last = len(digits) - len(before) + 1
        found = {at: digits[max(last + order - 1, 0) if order else 0 : max(last + order, 0)] for order, at in enumerate(before)}
        return found | self._decimals(after, decimals)

    def _decimals(self, places: list[int], decimals: str) -> dict[int, str]:
        needed = max((order + 1 for order, at in enumerate(places) if self.pieces[at].text == "0"), default=0)
        return dict(zip(places, decimals.rstrip("0").ljust(needed, "0"), strict=False))


GENERAL = Section((Piece("general", ""),))


@dataclass(frozen=True)
class Format:
    """The sections of a format for numbers, and the one for texts, or None where texts are shown as they are."""

    numbers: tuple[Section, ...]
    texts: Section | None = None

    @cached_property
    def conditional(self) -> bool:
        """Whether it says itself which numbers a section is for."""
        return any(section.condition is not None for section in self.numbers)

    def sections(self, value: Decimal) -> tuple[Section, ...]:
        """The section that shows a number; several where spreadsheet programs do not agree on one."""
        first, *rest = self.numbers
        if not self.conditional:
            at = 1 if value < 0 and rest else 2 if value == 0 and len(rest) > 1 else 0
            return (self.numbers[at],)
        if first.condition is None or (not rest and not _holds(first, value)):
            return (*self.numbers, GENERAL)
        if _holds(first, value):
            return (first,)
        if rest[0].condition is not None:
            return (rest[0],) if _holds(rest[0], value) else (rest[1],) if len(rest) > 1 else (*self.numbers, GENERAL)
        return tuple(rest) if len(rest) > 1 and value >= 0 else (rest[0],)


@lru_cache(maxsize=1024)
def parse(code: str) -> Format:
    """A number format from its code; every text is one."""
    sections: list[Section] = []
    pieces: list[Piece] = []
    condition: tuple[str, Decimal] | None = None
    coloured = False
    for token in [*_TOKEN.finditer(code), None]:
        if token is None or token["char"] == ";":
            below = condition is not None and _below_zero(*condition)
            sections.append(Section(_marked(pieces), condition, coloured, below))
            pieces, condition, coloured = [], None, False
        elif token["bracket"] is not None:
            inside = token["bracket"]
            if found := _CONDITION.fullmatch(inside.strip()):
                condition = (found[1], Decimal(found[2]))
            coloured = coloured or _COLOUR.fullmatch(inside.strip()) is not None
            pieces += _bracket(inside)
        else:
            pieces += _piece(token)
    texts = sections.pop() if len(sections) > 3 or sections[-1].has("at") else None
    if len(sections) > 1 and all(section.condition is None for section in sections):
        sections[1] = replace(sections[1], negative=True)
    return Format(tuple(sections) or (GENERAL,), texts)


def _as_it_is(piece: Piece) -> str:
    return piece.text if piece.kind in ("text", "mark", "percent", "point") else ""


def _marked(pieces: list[Piece]) -> tuple[Piece, ...]:
    """The pieces, with commas that are text as marks where they stand as such do: `##\\,##\\,##0`."""
    looks = "".join("0" if piece.kind == "digit" else "," if piece[:2] == ("text", ",") else "x" for piece in pieces)
    for found in _LAKHS.finditer(looks):
        for at in range(*found.span()):
            pieces[at] = pieces[at]._replace(kind="mark") if pieces[at].kind == "text" else pieces[at]
    return tuple(pieces)


def _piece(token: re.Match[str]) -> tuple[Piece, ...]:
    literal = token["quoted"] if token["quoted"] is not None else token["escaped"]
    if literal is not None:
        return (Piece("text", literal),)
    if token["general"]:
        return (Piece("general", ""),)
    if token["noon"]:
        return (Piece("date", token["noon"]),)
    if token["exponent"]:
        return (Piece("other", token["exponent"]),)
    if token["char"]:
        return (Piece(_KINDS.get(token["char"], "text"), token["char"]),)
    return ()


def _bracket(inside: str) -> tuple[Piece, ...]:
    if re.fullmatch("h+|m+|s+", inside, re.IGNORECASE):
        return (Piece("elapsed", inside),)
    if not inside.startswith("$"):
        return ()
    sign, _, place = inside[1:].partition("-")
    return (Piece("text", sign, _country(place)),) if sign else ()


def _country(place: str) -> str | None:
    """The country of `409`, a number of Windows, or of `en-US`."""
    named = re.fullmatch(r"[a-z]{2,3}(?:-[A-Za-z]{4})?-([A-Z]{2})", place)
    if named:
        return named[1]
    if not re.fullmatch("[0-9A-Fa-f]{1,8}", place):
        return None
    known = locale.windows_locale.get(int(place, 16) & 0xFFFF, "")
    return known[-2:] if re.search("_[A-Z]{2}$", known) else None


def _holds(section: Section, value: Decimal) -> bool:
    assert section.condition is not None
    compare, bound = section.condition
    return _COMPARE[compare](value, bound)


def _below_zero(compare: str, bound: Decimal) -> bool:
    return (compare == "<" and bound <= 0) or (compare in ("<=", "=") and bound < 0)
