"""Two sets of result files compared: what changed, in sentences and money."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from incdsl.core.exact import EXACT
from incdsl.results.show import money

VERSION = "program_version"
"""The column that golden files leave out: it changes with every edit of a program, whether or not results do."""

_SINGULAR = {"payouts": "payout", "requirements": "requirement", "levels": "level", "values": "value", "refused": "refused row"}
_NAMES = ("payment", "requirement", "designation", "name")


@dataclass(frozen=True)
class Table:
    """A result file as text: its columns, those that tell its rows apart, and its rows."""

    columns: tuple[str, ...]
    keys: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def records(self) -> dict[tuple[str, ...], dict[str, str]]:
        """The rows as dictionaries, by their keys. Rows that share a key are numbered."""
        found: dict[tuple[str, ...], dict[str, str]] = {}
        for row in self.rows:
            record = dict(zip(self.columns, row, strict=True))
            key = tuple(record.get(name, "") for name in self.keys)
            while key in found:
                key = (*key, "again")
            found[key] = record
        return found

    def text(self) -> str:
        """The table as a CSV file."""
        lines = [",".join(map(_quoted, self.columns))]
        lines += [",".join(map(_quoted, row)) for row in self.rows]
        return "\n".join(lines) + "\n"


def read_table(path: Path, keys: Sequence[str]) -> Table:
    """Read a CSV result file, without the version of the program."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    kept = [at for at, name in enumerate(header) if name != VERSION]
    return Table(tuple(header[at] for at in kept), tuple(keys), tuple(tuple(row[at] for at in kept) for row in rows))


def changes(before: Mapping[str, Table], after: Mapping[str, Table]) -> list[str]:
    """A sentence for each row that came, went or changed, and for each currency whose earned total did."""
    sentences: list[str] = []
    for output in dict.fromkeys((*after, *before)):
        old, new = before.get(output), after.get(output)
        if old is None or new is None:
            sentences.append(f"{output}: the whole file is {'new' if old is None else 'gone'}")
        else:
            sentences += _rows_changed(output, old, new)
    return [*sentences, *_totals_changed(before.get("payouts"), after.get("payouts"))]


def totals(payouts: Table | None) -> dict[str, Decimal]:
    """What is earned in all, by currency."""
    found: dict[str, Decimal] = {}
    for record in payouts.records().values() if payouts else ():
        found[record["currency"]] = EXACT.add(found.get(record["currency"], Decimal(0)), Decimal(record["earned"]))
    return found


def _rows_changed(output: str, before: Table, after: Table) -> Iterator[str]:
    old, new = before.records(), after.records()
    if before.columns != after.columns:
        yield f"{output}: the columns were {', '.join(before.columns)}, now {', '.join(after.columns)}"
    for key in sorted({*old, *new}):
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        record = now or was
        assert record is not None
        what = f"{_SINGULAR.get(output, output)} {_who(record, after.keys)}"
        if was is None or now is None:
            yield f"{what}: {'new' if was is None else 'gone'}{_said(record)}"
        elif "earned" in now and (was["status"], was["amount"]) != (now["status"], now["amount"]):
            earned = _difference(was["earned"], now["earned"], now["currency"])
            yield f"{what}: was {_standing(was)}, now {_standing(now)}{earned}"
        else:
            yield f"{what}: {'; '.join(_cells_changed(was, now))}"


def _who(record: Mapping[str, str], keys: Sequence[str]) -> str:
    """The name of a rule and whom it is about: `rebate for partner P1, subtrack UCS`."""
    name = next((record[column] for column in _NAMES if column in record), "")
    whom = ", ".join(f"{key} {record[key]}" for key in keys if key not in _NAMES and record.get(key))
    return " for ".join(part for part in (name, whom) if part)


def _standing(record: Mapping[str, str]) -> str:
    return f"{record['status']} {money(Decimal(record['amount']), record['currency'])}"


def _said(record: Mapping[str, str]) -> str:
    if "earned" in record:
        return f", {_standing(record)}"
    for column in ("status", "message", "value", "level"):
        if column in record:
            return f", {record[column]}"
    return ""


def _difference(was: str, now: str, currency: str) -> str:
    by = EXACT.subtract(Decimal(now), Decimal(was))
    return f" ({_signed(by, currency)} earned)" if by else ""


def _signed(amount: Decimal, currency: str) -> str:
    return f"{'+' if amount > 0 else ''}{money(amount, currency)}"


def _cells_changed(was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for column in dict.fromkeys((*now, *was)):
        old, new = was.get(column, ""), now.get(column, "")
        if old != new:
            yield f"{column} was {old or 'blank'}, now {new or 'blank'}"


def _totals_changed(before: Table | None, after: Table | None) -> Iterator[str]:
    old, new = totals(before), totals(after)
    for currency in sorted({*old, *new}):
        was, now = old.get(currency, Decimal(0)), new.get(currency, Decimal(0))
        if was != now:
            by = _signed(EXACT.subtract(now, was), currency)
            yield f"total earned: was {money(was, currency)}, now {money(now, currency)} ({by})"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\r\n') else cell
