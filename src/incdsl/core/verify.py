"""Checks that a program of the core keeps every guarantee that `ir` states. Run after every lowering.

What it finds is a mistake of the compiler, never of the user, so it stops at the first one.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter

from incdsl.core import ir, patterns
from incdsl.core import types as ty
from incdsl.core.dependencies import Node, children, column_graph, columns, expressions_of, one_row, reads
from incdsl.core.errors import CoreError
from incdsl.core.values import mismatch
from incdsl.core.verify_expression import ExpressionVerifier, check_type

__all__ = ["CoreError", "verify"]

REQUIREMENT_COLUMNS = ("status", "actual", "needed", "short", "deadline", "label")
PAYMENT_COLUMNS = ("status", "amount", "earned", "due_on", "reason")


def verify(program: ir.Program) -> None:
    """Returns when the program is sound; raises CoreError, naming relation and column, when it is not."""
    expressions = ExpressionVerifier(program)
    _unique((param.name for param in program.params), "the params")
    _unique((relation.name for relation in program.relations), "the relations")
    _unique((output.name for output in program.outputs), "the outputs")
    for param in program.params:
        place = f"param `{param.name}`"
        check_type(param.type, expressions.relations, place)
        _value(param.value, param.type, place)
    earlier: list[str] = []
    for relation in program.relations:
        earlier.append(relation.name)
        _shape(relation, earlier, expressions)
        for derived in relation.derived:
            place = _place(relation, derived.name)
            expressions.check(derived.definition, (relation,), place)
            if derived.definition.type != derived.type:
                raise CoreError(place, f"defined as {derived.definition.type!r}, declared as {derived.type!r}")
        for condition in relation.conditions:
            _condition(relation, condition, expressions)
        if relation.known is not None:
            place = f"`{relation.name}`, which rows are known"
            expressions.check(relation.known, (relation,), place)
            if relation.known.type != ty.BOOLEAN:
                raise CoreError(place, f"the condition has the type {relation.known.type!r}")
    for relation in program.relations:
        if isinstance(relation.source, ir.Rows):
            _written_rows(relation, relation.source.rows, expressions.relations)
    for requirement in program.requirements:
        _requirement(requirement, expressions)
    for payment in program.payments:
        _payment(payment, program, expressions.relations)
    for output in program.outputs:
        _output(output, expressions)
    _order(program)
    _events(program)


def _place(relation: ir.Relation, column: str) -> str:
    return f"`{relation.name}`, column `{column}`"


def _unique(names: Iterable[str], what: str) -> None:
    """Names differ by more than letter case: SQL engines and some file systems do not tell such names apart."""
    seen: dict[str, str] = {}
    for name in names:
        first = seen.get(name.casefold())
        if first is not None:
            raise CoreError(what, f"two are called `{name}`" if first == name else f"`{first}` and `{name}` differ by case alone")
        seen[name.casefold()] = name


def _value(value: ir.Value, type_: ty.Type, place: str) -> None:
    wrong = mismatch(value, type_)
    if wrong is not None:
        raise CoreError(place, f"the value {value!r} of type {type_} {wrong}")


def _shape(relation: ir.Relation, earlier: Sequence[str], expressions: ExpressionVerifier) -> None:
    """Columns, key and source; `earlier` are the relations so far, with this one."""
    _unique((c.name for c in columns(relation)), f"the columns of `{relation.name}`")
    for column in relation.stored:
        place = _place(relation, column.name)
        check_type(column.type, expressions.relations, place)
        inside = ty.known(column.type)
        if column.reference != (inside.relation if isinstance(inside, ty.Row) else None):
            raise CoreError(place, f"the reference is {column.reference!r} and the type {column.type}")
        if column.reference is not None and column.reference not in earlier:
            raise CoreError(place, f"refers to `{column.reference}`, which stands later")
        for bound in (column.bounds.least, column.bounds.greatest):
            if bound is not None:
                _value(bound, inside, place)
        _form(column.form, inside, place)
        if column.event and inside != ty.DATE:
            raise CoreError(place, f"an event is a date, not {column.type}")
    for derived in relation.derived:
        check_type(derived.type, expressions.relations, _place(relation, derived.name))
    _key(relation)
    if isinstance(relation.source, ir.Pairs):
        sides = (relation.source.left, relation.source.right)
        if tuple(column.reference for column in relation.stored) != sides:
            raise CoreError(f"`{relation.name}`", f"its stored columns are not references to {sides}")
        if relation.key != tuple(column.name for column in relation.stored):
            raise CoreError(f"`{relation.name}`", "the key of pairs is both columns")


def _form(form: patterns.Form, type_: ty.Known, place: str) -> None:
    """Only texts have a form, and some text has it."""
    if form and type_ != ty.TEXT:
        raise CoreError(place, f"{type_} has no form of texts")
    if any(size is not None and size < 0 for size in (form.shortest, form.longest)):
        raise CoreError(place, "no text has fewer characters than none")
    if form.longest is not None and form.longest < max(form.shortest or 0, 1):
        raise CoreError(place, f"no text has {patterns.sizes(form)}")
    for pattern in form.like:
        try:
            patterns.parts(pattern)
        except patterns.BrokenPattern as broken:
            raise CoreError(place, f"the pattern {pattern!r}: {broken.found}") from broken


def _condition(relation: ir.Relation, condition: ir.Condition, expressions: ExpressionVerifier) -> None:
    """A condition on the rows of a feed is about the stored columns of one row alone."""
    place = f"`{relation.name}`, the condition {condition.says!r}"
    if not isinstance(relation.source, ir.Feed):
        raise CoreError(place, "only rows of feeds have conditions")
    expressions.check(condition.holds, (relation,), place)
    if condition.holds.type != ty.BOOLEAN:
        raise CoreError(place, f"the condition has the type {condition.holds.type!r}")
    stored = {column.name for column in relation.stored}
    if not one_row(condition.holds, stored):
        raise CoreError(place, "it is not about the stored columns of its row alone")


def _key(relation: ir.Relation) -> None:
    stored = {column.name: column for column in relation.stored}
    if not relation.key:
        raise CoreError(f"`{relation.name}`", "it has no key")
    for part in relation.key:
        names = (part,) if isinstance(part, str) else (part.start, part.end)
        for name in names:
            if name not in stored:
                raise CoreError(f"`{relation.name}`", f"the key `{name}` is no stored column")
            if stored[name].event:
                raise CoreError(_place(relation, name), "an event is no key")
        if isinstance(part, str):
            if isinstance(stored[part].type, ty.Optional):
                raise CoreError(_place(relation, part), "a key is never missing")
        elif stored[part.start].type != ty.DATE or ty.known(stored[part.end].type) != ty.DATE:
            raise CoreError(_place(relation, part.start), "a range is from a date to a date or an optional one")


def _written_rows(relation: ir.Relation, rows: Sequence[tuple[ir.Value, ...]], relations: dict[str, ir.Relation]) -> None:
    names = [column.name for column in relation.stored]
    ranges: defaultdict[tuple[ir.Value, ...], list[tuple[datetime.date, ...]]] = defaultdict(list)
    for number, row in enumerate(rows, 1):
        place = f"`{relation.name}`, row {number}"
        if len(row) != len(relation.stored):
            raise CoreError(place, f"{len(row)} values for {len(relation.stored)} columns")
        for column, value in zip(relation.stored, row, strict=True):
            _value(value, column.type, _place(relation, column.name))
            _written_reference(column, value, relations, place)
        same = tuple(row[names.index(part)] for part in relation.key if isinstance(part, str))
        covered: list[datetime.date] = []
        for part in relation.key:
            if isinstance(part, ir.RangeKey):
                start, end = row[names.index(part.start)], row[names.index(part.end)]
                assert isinstance(start, datetime.date)
                covered += [start, end if isinstance(end, datetime.date) else datetime.date.max]
                if covered[-2] > covered[-1]:
                    raise CoreError(place, f"the range ends on {end} before it starts on {start}")
        for other in ranges[same]:
            pairs = zip(covered[::2], covered[1::2], other[::2], other[1::2], strict=True)
            if all(start <= last and first <= end for start, end, first, last in pairs):
                raise CoreError(place, "another row has the same key")
        ranges[same].append(tuple(covered))


def _written_reference(column: ir.StoredColumn, value: ir.Value, relations: dict[str, ir.Relation], place: str) -> None:
    """A reference written in the program to a row written in the program is to one that is there."""
    if column.reference is None or value is None:
        return
    target = relations[column.reference]
    if isinstance(target.source, ir.Rows) and isinstance(target.key[0], str):
        at = [c.name for c in target.stored].index(target.key[0])
        if all(row[at] != value for row in target.source.rows):
            raise CoreError(place, f"`{target.name}` has no row {value!r}")


def _requirement(requirement: ir.Requirement, expressions: ExpressionVerifier) -> None:
    place = f"requirement `{requirement.name}` of `{requirement.relation}`"
    relation = expressions.relations.get(requirement.relation)
    if relation is None:
        raise CoreError(place, "there is no such relation")
    _columns(relation, [f"{requirement.name}.{part}" for part in REQUIREMENT_COLUMNS], place)
    expressions.check(requirement.condition, (relation,), place)
    if requirement.condition.type != ty.BOOLEAN:
        raise CoreError(place, f"the condition has the type {requirement.condition.type!r}")


def _payment(payment: ir.Payment, program: ir.Program, relations: dict[str, ir.Relation]) -> None:
    place = f"payment `{payment.name}` of `{payment.relation}`"
    relation = relations.get(payment.relation)
    if relation is None:
        raise CoreError(place, "there is no such relation")
    _columns(relation, [f"{payment.name}.{part}" for part in PAYMENT_COLUMNS], place)
    _columns(relation, [step.column for step in payment.steps], place)
    for need in payment.needs:
        if not any(r.name == need and r.relation == payment.relation for r in program.requirements):
            raise CoreError(place, f"there is no requirement `{need}`")


def _columns(relation: ir.Relation, names: Sequence[str], place: str) -> None:
    there = {column.name for column in columns(relation)}
    for name in names:
        if name not in there:
            raise CoreError(place, f"`{relation.name}` has no column `{name}`")


def _output(output: ir.Output, expressions: ExpressionVerifier) -> None:
    place = f"output `{output.name}`"
    _unique((column.name for column in output.columns), place)
    for column in output.columns:
        check_type(column.type, expressions.relations, f"{place}, column `{column.name}`")
    for name in output.order:
        if name not in {column.name for column in output.columns}:
            raise CoreError(place, f"ordered by `{name}`, which it does not have")
    for part in output.parts:
        relation = expressions.relations.get(part.relation)
        if relation is None:
            raise CoreError(place, f"there is no relation `{part.relation}`")
        if len(part.cells) != len(output.columns):
            raise CoreError(place, f"{len(part.cells)} cells for {len(output.columns)} columns")
        for column, cell in zip(output.columns, part.cells, strict=True):
            where = f"{place}, column `{column.name}`, rows of `{part.relation}`"
            expressions.check(cell, (relation,), where)
            if cell.type != column.type:
                raise CoreError(where, f"the cell has the type {cell.type!r}, the column {column.type!r}")
        if part.where is not None:
            where = f"{place}, which rows of `{part.relation}`"
            expressions.check(part.where, (relation,), where)
            if part.where.type != ty.BOOLEAN:
                raise CoreError(where, f"the condition has the type {part.where.type!r}")


def _order(program: ir.Program) -> None:
    """Definitions read earlier columns of their own row only, and never themselves through other rows."""
    for relation in program.relations:
        there = {column.name for column in relation.stored}
        for derived in relation.derived:
            for read in reads(derived.definition, (relation.name,)):
                if read.own and read.column not in there:
                    raise CoreError(_place(relation, derived.name), f"reads `{read.column}`, which stands later")
            there.add(derived.name)
    try:
        TopologicalSorter(column_graph(program)).prepare()
    except CycleError as error:
        cycle: list[Node] = error.args[1]
        path = " from ".join(f"{name}.{column or 'known'}" for name, column in reversed(cycle))
        raise CoreError(_first(cycle), f"it is worked out from itself: {path}") from error


def _first(cycle: list[Node]) -> str:
    name, column = cycle[0]
    return f"`{name}`, column `{column}`" if column is not None else f"`{name}`, which rows are known"


def _events(program: ir.Program) -> None:
    """An event is read by one column, which hides what comes after the as-of date, and by `known`."""
    events = {(r.name, c.name) for r in program.relations for c in r.stored if c.event}
    masks: dict[tuple[str, str], str] = {}
    for relation in program.relations:
        for derived in relation.derived:
            hides = isinstance(derived.definition, ir.Case) and _asks_as_of(derived.definition)
            for read in reads(derived.definition, (relation.name,)):
                event = (read.relation, read.column or "")
                if event in events and not (read.own and hides and masks.setdefault(event, derived.name) == derived.name):
                    raise CoreError(_place(relation, derived.name), f"reads the event `{read.column}` directly")
    elsewhere = [(f"requirement `{r.name}`", r.relation, r.condition) for r in program.requirements]
    for output in program.outputs:
        place = f"output `{output.name}`"
        elsewhere += [(place, part.relation, cell) for part in output.parts for cell in expressions_of(part)]
    for place, name, expression in elsewhere:
        for read in reads(expression, (name,)):
            if (read.relation, read.column) in events:
                raise CoreError(place, f"reads the event `{read.column}` of `{read.relation}` directly")


def _asks_as_of(expression: ir.Expr) -> bool:
    return isinstance(expression, ir.AsOf) or any(_asks_as_of(child) for child, _ in children(expression))
