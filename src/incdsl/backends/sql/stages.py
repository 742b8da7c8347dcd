"""Which relations are worked out as tables of their own, with which columns, and in which order.

Columns, not relations, are what must not depend on themselves: a column of A may sum over B while a column
of B looks up another one of A. So a relation is worked out in one or more stages, each a table with the
columns that were within reach; a stage reads only stages that stand before it.

A relation gets tables when an output lists its rows, when a needed column of it is an aggregate, or when it
stands in a circle of relations. Every other one is a named subquery in the statements that use it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from incdsl.backends.sql.expressions import constant, has_aggregate, key_columns
from incdsl.core import ir
from incdsl.core.dependencies import Node, Read, columns, expressions_of, reads


@dataclass(frozen=True)
class Stage:
    """A table of a relation: `columns` are its key and what is read of it by later tables and by outputs, as far as that is
    worked out by then. `index` counts from 1; after the `last` nothing is left to work out."""

    relation: str
    columns: tuple[str, ...]
    index: int
    last: bool


@dataclass
class _Needs:
    """What the outputs need: per relation its columns, and what each of them reads."""

    program: ir.Program
    columns: dict[str, set[str]] = field(default_factory=dict)
    reads: dict[Node, set[Read]] = field(default_factory=dict)

    def add(self, node: Node) -> None:
        """Need a column of a relation, or with None its rows, and all that these are worked out from."""
        pending = [node]
        while pending:
            name, column = pending.pop()
            if (name, column) in self.reads:
                continue
            relation = self.program.relation(name)
            needed = self.columns.setdefault(name, set())
            if column is None:
                found = self._reads_of_rows(relation)
                pending += [(name, part) for part in key_columns(relation)]
            else:
                needed.add(column)
                definitions = [derived.definition for derived in relation.derived if derived.name == column]
                found = {read for definition in definitions for read in reads(definition, (name,))}
            self.reads[name, column] = found
            pending += [(read.relation, place) for read in found for place in (read.column, None)]

    def _reads_of_rows(self, relation: ir.Relation) -> set[Read]:
        found = set() if relation.known is None else set(reads(relation.known, (relation.name,)))
        if isinstance(relation.source, ir.Pairs):
            found |= {Read(side, None, own=False) for side in (relation.source.left, relation.source.right)}
        return found


def plan_stages(program: ir.Program, outputs: Collection[ir.Output]) -> tuple[Stage, ...]:
    """The tables to work out for the outputs, in order."""
    needs = _Needs(program)
    listed: set[str] = set()
    shown: set[Node] = set()
    for output in outputs:
        for part in output.parts:
            listed.add(part.relation)
            needs.add((part.relation, None))
            for cell in expressions_of(part):
                for read in reads(cell, (part.relation,)):
                    needs.add((read.relation, read.column))
                    needs.add((read.relation, None))
                    shown |= {(read.relation, read.column), (read.relation, None)}
    tabled = listed | _with_aggregates(needs) | _in_circles(needs)
    return _schedule(needs, tabled, shown)


def _with_aggregates(needs: _Needs) -> set[str]:
    found = set()
    for name, needed in needs.columns.items():
        relation = needs.program.relation(name)
        if any(column.name in needed and has_aggregate(column.definition) for column in relation.derived):
            found.add(name)
    return found


def _in_circles(needs: _Needs) -> set[str]:
    elsewhere: dict[str, set[str]] = {}
    for (relation, _), found in needs.reads.items():
        elsewhere.setdefault(relation, set()).update(read.relation for read in found if not read.own)

    def reaches(start: str) -> bool:
        pending, seen = list(elsewhere.get(start, ())), set()
        while pending:
            name = pending.pop()
            if name == start:
                return True
            if name not in seen:
                seen.add(name)
                pending += elsewhere.get(name, ())
        return False

    return {relation for relation in elsewhere if reaches(relation)}


def _schedule(needs: _Needs, tabled: set[str], shown: set[Node]) -> tuple[Stage, ...]:
    """Greedy: finish a relation as soon as all it lacks is within reach; else take what is within reach."""
    waits = {node: _waits(needs, tabled, node) for node in needs.reads if node[0] in tabled}
    order = [relation.name for relation in needs.program.relations if relation.name in tabled]
    done: set[Node] = set()
    made: list[tuple[str, set[Node]]] = []
    while True:
        lacking = {name: {node for node in waits if node[0] == name and node not in done} for name in order}
        order_left = [name for name in order if lacking[name]]
        if not order_left:
            break
        within = {name: _within_reach(lacking[name], done, waits) for name in order_left}
        complete = [name for name in order_left if within[name] == lacking[name]]
        name = next(iter(complete or [name for name in order_left if within[name]]))
        done |= within[name]
        made.append((name, within[name]))
    read = shown.union(*(_waits(needs, tabled, node)[1] for node in shown))
    stages: list[Stage] = []
    for place in range(len(made), 0, -1):  # from the last, so that `read` is what is read after the table
        name, worked_out = made[place - 1]
        so_far = {node for other, nodes in made[:place] if other == name for node in nodes}
        relation = needs.program.relation(name)
        kept = {*key_columns(relation), *(column for of, column in read if of == name)}
        names = (c.name for c in columns(relation) if c.name in kept and (name, c.name) in so_far)
        index = sum(other == name for other, _ in made[:place])
        last = all(other != name for other, _ in made[place:])
        stages.insert(0, Stage(name, tuple(c for c in names if constant(relation, c) is None), index, last))
        for node in worked_out:
            own, tables = waits[node]
            read |= tables | {(name, column) for column in own}
    return tuple(stages)


def _waits(needs: _Needs, tabled: set[str], node: Node) -> tuple[set[str], set[Node]]:
    """What a column needs first: columns of its own row, and columns of tables."""
    own: set[str] = set()
    tables: set[Node] = set()
    pending, seen = [(read, read.own) for read in needs.reads[node]], set()
    while pending:
        read, is_own = pending.pop()
        if (read, is_own) in seen:
            continue
        seen.add((read, is_own))
        if is_own and read.column is not None:
            own.add(read.column)
        elif read.relation in tabled:
            tables |= {(read.relation, None), (read.relation, read.column)}
        else:
            pending += [(inner, False) for inner in needs.reads[(read.relation, read.column)]]
            pending += [(inner, False) for inner in needs.reads[(read.relation, None)]]
    return own, tables


def _within_reach(lacking: set[Node], done: set[Node], waits: dict[Node, tuple[set[str], set[Node]]]) -> set[Node]:
    """The columns of one relation that can be worked out now, those that need one another included."""
    reach = set(lacking)
    while True:
        blocked = {
            node
            for node in reach
            if not waits[node][1] <= done
            or any((node[0], column) not in done and (node[0], column) not in reach for column in waits[node][0])
            or ((node[0], None) not in done and (node[0], None) not in reach)
        }
        if not blocked:
            return reach
        reach -= blocked
