"""Tables in docs/performance.md: what was measured, between markers, and on which machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from bench.measure import ROOT, Took

DOCUMENT = ROOT / "docs" / "performance.md"


def put(part: str, lines: Sequence[str]) -> None:
    """Put the lines where the document has the markers of a part; it must have them."""
    start, end = f"<!-- bench {part}: start -->", f"<!-- bench {part}: end -->"
    before, rest = DOCUMENT.read_text(encoding="utf-8").split(start)
    _, after = rest.split(end)
    DOCUMENT.write_text("\n".join([f"{before}{start}", *lines, f"{end}{after}"]), encoding="utf-8")


def compared(title: str, took: Mapping[str, Took], own: str, note: Mapping[str, str] | None = None) -> list[str]:
    """A table of what each took, and of how many times that `own` took, by the clock and in CPU; `note` stands beside a name."""
    rows = [f"| {title} | seconds | CPU seconds | GB at most | {own} takes |", "| --- | ---: | ---: | ---: | ---: |"]
    for name, each in took.items():
        ratio = "" if name == own else f"{took[own].seconds / each.seconds:.2f} x, CPU {took[own].cpu / each.cpu:.2f} x"
        shown = name + (f" ({note[name]})" if note and name in note else "")
        rows.append(f"| {shown} | {each.seconds:.2f} | {each.cpu:.2f} | {each.memory:.2f} | {ratio} |")
    return rows


def machine() -> str:
    """A sentence on the machine and the versions that count."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    libraries = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "sqlglot"))
    return (
        f"Measured on {os.cpu_count()} cores ({_processor()}) and {memory:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {libraries}."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    models = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())
