"""Number formats of workbooks: what a person sees in a cell is what is read, or the row is refused.

What each format shows is as spreadsheet programs show it, by hand; nothing here is worked out by the code under test.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904, WINDOWS_EPOCH
from tests.small_tables import NAMES, load, refusals, workbook

from incdsl.core import types as ty
from incdsl.feeds.currencies import meant_by
from incdsl.feeds.readers.number_formats import parse
from incdsl.feeds.readers.sheet_cells import shown
from incdsl.feeds.readers.written import Column
from incdsl.feeds.sources import Options
from incdsl.feeds.styles import Numbers, Style

USD, EUR, CAD, JPY = (ty.money(currency) for currency in ("USD", "EUR", "CAD", "JPY"))
UNITS, DAYS = ty.Number(18, 0), ty.Days()

READ: list[tuple[ty.Type, Any, str, str]] = [
    # A percent sign counts only where it is neither quoted nor escaped, in the section for the value.
    (ty.PERCENT, 0.05, "0%", "5%"),
    (ty.PERCENT, 0.05, "0.00%;[Red]-0.00%", "5%"),
    (ty.PERCENT, -0.05, "0.00%;[Red]-0.00%", "-5%"),
    (ty.PERCENT, -0.05, "0.00%;[Red]0.00%", "-5%"),
    (ty.PERCENT, 0.05, "+0.0%;-0.0%;0.0%", "5%"),
    (ty.PERCENT, 5, '0"%"', "5%"),
    (ty.PERCENT, 5, r"0\%", "5%"),
    (ty.PERCENT, 12.5, '0.0" %"', "12.5%"),
    (ty.PERCENT, 0.05, '[=1]"-";0%', "5%"),
    (ty.PERCENT, 0.05, "[>=1]0.0;[<1]0%", "5%"),
    (ty.PERCENT, 5, "[>=1]0.0;[<1]0%", "5"),
    (ty.PERCENT, 5, "[=1]0%;0", "5"),
    (ty.PERCENT, -0.05, "[>=10]0;0%;0.0", "-5%"),
    (ty.PERCENT, 5, "0_%", "5"),
    (ty.PERCENT, 5, "0*%", "5"),
    (ty.PERCENT, 0, '0%;-0%;"-"', "0%"),
    (ty.PERCENT, 0.05, '0%;-0%;"-"', "5%"),
    (ty.TEXT, 0.05, "0%", "5%"),
    (ty.TEXT, 5, '0"%"', "5%"),
    # Marks between thousands, decimals, colours, blanks say nothing.
    (USD, 1000.55, "#,##0", "1000.55"),
    (USD, 1000.55, "0,", "1000.55"),
    (USD, -5, "#,##0.00_);[Red](#,##0.00)", "-5"),
    (USD, -5, r"_(* #,##0_);_(* \(#,##0\);_(* \"-\"_);_(@_)".replace('\\"', '"'), "-5"),
    (USD, 0, '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)', "0"),
    (USD, 0, "0;-0;;@", "0"),
    (USD, -5, "[Blue][<0]-0.00;0.00", "-5"),
    (USD, -5, "[>=1000]#,##0.0;0.0", "-5"),
    (USD, 5, "0.00E+00", "5"),
    (USD, 1.5, "# ?/?", "1.5"),
    (USD, 1234, "0\"'\"000", "1234"),
    (USD, 5, "General", "5"),
    (USD, 5, "@", "5"),
    # The field's currency, however it is written.
    (USD, 1000.55, "[$USD] #,##0.00", "1000.55"),
    (USD, 1000.55, '"$"#,##0.00', "1000.55"),
    (USD, -1000.55, '"$"#,##0.00_);[Red]("$"#,##0.00)', "-1000.55"),
    (USD, 1000.55, "$#,##0", "1000.55"),
    (USD, 1000.55, "[$$-409]#,##0.00", "1000.55"),
    (USD, 1000.55, '"US$" 0.00', "1000.55"),
    (USD, 1000.55, "0.00 [$$-407]", "1000.55"),
    (USD, 1500, '[$$-409]0.0,"K"', "1500"),
    (CAD, 1000.55, '"$"#,##0.00', "1000.55"),
    (CAD, 1000.55, "[$$-1009]#,##0.00", "1000.55"),
    (CAD, 1000.55, "[$$-en-CA]#,##0.00", "1000.55"),
    (EUR, 1000.55, "[$€-2] #,##0.00", "1000.55"),
    (EUR, 1000.55, '#,##0.00 "EUR"', "1000.55"),
    (EUR, 1000.55, '#,##0.00\\ "€"_-', "1000.55"),
    (EUR, 1500, '0.0,\\ "T€"', "1500"),
    (EUR, 1000.55, "[$€-x-euro2]\u00a0#,##0.00", "1000.55"),
    (JPY, 1000, "[$¥-411]#,##0", "1000"),
    (ty.money("CHF"), 5, '"Fr." 0.00', "5"),
    (ty.money("SEK"), 5, r"0.00\ [$kr-41D]", "5"),
    (ty.money("AED"), 5, "[$\u062f.\u0625.\u200f-3801]\\ #,##0.00_-", "5"),
    (ty.money("CHF"), -5, '"CHF"\\ #,##0.00;"CHF"\\ \\-#,##0.00', "-5"),
    (EUR, 0, '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', "0"),
    (USD, -1234567, '[>999999]$#,##0.0,,"M";[>999]$#,##0.0,"K";$#,##0', "-1234567"),
    # Lakhs and crores, for which the marks are text.
    (ty.money("INR"), 12345678.5, r"[>=10000000][$₹]##\,##\,##\,##0.00;[>=100000][$₹]##\,##\,##0.00;[$₹]##,##0.00", "12345678.5"),
    (ty.money("INR"), 123456, r"[>=10000000]##\,##\,##\,##0;[>=100000]##\,##\,##0;##,##0", "123456"),
    # Words beside numbers of something else.
    (UNITS, 5, '0" pcs"', "5"),
    (UNITS, 5, "$0", "5"),
    (DAYS, 90, '0 "days"', "90"),
    # Days and times.
    (ty.DATE, 42210, "yyyy-mm-dd;@", "2015-07-25"),
    (ty.DATE, 42210, r"[$-F800]dddd\,\ mmmm\ dd\,\ yyyy", "2015-07-25"),
    (ty.DATE, 42210, '"d"0', "d42210"),
    (ty.DATE, 42210, "[Red]0", "42210"),
    (ty.DATE, 42210, "0*d", "42210"),
    (ty.DATE, 42210, "0_d", "42210"),
    (ty.DATE, 42210, '"the "d mmm', "2015-07-25"),
    (ty.DATE, 42210, "[<100]0;dd/mm/yyyy", "2015-07-25"),
    (ty.DATE, 42210.5, "dd/mm/yyyy", "2015-07-25 12:00:00"),
    (DAYS, 1.5, "[h]:mm", "1 day, 12:00:00"),
    (USD, 5, "d", "1900-01-05"),
    # Names and numbers of articles.
    (ty.TEXT, 42, "00000", "00042"),
    (ty.TEXT, 123456789, "000-00-0000", "123-45-6789"),
    (ty.TEXT, 42, '"PN-"0000', "PN-0042"),
    (ty.TEXT, 1234567, "000-0000", "123-4567"),
    (ty.TEXT, 61234567, "000-0000", "6123-4567"),
    (ty.TEXT, 7, "##0", "7"),
    (ty.TEXT, 1000234, "#,##0", "1000234"),
    (ty.TEXT, 5, '0.00 "EUR"', "5"),
    (ty.TEXT, 1, '[=1]"Gold";[=2]"Silver";"None"', "Gold"),
    (ty.TEXT, 2, '[=1]"Gold";[=2]"Silver";"None"', "Silver"),
    (ty.TEXT, 3, '[=1]"Gold";[=2]"Silver";"None"', "None"),
    (ty.BOOLEAN, 0, '"Yes";"Yes";"No"', "No"),
    (ty.BOOLEAN, True, '"Yes";"Yes";"No"', "yes"),
    (ty.TEXT, "A", '0;-0;0;"Partner "@', "Partner A"),
    (ty.TEXT, "A", "_(* 0_);_(@_)", "A"),
    (ty.TEXT, "A", "0.00", "A"),
    (USD, "5", '@" EUR"', "5 EUR"),
]  # fmt: skip

REFUSED: list[tuple[ty.Type, Any, str, str, str]] = [
    (USD, 1000.55, "[$€-2] #,##0.00", "€ 1,000.55", "the field is in USD"),
    (USD, 1000.55, '#,##0.00 "EUR"', "1,000.55 EUR", "the field is in USD"),
    (USD, -1000.55, '#,##0.00 "EUR"', "-1,000.55 EUR", "the field is in USD"),
    (USD, 5, "[$CAD] 0.00", "CAD 5.00", "the field is in USD"),
    (USD, 5, "[$$-1009]0.00", "$5.00", "the field is in USD"),
    (CAD, 5, "[$$-409]0.00", "$5.00", "the field is in CAD"),
    (CAD, 5, "[$$-en-US]0.00", "$5.00", "the field is in CAD"),
    (EUR, 1000.55, '"$"#,##0.00_);("$"#,##0.00)', "$1,000.55", "the field is in EUR"),
    (EUR, 5, "[$USD] 0.00", "USD 5.00", "the field is in EUR"),
    (ty.money("INR"), 1234567, r"[$€]##\,##\,##0", "€12,34,567", "the field is in INR"),
    (JPY, 5, "[$¥-804]0", "¥5", "the field is in JPY"),
    (USD, 1500, '0.0,"T€"', "1.5T€", "holds 1500"),
    (USD, 5, '0"K"', "5K", "holds 5"),
    (USD, 5000, '0.0,"M"', "5.0M", "holds 5000"),
    (UNITS, 5, '0"k"', "5k", "holds 5"),
    (UNITS, 5, '0"000"', "5000", "holds 5"),
    (USD, 12345, r"0\,00", "123,45", "holds 12345"),
    (USD, 5, '#,##0.00 "CR";#,##0.00 "DR"', "5.00 CR", "holds 5"),
    (USD, 5, '"Total: "0.00', "Total: 5.00", "holds 5"),
    (USD, 12345, r"0\.00", "123.45", "holds 12345"),
    (USD, 5, '"-"0', "-5", "holds 5"),
    (USD, 5, '"("0")"', "(5)", "holds 5"),
    (USD, -5, "0;0", "5", "holds -5"),
    (USD, -5, r"\-0", "--5", "holds -5"),
    (USD, 5, ";;;", "", "shows nothing and holds 5"),
    (USD, 5, '"n/a"', "n/a", "holds 5"),
    (USD, 0, '0;-0;"free"', "free", "holds 0"),
    (DAYS, 2, '0" weeks"', "2 weeks", "holds 2"),
    (ty.PERCENT, 0.05, '0%"%"', "5%%", "holds 0.05"),
    (ty.PERCENT, 5, '0"‰"', "5‰", "holds 5"),
    (ty.PERCENT, 5, "[>=10]0;0%;0.0", "5", "does not say what it shows"),
    (ty.PERCENT, 5, "[>=10]0%", "5", "does not say what it shows"),
    (ty.DATE, -5, "yyyy-mm-dd", "-5", "the calendar has no such day"),
    (ty.DATE, 60, "yyyy-mm-dd", "60", "the calendar has no such day"),
    (ty.DATE, 9999999999, "yyyy-mm-dd", "9999999999", "the calendar has no such day"),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "value", "code", "text"), READ)
def test_what_is_read(type_: ty.Type, value: Any, code: str, text: str) -> None:
    assert shown(value, Column(type_), code, WINDOWS_EPOCH) == (text, None)


@pytest.mark.parametrize(("type_", "value", "code", "text", "why"), REFUSED)
def test_what_is_refused(type_: ty.Type, value: Any, code: str, text: str, why: str) -> None:
    found, fault = shown(value, Column(type_), code, WINDOWS_EPOCH)
    assert found == text
    assert fault is not None
    assert why in fault


def test_days_of_an_old_workbook() -> None:
    assert shown(40748, Column(ty.DATE), "yyyy-mm-dd", CALENDAR_MAC_1904) == ("2015-07-25", None)


def test_a_mapping_says_what_means_nothing() -> None:
    column = Column(USD, Style(Numbers(".", "", "-1", ("net",))))
    assert shown(5, column, '0.00 "net"', WINDOWS_EPOCH) == ("5", None)


@pytest.mark.parametrize(
    "code",
    [
        '"',
        "\\",
        "_",
        "*",
        "[",
        "[]",
        "[$]",
        "[$-]",
        ";;;;;;",
        '0;0;0;0;"x',
        "%%%",
        "[>=]0",
        ",",
        ".",
        "0.0.0",
        "e+",
        "@@",
        "[$€-zz]",
    ],
)
def test_every_text_is_a_format(code: str) -> None:
    for type_ in (USD, UNITS, DAYS, ty.PERCENT, ty.DATE, ty.TEXT, ty.BOOLEAN):
        for value in (5, -5, 0, 1.5, 1e300, "x"):
            text, _ = shown(value, Column(type_), code, WINDOWS_EPOCH)
            assert isinstance(text, str)


def test_signs_of_currencies() -> None:
    assert meant_by("$", "US") == {"USD"}
    assert meant_by("$", "DE") == meant_by("$")
    assert {"USD", "CAD", "AUD", "MXN"} <= meant_by("$")
    assert meant_by("kr.", "DK") == {"DKK"}
    assert meant_by("XAF") == {"XAF"}
    assert not meant_by("pcs")


def test_a_refusal_says_what_the_cell_shows(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["1", (1000.55, "[$€-2] #,##0.00")], ["2", 5, (5, '0"%"'), datetime.date(2015, 7, 25)]]
    workbook(
        tmp_path / "one.xlsx", one=[NAMES, *rows, ["3", (0, '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)')]]
    )
    with load(tmp_path) as feeds:
        assert refusals(feeds) == [
            (
                2,
                "amount",
                "€ 1,000.55",
                "not-a-value",
                "`amount` shows `€ 1,000.55`, and the field is in USD: send USD, or mend the number format",
            )
        ]
        assert [(group.code, group.pattern) for group in feeds.refusals] == [("not-a-value", "another currency")]
        assert [(row[0], row[1], row[2]) for row in feeds.rows.all("One")] == [
            ("2", Decimal("5.00"), Decimal("0.050000")),
            ("3", Decimal("0.00"), None),
        ]


def test_like_faults_are_counted_together(tmp_path: Path) -> None:
    cells: list[Any] = [(5, '0"K"'), (6, '0"K"'), (7, '0 "EUR"'), (8, ";;;"), "#DIV/0!"]
    workbook(tmp_path / "one.xlsx", one=[NAMES, *([str(at), cell] for at, cell in enumerate(cells))])
    with load(tmp_path) as feeds:
        found = {group.pattern: (group.lines, group.example) for group in feeds.refusals}
    assert found == {
        "shown as something else": (3, "`amount` shows `5K` and holds 5: give it a plain number format"),
        "another currency": (1, "`amount` shows `7 EUR`, and the field is in USD: send USD, or mend the number format"),
        "": (1, "`amount` holds the error #DIV/0!: mend its formula"),
    }


def test_a_builtin_format(tmp_path: Path) -> None:
    """44 is the one of accounts, which openpyxl has without marks between its sections."""
    import openpyxl

    path = workbook(tmp_path / "one.xlsx", one=[NAMES, ["1", -5]])
    book = openpyxl.load_workbook(path)
    book["one"]["B2"].number_format = openpyxl.styles.numbers.BUILTIN_FORMATS[44]
    book.save(path)
    with load(tmp_path, None, Options()) as feeds:
        assert [row[1] for row in feeds.rows.all("One")] == [Decimal("-5.00")]


def test_sections() -> None:
    format = parse('0;-0;"zero";@')
    assert [section.text for section in format.sections(Decimal(0))] == ["zero"]
    assert format.texts is not None
