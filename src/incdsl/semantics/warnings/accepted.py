"""Warnings that a program accepts by name, with a reason: `accept cliff because "the guide pays fixed amounts"`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from incdsl.diagnostic import Diagnostic, Sink, nearest
from incdsl.semantics import errors
from incdsl.semantics.errors.doubts import Doubt
from incdsl.source import Span
from incdsl.syntax import ast


@dataclass(frozen=True)
class Accepted:
    """An `accept`, and the line, rule or declaration that it stands in."""

    node: ast.Accept
    within: Span

    @property
    def code(self) -> str:
        """The warning that is meant, also where it is misspelt, so that it is not reported beside the mistake."""
        name, known = self.node.code.name, accepted_codes()
        return name if name in known else nearest(name, known) or name

    def covers(self, diagnostic: Diagnostic) -> bool:
        """Whether this is what accepts a warning."""
        span = diagnostic.span
        here = span.source is self.within.source and self.within.start <= span.start and span.end <= self.within.end
        return here and diagnostic.code == self.code and diagnostic.severity == "warning"


def accepted_codes() -> tuple[str, ...]:
    """The warnings that can be accepted."""
    return tuple(sorted({errors.UnsourcedNumber.code, *(kind.code for kind in Doubt.__subclasses__())}))


def leave_out_accepted(files: Sequence[ast.File], sink: Sink) -> None:
    """Take the accepted warnings out of the sink, and report what accepts nothing. A program with errors has not been
    searched for warnings, so nothing can be said of its `accept` lines then."""
    saying = (file for file in files if "accept" in file.source.text)
    accepted = [found for file in saying for found in _accepted(file.declarations, None)]
    known = accepted_codes()
    for one in accepted:
        if one.node.code.name not in known:
            sink.add(errors.UnknownWarning(one.node.code.span, one.node.code.name, known))
    has_errors = sink.has_errors
    used = {one: [d for d in sink.diagnostics if one.covers(d)] for one in accepted}
    for one, covered in used.items():
        if not covered and not has_errors:
            sink.add(errors.AcceptsNothing(one.node.span, one.node.code.name))
    gone = {id(diagnostic) for covered in used.values() for diagnostic in covered}
    sink.diagnostics[:] = [diagnostic for diagnostic in sink.diagnostics if id(diagnostic) not in gone]


def _accepted(part: object, within: Span | None) -> Iterator[Accepted]:
    """The `accept`s in a part of a program, each with the innermost node that it stands directly in."""
    if isinstance(part, tuple):
        for item in part:
            yield from _accepted(item, within)
    elif isinstance(part, ast.Accept):
        assert within is not None
        yield Accepted(part, within)
    elif isinstance(part, ast.Node):
        for field in fields(part):
            yield from _accepted(getattr(part, field.name), part.span)
