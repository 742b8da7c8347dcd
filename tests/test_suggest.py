"""`incdsl feeds init`: what it suggests is right or asked, what it writes works at once, and nothing ambiguous is guessed."""

from __future__ import annotations

import csv
import datetime
import filecmp
import shutil
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.foreign_feeds import VIP25, export

from incdsl import driver
from incdsl.cli.main import cli, exit_code
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.patterns import Form
from incdsl.feeds import load_feeds
from incdsl.feeds.errors import FeedErrors
from incdsl.feeds.suggest.proposing import Proposal, propose
from incdsl.feeds.suggest.questions import Answers, UnusableAnswer
from incdsl.feeds.suggest.writing import toml

ROOT = Path(__file__).parent.parent
C = ir.StoredColumn
LEVEL = ty.Enum("level", ("Select", "Premier", "Gold"), ordered=True)


def _program(*columns: ir.StoredColumn) -> ir.Program:
    """A program of one record, with an id and some other columns."""
    relation = ir.Relation("Deal", ir.Feed("deal"), ("id",), (C("id", ty.TEXT, "Deal id"), *columns), "Deal")
    return ir.Program("T", "Test", "Sponsor", "USD", (), (relation,), (), (), ())


def _look(
    folder: Path, column: ir.StoredColumn, values: list[str], *answers: str, header: str = ""
) -> tuple[ir.Program, Proposal]:
    """A proposal for a record of one column beside its id, which has these values in an export of the same name."""
    program = _program(column)
    rows = "".join(f"D{at};{value}\n" for at, value in enumerate(values, start=1))
    (folder / "deals export.csv").write_text(f"Deal id;{header or column.name}\n{rows}", encoding="utf-8")
    return program, propose(program, folder, Answers(answers))


def _read(folder: Path, program: ir.Program, proposal: Proposal) -> list[ir.Value]:
    """What the mapping that was suggested reads."""
    assert proposal.questions == ()
    (folder / "feeds.toml").write_text(toml(proposal, "T"), encoding="utf-8")
    with load_feeds(program, folder) as feeds:
        return [row[1] for row in feeds.rows.all("Deal")]


def _options(proposal: Proposal) -> list[str]:
    (question,) = proposal.questions
    return [f"{question.subject}={option.answer}" for option in question.options]


# --- what the values decide --------------------------------------------------------------------------------

USD = ty.money("USD")
DAY = datetime.date
DECIDED: list[tuple[ty.Type, list[str], list[ir.Value]]] = [
    (ty.DATE, ["31/01/2015", "03/04/2015"], [DAY(2015, 1, 31), DAY(2015, 4, 3)]),
    (ty.DATE, ["01/31/2015", "03/04/2015"], [DAY(2015, 1, 31), DAY(2015, 3, 4)]),
    (ty.DATE, ["1/31/2015", "12/4/2015"], [DAY(2015, 1, 31), DAY(2015, 12, 4)]),
    (ty.DATE, ["31.01.2015", "03.04.2015"], [DAY(2015, 1, 31), DAY(2015, 4, 3)]),
    (ty.DATE, ["5-Jan-2015", "15-Feb-2015"], [DAY(2015, 1, 5), DAY(2015, 2, 15)]),
    (ty.DATE, ["20150131", "20150304"], [DAY(2015, 1, 31), DAY(2015, 3, 4)]),
    (ty.DATE, ["2015/01/31", "2015/03/04"], [DAY(2015, 1, 31), DAY(2015, 3, 4)]),
    (ty.DATE, ["03/03/2015", "05/05/2015"], [DAY(2015, 3, 3), DAY(2015, 5, 5)]),  # both readings are one
    (ty.DATE, ["31/01/2015 00:00", "03/04/2015 00:00"], [DAY(2015, 1, 31), DAY(2015, 4, 3)]),
    (ty.Optional(ty.DATE), ["31/01/2015", "n/a"], [DAY(2015, 1, 31), None]),
    (USD, ["1250.5", "-3"], [Decimal("1250.50"), Decimal("-3.00")]),
    (USD, ["57.500,00", "1.234"], [Decimal("57500.00"), Decimal("1234.00")]),
    (USD, ["57,500.00", "1,234"], [Decimal("57500.00"), Decimal("1234.00")]),
    (USD, ["1 250,50", "3"], [Decimal("1250.50"), Decimal("3.00")]),
    (USD, ["$1,250.50", "$3.00"], [Decimal("1250.50"), Decimal("3.00")]),
    (USD, ["1.250,50-", "3,00"], [Decimal("-1250.50"), Decimal("3.00")]),
    (USD, ["(1,250.50)", "3.00"], [Decimal("-1250.50"), Decimal("3.00")]),
    (ty.NUMBER, ["1.234", "7.5"], [Decimal("1.234000"), Decimal("7.500000")]),
    (ty.PERCENT, ["20%", "8.5%"], [Decimal("0.200000"), Decimal("0.085000")]),
    (ty.PERCENT, ["20 %", "8,5 %"], [Decimal("0.200000"), Decimal("0.085000")]),
    (ty.BOOLEAN, ["J", "N", "J"], [True, False, True]),
    (ty.BOOLEAN, ["Yes", "No"], [True, False]),
    (LEVEL, ["GOLD", "SELECT", "GOLD"], ["Gold", "Select", "Gold"]),
    (ty.COUNTRY, ["NL", "NA"], ["NL", "NA"]),
]


