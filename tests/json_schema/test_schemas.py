"""What is emitted: the files, their text, and that they are schemas."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest
from syrupy.assertion import SnapshotAssertion

from incdsl.backends.json_schema import emit, to_document
from incdsl.core import ir
from incdsl.core import types as ty

FILES = (
    "partner.schema.json",
    "purchase.schema.json",
    "certification.schema.json",
    "results/payouts.schema.json",
    "results/refused.schema.json",
    "results/could_change.schema.json",
)


def test_there_is_a_schema_per_feed_and_per_result(program: ir.Program) -> None:
    assert tuple(emit(program)) == FILES


@pytest.mark.parametrize("file", FILES, ids=[file.removesuffix(".schema.json").replace("/", "-") for file in FILES])
def test_golden(program: ir.Program, file: str, schema_file: SnapshotAssertion) -> None:
    assert emit(program)[file] == schema_file


@pytest.mark.parametrize("file", FILES)
def test_every_schema_is_one_of_draft_2020_12(program: ir.Program, file: str) -> None:
    schema = json.loads(emit(program)[file])
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


def test_identifiers_carry_the_version(program: ir.Program) -> None:
    assert [json.loads(text)["$id"] for text in emit(program).values()] == [
        "urn:incdsl:Example:1f0c:Partner",
        "urn:incdsl:Example:1f0c:Purchase",
        "urn:incdsl:Example:1f0c:Certification",
        "urn:incdsl:Example:1f0c:results:payouts",
        "urn:incdsl:Example:1f0c:results:refused",
        "urn:incdsl:Example:1f0c:results:could_change",
    ]
    assert '"urn:incdsl:Example:unversioned:Partner"' in emit(replace(program, version=""))["partner.schema.json"]


def test_names_outside_ascii_are_escaped_in_identifiers(program: ir.Program) -> None:
    """A `$id` is a URI; the key of a definition is not."""
    table = ir.Relation("Größe", ir.Rows((("S",),)), ("name",), (ir.StoredColumn("name", ty.TEXT),))
    feed = ir.Relation(
        "Réseau",
        ir.Feed("réseau"),
        ("taille",),
        (ir.StoredColumn("taille", ty.Row("Größe", ty.TEXT), reference="Größe"),),
    )
    schema = json.loads(emit(replace(program, relations=(table, feed)))["réseau.schema.json"])
    assert schema["$id"] == "urn:incdsl:Example:1f0c:R%C3%A9seau"
    assert schema["properties"]["taille"]["$ref"] == "#/$defs/Gr%C3%B6%C3%9Fe_key"
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid({"taille": "S"})
    assert not validator.is_valid({"taille": "M"})


def test_the_text_ends_in_a_newline_and_has_no_binary_numbers(program: ir.Program) -> None:
    def no_float(text: str) -> None:
        raise AssertionError(f"{text} would be read as a binary number")

    for text in emit(program).values():
        assert text.endswith("}\n")
        json.loads(text, parse_float=no_float)


def test_what_one_row_cannot_tell_is_said(program: ir.Program) -> None:
    schemas = emit(program)
    assert json.loads(schemas["purchase.schema.json"])["$comment"] == (
        "Checked when a feed is loaded, not here: no two rows have the same id; the partner is there in Partner."
    )
    assert json.loads(schemas["certification.schema.json"])["$comment"] == (
        "Checked when a feed is loaded, not here: held_end is not before held_start; no two rows with the same partner "
        "overlap from held_start through held_end; the partner is there in Partner."
    )


def test_descriptions_say_notation_range_and_where_it_comes_from(program: ir.Program) -> None:
    properties = json.loads(emit(program)["purchase.schema.json"])["properties"]
    assert properties["amount"]["title"] == "Net amount"
    assert properties["amount"]["description"] == (
        "An amount in USD with at most 2 decimals, as text: “57500.00”. Source: VIP: an overview, “What is VIP”. "
        "Assumed: returns are negative lines; the other reading: returns are a feed of their own."
    )
    assert properties["partner"]["description"] == "The id of a Partner."
    assert properties["subtrack"]["description"] == "The name of a Subtrack: one of those in the program."
    assert properties["rebate_rate"]["description"] == (
        "A percentage with at most 4 decimals and a percent sign, as text: “12.5%”. At least 0% and at most 20%."
    )
    assert properties["booked_on"]["description"] == "A date: year-month-day. Not before 2014-02-01 and not after 2016-02-29."
    assert properties["paid_on"]["description"] == "A date: year-month-day. Absent or null until it has happened."


def test_a_row_of_text_becomes_a_document(program: ir.Program) -> None:
    row = {
        "id": " P-1 ",
        "amount": "57500.00",
        "online": "yes",
        "share": "12.5%",
        "duty": "",
        "holiday": None,
        "paid_on": "   ",
        "colour": "red",
    }
    document = to_document(program.relation("Purchase"), row)
    assert document == {
        "id": "P-1",
        "amount": "57500.00",
        "online": True,
        "share": "12.5%",
    }


def test_text_that_a_column_does_not_accept_stays(program: ir.Program) -> None:
    row = {"online": "true", "amount": "1,250.00", "id": "no"}
    assert to_document(program.relation("Purchase"), row) == row
