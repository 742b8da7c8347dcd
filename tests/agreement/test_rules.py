"""What a rule of the language becomes, evaluated by every engine. Every expected value is written by hand."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from tests.agreement.compare import rows_by_all
from tests.agreement.engines import Engines, Feeds
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
    number,
    op,
    output,
    program,
    stored,
    text,
    usd,
    widen,
)

from incdsl.backends.sql import emit
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.engines import reference
from incdsl.engines.errors import DoesNotFit
from incdsl.engines.reference import Row

AS_OF = day("2016-06-30")


def all_give(engines: Engines, expected: list[Row], asked: ir.Program, rows: Feeds, as_of: datetime.date) -> None:
    """The rows of the output `o`, in its order."""
    assert rows_by_all(asked, rows, as_of, "o", engines) == dict.fromkeys(("reference", *engines), expected)


# --- months -----------------------------------------------------------------------------------------------

# start, months, with last_day, with next_day
MONTHS = [
    ("2015-01-31", 1, "2015-02-28", "2015-03-01"),
    ("2016-01-31", 1, "2016-02-29", "2016-03-01"),
    ("2016-01-30", 1, "2016-02-29", "2016-03-01"),
    ("2016-01-29", 1, "2016-02-29", "2016-02-29"),
    ("2015-01-29", 1, "2015-02-28", "2015-03-01"),
    ("2015-01-28", 1, "2015-02-28", "2015-02-28"),
    ("2015-02-28", 1, "2015-03-28", "2015-03-28"),  # the last day of a month is no more than its number
    ("2016-02-29", 12, "2017-02-28", "2017-03-01"),
    ("2016-02-29", 48, "2020-02-29", "2020-02-29"),
    ("2016-02-29", -12, "2015-02-28", "2015-03-01"),
    ("1900-01-31", 1, "1900-02-28", "1900-03-01"),  # no leap year
    ("2000-01-31", 1, "2000-02-29", "2000-03-01"),
    ("2015-03-31", -1, "2015-02-28", "2015-03-01"),
    ("2015-05-31", -1, "2015-04-30", "2015-05-01"),
    ("2015-12-31", -1, "2015-11-30", "2015-12-01"),
    ("2015-12-31", 1, "2016-01-31", "2016-01-31"),
    ("2015-12-31", 2, "2016-02-29", "2016-03-01"),
    ("2015-10-31", 13, "2016-11-30", "2016-12-01"),
    ("2015-01-15", 0, "2015-01-15", "2015-01-15"),
    ("2015-01-31", -13, "2013-12-31", "2013-12-31"),
    ("0001-02-28", -1, "0001-01-28", "0001-01-28"),
    ("9999-10-31", 1, "9999-11-30", "9999-12-01"),
]


def months(*rows: Row) -> tuple[ir.Program, dict[str, Sequence[Row]]]:
    start, count = col("start", ty.DATE), col("months", ty.WHOLE_NUMBER)
    moves = feed("Move", ("id",), (stored("id", ty.TEXT), stored("start", ty.DATE), stored("months", ty.WHOLE_NUMBER)))
    cells = [(mode, op("add_months", start, count, mode=mode)) for mode in ("last_day", "next_day")]
    listed = output("o", ("id",), ("Move", (("id", col("id", ty.TEXT)), *cells)))
    return program(moves, outputs=(listed,)), {"Move": rows}


def test_months(engines: Engines) -> None:
    drawn, rows = months(*((f"{at:02}", day(start), Decimal(count)) for at, (start, count, _, _) in enumerate(MONTHS)))
    expected = [(f"{at:02}", day(last), day(following)) for at, (_, _, last, following) in enumerate(MONTHS)]
    all_give(engines, expected, drawn, rows, AS_OF)


@pytest.mark.parametrize(
    ("start", "count"),
    [("9999-12-01", 1), ("0001-01-31", -1), ("2015-01-01", 10**17), ("2015-01-01", -(10**17)), ("2015-01-01", 2 * 10**9)],
)
def test_months_beyond_the_calendar(engines: Engines, start: str, count: int) -> None:
    drawn, rows = months(("1", day(start), Decimal(count)))
    with pytest.raises(reference.Overflow, match="the years 1 to 9999"):
        reference.evaluate(drawn, reference.MemoryRows(drawn, rows), AS_OF, ["o"])
    for evaluate in engines.values():
        with pytest.raises(DoesNotFit):
            evaluate(drawn, rows, AS_OF, ["o"])


# --- texts in order, and rows of an output -----------------------------------------------------------------

CITIES = ["Zwolle", "aalst", "Aalst", "Aa", "Åland", "Z", "z", "\U0001f600", "\uffc3", "e\u0301", "é", "it's", "%"]


def cities_where(where: ir.Expr) -> tuple[ir.Program, dict[str, Sequence[Row]]]:
    cities = feed("City", ("name",), (stored("name", ty.TEXT), stored("twin", ty.Optional(ty.TEXT))))
    name = (("name", col("name", ty.TEXT)),)
    listed = output("o", ("name",), ("City", name), ("City", name))
    first, second = listed.parts
    listed = replace(listed, parts=(replace(first, where=where), replace(second, where=op("equal", name[0][1], text("%")))))
    return program(cities, outputs=(listed,)), {"City": [(city, None if city < "a" else "m") for city in CITIES]}


NAME, TWIN = col("name", ty.TEXT), col("twin", ty.Optional(ty.TEXT))
ORDERED = [
    (op("less", NAME, text("Aalst")), ["%", "%", "Aa"]),
    (op("less_or_equal", NAME, text("Aalst")), ["%", "%", "Aa", "Aalst"]),
    (op("greater", NAME, text("z")), ["%", "Åland", "é", "\uffc3", "\U0001f600"]),
    (op("greater_or_equal", NAME, text("\uffc3")), ["%", "\uffc3", "\U0001f600"]),
    (op("greater_or_equal", col("name", ty.Row("City", ty.TEXT)), text("é")), ["%", "é", "\uffc3", "\U0001f600"]),
    (both(op("given", TWIN), op("less", NAME, op("known", TWIN))), ["%", "aalst", "e\u0301", "it's"]),
    # a condition may read other rows
    (
        op("equal", aggregate("count", "City", where=op("less", NAME, col("name", ty.TEXT, 1))), number("0")),
        ["%", "%"],
    ),
]


@pytest.mark.parametrize(("where", "names"), ORDERED)
def test_texts_are_ordered_by_code_points(engines: Engines, where: ir.Expr, names: list[str]) -> None:
    drawn, rows = cities_where(where)
    expected = [(name,) for name in names]
    all_give(engines, expected, drawn, rows, AS_OF)


def test_an_output_without_parts_has_no_rows(engines: Engines) -> None:
    nothing = ir.Output("o", (ir.OutputColumn("name", ty.TEXT), ir.OutputColumn("amount", USD)), (), ("name",))
    all_give(engines, [], program(outputs=(nothing,)), {}, AS_OF)


# --- limits: the first rows in an order, per partner and period ----------------------------------------------

QUARTERS = ir.Relation(
    "quarter",
    ir.Rows((("Q1", day("2016-01-01"), day("2016-03-31")), ("Q2", day("2016-04-01"), day("2016-06-30")))),
    ("name",),
    (stored("name", ty.TEXT), stored("start", ty.DATE), stored("end", ty.DATE)),
)
MAYBE = ty.Optional(ty.DATE)
FULL = ty.Money("USD", 38, 2)


def outer(column: ir.Column) -> ir.Expr:
    """The column of the row around, known."""
    shifted = replace(column, depth=1)
    return op("known", shifted) if isinstance(column.type, ty.Optional) else shifted


def own(column: ir.Column) -> ir.Expr:
    return op("known", column) if isinstance(column.type, ty.Optional) else column


def limited() -> ir.Program:
    """Deals that take a place, at most two per partner and quarter and at most 100 USD, by day, amount and number."""
    booked = col("booked_on", MAYBE)
    inside = both(
        op("less_or_equal", col("start", ty.DATE), op("known", col("booked_on", MAYBE, 1))),
        op("less_or_equal", op("known", col("booked_on", MAYBE, 1)), col("end", ty.DATE)),
    )
    start = aggregate("largest", "quarter", col("start", ty.DATE), inside)
    period = col("limit.per", MAYBE)
    partner, takes = col("partner", ty.TEXT), col("limit.takes", ty.BOOLEAN)
    ranks = [col("limit.order_1", MAYBE), col("limit.order_2", USD), col("id", ty.TEXT)]
    before = _before([(own(rank), outer(rank)) for rank in ranks])
    earlier = both(
        takes,
        op("equal", partner, col("partner", ty.TEXT, 1)),
        op("equal", own(period), outer(period)),
        before,
    )
    count = aggregate("count", "Deal", None, earlier)
    spent = aggregate("sum", "Deal", col("full", FULL), earlier)
    left = op("larger", widen(op("subtract", usd("100.00"), spent), FULL), widen(usd("0.00"), FULL))
    deals = feed(
        "Deal",
        ("id",),
        (
            stored("id", ty.TEXT),
            stored("partner", ty.TEXT),
            stored("booked_on", MAYBE),
            stored("amount", USD),
            stored("won", ty.BOOLEAN),
        ),
        (
            derived("limit.per", case((op("given", booked), start), otherwise=lit(None, MAYBE))),
            derived("full", widen(col("amount", USD), FULL)),
            derived("limit.takes", both(col("won", ty.BOOLEAN), op("given", period), op("given", booked))),
            derived("limit.order_1", booked),
            derived("limit.order_2", col("amount", USD)),
            derived("over", case((takes, op("greater_or_equal", count, number("2"))), otherwise=lit(False, ty.BOOLEAN))),
            derived("rest", case((takes, left), otherwise=col("full", FULL))),
            derived("over.text", case((col("over", ty.BOOLEAN), text("over")), otherwise=text("within"))),
        ),
    )
    listed = output(
        "o",
        ("id",),
        (
            "Deal",
            (
                ("id", col("id", ty.TEXT)),
                ("over", col("over.text", ty.TEXT)),
                ("rest", col("rest", FULL)),
            ),
        ),
    )
    return program(QUARTERS, deals, outputs=(listed,))


def _before(pairs: list[tuple[ir.Expr, ir.Expr]]) -> ir.Expr:
    (left, right), *rest = pairs
    less = op("less", left, right)
    return op("or", less, both(op("equal", left, right), _before(rest))) if rest else less


# id, partner, booked on, amount, won; over, rest
DEALS = [
    ("1", "A", "2016-03-31", "60.00", True, "over", "0.00"),  # after 3 and 2
    ("2", "A", "2016-02-01", "70.00", True, "within", "50.00"),
    ("3", "A", "2016-01-15", "50.00", True, "within", "100.00"),
    ("4", "A", "2016-04-01", "40.00", True, "within", "100.00"),  # the next quarter
    ("5", "A", "2016-01-01", "90.00", False, "within", "90.00"),  # takes no place
    (
        "6",
        "B",
        "2016-01-15",
        "50.00",
        True,
        "over",
        "20.00",
    ),  # the same day as 7 and 8, the larger amount; 7 before 8 by its number
    ("7", "B", "2016-01-15", "40.00", True, "within", "100.00"),
    ("8", "B", "2016-01-15", "40.00", True, "within", "60.00"),
    ("9", "B", None, "10.00", True, "within", "10.00"),  # in no quarter
    ("91", "B", "2017-01-01", "11.00", True, "within", "11.00"),  # in no quarter that there is
]


def test_limits_take_the_first_in_order(engines: Engines) -> None:
    # The rows before each row come from sorting, not from pairs of rows.
    script = emit(limited(), as_of=AS_OF, outputs=["o"]).text
    assert script.count("GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING") == 2
    assert '"Deal" AS "each"' not in script
    rows = [(key, who, on and day(on), Decimal(amount), won) for key, who, on, amount, won, _, _ in DEALS]
    expected = [(deal[0], deal[5], Decimal(deal[6])) for deal in DEALS]
    for ordered in (rows, rows[::-1]):
        all_give(engines, expected, limited(), {"Deal": ordered}, AS_OF)


# --- pairs ---------------------------------------------------------------------------------------------------


def volumes(orders_known: ir.Expr | None = None) -> ir.Program:
    """For each active partner per quarter that has begun, the sum and number of its orders in the quarter."""
    partner_row, quarter_row = ty.Row("Partner", ty.TEXT), ty.Row("quarter", ty.TEXT)
    partners = feed(
        "Partner",
        ("id",),
        (stored("id", ty.TEXT), stored("active", ty.BOOLEAN)),
        known=col("active", ty.BOOLEAN),
    )
    quarters = replace(QUARTERS, known=op("less_or_equal", col("start", ty.DATE), ir.AsOf()))
    orders = feed(
        "Order",
        ("id",),
        (stored("id", ty.TEXT), stored("partner", partner_row), stored("amount", USD), stored("booked_on", ty.DATE)),
        known=orders_known,
    )

    def of_quarter(part: str) -> ir.Expr:
        found = ir.Lookup("quarter", (col("quarter", quarter_row, 1),), part, MAYBE)
        return op("otherwise", found, date("9999-12-31" if part == "start" else "0001-01-01"))

    inside = both(
        op("equal", col("partner", partner_row), col("partner", partner_row, 1)),
        op("greater_or_equal", col("booked_on", ty.DATE), of_quarter("start")),
        op("less_or_equal", col("booked_on", ty.DATE), of_quarter("end")),
    )
    pairs = ir.Relation(
        "Potential",
        ir.Pairs("Partner", "quarter"),
        ("partner", "quarter"),
        (stored("partner", partner_row), stored("quarter", quarter_row)),
        (
            derived("volume", aggregate("sum", "Order", col("amount", USD), inside)),
            derived("orders", aggregate("count", "Order", None, inside)),
            derived("first", aggregate("smallest", "Order", col("booked_on", ty.DATE), inside)),
        ),
        known=op("not_equal", col("partner", partner_row), text("C")),
    )
    listed = output(
        "o",
        ("partner", "quarter"),
        (
            "Potential",
            (
                ("partner", col("partner", partner_row)),
                ("quarter", col("quarter", quarter_row)),
                ("volume", col("volume", FULL)),
                ("orders", col("orders", ty.WHOLE_NUMBER)),
                ("first", col("first", MAYBE)),
            ),
        ),
    )
    return program(quarters, partners, orders, pairs, outputs=(listed,))


PAIR_ROWS: dict[str, Sequence[Row]] = {
    "Partner": [("A", True), ("B", True), ("C", True), ("D", False)],
    "Order": [
        ("1", "A", Decimal("10.00"), day("2016-01-01")),
        ("2", "A", Decimal("20.00"), day("2016-03-31")),
        ("3", "A", Decimal("-5.50"), day("2016-04-01")),
        ("4", "A", Decimal("99.00"), day("2015-12-31")),
        ("5", "C", Decimal("1.00"), day("2016-01-01")),
        ("6", "D", Decimal("1.00"), day("2016-01-01")),
        ("7", "B", Decimal("7.00"), day("2016-06-30")),
        ("8", "B", Decimal("8.00"), day("2016-07-01")),
    ],
}


def test_pairs_of_known_rows(engines: Engines) -> None:
    expected = [
        ("A", "Q1", Decimal("30.00"), Decimal(2), day("2016-01-01")),
        ("A", "Q2", Decimal("-5.50"), Decimal(1), day("2016-04-01")),
        ("B", "Q1", Decimal("0.00"), Decimal(0), None),
        ("B", "Q2", Decimal("7.00"), Decimal(1), day("2016-06-30")),
    ]
    all_give(engines, expected, volumes(), PAIR_ROWS, AS_OF)


def test_pairs_of_quarters_that_have_begun_and_orders_that_are_known(engines: Engines) -> None:
    known = op("less_or_equal", col("booked_on", ty.DATE), ir.AsOf())
    expected = [
        ("A", "Q1", Decimal("10.00"), Decimal(1), day("2016-01-01")),
        ("B", "Q1", Decimal("0.00"), Decimal(0), None),
    ]
    all_give(engines, expected, volumes(known), PAIR_ROWS, day("2016-03-30"))
