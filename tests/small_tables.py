"""A small feed as tests put it into workbooks and databases, and how they load it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import FeedErrors, Feeds, load_feeds
from incdsl.feeds.files import source_at
from incdsl.feeds.sources import UNSAID, Options, Source

C = ir.StoredColumn
ONE = ir.Relation(
    "One",
    ir.Feed("one"),
    ("id",),
    (
        C("id", ty.TEXT),
        C("amount", ty.money("USD")),
        C("rate", ty.Optional(ty.PERCENT)),
        C("on", ty.Optional(ty.DATE)),
        C("open", ty.Optional(ty.BOOLEAN)),
    ),
)
TWO = ir.Relation("SecondOne", ir.Feed("second_one"), ("id",), (C("id", ty.TEXT),))
PROGRAM = ir.Program("T", "Test", "Sponsor", "USD", (), (ONE,), (), (), ())
BOTH = ir.Program("T", "Test", "Sponsor", "USD", (), (ONE, TWO), (), (), ())
NAMES = ["id", "amount", "rate", "on", "open"]
DAY = datetime.date(2015, 7, 25)
ROWS = [("1", Decimal("1250.10"), Decimal("0.125000"), DAY, True), ("2", Decimal("-0.50"), None, None, None)]

Refusal = tuple[int, str | None, str | None, str, str]


def load(folder: Path, place: str | None = None, options: Options = UNSAID, program: ir.Program = PROGRAM) -> Feeds:
    if place is None:
        return load_feeds(program, folder)
    source = source_at(ONE, folder, place, options=options)
    assert isinstance(source, Source)
    return load_feeds(program, folder, sources={"One": source})


def refusals(feeds: Feeds) -> list[Refusal]:
    return feeds.connection.execute(
        "SELECT line, field, value, code, message FROM result.refused ORDER BY file, line, field"
    ).fetchall()


def errors(folder: Path, program: ir.Program = PROGRAM) -> list[tuple[str, str, str]]:
    with pytest.raises(FeedErrors) as raised:
        load_feeds(program, folder)
    return [(error.code, error.message(), error.help()) for error in raised.value.errors]


def workbook(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    """A workbook; a cell is a value, or a pair of value and number format."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for at, cell in enumerate(row, start=1):
                value, format = cell if isinstance(cell, tuple) else (cell, None)
                if value is not None:
                    written = sheet.cell(number, at, value)
                    written.number_format = format or written.number_format
    book.save(path)
    return path
