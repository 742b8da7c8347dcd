"""What texts of a field look like: patterns as analysts write them, and how many characters there are.

A pattern stands for the whole text, character by character: `#` is a digit 0 to 9, `?` any one character, `*` any run of
characters, also none, `[A-Z]` one of those in the brackets; every other character is itself, in just this case. No character
is a line break (LF or CR), so that no engine's idea of the end of a line matters. A character is a code point of Unicode.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

DIGITS = "0123456789"
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RANGES = (DIGITS, _CAPITALS, _CAPITALS.lower())

_ELSEWHERE = {
    "\\": "",
    "^": "",
    "{": "",
    "}": "",
    "|": '; alternatives are written `like "A" or "B"`',
    "~": "",
    "%": "; any run of characters is `*`",
}
"""Characters that mean something in other notations of patterns. Here they stand in brackets, so that nobody is misread."""

LINE_BREAKS = "\n\r"

MOST_SIGNS = 500
"""The length of a pattern at most: engines bound the size of what they compile."""


@dataclass(frozen=True)
class Form:
    """What a text of a stored column looks like: how many characters (code points) it has at least and at most, None where
    open; and the patterns of which it fits one, none where any text will do."""

    shortest: int | None = None
    longest: int | None = None
    like: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is asked."""
        return self != ANY_FORM


ANY_FORM = Form()


@dataclass(frozen=True)
class Single:
    """One character: one of `choices`, or any but a line break when that is None."""

    choices: str | None


@dataclass(frozen=True)
class Run:
    """Any run of characters but line breaks, also of none."""


Part = Single | Run


class BrokenPattern(Exception):
    """A pattern that cannot be read: where, from `start` up to `end` in its text, what was found, and what to write."""

    def __init__(self, start: int, end: int, found: str, fix: str) -> None:
        super().__init__(found)
        self.start, self.end, self.found, self.fix = start, end, found, fix


@lru_cache(maxsize=1024)
def parts(pattern: str) -> tuple[Part, ...]:
    """What a pattern is made of, in order. Raises BrokenPattern."""
    if len(pattern) > MOST_SIGNS:
        fix = 'say how many characters there are at most, and what the first of them look like, as in `like "D-##*"`'
        raise BrokenPattern(0, len(pattern), f"the pattern has more than {MOST_SIGNS} signs", fix)
    if not pattern:
        raise BrokenPattern(0, 0, "the pattern is empty", 'write what the texts look like, as in `like "D-####"`')
    return tuple(_parts(pattern))


def _parts(pattern: str) -> Iterator[Part]:
    at = 0
    while at < len(pattern):
        match pattern[at]:
            case "#":
                yield Single(DIGITS)
            case "?":
                yield Single(None)
            case "*":
                yield Run()
            case "[":
                close = pattern.find("]", at + 1)
                if close < 0:
                    fix = "close it with `]`, or write `[[]` if the character itself is meant"
                    raise BrokenPattern(at, at + 1, "a `[` is not closed", fix)
                yield Single(_choices(pattern, at, close))
                at = close
            case character if character in _ELSEWHERE:
                fix = f"write `[{character}]` if the character itself is meant{_ELSEWHERE[character]}"
                raise BrokenPattern(at, at + 1, f"`{character}` has no meaning in a pattern", fix)
            case character:
                yield Single(character)
        at += 1


def _choices(pattern: str, start: int, close: int) -> str:
    """The characters in the brackets from `start` to `close`, each once."""
    inside = pattern[start + 1 : close]
    if not inside:
        raise BrokenPattern(start, close + 1, "`[]` names no character", "write them between the brackets, as in `[A-Z]`")
    if inside[0] in "!^" and len(inside) > 1:
        fix = "name those that may stand there, as in `[A-Z0-9]`"
        raise BrokenPattern(start, close + 1, f"`[{inside[0]}` does not exclude characters here", fix)
    if re.fullmatch(r"\w\.\.\w", inside):
        fix = f"write `[{inside[0]}-{inside[-1]}]` for the characters from one to the other"
        raise BrokenPattern(start, close + 1, f"`[{inside}]` is no range of characters", fix)
    found, at = "", 0
    while at < len(inside):
        if inside[at + 1 : at + 2] == "-" and at + 2 < len(inside):
            first, last = inside[at], inside[at + 2]
            row = next((row for row in _RANGES if first in row and last in row and first <= last), None)
            if row is None:
                fix = "a range goes up among digits, capitals or small letters, as in `0-9` or `A-F`; a `-` alone stands last"
                raise BrokenPattern(start + 1 + at, start + 4 + at, f"`{first}-{last}` is no range of characters", fix)
            found += row[row.index(first) : row.index(last) + 1]
            at += 3
        else:
            found += inside[at]
            at += 1
    return "".join(dict.fromkeys(found))


def lengths(pattern: str) -> tuple[int, int | None]:
    """How many characters a text that fits a pattern has at least and at most; None where there is no end."""
    all_parts = parts(pattern)
    least = sum(isinstance(part, Single) for part in all_parts)
    return least, None if Run() in all_parts else least


