"""Which column of a table is which field of a record: by their names, and by what is in the column.

Scores go from 0 through 100. They order suggestions, which a person confirms; they decide nothing about a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.countries import COUNTRIES
from incdsl.core.patterns import misfit
from incdsl.feeds.sources import HeaderLike
from incdsl.feeds.suggest.names import best_likeness
from incdsl.feeds.suggest.tables import Column, Table

TAKEN_FROM = 42
"""The score from which a column is suggested at all."""

CLOSE = 6
"""Scores nearer to each other than this do not tell which column is meant."""

_ALIKE_FROM = 55
"""How alike the name of a field and a cell are, at least, where the cell stands in a header."""

_DATE = re.compile(r"\d{1,4}[-/. ]([0-9]{1,2}|[^\W\d]{3,9}\.?)[-/. ]\d{1,4}([ T].*)?|(19|20)\d{6}")
_NUMBER = re.compile(r"[-(]?\s?[^\d\s.,()-]{0,3}\s?[-(]?\d[\d.,'\s\u00a0\u202f]*[-)]?\s?[^\d\s.,()-]{0,3}")
_DECIMAL = re.compile(r".*\d[.,]\d\d?\D*")

Keys = Mapping[str, AbstractSet[str]]
"""The known keys of relations, by the relation's name; a relation whose keys are not known yet is not in it."""


@dataclass(frozen=True)
class Match:
    """A field with the column suggested for it, None when none is: how alike their names are, how well what is in the
    column fits (None where anything does), both together, and the free columns that fit about as well."""

    field: ir.StoredColumn
    column: Column | None
    likeness: int = 0
    fit: int | None = None
    score: int = 0
    rivals: tuple[Column, ...] = ()

    @property
    def confidence(self) -> str:
        """`high`, `medium` or `low`."""
        if self.column is None:
            return "low"
        if self.likeness >= 90 and (self.fit is None or self.fit >= 90):
            return "high"
        return "medium" if self.score >= 60 else "low"


def match_columns(relation: ir.Relation, table: Table, keys: Keys, chosen: Mapping[str, str] | None = None) -> tuple[Match, ...]:
    """A match for each stored column of a relation, in their order; `chosen` says the columns of some, by field."""
    chosen = chosen or {}
    matches: dict[str, Match] = {}
    taken: set[int] = set()
    for stored in relation.stored:
        if stored.name in chosen:
            column = next(column for column in table.columns if column.name == chosen[stored.name])
            matches[stored.name] = Match(stored, column, 100, fit_of(stored.type, column, keys), 100)
            taken.add(column.position)
    pairs = [
        _scored(relation, stored, column, keys)
        for stored in relation.stored
        for column in table.columns
        if stored.name not in chosen
    ]
    pairs = [pair for pair in pairs if pair.score >= TAKEN_FROM]
    # Of equals, the one that comes first in the file goes to the field that comes first in the record.
    for pair in sorted(pairs, key=lambda pair: -pair.score):
        assert pair.column is not None
        if pair.field.name not in matches and pair.column.position not in taken:
            matches[pair.field.name] = pair
            taken.add(pair.column.position)
    found = []
    for stored in relation.stored:
        best = matches.get(stored.name, Match(stored, None))
        rivals = tuple(
            pair.column
            for pair in pairs
            if pair.field.name == stored.name
            and pair.column is not None
            and pair.column.position not in taken
            and pair.score > best.score - CLOSE
        )
        found.append(Match(best.field, best.column, best.likeness, best.fit, best.score, rivals))
    return tuple(found)


def table_score(relation: ir.Relation, table: Table, keys: Keys) -> int:
    """How well a table fits a relation: the fields that have a column, and how alike their names are."""
    matches = match_columns(relation, table, keys)
    needed = [match for match in matches if not isinstance(match.field.type, ty.Optional)] or list(matches)
    fields = sum(match.score for match in needed) // max(len(needed), 1)
    assert isinstance(relation.source, ir.Feed)
    alike = best_likeness(table.title, (relation.name, relation.source.file, relation.label))
    return (3 * fields + alike) // 4