@pytest.mark.parametrize(("type_", "values", "expected"), DECIDED, ids=lambda one: str(one)[:40])
def test_decided(tmp_path: Path, type_: ty.Type, values: list[str], expected: list[ir.Value]) -> None:
    program, proposal = _look(tmp_path, C("field", type_), values)
    assert _read(tmp_path, program, proposal) == expected


ASKED: list[tuple[ty.Type, list[str], str, dict[str, list[ir.Value]]]] = [
    (
        ty.DATE,
        ["03/04/2015", "05/06/2015"],
        "every one of its 2 values, such as `03/04/2015`, can be read in more than one way",
        {"day-first": [DAY(2015, 4, 3), DAY(2015, 6, 5)], "month-first": [DAY(2015, 3, 4), DAY(2015, 5, 6)]},
    ),
    (
        ty.DATE,
        ["25/04/2015", "03/04/2015", "04/25/2015"],
        "its values are written in more than one way: `04/25/2015` reads only as mm/dd/yyyy",
        {"day-first": [DAY(2015, 4, 25), DAY(2015, 4, 3)], "month-first": [DAY(2015, 3, 4), DAY(2015, 4, 25)]},
    ),
    (
        USD,
        ["1.234", "57.500"],
        "in all of its values, such as `1.234`, the `.` may part thousands or decimals",
        {"decimal-comma": [Decimal("1234.00"), Decimal("57500.00")], "decimal-point": []},
    ),
    (
        ty.NUMBER,
        ["1.234", "2.345"],
        "every one of its 2 values, such as `1.234`, can be read in more than one way",
        {
            "decimal-point": [Decimal("1.234000"), Decimal("2.345000")],
            "decimal-comma": [Decimal("1234.000000"), Decimal("2345.000000")],
        },
    ),
    (
        ty.PERCENT,
        ["0.2", "0.08"],
        "every one of its 2 values, such as `0.08`, can be read in more than one way",
        {"fraction": [Decimal("0.200000"), Decimal("0.080000")], "percent": [Decimal("0.002000"), Decimal("0.000800")]},
    ),
]


@pytest.mark.parametrize(("type_", "values", "why", "readings"), ASKED, ids=lambda one: str(one)[:40])
def test_asked(tmp_path: Path, type_: ty.Type, values: list[str], why: str, readings: dict[str, list[ir.Value]]) -> None:
    _, proposal = _look(tmp_path, C("field", type_), values)
    assert why.lower() in proposal.questions[0].text.lower()
    assert sorted(_options(proposal)) == sorted(f"Deal.field={reading}" for reading in readings)
    for reading, expected in readings.items():
        program, answered = _look(tmp_path, C("field", type_), values, f"deal.Field={reading}")
        (tmp_path / "feeds.toml").unlink(missing_ok=True)
        assert sorted(map(str, _read(tmp_path, program, answered))) == sorted(map(str, expected))


def test_bounds_take_part(tmp_path: Path) -> None:
    """A rate of at most 100% is no fraction when it is 8."""
    bounded = C("rate", ty.PERCENT, bounds=ir.Bounds(Decimal("0.000000"), Decimal("1.000000")))
    program, proposal = _look(tmp_path, bounded, ["8", "12.5"])
    assert _read(tmp_path, program, proposal) == [Decimal("0.080000"), Decimal("0.125000")]


