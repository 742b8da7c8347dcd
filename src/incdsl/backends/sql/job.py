"""A script as a job of somebody else's: to be run again and again, for one day after the other, by the client of a database."""

from __future__ import annotations

from sqlglot import exp

from incdsl.backends.sql.script import Schemas, Script, Statement
from incdsl.core import ir


def job(program: ir.Program, script: Script, dialect: str, schemas: Schemas) -> str:
    """The text of a script that first drops what an earlier run has made. What `psql` reads stops at the first error and
    changes nothing then."""
    head = (
        f"-- {program.name}, version {program.version}. Reads {schemas.feed}, and makes all anew in {schemas.derived} and "
        f"{schemas.result}, which are for this program alone.\n"
    )
    made = [statement for statement in script.statements if _is_made_once(statement)]
    drops = "".join(f"DROP {statement.tree.args['kind']} IF EXISTS {statement.table};\n" for statement in reversed(made))
    body = "\n".join(f"{_durable(statement)};\n" for statement in script.statements)
    if dialect == "postgres":
        return f"{head}\\set ON_ERROR_STOP on\nBEGIN;\n{drops}\n{body}\nCOMMIT;\n"
    return f"{head}{drops}\n{body}"


def _is_made_once(statement: Statement) -> bool:
    """Whether it makes something that must not be there yet."""
    tree = statement.tree
    return isinstance(tree, exp.Create) and tree.kind in ("TABLE", "VIEW") and not tree.args.get("replace")


def _durable(statement: Statement) -> str:
    """The statement; what it makes survives a crash of the server."""
    if not any(statement.tree.find_all(exp.UnloggedProperty)):
        return statement.sql
    logged = statement.tree.copy()
    logged.set("properties", None)
    return Statement(statement.name, logged, statement.dialect).sql
