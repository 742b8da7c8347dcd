"""Which parts of rules applied to no row: counted with the results, as are the rows that take part in nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.results import idle
from incdsl.results.tables import table

MATCHES = "matches"
"""The output that counts. It is no result file."""

_RELATION = "rules of the program"
"""A relation with one row, whose columns are the counts; no program can declare a name with spaces."""


@dataclass(frozen=True)
class Unmatched:
    """A part of a rule that applied to none of `rows` rows of `relation`."""

    what: str
    place: str
    relation: str
    rows: int


def counting(program: ir.Program) -> ir.Program:
    """The program with the output `matches` beside its own; as it is when it has nothing to count."""
    totals = dict.fromkeys(rule.relation for rule in program.rules)
    derived = [_count(f"all {relation}", relation, None) for relation in totals]
    derived += [_count(f"rule {at}", rule.relation, rule.condition) for at, rule in enumerate(program.rules)]
    derived += [_count(*one) for one in idle.counts(program)]
    if not derived:
        return program
    key = ir.StoredColumn("id", ty.TEXT)
    relation = ir.Relation(_RELATION, ir.Rows((("all",),)), ("id",), (key,), tuple(derived))
    counts = (ir.Column(column.name, column.type) for column in derived)
    columns = tuple(ir.OutputColumn(column.name, column.type) for column in derived)
    output = ir.Output(MATCHES, columns, (ir.OutputPart(_RELATION, tuple(counts)),), (columns[0].name,))
    return replace(program, relations=(*program.relations, relation), outputs=(*program.outputs, output))


def _count(name: str, relation: str, where: ir.Expr | None) -> ir.DerivedColumn:
    return ir.DerivedColumn(name, ty.WHOLE_NUMBER, ir.Aggregate("count", relation, where, None, ty.WHOLE_NUMBER))


def counts(program: ir.Program, connection: duckdb.DuckDBPyConnection) -> Mapping[str, int]:
    """What was counted, by its name."""
    if counting(program) is program:
        return {}
    found = connection.execute(f"SELECT * FROM {table(MATCHES)}")
    row = found.fetchone()
    assert row is not None
    assert found.description is not None
    return {str(column[0]): int(value) for column, value in zip(found.description, row, strict=True)}


def unmatched(program: ir.Program, counts: Mapping[str, int]) -> Sequence[Unmatched]:
    """The parts that applied to no row although there were some, in the order of their places. One that is used in
    several places has to have applied in none of them."""
    matched = {rule.origin for at, rule in enumerate(program.rules) if counts[f"rule {at}"]}
    silent = {
        rule.origin: Unmatched(rule.what, f"{rule.origin.path}:{rule.origin.line}", rule.relation, counts[f"all {rule.relation}"])
        for rule in program.rules
        if rule.origin not in matched and counts[f"all {rule.relation}"]
    }
    return [silent[origin] for origin in sorted(silent, key=lambda origin: (origin.path, origin.line, origin.text))]
