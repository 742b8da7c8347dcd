"""Requirements of one row, explained: whether each is met, what it compared, and how far it is from being met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.exact import EXACT
from incdsl.core.operators import COMPARISONS
from incdsl.core.result_keys import titles
from incdsl.engines.reference import Row, Tracer
from incdsl.results.show import shown
from incdsl.results.tree import TreeWriter, place


@dataclass(frozen=True)
class Compared:
    """Both sides of a comparison; `fails` when it does not hold and the sides have a distance."""

    actual: ir.Value
    needed: ir.Value
    type: ty.Type
    fails: bool

    @property
    def short(self) -> Decimal | None:
        """How far the actual value is from the one needed, where it fails."""
        if not self.fails:
            return None
        assert isinstance(self.actual, Decimal)
        assert isinstance(self.needed, Decimal)
        return EXACT.subtract(self.needed, self.actual).copy_abs()


class RequirementPage:
    """What pages about one row have in common."""

    def __init__(self, program: ir.Program, tracer: Tracer, relation: ir.Relation, row: Row) -> None:
        self.program, self.tracer, self.relation, self.row = program, tracer, relation, row
        self.tree = TreeWriter(program, tracer)

    def keys(self) -> str:
        """The key of the row, as results name it: "partner P0042, subtrack UCS"."""
        names = titles(self.program)[self.relation.name].values()
        key = self.tracer.key_of(self.relation.name, self.row)
        return ", ".join(f"{name} {value}" for name, value in zip(names, key, strict=True))

    def value(self, column: str) -> ir.Value:
        """What a column of the row is."""
        return self.tracer.value(self.relation.name, self.row, column)

    def of(self, rule: ir.Requirement | ir.Payment, part: str) -> ir.Value:
        """A part of a rule: its status, its deadline, its label."""
        return self.value(f"{rule.name}.{part}")

    def distance(self, need: ir.Requirement) -> tuple[bool, Fraction, str]:
        """How far a requirement is from being met: by the share that is lacking, those without a number last."""
        compared = self.compared(need)
        if compared is None or compared.short is None:
            return True, Fraction(0), need.name
        assert isinstance(compared.needed, Decimal)
        return False, Fraction(compared.short) / max(abs(Fraction(compared.needed)), Fraction(1)), need.name

    def gap(self, need: ir.Requirement) -> str:
        """What is lacking, in words: "Reaches the minimum: 100 USD short, 900 USD of 1,000 USD"."""
        label = self.of(need, "label")
        compared = self.compared(need)
        if compared is None:
            done = self.value(f"{need.name}.done_on") if self.has(f"{need.name}.done_on") else None
            return f"{label}: done on {done}, too late" if done else f"{label}: not so"
        actual, needed = shown(compared.actual, compared.type), shown(compared.needed, compared.type)
        if compared.short is None:
            return f"{label}: {actual} where {needed} is needed"
        return f"{label}: {shown(compared.short, compared.type)} short, {actual} of {needed}"

    def compared(self, need: ir.Requirement) -> Compared | None:
        """The comparison that a requirement tests; None when it tests something else, or is not applicable."""
        condition = need.condition
        if not isinstance(condition, ir.Operation) or condition.operator not in COMPARISONS:
            return None
        if self.of(need, "status") == "not applicable":
            return None
        left, right = (self.tracer.expression(side, self.relation.name, self.row) for side in condition.operands)
        return Compared(left, right, condition.operands[0].type, self.of(need, "short") is not None)

    def has(self, column: str) -> bool:
        """Whether the relation has a derived column of that name."""
        return any(derived.name == column for derived in self.relation.derived)

    def requirement(self, need: ir.Requirement) -> Iterator[str]:
        """A requirement with its status, what it compared and how that came about."""
        status = self.of(need, "status")
        yield f"  {status}: {need.name}, {self.of(need, 'label')}{place(need.origin)}"
        yield from self.tree.provenance(need.origin, 6)
        compared = self.compared(need)
        if compared is not None:
            short = f", short {shown(compared.short, compared.type)}" if compared.short is not None else ""
            yield f"    actual {shown(compared.actual, compared.type)}, needed {shown(compared.needed, compared.type)}{short}"
        if (deadline := self.of(need, "deadline")) is not None:
            yield f"    deadline {deadline}"
        if self.has(f"{need.name}.applies") and status == "not applicable":
            yield from self.tree.parts(self.tracer.trace(self.relation.name, self.row, f"{need.name}.applies"), 4)
            return
        tested = f"{need.name}.done_on" if self.has(f"{need.name}.done_on") else f"{need.name}.holds"
        yield from self.tree.parts(self.tracer.trace(self.relation.name, self.row, tested), 4)
