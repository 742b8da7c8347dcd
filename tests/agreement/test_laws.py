"""What holds between the results of two runs, whatever the program: laws on drawn programs, by the reference engine, which
the other engines agree with."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from tests.agreement.phrases import Phrases, Scope
from tests.agreement.programs import Drawn, Row, draw_program
from tests.agreement.sources import AS_OFS, Source, draw_source, lowered
from tests.agreement.test_agreement import FIRST, asked_for

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.engines import reference
from incdsl.engines.reference.evaluate import sort_key

SEEDS = range(FIRST, FIRST + asked_for(40))

Results = Mapping[str, Sequence[Row]]


def results(drawn: Drawn) -> Results | None:
    """The rows of every output; None when a value does not fit, which no law is about."""
    names = [output.name for output in drawn.program.outputs]
    try:
        return reference.evaluate(drawn.program, reference.MemoryRows(drawn.program, drawn.rows), drawn.as_of, names)
    except reference.Overflow:
        return None


def drawn_texts() -> Iterator[tuple[int, Source, Drawn]]:
    for seed in SEEDS:
        source = draw_source(seed)
        yield seed, source, lowered(source, seed)


def test_the_order_of_rows_means_nothing() -> None:
    compared = 0
    for seed in SEEDS:
        drawn = draw_program(seed) if seed % 2 else lowered(draw_source(seed), seed)
        shuffled = {name: tuple(Random(seed).sample(rows, len(rows))) for name, rows in drawn.rows.items()}
        before, after = results(drawn), results(replace(drawn, rows=shuffled))
        if before is not None and after is not None:
            assert after == before, f"seed {seed}"
            compared += 1
    assert compared > 0.8 * len(SEEDS)


def test_rows_of_later_days_match_nothing() -> None:
    compared = 0
    for seed, source, drawn in drawn_texts():
        if not source.used["dated by"] or not drawn.rows["Order"]:
            continue
        names = [column.name for column in drawn.program.relation("Order").stored]
        later = [
            changed(row, names, id=f"later {at}", booked_on=drawn.as_of + datetime.timedelta(days=1 + at % 3))
            for at, row in enumerate(drawn.rows["Order"])
        ]
        more = replace(drawn, rows={**drawn.rows, "Order": (*later, *drawn.rows["Order"])})
        before = results(drawn)
        if before is not None:
            assert results(more) == before, f"seed {seed}"
            compared += 1
    assert compared > 0.25 * len(SEEDS)


def test_partners_can_be_worked_out_apart() -> None:
    """Whatever ties other rows to a row by its partner: the results are those of each partner's rows alone."""
    compared = 0
    for seed, source, drawn in drawn_texts():
        if any(form.startswith("limit") and "per partner" not in form for form in source.used) or len(drawn.rows["Partner"]) < 2:
            continue
        whole = results(drawn)
        parts = [results(replace(drawn, rows=of_partner(drawn, row[0]))) for row in drawn.rows["Partner"]]
        if whole is None or any(part is None for part in parts):
            continue
        for name, rows in whole.items():
            apart = [row for part in parts if part is not None for row in part[name]]
            assert sorted(apart, key=sort_key) == sorted(rows, key=sort_key), f"seed {seed}, {name}"
        compared += 1
    assert compared > 0.3 * len(SEEDS)


def of_partner(drawn: Drawn, partner: ir.Value) -> dict[str, tuple[Row, ...]]:
    """The rows of one partner."""
    found = {}
    for name, rows in drawn.rows.items():
        names = [column.name for column in drawn.program.relation(name).stored]
        at = names.index("id" if name == "Partner" else "partner")
        found[name] = tuple(row for row in rows if row[at] == partner)
    return found


def test_ten_times_the_money_pays_ten_times_as_much() -> None:
    compared = 0
    for seed in SEEDS:
        one, ten = draw_source(seed), draw_source(seed, scale=10)
        drawn = lowered(one, seed)
        scaled = {name: tuple(times_ten(drawn.program.relation(name), row) for row in rows) for name, rows in drawn.rows.items()}
        before, after = results(drawn), results(replace(lowered(ten, seed), rows=scaled))
        if before is None or after is None:
            continue
        for left, right in zip(pay(drawn.program, before), pay(drawn.program, after), strict=True):
            assert right == {**left, "amount": left["amount"] * 10, "earned": left["earned"] * 10}, f"seed {seed}"  # type: ignore[operator]  # cells are of any type; these are money
        assert [row["status"] for row in cells(drawn.program, "requirements", after)] == [
            row["status"] for row in cells(drawn.program, "requirements", before)
        ]
        compared += 1
    assert compared > 0.8 * len(SEEDS)


