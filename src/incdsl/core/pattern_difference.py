"""Whether every text that fits some patterns fits others, exactly; with a text that does not."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from incdsl.core.patterns import LINE_BREAKS, Part, Run, parts

_MOST_STEPS = 20_000

Patterns = tuple[tuple[Part, ...], ...]
_Places = frozenset[tuple[int, int]]
"""Where one can be in some patterns: the number of a pattern, and how many of its parts are behind."""


class Undecided(Exception):
    """The patterns have so many runs of characters that the search was given up."""


def fits_only(first: tuple[str, ...], second: tuple[str, ...]) -> str | None:
    """A shortest text that fits one of the first patterns and none of the second; None when there is none. Raises Undecided."""
    one, other = tuple(map(parts, first)), tuple(map(parts, second))
    alphabet = list(_alphabet(one, other))
    start = (_behind_runs(one, {(at, 0) for at in range(len(one))}), _behind_runs(other, {(at, 0) for at in range(len(other))}))
    waiting, seen = deque([(start, "")]), {start}
    while waiting:
        (here, there), text = waiting.popleft()
        if text and _ends(one, here) and not _ends(other, there):
            return text
        for character in alphabet:
            then = (_after(one, here, character), _after(other, there, character))
            if then[0] and then not in seen:
                if len(seen) > _MOST_STEPS:
                    raise Undecided
                seen.add(then)
                waiting.append((then, text + character))
    return None


def _alphabet(*patterns: Patterns) -> Iterator[str]:
    """Characters that stand for all: those that a pattern names, the likeliest first, and one that none does."""
    named = {
        c for some in patterns for pattern in some for part in pattern if not isinstance(part, Run) for c in part.choices or ""
    }
    yield from sorted(named - set(LINE_BREAKS), key=lambda c: (not c.isalnum(), c))
    yield next(c for c in (*"xyzXYZ-_.,", *map(chr, range(0xA1, 0x2000))) if c not in named)


def _behind_runs(patterns: Patterns, places: set[tuple[int, int]]) -> _Places:
    """The places, and those that runs of no character lead to."""
    found = set(places)
    for at, behind in places:
        while behind < len(patterns[at]) and isinstance(patterns[at][behind], Run):
            behind += 1
            found.add((at, behind))
    return frozenset(found)


def _after(patterns: Patterns, places: _Places, character: str) -> _Places:
    reached = set()
    for at, behind in places:
        if behind < len(patterns[at]):
            part = patterns[at][behind]
            if isinstance(part, Run):
                reached.add((at, behind))
            elif part.choices is None or character in part.choices:
                reached.add((at, behind + 1))
    return _behind_runs(patterns, reached)


def _ends(patterns: Patterns, places: _Places) -> bool:
    return any(behind == len(patterns[at]) for at, behind in places)
