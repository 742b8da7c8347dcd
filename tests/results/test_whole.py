"""Results whole or not at all: whatever stops a run, and whenever, a folder holds the files of one run."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from incdsl.results.whole import folder_aside, put_in_place

OLD = {"payouts.csv": "old", "requirements.csv": "old", "levels.csv": "old", "notes.txt": "mine"}
NEW = {"payouts.csv": "new", "requirements.csv": "new", "refused.csv": "new"}
AFTER = {**NEW, "notes.txt": "mine"}
EARLIER = ("payouts.csv", "requirements.csv", "levels.csv", "refused.csv")
MOVES = 6
"""Three files leave, three come."""


def prepared(directory: Path) -> Path:
    for name, text in OLD.items():
        (directory / name).write_text(text)
    aside = folder_aside(directory)
    for name, text in NEW.items():
        (aside / name).write_text(text)
    return aside


def held(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in directory.iterdir() if path.is_file()}


def stop_at(monkeypatch: pytest.MonkeyPatch, move: int, stop: Callable[[], None], *, before: bool) -> None:
    """Let a move be stopped, before or after it is made."""
    made = 0
    replace = Path.replace

    def stopped(source: Path, target: Path) -> Path:
        nonlocal made
        made += 1
        if made == move and before:
            stop()
        moved = replace(source, target)
        if made == move and not before:
            stop()
        return moved

    monkeypatch.setattr(Path, "replace", stopped)


def test_new_files_take_the_place_of_all_earlier_ones(tmp_path: Path) -> None:
    put_in_place(prepared(tmp_path), tmp_path, EARLIER)
    assert held(tmp_path) == AFTER


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("move", range(1, MOVES + 1))
@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "no space left on device"), MemoryError()])
def test_a_run_that_is_stopped_leaves_the_earlier_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, move: int, before: bool
) -> None:
    aside = prepared(tmp_path)

    def stop() -> None:
        raise error

    stop_at(monkeypatch, move, stop, before=before)
    with pytest.raises(type(error)):
        put_in_place(aside, tmp_path, EARLIER)
    assert held(tmp_path) == OLD


KILLED = """
import os, sys
from pathlib import Path
from incdsl.results.whole import put_in_place

moves, replace = int(sys.argv[1]), Path.replace

def killed(source, target):
    global moves
    moves -= 1
    return os._exit(9) if moves == 0 else replace(source, target)

Path.replace = killed
put_in_place(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:])
"""


@pytest.mark.parametrize("move", range(1, MOVES + 1))
def test_a_run_that_is_killed_leaves_no_mix(tmp_path: Path, move: int) -> None:
    aside = prepared(tmp_path)
    arguments = [str(move), str(aside), str(tmp_path), *EARLIER]
    assert subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False).returncode == 9
    left = held(tmp_path)
    assert left.pop("notes.txt") == "mine"
    assert len(set(left.values())) <= 1


def test_what_a_killed_run_left_aside_is_removed_by_the_next(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (tmp_path / f".incdsl-{gone.pid}-x").mkdir()
    aside, other = folder_aside(tmp_path), folder_aside(tmp_path)
    assert set(tmp_path.iterdir()) == {aside, other}
