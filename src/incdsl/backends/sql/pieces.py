"""Small pieces of SQL that the chains of a relation are put together from."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from sqlglot import exp

from incdsl.backends.sql.dialect import cast, numeral
from incdsl.backends.sql.scalar import Resolve, Scalars
from incdsl.core import ir
from incdsl.core import types as ty


def or_zero(value: exp.Expr) -> exp.Expr:
    """The value, or 0 where there is none."""
    return exp.Coalesce(this=value, expressions=[numeral(0)])


def one_if(condition: exp.Expr) -> exp.Case:
    """1 where the condition holds, else 0."""
    return exp.Case(ifs=[exp.If(this=condition, true=numeral(1))], default=numeral(0))


def note(origin: ir.Origin, label: str) -> str:
    """Where a rule was written and what it is called, as a comment beside the SQL made of it."""
    place = f"{origin.path}:{origin.line}" if origin.path else ""
    return " ".join(part for part in (place, label) if part).replace("*/", "* /")


def cell(value: ir.Value, type_: ty.Type) -> exp.Expr:
    """A cell of a row written in the program; the column is cast, so that the rows stay easy to read."""
    match value:
        case None:
            return exp.null()
        case bool():
            return exp.Boolean(this=value)
        case str():
            return exp.Literal.string(value)
        case _:
            kind = ty.known(ty.stored(type_))
            if isinstance(value, datetime.date):
                return exp.Literal.string(value.isoformat())
            assert isinstance(kind, ty.Decimal)
            return numeral(value, kind.scale)


def quoted(name: str) -> exp.Identifier:
    """A name as an identifier in quotes."""
    return exp.to_identifier(name, quoted=True)


def column(table: str | None, name: str) -> exp.Column:
    """A column, of a table when one is named."""
    return exp.Column(this=quoted(name), table=quoted(table) if table else None)


def aliased(table: exp.Table, alias: str) -> exp.Table:
    """The table under another name."""
    aliased = table.copy()
    aliased.set("alias", exp.TableAlias(this=quoted(alias)))
    return aliased


def resolver(aliases: dict[int, str | None], fetched: dict[str, exp.Expr], depth: int = 0) -> Resolve:
    """Where columns stand: under the alias of their row, or, at `depth`, as the joins of this very query fetch them."""

    def resolve(read: ir.Column) -> exp.Expr:
        if read.depth == depth and read.name in fetched:
            return fetched[read.name].copy()
        return column(aliases[read.depth], read.name)

    return resolve


def written(
    stored: Sequence[ir.StoredColumn], places: Sequence[int], rows: Sequence[tuple[ir.Value, ...]], scalars: Scalars
) -> exp.Select:
    """Rows written in the program: the columns given, which stand at these places of a row."""
    if not rows:
        nothing = [exp.alias_(scalars.literal(None, column.type), column.name, quoted=True) for column in stored]
        return exp.select(*nothing).where(exp.false())
    cells = [[cell(row[place], each.type) for place, each in zip(places, stored, strict=True)] for row in rows]
    alias = exp.TableAlias(this=quoted("written"), columns=[quoted(each.name) for each in stored])
    values = exp.Values(expressions=[exp.Tuple(expressions=row) for row in cells], alias=alias)
    columns = (cast(column(None, each.name), scalars.dialect.physical(each.type)) for each in stored)
    shown = (exp.alias_(value, each.name, quoted=True) for value, each in zip(columns, stored, strict=True))
    return exp.select(*shown).from_(values)
