"""Validated rows as Python values, for the reference engine and for explanations.

Both classes here serve the same two requests. `LoadedRows` holds everything in memory, for whole evaluations;
`StoredRows` asks DuckDB each time, for the few rows that one explanation needs of a big feed. Rows are tuples of
the stored columns, in their order, of the Python types of `core.types`, sorted by the relation's key.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from incdsl.core import ir
from incdsl.feeds import quoting
from incdsl.feeds.connections import cursor

Row = tuple[ir.Value, ...]


class StoredRows:
    """Rows of feeds, read from DuckDB at each request; of relations written in the program, from the program."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, program: ir.Program) -> None:
        self._connection = connection
        self._relations = {relation.name: relation for relation in program.relations}

    def all(self, relation: str) -> Sequence[Row]:
        """Every row of a relation. Raises KeyError when there is no such relation of stored rows."""
        return self._select(self._relations[relation], None, None)

    def matching(self, relation: str, column: str, value: ir.Value) -> Sequence[Row]:
        """The rows whose stored column equals a value; with None, the rows where it is missing."""
        return self._select(self._relations[relation], column, value)

    def loaded(self) -> LoadedRows:
        """All rows of all relations, in memory."""
        stored = [relation for relation in self._relations.values() if not isinstance(relation.source, ir.Pairs)]
        return LoadedRows(stored, {relation.name: self.all(relation.name) for relation in stored})

    def _select(self, relation: ir.Relation, column: str | None, value: ir.Value) -> Sequence[Row]:
        names = [stored.name for stored in relation.stored]
        match relation.source:
            case ir.Rows(rows):
                return rows if column is None else [row for row in rows if row[names.index(column)] == value]
            case ir.Pairs():
                raise KeyError(relation.name)
            case ir.Feed():
                pass
        order = [part.start if isinstance(part, ir.RangeKey) else part for part in relation.key] or names
        condition = ""
        if column is not None:
            type_ = relation.stored[names.index(column)].type
            condition = f" WHERE {quoting.identifier(column)} IS NOT DISTINCT FROM {quoting.literal(value, type_)}"
        # A cursor, so that a request does not end another one that is still being read.
        return (
            cursor(self._connection)
            .execute(
                f"SELECT {', '.join(map(quoting.identifier, names))} FROM feed.{quoting.identifier(relation.name)}{condition} "
                f"ORDER BY {', '.join(map(quoting.identifier, order))}"
            )
            .fetchall()
        )


class LoadedRows:
    """Rows held in memory, with an index for each column that is asked for."""

    def __init__(self, relations: Sequence[ir.Relation], rows: dict[str, Sequence[Row]]) -> None:
        self._positions = {
            relation.name: {column.name: at for at, column in enumerate(relation.stored)} for relation in relations
        }
        self._rows = rows
        self._indexes: dict[tuple[str, str], dict[ir.Value, list[Row]]] = {}

    def all(self, relation: str) -> Sequence[Row]:
        """Every row of a relation. Raises KeyError when there is no such relation of stored rows."""
        return self._rows[relation]

    def matching(self, relation: str, column: str, value: ir.Value) -> Sequence[Row]:
        """The rows whose stored column equals a value; with None, the rows where it is missing."""
        index = self._indexes.get((relation, column))
        if index is None:
            at = self._positions[relation][column]
            index = {}
            for row in self._rows[relation]:
                index.setdefault(row[at], []).append(row)
            self._indexes[relation, column] = index
        return index.get(value, ())
