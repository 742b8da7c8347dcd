"""Collects what the files of a program declare, before any expression is looked at, so that the order of
declarations never matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from incdsl.core import types as ty
from incdsl.core.result_keys import snake_case
from incdsl.diagnostic import Sink, nearest
from incdsl.semantics import errors
from incdsl.semantics.environment import RELATIONS, Column, Environment, Range, Relation
from incdsl.source import Span
from incdsl.syntax import ast


def build_environment(files: Sequence[ast.File], sink: Sink) -> Environment:
    """Collect what the files declare. Duplicates, unknown types and unknown relations of a `for each` are reported."""
    env = Environment(sink)
    declarations = [declaration for file in files for declaration in file.declarations]
    for declaration in declarations:
        _declare(env, declaration)
        for identifier, type_ in _types(declaration):
            env.declare_choice(identifier.name, type_)
        if isinstance(declaration, ast.Designation):
            env.declare_levels(declaration)
    for relation in env.relations.values():
        _columns(env, relation)
    _refuse_circles(env)
    for declaration in declarations:
        if isinstance(declaration, ast.ForEach):
            _rules(env, declaration)
    for name, designation in env.designations.items():
        # `CX.level` of a designation and `cx.status` of a requirement stand side by side in one relation.
        taken = _alike(env.rules, name)
        if taken is not None:
            first = env.rules[taken].name.span
            env.sink.add(errors.DuplicateName(designation.name.span, name, "designation", first, taken))
    return env


def _refuse_circles(env: Environment) -> None:
    """Records that refer to each other in a circle have no order in which they could be read; each circle is reported
    once. A record may refer to itself."""
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = path[path.index(name) :]
            env.sink.add(errors.Cycle(env.relations[name].span, name, circle))
        elif name not in done:
            done.add(name)
            for column in env.relations[name].columns.values():
                target = ty.known(column.type) if isinstance(column.type, ty.Row | ty.Optional) else None
                if isinstance(target, ty.Row) and target.relation != name:
                    visit(target.relation, (*path, name))

    for name in env.relations:
        visit(name, ())


def _alike(taken: Iterable[str], name: str) -> str | None:
    """The name among those taken that is the same when letter case is put aside, as databases do; the very same one
    before another. None when there is none."""
    folded = name.casefold()
    found = [other for other in taken if other.casefold() == folded]
    return name if name in found else next(iter(found), None)


def _types(declaration: ast.Declaration | ast.Invalid) -> list[tuple[ast.Identifier, ast.TypeExpr]]:
    """The types that a declaration says, each with the name of what has it."""
    match declaration:
        case ast.Record(fields=fields):
            return [(field_.name, field_.type) for field_ in fields]
        case ast.Table(columns=columns):
            return [(column.name, column.type) for column in columns]
        case ast.Param(name=name, type=type_):
            return [(name, type_)]
        case _:
            return []


def _declare(env: Environment, declaration: ast.Declaration | ast.Invalid) -> None:
    match declaration:
        case ast.Invalid(names=names, span=span):
            env.invalid_names.update(names)
            if not names:
                word = span.text.split(None, 1)[0]
                env.lost.add(
                    nearest(word, (*RELATIONS, "source", "param", "program", "for", "use", "example", "designation")) or ""
                )
        case ast.Program():
            if env.program is not None:
                first = env.program.name.span
                env.sink.add(errors.DuplicateName(declaration.name.span, declaration.name.name, "program", first))
            else:
                env.program = declaration
        case ast.SourceDocument(name=name):
            if name.name in env.sources:
                first = env.sources[name.name].name.span
                env.sink.add(errors.DuplicateName(name.span, name.name, "source", first))
            env.sources.setdefault(name.name, declaration)
        case ast.Param(name=name):
            taken = _alike(env.params, name.name)
            if taken is not None:
                first = env.params[taken].name.span
                env.sink.add(errors.DuplicateName(name.span, name.name, "param", first, taken))
            env.params.setdefault(name.name, declaration)
        case ast.Record(name=name, label=label) | ast.Table(name=name, label=label) | ast.Calendar(name=name, label=label):
            existing = _alike(env.relations, name.name)
            if existing is not None:
                first = env.relations[existing].span
                env.sink.add(errors.DuplicateName(name.span, name.name, "record or table", first, existing))
            env.relations.setdefault(name.name, Relation(name.name, label or name.name, name.span, declaration))
        case ast.Designation(name=name):
            known = _alike(env.designations, name.name)
            if known is not None:
                first = env.designations[known].name.span
                env.sink.add(errors.DuplicateName(name.span, name.name, "designation", first, known))
            env.designations.setdefault(name.name, declaration)
        case ast.ForEach(relation=relation, per=ast.Identifier() as per):
            pair = pair_name(relation.name, per.name)
            env.relations.setdefault(pair, Relation(pair, pair, relation.span, declaration))
        case ast.Use() | ast.ForEach() | ast.Example():
            pass


def _columns(env: Environment, relation: Relation) -> None:
    for column in _declared_columns(env, relation):
        taken = _alike(relation.columns, column.name)
        if taken is not None:
            env.sink.add(errors.DuplicateName(column.span, column.name, "field", relation.columns[taken].span, taken))
        relation.columns.setdefault(column.name, column)
    for column in relation.columns.values():
        _day_of_range(env, relation, column.name, column.span, "field")
    if relation.columns and not relation.keys and not relation.broken:
        env.sink.add(errors.NoKey(relation.span, relation.name, None))


def _day_of_range(env: Environment, relation: Relation, name: str, span: Span, what: str) -> bool:
    """Whether a field or `let` has the name of a column of a range of its record, which is reported."""
    for range_ in relation.columns.values():
        for day in ("start", "end") if isinstance(range_.type, Range) else ():
            if name.casefold() == f"{range_.name}_{day}".casefold():
                env.sink.add(errors.DayOfRange(span, name, what, range_.name, day, range_.span))
                return True
    return False


def _declared_columns(env: Environment, relation: Relation) -> Iterator[Column]:
    match relation.node:
        case ast.Calendar():
            key = env.key_type(relation)
            assert isinstance(key, ty.Enum)
            env._once((period.name for period in relation.node.periods), "period")
            yield Column("name", key, "Period", relation.span, True)
            yield Column("start", ty.DATE, "First day", relation.span, False)
            yield Column("end", ty.DATE, "Last day", relation.span, False)
        case ast.Table(columns=columns):
            for column in columns:
                name = column.name.name
                type_ = env.type_of(column.type, name)
                yield Column(name, type_, column.label or "", column.name.span, column.key)
        case ast.ForEach() as node:
            yield from _pair_columns(env, relation, node)
        case ast.Record(fields=fields):
            for field_ in fields:
                name = field_.name.name
                event = isinstance(field_.type, ast.BasicType) and field_.type.name == "event"
                type_ = env.type_of(field_.type, name)
                if field_.key and isinstance(type_, ty.Optional):
                    env.sink.add(
                        errors.TypeMismatch(
                            field_.type.span, "a value that is always there", str(type_), "a key", "leave `optional` out"
                        )
                    )
                yield Column(name, type_, field_.label or "", field_.name.span, field_.key, event, field_)


def _pair_columns(env: Environment, pair: Relation, node: ast.ForEach) -> Iterator[Column]:
    assert node.per is not None
    for identifier in (node.relation, node.per):
        target = env.relations.get(identifier.name)
        if target is None:
            pair.lost = True
            if identifier.name not in env.invalid_names and not env.may_be_lost(*RELATIONS):
                env.sink.add(errors.UnknownRelation(identifier.span, identifier.name, env.named_relations()))
            continue
        key = env.key_type(target)
        if key is None:
            pair.lost = True
            if target.broken:
                continue
            env.sink.add(errors.NoKey(identifier.span, target.name, target.span))
            continue
        yield Column(snake_case(target.name), ty.Row(target.name, key), target.label, identifier.span, True)


def pair_name(relation: str, calendar: str) -> str:
    """The name of the relation of `for each relation per calendar`."""
    return f"{relation} per {calendar}"


def _rules(env: Environment, node: ast.ForEach) -> None:
    name = node.relation.name if node.per is None else pair_name(node.relation.name, node.per.name)
    relation = env.relations.get(name)
    if relation is None:
        if node.relation.name not in env.invalid_names and not env.may_be_lost(*RELATIONS):
            env.sink.add(errors.UnknownRelation(node.relation.span, node.relation.name, env.named_relations()))
        return
    for rule in node.rules:
        if isinstance(rule, ast.Invalid):
            relation.invalid_names.update(rule.names)
            # `require "A title" that ...` has names in it, and not its own.
            titled = rule.span.text.split(None, 1)[-1].startswith('"')
            relation.lost = relation.lost or not rule.names or titled
            continue
        if isinstance(rule, ast.Limit):
            relation.limits.append(rule)
            continue
        taken: Mapping[str, Column | ast.Let | ast.Require | ast.Pay | ast.Invariant]
        # Results name rules without their record, so no two records may have rules of one name.
        taken = {**relation.columns, **relation.lets} if isinstance(rule, ast.Let) else env.rules
        name = rule.name.name
        alike = _alike(taken, name)
        if alike is not None:
            existing = taken[alike]
            first = existing.span if isinstance(existing, Column) else existing.name.span
            kinds = {ast.Let: "let", ast.Require: "requirement", ast.Pay: "payment", ast.Invariant: "invariant"}
            what = kinds[type(rule)]
            env.sink.add(errors.DuplicateName(rule.name.span, name, what, first, alike))
        if name in taken:
            continue
        if isinstance(rule, ast.Let) and _day_of_range(env, relation, name, rule.name.span, "let"):
            relation.invalid_names.add(name)
            continue
        if isinstance(rule, ast.Let):
            relation.lets[name] = rule
        else:
            relation.rules[name] = env.rules[name] = rule
