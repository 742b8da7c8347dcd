"""The generated Python module: against the reference engine on whole feeds, and against zen-engine on one deal at a time.

Everything runs in this process, on rows that are in memory, in turns; what is compared has to be equal before it is timed.
"""

from __future__ import annotations

import datetime
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import ModuleType
from typing import Any

from bench.frame import Bench, source
from bench.zen_decision import decision
from incdsl import driver
from incdsl.backends.python import emit
from incdsl.core import ir
from incdsl.engines import reference
from incdsl.feeds import load_feeds

PROGRAMS = {"vip25": "2015-07-26", "lci": "2022-12-31", "mdf": "2023-06-30", "cx": "2022-12-31"}
DEALS = 1000
FIELDS = ("id", "partner", "customer", "product", "amount", "booked_on", "activated_on", "plan_submitted_on", "outcome_proven_on")


def run(bench: Bench) -> list[str]:
    """A table of whole feeds, and one of single deals."""
    lines = ["| shipped feeds, `payouts` and `requirements` | rows | reference engine | module | times | reading the rows |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, day in PROGRAMS.items():
        lines.append(_whole(bench, name, datetime.date.fromisoformat(day)))
    return [*lines, "", *_single(bench)]


# --- whole feeds ---------------------------------------------------------------------------------------------------


def _whole(bench: Bench, name: str, as_of: datetime.date) -> str:
    program, rows, counted = _program(name)
    module = _module(program)
    outputs = [output.name for output in program.outputs if output.name != "values"]
    given = _feeds(module, program, rows)

    def by_reference() -> dict[str, Any]:
        return dict(reference.evaluate(program, reference.MemoryRows(program, rows), as_of, outputs))

    expected, found = by_reference(), module.evaluate(given, as_of)
    for output in program.outputs:
        if output.name in outputs and output.name != ir.CONFLICTS:
            assert [tuple(row.__dict__.values()) for row in found.rows(output.name)] == expected[output.name], output.name
    took = _turns(
        bench.runs,
        {
            "reference": by_reference,
            "module": lambda: module.evaluate(given, as_of),
            "reading": lambda: _feeds(module, program, rows),
        },
    )
    times = took["reference"] / took["module"]
    shown = " | ".join(f"{took[one]:.2f} s" for one in ("reference", "module"))
    return f"| {program.name} | {counted:,} | {shown} | {times:.1f} x | {took['reading']:.2f} s |"


def _program(name: str) -> tuple[ir.Program, dict[str, Sequence[Any]], int]:
    program = driver.load(str(source(name))).program
    assert program is not None
    with load_feeds(program, source(name).parent / "feeds") as feeds:
        loaded = feeds.rows.loaded()
        rows = {r.name: loaded.all(r.name) for r in program.relations if isinstance(r.source, ir.Feed)}
    return program, rows, sum(map(len, rows.values()))


def _module(program: ir.Program) -> ModuleType:
    ((name, text),) = emit(program).items()
    module = ModuleType(name.removesuffix(".py"))
    sys.modules[module.__name__] = module
    exec(compile(text, name, "exec"), module.__dict__)
    return module


def _feeds(module: ModuleType, program: ir.Program, rows: Mapping[str, Sequence[Any]]) -> Any:
    given = {}
    for relation in program.relations:
        if isinstance(relation.source, ir.Feed):
            shape = module.SHAPES[relation.source.file]
            names = [field.attribute for field in shape.fields]
            given[shape.attribute] = [shape.make(**dict(zip(names, row, strict=True))) for row in rows[relation.name]]
    return module.Feeds(**given)


# --- one deal at a time --------------------------------------------------------------------------------------------


def _single(bench: Bench) -> list[str]:
    import zen

    as_of = datetime.date.fromisoformat(PROGRAMS["lci"])
    program, rows, _ = _program("lci")
    lci = _module(program)
    by_partner = _by_partner(program, rows)
    deals = [dict(zip(FIELDS, row, strict=True)) for row in rows["Deal"]]
    deals = [deal for deal in deals if deal["booked_on"] <= as_of][:DEALS]
    products = {row[0]: row for row in rows["Product"]}
    requests = [
        {
            "deal": [{name: _text(value) for name, value in deal.items() if value is not None}],
            "product": [dict(zip(("id", "name", "family"), products[deal["product"]], strict=True))],
            **by_partner[deal["partner"]],
        }
        for deal in deals
    ]
    evaluations = [lci.Evaluation(lci.Feeds.from_dicts(request), as_of) for request in requests]
    levels = [evaluation.deal[deal["id"]].level for evaluation, deal in zip(evaluations, deals, strict=True)]
    decided = zen.ZenEngine().create_decision(decision())
    contexts = [
        {name: _text(value) for name, value in deal.items() if name != "amount"}
        | {"amount": json.loads(str(deal["amount"])), "level": level, "as_of": as_of.isoformat()}
        for deal, level in zip(deals, levels, strict=True)
    ]
    for evaluation, deal, context in zip(evaluations, deals, contexts, strict=True):
        _same(evaluation.deal[deal["id"]], decided.evaluate(context)["result"])

    def whole() -> None:
        for request, deal in zip(requests, deals, strict=True):
            evaluation = lci.Evaluation(lci.Feeds.from_dicts(request), as_of)
            evaluation.results(evaluation.deal[deal["id"]])

    checked = [lci.Feeds.from_dicts(request) for request in requests]

    def rules() -> None:
        for given, deal in zip(checked, deals, strict=True):
            row = lci.Evaluation(given, as_of).deal[deal["id"]]
            _ = (row.size, row.use_rebate_amount, row.use_rebate_status, row.plan_rebate_standing, row.outcome_rebate_standing)

    def by_zen() -> None:
        for context in contexts:
            decided.evaluate(context)

    took = _turns(bench.runs, {"whole": whole, "rules": rules, "zen": by_zen})
    each = {name: seconds / len(deals) * 1e6 for name, seconds in took.items()}
    return [
        f"| one LCI deal at a time, {len(deals):,} deals | microseconds each | zen-engine takes |",
        "| --- | ---: | ---: |",
        f"| module: the deal, its product, its partner and the partner's roles as dicts, checked; payouts and requirements of "
        f"the deal | {each['whole']:.0f} | {each['zen'] / each['whole']:.2f} x |",
        f"| module: the same rows, checked before; what zen-engine gives, and the level | {each['rules']:.0f} | "
        f"{each['zen'] / each['rules']:.2f} x |",
        f"| zen-engine: sizes, rates, rewards, statuses and amounts of the deal, given its level | {each['zen']:.0f} |  |",
    ]


def _by_partner(program: ir.Program, rows: Mapping[str, Sequence[Any]]) -> dict[str, dict[str, list[dict[str, object]]]]:
    """The rows that belong to each partner, by feed."""
    found: dict[str, dict[str, list[dict[str, object]]]] = {row[0]: {} for row in rows["Partner"]}
    holders: dict[str, set[str]] = {}
    for name in ("Partner", "Role", "Reference", "Questionnaire", "Certificate"):
        relation = program.relation(name)
        assert isinstance(relation.source, ir.Feed)
        names = [column.name for column in relation.stored]
        for row in rows[name]:
            as_dict = {column: _text(value) for column, value in zip(names, row, strict=True) if value is not None}
            if name == "Role":
                holders.setdefault(row[names.index("person")], set()).add(row[names.index("partner")])
            owners = (
                holders.get(row[0], set())
                if name == "Certificate"
                else {row[0] if name == "Partner" else row[names.index("partner")]}
            )
            for owner in owners:
                found[owner].setdefault(relation.source.file, []).append(as_dict)
    return found


def _text(value: object) -> object:
    return None if value is None else str(value)


def _same(deal: Any, decided: Mapping[str, Any]) -> None:
    """Both say the same of a deal."""
    ours = (
        deal.size,
        deal.minimum_status,
        deal.specialization_status,
        deal.activation_status,
        deal.plan_status,
        deal.outcome_status,
    )
    theirs = tuple(decided[name] for name in ("size", "minimum", "specialization", "activation", "plan", "outcome"))
    assert ours == theirs, (deal, ours, theirs)
    standing = (deal.use_rebate_status, deal.plan_rebate_standing, deal.outcome_rebate_standing)
    assert standing == tuple(decided[name] for name in ("use_status", "plan_status", "outcome_status")), (deal, standing)
    amounts = (deal.use_rebate_amount, deal.plan_reward, deal.outcome_reward)
    assert amounts == tuple(Decimal(str(decided[name])) for name in ("use_rebate", "plan_reward", "outcome_reward")), (
        deal,
        amounts,
    )


def _turns(runs: int, work: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """The median seconds of CPU of each, which take turns: the machine may have other work."""
    took: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(runs):
        for name, done in work.items():
            started = time.process_time()
            done()
            took[name].append(time.process_time() - started)
    return {name: statistics.median(each) for name, each in took.items()}
