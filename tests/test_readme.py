"""The README is true: its program, its output and its commands.

After a change that is meant, `INCDSL_ACCEPT=README` puts the summary that `incdsl run` prints into it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from incdsl.cli.main import cli, exit_code

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
PROGRAM, SUMMARY, MISTAKE = (text for _, text in re.findall(r"^```(inc|text)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL))


def test_the_program_shown_is_the_program() -> None:
    remaining = iter((ROOT / "programs/vip25/vip25.inc").read_text(encoding="utf-8").splitlines())
    for line in PROGRAM.splitlines():
        assert any(written.startswith(line) for written in remaining), line


def test_the_summary_shown_is_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "programs", tmp_path / "programs")
    monkeypatch.chdir(tmp_path)
    (command,) = re.findall(r"`incdsl (run [^`]*)` prints", TEXT)
    assert exit_code(command.split()) == 0
    printed = capsys.readouterr().out
    if os.environ.get("INCDSL_ACCEPT") == "README":
        README.write_text(TEXT.replace(SUMMARY, printed), encoding="utf-8")
    else:
        assert printed == SUMMARY


def test_the_mistake_shown_is_the_one_of_its_page() -> None:
    page = (ROOT / "docs/errors/missing-round.md").read_text(encoding="utf-8")
    assert MISTAKE in page


def test_every_command_is_listed() -> None:
    assert sorted(re.findall(r"^\| `incdsl (\w+) ", TEXT, re.MULTILINE)) == sorted(cli.commands)


def test_make_help_lists_every_target() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert re.findall(r"^  make (\w+)", listed, re.MULTILINE) == targets


def test_the_commands_are_there_after_setup() -> None:
    """What the README says to type after `make setup` is what that installs, and the extras it names are those there are."""
    assert "source .venv/bin/activate" in TEXT
    assert (ROOT / ".venv/bin/activate").exists()
    assert (ROOT / ".venv/bin/incdsl").exists()
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    pages = [README, *(ROOT / "docs").rglob("*.md")]
    said = {page: re.findall(r"pip install '([^'\[]*)\[([a-z,-]+)\]'", page.read_text(encoding="utf-8")) for page in pages}
    assert {where for found in said.values() for where, _ in found} == {"."}
    assert {extra for found in said.values() for _, extras_said in found for extra in extras_said.split(",")} <= set(extras)
