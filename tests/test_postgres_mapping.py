"""A mapping over tables of a PostgreSQL server: the same as over files, and what only needs other names is used where it lies."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from tests.feeds_in_postgres import refused, used_in_place
from tests.postgres_server import as_url, new_database

from incdsl import driver
from incdsl.core import ir
from incdsl.feeds import load_feeds
from incdsl.feeds.errors import FeedErrors

DEALS = """\
program DEALS "Deal bonus"
  sponsor  "Example"
  currency USD

record Partner "Partner"
  id "Partner id"        text key
  level "Partner level"  one of Select, Premier, Gold lowest first

record Deal "Deal"
  id "Order"                  text key
  partner "Partner"           Partner
  amount "Net amount"         money
  booked_on "Booked"          date
  margin "Margin"             percent at least 0% at most 100%
  strategic "Strategic deal"  boolean

for each Partner
  pay bonus "Bonus"
    amount  1% * sum of amount over Deal where partner = this and strategic = yes
    round   half up to 0.01
"""
PARTNERS = '[Partner]\nurl = "{url}"\ntable = "crm.Resellers"\ncolumns = {{ id = "Reseller no.", level = "Tier" }}\n'
DAY = datetime.date(2015, 7, 25)


@pytest.fixture(scope="module")
def deals(tmp_path_factory: pytest.TempPathFactory) -> ir.Program:
    path = tmp_path_factory.mktemp("deals") / "deals.inc"
    path.write_text(DEALS)
    found = driver.load(str(path)).program
    assert found is not None
    return found


@pytest.fixture(scope="module")
def server(postgres: str) -> str:
    return new_database(postgres, f"{psycopg.conninfo.conninfo_to_dict(postgres)['dbname']} mapping")


def exported(server: str, columns: str, *rows: str) -> None:
    """Make the tables anew that a system of orders has, with two partners in them."""
    with psycopg.connect(server) as connection:
        connection.execute("DROP SCHEMA IF EXISTS crm CASCADE; CREATE SCHEMA crm")
        connection.execute('CREATE TABLE crm."Resellers" ("Reseller no." text, "Tier" text)')
        connection.execute("""INSERT INTO crm."Resellers" VALUES ('R1', 'Gold'), ('R2', 'Premier')""")
        connection.execute(f"CREATE TABLE crm.orders ({columns})".encode())
        for row in rows:
            connection.execute(f"INSERT INTO crm.orders VALUES ({row})".encode())


def mapped(folder: Path, server: str, columns: str, settings: str = "") -> Path:
    """A folder with nothing but a mapping to these tables."""
    text = f'{settings}\n{PARTNERS}\n[Deal]\nurl = "{{url}}"\ntable = "crm.orders"\n[Deal.columns]\n{columns}'
    (folder / "feeds.toml").write_text(text.format(url=as_url(server)))
    return folder


def test_other_names_and_what_is_the_same_in_all_rows(deals: ir.Program, server: str, tmp_path: Path) -> None:
    exported(
        server,
        '"Order" text PRIMARY KEY, "Reseller" char(4), "Net" numeric, "Curr" text, "At" timestamp, "Margin %" numeric(5,2)',
        "'O-1', 'R1', 57500.5, 'USD', '2015-07-25 13:45', 12.5",
        "'O-2', 'R2', -900, 'USD', '2015-07-25 00:00', NULL",
    )
    columns = """\
