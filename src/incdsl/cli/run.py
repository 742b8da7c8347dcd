"""`incdsl run`"""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incdsl.cli.console import Memory, UserError, progress, ready
from incdsl.cli.faults import user_errors
from incdsl.cli.options import AS_OF, DATA, FEEDS, FILE, MAX_REFUSED, OUT, REFUSED_AS

if TYPE_CHECKING:
    from incdsl.feeds.gate import Gate


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
    type=click.Choice(["duckdb", "postgres", "spark", "reference"]),
    default="duckdb",
    show_default=True,
    help="What does the work; all write the same bytes.",
)
@click.option(
    "--server",
    metavar="URL",
    help="Where PostgreSQL is, as in postgresql://user@host/database; the variable INCDSL_POSTGRES says it too.",
)
@click.option("--master", metavar="MASTER", help="Where Spark runs: local[2], spark://host:7077 (without: on this machine).")
@click.option("--remote", metavar="URL", help="A server of Spark Connect instead, as in sc://host:15002.")
@click.option("--spark-conf", multiple=True, metavar="NAME=VALUE", help="A setting of Spark, as in spark.driver.memory=8g.")
@click.option(
    "--format",
    type=click.Choice(["csv", "parquet", "json"]),
    default="csv",
    show_default=True,
    help="Format of the result files.",
)
@click.option(
    "--memory-limit",
    type=Memory(),
    default="4GB",
    show_default=True,
    metavar="SIZE",
    help="Memory for the rows; what needs more goes to disk meanwhile.",
)
@click.option("--strict", is_flag=True, help="Stop when any row is refused: the same as --max-refused 0.")
@MAX_REFUSED
@REFUSED_AS
@click.option("--values", is_flag=True, help="Also write every derived column, as `values`.")
def run(
    file: str,
    data: str,
    mapping: Path | None,
    as_of: datetime.date,
    out: str,
    engine: str,
    server: str | None,
    master: str | None,
    remote: str | None,
    spark_conf: tuple[str, ...],
    format: str,
    memory_limit: str,
    strict: bool,
    max_refused: Gate | None,
    refused_as: str,
    values: bool,
) -> int:
    """Evaluate a program on feeds: what is paid, what is missing, what was refused.

    Writes `payouts`, `requirements`, `refused` and what the refused rows `could_change` into the output folder and prints a
    summary.
    """
    from incdsl import driver
    from incdsl.feeds.gate import Gate
    from incdsl.results.summary import summarize

    if strict and max_refused is not None:
        raise click.UsageError("--strict lets no refused row through: leave it out, or --max-refused")
    if server and engine != "postgres":
        raise UserError(f"--server is about PostgreSQL and means nothing for --engine {engine}", "leave it out")
    if engine == "postgres":
        server = server or os.environ.get("INCDSL_POSTGRES")
    if engine == "postgres" and not server:
        raise UserError(
            "--engine postgres needs a server", "add --server postgresql://user@host/database, or set INCDSL_POSTGRES"
        )
    if engine == "spark":
        server = place_of_spark(master, remote)
    settings = dict(map(setting, spark_conf))
    program = ready(file)
    with user_errors(), progress() as stage:
        ran = driver.run(
            program,
            data,
            as_of,
            Path(out),
            engine=engine,
            server=server,
            settings=settings,
            format=format,
            values=values,
            mapping=mapping,
            memory_limit=memory_limit,
            gate=Gate(rows=0) if strict else max_refused,
            workbook=refused_as == "xlsx",
            on_stage=stage,
        )
    with ran.feeds:
        click.echo(summarize(program, ran.feeds, ran.written, as_of, ran.workbook), nl=False)
    return 0


def place_of_spark(master: str | None, remote: str | None) -> str | None:
    """Where Spark is, as the one address that an engine takes; None for this machine."""
    if master and remote:
        raise UserError("--master and --remote name two places", "keep one of them")
    if remote and not remote.startswith("sc://"):
        raise UserError(f"`{remote}` is no address of Spark Connect", "write --remote sc://host:15002")
    return master or remote


def setting(written: str) -> tuple[str, str]:
    """A setting of Spark written as NAME=VALUE."""
    name, equals, value = written.partition("=")
    if not equals or not name.startswith("spark."):
        raise UserError(f"`{written}` is no setting of Spark", "write its name and value, as in spark.driver.memory=8g")
    return name, value
