"""Mistakes that analysts make, and what the compiler says to each: `tests/mistakes/NAME.inc` beside `NAME.txt`.

A new or changed message fails until somebody has read it and takes it by name: `INCDSL_ACCEPT=NAME make test`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from incdsl.driver import load
from incdsl.render import render

FOLDER = Path(__file__).parent / "mistakes"
NAMES = sorted(path.stem for path in FOLDER.glob("*.inc"))


@pytest.mark.parametrize("name", NAMES)
def test_message(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    diagnostics = load(f"{name}.inc").sink.sorted()
    said = render(diagnostics)
    golden = FOLDER / f"{name}.txt"
    if os.environ.get("INCDSL_ACCEPT") == name:
        golden.write_text(said, encoding="utf-8")
    assert golden.exists(), f"nobody has accepted this yet (INCDSL_ACCEPT={name}):\n{said}"
    assert said == golden.read_text(encoding="utf-8")
    assert len(diagnostics) == (3 if name.startswith("three-") else 1)


def test_every_golden_has_its_mistake() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == NAMES
