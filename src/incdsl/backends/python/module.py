"""A program as one Python module: `emit`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from incdsl.backends.python.expressions import Expressions
from incdsl.backends.python.layout import WIDTH, around, lines
from incdsl.backends.python.outputs import Outputs
from incdsl.backends.python.prose import docstring, provenance
from incdsl.backends.python.records import feeds, record, shape, table_rows
from incdsl.backends.python.rules import Rules
from incdsl.backends.python.vocabulary import Vocabulary, annotation, quoted, written
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.countries import COUNTRIES
from incdsl.core.printer import print_program
from incdsl.core.result_keys import snake_case

PASTED = ("exact", "rows", "results", "reading")
"""What every module ends with, from files beside this one."""

IMPORTS = """from __future__ import annotations

import calendar
import datetime
import decimal
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    FloatOperation,
    Inexact,
    InvalidOperation,
    getcontext,
    setcontext,
)
from difflib import get_close_matches
from itertools import groupby
from typing import Any, ClassVar, Final, Generic, TypeVar, overload

T = TypeVar("T")
R = TypeVar("R")
"""

_WORDS = """
calendar datetime decimal re bisect_left bisect_right Callable Iterable Iterator Mapping Sequence dataclass
ROUND_HALF_UP Context Decimal DivisionByZero FloatOperation Inexact InvalidOperation getcontext setcontext
get_close_matches groupby Any ClassVar Final Generic TypeVar overload T R PROGRAM VERSION HASH SPONSOR
CURRENCY EXPRESSIONS COUNTRIES Feeds Evaluation Results evaluate Overflow DoesNotFit Missing Conflicts EXACT
ROUNDS known otherwise otherwise_of of fit fit_if_given times widened rounded divided days_between days_later
months_later plain percent yes_or_no joined total count distinct least greatest Rule rule part Table Index
Before fewest made chosen cell in_order csv_text RowError RowErrors NotRead EXAMPLES NOUNS Field Shape SHAPES exactly self
feeds as_of row rows only values left right before errors keys name shapes read fix cls other bool int str len
min max any all sum set dict list tuple object type property sorted map zip enumerate float isinstance range
abs divmod repr getattr iter callable staticmethod classmethod super ValueError Exception KeyError
OverflowError
"""

TAKEN = frozenset(_WORDS.split())
"""Names that mean something in every module."""


def emit(program: ir.Program) -> dict[str, str]:
    """The module of a verified program: its file name and its text. Deterministic. Needs Python 3.11 or newer and nothing
    else; passes mypy --strict. Raises UnsupportedInTarget for a program whose rules build on each other too deeply."""
    from incdsl.backends.python.depth import refuse_depth

    refuse_depth(program)
    name = "".join(c if c.isalnum() else "_" for c in snake_case(program.name)) or "program"
    return {f"{name}.py": "\n".join(_module(program)) + "\n"}


def _module(program: ir.Program) -> Iterator[str]:
    vocabulary = Vocabulary(program, TAKEN)
    expressions = Expressions(program, vocabulary)
    rules, outputs = Rules(program, expressions), Outputs(program, expressions)
    # Constants and indexes are asked for by what uses them, so that comes first.
    classes = [list(rules.of(r)) for r in program.relations if vocabulary.rules[r.name] != vocabulary.record[r.name]]
    shapes = [list(shape(r, expressions)) for r in program.relations if isinstance(r.source, ir.Feed)]
    evaluation = _settled(outputs)
    yield from docstring(0, *_introduction(program))
    yield ""
    yield IMPORTS
    yield from _constants(program, vocabulary)
    yield from ("", pasted_text("rules").rstrip())
    for relation in program.relations:
        yield from ("", "")
        yield from record(relation, vocabulary)
    for output in program.outputs:
        if output.columns:
            yield from ("", "")
            yield from outputs.rows(output)
    yield from ("", "")
    yield from outputs.results()
    for lines_ in classes:
        yield from ("", "")
        yield from lines_
    yield from ("", "")
    yield from evaluation
    yield from ("", "")
    yield from _evaluate()
    yield from ("", "")
    yield from feeds(program.relations, vocabulary)
    yield from ("", "")
    yield from outputs.conflicts()
    yield from ("", "", _heading("the same in every module"), "", "")
    for name in PASTED:
        yield pasted_text(name).rstrip()
        yield from ("", "")
    yield from _data(program, expressions, shapes)


def _settled(outputs: Outputs) -> list[str]:
    """The evaluation, once writing it has asked for nothing new."""
    text: list[str] = []
    while (again := list(outputs.evaluation())) != text:
        text = again
    return text


def _introduction(program: ir.Program) -> list[str]:
    title = f"{program.name}: {program.label}." if program.label else f"{program.name}."
    results = [output.name for output in program.result_files]
    return [
        f"{title} Version {program.version or 'unsaid'}.",
        "Made by incdsl from the text of the program; change that and make this again.",
        f"evaluate(Feeds(...), as_of) gives {', '.join(results) or 'nothing'}. Feeds.from_dicts reads and checks rows. "
        "Evaluation(feeds, as_of) gives single rows and their rules. All numbers are exact decimals.",
    ]


def _heading(text: str) -> str:
    return f"# === {text} ".ljust(112, "=")


def _constants(program: ir.Program, vocabulary: Vocabulary) -> Iterator[str]:
    yield f"PROGRAM: Final = {quoted(program.name)}"
    yield f"VERSION: Final = {quoted(program.version)}"
    yield f'HASH: Final = "{hashlib.sha256(print_program(program).encode()).hexdigest()}"'
    yield from docstring(0, "The SHA-256 of the program as `incdsl build --target core` writes it.")
    yield f"SPONSOR: Final = {quoted(program.sponsor)}"
    yield f"CURRENCY: Final = {quoted(program.currency)}"
    if program.params:
        yield ""
    for param in program.params:
        yield f"{vocabulary.params[param.name]}: {annotation(param.type)} = {written(param.value)}"
        yield from docstring(0, f"{param.label}." if param.label else "", *provenance(param.origin))
    if vocabulary.enums:
        yield ""
    for enum, name in vocabulary.enums.items():
        yield from _tuple(f"{name}: tuple[str, ...]", [quoted(value) for value in enum.values])
    if vocabulary.constants:
        yield ""
    yield from (f"{name} = {code}" for name, code in vocabulary.constants)


def _tuple(name: str, items: Sequence[str]) -> Iterator[str]:
    """A constant that is a tuple, over several lines when it is long."""
    line = f"{name} = ({', '.join(items)}{',' if len(items) == 1 else ''})"
    if len(line) <= WIDTH:
        yield line
        return
    yield f"{name} = ("
    filled = "   "
    for item in items:
        if len(filled) + len(item) + 2 > WIDTH:
            yield filled
            filled = "   "
        filled += f" {item},"
    yield filled
    yield ")"


def _evaluate() -> Iterator[str]:
    yield "def evaluate(feeds: Feeds, as_of: datetime.date, *, values: bool = False) -> Results:"
    yield from docstring(
        4,
        "What is paid and what is missing for all rows, as it is known on a day; `values` asks for every `let` too. "
        "Depends on nothing else: not on the clock, the order of rows, or the decimal context of the caller. "
        "Raises Overflow, which names the row whose number does not fit, and Conflicts.",
    )
    yield "    return Evaluation(feeds, as_of).results(values=values)"


@cache
def pasted_text(name: str) -> str:
    """What is the same in every module, from one of the files that have it."""
    text = (Path(__file__).parent / "pasted" / f"{name}.py").read_text(encoding="utf-8")
    return text[text.index("\n# --- ") + 1 :]


def _data(program: ir.Program, expressions: Expressions, shapes: Sequence[Sequence[str]]) -> Iterator[str]:
    """What is read when rows are read: written last, since it is made of what stands above."""
    vocabulary = expressions.vocabulary
    yield _heading("the data of this program")
    yield ""
    yield "EXPRESSIONS: tuple[str, ...] = ("
    yield from (f"    {quoted(site)}," for site in expressions.sites)
    yield ")"
    countries = (
        sorted(COUNTRIES)
        if any(c.type in (ty.COUNTRY, ty.Optional(ty.COUNTRY)) for r in program.relations for c in r.stored)
        else []
    )
    yield "COUNTRIES: frozenset[str] = frozenset("
    yield from lines(around("    ", quoted(" ".join(countries)), ".split()"), 0)
    yield ")"
    for relation in program.relations:
        if isinstance(relation.source, ir.Rows):
            yield ""
            yield from table_rows(relation, vocabulary)
    for lines_ in shapes:
        yield ""
        yield from lines_
    yield ""
    yield "SHAPES: dict[str, Shape[Any]] = {"
    for relation in program.relations:
        if isinstance(relation.source, ir.Feed):
            yield f"    {quoted(relation.source.file)}: _{vocabulary.record[relation.name].upper()},"
    yield "}"
