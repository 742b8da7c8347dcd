"""A program of the core small enough to work out by hand, with one of everything the core has."""

from __future__ import annotations

from decimal import Decimal

from tests.build_core import (
    STATUS,
    USD,
    aggregate,
    both,
    case,
    col,
    day,
    derived,
    feed,
    lit,
    missing,
    op,
    optional,
    output,
    program,
    stored,
    text,
    usd,
    widen,
)

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.engines.reference import MemoryRows

LEVEL = ty.Enum("level", ("Select", "Premier", "Gold"), ordered=True)
PARTNER = ty.Row("Partner", ty.TEXT)
TRACK = ty.Row("Track", ty.TEXT)
PRODUCT = ty.Row("Product", ty.TEXT)
PERIOD = ty.Row("period", ty.TEXT)
MAYBE_DATE = ty.Optional(ty.DATE)

TRACKS = ir.Relation("Track", ir.Rows((("Security",), ("UCS",))), ("name",), (stored("name", ty.TEXT),))
PERIODS = ir.Relation(
    "period",
    ir.Rows((("first", day("2015-01-25"), day("2015-04-25")), ("second", day("2015-04-26"), day("2015-07-25")))),
    ("name",),
    (stored("name", ty.TEXT), stored("start", ty.DATE), stored("end", ty.DATE)),
)
PARTNERS = feed(
    "Partner",
    ("id",),
    (stored("id", ty.TEXT), stored("country", ty.COUNTRY), stored("level", LEVEL), stored("joined_on", ty.DATE)),
    known=op("less_or_equal", col("joined_on", ty.DATE), ir.AsOf()),
)
PRODUCTS = feed(
    "Product",
    ("id",),
    (stored("id", ty.TEXT), stored("rate", ty.PERCENT, bounds=ir.Bounds(Decimal("0.000000"), Decimal("1.000000")))),
)
# A product is in a track from a day, and until a day or for good.
LISTINGS = feed(
    "Listing",
    ("product", ir.RangeKey("held_start", "held_end")),
    (stored("product", PRODUCT), stored("held_start", ty.DATE), stored("held_end", MAYBE_DATE), stored("track", TRACK)),
)
TRACK_SOLD = ir.Lookup("Listing", (col("product", PRODUCT), col("booked_on", ty.DATE)), "track", ty.Optional(TRACK))
PURCHASES = feed(
    "Purchase",
    ("id",),
    (
        stored("id", ty.TEXT),
        stored("partner", PARTNER),
        stored("product", PRODUCT),
        stored("amount", USD),
        stored("booked_on", ty.DATE),
        stored("paid_on", MAYBE_DATE, event=True),
    ),
    (
        derived(
            "paid",
            case(
                (
                    both(
                        op("given", col("paid_on", MAYBE_DATE)),
                        op("less_or_equal", op("known", col("paid_on", MAYBE_DATE)), ir.AsOf()),
                    ),
                    col("paid_on", MAYBE_DATE),
                ),
                otherwise=missing(ty.DATE),
            ),
        ),
        derived("rate", ir.Lookup("Product", (col("product", PRODUCT),), "rate", ty.PERCENT, certain=True)),
    ),
    known=op("less_or_equal", col("booked_on", ty.DATE), ir.AsOf()),
)


def _of_the_period(part: str) -> ir.Lookup:
    return ir.Lookup("period", (col("period", PERIOD, 1),), part, ty.DATE, certain=True)


