"""Why a payment is what it is: from the amount down to rules and rows, and what is lacking when it is not paid.

    rebate "VIP rebate" to partner P0042, subtrack UCS, period six_month, as of 2015-07-25

Everything is worked out anew by the reference engine for the rows asked for, so the explanation is of the
meaning of the program and not of a query.
"""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.result_keys import key_names, titles
from incdsl.diagnostic import nearest, one_of
from incdsl.engines.reference import Row, Rows, Tracer
from incdsl.results.doubts import Doubts
from incdsl.results.level_page import Designation, LevelPage, designations_of
from incdsl.results.requirement_page import RequirementPage
from incdsl.results.show import counted, money, shown
from incdsl.results.tree import ABOVE, place

ROWS_EXPLAINED = 3
"""Of the rows that the keys select, how many are explained; the number of the others is said."""

_WIDTH = 100


class CannotExplain(Exception):
    """What was asked for is not there; `help` names what is."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help


def explain(
    program: ir.Program, rows: Rows, as_of: datetime.date, where: Mapping[str, str], payment: str | None, doubts: Doubts
) -> str:
    """The explanation of the payments to the rows whose key columns have the values of `where`.

    Values are compared as they stand in result files. `payment` names one payment; otherwise all payments to
    those rows are explained. `doubts` says what refused rows have to do with it. Raises CannotExplain, and Overflow from
    the evaluation.
    """
    tracer = Tracer(program, rows, as_of)
    designations = designations_of(program)
    if payment is None and designations and not _paid_per(program, where):
        return _levels(program, tracer, designations, where, doubts)
    payments = _payments(program, payment)
    relation = _relation(program, [one.relation for one in payments], where)
    selected = _select(program, tracer, relation, where, doubts)
    lines: list[str] = []
    for row in selected[:ROWS_EXPLAINED]:
        for one in payments:
            if one.relation == relation.name:
                page = _Page(program, tracer, relation, row, one)
                touched = doubts.lines(relation, _key(tracer, relation, row), [one.name, *(need.name for need in page.needs)])
                lines += [*(part for line in (*page.lines(), *touched) for part in _wrapped(line)), ""]
    more = len(selected) - ROWS_EXPLAINED
    if more > 0:
        keys = ", ".join(_keys(program, relation))
        lines += [f"{counted(more, 'more row')} of {relation.name} fit; name more of {keys} to choose", ""]
    return "\n".join(lines)


def _paid_per(program: ir.Program, where: Mapping[str, str]) -> bool:
    """Whether something is paid per rows with these keys."""
    return any(_has(program, program.relation(payment.relation), where) for payment in program.payments)


def _levels(
    program: ir.Program, tracer: Tracer, designations: Sequence[Designation], where: Mapping[str, str], doubts: Doubts
) -> str:
    """The explanation of the levels of the rows with those keys. Raises CannotExplain."""
    relation = _relation(program, [designation.relation for designation in designations], where)
    lines: list[str] = []
    selected = _select(program, tracer, relation, where, doubts)
    for row in selected[:ROWS_EXPLAINED]:
        for designation in designations:
            if designation.relation == relation.name:
                page = LevelPage(program, tracer, relation, row, designation)
                touched = doubts.lines(relation, _key(tracer, relation, row), [designation.name])
                lines += [*(part for line in (*page.lines(), *touched) for part in _wrapped(line)), ""]
    return "\n".join(lines)


# --- what was asked for --------------------------------------------------------------------------------------


def _payments(program: ir.Program, name: str | None) -> list[ir.Payment]:
    payments = [payment for payment in program.payments if name in (None, payment.name)]
    if payments:
        return payments
    names = [payment.name for payment in program.payments]
    if not names:
        raise CannotExplain(f"`{program.name}` has no payments to explain", "`incdsl run` writes its requirements")
    near = nearest(name or "", names)
    raise CannotExplain(f"no payment is called `{name}`", f"did you mean `{near}`?" if near else f"there is {one_of(names)}")


def _keys(program: ir.Program, relation: ir.Relation) -> list[str]:
    """The keys of a relation as results name them."""
    return list(titles(program)[relation.name].values())


def _has(program: ir.Program, relation: ir.Relation, where: Mapping[str, str]) -> bool:
    """Whether these are keys of a relation, as its record or as results name them."""
    return set(where) <= {*titles(program)[relation.name], *_keys(program, relation)}


def _relation(program: ir.Program, names: Sequence[str], where: Mapping[str, str]) -> ir.Relation:
    """The relation, of those whose rows are paid or have a level, that has all the columns asked for as keys."""
    relations = [program.relation(name) for name in dict.fromkeys(names)]
    for relation in relations:
        if _has(program, relation, where):
            return relation
    known = list(dict.fromkeys(key for relation in relations for key in _keys(program, relation)))
    unknown = next((name for name in where if name not in known), None)
    if unknown is None:
        raise CannotExplain(
            f"no payment is made per {' and '.join(where)}", f"payments are made per {', '.join(_keys(program, relations[0]))}"
        )
    near = nearest(unknown, known)
    raise CannotExplain(
        f"`{unknown}` is not a key of a payment", f"did you mean `{near}`?" if near else f"the keys are {one_of(known)}"
    )


def _select(program: ir.Program, tracer: Tracer, relation: ir.Relation, where: Mapping[str, str], doubts: Doubts) -> list[Row]:
    """The known rows with those values, ordered by key."""
    names, called = list(key_names(relation)), {title: name for name, title in titles(program)[relation.name].items()}
    types = {column.name: column.type for column in relation.stored}
    remaining = [(_key(tracer, relation, row), row) for row in tracer.rows_of(relation.name)]
    where = {asked if asked in names else called[asked]: wanted for asked, wanted in where.items()}
    for name, wanted in where.items():
        position = names.index(name)
        fitting = [(key, row) for key, row in remaining if key[position] == wanted]
        if not fitting:
            refused = doubts.refused(relation, where)
            if refused is not None:
                raise CannotExplain(*refused)
            there = sorted({key[position] for key, _ in remaining})
            near = nearest(wanted, there)
            besides = " with the other values" if len(where) > 1 else ""
            raise CannotExplain(
                f"no row of {relation.name} has the {name} `{wanted}`{besides} ({ty.known(types[name])})",
                f"did you mean `{near}`?" if near else f"there is {one_of(there)}" if there else "the feed has no rows",
            )
        remaining = fitting
    return [row for _, row in sorted(remaining, key=lambda one: one[0])]


def _key(tracer: Tracer, relation: ir.Relation, row: Row) -> tuple[str, ...]:
    """The key of a row as result files have it."""
    return tuple(str(value) for value in tracer.key_of(relation.name, row))


# --- one payment ---------------------------------------------------------------------------------------------


class _Page(RequirementPage):
    """The explanation of one payment to one row."""

    def __init__(self, program: ir.Program, tracer: Tracer, relation: ir.Relation, row: Row, payment: ir.Payment) -> None:
        super().__init__(program, tracer, relation, row)
        self.payment = payment
        self.needs = [r for r in program.requirements if r.relation == relation.name and r.name in payment.needs]

    def lines(self) -> Iterator[str]:
        """The whole explanation, line by line."""
        yield f'{self.payment.name} "{self.payment.label}" to {self.keys()}, as of {self.tracer.as_of}'
        yield f"  {self._verdict()}"
        yield ""
        yield from self._lacking()
        yield f"How the amount comes about{place(self.payment.origin)}"
        yield from self.tree.provenance(self.payment.origin, 6)
        for step in self.payment.steps:
            yield from self._step(step)
        yield from self._due()
        yield ""
        yield "What it needs" if self.needs else "It needs nothing"
        for requirement in self.needs:
            yield from self.requirement(requirement)

    def _verdict(self) -> str:
        amount = self._money(self.of(self.payment, "amount"))
        status, reason, due = (self.of(self.payment, part) for part in ("status", "reason", "due_on"))
        paid = f"{amount} is earned" if status == "earned" else f"nothing of {amount} is earned"
        return f"{paid}: {reason}" + (f"; due on {due}" if due else "")

    def _money(self, value: ir.Value) -> str:
        assert isinstance(value, Decimal)
        return money(value, self.payment.currency)

    # --- why not -------------------------------------------------------------------------------------------

    def _lacking(self) -> Iterator[str]:
        """What stands between the row and the money: the failing requirement nearest to being met comes first."""
        failing = [need for need in self.needs if self.of(need, "status") in ("missed", "open")]
        if not failing:
            return
        failing.sort(key=self.distance)
        amount = self._money(self.of(self.payment, "amount"))
        still_open = self.of(self.payment, "status") == "open"
        yield f"What would still earn {amount}" if still_open else f"Why {amount} is not earned"
        for number, need in enumerate(failing):
            nearest_ = "nearest: " if number == 0 and len(failing) > 1 else ""
            deadline = self.of(need, "deadline")
            when = f"; the deadline was {deadline}" if deadline else ""
            if isinstance(deadline, datetime.date) and still_open:
                left = (deadline - self.tracer.as_of).days
                when = f"; by {deadline}, " + (f"{counted(left, 'day')} left" if left else "the last day")
            yield f"  {nearest_}{need.name}: {self.gap(need)}{when}"
        yield ""

    # --- how -----------------------------------------------------------------------------------------------

    def _step(self, step: ir.Step) -> Iterator[str]:
        trace = self.tracer.trace(self.relation.name, self.row, step.column)
        type_ = trace.expression.type
        yield f"  {step.kind.replace('_', ' '):<8} {shown(trace.value, type_)}{place(step.origin)}"
        yield from self.tree.provenance(step.origin, 6)
        yield from _once_each(self.tree.parts(trace, 4))

    def _due(self) -> Iterator[str]:
        """The day on which the payment is due, where one is stated."""
        day = self.of(self.payment, "due_on")
        if day is not None:
            name = f"{self.payment.name}.due_on"
            origin = next(column.origin for column in self.relation.derived if column.name == name)
            yield f"  due      {day}{place(origin)}"
            yield from self.tree.provenance(origin, 6)


def _once_each(lines: Iterator[str]) -> Iterator[str]:
    """The lines without those that only repeat one before."""
    seen: set[str] = set()
    for line in lines:
        if line not in seen or not line.endswith(ABOVE):
            yield line
        seen.add(line)


def _wrapped(line: str) -> list[str]:
    """The line in lines of `_WIDTH` columns, the later ones further in."""
    indent = " " * (len(line) - len(line.lstrip()) + 6)
    return textwrap.wrap(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]
