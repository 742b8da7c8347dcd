"""Runs a command and says what it took."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Took:
    """What one run of a process took: seconds by the clock, seconds of CPU, and the most memory it held, in GB."""

    seconds: float
    cpu: float
    memory: float


def measured(command: Sequence[str]) -> Took:
    """Run a command to its end, in the folder of the project. When it fails, its output is shown and SystemExit raised."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, cwd=ROOT)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        output = said.read()
    if process.returncode != 0:
        sys.stdout.buffer.write(output)
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Took(seconds, used.ru_utime + used.ru_stime, _gigabytes(used))


def _gigabytes(used: resource.struct_rusage) -> float:
    # Linux counts in kilobytes.
    return used.ru_maxrss * 1024 / 1e9


def median(runs: Sequence[Took]) -> Took:
    """The median of each number."""
    return Took(
        statistics.median(run.seconds for run in runs),
        statistics.median(run.cpu for run in runs),
        max(run.memory for run in runs),
    )
