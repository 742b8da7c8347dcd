"""Validation of purchase lines spoiled in twelve ways: `incdsl validate`, jsonschema and jsonschema-rs on the emitted schema."""

from __future__ import annotations

import csv
import itertools
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import jsonschema_rs

from bench.frame import Bench, Contender, incdsl, source
from bench.measure import Took
from incdsl import driver
from incdsl.backends.json_schema import emit, to_document
from incdsl.core import ir
from incdsl.feeds.connections import connect
from incdsl.feeds.files import find_feeds
from incdsl.feeds.readers.opening import open_source, stage
from incdsl.feeds.staging import Staged

SLOW, QUICK = 10_000, 200_000
"""Rows given to jsonschema and to jsonschema-rs: a sample, since the rate of neither depends on the number."""

MOST_TIMES_SLOW, MOST_TIMES_QUICK, MOST_MEMORY = 1_000, 15, 6.0
EVERY = 100
DIRT = {
    "id blank": ("id", "NULL"),
    "id of the row before": ("id", "before"),
    "partner blank": ("partner", "NULL"),
    "partner in lower case": ("partner", "lower(partner)"),
    "partner with an O for a zero": ("partner", "replace(partner, '0', 'O')"),
    "partner cut short": ("partner", "left(partner, length(partner) - 1)"),
    "product blank": ("product", "NULL"),
    "product in lower case": ("product", "lower(product)"),
    "product with a dash too many": ("product", "concat(left(product, 2), '-', substr(product, 3))"),
    "amount blank": ("amount", "NULL"),
    "day of booking blank": ("booked_on", "NULL"),
    "day of booking after the year 9999": ("booked_on", "DATE '20150-07-25'"),
}
"""What is done to one row in a hundred, in turns: the column, and what stands there instead."""


@dataclass(frozen=True)
class _Spent:
    """Seconds by the clock, and seconds of CPU of all threads of this process."""

    seconds: float
    cpu: float

    @staticmethod
    def now() -> _Spent:
        return _Spent(time.perf_counter(), time.process_time())

    def __sub__(self, earlier: _Spent) -> _Spent:
        return _Spent(self.seconds - earlier.seconds, self.cpu - earlier.cpu)


@dataclass(frozen=True)
class _Rate:
    """Rows a second by the clock, and a second of CPU."""

    clock: float
    cpu: float


def run(bench: Bench) -> list[str]:
    """A table per size, beside what the two validators of JSON Schema do."""
    lines: list[str] = []
    for rows in bench.rows(50_000_000):
        data = _spoiled(bench, rows)
        out = bench.work("vip25", rows) / "validated"
        command = [incdsl(), "validate", str(source("vip25")), "--data", str(data), "--out", str(out), "--max-refused", "2%"]
        took = bench.take_turns({"incdsl validate": Contender(command)})["incdsl validate"]
        found = _found(data / "purchase.parquet", out / "refused.csv", rows)
        lines += [*_table(bench, rows, took, data), "", found, ""]
        if took.memory > MOST_MEMORY:
            bench.missed.append(f"validating {rows:,} lines: {took.memory:.1f} GB")
    return lines[:-1]


def _spoiled(bench: Bench, rows: int) -> Path:
    """Feeds with one purchase line in a hundred spoiled; the others are links to the made-up ones."""
    clean = bench.feeds("vip25", rows)
    data = bench.work("vip25", rows) / "feeds-spoiled"
    if not (data / "complete").exists():
        print(f"  spoiling one in {EVERY} of {rows:,} lines in {len(DIRT)} ways", flush=True)
        data.mkdir(exist_ok=True)
        for path in clean.glob("*.parquet"):
            (data / path.name).unlink(missing_ok=True)
            if path.stem != "purchase":
                (data / path.name).symlink_to(path.resolve())
        with connect({}) as connection:
            columns = [name for name, *_ in connection.execute(f"DESCRIBE FROM '{clean}/purchase.parquet'").fetchall()]
            values = []
            for column in columns:
                ways = [(kind, value) for kind, (of, value) in enumerate(DIRT.values()) if of == column]
                cases = " ".join(f"WHEN {kind} THEN {value}" for kind, value in ways)
                values.append(f"CASE {_kind('place')} {cases} ELSE {column} END AS {column}" if ways else column)
            # Rows keep their order; a key before the row is that of the same chunk of the file, read once more.
            query = (
                f"SELECT {', '.join(values)} FROM (SELECT *, file_row_number AS place, lag(id) OVER () AS before "
                f"FROM read_parquet('{clean}/purchase.parquet', file_row_number = true))"
            )
            connection.execute(f"COPY ({query}) TO '{data}/purchase.parquet' (FORMAT parquet)")
        (data / "complete").touch()
    return data


def _kind(place: str) -> str:
    """Which of the ways the row at a place is spoiled in, as SQL: a number, or NULL for 99 rows of a hundred."""
    return f"CASE WHEN {place} % {EVERY} = {EVERY // 2} THEN ({place} // {EVERY}) % {len(DIRT)} END"


