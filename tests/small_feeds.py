"""Three small feeds that refer to each other, and how tests load them."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import Feeds, load_feeds

LEVEL = ty.Enum("level", ("Select", "Premier", "Gold"), ordered=True)
USD = ty.money("USD")


def reference(relation: str) -> ty.Row:
    return ty.Row(relation, ty.TEXT)


def feed(name: str, key: tuple[ir.KeyPart, ...], *columns: ir.StoredColumn) -> ir.Relation:
    return ir.Relation(name, ir.Feed(name.lower()), key, columns)


def program_of(*relations: ir.Relation) -> ir.Program:
    return ir.Program("T", "Test", "Sponsor", "USD", (), relations, (), (), ())


C = ir.StoredColumn

PERIOD = ir.Relation(
    "Period",
    ir.Rows((("spring", datetime.date(2015, 1, 25), datetime.date(2015, 4, 25)),)),
    ("name",),
    (C("name", ty.TEXT), C("start", ty.DATE), C("end", ty.DATE)),
)
PARTNER = feed(
    "Partner",
    ("id",),
    C("id", ty.TEXT),
    C("level", LEVEL),
    C("country", ty.COUNTRY),
    C("parent", ty.Optional(reference("Partner")), reference="Partner"),
)
LINE = feed(
    "Line",
    ("id",),
    C("id", ty.TEXT),
    C("partner", reference("Partner"), reference="Partner"),
    C("period", reference("Period"), reference="Period"),
    C("amount", USD, bounds=ir.Bounds(Decimal("-1000.00"), None)),
    C("rate", ty.PERCENT, bounds=ir.Bounds(Decimal("0.000000"), Decimal("1.000000"))),
    C("on", ty.DATE, bounds=ir.Bounds(None, datetime.date(2015, 12, 31))),
    C("open", ty.BOOLEAN),
    C("seats", ty.Optional(ty.WHOLE_NUMBER)),
)
PROGRAM = program_of(PERIOD, PARTNER, LINE)

CURRENT = program_of(feed("One", ("id",), C("id", ty.TEXT), C("note", ty.Optional(ty.TEXT)), C("amount", USD)))
HELD = feed(
    "Held",
    ("what", ir.RangeKey("held_start", "held_end")),
    C("what", ty.TEXT),
    C("held_start", ty.DATE),
    C("held_end", ty.Optional(ty.DATE)),
)

PARTNERS = "id,level,country,parent\nP1,Gold,NL,\nP2,Select,BE,P1\n"
LINES = "id,partner,period,amount,rate,on,open,seats\n"
GOOD_LINE = {
    "id": "L1",
    "partner": "P1",
    "period": "spring",
    "amount": "1250.00",
    "rate": "12.5%",
    "on": "2015-07-25",
    "open": "yes",
    "seats": "",
}

Refusal = tuple[int, str | None, str | None, str, str]


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def refusals(feeds: Feeds) -> list[Refusal]:
    return feeds.connection.execute(
        "SELECT line, field, value, code, message FROM result.refused ORDER BY file, line, field"
    ).fetchall()


def single(column: ir.StoredColumn) -> ir.Program:
    """A program of one feed with one column, which is no key."""
    return program_of(feed("One", (), C("n", ty.TEXT), column))


def load_one(folder: Path, column: ir.StoredColumn, text: str) -> tuple[list[ir.Value], list[Refusal]]:
    with (folder / "one.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["n", column.name], ["1", text]])
    with load_feeds(single(column), folder) as feeds:
        return [row[1] for row in feeds.rows.all("One")], refusals(feeds)
