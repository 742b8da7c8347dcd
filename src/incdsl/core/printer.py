"""The printed form of a program of the core: for people who review it, for golden files, and for its version.

It holds everything that takes part in comparing programs, so sound programs that differ print differently.
Origins are not printed. How expressions are written is in `print_expression`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import assert_never

from incdsl.core import ir, patterns
from incdsl.core import types as ty
from incdsl.core.print_expression import ExpressionPrinter, constant, quoted


def version_of(program: ir.Program) -> str:
    """Twelve hexadecimal digits that stand for the meaning of the program: the same for programs that print the
    same, whatever their `version` says."""
    text = print_program(replace(program, version=""))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def print_program(program: ir.Program) -> str:
    """The whole program as text, line by line, ending with a line end. Deterministic."""
    printer = _ProgramPrinter(program)
    blocks = [printer.header(program)]
    if printer.enums:
        blocks.append([f"enum {name}: {_values(enum)}" for enum, name in printer.enums.items()])
    if program.params:
        blocks.append([printer.param(param) for param in program.params])
    blocks += [list(printer.relation(relation)) for relation in program.relations]
    blocks += [list(printer.requirement(requirement)) for requirement in program.requirements]
    blocks += [list(printer.payment(payment)) for payment in program.payments]
    blocks += [list(printer.output(output)) for output in program.outputs]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _values(enum: ty.Enum) -> str:
    return ", ".join(quoted(value) for value in enum.values) + (" lowest first" if enum.ordered else "")


def _enums_in(node: object) -> Iterator[ty.Enum]:
    if isinstance(node, ty.Enum):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from _enums_in(item)
    elif is_dataclass(node):
        for field in fields(node):
            yield from _enums_in(getattr(node, field.name))


def _label(label: str) -> str:
    return f" {quoted(label)}" if label else ""


class _ProgramPrinter:
    def __init__(self, program: ir.Program) -> None:
        found = sorted(set(_enums_in(program)), key=lambda enum: (enum.name, enum.values, enum.ordered))
        self.enums: dict[ty.Enum, str] = {}
        for enum in found:
            # Enums of one name get numbers, so that the name says which one is meant.
            same = sum(1 for other in self.enums if other.name == enum.name)
            self.enums[enum] = f"{enum.name}~{same + 1}" if same else enum.name
        self.expressions = ExpressionPrinter(self.enums)

    def type(self, type_: ty.Type) -> str:
        return self.expressions.type(type_)

    def header(self, program: ir.Program) -> list[str]:
        lines = [f"program {program.name}{_label(program.label)}"]
        lines += [f"  sponsor {quoted(program.sponsor)}", f"  currency {program.currency}"]
        return lines + ([f"  version {program.version}"] if program.version else [])

    def param(self, param: ir.ParamValue) -> str:
        value = constant(param.value)
        return f"param {param.name}{_label(param.label)}: {self.type(param.type)} = {value}"

    def relation(self, relation: ir.Relation) -> Iterator[str]:
        yield f"relation {relation.name}{_label(relation.label)}"
        match relation.source:
            case ir.Feed(file, typically):
                hint = ""
                if typically is not None:
                    count, per = typically
                    hint = f" typically {count}" + (f" per {per}" if per is not None else "")
                yield f"  from feed {quoted(file)}{hint}"
            case ir.Pairs(left, right):
                yield f"  from pairs of {left} and {right}"
            case ir.Rows():
                yield "  from rows"
            case _:
                assert_never(relation.source)
        yield f"  key {', '.join(k if isinstance(k, str) else f'{k.start} through {k.end}' for k in relation.key)}"
        if relation.known is not None:
            yield from self.expressions.lines("  known where ", relation.known)
        for column in relation.stored:
            yield self._stored(column)
        for condition in relation.conditions:
            yield from self.expressions.lines(f"  must {quoted(condition.says)} ", condition.holds)
        if isinstance(relation.source, ir.Rows):
            for row in relation.source.rows:
                yield f"  | {' | '.join(map(constant, row))} |"
        for derived in relation.derived:
            word = "let" if derived.explicit else "column"
            start = f"  {word} {derived.name}{_label(derived.label)}: {self.type(derived.type)} = "
            yield from self.expressions.lines(start, derived.definition)

    def _stored(self, column: ir.StoredColumn) -> str:
        line = f"  stored {column.name}{_label(column.label)}: {self.type(column.type)}"
        if column.reference is not None:
            line += f" references {column.reference}"
        if column.bounds.least is not None:
            line += f" at least {constant(column.bounds.least)}"
        if column.bounds.greatest is not None:
            line += f" at most {constant(column.bounds.greatest)}"
        if column.form:
            size, like = patterns.sizes(column.form), patterns.one_of(column.form.like)
            line += (f" of {size}" if size else "") + (f" like {like}" if like else "")
        return line + (" event" if column.event else "")

    def requirement(self, requirement: ir.Requirement) -> Iterator[str]:
        yield f"requirement {requirement.name} of {requirement.relation}"
        yield from self.expressions.lines("  that ", requirement.condition)

    def payment(self, payment: ir.Payment) -> Iterator[str]:
        yield f"payment {payment.name}{_label(payment.label)} of {payment.relation} in {payment.currency}"
        if payment.needs:
            yield f"  needs {', '.join(payment.needs)}"
        for step in payment.steps:
            yield f"  {step.kind} {step.column}"

    def output(self, output: ir.Output) -> Iterator[str]:
        yield f"output {output.name}"
        for column in output.columns:
            yield f"  column {column.name}{_label(column.label)}: {self.type(column.type)}"
        if output.order:
            yield f"  order {', '.join(output.order)}"
        for part in output.parts:
            start = f"  rows of {part.relation}"
            yield from [start] if part.where is None else self.expressions.lines(f"{start} where ", part.where)
            names = [column.name for column in output.columns]
            names += ["?"] * (len(part.cells) - len(names))
            for name, cell in zip(names, part.cells, strict=False):
                yield from self.expressions.lines(f"    {name} = ", cell)
