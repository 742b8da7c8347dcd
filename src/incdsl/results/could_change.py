"""Which results refused rows could change: the table `result.could_change`.

A row says: of the rule `name` in the file `result`, the rows with these keys (blank: whatever their key) could `differ`,
because so many rows of `file`, refused, may belong to them; or are `missing`, because the row that they would be about was
itself refused. What is not listed does not depend on any refused row.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from incdsl.core import ir
from incdsl.core.influence import Link, Rule, first_result, result_keys, rules
from incdsl.core.result_keys import titles
from incdsl.feeds import FeedCount
from incdsl.feeds.quoting import identifier, text
from incdsl.feeds.refused import placed

NAME = "could_change"


def store_could_change(program: ir.Program, connection: duckdb.DuckDBPyConnection, counts: tuple[FeedCount, ...]) -> None:
    """Make `result.could_change` from the rows of `result.refused`; it does not read the results themselves."""
    keys = result_keys(program)
    columns = "".join(f"{identifier(key)} VARCHAR, " for key in keys)
    connection.execute(
        f"CREATE OR REPLACE TABLE result.{NAME} (program VARCHAR, program_version VARCHAR, result VARCHAR, name VARCHAR, "
        f"{columns}effect VARCHAR, file VARCHAR, refused_rows BIGINT, first_line BIGINT)"
    )
    files = {count.relation: count.file for count in counts if count.refused}
    for rule in rules(program) if files else ():
        for feed, file in files.items():
            links = [link for link in rule.links if link.feed == feed]
            if any(not link.pairs for link in links):
                links = [Link(feed)]
            found = [(_differing(program, rule, link, keys), "differ") for link in links]
            if feed == rule.relation:
                own = titles(program)[feed]
                found.append((_touched(feed, {title: key for key, title in own.items()}, keys), "missing"))
            for effect in dict.fromkeys(effect for _, effect in found):
                lines = " UNION ".join(query for query, own_effect in found if own_effect == effect)
                names = "".join(f"{identifier(key)}, " for key in keys)
                connection.execute(
                    f"INSERT INTO result.{NAME} SELECT {text(program.name)}, {text(program.version)}, {text(rule.result)}, "
                    f"{text(rule.name)}, {names}{text(effect)}, {text(file)}, count(*), "
                    f'min("#line") FROM ({lines}) GROUP BY ALL'
                )


def rows_wanted(program: ir.Program, counts: tuple[FeedCount, ...]) -> frozenset[str]:
    """The feeds whose used rows `store_could_change` looks at, as `feed."R"`."""
    refused = {count.relation for count in counts if count.refused}
    return frozenset(
        rule.relation
        for rule in (rules(program) if refused else ())
        if any(link.feed in refused and not _names_keys(program, rule, link) for link in rule.links)
    )


@dataclass(frozen=True)
class Doubt:
    """How far the results of one file can be relied on: of `rows` rows, `touched` could change by refused rows that name
    them; `unplaced` refused rows could change any; `missing` rows are not there because they were refused themselves."""

    result: str
    rows: int
    touched: int
    unplaced: int
    missing: int


def doubt(program: ir.Program, connection: duckdb.DuckDBPyConnection) -> Doubt | None:
    """What `result.could_change` says of the results of a run, of its first file with rules; None when no refused row matters
    or there are no rules yet."""
    output = first_result(program)
    if output is None:
        return None
    keys = result_keys(program)
    own = {column.name for column in output.columns}
    rule = output.columns[2].name
    of_file = f"FROM result.{NAME} WHERE result = {text(output.name)}"
    blank = " AND ".join(f"{identifier(key)} IS NULL" for key in keys)
    masks = ", ".join(f"{identifier(key)} IS NOT NULL" for key in keys)
    row = ", ".join(f"r.{identifier(name)}" for name in output.order)
    semi_joins = []
    for given in connection.execute(f"SELECT DISTINCT {masks} {of_file} AND effect = 'differ'").fetchall():
        named = [key for key, is_given in zip(keys, given, strict=True) if is_given and key in own]
        if named:
            equal = " AND ".join(f"r.{identifier(key)} = c.{identifier(key)}" for key in named)
            semi_joins.append(
                f"SELECT {row} FROM result.{identifier(output.name)} AS r SEMI JOIN "
                f"(SELECT * {of_file} AND effect = 'differ') AS c ON r.{identifier(rule)} = c.name AND {equal}"
            )
    touched = f"SELECT count(*) FROM ({' UNION '.join(semi_joins)})" if semi_joins else "SELECT 0"
    by_file = f"SELECT max(refused_rows) AS most {of_file} AND effect = 'differ' AND {blank} GROUP BY file"
    (found,) = connection.execute(
        f"SELECT (SELECT count(*) FROM result.{identifier(output.name)}), ({touched}), "
        f"(SELECT coalesce(sum(most), 0) FROM ({by_file})), "
        f"(SELECT coalesce(sum(refused_rows), 0) {of_file} AND effect = 'missing')"
    ).fetchall()
    counted = Doubt(output.name, *map(int, found))
    return counted if counted.touched or counted.unplaced or counted.missing else None


def _differing(program: ir.Program, rule: Rule, link: Link, keys: tuple[str, ...]) -> str:
    """A SELECT of the keys that refused rows touch, and their lines."""
    own = titles(program)[rule.relation]
    if _names_keys(program, rule, link):
        return _touched(link.feed, {own[to]: of for of, to in link.pairs if to in own}, keys)
    # The rows touched are told by columns that are no keys: they are found, and named by their keys.
    columns = "".join(f", {identifier(of)} AS {identifier(f'#{of}')}" for of in dict.fromkeys(of for of, _ in link.pairs))
    lines = f'SELECT "#line"{columns} FROM {placed(link.feed)}'
    equal = " AND ".join(
        f"({identifier(f'#{of}')} IS NULL OR {identifier(f'#{of}')} = CAST({identifier(to)} AS VARCHAR))" for of, to in link.pairs
    )
    columns_of = {title: key for key, title in own.items()}
    named = ", ".join(
        f"CAST(there.{identifier(columns_of[key])} AS VARCHAR) AS {identifier(key)}"
        if key in columns_of
        else f"NULL AS {identifier(key)}"
        for key in keys
    )
    return f'SELECT {named}, "#line" FROM ({lines}) AS came JOIN feed.{identifier(rule.relation)} AS there ON {equal}'


def _names_keys(program: ir.Program, rule: Rule, link: Link) -> bool:
    """Whether what refused rows say is enough to name the rows that they touch, without looking at those."""
    relation = program.relation(rule.relation)
    own = titles(program)[rule.relation]
    named = {to for _, to in link.pairs if to in own}
    return len(named) == len(link.pairs) or not isinstance(relation.source, ir.Feed)


def _touched(feed: str, columns: dict[str, str], keys: tuple[str, ...]) -> str:
    named = "".join(
        f"{identifier(columns[key])} AS {identifier(key)}, "
        if key in columns
        else f"CAST(NULL AS VARCHAR) AS {identifier(key)}, "
        for key in keys
    )
    return f'SELECT {named}"#line" FROM {placed(feed)}'
