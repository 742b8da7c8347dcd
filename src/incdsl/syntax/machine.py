"""Reads the lines of one declaration with the parse tables, and remembers how far each line came.

Only the states of the tables are followed while lines may still change; what has been read of the lines before
a change is kept. The tree is built once, when every line can be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lark import Token, Tree
from lark.parsers.lalr_analysis import Shift

from incdsl.syntax.layout import Line, begin, finish
from incdsl.syntax.tables import tables


@dataclass(frozen=True, eq=False)
class Stop:
    """Where reading stopped. `position` counts the tokens of the line at index `line`; it is their number when
    the end of the line does not fit (`mark` is `_NL`), and 0 with a `mark` when its indentation does not: `_INDENT`
    when the line above takes nothing under it, `uneven` when it is none of the `levels` above it."""

    reader: Reader
    line: int
    position: int
    mark: str
    levels: tuple[int, ...]
    stack: tuple[int, ...]

    @property
    def lines(self) -> Sequence[Line]:
        """The lines of the declaration."""
        return self.reader.lines

    @property
    def token(self) -> Token | None:
        """The token that does not fit, or None where it is not one of the line's own."""
        return None if self.mark else self.lines[self.line].tokens[self.position]

    def allowed(self) -> frozenset[str]:
        """The names of the terminals that may stand there."""
        names = tables().states[self.stack[-1]]
        return frozenset(name for name in names if name.isupper() and _taken(self.stack, name) is not None)

    def allowed_before(self) -> frozenset[str]:
        """The names of the terminals that may stand where the token before this one does."""
        line = self.lines[self.line]
        stop = self.reader.stop_in(self.line, Line(line.tokens[: self.position - 1], line.indent, line.written))
        return stop.allowed()


@dataclass(frozen=True, eq=False)
class _State:
    """After a line: the states of the tables, the indentations that are open, and the terminals read for the line,
    those of the layout before it included."""

    stack: tuple[int, ...]
    levels: tuple[int, ...]
    terminals: tuple[Token, ...]


