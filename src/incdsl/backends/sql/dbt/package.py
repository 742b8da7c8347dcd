"""The files of a dbt package: project, sources, models, tests."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlglot import exp

from incdsl.backends.sql.compiler import DIALECTS
from incdsl.backends.sql.compiler import emit as emit_script
from incdsl.backends.sql.dbt.checks import checks
from incdsl.backends.sql.dbt.jinja import SOURCE, Templates, escaped
from incdsl.backends.sql.dbt.sources import described, source_table
from incdsl.backends.sql.dbt.yaml import Node, dump
from incdsl.backends.sql.script import DERIVED, Script, Statement
from incdsl.core import ir
from incdsl.core import types as ty

_REQUIRED = [">=1.10.6", "<2.0.0"]


def emit(program: ir.Program, *, outputs: Iterable[str], dialect: str = "duckdb") -> dict[str, str]:
    """The package of a program: file name (with `/` between folders) to text. Raises UnsupportedInTarget.

    Models are called after the program and the relation or result that they make, as in `vip25_payouts`. The as-of date is
    the variable `as_of`, which has no default; the schema of the feeds is the variable `feed_schema`, `feed` when not given.
    """
    script = emit_script(program, as_of=None, outputs=list(outputs), dialect=dialect)
    project = _name(program.name)
    models = _models(project, script)
    templates = Templates(DIALECTS[dialect], models)
    files = {"dbt_project.yml": dump(_project(program, project, script, templates)), "README.md": _readme(program, project)}
    files["models/sources.yml"] = dump(_sources(program))
    described_models: list[Node] = []
    for statement in script.statements:
        schema, _, table = statement.name.partition(".")
        model = models.get((schema, table))
        if model is not None:
            files[f"models/{schema}/{model}.sql"] = _model(program, statement, templates)
            described_models.append(_described(program, schema, table, model, statement))
    files["models/models.yml"] = dump({"version": 2, "models": described_models})
    for name, text in checks(program, project, models, templates, DIALECTS[dialect]).items():
        files[f"tests/{name}.sql"] = text
    return files


def _name(text: str) -> str:
    """A name as dbt takes it: lower-case letters, digits and underscores."""
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "program"
    return name if name[0].isalpha() else f"p_{name}"


def _models(project: str, script: Script) -> dict[tuple[str, str], str]:
    """The name of the model for each table or view that the script makes; all of them differ."""
    models: dict[tuple[str, str], str] = {}
    for statement in script.statements:
        if not _makes_rows(statement):
            continue
        schema, _, table = statement.name.partition(".")
        name = wanted = f"{project}_{_name(table)}"
        count = 1
        while name in models.values():
            count += 1
            name = f"{wanted}_{count}"
        models[schema, table] = name
    return models


def _makes_rows(statement: Statement) -> bool:
    tree = statement.tree
    return isinstance(tree, exp.Create) and tree.kind in ("TABLE", "VIEW")


def _project(program: ir.Program, project: str, script: Script, templates: Templates) -> dict[str, Node]:
    routines: list[Node] = []
    for statement in script.statements:
        if not _makes_rows(statement):
            tree = statement.tree.copy()
            tree.set("replace", True)
            routines.append(templates.text(tree))
    return {
        "name": project,
        "config-version": 2,
        "profile": project,
        "require-dbt-version": list(_REQUIRED),
        "model-paths": ["models"],
        "test-paths": ["tests"],
        "models": {project: {"+materialized": "table"}},
        **({"on-run-start": routines} if routines else {}),
        "query-comment": {"comment": f"{program.name} {program.version}".strip()},
    }


def _sources(program: ir.Program) -> dict[str, Node]:
    tables: list[Node] = [
        source_table(program, relation) for relation in program.relations if isinstance(relation.source, ir.Feed)
    ]
    feed: dict[str, Node] = {
        "name": SOURCE,
        "description": escaped(f"The feeds of {program.label or program.name}: rows that `incdsl validate` would use."),
        "schema": "{{ var('feed_schema', 'feed') }}",
        "quoting": {"identifier": True},
        "tables": tables,
    }
    return {"version": 2, "sources": [feed]}


def _model(program: ir.Program, statement: Statement, templates: Templates) -> str:
    query = statement.tree.args["expression"]
    head = f"-- {program.name} {program.version}: {statement.name}\n".replace("{", "(").replace("}", ")")
    return f"{head}{templates.text(query)}\n"


def _described(program: ir.Program, schema: str, table: str, model: str, statement: Statement) -> Node:
    if schema == DERIVED:
        # A relation that is worked out in stages has a table for each, `Deal 1` before `Deal`; what is read more than once on
        # the way to one may have its own before it, `Deal: Deal rows`.
        stage = table.partition(":")[0]
        relation = max(
            (one for one in program.relations if f"{stage} ".startswith(f"{one.name} ")), key=lambda one: len(one.name)
        )
        labels = {column.name: (column.label or column.name, column.origin) for column in relation.stored}
        labels |= {column.name: (column.label or column.name, column.origin) for column in relation.derived}
        selected = statement.tree.args["expression"].named_selects
        columns: list[Node] = [
            {"name": name, "quote": True, "description": described(*labels[name])} for name in selected if name in labels
        ]
        return {"name": model, "description": described(relation.label or relation.name, relation.origin), "columns": columns}
    output = next(output for output in program.outputs if output.name == table)
    columns = []
    for column in output.columns:
        tests: list[Node] = [] if isinstance(column.type, ty.Optional) else ["not_null"]
        kind = ty.known(column.type)
        if isinstance(kind, ty.Enum):
            tests.append({"accepted_values": {"arguments": {"values": list(kind.values)}}})
        columns.append(
            {
                "name": column.name,
                "quote": True,
                "description": described(column.label or column.name),
                **({"data_tests": tests} if tests else {}),
            }
        )
    return {
        "name": model,
        "description": escaped(f"The result `{table}` of {program.label or program.name}."),
        "columns": columns,
    }


def _readme(program: ir.Program, project: str) -> str:
    return f"""\
# {program.label or program.name}, as a dbt package

Made by `incdsl build --target dbt` of version {program.version or "unversioned"}; change the program, not these files.

* The feeds are the source `{SOURCE}`: a table for each record, in the schema `{SOURCE}` or the one that the variable
  `feed_schema` names, with the columns of `models/sources.yml`. Load rows that `incdsl validate` uses; the tests of the
  source fail for those that it would refuse.
* A model for each relation that is worked out (`models/derived`), and one for each result (`models/result`).
* The day of the evaluation is the variable `as_of`, which has to be given.

Run it by itself with a profile `{project}`, or as a package of another project:

    dbt build --vars '{{as_of: 2015-07-25}}'

`{project}_payouts` then has the amounts that `incdsl run` writes, cent for cent.
"""
