"""The stored parse tables are those of the grammar. `INCDSL_ACCEPT=grammar` stores them again after a change."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from incdsl.diagnostic import Sink
from incdsl.source import Source
from incdsl.syntax import tables
from incdsl.syntax.parser import parse
from incdsl.syntax.structure import structure

ROOT = Path(__file__).parent.parent
STORED = ROOT / "grammar/incdsl.tables.json"


def test_stored_tables_are_those_of_the_grammar() -> None:
    fresh = tables.tables_to_store()
    key = json.loads(fresh)["key"]
    if os.environ.get("INCDSL_ACCEPT") == "grammar":
        STORED.write_text(fresh, encoding="utf-8")
    assert json.loads(STORED.read_text(encoding="utf-8"))["key"] == key, "store them again: INCDSL_ACCEPT=grammar"


def test_stored_tables_parse_as_the_grammar_does(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "tests/data/sample.inc").read_text(encoding="utf-8")
    from_store = parse(Source("sample.inc", text), Sink())
    tables.tables.cache_clear()
    monkeypatch.setattr(tables, "_from_store", lambda: None)
    from_grammar = parse(Source("sample.inc", text), Sink())
    tables.tables.cache_clear()
    assert structure(from_store) == structure(from_grammar)
    assert [str(d.span) for d in from_store.declarations] == [str(d.span) for d in from_grammar.declarations]
