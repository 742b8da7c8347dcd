"""Requirements as columns of the relation they are about."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.semantics import errors
from incdsl.semantics.environment import Environment, Relation
from incdsl.semantics.expressions import Elaborator
from incdsl.semantics.narrowing import given_when
from incdsl.semantics.notes import Branch, rows_of
from incdsl.semantics.statuses import (
    NOT_APPLICABLE,
    OPTIONAL_DATE,
    OPTIONAL_TEXT,
    Predecessor,
    citation,
    condition_status,
    event_status,
    measured,
)
from incdsl.semantics.terms import both, missing, op, optional, present, text
from incdsl.semantics.values import Scope
from incdsl.source import Span
from incdsl.syntax import ast


@dataclass(frozen=True)
class Columns:
    """Columns that a rule adds to its relation, and what they mean."""

    columns: tuple[ir.DerivedColumn, ...]
    meaning: ir.Requirement | ir.Payment


class RequirementBuilder:
    """Turns the requirements of one relation into columns. `prefix` stands before the names of those of a level, and
    `around` is what holds for all of the level."""

    def __init__(
        self,
        env: Environment,
        elaborator: Elaborator,
        relation: Relation,
        scope: Scope | None = None,
        prefix: str = "",
        around: ast.Provenance = (),
    ) -> None:
        self.env = env
        self.elaborator = elaborator
        self.relation = relation
        self.scope = scope or Scope(relation)
        self.prefix = prefix
        self.around = around

    def requirement(self, node: ast.Require) -> Columns | None:
        """The columns of a requirement; None when something in it was wrong, which has been reported."""
        name = self.prefix + node.name.name
        after = self._after(node)
        lines = self._lines(node)
        if lines is None or after is None:
            return None
        when, that, done, by = (lines.get(kind) for kind in ("when", "that", "done", "by"))
        scope = self.scope
        applies = None
        if when is not None:
            applies = self.elaborator.condition(when.value, scope, "what follows `when`")
            if applies is not None:
                what, why = f"requirement `{node.name.name}`", f"nothing can have `{when.value.span.text}`"
                self.elaborator.notes.branches.append(Branch(when.span, what, why, rows_of(scope), applies, counted=False))
            scope = replace(scope, given=given_when(when.value, scope, True))
        event = self.elaborator.of_type(done.value, scope, OPTIONAL_DATE, "what is done") if done is not None else None
        holds = self.elaborator.condition(that.value, scope, "what is required") if that is not None else None
        deadline = self.elaborator.of_type(by.value, scope, ty.DATE, "a deadline") if by is not None else None
        label = self._label(node)
        wanted = ((when, applies), (done, event), (that, holds), (by, deadline))
        if any(line is not None and expr is None for line, expr in wanted) or label is None:
            return None
        beside = [*(line.provenance for line in node.lines), *(line.provenance for line in node.after)]
        origin = self.env.origin(node, node.provenance, *beside, self.around)
        columns: list[ir.DerivedColumn] = []

        def add(part: str, definition: ir.Expr, where: ir.Origin = origin) -> ir.Expr:
            column = ir.DerivedColumn(f"{name}.{part}", definition.type, definition, origin=where)
            columns.append(column)
            return ir.Column(column.name, column.type)

        if applies is not None and when is not None:
            applies = add("applies", applies, self.env.origin(when))
        if holds is not None:
            condition = holds if applies is None else both(applies, holds)
            assert that is not None
            test = add("holds", condition, self.env.origin(that))
        else:
            assert event is not None
            assert done is not None
            holds = event
            test = add("done_on", _where(applies, optional(event)), self.env.origin(done))
        leans = scope.given > self.scope.given  # on what `when` has tested
        until = optional(deadline) if deadline is not None else missing(ty.DATE)
        due = add("deadline", _where(applies, until) if leans and deadline is not None else until)
        by_then = present(due) if deadline is not None else None
        status = event_status(test, by_then, after) if event is not None else condition_status(test, by_then)
        if applies is not None:
            status = ir.Case(((op("not", applies), text(NOT_APPLICABLE)),), status, ty.TEXT)
        add("status", status)
        for part, definition in zip(("actual", "needed", "short"), measured(holds, event), strict=True):
            if applies is not None and not isinstance(definition, ir.Literal):
                definition = ir.Case(((applies, definition),), missing(ty.TEXT), OPTIONAL_TEXT)
            add(part, definition)
        add("label", label)
        add("citation", citation(origin))
        tested = op("given", optional(event)) if event is not None else holds
        return Columns(tuple(columns), ir.Requirement(name, self.relation.name, tested, origin))

    def _after(self, node: ast.Require) -> list[Predecessor] | None:
        """The events that this one comes after."""
        days: list[Predecessor] = []
        known = {n: rule for n, rule in self.relation.rules.items() if isinstance(rule, ast.Require)}
        for identifier in (name for line in node.after for name in line.requirements):
            other = known.get(identifier.name)
            if other is None:
                if identifier.name not in self.relation.invalid_names:
                    names = tuple(sorted(known))
                    self.env.sink.add(errors.UnknownRequirement(identifier.span, identifier.name, self.relation.name, names))
                return None
            for rule in (node, other):
                if not any(line.kind == "done" for line in rule.lines) and not rule.broken:
                    self.env.sink.add(errors.EventOrder(identifier.span, rule.name.name))
                    return None
            scoped = any(line.kind == "when" for line in other.lines)
            applies = ir.Column(f"{identifier.name}.applies", ty.BOOLEAN) if scoped else None
            days.append(Predecessor(ir.Column(f"{identifier.name}.done_on", OPTIONAL_DATE), applies))
        return days

    def _lines(self, node: ast.Require) -> dict[str, ast.RequireLine] | None:
        rule = f"requirement `{node.name.name}`"
        lines: dict[str, ast.RequireLine] = {}
        sound = True
        for line in node.lines:
            if line.kind in lines:
                self.env.sink.add(errors.DuplicateLine(line.span, rule, line.kind, lines[line.kind].span))
                sound = False
            lines.setdefault(line.kind, line)
        if "that" in lines and "done" in lines:
            self.env.sink.add(errors.DuplicateLine(lines["done"].span, rule, "that` or `done", lines["that"].span))
            return None
        if "that" not in lines and "done" not in lines:
            if not node.broken:
                example = "that volume >= 1,000 USD"
                self.env.sink.add(errors.MissingLine(node.name.span, rule, "`that` or `done`", example))
            return None
        return lines if sound else None

    def _label(self, node: ast.Require) -> ir.Expr | None:
        if node.label is None:
            return text(node.name.name)
        parts: list[ir.Expr] = []
        position = 0
        label = node.label.value
        for found in re.finditer(r"\{([^{}]*)\}", label):
            if found.start() > position:
                parts.append(text(label[position : found.start()]))
            part = self._interpolated(found.group(1), node.label.span, found.start(1))
            if part is None:
                return None
            parts.append(part)
            position = found.end()
        if position < len(label):
            parts.append(text(label[position:]))
        if not parts:
            return text(node.name.name)
        return parts[0] if len(parts) == 1 else op("concat", *parts, type_=ty.TEXT)

    def _interpolated(self, written: str, span: Span, offset: int) -> ir.Expr | None:
        start = span.start + 1 + offset  # past the opening quote
        names = written.strip().split(".")
        place = Span(span.source, start, start + len(written))
        if not all(re.fullmatch(r"[^\W\d]\w*", name) for name in names):
            hint = "write a name or a path of names between the braces, such as `{this.subtrack}`"
            self.env.sink.add(errors.TypeMismatch(place, "a name", f"`{written}`", "what stands in braces", hint))
            return None
        node: ast.Expr = ast.This(place) if names[0] == "this" else ast.Name(place, names[0])
        for name in names[1:]:
            node = ast.Member(place, node, ast.Identifier(place, name))
        expr = self.elaborator.known(node, self.scope)
        if expr is None:
            return None
        return expr if expr.type == ty.TEXT else op("text_of", expr, type_=ty.TEXT)


def _where(applies: ir.Expr | None, day: ir.Expr) -> ir.Expr:
    """A day of a requirement, missing where that does not apply: its expression may lean on what `when` has tested."""
    return day if applies is None else ir.Case(((applies, day),), missing(ty.DATE), OPTIONAL_DATE)
