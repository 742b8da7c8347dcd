"""Where in the program the operator stands that a dialect cannot say exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from incdsl.backends.sql.scalar import Scalars
from incdsl.core import ir
from incdsl.core.dependencies import children
from incdsl.core.errors import UnsupportedInTarget


def placed(refusal: UnsupportedInTarget, program: ir.Program, scalars: Scalars) -> UnsupportedInTarget:
    """The refusal with the file and line of the first rule that it is about; as it is where that is no single operator of
    a rule that was written somewhere."""
    for relation in program.relations:
        for column in relation.derived:
            origin = column.origin
            if origin.line and any(_refused(one, scalars) == str(refusal) for one in _operations(column.definition)):
                return UnsupportedInTarget(f"{refusal} ({origin.path}:{origin.line}: `{origin.text}`)")
    return refusal


def _operations(expression: ir.Expr) -> Iterator[ir.Operation]:
    pending = [expression]
    while pending:
        one = pending.pop()
        pending += [child for child, _ in children(one)]
        if isinstance(one, ir.Operation):
            yield one


def _refused(operation: ir.Operation, scalars: Scalars) -> str:
    """What the dialect says of an operator alone; empty when it can say it."""
    operands = tuple(one if isinstance(one, ir.Literal) else ir.Column("x", one.type) for one in operation.operands)
    try:
        scalars.compile(replace(operation, operands=operands), lambda column: exp.column(column.name))
    except UnsupportedInTarget as refusal:
        return str(refusal)
    return ""
