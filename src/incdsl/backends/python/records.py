"""The records and tables of a program: a class for each, with what it takes to read its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from incdsl.backends.python.expressions import Expressions
from incdsl.backends.python.layout import Code, Group, around, call, lines
from incdsl.backends.python.made import Frame
from incdsl.backends.python.prose import docstring
from incdsl.backends.python.vocabulary import Vocabulary, annotation, quoted, written
from incdsl.core import ir, patterns
from incdsl.core import types as ty


def record(relation: ir.Relation, vocabulary: Vocabulary) -> Iterator[str]:
    """The class of a relation's rows."""
    name = relation.name
    yield "@dataclass(frozen=True, kw_only=True)"
    yield f"class {vocabulary.record[name]}:"
    what = {ir.Feed: "a row of the feed", ir.Rows: "a row of a table of the program", ir.Pairs: "a pair of rows"}[
        type(relation.source)
    ]
    key = ", ".join(k if isinstance(k, str) else f"{k.start} through {k.end}" for k in relation.key)
    yield from docstring(4, f"{relation.label or name}: {what}. Key: {key}.")
    yield ""
    for column in relation.stored:
        default = " = None" if isinstance(column.type, ty.Optional) else ""
        said = column.label if column.label not in ("", column.name) else ""
        comment = "  # " + "; ".join(filter(None, (" ".join(said.split()), _limits(column)))) if said or _limits(column) else ""
        yield f"    {vocabulary.column[name, column.name]}: {annotation(column.type)}{default}{comment}"
    yield ""
    yield f"    _relation: ClassVar[str] = {quoted(name)}"
    yield ""
    yield "    @property"
    yield "    def _key(self) -> tuple[object, ...]:"
    parts = [vocabulary.column[name, k if isinstance(k, str) else k.start] for k in relation.key]
    yield f"        return ({', '.join(f'self.{part}' for part in parts)},)"


def _limits(column: ir.StoredColumn) -> str:
    """What a field accepts, for people."""
    inside = ty.known(column.type)
    said = [f"of {inside.relation}"] if isinstance(inside, ty.Row) else []
    said += [f"in {inside.currency}"] if isinstance(inside, ty.Money) else []
    said += ["a fraction: 20% is 0.2"] if isinstance(inside, ty.Percent) else []
    said += [f"one of {inside.name}"] if isinstance(inside, ty.Enum) else []
    said += [f"at least {column.bounds.least}"] if column.bounds.least is not None else []
    said += [f"at most {column.bounds.greatest}"] if column.bounds.greatest is not None else []
    said += [size] if (size := patterns.sizes(column.form)) else []
    said += [f"like {patterns.one_of(column.form.like)}"] if column.form.like else []
    return ", ".join(said)


def table_rows(relation: ir.Relation, vocabulary: Vocabulary) -> Iterator[str]:
    """The rows that are written in the program, as a constant."""
    assert isinstance(relation.source, ir.Rows)
    name = relation.name
    yield f"{vocabulary.written[name]} = ("
    for row in relation.source.rows:
        cells = zip(relation.stored, row, strict=True)
        arguments = [f"{vocabulary.column[name, column.name]}={written(value)}" for column, value in cells]
        yield from lines(_ended(call(vocabulary.record[name], *arguments)), 4)
    yield ")"


def _ended(code: Code) -> Code:
    return around("", code, ",")


def shape(relation: ir.Relation, expressions: Expressions) -> Iterator[str]:
    """What it takes to read the rows of a feed."""
    assert isinstance(relation.source, ir.Feed)
    name, vocabulary = relation.name, expressions.vocabulary
    keys = [vocabulary.column[name, k] for k in relation.key if isinstance(k, str)]
    spans = [k for k in relation.key if isinstance(k, ir.RangeKey)]
    span = (
        f", ({quoted(vocabulary.column[name, spans[0].start])}, {quoted(vocabulary.column[name, spans[0].end])})" if spans else ""
    )
    yield f"_{vocabulary.record[name].upper()} = Shape("
    yield f"    {quoted(relation.source.file)},"
    yield f"    {quoted(vocabulary.feed[name])},"
    yield f"    {vocabulary.record[name]},"
    yield "    ("
    for column in relation.stored:
        arguments = [quoted(column.name), quoted(vocabulary.column[name, column.name]), *_field(column, vocabulary)]
        yield from lines(_ended(call("Field", *arguments)), 8)
    yield "    ),"
    yield f"    ({', '.join(map(quoted, keys))}{',' if len(keys) == 1 else ''}){span},"
    if relation.conditions:
        yield "    conditions=("
        for condition in relation.conditions:
            test = expressions.code(condition.holds, (Frame(name, vocabulary.variable[name]),))
            told = [quoted(condition.says), around(f"lambda {vocabulary.variable[name]}: ", test, "")]
            yield from lines(around("", Group("(", tuple(told), ", ", ")"), ","), 8)
        yield "    ),"
    yield ")"


