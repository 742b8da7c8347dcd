"""`docs/language/grammar.md` is that of the grammar. `INCDSL_ACCEPT=grammar` writes it again after a change."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.grammar_page import page, rules

ROOT = Path(__file__).parent.parent
GRAMMAR = (ROOT / "grammar/incdsl.lark").read_text(encoding="utf-8")
PAGE = ROOT / "docs/language/grammar.md"


def test_the_page_is_that_of_the_grammar() -> None:
    written = page(GRAMMAR)
    if os.environ.get("INCDSL_ACCEPT") == "grammar":
        PAGE.write_text(written, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == written, "write it again: INCDSL_ACCEPT=grammar"


def test_every_word_of_the_grammar_is_on_the_page() -> None:
    words = set(re.findall(r'"(\w+)"', re.sub(r"^//.*$", "", GRAMMAR, flags=re.MULTILINE)))
    assert words - set(re.findall(r"\w+", "".join(re.findall(r"```text\n(.*?)```", page(GRAMMAR), re.DOTALL)))) == set()


def test_alternatives_bodies_and_broken_lines() -> None:
    assert set(rules('a: "x" b\n | BROKEN _NL\n?b: NAME -> c\n')) == {"a", "b"}
