"""The parser: every construct, spans, and what is said when text is wrong: one diagnostic for each mistake."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from tests.parsing import expression, found, good, help_of, nodes, parsed, the_rules

from incdsl.syntax import ast
from incdsl.syntax.layout import scan
from incdsl.syntax.structure import structure

SAMPLE = (Path(__file__).parent / "data/sample.inc").read_text(encoding="utf-8")


# --- good programs ---------------------------------------------------------------------------------------


def test_sample_has_every_kind_of_node_that_the_parser_builds() -> None:
    kinds = {type(node).__name__ for node in nodes(good(SAMPLE).declarations)}
    assert kinds >= {
        "Aggregate", "Assumed", "BasicType", "Between", "Binary", "Boolean", "Calendar", "Cite", "Date", "DateRangeType",
        "Days", "Divide", "Field", "ForEach", "Identifier", "In", "IsGiven", "Let", "Lookup", "Member", "Money", "MoneyType",
        "Name", "NamedType", "Needs", "Number", "OneOfType", "OptionalType", "Param", "Pay", "PayStep", "Percent", "Period",
        "Program", "Record", "Require", "RequireLine", "Rounded", "SourceDocument", "String", "Table", "TableColumn",
        "TableRow", "This", "Tier", "Tiers", "Typically", "Unary", "Use",
    }  # fmt: skip


def test_spans_lie_in_each_other_and_hold_what_they_name() -> None:
    file = good(SAMPLE)
    for declaration in file.declarations:
        for node in nodes(declaration):
            assert node.span.source is file.source
            for child in nodes(tuple(getattr(node, field.name) for field in fields(node))):
                assert node.span.start <= child.span.start < child.span.end <= node.span.end
            match node:
                case ast.Identifier(span, name) | ast.Name(span, name) | ast.NamedType(span, name):
                    assert span.text == name
                case ast.String(span, value):
                    assert span.text == f'"{value}"'
                case _:
                    assert node.span.text == node.span.text.strip()


def test_comments_are_kept_with_their_places() -> None:
    text = 'use "a#b.inc"  # one\n# two\nfor each A # three\n  let x = 1\n  # four \n'
    assert good(text).comments == ((15, "# one"), (21, "# two"), (38, "# three"), (60, "# four"))


def test_nothing_is_a_program() -> None:
    assert good("").declarations == ()
    assert good("\n  # only a remark\n\n").declarations == ()


def test_line_ends_of_windows_and_a_byte_order_mark_change_nothing() -> None:
    assert structure(good("\ufeff" + SAMPLE.replace("\n", "\r\n"))) == structure(good(SAMPLE))


def test_words_are_reserved_only_where_they_stand_for_themselves() -> None:
    (record,) = good("record by\n  amount money\n  level text key\n  require text\n  from date\n  cite number\n").declarations
    assert isinstance(record, ast.Record)
    assert [field.name.name for field in record.fields] == ["amount", "level", "require", "from", "cite"]
    assert expression("this.count") == ("Member", ("This",), ("Identifier", "count"))


def test_operators_bind_as_in_a_guide() -> None:
    def name(text: str) -> tuple[str, str]:
        return ("Name", text)

    assert expression("a + b * c") == ("Binary", "+", name("a"), ("Binary", "*", name("b"), name("c")))
    assert expression("a - b - c") == ("Binary", "-", ("Binary", "-", name("a"), name("b")), name("c"))
    assert expression("a or (b and not c = d)") == (
        "Binary", "or", name("a"),
        ("Binary", "and", name("b"), ("Unary", "not", ("Binary", "=", name("c"), name("d")))),
    )  # fmt: skip
    assert expression("a if b otherwise c") == ("Binary", "otherwise", ("Binary", "if", name("a"), name("b")), name("c"))
    assert expression("-a + b") == ("Binary", "+", ("Unary", "-", name("a")), name("b"))
    assert expression("smaller of a and b + c") == (
        "Binary", "smaller", name("a"), ("Binary", "+", name("b"), name("c")),
    )  # fmt: skip
    where = ("Binary", "and", ("Binary", "=", name("a"), name("b")), name("c"))
    assert expression("sum of x over P where a = b and c otherwise d") == (
        "Binary", "otherwise", ("Aggregate", "sum", name("x"), ("Identifier", "P"), where), name("d"),
    )  # fmt: skip
    assert expression("(count of P where a = b) > 3") == (
        "Binary", ">",
        ("Aggregate", "count", None, ("Identifier", "P"), ("Binary", "=", name("a"), name("b"))), expression("3"),
    )  # fmt: skip


def test_values_of_numbers() -> None:
    file = good("for each A\n  let x = T[57,500.25 USD, 20%, 90 days, 1,000, 2016-02-29, 0.5%]\n")
    values = [node.value for node in nodes(file.declarations) if isinstance(node, ast.Money | ast.Percent | ast.Number)]
    assert [str(value) for value in values] == ["57500.25", "0.20", "1000", "0.005"]
    assert [node.value for node in nodes(file.declarations) if isinstance(node, ast.Days)] == [90]


def test_a_line_goes_on_below_when_that_starts_with_an_operator() -> None:
    assert expression("a\n    # why\n    + b  # because\n      if c") == expression("a + b if c")


# --- mistakes --------------------------------------------------------------------------------------------

LET = "for each A\n  let x = "
PAY = "for each A\n  pay x\n    amount 5 USD\n    "
REQUIRE = "for each A\n  require x\n    "
TABLE = "table T unique\n  | key a: text | b: money |\n  "

MISTAKES = [
    # words
    (LET + "sum of a over P were b = c", ["2:27 unexpected-word"], "write `where` if that is meant"),
    (LET + "coutn of P", ["2:11 unexpected-word"], "write `count` if that is meant"),
    (LET + "sum a over P", ["2:11 unexpected-word"], "write `sum of` if that is meant"),
    (LET + "max of a over P", ["2:11 unexpected-word"], "write `largest` if that is meant"),
    (LET + "a b", ["2:13 unexpected-word"], "after `a` comes an operator"),
    (LET + "a is 5", ["2:13 unexpected-word"], "`is` goes with `given` or `missing`"),
    (LET + "a is not given", ["2:13 unexpected-word"], "write `is missing`"),
    (LET + "a between 1 and 2", ["2:11 unexpected-word"], "`(a >= 1 and a <= 2)`"),
    (LET + "if a then b else c", ["2:11 unexpected-word"], "`b if a otherwise c`"),
    (LET + "3 months", ["2:13 unexpected-word"], "`DATE + 3 months or last day`"),
    (LET + "a + 3 weeks", ["2:15 unexpected-word"], "`21 days`"),
    (LET + "a + b)", ["2:16 unexpected-word"], "take out the `)`"),
    (PAY + "atmost 5 USD", ["4:5 unexpected-word"], "write `at most` if that is meant"),
    (PAY + "needs a and b", ["4:13 unexpected-word"], "write `,` if that is meant"),
    (PAY + "when a", ["4:5 unexpected-word"], "a line here starts with `accept`, `amount`"),
    (REQUIRE + "that a\n    bye b", ["4:5 unexpected-word"], "write `by` if that is meant"),
    ("for each A\n  reqiure x\n    that a", ["2:3 unexpected-word"], "write `require` if that is meant"),
    ("for each A\n  x = 5", ["2:3 unexpected-word"], "a line here starts with `"),
    ("record A\n  id text kee", ["2:11 unexpected-word"], "write `key` if that is meant"),
    ("record A\n  h date trough date", ["2:10 unexpected-word"], "write `through` if that is meant"),
    ("for A\n  let x = 1", ["1:5 unexpected-word"], "after `for` comes `each`"),
    ('param x 5\nuse "a"', ["1:9 unexpected-word"], "a type such as `text`"),
    # ends of lines
    (PAY + "at most", ["4:8 unexpected-end-of-line"], "after `most` comes a value"),
    (LET + "a +\n    b", ["2:13 unexpected-end-of-line"], "start the next line with the operator"),
    (LET, ["2:9 unexpected-end-of-line"], "after `=` comes a value"),
    ("record A\n  id", ["2:3 unexpected-end-of-line"], "a type such as `text`"),
    ("program P", ["1:9 unexpected-end-of-line"], "a text in quotes"),
    (LET + "(a + b", ["2:11 unclosed-parenthesis"], "close it with `)`"),
    (LET + "T[a", ["2:12 unclosed-parenthesis"], "close it with `]`"),
    # characters
    (LET + '"abc', ["2:11 unclosed-string"], "on both sides"),
    (LET + '"abc”', ["2:11 unclosed-string"], "typographic"),
    ('program P label"', ["1:16 unclosed-string"], "on both sides"),
    (LET + "“abc”", ["2:11 unexpected-character"], "straight double quotes"),
    (LET + "€500", ["2:11 unexpected-character"], "`57,500 USD`"),
    (LET + "a \u2013 b", ["2:13 unexpected-character"], "minus sign"),
    (LET + "a\u00a0+ b", ["2:12 unexpected-character"], "looks like a space"),
    (LET + "20 %", ["2:11 detached-percent"], "write `20%`"),
    # operators
    (LET + "a == b", ["2:13 unknown-operator"], "write `=`"),
    (LET + "a != b", ["2:13 unknown-operator"], "write `<>`"),
    (LET + "a && b", ["2:13 unknown-operator"], "write `and`"),
    (LET + "a || b", ["2:13 unknown-operator"], "write `or`"),
    (LET + "a => b", ["2:13 unknown-operator"], "write `>=`"),
    (LET + "a < b < c", ["2:17 chained-comparison"], "join the comparisons with `and`"),
    (LET + "count of P where a = b >= 10", ["2:34 chained-comparison"], "in parentheses"),
    (LET + "any P where a = b in c", ["2:29 chained-comparison"], "in parentheses"),
    (LET + "a / b", ["2:11 division-without-places"], "`a / b to 6 places half up`"),
    (LET + "a / b >= 30%", ["2:11 division-without-places"], "multiply"),
    (LET + "a / b to 6 places", ["2:22 rounding-without-mode"], "`half even`"),
    (PAY + "round to 0.01", ["4:5 rounding-without-mode"], "`half even`"),
    (PAY + "round half up to 0.05", ["4:22 rounding-unit"], "round to 1, 0.1, 0.01"),
    (PAY + "at least 5 USD", ["4:5 minimum-without-otherwise"], "otherwise forfeit"),
    # words of other languages
    ("record A\n  a text between 3 and 20 characters\n", ["2:10 unexpected-word"], "least 3 characters at most 20 characters`"),
    ("record A\n  a whole number between 1 and 12\n", ["2:18 unexpected-word"], "`at least 1 at most 12`"),
    ("record A\n  a one of F J W\n", ["2:14 unexpected-word"], "`one of F, J, W`"),
    ("record A\n  a money EUR\n", ["2:11 unexpected-word"], "write `money in EUR`"),
    (LET + "a between 2015-01-01 and 2015-01-31", ["2:13 unexpected-word"], "`in 2015-01-01 through 2015-01-31`"),
    (LET + "EUR 0.01 * a", ["2:11 unexpected-word"], "behind the number: `0.01 EUR`"),
    (LET + "a > 50,000 miles", ["2:22 unexpected-word"], "leave `miles` out"),
    (LET + "a > 5 percent", ["2:15 unexpected-word"], "write `5%`"),
    (PAY + "max 500 EUR", ["4:5 unexpected-word"], "`at most 500 EUR`"),
    (PAY + "min 5 EUR", ["4:5 unexpected-word"], "`at least 5 EUR otherwise forfeit`"),
    (REQUIRE + "that a\n    before year.end", ["4:5 unexpected-word"], "`by year.end`"),
    (REQUIRE + "that a\n    by end of year", ["4:8 unexpected-word"], "write `year.end`"),
    (REQUIRE + "that a\n    by 30 days after year.end", ["4:8 unexpected-word"], "`year.end + 30 days`"),
    ("foreach A\n  let x = 1\n", ["1:1 unknown-declaration"], "write `for each`"),
    # numbers and dates
    (LET + "57,50 USD", ["2:11 malformed-number"], "write `57.50`"),
    (LET + "57.500,00 USD", ["2:11 malformed-number"], "write `57,500.00`"),
    (LET + "1.250.000", ["2:11 malformed-number"], "write `1,250,000`"),
    (LET + "a in 1,2,3", ["2:16 malformed-number"], "put a space after each comma"),
    (LET + "57.500 USD", ["2:11 thousands-point"], "write `57,500 USD` if thousands were meant"),
    (LET + "2.5 days", ["2:11 not-a-whole-number"], "without decimals"),
    (LET + "2015-06-31", ["2:11 impossible-date"], "`2015-06-30`"),
    (LET + "2015-02-29", ["2:11 impossible-date"], "`2015-02-28`"),
    (LET + "2015-13-01", ["2:11 impossible-date"], "year-month-day"),
    (LET + "2015-6-3", ["2:11 malformed-date"], "write `2015-06-03`"),
    (LET + "31-12-2015", ["2:11 malformed-date"], "write `2015-12-31`"),
    (LET + "3-2-2015", ["2:11 malformed-date"], "`2015-02-03` if the day comes first"),
    # tables
    (TABLE + '| "a" | 5 USD', ["3:11 missing-pipe"], "starts and ends with `|`"),
    (TABLE + '| "a" 5 USD |', ["3:5 missing-pipe"], "one between two cells"),
    (TABLE + '"a" | 5 USD |', ["3:3 missing-pipe"], "starts and ends with `|`"),
    (TABLE + '| "a" | |', ["3:9 empty-cell"], "write a value"),
    # indentation
    ("for each A\n  require x\n  that a\n  by b", ["3:3 bad-indentation"], "indent it by 4 spaces"),
    ("for each A\n  let a = 1\n    let b = 2\n    let c = 3", ["3:5 bad-indentation"], "indent it by 2 spaces"),
    ("for each A\n  pay x\n    amount 5 USD\n   plus 5 USD", ["4:4 bad-indentation"], "indent it by 4 spaces"),
    ("record A\nid text key\nname text\nuse \"a\"", ["2:1 bad-indentation"], "indent it by 2 spaces"),
    ("for each A\n    let a = 1\n  let b = 2\n  let c = 3", ["2:5 bad-indentation"], "indent it by 2 spaces"),
    ("for each A\n\tlet a = 1\n\tlet b = 3", ["2:1 tab-indentation"], "use spaces"),
    ('use "a"\n  record A\n    id text key\nuse "b"', ["2:3 indented-declaration"], "column one"),
    ("  record A\n    id text key\n  record B\n    id text key", ["1:3 indented-declaration"], "column one"),
    # declarations
    ("recrod A\n  id text key", ["1:1 unknown-declaration"], "write `record` if that is meant"),
    ("let x = 5", ["1:1 unknown-declaration"], "indented under `for each`"),
    ("foo bar", ["1:1 unknown-declaration"], "a declaration starts with"),
    ("record A", ["1:1 missing-body"], "the fields of the record"),
    ("for each A\n  require x", ["2:3 missing-body"], "what is required"),
    ('program P "p"\n  sponsor "a"\n  sponsor "b"', ["3:3 duplicate-line"], "keep one"),
    ("record A\n  id text key\n  dated by a\n  dated by b", ["4:3 duplicate-line"], "keep one"),
    (LET + "(" * 200 + "1" + ")" * 200, ["2:3 nested-too-deeply"], "with `let`"),
    (LET + "1" + " + 1" * 3000, ["2:3 nested-too-deeply"], "with `let`"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected", "advice"), MISTAKES, ids=[text[-30:] for text, _, _ in MISTAKES])
def test_mistake(text: str, expected: list[str], advice: str) -> None:
    assert found(text) == expected
    assert advice in help_of(text)


def test_mistakes_are_told_apart() -> None:
    assert len({code.split()[1] for _, expected, _ in MISTAKES for code in expected}) >= 20


def test_two_halves_of_a_sentence_have_two_places() -> None:
    (duplicate,) = parsed('program P "p"\n  sponsor "a"\n  sponsor "b"')[1].diagnostics
    assert [(label.span.line, label.text) for label in duplicate.related()] == [(2, "the first one")]


THREE = [
    "use a\nrecord\n  id text\nparam x = 5\n",
    "for each A\n  let a = 1 +\n  require b\n    that c\n    by\n  pay d\n    amount 5 USD\n    round to 1\n",
    "for each A\n  let a = b b\n  let c = d d\n  let e = f f\n",
    "for each\n  let a = b b\n  let c = d\n  pay p\n    amunt 5 USD\n",
    "recrod A\n  id tekst key\n  name\n  size whole\n",
    "for each A\n  lte x = 5\n  requir y\n    that a a\n",
    "calendar c\n  q 2015-02-30 through 2015-03-31\n  r 2015-1-1 through 2015-03-31\n  s 2015-01-01\n",
    "table T unique\n  | key a: text | b: money\n  | \"a\" | 57.500 USD |\n  | “b” | 5 USD |\n",
    "for each A\n  let x = by a\n    from 5 USD\n    from 10 USD 57,50 USD\n    form 20 USD 6 USD\n",
    "for each A\n  require x\n  that a\n  let b = 3\n      let c = 4\n  let d = 5 5\n",
]  # fmt: skip


@pytest.mark.parametrize("text", THREE)
def test_three_mistakes_are_three_diagnostics(text: str) -> None:
    assert len(found(text)) == 3


# --- what is left after a mistake ------------------------------------------------------------------------


def test_a_broken_line_takes_only_itself() -> None:
    (pay,) = the_rules("for each A\n  pay x\n    needs a, b\n    amount 5 5\n    round half up to 0.01\n")
    assert isinstance(pay, ast.Pay)
    assert pay.broken
    assert [name.name for name in pay.needs[0].requirements] == ["a", "b"]
    assert [step.kind for step in pay.steps] == ["round"]


def test_a_rule_that_cannot_be_read_leaves_its_name() -> None:
    first, broken, last = the_rules("for each A\n  let a = 1\n  let b = 2 2\n  let c = 3\n")
    assert (type(first), type(last)) == (ast.Let, ast.Let)
    assert isinstance(broken, ast.Invalid)
    assert broken.names == ("b",)
    assert broken.span.text == "let b = 2 2"


def test_the_lines_under_a_broken_first_line_are_still_read() -> None:
    text = 'for each A\n  require x "X" y\n    that a\n    by 2015-06-31\n'
    assert found(text) == ["2:17 unexpected-word", "4:8 impossible-date"]
    (broken,) = the_rules(text)
    assert isinstance(broken, ast.Invalid)
    assert broken.names == ("x",)


def test_a_declaration_that_cannot_be_read_leaves_its_name() -> None:
    file, _ = parsed('recrod Purchase\n  id text\nparam x nmber 5\nuse "a"\n')
    record, param, use = file.declarations
    assert isinstance(record, ast.Invalid)
    assert record.names == ("Purchase",)
    assert isinstance(param, ast.Invalid)
    assert param.names == ("x",)
    assert isinstance(use, ast.Use)


def test_a_broken_for_each_leaves_the_names_of_its_rules() -> None:
    (broken,) = parsed("for each A B\n  let a = 1\n  require b\n    that c\n")[0].declarations
    assert isinstance(broken, ast.Invalid)
    assert broken.names == ("a", "b")


@pytest.mark.parametrize(
    "text",
    [
        "record A\n  id text key\n  b\n",
        "calendar c\n  q 2015-01-01 through 2015-03-31\n  r 2015-06-31 through 2015-07-01\n",
        "table T unique\n  | key a: text |\n  | “a” |\n",
        "record A\n  b\n",
    ],
)
def test_what_lost_a_line_says_so(text: str) -> None:
    file, sink = parsed(text)
    (declaration,) = file.declarations
    assert isinstance(declaration, ast.Record | ast.Calendar | ast.Table)
    assert declaration.broken
    assert len(sink.diagnostics) == 1


def test_a_line_moved_to_where_it_belongs_is_read_there() -> None:
    (require,) = the_rules("for each A\n  require x\n  that a\n  by b\n")
    assert isinstance(require, ast.Require)
    assert [line.kind for line in require.lines] == ["that", "by"]
    assert not require.broken


def test_a_broken_declaration_hides_nothing_else() -> None:
    file, _ = parsed("record A\n  id (((\n\nrecord B\n  id text key\n")
    broken, whole = file.declarations
    assert isinstance(broken, ast.Record)
    assert broken.broken
    assert isinstance(whole, ast.Record)
    assert not whole.broken
    assert len(whole.fields) == 1


# --- any text --------------------------------------------------------------------------------------------

JUNK = (
    '"', "|", "(", ")", "[", "]", "=", "==", "\n", "\n  ", "\n    ", "\t", "where", "and", "let", "require", "pay", "#",
    "57.500 USD", "2015-06-31", "%",
    "“", "for", "each", "record", "5", "x", "if", "otherwise", "at", "-", "\r\n", "\u00a0", "\x00",
)  # fmt: skip


def mutations(seed: int, count: int) -> Iterator[str]:
    """The sample with tokens taken out, put in and exchanged."""
    generator = random.Random(seed)
    tokens = [str(token) for token in scan(SAMPLE)]
    for _ in range(count):
        mutated = list(tokens)
        for _ in range(generator.choice((1, 1, 2, 3, 20))):
            place = generator.randrange(len(mutated))
            match generator.randrange(4):
                case 0:
                    del mutated[place]
                case 1:
                    mutated.insert(place, generator.choice(JUNK))
                case 2:
                    mutated[place] = generator.choice(JUNK)
                case _:
                    mutated[place] = generator.choice(tokens)
        yield "".join(mutated)


@pytest.mark.parametrize("seed", range(4))
def test_any_text_can_be_parsed(seed: int) -> None:
    for text in mutations(seed, 40):
        file, sink = parsed(text)
        for diagnostic in sink.diagnostics:
            assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
            assert diagnostic.help()
            assert "\n" not in diagnostic.message()
            assert not any(name in diagnostic.help() for name in ("_NL", "ANON", "VBAR", "BROKEN"))
            assert all(label.span.end <= len(text) for label in diagnostic.related())
        for node in nodes(file.declarations):
            assert 0 <= node.span.start < node.span.end <= len(text)


@pytest.mark.parametrize(
    "text", ["\x00", "((((", "|", "for", "  ", "\t\t", '"', "for each A\n  let", "-", "# \n  #", "a\n b\n  c\n b", "\r\r"]
)
def test_scraps_can_be_parsed(text: str) -> None:
    parsed(text)


def test_noise_is_cut_short() -> None:
    text = "for each A\n" + "".join(f"  let x{number} = y y\n" for number in range(500))
    assert len(found(text)) == 51
