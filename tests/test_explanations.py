"""The outputs in the guide to explanations are what the commands print.

After a change that is meant, `INCDSL_ACCEPT=explanations` puts what is printed into it.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

from incdsl.cli.main import exit_code

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs/guide/explanations.md"
SHOWN = re.findall(
    r"^```sh\nincdsl ([^\n]*)\n```\n\n```text\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)


def test_every_program_is_explained() -> None:
    assert [pair for command, _ in SHOWN for pair in re.findall(r"^(\w+) programs/(\w+)/", command)] == [
        ("explain", "vip25"),
        ("explain", "lci"),
        ("actions", "lci"),
        ("explain", "mdf"),
        ("explain", "cx"),
    ]


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command.split(" --")[0] for command, _ in SHOWN])
def test_what_is_shown_is_printed(
    command: str, shown: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert exit_code(shlex.split(command)) == 0
    printed = capsys.readouterr().out
    if os.environ.get("INCDSL_ACCEPT") == "explanations":
        text = GUIDE.read_text(encoding="utf-8")
        GUIDE.write_text(text.replace(f"{command}\n```\n\n```text\n{shown}```", f"{command}\n```\n\n```text\n{printed}```"))
    else:
        assert printed == shown
