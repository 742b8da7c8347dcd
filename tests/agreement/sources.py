"""Draws programs of the language as text, well-formed by construction, and rows for their feeds.

What the generator of core programs cannot reach is here: tiers on the whole amount and per slice, exceptions, decision tables,
calendars of every form, parameters by date, requirements with every line, payments with every step, limits of places and
of money, designations, invariants; each through the parser, the checker and the lowering.
"""

from __future__ import annotations

import datetime
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.agreement.phrases import MODES, Phrases, Scope
from tests.agreement.programs import Drawn
from tests.agreement.source_rows import draw_rows

from incdsl import driver
from incdsl.render import render

AS_OFS = tuple(map(datetime.date.fromisoformat, ("2015-02-25", "2015-03-01", "2015-03-31", "2016-03-01")))

CALENDARS = {
    "listed": [
        "  first  2015-01-01 through 2015-02-24", "  second 2015-02-25 through 2015-03-01",
        "  third 2015-03-02 through 2016-12-31",
    ],
    "months": ["  months from 2015-01-01 through 2016-12-31"],
    "quarters": ["  quarters from 2015-01-01 through 2016-12-31"],
    "years": ["  years from 2014-01-01 through 2016-12-31"],
    "fiscal quarters": [
        "  fiscal quarters of the years 2014 through 2017", "  years end on the last Saturday of July",
        "  week 53 goes to the fourth quarter",
    ],
    "fiscal years": ["  fiscal years of the years 2014 through 2017", "  years end on the last Saturday of February"],
}  # fmt: skip

NAMED = {
    "listed": "first", "months": '"2015-02"', "quarters": '"2015 Q1"', "years": '"2015"', "fiscal quarters": '"FY2015 Q3"',
    "fiscal years": "FY2015",
}  # fmt: skip
"""A period of each form, as rules name it."""

PARTNER = (("country", "country"), ("level", "level"), ("volume", "money"))
ORDER = (
    ("id", "text"),
    ("amount", "money"),
    ("quantity", "whole"),
    ("factor", "number"),
    ("share", "percent"),
    ("booked_on", "date"),
    ("tagged", "boolean"),
)
OPTIONAL = (("shipped_on", "date"), ("note", "text"), ("discount", "percent"))


RECORDS = """
record Partner
  id text key like "P*"
  country country
  level one of Select, Premier, Gold lowest first
  volume money

record Order
  id text key like "O#" or "O##"
  partner Partner
  amount money
  quantity whole number at least 0 at most 1,000
  factor number
  share percent
  booked_on date
  tagged boolean
  shipped_on event
  note optional text at most 12 characters
  discount optional percent
{dated}
record Role
  partner Partner key
  person text key
  held date through optional date key
"""


@dataclass(frozen=True)
class Source:
    """A drawn program as text, what stands in it, and the day it is looked at."""

    text: str
    used: Counter[str]
    as_of: datetime.date


class NotWellFormed(Exception):
    """A drawn program that the checker refuses; the message is what it says."""


def draw_source(seed: int, scale: int = 1) -> Source:
    """The program of a seed; with `scale` 10 every amount of money in it is ten times as much."""
    return _Sources(Phrases(Random(seed), scale=scale)).source()


