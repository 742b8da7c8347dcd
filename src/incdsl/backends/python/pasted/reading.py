"""What emitted modules read rows with: dicts to records, and what is wrong with either.

Emitted word for word, from the first comment on: only the standard library, and nothing of this project.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Generic, TypeVar

from incdsl.backends.python.pasted.exact import exactly, percent

R = TypeVar("R")
COUNTRIES: frozenset[str] = frozenset()

# --- what is wrong with rows ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class RowError:
    """One thing wrong with one row: where, in which field (None for the row as a whole), what came, and what to do."""

    place: str
    field: str | None
    value: object
    message: str
    help: str

    def __str__(self) -> str:
        field = "" if self.field is None else f", `{self.field}`"
        return f"{self.place}{field}: {self.message}; {self.help}"


class RowErrors(ValueError):
    """Everything that is wrong with the rows given, in `errors`; nothing was evaluated."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        self.errors = tuple(errors)
        more = [f"and {len(errors) - 20:,} more"] if len(errors) > 20 else []
        super().__init__("\n".join([*map(str, errors[:20]), *more]))


class NotRead(Exception):
    """A value that cannot be read. Its arguments are what was found, and what to do."""

    def __init__(self, found: str, fix: str) -> None:
        super().__init__(found, fix)
        self.found, self.fix = found, fix


# --- fields --------------------------------------------------------------------------------------------------

EXAMPLES = {"money": "1250.00", "number": "12.5", "days": "90", "percent": "12.5%", "date": "2015-07-25", "boolean": "yes"}
NOUNS = {"money": "an amount", "number": "a number", "days": "a number of days", "percent": "a percentage"}


