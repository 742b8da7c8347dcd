"""Times `incdsl run` on VIP25 against hand-written DuckDB SQL for the same job. Run by `make bench`.

    python bench/run.py [--rows N] [--runs N] [--small N] [--data DIR] [--write]

The lines come from `incdsl sample` (Parquet, the same bytes every time) and stay in build/bench. All processes run one
after another, in turns, so that a slow minute of the machine meets them all; the medians are compared. `--write` puts
the table into docs/performance.md.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from constants import constants
from measure import Took, measured, median

from incdsl import driver

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "programs" / "vip25" / "vip25.inc"
SQL = Path(__file__).resolve().parent / "vip25"
AS_OF = "2015-07-26"
FILES = ("payouts.csv", "requirements.csv", "refused.csv")
DOCUMENT = ROOT / "docs" / "performance.md"
START, END = "<!-- bench: start -->", "<!-- bench: end -->"
MOST_TIMES, MOST_MEMORY = 1.25, 6.0

INCDSL = "incdsl run"
CHECKED = "hand-written SQL, same checks"
TRUSTING = "hand-written SQL, no checks"
SCAN = "bare scan of the used columns"
REFERENCE = "incdsl run --engine reference"


@dataclass(frozen=True)
class Place:
    """Where the data of one size lies, and where the runs on it write."""

    lines: int
    data: Path
    work: Path

    def out(self, name: str) -> Path:
        """The folder that a run writes into."""
        return self.work / name.replace(" ", "-").replace(",", "")


def main() -> None:
    """Measure, print the table, and end with 1 when a target is missed."""
    options = _options()
    build = ROOT / "build" / "bench"
    large = _place(build, options.rows, options.data)
    tenth = _place(build, options.rows // 10, None)
    small = _place(build, options.small, None)
    at_large = _compared(large, (INCDSL, CHECKED, TRUSTING, SCAN), options.runs)
    at_tenth = _compared(tenth, (INCDSL, CHECKED), options.runs)
    at_small = _compared(small, (INCDSL, REFERENCE), 1)
    lines = _table(large, at_large) + _growth(tenth, at_tenth, large, at_large) + _reference(small, at_small)
    report = "\n".join(lines)
    print(report)
    if options.write:
        before, rest = DOCUMENT.read_text().split(START)
        DOCUMENT.write_text(f"{before}{START}\n{report}\n{END}{rest.split(END)[1]}")
    times = at_large[INCDSL].seconds / at_large[CHECKED].seconds
    if times > MOST_TIMES or at_large[INCDSL].memory > MOST_MEMORY:
        sys.exit(f"missed: {times:.2f} times the hand-written SQL, {at_large[INCDSL].memory:.1f} GB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=50_000_000, help="purchase lines (default 50 million)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each, of which the median counts (default 3)")
    parser.add_argument("--small", type=int, default=20_000, help="purchase lines for the reference engine (default 20,000)")
    parser.add_argument("--data", type=Path, help="a folder with Parquet feeds of that many lines, instead of sampling them")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    return parser.parse_args()


def _place(build: Path, lines: int, data: Path | None) -> Place:
    """The data of one size, made when it is not there."""
    work = build / str(lines)
    work.mkdir(parents=True, exist_ok=True)
    if data is None:
        data = work / "feeds"
        if not (data / "purchase.parquet").exists():
            print(f"making up {lines:,} purchase lines", flush=True)
            made = ["--rows", str(lines), "--seed", "1", "--format", "parquet", "--out", str(data)]
            measured([_incdsl(), "sample", str(PROGRAM), *made])
    return Place(lines, data, work)


def _compared(place: Place, names: tuple[str, ...], runs: int) -> dict[str, Took]:
    """Run each in turns and compare what they write."""
    commands = _commands(place)
    took: dict[str, list[Took]] = {name: [] for name in names}
    for turn in range(runs):
        for name in names:
            took[name].append(measured(commands[name]))
            print(f"  {place.lines:>11,} lines, run {turn + 1}: {name}: {took[name][-1].seconds:.2f} s", flush=True)
    for name in names:
        for file in () if name == SCAN else FILES:
            if not filecmp.cmp(place.out(INCDSL) / file, place.out(name) / file, shallow=False):
                sys.exit(f"{file} differs: {place.out(INCDSL)} and {place.out(name)}")
    return {name: median(each) for name, each in took.items()}


def _commands(place: Place) -> dict[str, list[str]]:
    program = driver.load(str(PROGRAM)).program
    assert program is not None
    (place.work / "constants.sql").write_text(constants(program))

    def sql(name: str, *files: str) -> list[str]:
        out = place.out(name)
        out.mkdir(exist_ok=True)
        values = place.work / f"{out.name}.json"
        values.write_text(json.dumps({"data": str(place.data), "out": str(out), "as_of": AS_OF, "version": program.version}))
        scripts = [str(place.work / "constants.sql"), *(str(SQL / f"{file}.sql") for file in files)]
        return [sys.executable, str(SQL.parent / "handwritten.py"), str(values), *scripts]

    def incdsl(name: str, *options: str) -> list[str]:
        arguments = [str(PROGRAM), "--data", str(place.data), "--as-of", AS_OF, "--out", str(place.out(name))]
        return [_incdsl(), "run", *arguments, *options]

    return {
        INCDSL: incdsl(INCDSL),
        REFERENCE: incdsl(REFERENCE, "--engine", "reference"),
        CHECKED: sql(CHECKED, "feeds", "checks", "job", "write"),
        TRUSTING: sql(TRUSTING, "feeds", "job", "write"),
        SCAN: sql(SCAN, "feeds", "scan"),
    }


def _incdsl() -> str:
    return str(Path(sys.executable).parent / "incdsl")


def _table(place: Place, took: dict[str, Took]) -> list[str]:
    own = took[INCDSL].seconds
    rows = [f"| {place.lines:,} lines | seconds | CPU seconds | GB at most | incdsl takes |"]
    rows.append("| --- | ---: | ---: | ---: | ---: |")
    for name, each in took.items():
        ratio = "" if name == INCDSL else f"{own / each.seconds:.2f} x"
        rows.append(f"| {name} | {each.seconds:.2f} | {each.cpu:.2f} | {each.memory:.2f} | {ratio} |")
    return rows


def _growth(small: Place, at_small: dict[str, Took], large: Place, at_large: dict[str, Took]) -> list[str]:
    rows = ["", f"| growth | {small.lines:,} lines | {large.lines:,} lines | times |", "| --- | ---: | ---: | ---: |"]
    for name, each in at_small.items():
        times = at_large[name].seconds / each.seconds
        rows.append(f"| {name}, seconds | {each.seconds:.2f} | {at_large[name].seconds:.2f} | {times:.1f} |")
    memory = at_large[INCDSL].memory / at_small[INCDSL].memory
    rows.append(f"| {INCDSL}, GB at most | {at_small[INCDSL].memory:.2f} | {at_large[INCDSL].memory:.2f} | {memory:.1f} |")
    return rows


def _reference(place: Place, took: dict[str, Took]) -> list[str]:
    times = took[REFERENCE].seconds / took[INCDSL].seconds
    return [
        "",
        f"At {place.lines:,} lines the reference engine takes {took[REFERENCE].seconds:.1f} s, {times:.0f} times the "
        f"{took[INCDSL].seconds:.1f} s of the default engine.",
    ]


if __name__ == "__main__":
    main()
