"""A suggested mapping as the text of a `feeds.toml`, for people to read, keep and change."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds.mapping import FieldMapping
from incdsl.feeds.styles import CANONICAL, NUMBERS, Style, numbers_like
from incdsl.feeds.suggest.proposing import FieldProposal, Proposal, RecordProposal

_ALIGNED = 48
"""Characters of a line up to which the remarks beside lines stand under each other."""

_LONGEST_SAMPLE = 40


def toml(proposal: Proposal, program: str) -> str:
    """The text of a mapping with all that was suggested; `program` is the name of the program."""
    lines = [
        f"# How the files in this folder feed {program}. Written by `incdsl feeds init`; change what is not so, and see what it",
        "# does with `incdsl feeds check`. A value that is not written as said here is refused, with its line.",
    ]
    for record in proposal.records:
        if record.table is not None:
            lines += ["", *_section(record)]
    return "\n".join(lines) + "\n"


def _section(record: RecordProposal) -> list[str]:
    table, relation = record.table, record.relation
    assert table is not None
    lines = [f"[{relation.name}]" + (f"  # {_comment(relation.label)}" if relation.label else "")]
    lines.append(f"file = {_text(table.file)}")
    if table.inner is not None:
        lines.append(f"table = {_text(table.inner)}")
    if table.header_line is not None:
        lines.append(f"header_line = {table.header_line}  # what stands above it is not read")
    if table.encoding is not None:
        lines.append(f"encoding = {_text(table.encoding)}  # guessed, as the file is not UTF-8: check a name with accents")
    shared = _shared_dates(record.fields)
    if shared is not None:
        lines += _settings(Style(dates=shared.dates))
    lines.append(f"[{relation.name}.columns]")
    fields = [(_field(field, shared), _remark(field)) for field in record.fields]
    width = max((len(text) for text, _ in fields if len(text) <= _ALIGNED), default=0)
    lines += [f"{text:<{width}}  # {remark}" if remark else text for text, remark in fields]
    if record.unread:
        lines.append(f"# not read: {', '.join(_text(name) for name in record.unread)}")
    return lines


def _shared_dates(fields: Sequence[FieldProposal]) -> Style | None:
    """The style of the dates of a record when all are written alike, and not as in the program."""
    found = {field.mapping.style.dates for field in fields if _is_date(field.field) and field.mapping.column is not None}
    (dates, *others) = found or {CANONICAL.dates}
    return None if others or dates == CANONICAL.dates else Style(dates=dates)


def _field(field: FieldProposal, shared: Style | None) -> str:
    name, said = field.field.name, field.mapping
    if said.column is None:
        return f"{name} = {{ constant = {_text(said.constant or '')} }}"
    settings = _field_settings(said, shared if _is_date(field.field) else None)
    if not settings:
        return f"{name} = {_text(said.column)}"
    return f"{name} = {{ {', '.join([f'column = {_text(said.column)}', *settings])} }}"


def _field_settings(said: FieldMapping, shared: Style | None) -> list[str]:
    style = said.style if shared is None else Style(**{**vars(said.style), "dates": CANONICAL.dates})
    settings = _settings(style)
    if said.currency is not None:
        settings.insert(0, f"currency = {_text(said.currency.column)}")
    return settings


def _settings(style: Style) -> list[str]:
    lines = []
    numbers, dates = style.numbers, style.dates
    if (numbers.point, numbers.group) != (CANONICAL.numbers.point, CANONICAL.numbers.group):
        example = next(one for one in NUMBERS if numbers_like(one) == (numbers.point, numbers.group))
        lines.append(f"numbers = {_text(example)}")
    if numbers.minus != "-1":
        lines.append(f"negatives = {_text(numbers.minus)}")
    if numbers.symbols:
        lines.append(f"symbols = {_texts(numbers.symbols)}")
    if style.percents != CANONICAL.percents:
        lines.append(f"percents = {_text(style.percents)}")
    if dates.pattern != CANONICAL.dates.pattern:
        lines.append(f"dates = {_text(dates.pattern)}")
    if dates.century is not None:
        lines.append(f"century = {dates.century}")
    if dates.times != "none":
        lines.append(f"times = {_text(dates.times)}")
    if (style.yes, style.no) != (CANONICAL.yes, CANONICAL.no):
        lines += [f"yes = {_texts(style.yes)}", f"no = {_texts(style.no)}"]
    if style.blanks:
        lines.append(f"blank = {_texts(style.blanks)}")
    if style.values:
        pairs = ", ".join(f"{_text(found)} = {_text(meant)}" for found, meant in style.values)
        lines.append(f"values = {{ {pairs} }}")
    return lines


def _remark(field: FieldProposal) -> str:
    """What the field is, and a value, so that a wrong column shows."""
    label = (field.field.label or field.field.name).split(";")[0]
    if field.match.column is None:
        return f"{_comment(label)}: no column, the same in every row"
    return f"{_comment(label)}: {_comment(field.sample)}" if field.sample else f"{_comment(label)}: blank in every row"


def _is_date(stored: ir.StoredColumn) -> bool:
    known = ty.known(stored.type)
    return (known.key if isinstance(known, ty.Row) else known) == ty.DATE


def _comment(text: str) -> str:
    """A text on one line, cut off when it is long."""
    plain = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    return plain if len(plain) <= _LONGEST_SAMPLE else plain[:_LONGEST_SAMPLE] + "…"


def _texts(values: Sequence[str]) -> str:
    return _text(values[0]) if len(values) == 1 else f"[{', '.join(map(_text, values))}]"


def _text(value: str) -> str:
    """A basic string of TOML, whose escapes are those of JSON and one more."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
