"""What may hold for no row, and the rows for which it does: such a run has no results."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from incdsl.core import ir
from incdsl.feeds.quoting import identifier
from incdsl.results.show import counted
from incdsl.results.tables import table

CONFLICTS_SHOWN = 10
_NO_KEY = ("program", "program_version", "relation", "message")


class Conflicts(Exception):
    """Rules of the program contradict each other for rows of the feeds; the message names the first of them."""

    help = "correct the rows if they are not meant so, or mend the rule that the message names"


def refuse_conflicts(connection: duckdb.DuckDBPyConnection, outputs: Sequence[ir.Output]) -> None:
    """Look at the evaluated output `conflicts`, if it is among these. Raises Conflicts when it has rows."""
    for output in outputs:
        if output.name == ir.CONFLICTS:
            _refuse(connection, output)


def _refuse(connection: duckdb.DuckDBPyConnection, output: ir.Output) -> None:
    keys = [column.name for column in output.columns if column.name not in _NO_KEY]
    names = ", ".join(identifier(name) for name in ("relation", "message", *keys))
    order = ", ".join(f"{identifier(name)} NULLS FIRST" for name in output.order)
    rows = connection.execute(f"SELECT {names} FROM {table(output.name)} ORDER BY {order} LIMIT {CONFLICTS_SHOWN}").fetchall()
    if not rows:
        return
    (count,) = connection.execute(f"SELECT count(*) FROM {table(output.name)}").fetchone() or (len(rows),)
    lines = [f"{counted(count, 'conflict')} between rules, so there are no results"]
    for relation, message, *values in rows:
        key = ", ".join(f"{name} {value}" for name, value in zip(keys, values, strict=True) if value is not None)
        lines.append(f"  `{relation}` with {key}: {message}")
    lines += [f"  and {count - len(rows):,} more"] if count > len(rows) else []
    raise Conflicts("\n".join(lines))
