"""Runs hand-written SQL: `python -m bench.sql_job VALUES.json FILE.sql...`

VALUES.json gives what stands in braces in the SQL. A SELECT in a file called `checks.sql` that finds a row ends the run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb


def main(values_file: str, *files: str) -> None:
    """Run the files in order on a new database in memory."""
    values = json.loads(Path(values_file).read_text())
    connection = duckdb.connect(config={"memory_limit": "4GB"})
    for file in files:
        text = Path(file).read_text()
        for name, value in values.items():
            text = text.replace("{" + name + "}", value)
        for statement in duckdb.extract_statements(text):
            found = connection.execute(statement).fetchone()
            if Path(file).name == "checks.sql" and statement.type == duckdb.StatementType.SELECT and found is not None:
                raise SystemExit(f"a row that must not be used: {found}, found by {statement.query}")


if __name__ == "__main__":
    main(*sys.argv[1:])
