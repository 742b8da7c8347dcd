"""Text to AST, from any text.

Assumes nothing. Guarantees: never raises for what the text says; one diagnostic for one mistake; a real span on
every node; a line that does not parse takes only itself with it (and, when it opens a block that cannot be read
without it, the block). How: the text is cut into logical lines and those into declarations before anything
is parsed (`layout`, `chunks`); when a line does not parse, it is reported, replaced by a `BROKEN` token that
the grammar takes where a line may stand, and the declaration is read again.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

from lark import Token, Tree

from incdsl.diagnostic import Diagnostic, Sink
from incdsl.source import Source
from incdsl.syntax import ast
from incdsl.syntax.build_declarations import DeclarationBuilder
from incdsl.syntax.chunks import DECLARATIONS, cut, opening_word, parts
from incdsl.syntax.diagnose import diagnose
from incdsl.syntax.errors.declarations import NestedTooDeeply
from incdsl.syntax.errors.indentation import BadIndentation, IndentedDeclaration
from incdsl.syntax.errors.words import UnexpectedWord
from incdsl.syntax.indentation import Correction, correct
from incdsl.syntax.layout import Line, block_end, read_lines
from incdsl.syntax.machine import Reader, Stop
from incdsl.syntax.mistake import Mistake


def parse(source: Source, sink: Sink) -> ast.File:
    """The declarations and comments of one source. What is wrong with it goes to the sink."""
    lines, comments = read_lines(source.text)
    declarations: list[ast.Declaration | ast.Invalid] = []
    pending = cut(source, lines, sink)[::-1]
    most = len(sink.diagnostics) + _MOST_REPORTED
    while pending and len(sink.diagnostics) < most:
        reading = _Reading(source, pending.pop(), sink)
        declaration = reading.declaration()
        if declaration is not None:
            declarations.append(declaration)
        pending += reading.cut_off[::-1]
    declarations += (_unread(source, chunk) for chunk in pending)
    declarations.sort(key=lambda declaration: declaration.span.start)
    return ast.File(source, tuple(declarations), tuple(comments))


def _unread(source: Source, lines: list[Line]) -> ast.Invalid:
    """A declaration of which nothing more is said."""
    word = opening_word(lines[0], DECLARATIONS)
    names = _names(lines[0], word) + [name for line in lines[1:] for name in _names(line, opening_word(line, parts(word)))]
    return ast.Invalid(source.span(lines[0].start, lines[-1].end), tuple(names))


class _Reading:
    """The reading of one declaration. `cut_off` are lines that turned out to be declarations of their own."""

    def __init__(self, source: Source, lines: list[Line], sink: Sink) -> None:
        self.source = source
        self.reader = Reader(lines)
        self.lines = lines  # those of the reader
        self.sink = sink
        self.cut_off: list[list[Line]] = []
        self.dropped = False
        self.parts = parts(opening_word(lines[0], DECLARATIONS))
        self.mended = 0
        self.doubtful = -1  # the index of a line whose unknown first word would be no mistake of its own

    def declaration(self) -> ast.Declaration | ast.Invalid | None:
        """The declaration, after as many readings as it takes; None when nothing of it is left."""
        while self.lines and self.mended <= _MOST_MENDED:
            stop = self.reader.read()
            if stop is not None:
                self._recover(stop)
                continue
            declaration = self._build(self.reader.tree())
            if declaration is not None:
                return declaration
        return _unread(self.source, self.lines) if self.lines else None

    def _build(self, tree: Tree[Token]) -> ast.Declaration | ast.Invalid | None:
        """The declaration; None when some of its lines say what cannot be, which are then taken out."""
        builder = DeclarationBuilder(self.source)
        try:
            self._refuse_depth(tree)
            declaration = builder.declaration(tree)
        except Mistake as mistake:
            builder.mistakes.append(mistake.diagnostic)
        if builder.mistakes:
            for mistaken in sorted(builder.mistakes, key=lambda diagnostic: -diagnostic.span.start):
                index = self._line_at(mistaken.span.start)
                if not self.lines[index].broken:
                    self._break(index, mistaken)
            return None
        if not self.dropped:
            for diagnostic in builder.found:
                self.sink.add(diagnostic)
        return declaration

    def _line_at(self, offset: int) -> int:
        """The index of the line that holds an offset."""
        return max(index for index, line in enumerate(self.lines) if line.start <= offset)

    def _refuse_depth(self, tree: Tree[Token]) -> None:
        """Raises `Mistake` for an expression so deep that the stages after this one could not walk through it."""
        pending = [(tree, 0)]
        while pending:
            node, depth = pending.pop()
            if depth > _DEEPEST:
                line = self.lines[self._line_at(node.meta.start_pos)]
                raise Mistake(NestedTooDeeply(self.source.span(line.start, line.end), _DEEPEST))
            pending += [(child, depth + 1) for child in node.children if isinstance(child, Tree)]

    def _recover(self, stop: Stop) -> None:
        """Makes the lines readable past the place where reading stopped."""
        line = self.lines[stop.line]
        if line.broken:
            self._drop(stop.line)
            return
        if stop.mark == "_NL" and self._join(stop):
            return
        correction = correct(self.source, stop)
        if isinstance(correction, Correction):
            self.reader.replace(correction.start, correction.end, correction.lines)
            if correction.diagnostic is not None:
                self.sink.add(correction.diagnostic)
                self.mended += 1
        elif stop.line > 0 and self._stands_alone(stop.line):
            if line.indent > self.lines[0].indent and not line.excused:
                self.sink.add(IndentedDeclaration(self.source.span(line.start, line.end), line.word))
            self._cut_off(stop.line)
        elif stop.line > 0 and line.indent <= self.lines[0].indent:
            self._cut_off(stop.line)
        else:
            self._report(stop)

    def _report(self, stop: Stop) -> None:
        """Says what is wrong with a line and takes it out. Lines that follow one another and start with words that
        do not belong here are one mistake; so are those under a first line that did not parse, and those after
        a line that ends too early."""
        diagnostic = diagnose(self.source, stop)
        unknown = isinstance(diagnostic, BadIndentation) or (isinstance(diagnostic, UnexpectedWord) and not diagnostic.meant)
        alien = unknown and stop.position == 0
        repeated = alien and stop.line == self.doubtful
        self._break(stop.line, None if repeated else diagnostic)
        if alien or stop.mark == "_NL":
            self.doubtful = stop.line + 1

    def _join(self, stop: Stop) -> bool:
        """Whether the line was only broken off too early, so that with the next one it can be read."""
        below = stop.line + 1
        if below == len(self.lines) or self.lines[below].broken or self.lines[below].word == "|":
            return False
        line = self.lines[stop.line]
        joined = replace(line, tokens=(*line.tokens, *self.lines[below].tokens))
        if not self.reader.can_read(stop.line, [joined]):
            return False
        self.sink.add(diagnose(self.source, stop))
        self.reader.replace(stop.line, below + 1, [joined])
        return True

    def _stands_alone(self, index: int) -> bool:
        """Whether an indented line is a declaration when read as one."""
        if self.lines[index].word not in DECLARATIONS:
            return False
        stop = Reader(self.lines[index : block_end(self.lines, index)]).read()
        return stop is None or stop.line > 0

    def _cut_off(self, index: int) -> None:
        """Makes a line a declaration of its own, with the block under it; without one, with all that follows."""
        end = block_end(self.lines, index)
        if end == index + 1 and self.lines[index].indent > self.lines[0].indent:
            self.reader.replace(index, index + 1, [replace(self.lines[index], indent=self.lines[0].indent)])
            end = block_end(self.lines, index)
        self.cut_off.append(self.lines[index:end])
        self.reader.replace(index, end, [])
        self.dropped = True

    def _drop(self, index: int) -> None:
        """Takes out a broken line that nothing may replace where it stands, with what is indented under it."""
        self.reader.replace(index, block_end(self.lines, index), [])
        self.dropped = True
        self.doubtful = index

    def _break(self, index: int, diagnostic: Diagnostic | None) -> None:
        """Reports a line and puts a BROKEN token in its place; what is indented under it stays when it can be read."""
        if diagnostic is not None:
            self.sink.add(diagnostic)
        self.mended += 1
        line = self.lines[index]
        word = opening_word(line, self.parts if index else DECLARATIONS)
        after = block_end(self.lines, index)
        kind = _BLOCKS.get(word, "BROKEN")
        tiered = word in ("let", "param") or line.word == "rate"
        if tiered and after > index + 1 and self.lines[index + 1].word in ("from", "below", "before"):
            kind = "BROKEN_TIERS"
        end = after if kind == "BROKEN" else index + 1
        names = _names(line, word)
        for lost in self.lines[index + 1 : end]:
            names += _names(lost, opening_word(lost, self.parts))
        token = Token(kind, " ".join(names), start_pos=line.start, end_pos=line.end)
        self.reader.replace(index, end, [Line((token,), line.indent, line.written, broken=True)])
        if kind != "BROKEN":
            self.doubtful = index + 1


_DEEPEST = 120
"""Levels of expressions inside one another that every stage can walk through within Python's own limit."""

