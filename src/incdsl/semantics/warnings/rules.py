"""Rules that never apply, decide nothing, come too early, or are read by nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.dependencies import conjuncts, reads
from incdsl.diagnostic import Diagnostic
from incdsl.semantics import errors
from incdsl.semantics.constants import show
from incdsl.semantics.decisions import Line
from incdsl.semantics.environment import Environment, Relation
from incdsl.semantics.notes import Branch, Lookup, Notes
from incdsl.semantics.terms import op, present
from incdsl.semantics.warnings.bounds import Facts, Stored, as_value
from incdsl.semantics.warnings.possible import Search
from incdsl.source import Span
from incdsl.syntax import ast

# --- what never applies ----------------------------------------------------------------------------------


def never_applying(notes: Notes, facts: Facts) -> Iterator[Diagnostic]:
    """Branches that no row can take. One that is written once and used in several places has to be so in all of them."""
    possible: dict[Span, bool] = {}
    for branch in notes.branches:
        if not possible.get(branch.span, False):
            possible[branch.span] = Search(facts, branch.rows).possible((branch.condition, True))
    said: set[Span] = set()
    for branch in notes.branches:
        if not possible[branch.span] and branch.span not in said:
            said.add(branch.span)
            why = branch.why if branch.subject is None else _ends_in_words(branch, branch.subject, facts)
            yield errors.NeverApplies(branch.span, branch.what, why)


def _ends_in_words(branch: Branch, subject: ir.Expr, facts: Facts) -> str:
    """Between which values the subject of tiers lies: "`amount` is at most 500,000 USD"."""
    low, high = facts.ends(subject, branch.rows)
    said = [f"at least {show(as_value(low, subject.type), subject.type)}"] if low is not None else []
    said += [f"at most {show(as_value(high, subject.type), subject.type)}"] if high is not None else []
    return f"`{branch.why}` is {' and '.join(said) or 'never there'}"


def unmatched_lines(notes: Notes, facts: Facts) -> Iterator[Diagnostic]:
    """Rows of decision tables that no lookup can reach: no value matches them, or the rows above match before."""
    tables = {lookup.decision.relation.name: lookup.decision for lookup in notes.lookups}
    for name, decision in tables.items():
        lookups = [lookup for lookup in notes.lookups if lookup.decision.relation.name == name]
        for index, line in enumerate(decision.lines):
            above = decision.lines[:index] if decision.policy == "first" else ()
            if any(_reaches(facts, lookup, line, above) for lookup in lookups):
                continue
            covered = any(_reaches(facts, lookup, line, ()) for lookup in lookups)
            why = "the rows above match all that it matches" if covered else "no lookup asks for what it matches"
            yield errors.NeverApplies(line.node.span, f"this row of `{name}`", why)


def _reaches(facts: Facts, lookup: Lookup, line: Line, above: Sequence[Line]) -> bool:
    """Whether a lookup may come to a row of its table, past those above."""
    passed = ((lookup.decision.test(other, lookup.keys), False) for other in above)
    return Search(facts, lookup.rows).possible((lookup.decision.test(line, lookup.keys), True), *passed)


# --- requirements ----------------------------------------------------------------------------------------


def settled_requirements(env: Environment, facts: Facts) -> Iterator[Diagnostic]:
    """Requirements whose outcome does not depend on any row."""
    for relation, name, node in _requirements(env):
        columns = facts.relations[relation].derived
        search = Search(facts, (relation,))
        applies: list[tuple[ir.Expr, bool]] = [(ir.Column(f"{name}.applies", ty.BOOLEAN), True)]
        if f"{name}.applies" not in columns:
            applies = []
        if not search.possible(*applies):
            continue  # said of its `when`
        lines = {line.kind: line.value for line in node.lines}
        if f"{name}.holds" in columns:
            holds: ir.Expr = ir.Column(f"{name}.holds", ty.BOOLEAN)
            for met in (True, False):
                if not search.possible(*applies, (holds, not met)):
                    yield errors.SettledRequirement(node.name.span, node.name.name, met, lines["that"].span.text)
        elif f"{name}.done_on" in columns and "by" in lines:
            done, deadline = (ir.Column(f"{name}.{part}", ty.Optional(ty.DATE)) for part in ("done_on", "deadline"))
            in_time = op("less_or_equal", present(done), present(deadline))
            if not search.possible(*applies, (op("given", done), True), (op("given", deadline), True), (in_time, True)):
                text = f"{lines['done'].span.text} <= {lines['by'].span.text}"
                yield errors.SettledRequirement(node.name.span, node.name.name, False, text)


def _requirements(env: Environment) -> Iterator[tuple[str, str, ast.Require]]:
    """Every requirement, with its relation and the name of its columns."""
    for relation in env.relations.values():
        for name, rule in relation.rules.items():
            if isinstance(rule, ast.Require):
                yield relation.name, name, rule
    for designation in env.designations.values():
        for level in designation.levels:
            for rule in level.requirements:
                yield designation.relation.name, f"{designation.name.name}.{level.name.name}.{rule.name.name}", rule


def early_deadlines(env: Environment, facts: Facts) -> Iterator[Diagnostic]:
    """Deadlines that are before the deadline of what the event comes after, or before the row is known; and payments
    that are due before what they need."""
    for relation in env.relations.values():
        if relation.name not in facts.relations:
            continue
        checked = facts.relations[relation.name]
        for name, rule in relation.rules.items():
            match rule:
                case ast.Require(lines=lines):
                    by = next((line.value for line in lines if line.kind == "by"), None)
                    if by is not None:
                        yield from _early(relation, checked, facts, name, rule, by)
                case ast.Pay(steps=steps):
                    due = next((step.value for step in steps if step.kind == "due"), None)
                    if due is not None:
                        yield from _due_early(relation, facts, rule, due)
                case ast.Invariant():
                    pass


def _early(relation: Relation, checked: Stored, facts: Facts, name: str, rule: ast.Require, by: ast.Expr) -> Iterator[Diagnostic]:
    what = f"the deadline of `{name}`"
    for identifier in (other for line in rule.after for other in line.requirements):
        other = relation.rules[identifier.name]
        assert isinstance(other, ast.Require)
        if _always_before(facts, relation.name, _deadline(name), _deadline(identifier.name)):
            earlier = next(line.span for line in other.lines if line.kind == "by")
            yield errors.DeadlineBeforeEvent(by.span, what, f"that of `{identifier.name}`, which comes first", earlier)
            return
    for condition in conjuncts(checked.known):
        match condition:
            case ir.Operation(operator="less_or_equal", operands=(day, ir.AsOf())):
                if _always_before(facts, relation.name, _deadline(name), day):
                    shown = f"`{day.name}`" if isinstance(day, ir.Column) else "the first day of the period"
                    what_is_known = f"{shown}, the day from which `{relation.name}` is known"
                    yield errors.DeadlineBeforeEvent(by.span, what, what_is_known)
                    return
            case _:
                pass


def _due_early(relation: Relation, facts: Facts, rule: ast.Pay, due: ast.Expr | ast.Tiers) -> Iterator[Diagnostic]:
    day = ir.Column(f"{rule.name.name}.due_on", ty.Optional(ty.DATE))
    for identifier in (name for line in rule.needs for name in line.requirements):
        if _always_before(facts, relation.name, day, _deadline(identifier.name)):
            other = relation.rules[identifier.name]
            assert isinstance(other, ast.Require)
            earlier = next(line.span for line in other.lines if line.kind == "by")
            what = f"the day on which `{rule.name.name}` is due"
            yield errors.DeadlineBeforeEvent(due.span, what, f"the deadline of `{identifier.name}`, which it needs", earlier)
            return


def _deadline(name: str) -> ir.Column:
    return ir.Column(f"{name}.deadline", ty.Optional(ty.DATE))


def _always_before(facts: Facts, relation: str, one: ir.Expr, other: ir.Expr) -> bool:
    """Whether both days can be there, and the first is then before the second one without exception."""
    search = Search(facts, (relation,))
    given = [(op("given", day), True) for day in (one, other) if isinstance(day.type, ty.Optional)]
    not_before = op("greater_or_equal", present(one), present(other))
    return search.possible(*given) and not search.possible(*given, (not_before, True))


# --- what nobody reads -----------------------------------------------------------------------------------


def unused_values(env: Environment, main: ast.File, facts: Facts, names: frozenset[str]) -> Iterator[Diagnostic]:
    """Parameters, tables and calendars of the program's own file that no file speaks of, and `let`s that no column
    reads, where the program requires or pays anything: else it is for its values. `names` are those spoken of."""
    if not env.rules and not env.designations:
        return
    for declaration in main.declarations:
        match declaration:
            case ast.Param(name=name):
                what = "param"
            case ast.Table(name=name):
                what = "table"
            case ast.Calendar(name=name):
                what = "calendar"
            case _:
                continue
        if name.name not in names:
            yield errors.UnusedValue(name.span, what, name.name)
    read = frozenset(_reads(facts.relations))
    for relation in env.relations.values():
        for name_, let in relation.lets.items():
            column = facts.definition(relation.name, name_)
            if column is not None and let.span.source is main.source and (relation.name, name_) not in read:
                yield errors.UnusedValue(let.name.span, "`let`", name_)


def _reads(relations: Mapping[str, Stored]) -> Iterator[tuple[str, str]]:
    """Every column that another column reads."""
    for name, relation in relations.items():
        expressions = [(column.name, column.definition) for column in relation.derived.values()]
        if relation.known is not None:
            expressions.append(("", relation.known))
        for own, expression in expressions:
            for read in reads(expression, (name,)):
                if read.column is not None and (read.relation, read.column) != (name, own):
                    yield read.relation, read.column


def spoken_of(files: Sequence[ast.File]) -> frozenset[str]:
    """Every name that the files speak of, other than where it is declared."""
    names: set[str] = set()
    pending: list[object] = [file.declarations for file in files]
    while pending:
        part = pending.pop()
        match part:
            case tuple():
                pending += part
            case ast.Name(name=name) | ast.NamedType(name=name):
                names.add(name)
            case ast.Lookup(relation=relation) | ast.Aggregate(relation=relation):
                names.add(relation.name)
            case ast.PerPeriod(calendar=calendar):
                names.add(calendar.name)
            case ast.ForEach(relation=relation, per=per):
                names.update(identifier.name for identifier in (relation, per) if identifier is not None)
            case _:
                pass
        if isinstance(part, ast.Node):
            pending += [getattr(part, name) for name in part.__dataclass_fields__]
    return frozenset(names)
