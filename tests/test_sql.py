"""The SQL backend and the duckdb engine. Every expected value is written by hand."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp
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
    usd,
)
from tests.small_program import ROWS, SMALL
from tests.test_reference import VALUES

from incdsl.backends.sql import DIALECTS, Script, UnsupportedInTarget, emit
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.verify import verify
from incdsl.driver import load
from incdsl.engines.duckdb import evaluate
from incdsl.engines.errors import DoesNotFit
from incdsl.engines.reference import Row

AS_OF = day("2015-07-31")
ONE = feed("One", ("id",), (stored("id", ty.TEXT),))


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def fill(connection: duckdb.DuckDBPyConnection, filled: ir.Program, rows: Mapping[str, Sequence[Row]]) -> None:
    """Make `feed."R"` for each relation with rows."""
    connection.execute("CREATE SCHEMA feed")
    for name, of_relation in rows.items():
        columns = filled.relation(name).stored
        types = [DIALECTS["duckdb"].physical(column.type).sql("duckdb") for column in columns]
        declared = ", ".join(f'"{column.name}" {type_}' for column, type_ in zip(columns, types, strict=True))
        connection.execute(f'CREATE TABLE feed."{name}" ({declared})')
        for row in of_relation:
            texts = [str(value) if isinstance(value, Decimal) else value for value in row]
            connection.execute(f'INSERT INTO feed."{name}" VALUES ({", ".join("?" * len(row))})', texts)


def results(
    connection: duckdb.DuckDBPyConnection, evaluated: ir.Program, rows: Mapping[str, Sequence[Row]], name: str
) -> list[list[str]]:
    """The rows of an output as texts, sorted."""
    verify(evaluated)
    fill(connection, evaluated, rows)
    evaluate(evaluated, connection, AS_OF, [name])
    found = connection.execute(f'SELECT * FROM result."{name}"').fetchall()
    return sorted([[str(value) for value in row] for row in found])


def listing(relation: ir.Relation, *columns: str) -> ir.Output:
    """An output `x` of columns of a relation."""
    types = {column.name: column.type for column in (*relation.stored, *relation.derived)}
    return output("x", columns[:1], (relation.name, tuple((name, col(name, types[name])) for name in columns)))


def value_of(connection: duckdb.DuckDBPyConnection, expression: ir.Expr) -> object:
    """The value of an expression that reads no row."""
    one = replace(ONE, derived=(derived("x", expression),))
    alone = program(one, outputs=(listing(one, "x"),))
    fill(connection, alone, {"One": [("1",)]})
    evaluate(alone, connection, AS_OF, ["x"])
    ((value,),) = connection.execute("SELECT x FROM result.x").fetchall()
    return value


def rounded(value: str, places: int, mode: str) -> ir.Expr:
    return op("round", number(value, 38), places=places, mode=mode)


def quotient(left: str, right: str, places: int, mode: str) -> ir.Expr:
    return op("divide", number(left, 30), number(right), places=places, mode=mode)


# --- scalars ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("expression", "expected"), VALUES)
def test_operators(connection: duckdb.DuckDBPyConnection, expression: ir.Expr, expected: str | bool | None) -> None:
    value = value_of(connection, expression)
    assert value is expected if isinstance(expected, bool) or expected is None else str(value) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # Halves that binary fractions cannot hold, and numbers beyond 64 bits.
        (rounded("0.005", 2, "half_up"), "0.01"),
        (rounded("-0.005", 2, "half_up"), "-0.01"),
        (rounded("2.675", 2, "half_up"), "2.68"),
        (rounded("2.675", 2, "half_even"), "2.68"),
        (rounded("2.665", 2, "half_even"), "2.66"),
        (rounded("0.0049999999999999999999999999999999999", 2, "half_up"), "0.00"),
        (rounded("12345678901234567890123456789012345.675", 2, "half_up"), "12345678901234567890123456789012345.68"),
        (rounded("-12345678901234567890123456789012345.665", 2, "half_even"), "-12345678901234567890123456789012345.66"),
        (rounded("12345678901234567890123456789012345.671", 2, "up"), "12345678901234567890123456789012345.68"),
        (rounded("-12345678901234567890123456789012345.671", 2, "up"), "-12345678901234567890123456789012345.68"),
        (rounded("-12345678901234567890123456789012345.679", 2, "down"), "-12345678901234567890123456789012345.67"),
        (rounded("99999999999999999999999999999999999.995", 2, "half_up"), "100000000000000000000000000000000000.00"),
        # Rounding a quotient looks at the whole remainder.
        (quotient("1", "3", 6, "up"), "0.333334"),
        (quotient("-1", "3", 6, "down"), "-0.333333"),
        (quotient("5", "1000", 2, "half_even"), "0.00"),
        (quotient("15", "1000", 2, "half_even"), "0.02"),
        (quotient("-15", "1000", 2, "half_even"), "-0.02"),
        (quotient("-5", "1000", 2, "half_up"), "-0.01"),
        (quotient("5", "-1000", 2, "half_up"), "-0.01"),
        (quotient("5.000000000000000000000001", "1000", 2, "half_even"), "0.01"),
        (quotient("123456789012345678901234567890", "0.00001", 0, "half_up"), "12345678901234567890123456789000000"),
        # 64 bits do not hold these products, whose operands they hold.
        (op("multiply", usd("9999999999999999.99"), lit(Decimal("999.999999"), ty.PERCENT)), "9999999989999999990.00000001"),
        (op("add", usd("9999999999999999.99"), usd("9999999999999999.99")), "19999999999999999.98"),
        (op("add_days", date("9999-12-30"), lit(Decimal(1), ty.DAYS)), "9999-12-31"),
    ],
)
def test_exactness(connection: duckdb.DuckDBPyConnection, expression: ir.Expr, expected: str) -> None:
    assert str(value_of(connection, expression)) == expected


@pytest.mark.parametrize(
    "expression",
    [
        op("multiply", number("9" * 20, 38), number("9" * 19, 38)),
        op("add", number("9" * 38, 38), number("1", 38)),
        op("add_days", date("9999-12-31"), lit(Decimal(1), ty.DAYS)),
        op("subtract_days", date("0001-01-01"), lit(Decimal(1), ty.DAYS)),
        op("add_days", date("2015-01-01"), lit(Decimal(999_999_999_999), ty.DAYS)),
    ],
)
def test_what_does_not_fit_is_an_error(connection: duckdb.DuckDBPyConnection, expression: ir.Expr) -> None:
    with pytest.raises(DoesNotFit):
        value_of(connection, expression)


# --- the small program ------------------------------------------------------------------------------------


def small_rows() -> dict[str, Sequence[Row]]:
    return {relation.name: ROWS.all(relation.name) for relation in SMALL.relations if isinstance(relation.source, ir.Feed)}


def test_the_small_program(connection: duckdb.DuckDBPyConnection) -> None:
    assert results(connection, SMALL, small_rows(), "payouts") == [
        ["P1", "Security", "first", "missed", "38.85", "0.00", "2015-05-25"],
        ["P1", "UCS", "first", "met", "43.32", "43.32", "2015-05-25"],
        ["P2", "UCS", "first", "missed", "33.30", "0.00", "2015-05-25"],
    ]


def test_pairs_of_known_rows(connection: duckdb.DuckDBPyConnection) -> None:
    assert results(connection, SMALL, small_rows(), "potentials") == [
        ["P1", "Security", "True", "True"],
        ["P1", "UCS", "True", "True"],
        ["P2", "Security", "False", "False"],
        ["P2", "UCS", "True", "False"],
    ]


def test_the_as_of_date_as_a_parameter(connection: duckdb.DuckDBPyConnection) -> None:
    fill(connection, SMALL, small_rows())
    connection.execute("CREATE SCHEMA derived")
    connection.execute("CREATE SCHEMA result")
    for statement in emit(SMALL, as_of=None, outputs=["payouts"]).statements:
        connection.execute(statement.sql, {"as_of": AS_OF} if "$as_of" in statement.sql else None)
    assert connection.execute("SELECT amount FROM result.payouts WHERE status = 'met'").fetchall() == [(Decimal("43.32"),)]


def test_evaluating_again_replaces_the_results(connection: duckdb.DuckDBPyConnection) -> None:
    fill(connection, SMALL, small_rows())
    for as_of, statuses in ((day("2015-04-24"), ["open", "open", "open"]), (AS_OF, ["met", "missed", "missed"])):
        evaluate(SMALL, connection, as_of, ["payouts"])
        assert connection.execute("SELECT list(status ORDER BY status) FROM result.payouts").fetchall() == [(statuses,)]


# --- aggregates -------------------------------------------------------------------------------------------

ITEM = feed("Item", ("id",), (stored("id", ty.TEXT), stored("group", ty.TEXT), stored("amount", USD), stored("on", ty.DATE)))
GROUP = feed("Group", ("name",), (stored("name", ty.TEXT), stored("least", USD), stored("until", ty.DATE)))
ITEMS: list[Row] = [
    ("1", "a", Decimal("0.10"), day("2015-01-03")),
    ("2", "a", Decimal("0.20"), day("2015-01-01")),
    ("3", "a", Decimal("-0.30"), day("2015-01-02")),
    ("4", "a", Decimal("0.10"), day("2015-01-02")),
    ("5", "b", Decimal("99.00"), day("2016-01-01")),
]
GROUPS: list[Row] = [
    ("a", Decimal("0.15"), day("2015-01-02")),
    ("b", Decimal("100.00"), day("2015-12-31")),
    ("none", Decimal("-1.00"), day("2015-01-01")),
]
AMOUNT, ON = col("amount", USD), col("on", ty.DATE)
SAME_GROUP = op("equal", col("group", ty.TEXT), col("name", ty.TEXT, 1))
LARGE = op("greater_or_equal", AMOUNT, col("least", USD, 1))
IN_TIME = op("less_or_equal", ON, col("until", ty.DATE, 1))


def per_group(connection: duckdb.DuckDBPyConnection, **definitions: ir.Expr) -> list[list[str]]:
    groups = replace(GROUP, derived=tuple(derived(name, definition) for name, definition in definitions.items()))
    asked = program(ITEM, groups, outputs=(listing(groups, "name", *definitions),))
    return results(connection, asked, {"Item": ITEMS, "Group": GROUPS}, "x")


def test_aggregates_over_the_same_rows_are_one_subquery(connection: duckdb.DuckDBPyConnection) -> None:
    definitions: dict[str, ir.Expr] = {
        "total": aggregate("sum", "Item", AMOUNT, SAME_GROUP),
        "large": aggregate("count", "Item", where=both(SAME_GROUP, LARGE)),
        "early": aggregate("sum", "Item", AMOUNT, both(SAME_GROUP, IN_TIME)),
        "days": aggregate("count_distinct", "Item", ON, SAME_GROUP),
        "least_amount": aggregate("smallest", "Item", AMOUNT, both(SAME_GROUP, IN_TIME)),
        "last": aggregate("largest", "Item", ON, SAME_GROUP),
        "late": aggregate("any", "Item", where=both(SAME_GROUP, op("not", IN_TIME))),
    }
    groups = replace(GROUP, derived=tuple(derived(name, definition) for name, definition in definitions.items()))
    script = emit(program(ITEM, groups, outputs=(listing(groups, *definitions),)), as_of=AS_OF, outputs=["x"])
    assert len(subqueries(script, "Item of Group")) == 1
    assert per_group(connection, **definitions) == [
        ["a", "0.10", "1", "0.00", "3", "-0.30", "2015-01-03", "True"],
        ["b", "99.00", "0", "0.00", "1", "None", "2016-01-01", "True"],
        ["none", "0.00", "0", "0.00", "0", "None", "None", "False"],
    ]


def test_distinct_values_under_several_conditions(connection: duckdb.DuckDBPyConnection) -> None:
    half = op("equal", AMOUNT, usd("0.10"))
    counts: dict[str, ir.Expr] = {
        "in_time": IN_TIME,
        "large": LARGE,
        "half": half,
        "neither": op("not", op("or", half, IN_TIME)),
        "half_and_late": op("and", half, op("not", IN_TIME)),
    }
    definitions = {name: aggregate("count_distinct", "Item", ON, both(SAME_GROUP, where)) for name, where in counts.items()}
    assert per_group(connection, **definitions) == [
        ["a", "2", "1", "2", "0", "1"],  # in time: 1 and 2 January; large: only the 1st; half: the 2nd and the 3rd, which is late
        ["b", "0", "0", "0", "1", "0"],
        ["none", "0", "0", "0", "0", "0"],
    ]


def test_distinct_values_of_all_rows_and_of_some(connection: duckdb.DuckDBPyConnection) -> None:
    everything = aggregate("count_distinct", "Item", ON, SAME_GROUP)
    some = aggregate("count_distinct", "Item", ON, both(SAME_GROUP, op("equal", AMOUNT, usd("0.20"))))
    assert per_group(connection, everything=everything, some=some) == [["a", "3", "1"], ["b", "1", "0"], ["none", "0", "0"]]


def test_aggregates_of_all_rows(connection: duckdb.DuckDBPyConnection) -> None:
    everything = aggregate("sum", "Item", AMOUNT)
    nothing = aggregate("any", "Item", where=op("greater", AMOUNT, usd("99.00")))
    assert per_group(connection, everything=everything, nothing=nothing) == [
        [name, "99.10", "False"] for name in ("a", "b", "none")
    ]


def test_aggregates_without_an_equality(connection: duckdb.DuckDBPyConnection) -> None:
    below = aggregate("count", "Item", where=op("less", AMOUNT, col("least", USD, 1)))
    of_a = aggregate("count", "Item", where=op("equal", col("name", ty.TEXT, 1), lit("a", ty.TEXT)))
    assert per_group(connection, below=below, of_a=of_a) == [["a", "3", "5"], ["b", "5", "0"], ["none", "0", "0"]]


def test_an_aggregate_of_an_aggregate(connection: duckdb.DuckDBPyConnection) -> None:
    same_day = aggregate("count", "Item", where=op("equal", ON, col("on", ty.DATE, 1)))
    days_shared = aggregate("count", "Item", where=both(SAME_GROUP, op("greater", same_day, lit(Decimal(1), ty.WHOLE_NUMBER))))
    assert per_group(connection, shared=days_shared) == [["a", "2"], ["b", "0"], ["none", "0"]]


def test_a_lookup_by_columns_of_both_rows(connection: duckdb.DuckDBPyConnection) -> None:
    price = feed("Price", ("group", "on"), (stored("group", ty.TEXT), stored("on", ty.DATE), stored("price", USD)))
    found = ir.Lookup("Price", (col("name", ty.TEXT, 1), ON), "price", ty.Optional(USD))
    total = aggregate("sum", "Item", op("otherwise", found, usd("1.00")), SAME_GROUP)
    groups = replace(GROUP, derived=(derived("total", total),))
    asked = program(ITEM, price, groups, outputs=(listing(groups, "name", "total"),))
    rows: dict[str, Sequence[Row]] = {"Item": ITEMS, "Group": GROUPS, "Price": [("a", day("2015-01-02"), Decimal("7.00"))]}
    assert results(connection, asked, rows, "x") == [["a", "16.00"], ["b", "1.00"], ["none", "0.00"]]


def test_a_sum_that_does_not_fit(connection: duckdb.DuckDBPyConnection) -> None:
    wide = ty.Number(38, 0)
    items = feed("Item", ("id",), (stored("id", ty.TEXT), stored("amount", wide)))
    one = replace(ONE, derived=(derived("total", aggregate("sum", "Item", col("amount", wide))),))
    asked = program(items, one, outputs=(listing(one, "id", "total"),))
    with pytest.raises(DoesNotFit):
        results(connection, asked, {"Item": [("1", Decimal("9" * 38)), ("2", Decimal(1))], "One": [("1",)]}, "x")


def test_what_sql_cannot_say_is_refused() -> None:
    around = both(op("equal", col("group", ty.TEXT), col("group", ty.TEXT, 1)), op("equal", ON, col("until", ty.DATE, 2)))
    nested = aggregate("count", "Item", where=aggregate("any", "Item", where=around))
    groups = replace(GROUP, derived=(derived("nested", nested),))
    with pytest.raises(UnsupportedInTarget, match="an aggregate over Item inside one over Item"):
        emit(program(ITEM, groups, outputs=(listing(groups, "nested"),)), as_of=AS_OF, outputs=["x"])


# --- columns that need one another's relations ------------------------------------------------------------


def test_relations_that_need_one_another(connection: duckdb.DuckDBPyConnection) -> None:
    """The share of an item is its part of the group's total; the group counts the items whose share is large."""
    total = aggregate("sum", "Item", AMOUNT, SAME_GROUP)
    of_group = ir.Lookup("Group", (col("group", ty.TEXT),), "total", ty.Optional(ty.Money("USD", 38, 2)))
    half = op("multiply", op("otherwise", of_group, lit(Decimal("0.00"), ty.Money("USD", 38, 2))), number("0.5"))
    items = replace(ITEM, derived=(derived("leads", op("greater", op("multiply", AMOUNT, number("1.0")), half)),))
    leading = aggregate("count", "Item", where=both(SAME_GROUP, col("leads", ty.BOOLEAN)))
    groups = replace(GROUP, derived=(derived("total", total), derived("leading", leading)))
    asked = program(items, groups, outputs=(listing(groups, "name", "total", "leading"),))
    # Half of the total of `a` is 0.05: the items of 0.10, 0.20 and 0.10 are above it.
    assert results(connection, asked, {"Item": ITEMS, "Group": GROUPS}, "x") == [
        ["a", "0.10", "3"],
        ["b", "99.00", "1"],
        ["none", "0.00", "0"],
    ]


