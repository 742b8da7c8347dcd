"""Draws verified programs of the core, and rows for them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from tests.agreement.expressions import Expressions
from tests.agreement.scopes import COLOR, EUR, GRADE, USD, Frame
from tests.build_core import day, op, stored

from incdsl.core import ir, operators
from incdsl.core import types as ty

Row = tuple[ir.Value, ...]

SINGLE_KEYS: tuple[ty.Known, ...] = (ty.TEXT, GRADE, ty.COUNTRY, ty.DATE, ty.Number(4, 0))
STORED: tuple[ty.Known, ...] = (
    USD, ty.TEXT, ty.DATE, ty.NUMBER, ty.PERCENT, ty.BOOLEAN, GRADE, COLOR, ty.COUNTRY, ty.DAYS, EUR, ty.WHOLE_NUMBER,
    ty.Money("USD", 9, 3), ty.Number(38, 10), ty.Percent(5, 1), ty.Money("USD", 38, 2),
)  # fmt: skip
# Words of SQL, letters outside ASCII, and names that look alike.
NAMES = ("amount", "select", "order", "größe", "on", "value", "key", "row", "x1", "x_1", "group", "Date", "end")
PERIODS: tuple[Row, ...] = (
    ("P1", day("2015-01-01"), day("2015-02-24")),
    ("P2", day("2015-02-25"), day("2015-03-01")),
    ("P3", day("2015-03-02"), day("2015-03-31")),
)
CALENDAR = ir.Relation(
    "Period", ir.Rows(PERIODS), ("id",), (stored("id", ty.TEXT), stored("first", ty.DATE), stored("last", ty.DATE))
)


AS_OF = day("2015-03-01")


@dataclass(frozen=True)
class Drawn:
    """A verified program, the rows of its feeds, and the day they are looked at."""

    program: ir.Program
    rows: Mapping[str, tuple[Row, ...]]
    as_of: datetime.date = AS_OF


def draw_program(seed: int) -> Drawn:
    """A program with rows for its feeds; always the same for a seed."""
    return _Programs(Expressions(Random(seed))).program()


class _Programs:
    def __init__(self, expressions: Expressions) -> None:
        self.e = expressions
        self.relations: list[ir.Relation] = []
        self.rows: dict[str, tuple[Row, ...]] = {}

    def program(self) -> Drawn:
        for number in range(self.e.upto(2)):
            type_ = self.e.pick((USD, ty.PERCENT, ty.WHOLE_NUMBER, ty.TEXT, ty.DATE, GRADE))
            self.e.params.append(ir.ParamValue(f"p{number}", type_, self.e.value(type_)))
        for number in range(2 + self.e.upto(2)):
            self._relation(f"R{number}")
        singles = [r.name for r in self.relations if len(r.key) == 1 and isinstance(r.key[0], str)]
        if singles and self.e.chance(2):
            calendar = self.e.chance(2)
            if calendar:
                self._add(CALENDAR, PERIODS)
            self._pairs(self.e.pick(singles), CALENDAR.name if calendar else self.e.pick(singles))
        for number in range(len(self.relations)):
            self._derive(number)
        outputs = [self._listing(relation) for relation in self.relations]
        outputs += [self._union()] if self.e.chance(2) else []
        program = ir.Program("GENERATED", "", "", "USD", tuple(self.e.params), tuple(self.relations), (), (), tuple(outputs))
        feeds = {r.name: self.rows[r.name] for r in self.relations if isinstance(r.source, ir.Feed)}
        return Drawn(program, feeds)

    # --- relations ---------------------------------------------------------------------------------------------

    def _relation(self, name: str) -> None:
        columns = [self._key_column()]
        key: list[ir.KeyPart] = [columns[0].name]
        shape = self.e.upto(3)
        if shape == 2:
            columns.append(self._key_column("k2"))
            key.append("k2")
        if shape == 3:
            columns += [ir.StoredColumn("start", ty.DATE), ir.StoredColumn("until", self.e.pick((ty.Optional(ty.DATE), ty.DATE)))]
            key.insert(self.e.upto(1), ir.RangeKey("start", "until"))
        for column in NAMES[self.e.upto(6) :][: 1 + self.e.upto(4)]:
            columns.append(self._stored(column))
        relation = ir.Relation(name, ir.Feed(name.lower()), tuple(key), tuple(columns))
        rows = self._draw_rows(relation)
        if self.e.chance(4) and not any(column.event for column in columns):
            relation = replace(relation, source=ir.Rows(rows))
        self._add(relation, rows)
        if self.e.chance(3):
            self._filter(relation)

    def _key_column(self, name: str = "id") -> ir.StoredColumn:
        references = self._references()
        if references and self.e.chance(3):
            type_ = self.e.pick(references)
            return ir.StoredColumn(name, type_, reference=type_.relation)
        return ir.StoredColumn(name, self.e.pick(SINGLE_KEYS))

    def _stored(self, name: str) -> ir.StoredColumn:
        references = self._references()
        type_: ty.Known = self.e.pick(references) if references and self.e.chance(3) else self.e.pick(STORED)
        reference = type_.relation if isinstance(type_, ty.Row) else None
        if type_ == ty.DATE and self.e.chance(3):
            return ir.StoredColumn(name, ty.Optional(ty.DATE), event=True)
        return ir.StoredColumn(name, ty.Optional(type_) if self.e.chance(3) else type_, reference=reference)

    def _references(self) -> list[ty.Row]:
        """The types of the rows of the relations so far that have a key of one column, and a row."""
        frames = [self.e.relations[r.name] for r in self.relations if self.rows[r.name]]
        return [type_ for frame in frames for _, type_ in frame.itself]

    def _pairs(self, left: str, right: str) -> None:
        columns = []
        for name, side in (("left", left), ("right", right)):
            type_ = self.e.relations[side].itself[0][1]
            columns.append(ir.StoredColumn(name, type_, reference=side))
        self._add(ir.Relation("Pair", ir.Pairs(left, right), ("left", "right"), tuple(columns)), ())
        self.e.uncertain.add("Pair")

    def _add(self, relation: ir.Relation, rows: tuple[Row, ...]) -> None:
        columns = tuple((column.name, column.type) for column in relation.stored if not column.event)
        itself: tuple[tuple[str, ty.Row], ...] = ()
        if len(relation.key) == 1 and isinstance(relation.key[0], str):
            key = ty.stored(relation.stored[0].type)
            assert isinstance(key, ty.Text | ty.Enum | ty.Country | ty.Date | ty.Number)
            itself = ((relation.key[0], ty.Row(relation.name, key)),)
        self.relations.append(relation)
        self.rows[relation.name] = rows
        self.e.relations[relation.name] = Frame(relation.name, columns, itself)
        self.e.keys[relation.name] = relation.key

    def _filter(self, relation: ir.Relation) -> None:
        """Which rows are known: by their own columns and those of earlier relations."""
        self.e.aggregates = False
        others, keys = dict(self.e.relations), dict(self.e.keys)
        del self.e.relations[relation.name], self.e.keys[relation.name]
        frame = others[relation.name]
        known = self.e.known(ty.BOOLEAN, (replace(frame, itself=()),), 2)
        dates = [name for name, type_ in frame.columns if type_ == ty.DATE]
        if dates and self.e.chance(2):
            known = op("less_or_equal", ir.Column(dates[0], ty.DATE), ir.AsOf())
        self.e.relations, self.e.keys, self.e.aggregates = others, keys, True
        self.relations[-1] = replace(self.relations[-1], known=known)
        self.e.uncertain.add(relation.name)

    # --- rows --------------------------------------------------------------------------------------------------

    def _draw_rows(self, relation: ir.Relation) -> tuple[Row, ...]:
        rows: list[Row] = []
        names = [column.name for column in relation.stored]
        for _ in range(self.e.upto(12)):
            row = tuple(self._value(column) for column in relation.stored)
            if not any(_same_key(relation, names, row, other) for other in rows):
                rows.append(row)
        return tuple(row for row in rows if _forward(relation, names, row))

    def _value(self, column: ir.StoredColumn) -> ir.Value:
        inside = ty.known(column.type)
        if not isinstance(inside, ty.Row):
            if column.name in ("id", "k2") and isinstance(inside, ty.Number):
                return Decimal(self.e.upto(5))
            return self.e.value(column.type)
        if isinstance(column.type, ty.Optional) and self.e.chance(3):
            return None
        return self.e.pick(self.rows[inside.relation])[0]

    # --- derived columns and outputs ---------------------------------------------------------------------------

    def _derive(self, number: int) -> None:
        relation = self.relations[number]
        frame = self.e.relations[relation.name]
        derived: list[ir.DerivedColumn] = []
        own = frame
        for column in relation.stored:
            if column.event:
                happened = ir.Column(column.name, column.type)
                seen = op("and", op("given", happened), op("less_or_equal", op("known", happened), ir.AsOf()))
                hidden = ir.Case(((seen, happened),), ir.Literal(None, column.type), column.type)
                derived.append(ir.DerivedColumn(f"{column.name}.seen", column.type, hidden))
                own = replace(own, columns=(*own.columns, (f"{column.name}.seen", column.type)))
        for at in range(1 + self.e.upto(3)):
            kind = self.e.pick((USD, ty.BOOLEAN, ty.NUMBER, ty.TEXT, ty.DATE, ty.PERCENT, ty.DAYS, GRADE, EUR))
            make = self.e.maybe if self.e.chance(3) else self.e.known
            definition = make(kind, (own,), 3)
            name = f"d{at}" if self.e.chance(2) else f"d{at}.status"
            derived.append(ir.DerivedColumn(name, definition.type, definition))
            own = replace(own, columns=(*own.columns, (name, definition.type)))
            self.e.relations[relation.name] = own  # later columns may read this one of other rows of the relation
        self.relations[number] = replace(relation, derived=tuple(derived))

    def _listing(self, relation: ir.Relation) -> ir.Output:
        """All columns of a relation, of all its rows or some."""
        frame = self.e.relations[relation.name]
        columns = tuple(ir.OutputColumn(name, type_) for name, type_ in frame.columns)
        cells = tuple(ir.Column(name, type_) for name, type_ in frame.columns)
        order = tuple(column.name for column in columns[: self.e.upto(2)])
        return ir.Output(
            f"all {relation.name}", columns, (ir.OutputPart(relation.name, cells, self._which(relation.name)),), order
        )

    def _which(self, name: str) -> ir.Expr | None:
        """Which rows of a relation an output lists."""
        return self.e.known(ty.BOOLEAN, (self.e.relations[name],), 2) if self.e.chance(4) else None

    def _union(self) -> ir.Output:
        """Cells of two relations, of which the second may be the first."""
        kinds = [self.e.pick((ty.TEXT, USD, ty.DATE, ty.BOOLEAN)) for _ in range(1 + self.e.upto(1))]
        names = [self.e.pick(self.relations).name for _ in range(2)]
        drawn = [[self.e.maybe(kind, (self.e.relations[name],), 2) for kind in kinds] for name in names]
        types = [operators.common(first.type, second.type) for first, second in zip(*drawn, strict=True)]
        parts = [
            ir.OutputPart(
                name, tuple(self.e.at(cell, type_) for cell, type_ in zip(cells, types, strict=True)), self._which(name)
            )
            for name, cells in zip(names, drawn, strict=True)
        ]
        columns = tuple(ir.OutputColumn(f"c{at}", type_) for at, type_ in enumerate(types))
        return ir.Output("union", columns, tuple(parts), tuple(column.name for column in columns[: self.e.upto(2)]))


def _same_key(relation: ir.Relation, names: list[str], row: Row, other: Row) -> bool:
    """Whether two rows have one key; of ranges, whether they overlap."""
    for part in relation.key:
        if isinstance(part, str):
            same = row[names.index(part)] == other[names.index(part)]
        else:
            start, end = names.index(part.start), names.index(part.end)
            same = not (_before(row[end], other[start]) or _before(other[end], row[start]))
        if not same:
            return False
    return True


def _before(end: ir.Value, start: ir.Value) -> bool:
    return end is not None and start is not None and str(end) < str(start)


def _forward(relation: ir.Relation, names: list[str], row: Row) -> bool:
    """Whether every range of the row ends on or after the day it starts."""
    ranges = [part for part in relation.key if isinstance(part, ir.RangeKey)]
    return not any(_before(row[names.index(part.end)], row[names.index(part.start)]) for part in ranges)