def test_a_spelling_beside_the_programs_own_is_a_slip(tmp_path: Path) -> None:
    program, proposal = _look(tmp_path, C("level", LEVEL), ["Gold", "gold", "Select"])
    assert _read(tmp_path, program, proposal) == ["Gold", "Select"]


def test_unknown_words_for_yes_and_no(tmp_path: Path) -> None:
    _, proposal = _look(tmp_path, C("open", ty.BOOLEAN), ["Igen", "Nem"])
    assert _options(proposal) == ["Deal.open=yes:Igen,no:Nem"]
    program, answered = _look(tmp_path, C("open", ty.BOOLEAN), ["Igen", "Nem"], "Deal.open=yes:Igen,no:Nem")
    assert _read(tmp_path, program, answered) == [True, False]


# --- which column, which file ------------------------------------------------------------------------------


def test_a_column_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    _, proposal = _look(tmp_path, C("amount", USD), ["x"], header="Comment")
    assert _options(proposal) == ["Deal.amount=column:Comment", "Deal.amount=column:Deal id", "Deal.amount=constant:VALUE"]
    program, answered = _look(tmp_path, C("amount", USD), ["x"], "deal.amount=constant:12.50", header="Comment")
    assert _read(tmp_path, program, answered) == [Decimal("12.50")]
    optional = C("note", ty.Optional(ty.DATE))
    _, proposal = _look(tmp_path, optional, ["x"], header="Comment")
    assert "Deal.note=blank" in _options(proposal)
    (tmp_path / "feeds.toml").unlink()
    program, answered = _look(tmp_path, optional, ["x"], "deal.note=blank", header="Comment")
    assert _read(tmp_path, program, answered) == [None]


def test_two_columns_that_fit_are_asked_for(tmp_path: Path) -> None:
    program = _program(C("amount", USD, "Net amount"))
    (tmp_path / "deal.csv").write_text("Deal id,Amount A,Amount B\nD1,1.00,2.00\nD2,3.50,4.50\n", encoding="utf-8")
    proposal = propose(program, tmp_path, Answers([]))
    assert _options(proposal) == ["Deal.amount=column:Amount A", "Deal.amount=column:Amount B"]
    answered = propose(program, tmp_path, Answers(["Deal.amount=column:Amount B"]))
    assert _read(tmp_path, program, answered) == [Decimal("2.00"), Decimal("4.50")]


def test_of_two_columns_the_one_with_texts_of_the_form_is_meant(tmp_path: Path) -> None:
    (tmp_path / "deal.csv").write_text("Deal id,Quote A,Quote B\nD1,Q-001,first\nD2,Q-002,second\n", encoding="utf-8")
    anything = _program(C("quote", ty.TEXT, "Quote"))
    assert _options(propose(anything, tmp_path, Answers([]))) == ["Deal.quote=column:Quote A", "Deal.quote=column:Quote B"]
    program = _program(C("quote", ty.TEXT, "Quote", form=Form(like=("Q-###",))))
    assert _read(tmp_path, program, propose(program, tmp_path, Answers([]))) == ["Q-001", "Q-002"]


def test_a_default_has_the_form_of_its_field(tmp_path: Path) -> None:
    (tmp_path / "deal.csv").write_text("Deal id,quote\nD1,Q-001\nD2,\n", encoding="utf-8")
    program = _program(C("quote", ty.TEXT, form=Form(4, 5, ("Q-###", "*"))))
    for text, wrong in (("Q-000", ""), ("Q-0000", "`Q-0000` has 6 characters: `quote` has at least 4 and at most 5")):
        (tmp_path / "feeds.toml").write_text(
            f'[Deal]\nfile = "deal.csv"\n[Deal.columns]\nid = "Deal id"\nquote = {{ column = "quote", default = "{text}" }}\n'
        )
        if wrong:
            with pytest.raises(FeedErrors, match=wrong):
                load_feeds(program, tmp_path)
        else:
            with load_feeds(program, tmp_path) as feeds:
                assert [row[1] for row in feeds.rows.all("Deal")] == ["Q-001", "Q-000"]


