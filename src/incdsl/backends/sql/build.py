"""Plans as SQL: the rows of a relation as a chain of named subqueries, one per rule of the program.

The chain of a relation: first its rows with all that can be looked up from them, then, if it has aggregates, one
grouped subquery per set of rows aggregated, and then rule by rule its derived columns. Rows get a number to group by
(`row number`), so that the grouped subqueries have one small key whatever the relation's own key is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from incdsl.backends.sql import folded, marks, pieces
from incdsl.backends.sql.aggregates import Group, group_folds, static_bounds
from incdsl.backends.sql.expressions import columns_read, key_columns
from incdsl.backends.sql.order import in_order, own_columns, pair_links, ready, rule, wanted_first
from incdsl.backends.sql.periods import Period
from incdsl.backends.sql.pieces import resolver
from incdsl.backends.sql.plan import PAIR, Computed, Fold, Link, Names, Planner, RowsPlan
from incdsl.backends.sql.running import Running, running
from incdsl.backends.sql.scalar import Resolve, Scalars
from incdsl.backends.sql.script import DERIVED, FEED
from incdsl.core import ir
from incdsl.core import types as ty

ROW_NUMBER = "row number"
_THIS = "this"
_EACH = "each"
_PERIOD = "period"
_DAY = "its day"


@dataclass
class Chain:
    """How far the rows of a plan have got: the table to read on from, and the columns it has."""

    source: exp.Table
    columns: list[str]
    numbered: bool = False


@dataclass
class Builder:
    """Builds the subqueries of one statement. `stage_tables` names the table of each relation that has one; `feeds`
    collects the plans whose rows come straight from a feed."""

    program: ir.Program
    planner: Planner
    scalars: Scalars
    stage_tables: dict[str, str]
    subqueries: list[exp.CTE] = field(default_factory=list)
    feeds: list[RowsPlan] = field(default_factory=list)
    _names: Names = field(default_factory=Names)
    _sources: dict[RowsPlan, exp.Table] = field(default_factory=dict)

    def chain(self, plan: RowsPlan, name: str, read_once: bool = True) -> Chain:
        """Everything the plan asks for, as subqueries; `name` is what the first one is called."""
        links = list(plan.links.values())
        folds = list(plan.folds.values())
        computed = in_order(plan)
        frames = self.scalars.dialect.group_frames
        before = {fold: found for fold in folds if frames and (found := running(plan, fold)) is not None}
        plan.used |= {read for fold in before for part in _parts(fold) for read, _ in columns_read(part)}
        groups = group_folds(plan, [fold for fold in folds if fold not in before], self.scalars.dialect.lists_days)
        numbered = any(group.correlated and not group.keyed for group in groups)
        chain = self._rows(plan, name, links, numbered, read_once)
        while True:
            self._link(chain, links)
            self._compute(chain, computed, wanted_first(computed, links, folds))
            now = [fold for fold in folds if fold.outer <= set(chain.columns)]
            if now:
                folds = [fold for fold in folds if fold not in now]
                self._run(plan, chain, {fold: before[fold] for fold in now if fold in before})
                self._fold(plan, chain, [fold for fold in now if fold not in before])
            elif not links and not folds:
                break
        self._compute(chain, computed, {item.column.name for item in computed})
        return chain

    def source(self, plan: RowsPlan) -> exp.Table:
        """The rows of a plan that the statement looks things up in or aggregates."""
        if plan not in self._sources:
            self._sources[plan] = self.chain(plan, plan.relation.name, read_once=False).source
        return self._sources[plan].copy()

    # --- the first subquery of a chain -----------------------------------------------------------------

    def _rows(self, plan: RowsPlan, name: str, links: list[Link], number: bool, read_once: bool) -> Chain:
        base = self._base(plan)
        present = [column for column in plan.present if column in plan.used]
        if plan.plain:
            return Chain(base, present)
        available = set(present)
        joined = ready(links, available)
        for link in joined:
            links.remove(link)
        select, fetched = self._joined(base, joined)
        resolve = resolver({0: _THIS}, fetched)
        columns: list[exp.Expr] = [pieces.column(_THIS, column) for column in present]
        if number:
            key = [pieces.column(_THIS, part) for part in key_columns(plan.relation)]
            columns.insert(0, exp.alias_(self.scalars.dialect.row_number(key), ROW_NUMBER, quoted=True))
        columns += [exp.alias_(value, column, quoted=True) for column, value in fetched.items()]
        select = select.select(*columns, copy=False)
        if plan.known is not None:
            # The links that the condition needs start from stored columns, so they are all joined here.
            select = select.where(self.scalars.compile(plan.known, resolve), copy=False)
        source = self._subquery(
            name, select, pieces.note(plan.relation.origin, plan.relation.label), True if number else None if read_once else False
        )
        return Chain(source, [*present, *fetched], number)

    def _base(self, plan: RowsPlan) -> exp.Table:
        relation = plan.relation
        if relation.name in self.stage_tables:
            return exp.table_(pieces.quoted(self.stage_tables[relation.name]), db=pieces.quoted(DERIVED))
        match relation.source:
            case ir.Feed():
                self.feeds.append(plan)
                return exp.table_(pieces.quoted(relation.name), db=pieces.quoted(FEED))
            case ir.Rows(rows):
                return self._written(plan, rows)
            case ir.Pairs(left, right):
                return self._paired(plan, left, right)

    def _written(self, plan: RowsPlan, rows: Sequence[tuple[ir.Value, ...]]) -> exp.Table:
        """The rows written in the program; only the columns that are used."""
        relation = plan.relation
        name = relation.name if plan.plain else f"{relation.name} rows"
        places = [place for place, column in enumerate(relation.stored) if column.name in plan.used]
        select = pieces.written([relation.stored[place] for place in places], places, rows, self.scalars)
        return self._subquery(name, select, pieces.note(relation.origin, relation.label), None)

    def _paired(self, plan: RowsPlan, left: str, right: str) -> exp.Table:
        parts = []
        for side, alias in ((left, "left"), (right, "right")):
            relation = self.program.relation(side)
            parts += [(alias, part) for part in relation.key if isinstance(part, str)]
        columns = [
            exp.alias_(pieces.column(alias, part), column.name, quoted=True)
            for (alias, part), column in zip(parts, plan.relation.stored, strict=True)
        ]
        select = exp.select(*columns).from_(pieces.aliased(self.source(self.planner.other(plan, left)), "left"))
        select = select.join(pieces.aliased(self.source(self.planner.other(plan, right)), "right"), join_type="cross", copy=False)
        return self._subquery(f"{plan.relation.name} pairs", select, "", None)

    # --- lookups ----------------------------------------------------------------------------------------

    def _link(self, chain: Chain, links: list[Link]) -> None:
        """Join the links whose keys have come within reach since the first subquery."""
        joined = ready(links, set(chain.columns))
        if not joined:
            return
        for link in joined:
            links.remove(link)
        select, fetched = self._joined(chain.source, joined)
        columns = [exp.Column(this=exp.Star(), table=pieces.quoted(_THIS))]
        select = select.select(*columns, copy=False)
        select = select.select(*(exp.alias_(value, column, quoted=True) for column, value in fetched.items()), copy=False)
        chain.source = self._subquery(f"with {' and '.join(link.described for link in joined)}", select, "", None)
        chain.columns += fetched

    def _joined(self, base: exp.Table, links: Sequence[Link]) -> tuple[exp.Select, dict[str, exp.Expr]]:
        """A query from `base` joined with each link, without columns, and the columns fetched."""
        select = exp.select().from_(pieces.aliased(base, _THIS))
        fetched: dict[str, exp.Expr] = {}
        for link in links:
            select = self._join(select, link, resolver({0: _THIS}, fetched))
            fetched |= self._fetched(link)
        return select, fetched

    def _join(self, select: exp.Select, link: Link, resolve: Resolve) -> exp.Select:
        relation = link.target.relation
        conditions: list[exp.Expr] = []
        for part, key in zip(relation.key, link.keys, strict=True):
            value = self.scalars.compile(key, resolve)
            if isinstance(part, str):
                conditions.append(exp.EQ(this=pieces.column(link.alias, part), expression=value))
                continue
            conditions.append(exp.GTE(this=value, expression=pieces.column(link.alias, part.start)))
            last = exp.LTE(this=value.copy(), expression=pieces.column(link.alias, part.end))
            end = next(column for column in relation.stored if column.name == part.end)
            if isinstance(end.type, ty.Optional):
                missing = exp.Is(this=pieces.column(link.alias, part.end), expression=exp.null())
                conditions.append(exp.paren(exp.or_(missing, last, copy=False), copy=False))
            else:
                conditions.append(last)
        always = link.always and relation.known is None
        return select.join(
            pieces.aliased(self.source(link.target), link.alias),
            on=exp.and_(*conditions, copy=False),
            join_type="inner" if always else "left",
            copy=False,
        )

    def _fetched(self, link: Link) -> dict[str, exp.Expr]:
        relation = link.target.relation
        first = relation.key[0]
        marker = first if isinstance(first, str) else first.start
        found: dict[str, exp.Expr] = {}
        for column, name in link.fetched.items():
            if column is None:
                found[name] = exp.Not(this=exp.Is(this=pieces.column(link.alias, marker), expression=exp.null()))
            else:
                found[name] = pieces.column(link.alias, column)
        return found

    # --- rules ------------------------------------------------------------------------------------------

    def _compute(self, chain: Chain, computed: list[Computed], wanted: set[str]) -> None:
        """Add the wanted columns that can be computed, rule by rule in the order written."""
        while True:
            layer: list[Computed] = []
            for item in computed:
                within = own_columns(item.definition) <= set(chain.columns)
                if item.column.name in wanted and within and (not layer or rule(item) == rule(layer[0])):
                    layer.append(item)
            if not layer:
                return
            columns: list[exp.Expr] = [exp.Star()]
            for item in layer:
                computed.remove(item)
                sql = self.scalars.compile(item.definition, resolver({0: None}, {}))
                columns.append(
                    exp.alias_(self.scalars.exactly(sql, item.definition.type, item.column.type), item.column.name, quoted=True)
                )
            select = exp.select(*columns).from_(chain.source.copy())
            origin = layer[0].column
            chain.source = self._subquery(rule(layer[0]), select, pieces.note(origin.origin, origin.label), None)
            chain.columns += [item.column.name for item in layer]

    # --- aggregates -------------------------------------------------------------------------------------

    def _run(self, plan: RowsPlan, chain: Chain, folds: Mapping[Fold, Running]) -> None:
        """Add the columns of aggregates over the rows that come before each row."""
        if not folds:
            return
        made = {fold.column: folded.over_earlier(fold, rows, self.scalars) for fold, rows in folds.items()}
        select = exp.select(exp.Column(this=exp.Star(), table=pieces.quoted(_THIS))).from_(pieces.aliased(chain.source, _THIS))
        if self.scalars.dialect.narrow_windows and plan.relation.key and plan.relation.name in self.stage_tables:
            # Sorting costs by the column: only those that are needed are sorted, and each row finds what was made of it.
            order = self._in_order(plan, made)
            select = select.join(order.copy(), on=folded.same_row(plan.relation, order), join_type="left", copy=False)
            made = {column: pieces.column(order.name, column) for column in made}
        for fold in folds:
            value = exp.alias_(folded.or_nothing(fold, made[fold.column], self.scalars), fold.column, quoted=True)
            select = select.select(value, copy=False)
        chain.source = self._subquery(f"{plan.relation.name} in order", select, "", None)
        chain.columns += made

    def _in_order(self, plan: RowsPlan, made: Mapping[str, exp.Expr]) -> exp.Table:
        """The rows of a table with their key and what is made of the rows before each."""
        shown = {**{part: pieces.column(_THIS, part) for part in key_columns(plan.relation)}, **made}
        columns = (exp.alias_(value, column, quoted=True) for column, value in shown.items())
        select = exp.select(*columns).from_(pieces.aliased(self._base(plan), _THIS))
        return self._subquery(f"order of {plan.relation.name}", select, "", None)

    def _fold(self, plan: RowsPlan, chain: Chain, folds: Sequence[Fold]) -> None:
        """Add the columns of aggregates: a grouped subquery per set of rows, and one that joins them all."""
        if not folds:
            return
        select = exp.select(exp.Column(this=exp.Star(), table=pieces.quoted(_THIS))).from_(pieces.aliased(chain.source, _THIS))
        for group in group_folds(plan, folds, self.scalars.dialect.lists_days):
            source = self._keyed(plan, group) if group.keyed else self._grouped(plan, chain, group)
            if group.keyed:
                select = select.join(source.copy(), on=folded.same_key(source, group, self.scalars), join_type="left", copy=False)
            elif group.correlated:
                same_row = exp.EQ(this=pieces.column(source.name, ROW_NUMBER), expression=pieces.column(_THIS, ROW_NUMBER))
                select = select.join(source.copy(), on=same_row, join_type="left", copy=False)
            else:
                select = select.join(source.copy(), join_type="cross", copy=False)
            for fold in group.folds:
                value = folded.or_nothing(fold, pieces.column(source.name, fold.column), self.scalars)
                select = select.select(exp.alias_(value, fold.column, quoted=True), copy=False)
        described = " and ".join(dict.fromkeys(fold.inner.relation.name for fold in folds))
        chain.source = self._subquery(f"{plan.relation.name} with {described}", select, "", None)
        chain.columns += [fold.column for fold in folds]

    def _keyed(self, plan: RowsPlan, group: Group) -> exp.Table:
        """Rows aggregated by what they match in the row around."""
        resolve = resolver({0: _EACH}, {})
        group, rows = self._aggregable(group)
        select = exp.select().from_(pieces.aliased(rows, _EACH))
        keys = [self.scalars.compile(inner, resolve) for inner, _ in group.matching]
        if group.listed is not None:
            keys.append(pieces.column(_EACH, _DAY))
        if group.period is not None:
            select = self._by_day(select, group.period, resolve)
            keys.append(pieces.column(_PERIOD, group.period.by))
        named = {folded.key(number): key for number, key in enumerate(keys, 1)}
        return self._aggregated(f"{group.inner.relation.name} of {plan.relation.name}", select, named, plan, group, resolve)

    def _grouped(self, plan: RowsPlan, chain: Chain, group: Group) -> exp.Table:
        """Rows aggregated for each of the rows around that they match."""
        group, rows = self._aggregable(group)
        inner = pieces.aliased(rows, _EACH)
        resolve = resolver({0: _EACH, 1: _THIS}, {})
        sides = ((self.scalars.compile(one, resolve), self.scalars.compile(other, resolve)) for one, other in group.matching)
        conditions = [exp.EQ(this=one, expression=other) for one, other in sides]
        if group.correlated:
            select = exp.select().from_(pieces.aliased(chain.source, _THIS))
            select = select.join(inner, on=exp.and_(*conditions, copy=False) if conditions else exp.true(), copy=False)
        else:
            select = exp.select().from_(inner)
        if group.period is not None:
            same = exp.EQ(
                this=pieces.column(_PERIOD, group.period.by), expression=self.scalars.compile(group.period.matched, resolve)
            )
            select = self._by_day(select, group.period, resolve, same)
        fetched: dict[str, exp.Expr] = {}
        for link in pair_links(plan, group):
            select = self._join(select, link, resolver({0: _EACH, 1: _THIS}, fetched, PAIR))
            fetched |= self._fetched(link)
        resolve = resolver({0: _EACH, 1: _THIS}, fetched, PAIR)
        inner_name = group.inner.relation.name
        if not group.correlated:
            return self._aggregated(f"all {inner_name}", select, {}, plan, group, resolve)
        keys: dict[str, exp.Expr] = {ROW_NUMBER: pieces.column(_THIS, ROW_NUMBER)}
        return self._aggregated(f"{inner_name} of {plan.relation.name}", select, keys, plan, group, resolve)

    def _aggregable(self, group: Group) -> tuple[Group, exp.Table]:
        """The group as it aggregates the rows of a table, and the table: the rows of the relation with more columns where the
        group needs them, and each row once for each of its days if these are listed."""
        source, name = self.source(group.inner), group.inner.relation.name
        if group.listed is not None:
            day = self.scalars.dialect.each_day(pieces.column(None, group.listed.start), pieces.column(None, group.listed.end))
            days = exp.select(exp.Star(), exp.alias_(day, _DAY, quoted=True)).from_(source)
            source = self._subquery(f"days of {name}", days, "", None)
        if marks.counted(group) is not None:
            group, told = marks.told_apart(group)
            if told:
                tests = {test: self.scalars.compile(expr, resolver({0: None}, {})) for expr, test in told.items()}
                select = exp.select(exp.Star(), *(exp.alias_(sql, test, quoted=True) for test, sql in tests.items()))
                source = self._subquery(f"{name} told apart", select.from_(source), "", None)
        return group, source

    def _by_day(self, select: exp.Select, period: Period, resolve: Resolve, *conditions: exp.Expr) -> exp.Select:
        """The query joined with the days of the periods, by the day of the aggregated row."""
        table = self.source(period.link.target)
        day = self.scalars.dialect.each_day(pieces.column(None, period.start), pieces.column(None, period.end))
        days = exp.select(pieces.column(None, period.by), exp.alias_(day, "day", quoted=True)).from_(table)
        source = self._subquery(f"days of {period.link.target.relation.name}", days, "", None)
        same = exp.EQ(this=pieces.column(_PERIOD, "day"), expression=self.scalars.compile(period.day, resolve))
        return select.join(pieces.aliased(source, _PERIOD), on=exp.and_(same, *conditions, copy=False), copy=False)

    def _aggregated(
        self, name: str, select: exp.Select, keys: Mapping[str, exp.Expr], plan: RowsPlan, group: Group, resolve: Resolve
    ) -> exp.Table:
        """The query with the conditions and the aggregates of a group, a row for each of the keys."""
        beside = (*group.common, *static_bounds(plan, group))
        if beside:
            select = select.where(exp.and_(*(self.scalars.compile(c, resolve) for c in beside), copy=False), copy=False)
        filters = {fold: [self.scalars.compile(condition, resolve) for condition in own] for fold, own in group.members}
        value = marks.counted(group)
        if value is None:
            made = {fold.column: folded.aggregate(fold, filters[fold], resolve, self.scalars) for fold in group.folds}
        else:
            # One row for each value first: counting distinct values under several conditions costs a table for each.
            counting = self.scalars.compile(value, resolve)
            tested = {fold.column: exp.and_(*filters[fold], copy=False) for fold in group.folds if filters[fold]}
            made_marks, tests = marks.marked(tested, self.scalars.dialect.bits)
            needed = marks.any_mark(group)
            if needed is not None:
                select = select.where(self.scalars.compile(needed, resolve), copy=False)
            select = select.where(exp.Not(this=exp.Is(this=counting.copy(), expression=exp.null())), copy=False)
            source = self._select(f"distinct of {name}", select, keys, made_marks, counting)
            keys = {key: pieces.column(None, key) for key in keys}
            select = exp.select().from_(source)
            ones = {fold: [tests[fold.column]] if fold.column in tests else [] for fold in group.folds}
            made = {fold.column: self.scalars.dialect.aggregate("count", None, None, ones[fold]) for fold in group.folds}
        return self._select(name, select, keys, made)

    def _select(
        self, name: str, select: exp.Select, keys: Mapping[str, exp.Expr], made: Mapping[str, exp.Expr], *beside: exp.Expr
    ) -> exp.Table:
        """A subquery of keys, and of what is made of the rows of each; `beside` are keys that are not shown."""
        shown = {**keys, **made}
        select = select.select(*(exp.alias_(cell, column, quoted=True) for column, cell in shown.items()), copy=False)
        grouped = [key.copy() for key in (*keys.values(), *beside)]
        return self._subquery(name, select.group_by(*grouped, copy=False) if grouped else select, "", None)

    def _subquery(self, wanted: str, select: exp.Select, note: str, materialized: bool | None) -> exp.Table:
        name = self._names.unique(wanted)
        if note:
            select.add_comments([note], prepend=True)
        alias = exp.TableAlias(this=pieces.quoted(name))
        self.subqueries.append(exp.CTE(this=select, alias=alias, materialized=materialized))
        return exp.table_(pieces.quoted(name))


def _parts(fold: Fold) -> tuple[ir.Expr, ...]:
    return fold.conditions if fold.value is None else (*fold.conditions, fold.value)
