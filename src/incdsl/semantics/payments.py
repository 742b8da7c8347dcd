"""Payments as columns of the relation they are paid per row of: steps in the order written, limits, statuses."""

from __future__ import annotations

from decimal import Decimal

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.operators import common, result_type
from incdsl.semantics import errors, operations
from incdsl.semantics.constants import as_percentage
from incdsl.semantics.environment import Environment, Relation
from incdsl.semantics.expressions import Elaborator
from incdsl.semantics.limits import Bound, LimitBuilder
from incdsl.semantics.requirements import Columns
from incdsl.semantics.slices import elaborate_slices
from incdsl.semantics.statuses import EARNED, payment_status, reason
from incdsl.semantics.terms import missing, op, optional, resized, text
from incdsl.semantics.tiers import elaborate_tiers
from incdsl.semantics.values import Scope
from incdsl.syntax import ast

_FIRST = ("amount", "base")


class PaymentBuilder:
    """Turns the payments of one relation into columns."""

    def __init__(self, env: Environment, elaborator: Elaborator, relation: Relation, limits: LimitBuilder) -> None:
        self.env = env
        self.elaborator = elaborator
        self.relation = relation
        self.limits = limits
        self.scope = Scope(relation)

    def payment(self, node: ast.Pay) -> Columns | None:
        """The columns of a payment; None when something in it was wrong, which has been reported."""
        name = node.name.name
        needs = self._needs(node)
        currency = self.env.currency
        origin = self.env.origin(node, node.provenance, *(line.provenance for line in node.needs))
        due_origin = origin
        columns: list[ir.DerivedColumn] = []
        steps: list[ir.Step] = []
        amount: ir.Expr | None = None
        due: ir.Expr = missing(ty.DATE)
        failed = node.broken
        if not failed and self._unpaired(node):
            return None

        def take(kind: str, result: ir.Expr, at: ir.Origin) -> ir.Column:
            column = ir.DerivedColumn(f"{name}.step_{len(steps) + 1}", result.type, result, origin=at)
            columns.append(column)
            steps.append(ir.Step(kind, column.name, at))
            return ir.Column(column.name, column.type)

        for step in node.steps:
            if step.kind == "due":
                assert not isinstance(step.value, ast.Tiers)
                assert step.value is not None
                day = self.elaborator.of_type(step.value, self.scope, ty.DATE, "the day a payment is due")
                failed = failed or day is None
                due = optional(day) if day is not None else due
                due_origin = self.env.origin(step, step.provenance)
                continue
            if (amount is None) != (step.kind in _FIRST):
                if not failed:
                    self._misplaced(node, step, amount)
                return None
            result = self._step(step, amount, currency)
            if result is None:
                return None
            amount = take(step.kind, result, self.env.origin(step, *step.all_provenance()))
        if amount is None:
            if not failed:
                self.env.sink.add(errors.MissingLine(node.name.span, f"payment `{name}`", "`amount`", "amount 5% * volume"))
            return None
        if failed or needs is None or not self._in_coins(node, amount):
            return None
        full = ty.Money(currency, ty.MAX_DIGITS, ty.money(currency).scale)
        zero = ir.Literal(Decimal(0).scaleb(-full.scale), full)
        amount = resized(amount, full)

        def add(part: str, definition: ir.Expr, where: ir.Origin = origin) -> ir.Column:
            columns.append(ir.DerivedColumn(f"{name}.{part}", definition.type, definition, origin=where))
            return ir.Column(f"{name}.{part}", definition.type)

        status = payment_status(needs)
        bounds = self.limits.bounds(name)
        if bounds:
            amount = add("unlimited", amount)
            status = add("standing", status)
        for bound in bounds:
            amount = take("limit", bound.amount(amount, zero), bound.origin)
        amount = add("amount", amount)
        status = add("status", _limited(status, bounds))
        earned = op("equal", status, text(EARNED))
        add("earned", ir.Case(((earned, amount),), zero, amount.type))
        add("due_on", due, due_origin)
        add("reason", self._reason(needs, bounds, status, op("equal", amount, zero)))
        payment = ir.Payment(name, self.relation.name, tuple(needs), tuple(steps), currency, node.label or name, origin)
        return Columns(tuple(columns), payment)

    def _unpaired(self, node: ast.Pay) -> bool:
        """Whether a payment has a base without a rate or a rate without a base, which is reported."""
        at = {step.kind: step for step in reversed(node.steps)}
        base, rate, amount = at.get("base"), at.get("rate"), at.get("amount")
        if base is not None and amount is not None:
            first, second = sorted((base, amount), key=lambda step: step.span.start)
            self.env.sink.add(errors.TwoStarts(second.span, f"payment `{node.name.name}`", first.span))
            return True
        if (base is None) == (rate is None):
            return False
        if base is not None:
            line, example = "`rate`", "rate 5%"
        elif amount is not None and amount.value is not None:
            value = amount.value.span.text
            line, example = "`base`", f"base {value}` in place of `amount {value}"
        else:
            line, example = "`base`", "base volume"
        self.env.sink.add(errors.MissingLine(node.name.span, f"payment `{node.name.name}`", line, example))
        return True

    def _misplaced(self, node: ast.Pay, step: ast.PayStep, amount: ir.Expr | None) -> None:
        rule, word = f"payment `{node.name.name}`", step.kind.replace("_", " ")
        if amount is None:
            self.env.sink.add(errors.LineOrder(step.span, rule, word))
        else:
            first = next(other for other in node.steps if other.kind in _FIRST)
            self.env.sink.add(errors.DuplicateLine(step.span, rule, word, first.span))

    def _in_coins(self, node: ast.Pay, amount: ir.Expr) -> bool:
        """Whether the amount has no fractions of the smallest coin, which is reported when it may."""
        currency = self.env.currency
        scale = ty.money(currency).scale
        assert isinstance(amount.type, ty.Money)
        if amount.type.scale <= scale:
            return True
        unit = f"0.{'0' * (scale - 1)}1" if scale else "1"
        rounds = [step for step in node.steps if step.kind == "round" and step.places is not None and step.places > scale]
        span, mode = node.name.span, ""
        if rounds and rounds[-1].mode is not None:
            mode = rounds[-1].mode.replace("_", " ")
            span = rounds[-1].span
        self.env.sink.add(errors.MissingRound(span, node.name.name, amount.type.scale, currency, unit, scale, mode))
        return False

    def _needs(self, node: ast.Pay) -> list[str] | None:
        known = {n for n, rule in self.relation.rules.items() if isinstance(rule, ast.Require)}
        needs: list[str] = []
        sound = True
        for identifier in (requirement for line in node.needs for requirement in line.requirements):
            if identifier.name in known:
                if identifier.name not in needs:
                    needs.append(identifier.name)
            else:
                sound = False
                if identifier.name not in self.relation.invalid_names and not self.relation.lost:
                    names = tuple(sorted(known))
                    self.env.sink.add(errors.UnknownRequirement(identifier.span, identifier.name, self.relation.name, names))
        return needs if sound else None

    # --- steps -------------------------------------------------------------------------------------------

    def _step(self, step: ast.PayStep, amount: ir.Expr | None, currency: str) -> ir.Expr | None:
        if step.kind == "round":
            assert amount is not None
            assert step.places is not None
            assert step.mode is not None
            return operations.round_to(self.env.sink, step.span, amount, step.places, step.mode)
        if step.kind == "rate":
            assert amount is not None
            return self._rate(step, amount)
        assert step.value is not None
        assert not isinstance(step.value, ast.Tiers)
        hint = f"an amount is money: multiply a number by an amount such as `1 {currency}`, or a percent by one"
        purpose = f"`{step.kind.replace('_', ' ')}`"
        value = self.elaborator.of_type(step.value, self.scope, ty.money(currency), purpose, hint=hint)
        if value is None or amount is None:
            return value
        if step.kind == "plus":
            return ir.Operation("add", (amount, value), result_type("add", (amount.type, value.type)))
        joined = common(amount.type, value.type)
        wide, limit = resized(amount, joined), resized(value, joined)
        if step.kind == "at_most":
            return ir.Operation("smaller", (wide, limit), joined)
        assert isinstance(joined, ty.Money)
        zero = ir.Literal(Decimal(0).scaleb(-joined.scale), joined)
        return ir.Case(((op("less", wide, limit), zero),), wide, joined)

    def _rate(self, step: ast.PayStep, base: ir.Expr) -> ir.Expr | None:
        rates = [tier.value for tier in step.value.tiers] if isinstance(step.value, ast.Tiers) else [step.value]
        written = [number for rate in rates if rate is not None for number in _numbers_written(rate)]
        for number in written:  # `rate 5` would pay five times the base
            hint = as_percentage(number.value)
            self.env.sink.add(errors.TypeMismatch(number.span, "a percent", "a number", "a rate", hint))
        if written:
            return None
        if isinstance(step.value, ast.Tiers):
            if step.per_slice:
                return elaborate_slices(self.elaborator, step.value, base, self.scope)
            rate = elaborate_tiers(self.elaborator, "rate", step.value, self.scope)
            span = step.value.span
        else:
            assert step.value is not None
            rate = self.elaborator.known(step.value, self.scope)
            span = step.value.span
        if rate is None:
            return None
        if not isinstance(rate.type, ty.Percent | ty.Number):
            found = operations.in_words(rate.type)
            self.env.sink.add(errors.TypeMismatch(span, "a percent or a number", found, "a rate"))
            return None
        return ir.Operation("multiply", (base, rate), result_type("multiply", (base.type, rate.type)))

    @staticmethod
    def _reason(needs: list[str], bounds: list[Bound], status: ir.Expr, is_zero: ir.Expr) -> ir.Expr:
        plain = reason(needs, status, is_zero)
        branches = tuple((bound.over, text(f"over the limit of {bound.words}")) for bound in bounds)
        return ir.Case(branches, plain, ty.TEXT) if branches else plain


def _limited(status: ir.Expr, bounds: list[Bound]) -> ir.Expr:
    """A row over a limit misses the payment, whatever else is met."""
    branches = tuple((bound.over, text("missed")) for bound in bounds)
    return ir.Case(branches, status, ty.TEXT) if branches else status


def _numbers_written(rate: ast.Expr) -> list[ast.Number]:
    """The numbers that a rate may be, as they are written in it."""
    match rate:
        case ast.Number():
            return [rate]
        case ast.Binary(operator="otherwise", left=left, right=right):
            return [*_numbers_written(left), *_numbers_written(right)]
        case ast.Binary(operator="if", left=left):
            return _numbers_written(left)
        case _:
            return []
