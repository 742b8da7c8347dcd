"""Examples of a program: whether the rows they give fit the records."""

from __future__ import annotations

from collections.abc import Mapping

from incdsl.core import ir
from incdsl.semantics import errors
from incdsl.semantics.environment import Environment
from incdsl.syntax import ast


def check_example(env: Environment, stored: Mapping[str, tuple[ir.StoredColumn, ...]], node: ast.Example) -> None:
    """The rows an example gives are of records, under their column names, a cell for each."""
    for table in node.given:
        relation = env.relations.get(table.name.name)
        records = {name: r for name, r in env.relations.items() if isinstance(r.node, ast.Record)}
        if relation is None or relation.name not in records:
            if table.name.name not in env.invalid_names:
                env.sink.add(errors.UnknownRelation(table.name.span, table.name.name, tuple(records)))
            continue
        columns = tuple(column.name for column in stored[relation.name])
        for name in table.columns:
            if name.name not in columns and name.name not in relation.columns and not relation.broken:
                env.sink.add(errors.UnknownField(name.span, name.name, relation.name, columns, relation.span))
    for table in (*node.given, *node.expected):
        header = table.columns[0].span.to(table.columns[-1].span) if table.columns else table.name.span
        for row in table.rows:
            if len(row) != len(table.columns):
                first = next((cell.span for cell in row if cell is not None), table.name.span)
                env.sink.add(errors.CellCount(first, len(row), len(table.columns), header))
