"""Examples: rows in and results out, written in a program, run as cases without golden files.

A row gives a value for each column it names; the other columns of its record are blank, so they have to be optional.
Feeds that an example does not give have no rows. No row may be refused unless the example expects that.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from incdsl import cases, driver
from incdsl.cases import Case, Outcome
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.syntax import ast


def programs_with_examples(folders: Sequence[Path]) -> list[Path]:
    """The program files at or below folders that hold an example, by path; a file may be named itself."""
    files = {path for folder in folders for path in ([folder] if folder.is_file() else folder.rglob("*.inc"))}
    return sorted(path for path in files if b"\nexample " in b"\n" + path.read_bytes())


def check_examples(path: Path) -> Iterator[Outcome]:
    """Run the examples of a program on both engines. Raises CaseError for a program with errors, and Overflow."""
    program, files = cases.load(path)
    for declaration in files[0].declarations:
        if isinstance(declaration, ast.Example):
            with tempfile.TemporaryDirectory(prefix="incdsl-") as folder:
                yield _check(program, path, declaration, Path(folder))


def _check(program: ir.Program, path: Path, example: ast.Example, folder: Path) -> Outcome:
    feeds = folder / "feeds"
    feeds.mkdir()
    given = {table.name.name: table for table in example.given}
    for relation in program.relations:
        if isinstance(relation.source, ir.Feed):
            _write(feeds / f"{relation.source.file}.csv", relation, given.get(relation.name))
    expects = tuple(
        {"output": table.name.name} | {column.name: written(cell) for column, cell in zip(table.columns, row, strict=True)}
        for table in example.expected
        for row in table.rows
    )
    name = f"{path}:{example.span.line}"
    case = Case(name, folder, path, example.title, example.day.value, expects)
    outcome = cases.check_expectations(case, program)
    if any(table.name.name == "refused" for table in example.expected):
        return outcome
    refused = driver.validate(program, feeds)
    with refused:
        faults = [f"{group.file} line {group.example_line}: {group.example}" for group in refused.refusals]
    return replace(outcome, faults=(*faults, *outcome.faults))


def _write(path: Path, relation: ir.Relation, table: ast.ExampleTable | None) -> None:
    columns = [column.name for column in relation.stored]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in table.rows if table is not None else ():
            assert table is not None
            cells = {column.name: written(cell) for column, cell in zip(table.columns, row, strict=True)}
            writer.writerow([cells.get(column, "") for column in columns])


def written(cell: ast.Expr | None) -> str:
    """A written value as it stands in a feed or result file; blank for None."""
    match cell:
        case None:
            return ""
        case ast.Number(value=value):
            return f"{value:f}"
        case ast.Money(value=value, currency=currency):
            decimals = max(ty.money(currency).scale, -int(value.as_tuple().exponent))
            return f"{value:.{decimals}f}"
        case ast.Percent(span=span):
            return span.text.replace(",", "").replace(" ", "")
        case ast.Days(value=days):
            return str(days)
        case ast.Date(value=day):
            return day.isoformat()
        case ast.String(value=text):
            return text
        case ast.Boolean(value=yes):
            return "yes" if yes else "no"
        case ast.Name(name=name):
            return name
        case ast.Unary(operator="-", operand=operand):
            return f"-{written(operand)}"
        case _:
            return cell.span.text