def _field(column: ir.StoredColumn, vocabulary: Vocabulary) -> Iterator[str]:
    type_ = ty.known(ty.stored(column.type))
    match type_:
        case ty.Money(_, digits, scale):
            yield from ('"money"', str(digits), str(scale))
        case ty.Number(digits, scale):
            yield from ('"number"', str(digits), str(scale))
        case ty.Percent(digits, scale):
            yield from ('"percent"', str(digits), str(scale))
        case ty.Days(digits, scale):
            yield from ('"days"', str(digits), str(scale))
        case ty.Enum():
            yield from ('"one of"', f"values={vocabulary.enum(type_)}")
        case ty.Boolean() | ty.Date() | ty.Country() | ty.Text():
            yield f'"{type_}"'
        case _:
            raise AssertionError(type_)
    if isinstance(column.type, ty.Optional):
        yield "optional=True"
    if column.bounds.least is not None:
        yield f"least={written(column.bounds.least)}"
    if column.bounds.greatest is not None:
        yield f"greatest={written(column.bounds.greatest)}"
    form = column.form
    if form.shortest is not None:
        yield f"shortest={form.shortest}"
    if form.longest is not None:
        yield f"longest={form.longest}"
    if form.like:
        yield f"like={quoted(patterns.one_of(form.like))}"
        yield f"pattern={quoted(patterns.steady_regex(form.like))}"
    if column.reference is not None:
        yield f"refers={quoted(column.reference)}"


def feeds(relations: Sequence[ir.Relation], vocabulary: Vocabulary) -> Iterator[str]:
    """The class of all rows that are given."""
    arriving = [relation for relation in relations if isinstance(relation.source, ir.Feed)]
    yield "@dataclass(frozen=True, kw_only=True)"
    yield "class Feeds:"
    yield from docstring(
        4,
        "All rows that an evaluation is given; a feed that is left out has none. Rows are checked when this is made: values, "
        "keys, and that every row they refer to is there. Raises RowErrors with everything that is wrong.",
    )
    yield ""
    for relation in arriving:
        yield f"    {vocabulary.feed[relation.name]}: Sequence[{vocabulary.record[relation.name]}] = ()"
    if arriving:
        yield ""
    yield "    def __post_init__(self) -> None:"
    yield "        errors: list[RowError] = []"
    yield "        keys: dict[str, set[object]] = {"
    for relation in relations:
        single = len(relation.key) == 1 and isinstance(relation.key[0], str)
        referred = any(c.reference == relation.name for other in arriving for c in other.stored)
        if single and referred and not isinstance(relation.source, ir.Pairs):
            assert isinstance(relation.key[0], str)
            rows = vocabulary.written.get(relation.name) or f"self.{vocabulary.feed[relation.name]}"
            key = vocabulary.column[relation.name, relation.key[0]]
            yield f"            {quoted(relation.name)}: {{row.{key} for row in {rows}}},"
    yield "        }"
    for relation in arriving:
        yield f"        _{vocabulary.record[relation.name].upper()}.check(self.{vocabulary.feed[relation.name]}, keys, errors)"
    yield "        if errors:"
    yield "            raise RowErrors(errors)"
    yield ""
    yield "    @classmethod"
    yield "    def from_dicts(cls, rows: Mapping[str, Iterable[Mapping[str, object]]]) -> Feeds:"
    yield from docstring(
        8,
        "The rows by the name of their feed, each a dict by field. Values are texts as in the feeds' files "
        '("1250.00", "12.5%", "2015-07-25", "yes") or of the type of the field; a field that is left out is blank. '
        "Raises RowErrors.",
    )
    yield "        errors: list[RowError] = []"
    yield "        if not isinstance(rows, Mapping):"
    yield '            fix = "give a dict of lists of rows, by the name of their feed"'
    yield '            raise RowErrors([RowError("the rows", None, rows, f"they are of the type {type(rows).__name__}", fix)])'
    yield "        for name in rows:"
    yield "            if name not in SHAPES:"
    yield "                fix = f\"the feeds are {', '.join(SHAPES)}\""
    yield '                errors.append(RowError(str(name), None, None, f"there is no feed `{name}`", fix))'
    yield "        read: dict[str, Any] = {s.attribute: s.read(rows.get(name, ()), errors) for name, s in SHAPES.items()}"
    yield "        if errors:"
    yield "            raise RowErrors(errors)"
    yield "        return cls(**read)"
