"""Arguments that several commands take, said once."""

from __future__ import annotations

from pathlib import Path

import click

from incdsl.cli.console import Day, Folder, Refusable

FILE = click.argument("file", metavar="FILE")
DATA = click.option(
    "--data", type=Folder(), required=True, metavar="DIR", help="Folder with a file per record; or a workbook or database."
)
FEEDS = click.option(
    "--feeds",
    "mapping",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Mapping that says how the files are written; else the folder's feeds.toml, if there is one.",
)
AS_OF = click.option("--as-of", required=True, type=Day(), metavar="DATE", help="The day on which to evaluate, as in 2015-07-25.")
OUT = click.option("--out", type=Folder(), required=True, metavar="DIR", help="Folder for the files; made when missing.")
REFUSED_AS = click.option(
    "--refused-as",
    type=click.Choice(["csv", "xlsx"]),
    default="csv",
    show_default=True,
    help="With xlsx, also a workbook of the refused rows, to send back.",
)
MAX_REFUSED = click.option(
    "--max-refused",
    type=Refusable(),
    metavar="SHARE",
    help="Refuse no more of any feed, nor in all: a share as in 2%, or a number of rows.",
)
