"""What to say about a name that means nothing where it stands, when it means something elsewhere."""

from __future__ import annotations

import re

from incdsl.core import ir
from incdsl.semantics.calendars import named_periods
from incdsl.semantics.environment import Environment, Relation
from incdsl.semantics.values import Scope
from incdsl.syntax import ast

_ELSEWHERE = {
    **dict.fromkeys(("true", "TRUE", "True"), "write `yes`"),
    **dict.fromkeys(("false", "FALSE", "False"), "write `no`"),
    **dict.fromkeys(
        ("null", "NULL", "Null", "none", "None", "nil", "blank", "empty"),
        "whether there is a value is asked with `is given` and `is missing`",
    ),
    **dict.fromkeys(
        ("today", "now", "as_of", "asof", "current_date"),
        "a rule does not read the day of a run: what holds by a day is a `by` line of a requirement, and what is known on the "
        "as-of date decides by itself",
    ),
}
"""Words that stand for something in other languages."""

_NAME = re.compile(r"[^\W\d]\w*")


def hint(env: Environment, name: str, scope: Scope) -> str:
    """The help for a name; empty when nothing is known."""
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    relation = env.relations.get(name)
    if relation is not None and isinstance(relation.node, ast.Calendar | ast.Table):
        return row_hint(relation, "", ())
    for row in (scope.inner, scope.row):
        if row is not None and name in row.rules:
            return not_read(row, name)
    found = period(env, name)
    return f"write `{found}` if the period is meant" if found else ""


def not_read(relation: Relation, name: str) -> str:
    """The help where the payment or requirement of a name is read as a value; empty when there is none."""
    match relation.rules.get(name):
        case ast.Pay():
            return "what a payment comes to cannot be read: give what it is worked out from a name with `let`, and use that here"
        case ast.Require() | ast.Invariant():
            return "whether a requirement is met cannot be read: give its condition a name with `let`, and use that here"
        case _:
            return ""


def period(env: Environment, text: str) -> str:
    """How the period of a name is written, `Half[h1]` or `Month["2024-02"]`; empty when no calendar has it."""
    plain = re.sub(r"\s*-\s*", "-", " ".join(text.strip('"').split()))
    for name in env.calendars:
        node = env.relations[name].node
        assert isinstance(node, ast.Calendar)
        if any(plain == known for known, _, _ in named_periods(node)):
            return f"{name}[{period_name(plain)}]"
    return ""


def period_name(name: str) -> str:
    """The name of a period as a lookup has it: in quotes where it is no name of the language."""
    return name if _NAME.fullmatch(name) else f'"{name}"'


def row_hint(relation: Relation, key: str, keys: tuple[ir.Value, ...]) -> str:
    """The help where a calendar or table itself stands, followed by a name that may be one of its keys."""
    if key in keys:
        return f"write `{relation.name}[{period_name(key)}]`"
    if isinstance(relation.node, ast.Calendar):
        return f"name one of its periods, as in {_example(relation)}"
    return f"name one of its rows by the key: `{relation.name}[{', '.join(column.name for column in relation.keys)}]`"


def _example(relation: Relation) -> str:
    assert isinstance(relation.node, ast.Calendar)
    names = [name for name, _, _ in named_periods(relation.node)][:2]
    return " or ".join(f"`{relation.name}[{period_name(name)}]`" for name in names)


def key_hint(relation: Relation, node: ast.Expr) -> str:
    """The help for what is no key of a calendar; empty for other relations."""
    if not isinstance(relation.node, ast.Calendar):
        return ""
    plain = re.sub(r"\s*-\s*", "-", " ".join(node.span.text.split()))
    if any(plain == known for known, _, _ in named_periods(relation.node)):
        return f"write the name of the period in quotes: `{period_name(plain)}`"
    return (
        f"name a period, as in {_example(relation)}; rules for the period that a day lies in stand under "
        f"`for each ... per {relation.name}`"
    )
