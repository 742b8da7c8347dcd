"""The ledger of assumptions: everything a program says that its sources do not, and what the other readings would pay."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from incdsl.core import ir
from incdsl.core.exact import EXACT
from incdsl.results.show import counted, money, shown
from incdsl.results.tables import table

_WIDTH = 100


@dataclass(frozen=True)
class Assumed:
    """An assumption: what rests on it, where it is written, why, and the other reading. `param` names the parameter
    whose value it is, if it is one: then the other reading can be priced."""

    rule: str
    place: str
    reason: str
    other: str | None
    param: str | None


@dataclass(frozen=True)
class Money:
    """What a payment comes to over all rows: earned, and at stake where it is open or expected."""

    earned: Decimal
    at_stake: Decimal

    def __sub__(self, other: Money) -> Money:
        return Money(EXACT.subtract(self.earned, other.earned), EXACT.subtract(self.at_stake, other.at_stake))


def ledger(program: ir.Program) -> tuple[Assumed, ...]:
    """Every assumption of a program, each place once, by file and line."""
    found: dict[tuple[str, int, str], Assumed] = {}
    for rule, origin, param in _origins(program):
        for assumption in origin.assumptions:
            entry = Assumed(rule, f"{origin.path}:{origin.line}", assumption.reason, assumption.other, param)
            found.setdefault((origin.path, _first_line(origin, assumption, found), assumption.reason), entry)
    return tuple(found[key] for key in sorted(found))


def _first_line(origin: ir.Origin, assumption: ir.Assumption, found: Mapping[tuple[str, int, str], Assumed]) -> int:
    """The line to list an assumption under; one that holds for several rows of a table stands at the first of them."""
    lines = [line for path, line, reason in found if path == origin.path and reason == assumption.reason]
    return lines[0] if lines else origin.line


def _origins(program: ir.Program) -> Iterator[tuple[str, ir.Origin, str | None]]:
    for param in program.params:
        yield f"param {param.name}", param.origin, param.name
    for relation in program.relations:
        if isinstance(relation.source, ir.Rows):
            for origin in relation.source.origins:
                yield relation.name, origin, None
        for stored in relation.stored:
            yield f"{relation.name}.{stored.name}", stored.origin, None
        for derived in relation.derived:
            yield f"{relation.name}: {derived.name.split('.')[0]}", derived.origin, None
    for payment in program.payments:
        for step in payment.steps:
            yield f"{payment.relation}: {payment.name}", step.origin, None
    for rule, origin in program.inlined:
        yield rule, origin, None


def totals(program: ir.Program, connection: duckdb.DuckDBPyConnection) -> dict[str, Money]:
    """What each payment comes to in the results of the last evaluation."""
    rows = connection.execute(
        "SELECT payment, coalesce(sum(earned), 0), coalesce(sum(amount) FILTER (WHERE status IN ('open', 'expected')), 0) "
        f"FROM {table('payouts')} GROUP BY payment"
    ).fetchall()
    found = {name: Money(Decimal(earned), Decimal(stake)) for name, earned, stake in rows}
    return {payment.name: found.get(payment.name, Money(Decimal(0), Decimal(0))) for payment in program.payments}


def list_assumptions(program: ir.Program, changes: Mapping[str, Mapping[str, Money]] | None) -> str:
    """The ledger as text; with `changes`, what the other reading of each parameter would change."""
    entries = ledger(program)
    lines = [f"{program.name}, {program.label}, version {program.version}: {counted(len(entries), 'assumption')}"]
    params = {param.name: param for param in program.params}
    for entry in entries:
        lines += ["", f"{entry.rule}    [{entry.place}]", *_wrapped(entry.reason, "  ")]
        if entry.other is None:
            continue
        if entry.param is not None and params[entry.param].other is not None:
            param = params[entry.param]
            lines += [f"  the other reading: {shown(param.other, param.type)} instead of {shown(param.value, param.type)}"]
            if changes is not None:
                lines += [f"    {line}" for line in _priced(program, changes[entry.param])]
        else:
            lines += _wrapped(f"the other reading: {entry.other}", "  ")
    return "\n".join(lines) + "\n"


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent)


def _priced(program: ir.Program, change: Mapping[str, Money]) -> list[str]:
    lines = []
    for payment in program.payments:
        moved = change[payment.name]
        if moved.earned or moved.at_stake:
            earned, stake = (_signed(value, payment.currency) for value in (moved.earned, moved.at_stake))
            lines.append(f"{payment.name}: earned {earned}, at stake {stake}")
    return lines or ["changes no amount in this data"]


def _signed(value: Decimal, currency: str) -> str:
    return f"{'+' if value > 0 else ''}{money(value, currency)}"
