"""`incdsl run`"""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from incdsl.cli.console import UserError, progress, ready
from incdsl.cli.faults import user_errors
from incdsl.cli.options import AS_OF, DATA, FEEDS, FILE, OUT


@click.command(
    epilog="Example: incdsl run programs/vip25/vip25.inc --data programs/vip25/feeds --as-of 2015-07-25 --out out/vip25",
)
@FILE
@DATA
@FEEDS
@AS_OF
@OUT
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "postgres", "reference"]),
    default="duckdb",
    show_default=True,
    help="What does the work; all write the same bytes.",
)
@click.option(
    "--server",
    metavar="URL",
    envvar="INCDSL_POSTGRES",
    help="Where PostgreSQL is, as in postgresql://user@host/database; the variable INCDSL_POSTGRES says it too.",
)
@click.option(
    "--format",
    type=click.Choice(["csv", "parquet", "json"]),
    default="csv",
    show_default=True,
    help="Format of the result files.",
)
@click.option("--values", is_flag=True, help="Also write every derived column, as `values`.")
def run(
    file: str,
    data: str,
    mapping: Path | None,
    as_of: datetime.date,
    out: str,
    engine: str,
    server: str | None,
    format: str,
    values: bool,
) -> int:
    """Evaluate a program on feeds: what is paid, what is missing, what was refused.

    Writes `payouts`, `requirements` and `refused` into the output folder and prints a summary.
    """
    from incdsl import driver
    from incdsl.results.summary import summarize

    if engine == "postgres" and not server:
        raise UserError(
            "--engine postgres needs a server", "add --server postgresql://user@host/database, or set INCDSL_POSTGRES"
        )
    loaded = ready(file)
    assert loaded.program is not None
    with user_errors(), progress() as stage:
        ran = driver.run(
            loaded.program,
            Path(data),
            as_of,
            Path(out),
            engine=engine,
            server=server,
            format=format,
            values=values,
            mapping=mapping,
            on_stage=stage,
        )
    with ran.feeds:
        click.echo(summarize(loaded.program, ran.feeds, ran.written, as_of), nl=False)
    return 0
