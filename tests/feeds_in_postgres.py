"""Feeds of files loaded into tables of a PostgreSQL database, with the types that such tables have."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import psycopg

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.engines.postgres import Workplace
from incdsl.feeds import Feeds, load_feeds, quoting
from incdsl.feeds.export import csv_rows


def column_type(type_: ty.Type) -> str:
    """The type that a careful designer gives a column that holds a field."""
    match ty.known(type_):
        case ty.Row(_, key):
            return column_type(key)
        case ty.Boolean():
            return "boolean"
        case ty.Date():
            return "date"
        case ty.Money(_, digits, scale) | ty.Number(digits, scale) | ty.Days(digits, scale) | ty.Percent(digits, scale):
            return f"numeric({digits},{scale})"
        case _:
            return "text"


def fill(server: str, program: ir.Program, folder: Path, *, only: Collection[str] | None = None) -> None:
    """Make a table for each feed, or for those of some relations, of the rows of a folder that can be used."""
    with psycopg.connect(server) as connection, load_feeds(program, folder) as feeds:
        for relation in _chosen(program, only):
            names = tuple(column.name for column in relation.stored)
            declared = [f"{quoting.identifier(column.name)} {column_type(column.type)}" for column in relation.stored]
            _execute(connection, f"CREATE TABLE {_table(relation)} ({', '.join(declared)})")
            with connection.cursor().copy(f"COPY {_table(relation)} FROM STDIN (FORMAT csv)".encode()) as copy:
                for piece in csv_rows(feeds.connection, relation, names):
                    copy.write(piece)


def fill_as_it_comes(server: str, program: ir.Program, folder: Path, *, only: Collection[str] | None = None) -> None:
    """Make a table for each feed of the rows of its CSV file that tables with types can hold, those at fault included."""
    with psycopg.connect(server) as connection:
        for relation in _chosen(program, only):
            assert isinstance(relation.source, ir.Feed)
            lines = (folder / f"{relation.source.file}.csv").read_bytes()
            names = lines.split(b"\n", 1)[0].decode().strip().split(",")
            types = {column.name: column_type(column.type) for column in relation.stored}
            texts = {name: _text(relation, name) for name in names}
            _execute(connection, f"CREATE TEMP TABLE came ({', '.join(f'{quoting.identifier(name)} text' for name in names)})")
            with connection.cursor().copy("COPY came FROM STDIN (FORMAT csv, HEADER)") as copy:
                copy.write(lines)
            read = ", ".join(f"({texts[name]})::{types[name]} AS {quoting.identifier(name)}" for name in names)
            held = " AND ".join(f"coalesce(pg_input_is_valid({texts[name]}, '{types[name]}'), true)" for name in names)
            _execute(connection, f"CREATE TABLE {_table(relation)} AS SELECT {read} FROM came WHERE {held}")
            _execute(connection, "DROP TABLE came")


def used_in_place(program: ir.Program, server: str, data: Path | str, *, refused_rows: int | None = None) -> set[str]:
    """Load feeds here, and as for a run on a server: the verdicts and the rows are the same; so many are refused, if it is said.
    The relations that are used where they lie."""
    with load_feeds(program, data) as here, Workplace(server) as place, load_feeds(program, data, server=place) as there:
        assert there.counts == here.counts
        assert refused_rows in (None, sum(count.refused for count in here.counts))
        assert there.notes == here.notes
        assert refused(there) == refused(here)
        there.bring()
        for relation in _chosen(program, None):
            assert there.rows.all(relation.name) == here.rows.all(relation.name)
        return set(there.in_place)


def refused(feeds: Feeds) -> list[tuple[object, ...]]:
    """All that is said of refused rows."""
    return feeds.connection.execute("SELECT * FROM result.refused ORDER BY ALL").fetchall()


def _text(relation: ir.Relation, name: str) -> str:
    """The text of a column of `came` as the type of its field takes it."""
    column, text = next(column for column in relation.stored if column.name == name), quoting.identifier(name)
    if isinstance(ty.known(column.type), ty.Percent):
        return f"CASE WHEN {text} ~ '^[0-9.]+%$' THEN (rtrim({text}, '%')::numeric / 100)::text ELSE {text} END"
    return text


def _chosen(program: ir.Program, only: Collection[str] | None) -> list[ir.Relation]:
    return [one for one in program.relations if isinstance(one.source, ir.Feed) and (only is None or one.name in only)]


def _table(relation: ir.Relation) -> str:
    assert isinstance(relation.source, ir.Feed)
    return quoting.identifier(relation.source.file)


def _execute(connection: psycopg.Connection, statement: str) -> None:
    connection.execute(statement.encode())
