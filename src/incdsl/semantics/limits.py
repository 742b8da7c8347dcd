"""Limits: at most so many rows, or so much money, per key and period, the first ones in a stated order.

A row takes a place when one of the limited payments is not missed for it and every value of its order is there.
Places go to the rows in that order; two rows equal in all of it are told apart by the key, so the order of the
rows in the data never matters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.operators import aggregate_type, result_type
from incdsl.semantics import errors, operations
from incdsl.semantics.calendars import neighbours
from incdsl.semantics.constants import show
from incdsl.semantics.environment import Environment, Range, Relation
from incdsl.semantics.expressions import Elaborator
from incdsl.semantics.statuses import EARNED, MISSED, any_of
from incdsl.semantics.terms import both, op, optional, present, resized, shifted, text
from incdsl.semantics.values import Scope
from incdsl.syntax import ast


@dataclass(frozen=True)
class Bound:
    """A limit as it bears on one payment. `over`: the row comes after the last place. `rest`: for a limit of money,
    the column with what it adds to the sum so far, cut off at the limit. `words` says the limit."""

    over: ir.Expr
    rest: ir.Column | None
    words: str
    origin: ir.Origin

    def amount(self, amount: ir.Expr, zero: ir.Expr) -> ir.Expr:
        """What the limit leaves of an amount."""
        if self.rest is None:
            return ir.Case(((self.over, zero),), amount, amount.type)
        rest = resized(self.rest, amount.type)
        taken_back = op("larger", amount, rest, type_=amount.type)
        paid = op("smaller", amount, rest, type_=amount.type)
        return ir.Case(((op("less", amount, zero), taken_back),), paid, amount.type)


class LimitBuilder:
    """Turns the limits of one relation into columns, which `columns` collects."""

    def __init__(self, env: Environment, elaborator: Elaborator, relation: Relation) -> None:
        self.env = env
        self.elaborator = elaborator
        self.relation = relation
        self.scope = Scope(relation)
        self.columns: list[ir.DerivedColumn] = []
        self.conflicts: list[tuple[str, str]] = []
        """Boolean columns that may hold for no row, each with what is wrong where it does."""
        self._bounds: dict[str, list[Bound]] = {}
        for number, node in enumerate(relation.limits, 1):
            bound = self._limit(node, f"limit_{number}")
            if bound is not None:
                for payment in node.payments:
                    self._bounds.setdefault(payment.name, []).append(bound)

    def bounds(self, payment: str) -> list[Bound]:
        """The limits that bear on a payment, in the order written."""
        return self._bounds.get(payment, [])

    def _limit(self, node: ast.Limit, name: str) -> Bound | None:
        payments = {n for n, rule in self.relation.rules.items() if isinstance(rule, ast.Pay)}
        for payment in node.payments:
            if payment.name not in payments:
                if payment.name not in self.relation.invalid_names:
                    known = tuple(sorted(payments))
                    self.env.sink.add(errors.UnknownPayment(payment.span, payment.name, self.relation.name, known))
                return None
        self._counted(node)
        origin = self.env.origin(node, node.provenance)

        def add(part: str, definition: ir.Expr) -> ir.Column:
            self.columns.append(ir.DerivedColumn(f"{name}.{part}", definition.type, definition, origin=origin))
            return ir.Column(f"{name}.{part}", definition.type)

        order = self._order(node)
        per = [self._per(item) for item in node.per]
        for number, (item, period) in enumerate(zip(node.per, per, strict=True), 1):
            if isinstance(item, ast.PerPeriod) and period is not None:
                self._outside(node, item, period, add, number)
        if order is None or any(item is None for item in per):
            return None
        places = [add(f"per_{i}", item) for i, item in enumerate((p for p in per if p is not None), 1)]
        standing: list[ir.Expr] = [op("not_equal", ir.Column(f"{p.name}.standing", ty.TEXT), text(MISSED)) for p in node.payments]
        given = [op("given", item) for item in (*places, *order) if isinstance(item.type, ty.Optional)]
        # Limits apply in the order written: what an earlier one takes away takes no place in a later one.
        for index, payment in enumerate(node.payments):
            spared = [op("not", bound.over) for bound in self.bounds(payment.name)]
            standing[index] = both(standing[index], *spared)
        takes = add("takes", both(any_of(list(standing)), *given))
        if given:
            # Paid without a place, a row would slip past the limit: that may hold for no row.
            paid = [op("equal", ir.Column(f"{p.name}.standing", ty.TEXT), text(EARNED)) for p in node.payments]
            unplaced = add("unplaced", op("and", any_of(list(paid)), op("not", both(*given))))
            place = f"{node.span.source.path}:{node.span.line}"
            why = "because a value of `per` or `in order of` is missing"
            what = f"it is paid and has no place, {why}, so the limit ({place}) cannot be kept"
            self.conflicts.append((unplaced.name, what))
        ranks = [add(f"order_{i}", item) for i, item in enumerate(order, 1)]
        same = [op("equal", present(item), present(shifted(item))) for item in places]
        before = both(takes, *same, _before([(present(item), present(shifted(item))) for item in ranks]))
        kind = "rows" if isinstance(node.most, ast.Number) else "money"
        words = self._words(node)
        if kind == "rows":
            assert isinstance(node.most, ast.Number)
            count = ir.Aggregate("count", self.relation.name, before, None, ty.WHOLE_NUMBER)
            most = ir.Literal(node.most.value, ty.WHOLE_NUMBER)
            earlier = op("greater_or_equal", count, most)
            over = add("over", ir.Case(((takes, earlier),), ir.Literal(False, ty.BOOLEAN), ty.BOOLEAN))
            return Bound(over, None, words, origin)
        assert isinstance(node.most, ast.Money)
        if node.most.currency != self.env.currency:
            self.env.sink.add(errors.WrongCurrency(node.most.span, node.most.currency, self.env.currency))
            return None
        if len(node.payments) != 1:
            self.env.sink.add(errors.LimitOfSeveral(node.span))
            return None
        full = ty.Money(self.env.currency, ty.MAX_DIGITS, ty.money(self.env.currency).scale)
        unlimited: ir.Expr = ir.Column(f"{node.payments[0].name}.unlimited", full)
        for bound in self.bounds(node.payments[0].name):
            unlimited = bound.amount(unlimited, ir.Literal(Decimal(0).scaleb(-full.scale), full))
        spent = ir.Aggregate("sum", self.relation.name, before, unlimited, aggregate_type("sum", full))
        most_type = ty.money(self.env.currency)
        most = ir.Literal(node.most.value.quantize(Decimal(1).scaleb(-most_type.scale)), full)
        zero = ir.Literal(Decimal(0).scaleb(-most_type.scale), full)
        before_it = add("spent", ir.Case(((takes, spent),), zero, full))
        with_it = ir.Operation("add", (before_it, unlimited), result_type("add", (full, full)))
        # The limit is kept by the sum so far, so that a return takes back no more than was paid.
        ends = op("smaller", with_it, most, type_=full), op("smaller", before_it, most, type_=full)
        added = ir.Operation("subtract", ends, result_type("subtract", (full, full)))
        rest = add("rest", ir.Case(((takes, added),), unlimited, full))
        full_up = op("greater_or_equal", before_it, most)
        over = add("over", both(takes, full_up, op("greater_or_equal", unlimited, zero)))
        return Bound(over, rest, words, origin)

    def _counted(self, node: ast.Limit) -> None:
        """A number limits the rows that are paid for, so the word after it has to be one for these."""
        if not isinstance(node.most, ast.Number):
            return
        rules = [rule for name in node.payments if isinstance(rule := self.relation.rules[name.name], ast.Pay)]
        said = [self.relation.name, self.relation.label, "rows payments"]
        said += [text for rule in rules for text in (rule.name.name, rule.label or "")]
        words = {_singular(word) for text in said for word in _words_of(text)}
        if node.unit is None or _singular(node.unit.name) not in words:
            number, last = node.most.span.text, _words_of(self.relation.name)[-1].lower()
            rows = f"{number} {last}{'' if last.endswith('s') or number == '1' else 's'}"
            span, word = (node.unit.span, node.unit.name) if node.unit else (node.most.span, None)
            self.env.sink.add(errors.LimitOfWhat(span, word, self.relation.name, rows, f"{number} {self.env.currency}"))

    def _outside(
        self, node: ast.Limit, item: ast.PerPeriod, period: ir.Expr, add: Callable[[str, ir.Expr], ir.Column], number: int
    ) -> None:
        """A day that lies in no period would slip past the limit: that may hold for no row."""
        day = self.elaborator.expr(item.day, self.scope)
        assert day is not None
        given = [op("given", day)] if isinstance(day.type, ty.Optional) else []
        column = add(f"outside_{number}", both(*given, op("not", op("given", period))))
        place = f"{node.span.source.path}:{node.span.line}"
        what = f"`{item.day.span.text}` lies in no period of `{item.calendar.name}`, so the limit ({place}) cannot be kept"
        self.conflicts.append((column.name, what))

    def _words(self, node: ast.Limit) -> str:
        if isinstance(node.most, ast.Number):
            most = f"{node.most.value:,f} {node.unit.name if node.unit else 'rows'}"
        else:
            most = show(node.most.value, ty.money(node.most.currency))
        per = " per ".join(p.calendar.name if isinstance(p, ast.PerPeriod) else p.span.text for p in node.per)
        return f"{most} per {per}" if per else most

    def _per(self, item: ast.Expr | ast.PerPeriod) -> ir.Expr | None:
        if not isinstance(item, ast.PerPeriod):
            named = self.env.relations.get(item.name) if isinstance(item, ast.Name) else None
            if named is not None and isinstance(named.node, ast.Calendar) and named.name not in self.relation.names():
                hint = f"say which day lies in the period: `{named.name} of DATE`"
                self.env.sink.add(errors.TypeMismatch(item.span, "a value", "a calendar", "what a limit is `per`", hint))
                return None
            return self.elaborator.expr(item, self.scope)
        calendar = self.env.relations.get(item.calendar.name)
        if calendar is None or not isinstance(calendar.node, ast.Calendar):
            if item.calendar.name not in self.env.invalid_names:
                known = tuple(n for n, r in self.env.relations.items() if isinstance(r.node, ast.Calendar))
                self.env.sink.add(errors.UnknownRelation(item.calendar.span, item.calendar.name, known))
            return None
        day = self.elaborator.of_type(item.day, self.scope, ty.Optional(ty.DATE), "the day that a period holds")
        if day is None or self._overlaps(calendar.node, item):
            return None
        # A period is known by its first day: no two periods of the calendar have a day in common.
        inside = shifted(present(optional(day)))
        start, end = ir.Column("start", ty.DATE), ir.Column("end", ty.DATE)
        where = both(op("less_or_equal", start, inside), op("less_or_equal", inside, end))
        found = ir.Aggregate("largest", calendar.name, where, start, ty.Optional(ty.DATE))
        if not isinstance(day.type, ty.Optional):
            return found
        return ir.Case(((op("given", day), found),), ir.Literal(None, found.type), found.type)

    def _overlaps(self, calendar: ast.Calendar, item: ast.PerPeriod) -> bool:
        """Whether a day lies in two periods of a calendar, so that its rows could only count in one of them."""
        for earlier, later in neighbours(calendar):
            if later.start.value <= earlier.end.value:
                found = errors.LimitPerOverlap(
                    item.calendar.span,
                    calendar.name.name,
                    str(later.start.value),
                    earlier.name.name,
                    later.name.name,
                    (earlier.span, later.span),
                )
                self.env.sink.add(found)
                return True
        return False

    def _order(self, node: ast.Limit) -> list[ir.Expr] | None:
        order: list[ir.Expr] = []
        for item in node.order:
            value = self.elaborator.expr(item, self.scope)
            if value is None:
                return None
            kind = ty.stored(ty.known(value.type))
            if not ty.is_decimal(kind) and kind not in (ty.DATE, ty.TEXT):
                self.env.sink.add(errors.Unordered(item.span, operations.in_words(value.type), isinstance(kind, ty.Enum)))
                return None
            order.append(value)
        for column in self.relation.keys:
            if isinstance(column.type, ty.Optional | ty.Known):
                stored = ty.stored(column.type)
                key: ir.Expr = ir.Column(column.name, column.type)
                if isinstance(stored, ty.Enum | ty.Country):
                    key = op("text_of", key, type_=ty.TEXT)
                if key not in order:
                    order.append(key)
            elif isinstance(column.type, Range):
                order.append(ir.Column(f"{column.name}_start", ty.DATE))
        return order


def _words_of(text: str) -> list[str]:
    """The words of a label, or of a name such as `SalesOrder` or `sales_order`."""
    return re.findall(r"[A-Z]*[^\W\d_A-Z]+|[A-Z]+", text) or [text]


def _singular(word: str) -> str:
    """A word as it is compared with another: without regard to case and to what English puts at its end for several."""
    lower = word.casefold()
    for ending, one in (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss"), ("xes", "x"), ("s", "")):
        if lower.endswith(ending) and len(lower) > len(ending) + 1:
            return lower.removesuffix(ending) + one
    return lower


def _before(pairs: list[tuple[ir.Expr, ir.Expr]]) -> ir.Expr:
    """Whether the first values come before the second ones, compared one after the other."""
    (left, right), *rest = pairs
    less = op("less", left, right)
    if not rest:
        return less
    return op("or", less, op("and", op("equal", left, right), _before(rest)))
