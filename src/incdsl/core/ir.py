"""The core intermediate representation: what a program means, and nothing else. Import it as `ir`.

A program is a list of relations and a list of outputs. A relation is a table with named, typed columns: it
comes from a feed (`Feed`), is written in the program (`Rows`), or pairs every row of one relation with every
row of another (`Pairs`). Columns that carry a `definition` are computed from the row's other columns, from
rows of other relations (`Lookup`, by key), and from sets of them (`Aggregate`). An output is a result file:
cells computed for each row of some relations, in a stated order. Requirements, payments, levels, statuses and
deadlines have all become columns by the time a program is here, so that an engine knows relations, expressions
and outputs and nothing else; `Requirement` and `Payment` only say which columns are what, for explanations.

The core is sufficient without any other input. Values: see `types`. Everything is compared by value; `origin`
(where it was written) takes no part in it.

Guarantees (checked by `verify`): every name resolves; every expression has the type its operator's row in
`operators` gives; no operand is optional except where the operator says so; definitions do not depend on
themselves, directly or through other relations; names of one kind (relations, columns of one relation, params,
outputs) differ by more than letter case.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from incdsl.core import types as ty
from incdsl.core.patterns import ANY_FORM, Form

Value = str | bool | int | Decimal | datetime.date | None


# --- expressions -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Literal:
    """A constant."""

    value: Value
    type: ty.Type


@dataclass(frozen=True)
class Param:
    """The value of a named parameter of the program."""

    name: str
    type: ty.Type


@dataclass(frozen=True)
class AsOf:
    """The as-of date of the evaluation."""

    type: ty.Date = ty.DATE


@dataclass(frozen=True)
class Column:
    """A column of a row in scope. `depth` 0 is the innermost row: inside an aggregate, the row aggregated;
    1 is the row around it."""

    name: str
    type: ty.Type
    depth: int = 0


@dataclass(frozen=True)
class Lookup:
    """A column of the one row of `relation` whose key equals `keys`, in the order of the relation's key.

    For a key part that is a date range the value given is a date, and the row is the one whose range covers
    it. With `column` None the result is whether there is such a row (type boolean). Otherwise the type is
    optional, unless the row is known to exist (`certain`: a validated reference) and the column is not optional. Where
    `relation` has rows that may not be known, whoever built the program has seen to it that the rows that refer to
    those are not known either.
    """

    relation: str
    keys: tuple[Expr, ...]
    column: str | None
    type: ty.Type
    certain: bool = False


@dataclass(frozen=True)
class Aggregate:
    """A fold over the rows of `relation` for which `where` holds.

    `where` and `value` see the aggregated row at depth 0 and the row around at depth 1. `operator` is one of
    sum (zero of nothing), count (`value` None), count_distinct, any (boolean: is there a row; `value` None),
    smallest, largest (optional; missing of nothing).
    """

    operator: str
    relation: str
    where: Expr | None
    value: Expr | None
    type: ty.Type


@dataclass(frozen=True)
class Operation:
    """An operator of `operators` applied to operands. `places` and `mode` only for rounding and division; `mode` also
    for add_months."""

    operator: str
    operands: tuple[Expr, ...]
    type: ty.Type
    places: int | None = None
    mode: str | None = None  # half_up, half_even, down, up; last_day, next_day


@dataclass(frozen=True)
class Case:
    """The value of the first branch whose condition holds, else `otherwise`. A branch's value is evaluated
    only where its condition holds and no earlier one does."""

    branches: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr
    type: ty.Type


Expr = Literal | Param | AsOf | Column | Lookup | Aggregate | Operation | Case


# --- where things come from ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Citation:
    """A place in a source document: the source's name, its title, and the place within it."""

    source: str
    title: str
    place: str


@dataclass(frozen=True)
class Assumption:
    """Why a rule says what its source does not, and the other reading, as text, if it has one."""

    reason: str
    other: str | None = None


@dataclass(frozen=True)
class Origin:
    """Where something was written: file (as the user named it), first line, its text, the citations and assumptions beside it."""

    path: str = ""
    line: int = 0
    text: str = ""
    citations: tuple[Citation, ...] = ()
    assumptions: tuple[Assumption, ...] = ()


NOWHERE = Origin()


# --- relations -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bounds:
    """The least and the greatest value a stored column accepts, both inclusive; None where open."""

    least: Value = None
    greatest: Value = None


@dataclass(frozen=True)
class StoredColumn:
    """A column that a feed brings or the program writes. `reference` names the record or table whose key the
    value must be (the type is then `Row`). `event` marks the date on which something happened: definitions
    never read it directly, they see it through a derived column that hides what comes after the as-of date.
    `form` is what a text has to look like."""

    name: str
    type: ty.Type
    label: str = ""
    bounds: Bounds = Bounds()
    reference: str | None = None
    event: bool = False
    form: Form = ANY_FORM
    origin: Origin = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Condition:
    """What holds of every row of a feed that is used. `holds` reads the stored columns of its row, events as they are
    stored, and nothing else. `says` is what it means, or the `text` of it as it was written."""

    holds: Expr
    says: str
    text: str = field(default="", compare=False)
    origin: Origin = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class DerivedColumn:
    """A column computed from its row by `definition`. Names with a dot belong to requirements and payments
    (`volume.status`); `explicit` columns are the `let`s, which `--values` writes out."""

    name: str
    type: ty.Type
    definition: Expr
    label: str = ""
    explicit: bool = False
    origin: Origin = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class RangeKey:
    """A key part that is a range of dates: two stored date columns, both inclusive. A missing end never ends.
    No two rows with the same other key parts may have ranges that overlap."""

    start: str
    end: str


