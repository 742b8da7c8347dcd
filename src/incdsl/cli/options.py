"""Arguments that several commands take, said once."""

from __future__ import annotations

import click

from incdsl.cli.console import Day

FILE = click.argument("file", metavar="FILE")
DATA = click.option("--data", required=True, metavar="DIR", help="Folder with one file per record: CSV, JSON, Parquet.")
AS_OF = click.option("--as-of", required=True, type=Day(), metavar="DATE", help="The day on which to evaluate, as in 2015-07-25.")
OUT = click.option("--out", required=True, metavar="DIR", help="Folder for the files; made when missing.")
