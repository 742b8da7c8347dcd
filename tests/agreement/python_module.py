"""Programs evaluated by the Python module made of them, as a service does that embeds it."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from types import CodeType, ModuleType

from incdsl.backends.python import emit
from incdsl.backends.python.module import IMPORTS, PASTED, pasted_text
from incdsl.core import ir
from incdsl.engines.errors import DoesNotFit
from incdsl.engines.reference import Row


class OverflowInModule(DoesNotFit):
    """What the module says where a value does not fit: word for word what the reference engine says."""


def loaded(program: ir.Program) -> ModuleType:
    """The module of a program. What is the same in every module is compiled once: it takes most of the time."""
    ((name, text),) = emit(program).items()
    module = ModuleType(name.removesuffix(".py"))
    sys.modules[module.__name__] = module  # data classes look their module up
    for pasted in ("rules", *PASTED):
        assert pasted_text(pasted).rstrip() in text
        text = text.replace(pasted_text(pasted).rstrip(), "")
    exec(same_in_every_module(), module.__dict__)
    exec(compile(text, name, "exec"), module.__dict__)
    return module


@cache
def same_in_every_module() -> CodeType:
    """What every module imports and ends with."""
    return compile("\n".join([IMPORTS, *map(pasted_text, ("rules", *PASTED))]), "pasted", "exec")


def by_python(
    program: ir.Program, rows: Mapping[str, Sequence[Row]], as_of: datetime.date, outputs: Sequence[str]
) -> dict[str, list[Row]]:
    """The rows of each output, in its order. Raises OverflowInModule."""
    module = loaded(program)
    evaluation = module.Evaluation(feeds_of(module, program, rows), as_of)
    try:
        results = evaluation.results(values=True)
    except module.Overflow as error:
        raise OverflowInModule(str(error)) from error
    except module.Conflicts as error:
        # There are no results then; what they would be is compared all the same.
        work_out = {name: getattr(evaluation, f"_{name}") for name in outputs if name != ir.CONFLICTS}
        found = {name: module.exactly(rows_of, None) for name, rows_of in work_out.items()} | {ir.CONFLICTS: error.rows}
    else:
        found = {name: results.rows(name) if name != ir.CONFLICTS else () for name in outputs}
    return {name: [tuple(row.__dict__.values()) for row in found[name]] for name in outputs}


def feeds_of(module: ModuleType, program: ir.Program, rows: Mapping[str, Sequence[Row]]) -> object:
    """The rows as the module's `Feeds`."""
    given = {}
    for relation in program.relations:
        if isinstance(relation.source, ir.Feed):
            shape = module.SHAPES[relation.source.file]
            names = [field.attribute for field in shape.fields]
            given[shape.attribute] = [shape.make(**dict(zip(names, row, strict=True))) for row in rows[relation.name]]
    return module.Feeds(**given)