KeyPart = str | RangeKey


@dataclass(frozen=True)
class Feed:
    """Rows arrive as data, in a file named `file` (without its ending). `typically` is a hint for generated data:
    so many rows per row of the named record, or in all when that is None."""

    file: str
    typically: tuple[int, str | None] | None = None


@dataclass(frozen=True)
class Rows:
    """Rows written in the program, each with a value per stored column, and where it was written."""

    rows: tuple[tuple[Value, ...], ...]
    origins: tuple[Origin, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Pairs:
    """Every row of one relation with every row of another; its columns are the two keys, under these names.
    The stored columns are the keys of both, each a reference."""

    left: str
    right: str


@dataclass(frozen=True)
class Relation:
    """A table with named columns. `known` (over the row) says whether the row is known on the as-of date; a
    row that is not takes part in nothing. `columns` lists stored columns first; derived ones follow in an
    order in which each depends only on earlier ones of its own row. The `conditions` are met by every row of a feed:
    those that break one are refused when it is loaded, so that no engine need look at them."""

    name: str
    source: Feed | Rows | Pairs
    key: tuple[KeyPart, ...]
    stored: tuple[StoredColumn, ...]
    derived: tuple[DerivedColumn, ...] = ()
    known: Expr | None = None
    label: str = ""
    conditions: tuple[Condition, ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False)


# --- what the columns mean -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Requirement:
    """A requirement on each row of `relation`. The columns `NAME.status`, `.actual`, `.needed`, `.short`,
    `.deadline` and `.label` of that relation carry its results (`.applies` when it has a `when`). `condition` is the
    expression it tests, with its comparison intact, for explanations."""

    name: str
    relation: str
    condition: Expr
    origin: Origin = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Step:
    """One step of a payment: what was written (`kind`: amount, plus, at_most, at_least, round) and the column
    that holds the amount after it."""

    kind: str
    column: str
    origin: Origin = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Payment:
    """A payment to each row of `relation`. The columns `NAME.status`, `.amount`, `.earned`, `.due_on` and
    `.reason` carry its results; `steps` lead to the amount in the order written."""

    name: str
    relation: str
    needs: tuple[str, ...]
    steps: tuple[Step, ...]
    currency: str
    label: str = ""
    origin: Origin = field(default=NOWHERE, compare=False)


# --- outputs and the program -----------------------------------------------------------------------------


@dataclass(frozen=True)
class OutputColumn:
    """A column of a result file."""

    name: str
    type: ty.Type
    label: str = ""


@dataclass(frozen=True)
class OutputPart:
    """One output row for each known row of `relation` for which `where` holds: a cell per output column."""

    relation: str
    cells: tuple[Expr, ...]
    where: Expr | None = None


@dataclass(frozen=True)
class Output:
    """A result file: the rows of all parts, ordered by the columns named in `order` (missing first, text by
    code point, false before true)."""

    name: str
    columns: tuple[OutputColumn, ...]
    parts: tuple[OutputPart, ...]
    order: tuple[str, ...]


CONFLICTS = "conflicts"
"""The output that lists the rows for which rules contradict each other. It is no result file: a run in which it has rows
fails."""


@dataclass(frozen=True)
class ParamValue:
    """A named value of the program. `other` is its other reading, where an assumption names one; it takes no part in
    what the program means."""

    name: str
    type: ty.Type
    value: Value
    label: str = ""
    other: Value = field(default=None, compare=False)
    origin: Origin = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Rule:
    """A part of a rule that applies where a condition about a row of `relation` holds: an exception, a tier, a row of a
    decision table. `what` names it. Results do not depend on it: a run says which parts applied to no row."""

    what: str
    relation: str
    condition: Expr
    origin: Origin = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Program:
    """A whole program. Relations stand in an order in which each refers (by stored references) only to itself
    and earlier ones. The outputs are `payouts`, `requirements`, `values` and, when there are any, `levels` and
    `conflicts`."""

    name: str
    label: str
    sponsor: str
    currency: str
    params: tuple[ParamValue, ...]
    relations: tuple[Relation, ...]
    requirements: tuple[Requirement, ...]
    payments: tuple[Payment, ...]
    outputs: tuple[Output, ...]
    version: str = field(default="", compare=False)
    inlined: tuple[tuple[str, Origin], ...] = field(default=(), compare=False)
    """What is written once and stands, in the core, in every expression that uses it: rows of decision tables and values of
    parameters that change with time, each with the name of its table or parameter."""
    rules: tuple[Rule, ...] = field(default=(), compare=False)

    @property
    def result_files(self) -> tuple[Output, ...]:
        """The outputs that become result files: those with rows of some relation, but for `conflicts`."""
        return tuple(output for output in self.outputs if output.parts and output.name != CONFLICTS)

    def relation(self, name: str) -> Relation:
        """The relation of that name. Raises KeyError when there is none."""
        for relation in self.relations:
            if relation.name == name:
                return relation
        raise KeyError(name)
