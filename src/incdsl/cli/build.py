"""`incdsl build`"""

from __future__ import annotations

from pathlib import Path

import click

from incdsl.cli.console import UserError, ready
from incdsl.cli.faults import file_errors, unsupported
from incdsl.cli.options import FILE, OUT

DIALECTS = ("duckdb", "postgres", "spark", "bigquery", "snowflake", "databricks", "clickhouse", "sqlserver", "trino")
TARGETS = ("json-schema", "sql", "dbt", "python", "core")


@click.command(epilog="Example: incdsl build programs/vip25/vip25.inc --target json-schema --out out/schemas")
@FILE
@click.option("--target", type=click.Choice(TARGETS), required=True, help="What to make of the program.")
@click.option("--dialect", type=click.Choice(DIALECTS), help="The SQL dialect; only with --target sql or dbt.")
@OUT
def build(file: str, target: str, dialect: str | None, out: str) -> int:
    """Turn a program into JSON Schemas, SQL, a dbt package, a Python module or its core."""
    from incdsl import driver

    if dialect and target not in ("sql", "dbt"):
        raise UserError(f"--dialect is about SQL and means nothing for --target {target}", "leave it out")
    program = ready(file)
    with file_errors(), unsupported():
        for name, text in driver.build(program, target, dialect or "duckdb").items():
            path = Path(out) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            click.echo(f"wrote {path}")
    return 0
