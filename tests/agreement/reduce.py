"""Makes a program on which the engines disagree smaller, as long as they still do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from tests.agreement.compare import compare
from tests.agreement.engines import Engines
from tests.agreement.programs import Drawn, Row

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.dependencies import children
from incdsl.core.printer import print_program
from incdsl.core.verify import CoreError, verify

T = TypeVar("T")


def failure(drawn: Drawn, engines: Engines, error: Exception) -> str:
    """What is wrong with how the engines evaluate a program, said of the smallest one found that fails with the same kind of
    error, and that program with its rows."""
    kind = type(error).__name__
    smallest = reduced(drawn, lambda other: (disagreement(other, engines) or "").startswith(kind))
    return f"{disagreement(smallest, engines)}\n\n{shown(smallest)}"


def disagreement(drawn: Drawn, engines: Engines) -> str | None:
    """What is wrong with how the engines evaluate a program, or None."""
    try:
        compare(drawn, engines)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def shown(drawn: Drawn) -> str:
    """A program and its rows."""
    rows = [f"{name}: {row}" for name, of_relation in drawn.rows.items() for row in of_relation]
    return print_program(drawn.program) + "\n" + "\n".join(rows)


def reduced(drawn: Drawn, fails: Callable[[Drawn], bool]) -> Drawn:
    """The smallest program found by taking away one thing after another. `fails` says whether one still fails."""
    shrinking = True
    while shrinking:
        shrinking = False
        for smaller in _smaller(drawn):
            if _sound(smaller.program) and fails(smaller):
                drawn, shrinking = smaller, True
                break
    return drawn


def _sound(program: ir.Program) -> bool:
    try:
        verify(program)
    except CoreError:
        return False
    return True


def _smaller(drawn: Drawn) -> Iterator[Drawn]:
    program = drawn.program
    for at in range(len(program.outputs)):
        yield replace(drawn, program=replace(program, outputs=_without(program.outputs, at)))
    for at, relation in enumerate(program.relations):
        rest = {name: rows for name, rows in drawn.rows.items() if name != relation.name}
        yield replace(drawn, program=replace(program, relations=_without(program.relations, at)), rows=rest)
    for at in range(len(program.params)):
        yield replace(drawn, program=replace(program, params=_without(program.params, at)))
    for at, output in enumerate(program.outputs):
        for less in _smaller_output(output):
            yield replace(drawn, program=replace(program, outputs=_with(program.outputs, at, less)))
    for name, rows in drawn.rows.items():
        for at in range(len(rows)):
            yield replace(drawn, rows={**drawn.rows, name: _without(rows, at)})
    for at, relation in enumerate(program.relations):
        for less_relation, rows_ in _smaller_relation(relation, drawn.rows):
            yield replace(drawn, program=replace(program, relations=_with(program.relations, at, less_relation)), rows=rows_)


def _smaller_output(output: ir.Output) -> Iterator[ir.Output]:
    if output.order:
        yield replace(output, order=())
    for at in range(len(output.parts)):
        yield replace(output, parts=_without(output.parts, at))
    for at in range(len(output.columns)):
        parts = tuple(replace(part, cells=_without(part.cells, at)) for part in output.parts)
        yield replace(output, columns=_without(output.columns, at), parts=parts)
    for at, part in enumerate(output.parts):
        if part.where is not None:
            wheres = (None, *_simpler(part.where))
            yield from (replace(output, parts=_with(output.parts, at, replace(part, where=less))) for less in wheres)
        for number, cell in enumerate(part.cells):
            for expression in _simpler(cell):
                cells = _with(part.cells, number, expression)
                yield replace(output, parts=_with(output.parts, at, replace(part, cells=cells)))


def _smaller_relation(
    relation: ir.Relation, rows: Mapping[str, tuple[Row, ...]]
) -> Iterator[tuple[ir.Relation, Mapping[str, tuple[Row, ...]]]]:
    if relation.known is not None:
        yield replace(relation, known=None), rows
        for expression in _simpler(relation.known):
            yield replace(relation, known=expression), rows
    for at in range(len(relation.derived)):
        yield replace(relation, derived=_without(relation.derived, at)), rows
    for at in range(len(relation.stored)):
        stored = _without(relation.stored, at)
        if isinstance(relation.source, ir.Feed):
            rest = tuple(_without(row, at) for row in rows[relation.name])
            yield replace(relation, stored=stored), {**rows, relation.name: rest}
        elif isinstance(relation.source, ir.Rows):
            source = ir.Rows(tuple(_without(row, at) for row in relation.source.rows))
            yield replace(relation, stored=stored, source=source), rows
    if isinstance(relation.source, ir.Rows):
        for at in range(len(relation.source.rows)):
            yield replace(relation, source=ir.Rows(_without(relation.source.rows, at))), rows
    for at, column in enumerate(relation.derived):
        for expression in _simpler(column.definition):
            yield replace(relation, derived=_with(relation.derived, at, replace(column, definition=expression))), rows


def _simpler(expression: ir.Expr) -> Iterator[ir.Expr]:
    """Expressions of the same type with less in them: a part for the whole, here or further in."""
    if isinstance(expression.type, ty.Optional) and expression != ir.Literal(None, expression.type):
        yield ir.Literal(None, expression.type)
    if expression.type == ty.BOOLEAN and not isinstance(expression, ir.Literal):
        yield from (ir.Literal(value, ty.BOOLEAN) for value in (True, False))
    for child, deeper in children(expression):
        if child.type == expression.type and not deeper:
            yield child
    match expression:
        case ir.Case(branches, otherwise):
            for at, (condition, value) in enumerate(branches):
                if len(branches) > 1:
                    yield replace(expression, branches=_without(branches, at))
                yield from (replace(expression, branches=_with(branches, at, (c, value))) for c in _simpler(condition))
                yield from (replace(expression, branches=_with(branches, at, (condition, v))) for v in _simpler(value))
            yield from (replace(expression, otherwise=less) for less in _simpler(otherwise))
        case ir.Operation(_, operands):
            if len(operands) > 2:
                yield from (replace(expression, operands=_without(operands, at)) for at in range(len(operands)))
            for at, operand in enumerate(operands):
                yield from (replace(expression, operands=_with(operands, at, less)) for less in _simpler(operand))
        case ir.Lookup(_, keys):
            for at, key in enumerate(keys):
                yield from (replace(expression, keys=_with(keys, at, less)) for less in _simpler(key))
        case ir.Aggregate(_, _, where, value):
            if where is not None:
                yield replace(expression, where=None)
                yield from (replace(expression, where=less) for less in _simpler(where))
            if value is not None:
                yield from (replace(expression, value=less) for less in _simpler(value))
        case _:
            pass


def _without(items: tuple[T, ...], at: int) -> tuple[T, ...]:
    return (*items[:at], *items[at + 1 :])


def _with(items: tuple[T, ...], at: int, item: T) -> tuple[T, ...]:
    return (*items[:at], item, *items[at + 1 :])
