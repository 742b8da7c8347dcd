"""Values that have a type, as the text that their column's style has for them.

A number of JSON, a date of a spreadsheet, a yes of a database says what it is, whatever the style of the texts beside it:
1.125 stays a little more than one where texts have a comma before decimals.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds.headers import Header
from incdsl.feeds.styles import CANONICAL, Style

_NUMBERS = (ty.Money, ty.Number, ty.Days, ty.Percent)
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Column:
    """What is read from a column of a source: values of which type, and in which style its texts are; a column that is not
    read has neither."""

    type: ty.Type = ty.TEXT
    style: Style = CANONICAL

    @property
    def is_switch(self) -> bool:
        """Whether it says yes or no."""
        return isinstance(self.type, ty.Boolean)

    def number(self, text: str) -> str:
        """The text of a number, given in canonical notation; another text as it is."""
        numbers = self.style.numbers
        if numbers.plain or not isinstance(self.type, _NUMBERS) or not _PLAIN.fullmatch(text):
            return text
        body = text.removeprefix("-").replace(".", numbers.point)
        return numbers.signed(body) if text.startswith("-") else body

    def percent(self, fraction: Decimal) -> str:
        """The text of a percent, given as a fraction."""
        match self.style.percents if isinstance(self.type, ty.Percent) else "20%":
            case "0.2":
                return self.number(plain(fraction))
            case "20":
                return self.number(plain(fraction.scaleb(2)))
            case _:
                return self.number(plain(fraction.scaleb(2))) + "%"

    def day(self, day: datetime.date) -> str:
        """The text of a day."""
        dates = self.style.dates
        if not isinstance(self.type, ty.Date):
            return day.isoformat()
        if dates.century is not None and day.year // 100 != dates.century // 100:
            return day.isoformat()
        words = {"yyyy": f"{day.year:04}", "yy": f"{day.year % 100:02}", "mmm": dates.months[day.month - 1],
                 "mm": f"{day.month:02}", "m": str(day.month), "dd": f"{day.day:02}", "d": str(day.day)}  # fmt: skip
        return "".join(words.get(part, part) for part in dates.parts)

    def truth(self, value: bool, otherwise: tuple[str, str]) -> str:
        """The text of yes or no; of a column of something else, one of the words that `otherwise` has for no and yes."""
        if self.is_switch:
            return (self.style.yes if value else self.style.no)[0]
        return otherwise[value]


def columns(relation: ir.Relation, header: Header) -> Mapping[int, Column]:
    """What is read from the columns of a source, by position."""
    found: dict[int, Column] = {}
    for column, position in zip(relation.stored, header.positions, strict=True):
        if position is not None:
            style = header.mapping.field_of(column.name).style if header.mapping else CANONICAL
            type_ = ty.known(column.type)
            found.setdefault(position, Column(ty.known(type_.key) if isinstance(type_, ty.Row) else type_, style))
    return found


def plain(value: Decimal) -> str:
    """A decimal without exponent and without zeros at the end of its decimals."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
