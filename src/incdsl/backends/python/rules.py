"""The rules of a program: for each relation that has any, a class whose rows work them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from incdsl.backends.python.expressions import Expressions, of_outermost
from incdsl.backends.python.layout import around, lines
from incdsl.backends.python.made import Frame, Scope
from incdsl.backends.python.prose import docstring, provenance
from incdsl.backends.python.vocabulary import annotation, quoted, written
from incdsl.core import ir
from incdsl.core.dependencies import children
from incdsl.core.print_expression import print_expression
from incdsl.core.result_keys import snake_case


class Rules:
    """Writes the rules of one program."""

    def __init__(self, program: ir.Program, expressions: Expressions) -> None:
        self._program = program
        self._expressions = expressions
        self._vocabulary = expressions.vocabulary

    def of(self, relation: ir.Relation) -> Iterator[str]:
        """The class of a relation's rules."""
        names = self._vocabulary
        yield f"class {names.rules[relation.name]}({names.record[relation.name]}):"
        yield from docstring(4, f"{relation.label or relation.name}, with what the program works out for it.")
        yield ""
        yield "    _world: Evaluation"
        scope = (Frame(relation.name, "self"),)
        if relation.known is not None:
            yield ""
            yield '    @rule("known")'
            yield f"    def {names.known}(self) -> bool:"
            yield from docstring(8, "Whether the row is known on the as-of date; one that is not takes part in nothing.")
            yield from self._body(relation.known, scope)
        yield from self._parts(relation, scope)
        last = None
        for column in relation.derived:
            rule = self._rule(column)
            if rule != last and rule is not None:
                yield ""
                yield f"    # --- {rule} ".ljust(112, "-")
            last = rule if rule is not None else last
            yield from self._column(relation, column, scope)

    def _rule(self, column: ir.DerivedColumn) -> str | None:
        """The rule that a column belongs to, which heads its part of the class."""
        owners = [one.name for one in self._program.requirements] + [one.name for one in self._program.payments]
        return next((name for name in owners if column.name.startswith(name + ".")), None)

    def _column(self, relation: ir.Relation, column: ir.DerivedColumn, scope: Scope) -> Iterator[str]:
        name = self._vocabulary.column[relation.name, column.name]
        constant = _constant(column.definition)
        if constant is not None:
            code = written(constant.value)
            yield ""
            yield from lines(around(f"{name}: {annotation(column.type)} = ", code, ""), 4)
            return
        yield ""
        yield f"    @rule({quoted(column.name)})"
        yield f"    def {name}(self) -> {annotation(column.type)}:"
        yield from docstring(8, *self._said(relation, column))
        yield from self._body(column.definition, scope)

    def _said(self, relation: ir.Relation, column: ir.DerivedColumn) -> list[str]:
        """What the program says of a column: its label, the rule it is part of, and where that comes from."""
        owner, _, part = column.name.rpartition(".")
        for payment in self._program.payments:
            if payment.relation != relation.name or payment.name != owner:
                continue
            if part == "amount":
                return [f"{payment.label or payment.name}: what the steps give.", *provenance(payment.origin)]
            steps = {step.column: step for step in payment.steps}
            if column.name in steps:
                step = steps[column.name]
                return [
                    f"{step.kind}: {step.origin.text.splitlines()[0]}" if step.origin.text else step.kind,
                    *provenance(step.origin),
                ]
        for requirement in self._program.requirements:
            if requirement.relation == relation.name and requirement.name == owner and part == "status":
                label = next((c.definition for c in relation.derived if c.name == f"{owner}.label"), None)
                said = [label.value] if isinstance(label, ir.Literal) and isinstance(label.value, str) else []
                return [*(f"{text}: how it stands." for text in said), *provenance(requirement.origin)]
        if column.label or column.explicit:
            return [*([f"{column.label}."] if column.label else []), *provenance(column.origin)]
        return []

    def _body(self, expression: ir.Expr, scope: Scope) -> Iterator[str]:
        """The statements that return the value of an expression."""
        while isinstance(expression, ir.Case):
            for condition, value in expression.branches:
                yield from lines(around("if ", self._expressions.code(condition, scope), ":"), 8)
                yield from self._branch(value, scope, 12)
            expression = expression.otherwise
        yield from self._branch(expression, scope, 8)

    def _branch(self, value: ir.Expr, scope: Scope, indent: int) -> Iterator[str]:
        yield from lines(around("return ", self._expressions.code(value, scope), ""), indent)

    def _parts(self, relation: ir.Relation, scope: Scope) -> Iterator[str]:
        """Aggregates that several rules have in common, or one rule several times; and what is looked up for this row while
        the rows of an aggregate are gone through."""
        found: Counter[ir.Aggregate] = Counter()
        for column in relation.derived:
            found.update(_aggregates(column.definition))
        shared: list[ir.Aggregate | ir.Lookup] = [aggregate for aggregate, times in found.items() if times > 1]
        shared += dict.fromkeys(one for column in relation.derived for one in _looked_up_within(column.definition, 0))
        numbers: Counter[str] = Counter()
        named = []
        for aggregate in shared:
            numbers[aggregate.relation] += 1
            name = f"_{snake_case(aggregate.relation)}_{numbers[aggregate.relation]}".replace(" ", "_")
            named.append((name, aggregate))
        for name, aggregate in named:
            yield ""
            yield "    @part"
            yield f"    def {name}(self) -> {annotation(aggregate.type)}:"
            yield from docstring(8, print_expression(aggregate))
            yield from lines(around("return ", self._expressions.code(aggregate, scope), ""), 8)
        for name, aggregate in named:
            self._expressions.parts[relation.name, aggregate] = name


def _constant(definition: ir.Expr) -> ir.Literal | None:
    """What a definition says whatever the row, if it is written as a constant."""
    match definition:
        case ir.Literal() | ir.Operation("optional", (ir.Literal(),)):
            return definition if isinstance(definition, ir.Literal) else _constant(definition.operands[0])
        case _:
            return None


def _looked_up_within(expression: ir.Expr, levels: int) -> Iterator[ir.Lookup]:
    """What is looked up within aggregates by the outermost row alone, as it reads from outside."""
    if levels and isinstance(expression, ir.Lookup):
        own = of_outermost(expression, levels)
        if isinstance(own, ir.Lookup):
            yield own
            return
    for child, deeper in children(expression):
        yield from _looked_up_within(child, levels + deeper)


def _aggregates(expression: ir.Expr) -> Iterator[ir.Aggregate]:
    """The outermost aggregates of an expression."""
    if isinstance(expression, ir.Aggregate):
        yield expression
        return
    for child, _ in children(expression):
        yield from _aggregates(child)
