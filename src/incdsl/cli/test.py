"""`incdsl test`"""

from __future__ import annotations

import shlex
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
        acceptable: list[cases.Case] = []
        for outcome in outcomes:
            click.echo("\n".join(outcome.lines()))
            done, failed = done + 1, failed + (not outcome.passed)
            acceptable += [outcome.case] if not outcome.passed and outcome.can_be_accepted else []
    click.echo(f"{done - failed} passed, {failed} failed")
    if failed:
        help_ = "look at each difference; what an example states is mended in the program"
        if acceptable:
            one = acceptable[0]
            command = f'incdsl accept {shlex.quote(one.name)} --in {shlex.quote(str(one.folder.parent))} --because "..."'
            help_ = f"look at each difference; where the new results are right, `{command}` takes those of this case"
        raise UserError(f"{failed} of {done} cases failed", help_)
    return 0
