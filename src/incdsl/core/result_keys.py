"""What result files call the keys of the rows that they are about.

A key keeps its name, unless a result file has a column of that name already: then the name of its record stands before it, as
in `partner_name` for the key `name` of `Partner`. So it is in every result file alike, whether or not that one has the column.
Keys of several records that have the same name, but for letter case, share a column.
"""

from __future__ import annotations

import re

from incdsl.core import ir

COLUMNS = {
    *("program", "program_version", "relation", "payment", "requirement", "designation", "name", "value", "message"),
    *("status", "amount", "earned", "currency", "due_on", "reason"),
    *("actual", "needed", "short", "deadline", "label", "citation"),
    *("level", "next_level", "lacks"),
    *("result", "effect", "file", "refused_rows", "first_line"),
    *("worth", "payments"),
}
"""Every column that some result file has for every program."""


def snake_case(name: str) -> str:
    """`PurchaseLine` as `purchase_line`: the file of a record, and the field of a pair that refers to it."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def key_names(relation: ir.Relation) -> tuple[str, ...]:
    """The stored columns by which result files name a row of a relation."""
    return tuple(part.start if isinstance(part, ir.RangeKey) else part for part in relation.key)


def titles(program: ir.Program) -> dict[str, dict[str, str]]:
    """For each relation, the columns by which result files name its rows, each with what they call it, in order."""
    found: dict[str, dict[str, str]] = {}
    spelled: dict[str, str] = {}
    for relation in sorted(program.relations, key=lambda one: not one.derived):  # those with rules say how a name is spelled
        own = [name.casefold() for name in key_names(relation)]
        named: dict[str, str] = {}
        for name in key_names(relation):
            title = name
            while title.casefold() in COLUMNS or (title != name and title.casefold() in own):
                title = _longer(program, relation, name) if title == name else f"{title}_key"
            own.append(title.casefold())
            named[name] = spelled.setdefault(title.casefold(), title)
        found[relation.name] = named
    return found


def _longer(program: ir.Program, relation: ir.Relation, name: str) -> str:
    """A key with the name of its record before it; of a pair, which has none, with that of the key it refers to behind it."""
    if not isinstance(relation.source, ir.Pairs):
        return f"{snake_case(relation.name)}_{name}"
    (column,) = (column for column in relation.stored if column.name == name)
    assert column.reference is not None
    return f"{name}_{key_names(program.relation(column.reference))[0]}"
