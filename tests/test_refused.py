"""What becomes of refused rows: counted, gated, grouped, written as CSV and as a workbook, and what they could change."""

from __future__ import annotations

import csv
import datetime
import random
import sys
from pathlib import Path

import openpyxl
import pytest

from incdsl import driver
from incdsl.cli.main import exit_code
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import load_feeds
from incdsl.feeds.gate import percent
from incdsl.results import workbook

ROOT = Path(__file__).parent.parent
PROGRAM = """\
program Rebates "Rebates of the year"
  currency USD

record Partner
  id      text key
  country country

record Product
  id text key

record Sale "Sale"
  id      text key
  partner Partner
  product Product
  amount  money
  sold_on date
  note    optional text
  dated by sold_on

for each Partner
  let volume = sum of amount over Sale where partner = this
  pay rebate "Rebate"
    amount 10% * volume
    round  half up to 0.01
"""
PARTNERS = "id,country\nP-1,NL\nP-2,BE\nP-3,XX\n"
PRODUCTS = "id\nUCS-B200\nN9K-C93180\n"
HEADER = "id,partner,product,amount,sold_on,note"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("p.inc").write_text(PROGRAM)
    Path("feeds").mkdir()
    Path("feeds/partner.csv").write_text(PARTNERS)
    Path("feeds/product.csv").write_text(PRODUCTS)
    return tmp_path


def sales(*lines: str) -> None:
    Path("feeds/sale.csv").write_text("\n".join([HEADER, *lines]) + "\n")


def program() -> ir.Program:
    found = driver.load("p.inc").program
    assert found is not None
    return found


RUN = ["run", "p.inc", "--data", "feeds", "--as-of", "2015-12-31", "--out", "out"]
VALIDATE = ["validate", "p.inc", "--data", "feeds"]
GOOD = [f"S-{at},P-1,UCS-B200,1.00,2015-01-01," for at in range(96)]
BAD = [f"B-{at},P-1,UCS-B200,one,2015-01-01," for at in range(4)]

# --- gates ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "goes_on"),
    [
        ([], True),
        (["--max-refused", "34%"], True),  # of partner.csv, one of three is refused
        (["--max-refused", "33%"], False),
        (["--max-refused", "5"], True),
        (["--max-refused", "4"], False),  # in all: four sales and one partner
        (["--max-refused", "1,000"], True),
        (["--strict"], False),
        (["--max-refused", "0"], False),
        (["--max-refused", "0%"], False),
    ],
)
def test_a_run_is_stopped_at_the_gate(here: Path, options: list[str], goes_on: bool, capsys: pytest.CaptureFixture[str]) -> None:
    sales(*GOOD, *BAD)
    assert exit_code([*RUN, *options]) == (0 if goes_on else 1)
    written = ["could_change.csv", "payouts.csv", "refused.csv"] if goes_on else []
    assert sorted(path.name for path in Path("out").iterdir()) == written
    said = capsys.readouterr().err
    assert ("may be refused, and more are: " in said and "5 of 105 in all (4.8%)" in said) != goes_on


def test_strict_lets_a_clean_run_through(here: Path) -> None:
    Path("feeds/partner.csv").write_text(PARTNERS.replace("XX", "DE"))
    sales(*GOOD)
    assert exit_code([*RUN, "--strict", "--refused-as", "xlsx"]) == 0


@pytest.mark.parametrize(
    ("options", "code"), [([], 1), (["--max-refused", "34%"], 0), (["--max-refused", "10"], 0), (["--max-refused", "1"], 1)]
)
def test_validate_and_the_gate(here: Path, options: list[str], code: int) -> None:
    sales(*GOOD, *BAD)
    assert exit_code([*VALIDATE, *options]) == code


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--max-refused", "2"], ""),
        (["--max-refused", "2 %"], "`2 %` is neither a share nor a number of rows; write it as in 2% or 100"),
        (["--max-refused", "101%"], "neither a share"),
        (["--max-refused", "-1"], "neither a share"),
        (["--refused-as", "xlsx"], "name a folder with --out"),
    ],
)
def test_how_a_gate_is_written(here: Path, options: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    sales(*GOOD)
    assert exit_code([*VALIDATE, *options]) == (1 if message else 0)
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 0, "0%"),
        (0, 10, "0%"),
        (1, 1_000_000, "<0.1%"),
        (1, 1000, "0.1%"),
        (188, 21_182, "0.9%"),
        (18, 100, "18%"),
        (185, 1000, "19%"),
        (999_999, 1_000_000, ">99.9%"),
        (995, 1000, "99.5%"),
        (5, 5, "100%"),
    ],
)
def test_shares(part: int, whole: int, text: str) -> None:
    assert percent(part, whole) == text


