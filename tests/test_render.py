"""What a diagnostic looks like: every case is written out in full."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import ClassVar

import pytest

from incdsl.diagnostic import Diagnostic, Label
from incdsl.render import count, render
from incdsl.source import Source, Span


@dataclass(frozen=True)
class Sample(Diagnostic):
    """A diagnostic whose words are given."""

    said: str = "there is no `amuont` in `Purchase`"
    beside: str = ""
    fix: str = "did you mean `amount`?"
    others: tuple[Label, ...] = ()
    warns: bool = False

    code: ClassVar[str] = "sample"

    def message(self) -> str:
        return self.said

    def label(self) -> str:
        return self.beside

    def help(self) -> str:
        return self.fix

    def related(self) -> tuple[Label, ...]:
        return self.others


@dataclass(frozen=True)
class Warned(Sample):
    code: ClassVar[str] = "sample-warning"
    severity: ClassVar[str] = "warning"


def place(source: Source, text: str) -> Span:
    start = source.text.index(text)
    return source.span(start, start + len(text))


PROGRAM = Source("vip.inc", "record Purchase\n  amount money\n\nfor each Partner\n  let volume = sum of amuont over Purchase\n")


def test_text_shows_place_line_caret_and_help() -> None:
    assert render([Sample(place(PROGRAM, "amuont"))]) == (
        "error[sample]: there is no `amuont` in `Purchase`\n"
        " --> vip.inc:5:23\n"
        "  |\n"
        "5 |   let volume = sum of amuont over Purchase\n"
        "  |                       ^^^^^^\n"
        "  |\n"
        "  help: did you mean `amount`?\n"
        "\n"
        "1 error\n"
    )


def test_second_place_in_the_same_file() -> None:
    diagnostic = Sample(
        place(PROGRAM, "amuont"), beside="not a field", others=(Label(place(PROGRAM, "Purchase"), "`Purchase` is declared here"),)
    )
    assert render([diagnostic]) == (
        "error[sample]: there is no `amuont` in `Purchase`\n"
        " --> vip.inc:5:23\n"
        "  |\n"
        "1 | record Purchase\n"
        "  |        -------- `Purchase` is declared here\n"
        "...\n"
        "5 |   let volume = sum of amuont over Purchase\n"
        "  |                       ^^^^^^ not a field\n"
        "  |\n"
        "  help: did you mean `amount`?\n"
        "\n"
        "1 error\n"
    )


def test_second_place_in_another_file() -> None:
    other = Source("partner.inc", "record Partner\n")
    diagnostic = Sample(place(PROGRAM, "Partner"), others=(Label(place(other, "Partner"), "first here"),))
    assert render([diagnostic]) == (
        "error[sample]: there is no `amuont` in `Purchase`\n"
        " --> vip.inc:4:10\n"
        "  |\n"
        "4 | for each Partner\n"
        "  |          ^^^^^^^\n"
        "  |\n"
        " ::: partner.inc:1:8\n"
        "  |\n"
        "1 | record Partner\n"
        "  |        ------- first here\n"
        "  |\n"
        "  help: did you mean `amount`?\n"
        "\n"
        "1 error\n"
    )


def test_two_places_on_one_line_get_a_line_each() -> None:
    diagnostic = Sample(place(PROGRAM, "amuont"), others=(Label(place(PROGRAM, "volume"), "used for this"),))
    assert (
        "5 |   let volume = sum of amuont over Purchase\n  |       ------ used for this\n  |                       ^^^^^^\n"
    ) in render([diagnostic])


def test_tabs_and_wide_characters_keep_the_caret_under_the_place() -> None:
    source = Source("wide.inc", "\tlet 金額 = amuont\n")
    assert (
        "1 |     let 金額 = amuont\n"
        "  |                ^^^^^^\n"
    ) in render([Sample(place(source, "amuont"))])  # fmt: skip
    assert "  |         ^^^^\n" in render([Sample(place(source, "金額"))])


def test_combining_characters_take_no_column() -> None:
    source = Source("accents.inc", "Cafe\u0301 amuont\n")
    assert "  |      ^^^^^^\n" in render([Sample(place(source, "amuont"))])


def test_control_characters_never_reach_the_terminal() -> None:
    source = Source("bad.inc", "let \x1b[31m x\n")
    assert "1 | let \N{REPLACEMENT CHARACTER}[31m x\n" in render([Sample(place(source, "x"))])


def test_a_place_over_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    span = PROGRAM.span(0, PROGRAM.text.index("\n\n"))
    text = render([Sample(span)])
    assert "1 | record Purchase\n  | ^^^^^^^^^^^^^^^\n" in text
    assert "amount money" not in text


def test_an_empty_place_and_the_end_of_the_file_get_one_caret() -> None:
    end = len(PROGRAM.text)
    assert " --> vip.inc:6:1\n  |\n6 |\n  | ^\n" in render([Sample(PROGRAM.span(end, end))])
    newline = PROGRAM.text.index("\n")
    assert "1 | record Purchase\n  |                ^\n" in render([Sample(PROGRAM.span(newline, newline + 1))])


def test_a_file_that_could_not_be_read_has_no_excerpt() -> None:
    nowhere = Source("gone.inc", "")
    assert render([Sample(nowhere.span(0, 0), said="`gone.inc` does not exist", fix="name a file")]) == (
        "error[sample]: `gone.inc` does not exist\n --> gone.inc:1:1\n  help: name a file\n\n1 error\n"
    )


def test_prose_wraps_at_100_columns_and_long_lines_are_cut_around_the_place() -> None:
    source = Source("long.inc", "let x = " + "a + " * 60 + "amuont" + " + b" * 60 + "\n")
    diagnostic = Sample(
        place(source, "amuont"), said="word " * 30 + "end", beside="label " * 20 + "end", fix="help " * 40 + "end\nsecond"
    )
    text = render([diagnostic])
    assert max(len(line) for line in text.splitlines()) <= 100
    excerpt, carets = text.splitlines()[4:6]
    assert excerpt.startswith("1 | …")
    assert excerpt.endswith("…")
    start = carets.index("^")
    assert excerpt[start : start + 6] == "amuont"
    assert carets == "  |" + " " * (start - 3) + "^^^^^^"
    assert text.count("help: ") == 1
    assert "\n        second\n" in text


def test_concise_is_a_line_each() -> None:
    assert render([Sample(place(PROGRAM, "amuont")), Warned(place(PROGRAM, "Partner"))], "concise") == (
        "vip.inc:5:23: error[sample] there is no `amuont` in `Purchase`\n"
        "vip.inc:4:10: warning[sample-warning] there is no `amuont` in `Purchase`\n"
        "1 error, 1 warning\n"
    )


def test_json_is_a_list_of_objects() -> None:
    diagnostic = Sample(place(PROGRAM, "amuont"), others=(Label(place(PROGRAM, "Purchase"), "here"),))
    assert json.loads(render([diagnostic], "json")) == [
        {
            "code": "sample",
            "severity": "error",
            "path": "vip.inc",
            "line": 5,
            "column": 23,
            "end_line": 5,
            "end_column": 29,
            "message": "there is no `amuont` in `Purchase`",
            "label": "",
            "help": "did you mean `amount`?",
            "related": [{"path": "vip.inc", "line": 1, "column": 8, "end_line": 1, "end_column": 16, "text": "here"}],
        }
    ]
    assert render([], "json") == "[]\n"


def test_nothing_wrong_is_nothing_said() -> None:
    assert render([]) == ""
    assert render([], "concise") == ""
    assert count([]) == "no errors"


def test_colour_changes_nothing_but_colour() -> None:
    diagnostics = [Sample(place(PROGRAM, "amuont"), beside="x"), Warned(place(PROGRAM, "Partner"))]
    coloured = render(diagnostics, color=True)
    assert "\x1b[1;31merror[sample]\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(diagnostics)


def test_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown format 'xml'"):
        render([], "xml")
