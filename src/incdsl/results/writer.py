"""Result files: the tables of the `result` schema as CSV, Parquet or JSON, the same bytes every time.

Rows stand in the order that the output states; where that leaves two rows equal, the remaining columns decide.
The bytes depend on the rows alone: not on the engine, the number of threads or the order in which rows arrived.

| type | CSV | JSON | Parquet |
| --- | --- | --- | --- |
| text, values of an enumeration, keys | as it is | string | string |
| boolean | yes, no | true, false | boolean |
| date | 2015-07-25 | "2015-07-25" | date |
| number, days, money | 57500.00 | "57500.00" | decimal |
| percent | 20.0000% | "20.0000%" | decimal, the fraction |
| missing | blank | null | null |

In CSV a text, or a refused value, that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a
line end, and is no number) has an apostrophe before it. The column `row` of refused rows has it as it came.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds.quoting import identifier, text
from incdsl.results import could_change, workbook
from incdsl.results.arrangement import Arrangement, arrangement
from incdsl.results.tables import table
from incdsl.results.whole import folder_aside, put_in_place

FORMATS = ("csv", "parquet", "json")

_COPY_OPTIONS = {"csv": "FORMAT csv, HEADER", "json": "FORMAT json, ARRAY", "parquet": "FORMAT parquet, COMPRESSION zstd"}

_NUMBER = '"#subject"'
"""The column of the number that stands for the subject; no column of a program is called so."""

_FORMULA = "{0} < 'A' AND regexp_matches({0}, '^[=+@\\t\\r\\n-]') AND NOT regexp_full_match({0}, '[+-]?[0-9]+([.,][0-9]+)*%?')"
"""Whether a spreadsheet that opens a CSV file would work out a text, as SQL over its expression. (All the characters that begin
a formula are before `A`, which most texts are told by; patterns take twice as long as writing a text.)"""

_RESULTS = ("payouts", "requirements", "levels", "values", "refused", could_change.NAME)
REFUSED_FILES = frozenset({workbook.NAME, *(f"refused.{format}" for format in FORMATS)})
RESULT_FILES = REFUSED_FILES | {f"{name}.{format}" for name in _RESULTS for format in FORMATS}
"""Every result file there can be; those that a run does not write are removed, so that a folder holds one run."""


@dataclass(frozen=True)
class Written:
    """A result file and how many rows it has."""

    path: Path
    rows: int


def write_results(
    connection: duckdb.DuckDBPyConnection,
    outputs: Sequence[ir.Output],
    directory: Path,
    format: str,
    program: ir.Program | None = None,
    *,
    doubts: bool = False,
) -> tuple[Written, ...]:
    """Write a file per output, and `refused`, into a directory, which is made when it is missing; with `doubts` also
    `could_change`, whose table is then there. The program, when it is given, is the one that the outputs are of, and saves
    work: the rows are the same without.

    Files are written aside first and put in place together when all are complete (see `whole`); result files of an earlier
    run, in any format, are replaced or removed; where only refused rows are written, only those of such. Raises OSError or
    duckdb.IOException when the place cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    aside = folder_aside(directory)
    try:
        arranged = {output.name: None if program is None else arrangement(program, output) for output in outputs}
        queries = [(output.name, _query(output, format, arranged[output.name])) for output in outputs]
        queries.append(("refused", _refused_query(format)))
        if doubts:
            queries.append((could_change.NAME, f"SELECT * FROM {table(could_change.NAME)} ORDER BY ALL NULLS FIRST"))
        counts = {name: _copy(connection, query, aside / f"{name}.{format}", format) for name, query in queries}
        put_in_place(aside, directory, RESULT_FILES if outputs or doubts else REFUSED_FILES)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return tuple(Written(directory / f"{name}.{format}", count) for name, count in counts.items())


def _copy(connection: duckdb.DuckDBPyConnection, query: str, target: Path, format: str) -> int:
    """Write the rows of a query into a file; how many they are."""
    row = connection.execute(f"COPY ({query}) TO {text(str(target))} ({_COPY_OPTIONS[format]})").fetchone()
    assert row is not None
    return int(row[0])


def _query(output: ir.Output, format: str, arranged: Arrangement | None) -> str:
    """The rows of an output as they are written, in order. The order is by the stored values, never by their texts."""
    if arranged is not None:
        return _arranged_query(output, format, arranged)
    columns = ", ".join(f"{_cell(column, format)} AS {identifier(column.name)}" for column in output.columns)
    others = () if arranged else (column.name for column in output.columns if column.name not in output.order)
    order = [*output.order, *others]
    keys = ", ".join(f"rows_.{identifier(name)} ASC NULLS FIRST" for name in order)
    return f"SELECT {columns} FROM {table(output.name)} AS rows_ ORDER BY {keys}"


