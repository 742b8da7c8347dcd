"""The schemas of VIP25, and that its results are what their schemas say."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import jsonschema_rs
import pytest
from syrupy.assertion import SnapshotAssertion

from incdsl import driver
from incdsl.backends.json_schema import emit
from incdsl.core import ir

VIP25 = Path(__file__).parents[2] / "programs" / "vip25"
FEEDS = ("product", "partner", "listing", "certification", "survey", "enrollment", "purchase")
RESULTS = ("payouts", "requirements", "values", "refused", "could_change")
FILES = (*(f"{name}.schema.json" for name in FEEDS), *(f"results/{name}.schema.json" for name in RESULTS))


@pytest.fixture(scope="module")
def vip25() -> ir.Program:
    """VIP25 under a version that does not change with its text."""
    program = driver.load(str(VIP25 / "vip25.inc")).program
    assert program is not None
    return replace(program, version="version")


def test_there_is_a_schema_per_record_and_per_result(vip25: ir.Program) -> None:
    assert sorted(emit(vip25)) == sorted(FILES)


@pytest.mark.parametrize("file", FILES, ids=[file.removesuffix(".schema.json").replace("/", "-") for file in FILES])
def test_golden(vip25: ir.Program, file: str, schema_file: SnapshotAssertion) -> None:
    text = emit(vip25)[file]
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
    assert text == schema_file


def test_the_validators_agree_on_vip25(vip25, validators_for) -> None:
    good = {"id": "SO-1", "partner": "P-1", "product": "UCS-B200", "amount": "57500.00", "booked_on": "2015-07-25"}
    cases = [
        (good, True),
        ({**good, "amount": "-57500"}, True),
        ({**good, "shipped_on": "2015-07-31", "customer": None}, True),
        ({**good, "amount": 57500.00}, False),
        ({**good, "amount": "57,500.00"}, False),
        ({**good, "booked_on": "2015-06-31"}, False),
        ({**good, "shiped_on": "2015-07-31"}, False),
    ]
    for verdicts in validators_for(vip25).verdicts("purchase.schema.json", [row for row, _ in cases]).values():
        assert verdicts == [wanted for _, wanted in cases]


def test_every_row_of_every_result_is_what_its_schema_says(vip25: ir.Program, tmp_path: Path) -> None:
    with driver.run(vip25, VIP25 / "feeds", datetime.date(2015, 7, 25), tmp_path, format="json", values=True).feeds:
        pass
    schemas = emit(vip25)
    for name in RESULTS:
        rows = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
        validator = jsonschema_rs.Draft202012Validator(json.loads(schemas[f"results/{name}.schema.json"]))
        assert len(rows) > 100
        assert [row for row in rows if not validator.is_valid(row)] == [], name
