"""References: whether the row that a value names is there, and which one was meant when it is not."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import quoting

NEAREST = 'staged."#nearest"'
"""The working table of what was looked for among the keys of a relation (relation, value, key): each value once, whichever
feeds have it; `key` is NULL when none is near."""

_ASKED = 'staged."#asked"'
_KNOWN = 'staged."#known"'

_SUGGESTED_AT_MOST = 1000
_COMPARISONS = 250_000
_KEYS_SHORTENED = 250_000
"""So many values are looked for by their letters at most, in so many comparisons and among so many keys, so that suggestions for
bad data take a second or two."""

_SHORT, _LONGEST = 64, 200
"""Characters of a value that is looked for with one of them left out, and of one that is looked for at all."""

_SIMILAR = "0.75"
_FOLDED = "regexp_replace(lower({}), '[^\\pL\\pN]', '', 'g')"
_LOOKS = "translate(folded, 'oil', '011')"
_LESS_ONE = (
    "unnest(list_append(list_transform(range(1, length({0}) + 1), lambda i: left({0}, i - 1) || substr({0}, i + 1)), {0}))"
)
_SCORED = "*, damerau_levenshtein(value, key) AS edits"
_BEST = "CASE WHEN len(min_by(key, edits, 2)) < 2 OR min(edits, 2)[1] < min(edits, 2)[2] THEN min_by(key, edits) END"
"""The nearest key, unless another one is as near: `P-19` is as near to `P-10` as to `P-11`, and neither is what was meant."""
_ALIKE = f"jaro_winkler_similarity(low, low_key) >= {_SIMILAR}"


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


def find_nearest(connection: duckdb.DuckDBPyConnection, reference: Reference, unknown: str) -> None:
    """Add to the working table the known key that each unknown one most likely means, where one is near. `unknown` is a SELECT
    of `value`, each once, as text, and `rows`: how many rows have it.

    Keys that differ only in case, dashes and spaces, or in a letter that looks like a digit, are near whatever their length, and
    found however many they are.
    Where several keys are equally near, none is. Of the others, those that most rows have are looked for: first with one
    character more, less, changed or swapped, then letter by letter.
    """
    target = quoting.text(reference.target.name)
    seen = f"SELECT value FROM {NEAREST} WHERE relation = {target}"
    connection.execute(
        f"CREATE OR REPLACE TABLE {_ASKED} AS SELECT value, lower(value) AS low, {_FOLDED.format('value')} AS folded, "
        f"{_LOOKS} AS looks, rows FROM ({unknown}) WHERE length(value) <= {_LONGEST} AND value NOT IN ({seen})"
    )
    if _count(connection, _ASKED) == 0:
        return
    connection.execute(
        f"CREATE OR REPLACE TABLE {_KNOWN} AS SELECT key, lower(key) AS low_key, {_FOLDED.format('key')} AS folded, "
        f"{_LOOKS} AS looks FROM (SELECT DISTINCT CAST(key AS VARCHAR) AS key FROM ({reference.keys})) "
        f"WHERE length(key) <= {2 * _LONGEST}"
    )
    keys = _count(connection, _KNOWN)
    asked = f"(FROM {_ASKED} WHERE value NOT IN ({seen}))"

    def add(pairs: str, condition: str = "true") -> None:
        connection.execute(
            f"INSERT INTO {NEAREST} SELECT {target}, value, {_BEST} FROM (SELECT {_SCORED} FROM ({pairs})) "
            f"WHERE {condition} GROUP BY value"
        )

    for same in ("folded", "looks"):
        add(f"SELECT value, key FROM {asked} AS asked JOIN {_KNOWN} AS known USING ({same}) WHERE {same} <> ''")
    most = f"FROM {asked} WHERE length(value) <= {{}} ORDER BY rows DESC, value LIMIT {{}}"
    if keys <= _KEYS_SHORTENED:
        few = f"({most.format(_SHORT, _SUGGESTED_AT_MOST)})"
        shortest, longest = (f"(SELECT {end}(length(value)) FROM {few})" for end in ("min", "max"))
        about = f"length(key) BETWEEN {shortest} - 1 AND {longest} + 1"
        less = f"SELECT value, low, {_LESS_ONE.format('value')} AS part FROM {few}"
        keys_less = f"SELECT key, low_key, {_LESS_ONE.format('key')} AS part FROM {_KNOWN} WHERE {about}"
        add(f"SELECT DISTINCT value, key FROM ({less}) JOIN ({keys_less}) USING (part) WHERE {_ALIKE}", "edits <= 1")
    few = f"({most.format(_LONGEST, max(1, min(_SUGGESTED_AT_MOST, _COMPARISONS // max(keys, 1))))})"
    edits = "greatest(1, length(value) // 3)"
    apart = "abs(length(value) - length(key))"
    add(f"SELECT value, key FROM {few} JOIN {_KNOWN} ON {apart} <= least(4, {edits}) AND {_ALIKE}", f"edits <= {edits}")
    connection.execute(f"INSERT INTO {NEAREST} SELECT {target}, value, NULL FROM {asked}")


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    ((count,),) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(count)