# --- groups --------------------------------------------------------------------------------------------------


def test_like_faults_are_counted_together(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {
        "product": {
            "a dash is missing": ["UCSB200", "N9KC93180"],
            "a dash too many": ["UCS-B-200"],
            "upper and lower case": ["ucs-b200", "n9k-C93180"],
            "spaces": ["UCS -B200"],
            "a letter for a digit, as O for 0": ["UCS-B2O0"],
            "cut short": ["UCS-B20"],
            "misspelt": ["UCS-B300"],
            "": ["Cable", "Rack"],
        },
        "amount": {
            "commas between thousands": ['"1,250.00"', '"12,500"'],
            "a decimal comma": ['"1250,00"', '"1.250,00"'],
            "points between thousands": ["1.250.000"],
            "parentheses for a minus": ["(5.00)"],
            "text for a number": ["on request"],
            "a currency, a unit or letters": ["USD 5.00", "5 pieces"],
            "another notation": ["5."],
        },
        "sold_on": {
            "no such day": ["2015-02-30"],
            "another notation, year first": ["2015/3/1"],
            "a time of day": ["2015-03-01 00:00"],
            "day or month first": ["01.03.2015", "3/1/15"],
            "another notation": ["yesterday"],
        },
    }
    lines = []
    for field, ways in wrong.items():
        for value in (value for values in ways.values() for value in values):
            row = {"partner": "P-1", "product": "UCS-B200", "amount": "1.00", "sold_on": "2015-01-01", field: value}
            lines.append(f"S-{len(lines)},{row['partner']},{row['product']},{row['amount']},{row['sold_on']},")
    sales(*lines)
    with load_feeds(program(), Path("feeds")) as feeds:
        found = {(group.field, group.pattern): group.lines for group in feeds.refusals if group.file == "sale.csv"}
    assert found == {(field, way): len(values) for field, ways in wrong.items() for way, values in ways.items()}


def test_the_screen_of_validate(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    sales(*GOOD, *BAD, "X-1,P-3,UCSB200,1.00,2015-01-01,")
    monkeypatch.setenv("LINES", "24")
    assert exit_code([*VALIDATE, "--out", "out"]) == 1
    assert (
        capsys.readouterr().out
        == """\
  feed         read  used  refused
  partner.csv     3     2        1   33%
  product.csv     2     2        0
  sale.csv      101    96        5  5.0%
  together      106   100        6  5.7%

  4 rows (4.0%) of sale.csv: amount not an amount: text for a number
    line 98: `one` is not an amount: write it as in `1250.50`
  1 row (33%) of partner.csv: country not a country
    line 4: `XX` is not a country code of ISO 3166: write two capitals such as `NL`
  1 row (1.0%) of sale.csv: partner names a row that was refused itself
    line 102: Partner `P-3` was refused: partner.csv line 4
  1 row (1.0%) of sale.csv: product not known: a dash is missing
    line 102: `UCSB200` is not a Product; the nearest is `UCS-B200`
  Every refused row, with all that is wrong with it, is in out/refused.csv. Mend the feeds where
  they come from, and validate again.
"""
    )


def test_rows_outside_every_period(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    halves = 'calendar Half\n  first  2015-01-25 through 2015-07-25\n  last   2015-07-01 through 2015-12-26\n  assumed "so"\n\n'
    by_half = PROGRAM.replace("for each Partner", "for each Partner per Half").replace(
        "= this", "= this.partner and sold_on in this.half"
    )
    Path("p.inc").write_text(by_half.replace("record Partner", f"{halves}record Partner"))
    days = ("2015-01-24", "2015-01-25", "2015-07-26", "2015-12-26", "2015-12-27", "2016-02-01")
    sales(*(f"S-{day},P-1,UCS-B200,1.00,{day}," for day in days))
    exit_code(VALIDATE)
    said = "note: sale.csv: 3 rows lie in no period of Half: `sold_on` is 2015-01-24 through 2016-02-01"
    assert said in capsys.readouterr().out


# --- the workbook --------------------------------------------------------------------------------------------

FORMULAS = ['=HYPERLINK("http://example.com","Click")', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "{=1}", "=cmd|' /C calc'!A0"]


def book(*options: str) -> openpyxl.Workbook:
    assert exit_code([*VALIDATE, "--out", "out", "--refused-as", "xlsx", *options]) == 1
    return openpyxl.load_workbook("out/refused.xlsx")


def test_nothing_becomes_a_formula(here: Path) -> None:
    quoted = ['"' + text.replace('"', '""') + '"' for text in FORMULAS]
    sales(*(f"S-{at},{text},{text},1.00,2015-01-01,{text}" for at, text in enumerate(quoted)))
    sheets = book()
    for sheet in sheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type in ("s", "n", "inlineStr") for cell in row), sheet.title
    rows = list(sheets["sale"].iter_rows(min_row=2, values_only=True))
    assert [row[3] for row in rows] == [row[7] for row in rows] == FORMULAS
    assert all(cell.number_format == "@" for row in sheets["sale"].iter_rows(min_row=2, min_col=2) for cell in row)
    with Path("out/refused.csv").open(newline="") as file:
        values = [row["value"] for row in csv.DictReader(file) if row["field"] == "partner"]
    assert values == [text if text == "{=1}" else f"'{text}" for text in FORMULAS]


def test_numbers_stay_as_they_are_in_csv(here: Path) -> None:
    sales(*(f"S-{at},{text},UCS-B200,1.00,2015-01-01," for at, text in enumerate(["-5", "+3.25", "-1.250.000", "-x", "-"])))
    exit_code([*VALIDATE, "--out", "out"])
    with Path("out/refused.csv").open(newline="") as file:
        values = [row["value"] for row in csv.DictReader(file) if row["field"] == "partner"]
    assert values == ["-5", "+3.25", "-1.250.000", "'-x", "'-"]


def test_the_cells_at_fault_are_marked(here: Path) -> None:
    sales(
        *GOOD[:2],
        'X-1,P-9,UCSB200,"1,0",2015-01-01,fine',
        "X-2,P-1,UCS-B200,,2015-02-30,",
        "X-3,P-1,UCS-B200,1.00",
        *GOOD[2:3] * 2,
    )
    sheet = book()["sale"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("row", "what is wrong", *HEADER.split(","))
    assert [row[0] for row in rows[1:]] == [4, 5, 6, 7, 8]
    assert rows[1][2:] == ("X-1", "P-9", "UCSB200", "1,0", "2015-01-01", "fine")
    assert rows[1][1] == (
        "• amount: “1,0” is not an amount: write “1.0”\n"
        "• partner: “P-9” is not a Partner\n"
        "• product: “UCSB200” is not a Product; the nearest is “UCS-B200”"
    )
    marked = {
        row[0].value: [cell.column_letter for cell in row if cell.fill.start_color.rgb == "FFFFE3A3"]
        for row in sheet.iter_rows(min_row=2)
    }
    # The line that is no row is marked as a whole.
    assert marked == {4: ["D", "E", "F"], 5: ["F", "G"], 6: list("CDEFGH"), 7: ["C"], 8: ["C"]}
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C2", "A1:H6")


def test_the_first_sheet_says_what_to_do(here: Path) -> None:
    sales(*GOOD, *BAD)
    sheets = book()
    assert sheets.sheetnames == ["Read me first", "partner", "sale"]
    first = sheets["Read me first"]
    texts = [[str(value) for value in row if value is not None] for row in first.iter_rows(values_only=True)]
    assert texts[0] == ["Rows that were not used"]
    assert texts[1][0].startswith("Rebates, Rebates of the year, version ")
    assert texts[1][0].endswith(": 5 of 105 rows (4.8%)")
    assert ["sale.csv", "4: see the sheet sale", "100", "96", "4.0%"] in texts
    assert ["product.csv", "none", "2", "2", "0%"] in texts
    kind = ["sale.csv", "amount not an amount: text for a number", "4", "4.0%", "98"]
    assert [*kind, "“one” is not an amount: write it as in “1250.50”", "write it as the message says"] in texts
    links = {cell.hyperlink.location for row in first.iter_rows() for cell in row if cell.hyperlink}
    assert links == {"'partner'!A1", "'sale'!A1"}


def test_more_rows_than_a_sheet_holds(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ROWS_OF_A_SHEET", 4)
    sales(*GOOD[:1], *(f"B-{at},P-1,UCS-B200,one,2015-01-01," for at in range(7)))
    sheets = book()
    lines = {name: [row[0] for row in sheets[name].iter_rows(min_row=2, values_only=True)] for name in sheets.sheetnames[2:]}
    assert lines == {"sale": [3, 4, 5], "sale 2": [6, 7, 8], "sale 3": [9]}
    said = [row[1] for row in sheets["Read me first"].iter_rows(values_only=True)]
    assert "3, rows 6 to 8: see the sheet sale 2" in said


def test_cells_that_hold_no_more_and_odd_characters(here: Path) -> None:
    long = "x" * 40_000
    sales(f"S-1,P-9,UCS-B200,1.00,2015-01-01,{long}", "S-2,\x01_x0041_\U0001f600,UCS-B200,1.00,2015-01-01,")
    rows = list(book()["sale"].iter_rows(min_row=2, values_only=True))
    assert rows[0][7] == "x" * 32_766 + "…"
    assert rows[1][3] in ("\x01_x0041_\U0001f600", "_x0001__x005F_x0041_\U0001f600")


def test_the_same_rows_give_the_same_bytes(here: Path) -> None:
    sales(*GOOD, *BAD)
    book()
    first = Path("out/refused.xlsx").read_bytes()
    book()
    assert Path("out/refused.xlsx").read_bytes() == first
    assert sorted(path.name for path in Path("out").iterdir()) == ["refused.csv", "refused.xlsx"]
    exit_code([*VALIDATE, "--out", "out"])
    assert not Path("out/refused.xlsx").exists(), "a workbook of an earlier run"


def test_without_the_library(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    sales(*GOOD)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    assert exit_code([*VALIDATE, "--out", "out", "--refused-as", "xlsx"]) == 1
    assert "pip install '.[xlsx]'" in capsys.readouterr().err


# --- what refused rows could change --------------------------------------------------------------------------


def could_change(folder: Path) -> list[tuple[str, ...]]:
    with (folder / "could_change.csv").open(newline="") as file:
        return [tuple(row.values())[2:] for row in csv.DictReader(file)]


def test_results_that_could_change(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sales(*GOOD[:5], "B-1,P-1,UCS-B200,one,2015-01-01,", "B-2,P-1,Cable,1.00,2015-01-01,", "B-3,P-9,UCS-B200,1.00,2015-01-01,")
    assert exit_code(RUN) == 0
    assert could_change(Path("out")) == [
        ("payouts", "rebate", "", "differ", "sale.csv", "1", "9"),
        ("payouts", "rebate", "P-1", "differ", "sale.csv", "2", "7"),
        ("payouts", "rebate", "P-3", "missing", "partner.csv", "1", "4"),
    ]
    said = " ".join(capsys.readouterr().out.split())
    assert "1 of 2 rows of payouts could change; 1 row leaves open whose it is, so that any could; 1 row could be added." in said


def test_nothing_refused_nothing_could_change(here: Path) -> None:
    Path("feeds/partner.csv").write_text(PARTNERS.replace("XX", "DE"))
    sales(*GOOD)
    assert exit_code(RUN) == 0
    assert could_change(Path("out")) == []


DAYS = {"vip25": "2015-07-25", "lci": "2023-04-29", "mdf": "2023-04-29", "cx": "2023-04-29"}


@pytest.mark.parametrize("name", DAYS)
def test_whatever_refused_rows_change_is_listed(name: str, tmp_path: Path) -> None:
    """The feeds of a program without their refused rows, and the same with a few rows spoiled: every result that differs is
    one that the spoiled run lists."""
    parsed = driver.load(str(ROOT / f"programs/{name}/{name}.inc")).program
    assert parsed is not None
    clean, spoiled = tmp_path / "clean", tmp_path / "spoiled"
    spoil(parsed, ROOT / f"programs/{name}/feeds", clean, spoiled)
    day = datetime.date.fromisoformat(DAYS[name])
    for folder in (clean, spoiled):
        with driver.run(parsed, folder, day, folder / "out").feeds as feeds:
            assert (sum(count.refused for count in feeds.counts) > 0) == (folder == spoiled)
    listed = rows(spoiled / "out/could_change.csv")
    changed = sure = 0
    for output in parsed.result_files:
        if output.name == "values":
            continue
        rule = output.columns[2].name
        before, after = (rows(folder / f"out/{output.name}.csv") for folder in (clean, spoiled))
        patterns = [
            {key: value for key, value in pattern.items() if value and key in before[0] and not key.startswith("program")}
            | {rule: pattern["name"]}
            for pattern in listed
            if pattern["result"] == output.name
        ]
        said = {tuple(sorted(pattern.items())) for pattern in patterns}
        shapes = {tuple(sorted(pattern)) for pattern in patterns}

        def is_listed(row: dict[str, str], said: set = said, shapes: set = shapes) -> bool:
            return any(tuple((key, row[key]) for key in shape) in said for shape in shapes)

        texts = [{tuple(row.items()) for row in some} for some in (before, after)]
        differing = [dict(row) for row in texts[0] ^ texts[1]]
        changed += len(differing)
        sure += sum(not is_listed(row) for row in after)
        assert [row for row in differing if not is_listed(row)] == []
    assert changed > 3
    assert sure > 100


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def spoil(parsed: ir.Program, feeds: Path, clean: Path, spoiled: Path) -> None:
    """Write the rows of feeds that are used, and the same with a field of a row in 400 spoiled, so that the row is refused."""
    with load_feeds(parsed, feeds) as loaded:
        refused = set(loaded.connection.execute("SELECT file, line FROM result.refused").fetchall())
    chance = random.Random("spoiled")
    for relation in (relation for relation in parsed.relations if isinstance(relation.source, ir.Feed)):
        assert isinstance(relation.source, ir.Feed)
        file = f"{relation.source.file}.csv"
        header = (feeds / file).read_text(encoding="utf-8").split("\n", 1)[0].split(",")
        used = [row for line, row in enumerate(rows(feeds / file), start=2) if (file, line) not in refused]
        # Not a reference: a row that does not say whose it is could change any result, which is no test of the others.
        required = [
            c.name for c in relation.stored if not isinstance(c.type, ty.Optional | ty.Row) and c.name not in relation.key
        ]
        for folder in (clean, spoiled):
            folder.mkdir(exist_ok=True)
            if folder == spoiled and relation.name not in ("Partner", "Product") and required:
                for row in chance.sample(used, max(len(used) // 400, 1)):
                    row[chance.choice(required)] = ""
            with (folder / file).open("w", newline="", encoding="utf-8") as out:
                writer = csv.DictWriter(out, header)
                writer.writeheader()
                writer.writerows(used)


def test_a_sender_reads_the_names_of_its_own_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mapping renames columns: the sheet marks and names those of the file, the field beside them. A blank is called so."""
    monkeypatch.chdir(tmp_path)
    Path("m.inc").write_text(
        'program M "M"\n  currency USD\n\nrecord Member\n  id text key\n  country country\n  note optional text\n'
        '  joined_on date\n  must country = NL or note is given "who is abroad has a note"\n'
    )
    Path("feeds").mkdir()
    Path("feeds/export.csv").write_text("id,Ctry,Remark,Since\nA,Holland,x,01/02/2025\nB,NL,,31/06/2025\nC,BE,,01/02/2025\n")
    Path("feeds/feeds.toml").write_text(
        '[Member]\nfile = "export.csv"\ndates = "dd/mm/yyyy"\n'
        '[Member.columns]\ncountry = "Ctry"\nnote = "Remark"\njoined_on = "Since"\n'
    )
    assert exit_code(["validate", "m.inc", "--data", "feeds", "--out", "out", "--refused-as", "xlsx"]) == 1
    sheets = openpyxl.load_workbook("out/refused.xlsx")
    said = [row[1] for row in sheets["export"].iter_rows(min_row=2, values_only=True)]
    assert said == [
        "Ctry (country): “Holland” is not a country code of ISO 3166: write two capitals such as “NL”",
        "Since (joined_on): “31/06/2025” is not a date: read as dd/mm/yyyy, the calendar has no such day",
        "Ctry (country): this does not hold: who is abroad has a note; “country” is “BE”, “note” is blank",
    ]
    rows = list(sheets["export"].iter_rows(min_row=2))
    marked = [[cell.column_letter for cell in row if cell.fill.start_color.rgb == "FFFFE3A3"] for row in rows]
    assert marked == [["D"], ["F"], ["D"]]
    kinds = {row[1] for row in sheets["Read me first"].iter_rows(values_only=True)}
    assert {"Since: joined_on not a date: no such day", "Ctry: country breaks a rule of the record"} <= kinds
