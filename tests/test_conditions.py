"""`must` in a record: which rows break it, what is said of them, and what the JSON Schema makes of it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import jsonschema_rs
import pytest

from incdsl import driver
from incdsl.backends.json_schema import emit, to_document
from incdsl.core import ir
from incdsl.feeds import load_feeds

HEADER = "id,number,amount,discount,share,kind,online,country,quantity,sold_on,shipped_on"
GOOD = "a,1,100.00,,10%,Medium,yes,NL,3,2015-01-31,2015-02-01"


def program(tmp_path: Path, *musts: str) -> ir.Program:
    lines = "\n".join(f"  must {must}" for must in musts)
    (tmp_path / "p.inc").write_text(
        f"""program P "P"
  currency USD

source guide "Guide"

param ceiling money = 500 USD  cite guide "page 1"

record Sale
  id         text key
  number     whole number key
  amount     money
  discount   optional money
  share      percent
  kind       one of Small, Medium, Large lowest first
  online     boolean
  country    country
  quantity   whole number
  sold_on    date
  shipped_on event
{lines}
"""
    )
    loaded = driver.load(str(tmp_path / "p.inc"))
    assert loaded.program is not None, loaded.sink.sorted()
    return loaded.program


# A condition, whether a schema can say it, rows for which it holds, and rows for which it does not.
# Rows are the good one with some fields changed.
CONDITIONS = [
    ("amount > 99.99 USD", True, ["amount=100"], ["amount=99.99", "amount=-100", "amount=0"]),
    ("amount <= ceiling", True, ["", "amount=500.00", "amount=-501"], ["amount=500.01"]),
    ("amount = 100 USD", True, ["", "amount=0100.0"], ["amount=100.01", "amount=-100"]),
    ("amount <> 0 USD", True, [""], ["amount=0", "amount=-0.00", "amount=000"]),
    ("discount is missing or discount < 10 USD", True, ["", "discount=9.99", "discount=-11"], ["discount=10"]),
    ("not (discount is given and discount >= 10 USD)", True, ["", "discount=9.99"], ["discount=10.00"]),
    ("discount is given and kind = Medium", True, ["discount=1"], ["", "discount=1,kind=Small"]),
    ("share < 10.5%", True, ["", "share=10.4999%"], ["share=10.5%", "share=010.50%"]),
    ("kind >= Medium", True, ["", "kind=Large"], ["kind=Small"]),
    ("kind in Small, Large or online = yes", True, ["", "kind=Small,online=no"], ["online=no"]),
    ("online", True, [""], ["online=no"]),
    ('country <> BE and id <> "b"', True, [""], ["country=BE", "id=b"]),
    ("quantity >= 2 and quantity <= 4", True, ["", "quantity=2", "quantity=04"], ["quantity=1", "quantity=5", "quantity=-3"]),
    ("shipped_on is missing or shipped_on >= 2015-02-01", True, ["", "shipped_on="], ["shipped_on=2015-01-31"]),
    ("sold_on = 2015-01-31", True, [""], ["sold_on=2015-01-30"]),
    ("shipped_on is missing or shipped_on >= sold_on", False, ["", "shipped_on="], ["shipped_on=2015-01-30"]),
    ("sold_on <= 9999-12-01 and sold_on + 30 days >= 2015-03-02", False, [""], ["sold_on=2015-01-30", "sold_on=9999-12-31"]),
    ("sold_on + 31 days >= 2015-03-02", False, [""], ["sold_on=2015-01-20", "sold_on=9999-12-31"]),
    ("sold_on + 1 month or last day = 2015-02-28", False, ["", "sold_on=2015-01-28"], ["sold_on=2015-01-27"]),
    ("(amount / quantity to 2 places half up otherwise 0 USD) = 33.33 USD", False, [""], ["quantity=4", "quantity=0"]),
    ("amount * quantity <= 300 USD", False, [""], ["quantity=4", "amount=9999999999999999,quantity=999999999999999999"]),
    ("(discount otherwise 5 USD) < 6 USD", False, ["", "discount=5.99"], ["discount=6"]),
    ("amount rounded half even to 1 = 100 USD", False, ["", "amount=100.5", "amount=99.5"], ["amount=100.51", "amount=99.49"]),
]


def line(change: str) -> str:
    row = dict(zip(HEADER.split(","), GOOD.split(","), strict=True))
    row.update(pair.split("=") for pair in change.split(",") if pair)
    return ",".join(row.values())


@pytest.mark.parametrize(("condition", "in_schema", "holds", "breaks"), CONDITIONS, ids=[c[0] for c in CONDITIONS])
def test_which_rows_break_it(tmp_path: Path, condition: str, in_schema: bool, holds: list[str], breaks: list[str]) -> None:
    parsed = program(tmp_path, condition)
    schema = json.loads(emit(parsed)["sale.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    assert ("allOf" in schema) == in_schema
    assert (condition in schema["$comment"]) != in_schema
    judges = [jsonschema.Draft202012Validator(schema).is_valid, jsonschema_rs.Draft202012Validator(schema).is_valid]
    tried = [(change, True) for change in holds] + [(change, False) for change in breaks]
    lines = [line(f"{change},number={at}") for at, (change, _) in enumerate(tried)]
    (tmp_path / "sale.csv").write_text("\n".join([HEADER, *lines]) + "\n")
    with load_feeds(parsed, tmp_path) as feeds:
        found = feeds.connection.execute("SELECT line - 2, code FROM result.refused ORDER BY ALL").fetchall()
    assert found == [(at, "condition") for at, (_, expected) in enumerate(tried) if not expected]
    documents = [
        to_document(parsed.relation("Sale"), dict(zip(HEADER.split(","), text.split(","), strict=True))) for text in lines
    ]
    for judge in judges:
        assert [judge(document) for document in documents] == [expected or not in_schema for _, expected in tried]


def test_what_is_said(tmp_path: Path) -> None:
    parsed = program(
        tmp_path, 'shipped_on is missing or shipped_on >= sold_on "shipped on the day of sale, or {2 days}"', "amount >= 5 USD"
    )
    rows = ["", "id=b,shipped_on=2014-12-31,amount=4", "id=c,amount=1.5.0,shipped_on=2014-12-31", "id=d,sold_on=31.1.2015"]
    (tmp_path / "sale.csv").write_text("\n".join([HEADER, *map(line, rows)]) + "\n")
    with load_feeds(parsed, tmp_path) as feeds:
        found = feeds.connection.execute("SELECT line, field, value, code, message FROM result.refused ORDER BY ALL").fetchall()
        assert (feeds.counts[0].used, feeds.counts[0].refused) == (1, 3)
    late = "this does not hold: shipped on the day of sale, or (2 days); `shipped_on` is `2014-12-31`, `sold_on` is `2015-01-31`"
    assert [row for row in found if row[3] == "condition"] == [
        (3, "amount", "4", "condition", "this does not hold: amount >= 5 USD; `amount` is `4`"),
        (3, "shipped_on", "2014-12-31", "condition", late),
        (4, "shipped_on", "2014-12-31", "condition", late),
    ]
    # Where a value cannot be read, that is said and nothing about what it might break.
    assert [row[:4] for row in found if row[3] != "condition"] == [
        (4, "amount", "1.5.0", "not-an-amount"),
        (5, "sold_on", "31.1.2015", "not-a-date"),
    ]


def test_a_parquet_feed(tmp_path: Path) -> None:
    parsed = program(tmp_path, "shipped_on is missing or shipped_on >= sold_on")
    good = "SELECT 'a' AS id, 1::BIGINT AS number, 1.00::DECIMAL(18,2) AS amount, NULL::DECIMAL(18,2) AS discount, "
    good += "0.1::DECIMAL(9,6) AS share, 'Small' AS kind, true AS online, 'NL' AS country, 1::BIGINT AS quantity, "
    good += "DATE '2015-01-31' AS sold_on, "
    with load_feeds(parsed, _sales(tmp_path, f"{good} DATE '2015-01-31' AS shipped_on")) as feeds:
        assert feeds.counts[0].refused == 0
    with load_feeds(parsed, _sales(tmp_path, f"{good} DATE '2015-01-30' AS shipped_on")) as feeds:
        assert feeds.connection.execute("SELECT line, code FROM result.refused").fetchall() == [(1, "condition")]


def _sales(folder: Path, query: str) -> Path:
    import duckdb

    duckdb.execute(f"COPY ({query}) TO '{folder / 'sale.parquet'}' (FORMAT parquet)")
    return folder
