"""Whatever things are called, checking and running a program never ends in an internal error, and ordinary names work."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import pytest

from incdsl import driver
from incdsl.cli.main import exit_code
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.result_keys import COLUMNS
from incdsl.render import render

RESERVED = (
    *sorted(COLUMNS),
    # columns of refused rows and of working tables, what statements call rows, schemas and results
    *("line", "field", "row", "rows_", "r", "c", "came", "rowid", "this", "feed", "staged", "payouts", "conflicts"),
    # words of this language, of SQL and of Python
    *(
        "key",
        "day",
        "any",
        "rate",
        "country",
        "event",
        "select",
        "order",
        "left",
        "user",
        "null",
        "count",
        "class",
        "self",
        "None",
    ),
)
HEAD = """\
program Names "Names"
  currency EUR

source guide "Guide"
"""
ROLES = {
    "key": """
record Sale{2} "Sale"
  {0}  text key
  sum_of money

for each Sale{2}
  let double = sum_of + sum_of
  invariant small{2} "Small"
    that sum_of < 500 EUR
  require big{2} "Big"
    that double > 5 EUR
    cite guide "1"
  pay bonus{2} "Bonus"
    needs  big{2}
    amount double
    cite   guide "1"

designation Rank{2} "Rank" for each Sale{2}
  level Gold
    require huge{2} "Huge"
      that sum_of > 5 EUR
      cite guide "1"
""",
    "field": """
record Buyer{2} "Buyer"
  id   text key
  {0}  optional text

record Bill{2} "Bill"
  id     text key
  buyer  Buyer{2}
  {0}    money

for each Buyer{2}
  let bought = sum of {0} over Bill{2} where buyer = this
  let other = 1 if {0} is given otherwise 2
  pay share{2} "Share"
    amount bought
    cite   guide "1"
""",
    "reference": """
record Shop{2} "Shop"
  id  text key

record Visit{2} "Visit"
  id   text key
  {0}  Shop{2}

for each Shop{2}
  let visits = count of Visit{2} where {0} = this
""",
    "let": """
record Till{2} "Till"
  id  text key
  m   money

for each Till{2}
  let {0} = m + m
  pay twice{2} "Twice"
    amount {0}
    cite   guide "1"
""",
    "record": """
record {0} "R"
  id  text key
  m   money

calendar Year{2}
  years from 2024-01-01 through 2025-12-31
  cite guide "1"

for each {0} per Year{2}
  pay yearly{2} "Yearly"
    amount this.{1}.m
    cite   guide "1"
""",
    "calendar": """
calendar {0} "C"
  years from 2024-01-01 through 2025-12-31
  cite guide "1"

for each {0}
  let first = this.start
""",
    "payment": """
record Card{2} "Card"
  id  text key
  m   money

for each Card{2}
  pay {0} "P"
    amount m
    cite   guide "1"
""",
    "requirement": """
record Pass{2} "Pass"
  id  text key
  m   money

for each Pass{2}
  require {0} "R"
    that m > 1 EUR
    cite guide "1"
  pay passed{2} "Passed"
    needs  {0}
    amount m
    cite   guide "1"
""",
    "parameter": """
param {0} money = 5 EUR  cite guide "1"

record Plain{2} "Plain"
  id  text key

for each Plain{2}
  pay plain{2} "Plain"
    amount {0}
    cite   guide "1"
""",
    "value": """
record Choice{2} "Choice"
  id    text key
  kind  one of {0}, Another

for each Choice{2}
  pay chosen{2} "Chosen"
    amount 5 EUR if kind = {0} otherwise 1 EUR
    cite   guide "1"