def lowered(source: Source, seed: int) -> Drawn:
    """The program of a text, with rows drawn for its feeds. Raises NotWellFormed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.inc"
        path.write_text(source.text, encoding="utf-8")
        loaded = driver.load(str(path))
    if loaded.program is None:
        raise NotWellFormed(render(loaded.sink.sorted()))
    return Drawn(loaded.program, draw_rows(loaded.program, Random(seed)), source.as_of)


class _Sources:
    def __init__(self, phrases: Phrases) -> None:
        self.p = phrases
        self.lines: list[str] = []

    def source(self) -> Source:
        self.say('program DRAWN "Drawn"', "  currency USD", "", 'source guide "A guide"', "")
        self._calendar()
        self._params()
        self._tables()
        self._records()
        if self.p.chance(3):
            self._designation()
        self._orders()
        if self.p.chance(2):
            self._partners()
        return Source("\n".join(self.lines) + "\n", self.p.used, self.p.pick(AS_OFS))

    def say(self, *lines: str) -> None:
        self.lines += lines

    # --- what is declared ------------------------------------------------------------------------------------------

    def _calendar(self) -> None:
        form = self.p.word(tuple(CALENDARS), "calendar")
        self.named = f"Period[{NAMED[form]}]"
        self.say("calendar Period", *CALENDARS[form], '  cite guide "1"', "")

    def _params(self) -> None:
        kinds = ("money", "percent", "whole", "number", "date", "days")
        found = [(f"p{at}", self.p.pick(kinds)) for at in range(self.p.upto(3))]
        words = {"whole": "whole number"}
        for name, kind in found:
            self.say(f'param {name} {words.get(kind, kind)} = {self.p.constant(kind)}  cite guide "2"')
        self.p.params = tuple(found)
        if self.p.chance(2):
            kind = self.p.pick(("percent", "money"))
            self.say(f"param moving {kind} by date", f'  before 2015-03-01 {self.p.constant(kind)}  cite guide "3"')
            self.say(f'  from   2015-03-01 {self.p.constant(kind)}  cite guide "3"')
            self.p.dated = (("moving", kind),)

    def _tables(self) -> None:
        tables = []
        if self.p.chance(2):
            kind = self.p.pick(("money", "percent"))
            rows = [f"  | {level} | {self.p.constant(kind)} |" for level in ("Select", "Premier", "Gold") if not self.p.chance(4)]
            if rows:
                self.p.use("table unique")
                heading = f"  | key level: one of Select, Premier, Gold | value: {kind} |"
                self.say("", "table ByLevel unique", heading, *rows, '  cite guide "4"')
                tables.append(("ByLevel", "level", kind))
        if self.p.chance(2):
            policy = self.p.word(("first", "any", "collect sum", "collect smallest", "collect largest"), "table")
            value = "10 USD" if policy == "any" else None
            tests = [f">= {self.p.money('100')}", f"{self.p.money('0')}..{self.p.money('50')}", f"< {self.p.money('1')}", "any"]
            chosen = [test for test in tests if not self.p.chance(3)] or ["any"]
            same = self.p.money("10") if value else None
            self.say("", f"table ByAmount {policy}", "  | key amount: money | value: money |")
            self.say(*(f"  | {test} | {same or self.p.money()} |" for test in chosen), '  cite guide "5"')
            if "any" not in chosen:
                tables.append(("ByAmount", "money", "money"))
                self.p.total = ("ByAmount",) if policy == "collect sum" else ()
        self.p.tables = tuple(tables)

    def _records(self) -> None:
        known = self.p.chance(2)
        self.say(*RECORDS.format(dated="  dated by booked_on\n" if known else "").splitlines(), "")
        self.p.use("dated by" if known else "not dated")

    def _designation(self) -> None:
        self.p.designation = True
        self.p.use("designation")
        self.say(
            "designation Status for each Partner",
            "  let people = count of distinct person over Role where partner = this and held covers day",
            "  level Full", "    require people", f"      that people >= {self.p.pick(('2', '3'))}", '      cite guide "6"',
            "  level Basic", "    require people", "      that people >= 1", '      cite guide "6"', "",
        )  # fmt: skip

    # --- rules -------------------------------------------------------------------------------------------------------

    def _orders(self) -> None:
        others = (
            ("Order", ORDER, "partner = this.partner"),
            ("Role", (("person", "text"),), "partner = this.partner and held covers this.booked_on"),
        )
        fields = (*ORDER, ("partner.level", "level"), ("partner.volume", "money"))
        self.say("for each Order")
        scope = self._lets(Scope(fields, others, OPTIONAL), "booked_on")
        self.say(f"  let fixed_end = {self.named}.end", f"  let in_fixed = booked_on in {self.named}")
        if self.p.designation:
            self.say("  let status = Status[partner] on booked_on")
        requirements = self._requirements(scope, "booked_on", "shipped_on", "asked")
        payments = [self._payment(f"pay{at}", scope, requirements, "booked_on") for at in range(1 + self.p.upto(1))]
        self._limit(payments)
        if self.p.chance(3):
            self.p.use("invariant")
            self.say("  invariant sane", f"    that quantity < 900 or {self.p.condition(scope, 1)}", '    cite guide "7"')
        self.say("")

    def _partners(self) -> None:
        per = self.p.chance(2)
        tie = "partner = this.partner and booked_on in this.period" if per else "partner = this"
        own = "partner." if per else ""
        fields = [(f"{own}level", "level"), (f"{own}volume", "money")] + (
            [("period.start", "date"), ("period.end", "date")] if per else []
        )
        self.p.use("for each per" if per else "for each Partner")
        self.say("for each Partner per Period" if per else "for each Partner")
        scope = self._lets(Scope(tuple(fields), (("Order", ORDER, tie),)), "period.end" if per else None)
        requirements = self._requirements(scope, "period.end" if per else "2015-03-01", None, "needed")
        self._payment("bonus", scope, requirements, "period.end" if per else None)
        self.say("")

    def _lets(self, scope: Scope, day: str | None) -> Scope:
        for at in range(1 + self.p.upto(3)):
            kind, name = self.p.pick(("money", "money", "percent", "whole", "number", "date", "days", "boolean")), f"v{at}"
            form = self.p.upto(5)
            if form == 0 and kind != "boolean":
                subject = self.p.of("money", scope, 1)
                self.say(f"  let {name} = by {subject}", f"    below {self.p.money('5')} {self.p.constant(kind)}")
                self.say(
                    f"    from  {self.p.money('5')} {self.p.of(kind, scope, 1)}",
                    f"    from  {self.p.money('100')} {self.p.constant(kind)}",
                )
                self.p.use("tier by money")
            elif form == 1 and day is not None and kind != "boolean":
                self.say(f"  let {name} = by {day}", f"    before 2015-03-01 {self.p.of(kind, scope, 1)}")
                self.say(f"    from   2015-03-01 {self.p.of(kind, scope, 1)}")
                self.p.use("tier by date")
            elif form == 2 and kind in ("money", "percent"):
                value = self.p.constant(kind)
                self.say(f"  let {name} = {self.p.of(kind, scope, 1)}")
                self.say(*(f"    except {value} when {self.p.condition(scope, 1)}" for _ in range(1 + self.p.upto(1))))
                self.p.use("exceptions")
            else:
                self.say(f"  let {name} = {self.p.of(kind, scope, 2)}")
            scope = Scope((*scope.fields, (name, kind)), scope.others, scope.optional)
        return scope

    def _requirements(self, scope: Scope, day: str, event: str | None, prefix: str) -> list[str]:
        names: list[str] = []
        done: list[str] = []
        for at in range(1 + self.p.upto(2)):
            name = f"{prefix}{at}"
            self.say(f"  require {name}" + (' "What is asked for"' if self.p.chance(2) else ""))
            if self.p.chance(3):
                self.say(f"    when {self.p.condition(scope, 1)}{self.p.use('when')}")
            if event is not None and self.p.chance(2):
                self.say(f"    done {event}{self.p.use('done')}")
                if done and self.p.chance(2):
                    self.say(f"    after {self.p.pick(done)}{self.p.use('after')}")
                done.append(name)
            else:
                self.say(f"    that {self.p.condition(scope, 2)}{self.p.use('that')}")
            if self.p.chance(2):
                later = self.p.pick(("", " + 30 days", " + 1 month or last day")) if day != "2015-03-01" else ""
                self.say(f"    by {day}{later}{self.p.use('by')}")
            self.say('    cite guide "8"')
            names.append(name)
        return names

    def _payment(self, name: str, scope: Scope, requirements: list[str], day: str | None) -> str:
        needs = [one for one in requirements if self.p.chance(2)] or requirements[:1]
        self.say(f"  pay {name}", f"    needs {', '.join(needs)}")
        form = self.p.word(("amount", "rate", "whole amount", "per slice", "tier of other"), "pay")
        lowest = self.p.pick(("below", "from"))
        first, second = self.p.money("10"), self.p.money("50")
        tiers = [f"      below {first} {self.p.constant('percent')}"] if lowest == "below" else []
        tiers += [f"      from {bound} {self.p.constant('percent')}" for bound in (first if tiers else self.p.money("0"), second)]
        base = f"larger of {self.p.of('money', scope, 1)} and {self.p.money('0')}"
        match form:
            case "amount":
                self.say(f"    amount {self.p.of('money', scope, 2)}")
            case "rate":
                self.say(f"    base {self.p.of('money', scope, 1)}", f"    rate {self.p.of('percent', scope, 1)}")
            case "whole amount":
                self.say(f"    base ({base})", f"    rate by ({base}) on the whole amount", *tiers)
            case "tier of other":
                other = f"larger of {self.p.of('money', scope, 1)} and {self.p.money('0')}"
                self.say(f"    base {self.p.of('money', scope, 1)}", f"    rate by ({other}) on the whole amount", *tiers)
            case _:
                self.say(f"    base ({base})", "    rate per slice", *tiers)
        if self.p.chance(3):
            self.say(f"    plus {self.p.of('money', scope, 1)}{self.p.use('plus')}")
        if self.p.chance(3):
            self.say(f"    at most {self.p.of('money', scope, 1)}{self.p.use('at most')}")
        if self.p.chance(3):
            self.say(f"    at least {self.p.money('5')} otherwise forfeit{self.p.use('at least')}")
        self.say(f"    round {self.p.word(MODES, 'round')} to {self.p.unit()}")
        if day is not None and self.p.chance(3):
            self.say(f"    due {day} + 45 days{self.p.use('due')}")
        self.say('    cite guide "9"')
        return name

    def _limit(self, payments: list[str]) -> None:
        if self.p.chance(2):
            return
        per = self.p.pick(("per partner", "per partner per Period of booked_on", "per Period of booked_on"))
        order = self.p.pick(("booked_on, id", "amount, id", "id"))
        if self.p.chance(2):
            self.p.use(f"limit of places {per}")
            self.say(f"  limit {', '.join(payments)} to {self.p.pick(('1', '2', '3'))} orders {per} in order of {order}")
        else:
            self.p.use(f"limit of money {per}")
            self.say(f"  limit {payments[0]} to {self.p.money('100')} {per} in order of {order}")
        self.say('    cite guide "10"')
