"""Which rows of a table can be used where they lie: the checks that feeds are put to, made by Spark over a copy of its columns.
It finds the rows that may be at fault; whether they are, and why, is for the reader of feeds to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from incdsl.core import ir
from incdsl.engines.in_place import Unfit, doubts_of_rows, faults_of_keys, faults_of_row, key_of, read_all
from incdsl.engines.spark.rows import ID, quoted
from incdsl.engines.spark.values import SparkWords
from incdsl.feeds.in_place import InPlace
from incdsl.feeds.readers.spark_tables import OpenSpark, order_of

NUMBER = "number"
"""The column that has the number of a row among all rows."""


@dataclass(frozen=True)
class Looked:
    """What was found: the stored columns of all rows, under their names, and `#id`; and the doubtful rows, as they came, with
    their numbers, or None when there are none."""

    found: InPlace
    rows: Any
    doubtful: Any | None


def look_over(
    spark: Any,
    feed: OpenSpark,
    copy: str,
    references: Mapping[str, str | None],
    known: Mapping[str, Sequence[ir.Value]],
) -> Looked:
    """Look at every row of a copy, a view. For each column that refers to rows, `references` has the SELECT of their keys, None
    where they are those of the table itself; or `known` has the keys. Raises Unfit, and what Spark raises."""
    relation, words = feed.relation, SparkWords(feed.table.columns)
    values = read_all(words, relation, feed.header, {*references, *known})
    names = {name: f"v{at}" for at, name in enumerate(values)}
    read = f"SELECT {ID}, {', '.join(f'{value.sql} AS {names[name]}' for name, value in values.items())}"
    faults = [fault for value in values.values() for fault in value.faults]
    read += f", {' OR '.join(faults) or 'false'} AS fault, {faults_of_keys(relation, values)} AS of_key"
    filled = {name: value.blank for name, value in values.items() if value.blank is not None}
    read += "".join(f", {blank} AS b{at}" for at, blank in enumerate(filled.values())) + f" FROM {copy}"
    at_fault = " OR ".join(["fault", *faults_of_row(words, relation, names, known)])
    counts = ["count(*)", f"count_if({at_fault})", "count_if(of_key)", *(f"count_if(b{at})" for at in range(len(filled)))]
    ((rows, faulty, of_keys, *blank),) = spark.sql(f"SELECT {', '.join(counts)} FROM ({read}) AS read").collect()
    if of_keys:
        raise Unfit  # it is not known which other rows these are
    found = InPlace(relation, feed.source.name, feed.header, rows, dict(zip(filled, blank, strict=True)))

    def some(columns: Sequence[str]) -> str:
        cells = "".join(f", {values[column].sql} AS k{at}" for at, column in enumerate(columns))
        return f"(SELECT {ID}{cells} FROM {copy}) AS rows"

    own = f"SELECT k0 FROM {some(key_of(relation))}"
    keys = {name: own if there is None else there for name, there in references.items()}
    doubts = [f"SELECT {ID} FROM ({read}) AS read WHERE {at_fault}"] if faulty else []
    doubts += doubts_of_rows(words, relation, some, keys)
    doubtful = " UNION ALL ".join(doubts)
    cells = ", ".join(f"{value.sql} AS {quoted(name)}" for name, value in values.items())
    all_rows = spark.sql(f"SELECT {ID}, {cells} FROM {copy}")
    if not doubts or spark.sql(doubtful).isEmpty():
        return Looked(found, all_rows, None)
    if None in references.values():
        raise Unfit  # with a row go those that refer to it, and those that refer to them
    order = ", ".join(f"{place} NULLS LAST" for place in order_of(feed))
    numbered = f"SELECT *, row_number() OVER (ORDER BY {order}) AS {NUMBER} FROM {copy}"
    return Looked(found, all_rows, spark.sql(f"SELECT * FROM ({numbered}) AS numbered WHERE {ID} IN ({doubtful})"))