""",
}
ORDINARY = (
    "name",
    "status",
    "amount",
    "level",
    "currency",
    "label",
    "reason",
    "program",
    "payment",
    "value",
    "file",
    "result",
    "line",
)
CELLS = {
    ty.Text: ("A", "B", ""),
    ty.Row: ("A", "B", "Z"),
    ty.Enum: ("Another", "Another", "Nobody"),
    ty.Money: ("2.00", "30.00", "much"),
}
TOGETHER = (("key", "field", "reference", "let", "payment", "record", "value"), ("calendar", "requirement", "parameter"))
BATCH = 1
DAY = datetime.date(2025, 1, 1)


def write_feeds(program: ir.Program, folder: Path) -> None:
    """Two rows for each record, and one that is refused: cells by the types of the fields."""
    folder.mkdir()
    for relation in program.relations:
        if not isinstance(relation.source, ir.Feed):
            continue
        columns = [(column.name, CELLS[type(ty.known(column.type))]) for column in relation.stored]
        with (folder / f"{relation.source.file}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([name for name, _ in columns])
            writer.writerows([[values[row] for _, values in columns] for row in range(3)])


def ends_well(text: str, folder: Path, engines: tuple[str, ...]) -> None:
    """A program that is free of errors is run on feeds of which a row is refused; several engines write the same, and then it is
    built for every target."""
    folder.mkdir()
    path = folder / "names.inc"
    path.write_text(text)
    loaded = driver.load(str(path)).program
    assert loaded is not None, render(driver.load(str(path)).sink.sorted())
    write_feeds(loaded, folder / "feeds")
    for target in ("json-schema", "sql", "python", "dbt") if len(engines) > 1 else ():
        driver.build(loaded, target)
    results = []
    for engine in engines:
        out = folder / engine
        with driver.run(loaded, folder / "feeds", DAY, out, engine=engine, values=True).feeds:
            results.append({file.name: file.read_bytes() for file in out.iterdir()})
    assert all(result == results[0] for result in results)


@pytest.mark.parametrize("start", range(0, len(RESERVED), BATCH))
def test_no_name_is_too_much(start: int, tmp_path: Path) -> None:
    together = dict.fromkeys(TOGETHER, HEAD)
    ordinary = False
    for number, name in enumerate(RESERVED[start : start + BATCH]):
        written = {role: text.format(name, name.lower(), number) for role, text in ROLES.items()}
        ordinary |= name in ORDINARY
        for role, text in written.items():
            (tmp_path / "names.inc").write_text(HEAD + text)
            if not driver.load(str(tmp_path / "names.inc")).sink.has_errors:
                (group,) = (group for group in TOGETHER if role in group)
                together[group] += text
            else:  # words of the language, and names that mean something at that place
                assert name not in ORDINARY, f"{name} as {role}"
    for at, text in enumerate(together.values()):
        ends_well(text, tmp_path / str(at), ("duckdb", "reference") if ordinary else ("duckdb",))


CLASHES = """
record Partner "Partner"
  name  text key
  paid  money

record Sale "Sale"
  ID       text key
  partner  Partner
  amount   money

calendar Year "Year"
  years from 2024-01-01 through 2025-12-31
  cite guide "1"

for each Partner
  let sold = sum of amount over Sale where partner = this
  pay bonus "Bonus"
    amount sold
    cite   guide "1"

for each Sale
  require large "Large"
    that amount > 1 EUR
    cite guide "1"

for each Partner per Year
  pay yearly "Yearly"
    amount this.partner.paid
    cite   guide "1"

for each Year
  let first = this.start