def test_two_files_that_fit_are_asked_for(tmp_path: Path) -> None:
    program = _program(C("amount", USD))
    for year in ("2014", "2015"):
        (tmp_path / f"deals {year}.csv").write_text(f"Deal id,Amount\nD1,{year}\n", encoding="utf-8")
    proposal = propose(program, tmp_path, Answers([]))
    assert sorted(_options(proposal)) == ["Deal=file:deals 2014.csv", "Deal=file:deals 2015.csv"]
    answered = propose(program, tmp_path, Answers(["Deal=file:deals 2015.csv"]))
    assert _read(tmp_path, program, answered) == [Decimal("2015.00")]
    assert answered.unread == ("deals 2014.csv feeds no record",)


def test_a_column_called_after_another_currency_is_asked_for(tmp_path: Path) -> None:
    _, proposal = _look(tmp_path, C("amount", USD), ["5.00"], header="Amount (EUR)")
    assert proposal.questions[0].text == "`Amount (EUR)` of deals export.csv is called after EUR, and `amount` is in USD"


def test_a_currency_column_goes_with_the_amount(tmp_path: Path) -> None:
    program = _program(C("amount", USD))
    (tmp_path / "deal.csv").write_text("Deal id,Amount,Curr.\nD1,1.00,USD\nD2,3.50,EUR\n", encoding="utf-8")
    assert _read(tmp_path, program, propose(program, tmp_path, Answers([]))) == [Decimal("1.00")]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("Deal.amuont=blank", "`deal.amuont` is answered, and is no record and no field of one"),
        ("Deal.amount", "`Deal.amount` has no subject and answer"),
        ("Deal.amount=column:Nope", "`Deal.amount` is answered by `Nope`, which is not there"),
    ],
)
def test_an_answer_to_nothing(tmp_path: Path, answer: str, message: str) -> None:
    with pytest.raises(UnusableAnswer) as raised:
        _look(tmp_path, C("amount", USD), ["5.00"], answer)
    assert str(raised.value) == message


def test_names_of_any_kind_come_back_as_they_are(tmp_path: Path) -> None:
    """What is written is TOML, whatever the files have in names and values."""
    odd = 'Amount "net" \\ #1 = é\u00a0\x7f'
    program = _program(C("amount", USD))
    text = f'Deal id;"{odd.replace(chr(34), chr(34) * 2)}";"]x["\n"D1\n#";5;1\n'
    (tmp_path / 'a "b" #c.csv').write_text(text, encoding="utf-8")
    proposal = propose(program, tmp_path, Answers([]))
    assert _read(tmp_path, program, proposal) == [Decimal("5.00")]


@pytest.mark.parametrize("kind", ["parquet", "ndjson"])
def test_other_kinds_of_file(tmp_path: Path, kind: str) -> None:
    import duckdb

    program = _program(C("amount", USD), C("on", ty.DATE), C("rate", ty.PERCENT), C("note", ty.Optional(ty.TEXT)))
    rows = (
        'SELECT \'D1\' AS "Deal id", CAST(5.5 AS DECIMAL(12,2)) AS "Net Amt", DATE \'2015-07-25\' AS "Date", '
        'CAST(12.5 AS DECIMAL(9,2)) AS "Rate", \'x\' AS "Remark note"'
    )
    target = tmp_path / f"deals.{kind}"
    if kind == "parquet":
        duckdb.sql(rows).write_parquet(str(target))
    else:
        target.write_text('{"Deal id": "D1", "Net Amt": 5.5, "Date": "2015-07-25", "Rate": 12.5, "Remark note": "x"}\n')
    proposal = propose(program, tmp_path, Answers(["deal.rate=percent"]))
    (tmp_path / "feeds.toml").write_text(toml(proposal, "T"), encoding="utf-8")
    assert proposal.questions == ()
    with load_feeds(program, tmp_path) as feeds:
        assert feeds.rows.all("Deal") == [("D1", Decimal("5.50"), DAY(2015, 7, 25), Decimal("0.125000"), "x")]


TITLES: list[list[list[str | None]]] = [
    [["Deals of 2015"]],
    [["Deals of 2015"], ["printed on 3 Jan"], []],
    [[None, "Export"], []],
    [["Export", "2026-01-03"], []],
    [["Deal", "report", "2015", "x"]],
]
"""What people's files have above their header."""

ROWS: list[list[str | None]] = [["Deal no.", "Net Amt", "Booking dt"], ["D1", "5.50", "25/07/2015"], ["D2", "6.00", "03/04/2015"]]


