"""Traces of the reference engine: how a value came about."""

from __future__ import annotations

from tests.build_core import (
    col,
    day,
)
from tests.small_program import ROWS, SMALL

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.engines.reference import (
    ColumnRead,
    RowFound,
    RowsUsed,
    TraceNode,
    Tracer,
)

AS_OF = day("2015-07-31")


def nodes(node: TraceNode) -> list[TraceNode]:
    return [node, *(inner for child in node.children for inner in nodes(child))]


def traced(partner: str, track: str, column: str, as_of: str = "2015-07-31") -> TraceNode:
    tracer = Tracer(SMALL, ROWS, day(as_of))
    (row,) = (row for row in tracer.rows_of("Enrollment") if row[:2] == (partner, track))
    return tracer.trace("Enrollment", row, column)


def test_a_trace_leads_from_the_amount_to_the_rows() -> None:
    earned = traced("P1", "UCS", "rebate.earned")
    assert str(earned.value) == "43.32"
    assert isinstance(earned.detail, ColumnRead)
    assert earned.detail.key == ("P1", "UCS", "first")
    (volume,) = (n for n in nodes(earned) if isinstance(n.expression, ir.Column) and n.expression.name == "volume")
    total = volume.children[0]
    assert isinstance(total.detail, RowsUsed)
    assert [(used.key, str(used.value)) for used in total.detail.used] == [
        (("1",), "600.00"),
        (("3",), "500.10"),
        (("4",), "-100.10"),
    ]
    # Purchases 2 (Security by then) and 5 (in no track yet) are P1's too.
    assert total.detail.passed_over == 2
    outside = [(child.expression, child.value) for child in total.children]
    assert [value for _, value in outside] == ["P1", "UCS", day("2015-01-25"), day("2015-04-25")]
    start = total.children[2]
    assert isinstance(start.detail, RowFound)
    assert start.detail.row == ("first", day("2015-01-25"), day("2015-04-25"))


def test_a_trace_shows_only_what_was_evaluated() -> None:
    status = traced("P1", "UCS", "reached.status", "2015-04-24")
    (case_node,) = status.children
    condition, taken = case_node.children
    assert (condition.value, taken.value) == (True, "open")
    assert not any(isinstance(node.expression, ir.Aggregate) for node in nodes(status))


def test_a_trace_of_a_condition() -> None:
    tracer = Tracer(SMALL, ROWS, AS_OF)
    (row,) = (row for row in tracer.rows_of("Enrollment") if row[0] == "P2")
    node = tracer.trace_expression(SMALL.requirements[0].condition, "Enrollment", row)
    assert node.value is False
    assert [str(child.value) for child in node.children] == ["999.99", "1000.00"]


def test_a_trace_of_a_lookup_that_finds_nothing() -> None:
    tracer = Tracer(SMALL, ROWS, AS_OF)
    (fifth,) = (row for row in tracer.rows_of("Purchase") if row[0] == "5")
    in_track = ir.Lookup(
        "Listing",
        (col("product", ty.Row("Product", ty.TEXT)), col("booked_on", ty.DATE)),
        "track",
        ty.Optional(ty.Row("Track", ty.TEXT)),
    )
    node = tracer.trace_expression(in_track, "Purchase", fifth)
    assert node.value is None
    assert node.detail == RowFound("Listing", ("B", day("2015-01-31")), None)
