"""Lark tree to AST: the rules of a `for each`."""

from __future__ import annotations

from lark import Token, Tree

from incdsl.syntax import ast
from incdsl.syntax.build_blocks import BlockBuilder, is_provenance, lines
from incdsl.syntax.build_expressions import Child, the_token, the_tree
from incdsl.syntax.errors.declarations import MissingLine
from incdsl.syntax.literals import read_number, read_places, read_whole_number

_STEPS = {
    "amount": "amount",
    "base": "base",
    "rate": "rate",
    "rate_of_whole": "rate",
    "rate_of_slice": "rate",
    "plus": "plus",
    "cap": "at_most",
    "floor": "at_least",
    "round": "round",
    "due": "due",
}
"""The kind of a step, by the name of its tree."""


class RuleBuilder(BlockBuilder):
    """Builds rules."""

    def rule(self, tree: Tree[Token]) -> ast.Rule | ast.Invalid:
        """A rule that was read; raises `Mistake` for what it says that cannot be."""
        match tree.data:
            case "let":
                return self.let(tree)
            case "require":
                return self.require(tree)
            case "pay":
                return self._pay(tree)
            case "limit":
                return self._limit(tree)
            case "invariant":
                return self._invariant(tree)
            case data:
                raise AssertionError(f"no rule is called {data}")

    def rule_line(self, tree: Tree[Token]) -> None:
        """Raises `Mistake` for what a line of a rule says that cannot be."""
        match tree.data:
            case "except":
                self._except(tree)
            case "tier_from" | "tier_below":
                self._tier(tree)
            case "when" | "that" | "done" | "by":
                self._require_line(tree)
            case data if data in _STEPS:
                self._step(tree)
            case _:
                pass

    # --- let ---------------------------------------------------------------------------------------------

    def let(self, tree: Tree[Token]) -> ast.Let:
        """A derived value: one expression or tiers, and its exceptions."""
        name, label, value, *rest = tree.children
        value = the_tree(value)
        tiered = value.data == "tiers"
        under = value.children[1:] if tiered else rest
        return ast.Let(
            self.span(tree),
            self.identifier(name),
            self.label(label),
            self.tiers(value, value.children[0]) if tiered else self.expression(value),
            self.provenance(under),
            self.each(self._except, lines(value if tiered else tree, "except")),
        )

    def _except(self, tree: Tree[Token]) -> ast.Except:
        value, condition, *rest = tree.children
        return ast.Except(self.span(tree), self.expression(value), self.expression(condition), self.provenance(rest))

    def tiers(self, tree: Tree[Token], subject: Child) -> ast.Tiers:
        """The tiers of a block; without a subject they go by something that is said elsewhere."""
        return ast.Tiers(self.span(tree), self.optional(subject), self.tier_lines(tree), self.is_broken(tree))

    def tier_lines(self, tree: Tree[Token]) -> tuple[ast.Tier, ...]:
        """The tiers directly in a tree."""
        return self.each(self._tier, lines(tree, "tier_from", "tier_below"))

    def _tier(self, tree: Tree[Token]) -> ast.Tier:
        bound, value, *rest = tree.children
        from_ = tree.data == "tier_from"
        return ast.Tier(self.span(tree), from_, self.expression(bound), self.expression(value), self.provenance(rest))

    # --- require -----------------------------------------------------------------------------------------

    def require(self, tree: Tree[Token]) -> ast.Require:
        """A requirement with its lines."""
        name, label, *rest = tree.children
        return ast.Require(
            self.span(tree),
            self.identifier(name),
            None if label is None else ast.String(self.span(the_token(label)), self.text(label)),
            self.each(self._require_line, lines(tree, "when", "that", "done", "by")),
            self.provenance(rest),
            self.is_broken(tree),
            self.each(self._after, lines(tree, "after")),
        )

    def _after(self, tree: Tree[Token]) -> ast.After:
        return ast.After(self.span(tree), self.names(tree), self.provenance(tree.children))

    def _require_line(self, tree: Tree[Token]) -> ast.RequireLine:
        value, *rest = tree.children
        return ast.RequireLine(self.span(tree), str(tree.data), self.expression(value), self.provenance(rest))

    # --- pay ---------------------------------------------------------------------------------------------

    def _pay(self, tree: Tree[Token]) -> ast.Pay:
        name, label, *rest = tree.children
        return ast.Pay(
            self.span(tree),
            self.identifier(name),
            self.label(label),
            self.each(self._needs, lines(tree, "needs")),
            self.each(self._step, lines(tree, *_STEPS)),
            self.provenance(rest),
            self.is_broken(tree),
        )

    def _needs(self, tree: Tree[Token]) -> ast.Needs:
        return ast.Needs(self.span(tree), self.names(tree), self.provenance(tree.children))

    def _step(self, tree: Tree[Token]) -> ast.PayStep:
        span, kind = self.span(tree), _STEPS[tree.data]
        match tree.data:
            case "round":
                mode, unit, *rest = tree.children
                places = read_places(self.source, the_token(unit))
                return ast.PayStep(span, kind, None, places, self.mode(mode), self.provenance(rest))
            case "rate_of_whole" | "rate_of_slice":
                per_slice = tree.data == "rate_of_slice"
                tiers = self.tiers(tree, None if per_slice else tree.children[0])
                provenance = self.provenance(tree.children)
                return ast.PayStep(span, kind, tiers, None, None, provenance, per_slice)
            case _:
                value, *rest = tree.children
                return ast.PayStep(span, kind, self.expression(value), None, None, self.provenance(rest))

    # --- limit and invariant -----------------------------------------------------------------------------

    def _limit(self, tree: Tree[Token]) -> ast.Limit:
        (most,) = lines(tree, "most_rows", "money")
        (order,) = lines(tree, "limit_order")
        number, unit = self._most(most)
        return ast.Limit(
            self.span(tree),
            self.names(tree),
            number,
            unit,
            self.each(self._limit_key, lines(tree, "per", "per_period")),
            tuple(map(self.expression, order.children)),
            self.provenance(tree.children),
        )

    def _most(self, tree: Tree[Token]) -> tuple[ast.Number | ast.Money, ast.Identifier | None]:
        """What a limit allows, and the word for what it counts."""
        if tree.data == "money":
            amount = self.expression(tree)
            assert isinstance(amount, ast.Money)
            return amount, None
        count, unit = tree.children
        token = the_token(count)
        read_whole_number(self.source, token, "a number of rows")
        return ast.Number(self.span(token), read_number(self.source, token)), None if unit is None else self.identifier(unit)

    def _limit_key(self, tree: Tree[Token]) -> ast.Expr | ast.PerPeriod:
        if tree.data == "per":
            return self.expression(tree.children[0])
        calendar, day = tree.children
        return ast.PerPeriod(self.span(tree), self.identifier(calendar), self.expression(day))

    def _invariant(self, tree: Tree[Token]) -> ast.Invariant | ast.Invalid:
        name, label, *rest = tree.children
        that = self.once(tree, "that")
        if that is None:
            if not self.is_broken(tree):
                line = "that rebate <= 20% * volume"
                self.found.append(MissingLine(self.first_line(tree), "invariant", "that", line))
            return ast.Invalid(self.span(tree), (str(name),))
        under = [*rest, *that.children]
        return ast.Invariant(
            self.span(tree),
            self.identifier(name),
            self.label(label),
            self.expression(that.children[0]),
            self.provenance([child for child in under if is_provenance(child)]),
        )
