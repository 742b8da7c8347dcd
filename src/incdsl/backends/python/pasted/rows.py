"""How emitted modules find rows by their values.

Emitted word for word, from the first comment on: only the standard library, and nothing of this project.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Generic, TypeVar

from incdsl.backends.python.pasted.exact import DoesNotFit, Missing, Overflow, fit

T = TypeVar("T")
R = TypeVar("R")

# --- rows found by their values ------------------------------------------------------------------------------


class Table(Generic[R]):
    """The rows of a record or table that are known on the as-of date: in order, and by key.

    A key of several parts is a tuple of them; a part that is a range of dates stands last, and is asked for by a date.
    """

    def __init__(
        self,
        rows: Callable[[], Sequence[R]],
        key: Callable[[R], object],
        known: Callable[[R], bool] | None = None,
        span: Callable[[R], tuple[datetime.date, datetime.date | None]] | None = None,
        beside: Callable[[R], object] | None = None,
    ) -> None:
        self._make, self._key, self._known, self._span, self._beside = rows, key, known, span, beside
        self._all: Sequence[R] | None = None
        self._rows: Sequence[R] | None = None
        self._index: dict[object, R] | None = None
        self._spans: dict[object, list[tuple[datetime.date, datetime.date | None, R]]] | None = None
        self._near: dict[object, list[R]] | None = None

    @property
    def all(self) -> Sequence[R]:
        """All rows, with those that are not known."""
        if self._all is None:
            self._all = self._make()
        return self._all

    @property
    def rows(self) -> Sequence[R]:
        """The known rows, in the order they came in."""
        if self._rows is None:
            self._rows = self.all if self._known is None else [row for row in self.all if self._known(row)]
        return self._rows

    def known_of(self, rows: Iterable[R]) -> Sequence[R]:
        """Those of some rows that are known."""
        return [row for row in rows if self._known is None or self._known(row)]

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key: object) -> R:
        """The known row with that key. Raises KeyError when there is none."""
        row = self.get(key)
        if row is None:
            raise KeyError(key)
        return row

    def get(self, key: object) -> R | None:
        """The known row with that key, or None."""
        if self._index is None:
            self._index = {self._key(row): row for row in self.all}
        return self._if_known(self._index.get(key))

    def on(self, key: object, day: datetime.date) -> R | None:
        """The known row with that key, its range of dates aside, whose range has the day; or None."""
        if self._spans is None:
            self._spans = {}
            assert self._span is not None
            for row in self.all:
                self._spans.setdefault(self._key(row), []).append((*self._span(row), row))
            for spans in self._spans.values():
                spans.sort(key=lambda span: span[0])
        spans = self._spans.get(key, [])
        at = bisect_right(spans, day, key=lambda span: span[0]) - 1
        if at < 0:
            return None
        _, end, row = spans[at]
        return self._if_known(row) if end is None or day <= end else None

    def _if_known(self, row: R | None) -> R | None:
        if row is None or self._known is None:
            return row
        if self._beside is not None:  # whether rows are known is asked of all that share the first part of the key
            if self._near is None:
                self._near = {}
                for other in self.all:
                    self._near.setdefault(self._beside(other), []).append(other)
            self.known_of(self._near[self._beside(row)])
        return row if self._known(row) else None


class Index(Generic[R]):
    """The known rows for which `keep` holds, by their values of `key`; those with a missing value are left out."""

    def __init__(self, table: Table[R], key: Callable[[R], object], keep: Callable[[R], bool] | None = None) -> None:
        self._table, self._key, self._keep = table, key, keep
        self._rows: dict[object, list[R]] | None = None

    def __getitem__(self, key: object) -> Sequence[R]:
        if self._rows is None:
            found: dict[object, list[R]] = {}
            for row in self._table.rows:
                if self._keep is None or self._keep(row):
                    found.setdefault(self._key(row), []).append(row)
            self._rows = found
        return () if key is None or (type(key) is tuple and None in key) else self._rows.get(key, ())


class Before(Generic[R]):
    """The rows of an index that come before a rank, sorted once for each key, with their values added up as far as asked."""

    def __init__(
        self,
        index: Index[R],
        rank: Callable[[R], Any],
        keep: Callable[[R], bool] | None = None,
        value: Callable[[R], Any] | None = None,
    ) -> None:
        self._index, self._rank, self._keep, self._value = index, rank, keep, value
        self._sorted: dict[object, tuple[list[Any], list[R]]] = {}
        self._sums: dict[object, list[Any]] = {}

    def count(self, key: object, rank: object) -> Decimal:
        """How many come before."""
        return Decimal(self._place(key, rank)[0])

    def any(self, key: object, rank: object) -> bool:
        """Whether one comes before."""
        return self._place(key, rank)[0] > 0

    def total(self, key: object, rank: object, scale: int, at: int) -> Decimal:
        """The sum of the values of those before."""
        zero = Decimal((0, (0,), -scale))
        return fit(self._folded(key, rank, lambda left, right: left + right, zero), 38, scale, at)

    def least(self, key: object, rank: object) -> Any:
        """The smallest of the values of those before."""
        return self._folded(key, rank, lambda left, right: right if left is None or right < left else left, None)

    def greatest(self, key: object, rank: object) -> Any:
        """The largest of the values of those before."""
        return self._folded(key, rank, lambda left, right: right if left is None or right > left else left, None)

    def _place(self, key: object, rank: object) -> tuple[int, list[R]]:
        if key not in self._sorted:
            rows = [row for row in self._index[key] if self._keep is None or self._keep(row)]
            rows.sort(key=self._rank)
            self._sorted[key] = [self._rank(row) for row in rows], rows
        ranks, rows = self._sorted[key]
        return bisect_left(ranks, rank), rows

    def _folded(self, key: object, rank: object, fold: Callable[[Any, Any], Any], start: Any) -> Any:
        place, rows = self._place(key, rank)
        sums = self._sums.setdefault(key, [start])
        assert self._value is not None
        while len(sums) <= place:
            sums.append(fold(sums[-1], self._value(rows[len(sums) - 1])))
        return sums[place]


def fewest(table: Table[R], *ways: tuple[dict[str, dict[object, list[R]]], str, Callable[[], object]]) -> Sequence[R]:
    """The known rows that have the value which a condition fixes for a column; of several columns, the one with the fewest
    rows. A value that cannot be worked out fixes nothing."""
    best: Sequence[R] | None = None
    for indexes, column, value in ways:
        try:
            wanted = value()
        except (Missing, DoesNotFit, Overflow):
            continue
        if column not in indexes:
            indexes[column] = {}
            for row in table.all:
                indexes[column].setdefault(getattr(row, column), []).append(row)
        found = table.known_of(indexes[column].get(wanted, ()) if wanted is not None else ())
        if best is None or len(found) < len(best):
            best = found
    return table.rows if best is None else best
