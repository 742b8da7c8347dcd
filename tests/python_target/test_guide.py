"""The examples of docs/guide/python.md run as they stand."""

from __future__ import annotations

import re
import sys

import pytest
from tests.python_target.conftest import ROOT, shipped

GUIDE = (ROOT / "docs" / "guide" / "python.md").read_text(encoding="utf-8")


def test_the_guide(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lci", shipped("lci").module)
    blocks = re.findall(r"^```(python|text)\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    assert [language for language, _ in blocks] == ["python", "text", "python", "text"]
    namespace: dict[str, object] = {}
    for (_, code), (_, expected) in zip(blocks[::2], blocks[1::2], strict=True):
        exec(compile(code, "docs/guide/python.md", "exec"), namespace)
        assert capsys.readouterr().out == expected
