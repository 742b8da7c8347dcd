"""The results of a program: a class for the rows of each output, and the evaluation that makes them."""

from __future__ import annotations

from collections.abc import Iterator

from incdsl.backends.python.expressions import Expressions
from incdsl.backends.python.layout import Code, around, call, lines
from incdsl.backends.python.made import Frame
from incdsl.backends.python.names import Names
from incdsl.backends.python.prose import docstring
from incdsl.backends.python.vocabulary import TYPES, Vocabulary, annotation, quoted
from incdsl.core import ir
from incdsl.core import types as ty

VALUES = "values"
"""The output that is worked out only when it is asked for."""


class Outputs:
    """Writes the results of one program."""

    def __init__(self, program: ir.Program, expressions: Expressions) -> None:
        self._program = program
        self._expressions = expressions
        self._names: Vocabulary = expressions.vocabulary
        self._fields = {output.name: _fields(output) for output in program.outputs}

    def rows(self, output: ir.Output) -> Iterator[str]:
        """The class of an output's rows."""
        yield "@dataclass(frozen=True)"
        yield f"class {self._names.output[output.name]}:"
        yield from docstring(4, f"A row of `{output.name}`.")
        if output.columns:
            yield ""
        for column, field in zip(output.columns, self._fields[output.name], strict=True):
            comment = f"  # {' '.join(column.label.split())}" if column.label else ""
            yield f"    {field}: {annotation(column.type)}{comment}"

    def results(self) -> Iterator[str]:
        """The class of all results."""
        yield "@dataclass(frozen=True)"
        yield "class Results:"
        yield from docstring(4, "The rows of every result file, in the order of the file. `values` is None unless asked for.")
        yield ""
        for output in self._shown():
            more = " | None" if output.name == VALUES else ""
            yield f"    {self._names.result[output.name]}: tuple[{self._names.output[output.name]}, ...]{more}"
        if self._shown():
            yield ""
        yield "    def rows(self, name: str) -> tuple[Any, ...]:"
        yield from docstring(8, "The rows of a result by its name. Raises KeyError when there is none of that name.")
        for output in self._shown():
            field = f"self.{self._names.result[output.name]}"
            yield f"        if name == {quoted(output.name)}" + (f" and {field} is not None:" if output.name == VALUES else ":")
            yield f"            return {field}"
        yield "        raise KeyError(name)"
        yield ""
        yield "    def csv(self, name: str) -> str:"
        yield from docstring(8, "The text of a result file. Raises KeyError when there is none of that name.")
        for output in self._shown():
            percents = ", ".join(
                str(max(t.scale - 2, 0)) if isinstance(t := ty.known(c.type), ty.Percent) else "None" for c in output.columns
            )
            rows = f"self.{self._names.result[output.name]}"
            header = (
                call("", *(quoted(column.name) for column in output.columns))
                if len(output.columns) > 1
                else f"({quoted(output.columns[0].name)},)"
            )
            yield f"        if name == {quoted(output.name)}" + (f" and {rows} is not None:" if output.name == VALUES else ":")
            yield from lines(call("return csv_text", header, rows, f"({percents}{',' if len(output.columns) == 1 else ''})"), 12)
        yield "        raise KeyError(name)"

    def _shown(self) -> list[ir.Output]:
        return [output for output in self._program.outputs if output.name != ir.CONFLICTS and output.columns]

    def conflicts(self) -> Iterator[str]:
        """The error that an evaluation raises when rules contradict each other."""
        row = self._names.output.get(ir.CONFLICTS, "object")
        yield "class Conflicts(Exception):"
        yield from docstring(4, "Rules of the program contradict each other for some `rows`, so there are no results.")
        yield ""
        yield f"    def __init__(self, rows: tuple[{row}, ...]) -> None:"
        yield "        shown = []"
        yield "        for row in rows[:10]:"
        yield "            values = row.__dict__"
        yield '            keys = [n for n in values if n not in ("program", "program_version", "relation", "message")]'
        yield '            key = ", ".join(f"{n} {values[n]}" for n in keys if values[n] is not None)'
        yield "            shown.append(f\"  `{values['relation']}` with {key}: {values['message']}\")"
        yield '        shown += [f"  and {len(rows) - 10:,} more"] if len(rows) > 10 else []'
        yield '        counted = "1 conflict" if len(rows) == 1 else f"{len(rows):,} conflicts"'
        yield '        super().__init__("\\n".join([f"{counted} between rules, so there are no results", *shown]))'
        yield "        self.rows = rows"

    def evaluation(self) -> Iterator[str]:
        """The class that holds rows and works results out."""
        program, names = self._program, self._names
        methods = [list(self._method(output)) for output in program.outputs if output.columns]
        yield "class Evaluation:"
        yield from docstring(
            4,
            "The rows of feeds as they are known on a day. Rules are worked out when they are asked for, each once: "
            "to read one row's rules works out only what they need.",
        )
        yield ""
        yield "    def __init__(self, feeds: Feeds, as_of: datetime.date) -> None:"
        yield "        if type(as_of) is not datetime.date:"
        yield '            raise TypeError(f"as_of is {as_of!r}, of the type {type(as_of).__name__}: give a datetime.date")'
        yield "        self.feeds, self.as_of = feeds, as_of"
        for relation in program.relations:
            yield from self._table(relation)
        for finder, code in self._expressions.other_rows.finders.items():
            yield from lines(around(f"self.{finder} = ", code, ""), 8)
        yield "        self._indexes: dict[str, dict[str, dict[object, list[Any]]]] = {}"
        yield ""
        yield "    def indexes_of(self, relation: str) -> dict[str, dict[object, list[Any]]]:"
        yield from docstring(8, "Rows of a relation by the values of single columns, as far as they were asked for.")
        yield "        return self._indexes.setdefault(relation, {})"
        yield ""
        yield "    def results(self, row: object = None, *, values: bool = False) -> Results:"
        yield from docstring(8, "The results for all rows, or for one row of this evaluation. Raises Overflow, Conflicts.")
        yield "        before = getcontext()"
        yield "        setcontext(EXACT)"
        yield "        try:"
        variables = {output.name: f"{names.result[output.name]}_" for output in program.outputs}
        for output in program.outputs:
            if output.columns:
                later = " if values else None" if output.name == VALUES else ""
                yield f"            {variables[output.name]} = self._{names.result[output.name]}(row){later}"
        yield "        finally:"
        yield "            setcontext(before)"
        if ir.CONFLICTS in names.output:
            yield f"        if {variables[ir.CONFLICTS]}:"
            yield f"            raise Conflicts({variables[ir.CONFLICTS]})"
        yield from lines(call("return Results", *(variables[output.name] for output in self._shown())), 8)
        for method in methods:
            yield ""
            yield from method

    def _table(self, relation: ir.Relation) -> Iterator[str]:
        names, name = self._names, relation.name
        rules, record = names.rules[name], names.record[name]
        match relation.source:
            case ir.Rows():
                rows = names.written[name]
            case ir.Feed():
                rows = f"feeds.{names.feed[name]}"
            case ir.Pairs(left, right):
                (one, other) = (names.column[name, column.name] for column in relation.stored)
                keys = [self._single_key(side) for side in (left, right)]
                pairs = f"for left in self.{names.table[left]} for right in self.{names.table[right]}"
                rows = f"[{record}({one}=left.{keys[0]}, {other}=right.{keys[1]}) {pairs}]"
        made = rows if rules == record else f"[made({rules}, row, self) for row in {rows}]"
        plain = [names.column[name, k] for k in relation.key if isinstance(k, str)]
        spans = [k for k in relation.key if isinstance(k, ir.RangeKey)]
        key = f"row.{plain[0]}" if len(plain) == 1 else f"({', '.join(f'row.{one}' for one in plain)})"
        arguments: list[Code] = [f"lambda: {made}", f"lambda row: {key}"]
        arguments += [f"known=lambda row: row.{names.known}"] if relation.known is not None else []
        if spans:
            start, end = names.column[name, spans[0].start], names.column[name, spans[0].end]
            arguments.append(f"span=lambda row: (row.{start}, row.{end})")
        if len(relation.key) > 1 and self._expressions.overflows.known(name) and plain:
            arguments.append(f"beside=lambda row: row.{plain[0]}")
        yield from lines(around(f"self.{names.table[name]}: Table[{rules}] = ", call("Table", *arguments), ""), 8)

    def _single_key(self, relation: str) -> str:
        (part,) = self._expressions.relations[relation].key
        assert isinstance(part, str)
        return self._names.column[relation, part]

    def _method(self, output: ir.Output) -> Iterator[str]:
        row_class = self._names.output[output.name]
        yield f"    def _{self._names.result[output.name]}(self, only: object) -> tuple[{row_class}, ...]:"
        yield f"        rows: list[{row_class}] = []"
        for part in output.parts:
            relation = part.relation
            variable = self._names.variable[relation]
            scope = (Frame(relation, variable),)
            rules = self._names.rules[relation]
            yield f"        for {variable} in chosen(self.{self._names.table[relation]}, {rules}, only):"
            if part.where is not None:
                test = self._cell("where", part.where, scope)
                yield from lines(around("if not ", test, ":"), 12)
                yield "                continue"
            cells: list[Code] = [
                self._cell(column.name, cell, scope) for column, cell in zip(output.columns, part.cells, strict=True)
            ]
            named = [around(f"{field}=", cell, "") for field, cell in zip(self._fields[output.name], cells, strict=True)]
            yield from lines(around("rows.append(", call(row_class, *named), ")"), 12)
        by_name = dict(zip((c.name for c in output.columns), self._fields[output.name], strict=True))
        order = ", ".join(quoted(by_name[name]) for name in output.order)
        yield f"        return in_order(rows, ({order}{',' if len(output.order) == 1 else ''}))"

    def _cell(self, name: str, cell: ir.Expr, scope: tuple[Frame, ...]) -> Code:
        made = self._expressions.made(cell, scope)
        if isinstance(cell, ir.Literal | ir.Column) or not self._risky(cell, scope):
            return made.within(7) if name == "where" else made.code
        return call("cell", quoted(name), scope[0].variable, around(f"lambda {scope[0].variable}: ", made.code, ""))

    def _risky(self, cell: ir.Expr, scope: tuple[Frame, ...]) -> bool:
        return self._expressions.overflows.of(cell, tuple(frame.relation for frame in scope))


def _fields(output: ir.Output) -> list[str]:
    names = Names(TYPES)
    return [names.give(column.name) for column in output.columns]
