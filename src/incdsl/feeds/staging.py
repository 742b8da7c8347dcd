"""A feed on its way to becoming rows: read, typed, and not yet checked against anything else.

Whatever kind of file it came from, a staged feed is a DuckDB view with the column `#row` (the row's number in the
file from 0, broken rows not counted), the stored columns with their physical types, and `#fault`: whether a
value of the row is not in its notation, missing, or out of bounds, or the row breaks a condition of its record.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import quoting
from incdsl.feeds.conditions import condition_sql
from incdsl.feeds.forms import misfits
from incdsl.feeds.headers import Header
from incdsl.feeds.misreadings import Finding
from incdsl.feeds.notation import UNREADABLE_DAY, Wrong


@dataclass(frozen=True)
class Reading:
    """How a stored column is read from the raw column `raw`, as in `notation.Notation`: `value` is an SQL expression
    over it, and so is `is_wrong`; `wrong` is the same condition over the value read as well.

    `may_be_missing` and `may_be_out_of_bounds` are False where the file itself proves that no value is. `sources` are the
    raw columns that the expressions read when that is not `raw` alone: none for a constant, whose `raw` is its text.
    Where `blank`, an SQL condition over the raw columns, holds, `default` stands in for the value that is not there.
    """

    column: ir.StoredColumn
    raw: str
    value: str
    wrong: Wrong | None
    findings: tuple[Finding, ...]
    may_be_missing: bool = True
    may_be_out_of_bounds: bool = True
    sources: tuple[str, ...] | None = None
    default: str | None = None
    blank: str = "false"

    @property
    def reads(self) -> tuple[str, ...]:
        """The raw columns that the expressions read."""
        return (self.raw,) if self.sources is None else self.sources

    @property
    def is_wrong(self) -> str:
        """An SQL condition, never NULL, over the raw column alone: there is a value and it is not in its notation."""
        return self.wrong(self.value) if self.wrong else "false"

    @property
    def required(self) -> bool:
        """Whether every row must have a value."""
        return not isinstance(self.column.type, ty.Optional)

    def beyond(self, value: str) -> tuple[str | None, str | None]:
        """Whether the SQL expression `value` is under the least, and over the greatest, value accepted."""
        bounds = self.column.bounds
        least = None if bounds.least is None else f"{value} < {quoting.literal(bounds.least, self.column.type)}"
        greatest = None if bounds.greatest is None else f"{value} > {quoting.literal(bounds.greatest, self.column.type)}"
        return least, greatest


@dataclass(frozen=True)
class Broken:
    """A line that is not a row: where it is, what it holds (as far as that can be told), and what is wrong with it."""

    line: int
    values: tuple[str, ...]
    message: str


MOST_BROKEN = 500_000
"""Lines of one file that may be no rows. With more of them it is not the table that it should be."""

_VALUES_BEYOND, _LONGEST_KEPT = 10, 500


class TooManyBroken(Exception):
    """A file of which hardly any line is a row; the text says of how many lines, and what is wrong with the first."""


def broken(line: int, values: tuple[str, ...], message: str, width: int) -> Broken:
    """A line that is not a row of `width` values. What makes it long is cut off: it is kept to be recognised."""
    cut = (v if len(v) <= _LONGEST_KEPT else v[:_LONGEST_KEPT] + "…" for v in values[: width + _VALUES_BEYOND])
    # A line that is not UTF-8 has halves of characters, which no text may have.
    return Broken(line, tuple(v.encode("utf-8", "backslashreplace").decode() for v in cut), message)


def refuse_many(found: Sequence[Broken]) -> None:
    """Raise TooManyBroken when these are more than a file may have, so that they do not fill the memory."""
    if len(found) > MOST_BROKEN:
        first = found[0]
        raise TooManyBroken(f"more than {MOST_BROKEN:,} of its lines are no rows; on line {first.line:,}, {first.message}")


@dataclass(frozen=True)
class Staged:
    """A feed that has been read. `view` is the staged view and `raw` a SELECT of `#row` and the raw columns r0, r1, …
    in the order of `header.names`. `number_lines` fills the `line` of a table of `row` and `line`; it
    raises `Disagreement` when the file must be read with more care. `came`, given such a table with its lines, is a SELECT as
    `raw` that may leave other rows out.

    The view has the stored columns that are `kept`, or all. The columns named in `ascending` may well have their values in
    ascending order. `pieces` are ranges of rows, first and last, between which the values of such columns are known to differ;
    none when nothing is known."""

    relation: ir.Relation
    file: str
    rows: int
    header: Header
    readings: tuple[Reading, ...]
    view: str
    raw: str
    is_table: bool
    number_lines: Callable[[duckdb.DuckDBPyConnection, str], None]
    ascending: frozenset[str] = frozenset()
    pieces: tuple[tuple[int, int], ...] = ()
    broken: tuple[Broken, ...] = ()
    notes: tuple[str, ...] = ()
    unit: str = "line"
    came: Callable[[duckdb.DuckDBPyConnection, str], str] | None = None
    kept: tuple[str, ...] | None = None

    @property
    def may_have_faults(self) -> bool:
        """Whether any row can have a fault of its own."""
        return fault(self.readings, self.relation) is not None

    def name(self, part: str) -> str:
        """The quoted name of a working table of this feed."""
        return work(self.relation.name, part)


class Disagreement(Exception):
    """DuckDB and the careful reader do not see the same rows in a CSV file."""


def work(relation: str, part: str = "") -> str:
    """The quoted name of a working table or view of a relation."""
    return f"staged.{quoting.identifier(relation + (f'#{part}' if part else ''))}"


def raw_name(position: int) -> str:
    """The name of the raw column at a position in the file; no stored column is called so."""
    return f'"#{position}"'


def fault(readings: tuple[Reading, ...], relation: ir.Relation) -> str | None:
    """An SQL condition, never NULL, over the raw and the typed columns: whether the row has a fault of its own.

    None when no row can have one.
    """
    conditions: list[str] = []
    for reading in readings:
        name = quoting.identifier(reading.column.name)
        if reading.wrong is not None:
            conditions.append(reading.wrong(name))
        if reading.required and reading.may_be_missing:
            conditions.append(f"{name} IS NULL")
        if reading.may_be_out_of_bounds:
            conditions.extend(f"coalesce({beyond}, false)" for beyond in reading.beyond(name) if beyond)
        conditions.extend(f"({misfit.condition})" for misfit in misfits(reading.column, name))
    conditions.extend(
        f"coalesce({quoting.identifier(end)} < {quoting.identifier(start)}, false)" for start, end in date_ranges(relation)
    )
    conditions.extend(f"{condition_sql(condition)} IS DISTINCT FROM true" for condition in relation.conditions)
    return " OR ".join(conditions) or None


def typed(readings: tuple[Reading, ...], relation: ir.Relation, raw: str, kept: Collection[str] | None = None) -> str:
    """A SELECT of `#row`, the typed columns (or those of them that are `kept`) and `#fault` from the SELECT `raw`."""
    names = [quoting.identifier(reading.column.name) for reading in readings]
    values = [f"{reading.value} AS {name}" for reading, name in zip(readings, names, strict=True)]
    again = dict.fromkeys(raw for reading in readings if reading.wrong is not None for raw in reading.reads)
    inner = f'SELECT "#row", {", ".join([*values, *again])} FROM ({raw})'
    given = ", ".join(['"#row"', *(map(quoting.identifier, kept) if kept is not None else names)])
    return f'SELECT {given}, ({fault(readings, relation) or "false"}) AS "#fault" FROM ({inner})'


def with_range_ends(readings: tuple[Reading, ...], relation: ir.Relation) -> tuple[Reading, ...]:
    """The readings, but that the end of a date range that cannot be read does not pass for one that is open: the
    range would overlap with all that follow."""
    ends = {end for _, end in date_ranges(relation)}
    return tuple(
        replace(reading, value=f"CASE WHEN {reading.is_wrong} THEN {UNREADABLE_DAY} ELSE {reading.value} END")
        if reading.column.name in ends and reading.wrong is not None
        else reading
        for reading in readings
    )


def date_ranges(relation: ir.Relation) -> tuple[tuple[str, str], ...]:
    """The stored columns that are the two ends of a date range, first and last."""
    dates = {column.name for column in relation.stored if ty.known(column.type) == ty.DATE}
    pairs = [(name, name.removesuffix("_start") + "_end") for name in sorted(dates) if name.endswith("_start")]
    keyed = [(part.start, part.end) for part in relation.key if isinstance(part, ir.RangeKey)]
    return tuple(dict.fromkeys([*keyed, *(pair for pair in pairs if pair[1] in dates)]))
