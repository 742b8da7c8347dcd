"""The first sheet of a workbook of refused rows: how many, what is wrong with them, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from incdsl.feeds import Feeds
from incdsl.feeds.gate import percent
from incdsl.results.refusals import WHAT_TO_DO, in_words
from incdsl.results.show import counted
from incdsl.results.workbook_look import Look, height, quoted

if TYPE_CHECKING:  # only whoever asks for a workbook needs the library that writes it
    from xlsxwriter.worksheet import Worksheet

KINDS_LISTED = 200
"""Kinds of fault that are listed; a feed with more has something else wrong with it."""

_WIDTHS = (22, 46, 12, 10, 10, 64, 54)
_STEPS = (
    "Each file with rows that were not used has a sheet of its own. The marked cells are at fault; beside the number of the row "
    "stands what is wrong and, where it is known, how to write it. A row shows all its faults at once.",
    "Correct the rows where they come from, in the system or the file that was sent: the number is that of the row there. Then "
    "send the whole file again. This workbook is not read back.",
    "A row that stands twice is refused both times: keep the one that is right. A row that speaks of one that was refused is "
    "used as soon as that one is right.",
)


@dataclass(frozen=True)
class Place:
    """A sheet with so many refused rows of a file, from its line `first` through `last`."""

    file: str
    sheet: str
    rows: int
    first: int
    last: int


def columns_of_senders(feeds: Feeds) -> dict[str, dict[str, str]]:
    """By file, the columns that a mapping gives to fields of other names, by field: those are what a sender knows."""
    records = feeds.mapped.records if feeds.mapped is not None else {}
    return {
        count.file: {
            name: said.column.strip()
            for name, said in records[count.relation].fields.items()
            if said.column is not None and said.column.strip() != name
        }
        for count in feeds.counts
        if count.relation in records
    }


def write_summary(sheet: Worksheet, look: Look, feeds: Feeds, title: str, places: Sequence[Place]) -> None:
    """Fill the first sheet."""
    read, refused = sum(count.read for count in feeds.counts), sum(count.refused for count in feeds.counts)
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    last = len(_WIDTHS) - 1
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&Rpage &P of &N")
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, "Rows that were not used", look.title)
    said = f"{title}: {refused:,} of {counted(read, 'row')} ({percent(refused, read)})"
    sheet.merge_range(1, 0, 1, last - 1, said, look.paragraph)
    sheet.write_string(3, 0, "What to do", look.section)
    at = 4
    for number, step in enumerate(_STEPS, start=1):
        sheet.set_row(at, height((step, sum(_WIDTHS[:last]))))
        sheet.merge_range(at, 0, at, last - 1, f"{number}.  {step}", look.paragraph)
        at += 1
    at = _files(sheet, look, feeds, places, at + 1)
    _kinds(sheet, look, feeds, places, at + 1)


def _files(sheet: Worksheet, look: Look, feeds: Feeds, places: Sequence[Place], at: int) -> int:
    """A line for each file, with links to its sheets; the next free row."""
    sheet.write_string(at, 0, "Files", look.section)
    for column, name in enumerate(("file", "rows that were not used", "read", "used", "share")):
        sheet.write_string(at + 1, column, name, look.head)
    at += 2
    for count in feeds.counts:
        own = [place for place in places if place.file in count.parts]
        sheet.write_string(at, 0, count.file, look.value)
        if len(own) == 1:
            _link(sheet, look, at, 1, own[0], f"{count.refused:,}: see the sheet {own[0].sheet}")
        else:
            sheet.write_string(at, 1, f"{count.refused:,}" if count.refused else "none", look.value)
        sheet.write_number(at, 2, count.read, look.number)
        sheet.write_number(at, 3, count.used, look.number)
        sheet.write_string(at, 4, percent(count.refused, count.read), look.share)
        at += 1
        for place in own if len(own) > 1 else ():
            part = "" if place.file == count.file else f"{place.file}: "
            rows = f"{place.rows:,}, rows {place.first:,} to {place.last:,}: see the sheet {place.sheet}"
            _link(sheet, look, at, 1, place, part + rows)
            at += 1
    return at


def _kinds(sheet: Worksheet, look: Look, feeds: Feeds, places: Sequence[Place], at: int) -> None:
    """A line for each kind of fault, the most frequent first."""
    groups, called = feeds.refusals, columns_of_senders(feeds)
    sheet.write_string(at, 0, "What is wrong, most frequent first", look.section)
    names = ("file", "what is wrong", "rows", "share", "row", "for example", "what to do")
    for number, name in enumerate(names):
        sheet.write_string(at + 1, number, name, look.head)
    at += 2
    for group in groups[:KINDS_LISTED]:
        column = called.get(group.file, {}).get(group.field or "")
        what, example = (f"{column}: " if column else "") + in_words(group), quoted(group.example)
        advice = WHAT_TO_DO.get(group.code, "write it as the message says")
        sheet.set_row(at, height((what, _WIDTHS[1]), (example, _WIDTHS[5]), (advice, _WIDTHS[6])))
        first = next(place for place in places if place.file == group.example_file)
        _link(sheet, look, at, 0, first, group.file)
        sheet.write_string(at, 1, what, look.wrapped)
        sheet.write_number(at, 2, group.lines, look.number)
        sheet.write_string(at, 3, percent(group.lines, group.read), look.share)
        sheet.write_number(at, 4, group.example_line, look.number)
        sheet.write_string(at, 5, example, look.wrapped)
        sheet.write_string(at, 6, advice, look.wrapped)
        at += 1
    if len(groups) > KINDS_LISTED:
        more = counted(len(groups) - KINDS_LISTED, "more kind")
        sheet.write_string(at, 1, f"and {more}, on the sheets of their files", look.wrapped)


def _link(sheet: Worksheet, look: Look, row: int, column: int, place: Place, text: str) -> None:
    sheet.write_url(row, column, f"internal:'{place.sheet}'!A1", look.link, text)
