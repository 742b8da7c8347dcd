"""Draws expressions of the language as text: of a kind, over the fields in scope, bracketed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial

from tests.agreement.values import Drawer

MODES = ("half up", "half even", "up", "down")
KINDS = ("money", "percent", "whole", "number", "date", "days", "boolean", "text", "level")
DAYS = ("2015-01-31", "2015-02-24", "2015-02-25", "2015-03-01", "2015-03-04", "2015-03-31", "2016-02-29")


@dataclass(frozen=True)
class Scope:
    """What may be named: fields and `let`s by kind, and the records that may be gone through, each with its fields and
    the condition that ties it to this row."""

    fields: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, tuple[tuple[str, str], ...], str], ...] = ()
    optional: tuple[tuple[str, str], ...] = ()
    periods: tuple[str, ...] = ()


@dataclass
class Phrases(Drawer):
    """Draws phrases. `scale` multiplies every amount of money, so that one seed gives the same program in other money; `used`
    counts the words and forms drawn."""

    scale: int = 1
    used: Counter[str] = field(default_factory=Counter)
    tables: tuple[tuple[str, str, str], ...] = ()  # name, kind of key, kind of value
    total: tuple[str, ...] = ()  # tables that have a value for every key
    params: tuple[tuple[str, str], ...] = ()
    dated: tuple[tuple[str, str], ...] = ()  # params by date
    calendars: tuple[str, ...] = ()
    designation: bool = False

    def use(self, form: str) -> str:
        """Count a form; gives nothing, so that it can stand within a text."""
        self.used[form] += 1
        return ""

    def word(self, options: tuple[str, ...], form: str) -> str:
        """One of some words, counted."""
        found = self.pick(options)
        self.use(f"{form} {found}")
        return found

    # --- constants -------------------------------------------------------------------------------------------------

    def money(self, *amounts: str) -> str:
        """An amount in the program's currency."""
        amount = Decimal(self.pick(amounts or ("0", "1", "5", "10.50", "0.05", "100", "335.35", "10,000".replace(",", ""))))
        return f"{amount * self.scale:,} USD"

    def unit(self) -> str:
        """What payments are rounded to: cents, or what cents become."""
        return {1: "0.01", 10: "0.1"}[self.scale]

    def constant(self, kind: str) -> str:
        """A constant of a kind."""
        match kind:
            case "money":
                return self.money()
            case "percent":
                return self.pick(("0%", "1%", "2.5%", "10%", "50%", "33.3333%", "100%"))
            case "whole":
                return self.pick(("0", "1", "2", "3", "10"))
            case "number":
                return self.pick(("0.5", "1.5", "2.25", "0.333333"))
            case "date":
                return self.pick(DAYS)
            case "days":
                return self.pick(("0 days", "1 days", "30 days", "90 days"))
            case "boolean":
                return self.pick(("yes", "no"))
            case "level":
                return self.pick(("Select", "Premier", "Gold"))
            case _:
                return self.pick(('"a"', '"b"', '"é"', '"a b"'))

    # --- expressions -------------------------------------------------------------------------------------------------

    def of(self, kind: str, scope: Scope, depth: int) -> str:
        """A phrase of a kind that is never missing."""
        if depth <= 0 or self.chance(4):
            return self._leaf(kind, scope)
        ways: list[Callable[[], str]] = []

        def part(of: str = kind) -> str:
            return self.of(of, scope, depth - 1)

        if kind != "boolean":
            ways.append(lambda: self._if(kind, scope, depth))
        match kind:
            case "money" | "percent" | "whole" | "number" | "days":
                ways += [lambda: f"({part()} {self.word(('+', '-'), 'operator')} {part()})"]
                ways += [lambda: f"({self.word(('smaller', 'larger'), 'word')} of {part()} and {part()})"]
                ways += self._numbers(kind, scope, depth)
            case "date":
                ways += [lambda: f"({part()} {self.word(('+', '-'), 'days')} {self.constant('days')})"]
                ways += [
                    lambda: f"({part()} + {self.pick(('1 month', '1 year'))} or {self.word(('last day', 'next day'), 'months')})"
                ]
                ways += [lambda: f"({self.word(('smaller', 'larger'), 'word of dates')} of {part()} and {part()})"] * 0
            case "boolean":
                return self.condition(scope, depth)
            case _:
                pass
        ways += self._missing(kind, scope, depth)
        return self.pick(ways)() if ways else self._leaf(kind, scope)

    def _leaf(self, kind: str, scope: Scope) -> str:
        names = [name for name, of in scope.fields if of == kind]
        names += [name for name, of in self.params if of == kind]
        days = [name for name, of in scope.fields if of == "date"]
        if days:
            names += [
                f"({name} on {self.pick(days)}){self.use('param on')}" for name, of in self.dated if of == kind and self.chance(2)
            ]
        return self.pick(names) if names and not self.chance(4) else self.constant(kind)

    def _numbers(self, kind: str, scope: Scope, depth: int) -> list[Callable[[], str]]:
        def part(of: str = kind) -> str:
            return self.of(of, scope, depth - 1)

        ways: list[Callable[[], str]] = []
        if kind != "days":
            ways.append(lambda: f"(-{part()}){self.use('operator -x')}")
        if kind == "money":
            ways += [lambda: f"({part(self.pick(('percent', 'number')))} * {part()}){self.use('operator *')}"]
            ways += [lambda: f"({part()} rounded {self.word(MODES, 'rounded')} to {self.unit()})"]
        if kind == "number":
            ways.append(lambda: self._quotient(scope, depth))
        if kind == "days":
            ways += [lambda: f"({part('date')} - {part('date')}){self.use('date - date')}"]
        for record, fields, tie in scope.others:
            inner = Scope(fields)
            if kind in ("money", "days"):
                ways.append(partial(self._over, "sum", kind, record, inner, tie, depth))
            if kind == "whole":
                ways.append(partial(self._over, "count", "", record, inner, tie, depth))
                ways.append(partial(self._distinct, record, inner, tie, depth))
        return ways

    def _quotient(self, scope: Scope, depth: int) -> str:
        """A quotient of money: by a field, which may be zero, or by a constant, which is not."""
        divisors = [name for name, of in scope.fields if of == "money"]
        how = f"to {self.pick(('1', '2', '4'))} places {self.word(MODES, 'divide')}"
        dividend = self.of("money", scope, depth - 1)
        if not divisors or self.chance(3):
            return f"({dividend} / {self.money('3', '10')} {how})"
        return f"({dividend} / {self.pick(divisors)} {how} otherwise {self.constant('number')})"

    def _distinct(self, record: str, inner: Scope, tie: str, depth: int) -> str:
        return self._over("count of distinct", self.pick(("text", "date")), record, inner, tie, depth)

    def _over(self, word: str, kind: str, record: str, inner: Scope, tie: str, depth: int) -> str:
        """An aggregate over the rows of a record that are tied to this one."""
        self.use(f"aggregate {word}")
        condition = tie if tie and self.chance(2) else " and ".join(filter(None, (tie, self.condition(inner, min(depth - 1, 1)))))
        where = f" where {condition}" if condition else ""
        if word in ("count", "any"):
            return f"({word} of {record}{where})" if word == "count" else f"(any {record}{where})"
        each = word if word.endswith("distinct") else f"{word} of"
        return f"({each} {self.of(kind, inner, min(depth - 1, 1))} over {record}{where})"

    def _missing(self, kind: str, scope: Scope, depth: int) -> list[Callable[[], str]]:
        """Ways to have a value that may be missing, with what stands for it then."""
        ways: list[Callable[[], str]] = []
        for name, of in scope.optional:
            if of == kind:
                ways.append(partial(self._otherwise, name, kind, scope, depth))
                ways.append(partial(self._if_given, name, kind, scope))
        for name, key, of in self.tables:
            if of == kind and any(field == key for _, field in scope.fields):
                ways.append(partial(self._looked_up, name, key, kind, scope))
        if kind in ("money", "date"):
            words = ("largest", "smallest") if kind == "money" else ("latest", "earliest")
            for record, fields, tie in scope.others:
                inner = Scope(fields)
                ways.append(partial(self._folded, words, kind, record, inner, tie, scope, depth))
        return ways

    def _otherwise(self, name: str, kind: str, scope: Scope, depth: int) -> str:
        return f"({name} otherwise {self.of(kind, scope, depth - 1)}){self.use('otherwise')}"

    def _if_given(self, name: str, kind: str, scope: Scope) -> str:
        return f"({name} if {name} is given otherwise {self.of(kind, scope, 0)}){self.use('is given')}"

    def _folded(self, words: tuple[str, str], kind: str, record: str, inner: Scope, tie: str, scope: Scope, depth: int) -> str:
        return f"({self._over(self.pick(words), kind, record, inner, tie, depth)} otherwise {self.of(kind, scope, 0)})"

    def _looked_up(self, table: str, key: str, kind: str, scope: Scope) -> str:
        self.use("lookup")
        if table in self.total:
            return f"{table}[{self._key(key, scope)}].value"
        return f"({table}[{self._key(key, scope)}].value otherwise {self.of(kind, scope, 0)})"

    def _key(self, kind: str, scope: Scope) -> str:
        """A key of a table: a field, since of a constant it is known whether there is a row, with the decimals of the key."""
        field = self.pick([name for name, of in scope.fields if of == kind])
        return f"({field} rounded half up to {self.unit()})" if kind == "money" else field

    # --- conditions -----------------------------------------------------------------------------------------------------

    def condition(self, scope: Scope, depth: int) -> str:
        """A condition."""
        ways: list[Callable[[], str]] = [lambda: self._compared(scope, depth)] * 4
        flags = [name for name, of in scope.fields if of == "boolean"]
        if flags:
            ways.append(lambda: self.pick(flags))
        ways.append(lambda: f"({self.pick([n for n, of in scope.fields if of == 'date'] or ['2015-03-01'])} in {self._days()})")
        for name, key, _ in self.tables:
            if name not in self.total and any(of == key for _, of in scope.fields):
                ways.append(partial(self._row_given, name, key, scope))
        if scope.optional:
            ways.append(lambda: f"({self.pick([name for name, _ in scope.optional])} is {self.word(('given', 'missing'), 'is')})")
        if depth > 0:
            ways.append(lambda: self._joined(scope, depth))
            ways.append(lambda: f"(not {self.condition(scope, depth - 1)}){self.use('operator not')}")
            for record, fields, tie in scope.others:
                ways.append(partial(self._over, "any", "", record, Scope(fields), tie, depth))
        return self.pick(ways)()

    def _row_given(self, table: str, key: str, scope: Scope) -> str:
        return f"({table}[{self._key(key, scope)}] is given){self.use('row is given')}"

    def _joined(self, scope: Scope, depth: int) -> str:
        first, word = self.condition(scope, depth - 1), self.word(("and", "or"), "operator")
        return f"({first} {word} {self.condition(untested(scope, first), depth - 1)})"

    def _if(self, kind: str, scope: Scope, depth: int) -> str:
        condition = self.condition(scope, depth - 1)
        rest = untested(scope, condition)
        self.use("if")
        return f"({self.of(kind, rest, depth - 1)} if {condition} otherwise {self.of(kind, rest, depth - 1)})"

    def _days(self) -> str:
        first, last = sorted((self.pick(DAYS), self.pick(DAYS)))
        self.use("in days")
        return f"{first} through {last}"

    def _compared(self, scope: Scope, depth: int) -> str:
        kinds = [kind for kind in KINDS if kind not in ("boolean", "level") and any(of == kind for _, of in scope.fields)]
        level = [name for name, of in scope.fields if of == "level"]
        if level and self.chance(3):
            if self.chance(3):
                return f"({self.pick(level)} in Select, Gold){self.use('in values')}"
            return f"({self.pick(level)} {self.word(('=', '<>', '<', '<=', '>', '>='), 'level')} {self.constant('level')})"
        kind = self.pick(kinds or ["whole"])
        symbols = ("=", "<>") if kind == "text" else ("=", "<>", "<", "<=", ">", ">=")
        named = [name for name, of in scope.fields if of == kind] or [self.constant(kind)]
        left = self.pick(named) if kind == "text" or self.chance(2) else self.of(kind, scope, depth - 1)
        symbol, right = self.word(symbols, kind), self.of(kind, scope, depth - 1)
        if right == left:  # the language refuses what always holds
            right = self.constant(kind)
        return f"({left} {symbol} {right})"


def untested(scope: Scope, condition: str) -> Scope:
    """The scope without the optional fields that a condition has tested: beyond it they are known to be there, or not."""
    return replace(scope, optional=tuple(field for field in scope.optional if field[0] not in condition))
