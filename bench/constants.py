"""What the program itself says, as SQL for the hand-written queries: its tables, its citations, its version."""

from __future__ import annotations

from collections.abc import Sequence

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.countries import COUNTRIES

TEXTS = ("citation", "label")


def constants(program: ir.Program) -> str:
    """Statements that make a table per table of the program, `country`, and `citation` with the texts of each requirement
    (NULL where one differs from row to row)."""
    written = [(relation, relation.source) for relation in program.relations]
    statements = [_table(relation, source.rows) for relation, source in written if isinstance(source, ir.Rows)]
    cited = [
        (requirement.name, *(_literal(program, requirement.relation, f"{requirement.name}.{text}") for text in TEXTS))
        for requirement in program.requirements
    ]
    statements.append(_values("citation", ("requirement", *TEXTS), cited))
    statements.append(_values("country", ("code",), [(code,) for code in sorted(COUNTRIES)]))
    return "\n".join(statements)


def _literal(program: ir.Program, relation: str, column: str) -> ir.Value:
    for derived in program.relation(relation).derived:
        if derived.name == column:
            literal = derived.definition
            while isinstance(literal, ir.Operation) and len(literal.operands) == 1:
                (literal,) = literal.operands
            return literal.value if isinstance(literal, ir.Literal) else None
    raise KeyError(column)


def _table(relation: ir.Relation, rows: tuple[tuple[ir.Value, ...], ...]) -> str:
    shown = [tuple(f"{value}" if value is not None else None for value in row) for row in rows]
    text = _values(f"{relation.name} as text", tuple(column.name for column in relation.stored), shown)
    columns = ", ".join(f'"{column.name}"::{_physical(column.type)} AS "{column.name}"' for column in relation.stored)
    return f'{text}\nCREATE TABLE "{relation.name}" AS SELECT {columns} FROM "{relation.name} as text";'


def _physical(type_: ty.Type) -> str:
    match ty.known(ty.stored(type_)):
        case ty.Date():
            return "DATE"
        case ty.Days(digits, scale) | ty.Number(digits, scale) | ty.Percent(digits, scale) | ty.Money(_, digits, scale):
            return f"DECIMAL({digits}, {scale})"
        case _:
            return "VARCHAR"


def _values(name: str, columns: tuple[str, ...], rows: Sequence[tuple[ir.Value, ...]]) -> str:
    quoted = ", ".join(f'"{column}"' for column in columns)
    cells = ", ".join("(" + ", ".join(_quoted(value) for value in row) + ")" for row in rows)
    return f'CREATE TABLE "{name}" AS SELECT * FROM (VALUES {cells}) AS written({quoted});'


def _quoted(value: ir.Value) -> str:
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"
