"""The formatter: the canonical layout, that it is stable, and that it changes neither meaning nor comments."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incdsl.diagnostic import Sink
from incdsl.source import Source
from incdsl.syntax import ast
from incdsl.syntax.formatter import format_file
from incdsl.syntax.layout import scan
from incdsl.syntax.parser import parse
from incdsl.syntax.structure import structure

ROOT = Path(__file__).parent
SAMPLE = (ROOT / "data/sample.inc").read_text(encoding="utf-8")
CLAUSES = (ROOT / "data/clauses.inc").read_text(encoding="utf-8")


def parsed(text: str) -> ast.File:
    sink = Sink()
    file = parse(Source("test.inc", text), sink)
    assert [diagnostic.message() for diagnostic in sink.sorted()] == []
    return file


def formatted(text: str) -> str:
    """The text in the canonical layout, after checking what must hold of any."""
    before = parsed(text)
    result = format_file(before)
    after = parsed(result)
    assert structure(after) == structure(before)
    assert [comment for _, comment in after.comments] == [comment for _, comment in before.comments]
    assert format_file(after) == result
    assert not result or result.endswith("\n")
    assert not result.endswith("\n\n")
    assert not any(line != line.rstrip() for line in result.split("\n"))
    return result


@pytest.mark.parametrize("name", ["sample", "clauses"])
def test_sample(name: str) -> None:
    text = (ROOT / f"data/{name}.inc").read_text(encoding="utf-8")
    canonical = (ROOT / f"data/{name}.formatted.inc").read_text(encoding="utf-8")
    assert formatted(text) == canonical


def test_programs_of_the_repository_are_in_the_canonical_layout() -> None:
    programs = sorted((ROOT.parent / "programs").rglob("*.inc"))
    assert programs
    for path in programs:
        text = path.read_text(encoding="utf-8")
        assert formatted(text) == text, path


LAYOUTS = [
    ("", ""),
    ("\n\n# only a remark\n\n\n", "# only a remark\n"),
    # declarations are parted by one blank line; those of one line and one kind may stand together
    ('use "a"\nuse "b"\n\n\nuse "c"\nparam x number=5\n', 'use "a"\nuse "b"\n\nuse "c"\n\nparam x number = 5\n'),
    ("record A\n id text\nrecord B\n id text\n", "record A\n  id  text\n\nrecord B\n  id  text\n"),
    # numbers
    ("param x money = 57500.50 USD\n", "param x money = 57,500.50 USD\n"),
    ("param x percent = 1000.0%\n", "param x percent = 1,000.0%\n"),
    ("param x days = 007days\n", "param x days = 7 days\n"),
    # spaces
    ("for each A\n let x=-a+( b-c )*T[ d ,-1 ] . e\n", "for each A\n  let x = -a + (b - c) * T[d, -1].e\n"),
    ("for each A\n let x = a - -b\n", "for each A\n  let x = a - -b\n"),
    # columns
    (
        "record A \"L\"\n id text key\n amount \"Amount\" money at least -5 USD\n dated by day\n typically 10000\n",
        'record A "L"\n  id               text key\n  amount "Amount"  money at least -5 USD\n'
        "  dated by         day\n  typically        10,000\n",
    ),
    (
        "for each A\n let x = by a\n  before 2015-01-01 -5%\n  from 2015-01-01 10%\n",
        "for each A\n  let x = by a\n    before 2015-01-01  -5%\n    from   2015-01-01  10%\n",
    ),
    (
        'table T unique\n | key a: text | b: money |\n | "long text" | 5 USD | cite s "p"\n | "b" | 1000 USD |\n cite s "q"\n',
        "table T unique\n  | key a: text | b: money  |\n  | \"long text\" |     5 USD |  cite s \"p\"\n"
        '  | "b"         | 1,000 USD |\n  cite s "q"\n',
    ),
    (
        "for each A\n pay p\n  needs a,b\n  amount 5 USD\n  round half up to 0.01\n",
        "for each A\n  pay p\n    needs   a, b\n    amount  5 USD\n    round   half up to 0.01\n",
    ),
    (
        "for each A\n require r\n  that a\n  by b\n  cite s \"p\"    cite s \"q\"\n",
        'for each A\n  require r\n    that a\n    by   b\n    cite s "p"  cite s "q"\n',
    ),
    # rules are parted where one of them is a requirement or a payment
    (
        "for each A\n let a = 1\n let b = 2\n\n\n let c = 3\n require r\n  that a\n pay p\n  amount 1 USD\n let d = 1\n",
        "for each A\n  let a = 1\n  let b = 2\n\n  let c = 3\n\n"
        "  require r\n    that a\n\n  pay p\n    amount  1 USD\n\n  let d = 1\n",
    ),
    (
        "param r percent by date\n before 2015-01-01 15%\n from 2015-01-01 5% cite s \"p\"\n",
        "param r percent by date\n  before 2015-01-01  15%\n  from   2015-01-01  5%  cite s \"p\"\n",
    ),
    (
        "for each A per q\n pay p\n  base a\n  rate by a on the whole amount\n   from 0 USD 1%\n   from 1000 USD 2%\n"
        "  round half up to 0.01\n",
        "for each A per q\n  pay p\n    base   a\n    rate   by a on the whole amount\n"
        "      from 0 USD      1%\n      from 1,000 USD  2%\n    round  half up to 0.01\n",
    ),
    (
        "table T collect sum\n | key a: number | key b: percent | c: money |\n | >=10 | 5% .. 10% | 5 USD |\n"
        " |any | <- 5% | 1000 USD |\n",
        "table T collect sum\n  | key a: number | key b: percent | c: money  |\n"
        "  | >= 10         | 5%..10%        |     5 USD |\n  | any           | < -5%          | 1,000 USD |\n",
    ),
    (
        "calendar c\n fiscal  quarters of the years 2015 through 2024 cite s \"p\"\n years end on the last Saturday of July\n"
        " week 53 goes to the fourth quarter\ncalendar d\n a 2015-01-01 through 2015-03-31\n bcd 2015-04-01 through 2015-06-30\n",
        'calendar c\n  fiscal quarters of the years 2015 through 2024  cite s "p"\n'
        "  years end on the last Saturday of July\n  week 53 goes to the fourth quarter\n\n"
        "calendar d\n  a    2015-01-01 through 2015-03-31\n  bcd  2015-04-01 through 2015-06-30\n",
    ),
    (
        'example "e" on 2023-01-01\n given A\n  | id | n |\n  | "P1" | 1000 |\n  || -5 |\n\n expect payouts\n  | id |\n',
        'example "e" on 2023-01-01\n  given A\n    | id   | n     |\n    | "P1" | 1,000 |\n    |      |    -5 |\n\n'
        "  expect payouts\n    | id |\n",
    ),
    (
        "for each A\n require r\n  done a\n  after b,c\n  by a+12 months or last day\n invariant i\n  that a on d = b\n",
        "for each A\n  require r\n    done  a\n    after b, c\n    by    a + 12 months or last day\n\n"
        "  invariant i\n    that a on d = b\n",
    ),
    (
        "designation D for each A\n let n = 1\n level L\n  require r\n   that a\n level M\n  require r\n   that a\n",
        "designation D for each A\n  let n = 1\n\n  level L\n    require r\n      that a\n\n"
        "  level M\n    require r\n      that a\n",
    ),
    # lines of expressions
    (
        "for each A\n limit plan_reward, outcome_reward to 3 deals per partner"
        " per fiscal_quarter of plan_submitted_on in order of id\n",
        "for each A\n  limit plan_reward, outcome_reward to 3 deals per partner per fiscal_quarter of plan_submitted_on\n"
        "    in order of id\n",
    ),
    (
        "for each A\n limit plan_reward, outcome_reward to 3 deals per partner_of_the_deal.group"
        " per fiscal_quarter of plan_submitted_on in order of id\n",
        "for each A\n  limit plan_reward, outcome_reward to 3 deals\n    per partner_of_the_deal.group\n"
        "    per fiscal_quarter of plan_submitted_on\n    in order of id\n",
    ),
    (
        "for each A\n limit a to 3 deals\n   per b\n  in order of c\n let x = a\n  except 5 USD when b\n"
        "  except a\n   when c\n   and d\n",
        "for each A\n  limit a to 3 deals\n    per b\n    in order of c\n  let x = a\n    except 5 USD when b\n"
        "    except a\n      when c\n        and d\n",
    ),
    (
        "for each A\n let a = b\n       + c\n   if d\n",
        "for each A\n  let a = b\n    + c\n    if d\n",
    ),
    (
        "for each A\n let volume = sum of amount over Purchase where partner = this.partner and booked_on in this.period_of_it\n",
        "for each A\n  let volume = sum of amount over Purchase\n"
        "    where partner = this.partner and booked_on in this.period_of_it\n",
    ),
    (
        "for each A\n require r\n  that any Certification where partner = this.partner"
        " and name = this.subtrack.specialization_needed and held covers this.period.end\n",
        "for each A\n  require r\n    that any Certification\n"
        "         where partner = this.partner\n"
        "           and name = this.subtrack.specialization_needed\n"
        "           and held covers this.period.end\n",
    ),
    # comments
    ("# a\n\n# b\nuse \"a\"   # c\n", '# a\n\n# b\nuse "a"  # c\n'),
    (
        "record A # a\n   # b\n\n   id text   # c\n\n   # d\n   name text\n# e\nrecord B\n id text\n   # f\n",
        "record A  # a\n  # b\n\n  id    text  # c\n\n  # d\n  name  text\n\n# e\nrecord B\n  id  text\n  # f\n",
    ),
    (
        "for each A\n  let a = 1\n  # b is for the record\n  # and c\n  require b\n    that c\n"
        "    # last\n\n  # of all\n# after\n",
        "for each A\n  let a = 1\n\n  # b is for the record\n  # and c\n  require b\n    that c\n"
        "    # last\n\n  # of all\n\n# after\n",
    ),
    (
        "for each A\n  let a = b # one\n  # two\n      and c # three\n",
        "for each A\n  let a = b  # one\n    # two\n    and c  # three\n",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LAYOUTS)
def test_layout(text: str, expected: str) -> None:
    assert formatted(text) == expected


# --- any spacing, any comments ---------------------------------------------------------------------------

BOTH = SAMPLE + "\n" + CLAUSES
TOKENS = [str(token) for token in scan(BOTH)]
GAPS = [index for index, token in enumerate(TOKENS) if token.isspace() and "\n" not in token and "\n" not in TOKENS[index - 1]]
ENDS = [index for index, token in enumerate(TOKENS) if token == "\n"]


@settings(max_examples=30, deadline=None)
@given(
    gaps=st.lists(st.tuples(st.sampled_from(GAPS), st.integers(1, 9)), max_size=30),
    ends=st.lists(
        st.tuples(
            st.sampled_from(ENDS),
            st.sampled_from(["\n\n", "  \n", "\n\n\n  \n", " # remark\n", "\n# remark\n", "\n      # remark\n"]),
        ),
        max_size=30,
    ),
)
def test_spacing_and_comments_change_no_meaning(gaps: list[tuple[int, int]], ends: list[tuple[int, str]]) -> None:
    tokens = list(TOKENS)
    for index, width in gaps:
        tokens[index] = " " * width
    for index, end in ends:
        commented = tokens[index - 1].startswith("#") and end.lstrip(" ").startswith("#")
        tokens[index] = "\n" if commented else end
    formatted("".join(tokens))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(GAPS), max_size=20))
def test_lines_may_be_broken_before_operators(places: list[int]) -> None:
    tokens = list(TOKENS)
    for index in places:
        if TOKENS[index + 1] in ("where", "over", "and", "or", "otherwise", "if", "+", "-", "*", "="):
            tokens[index] = "\n        "
    assert structure(parsed("".join(tokens))) == structure(parsed(BOTH))
    formatted("".join(tokens))
