"""ClickHouse as one of the engines that are compared: chdb, which is ClickHouse in this process."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tests.agreement.engines import Evaluate, Feeds, quoted

from incdsl.backends.sql import emit
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.engines.errors import DoesNotFit
from incdsl.engines.reference import Row

SCHEMAS = ("feed", "derived", "result")
SHOWN = "SETTINGS output_format_decimal_trailing_zeros = 1"
OVERFLOWS = ("Decimal convert overflow", "overflow: a day", "DECIMAL_OVERFLOW")


def by_clickhouse(session: Any) -> Evaluate:
    """What `incdsl build --dialect clickhouse` writes, run as it is written."""

    def evaluate(program: ir.Program, rows: Feeds, as_of: datetime.date, outputs: Sequence[str]) -> dict[str, list[Row]]:
        script = emit(program, as_of=as_of, outputs=outputs, dialect="clickhouse")
        empty(session)
        for read in script.feeds:
            session.query(read.table.sql)
            places = [[one.name for one in program.relation(read.relation).stored].index(name) for name in read.columns]
            values = ", ".join("(" + ", ".join(written(row[place]) for place in places) + ")" for row in rows[read.relation])
            if values:
                session.query(f"INSERT INTO {read.table.table} VALUES {values}")
        try:
            for statement in script.statements:
                session.query(statement.sql)
        except RuntimeError as error:
            if any(overflow in str(error) for overflow in OVERFLOWS):
                raise DoesNotFit(str(error)) from error
            raise
        return {output.name: fetched(session, output) for output in program.outputs if output.name in outputs}

    return evaluate


def empty(session: Any) -> None:
    """Make the schemas anew."""
    for schema in SCHEMAS:
        session.query(f"DROP DATABASE IF EXISTS {schema}")
        session.query(f"CREATE DATABASE {schema}")


def written(value: object) -> str:
    """A value as a literal."""
    match value:
        case None:
            return "NULL"
        case bool():
            return str(value).lower()
        case _:
            shown = str(value).replace("\\", "\\\\").replace("'", "\\'")
            return f"'{shown}'"


def fetched(session: Any, output: ir.Output) -> list[Row]:
    """The rows of an output, as values of its columns' types."""
    text = str(session.query(f"SELECT * FROM result.{quoted(output.name)} {SHOWN}", "JSONCompactStringsEachRow"))
    types = [ty.known(ty.stored(column.type)) for column in output.columns]
    rows = [json.loads(line) for line in text.splitlines()]
    return [tuple(map(value, cells, types)) for cells in rows]


def value(shown: str | None, type_: ty.Known) -> ir.Value:
    """A cell as it came."""
    if shown is None or shown == "ᴺᵁᴸᴸ":
        return None
    if isinstance(type_, ty.Boolean):
        return shown in ("true", "1")
    if isinstance(type_, ty.Date):
        return datetime.date.fromisoformat(shown)
    return Decimal(shown) if isinstance(type_, ty.Decimal) else shown
