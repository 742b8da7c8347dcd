"""What is emitted: its text, its types, and the bytes of its results."""

from __future__ import annotations

import ast
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.python_target.conftest import PROGRAMS, ROOT, program_of, shipped

from incdsl import driver
from incdsl.backends.python import emit
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.errors import UnsupportedInTarget


@pytest.mark.parametrize("name", ["vip25", "lci", "mdf", "cx"])
def test_golden(name: str, python_file: SnapshotAssertion) -> None:
    assert emit(program_of(name)) == {f"{name}.py": emit(program_of(name))[f"{name}.py"]}
    assert emit(program_of(name))[f"{name}.py"] == python_file


def test_modules_are_strictly_typed(tmp_path: Path) -> None:
    for name in PROGRAMS:
        (tmp_path / f"{name}.py").write_text(emit(program_of(name))[f"{name}.py"], encoding="utf-8")
    alone = [sys.executable, "-m", "mypy", "--strict", "--python-version", "3.11", "--no-incremental", "--config-file", ""]
    done = subprocess.run([*alone, *map(str, sorted(tmp_path.glob("*.py")))], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("Success: no issues found in 7 source files"), done.stdout + done.stderr


@pytest.mark.parametrize("name", PROGRAMS)
def test_modules_import_the_standard_library_alone(name: str) -> None:
    imported = set()
    for node in ast.walk(ast.parse(shipped(name).text)):
        match node:
            case ast.Import(names):
                imported |= {name.name.split(".")[0] for name in names}
            case ast.ImportFrom(module=str(module), level=0):
                imported.add(module.split(".")[0])
    assert imported <= sys.stdlib_module_names


@pytest.mark.parametrize("name", PROGRAMS)
def test_results_are_the_bytes_of_the_result_files(name: str, tmp_path: Path) -> None:
    program = shipped(name)
    ran = driver.run(program.program, program.feeds, program.as_of, tmp_path, values=True)
    with ran.feeds:
        rows = ran.feeds.rows.loaded()
        given = {}
        for relation in program.program.relations:
            if isinstance(relation.source, ir.Feed):
                shape = program.module.SHAPES[relation.source.file]
                names = [field.attribute for field in shape.fields]
                given[shape.attribute] = [shape.make(**dict(zip(names, row, strict=True))) for row in rows.all(relation.name)]
    results = program.module.evaluate(program.module.Feeds(**given), program.as_of, values=True)
    assert program.program.result_files
    for output in program.program.result_files:
        assert results.csv(output.name) == (tmp_path / f"{output.name}.csv").read_text(encoding="utf-8"), output.name


def test_a_module_says_which_program_it_is() -> None:
    lci = shipped("lci")
    assert ("LCI", lci.program.version) == (lci.module.PROGRAM, lci.module.VERSION)
    assert hashlib.sha256(driver.build(lci.program, "core")["LCI.core"].encode()).hexdigest() == lci.module.HASH


def test_the_command_writes_it(tmp_path: Path) -> None:
    command = [Path(sys.executable).parent / "incdsl", "build", "programs/lci/lci.inc", "--target", "python", "--out", tmp_path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == f"wrote {tmp_path / 'lci.py'}\n"
    assert (tmp_path / "lci.py").read_text(encoding="utf-8") == shipped("lci").text


def test_rules_that_build_on_each_other_too_deeply_are_refused() -> None:
    columns: list[ir.DerivedColumn] = []
    for at in range(200):
        below = ir.Column(f"d{at - 1}", ty.BOOLEAN) if at else ir.Literal(True, ty.BOOLEAN)
        definition = ir.Operation("not", (below,), ty.BOOLEAN)
        columns.append(ir.DerivedColumn(f"d{at}", ty.BOOLEAN, definition))
    relation = ir.Relation("One", ir.Feed("one"), ("id",), (ir.StoredColumn("id", ty.TEXT),), tuple(columns))
    deep = ir.Program("DEEP", "", "", "USD", (), (relation,), (), (), ())
    with pytest.raises(UnsupportedInTarget, match="`d150` of One builds on 151 rules one after another"):
        emit(deep)
