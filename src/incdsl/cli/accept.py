"""`incdsl accept`"""

from __future__ import annotations

from pathlib import Path

import click

from incdsl.cli.console import UserError
from incdsl.cli.faults import user_errors


@click.command(epilog='Example: incdsl accept volume-at-the-minimum --because "the guide says: reached at 57,500"')
@click.argument("name", metavar="NAME")
@click.option("--because", required=True, metavar="TEXT", help="Why the new results are right; kept beside the cases.")
@click.option("--in", "folder", default="programs", show_default=True, metavar="DIR", help="Where to look for the case.")
def accept(name: str, because: str, folder: str) -> int:
    """Take the new results of one golden case, after showing what changes in sentences and money."""
    from incdsl import cases

    if not because.strip():
        raise UserError("--because is empty", "say why the new results are right: whoever reads the case later will ask")
    with user_errors():
        for line in cases.accept(cases.named(Path(folder), name), because.strip()):
            click.echo(line)
    return 0