@dataclass(frozen=True)
class Field:
    """A field of a record: its name in the data and in the class, its type, what it accepts, and what it refers to."""

    name: str
    attribute: str
    kind: str  # text, boolean, date, country, one of, money, number, percent, days
    digits: int = 0
    scale: int = 0
    optional: bool = False
    values: tuple[str, ...] = ()
    least: Any = None
    greatest: Any = None
    refers: str = ""
    shortest: int | None = None
    longest: int | None = None
    like: str = ""
    pattern: str = ""

    def read(self, value: object) -> Any:
        """The value of the field's type that a value from a dict stands for. Raises NotRead."""
        if isinstance(value, str):
            value = value.strip(" ")
        if value is None or value == "":
            if self.optional:
                return None
            raise NotRead("it is blank, and every row needs it", "give a value")
        read = self._text(value) if isinstance(value, str) else self._typed(value)
        wrong = self.wrong(read)
        if wrong is not None:
            raise wrong
        return read

    def wrong(self, value: Any) -> NotRead | None:
        """What is wrong with a value of the class, or None."""
        if value is None:
            return None if self.optional else NotRead("it is missing, and every row needs it", "give a value")
        wrong = self._misfit(value)
        if wrong is not None:
            return wrong
        if self.least is not None and value < self.least:
            return NotRead(f"`{self._told(value)}` is out of range", f"give at least {self._told(self.least)}")
        if self.greatest is not None and value > self.greatest:
            return NotRead(f"`{self._told(value)}` is out of range", f"give at most {self._told(self.greatest)}")
        return None

    def _misfit(self, value: Any) -> NotRead | None:
        match self.kind:
            case "boolean":
                return None if type(value) is bool else NotRead(f"{value!r} is no bool", "give True or False")
            case "date":
                return None if type(value) is datetime.date else NotRead(f"{value!r} is no date", "give a datetime.date")
            case "text" | "country" | "one of":
                return self._not_a_name(value)
            case _:
                if type(value) is not Decimal or not value.is_finite():
                    return NotRead(f"{value!r} is no finite Decimal", f'give a Decimal such as Decimal("{self._zero()}")')
                if value.as_tuple().exponent != -self.scale:
                    return NotRead(f"`{value}` does not have {self.scale} decimals", f"write it like {self._zero()}")
                if value and value.adjusted() >= self.digits - self.scale:
                    return NotRead(f"`{value}` has too many digits", f"give at most {self.digits - self.scale} before the point")
                return NotRead("zero has a sign", f"give {self._zero()}") if value.is_zero() and value.is_signed() else None

    def _not_a_name(self, value: Any) -> NotRead | None:
        if type(value) is not str or not value:
            return NotRead(f"{value!r} is no text", "give a str that is not empty")
        if self.kind == "country" and value not in COUNTRIES:
            return NotRead(f"`{value}` is not a country code of ISO 3166", "write two capitals such as `NL`")
        if self.kind == "one of" and value not in self.values:
            near = get_close_matches(value, self.values, 1, 0.5)
            fix = f"write `{near[0]}`" if near else f"write one of {', '.join(self.values[:12])}"
            return NotRead(f"`{value}` is not one of the values there are", fix)
        if self.pattern and not re.fullmatch(self.pattern, value):
            return NotRead(f"`{value}` is not in the form it should have", f"write it like {self.like}")
        if self.shortest is not None and len(value) < self.shortest:
            return NotRead(f"`{value}` has too few characters: {len(value)}", f"give at least {self.shortest}")
        if self.longest is not None and len(value) > self.longest:
            return NotRead(f"`{value}` has too many characters: {len(value)}", f"give at most {self.longest}")
        return None

    def _told(self, value: Any) -> str:
        return percent(value, max(self.scale - 2, 0)) if self.kind == "percent" else str(value)

    def _zero(self) -> str:
        return f"{Decimal((0, (0,), -self.scale)):f}"

    def _typed(self, value: object) -> Any:
        """A value that is not a text."""
        if isinstance(value, float):
            raise NotRead(
                f"{value!r} is a binary number, which is not exact", f'give a Decimal or a text such as "{self._example()}"'
            )
        if isinstance(value, datetime.datetime):
            raise NotRead(f"{value} has a time of day", "give its .date()")
        if self.kind in NOUNS and isinstance(value, bool):
            raise NotRead(f"{value} is not {NOUNS[self.kind]}", f"write it like `{self._example()}`")
        if self.kind in NOUNS and isinstance(value, int | Decimal):
            return self._scaled(Decimal(value))
        return value

    def _text(self, text: str) -> Any:
        match self.kind:
            case "boolean":
                if text not in ("yes", "no"):
                    raise NotRead(f"`{text}` is not yes or no", "write `yes` or `no`")
                return text == "yes"
            case "date":
                try:
                    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
                        return datetime.date.fromisoformat(text)
                except ValueError:
                    raise NotRead(f"`{text}` is not a date: the calendar has no such day", "correct the day") from None
                raise NotRead(f"`{text}` is not a date", "write the year, the month, the day, as in `2015-07-25`")
            case "text" | "country" | "one of":
                return text
            case kind:
                digits = text[:-1] if kind == "percent" and text.endswith("%") else text
                if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", digits) or (kind == "percent") != (digits != text):
                    raise NotRead(f"`{text}` is not {NOUNS[kind]}", f"write it like `{self._example()}`")
                return self._scaled(Decimal(digits).scaleb(-2) if kind == "percent" else Decimal(digits))

    def _example(self) -> str:
        return EXAMPLES[self.kind] if self.scale or self.kind != "number" else "90"

    def _scaled(self, value: Decimal) -> Decimal:
        """The value with the decimals of the type, which it may not have more of."""
        if not value.is_finite():
            raise NotRead(f"`{value}` is not {NOUNS[self.kind]}", f"write it like `{self._example()}`")
        sign, digits, exponent = value.as_tuple()
        assert isinstance(exponent, int)
        more = exponent + self.scale
        if more < 0 and any(digits[more:]):
            raise NotRead(f"`{value}` has more than {self.scale} decimals", f"round it to {self.scale} decimals")
        digits = (*digits, *(0,) * more) if more >= 0 else digits[:more] or (0,)
        return Decimal((sign if any(digits) else 0, digits, -self.scale))


