"""`incdsl validate`"""

from __future__ import annotations

from pathlib import Path

import click

from incdsl.cli.console import progress, ready
from incdsl.cli.faults import user_errors
from incdsl.cli.options import DATA, FEEDS, FILE


@click.command(epilog="Example: incdsl validate programs/vip25/vip25.inc --data programs/vip25/feeds")
@FILE
@DATA
@FEEDS
@click.option("--out", metavar="DIR", help="Folder for `refused.csv`; made when missing.")
def validate(file: str, data: str, mapping: Path | None, out: str | None) -> int:
    """Say which rows of the feeds cannot be used, and why.

    Exits with 1 when a row is refused.
    """
    from incdsl import driver
    from incdsl.results.refusals import feeds_table, refusals

    loaded = ready(file)
    assert loaded.program is not None
    with user_errors(), progress() as stage:
        stage("reading the feeds")
        feeds = driver.validate(loaded.program, Path(data), Path(out) if out else None, mapping=mapping)
    with feeds:
        click.echo("\n".join([*feeds_table(feeds.counts), *refusals(feeds.refusals, feeds.notes)]))
        return 1 if any(count.refused for count in feeds.counts) else 0
