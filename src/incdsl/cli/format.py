"""`incdsl format`"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from incdsl.cli.console import UserError, coloured
from incdsl.cli.faults import file_errors
from incdsl.render import render


@click.command(name="format", epilog="Example: incdsl format programs/vip25/vip25.inc --check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit with 1 when a file would change.")
def format_(files: tuple[str, ...], only_check: bool) -> int:
    """Lay programs out the one way: indentation, aligned tables, comments kept.

    A file with a mistake in its syntax is left as it is.
    """
    from incdsl.diagnostic import Sink
    from incdsl.files import formatted

    changed = broken = 0
    for path in files:
        outcome = formatted(path)
        if isinstance(outcome, Sink):
            click.echo(render(outcome.sorted(), color=coloured(sys.stderr)), err=True, nl=False, color=True)
            broken += 1
            continue
        source, text = outcome
        if text != source.text:
            changed += 1
            if only_check:
                click.echo(f"{path}: would be formatted differently")
            else:
                with file_errors():
                    Path(path).write_bytes(text.encode("utf-8"))
                click.echo(f"{path}: formatted")
    if broken:
        raise UserError(
            f"{broken} of {len(files)} files could not be formatted" if len(files) > 1 else f"`{files[0]}` was left as it is"
        )
    if only_check and changed:
        raise UserError(f"{changed} of {len(files)} files are not formatted", f"run `incdsl format {' '.join(files)}`")
    return 0
