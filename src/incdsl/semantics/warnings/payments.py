"""Steps of payments that change nothing, and ceilings that a later step lifts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.diagnostic import Diagnostic
from incdsl.semantics import errors
from incdsl.semantics.environment import Environment
from incdsl.semantics.terms import op
from incdsl.semantics.warnings.bounds import Facts
from incdsl.semantics.warnings.possible import Search
from incdsl.syntax import ast


def doubtful_steps(env: Environment, facts: Facts) -> Iterator[Diagnostic]:
    """What is doubtful about the steps of every payment."""
    for relation in env.relations.values():
        for rule in relation.rules.values():
            if isinstance(rule, ast.Pay) and relation.name in facts.relations:
                yield from _idle(relation.name, rule, facts)
                yield from _above_ceiling(env, relation.name, rule, facts)


def _steps(relation: str, rule: ast.Pay, facts: Facts) -> list[tuple[ast.PayStep, ir.Expr]]:
    """The steps that change the amount, each with what it comes to."""
    found: list[tuple[ast.PayStep, ir.Expr]] = []
    for step in (step for step in rule.steps if step.kind != "due"):
        definition = facts.definition(relation, f"{rule.name.name}.step_{len(found) + 1}")
        if definition is not None:
            found.append((step, definition))
    return found


def _idle(relation: str, rule: ast.Pay, facts: Facts) -> Iterator[Diagnostic]:
    """A ceiling that is never reached, a minimum that nothing is below, or that everything is."""
    search = Search(facts, (relation,))
    for step, result in _steps(relation, rule, facts):
        match step.kind, result:
            case "at_most", ir.Operation(operands=(amount, ceiling)):
                if not search.possible((op("greater", amount, ceiling), True)):
                    yield errors.NeverApplies(step.span, "this ceiling", "the amount is never above it")
            case "at_least", ir.Case(branches=((below, _),)):
                if not search.possible((below, True)):
                    yield errors.NeverApplies(step.span, "this minimum", "the amount is never below it")
                elif not search.possible((below, False)):
                    what = f"payment `{rule.name.name}`"
                    yield errors.NeverApplies(step.span, what, "the amount is always below this minimum")
            case _:
                pass


def _above_ceiling(env: Environment, relation: str, rule: ast.Pay, facts: Facts) -> Iterator[Diagnostic]:
    """Steps after a ceiling that can lift the amount above it: money is added, or rounded more coarsely than to coins."""
    ceiling: tuple[ast.PayStep, ir.Expr] | None = None
    coin = ty.money(env.currency).scale
    steps = _steps(relation, rule, facts)
    last = max((index for index, (step, _) in enumerate(steps) if step.kind == "at_most"), default=0)
    for step, result in steps[last:]:  # one ceiling may be for a part, and the last one for all of it
        match step.kind, result:
            case "at_most", ir.Operation(operands=(_, most)):
                ceiling = step, most
            case "plus", ir.Operation(operands=(_, added)) if ceiling is not None:
                if _may_be_positive(facts, added, (relation,)):
                    yield errors.ExceedsCeiling(step.span, rule.name.name, step.span.text, ceiling[0].span)
            case "round", ir.Operation(places=int() as places) if ceiling is not None and places < coin:
                if step.mode != "down" and not _is_multiple(facts, ceiling[1], Fraction(10) ** -places):
                    yield errors.ExceedsCeiling(step.span, rule.name.name, step.span.text, ceiling[0].span)
            case _:
                pass


def _is_multiple(facts: Facts, expr: ir.Expr, unit: Fraction) -> bool:
    """Whether a value that the program writes down is a multiple of a unit."""
    low, high = facts.ends(expr, ()) if isinstance(expr, ir.Literal | ir.Param) else (None, None)
    return low is not None and low == high and (low / unit).denominator == 1


def _may_be_positive(facts: Facts, expr: ir.Expr, rows: tuple[str, ...]) -> bool:
    """Whether some data make a value positive, as far as that can be told: it is a number that arrives or is written, a sum
    of such, or one times another that is not negative."""
    _, high = facts.ends(expr, rows)
    if high is not None and high <= 0:
        return False
    match expr:
        case ir.Literal(value=Decimal() as value):
            return value > 0
        case ir.Param():
            return any(isinstance(value, Decimal) and value > 0 for value in facts.readings(expr))
        case ir.Column(name=name, depth=depth):
            definition = facts.definition(rows[depth], name)
            return definition is None or _may_be_positive(facts, definition, (rows[depth],))
        case ir.Lookup(column=str()):
            written = facts.written(expr)
            return written is None or any(isinstance(value, Decimal) and value > 0 for value in written)
        case ir.Aggregate(operator="sum", relation=relation, value=value) if value is not None:
            return _may_be_positive(facts, value, (relation, *rows))
        case ir.Operation(operator="known" | "widen" | "optional" | "otherwise" | "round", operands=(operand, *_)):
            return _may_be_positive(facts, operand, rows)
        case ir.Operation(operator="multiply", operands=operands):
            return all(_may_be_positive(facts, operand, rows) for operand in operands)
        case _:
            return False
