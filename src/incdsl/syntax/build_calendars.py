"""Lark tree to AST: calendars, whose periods are listed or follow a rule."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Sequence

from lark import Token, Tree

from incdsl.diagnostic import nearest
from incdsl.syntax import ast
from incdsl.syntax.build_blocks import BlockBuilder, lines
from incdsl.syntax.build_expressions import Child, the_token
from incdsl.syntax.errors.calendars import EmptyCalendar, MixedCalendar, PeriodBounds
from incdsl.syntax.errors.declarations import MissingLine
from incdsl.syntax.errors.words import UnexpectedWord
from incdsl.syntax.literals import read_whole_number
from incdsl.syntax.mistake import Mistake

_WEEKDAYS = tuple(calendar.day_name)
_MONTHS = tuple(calendar.month_name)[1:]
_ORDINALS = ("first", "second", "third", "fourth")

_FIRST_YEAR, _LAST_YEAR = 1900, 2999

_BY_DAYS = {"months": 1, "quarters": 3, "years": 12}
"""The months of a period, by the name of the tree that makes them."""

_BY_YEARS = ("fiscal_quarters", "fiscal_years")
_OF_FISCAL_YEARS = ("year_end", "long_quarter")

_YEAR_END = "years end on the last Saturday of July"
_LONG_QUARTER = "week 53 goes to the fourth quarter"


class CalendarBuilder(BlockBuilder):
    """Builds calendars."""

    def calendar(self, tree: Tree[Token]) -> ast.Calendar:
        """A calendar; what it says of itself in more ways than one, or not at all, goes to `found`."""
        name, label, *rest = tree.children
        periods = self.each(self._period, lines(tree, "period"))
        is_broken = self.is_broken(tree)
        rule = self._rule(tree, is_broken)
        said_by_lines = lines(tree, *_BY_DAYS, *_BY_YEARS, *_OF_FISCAL_YEARS)
        return ast.Calendar(
            self.span(tree),
            self.identifier(name),
            self.label(label),
            periods,
            self.provenance([*rest, *(child for line in said_by_lines for child in line.children)]),
            is_broken or (rule is None and bool(said_by_lines)),
            rule,
        )

    def calendar_line(self, tree: Tree[Token]) -> None:
        """Raises `Mistake` for what a line of a calendar says that cannot be."""
        match tree.data:
            case "period":
                self._period(tree)
            case "year_end":
                self._year_end(tree)
            case "long_quarter":
                self._long_quarter(tree)
            case data if data in _BY_DAYS:
                self._by_days(tree)
            case data if data in _BY_YEARS:
                self._years(tree)
            case _:
                pass

    def _period(self, tree: Tree[Token]) -> ast.Period:
        name, start, end, *rest = tree.children
        return ast.Period(self.span(tree), self.identifier(name), self.date(start), self.date(end), self.provenance(rest))

    def _rule(self, tree: Tree[Token], is_broken: bool) -> ast.CalendarRule | None:
        """What the periods follow from; None when they are listed, or when what is said of them does not do."""
        rules, parts = lines(tree, *_BY_DAYS, *_BY_YEARS), lines(tree, *_OF_FISCAL_YEARS)
        year_end, long_quarter = self.once(tree, "year_end"), self.once(tree, "long_quarter")
        both = self._mixed(tree, rules, parts)
        if both is not None:
            self.found.append(MixedCalendar(self.span(both[1]), self.span(both[0])))
            return None
        if not rules:
            if parts and not is_broken:
                line = "fiscal quarters of the years 2015 through 2024"
                self.found.append(MissingLine(self.first_line(tree), "calendar", "fiscal", line))
            return None
        (rule,) = rules
        if rule.data in _BY_DAYS:
            return self._by_days(rule)
        first, last = self._years(rule)
        if last < first:
            self.found.append(EmptyCalendar(self.span(rule), str(first), str(last)))
            return None
        missing = [] if year_end else [MissingLine(self.first_line(tree), "calendar", "years end", _YEAR_END)]
        if rule.data == "fiscal_quarters" and not long_quarter:
            missing.append(MissingLine(self.span(rule), "calendar", "week 53", _LONG_QUARTER))
        if missing:
            self.found += [] if is_broken else missing
            return None
        weekday, month = self._year_end(year_end) if year_end else (0, 0)
        quarter = self._long_quarter(long_quarter) if long_quarter else 4
        return ast.CalendarRule(self.span(rule), str(rule.data), None, None, first, last, weekday, month, quarter)

    def _mixed(
        self, tree: Tree[Token], rules: Sequence[Tree[Token]], parts: Sequence[Tree[Token]]
    ) -> tuple[Tree[Token], Tree[Token]] | None:
        """Two lines of a calendar that do not go together, the later one second."""
        periods = lines(tree, "period")
        for one, other in ((periods, rules), (periods, parts), (rules[:1], rules[1:])):
            if one and other:
                return _in_order(one[0], other[0])
        for rule in rules:
            for part in parts:
                if rule.data in _BY_DAYS or (rule.data == "fiscal_years" and part.data == "long_quarter"):
                    return _in_order(rule, part)
        return None

    def _by_days(self, tree: Tree[Token]) -> ast.CalendarRule | None:
        first, last = (self.date(child) for child in tree.children[:2])
        if last.value < first.value:
            self.found.append(EmptyCalendar(self.span(tree), first.span.text, last.span.text))
            return None
        off = (self._off(first, "starts", str(tree.data)), self._off(last, "ends", str(tree.data)))
        found = [mistake for mistake in off if mistake is not None]
        self.found += found
        return None if found else ast.CalendarRule(self.span(tree), str(tree.data), first, last)

    @staticmethod
    def _off(day: ast.Date, verb: str, kind: str) -> PeriodBounds | None:
        """What is wrong with the first or last day when it lies inside a period: nobody says what a part would be."""
        months, value = _BY_DAYS[kind], day.value
        start = value.replace(month=(value.month - 1) // months * months + 1, day=1)
        end = start.replace(month=start.month + months - 1, day=calendar.monthrange(start.year, start.month + months - 1)[1])
        near = [start] if verb == "starts" else [end]
        if verb == "starts" and end < datetime.date.max:
            near.append(end + datetime.timedelta(days=1))
        elif verb == "ends" and start > datetime.date.min:
            near.insert(0, start - datetime.timedelta(days=1))
        return None if value in near else PeriodBounds(day.span, str(value), verb, kind.removesuffix("s"), tuple(map(str, near)))

    def _years(self, tree: Tree[Token]) -> tuple[int, int]:
        """The first and the last fiscal year."""
        first, last = (self._year(the_token(child)) for child in tree.children[:2])
        return first, last

    def _year(self, token: Token) -> int:
        year = read_whole_number(self.source, token, "a year")
        if not _FIRST_YEAR <= year <= _LAST_YEAR or len(token) != 4:
            raise Mistake(UnexpectedWord(self.span(token), str(token), "years", ("a year such as `2015`",)))
        return year

    def _year_end(self, tree: Tree[Token]) -> tuple[int, int]:
        """The day of the week, Monday 0, and the month on whose last such day the fiscal years end."""
        weekday, month = tree.children[:2]
        return (
            self._place(weekday, _WEEKDAYS, "last", "a day of the week such as `Saturday`"),
            self._place(month, _MONTHS, "of", "a month such as `July`") + 1,
        )

    def _long_quarter(self, tree: Tree[Token]) -> int:
        """The quarter, from 1, that takes the 53rd week."""
        week, quarter = tree.children[:2]
        token = the_token(week)
        if token != "53":
            raise Mistake(UnexpectedWord(self.span(token), str(token), "week", ("`53`",)))
        return self._place(quarter, _ORDINALS, "the", "`first`, `second`, `third` or `fourth`") + 1

    def _place(self, node: Child, words: tuple[str, ...], after: str, expected: str) -> int:
        """Where a word stands among those that may stand there."""
        token = the_token(node)
        if token not in words:
            found = nearest(token, words) or ""
            raise Mistake(UnexpectedWord(self.span(token), str(token), after, (expected,), found))
        return words.index(str(token))


def _in_order(one: Tree[Token], other: Tree[Token]) -> tuple[Tree[Token], Tree[Token]]:
    return (one, other) if one.meta.start_pos < other.meta.start_pos else (other, one)