@pytest.mark.parametrize("titles", TITLES)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_header_below_titles_is_found(tmp_path: Path, titles: list[list[str | None]], kind: str) -> None:
    """It is the line most like the fields, which the mapping says, and which an answer changes."""
    import openpyxl

    program = _program(C("amount", USD), C("on", ty.DATE, "Booking date"))
    if kind == "csv":
        lines = [";".join(cell or "" for cell in row) + "\n" for row in (*titles, *ROWS)]
        (tmp_path / "deals.csv").write_text("".join(lines), encoding="utf-8")
    else:
        book = openpyxl.Workbook()
        for row in (*titles, *ROWS):
            book.active.append(row)
        book.save(tmp_path / "deals.xlsx")
    proposal = propose(program, tmp_path, Answers([]))
    (record,) = proposal.records
    assert record.table is not None
    assert (record.table.header_line, record.table.rows) == (len(titles) + 1, 2)
    assert [field.mapping.column for field in record.fields] == ["Deal no.", "Net Amt", "Booking dt"]
    assert _read(tmp_path, program, proposal) == [Decimal("5.50"), Decimal("6.00")]
    assert f"\nheader_line = {len(titles) + 1}  #" in (tmp_path / "feeds.toml").read_text(encoding="utf-8")
    (again,) = propose(program, tmp_path, Answers([f"Deal=header:{len(titles) + 2}"])).records
    assert again.table is not None
    assert (again.table.header_line, again.table.rows) == (len(titles) + 2, 1)
    assert [column.name for column in again.table.columns] == ["D1", "5.50", "25/07/2015"]


