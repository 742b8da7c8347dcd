"""Lark tree to AST: what declarations and rules with lines under them have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from lark import Token, Tree

from incdsl.diagnostic import Diagnostic
from incdsl.source import Source, Span
from incdsl.syntax import ast
from incdsl.syntax.build_expressions import Child, ExpressionBuilder
from incdsl.syntax.errors.declarations import DuplicateLine, MissingBody
from incdsl.syntax.mistake import Mistake

Built = TypeVar("Built")


class BlockBuilder(ExpressionBuilder):
    """Knows the lines of a block. `BROKEN…` tokens stand where lines did not parse; the text of one is the names that
    the line may have declared. `mistakes` are diagnostics of lines that are not built: what is built is of use only when there
    are none."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.mistakes: list[Diagnostic] = []

    def each(self, build: Callable[[Tree[Token]], Built], lines: Iterable[Tree[Token]]) -> tuple[Built, ...]:
        """What is built of some lines; the mistakes of those of which nothing can be are kept."""
        built = []
        for line in lines:
            try:
                built.append(build(line))
            except Mistake as mistake:
                self.mistakes.append(mistake.diagnostic)
        return tuple(built)

    def body_is_missing(self, tree: Tree[Token]) -> bool:
        """Whether nothing stands under a declaration or rule; said once, where its first line ends."""
        words, first, needed = _BODIES[tree.data]
        if any(isinstance(child, Tree) or is_broken_line(child) for child in tree.children[first:]):
            return False
        self.found.append(MissingBody(self.first_line(tree), words, needed))
        return True

    def is_broken(self, tree: Tree[Token]) -> bool:
        """Whether a line directly under a declaration or rule did not parse, or there is none."""
        return any(map(is_broken_line, tree.children)) or self.body_is_missing(tree)

    def first_line(self, tree: Tree[Token]) -> Span:
        """The first line of a declaration or rule."""
        span = self.span(tree)
        return self.source.span(span.start, span.start + len(span.text.split("\n", 1)[0].rstrip()))

    def once(self, tree: Tree[Token], data: str) -> Tree[Token] | None:
        """The line of that kind, if there is one; a second one is a mistake."""
        found = lines(tree, data)
        if len(found) > 1:
            first, second = self.span(found[0]), self.span(found[1])
            raise Mistake(DuplicateLine(second, first, str(tree.data), _LINES[data]))
        return found[0] if found else None

    def names(self, tree: Tree[Token]) -> tuple[ast.Identifier, ...]:
        """The names that stand directly in a tree."""
        return tuple(self.identifier(child) for child in tree.children if isinstance(child, Token))


_BODIES = {
    "record": ("record", 2, "the fields of the record, as in `id text key`"),
    "calendar": ("calendar", 2, "the periods, as in `spring 2015-01-25 through 2015-04-25`"),
    "dated": ("by date", 0, "the days with their values, as in `from 2015-01-25  20%`"),
    "table": ("table", 3, "the names of the columns between `|`, then the rows"),
    "for_each": ("for each", 2, "rules that start with `let`, `require` or `pay`"),
    "tiers": ("by", 1, "the bounds with their values, as in `from 10,000 USD  5%`"),
    "rate_of_whole": ("rate by", 1, "the bounds with their rates, as in `from 10,000 USD  5%`"),
    "rate_of_slice": ("rate per slice", 0, "the bounds with their rates, as in `from 10,000 USD  5%`"),
    "require": ("require", 2, "what is required, as in `that volume >= 57,500 USD`"),
    "pay": ("pay", 2, "the steps of the payment, as in `amount 5% * volume`"),
    "invariant": ("invariant", 2, "what always holds, as in `that rebate <= 20% * volume`"),
    "designation": ("designation", 3, "its levels, the highest first, as in `level Advanced`"),
    "level": ("level", 2, "what the level requires, as in `require managers` with a `that` line under it"),
    "example": ("example", 2, "rows under `given RECORD`, and what comes out of them under `expect payouts`"),
    "given": ("given", 1, "the names of the columns between `|`, then the rows"),
    "expect": ("expect", 1, "the names of the columns between `|`, then the rows"),
}
"""For each tree that needs something under it: the words it starts with, where
its lines start among the children, and what is needed."""

_LINES = {
    "sponsor": "sponsor",
    "currency": "currency",
    "byline": "by",
    "dated_by": "dated by",
    "typically": "typically",
    "key": "key",
    "at_least": "at least",
    "at_most": "at most",
    "fewest_characters": "at least ... characters",
    "most_characters": "at most ... characters",
    "exact_characters": "of ... characters",
    "like": "like",
    "table_header": "column names",
    "that": "that",
    "year_end": "years end",
    "long_quarter": "week 53",
}


def lines(tree: Tree[Token], *kinds: str) -> list[Tree[Token]]:
    """The lines of those kinds directly in a tree, in order."""
    return [child for child in tree.children if isinstance(child, Tree) and child.data in kinds]


def broken(tree: Tree[Token]) -> list[Token]:
    """The tokens directly in a tree that stand for lines that did not parse."""
    return [child for child in tree.children if isinstance(child, Token) and is_broken_line(child)]


def is_broken_line(node: Child) -> bool:
    """Whether a child stands for a line that did not parse, or for a block with such a first line."""
    if isinstance(node, Tree):
        return node.data in ("broken_line", "broken_rule")
    return isinstance(node, Token) and node.type.startswith("BROKEN")


def is_provenance(node: Child) -> bool:
    """Whether a child is a citation, an assumption or an accepted warning."""
    return isinstance(node, Tree) and node.data in ("cite", "assumed", "accept")
