"""`incdsl explain`"""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from incdsl.cli.console import UserError, progress, ready
from incdsl.cli.faults import user_errors
from incdsl.cli.options import AS_OF, DATA, FEEDS, FILE


@click.command(
    epilog="Example: incdsl explain programs/vip25/vip25.inc --data programs/vip25/feeds --as-of 2015-07-25 "
    "--where partner=NL0002 --where subtrack=UCS --payment rebate",
)
@FILE
@DATA
@FEEDS
@AS_OF
@click.option("--where", multiple=True, required=True, metavar="KEY=VALUE", help="A key column and its value; may be repeated.")
@click.option("--payment", metavar="NAME", help="Only this payment.")
def explain(file: str, data: str, mapping: Path | None, as_of: datetime.date, where: tuple[str, ...], payment: str | None) -> int:
    """Say why a payment is what it is, or why it is not paid: rules, compared values, rows, sources.

    VALUE is written as in the result files.
    """
    from incdsl import driver

    wanted = _wanted(where)
    program = ready(file)
    with user_errors(), progress() as stage:
        stage("explaining")
        text = driver.explain(program, data, as_of, wanted, payment, mapping)
    click.echo(text, nl=False)
    return 0


def _wanted(where: tuple[str, ...]) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for item in where:
        key, equals, value = item.partition("=")
        if not equals or not key:
            raise UserError(f"`--where {item}` has no key and value", "write --where KEY=VALUE, as in --where partner=NL0002")
        if key in wanted:
            raise UserError(f"`--where {key}=…` is given twice", "a row has one value for a key; leave one out")
        wanted[key] = value
    return wanted