# --- records -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shape(Generic[R]):
    """A record: the name of its feed and of that in `Feeds`, its class, its fields, the attributes of its key, the two ends
    of the range of dates in its key, when there is one, and what holds of every row."""

    name: str
    attribute: str
    make: Callable[..., R]
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    span: tuple[str, str] | None = None
    conditions: tuple[tuple[str, Callable[[R], bool]], ...] = ()

    def read(self, rows: Iterable[Mapping[str, object]], errors: list[RowError]) -> tuple[R, ...]:
        """The records that dicts stand for; what is wrong with others is added to `errors`."""
        if isinstance(rows, str | Mapping) or not isinstance(rows, Iterable):
            errors.append(RowError(self.name, None, rows, f"{type(rows).__name__} stands where rows do", "give a list of dicts"))
            return ()
        return tuple(record for at, row in enumerate(rows, 1) for record in self._read(row, f"{self.name} row {at}", errors))

    def _read(self, row: Mapping[str, object], place: str, errors: list[RowError]) -> Iterator[R]:
        if not isinstance(row, Mapping):
            errors.append(RowError(place, None, row, f"it is of the type {type(row).__name__}", "give a dict by field"))
            return
        before, values = len(errors), {}
        names = [field.name for field in self.fields]
        for name in row:
            if name not in names:
                near = get_close_matches(str(name), names, 1)
                fix = f"write `{near[0]}`" if near else f"leave it out; the fields are {', '.join(names)}"
                errors.append(RowError(place, str(name), row[name], f"there is no field `{name}`", fix))
        for field in self.fields:
            try:
                values[field.attribute] = field.read(row.get(field.name))
            except NotRead as wrong:
                errors.append(RowError(place, field.name, row.get(field.name), wrong.found, wrong.fix))
        if len(errors) == before:
            yield self.make(**values)

    def check(self, records: Sequence[R], keys: Mapping[str, set[object]], errors: list[RowError]) -> None:
        """Values that do not belong to their types, references without a row, ranges that end before they start, and rows
        of one key. `keys` are those of every record and table that can be referred to."""
        places: dict[object, list[tuple[int, R]]] = {}
        for at, record in enumerate(records, 1):
            place, before = f"{self.name} row {at}", len(errors)
            for field in self.fields:
                value = getattr(record, field.attribute)
                wrong = field.wrong(value)
                if wrong is None and field.refers and value is not None and value not in keys[field.refers]:
                    near = get_close_matches(str(value), map(str, keys[field.refers]), 1)
                    fix = f"the nearest is `{near[0]}`" if near else f"give its row of {field.refers} too, or correct it"
                    wrong = NotRead(f"`{value}` is no row of {field.refers}", fix)
                if wrong is not None:
                    errors.append(RowError(place, field.name, value, wrong.found, wrong.fix))
            same = places.setdefault(tuple(getattr(record, name) for name in self.key), [])
            for other_at, other in same if self.span is not None else same[:1]:
                if self._overlap(record, other):
                    what = "key" if self.span is None else "key and dates that overlap"
                    message = f"row {other_at} has the same {what}"
                    errors.append(RowError(place, None, None, message, "leave one of them out, or correct it"))
            same.append((at, record))
            if self.span is not None and _ends_before(record, self.span):
                start, end = self.span
                errors.append(RowError(place, end, getattr(record, end), f"`{end}` is before `{start}`", "correct one of them"))
            for says, holds in self.conditions if len(errors) == before else ():
                if not exactly(holds, record):
                    errors.append(RowError(place, None, None, f"this does not hold: {says}", "correct the row"))

    def _overlap(self, record: R, other: R) -> bool:
        if self.span is None:
            return True
        start, end = self.span
        return _reaches(getattr(record, end), getattr(other, start)) and _reaches(getattr(other, end), getattr(record, start))


def _reaches(end: Any, start: Any) -> bool:
    return end is None or not isinstance(end, datetime.date) or not isinstance(start, datetime.date) or start <= end


def _ends_before(record: object, span: tuple[str, str]) -> bool:
    return not _reaches(getattr(record, span[1]), getattr(record, span[0]))
