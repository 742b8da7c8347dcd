"""What a service relies on that embeds a module: reading rows, single rows, threads, errors. Values are worked out by hand."""

from __future__ import annotations

import datetime
import decimal
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.python_target.conftest import shipped

from incdsl import driver

PARTNER = {"id": "P1", "name": "Partner One", "country": "NL", "level": "Gold"}
PRODUCT = {"id": "X1", "name": "A switch", "family": "Switches"}
DEAL = {
    "id": "D1",
    "partner": "P1",
    "customer": "C1",
    "product": "X1",
    "amount": "250000.50",
    "booked_on": "2022-02-01",
    "activated_on": "2022-03-01",
}
AS_OF = datetime.date(2022, 12, 31)


@pytest.fixture(scope="module")
def lci() -> Any:
    """The module of Lifecycle Incentives."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(Path(__file__).parent.parent.parent)
        return shipped("lci").module


def feeds(lci: Any, *deals: dict[str, object]) -> Any:
    return lci.Feeds.from_dicts({"partner": [PARTNER], "product": [PRODUCT], "deal": deals or [DEAL]})


def problems(lci: Any, *deals: dict[str, object]) -> list[str]:
    with pytest.raises(lci.RowErrors) as raised:
        feeds(lci, *deals)
    return [str(error) for error in raised.value.errors]


# --- results ---------------------------------------------------------------------------------------------------


def test_one_deal_with_the_rows_it_refers_to(lci: Any) -> None:
    results = lci.evaluate(feeds(lci), AS_OF)
    use = next(row for row in results.payouts if row.payment == "use_rebate")
    # No CX level: 1% of 250,000.50 is 2,500.005, a half cent goes up.
    assert (use.id, use.status, use.amount, use.earned) == ("D1", "earned", Decimal("2500.01"), Decimal("2500.01"))
    assert str(use.earned) == "2500.01"
    assert results.values is None
    line = "LCI," + lci.VERSION + ",use_rebate,D1,earned,2500.01,2500.01,USD,,every requirement is met"
    assert line in results.csv("payouts").splitlines()


def test_rules_of_one_row_by_name(lci: Any) -> None:
    deal = lci.Evaluation(feeds(lci), AS_OF).deal["D1"]
    assert (deal.size, deal.level) == ("Medium", "none")
    assert (deal.minimum_status, deal.plan_status) == ("met", "missed")
    assert deal.plan_deadline == datetime.date(2022, 5, 2)
    assert deal.use_rebate_step_2 == Decimal("2500.005")
    assert isinstance(deal, lci.Deal)


def test_results_of_one_row_of_many(lci: Any) -> None:
    evaluation = lci.Evaluation(feeds(lci, DEAL, {**DEAL, "id": "D2"}), AS_OF)
    assert {row.id for row in evaluation.results(evaluation.deal["D2"]).payouts} == {"D2"}
    assert evaluation.results(evaluation.deal["D2"]).levels == ()
    assert len(evaluation.results().payouts) == 6


def test_what_is_not_known_on_the_day_takes_part_in_nothing(lci: Any) -> None:
    evaluation = lci.Evaluation(feeds(lci), datetime.date(2022, 1, 31))
    assert list(evaluation.deal) == []
    assert evaluation.deal.get("D1") is None
    assert evaluation.results().payouts == ()


def test_values_when_asked_for(lci: Any) -> None:
    results = lci.evaluate(feeds(lci), AS_OF, values=True)
    assert ("size", "Medium") in {(row.name, row.value) for row in results.values}
    with pytest.raises(KeyError):
        lci.evaluate(feeds(lci), AS_OF).csv("values")


def test_nothing_depends_on_the_decimal_context_of_the_caller(lci: Any) -> None:
    with decimal.localcontext(prec=3, rounding=decimal.ROUND_UP) as context:
        context.traps[decimal.Inexact] = True
        evaluation = lci.Evaluation(feeds(lci), AS_OF)
        assert evaluation.deal["D1"].use_rebate_amount == Decimal("2500.01")
        assert decimal.getcontext() is context
        assert evaluation.results().payouts[-1].amount == Decimal("2500.01")
        assert decimal.getcontext() is context
        assert context.prec == 3


def test_threads_do_not_disturb_each_other(lci: Any) -> None:
    deals = [{**DEAL, "id": f"D{at:03}", "amount": f"{10_000 + at}.50"} for at in range(40)]
    given = feeds(lci, *deals)

    def text(_: int) -> str:
        return str(lci.evaluate(given, AS_OF).csv("payouts"))

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(text, range(16)))) == 1
    shared = lci.Evaluation(given, AS_OF)
    with ThreadPoolExecutor(8) as pool:
        amounts = list(pool.map(lambda at: shared.deal[f"D{at % 40:03}"].use_rebate_amount, range(200)))
    assert amounts[:3] == [Decimal("100.01"), Decimal("100.02"), Decimal("100.03")]
    assert amounts == amounts[:40] * 5


# --- rows --------------------------------------------------------------------------------------------------------


def test_values_may_be_texts_or_of_their_types(lci: Any) -> None:
    typed = {**DEAL, "amount": Decimal("250000.5"), "booked_on": datetime.date(2022, 2, 1), "activated_on": None}
    (deal,) = feeds(lci, typed).deal
    assert str(deal.amount) == "250000.50"
    assert deal.activated_on is None
    assert feeds(lci, {**DEAL, "amount": 7}).deal[0].amount.as_tuple().exponent == -2
    assert str(feeds(lci, {**DEAL, "amount": "-0.000"}).deal[0].amount) == "0.00"


WRONG: list[tuple[dict[str, object], str]] = [
    ({"amount": 0.1}, 'amount`: 0.1 is a binary number, which is not exact; give a Decimal or a text such as "1250.00"'),
    ({"amount": "1,250.00"}, "amount`: `1,250.00` is not an amount; write it like `1250.00`"),
    ({"amount": "1.005"}, "amount`: `1.005` has more than 2 decimals; round it to 2 decimals"),
    ({"amount": "-1"}, "amount`: `-1.00` is out of range; give at least 0.00"),
    ({"amount": "1" * 17}, f"amount`: `{'1' * 17}.00` has too many digits; give at most 16 before the point"),
    ({"amount": Decimal("NaN")}, "amount`: `NaN` is not an amount; write it like `1250.00`"),
    ({"amount": True}, "amount`: True is not an amount; write it like `1250.00`"),
    ({"booked_on": "1/2/2022"}, "booked_on`: `1/2/2022` is not a date; write the year, the month, the day, as in `2015-07-25`"),
    ({"booked_on": "2022-02-30"}, "booked_on`: `2022-02-30` is not a date: the calendar has no such day; correct the day"),
    ({"booked_on": datetime.datetime(2022, 2, 1)}, "booked_on`: 2022-02-01 00:00:00 has a time of day; give its .date()"),
    ({"booked_on": ""}, "booked_on`: it is blank, and every row needs it; give a value"),
    ({"id": 7}, "id`: 7 is no text; give a str that is not empty"),
    ({"partner": "P2"}, "partner`: `P2` is no row of Partner; give its row of Partner too, or correct it"),
    ({"custumer": "C1"}, "custumer`: there is no field `custumer`; write `customer`"),
]


@pytest.mark.parametrize(("change", "says"), WRONG)
def test_what_is_wrong_with_a_row(lci: Any, change: dict[str, object], says: str) -> None:
    assert problems(lci, {**DEAL, **change}) == [f"deal row 1, `{says}"]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "the rows: they are of the type list; give a dict of lists of rows, by the name of their feed"),
        ({"deal": DEAL}, "deal: dict stands where rows do; give a list of dicts"),
        ({"deal": 5}, "deal: int stands where rows do; give a list of dicts"),
        ({"deal": "id,amount"}, "deal: str stands where rows do; give a list of dicts"),
        ({"deal": [7]}, "deal row 1: it is of the type int; give a dict by field"),
    ],
)
def test_what_is_not_rows_is_said_like_what_is_wrong_in_them(lci: Any, rows: Any, says: str) -> None:
    with pytest.raises(lci.RowErrors) as found:
        lci.Feeds.from_dicts(rows)
    assert [str(error) for error in found.value.errors] == [says]


@pytest.mark.parametrize("day", ["2022-12-31", datetime.datetime(2022, 12, 31), None])
def test_what_is_no_day_is_not_taken_for_one(lci: Any, day: Any) -> None:
    with pytest.raises(TypeError, match=r"give a datetime\.date"):
        lci.evaluate(lci.Feeds(), day)


def test_everything_wrong_is_said_at_once(lci: Any) -> None:
    found = problems(lci, {**DEAL, "amount": "x", "booked_on": "y"}, {**DEAL, "id": "", "product": None})
    assert [line.split(":")[0] for line in found] == [
        "deal row 1, `amount`",
        "deal row 1, `booked_on`",
        "deal row 2, `id`",
        "deal row 2, `product`",
    ]
    with pytest.raises(lci.RowErrors, match="there is no feed `deals`; the feeds are partner, product, deal"):
        lci.Feeds.from_dicts({"deals": []})


def test_rows_of_one_key(lci: Any) -> None:
    assert problems(lci, DEAL, DEAL) == ["deal row 2: row 1 has the same key; leave one of them out, or correct it"]


def test_ranges_that_overlap(lci: Any) -> None:
    held = lci.Role(partner="P1", person="A", role="PracticeLead", held_start=AS_OF)
    later = lci.Role(partner="P1", person="A", role="PracticeLead", held_start=AS_OF.replace(day=30), held_end=AS_OF)
    backwards = lci.Role(partner="P1", person="B", role="PracticeLead", held_start=AS_OF, held_end=AS_OF.replace(day=1))
    partner = lci.Partner(**PARTNER)
    with pytest.raises(lci.RowErrors) as raised:
        lci.Feeds(partner=[partner], role=[held, later, backwards])
    assert [str(error) for error in raised.value.errors] == [
        "role row 2: row 1 has the same key and dates that overlap; leave one of them out, or correct it",
        "role row 3, `held_end`: `held_end` is before `held_start`; correct one of them",
    ]


def test_records_made_by_hand_are_checked_too(lci: Any) -> None:
    with pytest.raises(lci.RowErrors, match=r"`10` does not have 2 decimals; write it like 0\.00"):
        lci.Feeds(
            partner=[lci.Partner(**PARTNER)],
            product=[lci.Product(**PRODUCT)],
            deal=[lci.Deal(id="D1", partner="P1", customer="C", product="X1", amount=Decimal(10), booked_on=AS_OF)],
        )


# --- errors ------------------------------------------------------------------------------------------------------

SMALL = """
program SMALL "Small"
  currency USD