def test_a_relation_that_looks_itself_up(connection: duckdb.DuckDBPyConnection) -> None:
    node = feed("Node", ("id",), (stored("id", ty.TEXT), stored("parent", ty.Optional(ty.TEXT)), stored("size", USD)))
    parent = op("known", col("parent", ty.Optional(ty.TEXT)))
    above = case(
        (op("given", col("parent", ty.Optional(ty.TEXT))), ir.Lookup("Node", (parent,), "size", ty.Optional(USD))),
        otherwise=ir.Literal(None, ty.Optional(USD)),
    )
    nodes = replace(node, derived=(derived("above", above),))
    rows: list[Row] = [("a", None, Decimal("1.00")), ("b", "a", Decimal("2.00")), ("c", "b", Decimal("3.00"))]
    asked = program(nodes, outputs=(listing(nodes, "id", "above"),))
    assert results(connection, asked, {"Node": rows}, "x") == [["a", "None"], ["b", "1.00"], ["c", "2.00"]]


# --- what the text looks like -----------------------------------------------------------------------------


def subqueries(script: Script, name: str) -> list[exp.CTE]:
    """The subqueries of a script with that name, a number after it put aside."""
    found = (cte for statement in script.statements for cte in statement.tree.find_all(exp.CTE))
    return [cte for cte in found if cte.alias.rstrip(" 0123456789") == name]


