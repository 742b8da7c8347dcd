"""What results of emitted modules are made of: cells, their order, and CSV text.

Emitted word for word, from the first comment on: only the standard library, and nothing of this project.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, TypeVar

from incdsl.backends.python.pasted.exact import DoesNotFit, percent, plain, yes_or_no

T = TypeVar("T")
R = TypeVar("R")

# --- results -------------------------------------------------------------------------------------------------


def cell(name: str, row: R, work_out: Callable[[R], T]) -> T:
    """A cell of a result row that is worked out for it."""
    try:
        return work_out(row)
    except DoesNotFit as error:
        raise error.of(row, name) from None


def chosen(rows: Iterable[R], rules: type[R], only: object) -> Iterable[R]:
    """All rows, or the one asked for when it is one of them."""
    if only is None:
        return rows
    return (only,) if isinstance(only, rules) else ()


def in_order(rows: list[R], order: Sequence[str]) -> tuple[R, ...]:
    """The rows by the columns named, then by all: missing first, text by code point, no before yes."""

    def by_all(row: R) -> tuple[tuple[bool, Any], ...]:
        return tuple((value is not None, "" if value is None else value) for value in row.__dict__.values())

    def by_order(row: R) -> tuple[tuple[bool, Any], ...]:
        values = row.__dict__
        return tuple((values[name] is not None, "" if values[name] is None else values[name]) for name in order)

    ranked = sorted(((by_order(row), row) for row in rows), key=lambda one: one[0])
    result: list[R] = []
    for _, alike in groupby(ranked, key=lambda one: one[0]):
        found = [row for _, row in alike]
        result += sorted(found, key=by_all) if len(found) > 1 else found
    return tuple(result)


def csv_text(header: Sequence[str], rows: Iterable[object], percents: Sequence[int | None]) -> str:
    """CSV as the result files have it: `percents` says how many decimals a column of percentages has."""
    lines = [",".join(map(_quoted, header))]
    for row in rows:
        values = row.__dict__.values()
        lines.append(",".join(_written(value, places) for value, places in zip(values, percents, strict=True)))
    return "\n".join(lines) + "\n"


def _written(value: object, places: int | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, Decimal):
        return plain(value) if places is None else percent(value, places)
    return _quoted(str(value))


def _quoted(text: str) -> str:
    if not text or text.startswith("#") or any(mark in text for mark in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text
