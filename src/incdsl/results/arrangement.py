"""What the program says of an output's rows before any is seen, so that little has to be moved to put them in order.

Every part of an output lists the rows of one rule, which a column names: its *subject*. Texts that a rule writes down, such
as labels and citations, follow from the subject: they are left out while rows are sorted and filled in afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from incdsl.core import ir
from incdsl.core import types as ty


@dataclass(frozen=True)
class Arrangement:
    """`subjects` are the values of the column `subject`, in order. `texts` says, for a column that does not take part in the
    order, what stands in it for each subject: a text, None for missing; a subject is left out when that differs from row
    to row. No two rows are equal in the columns of the order."""

    subject: str
    subjects: tuple[str, ...]
    texts: Mapping[str, Mapping[str, str | None]]


def arrangement(program: ir.Program, output: ir.Output) -> Arrangement | None:
    """How the rows of an output can be arranged; None when it has no subject or two rows may be equal in its order."""
    if not all(_tells_apart(program.relation(part.relation), output, part) for part in output.parts):
        return None
    columns = {
        column.name: [_literal(program.relation(part.relation), part.cells[at]) for part in output.parts]
        for at, column in enumerate(output.columns)
    }
    for name in output.order:
        subjects = [cell.value for cell in columns[name] if cell is not None and isinstance(cell.value, str)]
        if len(subjects) == len(set(subjects)) == len(output.parts) > 0:
            break
    else:
        return None
    texts: dict[str, dict[str, str | None]] = {}
    for column in output.columns:
        if isinstance(ty.known(column.type), ty.Text) and column.name not in output.order:
            cells = zip(subjects, columns[column.name], strict=True)
            known = {subject: cell.value for subject, cell in cells if cell is not None}
            texts[column.name] = {subject: None if value is None else str(value) for subject, value in known.items()}
    return Arrangement(name, tuple(sorted(subjects, key=str.encode)), {name: found for name, found in texts.items() if found})


def _literal(relation: ir.Relation, expr: ir.Expr) -> ir.Literal | None:
    """The literal that an expression over a row of a relation always is; None when it is none."""
    match expr:
        case ir.Literal():
            return expr
        case ir.Operation("known" | "optional", (inner,)):
            return _literal(relation, inner)
        case ir.Column(name):
            found = (column.definition for column in relation.derived if column.name == name)
            definition = next(found, None)
            return None if definition is None else _literal(relation, definition)
        case _:
            return None


def _tells_apart(relation: ir.Relation, output: ir.Output, part: ir.OutputPart) -> bool:
    """Whether the columns of the order hold the whole key of the relation, as it is or as text."""
    cells = [cell for column, cell in zip(output.columns, part.cells, strict=True) if column.name in output.order]
    shown = {_column(cell) for cell in cells}
    return all(isinstance(key, str) and key in shown for key in relation.key)


def _column(expr: ir.Expr) -> str | None:
    """The column that an expression shows, each of its values in another way."""
    match expr:
        case ir.Column(name, _, 0):
            return name
        case ir.Operation("known" | "optional" | "text_of", (inner,)):
            return _column(inner)
        case _:
            return None
