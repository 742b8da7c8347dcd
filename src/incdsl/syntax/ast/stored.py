"""Where rules come from, types, and what is declared: records, calendars, parameters, tables."""

from __future__ import annotations

from dataclasses import dataclass

from incdsl.syntax.ast.expressions import Date, Expr, Identifier, Node, String


@dataclass(frozen=True, eq=False)
class Cite(Node):
    """`cite source "place"`"""

    source: Identifier
    place: str


@dataclass(frozen=True, eq=False)
class Assumed(Node):
    """`assumed "why" otherwise other`"""

    reason: str
    other: Expr | None


@dataclass(frozen=True, eq=False)
class Accept(Node):
    """`accept code because "why"`: warnings with that code are not given where this stands."""

    code: Identifier
    reason: str


Provenance = tuple[Cite | Assumed | Accept, ...]


def is_sourced(provenance: Provenance) -> bool:
    """Whether it says where something comes from, or that it is assumed."""
    return any(isinstance(item, Cite | Assumed) for item in provenance)


@dataclass(frozen=True, eq=False)
class BasicType(Node):
    """`name` is text, boolean, whole number, number, percent, date, days, event or country."""

    name: str


@dataclass(frozen=True, eq=False)
class MoneyType(Node):
    """`money`, or `money in EUR`; `currency` None is the program's."""

    currency: str | None


@dataclass(frozen=True, eq=False)
class DateRangeType(Node):
    """`date through date`; `open` when the end is optional."""

    open: bool


@dataclass(frozen=True, eq=False)
class OneOfType(Node):
    values: tuple[Identifier, ...]
    ordered: bool


@dataclass(frozen=True, eq=False)
class NamedType(Node):
    """A record, a table or a calendar: a reference to one of its rows."""

    name: str


@dataclass(frozen=True, eq=False)
class OptionalType(Node):
    of: TypeExpr


TypeExpr = BasicType | MoneyType | DateRangeType | OneOfType | NamedType | OptionalType


@dataclass(frozen=True, eq=False)
class Program(Node):
    name: Identifier
    label: str
    sponsor: str | None
    currency: Identifier | None
    broken: bool = False


@dataclass(frozen=True, eq=False)
class SourceDocument(Node):
    """A document that the program cites."""

    name: Identifier
    title: str
    author: str | None
    date: Date | None
    language: str | None


@dataclass(frozen=True, eq=False)
class Use(Node):
    """Everything another file declares; `path` is relative to the file that says `use`."""

    path: String


@dataclass(frozen=True, eq=False)
class Form(Node):
    """What texts of a field look like: `at least N characters` (`fewest`), `at most N characters` (`most`), `of N characters`
    (both), and `like "A" or "B"`."""

    fewest: int | None
    most: int | None
    like: tuple[String, ...]


@dataclass(frozen=True, eq=False)
class Field(Node):
    name: Identifier
    label: str | None
    type: TypeExpr
    key: bool
    at_least: Expr | None
    at_most: Expr | None
    form: Form | None
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class Must(Node):
    """`must condition "what it means"`: what holds of every row that is used."""

    condition: Expr
    label: str | None
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class Typically(Node):
    """A hint for generated data: `count` rows in all, or per row of the record named."""

    count: int
    per: Identifier | None


@dataclass(frozen=True, eq=False)
class Record(Node):
    name: Identifier
    label: str | None
    fields: tuple[Field, ...]
    musts: tuple[Must, ...]
    dated_by: Identifier | None
    typically: Typically | None
    broken: bool  # a line of it did not parse, so a name may be missing


@dataclass(frozen=True, eq=False)
class Period(Node):
    name: Identifier
    start: Date
    end: Date
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class CalendarRule(Node):
    """How a calendar's periods are made, where they are not listed.

    `kind` is months, quarters or years, from the one that starts on `first` through the one that ends on `last`; or
    fiscal_quarters or fiscal_years, of the fiscal years `first_year` through `last_year`, which end on the last
    `weekday` (Monday is 0) of `month`, in quarters of 13 weeks, `long_quarter` taking the 53rd week.
    """

    kind: str
    first: Date | None = None
    last: Date | None = None
    first_year: int = 0
    last_year: int = 0
    weekday: int = 0
    month: int = 0
    long_quarter: int = 4


@dataclass(frozen=True, eq=False)
class Calendar(Node):
    name: Identifier
    label: str | None
    periods: tuple[Period, ...]
    provenance: Provenance
    broken: bool
    rule: CalendarRule | None = None


@dataclass(frozen=True, eq=False)
class Tier(Node):
    """`from bound value`; the first may be `below bound value` (`before` for dates), with `from_` False."""

    from_: bool
    bound: Expr
    value: Expr
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class Tiers(Node):
    """`by subject`, then the tiers in the order written. Those of a rate `per slice` have no subject: they go by
    the base of the payment."""

    subject: Expr | None
    tiers: tuple[Tier, ...]
    broken: bool


@dataclass(frozen=True, eq=False)
class Param(Node):
    """A value that changes with time has `dated`: `before` and `from` lines, and no subject."""

    name: Identifier
    label: str | None
    type: TypeExpr
    value: Expr | None
    provenance: Provenance
    dated: tuple[Tier, ...] = ()


@dataclass(frozen=True, eq=False)
class TableColumn(Node):
    name: Identifier
    label: str | None
    type: TypeExpr
    key: bool


@dataclass(frozen=True, eq=False)
class CellTest(Node):
    """A key cell that holds for more than one value: `any`; `>= 10` (`operator` and `first`); `10..20`, both
    inclusive (`operator` `..`, `first` and `last`)."""

    operator: str
    first: Expr | None = None
    last: Expr | None = None


@dataclass(frozen=True, eq=False)
class TableRow(Node):
    cells: tuple[Expr | CellTest, ...]
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class Table(Node):
    """`policy` says what several matching rows mean: unique, any, first, collect_sum, collect_smallest or
    collect_largest."""

    name: Identifier
    label: str | None
    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    provenance: Provenance
    broken: bool
    policy: str = "unique"
