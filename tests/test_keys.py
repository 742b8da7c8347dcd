"""Keys that ascend nearly everywhere: which may stand twice is found without grouping, and never missed."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import keys, load_feeds

PROGRAM = ir.Program(
    "T", "Test", "S", "USD", (), (ir.Relation("R", ir.Feed("r"), ("id",), (ir.StoredColumn("id", ty.TEXT),)),), (), (), ()
)


def sequence(chance: random.Random, length: int) -> list[str]:
    """Ascending keys, some of them swapped, repeated, moved, or spoiled."""
    found = [f"K-{at:04}" for at in range(length)]
    for _ in range(chance.choice((0, 1, 1, 2, 5))):
        at, other = chance.randrange(length), chance.randrange(length)
        match chance.randrange(5):
            case 0:
                found[at] = found[max(at - 1, 0)]
            case 1:
                found[at] = found[other]
            case 2:
                found[at], found[other] = found[other], found[at]
            case 3:
                found[at] = chance.choice(("", "A", "zzz", "K-00055", "é"))
            case _:
                found.insert(at, found.pop(other))
    return found


def test_no_key_that_stands_twice_is_missed() -> None:
    chance = random.Random("nearly ascending")
    known = proved = 0
    for _ in range(20_000):
        found = sequence(chance, chance.randrange(1, 12))
        before: list[str | None] = [None, *found[:-1]]
        breaks = [(last, first) for last, first in zip(before, found, strict=True) if last is None or first <= last]
        candidates = keys._twice(breaks)
        if candidates is not None:
            known += 1
            proved += not candidates
            assert {key for key, times in Counter(found).items() if times > 1} <= set(candidates), found
    assert known > 9_000
    assert proved > 3_000


def test_too_many_runs_tell_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_MOST_RUNS", 2)
    assert keys._twice([(None, "a"), ("b", "b")]) == ["b"]
    assert keys._twice([(None, "a"), ("b", "b"), ("c", "c")]) is None
    assert keys._twice([]) == []


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_rows_that_share_a_key_in_a_file(format: str, tmp_path: Path) -> None:
    chance = random.Random(f"files {format}")
    for turn in range(12):
        ids = [f"K-{at:06}" for at in range(20_000)]
        for _ in range(turn):
            at = chance.randrange(1, len(ids))
            ids[at] = ids[at - 1] if chance.random() < 0.6 else chance.choice([*ids, "zzz", "A"])
        with duckdb.connect() as connection:
            connection.execute("CREATE TABLE r AS SELECT unnest(?::VARCHAR[]) AS id", [ids])
            options = "FORMAT parquet, ROW_GROUP_SIZE 2048" if format == "parquet" else "FORMAT csv, HEADER"
            connection.execute(f"COPY r TO '{tmp_path}/r.{format}' ({options})")
        times = Counter(ids)
        shift = 1 if format == "parquet" else 2
        with load_feeds(PROGRAM, tmp_path) as feeds:
            refused = feeds.connection.execute("SELECT line FROM result.refused ORDER BY line").fetchall()
        assert [line for (line,) in refused] == [at + shift for at, key in enumerate(ids) if times[key] > 1]
