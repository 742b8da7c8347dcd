"""Made-up rows that meet the conditions of their record: those that do not are drawn again.

Keys stay what they are, since rows of other feeds refer to them; every other value is drawn anew. A record whose conditions
hardly any draw meets is refused by name: no row that breaks one is ever written.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from incdsl.core import ir
from incdsl.feeds.conditions import condition_sql

_DRAWS = 300
"""How often a row is drawn at most. One draw in ten that meets the conditions leaves one row in 10^13 without."""

_LEFT, _MADE, _KEPT = '"#left"', '"#made"', '"#kept"'

Drawn = Callable[[int, str], str]
"""Given the number of a draw, from 0, and a SELECT of the numbers i, p and k of rows: a SELECT of those rows with `#i`, `#p`
and `#k`."""


class CannotMakeUp(Exception):
    """No rows can be made up that meet the conditions of a record. The text says which; `help` what to do."""

    def __init__(self, relation: ir.Relation, rows: int, says: tuple[str, ...]) -> None:
        of = f"{rows:,} {'row' if rows == 1 else 'rows'} of `{relation.name}`"
        super().__init__(f"for {of}, no made-up values meet: {'; '.join(says)}")
        self.help = "values are drawn one by one, and one that must follow from another is not found so: write this feed by hand"


def meeting(connection: duckdb.DuckDBPyConnection, relation: ir.Relation, numbers: str, drawn: Drawn) -> str:
    """A SELECT of `#i` and the columns of the rows at `numbers`, in their order, all of which meet the conditions.

    `numbers` is a SELECT of i, p and k. Raises CannotMakeUp.
    """
    holds = " AND ".join(f"({condition_sql(condition)}) IS NOT DISTINCT FROM true" for condition in relation.conditions)
    first = drawn(0, numbers)
    _keep(connection, _LEFT, f'SELECT "#i" AS i, "#p" AS p, "#k" AS k FROM ({first}) WHERE NOT ({holds})')
    _keep(connection, _KEPT, f"SELECT * FROM ({first}) WHERE false")
    left = _count(connection, _LEFT)
    for draw in range(1, _DRAWS):
        if not left:
            break
        _keep(connection, _MADE, drawn(draw, f"SELECT * FROM {_LEFT}"))
        connection.execute(f"INSERT INTO {_KEPT} SELECT * FROM {_MADE} WHERE {holds}")
        connection.execute(f'DELETE FROM {_LEFT} WHERE i IN (SELECT "#i" FROM {_MADE} WHERE {holds})')
        left = _count(connection, _LEFT)
    if left:
        broken = [f"({condition_sql(condition)}) IS DISTINCT FROM true" for condition in relation.conditions]
        ((*found,),) = connection.execute(f"SELECT {', '.join(f'bool_or({b})' for b in broken)} FROM {_MADE}").fetchall()
        raise CannotMakeUp(
            relation, left, tuple(c.says for c, is_broken in zip(relation.conditions, found, strict=True) if is_broken)
        )
    return f'SELECT * FROM (SELECT * FROM ({first}) WHERE {holds} UNION ALL SELECT * FROM {_KEPT}) ORDER BY "#i"'


def _keep(connection: duckdb.DuckDBPyConnection, table: str, select: str) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {select}")


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    ((count,),) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    assert isinstance(count, int)
    return count
