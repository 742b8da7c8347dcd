"""The names in a statement as one run on one engine writes them."""

from __future__ import annotations

from sqlglot import exp

from incdsl.backends.sql.dialect import Dialect
from incdsl.backends.sql.script import DERIVED, FEED, RESULT, Schemas


def renamed(tree: exp.Expr, dialect: Dialect, schemas: Schemas) -> exp.Expr:
    """The statement with the schemas called as the run calls them, and no name longer than the engine can hold."""
    called = {FEED: schemas.feed, DERIVED: schemas.derived, RESULT: schemas.result}
    for identifier in tree.find_all(exp.Identifier):
        if names_schema(identifier):
            identifier.set("this", called.get(identifier.name, identifier.name))
        else:
            identifier.set("this", dialect.fitted(identifier.name))
    if not dialect.schemas:
        for table in tree.find_all(exp.Table):
            if table.db:
                table.set("this", exp.to_identifier(f"{table.db}.{table.name}", quoted=True))
                table.set("db", None)
    return tree


def names_schema(identifier: exp.Identifier) -> bool:
    """Whether it is the schema of a table or of a function that is called."""
    parent = identifier.parent
    if isinstance(parent, exp.Table):
        return parent.args.get("db") is identifier
    return isinstance(parent, exp.Dot) and parent.this is identifier and isinstance(parent.expression, exp.Anonymous)
