"""Which rows of a table may be at fault, as SQL of the engine that has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from incdsl.backends.sql import row_condition_in
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.engines.in_place.values import Unfit, Value, Words
from incdsl.feeds.references import reference
from incdsl.feeds.staging import date_ranges

Rows = Callable[[Sequence[str]], str]
"""The rows of a table with some of its fields, as an item of FROM: the columns by which rows are told apart, and k0, k1, …"""


def referred(program: ir.Program, relation: ir.Relation) -> tuple[dict[str, ir.Relation], dict[str, list[ir.Value]]]:
    """By the field that refers to them: the relations whose rows a relation refers to, and the keys of those that the program
    has itself."""
    targets: dict[str, ir.Relation] = {}
    known: dict[str, list[ir.Value]] = {}
    for column in relation.stored:
        found = reference(column, program)
        if found is None:
            continue
        if isinstance(found.target.source, ir.Rows):
            (key,) = found.target.key
            at = next(at for at, one in enumerate(found.target.stored) if one.name == key)
            known[column.name] = [row[at] for row in found.target.source.rows]
        else:
            targets[column.name] = found.target
    return targets, known


def faults_of_row(
    words: Words, relation: ir.Relation, names: Mapping[str, str], known: Mapping[str, Sequence[ir.Value]]
) -> list[str]:
    """What may be wrong with a row by itself, beyond the faults of its values; each is a condition over the fields, which have
    these names. Raises Unfit."""
    faults = [fault for field in relation.stored for fault in words.of_type(names[field.name], field)]
    faults += [f"{names[end]} < {names[start]}" for start, end in date_ranges(relation)]
    for field in relation.stored:
        if field.name in known:
            keys = [words.literal(key, field.type) for key in known[field.name]]
            faults.append(f"{names[field.name]} NOT IN ({', '.join(keys)})" if keys else f"{names[field.name]} IS NOT NULL")
    for condition in relation.conditions:
        holds = row_condition_in(words.dialect, condition.holds, names)
        if holds is None:
            raise Unfit
        faults.append(f"{holds} IS DISTINCT FROM true")
    return faults


def faults_of_keys(relation: ir.Relation, values: Mapping[str, Value]) -> str:
    """Whether a row has a fault in a value that other rows are told by, so that it is not known which those are."""
    told = {part for key in relation.key for part in ((key.start, key.end) if isinstance(key, ir.RangeKey) else (key,))}
    told |= {column.name for column in relation.stored if isinstance(ty.known(column.type), ty.Row)}
    return " OR ".join(fault for name in sorted(told) for fault in values[name].faults) or "false"


def doubts_of_rows(
    words: Words, relation: ir.Relation, rows: Rows, references: Mapping[str, str], may_share: bool = True
) -> list[str]:
    """SELECTs of the rows that may be at fault beside others: those with a reference to no key of a used row (of which
    `references` has SELECTs, by the field), that share a key, if any may, or whose date ranges overlap within one."""
    doubts = [
        f"SELECT {words.told} FROM {rows((name,))} WHERE k0 IS NOT NULL "
        f"AND NOT EXISTS (SELECT 1 FROM ({keys}) AS known(key) WHERE known.key = k0)"
        for name, keys in references.items()
    ]
    key = key_of(relation)
    columns = ", ".join(f"k{at}" for at in range(len(key)))
    there = " AND ".join(f"k{at} IS NOT NULL" for at in range(len(key))) or "true"
    ranges = [part for part in relation.key if isinstance(part, ir.RangeKey)]
    if ranges:
        (dates,) = ranges
        first, last = f"k{len(key)}", f"coalesce(k{len(key) + 1}, DATE '9999-12-31')"
        by_key = f"PARTITION BY {columns} " if key else ""
        before = f"({by_key}ORDER BY first ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
        ranged = (
            f"SELECT {words.told}{', ' if key else ''}{columns}, {first} AS first, {last} AS last "
            f"FROM {rows((*key, dates.start, dates.end))} WHERE {there} AND {first} IS NOT NULL AND {last} >= {first}"
        )
        others = f"max(last) OVER {before} AS before, lead(first) OVER ({by_key}ORDER BY first) AS after"
        beside = f"SELECT {words.told}, first, last, {others} FROM ({ranged}) AS ranged"
        doubts.append(f"SELECT {words.told} FROM ({beside}) AS beside WHERE before >= first OR after <= last")
    elif key and may_share:
        twice = f"SELECT {columns} FROM {rows(key)} WHERE {there} GROUP BY {columns} HAVING count(*) > 1"
        doubts.append(f"SELECT {words.told} FROM {rows(key)} JOIN ({twice}) AS twice USING ({columns})")
    return doubts


def key_of(relation: ir.Relation) -> tuple[str, ...]:
    """The fields of a key but for its date range."""
    return tuple(part for part in relation.key if isinstance(part, str))
