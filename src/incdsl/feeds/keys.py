"""Keys: rows that share one, and rows whose date ranges overlap within one.

All of them are refused, not all but one: which row is the right one is not for us to guess when money depends on it.
Rows that have another fault take part, as long as their key can be read.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import duckdb

from incdsl.core import ir
from incdsl.feeds import quoting
from incdsl.feeds.connections import cursor
from incdsl.feeds.staging import Staged

DUPLICATES = "duplicates"
"""The working table of rows that share a key: row, other (the first other row), others (how many)."""

_MOST_RUNS = 100_000
"""Of more runs of ascending keys in a piece, nothing is found out: grouping is quicker then."""

OVERLAPS = "overlaps"
"""The working table of rows whose ranges overlap: row, other (one of the others)."""


def find_duplicates(connection: duckdb.DuckDBPyConnection, staged: Staged) -> bool:
    """Fill the working table of duplicates; False, and no table, when no two rows share a key."""
    if any(isinstance(part, ir.RangeKey) for part in staged.relation.key):
        return False
    key = [quoting.identifier(part) for part in staged.relation.key if isinstance(part, str)]
    if not key:
        return False
    names = ", ".join(key)
    shared = staged.name("shared")
    candidates = _candidates(connection, staged)
    if candidates == []:
        return False
    if candidates is not None:
        connection.execute(f"CREATE OR REPLACE TABLE {shared} AS SELECT unnest(CAST(? AS VARCHAR[])) AS {names}", [candidates])
    else:
        given = " AND ".join(f"{name} IS NOT NULL" for name in key)
        connection.execute(
            f"CREATE OR REPLACE TABLE {shared} AS SELECT {names} FROM {staged.view} WHERE {given} "
            f"GROUP BY {names} HAVING count(*) > 1"
        )
        if connection.execute(f"SELECT count(*) FROM {shared}").fetchall() == [(0,)]:
            return False
    table = staged.name(DUPLICATES)
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE {table} AS
        WITH rows AS (SELECT "#row" AS row, {names} FROM {staged.view} SEMI JOIN {shared} USING ({names})),
        firsts AS (SELECT {names}, min(row, 2) AS first, count(*) AS total FROM rows GROUP BY {names} HAVING count(*) > 1)
        SELECT row, CASE WHEN row = first[1] THEN first[2] ELSE first[1] END AS other, total - 1 AS others
        FROM rows JOIN firsts USING ({names})
        """
    )
    return connection.execute(f"SELECT count(*) FROM {table}").fetchall() != [(0,)]


def find_overlaps(connection: duckdb.DuckDBPyConnection, staged: Staged) -> bool:
    """Fill the working table of overlaps; False, and no table, when there are none.

    Rows whose range cannot be read, or ends before it starts, are left out: they are refused for that.
    """
    ranges = [part for part in staged.relation.key if isinstance(part, ir.RangeKey)]
    if not ranges:
        return False
    (dates,) = ranges
    key = [quoting.identifier(part) for part in staged.relation.key if isinstance(part, str)]
    start, end = quoting.identifier(dates.start), quoting.identifier(dates.end)
    given = "".join(f" AND {name} IS NOT NULL" for name in key)
    group = f"PARTITION BY {', '.join(key)} " if key else ""
    table = staged.name(OVERLAPS)
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE {table} AS
        WITH ranges AS (
            SELECT "#row" AS row, {", ".join([*key, ""])} {start} AS first, coalesce({end}, DATE '9999-12-31') AS last
            FROM {staged.view} WHERE {start} IS NOT NULL AND coalesce({end} >= {start}, true){given}
        ),
        beside AS (
            SELECT row, first, last, max(last) OVER before AS last_before, arg_max(row, last) OVER before AS row_before,
                lead(first) OVER next AS first_after, lead(row) OVER next AS row_after
            FROM ranges
            WINDOW before AS ({group}ORDER BY first, row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
                next AS ({group}ORDER BY first, row)
        )
        SELECT row, CASE WHEN coalesce(last_before >= first, false) THEN row_before ELSE row_after END AS other
        FROM beside WHERE coalesce(last_before >= first, false) OR coalesce(first_after <= last, false)
        """
    )
    if connection.execute(f"SELECT count(*) FROM {table}").fetchall() == [(0,)]:
        connection.execute(f"DROP TABLE {table}")
        return False
    return True


def _candidates(connection: duckdb.DuckDBPyConnection, staged: Staged) -> list[str] | None:
    """The only keys that more than one row may have, found in one cheap pass; none when the keys ascend strictly, which proves
    that no two are equal. None when this does not help, and rows must be grouped.

    Only tried for keys of one text column that are likely to ascend. Each piece takes one thread, so that all threads
    have work.
    """
    (part, *others) = staged.relation.key
    if others or not isinstance(part, str) or part not in staged.ascending:
        return None
    if quoting.physical(next(column.type for column in staged.relation.stored if column.name == part)) != "VARCHAR":
        return None
    key = quoting.identifier(part)
    ((threads,),) = connection.execute("SELECT current_setting('threads')").fetchall()
    pieces = _joined(staged.pieces, threads)

    def find(rows: tuple[int, int] | None) -> list[str] | None:
        condition = "" if rows is None else f' AND "#row" BETWEEN {rows[0]} AND {rows[1]}'
        keys = f"SELECT {key} AS key, lag({key}) OVER () AS earlier FROM (FROM {staged.view} WHERE {key} IS NOT NULL{condition})"
        query = f"SELECT earlier, key FROM ({keys}) WHERE NOT coalesce(key > earlier, false) LIMIT {_MOST_RUNS + 1}"
        with cursor(connection) as own:
            return _twice(own.execute(query).fetchall())

    if len(pieces) < 2:
        found = [find(pieces[0] if pieces else None)]
    else:
        with ThreadPoolExecutor(threads) as pool:
            found = list(pool.map(find, pieces))
    return None if any(some is None for some in found) else [one for some in found if some is not None for one in some]


def _twice(breaks: list[tuple[str | None, str]]) -> list[str] | None:
    """The only values that can stand twice in a sequence, given where it does not ascend: the value before (None at its start)
    and the value there. None where that tells too little.

    Between two such places values ascend strictly: a run. A value can stand twice only in two runs, so only where a run reaches
    below the end of an earlier one; and that is one value when it is just its first, or its only one.
    """
    if len(breaks) > _MOST_RUNS:
        return None
    afters: list[tuple[str | None, str] | None] = [*breaks[1:], None] if breaks else []
    found: dict[str, None] = {}
    highest: str | None = None
    for (_, first), after in zip(breaks, afters, strict=True):
        last = after[0] if after is not None else None
        if highest is not None and first <= highest:
            if first not in (highest, last):
                return None
            found[first] = None
        if last is not None and (highest is None or last > highest):
            highest = last
    return list(found)


def _joined(pieces: tuple[tuple[int, int], ...], count: int) -> tuple[tuple[int, int], ...]:
    """At most `count` pieces of about equal size, made of the given ones, which follow each other."""
    size = -(-len(pieces) // count)
    return tuple((pieces[at][0], pieces[min(at + size, len(pieces)) - 1][1]) for at in range(0, len(pieces), size or 1))
