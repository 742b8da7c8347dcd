"""The bridge to the core: puts the parts of a checked program in order and adds its result files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.dependencies import reads
from incdsl.core.printer import version_of
from incdsl.core.result_keys import titles
from incdsl.semantics.analyze import Checked, CheckedRelation
from incdsl.semantics.terms import missing, op, optional, present, text

OPTIONAL_TEXT = ty.Optional(ty.TEXT)
OPTIONAL_DATE = ty.Optional(ty.DATE)


def lower(checked: Checked) -> ir.Program:
    """The program as core. Only for a program without errors. Its version depends on everything that can change a
    result, and on nothing else: comments and layout do not change it."""
    assert checked.program is not None
    program = ir.Program(
        checked.program.name.name,
        checked.program.label,
        checked.program.sponsor or "",
        checked.currency,
        tuple(checked.params),
        tuple(_relation(relation) for relation in _in_order(checked.relations)),
        tuple(checked.requirements),
        tuple(checked.payments),
        (),
    )
    version = version_of(program)
    outputs = tuple(_outputs(program, version, checked))
    return replace(program, outputs=outputs, version=version, inlined=tuple(checked.inlined), rules=tuple(checked.rules))


# --- order -----------------------------------------------------------------------------------------------


def _in_order(relations: dict[str, CheckedRelation]) -> list[CheckedRelation]:
    """Each relation after those it refers to; otherwise as declared."""
    done: dict[str, CheckedRelation] = {}

    def visit(relation: CheckedRelation, path: tuple[str, ...]) -> None:
        name = relation.relation.name
        if name in done or name in path:
            return
        for column in relation.stored:
            if column.reference is not None:
                visit(relations[column.reference], (*path, name))
        done[name] = relation

    for relation in relations.values():
        visit(relation, ())
    return list(done.values())


def _relation(checked: CheckedRelation) -> ir.Relation:
    derived: dict[str, ir.DerivedColumn] = {}

    def visit(column: ir.DerivedColumn) -> None:
        if column.name in derived:
            return
        for read in reads(column.definition, (checked.relation.name,)):
            if read.own and read.column in checked.derived:
                visit(checked.derived[read.column])
        derived[column.name] = column

    for column in checked.derived.values():
        visit(column)
    relation = checked.relation
    origin = ir.Origin(relation.span.source.path, relation.span.line, relation.name)
    return ir.Relation(
        relation.name,
        checked.source,
        checked.key,
        checked.stored,
        tuple(derived.values()),
        checked.known,
        relation.label,
        checked.conditions,
        origin,
    )


# --- result files ----------------------------------------------------------------------------------------


def _key_columns(program: ir.Program, name: str) -> dict[str, ir.StoredColumn]:
    """The columns by which result files name a row of a relation, by what they call them."""
    relation = program.relation(name)
    return {title: column for key, title in titles(program)[name].items() for column in relation.stored if column.name == key}


def _as_text(expr: ir.Expr) -> ir.Expr:
    """A value as optional text, in the canonical notation."""
    if isinstance(expr.type, ty.Optional):
        shown = op("text_of", present(expr), type_=ty.TEXT)
        return ir.Case(((op("given", expr), optional(shown)),), missing(ty.TEXT), OPTIONAL_TEXT)
    return optional(expr if expr.type == ty.TEXT else op("text_of", expr, type_=ty.TEXT))


def _outputs(program: ir.Program, version: str, checked: Checked) -> Iterator[ir.Output]:
    yield _output(
        program,
        version,
        "payouts",
        "payment",
        [(payment.relation, payment.name) for payment in program.payments],
        [
            ("status", ty.TEXT, "Status: earned, expected, open or missed"),
            ("amount", ty.Money(program.currency, ty.MAX_DIGITS, ty.money(program.currency).scale), "What the steps give"),
            (
                "earned",
                ty.Money(program.currency, ty.MAX_DIGITS, ty.money(program.currency).scale),
                "The amount if earned, else zero",
            ),
            ("currency", ty.TEXT, "Currency"),
            ("due_on", OPTIONAL_DATE, "Day the payment is due"),
            ("reason", ty.TEXT, "Why the payment has its status"),
        ],
        lambda name, column, type_: text(program.currency) if column == "currency" else ir.Column(f"{name}.{column}", type_),
    )
    yield _output(
        program,
        version,
        "requirements",
        "requirement",
        [(requirement.relation, requirement.name) for requirement in program.requirements],
        [
            ("status", ty.TEXT, "Status: met, missed, on track, open or not applicable"),
            ("actual", OPTIONAL_TEXT, "The value compared"),
            ("needed", OPTIONAL_TEXT, "The value needed"),
            ("short", OPTIONAL_TEXT, "How much is lacking"),
            ("deadline", OPTIONAL_DATE, "Day by which it has to be met"),
            ("label", ty.TEXT, "What is required"),
            ("citation", OPTIONAL_TEXT, "Where it is stated, or why it is assumed"),
        ],
        lambda name, column, type_: ir.Column(f"{name}.{column}", type_),
    )
    if checked.levels:
        yield _output(
            program,
            version,
            "levels",
            "designation",
            [(designation.relation, designation.name) for designation in checked.levels],
            [
                ("level", ty.TEXT, "The highest level whose requirements are all met"),
                ("next_level", OPTIONAL_TEXT, "The level above"),
                ("lacks", OPTIONAL_TEXT, "The requirements of the next level that are not met"),
            ],
            lambda name, column, type_: _level_cell(program, name, column, type_),
        )
    if checked.conflicts:
        yield _conflicts(program, version, checked)
    lets = [(r.name, c.name) for r in program.relations for c in r.derived if c.explicit]
    types = {(r.name, c.name): c.type for r in program.relations for c in r.derived}
    if lets:
        yield _values(program, version, lets, types)


def _level_cell(program: ir.Program, designation: str, column: str, type_: ty.Type) -> ir.Expr:
    if column != "level":
        return ir.Column(f"{designation}.{column}", type_)
    columns = (c for relation in program.relations for c in relation.derived if c.name == f"{designation}.level")
    return op("text_of", ir.Column(f"{designation}.level", next(columns).type), type_=ty.TEXT)


def _conflicts(program: ir.Program, version: str, checked: Checked) -> ir.Output:
    """What may hold for no row: a run that finds a row here fails."""
    keys = _keys_of(program, [conflict.relation for conflict in checked.conflicts])
    parts = []
    for conflict in checked.conflicts:
        cells: list[ir.Expr] = [text(program.name), text(version), text(conflict.relation)]
        cells += _key_cells(program, conflict.relation, keys)
        cells.append(text(conflict.message))
        parts.append(ir.OutputPart(conflict.relation, tuple(cells), ir.Column(conflict.column, ty.BOOLEAN)))
    message = ir.OutputColumn("message", ty.TEXT, "What is wrong")
    columns = (*_head("relation"), *keys.values(), message)
    return ir.Output("conflicts", columns, tuple(parts), ("relation", *keys, "message"))


Cell = Callable[[str, str, ty.Type], ir.Expr]


def _output(
    program: ir.Program,
    version: str,
    output: str,
    subject: str,
    rules: list[tuple[str, str]],
    columns: list[tuple[str, ty.Type, str]],
    cell: Cell,
) -> ir.Output:
    """A result file with one row per rule and row of the rule's relation."""
    keys = _keys_of(program, [relation for relation, _ in rules])
    parts = []
    for relation_name, rule in rules:
        cells: list[ir.Expr] = [text(program.name), text(version), text(rule)]
        cells += _key_cells(program, relation_name, keys)
        cells += [cell(rule, name, type_) for name, type_, _ in columns]
        parts.append(ir.OutputPart(relation_name, tuple(cells)))
    return ir.Output(
        output,
        (
            *_head(subject),
            *keys.values(),
            *(ir.OutputColumn(name, type_, label) for name, type_, label in columns),
        ),
        tuple(parts),
        (*keys, subject),
    )


