"""Which rows of a table can be used where they lie: the checks that feeds are put to, made by the server. It finds the rows that
may be at fault; whether they are, and why, is for the reader of feeds to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import psycopg

from incdsl.core import ir
from incdsl.engines.in_place import Unfit, Value, Words, doubts_of_rows, faults_of_keys, faults_of_row, key_of, read_all
from incdsl.engines.postgres.values import NUMBER, PART, ROW, PostgresWords
from incdsl.feeds.in_place import InPlace
from incdsl.feeds.readers.postgres_tables import OpenPostgres, columns_of, order_of, quoted

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
    words = _words(connection, feed)
    values = read_all(words, feed.relation, feed.header, {*references, *known})
    looked = _Look(connection, words, feed, values, known)
    doubts = [looked.faulty()] if looked.at_fault else []
    select = looked.table.select(key_of(feed.relation))
    keys = {name: select if there is None else there for name, there in references.items()}
    share = _may_share(connection, feed, looked.table, values)
    beside = doubts_of_rows(words, feed.relation, looked.table.rows, keys, share)
    doubts += [query for query in beside if _any(connection, query)]
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


def _words(connection: psycopg.Connection, feed: OpenPostgres) -> PostgresWords:
    """How the server speaks of a table that is its own, and still has the columns that it had. Raises Unfit."""
    name = quoted(feed.place)
    if connection.execute(_LIES, [name]).fetchall() != [(True,)] or columns_of(connection, feed.place) != feed.columns:
        raise Unfit
    types = [column.type for column in feed.columns]
    return PostgresWords(feed.columns, {number for (number,) in connection.execute(_ENUMS, [types]).fetchall()})


class _Look:
    """A look at each row by itself: all rows in one pass, and in a second where texts turn out to be padded. `at_fault` is how
    many rows are, and `table` how the others are read."""

    def __init__(
        self,
        connection: psycopg.Connection,
        words: Words,
        feed: OpenPostgres,
        values: Mapping[str, Value],
        known: Mapping[str, Sequence[ir.Value]],
    ) -> None:
        self._words = words
        self._feed = feed
        self._values = {name: value.guarded for name, value in values.items()}
        self._known = known
        self._names = {name: f"v{at}" for at, name in enumerate(values)}
        self._of_keys = faults_of_keys(feed.relation, values)
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
        return " OR ".join(["fault", *faults_of_row(self._words, self._feed.relation, self._names, self._known)])


def _may_share(connection: psycopg.Connection, feed: OpenPostgres, table: Table, values: Mapping[str, Value]) -> bool:
    """Whether rows may share a key: a unique index that says they do not is believed."""
    key = key_of(feed.relation)
    of_table = {values[name].column for name in key}
    unique = connection.execute(_UNIQUE, [quoted(feed.place)]).fetchall()
    padded = any(table.values[name] != values[name].sql for name in key)
    return padded or len(key) < len(feed.relation.key) or not any(set(names) <= of_table for (names,) in unique)


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
