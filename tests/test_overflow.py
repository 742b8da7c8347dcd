"""What does not fit, as the reference engine says it: of which row, and in which expression."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.build_core import (
    aggregate,
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
    widen,
)

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.verify import verify
from incdsl.engines.reference import (
    Evaluator,
    MemoryRows,
    Overflow,
    evaluate,
)

AS_OF = day("2015-07-31")
BIG = ty.Money("USD", 38, 2)


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (
            derived("x", aggregate("sum", "Big", col("amount", BIG))),
            "`Big` row 1: `x`: sum(amount over Big):38.2 is 1000000000000000000000000000000000000.00, "
            "which does not fit 38 digits with 2 decimals",
        ),
        (
            derived("x", op("multiply", col("amount", BIG), number("10"))),
            "`Big` row 1: `x`: (amount * 10:number(18, 0)):38.2 is 9999999999999999999999999999999999990.00, "
            "which does not fit 38 digits with 2 decimals",
        ),
        (
            derived("x", op("add_days", date("9999-12-31"), lit(Decimal(1), ty.DAYS))),
            "`Big` row 1: `x`: add_days(9999-12-31, 1:days(18)) is 9999-12-31 and 1 days, which does not fit the years 1 to 9999",
        ),
        (
            derived("x", op("add_months", date("0001-01-31"), number("-1"), mode="last_day")),
            "`Big` row 1: `x`: add_months(0001-01-31, -1:number(18, 0) last_day) is 0001-01-31 and -1 months, "
            "which does not fit the years 1 to 9999",
        ),
        (
            derived("x", op("add_months", date("2015-01-31"), number("999999999999999999"), mode="next_day")),
            "`Big` row 1: `x`: add_months(2015-01-31, 999999999999999999:number(18, 0) next_day) is "
            "2015-01-31 and 999999999999999999 months, which does not fit the years 1 to 9999",
        ),
    ],
)
def test_overflow_names_the_row_and_the_expression(column: ir.DerivedColumn, message: str) -> None:
    big = feed("Big", ("id",), (stored("id", ty.TEXT), stored("amount", BIG)), (column,))
    of_big = program(big, outputs=(output("o", (), ("Big", (("x", col("x", column.type)),))),))
    verify(of_big)
    most = Decimal("999999999999999999999999999999999999.00")
    rows = MemoryRows(of_big, {"Big": [("1", most), ("2", Decimal("1.00"))]})
    with pytest.raises(Overflow) as error:
        evaluate(of_big, rows, AS_OF, ["o"])
    assert str(error.value).replace('row "1"', "row 1") == message


def test_a_sum_overflows_by_its_total_alone() -> None:
    big = feed("Big", ("id",), (stored("id", ty.TEXT), stored("amount", BIG)))
    of_big = program(big, outputs=(output("o", (), ("Big", (("x", aggregate("sum", "Big", col("amount", BIG))),))),))
    most = Decimal("999999999999999999999999999999999999.99")
    rows = MemoryRows(of_big, {"Big": [("1", most), ("2", most), ("3", most.copy_negate())]})
    assert evaluate(of_big, rows, AS_OF, ["o"])["o"] == [(most,)] * 3


def test_a_long_chain_of_columns() -> None:
    whole = ty.Number(38, 0)
    first = derived("c0", widen(number("1"), whole))
    chain = [ir.DerivedColumn(f"c{n}", whole, op("add", col(f"c{n - 1}", whole), number("1"))) for n in range(1, 400)]
    of_chain = program(feed("One", ("id",), (stored("id", ty.TEXT),), (first, *chain)))
    verify(of_chain)
    assert str(Evaluator(of_chain, MemoryRows(of_chain, {"One": [("1",)]}), AS_OF).value("One", ("1",), "c399")) == "400"
