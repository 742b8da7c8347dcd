"""Subqueries that a statement reads more than once, as tables that stand before it.

Some engines read a subquery that is worked out once in one process only, and know nothing of what is in it. As a table
it is read by as many as there are, with its statistics. Only rows that are numbered to group by are worth it: the others
are worked out again, which is what an engine does with them that streams.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlglot import exp


def shared_first(
    query: exp.Query, subqueries: Sequence[exp.CTE], table: exp.Table, schema: str
) -> Iterator[tuple[exp.Table, exp.Query]]:
    """The tables to make, and what of: first those of shared subqueries, in the schema, each called after `table` and
    itself, then `table` of the query."""
    named = {subquery.alias: subquery for subquery in subqueries}
    uses = {name: _used(subquery.this, named) for name, subquery in named.items()}
    counts = sum(uses.values(), _used(query, named))
    numbered: set[str] = set()
    for name, subquery in named.items():
        if subquery.args.get("materialized") or numbered & set(uses[name]):
            numbered.add(name)
    tables = {
        name: exp.table_(exp.to_identifier(f"{table.name}: {name}", quoted=True), db=exp.to_identifier(schema))
        for name in named
        if name in numbered and counts[name] > 1
    }
    for name, own in tables.items():
        yield own, _alone(named[name].this, named, uses, tables)
    yield table, _alone(query, named, uses, tables)


def _used(tree: exp.Expr, named: dict[str, exp.CTE]) -> Counter[str]:
    return Counter(table.name for table in tree.find_all(exp.Table) if not table.db and table.name in named)


def _alone(query: exp.Expr, named: dict[str, exp.CTE], uses: dict[str, Counter[str]], tables: dict[str, exp.Table]) -> exp.Query:
    """The query with the subqueries that it needs, those that are tables now read as such."""
    needed: set[str] = set()
    pending = list(_used(query, named))
    while pending:
        name = pending.pop()
        if name not in tables and name not in needed:
            needed.add(name)
            pending += uses[name]
    whole = query.copy()
    assert isinstance(whole, exp.Query)
    kept = [subquery.copy() for name, subquery in named.items() if name in needed]
    if kept:
        whole.set("with_", exp.With(expressions=kept))
    for read in list(whole.find_all(exp.Table)):
        if not read.db and read.name in tables:
            read.set("db", tables[read.name].args["db"].copy())
            read.set("this", tables[read.name].this.copy())
    return whole