def regex(pattern: str) -> str:
    """A regular expression that a whole text matches just when it fits the pattern. It means the same in ECMA-262 (with
    `u`, as JSON Schema asks), Python, Rust and RE2, as long as the text has no line break at its end."""
    return _regex_of(parts(pattern))


def regex_of_any(patterns: tuple[str, ...]) -> str:
    """The same for a text that fits one of several."""
    return regex(patterns[0]) if len(patterns) == 1 else f"({'|'.join(map(regex, patterns))})"


def steady_regex(patterns: tuple[str, ...]) -> str:
    """The same for Python (3.11), which tries one way after the other: here it never goes back on a run that found what follows
    it, so that a long text of somebody else's takes no longer than it must. What stands between two runs has one length, so
    that the first place where it is found is as good as any."""
    return "|".join(f"(?:{_steady(pattern)})" for pattern in patterns)


def _steady(pattern: str) -> str:
    segments: list[list[Part]] = [[]]
    for part in parts(pattern):
        segments = [*segments, []] if isinstance(part, Run) else [*segments[:-1], [*segments[-1], part]]
    first, *others = [_regex_of(tuple(segment)) for segment in segments]
    if not others:
        return first
    between = "".join(rf"(?>[^\n\r]*?{segment})" for segment in others[:-1] if segment)
    return rf"{first}{between}[^\n\r]*{others[-1]}"


def _regex_of(parts: tuple[Part, ...]) -> str:
    found = ""
    for part, same in groupby(parts):
        count, one = len(list(same)), _regex(part)
        repeated = f"{one}{{{count}}}"
        found += one if isinstance(part, Run) else min(repeated, one * count, key=len)
    return found


def _regex(part: Part) -> str:
    if isinstance(part, Run):
        return r"[^\n\r]*"
    if part.choices is None:
        return r"[^\n\r]"
    if len(part.choices) == 1:
        return re.sub(r"[\\^$.|?*+()\[\]{}]", r"\\\g<0>", part.choices)
    return f"[{''.join(_in_brackets(part.choices))}]"


def _in_brackets(choices: str) -> Iterator[str]:
    """The characters as a class of a regular expression has them: whole rows of them as ranges."""
    for row in _RANGES:
        if set(row) <= set(choices):
            yield f"{row[0]}-{row[-1]}"
            choices = "".join(character for character in choices if character not in row)
    yield re.sub(r"[-\\^$.|?*+()\[\]{}]", r"\\\g<0>", choices)


def misfit(text: str, form: Form) -> str | None:
    """What is wrong with a text of a field, as words that follow it; None when it fits."""
    if form.shortest is not None and len(text) < form.shortest:
        return f"has {count_of(len(text))}, and needs {'' if form.shortest == form.longest else 'at least '}{form.shortest:,}"
    if form.longest is not None and len(text) > form.longest:
        return f"has {count_of(len(text))}, and may have {'' if form.shortest == form.longest else 'at most '}{form.longest:,}"
    if form.like and not re.fullmatch(steady_regex(form.like), text):
        return f"is not like {one_of(form.like)}"
    return None


def count_of(characters: int) -> str:
    """So many characters, in words."""
    return f"{characters:,} character{'' if characters == 1 else 's'}"


def one_of(patterns: tuple[str, ...]) -> str:
    """The patterns as they are written in a program."""
    return " or ".join(f'"{pattern}"' for pattern in patterns)


def legend(patterns: tuple[str, ...]) -> str:
    """What the signs in some patterns mean: "`#` is a digit"; empty when there are none."""
    all_parts = [part for pattern in patterns for part in parts(pattern)]
    plain = [re.sub(r"\[[^\]]*\]", "", pattern) for pattern in patterns]
    said = [
        "`#` is a digit" if any("#" in pattern for pattern in plain) else "",
        "`?` is any one character" if Single(None) in all_parts else "",
        "`*` is any characters or none" if Run() in all_parts else "",
    ]
    return ", ".join(filter(None, said))


def sizes(form: Form) -> str:
    """How many characters a text has: "at most 20 characters"; empty when that is open."""
    if form.shortest is not None and form.shortest == form.longest:
        return count_of(form.shortest)
    least = "" if form.shortest is None else f"at least {form.shortest:,}"
    most = "" if form.longest is None else f"at most {form.longest:,}"
    both = " and ".join(filter(None, (least, most)))
    last = form.shortest if form.longest is None else form.longest
    return f"{both} character{'' if last == 1 else 's'}" if both else ""


def says(form: Form) -> str:
    """What a form asks, in a sentence with what the signs mean; empty when it asks nothing."""
    asked = [f"like {one_of(form.like)}"] if form.like else []
    asked += [size] if (size := sizes(form)) else []
    meaning = f" ({legend(form.like)})" if legend(form.like) else ""
    sentence = f"{' and '.join(asked)}{meaning}"
    return f"{sentence[0].upper()}{sentence[1:]}." if asked else ""
