"""Programs that generated ones once showed the engines to disagree on, as small as they got."""

from __future__ import annotations

from decimal import Decimal

from tests.agreement.compare import AGREED, AS_OF, compare
from tests.agreement.engines import Engines
from tests.agreement.programs import Drawn, Row
from tests.build_core import aggregate, both, col, derived, feed, op, output, program, stored, text

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.verify import verify
from incdsl.engines import reference

SHOP, PRODUCT = ty.Row("Shop", ty.TEXT), ty.Row("Product", ty.TEXT)
PRODUCTS = feed("Product", ("id",), (stored("id", ty.TEXT),))
OFFERS = feed("Offer", ("shop", "product"), (stored("shop", SHOP), stored("product", PRODUCT), stored("price", ty.NUMBER)))
ROWS: dict[str, tuple[Row, ...]] = {
    "Shop": (("s1", "s2"), ("s2", "s1"), ("s3", "s3")),
    "Product": (("p1",), ("p2",)),
    "Offer": (("s1", "p1", Decimal("1.000000")), ("s1", "p2", Decimal("2.500000")), ("s2", "p2", Decimal("4.000000"))),
}


def shops(*columns: ir.DerivedColumn) -> ir.Program:
    """Shops with these columns, and an output of the shop and the last column."""
    relation = feed("Shop", ("id",), (stored("id", ty.TEXT), stored("other", ty.TEXT)), columns)
    cells = (("shop", col("id", ty.TEXT)), ("x", col(columns[-1].name, columns[-1].type)))
    found = program(relation, PRODUCTS, OFFERS, outputs=(output("shops", ("shop",), ("Shop", cells)),))
    verify(found)
    return found


def all_give(engines: Engines, found: ir.Program, expected: list[str]) -> None:
    drawn = Drawn(found, ROWS)
    results = reference.evaluate(found, reference.MemoryRows(found, ROWS), AS_OF, ["shops"])["shops"]
    assert [str(value) for _, value in results] == expected
    assert compare(drawn, engines) == dict.fromkeys(engines, AGREED)


def offer(shop: str, column: str | None, type_: ty.Type) -> ir.Lookup:
    """Of the offer of a product, which is aggregated, by the shop that a column of the row around names."""
    return ir.Lookup("Offer", (col(shop, ty.TEXT, 1), col("id", ty.TEXT)), column, type_)


def test_a_condition_that_only_looks_up_by_both_rows(engines: Engines) -> None:
    offered = aggregate("count", "Product", where=offer("id", None, ty.BOOLEAN))
    all_give(engines, shops(derived("x", offered)), ["2", "1", "0"])


def test_a_value_that_is_looked_up_by_both_rows(engines: Engines) -> None:
    price = op("otherwise", offer("id", "price", ty.Optional(ty.NUMBER)), ir.Literal(Decimal("0.000000"), ty.NUMBER))
    all_give(engines, shops(derived("x", aggregate("sum", "Product", price))), ["3.500000", "4.000000", "0.000000"])


def test_a_lookup_by_both_rows_through_a_column_worked_out_first(engines: Engines) -> None:
    offered = aggregate(
        "any",
        "Product",
        where=both(offer("swapped", None, ty.BOOLEAN), op("equal", col("id", ty.TEXT), text("p1"))),
    )
    swapped = derived(
        "swapped", op("otherwise", ir.Lookup("Shop", (col("id", ty.TEXT),), "other", ty.Optional(ty.TEXT)), text("-"))
    )
    all_give(engines, shops(swapped, derived("x", offered)), ["False", "True", "False"])
