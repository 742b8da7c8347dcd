"""Canonical CSV feeds written again as every other kind of source: one folder, file or database for each."""

from __future__ import annotations

import csv
import datetime
import gzip
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import psycopg
from backports import zstd
from openpyxl.cell import WriteOnlyCell

from incdsl.core import ir
from incdsl.core import types as ty

Feed = tuple[ir.Relation, list[list[str]]]
Write = Callable[[list[Feed], Path], Path | str]

_NUMBERS = (ty.Money, ty.Number, ty.Days)


def read_feeds(program: ir.Program, folder: Path) -> list[Feed]:
    """The feeds of a program and their rows, as they are in CSV files."""
    found = []
    for relation in program.relations:
        if isinstance(relation.source, ir.Feed):
            with (folder / f"{relation.source.file}.csv").open(encoding="utf-8", newline="") as file:
                header, *rows = csv.reader(file)
            assert header == [column.name for column in relation.stored]
            found.append((relation, rows))
    return found


def commas_and_quotes(feeds: list[Feed], out: Path) -> Path:
    """CSV with every value in quotes, with a byte order mark, in gzip and in zstd in turns."""
    for at, (relation, rows) in enumerate(feeds):
        text = "".join(
            ",".join('"' + value.replace('"', '""') + '"' for value in row) + "\r\n" for row in [_names(relation), *rows]
        )
        packed = gzip.compress(text.encode("utf-8-sig")) if at % 2 else zstd.compress(text.encode("utf-8-sig"))
        (out / f"{_stem(relation)}.csv.{'gz' if at % 2 else 'zst'}").write_bytes(packed)
    return out


