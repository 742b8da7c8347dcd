"""A run says which rows are used and take part in nothing: not known yet, or in no period."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from incdsl import driver
from incdsl.cli.main import exit_code
from incdsl.results.summary import summarize

PROGRAM = """\
program Known "Rows that take part in nothing"
  currency USD

source guide "Guide"

calendar Half
  h1  2024-01-01 through 2024-06-30
  h2  2024-07-01 through 2024-12-31
  cite guide "1"

calendar Month
  june  2025-06-01 through 2025-06-30
  cite guide "1"

record Partner
  id         text key
  joined_on  date
  dated by   joined_on

record Order
  id         text key
  partner    Partner
  amount     money
  booked_on  date
  dated by   booked_on

record Visit
  id       text key
  partner  Partner
  day      date

for each Partner per Half
  pay rebate "Rebate"
    amount  2% * (sum of amount over Order where partner = this.partner and booked_on in this.half)
    round   half up to 0.01
    cite    guide "2"

for each Partner per Month
  pay bonus "Bonus"
    amount  1% * (sum of amount over Order where partner = this.partner and booked_on in this.month)
    round   half up to 0.01
    cite    guide "2"

for each Partner
  pay visited "Visits"
    amount  1 USD if (count of Visit where partner = this) > 0 otherwise 0 USD
    round   half up to 0.01
    cite    guide "2"
"""

ORDERS = [
    "1,a,100.00,2024-01-01",
    "2,a,1000.00,2023-12-31",  # before the first half
    "3,a,1000.00,2025-05-31",  # after the last, and before the month
    "4,a,1000.00,2025-06-15",  # in the month
    "5,a,1000.00,2025-07-01",  # not known yet
    "6,late,1000.00,2024-03-01",  # of a partner that is not known yet
]


def summary(folder: Path, day: str, engine: str, orders: list[str]) -> str:
    (folder / "program.inc").write_text(PROGRAM, encoding="utf-8")
    (folder / "feeds").mkdir()
    (folder / "feeds/partner.csv").write_text("id,joined_on\na,2024-01-01\nlate,2026-01-01\n")
    (folder / "feeds/order.csv").write_text("\n".join(["id,partner,amount,booked_on", *orders, ""]))
    (folder / "feeds/visit.csv").write_text("id,partner,day\n1,a,2030-01-01\n")
    loaded = driver.load(str(folder / "program.inc"))
    assert loaded.program is not None, loaded.sink.diagnostics
    as_of = datetime.date.fromisoformat(day)
    ran = driver.run(loaded.program, folder / "feeds", as_of, folder / "out", engine=engine)
    with ran.feeds:
        return summarize(loaded.program, ran.feeds, ran.written, as_of)


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_rows_that_take_part_in_nothing(tmp_path: Path, engine: str) -> None:
    said = summary(tmp_path, "2025-06-30", engine, ORDERS)
    assert said[said.index("Rows\n") : said.index("Payments\n")] == (
        "Rows\n"
        "  feed         read  used  refused\n"
        "  partner.csv     2     2        0\n"
        "  order.csv       6     6        0\n"
        "  visit.csv       1     1        0\n"
        "  together        9     9        0\n"
        "  1 row of partner.csv is not known yet on 2025-06-30 (`joined_on`)\n"
        "  2 rows of order.csv are not known yet on 2025-06-30 (`booked_on` or `partner`)\n"
        "  2 rows of order.csv lie in no period of Half or Month (`booked_on`)\n"
        "\n"
    )


def test_where_all_rows_take_part_nothing_is_said(tmp_path: Path) -> None:
    said = summary(tmp_path, "2026-01-01", "duckdb", ["1,a,1.00,2024-06-30", "2,a,1.00,2024-07-01", "3,late,1.00,2025-06-30"])
    assert "known yet" not in said
    assert "no period" not in said


def test_refused_rows_are_not_among_them(tmp_path: Path) -> None:
    said = summary(
        tmp_path, "2025-06-30", "duckdb", [*ORDERS, "7,a,x,2025-07-01", "8,a,x,2023-01-01", "9,nobody,1.00,2023-01-01"]
    )
    assert "2 rows of order.csv are not known yet" in said
    assert "2 rows of order.csv lie in no period" in said


WORKED_OUT = """\
program Dates "Dates"
  currency USD

source guide "Guide"

calendar Half
  h1  2024-01-01 through 2024-06-30
  h2  2024-07-01 through 2024-12-31
  cite guide "1"

record Partner
  id text key

record Order
  id         text key
  partner    Partner
  booked_on  date
  paid_on    optional date

for each Order
  let counts_on = booked_on + 10 days
    cite guide "1"

for each Partner per Half
  pay booked "Booked"
    amount  1 USD * (count of Order where partner = this.partner and counts_on in this.half)
    cite    guide "2"
  pay paid "Paid"
    amount  1 USD * (count of Order where partner = this.partner and paid_on is given and paid_on in this.half)
    cite    guide "2"
"""


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_dates_that_are_worked_out_or_may_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], engine: str
) -> None:
    """`validate` works nothing out, and speaks of the dates that feeds have."""
    monkeypatch.chdir(tmp_path)
    Path("p.inc").write_text(WORKED_OUT)
    Path("feeds").mkdir()
    Path("feeds/partner.csv").write_text("id\na\n")
    orders = [
        "1,a,2024-12-21,",
        "2,a,2024-12-22,",
        "3,a,2023-12-21,2024-01-01",
        "4,a,2023-12-22,2025-01-01",
        "5,a,2024-01-01,2025-01-01",
    ]
    Path("feeds/order.csv").write_text("\n".join(["id,partner,booked_on,paid_on", *orders, ""]))
    assert exit_code(["run", "p.inc", "--data", "feeds", "--as-of", "2025-06-30", "--out", "out", "--engine", engine]) == 0
    assert (
        "  2 rows of order.csv lie in no period of Half (`counts_on`)\n"
        "  2 rows of order.csv lie in no period of Half (`paid_on`)\n\n"
    ) in capsys.readouterr().out
    assert exit_code(["validate", "p.inc", "--data", "feeds"]) == 0
    said = capsys.readouterr().out
    assert "note: order.csv: 2 rows lie in no period of Half: `paid_on` is 2025-01-01\n" in said
    assert "counts_on" not in said
