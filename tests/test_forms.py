"""The same data in every kind of source gives the same bytes, and the same rows are refused for the same reasons."""

from __future__ import annotations

import csv
import datetime
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from tests import forms
from tests.postgres_server import as_url

from incdsl import driver
from incdsl.core import ir

ROOT = Path(__file__).parent.parent
VIP25 = ROOT / "programs" / "vip25"
DAY = datetime.date(2015, 7, 26)

Refusal = tuple[str, str, str, str, str, tuple[tuple[str, str], ...]]


@cache
def _program() -> ir.Program:
    program = driver.load(str(VIP25 / "vip25.inc")).program
    assert program is not None
    return program


@pytest.fixture(scope="module")
def feeds() -> list[forms.Feed]:
    return forms.read_feeds(_program(), VIP25 / "feeds")


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("expected")
    _run(VIP25 / "feeds", out)
    return out


def _run(data: Path | str, out: Path) -> list[tuple[str, int, int, int]]:
    ran = driver.run(_program(), data, DAY, out)
    with ran.feeds:
        return [(count.relation, count.read, count.used, count.refused) for count in ran.feeds.counts]


def _shown(value: str) -> str:
    """A value but for spaces around it and zeros after its decimals, which not every kind keeps."""
    return re.sub(r"^(-?\d+)(?:\.0*|(\.\d*[1-9])0*)$", r"\1\2", value.strip(" "))


def _refusals(path: Path) -> Counter[Refusal]:
    """What was refused, but for where it stood in its source."""
    found: Counter[Refusal] = Counter()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            feed = re.split(r"[./ ]", re.sub(r"^.* (sheet|table) ", "", row["file"]).lower())[0]
            message = re.sub(r": .*\b(line|row) \d+", ": #", row["message"])
            came = sorted((name, _shown(value)) for name, value in json.loads(row["row"]).items() if value and value.strip(" "))
            found[feed, row["field"], _shown(row["value"]), row["code"], message, tuple(came)] += 1
    return found


def _same_files(expected: Path, out: Path) -> None:
    for name in ("payouts.csv", "requirements.csv"):
        assert (out / name).read_bytes() == (expected / name).read_bytes(), name


@pytest.mark.parametrize("form", forms.FORMS)
def test_the_same_bytes(tmp_path: Path, feeds: list[forms.Feed], expected: Path, form: str) -> None:
    (tmp_path / "feeds").mkdir()
    counts = _run(forms.FORMS[form](feeds, tmp_path / "feeds"), tmp_path / "out")
    _same_files(expected, tmp_path / "out")
    assert [count[:2] for count in counts] == [(relation.name, len(rows)) for relation, rows in feeds]
    found, wanted = _refusals(tmp_path / "out" / "refused.csv"), _refusals(expected / "refused.csv")
    if form == "semicolons":  # the notation differs, and with it what is said of it
        assert Counter(each[:2] for each in found.elements()) == Counter(each[:2] for each in wanted.elements())
    else:
        assert found - wanted == wanted - found == Counter()


def test_the_same_bytes_from_a_server(tmp_path: Path, feeds: list[forms.Feed], expected: Path, postgres: str) -> None:
    counts = _run(forms.postgres_tables(feeds, as_url(postgres)), tmp_path)
    _same_files(expected, tmp_path)
    assert [count[:2] for count in counts] == [(relation.name, len(rows)) for relation, rows in feeds]
    found, wanted = _refusals(tmp_path / "refused.csv"), _refusals(expected / "refused.csv")
    assert found - wanted == wanted - found == Counter()
