"""One verdict: each row of every record of the four programs, and of one with texts of every form, judged by jsonschema, by
jsonschema-rs, by ajv and by the loader.

Rows are made up as `incdsl sample` does, and every other one is spoiled: characters changed, values swapped, left out, or written
as elsewhere. `make verdicts` judges 10,000 rows of each record and prints how many were compared; the tests judge fewer.

Left aside, because no schema of one row can tell: keys that two rows share, rows of other feeds that are not there, dates in the
wrong order.
"""

from __future__ import annotations

import csv
import json
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from incdsl import driver
from incdsl.backends.json_schema import emit, to_document
from incdsl.core import ir
from incdsl.feeds import load_feeds
from incdsl.feeds.sample import write_sample

ROOT = Path(__file__).parents[2]
VALUES = json.loads((Path(__file__).parent / "values.json").read_text(encoding="utf-8"))
PROGRAMS = ("vip25", "lci", "mdf", "cx")
FILES = {name: ROOT / "programs" / name / f"{name}.inc" for name in PROGRAMS} | {"forms": Path(__file__).parent / "forms.inc"}
ROWS = int(os.environ.get("INCDSL_VERDICTS", "300"))

ELSEWHERE = [text for texts in (VALUES["never_a_number"], VALUES["never_a_date"]) for text in texts if isinstance(text, str)]
ELSEWHERE += [
    "12500.00",
    "-7",
    "2015-07-25",
    "NL",
    "UK",
    "yes",
    "No",
    "12.5%",
    "101%",
    "Gold",
    "gold",
    "UCS",
    "six_month",
    " x ",
    "\ufeffx",
]
BEYOND_ONE_ROW = {"duplicate-key", "overlapping-range", "ends-before-start", "refused-reference"}

RESHAPED = (
    str.upper,
    str.lower,
    str.strip,
    lambda text: f" {text} ",
    lambda text: text[:-1],
    lambda text: f"{text}\n",
    lambda text: text + text[-1:],
)

Changed = Callable[[str, random.Random], str]


@dataclass(frozen=True)
class Judged:
    """How the rows of one record were judged: how many, how many accepted, and those on which the judges differ."""

    record: str
    rows: int
    accepted: int
    differing: list[str]


def spoiled(row: Sequence[str], chance: random.Random, changed: Changed) -> list[str]:
    """A row with one or two of its values spoiled."""
    cells = list(row)
    for _ in range(chance.choice((1, 1, 1, 2))):
        at = chance.randrange(len(cells))
        match chance.randrange(6):
            case 0:
                cells[at] = ""
            case 1:
                cells[at] = chance.choice(row)
            case 2:
                cells[at] = chance.choice(ELSEWHERE)
            case 3:
                cells[at] = chance.choice(RESHAPED)(cells[at])
            case _:
                cells[at] = changed(cells[at], chance)
    # A zero byte is no text, and the loader says so of the line as a whole; whether a lone carriage return inside quotes begins a
    # new line depends on the reader, and lines are how rows are matched here.
    return [cell.replace("\0", "0").replace("\r", "\n") for cell in cells]


def write_rows(made: Path, folder: Path, count: int, changed: Changed) -> None:
    """Write so many rows of each feed, every other one spoiled, drawn from made-up feeds."""
    folder.mkdir()
    for path in sorted(made.glob("*.csv")):
        chance = random.Random(f"row by row {path.name}")
        with path.open(newline="", encoding="utf-8") as file:
            header, *rows = csv.reader(file)
        with (folder / path.name).open("w", newline="", encoding="utf-8") as file:
            file.write(written(header))
            for at in range(count):
                row = chance.choice(rows)
                file.write(written(spoiled(row, chance, changed) if at % 2 else row))


def written(cells: Sequence[str]) -> str:
    """A line of CSV. (Python's writer leaves a carriage return without quotes where lines end in `\\n`.)"""
    quoted = ('"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\r\n') else cell for cell in cells)
    return ",".join(quoted) + "\n"


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a file, and the line each begins on."""
    line = 2
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        for cells in reader:
            yield line, dict(zip(header, cells, strict=True))
            line += 1 + sum(cell.count("\n") for cell in cells)


def judge(program: ir.Program, validators, folder: Path) -> Iterator[Judged]:
    """Judge the rows of each feed of a folder by the loader and the validators."""
    with load_feeds(program, folder) as loaded:
        found = loaded.connection.execute("SELECT DISTINCT file, line, field, code FROM result.refused").fetchall()
    feeds = {relation.name for relation in program.relations if isinstance(relation.source, ir.Feed)}
    for relation in (relation for relation in program.relations if relation.name in feeds):
        assert isinstance(relation.source, ir.Feed)
        file = f"{relation.source.file}.csv"
        references = {column.name for column in relation.stored if column.reference in feeds}
        refused = {
            line
            for of_file, line, field, code in found
            if of_file == file and code not in BEYOND_ONE_ROW and not (code == "unknown-reference" and field in references)
        }
        rows = list(read_rows(folder / file))
        documents = [to_document(relation, row) for _, row in rows]
        verdicts = validators.verdicts(f"{relation.source.file}.schema.json", documents)
        verdicts["loader"] = [line not in refused for line, _ in rows]
        differing = [
            f"{file} line {line}: {[judge for judge, given in verdicts.items() if given[at]]} accept {documents[at]}"
            for at, (line, _) in enumerate(rows)
            if len({given[at] for given in verdicts.values()}) > 1
        ]
        yield Judged(relation.name, len(rows), sum(verdicts["loader"]), differing)


@pytest.mark.parametrize("name", FILES)
def test_one_verdict(name: str, tmp_path: Path, changed: Changed, validators_for, capsys: pytest.CaptureFixture[str]) -> None:
    program = driver.load(str(FILES[name])).program
    assert program is not None
    for text in emit(program).values():
        jsonschema.Draft202012Validator.check_schema(json.loads(text))
    write_sample(program, tmp_path / "made", 1_000, 1)
    write_rows(tmp_path / "made", tmp_path / "rows", ROWS, changed)
    judged = list(judge(program, validators_for(program), tmp_path / "rows"))
    with capsys.disabled():
        counts = ((judgement.rows, judgement.accepted, len(judgement.differing)) for judgement in judged)
        rows, accepted, differ = (sum(each) for each in zip(*counts, strict=True))
        said = f"{name}: {rows:,} rows of {len(judged)} records judged in 7 ways, {accepted:,} accepted, {differ} disagreements"
        if "INCDSL_VERDICTS" in os.environ:
            print(said, file=sys.stderr)
    assert [judgement.rows for judgement in judged] == [ROWS] * len(judged)
    assert [judgement.record for judgement in judged if not 0.5 <= judgement.accepted / ROWS <= 0.95] == []
    assert [row for judgement in judged for row in judgement.differing] == []
