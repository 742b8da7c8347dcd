"""Whether every row of a table can be used where it lies: the checks that feeds are put to, made by the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg

from incdsl.backends.sql import row_condition_in
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.engines.postgres.values import Value, of_type, read
from incdsl.feeds import quoting
from incdsl.feeds.in_place import InPlace
from incdsl.feeds.readers.postgres_tables import OpenPostgres, columns_of, quoted
from incdsl.feeds.staging import date_ranges

_LIES = (
    "SELECT relkind IN ('r', 'm') AND NOT relhassubclass OR relkind = 'p' AND NOT EXISTS "
    "(SELECT FROM pg_partition_tree(it.oid) AS part JOIN pg_class AS each ON each.oid = part.relid WHERE each.relkind = 'f') "
    "FROM pg_class AS it WHERE it.oid = %s::regclass AND NOT relrowsecurity"
)
"""Whether the rows are the server's own, and the same ones whoever asks and however often."""

_UNIQUE = (
    "SELECT array_agg(attname) FROM pg_index CROSS JOIN unnest(indkey) AS place JOIN pg_attribute ON attrelid = indrelid "
    "AND attnum = place WHERE indrelid = %s::regclass AND indisunique AND indisvalid AND indimmediate AND indpred IS NULL "
    "AND indexprs IS NULL AND indnatts = indnkeyatts GROUP BY indexrelid"
)

_ENUMS = "SELECT oid FROM pg_type WHERE typtype = 'e' AND oid = ANY (%s)"


@dataclass(frozen=True)
class Table:
    """A table that is used where it lies: its name as SQL, and for each stored column of its relation the expression over its
    columns that is the value, of the type that the engine has for it."""

    name: str
    values: Mapping[str, str]

    def select(self, columns: Sequence[str]) -> str:
        """A SELECT of some columns of the relation, with no names of their own."""
        return f"SELECT {', '.join(self.values[column] for column in columns)} FROM {self.name}"


class Unfit(Exception):
    """A table has a row that may be one to refuse, or is one of which that cannot be told in the server."""


def look_over(
    connection: psycopg.Connection,
    feed: OpenPostgres,
    references: Mapping[str, str | None],
    known: Mapping[str, Sequence[ir.Value]],
) -> tuple[Table, InPlace]:
    """Look at every row of a table. For each column that refers to rows, `references` has the SELECT of their keys, None
    where they are those of the table itself; or `known` has the keys. Raises Unfit and psycopg.Error."""
    values = _values(connection, feed, set(references) | set(known))
    table, found = _rows(connection, feed, values, known)
    relation = feed.relation
    for name, keys in references.items():
        there = table.select(_key(relation)) if keys is None else keys
        missing = (
            f"SELECT FROM ({table.select((name,))}) AS its(key) WHERE key IS NOT NULL "
            f"AND NOT EXISTS (SELECT FROM ({there}) AS known(key) WHERE known.key = its.key)"
        )
        _refuse_any(connection, missing)
    _refuse_shared_keys(connection, feed, table, values)
    return table, found


def _values(connection: psycopg.Connection, feed: OpenPostgres, checked: set[str]) -> dict[str, Value]:
    relation, name = feed.relation, quoted(feed.place)
    if connection.execute(_LIES, [name]).fetchall() != [(True,)] or columns_of(connection, feed.place) != feed.columns:
        raise Unfit
    types = [column.type for column in feed.columns]
    enums = {number for (number,) in connection.execute(_ENUMS, [types]).fetchall()}
    values: dict[str, Value] = {}
    for field, position in zip(relation.stored, feed.header.positions, strict=True):
        value = read(field, feed.header, position, feed.columns, enums)
        if value is None or (isinstance(ty.known(field.type), ty.Row) and field.name not in checked):
            raise Unfit
        values[field.name] = value
    return values


