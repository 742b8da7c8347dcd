"""Rows of raw text on their way into DuckDB, whatever kind of file they come from.

A reader in Python yields `Record`s; they are written to a plain CSV file in the scratch folder, which DuckDB reads, so
that rows never pile up in memory. From there on all kinds of text are one: the same notation gives the same verdicts.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from incdsl.core import ir
from incdsl.feeds import quoting, staging
from incdsl.feeds.headers import Header
from incdsl.feeds.mapped import read_fields, read_text
from incdsl.feeds.misreadings import Finding
from incdsl.feeds.sources import Source
from incdsl.feeds.staging import Broken, Reading, Staged

UNFIT = '"#unfit"'
"""The raw column of values that are no text at all (a list in JSON, an error in a spreadsheet): an object in JSON, from the
position of the value to the message; NULL for nearly all rows."""

_ASIDE = '"#rowid"'

LONGEST_TEXT = 2**22
"""Characters in the values of one row. One that has more is a file that lost its line ends; what is let pass fits
the buffers of DuckDB's reader, which drops a longer one in silence."""

NUL = "the value has the character U+0000, which no text has: the file is damaged, or not text"


@dataclass(frozen=True)
class Record:
    """A row of a file: its number as a person sees it there, and its values, blank when missing; `unfit` has the values
    that are not text, by position, and why; `fault` says why it is no row, or is None."""

    number: int
    values: tuple[str, ...]
    fault: str | None = None
    unfit: Mapping[int, str] = field(default_factory=dict)


def too_long(unit: str) -> str:
    """What is wrong with a row that has more than `LONGEST_TEXT` characters."""
    return f"the {unit} has more than {LONGEST_TEXT:,} characters; check where it should end"


def land(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    header: Header,
    records: Iterable[Record],
    scratch: Path,
    notes: tuple[str, ...] = (),
    unit: str = "line",
) -> Staged:
    """Stage the records of a file as a table; `unit` is what their numbers count. What raises while they are read passes
    through."""
    relation = source.relation
    width = len(header.names)
    broken: list[Broken] = []
    landed = scratch / f"{relation.name}.csv"
    with landed.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for record in records:
            fault, unfit, text = record.fault, record.unfit, "".join(record.values)
            if len(text) > LONGEST_TEXT:
                fault = fault or too_long(unit)
            if fault is not None:
                broken.append(staging.broken(record.number, record.values, fault, width))
                staging.refuse_many(broken)
                continue
            if "\0" in text:
                unfit = {**{at: NUL for at, value in enumerate(record.values) if "\0" in value}, **unfit}
            writer.writerow([*record.values, record.number, json.dumps(unfit) if unfit else ""])
    names = [staging.raw_name(at) for at in range(width + 1)]
    columns = ", ".join(f"{name}: 'VARCHAR'" for name in [*names, UNFIT])
    raw = (
        f"SELECT * FROM read_csv({quoting.file(landed)}, auto_detect = false, header = false, delim = ',', "
        f"quote = '\"', escape = '\"', new_line = '\\n', strict_mode = true, nullstr = '', columns = {{{columns}}}, "
        f"parallel = false, max_line_size = {8 * LONGEST_TEXT})"
    )
    numbered = f'SELECT row_number() OVER () - 1 AS "#row", * FROM ({raw})'

    def number_lines(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
        number = f"CAST({staging.raw_name(width)} AS BIGINT)"
        connection.execute(f'UPDATE {rows} SET line = {number} FROM ({numbered}) AS raw WHERE raw."#row" = {rows}.row')

    readings, _ = read_fields(relation, header, lambda column, at, style: _or_unfit(read_text(column, at, style), at))
    create_table(connection, source, readings, raw)
    return stage_table(connection, source, header, readings, numbered, number_lines, tuple(broken), notes, unit)


def text_readings(relation: ir.Relation, header: Header) -> tuple[Reading, ...]:
    """How the columns of a relation are read from raw text."""
    return read_fields(relation, header, read_text)[0]


def create_table(connection: duckdb.DuckDBPyConnection, source: Source, readings: tuple[Reading, ...], raw: str) -> None:
    """Read the SELECT `raw` of raw columns into the table of typed ones of a relation."""
    rows = staging.typed(readings, source.relation, f'SELECT 0 AS "#row", * FROM ({raw})', source.kept)
    table = staging.work(source.relation.name, "table")
    aside = _set_aside(source, "{0} AS {1}")
    connection.execute(f'CREATE OR REPLACE TABLE {table} AS SELECT * EXCLUDE ("#row"){aside} FROM ({rows})')


def _set_aside(source: Source, rename: str) -> str:
    """A field that is called as DuckDB calls the number of a row has another name in the table, which needs that number."""
    hiding = [quoting.identifier(name) for name in source.kept if name.casefold() == "rowid"]
    return "".join(f" RENAME ({rename.format(name, _ASIDE)})" for name in hiding)


def stage_table(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    header: Header,
    readings: tuple[Reading, ...],
    numbered: str,
    number_lines: Callable[[duckdb.DuckDBPyConnection, str], None],
    broken: tuple[Broken, ...],
    notes: tuple[str, ...] = (),
    unit: str = "line",
    came: Callable[[duckdb.DuckDBPyConnection, str], str] | None = None,
) -> Staged:
    """Stage the table that `create_table` made from a SELECT, which `numbered` is again, with `#row`."""
    relation = source.relation
    view, table = staging.work(relation.name), staging.work(relation.name, "table")
    connection.execute(
        f'CREATE OR REPLACE VIEW {view} AS SELECT rowid AS "#row", *{_set_aside(source, "{1} AS {0}")} FROM {table}'
    )
    (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0]
    keys = frozenset(part for part in relation.key if isinstance(part, str))
    return Staged(
        relation,
        source.name,
        rows,
        header,
        readings,
        view,
        numbered,
        True,
        number_lines,
        ascending=keys,
        broken=broken,
        notes=notes,
        unit=unit,
        came=came,
        kept=source.kept,
    )


def _or_unfit(reading: Reading, position: int) -> Reading:
    """The reading, but that a value that is no text is wrong, for the reason that its reader gave."""
    message = f"json_extract_string({UNFIT}, '$.\"{position}\"')"
    unfit = f"({UNFIT} IS NOT NULL AND {message} IS NOT NULL)"

    def wrong(value: str) -> str:
        return f"({unfit} OR {reading.wrong(value)})" if reading.wrong else unfit

    findings = (Finding(unfit, "not-a-value", message), *reading.findings)
    return replace(reading, wrong=wrong, findings=findings, sources=(*reading.reads, UNFIT))
