"""What can still be done: open requirements of payments that are not lost, by when, and worth how much."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from incdsl.core import ir
from incdsl.feeds.quoting import identifier, text
from incdsl.results.columns import aligned, shortened
from incdsl.results.show import counted, money
from incdsl.results.tables import table

FILE = "actions.csv"
SHOWN = 20
_WIDTH = 110


@dataclass(frozen=True)
class Action:
    """An open requirement: `keys` are the row it is on, `worth` is what the payments that need it come to there, with no
    payment counted for a row that also lacks what can no longer be met."""

    deadline: datetime.date | None
    worth: Decimal
    currency: str
    requirement: str
    payments: str
    keys: tuple[str, ...]
    short: str | None
    label: str


class NothingToDo(Exception):
    """No payment of the program needs anything, so nothing can be done for one."""


def store_actions(program: ir.Program, connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `result.actions` from the payouts and requirements of a run, one row per open requirement and row.

    Raises NothingToDo for a program in which no payment needs anything.
    """
    if not any(payment.needs for payment in program.payments):
        raise NothingToDo
    names = ", ".join(identifier(key) for key in key_columns(program))
    connection.execute(
        f"CREATE OR REPLACE TABLE {table('actions')} AS "
        f"SELECT {text(program.name)} AS program, {text(program.version)} AS program_version, any_value(deadline) AS deadline, "
        f"sum(worth) AS worth, any_value(currency) AS currency, requirement, {names}, "
        "string_agg(payment, ', ' ORDER BY payment) AS payments, any_value(short) AS short, any_value(label) AS label "
        f"FROM ({_open(program, 'p.amount > 0')}) GROUP BY requirement, {names}"
    )


def write_actions(program: ir.Program, connection: duckdb.DuckDBPyConnection, directory: Path) -> Path:
    """Write `actions.csv`, the nearest deadline first, then the largest amount."""
    directory.mkdir(parents=True, exist_ok=True)
    path, aside = directory / FILE, directory / f".{FILE}.part"
    target = str(aside).replace("'", "''")
    try:
        connection.execute(f"COPY (SELECT * FROM {table('actions')} {_order(program)}) TO '{target}' (FORMAT csv, HEADER)")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path


def list_actions(program: ir.Program, connection: duckdb.DuckDBPyConnection, as_of: datetime.date) -> str:
    """The list as text: the first `SHOWN`, and how many more there are."""
    keys = key_columns(program)
    names = ", ".join(identifier(key) for key in keys)
    rows = connection.execute(
        f"SELECT deadline, worth, currency, requirement, payments, short, label, {names} "
        f"FROM {table('actions')} {_order(program)}"
    ).fetchmany(SHOWN)
    (total,) = connection.execute(f"SELECT count(*) FROM {table('actions')}").fetchall()[0]
    head = f"{program.name}, {program.label}, version {program.version}, as of {as_of}"
    idle = _worth_nothing(program, connection)
    if not rows and not idle:
        return f"{head}\n\nNothing is open: what can still be earned is earned or on its way.\n"
    if not rows:
        are = counted(idle, "action is open, for a payment that comes", "actions are open, for payments that come")
        return f"{head}\n\nNothing that is open is worth anything yet: {are} to nothing so far.\n"
    lines = [["by", "days left", "worth", "to", "do"]]
    for deadline, worth, currency, requirement, payments, short, label, *values in rows:
        left = "" if deadline is None else str((deadline - as_of).days)
        what = f"{label} ({requirement}{f', {short} short' if short else ''}) for {payments}"
        to = ", ".join(value for value in values if value is not None)
        lines.append([str(deadline or "no deadline"), left, money(worth, currency), to, what])
    shown = [shortened(line, _WIDTH) for line in aligned(lines, [False, True, True, False, False])]
    more = [f"  and {counted(total - len(rows), 'more action')}"] if total > len(rows) else []
    if idle:
        are = counted(idle, "that is open for a payment that comes", "that are open for payments that come")
        more.append(f"  and {are} to nothing so far")
    return (
        "\n".join([head, "", f"{counted(total, 'action')} that can still earn money, the nearest deadline first", *shown, *more])
        + "\n"
    )


def key_columns(program: ir.Program) -> list[str]:
    """The columns of payouts that say whom a payment is to."""
    (output,) = (output for output in program.outputs if output.name == "payouts")
    names = [column.name for column in output.columns]
    return names[names.index("payment") + 1 : names.index("status")]


def _order(program: ir.Program) -> str:
    keys = ", ".join(f"{identifier(key)} NULLS FIRST" for key in key_columns(program))
    return f"ORDER BY deadline NULLS LAST, worth DESC, {keys}, requirement"


def _worth_nothing(program: ir.Program, connection: duckdb.DuckDBPyConnection) -> int:
    """How many requirements are open of which no payment comes to anything so far."""
    names = ", ".join(["requirement", *(identifier(key) for key in key_columns(program))])
    without = f"SELECT {names} FROM ({_open(program, 'p.amount <= 0')}) EXCEPT SELECT {names} FROM {table('actions')}"
    ((number,),) = connection.execute(f"SELECT count(*) FROM ({without})").fetchall()
    return int(number)


def _open(program: ir.Program, worth: str) -> str:
    """The open requirements of the rows whose payment is still open, of payments that come to so much (`worth`, a condition)."""
    keys = key_columns(program)
    known = {column.name for output in program.outputs if output.name == "requirements" for column in output.columns}
    same = " AND ".join(f"p.{identifier(key)} IS NOT DISTINCT FROM r.{identifier(key)}" for key in keys if key in known)
    names = ", ".join(f"p.{identifier(key)}" for key in keys)
    return " UNION ALL ".join(
        f"SELECT r.deadline, p.amount AS worth, p.currency, r.requirement, p.payment, {names}, r.short, r.label "
        f"FROM {table('payouts')} AS p JOIN {table('requirements')} AS r ON {same} "
        f"WHERE p.payment = {text(payment.name)} AND p.status = 'open' AND {worth} AND r.status = 'open' "
        f"AND r.requirement IN ({', '.join(text(name) for name in payment.needs)})"
        for payment in program.payments
        if payment.needs
    )
