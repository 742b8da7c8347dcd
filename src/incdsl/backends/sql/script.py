"""What the SQL backend hands over: an ordered list of named statements, and what it refuses.

The schemas: `feed` holds the validated input, `derived` the relations with what was worked out, `result` the outputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp

from incdsl.core.errors import UnsupportedInTarget as UnsupportedInTarget

FEED = "feed"
DERIVED = "derived"
RESULT = "result"


@dataclass(frozen=True)
class Schemas:
    """What the three schemas are called on a database that holds those of other runs too."""

    feed: str = FEED
    derived: str = DERIVED
    result: str = RESULT


ALONE = Schemas()
"""The schemas of a database that serves one run."""


@dataclass(frozen=True)
class Query:
    """A query taken apart: `sql` reads the `subqueries`, (name, text), of which each may read those before it."""

    sql: str
    subqueries: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Statement:
    """One statement in a dialect, as sqlglot calls it. `name` says what it makes (`derived.Enrollment`, `result.payouts`). Its
    texts are written when they are asked for: most runs ask for one of them."""

    name: str
    tree: exp.Expr
    dialect: str

    @cached_property
    def sql(self) -> str:
        """The text of the statement."""
        return self._text(self.tree)

    @property
    def table(self) -> str | None:
        """The name, as SQL writes it, of the table or view it makes, if it makes one."""
        made = self.tree.find(exp.Table) if isinstance(self.tree, exp.Create) and self.tree.kind in ("TABLE", "VIEW") else None
        return None if made is None else made.sql(dialect=self.dialect)

    @property
    def query(self) -> Query | None:
        """The query that a table or a view is made of."""
        query = self.tree.args.get("expression")
        if not isinstance(query, exp.Query):
            return None
        alone = query.copy()
        alone.set("with_", None)
        return Query(self._text(alone), tuple((subquery.alias, self._text(subquery.this)) for subquery in query.ctes))

    def _text(self, tree: exp.Expr) -> str:
        return tree.sql(dialect=self.dialect, pretty=True)


@dataclass(frozen=True)
class FeedRead:
    """A feed that a script reads: its relation, the stored columns that are used, their names in the script, and the
    statement that makes an empty table `feed."R"` of these."""

    relation: str
    columns: tuple[str, ...]
    names: tuple[str, ...]
    table: Statement


@dataclass(frozen=True)
class Script:
    """Statements to run in this order on a database that has the tables `feed."R"` named in `feeds`."""

    statements: tuple[Statement, ...]
    feeds: tuple[FeedRead, ...]

    @property
    def text(self) -> str:
        """The whole script, each statement ended by a semicolon."""
        return "\n".join(f"{statement.sql};\n" for statement in self.statements)
