"""Python code as a tree that knows where its lines may be broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

WIDTH = 120
"""Lines are broken, where they can be, to be no longer."""


@dataclass(frozen=True)
class Group:
    """Items between brackets. `bare` ones have their brackets only when they are broken over several lines; `before` and
    `after` stand outside the brackets."""

    open: str
    items: tuple[Code, ...]
    separator: str
    close: str
    bare: bool = False
    before: str = ""
    after: str = ""


Code = str | Group


def call(name: str, *arguments: Code) -> Group:
    """A call of a function."""
    return Group(f"{name}(", arguments, ", ", ")")


def infix(operator: str, operands: Sequence[Code]) -> Group:
    """Operands with an operator between them, in no brackets as long as they stand on one line."""
    return Group("(", tuple(operands), f" {operator} ", ")", bare=True)


def words(*items: Code) -> Group:
    """Items that follow each other, in no brackets as long as they stand on one line."""
    return Group("(", items, " ", ")", bare=True)


def around(before: str, code: Code, after: str) -> Code:
    """The code with text on both sides."""
    if isinstance(code, str):
        return f"{before}{code}{after}"
    return replace(code, before=before + code.before, after=code.after + after)


def bracketed(code: Code) -> Code:
    """The code in brackets of its own."""
    return (
        replace(code, bare=False)
        if isinstance(code, Group) and code.bare and not code.before + code.after
        else (f"({code})" if isinstance(code, str) else Group("(", (code,), "", ")"))
    )


def flat(code: Code) -> str:
    """The code on one line."""
    if isinstance(code, str):
        return code
    inside = code.separator.join(map(flat, code.items))
    if not code.bare:
        inside = f"{code.open}{inside}{code.close}"
    return f"{code.before}{inside}{code.after}"


def lines(code: Code, indent: int) -> Iterator[str]:
    """The code as lines, on one when it fits."""
    text = " " * indent + flat(code)
    if len(text) <= WIDTH or isinstance(code, str) or not code.items:
        yield text
        return
    if len(code.items) == 1 and isinstance(code.items[0], Group) and code.separator != ", ":
        only = code.items[0]
        yield from lines(
            around(code.before + ("" if code.bare else code.open), only, ("" if code.bare else code.close) + code.after), indent
        )
        return
    yield " " * indent + code.before + code.open
    for at, item in enumerate(code.items):
        lead = "" if at == 0 or code.separator == ", " else code.separator.strip() + " "
        yield from lines(around(lead.lstrip() if lead.strip() else "", item, "," if code.separator == ", " else ""), indent + 4)
    yield " " * indent + code.close + code.after
