"""What became of the rows of the feeds, and why some were refused, for people."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from incdsl.feeds import FeedCount, FeedNote, RefusedGroup
from incdsl.feeds.gate import percent
from incdsl.results.columns import aligned, shortened
from incdsl.results.show import counted

KINDS_SHOWN = 4
"""Kinds of fault that are listed where nothing is said of the height of the screen; of the others only the number is said."""

WIDTH = 100
_PLAIN = {
    "unknown-reference": "not known",
    "refused-reference": "names a row that was refused itself",
    "duplicate-key": "stands twice",
    "overlapping-range": "overlaps with another row",
    "ends-before-start": "ends before it starts",
    "missing-value": "blank",
    "broken-row": "broken lines",
    "out-of-range": "out of range",
    "not-like": "not in the form it should have",
    "wrong-length": "too short or too long",
    "condition": "breaks a rule of the record",
    "too-many-decimals": "too many decimals",
    "too-many-digits": "too many digits",
}
"""The codes of faults in words that follow the name of a field; of the others the code itself will do."""

WHAT_TO_DO = {
    "unknown-reference": "correct the value, or add the row that it speaks of",
    "refused-reference": "mend the row that it speaks of, and these rows are used too",
    "duplicate-key": "keep the row that is right; all of them are refused until then",
    "overlapping-range": "let one end before the other begins; both are refused until then",
    "ends-before-start": "correct the first day or the last",
    "missing-value": "fill the field in",
    "broken-row": "mend the quotes and commas of the line",
    "condition": "correct the value that is wrong; the message names those that do not go together",
    "out-of-range": "correct the value; the message says what is accepted",
    "not-like": "write it as the message shows",
    "wrong-length": "correct the value; the message says how many are accepted",
}
"""What the sender of a feed can do about faults of a code, where the message of each does not say it."""


def feeds_table(counts: Sequence[FeedCount]) -> list[str]:
    """A line per feed: rows read, used and refused; and all together."""
    rows = [["feed", "read", "used", "refused", ""]]
    rows += [_numbers(count.file, count.read, count.used, count.refused) for count in counts]
    rows.append(_numbers("together", *(sum(getattr(count, part) for count in counts) for part in ("read", "used", "refused"))))
    return aligned(rows, [False, True, True, True, True])


def refusals(
    groups: Sequence[RefusedGroup], notes: Sequence[FeedNote] = (), *, shown: int = KINDS_SHOWN, width: int = WIDTH
) -> list[str]:
    """Like faults together, most frequent first, each with its first example; then the notes. `width` is that of a line."""
    lines = []
    for group in groups[:shown]:
        share = percent(group.lines, group.read)
        lines.append(shortened(f"  {counted(group.lines, 'row')} ({share}) of {group.file}: {in_words(group)}", width))
        lines.append(shortened(f"    {group.place}: {group.example}", width))
    if len(groups) > shown:
        rows = sum(group.lines for group in groups[shown:])
        lines.append(f"  and {counted(len(groups) - shown, 'more kind')} of fault, on {counted(rows, 'row')}")
    lines += [shortened(f"  note: {note.file}: {note.message}", width) for note in notes]
    return lines


def in_words(group: RefusedGroup) -> str:
    """What is wrong with the rows of a group: "product, a dash is missing"."""
    what = _PLAIN.get(group.code, group.code.replace("-", " "))
    if group.pattern:
        what = f"{what}: {group.pattern}"
    return f"{group.field} {what}" if group.field else what


def what_next(refused: int, written: Sequence[str], width: int = WIDTH) -> list[str]:
    """What to do about refused rows; `written` are the files that list them."""
    if not refused:
        return []
    if written:
        text = f"Every refused row, with all that is wrong with it, is in {' and '.join(written)}."
    else:
        text = "`--out DIR` writes every refused row with all that is wrong with it, `--refused-as xlsx` a workbook to send back."
    text += " Mend the feeds where they come from, and validate again."
    return textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def _numbers(name: str, read: int, used: int, refused: int) -> list[str]:
    return [name, f"{read:,}", f"{used:,}", f"{refused:,}", percent(refused, read) if refused else ""]
