"""Diagnostics as text for people, as lines for tools, and as JSON for programs.

    error[unknown-name]: there is no `amuont` in `Purchase`
      --> vip25.inc:42:23
       |
    42 |   let volume = sum of amuont over Purchase
       |                       ^^^^^^
       |
       help: did you mean `amount`?

Nothing here reads files, knows the terminal or decides what is an error. Importing it is cheap: `incdsl check`
has half a second, start included.
"""

from __future__ import annotations

import json
import textwrap
import unicodedata
from collections.abc import Sequence
from itertools import groupby

from incdsl.diagnostic import Diagnostic, Label
from incdsl.source import Source, Span

WIDTH = 100
"""Columns after which prose goes on in the next line and source lines are cut."""

FORMATS = ("text", "concise", "json")

_TAB = "    "
_STYLES = {"error": "1;31", "warning": "1;33", "frame": "34", "second": "1;34", "help": "1;36", "bold": "1"}


def render(diagnostics: Sequence[Diagnostic], format: str = "text", color: bool = False) -> str:
    """The diagnostics, in the order given, in one of `FORMATS`.

    Text and concise end with a line that counts them and are empty when there are none; JSON is always a list.
    `color` adds ANSI colours to the text format and means nothing to the others.
    """
    match format:
        case "json":
            return json.dumps([_as_object(d) for d in diagnostics], indent=2, ensure_ascii=False) + "\n"
        case "concise":
            lines = [f"{_place(d.span)}: {d.severity}[{d.code}] {d.message()}\n" for d in diagnostics]
        case "text":
            lines = [_as_text(d, _Paint(color)) + "\n" for d in diagnostics]
        case _:
            raise ValueError(f"unknown format {format!r}: one of {', '.join(FORMATS)}")
    return "".join([*lines, count(diagnostics) + "\n"]) if lines else ""


def count(diagnostics: Sequence[Diagnostic]) -> str:
    """How many there are of each severity: "3 errors, 1 warning", or "no errors"."""
    parts = []
    for severity in ("error", "warning"):
        number = sum(d.severity == severity for d in diagnostics)
        if number:
            parts.append(f"{number} {severity}{'s' if number > 1 else ''}")
    return ", ".join(parts) or "no errors"


# --- JSON --------------------------------------------------------------------------------------------------


def _as_object(diagnostic: Diagnostic) -> dict[str, object]:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        **_span_object(diagnostic.span),
        "message": diagnostic.message(),
        "label": diagnostic.label(),
        "help": diagnostic.help(),
        "related": [{**_span_object(label.span), "text": label.text} for label in diagnostic.related()],
    }


def _span_object(span: Span) -> dict[str, object]:
    end_line, end_column = span.source.position(span.end)
    return {"path": span.source.path, "line": span.line, "column": span.column, "end_line": end_line, "end_column": end_column}


# --- text --------------------------------------------------------------------------------------------------


class _Paint:
    """Colours text when asked to."""

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.on and text else text


def _place(span: Span) -> str:
    return f"{span.source.path}:{span.line}:{span.column}"


def _as_text(diagnostic: Diagnostic, paint: _Paint) -> str:
    head = f"{diagnostic.severity}[{diagnostic.code}]"
    first, *rest = _wrap(f"{head}: {diagnostic.message()}", WIDTH, indent="  ")
    lines = [paint(diagnostic.severity, head) + paint("bold", first.removeprefix(head))]
    lines += [paint("bold", line) for line in rest]

    related = list(diagnostic.related())
    beside = diagnostic.label()
    if not beside:  # what is said of the same place stands beside its carets, not under them
        beside = next((label.text for label in related if label.span == diagnostic.span), "")
        related = [label for label in related if label.span != diagnostic.span]
    marks = [_Mark(Label(diagnostic.span, beside), "^", diagnostic.severity)]
    marks += [_Mark(label, "-", "second") for label in related]
    gutter = len(str(max(mark.line for mark in marks)))
    bar = " " * gutter + " " + paint("frame", "|")
    for source, group in _by_source(marks):
        arrow = "-->" if source is diagnostic.span.source else ":::"
        lines.append(" " * gutter + paint("frame", arrow) + " " + _place(group[0].label.span))
        lines += _excerpt(source, group, gutter, bar, paint)

    indent = " " * (gutter + 1)
    for number, paragraph in enumerate(diagnostic.help().split("\n")):
        start = "help: " if number == 0 else "      "
        wrapped = _wrap(paragraph, WIDTH - gutter - 7)
        for offset, text in enumerate(wrapped):
            shown = paint("help", start) if number == 0 and offset == 0 else "      "
            lines.append((indent + shown + text).rstrip())
    return "\n".join(lines) + "\n"