IN_SCOPE = both(
    op("equal", col("partner", PARTNER), col("partner", PARTNER, 1)),
    op("given", TRACK_SOLD),
    op("equal", op("known", TRACK_SOLD), col("track", TRACK, 1)),
    op("greater_or_equal", col("booked_on", ty.DATE), _of_the_period("start")),
    op("less_or_equal", col("booked_on", ty.DATE), _of_the_period("end")),
)
VOLUME = col("volume", ty.Money("USD", 38, 2))
REACHED = op("greater_or_equal", VOLUME, ir.Param("least", USD))
REBATE = aggregate("sum", "Purchase", op("multiply", col("amount", USD), col("rate", ty.PERCENT)), IN_SCOPE)
STEP_2 = op("round", col("rebate.1", REBATE.type), places=2, mode="half_up")
AMOUNT_TYPE = STEP_2.type
ENROLLMENTS = feed(
    "Enrollment",
    ("partner", "track", "period"),
    (stored("partner", PARTNER), stored("track", TRACK), stored("period", PERIOD)),
    (
        derived("volume", aggregate("sum", "Purchase", col("amount", USD), IN_SCOPE), explicit=True),
        derived(
            "reached.status",
            case(
                (
                    op("greater", ir.Lookup("period", (col("period", PERIOD),), "end", ty.DATE, certain=True), ir.AsOf()),
                    lit("open", STATUS),
                ),
                (REACHED, lit("met", STATUS)),
                otherwise=lit("missed", STATUS),
            ),
        ),
        derived("reached.actual", op("text_of", VOLUME)),
        derived("reached.needed", op("text_of", ir.Param("least", USD))),
        derived("reached.short", op("subtract", widen(ir.Param("least", USD), ty.Money("USD", 38, 2)), VOLUME)),
        derived("reached.deadline", ir.Lookup("period", (col("period", PERIOD),), "end", ty.DATE, certain=True)),
        derived("reached.label", op("concat", text("Reaches "), op("text_of", ir.Param("least", USD)))),
        derived("rebate.1", REBATE),
        derived("rebate.2", STEP_2),
        derived("rebate.status", col("reached.status", STATUS)),
        derived("rebate.amount", col("rebate.2", AMOUNT_TYPE)),
        derived(
            "rebate.earned",
            case(
                (op("equal", col("rebate.status", STATUS), lit("met", STATUS)), col("rebate.amount", AMOUNT_TYPE)),
                otherwise=widen(usd("0.00"), AMOUNT_TYPE),
            ),
        ),
        derived("rebate.due_on", optional(op("add_days", col("reached.deadline", ty.DATE), lit(Decimal(30), ty.DAYS)))),
        derived("rebate.reason", col("reached.label", ty.TEXT)),
    ),
)
PAIRS = ir.Relation(
    "Potential",
    ir.Pairs("Partner", "Track"),
    ("partner", "track"),
    (stored("partner", PARTNER), stored("track", TRACK)),
    (
        derived(
            "enrolled",
            aggregate(
                "any",
                "Enrollment",
                where=both(
                    op("equal", col("partner", PARTNER), col("partner", PARTNER, 1)),
                    op("equal", col("track", TRACK), col("track", TRACK, 1)),
                ),
            ),
        ),
    ),
)
PAYOUTS = output(
    "payouts",
    ("partner", "track", "period"),
    (
        "Enrollment",
        (
            ("partner", col("partner", PARTNER)),
            ("track", col("track", TRACK)),
            ("period", col("period", PERIOD)),
            ("status", col("rebate.status", STATUS)),
            ("amount", col("rebate.amount", AMOUNT_TYPE)),
            ("earned", col("rebate.earned", AMOUNT_TYPE)),
            ("due_on", col("rebate.due_on", MAYBE_DATE)),
        ),
    ),
)
POTENTIALS = output(
    "potentials",
    ("partner", "track"),
    (
        "Potential",
        (
            ("partner", col("partner", PARTNER)),
            ("track", col("track", TRACK)),
            ("enrolled", col("enrolled", ty.BOOLEAN)),
            (
                "gold",
                op(
                    "greater_or_equal",
                    op(
                        "otherwise",
                        ir.Lookup("Partner", (col("partner", PARTNER),), "level", ty.Optional(LEVEL)),
                        lit("Select", LEVEL),
                    ),
                    lit("Gold", LEVEL),
                ),
            ),
        ),
    ),
)
SMALL = program(
    TRACKS,
    PERIODS,
    PARTNERS,
    PRODUCTS,
    LISTINGS,
    PURCHASES,
    ENROLLMENTS,
    PAIRS,
    params=(ir.ParamValue("least", USD, Decimal("1000.00"), "The volume needed"),),
    requirements=(ir.Requirement("reached", "Enrollment", REACHED),),
    payments=(
        ir.Payment(
            "rebate", "Enrollment", ("reached",), (ir.Step("amount", "rebate.1"), ir.Step("round", "rebate.2")), "USD", "Rebate"
        ),
    ),
    outputs=(PAYOUTS, POTENTIALS),
)

ROWS = MemoryRows(
    SMALL,
    {
        "Partner": [
            ("P2", "NL", "Select", day("2014-01-01")),
            ("P1", "NL", "Gold", day("2014-01-01")),
            ("P3", "DE", "Gold", day("2015-08-01")),  # joins later: takes part in nothing
        ],
        "Product": [("A", Decimal("0.050000")), ("B", Decimal("0.033300"))],
        "Listing": [
            ("A", day("2015-01-01"), day("2015-03-31"), "UCS"),
            ("A", day("2015-04-01"), None, "Security"),
            ("B", day("2015-02-01"), None, "UCS"),
        ],
        "Purchase": [
            ("1", "P1", "A", Decimal("600.00"), day("2015-03-31"), day("2015-06-01")),
            ("2", "P1", "A", Decimal("777.00"), day("2015-04-01"), None),  # Security from this day on
            ("3", "P1", "B", Decimal("500.10"), day("2015-04-25"), day("2015-09-01")),
            ("4", "P1", "B", Decimal("-100.10"), day("2015-02-01"), None),
            ("5", "P1", "B", Decimal("5000.00"), day("2015-01-31"), None),  # in no track yet
            ("6", "P2", "B", Decimal("999.99"), day("2015-04-25"), None),
            ("7", "P2", "B", Decimal("400.00"), day("2015-08-02"), None),  # after the as-of date of the tests
        ],
        "Enrollment": [("P2", "UCS", "first"), ("P1", "UCS", "first"), ("P1", "Security", "first")],
    },
)
