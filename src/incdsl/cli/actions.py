"""`incdsl actions`"""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from incdsl.cli.console import Folder, UserError, progress, ready
from incdsl.cli.faults import user_errors
from incdsl.cli.options import AS_OF, DATA, FEEDS, FILE


@click.command(
    epilog="Example: incdsl actions programs/lci/lci.inc --data programs/lci/feeds --as-of 2023-05-01 --out out/lci",
)
@FILE
@DATA
@FEEDS
@AS_OF
@click.option("--out", type=Folder(), metavar="DIR", help="Also write the whole list there, as `actions.csv`.")
def actions(file: str, data: str, mapping: Path | None, as_of: datetime.date, out: str | None) -> int:
    """List what can still be done: by when, and worth how much.

    Every requirement that is open for a payment that is not lost, the nearest deadline first.
    """
    from incdsl import driver
    from incdsl.results.actions import NothingToDo, list_actions, write_actions

    program = ready(file)
    try:
        with user_errors(), progress() as stage:
            to = None if out is None else Path(out)
            feeds = driver.actions(program, data, as_of, mapping=mapping, out=to, on_stage=stage)
    except NothingToDo:
        help_ = "requirements and levels are in the results of `incdsl run`"
        raise UserError(f"no payment of {program.name} needs anything, so there is nothing to do for one", help_) from None
    with feeds, user_errors():
        click.echo(list_actions(program, feeds.connection, as_of), nl=False)
        if out is not None:
            click.echo(f"\nwrote {write_actions(program, feeds.connection, Path(out))}")
    return 0
