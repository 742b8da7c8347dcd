"""Slips of the finger, one at a time, everywhere in a program that has every construct: the compiler always has an answer,
and it is a short one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.literate import read_cases

from incdsl.driver import load

(SHEET,) = read_cases(Path(__file__).parent.parent / "docs/language/cheat-sheet.md")
LINES = [re.sub(r"\s+#.*$", "", line) for line in SHEET.program.text.splitlines()]
TOKEN = re.compile(r'"[^"]*"|[^\W\d]\w*|\d[\d,.\-]*%?|[^\s\w]')
EVERY = 7
"""One slip in so many is tried: which ones differs from kind to kind."""


def slips(kind: str) -> Iterator[tuple[int, str]]:
    """Lines with a slip in them, by their number from 0."""
    for number, line in enumerate(LINES):
        for found in TOKEN.finditer(line):
            before, word, after = line[: found.start()], found[0], line[found.end() :]
            match kind:
                case "left out":
                    yield number, before + after
                case "twice":
                    yield number, f"{before}{word} {word}{after}"
                case "misspelt" if len(word) > 3 and word.isalpha():
                    yield number, f"{before}{word[0]}{word[2]}{word[1]}{word[3:]}{after}"
                case "a number" if not word[0].isdigit():
                    yield number, f"{before}7{after}"
                case "a text" if not word.startswith('"'):
                    yield number, f'{before}"x"{after}'
                case _:
                    pass


@pytest.mark.parametrize(("kind", "start"), [("left out", 0), ("twice", 1), ("misspelt", 2), ("a number", 3), ("a text", 4)])
def test_a_slip_gets_a_short_answer(kind: str, start: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    counts: Counter[int] = Counter()
    for number, line in list(slips(kind))[start::EVERY]:
        Path("program.inc").write_text("\n".join([*LINES[:number], line, *LINES[number + 1 :]]) + "\n", encoding="utf-8")
        errors = [diagnostic for diagnostic in load("program.inc").sink.diagnostics if diagnostic.severity == "error"]
        counts[len(errors)] += 1
        assert len(errors) < 10, line
    assert 5 * (counts[0] + counts[1]) >= 4 * counts.total(), counts
