"""From a mapping to the sources that it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from incdsl.core import ir
from incdsl.feeds.errors import FeedError, FeedErrors
from incdsl.feeds.files import source_at
from incdsl.feeds.mapping.errors import InMapping, WrongSetting
from incdsl.feeds.mapping.model import FILE, FeedMapping, Place, RecordMapping
from incdsl.feeds.mapping.read import read_mapping
from incdsl.feeds.sources import KINDS, Options, Source, has_tables, is_url


def find_mapping(directory: Path | str, named: Path | None, relations: Sequence[ir.Relation]) -> FeedMapping | None:
    """The mapping that was named, or else the one in the folder of the feeds; None without either. Raises FeedErrors."""
    path = named or (None if isinstance(directory, str) else directory / FILE)
    if path is None or (named is None and not path.exists()):
        return None
    return read_mapping(path, relations, KINDS)


def named_sources(mapping: FeedMapping, relations: Sequence[ir.Relation], directory: Path | str) -> dict[str, Source]:
    """The sources that a mapping names, by relation. Paths are from the folder of the feeds on, and stay in it unless the mapping
    gives a reason why not. Raises FeedErrors with all that it names in vain."""
    sources: dict[str, Source] = {}
    errors: list[FeedError] = []
    for relation in relations:
        record = mapping.records.get(relation.name)
        place = record.place if record else None
        where = (place.file or place.url) if place else None
        if record is None or place is None or where is None:
            continue
        if place.url is not None and not is_url(place.url):
            instead = (
                "write it as in `postgresql://host/database`, `spark:sales` or `s3a://bucket/purchase`; a file is named by `file`"
            )
            errors.append(WrongSetting(mapping.file, place.line, "url", "is no address of tables or files", instead))
            continue
        if place.url is not None and place.table is not None and not has_tables(place.url):
            what, instead = f"is said of `{place.url}`, which has none", "leave it out: `url` names the Parquet file or folder"
            errors.append(WrongSetting(mapping.file, place.line, "table", what, instead))
            continue
        kind = next((kind for kind in KINDS if kind == place.kind), None)
        base = Path() if isinstance(directory, str) else directory
        found = source_at(relation, base, where, kind=kind, options=_options(place), outside=place.outside is not None)
        if isinstance(found, Source):
            sources[relation.name] = replace(found, mapping=record)
        else:
            errors.append(InMapping(mapping.file, place.line, found))
    if errors:
        raise FeedErrors(tuple(errors))
    return sources


def with_mapping(source: Source, mapping: FeedMapping | None) -> Source:
    """The source of a relation, with what a mapping says of it, if anything."""
    record: RecordMapping | None = mapping.records.get(source.relation.name) if mapping else None
    if record is None or source.mapping is not None:
        return source
    return replace(source, options=_options(record.place), mapping=record)


def _options(place: Place) -> Options:
    return Options(place.delimiter, place.quote, place.encoding, place.header_line, place.table)
