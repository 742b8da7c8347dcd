"""The reference engine: what every operator, aggregate and relation means. Every expected value is written by hand."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from tests.build_core import (
    USD,
    aggregate,
    both,
    case,
    col,
    date,
    day,
    derived,
    feed,
    lit,
    missing,
    number,
    op,
    optional,
    output,
    percent,
    program,
    stored,
    text,
    usd,
    widen,
    yes,
)
from tests.small_program import ROWS, SMALL

from incdsl.core import ir, operators
from incdsl.core import types as ty
from incdsl.core.verify import verify
from incdsl.engines.reference import (
    Evaluator,
    MemoryRows,
    Row,
    Unsound,
    evaluate,
)

LEVEL = ty.Enum("level", ("Select", "Premier", "Gold"), ordered=True)
AS_OF = day("2015-07-31")

# --- operators --------------------------------------------------------------------------------------------


def value_of(expression: ir.Expr) -> ir.Value:
    """The value of an expression that reads no row."""
    one = feed("One", ("id",), (stored("id", ty.TEXT),), (derived("x", expression),))
    alone = program(one)
    verify(alone)
    return Evaluator(alone, MemoryRows(alone, {"One": [("1",)]}), AS_OF).value("One", ("1",), "x")


def rounding(mode: str, value: str, places: int = 0) -> ir.Expr:
    return op("round", number(value), places=places, mode=mode)


def divided(left: str, right: str, places: int, mode: str) -> ir.Expr:
    return op("divide", number(left), number(right), places=places, mode=mode)


BROKEN = op("known", missing(ty.BOOLEAN))
"""Fails when it is evaluated."""

VALUES: list[tuple[ir.Expr, str | bool | None]] = [
    (op("add", usd("0.10"), usd("0.20")), "0.30"),
    (op("add", number("1"), number("0.25")), "1.25"),
    (op("subtract", usd("1.00"), usd("1.00")), "0.00"),
    (op("subtract", number("0.5"), number("2.75")), "-2.25"),
    (op("negate", usd("1.50")), "-1.50"),
    (op("negate", usd("0.00")), "0.00"),
    (op("multiply", usd("57500.00"), percent("0.050000")), "2875.00000000"),
    (op("multiply", number("-3"), usd("0.00")), "0.00"),
    (op("multiply", number("12345678901234567.8"), number("12345678901234567.8")), "152415787532388365279682997652796.84"),
    (op("smaller", usd("1.00"), usd("2.00")), "1.00"),
    (op("larger", usd("-1.00"), usd("-2.00")), "-1.00"),
    (op("smaller", date("2015-01-02"), date("2015-01-01")), "2015-01-01"),
    (op("larger", date("2015-01-02"), date("2015-01-01")), "2015-01-02"),
    (widen(usd("5.00"), ty.Money("USD", 38, 8)), "5.00000000"),
    # rounding
    (rounding("half_up", "2.5"), "3"),
    (rounding("half_up", "-2.5"), "-3"),
    (rounding("half_up", "2.4999"), "2"),
    (rounding("half_even", "2.5"), "2"),
    (rounding("half_even", "3.5"), "4"),
    (rounding("half_even", "-2.5"), "-2"),
    (rounding("half_even", "2.5001"), "3"),
    (rounding("up", "2.0001"), "3"),
    (rounding("up", "-2.0001"), "-3"),
    (rounding("up", "2.0000"), "2"),
    (rounding("down", "2.9999"), "2"),
    (rounding("down", "-2.9999"), "-2"),
    (rounding("down", "-0.9"), "0"),
    (rounding("half_up", "1.005", 2), "1.01"),
    (rounding("half_up", "199.99975", 2), "200.00"),
    (rounding("half_up", "7", 3), "7.000"),
    # division
    (divided("1", "3", 6, "half_up"), "0.333333"),
    (divided("2", "3", 6, "half_up"), "0.666667"),
    (divided("-2", "3", 6, "half_up"), "-0.666667"),
    (divided("1", "8", 2, "half_even"), "0.12"),
    (divided("1", "8", 2, "half_up"), "0.13"),
    (divided("1", "3", 0, "up"), "1"),
    (divided("-1", "3", 0, "down"), "0"),
    (divided("1", "0.00", 2, "half_up"), None),
    (divided("0", "7", 2, "up"), "0.00"),
    (op("divide", usd("10.00"), usd("4.00"), places=1, mode="half_up"), "2.5"),
    (op("divide", usd("10.00"), percent("0.300000"), places=2, mode="down"), "33.33"),
    # comparison
    (op("equal", number("1.50"), number("1.5")), True),
    (op("not_equal", number("1.50"), number("1.5")), False),
    (op("equal", text("é"), text("e\u0301")), False),
    (op("equal", text("A"), text("a")), False),
    (op("less", usd("1.00"), usd("1.00")), False),
    (op("less_or_equal", usd("1.00"), usd("1.00")), True),
    (op("greater", usd("1.01"), usd("1.00")), True),
    (op("greater_or_equal", usd("0.99"), usd("1.00")), False),
    (op("less", date("2015-01-24"), date("2015-01-25")), True),
    (op("less", text("Z"), text("a")), True),
    (op("less", text("a"), text("a")), False),
    (op("less_or_equal", text("a"), text("a")), True),
    (op("greater", text("e"), text("e\u0301")), False),
    (op("greater", text("\U0001f600"), text("\uffc3")), True),  # not so by the units of UTF-16
    (op("greater_or_equal", lit("Gold", LEVEL), lit("Premier", LEVEL)), True),
    (op("less", lit("Gold", LEVEL), lit("Select", LEVEL)), False),
    # logic: a later operand is evaluated only when the earlier ones do not decide
    (op("and", yes(), yes(False), BROKEN), False),
    (op("or", yes(False), yes(), BROKEN), True),
    (op("and", yes(), yes()), True),
    (op("or", yes(False), yes(False)), False),
    (op("not", yes()), False),
    (op("not", yes(False)), True),
    # missing
    (op("given", missing(USD)), False),
    (op("given", lit(Decimal("0.00"), ty.Optional(USD))), True),
    (op("known", lit("a", ty.Optional(ty.TEXT))), "a"),
    (op("otherwise", missing(ty.TEXT), text("b")), "b"),
    (op("otherwise", lit(False, ty.Optional(ty.BOOLEAN)), BROKEN), False),
    (optional(usd("1.00")), "1.00"),
    # dates
    (op("add_days", date("2024-02-28"), lit(Decimal(2), ty.DAYS)), "2024-03-01"),
    (op("subtract_days", date("2015-03-01"), lit(Decimal(1), ty.DAYS)), "2015-02-28"),
    (op("add_days", date("2015-03-01"), lit(Decimal(-1), ty.DAYS)), "2015-02-28"),
    (op("days_between", date("2015-07-25"), date("2015-04-26")), "90"),
    (op("days_between", date("2015-04-26"), date("2015-07-25")), "-90"),
    (op("add_months", date("2015-01-31"), number("1"), mode="last_day"), "2015-02-28"),
    (op("add_months", date("2015-01-31"), number("1"), mode="next_day"), "2015-03-01"),
    (op("add_months", date("2015-03-31"), number("-1"), mode="last_day"), "2015-02-28"),
    (ir.AsOf(), "2015-07-31"),
    # text
    (op("text_of", usd("57500.00")), "57500.00"),
    (op("text_of", number("-0.50")), "-0.50"),
    (op("text_of", percent("0.200000")), "20.0000%"),
    (op("text_of", percent("-0.000001")), "-0.0001%"),
    (op("text_of", lit(Decimal("0.5"), ty.Percent(9, 1))), "50%"),
    (op("text_of", lit(Decimal("0.125"), ty.Percent(9, 3))), "12.5%"),
    (op("text_of", lit(Decimal(90), ty.DAYS)), "90"),
    (op("text_of", yes()), "yes"),
    (op("text_of", yes(False)), "no"),
    (op("text_of", date("2015-07-25")), "2015-07-25"),
    (op("text_of", lit("Gold", LEVEL)), "Gold"),
    (op("text_of", lit("NL", ty.COUNTRY)), "NL"),
    (op("concat", text("a"), text(" "), text("b")), "a b"),
    (op("join", text("; "), optional(text("a")), missing(ty.TEXT), optional(text("b"))), "a; b"),
    (op("join", text("; "), missing(ty.TEXT), optional(text("b"))), "b"),
    (op("join", text("; "), missing(ty.TEXT), missing(ty.TEXT)), None),
    # case: only the branch taken is evaluated
    (case((yes(False), BROKEN), (yes(), yes()), (BROKEN, BROKEN), otherwise=BROKEN), True),
    (case((yes(False), BROKEN), otherwise=yes()), True),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), VALUES)
def test_operators(expression: ir.Expr, expected: str | bool | None) -> None:
    value = value_of(expression)
    assert value is expected if isinstance(expected, bool) or expected is None else str(value) == expected


def test_every_operator_has_a_case() -> None:
    def used(expression: ir.Expr) -> set[str]:
        match expression:
            case ir.Operation(operator, operands):
                return {operator}.union(*map(used, operands))
            case _:
                return set()

    assert set().union(*(used(expression) for expression, _ in VALUES)) == set(operators.OPERATORS)


def test_a_missing_value_said_to_be_known_is_our_mistake() -> None:
    with pytest.raises(Unsound):
        value_of(BROKEN)


# --- aggregates -------------------------------------------------------------------------------------------

ITEM = feed(
    "Item",
    ("id",),
    (stored("id", ty.TEXT), stored("group", ty.TEXT), stored("amount", USD), stored("on", ty.DATE)),
)
GROUP = feed("Group", ("name",), (stored("name", ty.TEXT),))
ITEMS: list[Row] = [
    ("1", "a", Decimal("0.10"), day("2015-01-03")),
    ("2", "a", Decimal("0.20"), day("2015-01-01")),
    ("3", "a", Decimal("-0.30"), day("2015-01-02")),
    ("4", "a", Decimal("0.10"), day("2015-01-02")),
    ("5", "b", Decimal("99.00"), day("2016-01-01")),
]
AMOUNT, ON = col("amount", USD), col("on", ty.DATE)
SAME_GROUP = op("equal", col("group", ty.TEXT), col("name", ty.TEXT, 1))


def over_items(expression: ir.Expr, group: str) -> ir.Value:
    of_items = program(ITEM, replace(GROUP, derived=(derived("x", expression),)))
    verify(of_items)
    rows = MemoryRows(of_items, {"Item": ITEMS, "Group": [("a",), ("b",), ("none",)]})
    return Evaluator(of_items, rows, AS_OF).value("Group", (group,), "x")


@pytest.mark.parametrize(
    ("operator", "value", "of_a", "of_b", "of_none"),
    [
        ("sum", AMOUNT, "0.10", "99.00", "0.00"),
        ("sum", op("multiply", AMOUNT, number("0.5")), "0.050", "49.500", "0.000"),
        ("count", None, "4", "1", "0"),
        ("count_distinct", AMOUNT, "3", "1", "0"),
        ("count_distinct", ON, "3", "1", "0"),
        ("any", None, "True", "True", "False"),
        ("smallest", AMOUNT, "-0.30", "99.00", "None"),
        ("largest", AMOUNT, "0.20", "99.00", "None"),
        ("smallest", ON, "2015-01-01", "2016-01-01", "None"),
        ("largest", ON, "2015-01-03", "2016-01-01", "None"),
    ],
)
def test_aggregates(operator: str, value: ir.Expr | None, of_a: str, of_b: str, of_none: str) -> None:
    expression = aggregate(operator, "Item", value, SAME_GROUP)
    assert [str(over_items(expression, group)) for group in ("a", "b", "none")] == [of_a, of_b, of_none]


@pytest.mark.parametrize(
    "where",
    [
        SAME_GROUP,
        op("equal", col("name", ty.TEXT, 1), col("group", ty.TEXT)),
        both(op("less", ON, date("2016-01-01")), SAME_GROUP),
        both(yes(), both(SAME_GROUP, yes())),
        op("or", SAME_GROUP, yes(False)),
        op("not", op("not_equal", col("group", ty.TEXT), col("name", ty.TEXT, 1))),
        both(op("given", optional(col("name", ty.TEXT, 1))), op("equal", col("group", ty.TEXT), col("name", ty.TEXT, 1))),
    ],
)
def test_a_condition_means_the_same_with_and_without_an_index(where: ir.Expr) -> None:
    assert str(over_items(aggregate("count", "Item", where=where), "a")) == "4"


def test_a_guarded_value_is_not_looked_up_before_its_guard() -> None:
    absent = missing(ty.TEXT)
    guarded = both(op("given", absent), op("equal", col("group", ty.TEXT), op("known", absent)))
    assert str(over_items(aggregate("count", "Item", where=guarded), "a")) == "0"


def test_the_rows_around_are_further_out() -> None:
    later = aggregate("any", "Item", where=both(op("equal", col("group", ty.TEXT), col("group", ty.TEXT, 1)),
                                                op("equal", col("group", ty.TEXT), col("name", ty.TEXT, 2)),
                                                op("greater", ON, col("on", ty.DATE, 1))))  # fmt: skip
    # Items of the group that another item of the group comes after: 2, 3 and 4, but not 1, the latest.
    assert str(over_items(aggregate("count", "Item", where=later), "a")) == "3"


# --- rows -------------------------------------------------------------------------------------------------

SHELF = feed(
    "Shelf",
    (ir.RangeKey("start", "end"), "name"),
    (stored("name", ty.TEXT), stored("start", ty.DATE), stored("end", ty.Optional(ty.DATE)), stored("price", USD)),
)
SHELVES: list[Row] = [
    ("a", day("2015-01-10"), day("2015-01-20"), Decimal("1.00")),
    ("a", day("2015-01-21"), day("2015-01-21"), Decimal("2.00")),
    ("a", day("2015-02-01"), None, Decimal("3.00")),
    ("b", day("2015-01-01"), None, Decimal("9.00")),
]


@pytest.mark.parametrize(
    ("on", "price"),
    [
        ("2015-01-09", None),
        ("2015-01-10", "1.00"),
        ("2015-01-20", "1.00"),
        ("2015-01-21", "2.00"),
        ("2015-01-22", None),
        ("2015-01-31", None),
        ("2015-02-01", "3.00"),
        ("9999-12-31", "3.00"),
    ],
)
def test_a_range_covers_both_its_ends(on: str, price: str | None) -> None:
    lookup = ir.Lookup("Shelf", (date(on), text("a")), "price", ty.Optional(USD))
    there = replace(lookup, column=None, type=ty.BOOLEAN)
    shelves = program(replace(SHELF, derived=(derived("x", lookup), derived("there", there))))
    verify(shelves)
    evaluator = Evaluator(shelves, MemoryRows(shelves, {"Shelf": SHELVES}), AS_OF)
    value = evaluator.value("Shelf", SHELVES[0], "x")
    assert (None if value is None else str(value)) == price
    assert evaluator.value("Shelf", SHELVES[0], "there") is (price is not None)


def test_two_rows_of_one_key_are_our_mistake() -> None:
    lookup = ir.Lookup("Shelf", (date("2015-01-15"), text("a")), "price", ty.Optional(USD))
    shelves = program(replace(SHELF, derived=(derived("x", lookup),)))
    with pytest.raises(Unsound, match="2 rows with the key"):
        Evaluator(shelves, MemoryRows(shelves, {"Shelf": [SHELVES[0], SHELVES[0]]}), AS_OF).value("Shelf", SHELVES[0], "x")


def test_rows_of_another_type_are_refused() -> None:
    shelves = program(SHELF)
    with pytest.raises(ValueError, match=r"`Shelf`, column `price`: Decimal\('1'\) does not have exactly 2 decimals"):
        MemoryRows(shelves, {"Shelf": [("a", day("2015-01-10"), None, Decimal(1))]})


def small(as_of: str, output_name: str, rows: MemoryRows = ROWS) -> list[list[str]]:
    results = evaluate(SMALL, rows, day(as_of), [output_name])
    assert list(results) == [output_name]
    return [[str(value) for value in row] for row in results[output_name]]


def test_payouts() -> None:
    # P1 UCS: 600.00 + 500.10 - 100.10 = 1000.00, the least there is; 30.00 + 16.65333 - 3.33333 = 43.32.
    # P1 Security: 777.00 at 5%. P2 UCS: 999.99 at 3.33% is 33.299667, one cent short of the volume.
    assert small("2015-07-31", "payouts") == [
        ["P1", "Security", "first", "missed", "38.85", "0.00", "2015-05-25"],
        ["P1", "UCS", "first", "met", "43.32", "43.32", "2015-05-25"],
        ["P2", "UCS", "first", "missed", "33.30", "0.00", "2015-05-25"],
    ]


def test_what_is_booked_after_the_as_of_date_is_not_known() -> None:
    # On 24 April the period is open; purchases 3 and 6 of the 25th are not known.
    assert small("2015-04-24", "payouts") == [
        ["P1", "Security", "first", "open", "38.85", "0.00", "2015-05-25"],
        ["P1", "UCS", "first", "open", "26.67", "0.00", "2015-05-25"],
        ["P2", "UCS", "first", "open", "0.00", "0.00", "2015-05-25"],
    ]


def test_the_text_of_a_row_is_the_text_of_its_key() -> None:
    slot = feed("Slot", ("n",), (stored("n", ty.WHOLE_NUMBER),))
    use = feed("Use", ("id",), (stored("id", ty.TEXT), stored("slot", ty.Row("Slot", ty.WHOLE_NUMBER))))
    named = op("text_of", col("slot", ty.Row("Slot", ty.WHOLE_NUMBER)))
    uses = program(slot, replace(use, derived=(derived("x", named),)))
    verify(uses)
    rows = MemoryRows(uses, {"Slot": [(Decimal(7),)], "Use": [("1", Decimal(7))]})
    assert Evaluator(uses, rows, AS_OF).value("Use", ("1", Decimal(7)), "x") == "7"


def test_pairs_are_of_known_rows() -> None:
    potentials = [
        ["P1", "Security", "True", "True"],
        ["P1", "UCS", "True", "True"],
        ["P2", "Security", "False", "False"],
        ["P2", "UCS", "True", "False"],
    ]
    assert small("2015-07-31", "potentials") == potentials
    joined = [["P3", "Security", "False", "True"], ["P3", "UCS", "False", "True"]]
    assert small("2015-08-01", "potentials") == potentials + joined


@pytest.mark.parametrize(("as_of", "paid"), [("2015-05-31", None), ("2015-06-01", day("2015-06-01"))])
def test_an_event_happens_on_its_day(as_of: str, paid: datetime.date | None) -> None:
    evaluator = Evaluator(SMALL, ROWS, day(as_of))
    (first,) = (row for row in evaluator.rows_of("Purchase") if row[0] == "1")
    assert evaluator.value("Purchase", first, "paid") == paid


def test_nothing_depends_on_the_order_of_rows() -> None:
    names = [r.name for r in SMALL.relations if isinstance(r.source, ir.Feed)]
    rows = {name: list(ROWS.all(name)) for name in names}
    for seed in range(5):
        for of_relation in rows.values():
            random.Random(seed).shuffle(of_relation)
        shuffled = MemoryRows(SMALL, rows)
        for name in ("payouts", "potentials"):
            assert evaluate(SMALL, shuffled, AS_OF, [name]) == evaluate(SMALL, ROWS, AS_OF, [name])


# --- the order of outputs ----------------------------------------------------------------------------------

MIXED = feed(
    "Mixed",
    ("id",),
    (
        stored("id", ty.TEXT),
        stored("text", ty.Optional(ty.TEXT)),
        stored("amount", ty.Optional(USD)),
        stored("on", ty.Optional(ty.DATE)),
        stored("flag", ty.Optional(ty.BOOLEAN)),
    ),
)


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("text", ["b", "a", None, "B", "é", "\U0001f600", "\uffee"], [None, "B", "a", "b", "é", "\uffee", "\U0001f600"]),
        ("amount", ["2.00", "-1.00", None, "10.00"], [None, "-1.00", "2.00", "10.00"]),
        ("on", ["2015-02-01", "2014-12-31", None], [None, "2014-12-31", "2015-02-01"]),
        ("flag", [True, None, False], [None, False, True]),
    ],
)
def test_order(column: str, values: Sequence[str | bool | None], expected: Sequence[str | bool | None]) -> None:
    names = [c.name for c in MIXED.stored]
    at = names.index(column)

    def typed(value: str | bool | None) -> ir.Value:
        if isinstance(value, str):
            return {"amount": Decimal, "on": day}.get(column, str)(value)
        return value

    rows: list[Row] = [
        (str(number), *(typed(value) if n == at else None for n in range(1, len(names)))) for number, value in enumerate(values)
    ]
    cells = tuple((c.name, col(c.name, c.type)) for c in MIXED.stored)
    of_mixed = program(MIXED, outputs=(output("o", (column,), ("Mixed", cells)),))
    verify(of_mixed)
    results = evaluate(of_mixed, MemoryRows(of_mixed, {"Mixed": rows}), AS_OF, ["o"])["o"]
    assert [row[at] for row in results] == [typed(value) for value in expected]


def test_parts_are_ordered_together() -> None:
    items = ("Item", (("name", col("group", ty.TEXT)), ("kind", text("item"))))
    groups = ("Group", (("name", col("name", ty.TEXT)), ("kind", text("group"))))
    parts = program(ITEM, GROUP, outputs=(output("o", ("name", "kind"), items, groups),))
    verify(parts)
    rows = MemoryRows(parts, {"Item": ITEMS[3:], "Group": [("b",), ("a",)]})
    assert evaluate(parts, rows, AS_OF, ["o"])["o"] == [("a", "group"), ("a", "item"), ("b", "group"), ("b", "item")]
