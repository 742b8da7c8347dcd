"""What a mapping says: which source feeds which record, and which column which field, written how.

The file is `feeds.toml`. Settings at its top hold for all records, those of a record for it, those of a field for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from incdsl.feeds.styles import CANONICAL, Style

FILE = "feeds.toml"
"""The name under which a mapping is found in the folder of the feeds."""


@dataclass(frozen=True)
class CurrencyColumn:
    """The column that says the currency of an amount; `values` says which text in it stands for which currency."""

    column: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FieldMapping:
    """How one field is filled: from a column, or with the same constant in every row.

    `constant` and `default`, which stands in for a blank, are in canonical notation; the constant "" is a blank. `line` is
    where the mapping says it, or None for what it does not say.
    """

    field: str
    line: int | None = None
    column: str | None = None
    constant: str | None = None
    default: str | None = None
    currency: CurrencyColumn | None = None
    style: Style = CANONICAL


@dataclass(frozen=True)
class Place:
    """Where the rows of a record are, as the mapping says it; None for what it leaves open.

    `outside` is the reason for which the file may lie outside the folder of the feeds.
    """

    line: int
    file: str | None = None
    url: str | None = None
    kind: str | None = None
    table: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    encoding: str | None = None
    header_line: int | None = None
    outside: str | None = None

    @property
    def is_said(self) -> bool:
        """Whether the mapping names the file or database, and does not leave it to the name of the record."""
        return self.file is not None or self.url is not None


@dataclass(frozen=True)
class RecordMapping:
    """What a mapping says about one record; fields that it does not name are columns of their own names."""

    mapping: str
    record: str
    place: Place
    fields: Mapping[str, FieldMapping] = field(default_factory=dict)
    style: Style = CANONICAL

    def field_of(self, name: str) -> FieldMapping:
        """How a field is filled."""
        return self.fields.get(name) or FieldMapping(name, column=name, style=self.style)


@dataclass(frozen=True)
class FeedMapping:
    """A whole mapping: its file, as its user knows it, and the records that it speaks of."""

    file: str
    records: Mapping[str, RecordMapping]
