"""References: whether the row that a value names is there, and which one was meant when it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import quoting

_COMPARISONS = 2_000_000
"""Similarities worked out at most per column, so that suggestions for bad data take a second or two at most."""
_SUGGESTED_AT_MOST = 1000
_SIMILAR = "0.75"
_FOLDED = "regexp_replace(lower({}), '[^\\pL\\pN]', '', 'g') AS folded"


@dataclass(frozen=True)
class Reference:
    """A stored column whose value must be the key of a used row: `keys` is a SELECT of them, as `key`."""

    column: ir.StoredColumn
    target: ir.Relation
    keys: str

    @property
    def mark(self) -> str:
        """What a column is called that says whether the value of a row is unknown."""
        return f"#{self.column.name}"

    @property
    def unknown(self) -> str:
        """An SQL condition: the column has a value, and it is not a key."""
        return f"NOT ({quoting.identifier(self.column.name)} IN (SELECT key FROM ({self.keys})))"


def reference(column: ir.StoredColumn, program: ir.Program) -> Reference | None:
    """The reference that a column holds, or None when it holds none."""
    type_ = ty.known(column.type)
    if not isinstance(type_, ty.Row):
        return None
    target = program.relation(type_.relation)
    return Reference(column, target, used_keys(target))


def used_keys(target: ir.Relation) -> str:
    """A SELECT of the keys, as `key`, of the rows of a relation with a key of one column."""
    (key,) = target.key
    assert isinstance(key, str)
    match target.source:
        case ir.Rows(rows):
            at, column = next((at, column) for at, column in enumerate(target.stored) if column.name == key)
            values = ", ".join(quoting.literal(row[at], column.type) for row in rows)
            return f"SELECT unnest(CAST([{values}] AS {quoting.physical(column.type)}[])) AS key"
        case ir.Feed():
            return f"SELECT {quoting.identifier(key)} AS key FROM feed.{quoting.identifier(target.name)}"
        case ir.Pairs():
            raise AssertionError("a row of pairs has no key of one column")


def nearest_keys(
    connection: duckdb.DuckDBPyConnection, reference: Reference, unknown: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """For unknown keys, the known key that each most likely means, where one is near; both as text.

    Keys that differ only in case, dashes and spaces are near whatever their length. Of the others the number looked at is
    bounded by the number of known ones.
    """
    keys = f"SELECT DISTINCT CAST(key AS VARCHAR) AS key FROM ({reference.keys})"
    (count,) = connection.execute(f"SELECT count(*) FROM ({keys})").fetchall()[0]
    known = f"SELECT key, lower(key) AS low_key, {_FOLDED.format('key')} FROM ({keys})"
    asked = f"SELECT value, lower(value) AS low, {_FOLDED.format('value')} FROM (SELECT unnest(?::VARCHAR[]) AS value)"
    nearest = "first(key ORDER BY edits, similarity DESC, key)"
    scored = "*, damerau_levenshtein(value, key) AS edits, jaro_winkler_similarity(value, key) AS similarity"
    same = connection.execute(
        f"SELECT value, {nearest} FROM (SELECT {scored} FROM ({asked}) AS asked JOIN ({known}) AS known USING (folded)) "
        "GROUP BY value ORDER BY value",
        [list(unknown)],
    ).fetchall()
    found = {value for value, _ in same}
    others = [value for value in unknown if value not in found]
    tried = others[: max(1, min(_SUGGESTED_AT_MOST, _COMPARISONS // max(count, 1)))]
    like = connection.execute(
        f"""
        WITH compared AS (
            SELECT {scored} FROM ({asked}) AS asked JOIN ({known}) AS known ON abs(length(value) - length(key)) <= 4
                AND jaro_winkler_similarity(low, low_key) >= {_SIMILAR}
        )
        SELECT value, {nearest} FROM compared WHERE edits <= greatest(1, length(value) // 3) GROUP BY value ORDER BY value
        """,
        [tried],
    ).fetchall()
    return tuple(sorted([*same, *like]))
