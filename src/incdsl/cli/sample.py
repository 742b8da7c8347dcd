"""`incdsl sample`"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Literal

import click

from incdsl.cli.console import Share, UserError, progress, ready
from incdsl.cli.faults import user_errors
from incdsl.cli.options import FILE, OUT


@click.command(epilog="Example: incdsl sample programs/vip25/vip25.inc --rows 20000 --seed 1 --out out/feeds")
@FILE
@click.option(
    "--rows", type=click.IntRange(min=1), required=True, metavar="N", help="Rows of the largest feed; the others follow."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="S", help="The same seed gives the same bytes."
)
@OUT
@click.option("--format", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True, help="Format of the feeds.")
@click.option("--dirty", type=Share(), metavar="PERCENT", help="Share of the rows of each feed to spoil, as in 1%.")
@click.option("--replace", is_flag=True, help="Replace feeds that lie there already.")
def sample(
    file: str, rows: int, seed: int, out: str, format: Literal["csv", "parquet"], dirty: Decimal | None, replace: bool
) -> int:
    """Make up feeds for a program: valid, plausible, of any size.

    The same program, rows, seed and format give the same bytes.
    """
    from incdsl.feeds.sample import sample_files, write_sample

    program = ready(file)
    there = [path for _, path in sample_files(program, Path(out), format) if path.exists()]
    if there and not replace:
        more = f" and {len(there) - 1} more feeds are" if len(there) > 2 else f" and `{there[1]}` are" if there[1:] else " is"
        raise UserError(f"`{there[0]}`{more} there already", "name another folder, or add --replace if those are made up, too")
    with user_errors(), progress() as stage:
        stage("making up feeds")
        written = write_sample(
            program, Path(out), rows, seed, format, dirty=dirty, on_feed=lambda feed: stage(f"wrote {feed.path}")
        )
    for feed in written:
        click.echo(f"{feed.path} ({feed.rows:,} rows)")
    return 0
