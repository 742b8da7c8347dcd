"""The core as a script of SQL statements: a table per stage of each relation, then one per output."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator

from sqlglot import exp

from incdsl.backends.sql.bigquery import BigQuery
from incdsl.backends.sql.build import Builder
from incdsl.backends.sql.clickhouse import ClickHouse
from incdsl.backends.sql.databricks import Databricks
from incdsl.backends.sql.dialect import Dialect, cast
from incdsl.backends.sql.duckdb import DuckDB
from incdsl.backends.sql.names import renamed
from incdsl.backends.sql.plan import Planner
from incdsl.backends.sql.postgres import Postgres
from incdsl.backends.sql.refused import placed
from incdsl.backends.sql.scalar import Scalars
from incdsl.backends.sql.script import (
    ALONE,
    DERIVED,
    FEED,
    RESULT,
    FeedRead,
    Schemas,
    Script,
    Statement,
    UnsupportedInTarget,
)
from incdsl.backends.sql.shared import shared_first
from incdsl.backends.sql.snowflake import Snowflake
from incdsl.backends.sql.spark import Spark
from incdsl.backends.sql.sqlserver import SqlServer
from incdsl.backends.sql.stages import Stage, plan_stages
from incdsl.backends.sql.trino import Trino
from incdsl.core import ir

DIALECTS: dict[str, Dialect] = {
    "duckdb": DuckDB(),
    "postgres": Postgres(),
    "spark": Spark(),
    "bigquery": BigQuery(),
    "snowflake": Snowflake(),
    "databricks": Databricks(),
    "clickhouse": ClickHouse(),
    "sqlserver": SqlServer(),
    "trino": Trino(),
}
"""The dialects there are."""


def emit(
    program: ir.Program,
    *,
    as_of: datetime.date | None,
    outputs: Collection[str],
    dialect: str = "duckdb",
    schemas: Schemas = ALONE,
) -> Script:
    """The statements that make `result."NAME"` for each output named, from the tables `feed."R"`.

    The program is verified. With `as_of` None the statements leave the date open, as the dialect does. Raises
    UnsupportedInTarget for what the dialect cannot say, and for an unknown dialect.
    """
    if dialect not in DIALECTS:
        raise UnsupportedInTarget(f"no dialect {dialect}: there is {', '.join(DIALECTS)}")
    emitter = _Emitter(program, DIALECTS[dialect], as_of, schemas)
    try:
        return emitter.script([output for output in program.outputs if output.name in outputs])
    except UnsupportedInTarget as refusal:
        raise placed(refusal, program, emitter.scalars) from refusal


class _Emitter:
    def __init__(self, program: ir.Program, dialect: Dialect, as_of: datetime.date | None, schemas: Schemas) -> None:
        self.program = program
        self.dialect = dialect
        self.schemas = schemas
        self.scalars = Scalars(program.params, dialect, as_of)
        self.columns: dict[str, tuple[str, ...]] = {}
        self.names: dict[str, str] = {}
        self.builders: list[Builder] = []

    def script(self, outputs: list[ir.Output]) -> Script:
        made = [one for stage in plan_stages(self.program, outputs) for one in self._stage(stage)]
        made += [one for output in outputs for one in self._output(output)]
        routines = {name: tree for _, statement in made for name, tree in self.dialect.routines(statement)}
        return Script(tuple(self._statement(name, tree) for name, tree in (*routines.items(), *made)), tuple(self._feeds()))

    def _feeds(self) -> Iterator[FeedRead]:
        """The feeds that the builders so far have read, with the columns that they use."""
        plans = [plan for builder in self.builders for plan in builder.feeds]
        for relation in self.program.relations:
            used = {name for plan in plans if plan.relation.name == relation.name for name in plan.used}
            columns = [column for column in relation.stored if column.name in used]
            if columns:
                table = exp.table_(exp.to_identifier(relation.name, quoted=True), db=exp.to_identifier(FEED))
                tree = self.dialect.declare(table, [(column.name, column.type) for column in columns])
                made = self._statement(f"{FEED}.{relation.name}", tree)
                names = tuple(column.name for column in columns)
                yield FeedRead(relation.name, names, tuple(map(self.dialect.fitted, names)), made)

    def _statement(self, name: str, tree: exp.Expr) -> Statement:
        tree = self.dialect.finished(renamed(tree, self.dialect, self.schemas))
        if not self.dialect.says_materialized:
            for subquery in tree.find_all(exp.CTE):
                subquery.set("materialized", None)
        return Statement(name, tree, self.dialect.name)

    def _builder(self) -> Builder:
        self.builders.append(Builder(self.program, Planner(self.program, self.columns), self.scalars, self.names))
        return self.builders[-1]

    def _stage(self, stage: Stage) -> list[tuple[str, exp.Expr]]:
        builder = self._builder()
        plan = builder.planner.rows(stage.relation)
        for column in stage.columns:
            builder.planner.need(plan, column)
        chain = builder.chain(plan, f"{stage.relation} rows")
        columns = [exp.Column(this=exp.to_identifier(column, quoted=True)) for column in stage.columns]
        query = exp.select(*columns).from_(chain.source)
        table = stage.relation if stage.last else f"{stage.relation} {stage.index}"
        self.columns[stage.relation] = stage.columns
        self.names[stage.relation] = table
        return self._create(DERIVED, table, query, builder)

    def _output(self, output: ir.Output) -> list[tuple[str, exp.Expr]]:
        builder = self._builder()
        planned = []
        for part in output.parts:
            plan = builder.planner.rows(part.relation)
            where = None if part.where is None else builder.planner.row(plan, part.where)
            planned.append((part, plan, [builder.planner.row(plan, cell) for cell in part.cells], where))
        queries = []
        for part, plan, cells, where in planned:
            chain = builder.chain(plan, f"{part.relation} rows")
            columns = []
            for cell, column in zip(cells, output.columns, strict=True):
                sql = self.scalars.compile(cell, _by_name)
                columns.append(exp.alias_(self.scalars.exactly(sql, cell.type, column.type), column.name, quoted=True))
            select = exp.select(*columns).from_(chain.source)
            queries.append(select if where is None else select.where(self.scalars.compile(where, _by_name), copy=False))
        query: exp.Query = queries[0] if queries else self._nothing(output)
        for other in queries[1:]:
            query = exp.union(query, other, distinct=False, copy=False)
        return self._create(RESULT, output.name, query, builder, all(map(_shows, queries)))

    def _nothing(self, output: ir.Output) -> exp.Query:
        """The rows of an output without parts, such as the payouts of a program that pays nothing: none."""
        cells = [(cast(exp.null(), self.dialect.physical(column.type)), column.name) for column in output.columns]
        return exp.select(*(exp.alias_(cell, name, quoted=True) for cell, name in cells)).where(exp.false())

    def _create(
        self, schema: str, table: str, query: exp.Query, builder: Builder, shown: bool = False
    ) -> list[tuple[str, exp.Expr]]:
        """The statements that make a table, by name: those of tables that it starts from, and its own."""
        called = exp.table_(exp.to_identifier(table, quoted=True), db=exp.to_identifier(schema))
        if shown and not builder.subqueries:
            return [(f"{schema}.{table}", self.dialect.show(called, query))]
        if self.dialect.tables_for_shared:
            tables = shared_first(query, builder.subqueries, called, DERIVED)
            return [(f"{one.db}.{one.name}", self.dialect.create(one, own)) for one, own in tables]
        if builder.subqueries:
            query.set("with_", exp.With(expressions=builder.subqueries))
        return [(f"{schema}.{table}", self.dialect.create(called, query))]


def _by_name(column: ir.Column) -> exp.Expr:
    return exp.Column(this=exp.to_identifier(column.name, quoted=True))


def _shows(query: exp.Select) -> bool:
    """Whether every cell is a column, a constant, or the text of a column, and no condition is more than a column."""
    where = query.args.get("where")
    return (where is None or isinstance(where.this, exp.Column)) and all(_is_shown(cell.unalias()) for cell in query.expressions)


def _is_shown(cell: exp.Expr) -> bool:
    if isinstance(cell, exp.Cast):
        return (cell.to.is_type("text") or not cell.find(exp.Column)) and _is_shown(cell.this)
    return isinstance(cell, exp.Column | exp.Literal | exp.Boolean | exp.Null) or (isinstance(cell, exp.Neg) and cell.is_number)
