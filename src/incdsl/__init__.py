"""incdsl: incentive programs as readable text; exact payouts, schemas and explanations out of it.

    import datetime, incdsl

    loaded = incdsl.load("programs/vip25/vip25.inc")
    print(incdsl.check("programs/vip25/vip25.inc"))          # what is wrong, as text; empty when nothing is
    incdsl.run("programs/vip25/vip25.inc", "programs/vip25/feeds", datetime.date(2015, 7, 25), "out")

Everything heavy is imported when it is first needed.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the names of types; importing the rooms takes longer than checking a program
    from incdsl.core import ir
    from incdsl.driver import Loaded

__version__ = "0.1.0"
__all__ = ["ProgramError", "build", "check", "explain", "format", "load", "run", "validate"]


class ProgramError(Exception):
    """A program has errors; the message is all of them, as `check` gives them."""


def load(path: str) -> Loaded:
    """Read and check a program and the files it uses; `program` of the answer is None when it has errors."""
    from incdsl import driver

    return driver.load(path)


def check(path: str) -> str:
    """All that is wrong with a program, rendered as text; empty when nothing is."""
    from incdsl.render import render

    return render(load(path).sink.sorted())


def format(path: str) -> str:
    """The formatted text of a program file. Raises ProgramError when it cannot be parsed."""
    from incdsl.diagnostic import Sink
    from incdsl.files import formatted
    from incdsl.render import render

    outcome = formatted(path)
    if isinstance(outcome, Sink):
        raise ProgramError(render(outcome.sorted()))
    return outcome[1]


def build(path: str, target: str) -> dict[str, str]:
    """The files of a target, `json-schema`, `sql`, `python` or `core`, by name. Raises ProgramError."""
    from incdsl import driver

    return driver.build(_program(path), target)


def validate(path: str, data: str) -> list[tuple[str, int, int, int]]:
    """For each feed in the folder `data`: its file, and the rows read, used and refused. Raises ProgramError, FeedErrors."""
    from incdsl import driver

    with driver.validate(_program(path), data, checks_only=True) as feeds:
        return [(count.file, count.read, count.used, count.refused) for count in feeds.counts]


def run(path: str, data: str, as_of: datetime.date, out: str, *, engine: str = "duckdb", format: str = "csv") -> str:
    """Evaluate a program on the feeds in `data`, write the result files into `out`, and return the summary.

    Raises ProgramError, FeedErrors, Overflow, Conflicts, and OSError for a folder that cannot be written.
    """
    from incdsl import driver
    from incdsl.results.summary import summarize

    program = _program(path)
    ran = driver.run(program, data, as_of, Path(out), engine=engine, format=format)
    with ran.feeds:
        return summarize(program, ran.feeds, ran.written, as_of)


def explain(path: str, data: str, as_of: datetime.date, where: Mapping[str, str], payment: str | None = None) -> str:
    """Why payments to the rows with these keys are what they are. Raises ProgramError, FeedErrors, CannotExplain, Overflow."""
    from incdsl import driver

    return driver.explain(_program(path), data, as_of, where, payment)


def _program(path: str) -> ir.Program:
    from incdsl.render import render

    loaded = load(path)
    if loaded.program is None:
        raise ProgramError(render(loaded.sink.sorted()))
    return loaded.program
