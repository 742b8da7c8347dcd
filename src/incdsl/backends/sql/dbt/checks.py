"""What dbt's own tests cannot say, as queries that have to come out empty: keys of several columns, ranges of dates that
overlap, bounds, the look of texts, conditions on a row, and rules that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from incdsl.backends.sql import pieces
from incdsl.backends.sql.dbt.jinja import Templates
from incdsl.backends.sql.dialect import Dialect
from incdsl.backends.sql.scalar import Scalars
from incdsl.backends.sql.script import FEED, RESULT
from incdsl.core import ir, patterns
from incdsl.core import types as ty


def checks(
    program: ir.Program, project: str, models: Mapping[tuple[str, str], str], templates: Templates, dialect: Dialect
) -> dict[str, str]:
    """The queries by name, as templates."""
    scalars = Scalars(program.params, dialect, None)
    found: dict[str, str] = {}
    for relation in program.relations:
        if isinstance(relation.source, ir.Feed):
            for what, tree in [*_of_feed(relation, scalars), *_of_forms(relation, dialect)]:
                found[f"{project}_{relation.source.file.lower()}_{what}"] = f"{templates.text(tree)}\n"
    if (RESULT, ir.CONFLICTS) in models:
        tree = exp.select(exp.Star()).from_(exp.table_(pieces.quoted(ir.CONFLICTS), db=exp.to_identifier(RESULT)))
        found[f"{project}_no_conflicts"] = f"{templates.text(tree)}\n"
    return found


def _of_feed(relation: ir.Relation, scalars: Scalars) -> Iterator[tuple[str, exp.Expr]]:
    simple = [part for part in relation.key if isinstance(part, str)]
    ranges = [part for part in relation.key if isinstance(part, ir.RangeKey)]
    if len(relation.key) > 1 and not ranges:
        columns = [pieces.column(None, name) for name in simple]
        select = exp.select(*columns).from_(_feed(relation)).group_by(*(column.copy() for column in columns))
        yield "key", select.having(exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1)))
    for part in ranges:
        yield f"{part.start}_overlaps", _overlaps(relation, simple, part)
    for name, condition in _conditions(relation):
        wrong = exp.not_(exp.paren(scalars.compile(condition, lambda column: pieces.column(None, column.name))))
        yield name, exp.select(exp.Star()).from_(_feed(relation)).where(wrong)


def _conditions(relation: ir.Relation) -> Iterator[tuple[str, ir.Expr]]:
    """What has to hold of each row, with a name. A comparison with a value that is missing is not false."""
    for column in relation.stored:
        known = ty.known(column.type)
        value = ir.Column(column.name, known)
        for name, operator, bound in (
            ("least", "greater_or_equal", column.bounds.least),
            ("greatest", "less_or_equal", column.bounds.greatest),
        ):
            if bound is not None:
                yield f"{column.name}_{name}", ir.Operation(operator, (value, ir.Literal(bound, known)), ty.BOOLEAN)
    for part in relation.key:
        if isinstance(part, ir.RangeKey):
            start, end = ir.Column(part.start, ty.DATE), ir.Column(part.end, ty.DATE)
            yield f"{part.end}_before_start", ir.Operation("less_or_equal", (start, end), ty.BOOLEAN)
    for number, condition in enumerate(relation.conditions, start=1):
        yield f"condition_{number}", condition.holds


_LENGTHS_DIFFER = ("tsql",)
"""Where the length of a text is not its number of characters."""

_PATTERNS = ("duckdb", "bigquery", "postgres")
"""Where regular expressions mean what ours do, `$` the end of the text; elsewhere only the loader looks at patterns."""


def _of_forms(relation: ir.Relation, dialect: Dialect) -> Iterator[tuple[str, exp.Expr]]:
    """Texts that have too few or too many characters, or fit none of their patterns."""
    for column in relation.stored:
        form, value = column.form, pieces.column(None, column.name)
        for name, compare, size in (("shortest", exp.LT, form.shortest), ("longest", exp.GT, form.longest)):
            if size is not None and dialect.name not in _LENGTHS_DIFFER:
                wrong: exp.Expr = compare(this=exp.Length(this=value.copy()), expression=exp.Literal.number(size))
                yield f"{column.name}_{name}", exp.select(exp.Star()).from_(_feed(relation)).where(wrong)
        if form.like and dialect.name in _PATTERNS:
            pattern = exp.Literal.string(f"^{patterns.regex_of_any(form.like)}$")
            wrong = exp.not_(exp.RegexpLike(this=value, expression=pattern))
            yield f"{column.name}_like", exp.select(exp.Star()).from_(_feed(relation)).where(wrong)


def _overlaps(relation: ir.Relation, simple: list[str], part: ir.RangeKey) -> exp.Expr:
    """Pairs of rows with the same other keys whose ranges share a day, each by what it has before the range."""

    def of(alias: str, name: str) -> exp.Expr:
        return pieces.column(alias, name)

    open_end = exp.Is(this=of("one", part.end), expression=exp.null())
    in_time = exp.LTE(this=of("other", part.start), expression=of("one", part.end))
    same = [exp.EQ(this=of("one", name), expression=of("other", name)) for name in simple]
    later = exp.LT(this=of("one", part.start), expression=of("other", part.start))
    pairs = (
        exp.select(
            *(of("one", name) for name in (*simple, part.start)), exp.alias_(of("other", part.start), "other", quoted=True)
        )
        .from_(pieces.aliased(_feed(relation), "one"))
        .join(pieces.aliased(_feed(relation), "other"), on=exp.and_(*same, later))
        .where(exp.or_(open_end, in_time))
    )
    columns = [pieces.column(None, name) for name in (*simple, part.start)]
    twice = exp.select(*columns, exp.alias_(pieces.column(None, part.start), "other", quoted=True)).from_(_feed(relation))
    twice = twice.group_by(*(column.copy() for column in columns))
    twice = twice.having(exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1)))
    return exp.union(pairs, twice, distinct=False)


def _feed(relation: ir.Relation) -> exp.Table:
    return exp.table_(pieces.quoted(relation.name), db=exp.to_identifier(FEED))
