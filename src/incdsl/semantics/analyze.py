"""Analysis of a whole program: every name resolved, every expression elaborated, every rule turned into columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.result_keys import snake_case
from incdsl.diagnostic import Sink
from incdsl.semantics import errors
from incdsl.semantics.access import Access, LetValue, RowLet, ScalarLet, known_event
from incdsl.semantics.constants import ConstantReader
from incdsl.semantics.counted import counted_rules
from incdsl.semantics.decisions import is_decision, read_decision
from incdsl.semantics.declarations import build_environment
from incdsl.semantics.designations import DesignationBuilder
from incdsl.semantics.environment import Environment, Relation
from incdsl.semantics.examples import check_example
from incdsl.semantics.exceptions import elaborate_let
from incdsl.semantics.expressions import Elaborator
from incdsl.semantics.known import Knowing
from incdsl.semantics.limits import LimitBuilder
from incdsl.semantics.musts import elaborate_musts
from incdsl.semantics.payments import PaymentBuilder
from incdsl.semantics.requirements import RequirementBuilder
from incdsl.semantics.stored import calendar_rows, dated_values, key_parts, param_values, stored_columns, table_keys, table_rows
from incdsl.semantics.terms import missing, op, present
from incdsl.semantics.tiers import least_value
from incdsl.semantics.values import DateRange, FoundRow, Scalar, Scope
from incdsl.semantics.warnings.accepted import leave_out_accepted
from incdsl.semantics.warnings.look import look
from incdsl.source import Span
from incdsl.syntax import ast


@dataclass
class CheckedRelation:
    """A relation with what its rules add to it, in no particular order yet."""

    relation: Relation
    source: ir.Feed | ir.Rows | ir.Pairs
    key: tuple[ir.KeyPart, ...]
    stored: tuple[ir.StoredColumn, ...]
    known: ir.Expr | None
    conditions: tuple[ir.Condition, ...] = ()
    derived: dict[str, ir.DerivedColumn] = field(default_factory=dict)


@dataclass(frozen=True)
class Conflict:
    """A boolean column that may hold for no row, and what is wrong where it does."""

    relation: str
    column: str
    message: str


@dataclass(frozen=True)
class Levels:
    """A designation: the columns `NAME.level`, `.next_level` and `.lacks` of its relation."""

    name: str
    relation: str


@dataclass
class Checked:
    """A program of which every part has been looked at. Complete only when the sink has no errors."""

    program: ast.Program | None
    currency: str
    params: list[ir.ParamValue]
    relations: dict[str, CheckedRelation]
    requirements: list[ir.Requirement]
    payments: list[ir.Payment]
    conflicts: list[Conflict]
    levels: list[Levels]
    inlined: list[tuple[str, ir.Origin]]
    rules: list[ir.Rule]


def analyze(files: Sequence[ast.File], sink: Sink) -> Checked:
    """Resolve and check all files of a program together. Everything wrong is added to the sink."""
    return _Analysis(build_environment(files, sink), files).run()


class _Analysis:
    def __init__(self, env: Environment, files: Sequence[ast.File]) -> None:
        self.env = env
        self.files = files
        self.constants = ConstantReader(env, table_keys(env))
        self.params = param_values(env, self.constants)
        self.access = Access(env, self.let_value)
        self.knowing = Knowing(env, self.access)
        self.elaborator = Elaborator(env, self.constants, self.access, {param.name: param.type for param in self.params})
        self.relations: dict[str, CheckedRelation] = {}
        self.elaborator.dated_params = dated_values(env, self.constants)
        self.lets: dict[tuple[str, str], LetValue | None] = {}
        self.conflicts: list[Conflict] = []
        self.open_lets: list[str] = []

    def run(self) -> Checked:
        env = self.env
        broken = any(isinstance(declaration, ast.Invalid) for declaration in self.files[0].declarations)
        if env.program is None and not broken:  # what did not parse may be the one
            start = self.files[0].source
            env.sink.add(errors.MissingProgram(Span(start, 0, 0)))
        read = {*self.elaborator.params, *self.elaborator.dated_params}
        env.invalid_names.update(name for name in env.params if name not in read)
        for relation in env.relations.values():
            if isinstance(relation.node, ast.Table) and is_decision(relation.node):
                decision = read_decision(env, self.constants, relation, relation.node)
                self.elaborator.decisions[relation.name] = decision
            else:
                self.relations[relation.name] = self._checked(relation)
        for relation in env.relations.values():
            if relation.name not in self.relations:
                for rule in (*relation.lets.values(), *relation.rules.values()):
                    env.sink.add(errors.NoRows(rule.name.span, relation.name, relation.span))
                continue
            for let in relation.lets.values():
                self.let_value(relation, let, let.name.span)
            if isinstance(relation.node, ast.Record):
                self.relations[relation.name].conditions = elaborate_musts(self.elaborator, self.params, relation, relation.node)
        requirements: list[ir.Requirement] = []
        payments: list[ir.Payment] = []
        for relation in env.relations.values():
            if relation.name in self.relations:
                self._rules(relation, requirements, payments)
        for file in self.files:
            for declaration in file.declarations:
                if isinstance(declaration, ast.Example):
                    check_example(env, {name: checked.stored for name, checked in self.relations.items()}, declaration)
        designations = DesignationBuilder(env, self.elaborator)
        levels: list[Levels] = []
        for designation in env.designations.values():
            built = designations.build(designation)
            if built is not None and designation.relation.name in self.relations:
                self._add(designation.relation.name, built.columns)
                requirements.extend(built.requirements)
                levels.append(Levels(designation.name.name, designation.relation.name))
        self._hold_currencies()
        inlined = self._inlined()
        self._clashes()
        if not env.sink.has_errors:
            for doubt in look(env, self.files, self.relations, self.params, payments, self.elaborator.notes):
                env.sink.add(doubt)
        leave_out_accepted(self.files, env.sink)
        return Checked(
            env.program,
            env.currency,
            self.params,
            self.relations,
            requirements,
            payments,
            self.conflicts,
            levels,
            inlined,
            list(counted_rules(env, self.elaborator.notes)),
        )

    def _inlined(self) -> list[tuple[str, ir.Origin]]:
        """Where the rows of decision tables and the values of parameters that change with time come from."""
        found = []
        for name, param in self.env.params.items():
            found += [(f"param {name}", self.env.origin(tier, tier.provenance, param.provenance)) for tier in param.dated]
        for name in self.elaborator.decisions:
            node = self.env.relations[name].node
            assert isinstance(node, ast.Table)
            found += [(name, self.env.origin(row, row.provenance, node.provenance)) for row in node.rows]
        return found

    def _hold_currencies(self) -> None:
        """While the program's own currency is not known, an amount in another one is not known to be wrong."""
        program, found = self.env.program, self.env.sink.diagnostics
        if program is not None and program.currency is not None:
            return
        kept = [diagnostic for diagnostic in found if not isinstance(diagnostic, errors.WrongCurrency)]
        if len(kept) < len(found):
            found[:] = kept
            if program is not None and not program.broken:
                self.env.sink.add(errors.MissingCurrency(program.name.span))

    def _clashes(self) -> None:
        """The exceptions in designations: where a level is asked for, two may not hold with different values."""
        for number, (relation, clash) in enumerate(dict.fromkeys(self.elaborator.clashes), 1):
            self._conflict(self.env.relations[relation], f"on day.conflict_{number}", clash.both_hold, clash.message, ir.NOWHERE)

    def _rules(self, relation: Relation, requirements: list[ir.Requirement], payments: list[ir.Payment]) -> None:
        limits = LimitBuilder(self.env, self.elaborator, relation)
        self._add(relation.name, limits.columns)
        self.conflicts += [Conflict(relation.name, column, message) for column, message in limits.conflicts]
        requirement_builder = RequirementBuilder(self.env, self.elaborator, relation)
        payment_builder = PaymentBuilder(self.env, self.elaborator, relation, limits)
        for rule in relation.rules.values():
            match rule:
                case ast.Invariant():
                    self._invariant(relation, rule)
                    continue
                case ast.Require():
                    built = requirement_builder.requirement(rule)
                case ast.Pay():
                    built = payment_builder.payment(rule)
            if built is None:
                continue
            self._add(relation.name, built.columns)
            if isinstance(built.meaning, ir.Requirement):
                requirements.append(built.meaning)
            else:
                payments.append(built.meaning)
        self._unused(relation)

    def _add(self, relation: str, columns: Iterable[ir.DerivedColumn]) -> None:
        self.relations[relation].derived.update({column.name: column for column in columns})

    def _invariant(self, relation: Relation, node: ast.Invariant) -> None:
        holds = self.elaborator.condition(node.condition, Scope(relation), "an invariant")
        if holds is not None:
            place = f"{node.span.source.path}:{node.span.line}"
            condition = " ".join(node.condition.span.text.split())  # however it is laid out, the message is one line
            message = f"invariant `{node.name.name}` ({place}) does not hold: {node.label or condition}"
            self._conflict(
                relation, f"{node.name.name}.broken", op("not", holds), message, self.env.origin(node, node.provenance)
            )

    def _conflict(self, relation: Relation, name: str, when: ir.Expr, message: str, origin: ir.Origin) -> None:
        self._add(relation.name, [ir.DerivedColumn(name, ty.BOOLEAN, when, origin=origin)])
        self.conflicts.append(Conflict(relation.name, name, message))

    # --- relations ---------------------------------------------------------------------------------------

    def _checked(self, relation: Relation) -> CheckedRelation:
        env = self.env
        stored = stored_columns(env, self.constants, relation)
        source: ir.Feed | ir.Rows | ir.Pairs
        known = None
        match relation.node:
            case ast.Calendar() as node:
                source = calendar_rows(env, node)
            case ast.Table() as node:
                source = table_rows(env, self.constants, relation, node)
            case ast.ForEach() as node:
                assert node.per is not None
                source = ir.Pairs(node.relation.name, node.per.name)
                known = self.knowing.begun(relation, node.per.name)
            case ast.Record(typically=typically) as node:
                hint = None
                if typically is not None:
                    per = typically.per
                    hint = (typically.count, per.name if per is not None else None)
                    if (
                        per is not None
                        and per.name not in env.relations
                        and per.name not in env.invalid_names
                        and not env.may_be_lost("record")
                    ):
                        env.sink.add(errors.UnknownRelation(per.span, per.name, env.named_relations()))
                source = ir.Feed(snake_case(relation.name), hint)
                known = self.knowing.record(relation, node)
        checked = CheckedRelation(relation, source, key_parts(relation), stored, known)
        for column in stored:
            if isinstance(column.bounds.least, Decimal):
                self.elaborator.least[relation.name, column.name] = column.bounds.least
            if column.event:
                self._hide_future(checked, column)
        return checked

    @staticmethod
    def _hide_future(checked: CheckedRelation, column: ir.StoredColumn) -> None:
        """An event after the as-of date has not happened: rules see this column in place of the stored one."""
        stored = ir.Column(column.name, column.type)
        happened = op("and", op("given", stored), op("less_or_equal", present(stored), ir.AsOf()))
        definition = ir.Case(((happened, stored),), missing(ty.DATE), column.type)
        name = known_event(column.name)
        checked.derived[name] = ir.DerivedColumn(name, column.type, definition, column.label, origin=column.origin)

    # --- lets --------------------------------------------------------------------------------------------

    def let_value(self, relation: Relation, let: ast.Let, used: Span) -> LetValue | None:
        """What a `let` is, elaborated on first use; None when it failed. A `let` that needs itself is reported."""
        place = (relation.name, let.name.name)
        if place in self.lets:
            return self.lets[place]
        full = f"{relation.name}.{let.name.name}"
        if full in self.open_lets:
            through = tuple(self.open_lets[self.open_lets.index(full) :])
            self.env.sink.add(errors.Cycle(let.name.span, full, through))
            return None
        self.open_lets.append(full)
        value = self._elaborate(relation, let)
        self.open_lets.pop()
        self.lets[place] = value
        return value

    def _elaborate(self, relation: Relation, let: ast.Let) -> LetValue | None:
        scope = Scope(relation)
        name = let.name.name
        if isinstance(let.value, ast.Tiers) or let.exceptions:
            excepted = elaborate_let(self.elaborator, let, scope)
            if excepted is None:
                return None
            for number, clash in enumerate(excepted.clashes, 1):
                origin = self.env.origin(let, let.provenance)
                self._conflict(relation, f"{name}.conflict_{number}", clash.both_hold, clash.message, origin)
            return self._column(relation, let, name, excepted.value)
        value = self.elaborator.value(let.value, scope)
        match value:
            case None:
                return None
            case Scalar(expr=expr):
                return self._column(relation, let, name, expr)
            case FoundRow(relation=target, keys=keys, certain=certain):
                return RowLet(target, tuple(self._key_column(relation, let, i, key) for i, key in enumerate(keys, 1)), certain)
            case DateRange():
                fields: tuple[str, ...] = ("start", "end")
                found = "a date range"
            case _:
                fields, found = relation.names(), f"a whole row of `{relation.name}`"
        self.env.sink.add(errors.NotAValue(let.value.span, let.value.span.text, found, fields))
        return None

    def _column(self, relation: Relation, let: ast.Let, name: str, expr: ir.Expr, *, explicit: bool = True) -> ScalarLet:
        origin = self.env.origin(let, *let.all_provenance())
        column = ir.DerivedColumn(name, expr.type, expr, let.label or "", explicit, origin)
        self.relations[relation.name].derived[name] = column
        least = least_value(self.elaborator, expr, relation.name)
        if least is not None:
            self.elaborator.least[relation.name, name] = least
        return ScalarLet(expr.type)

    def _key_column(self, relation: Relation, let: ast.Let, number: int, key: ir.Expr) -> tuple[str, ty.Type]:
        """A column that holds one key of the row a `let` stands for; a column that is there already serves."""
        if isinstance(key, ir.Column):
            return key.name, key.type
        name = f"{let.name.name}.key_{number}"
        self._column(relation, let, name, key, explicit=False)
        return name, key.type

    def _unused(self, relation: Relation) -> None:
        """Warn of requirements that no payment needs; not where a payment says a name that is none, and may mean them."""
        pays = [rule for rule in relation.rules.values() if isinstance(rule, ast.Pay)]
        requires = [rule for rule in relation.rules.values() if isinstance(rule, ast.Require)]
        needed = {requirement.name for pay in pays for line in pay.needs for requirement in line.requirements}
        if not pays or any(pay.broken for pay in pays) or not needed <= {rule.name.name for rule in requires}:
            return
        for rule in requires:
            if rule.name.name not in needed:
                self.env.sink.add(errors.UnusedRequirement(rule.name.span, rule.name.name))
