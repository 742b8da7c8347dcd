"""The feeds as tables of a dbt source, with the tests that dbt itself has: not null, unique, accepted values, relationships."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

from incdsl.backends.sql.dbt.jinja import SOURCE, escaped
from incdsl.backends.sql.dbt.yaml import Node
from incdsl.core import ir, patterns
from incdsl.core import types as ty
from incdsl.core.countries import COUNTRIES
from incdsl.core.provenance import sentences


def source_table(program: ir.Program, relation: ir.Relation) -> Node:
    """A feed, its columns, and what holds of each of them by itself."""
    return {
        "name": relation.name,
        "description": described(relation.label or relation.name, relation.origin),
        "columns": [_column(program, relation, column) for column in relation.stored],
    }


def _column(program: ir.Program, relation: ir.Relation, column: ir.StoredColumn) -> Node:
    tests: list[Node] = [] if isinstance(column.type, ty.Optional) else ["not_null"]
    if relation.key == (column.name,):
        tests.append("unique")
    kind = ty.known(column.type)
    test = f"{program.name}_{relation.name}_{column.name}_values"
    if column.reference is not None:
        target = program.relation(column.reference)
        key = next(part for part in target.key if isinstance(part, str))
        if isinstance(target.source, ir.Feed):
            tests.append({"relationships": {"arguments": {"to": f"source('{SOURCE}', '{target.name}')", "field": f'"{key}"'}}})
        elif isinstance(target.source, ir.Rows):
            place = [stored.name for stored in target.stored].index(key)
            tests.append(_accepted(test, [row[place] for row in target.source.rows]))
    elif isinstance(kind, ty.Enum):
        tests.append(_accepted(test, kind.values))
    elif isinstance(kind, ty.Country):
        tests.append(_accepted(test, sorted(COUNTRIES)))
    return {
        "name": column.name,
        "quote": True,
        "description": described(
            " ".join([f"{(column.label or column.name).rstrip('.')}.", patterns.says(column.form)]).strip(), column.origin
        ),
        **({"data_tests": tests} if tests else {}),
    }


def _accepted(test: str, values: Sequence[ir.Value]) -> Node:
    """The test that a column has one of these values; dbt's own name for it would list them."""
    texts = [escaped(value) for value in values if isinstance(value, str)]
    if len(texts) == len(values):
        return {"accepted_values": {"name": test, "arguments": {"values": texts}}}
    written = [f"DATE '{value}'" if isinstance(value, datetime.date) else f"{Decimal(str(value)):f}" for value in values]
    return {"accepted_values": {"name": test, "arguments": {"values": written, "quote": False}}}


def described(text: str, origin: ir.Origin = ir.NOWHERE) -> str:
    """A label with where it comes from, as a description, which dbt reads as a template."""
    return escaped(" ".join([f"{text.rstrip('.')}.", *sentences(origin)]))
