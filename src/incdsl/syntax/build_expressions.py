"""Lark tree to AST: expressions, types and provenance."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from lark import Token, Tree

from incdsl.diagnostic import Diagnostic
from incdsl.source import Source, Span
from incdsl.syntax import ast
from incdsl.syntax.errors.declarations import LabelNotFilledIn
from incdsl.syntax.errors.literals import MalformedDate
from incdsl.syntax.errors.words import ChainedComparison, MixedAndOr, UnclearRounding
from incdsl.syntax.layout import begin, finish
from incdsl.syntax.literals import read_date, read_number, read_places, read_whole_number
from incdsl.syntax.mistake import Mistake
from incdsl.syntax.other_dates import looks_like_date, readings

Child = Token | Tree[Token] | None

_BINARY = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "and": "and",
    "or": "or",
    "otherwise": "otherwise",
    "conditional": "if",
    "smaller": "smaller",
    "larger": "larger",
}

_AGGREGATES = {
    "sum_of": "sum",
    "count_distinct": "count_distinct",
    "largest_of": "largest",
    "smallest_of": "smallest",
    "latest_of": "latest",
    "earliest_of": "earliest",
}

_FILLED_IN = re.compile(r"\{\s*[^\W\d]\w*(?:\.\w+)*\s*\}")
"""A name or a path of names in braces, which a label of a `require` takes."""

_MONTHS = {"months_later": 1, "months_earlier": -1, "years_later": 12, "years_earlier": -12}
"""The months that one of the unit stands for, by the name of the tree."""

_WITH_WHERE = frozenset((*_AGGREGATES, "count_of", "any_of"))
_OPEN_ENDED = _WITH_WHERE | {"add", "subtract", "multiply", "negate", "smaller", "larger"}
"""The trees that end with an operand."""

_ENDS_WITH_A_PART = _WITH_WHERE | {"smaller", "larger", "otherwise", "conditional"}
"""The trees of which the last part might be taken for the whole: what follows could be about either."""

_ENDS_WITH_AN_OPERAND = frozenset(("and", "or", "not", "compare", "is_in", "is_between", "covers"))
"""The conditions that end with an operand."""

_BASIC_TYPES = {
    "text": "text",
    "boolean": "boolean",
    "whole_number": "whole number",
    "number_type": "number",
    "percent_type": "percent",
    "date_type": "date",
    "days_type": "days",
    "event": "event",
    "country": "country",
}


class ExpressionBuilder:
    """Builds the nodes of one source. What is written wrong inside a token raises `Mistake`; `found` are diagnostics of things
    that are built all the same."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Diagnostic] = []

    def span(self, node: Token | Tree[Token]) -> Span:
        """The stretch of text of a token or tree."""
        if isinstance(node, Token):
            return self.source.span(begin(node), finish(node))
        return self.source.span(node.meta.start_pos, node.meta.end_pos)

    def expression(self, node: Child) -> ast.Expr:
        """An expression."""
        tree = the_tree(node)
        span, children = self.span(tree), tree.children
        self._find_two_readings(tree)
        match tree.data:
            case "parentheses":
                return self.expression(children[0])
            case "compare" | "is_in" | "is_between" | "covers" | "is_given" | "is_missing":
                return self._comparison(tree)
            case "divide":
                return self._divide(tree)
            case "rounded":
                places = read_places(self.source, the_token(children[2]))
                return ast.Rounded(span, self.expression(children[0]), self.mode(children[1]), places)
            case data if data in _MONTHS:
                return self._months_later(tree)
            case "on_day":
                return ast.OnDay(span, self.expression(children[0]), self.expression(children[1]))
            case "not" | "negate":
                operator = "not" if tree.data == "not" else "-"
                return ast.Unary(span, operator, self.expression(children[0]))
            case "any_of" | "count_of":
                operator = "any" if tree.data == "any_of" else "count"
                return ast.Aggregate(span, operator, None, self.identifier(children[0]), self.optional(children[1]))
            case data if data in _AGGREGATES:
                value, relation, where = children
                return ast.Aggregate(
                    span, _AGGREGATES[data], self.expression(value), self.identifier(relation), self.optional(where)
                )
            case data if data in _BINARY:
                if data == "subtract" and looks_like_date(span.text):
                    raise Mistake(MalformedDate(span, span.text, readings(span.text)))
                return ast.Binary(span, _BINARY[data], self.expression(children[0]), self.expression(children[1]))
            case _:
                return self._atom(tree)

    def _find_two_readings(self, tree: Tree[Token]) -> None:
        """Finds what two readers may bind in two ways."""
        if tree.data == "or":
            for at, side in enumerate(map(the_tree, tree.children)):
                if side.data == "and":
                    one, two = map(self._text_of, side.children)
                    other = self._text_of(tree.children[1 - at])
                    bound, free = (f"({one} and {two})", other), (one, f"({two} or {other})")
                    if at:
                        bound, free = (other, bound[0]), (f"({other} or {one})", two)
                    self.found.append(MixedAndOr(self.span(tree), " or ".join(bound), " and ".join(free)))
        if tree.data in _ENDS_WITH_A_PART and isinstance(tree.children[-1], Tree):
            rounded = tree.children[-1]
            while rounded.data in _ENDS_WITH_AN_OPERAND:
                rounded = the_tree(rounded.children[-1])
            if rounded.data == "rounded":
                last = self.span(rounded.children[0])
                how = self.source.text[last.end : self.span(tree).end].strip()
                whole = self.source.text[self.span(tree).start : last.end]
                self.found.append(UnclearRounding(self.span(rounded), last.text, " ".join(whole.split()), " ".join(how.split())))

    def _text_of(self, node: Child) -> str:
        return " ".join(self.span(the_tree(node)).text.split())

    def _comparison(self, tree: Tree[Token]) -> ast.Expr:
        span, children = self.span(tree), tree.children
        self._refuse_open_where(tree)
        match tree.data:
            case "compare":
                return ast.Binary(span, str(children[1]), self.expression(children[0]), self.expression(children[2]))
            case "covers":
                return ast.Binary(span, "covers", self.expression(children[0]), self.expression(children[1]))
            case "is_in":
                return ast.In(span, self.expression(children[0]), tuple(map(self.expression, children[1:])))
            case "is_between":
                operand, first, last = map(self.expression, children)
                return ast.Between(span, operand, first, last)
            case _:
                return ast.IsGiven(span, self.expression(children[0]), tree.data == "is_given")

    def _refuse_open_where(self, tree: Tree[Token]) -> None:
        """Raises `Mistake` for `count of S where a = b >= 10`: the parse tables take the second comparison to be of
        the count, where a reader may take it to belong to the `where`."""
        left = the_tree(tree.children[0])
        operand = left
        while operand.data in _OPEN_ENDED and isinstance(operand.children[-1], Tree):
            if operand.data in _WITH_WHERE:
                rest = self.source.text[self.span(left).end : self.span(tree).end]
                start = self.span(left).end + len(rest) - len(rest.lstrip())
                second = rest.split()[0]
                span = self.source.span(start, start + len(second))
                raise Mistake(ChainedComparison(span, second, self.span(operand.children[-1]), True))
            operand = operand.children[-1]

    def _divide(self, tree: Tree[Token]) -> ast.Divide:
        left, right, places, mode = tree.children
        decimals = read_whole_number(self.source, the_token(places), "a number of places")
        return ast.Divide(self.span(tree), self.expression(left), self.expression(right), decimals, self.mode(mode))

    def _months_later(self, tree: Tree[Token]) -> ast.MonthsLater:
        operand, count, overflow = tree.children
        what = "a number of months" if tree.data.startswith("months") else "a number of years"
        months = read_whole_number(self.source, the_token(count), what) * _MONTHS[tree.data]
        return ast.MonthsLater(self.span(tree), self.expression(operand), months, str(the_tree(overflow).data))

    def _atom(self, tree: Tree[Token]) -> ast.Expr:
        span, children = self.span(tree), tree.children
        match tree.data:
            case "number":
                return ast.Number(span, read_number(self.source, the_token(children[0])))
            case "money":
                amount, currency = the_token(children[0]), the_token(children[1])
                return ast.Money(span, read_number(self.source, amount, currency), str(currency))
            case "percent":
                return ast.Percent(span, read_number(self.source, the_token(children[0])).scaleb(-2))
            case "days":
                return ast.Days(span, read_whole_number(self.source, the_token(children[0]), "a number of days"))
            case "date":
                return ast.Date(span, self.date_value(children[0]))
            case "string":
                return ast.String(span, self.text(children[0]))
            case "yes" | "no":
                return ast.Boolean(span, tree.data == "yes")
            case "name":
                return ast.Name(span, str(children[0]))
            case "this":
                return ast.This(span)
            case "member":
                return ast.Member(span, self.expression(children[0]), self.identifier(children[1]))
            case "row":
                return ast.Lookup(span, self.identifier(children[0]), tuple(map(self.expression, children[1:])))
            case data:
                raise AssertionError(f"no expression is called {data}")

    def optional(self, node: Child) -> ast.Expr | None:
        """An expression that may have been left out."""
        return None if node is None else self.expression(node)

    def mode(self, node: Child) -> str:
        """A rounding mode: half_up, half_even, up or down."""
        return str(the_tree(node).data)

    def identifier(self, node: Child) -> ast.Identifier:
        """A name where it stands."""
        token = the_token(node)
        return ast.Identifier(self.span(token), str(token))

    def date_value(self, node: Child) -> datetime.date:
        """The day that a date token names."""
        return read_date(self.source, the_token(node))

    def date(self, node: Child) -> ast.Date:
        """A date token as a node."""
        return ast.Date(self.span(the_token(node)), self.date_value(node))

    def text(self, node: Child) -> str:
        """What stands between the quotes of a string token."""
        return str(the_token(node))[1:-1]

    def label(self, node: Child) -> str | None:
        """The text of a string that may have been left out, and that is the same for every row: no name in it is filled in."""
        if node is None:
            return None
        for found in _FILLED_IN.finditer(the_token(node)):
            start = begin(the_token(node))
            span = self.source.span(start + found.start(), start + found.end())
            self.found.append(LabelNotFilledIn(span, found[0]))
        return self.text(node)

    def provenance(self, nodes: Sequence[Child]) -> ast.Provenance:
        """The citations, assumptions and accepted warnings among some children, in order; others are passed over."""
        found: list[ast.Cite | ast.Assumed | ast.Accept] = []
        for node in nodes:
            if not isinstance(node, Tree):
                continue
            if node.data == "cite":
                found.append(ast.Cite(self.span(node), self.identifier(node.children[0]), self.text(node.children[1])))
            elif node.data == "assumed":
                reason, other = node.children
                found.append(ast.Assumed(self.span(node), self.text(reason), self.optional(other)))
            elif node.data == "accept":
                *words, reason = map(the_token, node.children)
                code = ast.Identifier(self.span(words[0]).to(self.span(words[-1])), "-".join(words))
                found.append(ast.Accept(self.span(node), code, self.text(reason)))
        return tuple(found)

    def type(self, node: Child) -> ast.TypeExpr:
        """The type of a field, column or parameter."""
        tree = the_tree(node)
        span, children = self.span(tree), tree.children
        match tree.data:
            case "optional":
                return ast.OptionalType(span, self.type(children[0]))
            case "money_type":
                return ast.MoneyType(span, None if children[0] is None else str(children[0]))
            case "date_range" | "open_date_range":
                return ast.DateRangeType(span, tree.data == "open_date_range")
            case "one_of":
                *values, ordered = children
                return ast.OneOfType(span, tuple(map(self.identifier, values)), ordered is not None)
            case "named_type":
                return ast.NamedType(span, str(children[0]))
            case data:
                return ast.BasicType(span, _BASIC_TYPES[data])


def the_token(node: Child) -> Token:
    """A child that the grammar says is a token."""
    assert isinstance(node, Token)
    return node


def the_tree(node: Child) -> Tree[Token]:
    """A child that the grammar says is a tree."""
    assert isinstance(node, Tree)
    return node
