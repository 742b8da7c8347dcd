"""Sequences the stages; the only place that knows them all.

Heavy rooms are imported inside the functions that need them: checking a program opens no database.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from incdsl import compile_cache
from incdsl.core import ir
from incdsl.diagnostic import Sink
from incdsl.files import read_program, read_source, uses
from incdsl.source import Source

if TYPE_CHECKING:  # the names of types; importing the rooms would open a database to check a program
    from incdsl.engines.postgres import Workplace
    from incdsl.engines.spark import Workplace as SparkWorkplace
    from incdsl.feeds import Feeds
    from incdsl.feeds.gate import Gate
    from incdsl.results.assumptions import Money
    from incdsl.results.writer import Written
    from incdsl.syntax import ast


@dataclass(frozen=True)
class Loaded:
    """A program as far as it could be understood: its files, the one asked for first, the program itself unless
    something is wrong with it, and everything there is to say about it."""

    files: tuple[ast.File, ...]
    program: ir.Program | None
    sink: Sink


@dataclass(frozen=True)
class Ran:
    """What a run leaves: the open feeds, whose connection also holds the results, and the files written."""

    feeds: Feeds
    written: tuple[Written, ...]
    workbook: Path | None = None


def load(path: str) -> Loaded:
    """Read, check and lower the program at a path and the files it uses. Never raises for what a file says."""
    from incdsl.core.verify import verify
    from incdsl.semantics.analyze import analyze
    from incdsl.semantics.lower import lower

    sink = Sink()
    files = read_program(path, sink)
    if files is None:
        return Loaded((), None, sink)
    checked = analyze(files, sink)
    if sink.has_errors:
        return Loaded(files, None, sink)
    program = lower(checked)
    verify(program)
    return Loaded(files, program, sink)


def load_again(path: str) -> Loaded:
    """As `load`, but without `files`, and a program that nothing was to be said about is not compiled again while its files are
    the same ones, and have the texts that they had then."""
    program = _recalled(path)
    if program is None:
        loaded = load(path)
        if loaded.program is None or loaded.sink.diagnostics:
            return loaded
        texts = {os.path.realpath(file.source.path): file.source.text for file in loaded.files}
        used = tuple((use, os.path.realpath(use), texts.get(os.path.realpath(use))) for use in uses(loaded.files))
        compile_cache.keep(_Kept(used, loaded.program), "program", path, os.path.realpath(path), loaded.files[0].source.text)
        # As it will be found next time, so that what is made of it is found then, too.
        program = _recalled(path) or loaded.program
    return Loaded((), program, Sink())


@dataclass(frozen=True)
class _Kept:
    """A program, and all that a `use` names in it: the path, the file that it leads to, and the text of that. Two paths may lead
    to one file, which is then read once."""

    used: tuple[tuple[str, str, str | None], ...]
    program: ir.Program


def _recalled(path: str) -> ir.Program | None:
    kept = compile_cache.recall("program", path, os.path.realpath(path), _text(path))
    if isinstance(kept, _Kept) and all(os.path.realpath(use) == file and _text(use) == text for use, file, text in kept.used):
        return kept.program
    return None


def _text(path: str) -> str | None:
    source = read_source(path)
    return source.text if isinstance(source, Source) else None


# --- with data ---------------------------------------------------------------------------------------------
# `data` is the folder of the feeds, and `mapping` the file that says how they are written: None for its `feeds.toml`, if any.


def validate(
    program: ir.Program, data: Path | str, *, mapping: Path | None = None, checks_only: bool = False, out: Path | None = None
) -> Feeds:
    """Read the feeds of a folder. The caller closes them. With `checks_only` their rows are not asked for, only what is wrong
    with some. `out` is where the refused rows are to be written, if anywhere. Raises FeedErrors."""
    from incdsl.feeds import load_feeds

    to = None
    if out is not None:
        from incdsl.feeds.spared import Destination
        from incdsl.results.writer import REFUSED_FILES

        to = Destination(out, REFUSED_FILES)
    return load_feeds(program, data, mapping=mapping, checks_only=checks_only, destination=to)


def write_refused(program: ir.Program, feeds: Feeds, out: Path, workbook: bool) -> tuple[Path, ...]:
    """Write the refused rows of feeds into a folder, with `workbook` also as one to send back; the files written. Raises
    NoWorkbooks, and OSError for a folder that cannot be written."""
    from incdsl.results.workbook import write_workbook
    from incdsl.results.writer import write_results

    written = tuple(file.path for file in write_results(feeds.connection, (), out, "csv"))
    return (*written, write_workbook(feeds, out, _title(program))) if workbook else written


def _title(program: ir.Program) -> str:
    return f"{program.name}, {program.label}, version {program.version}"


def run(
    program: ir.Program,
    data: Path | str,
    as_of: datetime.date,
    out: Path,
    *,
    engine: str = "duckdb",
    server: str | None = None,
    settings: Mapping[str, str] = MappingProxyType({}),
    format: str = "csv",
    values: bool = False,
    mapping: Path | None = None,
    memory_limit: str | None = None,
    gate: Gate | None = None,
    workbook: bool = False,
    on_stage: Callable[[str], None] = lambda stage: None,
) -> Ran:
    """Evaluate a program on the feeds of a folder and write the result files. The caller closes the feeds. `server` is
    where the engine is, for one that is elsewhere, `settings` what that engine is set to; `memory_limit` is text such as "4GB".

    Raises FeedErrors, TooManyRefused (then nothing is written), Overflow, Conflicts, EngineFailure, NoWorkbooks, and OSError for
    a folder that cannot be written.
    """
    from incdsl.feeds import load_feeds
    from incdsl.feeds.spared import Destination
    from incdsl.results.could_change import rows_wanted, store_could_change
    from incdsl.results.matches import MATCHES, counting
    from incdsl.results.workbook import write_workbook
    from incdsl.results.writer import RESULT_FILES, write_results

    out.mkdir(parents=True, exist_ok=True)  # a place that cannot be written is said before the work, not after
    with ExitStack() as stack:
        place: Workplace | SparkWorkplace | None = None
        if engine == "postgres":
            from incdsl.engines import postgres

            assert server is not None
            postgres.check(server)
            place = stack.enter_context(postgres.Workplace(server, on_stage))
        if engine == "spark":
            from incdsl.engines import spark

            spark.check(server or spark.LOCAL)
            place = stack.enter_context(spark.Workplace(server or spark.LOCAL, settings, on_stage))
        on_stage("reading the feeds")
        to = Destination(out, RESULT_FILES)
        feeds = load_feeds(program, data, mapping=mapping, memory_limit=memory_limit, server=place, destination=to)
        try:
            if gate is not None:
                gate.check(feeds.counts)
            outputs = [output for output in program.outputs if values or output.name != "values"]
            on_stage("evaluating")
            counted = counting(program)
            asked = [*outputs, *(output for output in counted.outputs if output.name == MATCHES)]
            evaluate(counted, feeds, as_of, asked, engine, place, on_stage)
            feeds.bring(rows_wanted(program, feeds.counts))
            on_stage("writing the results")
            store_could_change(program, feeds.connection, feeds.counts)
            files = [output for output in outputs if output in program.result_files]
            written = write_results(feeds.connection, files, out, format, program, doubts=True)
            return Ran(feeds, written, write_workbook(feeds, out, _title(program)) if workbook else None)
        except BaseException:
            feeds.close()
            raise


def evaluate(
    program: ir.Program,
    feeds: Feeds,
    as_of: datetime.date,
    outputs: Sequence[ir.Output],
    engine: str,
    place: Workplace | SparkWorkplace | None = None,
    on_stage: Callable[[str], None] = lambda stage: None,
) -> None:
    """Fill `result."NAME"` for each output, by the engine named; `place` is where that works, if it does so elsewhere: what the
    feeds were loaded with. Raises Overflow, Conflicts, EngineFailure."""
    from incdsl.engines.errors import DoesNotFit
    from incdsl.results.conflicts import refuse_conflicts
    from incdsl.results.tables import store_rows

    names = [output.name for output in outputs]
    try:
        done = _fill(program, feeds, as_of, names, engine, place, on_stage)
    except DoesNotFit:
        done = False  # SQL cannot say in which row; the reference engine can, or finds that the number is not needed
    if not done:
        from incdsl.engines import reference

        feeds.bring()
        results = reference.evaluate(program, feeds.rows.loaded(), as_of, names)
        for output in outputs:
            store_rows(feeds.connection, output, results[output.name])
    refuse_conflicts(feeds.connection, outputs)


def _fill(
    program: ir.Program,
    feeds: Feeds,
    as_of: datetime.date,
    outputs: Sequence[str],
    engine: str,
    place: Workplace | SparkWorkplace | None,
    on_stage: Callable[[str], None],
) -> bool:
    """Evaluate with an engine that runs SQL; False when another one is asked for. Raises DoesNotFit, EngineFailure."""
    match engine:
        case "duckdb":
            from incdsl.engines import duckdb

            duckdb.evaluate(program, feeds.connection, as_of, outputs)
            return True
        case "postgres":
            from incdsl.engines import postgres
            from incdsl.feeds.export import csv_rows
            from incdsl.results.tables import store_csv

            assert isinstance(place, postgres.Workplace)
            postgres.evaluate(
                program,
                place.connection,
                as_of,
                outputs,
                rows=lambda name, columns: csv_rows(feeds.connection, program.relation(name), columns),
                store=lambda output, pieces: store_csv(feeds.connection, output, pieces),
                on_stage=on_stage,
                tables=place.tables,
            )
            return True
        case "spark":
            from incdsl.engines import spark

            assert isinstance(place, spark.Workplace)
            spark.evaluate(program, feeds.connection, as_of, outputs, place.session, feeds.files, on_stage, place.tables)
            return True
        case _:
            return False


def actions(
    program: ir.Program,
    data: Path | str,
    as_of: datetime.date,
    *,
    mapping: Path | None = None,
    out: Path | None = None,
    on_stage: Callable[[str], None] = lambda stage: None,
) -> Feeds:
    """Evaluate a program and fill `result.actions`. The caller closes the feeds. `out` is where the list is to be written, if
    anywhere. Raises FeedErrors, Overflow."""
    from incdsl.feeds import load_feeds
    from incdsl.feeds.spared import Destination
    from incdsl.results.actions import FILE, store_actions

    on_stage("reading the feeds")
    to = None if out is None else Destination(out, frozenset({FILE}))
    feeds = load_feeds(program, data, mapping=mapping, destination=to)
    try:
        on_stage("evaluating")
        evaluate(program, feeds, as_of, _without_values(program), "duckdb")
        store_actions(program, feeds.connection)
        return feeds
    except BaseException:
        feeds.close()
        raise


def readings(
    program: ir.Program,
    data: Path | str,
    as_of: datetime.date,
    *,
    mapping: Path | None = None,
    on_stage: Callable[[str], None] = lambda stage: None,
) -> dict[str, dict[str, Money]]:
    """What each parameter's other reading would change: by parameter and payment, the money with the reading of the
    program subtracted from the money with the other one. Raises FeedErrors, Overflow."""
    from incdsl.feeds import load_feeds
    from incdsl.results.assumptions import totals

    changes: dict[str, dict[str, Money]] = {}
    outputs = _without_values(program)
    on_stage("reading the feeds")
    with load_feeds(program, data, mapping=mapping) as feeds:
        evaluate(program, feeds, as_of, outputs, "duckdb")
        ours = totals(program, feeds.connection)
        for param in program.params:
            if param.other is None:
                continue
            on_stage(f"evaluating the other reading of {param.name}")
            other = [replace(p, value=p.other) if p.name == param.name else p for p in program.params]
            evaluate(replace(program, params=tuple(other)), feeds, as_of, outputs, "duckdb")
            theirs = totals(program, feeds.connection)
            changes[param.name] = {name: theirs[name] - ours[name] for name in ours}
    return changes


def _without_values(program: ir.Program) -> list[ir.Output]:
    return [output for output in program.outputs if output.name != "values"]


def explain(
    program: ir.Program,
    data: Path | str,
    as_of: datetime.date,
    where: Mapping[str, str],
    payment: str | None,
    mapping: Path | None = None,
) -> str:
    """Why payments are what they are. Raises FeedErrors, CannotExplain, Overflow."""
    from incdsl.feeds import load_feeds
    from incdsl.results import explain as explanation
    from incdsl.results.doubts import Doubts

    with load_feeds(program, data, mapping=mapping) as feeds:
        return explanation.explain(program, feeds.rows, as_of, where, payment, Doubts(program, feeds))


def build(program: ir.Program, target: str, dialect: str = "duckdb", prefix: str = "") -> dict[str, str]:
    """The files of a target, `json-schema`, `sql` or `dbt` (in a dialect), `python` or `core`: name, with `/` between folders,
    to text. `prefix` is what the names of the schemas that a script of SQL fills begin with. Raises UnsupportedInTarget for what
    the dialect or target cannot say."""
    match target:
        case "json-schema":
            from incdsl.backends import json_schema

            return {**json_schema.emit(program), **json_schema.describe(program)}
        case "sql":
            from incdsl.backends import sql

            names = [output.name for output in program.outputs]
            schemas = sql.Schemas(derived=f"{prefix}{sql.DERIVED}", result=f"{prefix}{sql.RESULT}")
            script = sql.emit(program, as_of=None, outputs=names, dialect=dialect, schemas=schemas)
            return {f"{program.name}.sql": sql.job(program, script, dialect, schemas)}
        case "python":
            from incdsl.backends import python

            return python.emit(program)
        case "dbt":
            from incdsl.backends.sql import dbt

            return dbt.emit(program, outputs=[output.name for output in program.outputs], dialect=dialect)
        case _:
            from incdsl.core.printer import print_program

            return {f"{program.name}.core": print_program(program)}
