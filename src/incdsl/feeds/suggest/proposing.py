"""A whole mapping, suggested: which table feeds which record, which column which field, and how each is written.

What is not decided by the files is a question; a proposal with questions is not to be written.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds.connections import connect
from incdsl.feeds.errors import FeedError, FeedErrors, NoFolder
from incdsl.feeds.mapping import CurrencyColumn, FieldMapping
from incdsl.feeds.sources import HeaderLike
from incdsl.feeds.suggest.deciding import Decision, decide
from incdsl.feeds.suggest.matching import Match, header_like, match_columns, table_score
from incdsl.feeds.suggest.names import words
from incdsl.feeds.suggest.questions import Answers, Option, Question
from incdsl.feeds.suggest.tables import Column, Table, read_table, tables_of

_FITS_FROM = 35
_CLOSE_TABLES = 6


@dataclass(frozen=True)
class FieldProposal:
    """How a field is to be filled, from which column if any, and why; `decision` is how it is written. While it
    `is_open`, nothing is known to fill it; `note` is what else there is to say."""

    field: ir.StoredColumn
    match: Match
    mapping: FieldMapping
    decision: Decision | None = None
    is_open: bool = False
    note: str | None = None

    @property
    def sample(self) -> str:
        """A value of the column, as it stands there; empty when there is none."""
        column = self.match.column
        return column.sample[len(column.sample) // 2] if column is not None and column.sample else ""


@dataclass(frozen=True)
class RecordProposal:
    """The table that is to feed a record, None when none is, and its fields."""

    relation: ir.Relation
    table: Table | None
    fields: tuple[FieldProposal, ...] = ()

    @property
    def unread(self) -> tuple[str, ...]:
        """The names of the columns of the table that no field is read from."""
        used = {field.mapping.column for field in self.fields}
        used |= {field.mapping.currency.column for field in self.fields if field.mapping.currency}
        return tuple(column.name for column in self.table.columns if column.name not in used) if self.table else ()


@dataclass(frozen=True)
class Proposal:
    """A suggested mapping, the questions that are open, and the tables that feed nothing, or cannot be read."""

    records: tuple[RecordProposal, ...]
    questions: tuple[Question, ...]
    unread: tuple[str, ...]


def propose(program: ir.Program, directory: Path, answers: Answers) -> Proposal:
    """Look at the files of a folder and suggest a mapping for the records of a program.

    Raises FeedErrors when the folder cannot be read, and UnusableAnswer for an answer to what is no question.
    """
    feeds = [relation for relation in program.relations if isinstance(relation.source, ir.Feed)]
    answers.check({relation.name: tuple(column.name for column in relation.stored) for relation in feeds})
    with tempfile.TemporaryDirectory(prefix="incdsl-") as scratch, connect({"temp_directory": scratch}) as connection:
        connection.execute("CREATE SCHEMA staged")
        faults: list[FeedError] = []
        try:
            places = tables_of(directory)
        except OSError as error:
            raise FeedErrors((NoFolder(str(directory), directory.exists()),)) from error
        like = header_like(feeds)

        def read(file: str, inner: str | None, number: int, header: HeaderLike | int) -> Table | None:
            match read_table(connection, directory, file, inner, Path(scratch), number, header):
                case Table() as table:
                    return table
                case broken:
                    faults.extend(broken)
                    return None

        tables = [table for at, place in enumerate(places) if (table := read(*place, at, like)) is not None]

        def read_again(table: Table, line: int) -> Table | None:
            return read(table.file, table.inner, len(places) + tables.index(table), line)

        proposer = _Proposer(program, connection, tables, answers, read_again)
        proposal = proposer.propose(feeds)
        return replace(proposal, unread=(*proposal.unread, *(fault.message() for fault in faults)))


class _Proposer:
    """Puts a proposal together; `read_again` reads a table whose header a person says to be on another line."""

    def __init__(
        self,
        program: ir.Program,
        connection: duckdb.DuckDBPyConnection,
        tables: list[Table],
        answers: Answers,
        read_again: Callable[[Table, int], Table | None],
    ) -> None:
        self.read_again = read_again
        self.connection = connection
        self.tables = tables
        self.answers = answers
        self.questions: list[Question] = []
        self.keys: dict[str, frozenset[str]] = {}
        for relation in program.relations:
            if isinstance(relation.source, ir.Rows) and len(relation.key) == 1:
                at = next(at for at, column in enumerate(relation.stored) if column.name == relation.key[0])
                self.keys[relation.name] = frozenset(str(row[at]) for row in relation.source.rows)

    def propose(self, feeds: list[ir.Relation]) -> Proposal:
        chosen = self._tables(feeds)
        used = {id(table) for table in chosen.values()}
        for name, table in list(chosen.items()):
            line = self.answers.number(name, "header:")
            again = None if line is None else self.read_again(table, line)
            if again is not None:
                chosen[name] = again
        for relation in feeds:
            self._learn_keys(relation, chosen.get(relation.name))
        records = tuple(self._record(relation, chosen.get(relation.name)) for relation in feeds)
        unread = tuple(f"{table.name} feeds no record" for table in self.tables if id(table) not in used)
        return Proposal(records, tuple(self.questions), unread)

    def _tables(self, feeds: list[ir.Relation]) -> dict[str, Table]:
        """The table of each record: the best pairs first, each table once, unless a person says otherwise."""
        chosen: dict[str, Table] = {}
        for relation in feeds:
            named = self.answers.get(relation.name, "file:")
            if named is not None:
                chosen[relation.name] = self.answers.pick(relation.name, named, {table.name: table for table in self.tables})
        scores = {
            (relation.name, at): table_score(relation, table, self.keys)
            for relation in feeds
            for at, table in enumerate(self.tables)
            if relation.name not in chosen
        }
        taken = {id(table) for table in chosen.values()}
        for (name, at), score in sorted(scores.items(), key=lambda pair: -pair[1]):
            table = self.tables[at]
            if score >= _FITS_FROM and name not in chosen and id(table) not in taken:
                chosen[name] = table
                taken.add(id(table))
        for relation in feeds:
            if self.answers.get(relation.name, "file:") is None:
                self._ask_for_table(relation, chosen, taken, scores)
        return chosen

    def _ask_for_table(
        self, relation: ir.Relation, chosen: dict[str, Table], taken: set[int], scores: Mapping[tuple[str, int], int]
    ) -> None:
        name = relation.name
        mine = max((scores[name, at] for at, table in enumerate(self.tables) if table is chosen.get(name)), default=0)
        free = [(at, table) for at, table in enumerate(self.tables) if id(table) not in taken]
        if name in chosen:
            rivals = [table for at, table in free if scores[name, at] > mine - _CLOSE_TABLES]
            if rivals:
                options = [Option(f"file:{table.name}", f"{table.rows:,} rows") for table in [chosen[name], *rivals]]
                self.questions.append(Question(f"which file feeds `{name}`? more than one looks like it", tuple(options), name))
        elif self.answers.get(name, "none") is None:
            options = [Option(f"file:{table.name}", f"{table.rows:,} rows") for _, table in free]
            options.append(Option("none", "leave it out of the mapping: a file of its own name feeds it"))
            self.questions.append(Question(f"which file feeds `{name}`? none looks like it", tuple(options), name))

    def _learn_keys(self, relation: ir.Relation, table: Table | None) -> None:
        if table is None or len(relation.key) != 1 or not isinstance(relation.key[0], str):
            return
        match = next(one for one in self._matches(relation, table) if one.field.name == relation.key[0])
        if match.column is not None:
            rows = self.connection.execute(f"SELECT DISTINCT trim({match.column.raw}, ' ') FROM {table.view}").fetchall()
            self.keys[relation.name] = frozenset(value for (value,) in rows if value)

    def _matches(self, relation: ir.Relation, table: Table) -> tuple[Match, ...]:
        names = {column.name: column.name for column in table.columns}
        said: dict[str, str] = {}
        for column in relation.stored:
            subject = f"{relation.name}.{column.name}"
            named = self.answers.get(subject, "column:")
            if named is not None:
                said[column.name] = self.answers.pick(subject, named, names)
        return match_columns(relation, table, self.keys, said)

    def _record(self, relation: ir.Relation, table: Table | None) -> RecordProposal:
        if table is None:
            return RecordProposal(relation, None)
        matches = self._matches(relation, table)
        currency = _currency_column(table, matches)
        taken = frozenset(match.column.position for match in matches if match.column is not None)
        fields = tuple(self._field(relation, table, match, currency, taken) for match in matches)
        return RecordProposal(relation, table, fields)

    def _field(
        self, relation: ir.Relation, table: Table, match: Match, currency: Column | None, taken: frozenset[int]
    ) -> FieldProposal:
        stored, subject = match.field, f"{relation.name}.{match.field.name}"
        constant = self.answers.get(subject, "constant:")
        if constant is not None or self.answers.get(subject, "blank") is not None:
            return FieldProposal(stored, replace(match, column=None), FieldMapping(stored.name, constant=constant or ""))
        if match.column is None:
            self._ask_for_column(table, match, subject, taken)
            return FieldProposal(stored, match, FieldMapping(stored.name, constant=""), is_open=True)
        if match.rivals and self.answers.get(subject, "column:") is None:
            options = [Option(f"column:{one.name}", _such_as(one)) for one in (match.column, *match.rivals)]
            text = f"which column of {table.name} is `{stored.name}`? {len(options)} fit about equally"
            self.questions.append(Question(text, tuple(options), subject))
        self._ask_for_currency(table, match, subject)
        decision = decide(self.connection, table, match.column, stored, self.answers.other(subject))
        if decision.question is not None:
            self.questions.append(replace(decision.question, subject=subject))
        mapping = FieldMapping(stored.name, column=match.column.name, style=decision.style)
        money = ty.known(stored.type)
        if currency is None or not isinstance(money, ty.Money):
            return FieldProposal(stored, match, mapping, decision)
        mapping = replace(mapping, currency=CurrencyColumn(currency.name))
        note = self._in_other_currencies(table, currency, money.currency)
        return FieldProposal(stored, match, mapping, decision, note=note)

    def _in_other_currencies(self, table: Table, column: Column, currency: str) -> str | None:
        ((rows, other),) = self.connection.execute(
            f"SELECT count(*), min({column.raw}) FROM {table.view} WHERE coalesce(trim({column.raw}, ' '), '') <> ?", [currency]
        ).fetchall()
        such = f"such as `{other}`" if other else "all blank"
        what = "1 row is" if rows == 1 else f"{rows:,} rows are"
        return f"{what} not in {currency} by `{column.name}`, {such}: refused" if rows else None

    def _ask_for_column(self, table: Table, match: Match, subject: str, taken: frozenset[int]) -> None:
        """No column is like a field: a required one needs an answer, and so does one that the file would leave blank."""
        columns = sorted(table.columns, key=lambda column: column.position in taken)
        options = [Option(f"column:{column.name}", _such_as(column)) for column in columns]
        options.append(Option("constant:VALUE", "the same value in every row"))
        if isinstance(match.field.type, ty.Optional):
            options.append(Option("blank", "blank in every row"))
        label = f" ({match.field.label})" if match.field.label else ""
        text = f"which column of {table.name} is `{match.field.name}`{label}? none looks like it"
        self.questions.append(Question(text, tuple(options), subject))

    def _ask_for_currency(self, table: Table, match: Match, subject: str) -> None:
        """A column that is called after another currency than the field's is not the field without a word."""
        money = ty.known(match.field.type)
        if not isinstance(money, ty.Money) or match.column is None or self.answers.get(subject, "column:") is not None:
            return
        said = re.search(r"\b(USD|EUR|GBP|JPY|CHF|CNY|AUD|CAD|SEK|NOK|DKK|PLN|CZK|INR|BRL|MXN)\b", match.column.name)
        if said is not None and said[1] != money.currency:
            called = f"`{match.column.name}` of {table.name} is called after {said[1]}"
            text = f"{called}, and `{match.field.name}` is in {money.currency}"
            option = Option(f"column:{match.column.name}", "it is the column, whatever it is called")
            self.questions.append(Question(text, (option,), subject))


def _currency_column(table: Table, matches: tuple[Match, ...]) -> Column | None:
    """The column that says the currency of amounts: called so, and with codes in it."""
    used = {match.column.position for match in matches if match.column is not None}
    found = [
        column
        for column in table.columns
        if column.position not in used
        and "currency" in words(column.name)
        and column.sample
        and all(re.fullmatch(r"[A-Z]{3}", value) for value in column.sample)
    ]
    return found[0] if len(found) == 1 else None


def _such_as(column: Column) -> str:
    return f"such as `{column.sample[0]}`" if column.sample else "blank in every row"