id = "Order"
partner = "Reseller"
amount = { column = "Net", currency = "Curr" }
booked_on = { column = "At", times = "any" }
margin = { column = "Margin %", percents = "20", default = "8%" }
strategic = { constant = "yes" }
"""
    data = mapped(tmp_path, server, columns.replace("{", "{{").replace("}", "}}"), 'numbers = "1.234,56"\ndates = "dd/mm/yyyy"')
    assert used_in_place(deals, server, data) == {"Partner", "Deal"}
    with load_feeds(deals, data) as feeds:
        assert feeds.rows.all("Deal") == [
            ("O-1", "R1", Decimal("57500.50"), DAY, Decimal("0.125000"), True),
            ("O-2", "R2", Decimal("-900.00"), DAY, Decimal("0.080000"), True),
        ]
        assert [note.message for note in feeds.notes] == ["`margin` is blank in 1 row: read as `8%`, as the mapping says"]
        assert feeds.rows.all("Partner") == [("R1", "Gold"), ("R2", "Premier")]


CANONICAL = (
    'id = "id"\npartner = "partner"\namount = {amount}\nbooked_on = "booked_on"\nmargin = "margin"\nstrategic = {strategic}\n'
)
TYPES = "id text, partner text, amount numeric(18,2), curr text, booked_on date, margin numeric(9,6), strategic boolean"


def test_a_default_beside_another_currency(deals: ir.Program, server: str, tmp_path: Path) -> None:
    """What stands for a blank amount is one in the currency of its row, or in none: so it is refused, as in a file."""
    exported(
        server, TYPES, "'O-1', 'R1', NULL, NULL, '2015-07-25', 0.5, true", "'O-2', 'R1', NULL, 'USD', '2015-07-25', 0.5, false"
    )
    amount = '{{ column = "amount", currency = "curr", default = "7.00" }}'
    data = mapped(tmp_path, server, CANONICAL.format(amount=amount, strategic='"strategic"'))
    assert used_in_place(deals, server, data, refused_rows=1) == {"Partner", "Deal"}


@pytest.mark.parametrize("currency", ["EUR", "", None])
def test_an_amount_in_another_currency(currency: str | None, deals: ir.Program, server: str, tmp_path: Path) -> None:
    told = "NULL" if currency is None else f"'{currency}'"
    exported(server, TYPES, f"'O-1', 'R1', 5, {told}, '2015-07-25', 0.5, true", "'O-2', 'R1', 6, 'USD', '2015-07-25', 0.5, false")
    columns = CANONICAL.format(amount='{{ column = "amount", currency = "curr" }}', strategic='"strategic"')
    data = mapped(tmp_path, server, columns)
    assert used_in_place(deals, server, data) == {"Partner", "Deal"}
    with load_feeds(deals, data) as feeds:
        assert feeds.rows.all("Deal") == [("O-2", "R1", Decimal("6.00"), DAY, Decimal("0.500000"), False)]
        ((file, line, field, value, code, message, _),) = refused(feeds)
        assert (line, field, value, code) == (1, "amount", "5", "wrong-currency")
        assert str(file).endswith(" table crm.orders")
        assert message == (
            "`5` is in `EUR` by `curr`, and `amount` takes USD"
            if currency
            else "`5` has no currency: `curr` is blank, and `amount` takes USD"
        )


def test_a_notation_is_read_here(deals: ir.Program, server: str, tmp_path: Path) -> None:
    exported(
        server,
        "id text, partner text, amount text, booked_on text, margin text, strategic text",
        "'O-1', 'R1', '57.500,00', '25/07/2015', '12,5', 'J'",
        "'O-2', 'R1', '1,250.00', '2015-07-25', '8', 'yes'",
    )
    settings = 'numbers = "1.234,56"\ndates = "dd/mm/yyyy"\npercents = "20"\nyes = "J"\nno = "N"'
    data = mapped(tmp_path, server, CANONICAL.format(amount='"amount"', strategic='"strategic"'), settings)
    assert used_in_place(deals, server, data) == {"Partner"}
    with load_feeds(deals, data) as feeds:
        assert feeds.rows.all("Deal") == [("O-1", "R1", Decimal("57500.00"), DAY, Decimal("0.125000"), True)]
        assert [(line, field, value) for _, line, field, value, *_ in refused(feeds)] == [
            (2, "amount", "1,250.00"),
            (2, "booked_on", "2015-07-25"),
            (2, "strategic", "yes"),
        ]


def test_texts_that_stand_for_others(deals: ir.Program, server: str, tmp_path: Path) -> None:
    exported(server, TYPES, "'O-1', 'R1', 5, 'USD', '2015-07-25', 0.5, true")
    with psycopg.connect(server) as connection:
        connection.execute("""UPDATE crm."Resellers" SET "Tier" = 'GOLD'""")
    data = mapped(tmp_path, server, CANONICAL.format(amount='"amount"', strategic='"strategic"'))
    toml = data / "feeds.toml"
    toml.write_text(toml.read_text().replace('level = "Tier"', 'level = { column = "Tier", values = { GOLD = "Gold" } }'))
    assert used_in_place(deals, server, data) == {"Deal"}  # it refers to partners that are read here
    with load_feeds(deals, data) as feeds:
        assert feeds.rows.all("Partner") == [("R1", "Gold"), ("R2", "Gold")]


def test_a_constant_that_no_row_may_have(deals: ir.Program, server: str, tmp_path: Path) -> None:
    exported(server, TYPES, "'O-1', 'R1', 5, 'USD', '2015-07-25', 0.5, true")
    columns = CANONICAL.format(amount='"amount"', strategic='"strategic"').replace('= "partner"', '= {{ constant = "R-1" }}')
    data = mapped(tmp_path, server, columns)
    assert used_in_place(deals, server, data) == {"Partner", "Deal"}
    with load_feeds(deals, data) as feeds:
        assert [message for *_, message, _ in refused(feeds)] == ["`R-1` is not a Partner; the nearest is `R1`"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ("table", "no table `crm.order_lines`"),
        ("column", "has no column `Net`"),
    ],
)
def test_what_is_not_there(columns: str, message: str, deals: ir.Program, server: str, tmp_path: Path) -> None:
    exported(server, TYPES)
    amount = '"Net"' if columns == "column" else '"amount"'
    data = mapped(tmp_path, server, CANONICAL.format(amount=amount, strategic='"strategic"'))
    if columns == "table":
        toml = data / "feeds.toml"
        toml.write_text(toml.read_text().replace("crm.orders", "crm.order_lines"))
    with pytest.raises(FeedErrors) as raised:
        load_feeds(deals, data)
    (error,) = raised.value.errors
    assert message in error.message()
    assert error.help()
