"""The parser on time, tables with tests, rates, limits, levels and examples: each construct, and what is said of it when
it is wrong."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from tests.parsing import expression, found, good, help_of, nodes, parsed, the_rules

from incdsl.syntax import ast
from incdsl.syntax.layout import read_lines
from incdsl.syntax.structure import structure

SAMPLE = (Path(__file__).parent / "data/clauses.inc").read_text(encoding="utf-8")


def rule(text: str) -> object:
    """The structure of the only rule of a `for each`."""
    (declaration,) = good(f"for each A\n  {text}\n").declarations
    assert isinstance(declaration, ast.ForEach)
    (only,) = declaration.rules
    return structure(only)


def declaration(text: str) -> object:
    (only,) = good(text).declarations
    return structure(only)


def name(text: str) -> tuple[str, str]:
    return ("Name", text)


def identifier(text: str) -> tuple[str, str]:
    return ("Identifier", text)


def number(text: str) -> tuple[str, Decimal]:
    return ("Number", Decimal(text))


def usd(text: str) -> tuple[str, Decimal, str]:
    return ("Money", Decimal(text), "USD")


def day(text: str) -> tuple[str, datetime.date]:
    return ("Date", datetime.date.fromisoformat(text))


def share(text: str) -> tuple[str, Decimal]:
    return ("Percent", Decimal(text))


# --- good programs ---------------------------------------------------------------------------------------


def test_sample_has_every_kind_of_node() -> None:
    kinds = {type(node).__name__ for node in nodes(good(SAMPLE).declarations)}
    assert kinds >= {
        "After", "CalendarRule", "CellTest", "Designation", "Example", "ExampleTable", "Except", "Invariant", "Level", "Limit",
        "MonthsLater", "OnDay", "PerPeriod",
    }  # fmt: skip


def test_spans_lie_in_each_other() -> None:
    for outer in nodes(good(SAMPLE).declarations):
        for inner in nodes(outer):
            assert outer.span.start <= inner.span.start < inner.span.end <= outer.span.end


def test_months_and_years() -> None:
    assert expression("d + 12 months or last day") == ("MonthsLater", name("d"), 12, "last_day")
    assert expression("d - 1 year or next day") == ("MonthsLater", name("d"), -12, "next_day")
    assert expression("d - 1 month or last day + 2 days") == (
        "Binary", "+", ("MonthsLater", name("d"), -1, "last_day"), ("Days", 2),
    )  # fmt: skip
    assert expression("a = d + 2 years or next day or b") == (
        "Binary", "or", ("Binary", "=", name("a"), ("MonthsLater", name("d"), 24, "next_day")), name("b"),
    )  # fmt: skip


def test_on_a_day() -> None:
    assert expression("rate on day * volume") == ("Binary", "*", ("OnDay", name("rate"), name("day")), name("volume"))
    assert expression("rate on 2015-01-25") == ("OnDay", name("rate"), day("2015-01-25"))
    assert expression("CX[this.partner] on (d + 1 day) >= Express") == (
        "Binary", ">=",
        ("OnDay", ("Lookup", identifier("CX"), (("Member", ("This",), identifier("partner")),)),
         ("Binary", "+", name("d"), ("Days", 1))),
        name("Express"),
    )  # fmt: skip


CALENDARS = [
    (
        "calendar c\n  fiscal quarters of the years 2015 through 2024\n  years end on the last Saturday of July\n"
        "  week 53 goes to the fourth quarter\n",
        ("CalendarRule", "fiscal_quarters", None, None, 2015, 2024, 5, 7, 4),
    ),
    (
        "calendar c\n  week 53 goes to the first quarter\n  years end on the last Monday of December\n"
        "  fiscal quarters of the years 2015 through 2015\n",
        ("CalendarRule", "fiscal_quarters", None, None, 2015, 2015, 0, 12, 1),
    ),
    (
        "calendar c\n  fiscal years of the years 2015 through 2024\n  years end on the last Sunday of January\n",
        ("CalendarRule", "fiscal_years", None, None, 2015, 2024, 6, 1, 4),
    ),
    (
        "calendar c\n  months from 2022-01-01 through 2024-12-31\n",
        ("CalendarRule", "months", day("2022-01-01"), day("2024-12-31"), 0, 0, 0, 0, 4),
    ),
    (
        "calendar c\n  quarters from 2022-01-01 through 2022-03-31\n",
        ("CalendarRule", "quarters", day("2022-01-01"), day("2022-03-31"), 0, 0, 0, 0, 4),
    ),
    (
        "calendar c\n  years from 2022-01-01 through 2024-12-31\n",
        ("CalendarRule", "years", day("2022-01-01"), day("2024-12-31"), 0, 0, 0, 0, 4),
    ),
]


@pytest.mark.parametrize(("text", "rule"), CALENDARS)
def test_calendar(text: str, rule: object) -> None:
    assert declaration(text) == ("Calendar", identifier("c"), None, (), (), False, rule)


def test_all_lines_of_a_calendar_say_where_it_comes_from() -> None:
    text = (
        'calendar c "C"\n  fiscal years of the years 2015 through 2024  cite s "a"\n'
        '  years end on the last Sunday of January\n    cite s "b"\n  cite s "c"\n'
    )
    (calendar,) = good(text).declarations
    assert isinstance(calendar, ast.Calendar)
    assert sorted(source.place for source in calendar.provenance if isinstance(source, ast.Cite)) == ["a", "b", "c"]


def test_dated_parameter() -> None:
    text = 'param r "R" percent by date\n  before 2015-01-25 15%  cite s "a"\n  from 2015-01-25 20%\n  cite s "b"\n'
    assert declaration(text) == (
        "Param", identifier("r"), "R", ("BasicType", "percent"), None, (("Cite", identifier("s"), "b"),),
        (("Tier", False, day("2015-01-25"), share("0.15"), (("Cite", identifier("s"), "a"),)),
         ("Tier", True, day("2015-01-25"), share("0.20"), ())),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "policy"),
    [
        ("unique", "unique"),
        ("any", "any"),
        ("first", "first"),
        ("collect sum", "collect_sum"),
        ("collect smallest", "collect_smallest"),
        ("collect largest", "collect_largest"),
    ],
)
def test_policies(words: str, policy: str) -> None:
    (table,) = good(f'table T "T" {words}\n  | key a: text |\n').declarations
    assert isinstance(table, ast.Table)
    assert table.policy == policy


CELLS = [
    ("any", ("CellTest", "any", None, None)),
    (">= 10", ("CellTest", ">=", number("10"), None)),
    ("> 10 days", ("CellTest", ">", ("Days", 10), None)),
    ("<= -5 USD", ("CellTest", "<=", ("Unary", "-", usd("5")), None)),
    ("< 5%", ("CellTest", "<", share("0.05"), None)),
    ("10..20", ("CellTest", "..", number("10"), number("20"))),
    ("-10 .. 2.5", ("CellTest", "..", ("Unary", "-", number("10")), number("2.5"))),
    ("1,000 USD..2,000 USD", ("CellTest", "..", usd("1000"), usd("2000"))),
    ("2015-01-01..2015-12-31", ("CellTest", "..", day("2015-01-01"), day("2015-12-31"))),
    ("Gold", name("Gold")),
    ("any P where a", ("Aggregate", "any", None, identifier("P"), name("a"))),
]


@pytest.mark.parametrize(("text", "cell"), CELLS, ids=[text for text, _ in CELLS])
def test_cells(text: str, cell: object) -> None:
    (table,) = good(f"table T any\n  | key a: number | b: money |\n  | {text} | 5 USD |\n").declarations
    assert isinstance(table, ast.Table)
    assert structure(table.rows) == (("TableRow", (cell, usd("5")), ()),)


def test_exceptions() -> None:
    assert rule('let c = a\n    except yes when b  cite s "p"\n    except no\n      when d\n      and e\n    cite s "q"') == (
        "Let", identifier("c"), None, name("a"), (("Cite", identifier("s"), "q"),),
        (("Except", ("Boolean", True), name("b"), (("Cite", identifier("s"), "p"),)),
         ("Except", ("Boolean", False), ("Binary", "and", name("d"), name("e")), ())),
    )  # fmt: skip
    assert rule("let c = by a\n    from 5 USD Low\n    except High when b") == (
        "Let", identifier("c"), None, ("Tiers", name("a"), (("Tier", True, usd("5"), name("Low"), ()),), False), (),
        (("Except", name("High"), name("b"), ()),),
    )  # fmt: skip


def test_after() -> None:
    assert rule('require r\n    done this.a\n    after plan, booking  cite s "p"') == (
        "Require", identifier("r"), None, (("RequireLine", "done", ("Member", ("This",), identifier("a")), ()),), (), False,
        (("After", (identifier("plan"), identifier("booking")), (("Cite", identifier("s"), "p"),)),),
    )  # fmt: skip


def test_rates() -> None:
    def steps(text: str) -> object:
        pay = rule(f"pay p\n    {text}")
        assert isinstance(pay, tuple)
        return pay[4]

    tiers = (("Tier", True, usd("0"), share("0.01"), ()), ("Tier", True, usd("10"), share("0.02"), ()))
    under = "\n      from 0 USD 1%\n      from 10 USD 2%"
    assert steps("base a\n    rate 5%") == (
        ("PayStep", "base", name("a"), None, None, (), False),
        ("PayStep", "rate", share("0.05"), None, None, (), False),
    )
    assert steps(f'rate by a.b on the whole amount{under}\n      cite s "p"') == (
        ("PayStep", "rate", ("Tiers", ("Member", name("a"), identifier("b")), tiers, False), None, None,
         (("Cite", identifier("s"), "p"),), False),
    )  # fmt: skip
    assert steps(f"rate by (a - b) on the whole amount{under}") == (
        ("PayStep", "rate", ("Tiers", ("Binary", "-", name("a"), name("b")), tiers, False), None, None, (), False),
    )
    assert steps(f"rate per slice{under}") == (
        ("PayStep", "rate", ("Tiers", None, tiers, False), None, None, (), True),
    )  # fmt: skip


def test_limits() -> None:
    assert rule("limit a, b to 3 deals per partner per quarter of d in order of d, id") == (
        "Limit", (identifier("a"), identifier("b")), number("3"), identifier("deals"),
        (name("partner"), ("PerPeriod", identifier("quarter"), name("d"))), (name("d"), name("id")), (),
    )  # fmt: skip
    assert rule('limit a\n    to 60,000 USD\n    per p.q\n    in order of d\n    cite s "p"') == (
        "Limit", (identifier("a"),), usd("60000"), None, (("Member", name("p"), identifier("q")),), (name("d"),),
        (("Cite", identifier("s"), "p"),),
    )  # fmt: skip
    assert rule("limit a to 3 in order of id") == (
        "Limit", (identifier("a"),), number("3"), None, (), (name("id"),), (),
    )  # fmt: skip


def test_invariant() -> None:
    assert rule('invariant i "I"\n    that a <= b  cite s "p"\n    cite s "q"') == (
        "Invariant", identifier("i"), "I", ("Binary", "<=", name("a"), name("b")),
        (("Cite", identifier("s"), "q"), ("Cite", identifier("s"), "p")),
    )  # fmt: skip


def test_for_each_period() -> None:
    assert declaration("for each A per q\n  let x = 1\n") == (
        "ForEach", identifier("A"), (("Let", identifier("x"), None, number("1"), (), ()),), identifier("q"),
    )  # fmt: skip


def test_designation() -> None:
    text = (
        'designation CX "Customers" for each Partner\n  let n = count of Role\n'
        '  level Advanced "Advanced CX"\n    require n "3"\n      that n >= 3\n    cite s "p"\n'
        '  level Express\n    require m\n      that n >= 1\n  cite s "q"\n'
    )

    def requirement(called: str, label: object, least: str) -> object:
        that = ("RequireLine", "that", ("Binary", ">=", name("n"), number(least)), ())
        return ("Require", identifier(called), label, (that,), (), False, ())

    assert declaration(text) == (
        "Designation", identifier("CX"), "Customers", identifier("Partner"),
        (("Let", identifier("n"), None, ("Aggregate", "count", None, identifier("Role"), None), (), ()),),
        (("Level", identifier("Advanced"), "Advanced CX", (requirement("n", ("String", "3"), "3"),),
          (("Cite", identifier("s"), "p"),)),
         ("Level", identifier("Express"), None, (requirement("m", None, "1"),), ())),
        (("Cite", identifier("s"), "q"),), False, (),
    )  # fmt: skip


def test_example() -> None:
    text = (
        'example "Day 90" on 2023-06-01\n  given Partner\n    | id | country |\n    | "P1" | NL |\n    | "P2" | |\n'
        "  expect payouts\n    | amount |\n    | -5 USD |\n  expect levels\n    | partner |\n"
    )
    partner = ("ExampleTable", identifier("Partner"), (identifier("id"), identifier("country")),
               ((("String", "P1"), name("NL")), (("String", "P2"), None)))  # fmt: skip
    payouts = ("ExampleTable", identifier("payouts"), (identifier("amount"),), ((("Unary", "-", usd("5")),),))
    levels = ("ExampleTable", identifier("levels"), (identifier("partner"),), ())
    assert declaration(text) == ("Example", "Day 90", day("2023-06-01"), (partner,), (payouts, levels))


def test_words_are_reserved_only_where_they_stand_for_themselves() -> None:
    words = ("on", "per", "limit", "except", "level", "base", "rate", "given", "slice", "last", "month", "fiscal", "first")
    file = good("record A\n" + "".join(f"  {word} text\n" for word in words))
    (record,) = file.declarations
    assert isinstance(record, ast.Record)
    assert tuple(field.name.name for field in record.fields) == words
    assert expression("this.on + this.rate") == (
        "Binary", "+", ("Member", ("This",), identifier("on")), ("Member", ("This",), identifier("rate")),
    )  # fmt: skip


# --- mistakes --------------------------------------------------------------------------------------------

LET = "for each A\n  let x = "
PAY = "for each A\n  pay x\n    base a\n    "
FISCAL = "calendar c\n  fiscal quarters of the years 2015 through 2024\n"
YEARS = "  years end on the last Saturday of July\n"
WEEK = "  week 53 goes to the fourth quarter\n"
TABLE = "table T any\n  | key a: number |\n  "
EXAMPLE = 'example "e" on 2023-01-01\n  given A\n    | a | b |\n    '

MISTAKES = [
    # time
    (LET + "d + 12 months", ["2:15 months-without-day"], "`12 months or last day`"),
    (LET + "d - 1 year or", ["2:15 months-without-day"], "`1 year or next day`"),
    (LET + "d + 3 months or last", ["2:15 months-without-day"], "the first of the next"),
    (LET + "d + 3 months or b", ["2:15 months-without-day"], "the last day of that month"),
    (LET + "d + 3 months or lst day", ["2:27 unexpected-word"], "write `last` if that is meant"),
    (LET + "d + 1.5 months or last day", ["2:15 not-a-whole-number"], "without decimals"),
    (LET + "rate on", ["2:16 unexpected-end-of-line"], "a date such as"),
    (LET + "rate on 2015-02-30", ["2:19 impossible-date"], "`2015-02-28`"),
    # calendars
    (FISCAL + WEEK, ["1:1 missing-line"], "`years end on the last Saturday of July`"),
    (FISCAL + YEARS, ["2:3 missing-line"], "`week 53 goes to the fourth quarter`"),
    ("calendar c\n" + YEARS + WEEK, ["1:1 missing-line"], "`fiscal quarters of the years 2015 through 2024`"),
    (FISCAL + YEARS + WEEK + WEEK, ["5:3 duplicate-line"], "keep one"),
    (FISCAL + YEARS + WEEK + "  q 2015-01-01 through 2015-03-31\n", ["5:3 mixed-calendar"], "lists its periods, or says once"),
    (FISCAL + YEARS + WEEK + "  months from 2015-01-01 through 2015-03-31\n", ["5:3 mixed-calendar"], "`years end`"),
    ("calendar c\n  months from 2015-01-01 through 2015-12-31\n" + YEARS, ["3:3 mixed-calendar"], "`fiscal years`"),
    ("calendar c\n  fiscal years of the years 2015 through 2016\n" + YEARS + WEEK, ["4:3 mixed-calendar"], "`week 53`"),
    ("calendar c\n  fiscal years of the years 2016 through 2015\n" + YEARS, ["2:3 period-order"], "`2015 through 2016`"),
    ("calendar c\n  years from 2016-01-01 through 2015-01-01\n", ["2:3 period-order"], "`2015-01-01 through 2016-01-01`"),
    (FISCAL.replace("2024", "24") + YEARS + WEEK, ["2:45 unexpected-word"], "a year such as `2015`"),
    (FISCAL + YEARS.replace("Saturday", "Satuday") + WEEK, ["3:25 unexpected-word"], "write `Saturday`"),
    (FISCAL + YEARS.replace("July", "Juli") + WEEK, ["3:37 unexpected-word"], "write `July`"),
    (FISCAL + YEARS + WEEK.replace("53", "54"), ["4:8 unexpected-word"], "`53`"),
    (FISCAL + YEARS + WEEK.replace("fourth", "last"), ["4:23 unexpected-word"], "`first`, `second`, `third` or `fourth`"),
    (FISCAL + YEARS + "  week 53 goes to fourth quarter\n", ["4:19 unexpected-word"], "`the`"),
    # dated parameters
    ("param r percent by date", ["1:17 missing-body"], "the days with their values"),
    ("param r percent by day\n  from 2015-01-01 5%\n", ["1:20 unexpected-word"], "comes `date`"),
    ("param r percent by date\n  below 2015-01-01 5%\n  from 2015-01-01 6%\n", ["2:3 unexpected-word"], "write `before`"),
    ("param r percent by date\n  from 2015-01 5%\n", ["2:8 unexpected-word"], "a date such as"),
    # tables
    ("table T\n  | key a: text |\n", ["1:7 unexpected-end-of-line"], "`collect sum`"),
    ("table T collect\n  | key a: text |\n", ["1:9 unexpected-end-of-line"], "`largest`, `smallest` or `sum`"),
    (TABLE + "| = 5 |", ["3:5 unexpected-word"], "a value"),
    (TABLE + "| 5.. |", ["3:9 unexpected-word"], "a value"),
    (TABLE + "| >= |", ["3:8 unexpected-word"], "a value"),
    # rules
    (LET + "a\n    except b", ["3:12 unexpected-end-of-line"], "`when`"),
    (LET + "a\n    except b if c", ["3:17 unexpected-end-of-line"], "`when`"),
    (LET + "a\n    unless b when c", ["3:5 unexpected-word"], "`except`"),
    ("for each A\n  require r\n    done a\n    after b and c", ["4:13 unexpected-word"], "write `,`"),
    (PAY + "rate by a\n      from 0 USD 1%", ["4:5 rate-without-scope"], "`rate by a on the whole amount`"),
    (PAY + "rate by a per slice\n      from 0 USD 1%", ["4:5 rate-without-scope"], "`rate per slice`"),
    (PAY + "rate by a - b on the whole amount\n      from 0 USD 1%", ["4:15 unexpected-word"], "parentheses"),
    (PAY + "rate per slice", ["4:5 missing-body"], "the bounds with their rates"),
    ('for each A\n  pay p "P of {this.id}"\n    amount a', ["2:15 label-not-filled-in"], "the label of a `require`"),
    ('for each A\n  let v "{1} and { this.b }" = a', ["2:18 label-not-filled-in"], "without braces"),
    ('record A "As of {day}"\n  id text key', ["1:17 label-not-filled-in"], "what it is for every row"),
    ('record A\n  id "{id}" text key', ["2:7 label-not-filled-in"], "what it is for every row"),
    ('record A\n  id text key\n  must id is given "no {id}"', ["3:24 label-not-filled-in"], "what it is for every row"),
    ("for each A\n  limit a to 3 deals per b", ["2:3 limit-without-order"], "in order of"),
    ("for each A\n  limit a to 3 deals\n    per b\n    cite s \"p\"", ["2:3 limit-without-order"], "in order of"),
    ("for each A\n  limit a to 2.5 deals per b in order of c", ["2:14 not-a-whole-number"], "without decimals"),
    ("for each A\n  limt a to 3 deals\n    per b\n    in order of c", ["2:3 unexpected-word"], "write `limit`"),
    ("for each A\n  limit a too 3 deals per b in order of c", ["2:11 unexpected-word"], "write `to`"),
    ("for each A\n  invariant i", ["2:3 missing-body"], "what always holds"),
    ("for each A\n  invariant i\n    cite s \"p\"", ["2:3 missing-line"], "`that "),
    ("for each A\n  invariant i\n    that a\n    that b", ["4:5 duplicate-line"], "keep one"),
    ("for each A pre q\n  let x = 1", ["1:12 unexpected-word"], "write `per`"),
    # designations and examples
    ("designation D for each A", ["1:1 missing-body"], "its levels"),
    ("designation D for each A\n  level L", ["2:3 missing-body"], "what the level requires"),
    ("designation D for A\n  level L\n    require r\n      that a", ["1:19 unexpected-word"], "`each`"),
    ("designation D for each A\n  levle L\n    require r\n      that a", ["2:3 unexpected-word"], "write `level`"),
    ("level L\n  require r\n    that a", ["1:1 unknown-declaration"], "indented under `designation`"),
    ("example on 2023-01-01\n  given A\n    | a |\n", ["1:9 unexpected-word"], "a text in quotes"),
    ('example "e" on 2023-06-31\n  given A\n    | a |\n', ["1:16 impossible-date"], "`2023-06-30`"),
    ('example "e" on 2023-01-01\n', ["1:1 missing-body"], "rows under `given RECORD`"),
    ('example "e" on 2023-01-01\n  given A\n', ["2:3 missing-body"], "the names of the columns"),
    ('example "e" on 2023-01-01\n  give A\n    | a |\n', ["2:3 unexpected-word"], "write `given`"),
    ('example "e" on 2023-01-01\n  given A\n    | "a" |\n', ["3:7 unexpected-word"], "a name"),
    (EXAMPLE + "| 1 | 2", ["4:11 missing-pipe"], "starts and ends with `|`"),
    (EXAMPLE + "| 1 | 2015-02-29 |", ["4:11 impossible-date"], "`2015-02-28`"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected", "advice"), MISTAKES, ids=[text[-30:] for text, _, _ in MISTAKES])
def test_mistake(text: str, expected: list[str], advice: str) -> None:
    assert found(text) == expected
    assert advice in help_of(text)


def test_mistakes_of_one_calendar_are_told_together() -> None:
    assert found("calendar c\n  fiscal quarters of the years 2015 through 2024\n") == ["1:1 missing-line", "2:3 missing-line"]


# --- what is left after a mistake ------------------------------------------------------------------------


@pytest.mark.parametrize("junk", [" (((", " ]", " zzzz zzzz"])
def test_a_broken_line_is_one_mistake_and_hides_no_other_declaration(junk: str) -> None:
    whole = structure(good(SAMPLE).declarations)
    assert isinstance(whole, tuple)
    for line in read_lines(SAMPLE)[0]:
        file, sink = parsed(SAMPLE[: line.end] + junk + SAMPLE[line.end :])
        assert len(sink.diagnostics) == 1, SAMPLE[line.start : line.end]
        rest = structure(file.declarations)
        assert isinstance(rest, tuple)
        assert len(rest) == len(whole)
        assert sum(one != other for one, other in zip(whole, rest, strict=True)) == 1


def test_a_broken_line_takes_only_itself() -> None:
    (pay,) = the_rules("for each A\n  pay x\n    base a\n    rate by a\n      from 5 USD 5%\n    round half up to 0.01\n")
    assert isinstance(pay, ast.Pay)
    assert pay.broken
    assert [step.kind for step in pay.steps] == ["base", "round"]
    (let,) = the_rules("for each A\n  let x = a\n    except b when\n    except c when d\n")
    assert isinstance(let, ast.Let)
    assert [structure(exception.value) for exception in let.exceptions] == [name("c")]
    (tiered,) = the_rules("for each A\n  pay x\n    rate per slice\n      from 0 USD 1% 1%\n      from 5 USD 2%\n")
    assert isinstance(tiered, ast.Pay)
    (step,) = tiered.steps
    assert isinstance(step.value, ast.Tiers)
    assert step.value.broken
    assert len(step.value.tiers) == 1


def test_what_lost_a_line_says_so() -> None:
    text = "designation D for each A\n  level L\n    require r\n      that a a\n  level M\n    require s\n      that b\n"
    (designation,) = parsed(text)[0].declarations
    assert isinstance(designation, ast.Designation)
    assert designation.broken
    assert [level.name.name for level in designation.levels] == ["L", "M"]
    (calendar,) = parsed(FISCAL + YEARS + "  week 53 goes\n")[0].declarations
    assert isinstance(calendar, ast.Calendar)
    assert calendar.broken
    assert calendar.rule is None


def test_what_cannot_be_read_leaves_its_names() -> None:
    text = (
        "param r percent by date\n  from 2015-01-01 5% 5%\ndesignation D for A\n  level L\n    require r\n      that a\n"
        "for each A\n  invariant i\n    that a a\n  limit p to to 3\n"
    )
    param, designation, for_each = parsed(text)[0].declarations
    assert isinstance(param, ast.Invalid)
    assert param.names == ("r",)
    assert isinstance(designation, ast.Invalid)
    assert designation.names == ("D",)
    assert isinstance(for_each, ast.ForEach)
    assert [rule.names for rule in for_each.rules if isinstance(rule, ast.Invalid)] == [("i",), ()]


def test_an_example_with_a_broken_line_is_not_run() -> None:
    (example,) = parsed(EXAMPLE + "| 1 | 2\n    | 3 | 4 |\n")[0].declarations
    assert isinstance(example, ast.Invalid)


def test_the_lines_under_a_broken_first_line_are_still_read() -> None:
    assert found('example "e" 2023-01-01\n  given A\n    | a |\n    | 2015-02-29 |\n') == [
        "1:13 unexpected-word", "4:7 impossible-date",
    ]  # fmt: skip
    assert found("designation D A\n  level L\n    require r\n      by 2015-06-31\n") == [
        "1:15 unexpected-word", "4:10 impossible-date",
    ]  # fmt: skip
    assert found("for each A\n  invariant i i\n    that 2015-06-31\n") == ["2:15 unexpected-word", "3:10 impossible-date"]
    assert found("param r percent\n  from 2015-06-31 5%\n") == ["1:9 unexpected-end-of-line", "2:8 impossible-date"]
