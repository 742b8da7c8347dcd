"""Draws well-typed expressions of the core: of a kind, over the rows in scope.

A kind is a type whose digits and scale do not matter. Every operator and aggregate of the core has a way to be
drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from operator import eq

from tests.agreement.scopes import (
    DECIMALS,
    GRADE,
    PLAIN,
    USD,
    Frame,
    before,
    deeper,
    has_order,
    of_both_rows,
    of_kind,
)
from tests.agreement.values import MONTH_ENDS, Drawer, exact
from tests.build_core import aggregate, both, op, optional, widen

from incdsl.core import ir, operators
from incdsl.core import types as ty
from incdsl.core.dates import MONTH_MODES


@dataclass
class Expressions(Drawer):
    """Draws expressions of one program. `relations` are all relations with the columns that may be read of their
    rows from anywhere; `keys` those of each that can be looked up; `uncertain` the relations of which some rows may not be
    known. `aggregates` and `far` (dates that may be none of the years 1 to 9999) say what may be drawn where it is now."""

    params: list[ir.ParamValue] = field(default_factory=list)
    relations: dict[str, Frame] = field(default_factory=dict)
    keys: dict[str, tuple[ir.KeyPart, ...]] = field(default_factory=dict)
    uncertain: set[str] = field(default_factory=set)
    aggregates: bool = True
    far: bool = True

    # --- any expression of a kind ------------------------------------------------------------------------------

    def known(self, kind: ty.Known, scope: tuple[Frame, ...], depth: int) -> ir.Expr:
        """An expression of the kind that is never missing."""
        if depth <= 0 or self.chance(4):
            return self._leaf(kind, scope)
        ways: list[Callable[[], ir.Expr]] = [lambda: self._case(kind, scope, depth), lambda: self._otherwise(kind, scope, depth)]
        ways.append(lambda: self._guarded(kind, scope, depth))
        referred = list(self._referred_to(lambda t: of_kind(t, kind), scope))
        if referred:
            ways += [lambda: self.pick(referred)] * 2
        match kind:
            case ty.Boolean():
                ways += [*self._comparisons(scope, depth) * 2, *self._logic(scope, depth)]
                if self._over():
                    ways.append(lambda: self._fold("any", None, scope, depth))
                ways.append(lambda: self._exists(scope, depth))
            case ty.Days() | ty.Number() | ty.Percent() | ty.Money():
                ways += list(self._arithmetic(kind, scope, depth))
            case ty.Date():
                ways += [
                    lambda: op("add_days", self.known(ty.DATE, scope, depth - 1), self._few_days(scope)),
                    lambda: op("subtract_days", self.known(ty.DATE, scope, depth - 1), self._few_days(scope)),
                    lambda: self._months_later(scope, depth),
                    lambda: self._pair_of("smaller", kind, scope, depth),
                    lambda: self._pair_of("larger", kind, scope, depth),
                ]
            case ty.Text():
                ways += [lambda: self._text_of(scope, depth), lambda: self._concat(scope, depth)]
            case _:
                pass
        return self.pick(ways)()

    def maybe(self, kind: ty.Known, scope: tuple[Frame, ...], depth: int) -> ir.Expr:
        """An expression of the kind, optional."""
        ways: list[Callable[[], ir.Expr]] = [
            lambda: ir.Literal(None, ty.Optional(kind)),
            lambda: optional(self.known(kind, scope, depth - 1)),
        ]
        there = list(self._columns(scope, lambda t: isinstance(t, ty.Optional) and of_kind(t.of, kind)))
        if there:
            ways.append(lambda: self.pick(there))
        if depth > 0:
            ways.append(lambda: self._maybe_case(kind, scope, depth))
            found = list(self._looked_up(kind, scope))
            if found:
                ways += [lambda: self.pick(found)(depth - 1)] * 2
            referred = list(self._referred_to(lambda t: isinstance(t, ty.Optional) and of_kind(t.of, kind), scope))
            if referred:
                ways.append(lambda: self.pick(referred))
            if ty.is_decimal(kind):
                ways += [lambda: self._quotient(kind, scope, depth)] * 3
            if (ty.is_decimal(kind) or kind == ty.DATE) and self._over():
                ways += [lambda: self._fold(self.pick(("smallest", "largest")), kind, scope, depth)] * 2
            if kind == ty.TEXT:
                ways.append(lambda: self._join(scope, depth))
        return self.pick(ways)()

    # --- leaves ------------------------------------------------------------------------------------------------

    def _leaf(self, kind: ty.Known, scope: tuple[Frame, ...]) -> ir.Expr:
        leaves: list[ir.Expr] = list(self._columns(scope, lambda t: of_kind(t, kind)))
        if not leaves or self.chance(4):
            leaves += [ir.Literal(self.value(kind), kind)] if not isinstance(kind, ty.Row) else []
            leaves += [ir.AsOf()] if kind == ty.DATE else []
            leaves += [ir.Param(param.name, param.type) for param in self.params if of_kind(param.type, kind)]
        return self.pick(leaves)

    def _columns(self, scope: tuple[Frame, ...], wanted: Callable[[ty.Type], bool]) -> Iterator[ir.Column]:
        for depth, frame in enumerate(scope):
            for name, type_ in (*frame.columns, *frame.itself):
                if wanted(type_):
                    yield ir.Column(name, type_, depth)

    def _kind(self, scope: tuple[Frame, ...], *, ordered: bool = False) -> ty.Known:
        """A kind to compare or print: of something in scope, often a reference, or any."""
        rows = [column.type for column in self._columns(scope, lambda t: isinstance(t, ty.Row))]
        if ordered:
            texts = (row for row in rows if isinstance(row, ty.Row) and row.key == ty.TEXT)
            return self.pick((*DECIMALS, ty.DATE, GRADE, ty.TEXT, *texts))
        return self.pick((*PLAIN, *DECIMALS, *(row for row in rows if isinstance(row, ty.Row))))

    # --- whatever the kind ---------------------------------------------------------------------------------------

    def common(self, left: ir.Expr, right: ir.Expr) -> tuple[ir.Expr, ir.Expr]:
        """Both at the smallest type that holds both."""
        type_ = operators.common(left.type, right.type)
        return self.at(left, type_), self.at(right, type_)

    def at(self, expression: ir.Expr, type_: ty.Type) -> ir.Expr:
        """The expression at a type of its kind with room for it: widened, and made optional when the type is."""
        known, wide = ty.known(expression.type), ty.known(type_)
        if known == wide:
            return expression if expression.type == type_ else optional(expression)
        if not isinstance(expression.type, ty.Optional):
            widened = widen(expression, wide)
            return optional(widened) if isinstance(type_, ty.Optional) else widened
        there = optional(widen(op("known", expression), wide))
        return ir.Case(((op("given", expression), there),), ir.Literal(None, there.type), there.type)

    def _case(self, kind: ty.Known, scope: tuple[Frame, ...], depth: int) -> ir.Expr:
        first, last = self.common(self.known(kind, scope, depth - 1), self.known(kind, scope, depth - 1))
        branches = [(self.known(ty.BOOLEAN, scope, depth - 1), first)]
        if self.chance(3):
            branches.append((self.known(ty.BOOLEAN, scope, depth - 1), last))
        return ir.Case(tuple(branches), last, last.type)

    def _maybe_case(self, kind: ty.Known, scope: tuple[Frame, ...], depth: int) -> ir.Expr:
        value = self.maybe(kind, scope, depth - 1)
        return ir.Case(((self.known(ty.BOOLEAN, scope, depth - 1), value),), ir.Literal(None, value.type), value.type)

    def _otherwise(self, kind: ty.Known, scope: tuple[Frame, ...], depth: int) -> ir.Expr:
        first, second = self.maybe(kind, scope, depth - 1), self.known(kind, scope, depth - 1)
        wide = ty.known(operators.common(ty.known(first.type), second.type))
        return op("otherwise", self.at(first, ty.Optional(wide)), self.at(second, wide))

    def _guarded(self, kind: ty.Known, scope: tuple[Frame, ...], depth: int) -> ir.Expr:
        value = self.maybe(kind, scope, depth - 1)
        there, instead = self.common(op("known", value), self.known(kind, scope, depth - 1))
        return ir.Case(((op("given", value), there),), instead, there.type)

    def _pair_of(self, operator: str, kind: ty.Known, scope: tuple[Frame, ...], depth: int) -> ir.Expr:
        return op(operator, *self.common(self.known(kind, scope, depth - 1), self.known(kind, scope, depth - 1)))

    # --- booleans ------------------------------------------------------------------------------------------------

    def _comparisons(self, scope: tuple[Frame, ...], depth: int) -> list[Callable[[], ir.Expr]]:
        def compared(operators_: tuple[str, ...], ordered: bool) -> ir.Expr:
            kind = self._kind(scope, ordered=ordered)
            left = self.known(kind, scope, depth - 1)
            other = kind.key if isinstance(kind, ty.Row) and self.chance(3) else kind
            return op(self.pick(operators_), left, self.known(other, scope, depth - 1))

        return [
            lambda: compared(("equal", "not_equal"), ordered=False),
            lambda: compared(("less", "less_or_equal", "greater", "greater_or_equal"), ordered=True),
        ]

    def _logic(self, scope: tuple[Frame, ...], depth: int) -> list[Callable[[], ir.Expr]]:
        def joined(operator: str) -> ir.Expr:
            return op(operator, *(self.known(ty.BOOLEAN, scope, depth - 1) for _ in range(2 + self.upto(1))))

        def given_and() -> ir.Expr:
            kind = self._kind(scope)
            value = self.maybe(kind, scope, depth - 1)
            return op("and", op("given", value), op("equal", op("known", value), self.known(kind, scope, depth - 1)))

        return [
            lambda: op("not", self.known(ty.BOOLEAN, scope, depth - 1)),
            lambda: op("given", self.maybe(self._kind(scope), scope, depth - 1)),
            lambda: joined("and"),
            lambda: joined("or"),
            given_and,
        ]

    # --- decimals --------------------------------------------------------------------------------------------------

    def _arithmetic(self, kind: ty.Known, scope: tuple[Frame, ...], depth: int) -> Iterator[Callable[[], ir.Expr]]:
        def part(of: ty.Known) -> ir.Expr:
            return self.known(of, scope, depth - 1)

        def rounded() -> ir.Expr:
            places = 0 if isinstance(kind, ty.Days) else self.pick((0, 0, 1, 2, 4))
            value = self._halves(kind, places) if self.chance(3) else part(kind)
            return op("round", value, places=places, mode=self.pick(operators.ROUNDING_MODES))

        def wider() -> ir.Expr:
            value = part(kind)
            inside = ty.known(value.type)
            assert isinstance(inside, ty.Days | ty.Number | ty.Percent | ty.Money)
            more = 0 if isinstance(kind, ty.Days) else self.upto(3)
            return self.at(
                value, operators.common(inside, operators._resized(inside, inside.digits + more + 1, inside.scale + more))
            )

        yield from (lambda: op("add", part(kind), part(kind)), lambda: op("subtract", part(kind), part(kind)))
        yield from (lambda: op("negate", part(kind)), rounded, wider)
        yield from (lambda: self._pair_of("smaller", kind, scope, depth), lambda: self._pair_of("larger", kind, scope, depth))
        match kind:
            case ty.Money():
                yield lambda: op("multiply", part(kind), part(self.pick((ty.PERCENT, ty.NUMBER))))
                yield lambda: op("multiply", part(ty.NUMBER), part(kind))
            case ty.Percent():
                yield lambda: op("multiply", part(kind), part(self.pick((ty.PERCENT, ty.NUMBER))))
            case ty.Number():
                yield lambda: op("multiply", part(kind), part(kind))
                if self._over():
                    yield lambda: self._fold("count", None, scope, depth)
                    yield lambda: self._fold("count_distinct", self._kind(scope), scope, depth)
            case ty.Days():
                yield lambda: op("days_between", part(ty.DATE), part(ty.DATE))
                yield lambda: op("multiply", part(kind), ir.Literal(Decimal(self.upto(3)), ty.WHOLE_NUMBER))
            case _:
                pass
        if self._over():
            yield from [lambda: self._fold("sum", kind, scope, depth)] * 3

    def _quotient(self, kind: ty.Known, scope: tuple[Frame, ...], depth: int) -> ir.Expr:
        divisors: dict[type, tuple[ty.Known, ...]] = {ty.Money: (ty.NUMBER, ty.PERCENT), ty.Percent: (ty.NUMBER,)}
        pairs = [(kind, divisor) for divisor in divisors.get(type(kind), ())]
        if isinstance(kind, ty.Number):
            pairs = [(ty.NUMBER, ty.NUMBER), (USD, USD), (ty.PERCENT, ty.PERCENT), (ty.DAYS, ty.DAYS)]
        if not pairs:
            return optional(self.known(kind, scope, depth - 1))
        left, right = self.pick(pairs)
        places = self.pick((0, 0, 1, 2, 6))
        dividend, divisor = self.known(left, scope, depth - 1), self.known(right, scope, depth - 1)
        mode = self.pick(operators.ROUNDING_MODES)
        if self.chance(2):  # what only the mode decides
            dividend, divisor = self._halves(left, places), self._tenths(right, (10, -10, 10, 5))
            mode = self.pick(("half_even", mode))
        return op("divide", dividend, divisor, places=places, mode=mode)

    def _halves(self, kind: ty.Known, places: int) -> ir.Expr:
        """A number of half units of that many decimals, often an odd one; of days, five for each half."""
        return self._tenths(kind, (5, -5, 15, -15, 25, -25, 35, 45, 20), places)

    def _tenths(self, kind: ty.Known, counts: tuple[int, ...], places: int = 0) -> ir.Expr:
        assert isinstance(kind, ty.Days | ty.Number | ty.Percent | ty.Money)
        scale = 0 if isinstance(kind, ty.Days) else places + 1
        return ir.Literal(exact(self.pick(counts), scale), replace(kind, digits=18, scale=scale))

    def _few_days(self, scope: tuple[Frame, ...]) -> ir.Expr:
        return self._leaf(ty.DAYS, scope)

    def _months_later(self, scope: tuple[Frame, ...], depth: int) -> ir.Expr:
        counts: list[ir.Expr] = [ir.Literal(Decimal(self.pick((1, 1, 0, -1, 12, -11, 25))), ty.WHOLE_NUMBER)]
        if self.far and self.chance(6):
            counts += self._columns(scope, lambda t: isinstance(t, ty.Number) and t.scale == 0)
        start = ir.Literal(self.pick(MONTH_ENDS), ty.DATE) if self.chance(2) else self.known(ty.DATE, scope, depth - 1)
        return op("add_months", start, self.pick(counts), mode=self.pick(MONTH_MODES))

    # --- texts -----------------------------------------------------------------------------------------------------

    def _text_of(self, scope: tuple[Frame, ...], depth: int) -> ir.Expr:
        return op("text_of", self.known(self._kind(scope), scope, depth - 1))

    def _concat(self, scope: tuple[Frame, ...], depth: int) -> ir.Expr:
        return op("concat", *(self.known(ty.TEXT, scope, depth - 1) for _ in range(2 + self.upto(1))))

    def _join(self, scope: tuple[Frame, ...], depth: int) -> ir.Expr:
        separator = ir.Literal(self.pick((", ", ";")), ty.TEXT)
        return op("join", separator, *(self.maybe(ty.TEXT, scope, depth - 1) for _ in range(1 + self.upto(2))))

    # --- other rows ------------------------------------------------------------------------------------------------

    def _over(self) -> bool:
        return self.aggregates and bool(self.relations)

    def _fold(self, operator: str, kind: ty.Known | None, scope: tuple[Frame, ...], depth: int) -> ir.Expr:
        if scope and self.chance(3):
            return self._rows_before(operator, kind, scope)
        frame = self.pick(list(self.relations.values()))
        inner = (frame, *scope)
        # Inside, an aggregate that reads both rows is more than SQL engines are asked to do: not often.
        outside, self.aggregates = self.aggregates, self.aggregates and self.chance(6)
        if self.aggregates:
            inner = (frame,) if self.chance(2) else inner
            depth += 1
        where = None if self.chance(4) else self._where(inner, depth)
        value = None if kind is None else self.known(kind, inner, min(depth - 1, 2 if self.aggregates else 1))
        self.aggregates = outside
        return aggregate(operator, frame.relation, value, where)

    def _where(self, inner: tuple[Frame, ...], depth: int) -> ir.Expr:
        """A condition, often one that fixes a column to something of the row around, or that a date lies in its range."""
        if len(inner) > 1 and self.chance(3):
            within = self._within_range(inner)
            if within is not None:
                return within
        fixed = []
        for name, type_ in inner[0].columns:
            kind = ty.known(type_)
            others = list(self._columns(inner, partial(of_kind, kind=kind)))
            outer = [c for c in others if isinstance(c, ir.Column) and c.depth > 0]
            if outer and type_ == kind:
                fixed.append((ir.Column(name, type_, 0), outer))
        if fixed and not self.chance(3):
            column, outer = self.pick(fixed)
            sides = [column, self.pick(outer)]
            equal = op("equal", *(reversed(sides) if self.chance(3) else sides))
            return equal if self.chance(2) else op("and", equal, self.known(ty.BOOLEAN, inner, min(depth - 1, 1)))
        if self.chance(2):  # a lookup whose key may take from both rows
            return self._exists(inner, 1)
        return self.known(ty.BOOLEAN, inner, min(depth - 1, 1))

    def _within_range(self, inner: tuple[Frame, ...]) -> ir.Expr | None:
        """That a date of the row aggregated lies between two that the row around refers to, as in a calendar; None where
        there are no such dates."""
        days = list(self._columns(inner[:1], lambda t: t == ty.DATE))
        bounds: list[list[ir.Expr]] = [
            [
                ir.Column(column.name, column.type, column.depth + 1)
                for column in self._columns(inner[1:], lambda t: t == ty.DATE)
            ],
            [deeper(found) for found in self._referred_to(lambda t: t == ty.DATE, inner[1:])],
            [deeper(found(0)) for found in self._looked_up(ty.DATE, inner[1:])],
        ]
        there = [kinds for kinds in bounds if kinds]
        if not days or not there:
            return None
        day, kinds = self.pick(days), bounds[1] if bounds[1] and self.chance(2) else self.pick(there)
        first, last = (self._certainly(self.pick(kinds)) for _ in range(2))
        return both(op("greater_or_equal", day, first), op("less_or_equal", day, last))

    def _certainly(self, date: ir.Expr) -> ir.Expr:
        return op("otherwise", date, ir.Literal(self.value(ty.DATE), ty.DATE)) if isinstance(date.type, ty.Optional) else date

    def _rows_before(self, operator: str, kind: ty.Known | None, scope: tuple[Frame, ...]) -> ir.Expr:
        """An aggregate over the rows of the own relation that come before this one by one to three columns, often among
        those with the same value of another. Where this row lacks one of these, a value of the aggregate's type."""
        frame = scope[0]
        ordered = [column for column in frame.columns if has_order(column[1])]
        ranks = [self.pick(ordered) for _ in range(1 + self.upto(2))] if ordered else []
        keys = [self.pick(frame.columns)] if ranks and self.chance(2) else []
        pairs = [of_both_rows(name, type_) for name, type_ in ranks]
        conditions: list[ir.Expr] = [op("equal", *of_both_rows(name, type_)) for name, type_ in keys]
        if pairs:
            conditions.append(before(pairs))
        missing = dict.fromkeys(column for column in (*keys, *ranks) if isinstance(column[1], ty.Optional))
        conditions = [*(op("given", ir.Column(name, type_)) for name, type_ in missing), *conditions]
        outside, self.aggregates = self.aggregates, False
        if not conditions or self.chance(3):
            conditions.insert(len(missing), self.known(ty.BOOLEAN, (frame,), 1))
        # A reference that this row does not have is one of a row further out.
        value = None if kind is None else self.known(kind, (frame, *scope) if isinstance(kind, ty.Row) else (frame,), 1)
        self.aggregates = outside
        over = aggregate(operator, frame.relation, value, both(*conditions) if len(conditions) > 1 else conditions[0])
        if not missing:
            return over
        given = [op("given", ir.Column(name, type_)) for name, type_ in missing]
        instead = ir.Literal(self.value(over.type), over.type)
        return ir.Case(((both(*given) if len(given) > 1 else given[0], over),), instead, over.type)

    def _lookups(self, scope: tuple[Frame, ...]) -> Iterator[tuple[str, Callable[[int], tuple[ir.Expr, ...]]]]:
        """Relations with a key for which keys can be made, and how to make them."""
        for name, parts in self.keys.items():
            columns = dict(self.relations[name].columns)

            def made(depth: int, name: str = name) -> tuple[ir.Expr, ...]:
                return tuple(self._key(part, name, scope, depth) for part in self.keys[name])

            rows = [columns[part] for part in parts if isinstance(part, str) and isinstance(columns[part], ty.Row)]
            if all(any(True for _ in self._columns(scope, partial(eq, row))) for row in rows):
                yield name, made

    def _key(self, part: ir.KeyPart, relation: str, scope: tuple[Frame, ...], depth: int) -> ir.Expr:
        if isinstance(part, ir.RangeKey):
            outside, self.far = self.far, False  # a day that is no date is one that SQL need not work out to find no row
            day = self.known(ty.DATE, scope, min(depth, 1))
            self.far = outside
            return day
        type_ = dict(self.relations[relation].columns)[part]
        if isinstance(type_, ty.Number):  # a key of exactly its type
            return ir.Literal(self.value(type_), type_)
        assert not isinstance(type_, ty.Optional)
        return self.known(type_, scope, 0)

    def _exists(self, scope: tuple[Frame, ...], depth: int) -> ir.Expr:
        there = list(self._lookups(scope))
        if not there:
            return ir.Literal(True, ty.BOOLEAN)
        name, keys = self.pick(there)
        return ir.Lookup(name, keys(depth - 1), None, ty.BOOLEAN)

    def _looked_up(self, kind: ty.Known, scope: tuple[Frame, ...]) -> Iterator[Callable[[int], ir.Expr]]:
        """Ways to look up an optional value of the kind, by any key."""
        for name, keys in self._lookups(scope):
            for column, type_ in self.relations[name].columns:
                if of_kind(ty.known(type_), kind):
                    yield partial(_lookup, name, keys, column, ty.Optional(ty.known(type_)))

    def _referred_to(self, wanted: Callable[[ty.Type], bool], scope: tuple[Frame, ...]) -> Iterator[ir.Expr]:
        """Columns of rows that are referred to, which are certain to be there."""
        for reference in self._columns(scope, lambda t: isinstance(t, ty.Row) and t.relation not in self.uncertain):
            assert isinstance(reference.type, ty.Row)
            for column, type_ in self.relations[reference.type.relation].columns:
                if wanted(type_):
                    yield ir.Lookup(reference.type.relation, (reference,), column, type_, certain=True)


def _lookup(name: str, keys: Callable[[int], tuple[ir.Expr, ...]], column: str, type_: ty.Type, depth: int) -> ir.Expr:
    return ir.Lookup(name, keys(depth), column, type_)