def _arranged_query(output: ir.Output, format: str, arranged: Arrangement) -> str:
    """The same, but that a number stands for the subject and all that follows from it while the rows are sorted."""
    numbers = {subject: number for number, subject in enumerate(arranged.subjects)}
    texts: Mapping[str, Mapping[str, str | None]] = {arranged.subject: {name: name for name in numbers}, **arranged.texts}
    subject = f"rows_.{identifier(arranged.subject)}"
    number = " ".join(f"WHEN {text(name)} THEN {at}" for name, at in numbers.items())
    sorted_ = [f"CAST(CASE {subject} {number} END AS UINTEGER) AS {_NUMBER}"]
    columns = []
    for column in output.columns:
        said = texts.get(column.name, {})
        stored = f"rows_.{identifier(column.name)}"
        name = identifier(column.name)
        if len(said) < len(numbers):
            blank = " ".join(f"WHEN {text(one)} THEN NULL" for one in said)
            kept = f"CASE {subject} {blank} ELSE {stored} END" if said else stored
            sorted_.append(f"{kept} AS {name}")
        filled = _filled_in(said, numbers, _cell(column, format))
        columns.append(f"{_nullable(filled) if format == 'parquet' else filled} AS {name}")
    order = (f"{_NUMBER if name == arranged.subject else identifier(name)} ASC NULLS FIRST" for name in output.order)
    inner = f"SELECT {', '.join(sorted_)} FROM {table(output.name)} AS rows_ ORDER BY {', '.join(order)}"
    return f"SELECT {', '.join(columns)} FROM ({inner}) AS rows_"


def _filled_in(said: Mapping[str, str | None], numbers: Mapping[str, int], otherwise: str) -> str:
    """What stands in a column by the number of the subject, and `otherwise` for the subjects of which nothing is said.

    The texts are elements of a list: DuckDB turns a long `IN` into a join, and rows leave a join in another order."""
    if not said:
        return otherwise
    texts = ["NULL" if (value := said.get(subject)) is None else text(value) for subject in numbers]
    if len(said) == len(numbers) and len(set(texts)) == 1:
        return f"CAST({texts[0]} AS VARCHAR)"
    filled = f"(CAST([{', '.join(texts)}] AS VARCHAR[]))[rows_.{_NUMBER} + 1]"
    if len(said) == len(numbers):
        return filled
    is_said = ", ".join(str(subject in said) for subject in numbers)
    return f"CASE WHEN ([{is_said}])[rows_.{_NUMBER} + 1] THEN {filled} ELSE {otherwise} END"


def _refused_query(format: str) -> str:
    harmless = f" REPLACE ({_harmless('value')} AS value)" if format == "csv" else ""
    return f"SELECT *{harmless} FROM (SELECT * FROM {table('refused')} ORDER BY ALL NULLS FIRST)"


def _harmless(text: str) -> str:
    """A text that is no formula in a spreadsheet, as an SQL expression."""
    return f"CASE WHEN {_FORMULA.format(text)} THEN concat('''', {text}) ELSE {text} END"


def _cell(column: ir.OutputColumn, format: str) -> str:
    """A column as it is written in a format, as an SQL expression."""
    stored = f"rows_.{identifier(column.name)}"
    type_ = ty.known(column.type)
    match format, type_:
        case "csv", ty.Text() | ty.Row(_, ty.Text()):
            return _harmless(stored)
        case "csv", ty.Boolean():
            return f"CASE WHEN {stored} THEN 'yes' WHEN NOT {stored} THEN 'no' END"
        case (("csv" | "json"), ty.Percent(digits, scale)):
            return f"CAST(CAST({stored} * 100 AS DECIMAL({digits}, {scale - 2})) AS VARCHAR) || '%'"
        case "json", _ if ty.is_decimal(type_):
            return f"CAST({stored} AS VARCHAR)"
        case "parquet", _:
            return _nullable(stored)
        case _:
            return stored


def _nullable(value: str) -> str:
    """The same value. Without this a Parquet file says that a column is required whenever DuckDB happens to know that no row
    lacks it, and the bytes would depend on how the rows came about."""
    return f"CASE WHEN {value} IS NOT NULL THEN {value} END"
