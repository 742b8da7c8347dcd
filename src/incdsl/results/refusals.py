"""What became of the rows of the feeds, and why some were refused, for people."""

from __future__ import annotations

from collections.abc import Sequence

from incdsl.feeds import FeedCount, FeedNote, RefusedGroup
from incdsl.results.columns import aligned, shortened
from incdsl.results.show import counted

KINDS_SHOWN = 4
"""Kinds of fault that are listed; of the others only the number is said."""

_WIDTH = 100
_WHAT_TO_DO = {
    "unknown-reference": "correct the value, or add the row that it speaks of",
    "refused-reference": "mend the row that it speaks of, and these rows are used too",
    "duplicate-key": "keep the row that is right; both are refused until then",
    "overlapping-range": "let one end before the other begins; both are refused until then",
    "missing-value": "fill the field in",
    "broken-row": "mend the quotes and commas of the line",
}


def feeds_table(counts: Sequence[FeedCount]) -> list[str]:
    """A line per feed: rows read, used and refused; and all together."""
    rows = [["feed", "read", "used", "refused"]]
    rows += [[count.file, *(f"{number:,}" for number in (count.read, count.used, count.refused))] for count in counts]
    together = [sum(getattr(count, part) for count in counts) for part in ("read", "used", "refused")]
    rows.append(["together", *(f"{number:,}" for number in together)])
    return aligned(rows, [False, True, True, True])


def refusals(groups: Sequence[RefusedGroup], notes: Sequence[FeedNote] = ()) -> list[str]:
    """Like faults together, most frequent first, each with its first example and what to do; then the notes."""
    lines = []
    for group in groups[:KINDS_SHOWN]:
        field = f" in {group.field}" if group.field else ""
        advice = f"; {_WHAT_TO_DO[group.code]}" if group.code in _WHAT_TO_DO else ""
        lines.append(f"  {counted(group.lines, 'row')} of {group.file}: {group.code}{field}{advice}")
        lines.append(shortened(f"    line {group.example_line}: {group.example}", _WIDTH))
    if len(groups) > KINDS_SHOWN:
        rows = sum(group.lines for group in groups[KINDS_SHOWN:])
        lines.append(f"  and {counted(len(groups) - KINDS_SHOWN, 'more kind')} of fault, on {counted(rows, 'row')}")
    lines += [shortened(f"  note: {note.file}: {note.message}", _WIDTH) for note in notes]
    return lines
