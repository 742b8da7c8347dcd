"""What rows read of other rows: lookups by key, and aggregates, with the indexes that find their rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from incdsl.backends.python.layout import Code, Group, around, call, infix, words
from incdsl.backends.python.made import AND, COMPARISON, CONDITION, OR, Frame, Made, Scope
from incdsl.backends.python.names import Names
from incdsl.backends.python.overflow import Overflows
from incdsl.backends.python.selection import Selection, select
from incdsl.backends.python.vocabulary import Vocabulary
from incdsl.core import ir
from incdsl.core import types as ty


class Writer(Protocol):
    """What writes the expressions within."""

    vocabulary: Vocabulary
    overflows: Overflows
    relations: dict[str, ir.Relation]

    def code(self, expression: ir.Expr, scope: Scope) -> Code: ...
    def codes(self, expressions: Sequence[ir.Expr], scope: Scope) -> list[Code]: ...
    def made(self, expression: ir.Expr, scope: Scope) -> Made: ...
    def world(self, scope: Scope) -> str: ...
    def at(self, expression: ir.Expr) -> str: ...
    def rank(self, code: Code, enum: ty.Enum) -> Code: ...


class OtherRows:
    """Writes what is read of other rows, and keeps the `finders`, the indexes that rows are found by, each with its name."""

    def __init__(self, writer: Writer) -> None:
        self._e = writer
        self.finders: dict[str, Code] = {}
        self._finder_names: dict[object, str] = {}
        self._free = Names(writer.vocabulary.table.values())

    def _table(self, relation: str, scope: Scope) -> str:
        return f"{self._e.world(scope)}.{self._e.vocabulary.table[relation]}"

    def lookup(self, lookup: ir.Lookup, scope: Scope) -> Made:
        """A column of a row found by its key, or whether there is one."""
        relation = self._e.relations[lookup.relation]
        table, keys = self._table(relation.name, scope), self._e.codes(lookup.keys, scope)
        plain = [key for key, part in zip(keys, relation.key, strict=True) if isinstance(part, str)]
        days = [key for key, part in zip(keys, relation.key, strict=True) if not isinstance(part, str)]
        key: Code = plain[0] if len(plain) == 1 else Group("(", tuple(plain), ", ", ")") if plain else "()"
        if lookup.certain and lookup.column is not None:
            return Made(around(f"{table}[", key, f"].{self._e.vocabulary.column[relation.name, lookup.column]}"))
        found = call(f"{table}.on", key, *days) if days else call(f"{table}.get", key)
        if lookup.column is None:
            return Made(infix("is not", [found, "None"]), COMPARISON)
        variable = self._e.vocabulary.variable[relation.name]
        return Made(call("of", found, f"lambda {variable}: {variable}.{self._e.vocabulary.column[relation.name, lookup.column]}"))

    def aggregate(self, aggregate: ir.Aggregate, scope: Scope) -> Made:
        """What the rows of a relation give together."""
        relation = self._e.relations[aggregate.relation]
        stored = {column.name for column in relation.stored}
        chosen = select(aggregate, tuple(frame.relation for frame in scope), stored, self._e.overflows)
        inner = (Frame(relation.name, self._variable(relation.name, scope)), *scope)
        if chosen.ranks:
            made = self._before(aggregate, chosen, inner)
        else:
            made = self._folded(aggregate, self._rows(chosen, inner), chosen, inner)
        if not chosen.guards:
            return made
        guards = [self._e.made(guard, inner).within(AND + 1) for guard in chosen.guards]
        test: Code = guards[0] if len(guards) == 1 else infix("and", guards)
        nothing = {"any": "False", "smallest": "None", "largest": "None"}.get(aggregate.operator)
        if nothing is None:
            type_ = ty.known(aggregate.type)
            assert ty.is_decimal(type_)
            nothing = self._e.vocabulary.constant(zero(type_))
        return Made(words(made.within(OR), around("if ", test, ""), f"else {nothing}"), CONDITION)

    def _variable(self, relation: str, scope: Scope) -> str:
        name, taken = self._e.vocabulary.variable[relation], {frame.variable for frame in scope}
        number = 1
        while name in taken:
            number += 1
            name = f"{self._e.vocabulary.variable[relation]}_{number}"
        return name

    def _folded(self, aggregate: ir.Aggregate, rows: Code, chosen: Selection, inner: Scope) -> Made:
        variable = inner[0].variable
        value = variable if aggregate.value is None else self._e.code(aggregate.value, inner)
        conditions = [self._e.made(condition, inner) for condition in chosen.rest]
        whole = [value, around(f"for {variable} in ", rows, "")]
        test: Code = "True"
        if conditions:
            test = conditions[0].within(OR) if len(conditions) == 1 else infix("and", [c.within(AND + 1) for c in conditions])
            whole.append(around("if ", test, ""))
        every = Group("", tuple(whole), " ", "", bare=True)
        type_ = ty.known(aggregate.type)
        match aggregate.operator:
            case "count" if not conditions:
                return Made(around("Decimal(len(", rows, "))"))
            case "any" if not conditions:
                return Made(around("bool(", rows, ")"))
            case "sum":
                assert ty.is_decimal(type_)
                return Made(call("total", around("(", every, ")"), str(type_.scale), self._e.at(aggregate)))
            case operator:
                names = {"count": "count", "count_distinct": "distinct", "any": "any", "smallest": "least", "largest": "greatest"}
                if operator == "any":
                    every = Group("", (test, whole[1]), " ", "", bare=True)
                return Made(around(f"{names[operator]}(", every, ")"))

    def _rows(self, chosen: Selection, inner: Scope) -> Code:
        """The rows that the conditions in `rest` are asked of."""
        relation, around_ = chosen.relation, inner[1:]
        if chosen.fewest:
            ways: list[Code] = []
            for column, value in chosen.fewest:
                name = self._e.vocabulary.column[relation, column]
                way = around("lambda: ", self._e.code(value, inner), "")
                ways.append(Group("(", (f'{self._e.world(around_)}.indexes_of("{relation}")', f'"{name}"', way), ", ", ")"))
            return call("fewest", self._table(relation, around_), *ways)
        if not chosen.keys and not chosen.keep:
            return f"{self._table(relation, around_)}.rows"
        index = self._index(relation, tuple(key for key, _ in chosen.keys), chosen.keep)
        return around(f"{self._e.world(around_)}.{index}[", self._key([value for _, value in chosen.keys], inner), "]")

    def _key(self, values: Sequence[ir.Expr], scope: Scope) -> Code:
        codes = self._e.codes(values, scope)
        return codes[0] if len(codes) == 1 else Group("(", tuple(codes), ", ", ")") if codes else "()"

    def _index(self, relation: str, keys: tuple[ir.Expr, ...], keep: tuple[ir.Expr, ...]) -> str:
        place = ("index", relation, keys, keep)
        if place not in self._finder_names:
            scope = (Frame(relation, self._e.vocabulary.variable[relation]),)
            by = "_and_".join(key.name.replace(".", "_") for key in keys if isinstance(key, ir.Column))
            arguments: list[Code] = [f"self.{self._e.vocabulary.table[relation]}", self._lambda(keys, scope)]
            if keep:
                arguments.append(self._kept(keep, scope))
            self._finder_names[place] = self._finder(
                f"_{self._e.vocabulary.table[relation]}_by_{by or 'key'}", call("Index", *arguments)
            )
        return self._finder_names[place]

    def _finder(self, name: str, code: Code) -> str:
        given = "_" + self._free.give(name)
        self.finders[given] = code
        return given

    def _lambda(self, values: Sequence[ir.Expr], scope: Scope) -> Code:
        return around(f"lambda {scope[0].variable}: ", self._key(values, scope), "")

    def _kept(self, conditions: Sequence[ir.Expr], scope: Scope) -> Code:
        made = [self._e.made(condition, scope) for condition in conditions]
        test = made[0].code if len(made) == 1 else infix("and", [one.within(AND + 1) for one in made])
        return around(f"lambda {scope[0].variable}: ", test, "")

    def _before(self, aggregate: ir.Aggregate, chosen: Selection, inner: Scope) -> Made:
        """An aggregate over the rows that come before this one."""
        relation, world = chosen.relation, self._e.world(inner[1:])
        index = self._index(relation, tuple(key for key, _ in chosen.keys), chosen.keep)
        ranks = tuple(rank for rank, _ in chosen.ranks)
        place = ("before", index, ranks, chosen.rest, aggregate.value)
        if place not in self._finder_names:
            scope = (Frame(relation, self._e.vocabulary.variable[relation]),)
            arguments = [f"self.{index}", around(f"lambda {scope[0].variable}: ", self._rank_of(ranks, scope), "")]
            arguments += [around("keep=", self._kept(chosen.rest, scope), "")] if chosen.rest else []
            arguments += [around("value=", self._lambda((aggregate.value,), scope), "")] if aggregate.value is not None else []
            self._finder_names[place] = self._finder(f"_{self._e.vocabulary.table[relation]}_before", call("Before", *arguments))
        keys = self._key([value for _, value in chosen.keys], inner)
        rank = self._rank_of([value for _, value in chosen.ranks], inner)
        names = {"count": "count", "any": "any", "sum": "total", "smallest": "least", "largest": "greatest"}
        name = f"{world}.{self._finder_names[place]}.{names[aggregate.operator]}"
        type_ = ty.known(aggregate.type)
        if aggregate.operator == "sum":
            assert ty.is_decimal(type_)
            return Made(call(name, keys, rank, str(type_.scale), self._e.at(aggregate)))
        return Made(call(name, keys, rank))

    def _rank_of(self, ranks: Sequence[ir.Expr], scope: Scope) -> Code:
        codes = [
            self._e.rank(self._e.code(rank, scope), type_)
            if isinstance(type_ := ty.known(rank.type), ty.Enum)
            else self._e.code(rank, scope)
            for rank in ranks
        ]
        return Group("(", tuple(codes), ", ", ",)" if len(codes) == 1 else ")")


def zero(type_: ty.Decimal) -> ir.Value:
    """Zero, with the decimals of a type."""
    return Decimal((0, (0,), -type_.scale))
