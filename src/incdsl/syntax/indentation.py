"""Corrects the indentation of a line that makes sense elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace

from incdsl.diagnostic import Diagnostic
from incdsl.source import Source
from incdsl.syntax.errors.indentation import BadIndentation
from incdsl.syntax.layout import Line
from incdsl.syntax.machine import Stop


@dataclass(frozen=True, eq=False)
class Correction:
    """Lines to stand in the place of those from index `start` up to, not including, `end`; and what to say
    about it: nothing when it was said of a line before."""

    start: int
    end: int
    lines: tuple[Line, ...]
    diagnostic: Diagnostic | None


def correct(source: Source, stop: Stop) -> Correction | None:
    """Moves the line where reading stopped to where all of it can be read; None when there is no such place."""
    if stop.line == 0 or stop.position != 0:
        return None
    outlier = _outlier(source, stop)
    if outlier is not None:
        return outlier
    line, above = stop.lines[stop.line], stop.lines[stop.line - 1]
    for indent in _candidates(stop):
        if stop.reader.can_read(stop.line, [replace(line, indent=indent)]):
            width = len(line.written)
            said = line.excused or indent == width or (above.excused and above.written == line.written)
            place, over = source.span(line.start, line.end), source.span(above.start, above.end)
            diagnostic = None if said else BadIndentation(place, line.word, width, (indent,), over)
            moved = _move(stop, indent)
            return Correction(stop.line, stop.line + len(moved), moved, diagnostic)
    return None


def _outlier(source: Source, stop: Stop) -> Correction | None:
    """Moves the lines above out to where reading stopped, when they are fewer than those that stand there."""
    if stop.mark != "uneven":
        return None
    lines, here = stop.lines, stop.lines[stop.line].indent
    inner = min(level for level in stop.levels if level > here)
    first = stop.line
    while lines[first - 1].indent >= inner:
        first -= 1
    above = [line.indent for line in lines[first : stop.line]].count(inner)
    below, after = 0, stop.line
    while after < len(lines) and lines[after].indent >= here and below <= above:
        below += lines[after].indent == here
        after += 1
    if below <= above:
        return None
    moved = tuple(replace(line, indent=line.indent + here - inner, excused=True) for line in lines[first : stop.line])
    if not stop.reader.can_read(first, (*moved, lines[stop.line])):
        return None
    line = lines[first]
    place, over = source.span(line.start, line.end), source.span(lines[first - 1].start, lines[first - 1].end)
    said = line.broken or line.excused
    diagnostic = None if said else BadIndentation(place, line.word, len(line.written), (here,), over)
    return Correction(first, stop.line, moved, diagnostic)


def _candidates(stop: Stop) -> list[int]:
    """The indentations that would make a line of the block above, of one around it, or of a new one; near ones
    first, and of two that are equally near the deeper one."""
    above = stop.lines[stop.line - 1].indent
    around = {above, above + 2, *stop.reader.levels_above(stop.line)}
    line = stop.lines[stop.line]
    around -= {stop.lines[0].indent, line.indent}
    return sorted(around, key=lambda indent: (abs(indent - line.indent), -indent))


def _move(stop: Stop, indent: int) -> tuple[Line, ...]:
    """The line where reading stopped at `indent`, and with it what is indented under it; when it moves out,
    also the lines that follow it at its depth."""
    lines, first = stop.lines, stop.lines[stop.line].indent
    after = stop.line + 1
    while after < len(lines) and (lines[after].indent > first or (lines[after].indent == first > indent)):
        after += 1
    under = (replace(line, indent=line.indent + indent - first) for line in lines[stop.line + 1 : after])
    return (replace(lines[stop.line], indent=indent, excused=True), *under)
