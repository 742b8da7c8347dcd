"""What a run found, on one screen: rows, money, requirements, the biggest amounts at stake, what was refused."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import Feeds
from incdsl.feeds.quoting import identifier
from incdsl.results.assumptions import ledger
from incdsl.results.columns import aligned, shortened
from incdsl.results.could_change import doubt
from incdsl.results.idle import idle
from incdsl.results.matches import Unmatched, counts, unmatched
from incdsl.results.refusals import feeds_table, refusals
from incdsl.results.show import counted, money
from incdsl.results.tables import table
from incdsl.results.writer import Written

STAKES_SHOWN = 5
RULES_SHOWN = 10
_WIDTH = 100
_PAYMENT_STATUSES = ("earned", "expected", "open", "missed")
_REQUIREMENT_STATUSES = ("met", "on track", "open", "missed", "not applicable")


def summarize(
    program: ir.Program, feeds: Feeds, written: Sequence[Written], as_of: datetime.date, workbook: Path | None = None
) -> str:
    """The summary of a run whose results are still in the connection of its feeds; lines of about 100 columns."""
    summary = _Summary(program, feeds.connection)
    found = counts(program, feeds.connection)
    sections = [
        [f"{program.name}, {program.label}, version {program.version}, as of {as_of}"],
        [
            "Rows" if feeds.mapped is None else f"Rows, read by {feeds.mapped.file}",
            *feeds_table(feeds.counts),
            *(shortened(f"  {line}", _WIDTH) for line in idle(program, feeds.counts, found, as_of)),
            *_in_place(feeds),
        ],
        ["Payments", *summary.payments()] if program.payments else [],
        ["Requirements", *summary.requirements()] if program.requirements else [],
        summary.levels(),
        summary.stakes() if program.payments else [],
        _silent(unmatched(program, found)),
        ["Refused", *refusals(feeds.refusals), *summary.doubt()] if feeds.refusals else [],
        ["Notes", *(shortened(f"  {note.file}: {note.message}", _WIDTH) for note in feeds.notes)] if feeds.notes else [],
        _assumptions(program),
        [
            "Written",
            *(f"  {file.path} ({counted(file.rows, 'row')})" for file in written),
            *([f"  {workbook}"] if workbook else []),
        ],
    ]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _in_place(feeds: Feeds) -> list[str]:
    """Which feeds were not read out of the database, or the session of Spark, in which the run worked."""
    if not feeds.in_place:
        return []
    said = f"Used where they lie, and the run works: {', '.join(feeds.in_place)}"
    return textwrap.wrap(said, _WIDTH, initial_indent="  ", subsequent_indent="  ")


def _silent(found: Sequence[Unmatched]) -> list[str]:
    """The parts of rules that matched no row, by their places."""
    if not found:
        return []
    shown = [
        shortened(f"  {one.what} matched none of {counted(one.rows, 'row')} of {one.relation}    [{one.place}]", _WIDTH)
        for one in found[:RULES_SHOWN]
    ]
    more = [f"  and {len(found) - RULES_SHOWN} more"] if len(found) > RULES_SHOWN else []
    return ["Rules that matched no row", *shown, *more]


def _assumptions(program: ir.Program) -> list[str]:
    """How much of what was worked out the program assumes."""
    entries = ledger(program)
    if not entries:
        return []
    open_ = sum(entry.other is not None for entry in entries)
    told = f"; {counted(open_, 'of them has', 'of them have')} another reading" if open_ else ""
    return ["Assumptions", f"  {counted(len(entries), 'assumption')} went into this{told}: `incdsl assumptions` lists them"]


class _Summary:
    def __init__(self, program: ir.Program, connection: duckdb.DuckDBPyConnection) -> None:
        self.program = program
        self.connection = connection

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, list(values)).fetchall()

    def payments(self) -> list[str]:
        """For each payment and status, how many rows and how much money."""
        found = {
            (payment, status): (number, amount, earned)
            for payment, status, number, amount, earned in self._rows(
                f"SELECT payment, status, count(*), sum(amount), sum(earned) FROM {table('payouts')} GROUP BY ALL"
            )
        }
        rows = [["payment", "status", "rows", "amount", "earned"]]
        for payment in self.program.payments:
            own = [(status, *found[payment.name, status]) for status in _PAYMENT_STATUSES if (payment.name, status) in found]
            for status, number, amount, earned in own:
                rows.append(
                    [payment.name, status, f"{number:,}", money(amount, payment.currency), money(earned, payment.currency)]
                )
            if not own:
                rows.append([payment.name, "no row of " + payment.relation, "0", "", ""])
        return aligned(rows, [False, False, True, True, True])

    def requirements(self) -> list[str]:
        """For each requirement, how many rows have each status; what nobody meets, or nobody has, is said."""
        found = {
            (requirement, status): number
            for requirement, status, number in self._rows(
                f"SELECT requirement, status, count(*) FROM {table('requirements')} GROUP BY ALL"
            )
        }
        rows = [["requirement", *_REQUIREMENT_STATUSES, ""]]
        for requirement in self.program.requirements:
            numbers = {status: found.get((requirement.name, status), 0) for status in _REQUIREMENT_STATUSES}
            rows.append([requirement.name, *(f"{number:,}" for number in numbers.values()), _remark(requirement, numbers)])
        return aligned(rows, [False, *(True for _ in _REQUIREMENT_STATUSES), False])

    def levels(self) -> list[str]:
        """For each designation and level, how many rows have it; nothing for a program without designations."""
        declared = next((output for output in self.program.result_files if output.name == "levels"), None)
        if declared is None:
            return []
        found = self._rows(f"SELECT designation, level, count(*) FROM {table('levels')} GROUP BY ALL")
        numbers = {(designation, level): number for designation, level, number in found}
        rows = [["designation", "level", "rows"]]
        for part in declared.parts:
            designation, levels = _designation(declared, part)
            rows += [[designation, level, f"{numbers.get((designation, level), 0):,}"] for level in levels]
        return ["Levels", *aligned(rows, [False, False, True])]

    def doubt(self) -> list[str]:
        """Which results the refused rows could change, when they could change any."""
        found = doubt(self.program, self.connection)
        if found is None:
            return []
        parts = [f"{found.touched:,} of {found.rows:,} rows of {found.result} could change"] if found.touched else []
        if found.unplaced:
            leave = "leaves open whose it is" if found.unplaced == 1 else "leave open whose they are"
            parts.append(f"{counted(found.unplaced, 'row')} {leave}, so that any could")
        if found.missing:
            parts.append(f"{counted(found.missing, 'row')} could be added")
        said = f"Once these rows are mended: {'; '.join(parts)}. could_change says which."
        return textwrap.wrap(said, _WIDTH, initial_indent="  ", subsequent_indent="  ")

    def stakes(self) -> list[str]:
        """The biggest amounts that can still be earned and what they lack; if there are none, the biggest missed."""
        for title, statuses in (("Most at stake", ("open", "expected")), ("Most missed", ("missed",))):
            wanted = ", ".join(f"'{status}'" for status in statuses)
            keys = self._keys()
            names = ", ".join(identifier(key) for key in keys)
            rows = self._rows(
                f"SELECT payment, amount, currency, {names} FROM {table('payouts')} WHERE status IN ({wanted}) AND amount > 0 "
                f"ORDER BY amount DESC, {names}, payment LIMIT {STAKES_SHOWN}"
            )
            if rows:
                lacking = self._lacking([_given(keys, row[3:]) for row in rows])
                return [title, *(line for row in rows for line in self._stake(row, _given(keys, row[3:]), lacking))]
        return []

    def _keys(self) -> list[str]:
        """The columns of payouts that say whom a payment is to: those between its name and its status."""
        (output,) = (output for output in self.program.outputs if output.name == "payouts")
        names = [column.name for column in output.columns]
        return names[names.index("payment") + 1 : names.index("status")]

    def _stake(self, row: tuple[Any, ...], given: dict[str, str], lacking: Sequence[dict[str, Any]]) -> list[str]:
        payment, amount, currency, *_ = row
        assert isinstance(amount, Decimal)
        (declared,) = (one for one in self.program.payments if one.name == payment)
        head = f"  {money(amount, currency)}  {payment} to {', '.join(given.values())}"
        own = (one for one in lacking if one["requirement"] in declared.needs and given.items() <= one.items())
        return [shortened(head, _WIDTH), *(shortened(f"    {_lack(**one)}", _WIDTH) for one in own)]

    def _lacking(self, stakes: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
        """The rows of requirements that are open or missed of those to whom something is at stake, in one query."""
        whose = (" AND ".join([f"{identifier(key)} = ?" for key in given] or ["true"]) for given in stakes)
        names = ["requirement", "label", "short", "deadline", *dict.fromkeys(key for given in stakes for key in given)]
        rows = self._rows(
            f"SELECT {', '.join(map(identifier, names))} FROM {table('requirements')} "
            f"WHERE status IN ('open', 'missed') AND (({') OR ('.join(whose)})) ORDER BY requirement",
            *(value for given in stakes for value in given.values()),
        )
        return [dict(zip(names, row, strict=True)) for row in rows]


def _given(keys: Sequence[str], values: Sequence[str | None]) -> dict[str, str]:
    """Whom a payment is to: the keys that its row has."""
    return {key: value for key, value in zip(keys, values, strict=True) if value is not None}


def _lack(requirement: str, label: str, short: str | None, deadline: datetime.date | None, **_: object) -> str:
    return f"lacks {requirement}: {label}" + (f", {short} short" if short else "") + (f", by {deadline}" if deadline else "")


def _designation(output: ir.Output, part: ir.OutputPart) -> tuple[str, tuple[str, ...]]:
    """The designation that a part of `levels` lists, and its levels, lowest first."""
    cells = {column.name: cell for column, cell in zip(output.columns, part.cells, strict=True)}
    name, level = cells["designation"], cells["level"]
    assert isinstance(name, ir.Literal)
    assert isinstance(level, ir.Operation)  # the text of a value of the enumeration of levels
    levels = level.operands[0].type
    assert isinstance(levels, ty.Enum)
    return str(name.value), levels.values


def _remark(requirement: ir.Requirement, numbers: dict[str, int]) -> str:
    if not sum(numbers.values()):
        return f"no row of {requirement.relation}"
    if numbers["not applicable"] == sum(numbers.values()):
        return "applies to no row"
    return "" if numbers["met"] or numbers["on track"] else "nobody meets it"