source guide "A guide"

record Order
  id      text key
  amount  money
  factor  number
  paid    event
  cap     percent at least 0% at most 20%
  code    optional text like "A-##" or "[BC]*" at least 2 characters at most 5 characters
  must    amount <> 0 USD

for each Order
  let large = amount * factor * factor * factor

  require paid "It is paid"
    done paid
    by   2020-01-31
    cite guide "1"

  pay bonus "A bonus"
    needs  paid
    amount amount * cap
    round  half up to 0.01
    cite   guide "2"
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The module of a small program."""
    from tests.agreement.python_module import loaded

    path = tmp_path_factory.mktemp("small") / "small.inc"
    path.write_text(SMALL, encoding="utf-8")
    found = driver.load(str(path))
    assert found.program is not None, [str(one) for one in found.sink.sorted()]
    return loaded(found.program)


def order(small: Any, **fields: object) -> Any:
    return small.Feeds.from_dicts({"order": [{"id": "O1", "amount": "10.00", "factor": "1", "cap": "2.5%", **fields}]})


def test_a_number_that_does_not_fit_names_its_row(small: Any) -> None:
    evaluation = small.Evaluation(order(small, amount="9" * 16, factor="9" * 12), AS_OF)
    with pytest.raises(small.Overflow) as raised:
        _ = evaluation.order["O1"].large
    assert (raised.value.relation, raised.value.key, raised.value.column) == ("Order", ("O1",), "large")
    assert raised.value.expression == "((amount * factor):36.8 * factor):38.14"
    assert str(raised.value).startswith('`Order` row "O1": `large`: ((amount')
    # What does not need the number is still there.
    assert evaluation.order["O1"].paid_status == "missed"


def test_texts_look_like_what_their_field_asks_for(small: Any) -> None:
    for good in ("A-12", "B1", "C\U0001f600\U0001f600\U0001f600\U0001f600", " A-12 ", ""):
        assert order(small, code=good).order[0].code == (good.strip(" ") or None)
    for wrong in ("A-1", "a-12", "A-12\n", "A-\u0661\u0662"):
        with pytest.raises(small.RowErrors, match='is not in the form it should have; write it like "A-##" or "\\[BC\\]\\*"'):
            order(small, code=wrong)
    with pytest.raises(small.RowErrors, match="`B` has too few characters: 1; give at least 2"):
        order(small, code="B")
    with pytest.raises(small.RowErrors, match="`B12345` has too many characters: 6; give at most 5"):
        order(small, code="B12345")


def test_percents_and_conditions(small: Any) -> None:
    assert small.evaluate(order(small), AS_OF).payouts[0].amount == Decimal("0.25")
    with pytest.raises(small.RowErrors, match=r"`25\.0000%` is out of range; give at most 20\.0000%"):
        order(small, cap="25%")
    with pytest.raises(small.RowErrors, match=r"`2\.5` is not a percentage; write it like `12\.5%`"):
        order(small, cap="2.5")
    with pytest.raises(small.RowErrors, match="order row 1: this does not hold: amount <> 0 USD; correct the row"):
        order(small, amount="0")


CONFLICT = """
program BROKEN "Broken"
  currency USD

record Order
  id      text key
  amount  money

for each Order
  invariant small "Orders are small"
    that amount <= 100 USD
"""


def test_rules_that_contradict_each_other(tmp_path: Path) -> None:
    from tests.agreement.python_module import loaded

    (tmp_path / "broken.inc").write_text(CONFLICT, encoding="utf-8")
    program = driver.load(str(tmp_path / "broken.inc")).program
    assert program is not None
    broken = loaded(program)
    given = broken.Feeds.from_dicts({"order": [{"id": "O1", "amount": "100.01"}, {"id": "O2", "amount": "100"}]})
    with pytest.raises(
        broken.Conflicts, match="1 conflict between rules, so there are no results\n  `Order` with id O1: invariant"
    ):
        broken.evaluate(given, AS_OF)
