"""The ledger has every assumption, wherever in a program it can be written."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

import pytest

from incdsl.driver import load
from incdsl.results.assumptions import ledger

PROGRAM = """\
program Places "Every place of an assumption"
  currency USD

source guide "Program guide"

calendar Half
  first  2025-01-01 through 2025-06-30  assumed "a period"
  second 2025-07-01 through 2025-12-31
  assumed "a calendar"

param plain percent = 1%  assumed "a parameter" otherwise 2%
param dated percent by date
  before 2025-01-01  1%  assumed "a dated value"
  from   2025-01-01  2%
  assumed "a dated parameter"

table Written unique
  | key level: one of Low, High | rate: percent |
  | Low                         | 1%            |  assumed "a row"
  | High                        | 2%            |
  assumed "a table"

table Decided first
  | key level: one of Low, High | rate: percent |
  | Low                         | 1%            |  assumed "a row of a decision table"
  | any                         | 2%            |
  assumed "a decision table"

record Partner
  id       text key  assumed "a field"
  level    one of Low, High
  sales    money at least 0 USD
  first_on event
  next_on  event

for each Partner
  let share = 1%
    except 2% when level = High  assumed "an exception"
    assumed "a value"
  let tier = by sales
    from 0 USD    1%
    from 100 USD  1%  assumed "a tier"
    except 3% when level = High  assumed "an exception beside tiers"
    assumed "tiers"
  let other = Decided[level].rate + (Written[level].rate otherwise 0%) + (dated on 2025-02-01)  assumed "a line"

  require first "First"
    done first_on  assumed "an event"
    by   2025-06-30  assumed "a deadline"
    assumed "a requirement"
  require second "Second"
    when  level = High  assumed "a scope"
    done  next_on
    after first  assumed "an order"

  pay bonus "Bonus"
    needs    first, second  assumed "what is needed"
    base     sales  assumed "a base"
    rate     by sales on the whole amount
      from 0 USD    1%
      from 100 USD  1%  assumed "a tier of a rate"
      assumed "a rate"
    plus     (share + tier + other + plain) * sales  assumed "an addition"
    at most  100 USD  assumed "a ceiling"
    at least 5 USD otherwise forfeit  assumed "a minimum"
    round    half up to 0.01  assumed "a rounding"
    due      2025-12-31  assumed "a day"
    assumed "a payment"
  limit bonus to 3 partners in order of sales
    assumed "a limit"
  invariant positive
    that sales >= 0 USD  assumed "a condition"
    assumed "an invariant"

designation Status for each Partner
  let enough = 1  assumed "a value of a designation"
  level High
    require much
      that sales >= 100 USD  assumed "a condition of a level"
      assumed "a requirement of a level"
    assumed "a level"
  assumed "a designation"
"""


def test_every_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("places.inc").write_text(PROGRAM, encoding="utf-8")
    loaded = load("places.inc")
    assert loaded.program is not None, [(d.span.line, d.message()) for d in loaded.sink.diagnostics]
    written = re.findall(r'assumed "([^"]*)"', PROGRAM)
    assert sorted({entry.reason for entry in ledger(loaded.program)}) == sorted(written)
    places = {entry.reason: entry.place for entry in ledger(loaded.program)}
    assert places["a day"] == f"places.inc:{PROGRAM[: PROGRAM.index('a day')].count(chr(10)) + 1}"


def test_a_misspelt_source_is_found_in_every_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    numbers = count()  # one name that is not known is reported once
    text = re.sub(r'assumed "([^"]*)"( otherwise 2%)?', lambda found: f'cite gide{next(numbers)} "{found[1]}"', PROGRAM)
    Path("places.inc").write_text(text, encoding="utf-8")
    lines = {d.span.line for d in load("places.inc").sink.diagnostics if d.code == "unknown-source"}
    assert lines == {number for number, line in enumerate(text.splitlines(), 1) if "cite gide" in line}