def test_only_what_the_outputs_need_is_worked_out() -> None:
    names = [statement.name for statement in emit(SMALL, as_of=AS_OF, outputs=["payouts"]).statements]
    assert names == ["derived.later_day", "derived.Enrollment", "result.payouts"]


def test_the_dates_of_a_calendar_reach_the_scan() -> None:
    (purchases,) = subqueries(emit(SMALL, as_of=AS_OF, outputs=["payouts"]), "Purchase of Enrollment")
    assert '"each"."booked_on" >= CAST(\'2015-01-25\' AS DATE)' in purchases.sql("duckdb")
    assert '"each"."booked_on" <= CAST(\'2015-07-25\' AS DATE)' in purchases.sql("duckdb")


def test_numbers_carry_the_name_of_their_parameter() -> None:
    assert '"volume" >= 1000.00 /* least */' in emit(SMALL, as_of=AS_OF, outputs=["payouts"]).text


def test_emitting_twice_gives_the_same_text() -> None:
    first = emit(SMALL, as_of=AS_OF, outputs=["payouts", "potentials"])
    assert first.text == emit(SMALL, as_of=AS_OF, outputs=["payouts", "potentials"]).text


def test_an_unknown_dialect_is_refused() -> None:
    with pytest.raises(UnsupportedInTarget, match="no dialect oracle: there is duckdb"):
        emit(SMALL, as_of=datetime.date(2015, 7, 31), outputs=["payouts"], dialect="oracle")


