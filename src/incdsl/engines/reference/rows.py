"""Where the rows of relations come from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

from incdsl.core import ir
from incdsl.core.values import mismatch

Row = tuple[ir.Value, ...]
"""The values of one row, in the order of the relation's stored columns. Values: see `core.types`."""


class Rows(Protocol):
    """The validated rows of the relations that come from feeds."""

    def all(self, relation: str) -> Sequence[Row]:
        """Every row of a relation, in any order."""
        ...

    def matching(self, relation: str, column: str, value: ir.Value) -> Sequence[Row]:
        """Every row of a relation whose stored column equals a value that is not missing."""
        ...


class MemoryRows:
    """Rows held in lists, with an index for each column that was asked for."""

    def __init__(self, program: ir.Program, rows: Mapping[str, Sequence[Row]]) -> None:
        """`rows` are those of each relation by name. Raises ValueError for a value that is not of its column's
        type, and for a relation the program does not have."""
        self._columns = {name: [column.name for column in program.relation(name).stored] for name in rows}
        self._rows = {name: list(of_relation) for name, of_relation in rows.items()}
        self._indexes: dict[tuple[str, str], defaultdict[ir.Value, list[Row]]] = {}
        for name, of_relation in self._rows.items():
            stored = program.relation(name).stored
            for row in of_relation:
                for column, value in zip(stored, row, strict=True):
                    wrong = mismatch(value, column.type)
                    if wrong is not None:
                        raise ValueError(f"`{name}`, column `{column.name}`: {value!r} {wrong}")

    def all(self, relation: str) -> Sequence[Row]:
        """Every row of a relation. Raises KeyError for one it was given no rows of, not even none."""
        return self._rows[relation]

    def matching(self, relation: str, column: str, value: ir.Value) -> Sequence[Row]:
        """Every row of a relation whose stored column equals a value."""
        index = self._indexes.get((relation, column))
        if index is None:
            at = self._columns[relation].index(column)
            index = defaultdict(list)
            for row in self._rows[relation]:
                if row[at] is not None:
                    index[row[at]].append(row)
            self._indexes[relation, column] = index
        return index.get(value, ())
