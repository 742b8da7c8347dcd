"""The rows of a program's outputs."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from incdsl.core import ir
from incdsl.engines.reference.evaluator import Evaluator
from incdsl.engines.reference.rows import Row, Rows


def evaluate(program: ir.Program, rows: Rows, as_of: datetime.date, outputs: Collection[str]) -> dict[str, list[Row]]:
    """The rows of each output asked for by name, with a value per output column, in the output's order.

    Rows that the order does not tell apart are ordered by all their values, so that nothing depends on how the
    feeds were ordered. Raises Overflow, and KeyError for an output the program does not have.
    """
    evaluator = Evaluator(program, rows, as_of)
    by_name = {output.name: output for output in program.outputs}
    return {name: _rows(by_name[name], evaluator) for name in outputs}


def _rows(output: ir.Output, evaluator: Evaluator) -> list[Row]:
    names = [column.name for column in output.columns]
    rows: list[Row] = []
    for part in output.parts:
        for row in evaluator.rows_of(part.relation):
            if part.where is not None and not evaluator.expression(part.where, part.relation, row, "where"):
                continue
            cells = zip(names, part.cells, strict=True)
            rows.append(tuple(evaluator.expression(cell, part.relation, row, name) for name, cell in cells))
    order = [names.index(name) for name in output.order]
    return sorted(rows, key=lambda row: (sort_key(tuple(row[at] for at in order)), sort_key(row)))


def sort_key(values: Row) -> tuple[tuple[bool, ir.Value], ...]:
    """What rows are sorted by: missing first, text by code point, false before true, the rest by value."""
    return tuple((value is not None, "" if value is None else value) for value in values)