def _wrap(text: str, width: int, indent: str = "") -> list[str]:
    """The text in lines of at most `width` columns, whole words, later lines indented; at least one line."""
    return textwrap.wrap(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


class _Mark:
    """A label with the sign that underlines it."""

    def __init__(self, label: Label, sign: str, style: str) -> None:
        self.label, self.sign, self.style = label, sign, style
        self.line = label.span.line


def _by_source(marks: list[_Mark]) -> list[tuple[Source, list[_Mark]]]:
    """The marks per source, the first mark's source first."""
    sources: list[tuple[Source, list[_Mark]]] = []
    for mark in marks:
        for source, group in sources:
            if source is mark.label.span.source:
                group.append(mark)
                break
        else:
            sources.append((mark.label.span.source, [mark]))
    return sources


def _excerpt(source: Source, marks: list[_Mark], gutter: int, bar: str, paint: _Paint) -> list[str]:
    """The lines of a source that the marks are on, each with its marks beneath."""
    if not source.text:
        return []
    lines = [bar]
    previous: int | None = None
    for number, group in groupby(sorted(marks, key=lambda m: (m.line, m.label.span.start)), key=lambda m: m.line):
        if previous is not None and number > previous + 1:
            lines.append(paint("frame", "." * (gutter + 2)))
        previous = number
        members = list(group)
        shown = _Shown(source.line_text(number), [m.label.span for m in members], WIDTH - gutter - 3)
        lines.append(f"{paint('frame', f'{number:>{gutter}} |')} {shown.text}".rstrip())
        for mark in members:
            start, length = shown.extent(mark.label.span)
            lines += _underline(mark, start, length, WIDTH - gutter - 3, bar, paint)
    lines.append(bar)
    return lines


def _underline(mark: _Mark, start: int, length: int, room: int, bar: str, paint: _Paint) -> list[str]:
    """The line of signs under a place, with its label beside it, or below where it would run past the edge."""
    signs = f"{bar} {' ' * start}{paint(mark.style, mark.sign * length)}"
    text = mark.label.text
    if not text:
        return [signs]
    if start + length + 1 + _width(text) <= room:
        return [f"{signs} {paint(mark.style, text)}"]
    indent = min(start, room // 2)
    wrapped = _wrap(text, room - indent)
    return [signs, *(f"{bar} {' ' * indent}{paint(mark.style, line)}" for line in wrapped)]


class _Shown:
    """A source line as it is printed: tabs widened, control characters replaced, cut to `room` columns around
    the places to show."""

    def __init__(self, line: str, spans: list[Span], room: int) -> None:
        cells = [_cell(character) for character in line]
        self.starts = [0]
        for cell in cells:
            self.starts.append(self.starts[-1] + _width(cell))
        self.first = 0
        last = len(cells)
        if self.starts[-1] > room:
            column = min(span.column for span in spans) - 1
            while self.first < column and self.starts[min(column + 20, len(cells))] - self.starts[self.first] > room - 2:
                self.first += 1
            while self.starts[last] - self.starts[self.first] > room - 2:
                last -= 1
        self.last = last
        self.lead = "…" if self.first else ""
        self.text = self.lead + "".join(cells[self.first : last]) + ("…" if last < len(cells) else "")

    def extent(self, span: Span) -> tuple[int, int]:
        """Where the signs under a span start and how many there are, in columns of the printed line. A span over
        several lines is underlined to the end of its first one; an empty one gets one sign."""
        start = min(max(span.column - 1, self.first), len(self.starts) - 1)
        end = min(max(start, span.column - 1 + span.end - span.start), self.last)
        offset = self.starts[start] - self.starts[self.first] + len(self.lead)
        return offset, max(self.starts[max(end, start)] - self.starts[start], 1)


def _cell(character: str) -> str:
    if character == "\t":
        return _TAB
    return "\ufffd" if unicodedata.category(character) in ("Cc", "Cf") else character


def _width(text: str) -> int:
    """Columns a text takes on a terminal."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
