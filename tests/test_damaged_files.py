"""No file, whatever is in it, makes more of a run than a message: no traceback, no hang, no lost row.

`INCDSL_FUZZ_FILES=20000` reads so many files instead of the few of a normal run; `INCDSL_FUZZ_FROM=7` starts at
another seed. A file that fails is shown by its seed: `damaged_files.damaged_file(seed)` makes it again.
"""

from __future__ import annotations

import faulthandler
import os
import resource
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests.damaged_files import damaged_file, good_files, read

FIRST = int(os.environ.get("INCDSL_FUZZ_FROM", "0"))
FILES = int(os.environ.get("INCDSL_FUZZ_FILES", "440"))
SHARDS = 4
LONGEST = 120
"""Seconds that one file may take before the run ends with where it hangs: a file is read in some hundredths of one."""


@pytest.mark.parametrize("name", good_files())
def test_good_files_are_read(tmp_path: Path, name: str) -> None:
    assert read(name, good_files()[name], tmp_path) == "read"


@pytest.mark.parametrize(
    "seed", [3824, 13603]
)  # damage in a column that no check looks at, as DuckDB and its reader of Parquet say it
def test_damage_where_nobody_looked_before_is_known_for_what_it_is(seed: int, tmp_path: Path) -> None:
    name, content = damaged_file(seed)
    assert (name, read(name, content, tmp_path)) == ("row.parquet", "damaged where nobody looked before")


@pytest.mark.parametrize("shard", range(SHARDS))
def test_damaged_files_end_in_a_message(tmp_path: Path, shard: int, capsys: pytest.CaptureFixture[str]) -> None:
    ends: Counter[str] = Counter()
    for seed in range(FIRST + shard, FIRST + FILES, SHARDS):
        name, content = damaged_file(seed)
        faulthandler.dump_traceback_later(LONGEST, exit=True, file=sys.__stderr__)
        try:
            ends[read(name, content, tmp_path)] += 1
        except BaseException as error:
            raise AssertionError(f"seed {seed}, {name}: {error!r}") from error
        finally:
            faulthandler.cancel_dump_traceback_later()
    assert ends["read"] > 0
    assert ends["unreadable-feed"] > 0
    with capsys.disabled():
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"\n{sum(ends.values()):,} files, {most:,} MB at most: {dict(ends.most_common())}")
