"""How fields are read from the columns of a copy of a table in Spark, as its SQL (`engines.in_place.values`).

What is exact in Spark: `try_cast` to a decimal of as many decimals, `round` to fewer ones, and comparisons of two decimals
that 38 digits hold side by side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.engines.in_place import Value, Words
from incdsl.engines.in_place.values import FEWEST_DECIMALS, MOST_DIGITS
from incdsl.engines.spark.rows import ID
from incdsl.feeds import quoting
from incdsl.feeds.readers.spark_tables import SparkColumn
from incdsl.feeds.styles import Style

_MOST = {"TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19}
"""The digits of the types of whole numbers."""


class SparkWords(Words):
    """See `engines.in_place.Words`; of the columns c0, c1, … of a copy, which are these."""

    dialect = "spark"
    told = ID

    def __init__(self, columns: Sequence[SparkColumn]) -> None:
        self._types = [column.type for column in columns]

    def typed(self, type_: ty.Known, position: int, style: Style) -> Value | None:
        """See `engines.in_place.Words`."""
        name, found = f"c{position}", self._types[position]
        match type_:
            case ty.Row(_, key):
                return self.typed(ty.known(key), position, style)
            case ty.Text() | ty.Enum() | ty.Country():
                if found != "VARCHAR" or style.trim:
                    return None
                return Value(f"nullif({name}, '')", (f"NOT is_valid_utf8({name})",))
            case ty.Boolean():
                return Value(name) if found == "BOOLEAN" else None
            case ty.Date():
                return _date(name, found, style)
            case ty.Percent(digits, scale):
                if scale < FEWEST_DECIMALS or digits > MOST_DIGITS:
                    return None
                if style.percents != "20":
                    return _number(name, found, digits, scale)
                hundredfold = _number(name, found, digits, scale - 2)
                if hundredfold is None:
                    return None
                return replace(hundredfold, sql=f"CAST({hundredfold.sql} * 0.01 AS DECIMAL({digits},{scale}))")
            case ty.Days(digits, scale) | ty.Number(digits, scale) | ty.Money(_, digits, scale):
                return _number(name, found, digits, scale)

    def currency(self, position: int) -> str | None:
        """See `engines.in_place.Words`."""
        return f"coalesce(c{position}, '')" if self._types[position] == "VARCHAR" else None

    def text(self, value: str) -> str:
        """See `engines.in_place.Words`."""
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"

    def unlike(self, value: str, regex: str) -> str:
        """See `engines.in_place.Words`."""
        return f"NOT {value} RLIKE {self.text(f'^(?:{regex})')}" + r" || '\\z'"  # `$` is before a line break at the end, too

    def literal(self, value: ir.Value, type_: ty.Type) -> str:
        """See `engines.in_place.Words`."""
        if value is None and quoting.physical(type_) == "VARCHAR":
            return "CAST(NULL AS STRING)"
        return super().literal(value, type_)


def _date(name: str, found: str, style: Style) -> Value | None:
    day = name if found == "DATE" else f"CAST({name} AS DATE)"
    faults = [f"{day} < DATE '0001-01-01'", f"{day} > DATE '9999-12-31'"]
    if found == "TIMESTAMP" and style.dates.times != "any":
        faults.append(f"{name} <> CAST({day} AS TIMESTAMP_NTZ)")
    return Value(day, tuple(faults)) if found in ("DATE", "TIMESTAMP") else None


def _number(name: str, found: str, digits: int, scale: int) -> Value | None:
    """A number with at most so many digits, `scale` of them decimals, and as a value with exactly these."""
    decimal = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", found)
    if decimal is None and found not in _MOST:
        return None
    has, decimals = (int(decimal[1]), int(decimal[2])) if decimal else (_MOST[found], 0)
    whole = digits - scale
    if (has, decimals) == (digits, scale):
        return Value(name)
    faults: list[str] = []
    if decimals > scale:
        # They are compared in a type that has the decimals of one and the digits before the point of the other.
        if has + 1 > ty.MAX_DIGITS:
            return None
        faults.append(f"{name} <> round({name}, {scale})")
    if has - decimals > whole:
        if whole <= 0:
            return None
        faults.append(f"abs({name}) >= 1{'0' * whole}")
    return Value(f"try_cast({name} AS DECIMAL({digits},{scale}))", tuple(faults))
