"""Which rows of feeds a result depends on: what could change it if a row that was refused had been used.

A dependence is followed exactly for one step: from a row to the rows that it looks up or folds, by the columns that
must be equal. What those rows depend on in turn counts as dependence on every row. That is never too little, and
at times too much.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from incdsl.core import ir
from incdsl.core.dependencies import children, conjuncts, reads
from incdsl.core.result_keys import titles


@dataclass(frozen=True)
class Link:
    """Rows of `feed` matter to a row when each pair (column of the feed, column of the row) is equal; with no pairs, all do."""

    feed: str
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule with a row in a result file for each row of `relation`, and what those depend on besides that row itself."""

    result: str
    name: str
    relation: str
    links: tuple[Link, ...]


def rules(program: ir.Program) -> tuple[Rule, ...]:
    """Every rule of every result file but `values`, in the order of the files."""
    found = []
    for output, part in _parts(program):
        name = part.cells[2]
        assert isinstance(name, ir.Literal), "the third column of a result file names the rule"
        links = _Dependence(program, program.relation(part.relation)).of(part)
        found.append(Rule(output.name, str(name.value), part.relation, links))
    return tuple(found)


def result_keys(program: ir.Program) -> tuple[str, ...]:
    """What the keys of the relations that have rules are called in results, in order of first appearance."""
    called = titles(program)
    return tuple(dict.fromkeys(title for _, part in _parts(program) for title in called[part.relation].values()))


def first_result(program: ir.Program) -> ir.Output | None:
    """The first result file that has rows of rules; None while there are no rules."""
    return next((output for output, _ in _parts(program)), None)


def _parts(program: ir.Program) -> Iterator[tuple[ir.Output, ir.OutputPart]]:
    for output in program.result_files:
        if output.name != "values":
            yield from ((output, part) for part in output.parts)


class _Dependence:
    def __init__(self, program: ir.Program, relation: ir.Relation) -> None:
        self.program = program
        self.relation = relation
        self.stored = {column.name for column in relation.stored}
        self.links: dict[Link, None] = {}
        self.own: set[str] = set()
        self.beyond: set[tuple[str, str | None]] = set()

    def of(self, part: ir.OutputPart) -> tuple[Link, ...]:
        for expression in (*part.cells, *(e for e in (part.where, self.relation.known) if e is not None)):
            self._row(expression)
        feeds = {relation.name for relation in self.program.relations if isinstance(relation.source, ir.Feed)}
        return tuple(link for link in self.links if link.feed in feeds)

    def _row(self, expression: ir.Expr) -> None:
        """An expression over the row itself."""
        match expression:
            case ir.Column(name):
                self._own(name)
            case ir.Lookup(relation, keys, column):
                target = self.program.relation(relation)
                pairs = zip(target.key, keys, strict=True)
                self._link(relation, [(part, key) for part, key in pairs if isinstance(part, str)])
                self._further(relation, column)
                for key in keys:
                    self._row(key)
            case ir.Aggregate(_, relation, where):
                self._link(relation, list(_equal_columns(where)))
                for read in reads(expression, (self.relation.name,)):
                    if read.own and read.column is not None:
                        self._own(read.column)
                    else:
                        self._further(read.relation, read.column, link=read.relation != relation)
            case _:
                for child, _ in children(expression):
                    self._row(child)

    def _own(self, name: str) -> None:
        definition = next((column.definition for column in self.relation.derived if column.name == name), None)
        if definition is not None and name not in self.own:
            self.own.add(name)
            self._row(definition)

    def _link(self, relation: str, equal: list[tuple[str, ir.Expr]]) -> None:
        stored = {column.name for column in self.program.relation(relation).stored}
        pairs = [(name, key.name) for name, key in equal if isinstance(key, ir.Column) and key.name in self.stored]
        self.links[Link(relation, tuple(pair for pair in pairs if pair[0] in stored))] = None

    def _further(self, relation: str, column: str | None, *, link: bool = False) -> None:
        """What a column of a row that was reached depends on (None: whether the row is known): on all rows of other relations."""
        if link:
            self.links[Link(relation)] = None
        if (relation, column) in self.beyond:
            return
        self.beyond.add((relation, column))
        reached = self.program.relation(relation)
        if column is None:
            definition = reached.known
            for side in (reached.source.left, reached.source.right) if isinstance(reached.source, ir.Pairs) else ():
                self._further(side, None, link=True)
        else:
            definition = next((derived.definition for derived in reached.derived if derived.name == column), None)
        if definition is not None:
            for read in reads(definition, (relation,)):
                self._further(read.relation, read.column, link=not read.own)


def _equal_columns(where: ir.Expr | None) -> Iterator[tuple[str, ir.Expr]]:
    """The columns of the row aggregated that must equal an expression over the row around."""
    for condition in conjuncts(where):
        match condition:
            case ir.Operation("equal", (ir.Column(name, _, 0), ir.Column(_, _, 1) as other)):
                yield name, other
            case ir.Operation("equal", (ir.Column(_, _, 1) as other, ir.Column(name, _, 0))):
                yield name, other
            case _:
                pass
