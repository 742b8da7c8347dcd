"""For engines that read `0.20` as a binary floating point number: decimals written as text and cast."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from incdsl.backends.sql.dialect import cast
from incdsl.core import types as ty


def exact_literals(tree: exp.Expr, decimal: Callable[[int, int], exp.DataType]) -> exp.Expr:
    """The statement with every number that has decimals, or more digits than 64 bits hold, as a cast of its text;
    `decimal` gives the type for so many digits and decimals."""
    for literal in list(tree.find_all(exp.Literal)):
        if literal.is_string or ("." not in literal.name and len(literal.name) <= 18):
            continue
        whole, _, fraction = literal.name.partition(".")
        text = literal.name
        node: exp.Expr = literal
        if isinstance(node.parent, exp.Neg):
            node, text = node.parent, f"-{text}"
        written = exp.Literal.string(text)
        if isinstance(node.parent, exp.Cast):
            node.replace(written)
        else:
            node.replace(cast(written, decimal(max(len(whole) + len(fraction), ty.MAX_DIGITS), len(fraction))))
    return tree
