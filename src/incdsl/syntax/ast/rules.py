"""Rules about rows: derived values, requirements, payments, limits, levels, examples."""

from __future__ import annotations

from dataclasses import dataclass

from incdsl.syntax.ast.expressions import Date, Expr, Identifier, Money, Node, Number, String
from incdsl.syntax.ast.stored import Provenance, Tiers


@dataclass(frozen=True, eq=False)
class Except(Node):
    """`except value when condition`"""

    value: Expr
    condition: Expr
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class Let(Node):
    name: Identifier
    label: str | None
    value: Expr | Tiers
    provenance: Provenance
    exceptions: tuple[Except, ...] = ()

    def all_provenance(self) -> tuple[Provenance, ...]:
        """That of the whole, of its tiers and of its exceptions."""
        tiers = self.value.tiers if isinstance(self.value, Tiers) else ()
        return (self.provenance, *(tier.provenance for tier in tiers), *(line.provenance for line in self.exceptions))


@dataclass(frozen=True, eq=False)
class RequireLine(Node):
    """`kind` is when, that, done or by."""

    kind: str
    value: Expr
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class After(Node):
    """`after a, b`: the event counts only once those of the requirements named have happened."""

    requirements: tuple[Identifier, ...]
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class Require(Node):
    name: Identifier
    label: String | None
    lines: tuple[RequireLine, ...]
    provenance: Provenance
    broken: bool
    after: tuple[After, ...] = ()


@dataclass(frozen=True, eq=False)
class Needs(Node):
    requirements: tuple[Identifier, ...]
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class PayStep(Node):
    """`kind` is amount, base, rate, plus, at_most, at_least (forfeits below it), round or due. `value` is None only
    for round, which has `places` and `mode` instead. A rate by tiers says whether the tier's rate holds for the
    whole base or each slice of it has its own (`per_slice`); the tiers go by the base itself where `per_slice`."""

    kind: str
    value: Expr | Tiers | None
    places: int | None
    mode: str | None
    provenance: Provenance
    per_slice: bool = False

    def all_provenance(self) -> tuple[Provenance, ...]:
        """That of the step and of its tiers."""
        tiers = self.value.tiers if isinstance(self.value, Tiers) else ()
        return (self.provenance, *(tier.provenance for tier in tiers))


@dataclass(frozen=True, eq=False)
class Pay(Node):
    name: Identifier
    label: str | None
    needs: tuple[Needs, ...]
    steps: tuple[PayStep, ...]
    provenance: Provenance
    broken: bool


@dataclass(frozen=True, eq=False)
class PerPeriod(Node):
    """`per calendar of day` in a limit."""

    calendar: Identifier
    day: Expr


@dataclass(frozen=True, eq=False)
class Limit(Node):
    """`limit payments to most per keys in order of order`: at most `most` rows (a whole number), or at most an
    amount of money, per value of the keys and period, the first ones in the order stated."""

    payments: tuple[Identifier, ...]
    most: Number | Money
    unit: Identifier | None  # the word that stands for the rows: `deals`
    per: tuple[Expr | PerPeriod, ...]
    order: tuple[Expr, ...]
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class Invariant(Node):
    """`invariant name "label"` with `that condition`: what must hold for every row."""

    name: Identifier
    label: str | None
    condition: Expr
    provenance: Provenance


Rule = Let | Require | Pay | Limit | Invariant


@dataclass(frozen=True, eq=False)
class ForEach(Node):
    """`for each relation`, or with `per` for each pair of a row and a period."""

    relation: Identifier
    rules: tuple[Rule | Invalid, ...]
    per: Identifier | None = None


@dataclass(frozen=True, eq=False)
class Level(Node):
    """A level of a designation: reached when all its requirements hold."""

    name: Identifier
    label: str | None
    requirements: tuple[Require, ...]
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class Designation(Node):
    """`designation name "label" for each relation`: `let`s, then levels, the highest first. `day` in their
    expressions is the day the level is asked for."""

    name: Identifier
    label: str | None
    relation: Identifier
    lets: tuple[Let, ...]
    levels: tuple[Level, ...]
    provenance: Provenance
    broken: bool
    lost: tuple[str, ...] = ()  # what lines that did not parse may have declared


@dataclass(frozen=True, eq=False)
class ExampleTable(Node):
    """Rows of a feed, or expected rows of a result file; cells are written values, None for a blank one."""

    name: Identifier
    columns: tuple[Identifier, ...]
    rows: tuple[tuple[Expr | None, ...], ...]


@dataclass(frozen=True, eq=False)
class Example(Node):
    """`example "title" on day`: rows in, results out."""

    title: str
    day: Date
    given: tuple[ExampleTable, ...]
    expected: tuple[ExampleTable, ...]


@dataclass(frozen=True, eq=False)
class Invalid(Node):
    """A declaration or rule that did not parse. `names` are what it may have declared, so that uses of them
    are not reported too."""

    names: tuple[str, ...]