def test_a_header_like_no_field_is_below_a_title_of_one_cell(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("Extract of all\nQ,V,\nD1,5.50,x\n", encoding="utf-8")
    program = _program(C("amount", USD))
    answers = Answers(["deal=file:deals.csv", "deal.id=column:Q", "deal.amount=column:V"])
    assert _read(tmp_path, program, propose(program, tmp_path, answers)) == [Decimal("5.50")]


@pytest.mark.parametrize("line", ["0", "x", "-1", "²", ""])
def test_a_header_on_no_line_is_no_answer(line: str, tmp_path: Path) -> None:
    _, proposal = _look(tmp_path, C("amount", USD), ["5.50"])
    assert proposal.records[0].table is not None
    with pytest.raises(UnusableAnswer, match="names no line"):
        _look(tmp_path, C("amount", USD), ["5.50"], f"Deal=header:{line}")


def test_sheets_and_tables(tmp_path: Path) -> None:
    """Each sheet of a workbook and each table of a database is looked at by itself."""
    import openpyxl

    program = _program(C("amount", USD), C("on", ty.DATE), C("open", ty.BOOLEAN))
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active.append(["Deals of 2015"])
    sheet = book.create_sheet("Deals")
    for row in (
        ["Deal id", "Net Amt", "Booking dt", "Open?"],
        ["D1", 5.5, DAY(2015, 7, 25), True],
        ["D2", 6, DAY(2015, 7, 26), False],
    ):
        sheet.append(row)
    book.save(tmp_path / "export.xlsx")
    proposal = propose(program, tmp_path, Answers([]))
    assert [record.table.name for record in proposal.records if record.table] == ["export.xlsx (Deals)"]
    assert proposal.unread == ("export.xlsx (Read me) feeds no record",)
    assert _read(tmp_path, program, proposal) == [Decimal("5.50"), Decimal("6.00")]
    with load_feeds(program, tmp_path) as feeds:
        assert feeds.rows.all("Deal")[0] == ("D1", Decimal("5.50"), DAY(2015, 7, 25), True)
    (tmp_path / "export.xlsx").unlink()
    (tmp_path / "feeds.toml").unlink()
    with closing(sqlite3.connect(tmp_path / "export.db.sqlite")) as database, database:
        database.execute("CREATE TABLE other (x TEXT)")
        database.execute('CREATE TABLE "all deals" ("Deal id" TEXT, "Net Amt" NUMERIC, "Booking dt" TEXT, "Open?" TEXT)')
        database.execute("""INSERT INTO "all deals" VALUES ('D1', 5.5, '25/07/2015', 'Y'), ('D2', 6, '03/04/2015', 'N')""")
    proposal = propose(program, tmp_path, Answers([]))
    assert [record.table.name for record in proposal.records if record.table] == ["export.db.sqlite (all deals)"]
    assert _read(tmp_path, program, proposal) == [Decimal("5.50"), Decimal("6.00")]


# --- the whole of it ---------------------------------------------------------------------------------------


def test_vip25_as_exported_gives_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = ROOT / "programs/vip25/vip25.inc"
    program = driver.load(str(path)).program
    assert program is not None
    canonical, foreign = tmp_path / "canonical", tmp_path / "foreign"
    shutil.copytree(ROOT / "programs/vip25/feeds", canonical)
    export(program, canonical, foreign, VIP25)
    assert exit_code(["feeds", "init", str(path), "--data", str(foreign), "--yes"]) == 0
    assert f"wrote {foreign / 'feeds.toml'}" in capsys.readouterr().out
    for data, out in ((canonical, "one"), (foreign, "two")):
        arguments = ["run", str(path), "--data", str(data), "--as-of", "2015-07-26", "--out", str(tmp_path / out)]
        assert exit_code(arguments) == 0
    for name in ("payouts.csv", "requirements.csv"):
        assert filecmp.cmp(tmp_path / "one" / name, tmp_path / "two" / name, shallow=False), name
    refused = [_refused(tmp_path / out) for out in ("one", "two")]
    assert refused[0] == refused[1]
    assert len(refused[0]) > 100
    assert "Rows, read by feeds.toml" in capsys.readouterr().out
    assert exit_code(["feeds", "init", str(path), "--data", str(foreign), "--yes"]) == 1
    assert "is there already, and was left as it is" in capsys.readouterr().err
    assert exit_code(["feeds", "check", str(path), "--data", str(foreign)]) == 1  # rows are refused
    assert "amount       Amount (USD)  1.234,56    -617.40" in capsys.readouterr().out


def test_questions_are_asked_at_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incdsl.cli.feeds._at_terminal", lambda: True)
    (tmp_path / "p.inc").write_text(
        'program P "P"\n  sponsor "S"\n  currency USD\n\n'
        'record Deal "Deal"\n  id "Deal id" text key\n  on "Booked" date\n  kind "Kind of deal" text\n  dated by on\n',
        encoding="utf-8",
    )
    (tmp_path / "deals.csv").write_text("Deal id,Booked\nD1,03/04/2015\n", encoding="utf-8")
    arguments = ["feeds", "init", str(tmp_path / "p.inc"), "--data", str(tmp_path)]
    ran = CliRunner().invoke(cli, arguments, input="2\n3\nfrom orders\ny\n")
    assert "  2  month-first  mm/dd/yyyy: `03/04/2015` is 2015-03-04\n" in ran.output
    assert f"write {tmp_path / 'feeds.toml'}? [Y/n]: y\n" in ran.output
    text = (tmp_path / "feeds.toml").read_text(encoding="utf-8")
    assert 'dates = "mm/dd/yyyy"' in text
    assert 'kind = { constant = "from orders" }' in text


def _refused(folder: Path) -> list[tuple[str, str, str]]:
    """Lines, fields and codes of what was refused; which lines were broken depends on the delimiter, that they are does not."""
    with (folder / "refused.csv").open(encoding="utf-8", newline="") as file:
        return sorted((row["line"], row["field"], row["code"]) for row in csv.DictReader(file))


def test_nothing_is_written_while_a_question_is_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "p.inc"
    program.write_text(
        'program P "P"\n  sponsor "S"\n  currency USD\n\n'
        'record Deal "Deal"\n  id "Deal id" text key\n  on "Booked" date\n  dated by on\n',
        encoding="utf-8",
    )
    data = tmp_path / "data"
    data.mkdir()
    (data / "deals.csv").write_text("Deal id,Booked\nD1,03/04/2015\n", encoding="utf-8")
    arguments = ["feeds", "init", str(program), "--data", str(data), "--yes"]
    assert exit_code(arguments) == 1
    captured = capsys.readouterr()
    assert '  --answer "Deal.on=day-first"    dd/mm/yyyy: `03/04/2015` is 2015-04-03\n' in captured.out
    assert "error: 1 question is open, so nothing was written" in captured.err
    assert not (data / "feeds.toml").exists()
    assert exit_code([*arguments[:-1], "--answer", "Deal.on=day-first"]) == 1  # nobody said yes
    assert not (data / "feeds.toml").exists()
    assert exit_code([*arguments, "--answer", "Deal.on=day-first"]) == 0
    assert (data / "feeds.toml").exists()
