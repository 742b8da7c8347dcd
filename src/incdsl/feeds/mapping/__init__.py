"""The mapping of feeds, `feeds.toml`: files as people have them, to the fields of records."""

from incdsl.feeds.mapping.model import FILE, CurrencyColumn, FeedMapping, FieldMapping, Place, RecordMapping

__all__ = ["FILE", "CurrencyColumn", "FeedMapping", "FieldMapping", "Place", "RecordMapping"]
