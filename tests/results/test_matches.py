"""A run says which parts of its rules applied to no row, with the number of rows, and how much it assumed."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from incdsl import driver
from incdsl.results.summary import summarize

DAY = datetime.date(2025, 6, 30)
PROGRAM = """\
program Rebates "Rebates"
  currency USD

source guide "Program guide"

record Partner
  id    text key
  level one of Select, Premier, Gold

record Sale
  id      text key
  partner Partner
  amount  money at least 0 USD
  late    optional money
  day     date
  dated by day

table Bonus first
  | key level: one of Select, Premier, Gold | bonus: money |
  | Gold                                    | 30 USD       |
  | Premier                                 | 20 USD       |
  | any                                     | 10 USD       |
  assumed "the guide names no amounts" otherwise "none"

param extra percent by date
  before 2025-01-01  1%  assumed "no guide of that year is left"
  from   2025-01-01  2%  cite guide "page 1"

for each Sale
  let rate "Rate" = by amount
    from 0 USD      1%
    from 100 USD    2%
    from 1,000 USD  3%
    except 5% when partner.level = Gold
    except 4% when partner.level = Premier
    cite guide "page 1"
  let late_rate = (2% if late > 5 USD otherwise 1%) if late is given otherwise 0%
    cite guide "page 1"
  let promotion = 2% if day in 2025-03-01 through 2025-03-31 otherwise 1%
    cite guide "page 1"
  let bonus = Bonus[partner.level].bonus
  let other = extra on day
  pay rebate "Rebate"
    amount  (rate + late_rate + promotion + other) * amount + bonus
    round   half up to 0.01
    due     day + 30 days  assumed "the guide is silent"
"""


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_what_matched_no_row_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("program.inc").write_text(PROGRAM, encoding="utf-8")
    Path("feeds").mkdir()
    Path("feeds/partner.csv").write_text("id,level\na,Select\nb,Gold\n")
    # The sale of July is not known yet on the day, so it neither counts nor matches.
    Path("feeds/sale.csv").write_text(
        "id,partner,amount,late,day\n1,a,99.99,,2025-01-01\n2,b,100.00,1.00,2025-02-28\n3,a,5000.00,9.00,2025-07-01\n"
    )
    loaded = driver.load("program.inc")
    assert loaded.program is not None
    assert not loaded.sink.has_errors
    ran = driver.run(loaded.program, Path("feeds"), DAY, Path("out"), engine=engine)
    with ran.feeds:
        said = summarize(loaded.program, ran.feeds, ran.written, DAY)
    assert sorted(path.name for path in Path("out").iterdir()) == ["could_change.csv", "payouts.csv", "refused.csv"]
    assert said[said.index("Rules that") : said.index("Refused") if "Refused" in said else said.index("Written")] == (
        "Rules that matched no row\n"
        "  a row of `Bonus` matched none of 2 rows of Sale    [program.inc:21]\n"
        "  the tier from 1,000 USD matched none of 2 rows of Sale    [program.inc:33]\n"
        "  this exception matched none of 2 rows of Sale    [program.inc:35]\n"
        "  `2%` matched none of 2 rows of Sale    [program.inc:39]\n"
        "\n"
        "Assumptions\n"
        "  3 assumptions went into this; 1 of them has another reading: `incdsl assumptions` lists them\n"
        "\n"
    )


def test_with_no_rows_nothing_is_said_of_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("program.inc").write_text(PROGRAM, encoding="utf-8")
    Path("feeds").mkdir()
    Path("feeds/partner.csv").write_text("id,level\n")
    Path("feeds/sale.csv").write_text("id,partner,amount,late,day\n")
    loaded = driver.load("program.inc")
    assert loaded.program is not None
    ran = driver.run(loaded.program, Path("feeds"), DAY, Path("out"))
    with ran.feeds:
        assert "Rules that" not in summarize(loaded.program, ran.feeds, ran.written, DAY)
