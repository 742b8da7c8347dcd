"""SQL trees as text for dbt, which reads every file as a Jinja template first."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlglot import exp

from incdsl.backends.sql.dialect import Dialect
from incdsl.backends.sql.script import DERIVED, FEED

SCHEMA = "{{ target.schema }}"
AS_OF = "{{ modules.datetime.date.fromisoformat(var('as_of') | string) }}"
"""The day, or an error where it is not written as a day: databases take `24-06-25` for one of the year 24."""

SOURCE = "feed"

_OPENS = re.compile(r"\{[{%#]")


class Templates:
    """Statements of one program as templates. `models` names the model of each table of `derived` and `result`, by schema
    and table."""

    def __init__(self, dialect: Dialect, models: Mapping[tuple[str, str], str]) -> None:
        self._dialect = dialect
        self._models = models

    def text(self, tree: exp.Expr) -> str:
        """The text of a tree, in which tables have become sources and references, and the as-of date a variable."""
        tree = tree.copy()
        said: dict[str, str] = {}
        mark = "placeholder"
        while mark in tree.sql():
            mark += "_"

        def stands_for(template: str) -> exp.Identifier:
            name = f"{mark}{len(said)}"
            said[name] = template
            return exp.to_identifier(name, quoted=False)

        open_date = self._dialect.as_of()
        for node in [node for node in tree.find_all(type(open_date)) if node == open_date]:
            node.replace(exp.Literal.string(stands_for(AS_OF).name))
        for table in list(tree.find_all(exp.Table)):
            model = self._models.get((table.db, table.name))
            if table.db == FEED:
                table.set("this", stands_for(f"{{{{ source('{SOURCE}', '{_quoted(table.name)}') }}}}"))
                table.set("db", None)
            elif model is not None:
                table.set("this", stands_for(f"{{{{ ref('{model}') }}}}"))
                table.set("db", None)
            elif table.db == DERIVED:
                table.set("db", stands_for(SCHEMA))
        for call in tree.find_all(exp.Dot):
            if isinstance(call.this, exp.Identifier) and call.this.name == DERIVED:
                call.set("this", stands_for(SCHEMA))
        text = escaped(tree.sql(dialect=self._dialect.name, pretty=True))
        return re.sub(rf"{mark}\d+", lambda found: said[found[0]], text)


def escaped(text: str) -> str:
    """A text in which nothing is Jinja."""
    return _OPENS.sub(lambda found: f"{{{{ '{found[0]}' }}}}", text)


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace("'", "\\'")