def times_ten(relation: ir.Relation, row: Row) -> Row:
    return tuple(
        value * 10 if isinstance(value, Decimal) and isinstance(ty.known(column.type), ty.Money) else value
        for column, value in zip(relation.stored, row, strict=True)
    )


def cells(program: ir.Program, output: str, found: Results) -> list[dict[str, ir.Value]]:
    (columns,) = [one.columns for one in program.outputs if one.name == output]
    return [dict(zip((column.name for column in columns), row, strict=True)) for row in found[output]]


def pay(program: ir.Program, found: Results) -> list[dict[str, ir.Value]]:
    """The payouts, without what names the program's version or an amount in words."""
    unsaid = ("program_version", "reason")
    return [{name: value for name, value in row.items() if name not in unsaid} for row in cells(program, "payouts", found)]


# --- an order and its return ------------------------------------------------------------------------------------


def sums(seed: int) -> Source:
    """A program that pays partners on sums of what their orders amount to, under conditions that are not about amounts."""
    p = Phrases(Random(seed))
    inner = Scope(
        (("quantity", "whole"), ("factor", "number"), ("share", "percent"), ("booked_on", "date"), ("tagged", "boolean")),
        optional=(("note", "text"), ("shipped_on", "date")),
    )
    lets, scope = [], Scope((("period.start", "date"), ("period.end", "date")))
    for at in range(1 + p.upto(2)):
        value = p.pick(("amount", "amount * share", "amount * factor", "2 * amount - amount * share"))
        condition = f"partner = this.partner and booked_on in this.period and {p.condition(inner, 1)}"
        lets.append(f"  let v{at} = sum of {value} over Order where {condition}")
        scope = Scope((*scope.fields, (f"v{at}", "money")))
    text = f"""program SUMS "Sums"
  currency USD
source guide "A guide"
calendar Period
  months from 2015-01-01 through 2015-12-31
  cite guide "1"
record Partner
  id text key
record Order
  id text key
  partner Partner
  amount money
  quantity whole number at least 0 at most 1,000
  factor number
  share percent
  booked_on date
  tagged boolean
  shipped_on event
  note optional text
for each Partner per Period
{chr(10).join(lets)}
  require enough
    that {p.condition(scope, 2)}
    by period.end
    cite guide "2"
  pay bonus
    needs enough
    amount {p.of("money", scope, 2)}
    round {p.pick(("half up", "half even", "up", "down"))} to 0.01
    cite guide "3"
"""
    return Source(text, p.used, p.pick(AS_OFS))


def test_an_order_and_its_return_come_to_nothing() -> None:
    compared = 0
    for seed in SEEDS:
        drawn = lowered(sums(seed), seed)
        names = [column.name for column in drawn.program.relation("Order").stored]
        pairs: list[Row] = []
        for at, row in enumerate(drawn.rows["Order"][:4]):
            amount = row[names.index("amount")]
            assert isinstance(amount, Decimal)
            pairs += [changed(row, names, id=f"order {at}"), changed(row, names, id=f"return {at}", amount=Decimal(0) - amount)]
        before = results(drawn)
        after = results(replace(drawn, rows={**drawn.rows, "Order": (*drawn.rows["Order"], *pairs)}))
        if before is not None and after is not None and pairs:
            assert after == before, f"seed {seed}"
            compared += 1
    assert compared > 0.6 * len(SEEDS)


def changed(row: Row, names: Sequence[str], **values: ir.Value) -> Row:
    """The row with other values of some columns."""
    return tuple(values.get(name, value) for name, value in zip(names, row, strict=True))


@pytest.mark.parametrize("seed", [0, 1])
def test_a_law_can_fail(seed: int) -> None:
    """The laws are no tautologies: another order, without its return, does change what is paid for some program."""
    found = []
    for other in range(seed, 40, 2):
        drawn = lowered(sums(other), other)
        names = [column.name for column in drawn.program.relation("Order").stored]
        more = tuple(changed(row, names, id=f"more {at}") for at, row in enumerate(drawn.rows["Order"]))
        found.append(results(replace(drawn, rows={**drawn.rows, "Order": (*drawn.rows["Order"], *more)})) != results(drawn))
    assert any(found)