# --- the shape of whole programs' plans --------------------------------------------------------------------


def shape(name: str) -> dict[str, str]:
    """The statements of a program of the repository, by name, on one line each."""
    program = load(str(Path(__file__).parent.parent / f"programs/{name}/{name}.inc")).program
    assert program is not None
    script = emit(program, as_of=AS_OF, outputs=["payouts", "requirements"])
    return {statement.name: " ".join(statement.sql.split()) for statement in script.statements}


def test_orders_find_their_quarter_by_their_day() -> None:
    statement = shape("mdf")["derived.Partner per FiscalQuarter"]
    assert '"period"."day" = "each"."booked_on"' in statement
    assert 'GROUP BY "each"."partner", "period"."start"' in statement


def test_a_day_finds_its_quarter() -> None:
    statement = shape("lci")["derived.Deal 1"]
    assert '"FiscalQuarter of Deal"."key 1" = "this"."plan_submitted_on.known"' in statement
    assert '"start" <=' not in statement


def test_a_limit_sorts_the_columns_that_it_needs() -> None:
    (order,) = re.findall(r'"order of Deal" AS \((.*?)\), "', shape("lci")["derived.Deal"])
    columns = set(re.findall(r'"this"\."([^"]+)"', order))
    assert columns == {"id", "limit_1.takes", "limit_1.per_1", "limit_1.per_2", "limit_1.order_1", "limit_1.order_2"}


def test_roles_are_told_apart_before_they_meet_the_deals() -> None:
    marks = shape("lci")["derived.Deal 1"].split('"distinct of Role of Deal" AS (')[1].split('"Role of Deal" AS (')[0]
    assert marks.count("BIT_OR(") == 1
    assert "CustomerSuccessManager" not in marks


def test_two_periods_are_compared() -> None:
    assert "days of VipPeriod" not in shape("vip25")["derived.Enrollment"]


def test_a_table_keeps_what_is_read_later() -> None:
    kept = shape("mdf")["derived.Partner per FiscalQuarter"].rsplit("SELECT", 1)[1]
    assert '"fund.amount"' in kept
    assert '"partner"' in kept
    assert '"fund.step_1"' not in kept
    assert '"bookings"' not in kept


def test_distinct_people_are_counted_in_one_pass() -> None:
    statement = shape("cx")["derived.Partner"]
    assert "COUNT(DISTINCT" not in statement
    assert statement.count('"distinct of Role of Partner" AS (') == 1