class Reader:
    """The lines of a declaration, and what has been read of them."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self._states: list[_State] = []

    def replace(self, start: int, end: int, lines: Sequence[Line]) -> None:
        """Puts other lines in the place of some; what was read before them stays."""
        self.lines[start:end] = lines
        del self._states[start:]

    def read(self) -> Stop | None:
        """Reads on to where the lines stop making sense; None when all of them do."""
        while len(self._states) < len(self.lines):
            index = len(self._states)
            state = self._after(self._before(index), index, self.lines[index])
            if isinstance(state, Stop):
                return state
            self._states.append(state)
        end = self._end(self._states[-1], len(self.lines) - 1)
        return end if isinstance(end, Stop) else None

    def tree(self) -> Tree[Token]:
        """The tree of lines that can all be read."""
        end = self._end(self._states[-1], len(self.lines) - 1)
        assert isinstance(end, _State)
        parser = tables().lark.parse_interactive()
        for state in (*self._states, end):
            for terminal in state.terminals:
                parser.feed_token(terminal)
        tree = parser.feed_eof().children[0]  # type: ignore[no-untyped-call]  # Lark has no types here
        assert isinstance(tree, Tree)
        return tree

    def levels_above(self, index: int) -> tuple[int, ...]:
        """The indentations open at the end of the line above the one at `index`."""
        before = self._before(index)
        return before.levels if before else ()

    def can_read(self, index: int, lines: Sequence[Line]) -> bool:
        """Whether these lines can be read to their end where the line at `index` stands."""
        state = self._before(index)
        for offset, line in enumerate(lines):
            after = self._after(state, index + offset, line)
            if isinstance(after, Stop):
                return False
            state = after
        return state is not None and not isinstance(self._end(state, index), Stop)

    def reach(self, index: int, line: Line) -> int:
        """How many of its tokens can be read of a line in the place of the one at `index`."""
        after = self._after(self._before(index), index, line)
        return after.position if isinstance(after, Stop) else len(line.tokens)

    def stop_in(self, index: int, line: Line) -> Stop:
        """The place after the last token of a line that can be read in the place of the one at `index`."""
        after = self._after(self._before(index), index, line)
        if isinstance(after, Stop):
            return after
        return Stop(self, index, len(line.tokens), "", after.levels, after.stack)

    def _before(self, index: int) -> _State | None:
        return self._states[index - 1] if index else None

    def _after(self, before: _State | None, index: int, line: Line) -> _State | Stop:
        """The state after a line, or where in it or before it reading stops."""
        stack = list(before.stack) if before else [tables().start]
        levels = list(before.levels) if before else [line.indent]
        read: list[Token] = []

        def stop(at: int, position: int, mark: str) -> Stop:
            return Stop(self, at, position, mark, tuple(levels), tuple(stack))

        if before is not None:
            above = self.lines[index - 1]
            for mark in _layout(levels, line.indent):
                if mark == "uneven":
                    return stop(index, 0, mark)
                if not _take(stack, mark):
                    return stop(index, 0, mark) if mark == "_INDENT" else stop(index - 1, len(above.tokens), mark)
                read.append(Token(mark, "", start_pos=0, end_pos=0))
        for position, token in enumerate(line.tokens):
            name = next((name for name in _possible(token) if _take(stack, name)), None)
            if name is None:
                return stop(index, position, "")
            read.append(Token(name, str(token), start_pos=begin(token), end_pos=finish(token)))
        return _State(tuple(stack), tuple(levels), tuple(read))

    def _end(self, before: _State, index: int) -> _State | Stop:
        """The state after the last line, at `index`, and all blocks that are open."""
        stack, levels = list(before.stack), list(before.levels)
        read: list[Token] = []
        for mark in _layout(levels, levels[0]):
            if not _take(stack, mark):
                return Stop(self, index, len(self.lines[index].tokens), mark, tuple(levels), tuple(stack))
            read.append(Token(mark, "", start_pos=0, end_pos=0))
        return _State(tuple(stack), tuple(levels), tuple(read))


def _layout(levels: list[int], indent: int) -> Iterator[str]:
    """The terminals between a line and the next one, which has this indentation; keeps `levels`, those open."""
    yield "_NL"
    if indent > levels[-1]:
        levels.append(indent)
        yield "_INDENT"
    while indent < levels[-1] and len(levels) > 1:
        if indent > levels[-2]:
            yield "uneven"
        levels.pop()
        yield "_DEDENT"


def _possible(token: Token) -> Iterator[str]:
    """The terminals that a token may be, a word of the language before a name."""
    if token.type in ("NAME", "SYMBOL"):
        yield from tables().terminals.get(str(token), ())
        if token.type == "NAME" and len(token) == 3 and token.isupper() and token.isascii():
            yield "CURRENCY"
    yield token.type


def _take(stack: list[int], terminal: str) -> bool:
    """Whether the tables take a terminal; if so, moves the stack on past it."""
    taken = _taken(stack, terminal)
    if taken is None:
        return False
    kept, pushed = taken
    stack[kept:] = pushed
    return True


def _taken(stack: Sequence[int], terminal: str) -> tuple[int, list[int]] | None:
    """How many states stay on the stack past a terminal, and those put on top of them; None when it does not fit.
    An entry for the terminal in the present state is not enough: the tables have merged states that differ in
    what may follow them."""
    states = tables().states
    kept = len(stack)
    pushed: list[int] = []
    state = stack[-1]
    while terminal in states[state]:
        action, argument = states[state][terminal]
        if action is Shift:
            return kept, [*pushed, argument]
        size = len(argument.expansion)
        own = min(size, len(pushed))
        del pushed[len(pushed) - own :]
        kept -= size - own
        state = states[pushed[-1] if pushed else stack[kept - 1]][argument.origin.name][1]
        pushed.append(state)
    return None
