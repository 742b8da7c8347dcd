"""jsonschema, jsonschema-rs and ajv give the same verdicts, with and without asserting formats.

`values.json` has, for each field, values that must be accepted and values that must not, written by hand. Then
thousands of rows are made by changing those; there every validator must agree with plain Python code that knows
what the text means, or, for fields without such code, with the others.
"""

from __future__ import annotations

import datetime
import json
import random
from decimal import Decimal
from pathlib import Path

import pytest

VALUES = json.loads((Path(__file__).parent / "values.json").read_text(encoding="utf-8"))
PURCHASE = VALUES["files"]["purchase.schema.json"]


@pytest.mark.parametrize("file", VALUES["files"])
def test_hand_written_values(validators, file) -> None:
    good, fields = VALUES["files"][file]["row"], VALUES["files"][file]["fields"]
    cases = [(field, value, True) for field, values in fields.items() for value in values["accepted"]]
    cases += [(field, value, False) for field, values in fields.items() for value in refused(values)]
    documents = [good, *({**good, field: value} for field, value, _ in cases)]
    for validator, verdicts in validators.verdicts(file, documents).items():
        assert verdicts[0], f"{validator} refuses the row that the others are made from"
        assert [(validator, *case) for case, verdict in zip(cases, verdicts[1:], strict=True) if verdict != case[2]] == []


def refused(values: dict) -> list:
    return [*values["refused"], *(VALUES[values["refused_also"]] if "refused_also" in values else [])]


def test_the_shape_of_a_row(validators) -> None:
    good = PURCHASE["row"]
    optional = ("holiday", "duty", "paid_on")
    cases = [({name: value for name, value in good.items() if name != field}, field in optional) for field in good]
    cases += [({**good, "colour": "red"}, False), ({**good, "Duty": "1"}, False), ([good], False), (None, False)]
    for verdicts in validators.verdicts("purchase.schema.json", [document for document, _ in cases]).values():
        assert verdicts == [wanted for _, wanted in cases]


def test_an_array_of_rows(validators) -> None:
    good = {"partner": "P-1", "held_start": "2015-01-25"}
    documents = [[], [good, good], [good, {"partner": "P-1"}], good]
    for verdicts in validators.verdicts("certification.schema.json", documents, "#/$defs/rows").values():
        assert verdicts == [True, True, False, False]


def test_refused_rows(validators) -> None:
    good = {
        "file": "purchase.csv",
        "line": 7,
        "field": "amount",
        "value": "1,250.00",
        "code": "not-an-amount",
        "message": "`1,250.00` is not an amount",
        "row": "L-1,P-1,1,250.00",
    }
    cases = [
        (good, True),
        ({**good, "field": None, "value": None}, True),
        ({**good, "line": 0}, False),
        ({**good, "line": "7"}, False),
    ]
    for verdicts in validators.verdicts("results/refused.schema.json", [document for document, _ in cases]).values():
        assert verdicts == [wanted for _, wanted in cases]


# --- made rows -------------------------------------------------------------------------------------------

DIGITS = "0123456789"


def is_decimal(text: str, whole: int, scale: int) -> bool:
    """Whether a text is a decimal of so many digits, without a regular expression."""
    before, point, after = text.removeprefix("-").partition(".")
    return (
        1 <= len(before) <= whole
        and set(before) <= set(DIGITS)
        and (not point or (1 <= len(after) <= scale and set(after) <= set(DIGITS)))
    )


def is_percent(text: str) -> bool:
    return text.endswith("%") and is_decimal(text.removesuffix("%"), 5, 4)


def is_day(text: str) -> bool:
    if len(text) != 10 or text[4] + text[7] != "--" or not set(text) <= set(f"{DIGITS}-"):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_known_day(text: str) -> bool:
    return is_day(text) and datetime.date(2014, 2, 1) <= datetime.date.fromisoformat(text) <= datetime.date(2016, 2, 29)


MEANINGS = {
    "amount": lambda text: is_decimal(text, 16, 2),
    "weight": lambda text: is_decimal(text, 12, 6),
    "duty": lambda text: is_decimal(text, 15, 3) and Decimal("-3.050") <= Decimal(text) <= Decimal("12.250"),
    "share": is_percent,
    "rebate_rate": lambda text: is_percent(text) and 0 <= Decimal(text[:-1]) <= 20,
    "made_on": is_day,
    "booked_on": is_known_day,
    "grade": lambda text: is_decimal(text, 12, 6) and Decimal(text) in (Decimal("0.5"), Decimal(1), Decimal("-2.25")),
}


@pytest.mark.parametrize("field", [*MEANINGS, "partner"])
def test_generated_values(validators, changed, field) -> None:
    chance = random.Random(f"verdicts on {field}")
    values = PURCHASE["fields"][field]
    accepted = [value for value in values["accepted"] if isinstance(value, str)]
    others = [value for value in refused(values) if isinstance(value, str)]
    texts = sorted({changed(chance.choice(accepted if chance.random() < 0.7 else others), chance) for _ in range(1000)})
    found = validators.verdicts("purchase.schema.json", [{**PURCHASE["row"], field: text} for text in texts])
    expected = [MEANINGS[field](text) for text in texts] if field in MEANINGS else found["jsonschema"]
    assert min(sum(expected), len(texts) - sum(expected)) > 10, "there must be good rows and bad ones"
    for validator, verdicts in found.items():
        assert [text for text, verdict, wanted in zip(texts, verdicts, expected, strict=True) if verdict != wanted] == [], (
            validator
        )
