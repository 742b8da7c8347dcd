"""Which rows of a table can be used where they lie: the checks that feeds are put to, made by the server. It finds the rows that
may be at fault; whether they are, and why, is for the reader of feeds to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import psycopg

from incdsl.backends.sql import row_condition_in
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.engines.postgres.values import Value, of_type, read
from incdsl.feeds import quoting
from incdsl.feeds.in_place import InPlace
from incdsl.feeds.readers.postgres_tables import OpenPostgres, columns_of, order_of, quoted
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


ROW, PART, NUMBER = '"#row"', '"#part"', '"#number"'
"""Columns of working tables: where a row is, in which part of its table, and its number among all rows."""


@dataclass(frozen=True)
class Table:
    """A table that is used where it lies: its name as SQL, and for each stored column of its relation the expression over its
    columns that is the value, of the type that the engine has for it. The rows in the table `without` are left out."""

    name: str
    values: Mapping[str, str]
    without: str | None = None

    def select(self, columns: Sequence[str]) -> str:
        """A SELECT of some columns of the relation, with no names of their own."""
        but = "" if self.without is None else f" WHERE NOT EXISTS (SELECT FROM {self.without} AS others WHERE {_same('others')})"
        return f"SELECT {', '.join(self.values[column] for column in columns)} FROM {self.name} AS it{but}"

    def rows(self, columns: Sequence[str]) -> str:
        """The same with where each row is before the columns, as an item of FROM with the columns k0, k1, ..."""
        values = "".join(f", {self.values[column]}" for column in columns)
        names = "".join(f", k{at}" for at in range(len(columns)))
        return f"(SELECT tableoid, ctid{values} FROM {self.name}) AS rows({PART}, {ROW}{names})"


class Unfit(Exception):
    """A table is one of which it cannot be told in the server which rows may be at fault."""


def look_over(
    connection: psycopg.Connection,
    feed: OpenPostgres,
    references: Mapping[str, str | None],
    known: Mapping[str, Sequence[ir.Value]],
    aside: str,
) -> tuple[Table, InPlace]:
    """Look at every row of a table. For each column that refers to rows, `references` has the SELECT of their keys, None
    where they are those of the table itself; or `known` has the keys. Rows that may be at fault, and those that share a key with
    them, go into a new table `aside`, with their numbers. Raises Unfit and psycopg.Error."""
    values = _values(connection, feed, set(references) | set(known))
    looked = _Look(connection, feed, values, known)
    doubts: list[str] = []
    if looked.at_fault:
        doubts.append(looked.faulty())
    for name, keys in references.items():
        there = looked.table.select(_key(feed.relation)) if keys is None else keys
        missing = (
            f"SELECT {PART}, {ROW} FROM {looked.table.rows((name,))} WHERE k0 IS NOT NULL "
            f"AND NOT EXISTS (SELECT FROM ({there}) AS known(key) WHERE known.key = k0)"
        )
        if _any(connection, missing):
            doubts.append(missing)
    doubts += [query for query in _shared_keys(connection, feed, looked.table, values) if _any(connection, query)]
    if not doubts:
        return looked.table, looked.found
    if None in references.values():
        raise Unfit  # with a row go those that refer to it, and those that refer to them
    rows = _put_aside(connection, feed, doubts, aside)
    return looked.table, replace(looked.found, doubtful=rows)


def doubtful_rows(feed: OpenPostgres, aside: str) -> str:
    """A SELECT of the rows put aside, in their order: the text of each column, and the number."""
    texts = ", ".join([*feed.texts, NUMBER])
    return f"SELECT {texts} FROM {quoted(feed.place)} AS it JOIN {aside} ON {_same(aside)} ORDER BY {NUMBER}"


def _same(other: str) -> str:
    return f"{other}.{PART} = it.tableoid AND {other}.{ROW} = it.ctid"


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


class _Look:
    """A look at each row by itself: all rows in one pass, and in a second where texts turn out to be padded. `at_fault` is how
    many rows are, and `table` how the others are read."""

    def __init__(
        self,
        connection: psycopg.Connection,
        feed: OpenPostgres,
        values: Mapping[str, Value],
        known: Mapping[str, Sequence[ir.Value]],
    ) -> None:
        self._feed = feed
        self._values = {name: value.guarded for name, value in values.items()}
        self._known = known
        self._names = {name: f"v{at}" for at, name in enumerate(values)}
        self._of_keys = self._faults_of_keys(values)
        self._padded = {name: False for name, value in values.items() if value.padded}
        rows, self.at_fault, blanks = self._pass(connection)
        if any(self._padded.values()):
            rows, self.at_fault, blanks = self._pass(connection)
        plain = values if not self.at_fault else self._values
        read_as = {name: value.trimmed if self._padded.get(name) else value.sql for name, value in plain.items()}
        self.table = Table(quoted(feed.place), read_as)
        self.found = InPlace(feed.relation, feed.source.name, feed.header, rows, blanks)

    def faulty(self) -> str:
        """A SELECT of where the rows at fault are."""
        return f"SELECT {PART}, {ROW} FROM ({self._read()}) AS read WHERE {self._at_fault()}"

    def _pass(self, connection: psycopg.Connection) -> tuple[int, int, dict[str, int]]:
        texts = [name for name, padded in self._padded.items() if not padded]
        filled = [name for name, value in self._values.items() if value.blank]
        counts = ["count(*)", f"count(*) FILTER (WHERE {self._at_fault()})", "count(*) FILTER (WHERE of_key)"]
        counts += [f"coalesce(bool_or(p{at}), false)" for at in range(len(texts))]
        counts += [f"count(*) FILTER (WHERE b{at})" for at in range(len(filled))]
        more = [f"{self._values[name].padded} AS p{at}" for at, name in enumerate(texts)]
        more += [f"{self._values[name].blank} AS b{at}" for at, name in enumerate(filled)]
        query = f"SELECT {', '.join(counts)} FROM ({self._read(more)}) AS read"
        ((rows, at_fault, of_keys, *found),) = connection.execute(query.encode()).fetchall()
        if of_keys:
            raise Unfit
        self._padded |= dict(zip(texts, found, strict=False))
        return rows, at_fault, dict(zip(filled, found[len(texts) :], strict=True))

    def _read(self, more: Sequence[str] = ()) -> str:
        inner = [f"tableoid AS {PART}", f"ctid AS {ROW}"]
        for name, value in self._values.items():
            inner.append(f"{value.trimmed if self._padded.get(name) else value.sql} AS {self._names[name]}")
        faults = [fault for value in self._values.values() for fault in value.faults]
        inner += [f"{' OR '.join(faults) or 'false'} AS fault", f"{self._of_keys} AS of_key", *more]
        return f"SELECT {', '.join(inner)} FROM {quoted(self._feed.place)}"

    def _at_fault(self) -> str:
        relation, names = self._feed.relation, self._names
        faults = ["fault", *(fault for field in relation.stored for fault in of_type(names[field.name], field))]
        faults += [f"{names[end]} < {names[start]}" for start, end in date_ranges(relation)]
        for field in relation.stored:
            if field.name in self._known:
                keys = [quoting.literal(key, field.type) for key in self._known[field.name]]
                faults.append(f"{names[field.name]} NOT IN ({', '.join(keys)})" if keys else f"{names[field.name]} IS NOT NULL")
        for condition in relation.conditions:
            holds = row_condition_in("postgres", condition.holds, names)
            if holds is None:
                raise Unfit
            faults.append(f"{holds} IS DISTINCT FROM true")
        return " OR ".join(faults)

    def _faults_of_keys(self, values: Mapping[str, Value]) -> str:
        """Whether a row has a fault in a value that other rows are told by, so that it is not known which those are."""
        relation = self._feed.relation
        told = {part for key in relation.key for part in ((key.start, key.end) if isinstance(key, ir.RangeKey) else (key,))}
        told |= {column.name for column in relation.stored if isinstance(ty.known(column.type), ty.Row)}
        return " OR ".join(fault for name in sorted(told) for fault in values[name].faults) or "false"


def _shared_keys(connection: psycopg.Connection, feed: OpenPostgres, table: Table, values: Mapping[str, Value]) -> Sequence[str]:
    """SELECTs of where the rows are that share a key, or whose date ranges overlap within one; none where none can."""
    relation = feed.relation
    key = _key(relation)
    columns = ", ".join(f"k{at}" for at in range(len(key)))
    there = " AND ".join(f"k{at} IS NOT NULL" for at in range(len(key))) or "true"
    ranges = [part for part in relation.key if isinstance(part, ir.RangeKey)]
    if ranges:
        (dates,) = ranges
        first, last = f"k{len(key)}", f"coalesce(k{len(key) + 1}, DATE '9999-12-31')"
        by_key = f"PARTITION BY {columns} " if key else ""
        before = f"({by_key}ORDER BY first ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
        ranged = (
            f"SELECT {PART}, {ROW}{', ' if key else ''}{columns}, {first} AS first, {last} AS last "
            f"FROM {table.rows((*key, dates.start, dates.end))} WHERE {there} AND {first} IS NOT NULL AND {last} >= {first}"
        )
        others = f"max(last) OVER {before} AS before, lead(first) OVER ({by_key}ORDER BY first) AS after"
        beside = f"SELECT {PART}, {ROW}, first, last, {others} FROM ({ranged}) AS ranged"
        return [f"SELECT {PART}, {ROW} FROM ({beside}) AS beside WHERE before >= first OR after <= last"]
    of_table = {values[name].column for name in key}
    unique = connection.execute(_UNIQUE, [quoted(feed.place)]).fetchall()
    padded = any(table.values[name] != values[name].sql for name in key)
    if not key or (not padded and any(set(names) <= of_table for (names,) in unique)):
        return []
    twice = f"SELECT {columns} FROM {table.rows(key)} WHERE {there} GROUP BY {columns} HAVING count(*) > 1"
    return [f"SELECT {PART}, {ROW} FROM {table.rows(key)} JOIN ({twice}) AS twice USING ({columns})"]


def _put_aside(connection: psycopg.Connection, feed: OpenPostgres, doubts: Sequence[str], aside: str) -> int:
    number = f"row_number() OVER (ORDER BY {order_of(feed)}) AS {NUMBER}"
    numbered = f"SELECT tableoid AS {PART}, ctid AS {ROW}, {number} FROM {quoted(feed.place)}"
    made = (
        f"CREATE UNLOGGED TABLE {aside} AS SELECT {PART}, {ROW}, {NUMBER} FROM ({numbered}) AS numbered "
        f"JOIN ({' UNION '.join(doubts)}) AS doubtful USING ({PART}, {ROW})"
    )
    return connection.execute(made.encode()).rowcount


def _any(connection: psycopg.Connection, rows: str) -> bool:
    return connection.execute(f"SELECT EXISTS ({rows})".encode()).fetchall() == [(True,)]


def _key(relation: ir.Relation) -> tuple[str, ...]:
    return tuple(part for part in relation.key if isinstance(part, str))