def semicolons(feeds: list[Feed], out: Path) -> Path:
    """CSV as a spreadsheet of another country saves it: semicolons, a comma before decimals, cp1252 (in which one name of the
    feeds cannot be written), a title above."""
    (out / "feeds.toml").write_text('numbers = "1234,56"\n' + "".join(f"[{relation.name}]\n" for relation, _ in feeds))
    for relation, rows in feeds:
        decimal = [isinstance(ty.known(column.type), (*_NUMBERS, ty.Percent)) for column in relation.stored]
        with (out / f"{_stem(relation)}.csv").open("w", encoding="cp1252", errors="replace", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow([f"{relation.name} of 2015"])
            writer.writerow(_names(relation))
            for row in rows:
                writer.writerow([_comma(value) if is_decimal else value for value, is_decimal in zip(row, decimal, strict=True)])
    return out


def tabs(feeds: list[Feed], out: Path) -> Path:
    """Tabs between the columns, in UTF-16."""
    for relation, rows in feeds:
        with (out / f"{_stem(relation)}.tsv").open("w", encoding="utf-16", newline="") as file:
            csv.writer(file, delimiter="\t").writerows([_names(relation), *rows])
    return out


def ndjson(feeds: list[Feed], out: Path) -> Path:
    """An object on every line; numbers as numbers, blanks left out."""
    for relation, rows in feeds:
        lines = "".join(_object(relation, row) + "\n" for row in rows)
        (out / f"{_stem(relation)}.ndjson").write_text(lines, encoding="utf-8")
    return out


def json_arrays(feeds: list[Feed], out: Path) -> Path:
    """One array of objects."""
    for relation, rows in feeds:
        array = "[" + ",\n".join(_object(relation, row) for row in rows) + "]"
        (out / f"{_stem(relation)}.json").write_text(array, encoding="utf-8")
    return out


def parquet(feeds: list[Feed], out: Path) -> Path:
    """Parquet with typed columns, wherever all values of a column have its type; the largest feed in three parts."""
    largest = max(len(rows) for _, rows in feeds)
    with duckdb.connect() as connection:
        for relation, rows in feeds:
            _store(connection, relation, rows)
            if len(rows) < largest:
                connection.execute(f"COPY rows TO '{out / _stem(relation)}.parquet'")
                continue
            (out / _stem(relation)).mkdir()
            for part in range(3):
                limit = f"LIMIT {largest // 3 + 3} OFFSET {part * (largest // 3 + 3)}"
                connection.execute(f"COPY (FROM rows {limit}) TO '{out / _stem(relation) / f'part-{part}.parquet'}'")
    return out


def duckdb_file(feeds: list[Feed], out: Path) -> Path:
    """One DuckDB database, with typed columns wherever all values have the type."""
    with duckdb.connect(str(out / "all.duckdb")) as connection:
        for relation, rows in feeds:
            _store(connection, relation, rows)
            connection.execute(f'ALTER TABLE rows RENAME TO "{_stem(relation)}"')
    return out / "all.duckdb"


def sqlite_file(feeds: list[Feed], out: Path) -> Path:
    """One SQLite database; numbers as it stores them, in binary."""
    with closing(sqlite3.connect(out / "all.sqlite")) as database:
        for relation, rows in feeds:
            names = ", ".join(f'"{column.name}" {_affinity(column.type)}' for column in relation.stored)
            marks = ", ".join("?" for _ in relation.stored)
            database.execute(f'CREATE TABLE "{_stem(relation)}" ({names})')
            database.executemany(f'INSERT INTO "{_stem(relation)}" VALUES ({marks})', [[v or None for v in row] for row in rows])
        database.commit()
    return out


def workbook(feeds: list[Feed], out: Path) -> Path:
    """One workbook with a sheet for each record, below a title; numbers, percents and days as such."""
    book = openpyxl.Workbook(write_only=True)
    for relation, rows in feeds:
        sheet = book.create_sheet(relation.name)
        sheet.append([f"{relation.name} of 2015"])
        sheet.append([])
        sheet.append(_names(relation))
        types = [ty.known(column.type) for column in relation.stored]
        for row in rows:
            sheet.append([_cell(sheet, type_, value) for type_, value in zip(types, row, strict=True)])
    book.save(out / "all.xlsx")
    return out


def postgres_tables(feeds: list[Feed], url: str) -> str:
    """Tables of a server, with typed columns wherever all values have the type."""
    with duckdb.connect() as connection, psycopg.connect(url) as server:
        for relation, rows in feeds:
            _store(connection, relation, rows)
            types = {name: found for name, found, *_ in connection.execute("DESCRIBE rows").fetchall()}
            columns = ", ".join(f'"{name}" {found}' for name, found in types.items())
            server.execute(f'DROP TABLE IF EXISTS "{_stem(relation)}"'.encode())
            server.execute(f'CREATE TABLE "{_stem(relation)}" ({columns})'.encode())
            with server.cursor().copy(f'COPY "{_stem(relation)}" FROM STDIN'.encode()) as copy:
                for row in connection.execute("FROM rows").fetchall():
                    copy.write_row(row)
    return url


FORMS: dict[str, Write] = {
    write.__name__: write
    for write in (commas_and_quotes, semicolons, tabs, ndjson, json_arrays, parquet, duckdb_file, sqlite_file, workbook)
}


def _stem(relation: ir.Relation) -> str:
    assert isinstance(relation.source, ir.Feed)
    return relation.source.file


def _names(relation: ir.Relation) -> list[str]:
    return [column.name for column in relation.stored]


def _comma(value: str) -> str:
    """A canonical number with a comma; what is none is marked, lest the other notation reads it."""
    return value.replace(".", ",") if re.fullmatch(r" *(-?\d+(\.\d+)?%?)? *", value) else f"?{value}"


def _object(relation: ir.Relation, row: list[str]) -> str:
    pairs = []
    for column, value in zip(relation.stored, row, strict=True):
        if value:
            bare = isinstance(ty.known(column.type), _NUMBERS) and re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", value)
            pairs.append(f"{json.dumps(column.name)}: {value if bare else json.dumps(value, ensure_ascii=False)}")
    return "{" + ", ".join(pairs) + "}"


def _affinity(type_: ty.Type) -> str:
    return "NUMERIC" if isinstance(ty.known(type_), _NUMBERS) else "TEXT"


def _cell(sheet: Any, type_: ty.Known, value: str) -> Any:
    number = re.fullmatch(r"-?\d+(\.\d+)?", value)
    if isinstance(type_, _NUMBERS) and number:
        return float(value)
    if isinstance(type_, ty.Percent) and re.fullmatch(r"\d+(\.\d+)?%", value):
        cell = WriteOnlyCell(sheet, float(value[:-1]) / 100)
        cell.number_format = "0.0###%"
        return cell
    if isinstance(type_, ty.Date) and re.fullmatch(r"20\d\d-\d\d-(0\d|1\d|2[0-8])", value):
        return datetime.date.fromisoformat(value)
    return value or None


def _store(connection: duckdb.DuckDBPyConnection, relation: ir.Relation, rows: list[list[str]]) -> None:
    """The table `rows` of a feed: a column has its type where all values can be told from it as they were, else it is text.
    Spaces around values, which only files of text have, are left out."""
    rows = [[value.strip(" ") for value in row] for row in rows]
    names = ", ".join(f'"{column.name}" VARCHAR' for column in relation.stored)
    values = ", ".join(f'unnest(?::VARCHAR[]) AS "{column.name}"' for column in relation.stored)
    connection.execute(f"CREATE OR REPLACE TABLE rows ({names})")
    connection.execute(f"INSERT INTO rows SELECT {values}", [[v or None for v in column] for column in zip(*rows, strict=True)])
    for at, column in enumerate(relation.stored):
        exact = {"DATE": r"\d{4}-\d\d-\d\d", "DECIMAL(18,2)": r"-?\d+\.\d\d", "DECIMAL(18,0)": r"-?\d+"}
        wanted = {ty.Date: "DATE", ty.Money: "DECIMAL(18,2)", ty.Number: "DECIMAL(18,0)"}.get(type(ty.known(column.type)))
        if wanted and all(re.fullmatch(exact[wanted], row[at]) for row in rows if row[at]):
            connection.execute(f'ALTER TABLE rows ALTER "{column.name}" TYPE {wanted}')
