"""Lark tree to AST: declarations."""

from __future__ import annotations

from itertools import chain

from lark import Token, Tree

from incdsl.syntax import ast
from incdsl.syntax.build_blocks import broken, is_broken_line, is_provenance, lines
from incdsl.syntax.build_calendars import CalendarBuilder
from incdsl.syntax.build_examples import ExampleBuilder
from incdsl.syntax.build_expressions import Child, the_token, the_tree
from incdsl.syntax.build_rules import RuleBuilder
from incdsl.syntax.errors.declarations import DuplicateLine
from incdsl.syntax.literals import read_whole_number
from incdsl.syntax.mistake import Mistake

_TESTS = {"at_or_above": ">=", "above": ">", "at_or_below": "<=", "below": "<", "from_to": "..", "any_value": "any"}
"""The operator of a cell that is a test, by the name of its tree."""


class DeclarationBuilder(RuleBuilder, CalendarBuilder, ExampleBuilder):
    """Builds declarations."""

    def declaration(self, tree: Tree[Token]) -> ast.Declaration | ast.Invalid:
        """A declaration; raises `Mistake` for what it says that cannot be."""
        match tree.data:
            case "program":
                return self._program(tree)
            case "source":
                return self._source(tree)
            case "use":
                path = the_token(tree.children[0])
                return ast.Use(self.span(tree), ast.String(self.span(path), self.text(path)))
            case "record":
                return self._record(tree)
            case "calendar":
                return self.calendar(tree)
            case "param":
                return self._param(tree)
            case "table":
                return self._table(tree)
            case "for_each":
                return self._for_each(tree)
            case "designation":
                return self._designation(tree)
            case "example":
                return self.example(tree)
            case _:
                return self.invalid(tree)

    def invalid(self, tree: Tree[Token]) -> ast.Invalid:
        """A declaration or rule whose first line did not parse, with what it may have declared; raises `Mistake` for
        what a line under it says that cannot be, as there is nothing to build that into."""
        names = [name for token in broken(tree) for name in token.split()]
        if tree.data == "broken_for_each":
            names += [str(rule.children[0]) for rule in lines(tree, "let", "require", "pay", "invariant")]
        self.each(self._check, (child for child in tree.children if isinstance(child, Tree)))
        return ast.Invalid(self.span(tree), tuple(names))

    def _check(self, line: Tree[Token]) -> None:
        match line.data:
            case "let" | "require" | "pay" | "limit" | "invariant":
                self.rule(line)
            case "level":
                self._level(line)
            case "given" | "expect":
                self.each(self.row, lines(line, "rows_row"))
            case "field":
                self._field(line)
            case "must":
                self._must(line)
            case "table_row":
                self._table_row(line)
            case "rows_row":
                self.row(line)
            case "broken_rule" | "broken_line":
                self.invalid(line)
            case _:
                self.calendar_line(line)
                self.rule_line(line)

    def _program(self, tree: Tree[Token]) -> ast.Program:
        name, label = tree.children[:2]
        sponsor, currency = self.once(tree, "sponsor"), self.once(tree, "currency")
        return ast.Program(
            self.span(tree),
            self.identifier(name),
            self.label(label) or "",
            self.text(sponsor.children[0]) if sponsor else None,
            self.identifier(currency.children[0]) if currency else None,
            bool(broken(tree)),
        )

    def _source(self, tree: Tree[Token]) -> ast.SourceDocument:
        name, title = tree.children[:2]
        byline = self.once(tree, "byline")
        author, date, language = byline.children if byline else (None, None, None)
        return ast.SourceDocument(
            self.span(tree),
            self.identifier(name),
            self.text(title),
            None if author is None else self.text(author),
            None if date is None else self.date(date),
            None if language is None else str(language),
        )

    def _record(self, tree: Tree[Token]) -> ast.Record:
        name, label = tree.children[:2]
        dated_by, typically = self.once(tree, "dated_by"), self.once(tree, "typically")
        return ast.Record(
            self.span(tree),
            self.identifier(name),
            self.label(label),
            self.each(self._field, lines(tree, "field")),
            self.each(self._must, lines(tree, "must")),
            self.identifier(dated_by.children[0]) if dated_by else None,
            self._typically(typically) if typically else None,
            self.is_broken(tree),
        )

    def _typically(self, tree: Tree[Token]) -> ast.Typically:
        count, per = tree.children
        rows = read_whole_number(self.source, the_token(count), "a number of rows")
        return ast.Typically(self.span(tree), rows, None if per is None else self.identifier(per))

    def _field(self, tree: Tree[Token]) -> ast.Field:
        name, label, type_, *rest = tree.children
        key, least, most = (self.once(tree, data) for data in ("key", "at_least", "at_most"))
        return ast.Field(
            self.span(tree),
            self.identifier(name),
            self.label(label),
            self.type(type_),
            key is not None,
            self.expression(least.children[0]) if least else None,
            self.expression(most.children[0]) if most else None,
            self._form(tree),
            self.provenance(rest),
        )

    def _form(self, tree: Tree[Token]) -> ast.Form | None:
        """What a field says of the look of its texts: one `like`, and how many characters they have, in one way."""
        like, *lengths = (self.once(tree, data) for data in ("like", "exact_characters", "fewest_characters", "most_characters"))
        said = [line for line in (like, *lengths) if line is not None]
        if not said:
            return None
        exact, fewest, most = (self._characters(line) if line else None for line in lengths)
        if exact is not None and (fewest, most) != (None, None):
            first, second, *_ = sorted((self.span(line) for line in lengths if line), key=lambda span: span.start)
            raise Mistake(DuplicateLine(second, first, "field", "... characters"))
        spans = sorted(map(self.span, said), key=lambda span: span.start)
        patterns = [ast.String(self.span(token), self.text(token)) for token in like.children] if like else []
        return ast.Form(
            spans[0].to(spans[-1]),
            fewest if exact is None else exact,
            most if exact is None else exact,
            tuple(patterns),
        )

    def _characters(self, tree: Tree[Token]) -> int:
        return read_whole_number(self.source, the_token(tree.children[0]), "a number of characters")

    def _must(self, tree: Tree[Token]) -> ast.Must:
        condition, label, *rest = tree.children
        return ast.Must(self.span(tree), self.expression(condition), self.label(label), self.provenance(rest))

    def _param(self, tree: Tree[Token]) -> ast.Param | ast.Invalid:
        name, label, type_, value, *rest = tree.children
        value = the_tree(value)
        dated = value.data == "dated"
        if dated and self.is_broken(value):
            return ast.Invalid(self.span(tree), (str(name),))
        return ast.Param(
            self.span(tree),
            self.identifier(name),
            self.label(label),
            self.type(type_),
            None if dated else self.expression(value),
            self.provenance(value.children if dated else rest),
            self.tier_lines(value) if dated else (),
        )

    def _table(self, tree: Tree[Token]) -> ast.Table:
        name, label, policy, *rest = tree.children
        header = self.once(tree, "table_header")
        return ast.Table(
            self.span(tree),
            self.identifier(name),
            self.label(label),
            tuple(self._column(the_tree(column)) for column in header.children) if header else (),
            self.each(self._table_row, lines(tree, "table_row")),
            self.provenance(rest),
            self.is_broken(tree),
            str(the_tree(policy).data),
        )

    def _column(self, tree: Tree[Token]) -> ast.TableColumn:
        key, name, label, type_ = tree.children
        return ast.TableColumn(self.span(tree), self.identifier(name), self.label(label), self.type(type_), key is not None)

    def _table_row(self, tree: Tree[Token]) -> ast.TableRow:
        cells = [child for child in tree.children if not is_provenance(child)]
        return ast.TableRow(self.span(tree), tuple(map(self._table_cell, cells)), self.provenance(tree.children))

    def _table_cell(self, node: Child) -> ast.Expr | ast.CellTest:
        tree = the_tree(node)
        if tree.data not in _TESTS:
            return self.expression(tree)
        first, last = (*map(self.expression, tree.children), None, None)[:2]
        return ast.CellTest(self.span(tree), _TESTS[tree.data], first, last)

    def _for_each(self, tree: Tree[Token]) -> ast.ForEach:
        relation, per, *rest = tree.children
        self.body_is_missing(tree)
        rules = self.each(self._rules, map(the_tree, rest))
        calendar = None if per is None else self.identifier(per)
        return ast.ForEach(self.span(tree), self.identifier(relation), tuple(chain.from_iterable(rules)), calendar)

    def _rules(self, tree: Tree[Token]) -> list[ast.Rule | ast.Invalid]:
        """A rule, and those that may have been lost under it."""
        if tree.data == "broken_rule":
            return [self.invalid(tree)]
        lost = [token for token in tree.scan_values(is_broken_line) if token]
        return [self.rule(tree), *(ast.Invalid(self.span(token), tuple(token.split())) for token in lost)]

    def _designation(self, tree: Tree[Token]) -> ast.Designation:
        name, label, relation, *rest = tree.children
        is_broken = self.is_broken(tree)
        return ast.Designation(
            self.span(tree),
            self.identifier(name),
            self.label(label),
            self.identifier(relation),
            self.each(self.let, lines(tree, "let")),
            self.each(self._level, lines(tree, "level")),
            self.provenance(rest),
            is_broken or any(True for _ in tree.scan_values(is_broken_line)),
            tuple(name for token in tree.scan_values(is_broken_line) for name in token.split()),
        )

    def _level(self, tree: Tree[Token]) -> ast.Level:
        name, label, *rest = tree.children
        self.body_is_missing(tree)
        return ast.Level(
            self.span(tree),
            self.identifier(name),
            self.label(label),
            self.each(self.require, lines(tree, "require")),
            self.provenance(rest),
        )
