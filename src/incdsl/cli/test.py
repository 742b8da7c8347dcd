"""`incdsl test`"""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import click

from incdsl.cli.console import UserError
from incdsl.cli.faults import user_errors


@click.command(epilog="Example: incdsl test programs/vip25")
@click.argument("folders", nargs=-1, required=True, metavar="DIR...")
def test(folders: tuple[str, ...]) -> int:
    """Run the golden cases and the examples of programs below folders, on both engines.

    A case whose results are new or have changed fails until `incdsl accept` takes them.
    """
    from incdsl import cases, examples
    from incdsl.core import ir

    done = failed = 0
    programs: dict[Path, ir.Program] = {}
    places = [Path(folder) for folder in folders]
    with user_errors():
        with_examples = examples.programs_with_examples(places)
        found = cases.find(places) if with_examples else cases.find_some(places)
        outcomes = chain(
            (outcome for path in with_examples for outcome in examples.check_examples(path)),
            (cases.check(case, programs) for case in found),
        )
        for outcome in outcomes:
            click.echo("\n".join(outcome.lines()))
            done, failed = done + 1, failed + (not outcome.passed)
    click.echo(f"{done - failed} passed, {failed} failed")
    if failed:
        raise UserError(
            f"{failed} of {done} cases failed",
            'look at each difference; `incdsl accept NAME --because "..."` takes the new results of one case',
        )
    return 0
