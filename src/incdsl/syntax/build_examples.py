"""Lark tree to AST: examples, rows in and results out."""

from __future__ import annotations

from lark import Token, Tree

from incdsl.syntax import ast
from incdsl.syntax.build_blocks import BlockBuilder, lines
from incdsl.syntax.build_expressions import the_tree


class ExampleBuilder(BlockBuilder):
    """Builds examples."""

    def example(self, tree: Tree[Token]) -> ast.Example | ast.Invalid:
        """An example; one with a line that did not parse would show something else, and is not built."""
        title, day = tree.children[:2]
        tables = lines(tree, "given", "expect")
        broken = [self.is_broken(part) for part in (tree, *tables)]
        if any(broken):
            return ast.Invalid(self.span(tree), ())
        return ast.Example(
            self.span(tree),
            self.text(title),
            self.date(day),
            self.each(self.rows, lines(tree, "given")),
            self.each(self.rows, lines(tree, "expect")),
        )

    def rows(self, tree: Tree[Token]) -> ast.ExampleTable:
        """The rows under `given` or `expect`."""
        name, header, *rows = tree.children
        return ast.ExampleTable(
            self.span(tree),
            self.identifier(name),
            self.names(the_tree(header)),
            self.each(self.row, map(the_tree, rows)),
        )

    def row(self, tree: Tree[Token]) -> tuple[ast.Expr | None, ...]:
        """The cells of one row."""
        return tuple(self._sample_cell(the_tree(cell)) for cell in tree.children)

    def _sample_cell(self, tree: Tree[Token]) -> ast.Expr | None:
        return None if tree.data == "blank" else self.expression(tree)
