"""`incdsl check`"""

from __future__ import annotations

import sys

import click

from incdsl.cli.console import coloured
from incdsl.diagnostic import Diagnostic
from incdsl.render import FORMATS, render


@click.command(epilog="Example: incdsl check programs/vip25/vip25.inc --format concise")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", type=click.Choice(FORMATS), default="text", show_default=True, help="How to show what is wrong.")
@click.option("--strict", is_flag=True, help="Exit with 1 for a warning too.")
def check(files: tuple[str, ...], format: str, strict: bool) -> int:
    """Say everything that is wrong with programs, and with the files they use.

    Exits with 1 when there is an error; a warning alone stops nothing, unless `--strict` is given.
    """
    from incdsl.driver import load_again

    found: dict[tuple[str, int, str], Diagnostic] = {}  # programs may use one file; its mistakes are said once
    for path in files:
        for diagnostic in load_again(path).sink.sorted():
            span = diagnostic.span
            found.setdefault((span.source.path, span.start, diagnostic.code), diagnostic)
    shown = [found[place] for place in sorted(found)]
    click.echo(render(shown, format, color=coloured(sys.stdout)), nl=False, color=True)
    if not shown and format != "json":
        click.echo(f"{', '.join(files)}: no errors")
    stopping = [diagnostic for diagnostic in shown if strict or diagnostic.severity == "error"]
    return 1 if stopping else 0
