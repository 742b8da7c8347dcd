"""Lifecycle Incentives as a decision for zen-engine, as far as such a decision goes: what one deal says by itself.

The CX level on the day of booking is given to it, since it is counted over rows of other feeds; the limit of three deals a
quarter is left out, since it is about other deals. Everything else is there: sizes, rates and rewards as decision tables, the
five requirements with their deadlines, the amounts of the three payments and how they stand before the limit.
"""

from __future__ import annotations

import itertools
import json

PLACE = {"x": 0, "y": 0}
LEVELS = (("none", "0.01"), ("Express", "0.03"), ("Advanced", "0.05"))
REWARDS = (("Small", "5000", "15000"), ("Medium", "7500", "22500"), ("Large", "10000", "30000"))


def decision() -> str:
    """The decision as JSON (JDM)."""
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": PLACE},
        _expressions("size", ("size", "amount >= 1000000 ? 'Large' : amount >= 250000 ? 'Medium' : 'Small'")),
        _table("rates", ("level",), ("rate",), LEVELS),
        _table("rewards", ("size",), ("plan_reward", "outcome_reward"), REWARDS),
        _expressions(
            "days",
            ("activated", "activated_on != null and d(activated_on) <= d(as_of)"),
            ("planned", "plan_submitted_on != null and d(plan_submitted_on) <= d(as_of)"),
            ("proven", "outcome_proven_on != null and d(outcome_proven_on) <= d(as_of)"),
            ("activation_due", "d(booked_on).add(180, 'day')"),
            ("plan_due", "d(booked_on).add(90, 'day')"),
            ("outcome_due", "d(booked_on).add(1, 'year')"),
        ),
        _expressions(
            "requirements",
            ("minimum", f"amount >= 10000 ? {_come('met', 'on track')} : {_passed()}"),
            ("specialization", f"level != 'none' ? {_come('met', 'on track')} : {_passed()}"),
            ("activation", _event("activated", "activated_on", "activation_due")),
            ("plan", _event("planned", "plan_submitted_on", "plan_due")),
            (
                "outcome",
                "proven and (d(outcome_proven_on) > outcome_due "
                "or (planned and d(outcome_proven_on) < d(plan_submitted_on))) ? 'missed' "
                ": proven and planned ? 'met' : outcome_due < d(as_of) ? 'missed' : 'open'",
            ),
        ),
        _expressions(
            "payments",
            ("use_rebate", "round(amount * rate, 2)"),
            ("use_status", _stands("minimum", "activation")),
            ("plan_status", _stands("minimum", "specialization", "plan")),
            ("outcome_status", _stands("minimum", "specialization", "plan", "outcome")),
        ),
        {"id": "out", "type": "outputNode", "name": "out", "position": PLACE},
    ]
    order = [str(node["id"]) for node in nodes]
    edges = [
        {"id": f"{left}-{right}", "sourceId": left, "targetId": right, "type": "edge"}
        for left, right in itertools.pairwise(order)
    ]
    return json.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges})


def _expressions(name: str, *pairs: tuple[str, str]) -> dict[str, object]:
    expressions = [{"id": f"{name}-{key}", "key": key, "value": value} for key, value in pairs]
    content = {"expressions": expressions, "passThrough": True}
    return {"id": name, "type": "expressionNode", "name": name, "position": PLACE, "content": content}


def _table(name: str, inputs: tuple[str, ...], outputs: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> dict[str, object]:
    columns = (*inputs, *outputs)
    rules = [
        {"_id": str(at)} | {column: f"'{cell}'" if column in inputs else cell for column, cell in zip(columns, row, strict=True)}
        for at, row in enumerate(rows)
    ]
    content = {
        "hitPolicy": "first",
        "passThrough": True,
        "inputs": [{"id": column, "name": column, "field": column} for column in inputs],
        "outputs": [{"id": column, "name": column, "field": column} for column in outputs],
        "rules": rules,
    }
    return {"id": name, "type": "decisionTableNode", "name": name, "position": PLACE, "content": content}


def _come(come: str, ahead: str) -> str:
    return f"(d(booked_on) <= d(as_of) ? '{come}' : '{ahead}')"


def _passed() -> str:
    return "(d(booked_on) < d(as_of) ? 'missed' : 'open')"


def _event(happened: str, day: str, due: str) -> str:
    return f"{happened} ? (d({day}) > {due} ? 'missed' : 'met') : {due} < d(as_of) ? 'missed' : 'open'"


def _stands(*needs: str) -> str:
    def some(status: str) -> str:
        return " or ".join(f"{need} == '{status}'" for need in needs)

    return f"({some('missed')}) ? 'missed' : ({some('open')}) ? 'open' : ({some('on track')}) ? 'expected' : 'earned'"
