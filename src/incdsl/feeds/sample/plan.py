"""What the whole sample has in common: sizes, the days and countries that the program speaks of, and how numbers
are drawn.

A draw is an SQL expression of type BIGINT, not negative and 62 bits wide, that depends on the seed, on a name, and on a
row's number: rows and columns are independent of each other and of the order in which they are worked out.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import gcd

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds.sample.sizes import feed_sizes

_SKEW_BITS = 26
_NOT_FAR = datetime.timedelta(days=366)
_USUAL_COUNTRIES = ("NL", "BE", "DE", "GB", "FR", "US")
_USUAL_YEAR = (datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))


@dataclass(frozen=True)
class Plan:
    """A sample to be made: of which program, how many rows of each relation, around which days, in which countries.

    `days` are the program's own days in order (ends of calendar periods and the like), never empty. Dates keep `within`
    them where the program refuses to run on a day outside its calendars.
    """

    program: ir.Program
    seed: int | str
    sizes: Mapping[str, int]
    days: tuple[datetime.date, ...]
    within: bool
    countries: tuple[str, ...]
    prefixes: Mapping[str, str]

    @property
    def first_day(self) -> datetime.date:
        """The first of the program's days."""
        return self.days[0]

    @property
    def last_day(self) -> datetime.date:
        """The last of the program's days."""
        return self.days[-1]

    def drawn_again(self, times: int) -> Plan:
        """The same sample with other draws; this one for no times."""
        return self if not times else dataclasses.replace(self, seed=f"{self.seed}/{times}")

    def draw(self, name: str, row: str = "i") -> str:
        """A draw for the SQL expression `row`; another one for each name."""
        digest = hashlib.sha256(f"{self.seed}/{name}".encode()).digest()
        return f"CAST(hash({row} + {int.from_bytes(digest[:7], 'big')}) >> 2 AS BIGINT)"


def plan_sample(program: ir.Program, rows: int, seed: int) -> Plan:
    """Plan a sample whose largest feed has `rows` rows."""
    days = sorted(_days(program))
    countries = tuple(sorted(set(_countries(program)))) or _USUAL_COUNTRIES
    within = any(output.name == ir.CONFLICTS for output in program.outputs)
    return Plan(program, seed, feed_sizes(program, rows), tuple(days) or _USUAL_YEAR, within, countries, _prefixes(program))


def skewed(draw: str, count: int) -> str:
    """A number from 0 up to `count`, small ones more often: one in the first quarter half of the time."""
    part = f"({draw} % {1 << _SKEW_BITS})"
    return f"(((({part} * {part}) >> {_SKEW_BITS}) * {count}) >> {_SKEW_BITS})"


def scattered(number: str, count: int) -> str:
    """A number under `count` for each number under `count`, in no apparent order: what is frequent is not all at the
    start of the list."""
    return f"({number} * {coprime(count)} % {count})"


def coprime(count: int) -> int:
    """A number near two thirds of `count` that has no divisor in common with it, so that its multiples visit all."""
    return next(step for step in range(max(1, count * 2 // 3), count + 2) if gcd(step, count) == 1)


def one_of(values: Sequence[str], number: str) -> str:
    """The value of a list of SQL expressions at a number from 0."""
    return f"([{', '.join(values)}])[1 + {number}]"


def _days(program: ir.Program) -> set[datetime.date]:
    """The days in the program's calendars and tables, with those in its rules that are not far from them; without
    any in tables, all those in its rules."""
    written = {day for relation in program.relations for day in _values(relation.source) if isinstance(day, datetime.date)}
    spoken = {day for day in _values(program) if isinstance(day, datetime.date)}
    if not written:
        return spoken
    return written | {day for day in spoken if min(written) - _NOT_FAR <= day <= max(written) + _NOT_FAR}


def _values(part: object) -> Iterator[object]:
    """Every constant anywhere in a part of the program."""
    if isinstance(part, tuple):
        for item in part:
            yield from _values(item)
    elif dataclasses.is_dataclass(part) and not isinstance(part, ir.Origin | type):
        for field in dataclasses.fields(part):
            yield from _values(getattr(part, field.name))
    else:
        yield part


def _countries(program: ir.Program) -> Iterator[str]:
    """The countries in the program's tables."""
    for relation in program.relations:
        if isinstance(relation.source, ir.Rows):
            places = [at for at, column in enumerate(relation.stored) if isinstance(ty.known(column.type), ty.Country)]
            yield from (value for row in relation.source.rows for at in places if isinstance(value := row[at], str))


def _prefixes(program: ir.Program) -> dict[str, str]:
    """The beginning of the keys of each relation: three letters of its name, more where two would be the same."""
    prefixes: dict[str, str] = {}
    for relation in program.relations:
        letters = relation.name.upper()
        length = 3
        while letters[:length] in prefixes.values() and length < len(letters):
            length += 1
        prefixes[relation.name] = letters[:length]
    return prefixes
