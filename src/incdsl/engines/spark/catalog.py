"""Tables of a session's catalog and Parquet files that it sees, looked for on behalf of feeds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote

from incdsl.diagnostic import nearest, one_of
from incdsl.engines.spark.errors import condition, is_gone, reason
from incdsl.engines.spark.rows import quoted
from incdsl.feeds.errors import DifferentParts, FeedError, NoTable, TwoFeeds, UnreadableFeed
from incdsl.feeds.readers.spark_tables import SparkColumn, SparkTable
from incdsl.feeds.sources import Source, in_catalog

_NAMED = {
    "string": "VARCHAR", "tinyint": "TINYINT", "smallint": "SMALLINT", "int": "INTEGER", "bigint": "BIGINT", "float": "FLOAT",
    "double": "DOUBLE", "timestamp": "TIMESTAMP WITH TIME ZONE", "timestamp_ntz": "TIMESTAMP",
}  # fmt: skip
"""Types that DuckDB has, too, under another name."""

_DECLARED = "__CHAR_VARCHAR_TYPE_STRING"
_NOT_FOUND = ("TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND")
_OF_OTHERS = {"_delta_log": "Delta", ".hoodie": "Hudi"}
"""Folders in which other formats say which of the Parquet files beside them count."""

_AT_ONCE = 8


def find(spark: Any, source: Source) -> SparkTable | FeedError:
    """See `feeds.readers.spark_tables.Catalog`. What is said when Spark goes away passes through."""
    assert source.url is not None
    schema = in_catalog(source.url)
    try:
        if schema is not None:
            return _table(spark, source, [*_parts(schema), *_parts(source.wanted_table)])
        places = [url for url in (source.url, source.or_url) if url is not None]
        found = [url for url in places if _is_there(spark, url)]
        match found:
            case []:
                return UnreadableFeed(source.name, "Spark sees no such file or folder")
            case [url]:
                return _files(spark, source, url)
            case _:
                return TwoFeeds(source.wanted_table, tuple(found))
    except Exception as error:
        if is_gone(error):
            raise
        return UnreadableFeed(source.name, reason(error))


def frame(spark: Any, table: SparkTable) -> Any:
    """All rows of a table."""
    return spark.read.parquet(table.place) if "/" in table.place and table.place[0] != "`" else spark.table(table.place)


def _table(spark: Any, source: Source, parts: Sequence[str]) -> SparkTable | FeedError:
    name = ".".join(map(quoted, parts))
    try:
        return SparkTable(name, _columns(spark.table(name)))
    except Exception as error:
        if condition(error) not in _NOT_FOUND:
            raise
    schema, table = parts[:-1], parts[-1]
    inside = f" IN {'.'.join(map(quoted, schema))}" if schema else ""
    try:
        tables = sorted({row.tableName for row in spark.sql(f"SHOW TABLES{inside}").collect() if not row.isTemporary})
    except Exception as error:
        if condition(error) not in _NOT_FOUND:
            raise
        above = f" IN {quoted(schema[0])}" if len(schema) > 1 else ""
        schemas = [row[0] for row in spark.sql(f"SHOW SCHEMAS{above}").collect()]
        return UnreadableFeed(source.name, f"there is no schema `{schema[-1]}`, only {one_of(schemas, 12)}")
    near = nearest(table, tables)
    return NoTable(f"spark:{'.'.join(schema)}", table, "table", tuple(sorted(tables, key=lambda name: (name != near, name))))


def _parts(name: str) -> list[str]:
    """The parts of a name, which have dots between them unless they are in backticks."""
    found = re.findall(r"`((?:[^`]|``)*)`|([^.`]+)", name)
    return [quoted.replace("``", "`") or plain for quoted, plain in found]


def _is_there(spark: Any, url: str) -> bool:
    try:
        return bool(spark.read.format("binaryFile").load(url).schema)
    except Exception as error:
        if condition(error) != "PATH_NOT_FOUND":
            raise
        return False


def _files(spark: Any, source: Source, url: str) -> SparkTable | FeedError:
    for folder, other in _OF_OTHERS.items():
        if _is_there(spark, f"{url.rstrip('/')}/{folder}"):
            return UnreadableFeed(source.name, f"it is a table of {other}, whose files are not all of its rows: name the table")
    try:
        found = spark.read.parquet(url)
        columns = _columns(found)
    except Exception as error:
        if condition(error) != "UNABLE_TO_INFER_SCHEMA":
            raise
        return UnreadableFeed(source.name, "there is no Parquet file in it")
    parts, below = sorted(found.inputFiles()), spark.read.option("recursiveFileLookup", "true").parquet(url).inputFiles()
    unread = sorted(set(below) - set(parts))
    if unread:
        return UnreadableFeed(source.name, f"`{unread[0]}` is in a folder of its own, and Spark would leave it out")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        schemas = list(pool.map(lambda part: _schema(spark, part), parts if len(parts) > 1 else ()))
    for part, schema in zip(parts, schemas, strict=False):
        if schema != schemas[0]:
            return DifferentParts(source.name, part, parts[0])
    return SparkTable(url, columns)


def _schema(spark: Any, part: str) -> list[tuple[str, str]]:
    """The columns of one file. Their order, and whether they may be missing, is not compared."""
    path = re.sub(r"([*?\[\]{}\\])", r"\\\1", unquote(part))
    return sorted((field.name, field.dataType.simpleString()) for field in spark.read.parquet(path).schema.fields)


def _columns(found: Any) -> tuple[SparkColumn, ...]:
    return tuple(_column(field) for field in found.schema.fields)


def _column(field: Any) -> SparkColumn:
    name, type_ = quoted(field.name), field.dataType.simpleString()
    if type_.startswith("string collate "):
        return SparkColumn(field.name, "VARCHAR", f"collate({name}, 'UTF8_BINARY')")
    if field.metadata.get(_DECLARED, "").startswith("char("):
        return SparkColumn(field.name, "VARCHAR", f"rtrim({name})")  # Spark fills it up with spaces
    return SparkColumn(field.name, _NAMED.get(type_, type_.upper()), name)
