"""Draws values of the core's types, from small pools: things are equal, meet their bounds and end in a five often
enough. Some have all the digits of their type."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import TypeVar

from incdsl.core import ir
from incdsl.core import types as ty

FIRST_DAY = datetime.date(2015, 2, 22)
MONTH_ENDS = tuple(map(datetime.date.fromisoformat, ("2015-01-29", "2015-01-30", "2015-01-31", "2015-03-31", "2016-02-29")))

TEXTS = ("a", "b", "B", "é", "e\u0301", "a b", "it's", '"q"', "%_", "0", "\U0001f600")
COUNTRIES = ("NL", "DE", "NO")
TENTHS = (0, 5, -5, 10, -10, 15, 25, -25, 30, 1000)
UNSCALED = (0, 1, -1, 5, 50, 125, -250, 335, 999, 10_000, -57_500, 19_999_975)

Drawn = TypeVar("Drawn")


def exact(unscaled: int, scale: int) -> Decimal:
    """The decimal of those digits, of which `scale` stand after the point."""
    return Decimal((int(unscaled < 0), tuple(map(int, str(abs(unscaled)))), -scale))


@dataclass
class Drawer:
    """Draws values and literals; remembers nothing."""

    random: Random

    def pick(self, items: Sequence[Drawn]) -> Drawn:
        """One of the items."""
        return self.random.choice(items)

    def upto(self, most: int) -> int:
        """A whole number from 0 to `most`."""
        return self.random.randint(0, most)

    def chance(self, of: int) -> bool:
        """True once in so many times."""
        return self.random.randrange(of) == 0

    def value(self, type_: ty.Type) -> ir.Value:
        """A value of a type; those of a row type are drawn by who knows the rows."""
        match type_:
            case ty.Optional(of):
                return None if self.chance(3) else self.value(of)
            case ty.Text():
                return self.pick(TEXTS)
            case ty.Boolean():
                return self.chance(2)
            case ty.Date():
                if self.chance(6):  # days that other months lack
                    return self.pick(MONTH_ENDS)
                return FIRST_DAY + datetime.timedelta(days=self.upto(12))
            case ty.Enum(_, values):
                return self.pick(values)
            case ty.Country():
                return self.pick(COUNTRIES)
            case ty.Days(_, scale):
                return Decimal(self.pick((0, 1, -1, 30, 90)))
            case ty.Number(digits, scale) | ty.Percent(digits, scale) | ty.Money(_, digits, scale):
                most = 10**digits - 1
                unscaled = self.pick((most, -most)) if self.chance(25) else self.pick(UNSCALED)
                if self.chance(2):  # a number that other scales have too
                    unscaled = self.pick(TENTHS) * 10**scale // 10
                return exact(unscaled if abs(unscaled) <= most else 7, scale)
            case ty.Row():
                raise AssertionError("the value of a row")
