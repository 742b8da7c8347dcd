"""Which column of a file is which field of a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from incdsl.core import ir
from incdsl.diagnostic import nearest
from incdsl.feeds.errors import DuplicateColumn, FeedError, MissingColumn


@dataclass(frozen=True)
class Header:
    """The columns of a file, and for each stored column of the relation its position among them."""

    names: tuple[str, ...]
    positions: tuple[int, ...]
    extra: tuple[str, ...]


def map_header(relation: ir.Relation, file: str, names: Sequence[str]) -> Header | tuple[FeedError, ...]:
    """Match the names of a file's columns, spaces around them aside, with a relation's stored columns, exactly."""
    trimmed = [name.strip() for name in names]
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
    extra = tuple(name or f"column {at + 1}" for at, name in enumerate(trimmed) if name not in wanted)
    return Header(tuple(trimmed), tuple(trimmed.index(name) for name in wanted), extra)