def _values(program: ir.Program, version: str, lets: list[tuple[str, str]], types: dict[tuple[str, str], ty.Type]) -> ir.Output:
    keys = _keys_of(program, [relation for relation, _ in lets])
    parts = []
    for relation, name in lets:
        cells: list[ir.Expr] = [text(program.name), text(version), text(relation), text(name)]
        cells += _key_cells(program, relation, keys)
        cells.append(_as_text(ir.Column(name, types[relation, name])))
        parts.append(ir.OutputPart(relation, tuple(cells)))
    head = (*_head("relation"), ir.OutputColumn("name", ty.TEXT, "Name of the value"))
    value = ir.OutputColumn("value", OPTIONAL_TEXT, "The value, as text")
    return ir.Output("values", (*head, *keys.values(), value), tuple(parts), ("relation", *keys, "name"))


def _head(subject: str) -> tuple[ir.OutputColumn, ...]:
    return (
        ir.OutputColumn("program", ty.TEXT, "Program"),
        ir.OutputColumn("program_version", ty.TEXT, "Version of the program"),
        ir.OutputColumn(subject, ty.TEXT, f"Name of the {subject}"),
    )


def _keys_of(program: ir.Program, relations: list[str]) -> dict[str, ir.OutputColumn]:
    """The key columns of all relations together, in order of first appearance."""
    names = list(dict.fromkeys(relations))
    keys: dict[str, ir.OutputColumn] = {}
    several = len(names) > 1
    for name in names:
        for title, column in _key_columns(program, name).items():
            type_: ty.Type = OPTIONAL_TEXT if several else ty.TEXT
            keys.setdefault(title, ir.OutputColumn(title, type_, column.label))
    return keys


def _key_cells(program: ir.Program, relation: str, keys: dict[str, ir.OutputColumn]) -> list[ir.Expr]:
    own = _key_columns(program, relation)
    cells: list[ir.Expr] = []
    for name, output in keys.items():
        if name not in own:
            cells.append(missing(ty.TEXT))
            continue
        key = ir.Column(own[name].name, own[name].type)
        shown = key if key.type == ty.TEXT else op("text_of", key, type_=ty.TEXT)
        cells.append(optional(shown) if isinstance(output.type, ty.Optional) else shown)
    return cells
