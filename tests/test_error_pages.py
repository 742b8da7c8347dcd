"""The pages of `docs/errors`, executed: the program shown gives the error shown, and the mended one gives none.

A page has these fenced blocks: `inc` is the program, `inc NAME` a file that it uses (with `latin-1` behind the name when it
is saved so), `text` what the compiler says, and `inc fixed`, `inc fixed NAME` the same files without the mistake.
After a change of wording, `INCDSL_ACCEPT=CODE` puts what the compiler says into the page of that code.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from incdsl.diagnostic import Diagnostic
from incdsl.driver import load
from incdsl.render import render
from incdsl.semantics.errors import UnsourcedNumber

FOLDER = Path(__file__).parent.parent / "docs/errors"
PAGES = sorted(path for path in FOLDER.glob("*.md") if path.stem != "README")
FENCE = re.compile(r"^```(inc[^\n]*|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> dict[str, str]:
    """The text of each fenced block by the words of its fence."""
    return dict(FENCE.findall(page.read_text(encoding="utf-8")))


def said(files: Mapping[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Diagnostic]:
    """What the compiler says of `program.inc` among files; the words of their fences name them."""
    for words, text in files.items():
        name, *encoding = words.split() or ["program.inc"]
        (folder / name).write_bytes(text.encode(*encoding or ["utf-8"]))
    monkeypatch.chdir(folder)
    return load("program.inc").sink.sorted()


def mistakes(diagnostics: list[Diagnostic], code: str) -> list[Diagnostic]:
    """All but the warning that numbers have no source: the pages are about other things, and have no guide to cite."""
    return [diagnostic for diagnostic in diagnostics if diagnostic.code == code or diagnostic.code != UnsourcedNumber.code]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, found = page.stem, blocks(page)
    assert page.read_text(encoding="utf-8").startswith(f"# {code}\n")
    wrong = {words.removeprefix("inc").strip(): text for words, text in found.items() if re.match(r"inc(?! fixed)", words)}
    mended = {words.removeprefix("inc fixed").strip(): text for words, text in found.items() if words.startswith("inc fixed")}

    diagnostics = mistakes(said(wrong, tmp_path, monkeypatch), code)
    rendered = render(diagnostics)
    if os.environ.get("INCDSL_ACCEPT") == code:
        page.write_text(page.read_text(encoding="utf-8").replace(found["text"], rendered), encoding="utf-8")
    else:
        assert found["text"] == rendered
    assert [diagnostic.code for diagnostic in diagnostics] == [code]

    after = said({**{name: text for name, text in wrong.items() if name}, **mended}, tmp_path, monkeypatch)
    assert render(mistakes(after, code)) == ""


def test_the_readme_lists_every_page_once() -> None:
    listed = re.findall(
        r"^\* \[([a-z0-9-]+)\]\(([a-z0-9-]+)\.md\): ", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(listed) == [(page.stem, page.stem) for page in PAGES]
