"""`incdsl build`"""

from __future__ import annotations

import re
from pathlib import Path

import click

from incdsl.cli.console import Folder, UserError, ready
from incdsl.cli.faults import file_errors, unsupported
from incdsl.cli.options import FILE

DIALECTS = ("duckdb", "postgres", "spark", "bigquery", "snowflake", "databricks", "clickhouse", "sqlserver", "trino")
TARGETS = ("json-schema", "sql", "dbt", "python", "core")


@click.command(epilog="Example: incdsl build programs/vip25/vip25.inc --target json-schema --out out/schemas")
@FILE
@click.option("--target", type=click.Choice(TARGETS), required=True, help="What to make of the program.")
@click.option("--dialect", type=click.Choice(DIALECTS), help="The SQL dialect; only with --target sql or dbt.")
@click.option(
    "--prefix", metavar="TEXT", help="What the schemas that the SQL fills begin with: `cx_` for `cx_derived` and `cx_result`."
)
@click.option(
    "--out",
    type=Folder(),
    metavar="DIR",
    help="Folder for the files; made when missing. Without it, SQL and the core are printed.",
)
def build(file: str, target: str, dialect: str | None, prefix: str | None, out: str | None) -> int:
    """Turn a program into JSON Schemas, SQL, a dbt package, a Python module or its core."""
    from incdsl import driver

    if dialect and target not in ("sql", "dbt"):
        raise UserError(f"--dialect is about SQL and means nothing for --target {target}", "leave it out")
    if prefix and target != "sql":
        raise UserError(f"--prefix is about SQL and means nothing for --target {target}", "leave it out")
    if prefix and not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", prefix):
        raise UserError(f"`{prefix}` cannot begin the name of a schema", "write small letters, digits and `_`, as in `cx_`")
    if out is None and target not in ("sql", "core"):
        raise UserError(f"--target {target} makes several files", "say in which folder: --out DIR")
    program = ready(file)
    with file_errors(), unsupported():
        for name, text in driver.build(program, target, dialect or "duckdb", prefix or "").items():
            if out is None:
                click.echo(text, nl=False)
                continue
            path = Path(out) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            click.echo(f"wrote {path}")
    return 0
