"""What the parts of the bench share: made-up feeds that stay on disk, processes that take turns, files compared."""

from __future__ import annotations

import filecmp
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.measure import ROOT, Took, measured, median

INCDSL = "incdsl run"


@dataclass(frozen=True)
class Contender:
    """A way to do the work: a command for a process of its own, and the folder it writes result files into, or None."""

    command: Sequence[str]
    out: Path | None = None


@dataclass
class Bench:
    """One call of the bench. `sizes` are the row counts asked for, None for those of each part; what misses a target
    is said in `missed`, and the call fails at its end."""

    build: Path
    sizes: tuple[int, ...] | None = None
    runs: int = 3
    missed: list[str] = field(default_factory=list)

    def rows(self, *usual: int) -> tuple[int, ...]:
        """The sizes to run: those asked for, or else the usual ones of the part."""
        return self.sizes or usual

    def work(self, program: str, rows: int) -> Path:
        """A folder for what belongs to a program and a size."""
        folder = (self.build / program / str(rows)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def feeds(self, program: str, rows: int, format: str = "parquet", hints: Mapping[str, str] | None = None) -> Path:
        """A folder of feeds made up by `incdsl sample`, the largest with so many rows; the same bytes every time. `hints`
        puts other sizes in place of those that the program calls typical."""
        data = self.work(program, rows) / ("feeds" if format == "parquet" else f"feeds-{format}")
        if not (data / "complete").exists():
            print(f"  making up {rows:,} rows for {program}", flush=True)
            options = ["--rows", str(rows), "--seed", "1", "--format", format, "--out", str(data), "--replace"]
            measured([incdsl(), "sample", str(self._hinted(program, hints or {})), *options])
            (data / "complete").touch()
        return data

    def _hinted(self, program: str, hints: Mapping[str, str]) -> Path:
        """The file of a program, or of a copy in which other sizes are typical."""
        if not hints:
            return source(program)
        copies = self.build.resolve() / "programs"
        for folder in (program, "shared"):
            shutil.copytree(ROOT / "programs" / folder, copies / folder, dirs_exist_ok=True)
        copy = copies / program / f"{program}.inc"
        text = copy.read_text(encoding="utf-8")
        for said, wanted in hints.items():
            assert said in text, said
            text = text.replace(said, wanted)
        copy.write_text(text, encoding="utf-8")
        return copy

    def run(self, program: str, rows: int, as_of: str, *options: str, name: str = INCDSL, data: Path | None = None) -> Contender:
        """`incdsl run` on made-up feeds, or those of a folder, with more options if there are any."""
        out = self.work(program, rows) / name.replace(" ", "-").replace(",", "")
        arguments = ["--data", str(data or self.feeds(program, rows)), "--as-of", as_of, "--out", str(out)]
        return Contender([incdsl(), "run", str(source(program)), *arguments, *options], out)

    def take_turns(self, contenders: Mapping[str, Contender], runs: int | None = None) -> dict[str, Took]:
        """Run each in turns, so that a slow minute of the machine meets them all; the medians. Fails when result files
        of two differ."""
        took: dict[str, list[Took]] = {name: [] for name in contenders}
        for turn in range(runs or self.runs):
            for name, contender in contenders.items():
                took[name].append(measured(contender.command))
                latest = took[name][-1]
                print(f"  run {turn + 1}: {name}: {latest.seconds:.2f} s, {latest.cpu:.2f} s of CPU", flush=True)
        same_files([contender.out for contender in contenders.values() if contender.out is not None])
        return {name: median(each) for name, each in took.items()}

    def at_most(self, times: float, what: str, took: Took, than: Took) -> None:
        """Miss a target when one took more than so many times the seconds of the other."""
        ratio = took.seconds / than.seconds
        if ratio > times:
            self.missed.append(f"{what}: {ratio:.2f} times, where at most {times} is wanted")


def same_files(folders: Sequence[Path]) -> None:
    """Fail unless what the others wrote, and `payouts` in any case, is what the first did, byte for byte. (Only incdsl says
    what its refused rows could change.)"""
    for other in folders[1:]:
        for file in sorted({"payouts.csv", *(path.name for path in other.iterdir())}):
            if not (other / file).exists() or not filecmp.cmp(folders[0] / file, other / file, shallow=False):
                raise SystemExit(f"{file} differs: {folders[0]} and {other}")


def source(program: str) -> Path:
    """The file of a program."""
    return ROOT / "programs" / program / f"{program}.inc"


def incdsl() -> str:
    """The command of this environment."""
    return str(Path(sys.executable).parent / "incdsl")
