"""Golden cases: feeds in, results out, on a day. `<program>/cases/<name>/` holds `case.toml`, `feeds/` and `expected/`.

A case holds three checks. Both engines write the same bytes. What `[[expect]]` states, by hand, is so: the key
columns it names select one row of an output, its other columns are compared with that row. And the result files
are those in `expected/`, which only `accept` writes, one case at a time, with a reason that is kept.
"""

from __future__ import annotations

import datetime
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from incdsl import driver
from incdsl.core import ir
from incdsl.diagnostic import nearest, one_of
from incdsl.feeds import FeedErrors
from incdsl.feeds.load import load_feeds
from incdsl.results.changes import Table, changes, read_table, totals
from incdsl.results.conflicts import Conflicts
from incdsl.results.show import counted, money
from incdsl.results.writer import write_results
from incdsl.syntax import ast

ENGINES = ("duckdb", "reference")
_SHOWN = 20
_REFUSED_KEYS = ("file", "line", "field", "code")


class CaseError(Exception):
    """A case that cannot be found, read or accepted; `help` says what to do."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help


@dataclass(frozen=True)
class Case:
    """A case as written; `expects` are its `[[expect]]` tables."""

    name: str
    folder: Path
    program: Path
    title: str
    as_of: datetime.date
    expects: tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Outcome:
    """What a case gave: every way in which it failed, in sentences."""

    case: Case
    faults: tuple[str, ...]

    @property
    def can_be_accepted(self) -> bool:
        """Whether it is a case with results to accept, and not an example in a program."""
        return (self.case.folder / "case.toml").exists()

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def lines(self) -> list[str]:
        """A line for the case, and when it failed the first faults."""
        shown = [f"  {fault}" for fault in self.faults[:_SHOWN]]
        if len(self.faults) > _SHOWN:
            shown.append(f"  and {counted(len(self.faults) - _SHOWN, 'more difference')}")
        return [f"{'passed' if self.passed else 'FAILED'}  {self.case.name}: {self.case.title}", *shown]


# --- finding cases -------------------------------------------------------------------------------------------


def find(folders: Sequence[Path]) -> list[Case]:
    """The cases at or below folders, by path. Raises CaseError when one cannot be read."""
    paths = sorted({path for folder in folders for path in folder.rglob("case.toml")})
    return [read_case(path) for path in paths]


def find_some(folders: Sequence[Path]) -> list[Case]:
    """As `find`. Raises CaseError when there is none, too."""
    cases = find(folders)
    if not cases:
        named_ = ", ".join(f"`{folder}`" for folder in folders)
        raise CaseError(f"there are no cases in {named_}", "a case is a folder `cases/NAME` with a `case.toml` and `feeds`")
    return cases


def named(folder: Path, name: str) -> Case:
    """The one case of a name below a folder. Raises CaseError when there is none, or several."""
    cases = find_some([folder])
    found = [case for case in cases if case.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        places = ", ".join(str(case.folder) for case in found)
        raise CaseError(f"{len(found)} cases are called `{name}`: {places}", "say which folder with --in DIR")
    names = sorted({case.name for case in cases})
    near = nearest(name, names)
    raise CaseError(f"no case is called `{name}`", f"did you mean `{near}`?" if near else f"there is {one_of(names)}")


def read_case(path: Path) -> Case:
    """The case of a `case.toml`. Raises CaseError for one that is not as it should be."""
    folder = path.parent
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CaseError(f"`{path}` is not TOML: {error}", "mend the file") from error
    as_of = written.get("as_of")
    if not isinstance(as_of, datetime.date) or isinstance(as_of, datetime.datetime):
        kind = "text" if isinstance(as_of, str) else "value"
        said = f"says `as_of` by the {kind} `{as_of}`, not by a day" if as_of is not None else "does not say as of which day"
        raise CaseError(f"`{path}` {said}", "write `as_of = 2015-07-25`, without quotes or a time")
    title = str(written.get("title") or "")
    if not title:
        raise CaseError(f"`{path}` has no title", 'write `title = "..."`: what the case shows, in a sentence')
    expects = tuple({key: _written(value) for key, value in expect.items()} for expect in written.get("expect", ()))
    return Case(folder.name, folder, _program(folder, written.get("program")), title, as_of, expects)


def _program(folder: Path, named_: object) -> Path:
    if named_ is not None:
        return folder / str(named_)
    found = sorted(folder.parent.parent.glob("*.inc"))
    if len(found) != 1:
        where = folder.parent.parent
        raise CaseError(
            f"`{where}` has {counted(len(found), 'program')}, so a case must name its own",
            f'write `program = "..."` in {folder}/case.toml',
        )
    return found[0]


def _written(value: Any) -> str:
    """A TOML value as it stands in a result file."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


# --- running cases -------------------------------------------------------------------------------------------


def check(case: Case, programs: dict[Path, ir.Program]) -> Outcome:
    """Run a case on both engines and compare. `programs` keeps programs from case to case. Raises Overflow."""
    try:
        results, faults = _results(case, programs)
    except FeedErrors as errors:
        return Outcome(case, tuple(f"{error.message()} ({error.help()})" for error in errors.errors))
    except Conflicts as error:
        return Outcome(case, tuple(str(error).splitlines()))
    faults += _broken_expectations(case, results)
    golden = _golden(case, results)
    if golden is None:
        faults.append(f"new: nobody has accepted these results yet ({_in_short(results)})")
    else:
        faults += changes(golden, results)
    return Outcome(case, tuple(faults))