def _found(feed: Path, refused: Path, rows: int) -> str:
    """Whether the lines refused are those that were spoiled, with those whose key one of them took; a sentence."""
    with connect({}) as connection:
        twice = list(DIRT).index("id of the row before")
        connection.execute(
            f"CREATE TABLE spoiled AS SELECT range + 1 AS line FROM range({rows}) WHERE {_kind('range')} IS NOT NULL "
            f"UNION SELECT range FROM range({rows}) WHERE {_kind('range')} = {twice}"
        )
        connection.execute(f"CREATE TABLE refused AS SELECT DISTINCT line FROM read_csv('{refused}') WHERE file = '{feed.name}'")
        (counts,) = connection.execute(
            "SELECT (SELECT count(*) FROM spoiled), (SELECT count(*) FROM (FROM spoiled EXCEPT FROM refused)), "
            "(SELECT count(*) FROM (FROM refused EXCEPT FROM spoiled))"
        ).fetchall()
    spoiled, missed, wrong = counts
    if missed or wrong:
        raise SystemExit(f"of {spoiled:,} spoiled rows {missed:,} were not found, and {wrong:,} others were")
    return (
        f"All {spoiled:,} spoiled rows (one in {EVERY}, in {len(DIRT)} ways, with the rows whose key another one took) were "
        "refused, and no others."
    )


def _table(bench: Bench, rows: int, took: Took, data: Path) -> list[str]:
    program = driver.load(str(source("vip25"))).program
    assert program is not None
    documents = _documents(program, data / "purchase.parquet")
    schema = json.loads(emit(program)["purchase.schema.json"])
    by_row = min((_by_row(program, data) for _ in range(bench.runs)), key=lambda spent: spent.seconds)
    own = {
        "each row by itself": _Rate(rows / by_row.seconds, rows / by_row.cpu),
        "everything": _Rate(rows / took.seconds, rows / took.cpu),
    }
    others = {
        "jsonschema": _rate(jsonschema.Draft202012Validator(schema).is_valid, documents[:SLOW]),
        "jsonschema-rs": _rate(jsonschema_rs.Draft202012Validator(schema).is_valid, documents),
    }
    for name, times in (("jsonschema", MOST_TIMES_SLOW), ("jsonschema-rs", MOST_TIMES_QUICK)):
        ratio = own["each row by itself"].clock / others[name].clock
        if ratio < times:
            bench.missed.append(f"each of {rows:,} lines by itself: {ratio:.1f} times {name}, where {times:,} is wanted")
    table = [f"| {rows:,} lines | rows a second | rows a CPU second | seconds | GB at most | of jsonschema | of jsonschema-rs |"]
    table.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, rate in own.items():
        ratios = " | ".join(f"{rate.clock / other.clock:,.1f} x, CPU {rate.cpu / other.cpu:,.1f} x" for other in others.values())
        memory = f"{took.memory:.2f}" if name == "everything" else ""
        seconds = f"{rows / rate.clock:,.2f}"
        table.append(f"| incdsl, {name} | {rate.clock:,.0f} | {rate.cpu:,.0f} | {seconds} | {memory} | {ratios} |")
    for name, rate in others.items():
        seconds = f"{rows / rate.clock:,.0f}, worked out"
        table.append(f"| {name}, each row by itself, on a sample | {rate.clock:,.0f} | {rate.cpu:,.0f} | {seconds} | | | |")
    return table


def _by_row(program: ir.Program, data: Path) -> _Spent:
    """What it takes to find the lines that are at fault by themselves: what a schema of one row can tell, and no more."""
    relation = program.relation("Purchase")
    with tempfile.TemporaryDirectory() as scratch, connect({}) as connection:
        connection.execute("CREATE SCHEMA staged")
        (feed,) = find_feeds([relation], data).sources
        opened = open_source(connection, feed, Path(scratch))
        assert not isinstance(opened, tuple)
        staged = stage(connection, opened, Path(scratch))
        assert isinstance(staged, Staged)
        started = _Spent.now()
        connection.execute(f'CREATE TABLE found AS SELECT "#row" FROM {staged.view} WHERE "#fault"')
        return _Spent.now() - started


def _documents(program: ir.Program, feed: Path) -> list[dict[str, str | bool]]:
    """The first rows of the feed as JSON documents, as `incdsl` reads CSV."""
    relation = program.relation("Purchase")
    copy = feed.parent / "sample.csv"
    with connect({}) as connection:
        connection.execute(f"COPY (FROM '{feed}' LIMIT {QUICK}) TO '{copy}' (HEADER)")
    with copy.open(newline="", encoding="utf-8") as file:
        documents = [to_document(relation, row) for row in itertools.islice(csv.DictReader(file), QUICK)]
    copy.unlink()
    return documents


def _rate(is_valid: Callable[[object], bool], documents: list[dict[str, str | bool]]) -> _Rate:
    started = _Spent.now()
    for document in documents:
        is_valid(document)
    spent = _Spent.now() - started
    return _Rate(len(documents) / spent.seconds, len(documents) / spent.cpu)
