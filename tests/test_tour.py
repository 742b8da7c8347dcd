"""The tour is true to its end: its program and feeds, run by its command, print what it shows.

After a change that is meant, `INCDSL_ACCEPT=tour` puts what is printed into it. `tests/test_specs.py` checks the rest.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from tests.literate import read_cases
from tests.test_specs import unaligned

from incdsl.cli.main import exit_code

TOUR = Path(__file__).parent.parent / "docs/language/tour.md"
TEXT = TOUR.read_text(encoding="utf-8")
CONDITION = "On what condition: requirements and a payment"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a reader has who did what the tour says: the program and its two feeds."""
    (case,) = [case for case in read_cases(TOUR) if case.title == CONDITION]
    assert case.prelude is not None
    (tmp_path / "spring.inc").write_text(case.prelude.text + case.program.text, encoding="utf-8")
    (tmp_path / "feeds").mkdir()
    for block in case.data:
        if len(block.info) == 2:
            rows = "".join(",".join(row) + "\n" for row in unaligned(block))
            (tmp_path / "feeds" / f"{block.info[1].lower()}.csv").write_text(rows, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_prints_what_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (command,) = re.findall(r"^incdsl (run .*)$", TEXT, re.MULTILINE)
    (shown,) = re.findall(r"^```text\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert exit_code(command.split()) == 0
    printed = capsys.readouterr().out
    if os.environ.get("INCDSL_ACCEPT") == "tour":
        TOUR.write_text(TEXT.replace(f"```text\n{shown}", f"```text\n{printed}"), encoding="utf-8")
    else:
        assert printed == shown


@pytest.mark.parametrize("command", re.findall(r"^incdsl ((?:explain|actions) .*)$", TEXT, re.MULTILINE))
def test_the_commands_to_go_on_with_run(folder: Path, command: str) -> None:
    assert exit_code(command.split()) == 0
