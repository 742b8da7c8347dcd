"""What statuses mean on an as-of date, as expressions of the core.

A requirement with a condition: met when it holds and its deadline has come (or it has none), on track when it
holds and the deadline lies ahead, missed when the deadline has passed without it, else open. One that waits for
an event: met when it happened by the deadline and not before what it comes after, missed when it happened later
or too early or the deadline has passed, else open. Not applicable where its `when` does not hold, and then as
good as met.

A payment: missed if anything it needs is missed, open if anything is open, expected if anything is on track, else
earned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.operators import COMPARISONS, common, result_type
from incdsl.semantics.terms import both, missing, op, optional, present, resized, text

OPTIONAL_TEXT = ty.Optional(ty.TEXT)
OPTIONAL_DATE = ty.Optional(ty.DATE)

MET, MISSED, ON_TRACK, OPEN, NOT_APPLICABLE = "met", "missed", "on track", "open", "not applicable"
EARNED, EXPECTED = "earned", "expected"


@dataclass(frozen=True)
class Predecessor:
    """An event that another one comes after: the day it happened, if it did, and whether its requirement applies (None
    when it always does). One that does not apply is waited for by nothing."""

    day: ir.Expr
    applies: ir.Expr | None

    @property
    def settled(self) -> ir.Expr:
        """Whether it has happened or need not."""
        happened = op("given", self.day)
        return happened if self.applies is None else op("or", op("not", self.applies), happened)


def condition_status(holds: ir.Expr, deadline: ir.Expr | None) -> ir.Expr:
    """The status of a requirement with a condition."""
    if deadline is None:
        return ir.Case(((holds, text(MET)),), text(OPEN), ty.TEXT)
    come = op("less_or_equal", deadline, ir.AsOf())
    passed = op("less", deadline, ir.AsOf())
    branches = ((op("and", holds, come), text(MET)), (holds, text(ON_TRACK)), (passed, text(MISSED)))
    return ir.Case(branches, text(OPEN), ty.TEXT)


def event_status(done_on: ir.Expr, deadline: ir.Expr | None, after: Sequence[Predecessor] = ()) -> ir.Expr:
    """The status of a requirement that waits for an event; `after` are the events it comes after."""
    happened = op("given", done_on)
    day = present(done_on)
    late = [op("less", deadline, day)] if deadline is not None else []
    early = [op("and", op("given", other.day), op("less", day, present(other.day))) for other in after]
    branches: list[tuple[ir.Expr, ir.Expr]] = []
    if late or early:
        branches.append((op("and", happened, any_of([*late, *early])), text(MISSED)))
    met = [happened, *(other.settled for other in after)]
    branches.append((both(*met), text(MET)))
    if deadline is not None:
        branches.append((op("less", deadline, ir.AsOf()), text(MISSED)))
    return ir.Case(tuple(branches), text(OPEN), ty.TEXT)


def payment_status(needs: Sequence[str]) -> ir.Expr:
    """The status of a payment, from those of the requirements it needs."""
    if not needs:
        return text(EARNED)
    statuses = [ir.Column(f"{name}.status", ty.TEXT) for name in needs]

    def some(wanted: str) -> ir.Expr:
        return any_of([op("equal", status, text(wanted)) for status in statuses])

    branches = ((some(MISSED), text(MISSED)), (some(OPEN), text(OPEN)), (some(ON_TRACK), text(EXPECTED)))
    return ir.Case(branches, text(EARNED), ty.TEXT)


def any_of(conditions: list[ir.Expr]) -> ir.Expr:
    """Whether one of the conditions holds."""
    return conditions[0] if len(conditions) == 1 else op("or", *conditions)


_TURNED = {"less": "greater", "less_or_equal": "greater_or_equal", "greater": "less", "greater_or_equal": "less_or_equal"}
"""Comparisons with their sides exchanged: `10 <= surveys` needs 10 of what `surveys` is."""


def measured(holds: ir.Expr, event: ir.Expr | None) -> tuple[ir.Expr, ir.Expr, ir.Expr]:
    """Actual, needed and short, as text: of a comparison both sides and the distance, of an event its day."""
    nothing = missing(ty.TEXT)
    if event is not None:
        if not isinstance(event.type, ty.Optional):
            return optional(op("text_of", event, type_=ty.TEXT)), nothing, nothing
        day = optional(op("text_of", present(event), type_=ty.TEXT))
        return ir.Case(((op("given", event), day),), nothing, OPTIONAL_TEXT), nothing, nothing
    if not isinstance(holds, ir.Operation) or holds.operator not in COMPARISONS:
        return nothing, nothing, nothing
    left, right = holds.operands
    operator = holds.operator
    if isinstance(left, ir.Literal | ir.Param) and not isinstance(right, ir.Literal | ir.Param):
        left, right, operator = right, left, _TURNED.get(operator, operator)
    numbers = ty.is_decimal(left.type) and ty.is_decimal(right.type)  # and no key of a row that happens to be one
    if numbers:
        wide = common(left.type, right.type)  # so that both are written with the same decimals
        left, right = resized(left, wide), resized(right, wide)
    actual, needed = (optional(_as_text(operand)) for operand in (left, right))
    if not numbers or operator in ("equal", "not_equal"):
        return actual, needed, nothing
    first, second = (right, left) if operator in ("greater", "greater_or_equal") else (left, right)
    distance = ir.Operation("subtract", (first, second), result_type("subtract", (first.type, second.type)))
    short = ir.Case(((holds, nothing),), optional(op("text_of", distance, type_=ty.TEXT)), OPTIONAL_TEXT)
    return actual, needed, short


def _as_text(expr: ir.Expr) -> ir.Expr:
    return expr if expr.type == ty.TEXT else op("text_of", expr, type_=ty.TEXT)


def citation(origin: ir.Origin) -> ir.Expr:
    """Where a rule is stated and what it assumes, as optional text."""
    cited = [f"{citation.title}: {citation.place}" for citation in origin.citations]
    assumed = [f"assumed: {assumption.reason}" for assumption in origin.assumptions]
    return optional(text("; ".join((*cited, *assumed)))) if cited or assumed else missing(ty.TEXT)


def reason(needs: Sequence[str], status: ir.Expr, is_zero: ir.Expr) -> ir.Expr:
    """Why a payment has its status: the requirements that decide it, by name."""

    def sentence(start: str, wanted: str) -> ir.Expr:
        names = (
            ir.Case(
                ((op("equal", ir.Column(f"{name}.status", ty.TEXT), text(wanted)), optional(text(name))),),
                missing(ty.TEXT),
                OPTIONAL_TEXT,
            )
            for name in needs
        )
        return op("concat", text(start), present(op("join", text(", "), *names, type_=OPTIONAL_TEXT)), type_=ty.TEXT)

    all_met = text("every requirement is met" if needs else "nothing is required")
    zero = text("every requirement is met; the steps come to zero" if needs else "the steps come to zero")
    earned = ir.Case(((is_zero, zero),), all_met, ty.TEXT)
    if not needs:
        return earned
    branches = (
        (op("equal", status, text(MISSED)), sentence("missed: ", MISSED)),
        (op("equal", status, text(OPEN)), sentence("open: ", OPEN)),
        (op("equal", status, text(EXPECTED)), sentence("on track: ", ON_TRACK)),
    )
    return ir.Case(branches, earned, ty.TEXT)
