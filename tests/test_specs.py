"""Literate specifications: every program in `tests/spec` and `docs/language` is checked, and run where it states results.

`tests/literate.py` says how such a file is written.
"""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path

import pytest
from tests.literate import MAIN, Block, Case, differences, read_cases, stated

from incdsl.core import ir
from incdsl.diagnostic import kinds
from incdsl.driver import load
from incdsl.engines import duckdb, reference
from incdsl.feeds import Feeds, load_feeds
from incdsl.results.tables import store_rows
from incdsl.results.writer import write_results

ROOT = Path(__file__).parent.parent
FILES = [*sorted((ROOT / "tests/spec").glob("*.md")), *sorted((ROOT / "docs/language").glob("*.md"))]
CASES = [case for path in FILES for case in read_cases(path)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_program(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    places = case.write(tmp_path)
    loaded = load(MAIN)
    wrong = differences(case, loaded, places)
    assert not wrong, "\n".join(wrong)
    if not case.data:
        return
    assert loaded.program is not None, f"{case.path}:{case.program.line}: results are stated for a program with errors"
    expected = [block for block in case.data if len(block.info) > 2]
    assert expected, f"{case.path}:{case.program.line}: feeds are given and no result is stated"
    with give_feeds(loaded.program, case, tmp_path) as feeds:
        for block in expected:
            compare(loaded.program, case, block, feeds, tmp_path)


def give_feeds(program: ir.Program, case: Case, folder: Path) -> Feeds:
    """The feeds of a case, all of whose rows have to be good; a feed that is not given has no rows."""
    given = {block.info[1]: block for block in case.data if len(block.info) == 2}
    for relation in program.relations:
        if isinstance(relation.source, ir.Feed):
            block = given.pop(relation.name, None)
            rows = [[column.name for column in relation.stored]] if block is None else unaligned(block)
            with open(folder / f"{relation.source.file}.csv", "w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
    assert not given, f"{case.path}: no record is called {', '.join(given)}"
    feeds = load_feeds(program, folder)
    refused = feeds.connection.execute("SELECT * FROM result.refused").fetchall()
    assert not refused, f"{case.path}:{case.program.line}: rows are refused: {refused}"
    return feeds


def unaligned(block: Block) -> list[list[str]]:
    """The cells of a CSV block, without the spaces that align its columns."""
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(block.text), skipinitialspace=True)]


def compare(program: ir.Program, case: Case, block: Block, feeds: Feeds, folder: Path) -> None:
    """Compare a result on a day, of each engine, with the rows that are stated."""
    _, name, day = block.info
    as_of = datetime.date.fromisoformat(day.removeprefix("as-of="))
    place = f"{case.path}:{block.line}"
    outputs = [output for output in program.outputs if output.name == name]
    assert outputs, f"{place}: the program has no result `{name}`"
    header, *rows = unaligned(block)
    for engine in ("reference", "duckdb"):
        if engine == "reference":
            store_rows(feeds.connection, outputs[0], reference.evaluate(program, feeds.rows.loaded(), as_of, [name])[name])
        else:
            duckdb.evaluate(program, feeds.connection, as_of, [name])
        write_results(feeds.connection, outputs, folder / engine, "csv", program)
        with open(folder / engine / f"{name}.csv", encoding="utf-8", newline="") as file:
            found = [[row[column] for column in header] for row in csv.DictReader(file)]
        assert found == rows, f"{place}: `{name}` as of {as_of} on the {engine} engine"


def test_every_code_is_provoked() -> None:
    pages = [case for path in sorted((ROOT / "docs/errors").glob("*.md")) for case in read_cases(path)]
    provoked = {expected.code for case in CASES + pages for expected in stated(case)}
    provoked |= {path.stem for path in (ROOT / "docs/errors").glob("*.md")}
    assert {kind.code for kind in kinds() if kind.__module__.startswith("incdsl.")} <= provoked