def check_expectations(case: Case, program: ir.Program) -> Outcome:
    """Run a case on both engines and compare with what it states; nothing is golden. Raises Overflow."""
    try:
        results, faults = _results(case, {case.program: program})
    except FeedErrors as errors:
        return Outcome(case, tuple(f"{error.message()} ({error.help()})" for error in errors.errors))
    except Conflicts as error:
        return Outcome(case, tuple(str(error).splitlines()))
    return Outcome(case, (*faults, *_broken_expectations(case, results)))


def accept(case: Case, because: str) -> Iterator[str]:
    """Take the results of a case as golden, after saying what changes; the reason goes to `ACCEPTED.md`.

    Raises CaseError when nothing changes, and when an engine or an `[[expect]]` disagrees: that is never accepted away.
    """
    results, faults = _results(case, {})
    faults += _broken_expectations(case, results)
    if faults:
        raise CaseError(
            f"`{case.name}` cannot be accepted: {'; '.join(faults[:_SHOWN])}",
            "mend the program, the engine or the `[[expect]]` first",
        )
    golden = _golden(case, results)
    sentences = [f"new case, {_in_short(results)}"] if golden is None else changes(golden, results)
    if not sentences:
        raise CaseError(f"`{case.name}` gives the results that are accepted already", "there is nothing to accept")
    yield f"{case.name}: {case.title}"
    yield from (f"  {sentence}" for sentence in sentences)
    expected = case.folder / "expected"
    expected.mkdir(exist_ok=True)
    for stale in expected.glob("*.csv"):
        if stale.stem not in results:
            stale.unlink()
    for output, table in results.items():
        (expected / f"{output}.csv").write_text(table.text(), encoding="utf-8", newline="\n")
    said = sentences[:_SHOWN] + ([f"and {len(sentences) - _SHOWN} more"] if len(sentences) > _SHOWN else [])
    with (case.folder.parent / "ACCEPTED.md").open("a", encoding="utf-8", newline="\n") as log:
        log.write("\n".join([f"## {case.name}", "", f"Because {because}", "", *(f"- {sentence}" for sentence in said), "", ""]))
    yield f"accepted, because {because}"


def load(path: Path) -> tuple[ir.Program, tuple[ast.File, ...]]:
    """A program and its files, the one at the path first. Raises CaseError when it has errors."""
    loaded = driver.load(str(path))
    if loaded.program is None:
        raise CaseError(f"`{path}` has errors, so its cases cannot run", f"run `incdsl check {path}`")
    return loaded.program, loaded.files


def _results(case: Case, programs: dict[Path, ir.Program]) -> tuple[dict[str, Table], list[str]]:
    """The result files of a case, and every file in which the engines differ."""
    if case.program not in programs:
        programs[case.program], _ = load(case.program)
    program = programs[case.program]
    keys = {**{output.name: output.order for output in program.result_files}, "refused": _REFUSED_KEYS}
    with tempfile.TemporaryDirectory(prefix="incdsl-") as scratch, load_feeds(program, case.folder / "feeds") as feeds:
        for engine in ENGINES:
            driver.evaluate(program, feeds, case.as_of, program.outputs, engine)
            write_results(feeds.connection, program.result_files, Path(scratch, engine), "csv", program)
        tables = {
            engine: {name: read_table(Path(scratch, engine, f"{name}.csv"), order) for name, order in keys.items()}
            for engine in ENGINES
        }
        different = [name for name in keys if len({Path(scratch, engine, f"{name}.csv").read_bytes() for engine in ENGINES}) > 1]
    first, second = (tables[engine] for engine in ENGINES)
    faults = [f"the engines differ in {name}, {ENGINES[0]} against {ENGINES[1]}" for name in different]
    return first, faults + (changes(second, first) if different else [])


def _golden(case: Case, results: Mapping[str, Table]) -> dict[str, Table] | None:
    """The accepted results; None when there are none."""
    expected = case.folder / "expected"
    files = sorted(expected.glob("*.csv"))
    if not files:
        return None
    return {path.stem: read_table(path, results[path.stem].keys if path.stem in results else ()) for path in files}


def _in_short(results: Mapping[str, Table]) -> str:
    earned = [money(amount, currency) for currency, amount in sorted(totals(results.get("payouts")).items())]
    rows = len(results["payouts"].rows) if "payouts" in results else 0
    return f"{counted(rows, 'payout')}, total earned {' and '.join(earned) or 'nothing'}"


# --- what is stated by hand ----------------------------------------------------------------------------------


def _broken_expectations(case: Case, results: Mapping[str, Table]) -> list[str]:
    return [f"expected {_told(expect)}: {fault}" for expect in case.expects for fault in _faults(expect, results)]


def _told(expect: Mapping[str, str]) -> str:
    return f"in {expect.get('output', '?')} " + ", ".join(f"{key} {value}" for key, value in expect.items() if key != "output")


def _faults(expect: Mapping[str, str], results: Mapping[str, Table]) -> Iterator[str]:
    table = results.get(expect.get("output", ""))
    if table is None:
        yield f"there is no such output; there is {one_of(list(results))}"
        return
    wanted = {key: value for key, value in expect.items() if key != "output"}
    for name in wanted:
        if name not in table.columns:
            near = nearest(name, table.columns)
            yield f"there is no column `{name}`" + (f"; did you mean `{near}`?" if near else "")
            return
    keys = {name: value for name, value in wanted.items() if name in table.keys}
    rows = [record for record in table.records().values() if all(record[name] == value for name, value in keys.items())]
    if len(rows) != 1:
        yield "no row has these keys" if not rows else f"{len(rows)} rows have these keys; name more of {', '.join(table.keys)}"
        return
    for name, value in wanted.items():
        if rows[0][name] != value:
            yield f"{name} is {rows[0][name] or 'blank'}"
