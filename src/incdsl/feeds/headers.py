"""Which column of a source is which field of a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.diagnostic import nearest
from incdsl.feeds.errors import DuplicateColumn, FeedError, MissingColumn
from incdsl.feeds.mapping import FieldMapping, RecordMapping
from incdsl.feeds.mapping.errors import InMapping, UnknownColumn, UnmappedField


@dataclass(frozen=True)
class Header:
    """The columns of a source, and for each stored column of the relation its position among them, None where the mapping
    has a constant for it; `extra` are those that are not read, and `currencies` the positions of the columns that say
    the currency of a field."""

    names: tuple[str, ...]
    positions: tuple[int | None, ...]
    extra: tuple[str, ...]
    mapping: RecordMapping | None = None
    currencies: Mapping[str, int] = field(default_factory=dict)


def map_header(
    relation: ir.Relation, file: str, names: Sequence[str], mapping: RecordMapping | None = None
) -> Header | tuple[FeedError, ...]:
    """Match the names of a source's columns, spaces around them aside, with a relation's stored columns, exactly; with a
    mapping, by the names that it gives them."""
    trimmed = [name.strip() for name in names]
    if mapping is not None:
        return _mapped(relation, file, trimmed, mapping)
    wanted = [column.name for column in relation.stored]
    spare = [name for name in dict.fromkeys(trimmed) if name and name not in wanted]
    errors: list[FeedError] = []
    for name in wanted:
        match trimmed.count(name):
            case 0:
                near = nearest(name, spare)
                if near is not None:
                    spare.remove(near)
                errors.append(MissingColumn(file, name, relation.name, near, tuple(name for name in trimmed if name)))
            case 1:
                pass
            case _:
                errors.append(DuplicateColumn(file, name))
    if errors:
        return tuple(errors)
    return Header(tuple(trimmed), tuple(trimmed.index(name) for name in wanted), _extra(trimmed, set(wanted)))


def wanted_columns(relation: ir.Relation, mapping: RecordMapping | None = None) -> tuple[str, ...]:
    """The names of the columns that the fields of a relation are read from, each once."""
    said = [FieldMapping(column.name, column=column.name) for column in relation.stored]
    if mapping is not None:
        said = [mapping.field_of(column.name) for column in relation.stored]
    names = [name for field in said for name in (field.column, field.currency.column if field.currency else None) if name]
    return tuple(dict.fromkeys(name.strip() for name in names))


def _mapped(relation: ir.Relation, file: str, names: list[str], mapping: RecordMapping) -> Header | tuple[FeedError, ...]:
    errors: list[FeedError] = []
    positions: list[int | None] = []
    currencies: dict[str, int] = {}
    used: set[str] = set()
    for column in relation.stored:
        said = mapping.field_of(column.name)
        wanted = [said.column] + ([said.currency.column] if said.currency else [])
        found: list[int | None] = []
        for name in wanted:
            if name is None:
                found.append(None)
                continue
            used.add(name.strip())
            match names.count(name.strip()):
                case 0:
                    errors.append(_missing(column, said, file, name, names, mapping))
                case 1:
                    found.append(names.index(name.strip()))
                case _:
                    twice = DuplicateColumn(file, name)
                    errors.append(twice if said.line is None else InMapping(mapping.mapping, said.line, twice))
        if len(found) == len(wanted):
            positions.append(found[0])
            if len(found) == 2 and found[1] is not None:
                currencies[column.name] = found[1]
    if errors:
        return tuple(errors)
    return Header(tuple(names), tuple(positions), _extra(names, used), mapping, currencies)


def _missing(
    column: ir.StoredColumn, said: FieldMapping, file: str, name: str, names: list[str], mapping: RecordMapping
) -> FeedError:
    columns = tuple(found for found in names if found)
    if said.line is None:
        required = not isinstance(column.type, ty.Optional)
        return UnmappedField(mapping.mapping, mapping.place.line, file, column.name, required, columns)
    return UnknownColumn(mapping.mapping, said.line, file, name, column.name, columns)


def _extra(names: Sequence[str], used: set[str]) -> tuple[str, ...]:
    return tuple(name or f"column {at + 1}" for at, name in enumerate(names) if name not in used)
