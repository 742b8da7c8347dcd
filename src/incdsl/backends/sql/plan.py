"""What a statement reads of each relation: the plan that `build` turns into subqueries.

Planning takes expressions apart. Each lookup becomes a column of the row it starts from, fetched by one join
per relation and keys; each aggregate becomes a column too, filled by a grouped subquery that serves all
aggregates over the same relation with the same equality conditions. What is left of an expression is a
scalar over columns. In these columns depth 0 and 1 mean what they mean in the core, and `PAIR` is a column
fetched for a pair of an aggregated row and the row around it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import assert_never

from incdsl.backends.sql.expressions import (
    columns_read,
    constant,
    depths,
    key_columns,
    lifted,
    with_operands,
)
from incdsl.backends.sql.script import UnsupportedInTarget
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.dependencies import columns, conjuncts

PAIR = -1


class Names:
    """Hands out names that no earlier one equals when letter case is put aside, as SQL engines do."""

    def __init__(self, taken: tuple[str, ...] = ()) -> None:
        self._taken = {name.casefold() for name in taken}

    def unique(self, wanted: str) -> str:
        """The name wanted, with a number when it is taken."""
        name, count = wanted, 1
        while name.casefold() in self._taken:
            count += 1
            name = f"{wanted} {count}"
        self._taken.add(name.casefold())
        return name


@dataclass(eq=False)
class Link:
    """One join to the row of a relation with these keys; `fetched` maps its columns (None: is there one) to the
    names they get, which end in `described`. `always` when the row is known to exist."""

    alias: str
    described: str
    target: RowsPlan
    keys: tuple[ir.Expr, ...]
    always: bool
    fetched: dict[str | None, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fold:
    """One aggregate as a column: over which rows, under which conditions, of what value. `outer` are the columns of
    the row around that it reads, itself or to look something up."""

    column: str
    operator: str
    inner: RowsPlan
    conditions: tuple[ir.Expr, ...]
    value: ir.Expr | None
    type: ty.Type
    outer: frozenset[str]

    @property
    def equalities(self) -> frozenset[tuple[ir.Expr, ir.Expr]]:
        """The conditions that equate something of the aggregated row with something of the row around it, in
        this order; rows are matched by them."""
        return frozenset(pair for condition in self.conditions if (pair := equality(condition)) is not None)

    @property
    def pair_columns(self) -> frozenset[str]:
        """The columns it reads that are fetched for a pair of rows."""
        return frozenset(name for name, depth in _read_by(self.conditions, self.value) if depth == PAIR)


def _read_by(conditions: Iterable[ir.Expr], value: ir.Expr | None) -> set[tuple[str, int]]:
    parts = (*conditions, *(() if value is None else (value,)))
    return {read for part in parts for read in columns_read(part)}


def equality(condition: ir.Expr) -> tuple[ir.Expr, ir.Expr] | None:
    """The two sides of `aggregated row's = row around's`, or None when the condition is of another form."""
    if isinstance(condition, ir.Operation) and condition.operator == "equal":
        left, right = condition.operands
        match (depths(left), depths(right)):
            case (inner, outer) if inner == {0} and outer == {1}:
                return left, right
            case (outer, inner) if inner == {0} and outer == {1}:
                return right, left
    return None


@dataclass(frozen=True)
class Computed:
    """A derived column that is left to compute, with its definition as a scalar."""

    column: ir.DerivedColumn
    definition: ir.Expr


@dataclass(eq=False)
class RowsPlan:
    """What one use of a relation reads: columns that are there (`present`), and what has to be added to them."""

    relation: ir.Relation
    present: tuple[str, ...]
    used: set[str] = field(default_factory=set)
    uses: set[RowsPlan] = field(default_factory=set)
    links: dict[tuple[str, tuple[ir.Expr, ...]], Link] = field(default_factory=dict)
    pair_links: dict[tuple[RowsPlan, str, tuple[ir.Expr, ...]], Link] = field(default_factory=dict)
    folds: dict[tuple[object, ...], Fold] = field(default_factory=dict)
    computed: dict[str, Computed] = field(default_factory=dict)
    known: ir.Expr | None = None
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        own = tuple(column.name for column in columns(self.relation))
        self.names = Names(own)

    @property
    def plain(self) -> bool:
        """Whether the rows can be read as they are."""
        return not (self.links or self.folds or self.computed or self.known is not None)

    def reaches(self, other: RowsPlan) -> bool:
        """Whether it uses that plan, directly or not, or is that plan."""
        return self is other or any(used.reaches(other) for used in self.uses)


class Planner:
    """Plans the relations that one statement reads. `stages` says which tables stand before it: relation name to
    the columns that its latest table has."""

    def __init__(self, program: ir.Program, tables: dict[str, tuple[str, ...]]) -> None:
        self.program = program
        self.tables = tables
        self.others: dict[str, list[RowsPlan]] = {}

    def rows(self, name: str) -> RowsPlan:
        """A new plan for the rows of a relation, as its latest table or its source has them, with their key."""
        relation = self.program.relation(name)
        tabled = self.tables.get(name)
        present = tabled if tabled is not None else tuple(column.name for column in relation.stored)
        plan = RowsPlan(relation, present)
        for part in key_columns(relation):
            self.need(plan, part)
        if isinstance(relation.source, ir.Pairs) and tabled is None:
            for side in (relation.source.left, relation.source.right):
                self.other(plan, side)
        if relation.known is not None and tabled is None:
            plan.known = self.row(plan, self._spelled_out(relation, relation.known))
        return plan

    def other(self, user: RowsPlan, name: str) -> RowsPlan:
        """The plan for a relation that the rows of `user` look things up in or aggregate: one for all uses, unless it
        uses `user` itself."""
        plans = self.others.setdefault(name, [])
        found = next((plan for plan in plans if not plan.reaches(user)), None)
        if found is None:
            found = self.rows(name)
            plans.append(found)
        user.uses.add(found)
        return found

    def need(self, plan: RowsPlan, name: str) -> None:
        """Make a column of the relation part of the plan."""
        if name in plan.used:
            return
        plan.used.add(name)
        if name in plan.present:
            return
        column = next(column for column in plan.relation.derived if column.name == name)
        match column.definition:
            case ir.Aggregate() as aggregate:
                found: ir.Expr = self._fold(plan, aggregate, name)
            case ir.Lookup(_, keys, str()) as lookup if all(depths(key) <= {0} for key in keys):
                found = self._fetch(plan, lookup, name)
            case definition:
                found = self.row(plan, definition)
        if found != ir.Column(name, column.type):
            plan.computed[name] = Computed(column, found)

    def row(self, plan: RowsPlan, expr: ir.Expr) -> ir.Expr:
        """The expression, which stands in a row of the plan, as a scalar over its columns."""
        match expr:
            case ir.Literal() | ir.Param() | ir.AsOf():
                return expr
            case ir.Column():
                return self._column(plan, expr)
            case ir.Lookup():
                return self._fetch(plan, expr, None)
            case ir.Aggregate():
                return self._fold(plan, expr, None)
            case ir.Operation() | ir.Case():
                return with_operands(expr, lambda operand: self.row(plan, operand))
            case _:
                assert_never(expr)

    def _column(self, plan: RowsPlan, column: ir.Column) -> ir.Expr:
        """A column of the plan's rows, or its definition where that reads no row."""
        definition = constant(plan.relation, column.name)
        if definition is not None:
            return definition
        self.need(plan, column.name)
        return column

    def _fetch(self, plan: RowsPlan, lookup: ir.Lookup, wanted: str | None) -> ir.Column:
        keys = tuple(self.row(plan, key) for key in lookup.keys)
        link = plan.links.get((lookup.relation, keys))
        if link is None:
            target = self.other(plan, lookup.relation)
            link = plan.links[(lookup.relation, keys)] = new_link(plan.names, lookup, keys, target)
        return self._fetched(plan, link, lookup, wanted)

    def _fetched(self, plan: RowsPlan, link: Link, lookup: ir.Lookup, wanted: str | None) -> ir.Column:
        link.always = link.always or always_found(lookup)
        if lookup.column is not None:
            self.need(link.target, lookup.column)
        if lookup.column not in link.fetched:
            described = f"{lookup.column or 'row'} of {link.described}"
            link.fetched[lookup.column] = wanted or plan.names.unique(described)
        return ir.Column(link.fetched[lookup.column], lookup.type)

    def _fold(self, plan: RowsPlan, aggregate: ir.Aggregate, wanted: str | None) -> ir.Column:
        inner = self.other(plan, aggregate.relation)
        conditions = tuple(self._pair(plan, inner, condition) for condition in dict.fromkeys(conjuncts(aggregate.where)))
        value = None if aggregate.value is None else self._pair(plan, inner, aggregate.value)
        key = (aggregate.operator, inner, frozenset(conditions), value, aggregate.type)
        if key not in plan.folds:
            name = wanted or plan.names.unique(f"{aggregate.operator} of {aggregate.relation}")
            outer = self._outer(plan, _read_by(conditions, value))
            plan.folds[key] = Fold(name, aggregate.operator, inner, conditions, value, aggregate.type, outer)
        return ir.Column(plan.folds[key].column, aggregate.type)

    def _outer(self, plan: RowsPlan, read: set[tuple[str, int]]) -> frozenset[str]:
        """The columns of the row around among those read, by way of lookups for a pair of rows too."""
        found = {name for name, depth in read if depth == 1}
        for link in plan.pair_links.values():
            if any((name, PAIR) in read for name in link.fetched.values()):
                found |= self._outer(plan, _read_by(link.keys, None))
        return frozenset(found)

    def _pair(self, outer: RowsPlan, inner: RowsPlan, expr: ir.Expr) -> ir.Expr:
        """An expression inside an aggregate, which sees a row of `inner` at depth 0 and one of `outer` at 1."""
        match expr:
            case ir.Literal() | ir.Param() | ir.AsOf():
                return expr
            case ir.Column(_, _, depth):
                return self._column((inner, outer)[depth], expr)
            case ir.Operation() | ir.Case():
                return with_operands(expr, lambda operand: self._pair(outer, inner, operand))
            case ir.Lookup() | ir.Aggregate():
                read = depths(expr)
                if read == {0}:
                    return self.row(inner, expr)
                if 0 not in read:
                    found = self.row(outer, lifted(expr))
                    assert isinstance(found, ir.Column)
                    return replace(found, depth=1)
                if isinstance(expr, ir.Aggregate):
                    raise UnsupportedInTarget(
                        f"an aggregate over {expr.relation} inside one over {inner.relation.name} that reads both the row "
                        f"of {inner.relation.name} and the row of {outer.relation.name}"
                    )
                return self._pair_fetch(outer, inner, expr)
            case _:
                assert_never(expr)

    def _pair_fetch(self, outer: RowsPlan, inner: RowsPlan, lookup: ir.Lookup) -> ir.Column:
        keys = tuple(self._pair(outer, inner, key) for key in lookup.keys)
        place = (inner, lookup.relation, keys)
        if place not in outer.pair_links:
            outer.pair_links[place] = new_link(outer.names, lookup, keys, self.other(outer, lookup.relation))
        return replace(self._fetched(outer, outer.pair_links[place], lookup, None), depth=PAIR)

    def _spelled_out(self, relation: ir.Relation, expr: ir.Expr) -> ir.Expr:
        """The condition of known rows with derived columns replaced by what defines them: rows that are not
        known are put aside before anything is derived."""
        definitions = {column.name: column.definition for column in relation.derived}
        match expr:
            case ir.Column(name, _, 0) if name in definitions:
                return self._spelled_out(relation, definitions[name])
            case ir.Lookup(_, keys):
                return replace(expr, keys=tuple(self._spelled_out(relation, key) for key in keys))
            case ir.Operation() | ir.Case():
                return with_operands(expr, lambda operand: self._spelled_out(relation, operand))
            case ir.Aggregate():
                raise UnsupportedInTarget(f"the rows of {relation.name} that are known depend on an aggregate")
            case _:
                return expr


def always_found(lookup: ir.Lookup) -> bool:
    """Whether a lookup finds its row for every row around it, and not only where a test around it has held: where a
    reference that may be missing is known to be given, the row is certain, and elsewhere there is none."""
    return lookup.certain and all(
        isinstance(key, ir.Column) or (isinstance(key, ir.Lookup) and always_found(key)) for key in lookup.keys
    )


def new_link(names: Names, lookup: ir.Lookup, keys: tuple[ir.Expr, ...], target: RowsPlan) -> Link:
    """A link named after the key column when one column is the key, else after the relation."""
    match keys:
        case (ir.Column(name),):
            alias, described = f"{lookup.relation} of {name}", name
        case _:
            alias, described = f"{lookup.relation} row", lookup.relation
    return Link(names.unique(alias), described, target, keys, always_found(lookup))
