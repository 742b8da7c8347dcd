"""Programs with their shipped feeds, and their modules run as they are emitted."""

from __future__ import annotations

import datetime
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from incdsl import driver
from incdsl.backends.python import emit
from incdsl.core import ir

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = {
    "vip25": ("programs/vip25", datetime.date(2015, 7, 26)),
    "lci": ("programs/lci", datetime.date(2022, 12, 31)),
    "mdf": ("programs/mdf", datetime.date(2023, 6, 30)),
    "cx": ("programs/cx", datetime.date(2022, 12, 31)),
    "coop_fund": ("programs/examples/coop_fund", datetime.date(2025, 6, 30)),
    "hotel_loyalty": ("programs/examples/hotel_loyalty", datetime.date(2025, 6, 30)),
    "sales_commission": ("programs/examples/sales_commission", datetime.date(2025, 6, 30)),
}
"""Where each program lies, and a day on which it has results of every kind."""


class PythonFile(SingleFileSnapshotExtension):
    """A golden file that is a Python module as it is."""

    file_extension = "py"
    _write_mode = WriteMode.TEXT


@pytest.fixture
def python_file(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Golden files named `NAME.py`, one per test."""
    return snapshot.use_extension(PythonFile)


@dataclass(frozen=True)
class Shipped:
    """A program, its module as text and as it runs, its feeds, and the day they are looked at."""

    program: ir.Program
    text: str
    module: ModuleType
    feeds: Path
    as_of: datetime.date


def program_of(name: str) -> ir.Program:
    """A program by its name, loaded by a path that is the same everywhere."""
    folder, _ = PROGRAMS[name]
    program = driver.load(f"{folder}/{name}.inc").program
    assert program is not None
    return program


def shipped(name: str) -> Shipped:
    """A program of this repository."""
    folder, as_of = PROGRAMS[name]
    program = program_of(name)
    ((file, text),) = emit(program).items()
    module = ModuleType(file.removesuffix(".py"))
    sys.modules[module.__name__] = module  # data classes look their module up
    exec(compile(text, file, "exec"), module.__dict__)
    return Shipped(program, text, module, ROOT / folder / "feeds", as_of)


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs say the path of a rule in some messages, as the user named it."""
    monkeypatch.chdir(ROOT)
