"""The bench compares like with like: on small feeds all ways to do the work write the same files."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from bench import vip25
from bench.__main__ import PARTS
from bench.frame import Bench, same_files
from bench.report import DOCUMENT


def test_handwritten_sql_of_vip25_writes_the_same_files(tmp_path: Path) -> None:
    contenders = vip25.contenders(Bench(tmp_path), 3_000)
    took = Bench(tmp_path).take_turns(contenders, 1)
    assert len(took) == len(contenders)
    assert len((tmp_path / "vip25/3000/incdsl-run/payouts.csv").read_text().splitlines()) > 10


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
