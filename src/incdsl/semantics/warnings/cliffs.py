"""Bounds of tiers at which what is paid jumps: how far, and where.

Where all that a payment depends on is the subject of the tiers, it is worked out a coin below the bound and at the
bound. A difference that the neighbouring steps do not have is a cliff: a rate per slice has none, one on the whole
amount has one at each bound. Where it depends on more, the tier's own values say what jumps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.dependencies import children, reads
from incdsl.diagnostic import Diagnostic
from incdsl.semantics import errors
from incdsl.semantics.constants import show
from incdsl.semantics.notes import Notes, Tiered
from incdsl.semantics.terms import op
from incdsl.semantics.warnings.bounds import Facts
from incdsl.semantics.warnings.folding import Folder, NotGiven


def cliffs(notes: Notes, facts: Facts, payments: list[ir.Payment]) -> Iterator[Diagnostic]:
    """A warning for each bound at which a payment jumps."""
    for tiered in notes.tiers:
        if not ty.is_decimal(tiered.subject.type) or len(tiered.rows) != 1:
            continue
        own = [payment for payment in payments if payment.relation == tiered.rows[0] and _depends(payment, tiered, facts)]
        for index in range(1, len(tiered.bounds)):  # the lowest tier has no bound below it
            tier = tiered.node.tiers[index]
            jumps = [jump for payment in own if (jump := _jump(payment, tiered, index, facts)) is not None]
            bearing = [payment for payment in own if _bears(payment, tiered, facts)]
            if bearing and not jumps and _value_jumps(tiered, index):
                before, after = (show(_literal(tiered.values[at]), tiered.values[at].type) for at in (index - 1, index))
                names = " and ".join(f"`{payment.name}`" for payment in bearing)
                jumps = [f"{names} {'is' if len(bearing) == 1 else 'are'} worked out with {after} instead of {before}"]
            if jumps:
                bound = tiered.bounds[index]
                yield errors.Cliff(tier.bound.span, show(bound.value, bound.type), tuple(jumps))


def _depends(payment: ir.Payment, tiered: Tiered, facts: Facts) -> bool:
    """Whether the amount of a payment is worked out with the tiers."""
    relation = payment.relation
    pending = [step.column for step in payment.steps]
    seen: set[str] = set()
    while pending:
        name = pending.pop()
        definition = facts.definition(relation, name)
        if name in seen or definition is None:
            continue
        seen.add(name)
        if _contains(definition, tiered):
            return True
        pending += [read.column for read in reads(definition, (relation,)) if read.own and read.column is not None]
    return False


def _bears(payment: ir.Payment, tiered: Tiered, facts: Facts) -> bool:
    """Whether what the tiers give is applied to something that need not vanish at their bounds. What lies above a bound
    does: it is a difference, or the larger of one and zero."""

    def bears(expr: ir.Expr) -> bool:
        if _is(expr, tiered):
            return True
        match expr:
            case ir.Column(name=name, depth=0):
                inside = facts.definition(payment.relation, name)
                return inside is not None and bears(inside)
            case ir.Operation(operator="multiply", operands=(left, right)):
                return (bears(left) and not vanishes(right)) or (bears(right) and not vanishes(left))
            case _:
                return any(bears(child) for child, depth in children(expr) if not depth)

    def vanishes(expr: ir.Expr) -> bool:
        match expr:
            case ir.Column(name=name, depth=0):
                inside = facts.definition(payment.relation, name)
                return inside is not None and vanishes(inside)
            case ir.Operation(operator="larger" | "subtract"):
                return True
            case _:
                return any(vanishes(child) for child, depth in children(expr) if not depth)

    return any(bears(ir.Column(step.column, ty.money(payment.currency))) for step in payment.steps)


def _contains(expr: ir.Expr, tiered: Tiered) -> bool:
    """Whether an expression has the tiers in it."""
    return _is(expr, tiered) or any(_contains(child, tiered) for child, _ in children(expr))


def _is(expr: ir.Expr, tiered: Tiered) -> bool:
    """Whether an expression is what the tiers give."""
    if not isinstance(expr, ir.Case):
        return False
    reached = (op("greater_or_equal", tiered.subject, bound) for bound in tiered.bounds)
    return bool(set(expr.branches) & set(zip(reached, tiered.values, strict=True)))


def _jump(payment: ir.Payment, tiered: Tiered, index: int, facts: Facts) -> str | None:
    """How a payment jumps at a bound, in words; None when it does not, or depends on more than the subject."""
    subject, bound = tiered.subject, tiered.bounds[index].value
    assert isinstance(bound, Decimal)
    assert ty.is_decimal(subject.type)
    unit = Decimal(1).scaleb(-subject.type.scale)
    try:
        lower, below, at, above = (_paid(payment, tiered, facts, bound + way * unit) for way in (-2, -1, 0, 1))
    except NotGiven:
        return None
    coin = Decimal(1).scaleb(-ty.money(payment.currency).scale)
    beside = (below - lower, above - at)
    if min(beside) - coin <= at - below <= max(beside) + coin:
        return None
    type_ = ty.money(payment.currency)
    return f"`{payment.name}` jumps from {show(below, type_)} to {show(at, type_)}"


def _paid(payment: ir.Payment, tiered: Tiered, facts: Facts, value: Decimal) -> Decimal:
    """What the steps of a payment give where the subject of the tiers has a value. Raises NotGiven."""
    given: Mapping[ir.Expr, ir.Value] = {tiered.subject: value}
    last = [step.column for step in payment.steps if step.kind != "limit"][-1]
    definition = facts.definition(payment.relation, last)
    assert definition is not None
    paid = Folder(facts, payment.relation, given).value(definition)
    if not isinstance(paid, Decimal):
        raise NotGiven
    return paid


def _value_jumps(tiered: Tiered, index: int) -> bool:
    """Whether the tiers give rates or amounts, written down, that differ on the two sides of a bound."""
    pair = tiered.values[index - 1 : index + 1]
    written = all(isinstance(value, ir.Literal) and isinstance(value.type, ty.Percent | ty.Money) for value in pair)
    return written and _literal(pair[0]) != _literal(pair[1])


def _literal(expr: ir.Expr) -> ir.Value:
    assert isinstance(expr, ir.Literal)
    return expr.value