def header_like(relations: Sequence[ir.Relation]) -> HeaderLike:
    """Tells how much the cells of a line look like the names of the fields of one of the relations. One cell alone may be a
    title that says what is in the file."""
    known = [[(*_names(relation, stored), stored.name) for stored in relation.stored] for relation in relations]

    def like(cells: Sequence[str]) -> int:
        best = 0
        for fields in known:
            alike = [max(best_likeness(cell, names) for cell in cells) for names in fields]
            telling = [one for one in alike if one >= _ALIKE_FROM]
            if len(telling) > 1 or len(fields) == 1:
                best = max(best, sum(telling))
        return best

    return like


def fit_of(type_: ty.Type, column: Column, keys: Keys) -> int | None:
    """How well what is in a column fits a type; None where the type takes anything."""
    if not column.sample:
        return None
    match ty.known(type_):
        case ty.Row(name, _) if name in keys:
            return _share(column.sample, lambda value: folded(value) in {folded(key) for key in keys[name]})
        case ty.Row(_, key) if not isinstance(key, ty.Text):
            return fit_of(key, column, keys)
        case ty.Enum(_, values):
            known = {folded(value) for value in values}
            return _share(column.sample, lambda value: folded(value) in known)
        case ty.Country():
            return _share(column.sample, lambda value: value in COUNTRIES)
        case ty.Date():
            return _share(column.sample, lambda value: bool(_DATE.fullmatch(value)))
        case ty.Money() | ty.Number() | ty.Days() | ty.Percent():
            return _share(column.sample, lambda value: bool(_NUMBER.fullmatch(value)) and not _DATE.fullmatch(value))
        case ty.Boolean():
            return 100 if column.distinct <= 2 and max(map(len, column.sample)) <= 6 else 0
        case _:
            return None


def folded(text: str) -> str:
    """A text without case, marks and spaces, by which two ways of writing one name are seen to be one."""
    return re.sub(r"[\W_]", "", text.casefold())


def _scored(relation: ir.Relation, stored: ir.StoredColumn, column: Column, keys: Keys) -> Match:
    type_ = ty.known(stored.type)
    likeness = best_likeness(column.name, _names(relation, stored))
    if column.name.strip() == stored.name:
        likeness = 100
    fit = fit_of(stored.type, column, keys)
    if stored.form and column.sample:
        fit = _share(column.sample, lambda value: misfit(value.strip(" "), stored.form) is None)
        if relation.key == (stored.name,) and 100 * column.distinct < 95 * column.filled:
            fit = min(fit, 10)
    if fit is None:
        # Text takes anything, but days and amounts are seldom what is meant; a key is different in nearly every row.
        fit = 15 if _share(column.sample, lambda value: bool(_DATE.fullmatch(value) or _DECIMAL.fullmatch(value))) > 80 else 60
        if relation.key == (stored.name,) and column.filled:
            fit = 80 if 100 * column.distinct >= 95 * column.filled else 10
        return Match(stored, column, likeness, None, (7 * likeness + 3 * fit) // 10)
    if isinstance(stored.type, ty.Optional) or column.filled == column.rows:
        required = 0
    else:
        required = 20 if 2 * column.filled < column.rows else 5
    score = (6 * likeness + 4 * fit) // 10 - required
    telling = isinstance(type_, ty.Enum | ty.Country) or (isinstance(type_, ty.Row) and type_.relation in keys)
    if fit < 50 and likeness < 90:
        score = 0
    elif telling and fit >= 90 and column.distinct > 1:
        score = max(score, TAKEN_FROM + likeness // 4)
    return Match(stored, column, likeness, fit, score)


def _names(relation: ir.Relation, stored: ir.StoredColumn) -> tuple[str, ...]:
    """What a column for a field may be called."""
    names = [stored.name, stored.label, stored.label.split(";")[0], stored.label.split(",")[0]]
    if stored.name in ("id", "name", "level"):
        names += [f"{relation.name} {stored.name}", f"{relation.label} {stored.name}"]
    if stored.name == "id":
        names.append(relation.name)
    if stored.reference:
        names += [f"{stored.reference} id", f"{stored.name} id"]
    for end in ("_start", "_end"):
        if stored.name.endswith(end):
            names.append(f"{stored.name.removesuffix(end)} {'from' if end == '_start' else 'to'} date")
    return tuple(dict.fromkeys(names))


def _share(sample: Sequence[str], good: Callable[[str], bool]) -> int:
    return 100 * sum(1 for value in sample if good(value)) // max(len(sample), 1)
