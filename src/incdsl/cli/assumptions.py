"""`incdsl assumptions`"""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from incdsl.cli.console import Day, Folder, progress, ready
from incdsl.cli.faults import user_errors
from incdsl.cli.options import FEEDS, FILE


@click.command(
    epilog="Example: incdsl assumptions programs/vip25/vip25.inc --data programs/vip25/feeds --as-of 2015-07-26",
)
@FILE
@click.option("--data", type=Folder(), metavar="DIR", help="Price the other readings on these feeds; needs --as-of.")
@FEEDS
@click.option("--as-of", type=Day(), metavar="DATE", help="The day on which to evaluate; needs --data.")
def assumptions(file: str, data: str | None, mapping: Path | None, as_of: datetime.date | None) -> int:
    """List what a program assumes: where, why, and the other reading.

    With data, the other reading of each parameter is evaluated too: what it would change in money.
    """
    from incdsl import driver
    from incdsl.results.assumptions import list_assumptions

    if (data is None) != (as_of is None):
        raise click.UsageError("--data and --as-of go together.")
    program = ready(file)
    changes = None
    if data is not None and as_of is not None:
        with user_errors(), progress() as stage:
            changes = driver.readings(program, data, as_of, mapping=mapping, on_stage=stage)
    click.echo(list_assumptions(program, changes), nl=False)
    return 0