def _rows(
    connection: psycopg.Connection, feed: OpenPostgres, values: Mapping[str, Value], known: Mapping[str, Sequence[ir.Value]]
) -> tuple[Table, InPlace]:
    """Look at each row by itself, all in one pass; which columns have empty texts, that are blanks, comes out too."""
    relation = feed.relation
    names = {name: f"v{at}" for at, name in enumerate(values)}
    faults = [fault for value in values.values() for fault in value.faults]
    of_values = [fault for field in relation.stored for fault in of_type(names[field.name], field)]
    of_values += [f"{names[end]} < {names[start]}" for start, end in date_ranges(relation)]
    for field in relation.stored:
        if field.name in known:
            keys = [quoting.literal(key, field.type) for key in known[field.name]]
            of_values.append(f"{names[field.name]} NOT IN ({', '.join(keys)})" if keys else f"{names[field.name]} IS NOT NULL")
    for condition in relation.conditions:
        holds = row_condition_in("postgres", condition.holds, names)
        if holds is None:
            raise Unfit
        of_values.append(f"{holds} IS DISTINCT FROM true")
    texts = [name for name, value in values.items() if value.empty]
    filled = [name for name, value in values.items() if value.blank]
    inner = [f"{value.read} AS {names[name]}" for name, value in values.items()]
    inner += [f"{' OR '.join(faults) or 'false'} AS fault"]
    inner += [f"{values[name].empty} AS e{at}" for at, name in enumerate(texts)]
    inner += [f"{values[name].blank} AS b{at}" for at, name in enumerate(filled)]
    counts = ["count(*)", f"count(*) FILTER (WHERE {' OR '.join(['fault', *of_values])})"]
    counts += [f"coalesce(bool_or(e{at}), false)" for at in range(len(texts))]
    counts += [f"count(*) FILTER (WHERE b{at})" for at in range(len(filled))]
    query = f"SELECT {', '.join(counts)} FROM (SELECT {', '.join(inner)} FROM {quoted(feed.place)}) AS read"
    ((rows, at_fault, *found),) = connection.execute(query.encode()).fetchall()
    if at_fault:
        raise Unfit
    emptied = dict(zip(texts, found, strict=False))
    blanks = dict(zip(filled, found[len(texts) :], strict=True))
    read_as = {name: value.read if emptied.get(name) else value.sql for name, value in values.items()}
    return Table(quoted(feed.place), read_as), InPlace(relation, feed.source.name, feed.header, rows, blanks)


def _refuse_shared_keys(connection: psycopg.Connection, feed: OpenPostgres, table: Table, values: Mapping[str, Value]) -> None:
    """Rows that share a key, or whose date ranges overlap within one."""
    relation = feed.relation
    key = _key(relation)
    columns = ", ".join(f"k{at}" for at in range(len(key)))
    there = " AND ".join(f"k{at} IS NOT NULL" for at in range(len(key))) or "true"
    ranges = [part for part in relation.key if isinstance(part, ir.RangeKey)]
    if ranges:
        (dates,) = ranges
        every = table.select((*key, dates.start, dates.end))
        names = f"{columns}{', ' if key else ''}first, last"
        by_key = f"PARTITION BY {columns} " if key else ""
        before = f"lag(coalesce(last, DATE '9999-12-31')) OVER ({by_key}ORDER BY first)"
        _refuse_any(
            connection,
            f"SELECT FROM (SELECT first, {before} AS before FROM ({every}) AS rows({names}) WHERE {there}) AS pairs "
            "WHERE before >= first",
        )
        return
    if not key:
        return
    of_table = {values[name].column for name in key}
    for (unique,) in connection.execute(_UNIQUE, [quoted(feed.place)]).fetchall():
        if set(unique) <= of_table:
            return
    _refuse_any(
        connection,
        f"SELECT FROM ({table.select(key)}) AS rows({columns}) WHERE {there} GROUP BY {columns} HAVING count(*) > 1",
    )


def _refuse_any(connection: psycopg.Connection, rows: str) -> None:
    if connection.execute(f"SELECT EXISTS ({rows})".encode()).fetchall() != [(False,)]:
        raise Unfit


def _key(relation: ir.Relation) -> tuple[str, ...]:
    return tuple(part for part in relation.key if isinstance(part, str))
