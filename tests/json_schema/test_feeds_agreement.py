"""The loader of feeds and the schemas judge a row alike, and read the same values from it: one notation for both.

Left aside is what no schema of one row can tell: keys that are not unique, rows of other feeds that are not there,
dates in the wrong order, and lines that are not rows at all.
"""

from __future__ import annotations

import csv
import datetime
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import jsonschema_rs
import pytest

from incdsl import driver
from incdsl.backends.json_schema import emit, to_document
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import load_feeds

HERE = Path(__file__).parent
VALUES = json.loads((HERE / "values.json").read_text(encoding="utf-8"))
PURCHASE = VALUES["files"]["purchase.schema.json"]
PARTNER = VALUES["files"]["partner.schema.json"]
VIP25 = HERE.parents[1] / "programs" / "vip25"

OF_OTHER_ROWS = ("duplicate-key", "overlapping-range", "ends-before-start")

Row = Mapping[str, str]


def disagreements(program: ir.Program, directory: Path) -> list[str]:
    """The rows of a folder of CSV feeds on which the loader and the schemas differ, in words."""
    feeds = [relation for relation in program.relations if isinstance(relation.source, ir.Feed)]
    with load_feeds(program, directory) as loaded:
        found = loaded.connection.execute("SELECT file, line, field, code FROM result.refused").fetchall()
        stored = {relation.name: loaded.connection.sql(f'FROM feed."{relation.name}"').fetchall() for relation in feeds}
    schemas = {name: json.loads(text) for name, text in emit(program).items()}
    differing: list[str] = []
    for relation in feeds:
        name = relation.source.file
        references = {column.name for column in relation.stored if column.reference in {feed.name for feed in feeds}}
        faults = [(line, field, code) for file, line, field, code in found if file == f"{name}.csv"]
        lines_refused = {line for line, _, _ in faults}
        broken = {line for line, _, code in faults if code == "broken-row"}
        refused = {
            line
            for line, field, code in faults
            if code not in OF_OTHER_ROWS and not (field in references and code in ("unknown-reference", "refused-reference"))
        }
        validator = jsonschema_rs.Draft202012Validator(schemas[f"{name}.schema.json"])
        values: Counter[tuple[object, ...]] = Counter()
        for line, row in read(directory / f"{name}.csv"):
            document = to_document(relation, row)
            accepted = validator.is_valid(document)
            if line not in broken and accepted == (line in refused):
                differing.append(f"{name}.csv line {line}: the {'schema' if accepted else 'loader'} alone accepts {row}")
            if accepted and line not in lines_refused:
                values[tuple(meaning(column.type, document.get(column.name)) for column in relation.stored)] += 1
        differing += [f"{name}.csv: read from the document only: {row}" for row in values - Counter(stored[relation.name])]
        differing += [f"{name}.csv: read by the loader only: {row}" for row in Counter(stored[relation.name]) - values]
    return differing


def meaning(type_: ty.Type, written: str | bool | None) -> object:
    """The value that a document writes, as DuckDB gives it."""
    if not isinstance(written, str):
        return written
    match ty.stored(ty.known(type_)):
        case ty.Percent():
            return Decimal(written.removesuffix("%")).scaleb(-2)
        case ty.Days() | ty.Number() | ty.Money():
            return Decimal(written)
        case ty.Date():
            return datetime.date.fromisoformat(written)
        case _:
            return written


def read(path: Path) -> Iterator[tuple[int, Row]]:
    """The rows of a CSV file, and the line each begins on."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                yield line, dict(zip(header, cells, strict=False))
            line = reader.line_num + 1


def write(path: Path, relation: ir.Relation, rows: Sequence[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [column.name for column in relation.stored])
        writer.writeheader()
        writer.writerows(rows)


def in_csv(row: dict) -> dict[str, str]:
    return {name: {True: "yes", False: "no"}.get(value, value) for name, value in row.items()}


def texts(values: dict) -> tuple[list[str], list[str]]:
    """Values accepted and refused, of those that a CSV file can have."""
    others = [*values["refused"], *VALUES.get(values.get("refused_also", ""), [])]
    accepted, refused = ([value for value in some if isinstance(value, str)] for some in (values["accepted"], others))
    return accepted or ["yes", "no"], refused


@pytest.mark.parametrize("seed", range(3))
def test_generated_rows(program, changed, seed, tmp_path) -> None:
    chance = random.Random(f"loader and schema {seed}")
    rows: dict[str, list[Row]] = {"Purchase": [], "Partner": [], "Certification": []}
    names = PURCHASE["fields"]["partner"]
    for relation, good, fields in (
        ("Purchase", PURCHASE["row"], PURCHASE["fields"]),
        ("Partner", PARTNER["row"], {**PARTNER["fields"], "name": names}),
    ):
        for field, values in fields.items():
            accepted, refused = texts(values)
            made = (changed(chance.choice(accepted if chance.random() < 0.7 else refused), chance) for _ in range(200))
            for text in sorted({*accepted, *refused, *made}):
                rows[relation].append({**in_csv(good), "id": f"R-{len(rows[relation])}", field: text})
    for relation, of_relation in rows.items():
        source = program.relation(relation).source
        write(tmp_path / f"{source.file}.csv", program.relation(relation), of_relation)
    assert disagreements(program, tmp_path) == []


def test_the_feeds_of_vip25() -> None:
    program = driver.load(str(VIP25 / "vip25.inc")).program
    assert program is not None
    assert disagreements(program, VIP25 / "feeds") == []
