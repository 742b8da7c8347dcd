"""A program whose records ask for everything that checks look at, and rows that are sound or at fault, whatever has them."""

from __future__ import annotations

from pathlib import Path

from incdsl import driver
from incdsl.core import ir

Row = dict[str, str | None]
Rows = list[Row]
"""Texts of values, None for a value that is missing, by the column."""

THINGS = """\
program THINGS "Things"
  sponsor  "Example"
  currency USD

table Colour "Colours" unique
  | key name: text |
  | "red"          |

record Maker "Maker"
  id "Id" text key

record Thing "Thing"
  id "Id"             text key
  maker "Maker"       optional Maker
  colour "Colour"     optional Colour
  note "Note"         optional text
  code "Code"         optional text like "D-####" or "?*[A-Z]"
  brief "Brief"       optional text at least 2 characters at most 4 characters
  amount "Amount"     optional money at least -10 USD at most 99,999 USD
  rate "Rate"         optional percent
  pieces "Pieces"     optional whole number
  first "First"       optional date
  last "Last"         optional date
  open "Open"         optional boolean
  grade "Grade"       optional one of low, high
  country "Country"   optional country
  must                last is missing or (first is given and last >= first)
  must                amount is missing or amount * 2 < 1,000 USD

record Link "Link"
  id "Id"             text key
  before "Before it"  optional Link

record Price "Price"
  maker "Maker"  Maker key
  from "From"    date through optional date key

for each Maker
  let things "Things" = count of Thing where maker is given and maker = this
  pay bonus "Bonus"
    amount  1% * sum of amount over Thing where maker is given and maker = this and amount is given and colour is given
    round   half up to 0.01
"""

ALL = {"Maker", "Thing", "Link", "Price"}

SOUND: Rows = [
    {"note": 'Zoë, "and" co', "maker": "M1", "colour": "red", "country": "NL"},
    {"amount": "-10", "rate": "0.125", "pieces": "3", "first": "2015-07-25", "open": "true", "grade": "low"},
    {"note": "", "maker": "", "grade": "", "code": "", "brief": ""},
    {"first": "0001-01-01", "last": "9999-12-31"},
    {"code": "D-0123", "brief": "Zoë"},
    {"code": "ëA", "brief": "😀😀😀😀"},
]
FAULTY: Rows = [
    {"id": None},
    {"id": "T98"},
    {"id": "T98"},
    {"maker": "M3"},
    {"maker": "m1"},
    {"colour": "blue"},
    {"amount": "-10.01"},
    {"last": "2015-07-25"},
    {"first": "2015-07-26", "last": "2015-07-25"},
    {"amount": "600"},
    {"grade": "Low"},
    {"code": "D-01234"},
    {"code": "D-0123\n"},
    {"code": "\nA"},
    {"code": "d-0123"},
    {"brief": "ë"},
    {"brief": "12345"},
    {"country": "XX"},
]

PRICES: list[tuple[str, int]] = [
    ("('M1', '2015-01-01', '2015-01-31'), ('M1', '2015-02-01', NULL), ('M2', '2015-01-15', NULL)", 0),
    ("('M1', '2015-01-01', '2015-02-01'), ('M1', '2015-02-01', NULL)", 2),
    ("('M1', '2015-01-01', NULL), ('M1', '2016-02-01', '2016-03-01')", 2),
    ("('M1', '2015-01-01', '2015-12-31'), ('M1', '2015-02-01', '2015-02-02'), ('M1', '2015-03-01', '2015-03-02')", 3),
    ("('M1', '2015-02-01', '2015-01-31')", 1),
    ("('M1', NULL, '2015-01-31')", 1),
]
"""Rows of prices, and how many of them are refused."""


def program_of_things(folder: Path) -> ir.Program:
    """The program, written into a folder."""
    path = folder / "things.inc"
    path.write_text(THINGS)
    found = driver.load(str(path))
    assert found.program is not None, found.sink.diagnostics
    return found.program