_MOST_MENDED = 50
"""Lines of one declaration that are reported; past that it is most likely no program, and what follows is noise."""

_MOST_REPORTED = 200
"""The same for a whole file."""

_BLOCKS = {
    "program": "BROKEN_PROGRAM",
    "source": "BROKEN_SOURCE",
    "record": "BROKEN_RECORD",
    "calendar": "BROKEN_CALENDAR",
    "table": "BROKEN_TABLE",
    "for": "BROKEN_FOR_EACH",
    "require": "BROKEN_REQUIRE",
    "pay": "BROKEN_PAY",
    "invariant": "BROKEN_INVARIANT",
    "designation": "BROKEN_DESIGNATION",
    "level": "BROKEN_LEVEL",
    "example": "BROKEN_EXAMPLE",
    "given": "BROKEN_ROWS",
    "expect": "BROKEN_ROWS",
}
"""The lines whose block is still read when they are broken."""


_NAMELESS = ("for", "use", "example", "given", "expect", "limit")
"""The words of declarations and blocks that declare no name."""


def _names(line: Line, word: str) -> list[str]:
    """The names that a broken line may have declared: the first one after its word, if it has one."""
    if word in _NAMELESS or not (word or "=" in line.tokens[:4]):
        return []
    after = line.tokens[1:3] if word else line.tokens[:2]
    before_value = takewhile(lambda token: token != "=", after)
    return [str(token) for token in before_value if token.type == "NAME"][:1]
