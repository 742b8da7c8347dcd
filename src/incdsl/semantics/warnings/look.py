"""All that there is to doubt about a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from incdsl.core import ir
from incdsl.diagnostic import Diagnostic
from incdsl.semantics.environment import Environment
from incdsl.semantics.notes import Notes
from incdsl.semantics.warnings.bounds import Facts, Stored
from incdsl.semantics.warnings.calendars import doubtful_periods
from incdsl.semantics.warnings.cliffs import cliffs
from incdsl.semantics.warnings.payments import doubtful_steps
from incdsl.semantics.warnings.rules import (
    early_deadlines,
    never_applying,
    settled_requirements,
    spoken_of,
    unmatched_lines,
    unused_values,
)
from incdsl.semantics.warnings.sources import unsourced_numbers
from incdsl.syntax import ast


def look(
    env: Environment,
    files: Sequence[ast.File],
    relations: Mapping[str, Stored],
    params: Sequence[ir.ParamValue],
    payments: list[ir.Payment],
    notes: Notes,
) -> Iterator[Diagnostic]:
    """The warnings about a program without errors. The first of the files is the program's own."""
    facts = Facts(relations, params)
    yield from unsourced_numbers(files)
    yield from doubtful_periods(env)
    yield from never_applying(notes, facts)
    yield from unmatched_lines(notes, facts)
    yield from settled_requirements(env, facts)
    yield from early_deadlines(env, facts)
    yield from doubtful_steps(env, facts)
    yield from cliffs(notes, facts, payments)
    yield from unused_values(env, files[0], facts, spoken_of(files))
