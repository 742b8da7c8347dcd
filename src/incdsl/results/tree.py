"""How one value came about, as indented lines: the rules applied, what they compared, and the rows used.

A line names a value, and where a rule of the program gave it, the place of the rule; beneath it stands what it
was worked out from. What was explained once is not explained again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import reduce

from incdsl.core import ir
from incdsl.core.dependencies import children, columns, conjuncts, reads_row
from incdsl.core.exact import EXACT
from incdsl.engines.reference import ColumnRead, Row, RowFound, RowsUsed, TraceNode, Tracer, UsedRow
from incdsl.results.show import counted, shown

ROWS_SHOWN = 10
"""Rows of an aggregate that are listed; of the others only their number and what they add is said."""


ABOVE = " (explained above)"
"""What follows a value whose rule was explained before."""


class TreeWriter:
    """Writes traces of one program; remembers what it has explained."""

    def __init__(self, program: ir.Program, tracer: Tracer) -> None:
        self.program = program
        self.tracer = tracer
        self._seen: set[object] = set()
        self._cited: set[tuple[str, int]] = set()

    def lines(self, node: TraceNode, indent: int = 0) -> Iterator[str]:
        """The lines for a value and all it was worked out from."""
        match node.expression, node.detail:
            case _, ColumnRead() as read:
                yield from self._column(node, read, indent)
            case ir.Lookup() as lookup, RowFound() as found:
                yield from self._lookup(node, lookup, found, indent)
            case ir.Aggregate() as aggregate, RowsUsed() as used:
                yield from self._aggregate(node, aggregate, used, indent)
            case ir.Param(name), _:
                yield from self._param(name, indent)
            case _:
                yield from self.parts(node, indent)

    def parts(self, node: TraceNode, indent: int) -> Iterator[str]:
        """The lines for what a value was worked out from, without a line for itself."""
        for child in node.children:
            yield from self.lines(child, indent)

    def provenance(self, origin: ir.Origin, indent: int) -> Iterator[str]:
        """Where a rule comes from: a line per citation and per assumption, with its other reading; once per rule."""
        if (origin.path, origin.line) in self._cited:
            return
        self._cited.add((origin.path, origin.line))
        for citation in origin.citations:
            yield f"{' ' * indent}cited: {citation.title}, {citation.place}"
        for assumption in origin.assumptions:
            other = f"; the other reading: {assumption.other}" if assumption.other else ""
            yield f"{' ' * indent}assumed: {assumption.reason}{other}"

    # --- one kind of line each -------------------------------------------------------------------------------

    def _column(self, node: TraceNode, read: ColumnRead, indent: int) -> Iterator[str]:
        column = read.column
        if isinstance(column, ir.DerivedColumn) and not column.explicit:
            base, _, part = column.name.partition(".")
            if part == "known":  # an event as it was known on the as-of date: for the reader, the event
                yield from self._once((read.relation, read.key, base), f"{base} = {shown(node.value, column.type)}", indent)
            elif not part.startswith("step_"):  # the step before is on the lines above
                yield from self.parts(node, indent)
            return
        text = f"{column.name} = {shown(node.value, column.type)}"
        explained = (read.relation, read.key, column.name)
        if isinstance(column, ir.StoredColumn):
            yield from self._once(explained, text, indent)
        elif explained in self._seen:
            yield f"{' ' * indent}{text}{ABOVE}"
        else:
            self._seen.add(explained)
            yield f"{' ' * indent}{text}{place(column.origin)}"
            yield from self.provenance(column.origin, indent + 4)
            yield from self.parts(node, indent + 2)

    def _lookup(self, node: TraceNode, lookup: ir.Lookup, found: RowFound, indent: int) -> Iterator[str]:
        relation = self.program.relation(found.relation)
        sought = ", ".join(str(value) for value in found.sought)
        # An event as it was known on the as-of date is, for the reader, the event.
        what = f"{found.relation}[{sought}]" + (f".{lookup.column.removesuffix('.known')}" if lookup.column else "")
        value = (
            shown(node.value, lookup.type) if lookup.column else ("there is such a row" if node.value else "there is no such row")
        )
        if found.row is None and lookup.column:
            value = "nothing: there is no such row"
        origin = self._row_origin(relation, found.row)
        explained = (what, node.value)
        if explained in self._seen:
            return
        self._seen.add(explained)
        yield f"{' ' * indent}{what}{' = ' if lookup.column else ': '}{value}{place(origin) if origin else ''}"
        if origin:
            yield from self.provenance(origin, indent + 4)
        yield from self.parts(node, indent + 2)

    def _row_origin(self, relation: ir.Relation, row: Row | None) -> ir.Origin | None:
        """Where a row that the program writes was written."""
        if row is None or not isinstance(relation.source, ir.Rows) or not relation.source.origins:
            return None
        return relation.source.origins[relation.source.rows.index(row)]

    def _param(self, name: str, indent: int) -> Iterator[str]:
        param = next(param for param in self.program.params if param.name == name)
        if ("param", name) not in self._seen:
            self._seen.add(("param", name))
            yield f"{' ' * indent}{name} = {shown(param.value, param.type)}{place(param.origin)}"
            yield from self.provenance(param.origin, indent + 4)

    def _once(self, explained: object, text: str, indent: int) -> Iterator[str]:
        if explained not in self._seen:
            self._seen.add(explained)
            yield f"{' ' * indent}{text}"

    # --- rows --------------------------------------------------------------------------------------------------

    def _aggregate(self, node: TraceNode, aggregate: ir.Aggregate, used: RowsUsed, indent: int) -> Iterator[str]:
        explained = (id(aggregate), used)
        if explained in self._seen:
            return
        self._seen.add(explained)
        relation = self.program.relation(used.relation)
        name = relation.label or relation.name
        passed = f", {used.passed_over:,} looked at and passed over" if used.passed_over else ""
        rows = counted(len(used.used), "row")
        yield f"{' ' * indent}{name} (`{relation.name}`): {rows} used{passed}"
        ranked = sorted(used.used, key=_size, reverse=True)
        read = _columns_read(aggregate, relation)
        for one in ranked[:ROWS_SHOWN]:
            yield f"{' ' * (indent + 2)}{self._row(aggregate, relation, one, read)}"
        others = ranked[ROWS_SHOWN:]
        if others:
            yield f"{' ' * (indent + 2)}and {counted(len(others), 'more row')}{_together(aggregate, others)}"
        yield from self.parts(node, indent + 2)

    def _row(self, aggregate: ir.Aggregate, relation: ir.Relation, used: UsedRow, read: list[str]) -> str:
        key = ", ".join(str(value) for value in used.key)
        gives = f": {shown(used.value, aggregate.value.type)}" if aggregate.value is not None and used.value is not None else ""
        types = {column.name: column.type for column in columns(relation)}
        facts = [f"{name} {shown(self.tracer.value(relation.name, used.row, name), types[name])}" for name in read]
        return f"{key}{gives}" + (f"  ({', '.join(facts)})" if facts else "")


def place(origin: ir.Origin) -> str:
    """Where a rule stands and its words without what it cites, to follow a value; nothing for what was written nowhere."""
    text = re.sub(r'\s+(cite \w+|assumed|accept \S+ because) ".*', "", origin.text)
    return f"    [{origin.path}:{origin.line}] {text}" if origin.path else ""


def _size(used: UsedRow) -> Decimal:
    """What rows are ranked by: the size of what they give. They come ordered by key, which decides a tie."""
    return used.value.copy_abs() if isinstance(used.value, Decimal) else Decimal(0)


def _together(aggregate: ir.Aggregate, others: list[UsedRow]) -> str:
    if aggregate.operator != "sum" or aggregate.value is None:
        return ""
    total = reduce(EXACT.add, (used.value for used in others if isinstance(used.value, Decimal)))
    return f", together {shown(total, aggregate.value.type)}"


def _columns_read(aggregate: ir.Aggregate, relation: ir.Relation) -> list[str]:
    """The columns of the aggregated row that its value, then its condition read, but for the key, for those that are
    the same in all rows used, and for what hides future events: what tells a reader why the row was used."""
    left_out = {part if isinstance(part, str) else part.start for part in relation.key}
    for condition in conjuncts(aggregate.where):
        if isinstance(condition, ir.Operation) and condition.operator == "equal" and not all(map(reads_row, condition.operands)):
            left_out |= set(_own_columns(condition))
    if isinstance(aggregate.value, ir.Column):
        left_out.add(aggregate.value.name)
    read = [name for part in (aggregate.value, aggregate.where) if part is not None for name in _own_columns(part)]
    return [name for name in dict.fromkeys(read) if name not in left_out and "." not in name]


def _own_columns(expression: ir.Expr, depth: int = 0) -> Iterator[str]:
    """The columns of the row at `depth` that an expression reads, in the order read."""
    if isinstance(expression, ir.Column) and expression.depth == depth:
        yield expression.name
    for child, deeper in children(expression):
        yield from _own_columns(child, depth + deeper)
