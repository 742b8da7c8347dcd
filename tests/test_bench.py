"""The bench compares like with like: on small feeds all ways to do the work write the same files."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import ModuleType

import pytest
from bench import lci, mdf, vip25
from bench.__main__ import PARTS
from bench.frame import Bench, same_files
from bench.report import DOCUMENT


@pytest.mark.parametrize(("part", "rows"), [(vip25, 3_000), (lci, 3_000), (mdf, 40_000)])
def test_handwritten_sql_writes_the_same_files(tmp_path: Path, part: ModuleType, rows: int) -> None:
    contenders = part.contenders(Bench(tmp_path), rows)
    took = Bench(tmp_path).take_turns(contenders, 1)
    assert len(took) == len(contenders)
    (payouts,) = tmp_path.glob("*/*/incdsl-run/payouts.csv")
    assert len(payouts.read_text().splitlines()) > 10


def test_a_different_file_is_noticed(tmp_path: Path) -> None:
    for folder, text in (("one", "1"), ("other", "2")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "payouts.csv").write_text(text)
    with pytest.raises(SystemExit, match=r"payouts\.csv differs"):
        same_files([tmp_path / "one", tmp_path / "other"])


def test_every_part_has_its_place_in_the_document() -> None:
    marked = re.findall(r"^<!-- bench (\w+): start -->$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(marked) == {"machine", *PARTS}
    assert all(callable(importlib.import_module(f"bench.{part}").run) for part in PARTS)
