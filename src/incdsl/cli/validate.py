"""`incdsl validate`"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incdsl.cli.console import Folder, progress, ready
from incdsl.cli.faults import user_errors
from incdsl.cli.options import DATA, FEEDS, FILE, MAX_REFUSED, REFUSED_AS

if TYPE_CHECKING:
    from incdsl.feeds.gate import Gate

_AROUND = 4
"""Lines of the screen that are not ours: the command, the prompt, and what is left to see that nothing is cut off."""


@click.command(epilog="Example: incdsl validate programs/vip25/vip25.inc --data programs/vip25/feeds --out out --refused-as xlsx")
@FILE
@DATA
@FEEDS
@click.option("--out", type=Folder(), metavar="DIR", help="Folder for `refused.csv`; made when missing.")
@REFUSED_AS
@MAX_REFUSED
def validate(file: str, data: str, mapping: Path | None, out: str | None, refused_as: str, max_refused: Gate | None) -> int:
    """Say which rows of the feeds cannot be used, and why.

    Exits with 1 when a row is refused; with --max-refused, when more are than it lets through.
    """
    from incdsl import driver
    from incdsl.feeds.periods import outside_every_period
    from incdsl.results.refusals import WIDTH, feeds_table, refusals, what_next

    if refused_as == "xlsx" and out is None:
        raise click.UsageError("--refused-as says how refused rows are written: name a folder with --out")
    program = ready(file)
    with user_errors(), progress() as stage:
        stage("reading the feeds")
        to = None if out is None else Path(out)
        feeds = driver.validate(program, data, mapping=mapping, checks_only=True, out=to)
    with feeds:
        written: tuple[Path, ...] = ()
        if out is not None:
            with user_errors(), progress() as stage:
                stage("writing the refused rows")
                written = driver.write_refused(program, feeds, Path(out), refused_as == "xlsx")
        notes = (*feeds.notes, *outside_every_period(program, feeds))
        columns, height = shutil.get_terminal_size((WIDTH, 24))
        width = min(columns, WIDTH) if sys.stdout.isatty() else WIDTH
        refused = sum(count.refused for count in feeds.counts)
        top, next_ = feeds_table(feeds.counts), what_next(refused, [str(path) for path in written], width)
        shown = max((height - _AROUND - len(top) - len(next_) - len(notes) - 2) // 2, 2)
        found = refusals(feeds.refusals, notes, shown=shown, width=width)
        click.echo("\n".join([*top, *(["", *found] if found else []), *next_]))
        if max_refused is None:
            return 1 if refused else 0
        with user_errors():
            max_refused.check(feeds.counts)
        return 0
