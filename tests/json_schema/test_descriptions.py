"""The feeds and results in the words of other standards: what is emitted, and that other tools judge the feeds by it."""

from __future__ import annotations

import csv
import datetime
import json
import shutil
from pathlib import Path

import frictionless
import jsonschema
import openapi_spec_validator
import pytest
from csvw.metadata import CSVW
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from incdsl import driver
from incdsl.backends.json_schema import describe, emit
from incdsl.core import ir
from incdsl.feeds.sample import write_sample

PROGRAMS = Path(__file__).parents[2] / "programs"
FORMS = Path(__file__).parent / "forms.inc"
FILES = ("datapackage.json", "results/datapackage.json", "csv-metadata.json", "openapi.json")


class JsonFile(SingleFileSnapshotExtension):
    """A golden that is a JSON file of its own."""

    _write_mode = WriteMode.TEXT
    file_extension = "json"


def load(path: Path) -> ir.Program:
    program = driver.load(str(path)).program
    assert program is not None
    return program


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The feeds of VIP25 with the descriptions beside them."""
    folder = described(load(PROGRAMS / "vip25" / "vip25.inc"), PROGRAMS / "vip25" / "feeds", tmp_path_factory.mktemp("dirty"))
    for path in folder.glob("*.csv"):  # Spaces around a value do not count to us; in the other standards they do.
        with path.open(newline="", encoding="utf-8") as stream:
            rows = [[cell.strip(" ") for cell in row] for row in csv.reader(stream)]
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows(rows)
    return folder


def described(program: ir.Program, feeds: Path, folder: Path) -> Path:
    shutil.copytree(feeds, folder, dirs_exist_ok=True)
    for name in ("datapackage.json", "csv-metadata.json"):
        (folder / name).write_text(describe(program)[name], encoding="utf-8")
    return folder


def test_there_are_four_descriptions(program: ir.Program) -> None:
    assert tuple(describe(program)) == FILES


@pytest.mark.parametrize("file", FILES, ids=[file.removesuffix(".json").replace("/", "-") for file in FILES])
def test_golden(program: ir.Program, file: str, snapshot: SnapshotAssertion) -> None:
    assert describe(program)[file] == snapshot(extension_class=JsonFile)


# --- Frictionless ----------------------------------------------------------------------------------------

UNSAID = {
    "duplicate-key",  # of two rows with one key, Table Schema lets the first pass,
    "refused-reference",  # and a row that refers to a refused one,
    "too-many-decimals",  # and an amount with three decimals
}


def test_frictionless_refuses_what_incdsl_refuses(dirty: Path) -> None:
    """No row that we use, and every row that we refuse for something that a Table Schema can say."""
    report = frictionless.validate(str(dirty / "datapackage.json"))
    theirs = {(Path(task.place).name, error.row_number) for task in report.tasks for error in task.errors}
    codes: dict[tuple[str, int], set[str]] = {}
    with driver.validate(load(PROGRAMS / "vip25" / "vip25.inc"), dirty) as feeds:
        for file, line, code in feeds.connection.execute("SELECT file, line, code FROM result.refused").fetchall():
            codes.setdefault((file, line), set()).add(code)
    assert len(theirs) > 150
    assert theirs <= codes.keys()
    assert {place: found for place, found in codes.items() if place not in theirs and not found & UNSAID} == {}


@pytest.mark.parametrize("name", ["vip25", "lci", "mdf", "cx", "forms"])
def test_good_feeds_are_good_to_other_tools(name: str, tmp_path: Path) -> None:
    program = load(FORMS if name == "forms" else PROGRAMS / name / f"{name}.inc")
    made = tmp_path / "feeds"
    write_sample(program, made, 300, 1)
    folder = described(program, made, tmp_path / "described")
    assert frictionless.validate(str(folder / "datapackage.json")).valid
    assert csvw_takes(folder)


def test_results_are_what_their_package_says(tmp_path: Path) -> None:
    program = load(PROGRAMS / "mdf" / "mdf.inc")
    with driver.run(program, PROGRAMS / "mdf" / "feeds", datetime.date(2023, 4, 29), tmp_path, values=True).feeds:
        pass
    (tmp_path / "datapackage.json").write_text(describe(program)["results/datapackage.json"], encoding="utf-8")
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, [error.message for task in report.tasks for error in task.errors][:3]
    assert sum(task.stats["rows"] for task in report.tasks) > 1_000


# --- CSV on the Web --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "field", "value"),
    [
        ("purchase.csv", "amount", "1,250.00"),
        ("purchase.csv", "booked_on", "15/01/2015"),
        ("partner.csv", "level", "Premiere"),
        ("listing.csv", "rebate_rate", "0.2"),
        ("purchase.csv", "product", "NO-SUCH"),
        ("survey.csv", "score", "4.5"),
    ],
)
def test_a_csvw_validator_refuses_a_wrong_cell(tmp_path: Path, file: str, field: str, value: str) -> None:
    program = load(PROGRAMS / "vip25" / "vip25.inc")
    write_sample(program, tmp_path / "feeds", 20, 1)
    folder = described(program, tmp_path / "feeds", tmp_path / "described")
    with (folder / file).open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    rows[-1][field] = value
    with (folder / file).open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert not csvw_takes(folder)


def csvw_takes(folder: Path) -> bool:
    try:
        return CSVW(folder / "csv-metadata.json", validate=True).is_valid
    except (ValueError, UserWarning):  # how it says most faults, and how it says others: here warnings are errors
        return False


@pytest.mark.parametrize(
    ("field", "value"),
    [("id", "D-12345"), ("id", "d-1234"), ("code", "ab"), ("code", "abcdef"), ("mixed", "a12"), ("sign", "#*?[]$.+(x)")],
)
def test_other_tools_refuse_texts_of_another_form(tmp_path: Path, field: str, value: str) -> None:
    program = load(FORMS)
    write_sample(program, tmp_path / "feeds", 20, 1)
    folder = described(program, tmp_path / "feeds", tmp_path / "described")
    with (folder / "deal.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    rows[-1][field] = value
    with (folder / "deal.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    errors = [error for task in frictionless.validate(str(folder / "datapackage.json")).tasks for error in task.errors]
    assert [(error.row_number, error.field_name) for error in errors] == [(len(rows) + 1, field)]
    assert not csvw_takes(folder)


# --- OpenAPI ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["vip25", "lci", "mdf", "cx"])
def test_openapi_document_is_one_and_judges_as_the_schemas_do(name: str) -> None:
    program = load(PROGRAMS / name / f"{name}.inc")
    document = json.loads(describe(program)["openapi.json"])
    openapi_spec_validator.validate(document)
    assert "#/$defs/" not in json.dumps(document)
    schemas = {file: json.loads(text) for file, text in emit(program).items()}
    names = {relation.source.file: relation.name for relation in program.relations if isinstance(relation.source, ir.Feed)}
    for file, record in names.items():
        body = document["components"]["requestBodies"][record]["content"]["application/json"]["schema"]
        rows = jsonschema.Draft202012Validator({**document, **body})
        one = jsonschema.Draft202012Validator(schemas[f"{file}.schema.json"])
        for row in ({}, {"id": 1}, *(json.loads(text) for text in rows_of(PROGRAMS / name / "feeds" / f"{file}.csv"))):
            assert rows.is_valid([row]) == one.is_valid(row), (record, row)


def rows_of(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))[:40]
    return [json.dumps({name: value for name, value in row.items() if value}) for row in rows]
