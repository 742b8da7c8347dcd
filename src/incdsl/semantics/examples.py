"""Examples of a program: whether the rows they give fit the records."""

from __future__ import annotations

from collections.abc import Mapping

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.semantics import errors
from incdsl.semantics.constants import as_percentage, written_type
from incdsl.semantics.environment import Environment
from incdsl.semantics.operations import in_words
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
            type_ = next((column.type for column in stored[relation.name] if column.name == name.name), None)
            if type_ is not None:
                _units(env, table, name, ty.known(type_))
    for table in node.expected:
        if table.name.name == "payouts":
            for name in table.columns:
                if name.name in ("amount", "earned"):
                    _units(env, table, name, ty.money(env.currency))
    for table in (*node.given, *node.expected):
        header = table.columns[0].span.to(table.columns[-1].span) if table.columns else table.name.span
        for row in table.rows:
            if len(row) != len(table.columns):
                first = next((cell.span for cell in row if cell is not None), table.name.span)
                env.sink.add(errors.CellCount(first, len(row), len(table.columns), header))


def _units(env: Environment, table: ast.ExampleTable, name: ast.Identifier, type_: ty.Known) -> None:
    """The numbers in a column are of its type and currency. What else a cell may be is for the reader of feeds to say: an
    example may be about rows that are refused."""
    at = table.columns.index(name)
    for row in table.rows:
        cell = row[at] if len(row) == len(table.columns) else None
        written = cell.operand if isinstance(cell, ast.Unary) else cell
        match written, type_:
            case ast.Money(currency=currency), ty.Money(currency=needed):
                if currency != needed:
                    env.sink.add(errors.WrongCurrency(written.span, currency, needed))
            case (ast.Percent(), ty.Percent()) | (ast.Days(), ty.Days()) | (ast.Number(), ty.Number()):
                pass
            case ast.Money() | ast.Percent() | ast.Days() | ast.Number(), _:
                hint = ""
                if isinstance(written, ast.Number) and isinstance(type_, ty.Percent):
                    hint = as_percentage(written.value)
                elif isinstance(written, ast.Number) and isinstance(type_, ty.Money):
                    hint = f"write `{written.span.text} {type_.currency}`"
                elif isinstance(written, ast.Number) and isinstance(type_, ty.Days):
                    hint = f"write `{written.span.text} days`"
                elif ty.stored(type_) == ty.TEXT:
                    hint = f'write it in quotes: `"{written.span.text}"`'
                found = written_type(written)
                assert found is not None
                env.sink.add(errors.TypeMismatch(written.span, in_words(type_), found, f"`{name.name}`", hint))
            case _:
                pass
