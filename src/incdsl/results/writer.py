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
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds.quoting import identifier
from incdsl.results.tables import table

FORMATS = ("csv", "parquet", "json")

_COPY_OPTIONS = {"csv": "FORMAT csv, HEADER", "json": "FORMAT json, ARRAY", "parquet": "FORMAT parquet, COMPRESSION zstd"}

_OTHERS = ("payouts", "requirements", "levels", "values", "refused")
"""Every result file there can be; those that a run does not write are removed, so that a folder holds one run."""


@dataclass(frozen=True)
class Written:
    """A result file and how many rows it has."""

    path: Path
    rows: int


def write_results(
    connection: duckdb.DuckDBPyConnection, outputs: Sequence[ir.Output], directory: Path, format: str
) -> tuple[Written, ...]:
    """Write a file per output, and `refused`, into a directory, which is made when it is missing.

    Files are written aside first and moved into place when all are complete; result files of an earlier run, in
    any format, are replaced or removed; for no outputs, only those of refused rows. Raises OSError or
    duckdb.IOException when the place cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".incdsl-", dir=directory))
    try:
        queries = [(output.name, _query(output, format)) for output in outputs] + [("refused", _refused_query())]
        for name, query in queries:
            target = str(aside / f"{name}.{format}").replace("'", "''")
            connection.execute(f"COPY ({query}) TO '{target}' ({_COPY_OPTIONS[format]})")
        for name in {*_OTHERS, *(output.name for output in outputs)} if outputs else {"refused"}:
            for other in FORMATS:
                if not (aside / f"{name}.{other}").exists():
                    (directory / f"{name}.{other}").unlink(missing_ok=True)
        for path in sorted(aside.iterdir()):
            path.replace(directory / path.name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return tuple(Written(directory / f"{name}.{format}", _count(connection, name)) for name, _ in queries)


def _count(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table(name)}").fetchone()
    assert row is not None
    return int(row[0])


def _query(output: ir.Output, format: str) -> str:
    columns = ", ".join(f"{_cell(column, format)} AS {identifier(column.name)}" for column in output.columns)
    names = [column.name for column in output.columns]
    order = [*output.order, *(name for name in names if name not in output.order)]
    # The order is by the stored values, qualified, so that it is never by their texts.
    keys = ", ".join(f"rows_.{identifier(name)} ASC NULLS FIRST" for name in order)
    return f"SELECT {columns} FROM {table(output.name)} AS rows_ ORDER BY {keys}"


def _refused_query() -> str:
    return f"SELECT * FROM {table('refused')} ORDER BY ALL NULLS FIRST"


def _cell(column: ir.OutputColumn, format: str) -> str:
    """A column as it is written in a format, as an SQL expression."""
    stored = f"rows_.{identifier(column.name)}"
    type_ = ty.known(column.type)
    match format, type_:
        case "csv", ty.Boolean():
            return f"CASE WHEN {stored} THEN 'yes' WHEN NOT {stored} THEN 'no' END"
        case (("csv" | "json"), ty.Percent(digits, scale)):
            return f"CAST(CAST({stored} * 100 AS DECIMAL({digits}, {scale - 2})) AS VARCHAR) || '%'"
        case "json", _ if ty.is_decimal(type_):
            return f"CAST({stored} AS VARCHAR)"
        case _:
            return stored
