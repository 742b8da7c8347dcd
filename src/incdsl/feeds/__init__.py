"""Files to rows: read, checked against the records of a program, and refused with reasons where they do not fit."""

from incdsl.feeds.errors import FeedError, FeedErrors
from incdsl.feeds.load import FeedCount, FeedNote, Feeds, RefusedGroup, load_feeds
from incdsl.feeds.readers.parquet_files import ParquetFeed
from incdsl.feeds.rows import LoadedRows, StoredRows

__all__ = [
    "FeedCount",
    "FeedError",
    "FeedErrors",
    "FeedNote",
    "Feeds",
    "LoadedRows",
    "ParquetFeed",
    "RefusedGroup",
    "StoredRows",
    "load_feeds",
]
