"""Mappings for people: one that is suggested, with why and what is open; and one that is there, with what it does."""

from __future__ import annotations

from incdsl.core import ir
from incdsl.feeds import Feeds
from incdsl.feeds.mapping.describe import filled, written
from incdsl.feeds.quoting import identifier
from incdsl.feeds.quoting import written as quoted_value
from incdsl.feeds.suggest.proposing import FieldProposal, Proposal, RecordProposal
from incdsl.feeds.suggest.questions import Question
from incdsl.results.columns import aligned, shortened
from incdsl.results.refusals import feeds_table
from incdsl.results.show import counted

_WIDTH = 110
_COLUMN, _SAMPLE = 26, 24
OPTIONS_SHOWN = 8


def proposed(proposal: Proposal) -> str:
    """A suggested mapping: for each record its file, and for each field its column, why, a value, and how sure that is."""
    lines: list[str] = []
    for record in proposal.records:
        lines += [*_record(record), ""]
    lines += [shortened(f"note: {what}: not read", _WIDTH) for what in proposal.unread]
    return "\n".join(lines).rstrip() + "\n"


def open_questions(questions: tuple[Question, ...]) -> str:
    """The questions, each with the options that answer it."""
    lines: list[str] = []
    for question in questions:
        asked, _, why = question.text.partition("? ")
        lines.append(f"question: {asked}?" if why else f"question: {asked}")
        lines += [f"  {why}"] if why else []
        shown = question.options[:OPTIONS_SHOWN]
        rows = [[f'--answer "{question.subject}={option.answer}"', option.meaning] for option in shown]
        lines += [shortened(line, _WIDTH) for line in aligned(rows, [False, False])]
        if len(question.options) > len(shown):
            lines.append(f"  and {counted(len(question.options) - len(shown), 'more column')}")
    return "\n".join(lines) + "\n"


def checked(program: ir.Program, feeds: Feeds) -> str:
    """What a mapping does to the files that it is used on: for each record, what fills each field, and the first value read."""
    lines: list[str] = []
    counts = {count.relation: count for count in feeds.counts}
    for relation in program.relations:
        if relation.name not in counts:
            continue
        count = counts[relation.name]
        lines.append(f"{relation.name} <- {count.file} ({counted(count.read, 'row')})")
        record = feeds.mapped.records.get(relation.name) if feeds.mapped else None
        names = ", ".join(identifier(column.name) for column in relation.stored)
        first = feeds.connection.execute(
            f"SELECT {names} FROM feed.{identifier(relation.name)} ORDER BY {names} LIMIT 1"
        ).fetchone()
        rows = [["field", "filled by", "written", "first value read"]]
        for at, column in enumerate(relation.stored):
            said = record.field_of(column.name) if record else None
            value = quoted_value(first[at], column.type) if first is not None and first[at] is not None else ""
            rows.append(
                [
                    column.name,
                    shortened(filled(said), 2 * _COLUMN) if said else column.name,
                    written(said.style, column.type) if said and said.column else "",
                    shortened(value, _SAMPLE),
                ]
            )
        lines += [*aligned(rows, [False, False, False, False]), ""]
    return "\n".join([*lines, *feeds_table(feeds.counts)]) + "\n"


def _record(record: RecordProposal) -> list[str]:
    if record.table is None:
        return [f"{record.relation.name} <- no file"]
    head = f"{record.relation.name} <- {record.table.name} ({counted(record.table.rows, 'row')})"
    if record.table.encoding is not None:
        head += f", read as {record.table.encoding}: check a name with accents"
    if record.table.header_line is not None:
        line = f"the names of its columns are on line {record.table.header_line}"
        head += f'; {line} (if not: --answer "{record.relation.name}=header:NUMBER")'
    rows = [["field", "column", "such as", "written", "why", "sure"]]
    rows += [_field(field) for field in record.fields]
    lines = [head, *(shortened(line, _WIDTH + 20) for line in aligned(rows, [False] * 6))]
    for field in record.fields:
        decision = field.decision
        lines += [f"  note: {field.note}"] if field.note else []
        if decision is not None and decision.misfits:
            values = counted(decision.misfits, "value")
            lines.append(f"  note: {values} of {field.field.name} cannot be read so, such as `{decision.example}`: refused")
    if record.unread:
        lines.append(shortened(f"  not read: {', '.join(record.unread)}", _WIDTH))
    return lines


def _field(field: FieldProposal) -> list[str]:
    column = field.match.column
    return [
        field.field.name,
        "?" if field.is_open else shortened(filled(field.mapping), _COLUMN),
        shortened(" ".join(field.sample.split()), _SAMPLE),
        written(field.mapping.style, field.field.type) if column is not None else "",
        _why(field),
        field.match.confidence if column is not None else "",
    ]


def _why(field: FieldProposal) -> str:
    match = field.match
    if field.is_open:
        return "no column is like it"
    if match.column is None:
        return "as answered"
    named = "same name" if match.likeness >= 90 else "name alike" if match.likeness >= 50 else "by its values"
    return named if match.fit is None else f"{named}, {match.fit}% fit"
