"""On which line of a TOML file each key stands, which the parser of the standard library does not tell.

Only for texts that it has parsed: this reads no values and judges nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

Path = tuple[str, ...]

_TOKEN = re.compile(
    r'(?P<skip>[ \t]+|#[^\n]*)|(?P<text>"""(?:\\.|[^\\])*?"""+|\'\'\'.*?\'\'\'+|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\')'
    r"|(?P<bare>[A-Za-z0-9_-]+)|(?P<mark>.)",
    re.DOTALL,
)


def lines(text: str) -> dict[Path, int]:
    """The line, from 1, on which each key and each table is first written, by its path from the top."""
    found: dict[Path, int] = {}
    table: Path = ()
    path: list[str] = []
    start = 1
    state = "start"
    open_: list[tuple[str, Path]] = []  # brackets around, and the path of the value that each one is
    for kind, token, line in _tokens(text):
        if kind in ("text", "bare") and state in ("start", "key", "header"):
            if not path:
                start = line
            path.append(token)
            state = "key" if state == "start" else state
            continue
        if kind != "mark":
            continue
        match state, token:
            case "start", "[":
                state, path = "header", []
            case "header", "]":
                table, state = tuple(path), "done"
                for length in range(1, len(path) + 1):
                    found.setdefault(table[:length], start)
            case "key", "=":
                path = [*(open_[-1][1] if open_ else table), *path]
                for length in range(1, len(path) + 1):
                    found.setdefault(tuple(path[:length]), start)
                state = "value"
            case "value", "[" | "{":
                open_.append((token, tuple(path)))
                if token == "{":
                    state, path = "key", []
            case _, "]" | "}" if open_:
                state, path = "value", list(open_.pop()[1])
            case "value", "," if open_ and open_[-1][0] == "{":
                state, path = "key", []
            case _, "\n" if not open_:
                state, path = "start", []
            case _:
                pass
    return found


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    line = 1
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup or "", match[0]
        shown = tomllib.loads(f"x = {token}")["x"] if kind == "text" else token
        yield kind, shown, line
        line += token.count("\n")
