"""Whether the constants and defaults of a mapping are values of their fields: by the same notation that reads feeds."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

from incdsl.core import ir
from incdsl.feeds import quoting
from incdsl.feeds.connections import connect
from incdsl.feeds.forms import misfits
from incdsl.feeds.notation import notation

Given = tuple[ir.StoredColumn, str]
"""A field, and a value for it in canonical notation."""


def faults(given: Sequence[Given]) -> list[str | None]:
    """For each value, why it is none of its field's, or None. Whether the row that it refers to is there is not looked at."""
    if not given:
        return []
    with connect({}) as connection:
        return [connection.execute(f"SELECT {_fault(column, value)}").fetchall()[0][0] for column, value in given]


def value_of(column: ir.StoredColumn, value: str) -> ir.Value:
    """The value of a field that a text in canonical notation, which has no fault, stands for."""
    with connect({}) as connection:
        read = notation(column.type, f"CAST({quoting.text(value)} AS VARCHAR)").value
        ((found,),) = connection.execute(f"SELECT {read}").fetchall()
        assert found is None or isinstance(found, str | bool | int | Decimal | datetime.date)
        return found


def _fault(column: ir.StoredColumn, value: str) -> str:
    raw = f"CAST({quoting.text(value)} AS VARCHAR)"
    read = notation(column.type, raw)
    cases = []
    if read.wrong is not None:
        why = " ".join(f"WHEN {finding.condition} THEN {finding.message}" for finding in read.findings)
        cases.append(f"WHEN {read.wrong(read.value)} THEN CASE {why} END")
    for bound, sign, side in ((column.bounds.least, "<", "at least"), (column.bounds.greatest, ">", "at most")):
        if bound is not None:
            limit = f"`{value}` is out of range: `{column.name}` is {side} {quoting.written(bound, column.type)}"
            cases.append(f"WHEN {read.value} {sign} {quoting.literal(bound, column.type)} THEN {quoting.text(limit)}")
    cases += [f"WHEN {misfit.condition} THEN {misfit.message}" for misfit in misfits(column, read.value)]
    return f"CASE {' '.join(cases)} END" if cases else "NULL"
