"""Text to logical lines: what stands on each, how far it is indented, and which declaration it belongs to.

A physical line that starts with `where`, `over`, `and`, `or`, `otherwise`, `if` or an operator goes on with the
line above, as one with `to`, `per` or `in` does with a `limit` above and one with `when` with an `except`; the two
are one logical line. A logical line in column one starts a declaration. All of this is
known before anything is parsed, from any text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lark import Token

from incdsl.diagnostic import nearest
from incdsl.syntax.tables import tables

CONTINUATIONS = frozenset(("where", "over", "and", "or", "otherwise", "if", "+", "-", "*", "/", "=", "<>", "<=", ">=", "<", ">"))
"""What makes a line go on with the line above, when it stands first."""

_CONTINUATIONS_OF = {"limit": ("to", "per", "in"), "except": ("when",)}
"""What makes a line go on with one above that starts with the word."""


@dataclass(frozen=True, eq=False)
class Line:
    """One logical line. `indent` is the width of the white space before it, which recovery may correct;
    `written` is that white space. The indentation of an `excused` line has been reported already; a `broken`
    one is a token that stands for a line that did not parse."""

    tokens: tuple[Token, ...]
    indent: int
    written: str
    excused: bool = False
    broken: bool = False

    @property
    def start(self) -> int:
        """Offset of the first character that is not white space."""
        return begin(self.tokens[0])

    @property
    def end(self) -> int:
        """Offset after the last character of the last token."""
        return finish(self.tokens[-1])

    @property
    def word(self) -> str:
        """What the line starts with."""
        return str(self.tokens[0])


def begin(token: Token) -> int:
    """Offset of a token's first character."""
    assert token.start_pos is not None
    return token.start_pos


def finish(token: Token) -> int:
    """Offset after a token's last character."""
    assert token.end_pos is not None
    return token.end_pos


def scan(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Every token of a text, comments, white space and line ends included; never fails. A character that the
    language does not know is a STRAY, a quote that is not closed on its line an UNCLOSED to the end of it."""
    offset = start
    for match in tables().token.finditer(text, start, len(text) if end is None else end):
        assert match.start() == offset
        assert match.lastgroup is not None
        offset = match.end()
        yield Token(match.lastgroup, match.group(), start_pos=match.start(), end_pos=offset)


def read_lines(text: str) -> tuple[list[Line], list[tuple[int, str]]]:
    """The logical lines of a text, and its comments as (offset, text); blank lines are left out."""
    lines: list[Line] = []
    comments: list[tuple[int, str]] = []
    written = ""
    tokens: list[Token] = []

    def close() -> None:
        if not tokens:
            return
        if lines and written and _goes_on(lines[-1], str(tokens[0])):
            above = lines.pop()
            lines.append(Line((*above.tokens, *tokens), above.indent, above.written))
        else:
            lines.append(Line(tuple(tokens), len(written.expandtabs(2)), written))

    for token in scan(text):
        match token.type:
            case "LINE_END":
                close()
                written, tokens = "", []
            case "SPACE":
                written = written if tokens else str(token)
            case "COMMENT":
                comments.append((begin(token), str(token).rstrip()))
            case "STRAY" if token == "\ufeff" and begin(token) == 0:
                pass  # the byte order mark that some editors write
            case _:
                tokens.append(token)
    close()
    return lines, comments


def _goes_on(above: Line, word: str) -> bool:
    """Whether a line that starts with the word goes on with the one above, whose own word may be misspelt."""
    if word in CONTINUATIONS:
        return True
    return any(word in words and nearest(above.word, (first,)) for first, words in _CONTINUATIONS_OF.items())


def block_end(lines: list[Line], index: int) -> int:
    """The index after the line at `index` and the more indented lines that follow it."""
    after = index + 1
    while after < len(lines) and lines[after].indent > lines[index].indent:
        after += 1
    return after