"""


@pytest.fixture
def clashing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("names.inc").write_text(HEAD + CLASHES)
    Path("feeds").mkdir()
    Path("feeds/partner.csv").write_text("name,paid\nA,1.00\n")
    Path("feeds/sale.csv").write_text("ID,partner,amount\n1,A,2.00\n2,A,much\n")


def header(path: str) -> list[str]:
    return Path(path).read_text().splitlines()[0].split(",")[2:]


@pytest.mark.usefixtures("clashing")
@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_a_key_called_like_a_column_of_results_has_its_record_before_it(engine: str) -> None:
    command = ["run", "names.inc", "--data", "feeds", "--as-of", "2025-01-01", "--out", "out", "--values", "--engine", engine]
    assert exit_code(command) == 0
    assert header("out/payouts.csv")[:4] == ["payment", "partner_name", "partner", "year"]
    assert header("out/requirements.csv")[:2] == ["requirement", "ID"]
    assert header("out/values.csv") == ["relation", "name", "partner_name", "year_name", "value"]
    assert header("out/could_change.csv")[:6] == ["result", "name", "partner_name", "partner", "year", "ID"]
    rows = [line.split(",")[2:] for line in Path("out/could_change.csv").read_text().splitlines()[1:]]
    assert rows == [
        ["payouts", "bonus", "A", "", "", "", "differ", "sale.csv", "1", "3"],
        ["requirements", "large", "", "", "", "2", "missing", "sale.csv", "1", "3"],
    ]


@pytest.mark.usefixtures("clashing")
@pytest.mark.parametrize("name", ["name", "partner_name"])
def test_an_explanation_takes_either_name(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["explain", "names.inc", "--data", "feeds", "--as-of", "2025-01-01", "--where", f"{name}=A", "--payment", "bonus"]
    assert exit_code(command) == 0
    assert 'bonus "Bonus" to partner_name A, as of 2025-01-01' in capsys.readouterr().out


def test_keys_that_differ_by_case_share_a_column(tmp_path: Path) -> None:
    text = HEAD + "".join(
        f"""
record {record}
  {key}  text key
  m   money

for each {record}
  pay {record.lower()} "P"
    amount m
    cite   guide "1"
"""
        for record, key in (("First", "ID"), ("Second", "id"))
    )
    (tmp_path / "names.inc").write_text(text)
    program = driver.load(str(tmp_path / "names.inc")).program
    assert program is not None
    assert [column.name for column in program.outputs[0].columns][3:5] == ["ID", "status"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "  held_start  date\n",
            "field `held_start` has the name of a column: feeds say the first day of the range `held` there",
        ),
        ("  Held_End  date\n", "field `Held_End` has the name of a column: feeds say the last day of the range `held` there"),
        ("\nfor each R\n  let held_end = held.end\n", "let `held_end` has the name of a column"),
    ],
)
def test_the_columns_of_a_range_are_taken(line: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "names.inc").write_text(HEAD + "\nrecord R\n  id    text key\n  held  date through date\n" + line)
    (found,) = driver.load(str(tmp_path / "names.inc")).sink.diagnostics
    assert (found.code, found.message().startswith(said)) == ("duplicate-name", True)
    assert "rules read that day as `held." in (found.help() or "")


TWO_MEANINGS = """
param rate percent = 5%  cite guide "1"

record Sale
  id      text key
  amount  money
  rate    percent
  k       one of A, B
  B       one of A, B

for each Sale
  pay bonus "Bonus"
    amount {0}
    round  half up to 0.01
    cite   guide "1"
"""


@pytest.mark.parametrize(
    ("amount", "said", "fix"),
    [
        ("rate * amount", "`rate` is a field of `Sale` and a param: either could be meant", "this.rate * amount"),
        (
            "5 EUR if k = B otherwise 1 EUR",
            "`B` is a field of `Sale` and a value: either could be meant",
            "5 EUR if k = this.B otherwise 1 EUR",
        ),
    ],
)
def test_a_name_of_two_things_is_asked_about(amount: str, said: str, fix: str, tmp_path: Path) -> None:
    (tmp_path / "names.inc").write_text(HEAD + TWO_MEANINGS.format(amount))
    (found,) = driver.load(str(tmp_path / "names.inc")).sink.diagnostics
    assert (found.code, found.message()) == ("duplicate-name", said)
    assert "this." in (found.help() or "")
    assert len(found.related()) == (2 if "param" in said else 1)
    (tmp_path / "names.inc").write_text(HEAD + TWO_MEANINGS.format(fix))
    mended = driver.load(str(tmp_path / "names.inc")).sink
    assert [diagnostic.code for diagnostic in mended.diagnostics] == ["unused-value"]
