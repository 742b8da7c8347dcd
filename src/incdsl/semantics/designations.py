"""Designations on the as-of date: the level of each row, what the next one lacks, and its requirements."""

from __future__ import annotations

from dataclasses import dataclass

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.semantics import errors
from incdsl.semantics.environment import NO_LEVEL, Environment
from incdsl.semantics.exceptions import elaborate_let
from incdsl.semantics.expressions import Elaborator
from incdsl.semantics.requirements import RequirementBuilder
from incdsl.semantics.statuses import MET, NOT_APPLICABLE, any_of
from incdsl.semantics.terms import both, missing, op, optional, text
from incdsl.semantics.values import Scope
from incdsl.source import Span
from incdsl.syntax import ast

OPTIONAL_TEXT = ty.Optional(ty.TEXT)


@dataclass(frozen=True)
class Designated:
    """The columns of a designation and its requirements, `DESIGNATION.LEVEL.NAME` each."""

    columns: tuple[ir.DerivedColumn, ...]
    requirements: tuple[ir.Requirement, ...]


class DesignationBuilder:
    """Turns designations into columns of the relation they are for."""

    def __init__(self, env: Environment, elaborator: Elaborator) -> None:
        self.env = env
        self.elaborator = elaborator

    def build(self, node: ast.Designation) -> Designated | None:
        """The columns of a designation; None when something in it was wrong, which has been reported."""
        relation = self.env.relations.get(node.relation.name)
        if relation is None:
            if node.relation.name not in self.env.invalid_names:
                known = self.env.named_relations()
                self.env.sink.add(errors.UnknownRelation(node.relation.span, node.relation.name, known))
            return None
        self._once(node)
        self.env.invalid_names.update(node.lost)
        name = node.name.name
        columns: list[ir.DerivedColumn] = []
        names: dict[str, ast.Let | ir.Expr] = {}
        sound = not node.broken
        for let in node.lets:
            scope = Scope(relation, day=ir.AsOf(), names=dict(names))
            excepted = elaborate_let(self.elaborator, let, scope)
            if excepted is None:
                sound = False
                self.env.invalid_names.add(let.name.name)
                continue
            expr = excepted.value
            self.elaborator.clashes += [(relation.name, clash) for clash in excepted.clashes]
            origin = self.env.origin(let, *let.all_provenance())
            column = ir.DerivedColumn(f"{name}.{let.name.name}", expr.type, expr, let.label or "", origin=origin)
            columns.append(column)
            names[let.name.name] = ir.Column(column.name, column.type)
        requirements: list[ir.Requirement] = []
        reached: list[ir.Expr] = []
        lacks: list[ir.Expr] = []
        for level in node.levels:
            scope = Scope(relation, day=ir.AsOf(), names=names)
            prefix = f"{name}.{level.name.name}."
            builder = RequirementBuilder(self.env, self.elaborator, relation, scope, prefix, level.provenance)
            met: list[ir.Expr] = []
            lacking: list[ir.Expr] = []
            for requirement in level.requirements:
                built = builder.requirement(requirement)
                if built is None:
                    sound = False
                    continue
                assert isinstance(built.meaning, ir.Requirement)
                columns.extend(built.columns)
                requirements.append(built.meaning)
                status = ir.Column(f"{built.meaning.name}.status", ty.TEXT)
                fine = any_of([op("equal", status, text(word)) for word in (MET, NOT_APPLICABLE)])
                met.append(fine)
                word = optional(text(requirement.name.name))
                lacking.append(ir.Case(((fine, missing(ty.TEXT)),), word, OPTIONAL_TEXT))
            reached.append(both(*met) if met else ir.Literal(True, ty.BOOLEAN))
            lacks.append(op("join", text(", "), *lacking, type_=OPTIONAL_TEXT) if lacking else missing(ty.TEXT))
        if not sound or not node.levels:
            return None
        columns.extend(self._levels(node, reached, lacks))
        return Designated(tuple(columns), tuple(requirements))

    def _levels(self, node: ast.Designation, reached: list[ir.Expr], lacks: list[ir.Expr]) -> list[ir.DerivedColumn]:
        name, origin = node.name.name, self.env.origin(node, node.provenance)
        type_ = self.env.levels(node)
        names = [level.name.name for level in node.levels]
        level = ir.Case(
            tuple((test, ir.Literal(value, type_)) for test, value in zip(reached, names, strict=True)),
            ir.Literal(NO_LEVEL, type_),
            type_,
        )
        current = ir.Column(f"{name}.level", type_)
        # The next level above each, from the level itself: of the highest there is none.
        above = [
            (op("equal", current, ir.Literal(lower, type_)), higher)
            for lower, higher in zip(names[1:], range(len(names)), strict=False)
        ]
        steps = [*above, (op("equal", current, ir.Literal(NO_LEVEL, type_)), len(names) - 1)]
        next_level = ir.Case(
            tuple((test, optional(text(names[index]))) for test, index in steps), missing(ty.TEXT), OPTIONAL_TEXT
        )
        lacking = ir.Case(tuple((test, lacks[index]) for test, index in steps), missing(ty.TEXT), OPTIONAL_TEXT)
        return [
            ir.DerivedColumn(f"{name}.level", type_, level, node.label or name, origin=origin),
            ir.DerivedColumn(f"{name}.next_level", OPTIONAL_TEXT, next_level, origin=origin),
            ir.DerivedColumn(f"{name}.lacks", OPTIONAL_TEXT, lacking, origin=origin),
        ]

    def _once(self, node: ast.Designation) -> None:
        for what, names in (
            ("let", [let.name for let in node.lets]),
            ("level", [level.name for level in node.levels]),
            *((f"requirement of level `{level.name.name}`", [r.name for r in level.requirements]) for level in node.levels),
        ):
            seen: dict[str, Span] = {}
            for name in names:
                if name.name in seen:
                    self.env.sink.add(errors.DuplicateName(name.span, name.name, what, seen[name.name]))
                seen.setdefault(name.name, name.span)
