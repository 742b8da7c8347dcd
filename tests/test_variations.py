"""Expressions of every kind about rows, keys and periods, right and wrong: each is compiled or gets an error, and none is an
error of the compiler's own.

`tests/data/variations.txt` has one on each line; it stands as a value and as a requirement in `tests/data/variations.inc`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from incdsl.driver import load

DATA = Path(__file__).parent / "data"
BASE = (DATA / "variations.inc").read_text(encoding="utf-8")
EXPRESSIONS = (DATA / "variations.txt").read_text(encoding="utf-8").splitlines()
PLACE = "  let x = id\n"
FORMS = {
    "value": "  let x = {}\n",
    "requirement": "  require r\n    that {}\n  pay q\n    needs  r\n    amount 1 USD\n",
    "rows": "  let x = any Order where ({})\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_compiled_or_an_error(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert BASE.count(PLACE) == 1
    compiled = 0
    for expression in EXPRESSIONS:
        Path("program.inc").write_text(BASE.replace(PLACE, FORMS[form].format(expression)), encoding="utf-8")
        try:
            loaded = load("program.inc")
        except Exception as error:
            raise AssertionError(expression) from error
        compiled += loaded.program is not None
        assert loaded.program is not None or loaded.sink.has_errors, expression
    assert compiled > 30
