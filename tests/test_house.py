"""House rules: what a stranger may rely on when reading the code, checked."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import incdsl
from incdsl.backends.sql.dialect import Dialect
from incdsl.backends.sql.warehouse import Warehouse
from incdsl.cli.main import cli
from incdsl.diagnostic import Diagnostic, kinds
from incdsl.feeds.errors import FeedError
from incdsl.semantics.errors.doubts import Doubt

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src/incdsl").rglob("*.py"))
TRACKED = [ROOT / name for name in subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines()]
COMMANDS = sorted(cli.commands)

LONGEST = 400
"""Lines of a module. Past that it has a second responsibility."""

ALLOWED_IN = {
    "lark": ["syntax"],
    "sqlglot": ["backends/sql", "engines/duckdb"],
    "duckdb": ["engines/duckdb", "engines/spark", "feeds", "results"],
    "psycopg": ["engines/postgres", "feeds/readers"],
    "pyspark": ["engines/spark"],
    "openpyxl": ["feeds/readers"],
    "sqlite3": ["feeds/readers"],
    "click": ["cli"],
    "rich": ["cli"],
    "jsonschema": [],
}
"""Which rooms may import a library of ours."""

NAMES_SAY_IT = ["syntax/ast/expressions.py", "syntax/ast/stored.py", "syntax/ast/rules.py", "core/types.py"]
"""Modules whose classes are the words of the language: `ast.Money` needs no sentence."""


def within(path: Path) -> str:
    return path.relative_to(ROOT / "src/incdsl").as_posix()


def imported(path: Path) -> Iterator[str]:
    """The top-level modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names):
                yield from (name.name.split(".")[0] for name in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.split(".")[0]


def all_modules() -> None:
    """Import every module, so that every kind of diagnostic is declared."""
    for module in pkgutil.walk_packages(incdsl.__path__, "incdsl."):
        importlib.import_module(module.name)


# --- imports -------------------------------------------------------------------------------------------------


def test_data_flows_one_way() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("library", ALLOWED_IN)
def test_a_library_stays_in_its_rooms(library: str) -> None:
    users = [within(path) for path in SOURCES if library in imported(path)]
    strangers = [user for user in users if not any(user.startswith(f"{room}/") for room in ALLOWED_IN[library])]
    assert strangers == []


def test_nothing_depends_on_the_clock() -> None:
    clock = re.compile(r"\b(date\.today|datetime\.now|time\.time|utcnow)\(")
    assert [within(path) for path in SOURCES if clock.search(path.read_text(encoding="utf-8"))] == []


# --- code ----------------------------------------------------------------------------------------------------


def test_no_module_has_two_responsibilities() -> None:
    lengths = {within(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: length for name, length in lengths.items() if length > LONGEST and name not in NAMES_SAY_IT} == {}


def test_no_binary_floats() -> None:
    binary = re.compile(r"\bfloat\(|:\s*float\b|->\s*float\b|\bfloat\s*\||\bCAST\([^)]* AS (DOUBLE|FLOAT|REAL)")
    assert [within(path) for path in SOURCES if binary.search(path.read_text(encoding="utf-8"))] == []


def test_no_drawer_for_everything() -> None:
    drawers = {"utils", "util", "common", "helpers", "helper", "manager", "misc"}
    assert [within(path) for path in SOURCES if drawers & set(Path(within(path)).with_suffix("").parts)] == []


def test_what_is_public_is_documented() -> None:
    base = {name for kind in (Diagnostic, Doubt, FeedError, Dialect, Warehouse) for name in vars(kind)}
    bare = [
        f"{within(path)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in public(ast.parse(path.read_text(encoding="utf-8")))
        if ast.get_docstring(node) is None and node.name not in base and not names_say_it(path, node)
    ]
    assert bare == []
    assert [
        within(path) for path in SOURCES if path.name != "__init__.py" and ast.get_docstring(ast.parse(path.read_text())) is None
    ] == []


def public(module: ast.Module | ast.ClassDef) -> Iterator[ast.ClassDef | ast.FunctionDef]:
    for node in module.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_") and not says_only_type(node):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def says_only_type(node: ast.ClassDef | ast.FunctionDef) -> bool:
    """Whether it is `def name(...) -> Type: ...`, a member that a protocol asks for."""
    return ast.unparse(node.body[-1]) == "..." and len(node.body) == 1


def names_say_it(path: Path, node: ast.ClassDef | ast.FunctionDef) -> bool:
    if isinstance(node, ast.FunctionDef):
        return False
    bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
    return within(path) in NAMES_SAY_IT or bool(bases & {"FeedError"})


# --- documents -----------------------------------------------------------------------------------------------


def test_every_diagnostic_has_a_page_and_every_page_a_diagnostic() -> None:
    all_modules()
    declared = {kind.code for kind in kinds() if kind.__module__.startswith("incdsl.")}
    pages = {path.stem for path in (ROOT / "docs/errors").glob("*.md")} - {"README"}
    assert sorted(declared - pages) == []
    assert sorted(pages - declared) == []


def test_links_in_documents_lead_somewhere() -> None:
    broken = []
    for page in [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("programs/**/*.md")]:
        targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        broken += [f"{page.relative_to(ROOT)}: {target}" for target in targets if not (page.parent / target).exists()]
    assert broken == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example(name: str) -> None:
    command = cli.commands[name]
    text = " ".join(command.get_help(click.Context(command, info_name=f"incdsl {name}")).split())
    assert f"Example: incdsl {name} " in text


def test_commands_are_those_that_scripts_rely_on() -> None:
    assert COMMANDS == [
        "accept",
        "actions",
        "assumptions",
        "build",
        "check",
        "explain",
        "feeds",
        "format",
        "run",
        "sample",
        "schema",
        "test",
        "validate",
    ]


# --- packaging -----------------------------------------------------------------------------------------------


def test_the_version_is_said_once_more_and_alike() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert incdsl.__version__ == project["version"]


@pytest.mark.parametrize(
    ("file", "group"), [("requirements.lock", "dev"), ("requirements-dbt.lock", "dbt"), ("requirements-engines.lock", "engines")]
)
def test_the_lock_pins_every_package_by_hash_and_names_no_address(file: str, group: str) -> None:
    lock = (ROOT / file).read_text(encoding="utf-8")
    assert "://" not in lock
    entries = re.split(r"\n(?=\S)", lock.strip())
    pin = r"[\w.-]+(\[[\w,-]+\])?==\S+.*--hash=sha256:[0-9a-f]{64}"
    assert [entry for entry in entries if not re.match(pin, entry, re.DOTALL)] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*(project["project"]["dependencies"] if group == "dev" else []), *project["dependency-groups"][group]]
    pinned = {re.split(r"==|\[", entry)[0] for entry in entries}
    assert [name for need in wanted if (name := re.split(r"[<>=\[ ]", need)[0]) not in pinned] == []


def test_no_registry_is_named() -> None:
    address = re.compile(rb"https?://[a-z0-9.-]*(pypi|npmjs|registry|debian|pythonhosted|proxy|mirror)[a-z0-9.-]*")
    named = [str(path.relative_to(ROOT)) for path in TRACKED if path.is_file() and address.search(path.read_bytes())]
    assert named == []


def test_the_license_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert text.split()[:2] == ["Apache", "License"]
