"""The core: what `verify` refuses, and that the printed form tells sound programs apart."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
from tests.build_core import (
    STATUS,
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
    output,
    percent,
    program,
    stored,
    text,
    usd,
    widen,
    yes,
)
from tests.small_program import SMALL

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.patterns import Form
from incdsl.core.print_expression import print_expression
from incdsl.core.printer import print_program, version_of
from incdsl.core.verify import CoreError, verify

GOLDEN = Path(__file__).parent / "data" / "small.core.txt"

# --- what a sound program is ------------------------------------------------------------------------------

ID = stored("id", ty.TEXT)
MAYBE_TEXT = ty.Optional(ty.TEXT)
SHOP_REF = ty.Row("Shop", ty.TEXT)
SHOP = feed("Shop", ("id",), (ID, stored("city", ty.TEXT), stored("nick", MAYBE_TEXT)))
SALE = feed(
    "Sale",
    ("id",),
    (ID, stored("shop", SHOP_REF), stored("amount", USD), stored("on", ty.DATE), stored("paid_on", ty.DATE, event=True)),
)
AMOUNT = col("amount", USD)
ON = col("on", ty.DATE)
NOT_YET = op("greater", col("paid_on", ty.DATE), ir.AsOf())


def with_column(definition: ir.Expr, *more: ir.DerivedColumn) -> ir.Program:
    """A program whose Sale has the column `x` with that definition."""
    return program(SHOP, replace(SALE, derived=(derived("x", definition), *more)))


def shop_with(column: ir.StoredColumn, **changes: ir.Bounds | Form | str | bool | None) -> ir.Program:
    return program(replace(SHOP, stored=(*SHOP.stored, replace(column, **changes))))  # type: ignore[arg-type]  # of any of its fields


def listed_where(where: ir.Expr) -> ir.Program:
    """A program that lists the sales for which the condition holds."""
    part = ir.OutputPart("Sale", (col("id", ty.TEXT),), where)
    return program(SHOP, SALE, outputs=(ir.Output("o", (ir.OutputColumn("id", ty.TEXT),), (part,), ()),))


def calendar(*rows: tuple[ir.Value, ...]) -> ir.Program:
    shelf = ir.Relation(
        "Shelf",
        ir.Rows(rows),
        ("name", ir.RangeKey("start", "end")),
        (stored("name", ty.TEXT), stored("start", ty.DATE), stored("end", ty.Optional(ty.DATE))),
    )
    return program(shelf)


SOUND = {
    "the program of the other tests": SMALL,
    "a column of the row around": with_column(
        aggregate("count", "Sale", where=op("equal", col("shop", SHOP_REF), col("shop", SHOP_REF, 1)))
    ),
    "a column two rows out": with_column(
        aggregate(
            "count",
            "Shop",
            where=aggregate("any", "Sale", where=op("less", col("on", ty.DATE), col("on", ty.DATE, 2))),
        )
    ),
    "a key read as a row": program(
        replace(SHOP, derived=(derived("sales", aggregate("count", "Sale2", where=op("equal", col("shop", SHOP_REF),
                                                                                     col("id", SHOP_REF, 1)))),)),
        replace(SALE, name="Sale2", stored=SALE.stored),
    ),
    "widening to the widest": with_column(widen(aggregate("sum", "Sale", AMOUNT), ty.Money("USD", 38, 8))),
    "an event that is masked": with_column(case((NOT_YET, missing(ty.DATE)), otherwise=missing(ty.DATE))),
    "ranges that touch": calendar(("a", day("2015-01-01"), day("2015-01-31")), ("a", day("2015-02-01"), None)),
    "an output of some rows": listed_where(op("less", ON, ir.AsOf())),
    "an aggregate over the own relation that reads other columns": with_column(
        col("amount", USD),
        derived("y", aggregate("sum", "Sale", col("x", USD), op("less", col("x", USD), col("x", USD, 1)))),
    ),
    "texts and rows of texts in order": with_column(
        both(op("less", col("id", ty.TEXT), text("b")), op("greater_or_equal", col("shop", SHOP_REF), text("b")))
    ),
    "equal ranges of two names": calendar(("a", day("2015-01-01"), None), ("b", day("2015-01-01"), None)),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_sound(name: str) -> None:
    verify(SOUND[name])


# --- what it refuses --------------------------------------------------------------------------------------

X = "`Sale`, column `x`: "
SHOP_CITY = ir.Lookup("Shop", (col("shop", SHOP_REF),), "city", ty.TEXT, certain=True)
CASH = ty.Enum("cash", ("yes", "no"))

REFUSED = {
    # names
    "no such column": (with_column(col("amonut", USD)), X + "`Sale` has no column `amonut`"),
    "no such param": (with_column(ir.Param("p", USD)), X + "there is no param `p`"),
    "no such relation in a lookup": (
        with_column(replace(SHOP_CITY, relation="Shops")), X + "there is no relation `Shops`"),
    "no such relation in an aggregate": (with_column(aggregate("count", "Sales")), X + "there is no relation `Sales`"),
    "no such operator": (with_column(ir.Operation("plus", (AMOUNT, AMOUNT), USD)), X + "there is no operator `plus`"),
    "no such aggregate": (with_column(ir.Aggregate("avg", "Sale", None, AMOUNT, USD)), X + "there is no aggregate `avg`"),
    "two relations of one name": (program(SHOP, SHOP), "the relations: two are called `Shop`"),
    "two columns of one name": (with_column(AMOUNT, derived("x", AMOUNT)), "the columns of `Sale`: two are called `x`"),
    "two columns that differ by case": (
        with_column(AMOUNT, derived("X", AMOUNT)), "the columns of `Sale`: `x` and `X` differ by case alone"),
    "an output ordered by nothing": (
        program(SHOP, outputs=(output("o", ("city",), ("Shop", (("id", col("id", ty.TEXT)),))),)),
        "output `o`: ordered by `city`, which it does not have"),
    # depth
    "too deep": (with_column(replace(AMOUNT, depth=1)), X + "`amount` is read at depth 1, of 1 rows in scope"),
    # types
    "a column of another type": (with_column(col("amount", ty.NUMBER)), X + "the column `amount` has the type"),
    "an operation of another type": (
        with_column(ir.Operation("add", (AMOUNT, AMOUNT), USD)), X + "`add` of money in USD, money in USD has the type"),
    "two currencies": (
        with_column(ir.Operation("add", (AMOUNT, lit(Decimal("1.00"), ty.money("EUR"))), USD)),
        X + "there is no add of money in USD, money in EUR"),
    "an optional operand": (
        with_column(ir.Operation("concat", (col("shop", SHOP_REF), SHOP_CITY), ty.TEXT)),
        X + "there is no concat of Shop, text"),
    "optional of optional": (
        with_column(ir.Operation("optional", (missing(ty.TEXT),), MAYBE_TEXT)), X + "there is no optional of optional text"),
    "a comparison with a missing value": (
        with_column(ir.Operation("equal", (missing(ty.TEXT), missing(ty.TEXT)), ty.BOOLEAN)),
        X + "there is no equal of optional text, optional text"),
    "an enum without an order": (
        with_column(ir.Operation("less", (lit("yes", CASH), lit("no", CASH)), ty.BOOLEAN)),
        X + "there is no less of cash, cash"),
    "branches of two types": (
        with_column(ir.Case(((yes(), text("a")),), AMOUNT, ty.TEXT)), X + "the last branch has the type"),
    "a condition that is none": (
        with_column(ir.Case(((AMOUNT, AMOUNT),), AMOUNT, USD)), X + "the condition of a branch has the type"),
    "a sum of fewer digits": (
        with_column(replace(aggregate("sum", "Sale", AMOUNT), type=USD)), X + "`sum` over `Sale` has the type"),
    "a sum of what may be missing": (
        with_column(ir.Aggregate("count_distinct", "Shop", None, col("nick", MAYBE_TEXT), ty.WHOLE_NUMBER)),
        X + "`count_distinct` of a value that may be missing"),
    "a count of a value": (
        with_column(ir.Aggregate("count", "Sale", None, AMOUNT, ty.WHOLE_NUMBER)),
        X + "`count` has a value, or none, against its rule"),
    "a column that is not its definition": (
        program(SHOP, replace(SALE, derived=(ir.DerivedColumn("x", ty.TEXT, AMOUNT),))), X + "defined as"),
    "places on an addition": (
        with_column(replace(op("add", AMOUNT, AMOUNT), places=2)), X + "`add` has places or a mode, or none"),
    "rounding without a mode": (
        with_column(op("round", AMOUNT, places=0)), X + "`round` has places or a mode, or none"),
    "an unknown mode": (
        with_column(op("round", AMOUNT, places=0, mode="half")), X + "`round` has no mode `half`"),
    "months without a mode": (
        with_column(op("add_months", ON, number("1"))), X + "`add_months` has places or a mode, or none"),
    "months with a rounding mode": (
        with_column(op("add_months", ON, number("1"), mode="half_up")), X + "`add_months` has no mode `half_up`"),
    "months with places": (
        with_column(op("add_months", ON, number("1"), places=0, mode="last_day")),
        X + "`add_months` has places or a mode, or none"),
    "half a month": (
        with_column(ir.Operation("add_months", (ON, number("0.5")), ty.DATE, mode="last_day")),
        X + "there is no add_months of date, number"),
    "an order of countries": (
        with_column(ir.Operation("less", (lit("NL", ty.COUNTRY), lit("DE", ty.COUNTRY)), ty.BOOLEAN)),
        X + "there is no less of country, country"),
    "one operand for two": (
        with_column(ir.Operation("add", (AMOUNT,), USD)), X + "`add` has 1 operands"),
    "widening to fewer decimals": (with_column(widen(AMOUNT, ty.Money("USD", 38, 1))), X + "widen from"),
    "widening to fewer whole digits": (with_column(widen(AMOUNT, ty.Money("USD", 18, 4))), X + "widen from"),
    "widening to another kind": (with_column(widen(AMOUNT, ty.Number(38, 2))), X + "there is no widen of money in USD to number"),
    "more digits than there are": (
        with_column(lit(Decimal("1.00"), ty.Money("USD", 39, 2))), X + "money in USD has 39 digits, not 1 to 38"),
    # lookups
    "a lookup by half a key": (with_column(replace(SHOP_CITY, keys=())), X + "`Shop` has a key of 1 parts, not 0"),
    "a lookup by another type": (
        with_column(replace(SHOP_CITY, keys=(AMOUNT,), certain=False, type=MAYBE_TEXT)), X + "the key `id` of `Shop` is"),
    "an uncertain lookup that is not optional": (
        with_column(replace(SHOP_CITY, certain=False)), X + "`Shop[…].city` has the type"),
    "a certain lookup of a missing column": (
        with_column(replace(SHOP_CITY, column="nick")), X + "`Shop[…].nick` has the type"),
    "certain without a reference": (
        with_column(replace(SHOP_CITY, keys=(text("a"),))), X + "only a reference makes a row of `Shop` certain"),
    # literals and values
    "a decimal of another scale": (
        with_column(lit(Decimal("1.0"), USD)), X + "the literal Decimal('1.0') of type money in USD does not have exactly 2"),
    "a decimal of too many digits": (with_column(lit(Decimal(1000), ty.Number(3, 0))), X + "the literal Decimal('1000')"),
    "a negative zero": (with_column(lit(Decimal("-0.00"), USD)), X + "the literal Decimal('-0.00') of type money in USD is a"),
    "a binary float": (with_column(lit(1.5, ty.NUMBER)), X + "the literal 1.5 of type number is not a finite decimal"),  # type: ignore[arg-type]  # wrong on purpose
    "not a number": (with_column(lit(Decimal("NaN"), ty.NUMBER)), X + "the literal Decimal('NaN')"),
    "a time for a date": (
        with_column(lit(datetime.datetime(2015, 1, 1), ty.DATE)), X + "the literal datetime.datetime(2015, 1, 1, 0, 0) of"),
    "an empty text": (with_column(text("")), X + "the literal '' of type text is an empty text"),
    "a value of no enum": (with_column(lit("open", CASH)), X + "the literal 'open' of type cash is not one of the values"),
    "a country of three letters": (with_column(lit("NLD", ty.COUNTRY)), X + "the literal 'NLD' of type country"),
    "missing where it may not be": (with_column(lit(None, ty.TEXT)), X + "the literal None of type text is not a text"),
    "a param of another scale": (
        program(params=(ir.ParamValue("p", USD, Decimal("1.5")),)), "param `p`: the value Decimal('1.5') of type money in USD"),
    # relations
    "a reference to nothing": (
        shop_with(stored("x", ty.TEXT), reference="City"), "`Shop`, column `x`: the reference is 'City' and the type text"),
    "a reference to a later relation": (
        program(SALE, SHOP), "`Sale`, column `shop`: refers to `Shop`, which stands later"),
    "a row whose key is another": (
        program(SHOP, replace(SALE, stored=(ID, stored("shop", ty.Row("Shop", ty.COUNTRY))))),
        "`Sale`, column `shop`: the key of `Shop` is not country"),
    "a bound of another scale": (
        shop_with(stored("x", USD), bounds=ir.Bounds(Decimal(0))), "`Shop`, column `x`: the value Decimal('0')"),
    "a form of an amount": (shop_with(stored("x", USD), form=Form(2)), "`Shop`, column `x`: money in USD has no form of texts"),
    "a form that no text has": (
        shop_with(stored("x", ty.TEXT), form=Form(3, 2)), "no text has at least 3 and at most 2 characters"),
    "a form of fewer characters than none": (shop_with(stored("x", ty.TEXT), form=Form(-1)), "fewer characters than none"),
    "a pattern that cannot be read": (
        shop_with(stored("x", ty.TEXT), form=Form(like=("[",))), "the pattern '[': a `[` is not closed"),
    "an event that is no date": (shop_with(stored("x", USD), event=True), "`Shop`, column `x`: an event is a date"),
    "no key": (program(replace(SHOP, key=())), "`Shop`: it has no key"),
    "a key that is not there": (program(replace(SHOP, key=("name",))), "`Shop`: the key `name` is no stored column"),
    "a key that may be missing": (program(replace(SHOP, key=("nick",))), "`Shop`, column `nick`: a key is never missing"),
    "a range of texts": (
        program(replace(SHOP, key=(ir.RangeKey("id", "city"),))), "`Shop`, column `id`: a range is from a date"),
    "pairs of others": (
        program(SHOP, ir.Relation("P", ir.Pairs("Shop", "Shop"), ("a",), (stored("a", SHOP_REF),))),
        "`P`: its stored columns are not references to ('Shop', 'Shop')"),
    "a written row too short": (calendar(("a", day("2015-01-01"))), "`Shelf`, row 1: 2 values for 3 columns"),
    "a written value of another type": (
        calendar(("a", "2015", None)), "`Shelf`, column `start`: the value '2015' of type date is not a date"),
    "ranges that overlap": (
        calendar(("a", day("2015-01-01"), day("2015-01-31")), ("a", day("2015-01-31"), None)),
        "`Shelf`, row 2: another row has the same key"),
    "a range that ends before it starts": (
        calendar(("a", day("2015-01-02"), day("2015-01-01"))),
        "`Shelf`, row 1: the range ends on 2015-01-01 before it starts on 2015-01-02"),
    # order, cycles, events
    "a column of itself": (with_column(col("x", USD)), X + "reads `x`, which stands later"),
    "a later column": (with_column(col("y", USD), derived("y", AMOUNT)), X + "reads `y`, which stands later"),
    "a cycle through a sum": (
        with_column(aggregate("sum", "Sale", col("x", ty.Money("USD", 38, 2)))),
        X + "it is worked out from itself: Sale.x from Sale.x"),
    "a cycle through which rows are known": (
        program(SHOP, replace(SALE, derived=(derived("x", aggregate("any", "Sale")),), known=col("x", ty.BOOLEAN))),
        "worked out from itself"),
    "an event read directly": (with_column(col("paid_on", ty.DATE)), X + "reads the event `paid_on` directly"),
    "an event read over other rows": (
        with_column(case((op("less", col("on", ty.DATE), ir.AsOf()), aggregate("largest", "Sale", col("paid_on", ty.DATE))),
                         otherwise=missing(ty.DATE))),
        X + "reads the event `paid_on` directly"),
    "an event with two masks": (
        with_column(case((NOT_YET, yes()), otherwise=yes(False)),
                    derived("y", case((NOT_YET, yes()), otherwise=yes(False)))),
        "`Sale`, column `y`: reads the event `paid_on` directly"),
    "an event in an output": (
        program(SHOP, SALE, outputs=(output("o", (), ("Sale", (("paid_on", col("paid_on", ty.DATE)),))),)),
        "output `o`: reads the event `paid_on` of `Sale` directly"),
    # requirements, payments, outputs
    "a requirement without its columns": (
        program(SHOP, requirements=(ir.Requirement("r", "Shop", yes()),)),
        "requirement `r` of `Shop`: `Shop` has no column `r.status`"),
    "a payment without its columns": (
        program(SHOP, payments=(ir.Payment("p", "Shop", (), (), "USD"),)),
        "payment `p` of `Shop`: `Shop` has no column `p.status`"),
    "a payment that needs nothing there": (
        replace(SMALL, payments=(replace(SMALL.payments[0], needs=("surveys",)),)),
        "payment `rebate` of `Enrollment`: there is no requirement `surveys`"),
    "a payment with a step that is no column": (
        replace(SMALL, payments=(replace(SMALL.payments[0], steps=(ir.Step("amount", "rebate.9"),)),)),
        "payment `rebate` of `Enrollment`: `Enrollment` has no column `rebate.9`"),
    "a cell of another type": (
        program(
            SHOP,
            outputs=(ir.Output("o", (ir.OutputColumn("id", STATUS),), (ir.OutputPart("Shop", (col("id", ty.TEXT),)),), ()),)),
        "output `o`, column `id`, rows of `Shop`: the cell has the type"),
    "a condition of an output part that is no boolean": (
        listed_where(col("id", ty.TEXT)), "output `o`, which rows of `Sale`: the condition has the type Text()"),
    "a condition of an output part over nothing": (
        listed_where(col("x", ty.BOOLEAN)), "output `o`, which rows of `Sale`: `Sale` has no column `x`"),
    "a condition of an output part that reads an event": (
        listed_where(NOT_YET), "output `o`: reads the event `paid_on` of `Sale` directly"),
    "too few cells": (
        program(SHOP, outputs=(ir.Output("o", (ir.OutputColumn("id", ty.TEXT),), (ir.OutputPart("Shop", ()),), ()),)),
        "output `o`: 0 cells for 1 columns"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    broken, message = REFUSED[name]
    with pytest.raises(CoreError) as error:
        verify(broken)
    assert message in str(error.value)


def test_a_written_reference_to_a_row_that_is_not_there() -> None:
    names = ir.Relation("Name", ir.Rows((("a",),)), ("name",), (stored("name", ty.TEXT),))
    uses = ir.Relation("Use", ir.Rows((("b",),)), ("of",), (stored("of", ty.Row("Name", ty.TEXT)),))
    with pytest.raises(CoreError, match=r"`Use`, row 1: `Name` has no row 'b'"):
        verify(program(names, uses))


# --- the printed form -------------------------------------------------------------------------------------


def test_printed() -> None:
    assert print_program(SMALL) == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        (text('say "hi"\n'), r'"say \"hi\"\n"'),
        (lit("NL", ty.COUNTRY), 'country."NL"'),
        (lit("a", ty.Row("Shop", ty.TEXT)), 'Shop."a"'),
        (lit(Decimal("0.00"), ty.Optional(USD)), "0.00:optional money(USD, 18, 2)"),
        (missing(ty.DATE), "missing:optional date"),
        (percent("0.200000"), "0.200000:percent(9, 6)"),
        (op("not", yes()), "not yes"),
        (op("negate", usd("1.00")), "-1.00:money(USD, 18, 2):18.2"),
        (both(yes(), yes(False), yes()), "(yes and no and yes)"),
        (op("divide", AMOUNT, number("3"), places=4, mode="half_even"), "(amount / 3:number(18, 0) to 4 half_even):21.4"),
        (op("otherwise", missing(ty.TEXT), text("a")), '(missing:optional text otherwise "a")'),
        (op("days_between", date("2015-01-02"), ir.AsOf()), "days_between(2015-01-02, as_of):18.0"),
        (replace(SHOP_CITY, column=None, type=ty.BOOLEAN, certain=False), "exists Shop[shop]"),
        (replace(AMOUNT, depth=2), "this.this.amount"),
        (op("add_months", ir.AsOf(), number("-1"), mode="next_day"), "add_months(as_of, -1:number(18, 0) next_day)"),
        (ir.Param("least", USD), "param.least"),
    ],
)
def test_printed_expressions(expression: ir.Expr, printed: str) -> None:
    assert print_expression(expression) == printed


def test_enums_of_one_name_print_differently() -> None:
    first, second = ty.Enum("kind", ("a", "b")), ty.Enum("kind", ("b", "a"))
    there = program(feed("R", ("id",), (ID, stored("x", first), stored("y", second))))
    swapped = program(feed("R", ("id",), (ID, stored("x", second), stored("y", first))))
    assert 'enum kind: "a", "b"\nenum kind~2: "b", "a"' in print_program(there)
    assert print_program(there) != print_program(swapped)


def test_the_version_is_of_the_meaning() -> None:
    version = version_of(SMALL)
    assert version == version_of(replace(SMALL, version="anything"))
    assert len(version) == 12
    moved = replace(SMALL.relations[0], origin=ir.Origin("elsewhere.inc", 9, "table"))
    assert version == version_of(replace(SMALL, relations=(moved, *SMALL.relations[1:])))
    assert version != version_of(replace(SMALL, currency="EUR"))


INSTEAD_OF_NONE: dict[str, object] = {
    "Relation.known": yes(), "Aggregate.where": yes(), "Aggregate.value": yes(), "Lookup.column": "id",
    "Form.shortest": 2, "Form.longest": 9,
    "StoredColumn.reference": "Partner", "Bounds.least": Decimal("1.00"), "Bounds.greatest": Decimal("1.00"),
    "Feed.typically": (5, None), "Operation.places": 2, "Operation.mode": "up", "Literal.value": "a",
    "OutputPart.where": yes(),
}  # fmt: skip


def changed(node: object, name: str = "") -> Iterator[object]:
    """The node with one thing in it changed, for everything in it that takes part in comparison."""
    match node:
        case bool():
            yield not node
        case str():
            yield node + "x"
        case int():
            yield node + 1
        case Decimal():
            yield node + Decimal(1).scaleb(int(node.as_tuple().exponent))
        case datetime.date():
            yield node + datetime.timedelta(days=1)
        case None if name in INSTEAD_OF_NONE:
            yield INSTEAD_OF_NONE[name]
        case ty.Text():
            yield ty.COUNTRY
        case ty.Boolean() | ty.Date() | ty.Country():
            yield ty.TEXT
        case tuple():
            if node and name not in ("branch", "Feed.typically"):  # those are always two
                yield node[:-1]
            inside = "branch" if name == "Case.branches" else name
            for at, item in enumerate(node):
                yield from ((*node[:at], other, *node[at + 1 :]) for other in changed(item, inside))
        case _ if is_dataclass(node):
            for field in fields(node):
                if field.compare:
                    for other in changed(getattr(node, field.name), f"{type(node).__name__}.{field.name}"):
                        yield replace(node, **{field.name: other})  # type: ignore[type-var]  # `is_dataclass` says that it is one


def test_sound_programs_that_differ_print_differently() -> None:
    printed, count = print_program(SMALL), 0
    for other in changed(SMALL):
        assert isinstance(other, ir.Program)
        assert other != SMALL
        count += 1
        if print_program(other) == printed:
            with pytest.raises(CoreError):
                verify(other)
    assert count > 1000
