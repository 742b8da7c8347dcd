"""The guide to mappings, docs/guide/mapping.md, runs as it stands: its files, its commands, and what they say."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from incdsl.cli.main import exit_code

GUIDE = Path(__file__).parent.parent / "docs/guide/mapping.md"


def transcript(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    """What each block that says what a program answers holds, and what it is answered; in `folder`, the working one."""
    answers = []
    for kind, name, text in re.findall(
        r"^```(inc|csv|toml|console)(?: ([^\n]*))?\n(.*?)^```$", GUIDE.read_text("utf-8"), re.S | re.M
    ):
        path = folder / name
        if kind == "console":
            command, _, expected = text.partition("\n")
            exit_code(shlex.split(command.removeprefix("$ incdsl ")))
            said = capsys.readouterr()
            answers.append((expected, said.out + said.err))
        elif kind == "toml":
            answers.append((text, path.read_text(encoding="utf-8")))
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return answers


def _shown(said: str, expected: str) -> list[str]:
    """The lines that were said, with `...` for those that the guide leaves out: up to the next line that it has."""
    lines, shown = said.split("\n"), []
    wanted = expected.split("\n")
    for at, line in enumerate(wanted):
        if line == "...":
            last = at + 2 == len(wanted)
            while lines and (len(lines) > 1 if last else lines[0] != wanted[at + 1]):
                lines.pop(0)
            shown.append("...")
        elif lines:
            shown.append(lines.pop(0))
    return shown + lines


def test_the_guide_runs_as_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answers = transcript(tmp_path, capsys)
    assert len(answers) == 5
    for expected, said in answers:
        assert "\n".join(_shown(said, expected)) == expected
