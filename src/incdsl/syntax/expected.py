"""The words that may stand somewhere, as a person would list them, and the one that was most likely meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lark import Token

from incdsl.diagnostic import nearest
from incdsl.syntax.layout import begin, finish
from incdsl.syntax.machine import Stop
from incdsl.syntax.tables import tables

_VALUES = frozenset(("NAME", "NUMBER", "STRING", "LPAR"))
_TYPES = frozenset(("NAME", "OPTIONAL", "COUNTRY"))
_ARITHMETIC = frozenset(("*", "/", "+", "-"))

_CLASSES = {
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "a text in quotes",
    "DATE": "a date such as `2015-07-25`",
    "PERCENT": "a percentage such as `20%`",
    "CURRENCY": "a currency such as `USD`",
    "COMPARISON": "a comparison",
    "_NL": "the end of the line",
}

_AGGREGATES = ("sum", "count", "largest", "smallest", "latest", "earliest")

_PHRASES = {
    "at": ("at most", "at least"),
    "half": ("half up", "half even"),
    "one": ("one of",),
    "whole": ("whole number",),
    "dated": ("dated by",),
    "for": ("for each",),
    "lowest": ("lowest first",),
    "collect": ("collect sum", "collect smallest", "collect largest"),
    "fiscal": ("fiscal quarters", "fiscal years"),
    **{word: (f"{word} of",) for word in _AGGREGATES},
    **{word: (f"{word} of",) for word in ("smaller", "larger")},
}
"""Words that are always written with others."""

_SYNONYMS = {
    "then": "otherwise",
    "else": "otherwise",
    "until": "through",
    "till": "through",
    "when": "if",
    "contains": "in",
    "equals": "=",
    "plus": "+",
    "minus": "-",
    "times": "*",
    "divided": "/",
    "total": "sum of",
    "number": "count of",
    "maximum": "largest of",
    "max": "largest of",
    "highest": "largest of",
    "minimum": "smallest of",
    "min": "smallest of",
    "lowest": "smallest of",
    "true": "yes",
    "false": "no",
    "from": "over",
    "default": "otherwise",
    "cap": "at most",
    "maximal": "at most",
    "matches": "like",
    "matching": "like",
    "pattern": "like",
    "rounding": "round",
    "must": "that",
    "before": "by",
    "if": "when",
    "and": ",",
    "or": ",",
    "to": "through",
    "above": "from",
    "below": "before",
}
"""What people write, and the word of the language for it. Used only where that word may stand."""


def phrases(allowed: frozenset[str]) -> tuple[str, ...]:
    """What may stand where these terminals may, in words: `a value`, "`where`", `the end of the line`."""
    spelling = tables().spelling
    words = {spelling[name] for name in allowed if name in spelling}
    found: list[str] = []
    rest = {name for name in allowed if name in _CLASSES}
    if allowed >= _VALUES:
        found.append("a value")
        words -= set(_SPELLED_VALUES)
        rest -= {"NAME", "NUMBER", "STRING", "DATE", "PERCENT"}
    elif allowed >= _TYPES:
        found.append("a type such as `text`, `money` or `date`")
        words = {word for word in words if word not in _SPELLED_TYPES}
        rest -= {"NAME"}
    elif {"NUMBER", "PERCENT", "DATE"} <= rest:
        found.append("a value")
        words -= {"-", "this"}
        rest -= {"NAME", "NUMBER", "DATE", "PERCENT"}
    if words >= _ARITHMETIC:
        found.append("an operator such as `+`")
        words -= _ARITHMETIC | {".", "["}
    if "COMPARISON" in rest:
        words -= {"in", "is", "covers", "="}
    found += [_CLASSES[name] for name in _CLASSES if name in rest and name != "_NL"]
    found += [f"`{phrase}`" for word in sorted(words) for phrase in _phrases_of(word, allowed)]
    if "_NL" in rest:
        found.append("the end of the line")
    return tuple(found)


def _phrases_of(word: str, allowed: frozenset[str]) -> tuple[str, ...]:
    """What a word is written with; `collect sum` has no `of`, and stands where no value may."""
    return (word,) if word in _AGGREGATES and "LPAR" not in allowed else _PHRASES.get(word, (word,))


_SPELLED_VALUES = (
    "(", "-", "not", "yes", "no", "this", "sum", "count", "any", "largest", "smallest", "latest", "earliest", "smaller",
    "larger",
)  # fmt: skip
_SPELLED_TYPES = (
    "optional", "text", "boolean", "whole", "number", "percent", "money", "date", "days", "event", "country", "one",
)  # fmt: skip


def meant(word: str, allowed: frozenset[str]) -> str:
    """The word or phrase of the language that a word stands for where these terminals may stand; empty if none."""
    spelling = tables().spelling
    words = [spelling[name] for name in allowed if name in spelling]
    candidates = [phrase for known in words for phrase in _phrases_of(known, allowed) if known.isalpha()]
    synonym = _SYNONYMS.get(word.casefold(), "")
    if synonym in candidates or synonym in words:
        return synonym
    found = nearest(word.replace("_", " "), sorted(candidates))
    return found if found is not None and found != word else ""


def meant_before(stop: Stop) -> tuple[Token, str] | None:
    """The word before the place where reading stopped, and what it was meant to be, when with that instead the
    line can be read further: `coutn of Survey`."""
    if stop.position == 0 or stop.mark:
        return None
    line = stop.lines[stop.line]
    word = line.tokens[stop.position - 1]
    if word.type != "NAME":
        return None
    intended = _without_what_follows(meant(str(word), stop.allowed_before()), line.tokens[stop.position :])
    return (word, intended) if intended and _reads_on(stop, stop.position - 1, intended) else None


def meant_at(stop: Stop) -> str:
    """The word that was most likely meant where reading stopped, when with that instead the line can be read further; empty if
    none."""
    tokens = stop.lines[stop.line].tokens
    if stop.mark or tokens[stop.position].type != "NAME":
        return ""
    intended = _without_what_follows(meant(str(tokens[stop.position]), stop.allowed()), tokens[stop.position + 1 :])
    return intended if intended and _reads_on(stop, stop.position, intended) else ""


def reads_without(stop: Stop) -> bool:
    """Whether the line can be read further without the word at which reading stopped."""
    return not stop.mark and _reads_on(stop, stop.position, "")


def _without_what_follows(phrase: str, rest: Sequence[Token]) -> str:
    """A phrase without the words of its end that stand there already: `smaller of` where `of` follows."""
    first, *others = phrase.split() or [""]
    return first if others and [str(token) for token in rest[: len(others)]] == others else phrase


def _reads_on(stop: Stop, at: int, phrase: str) -> bool:
    """Whether, with other words in place of the one at an index, the line can be read past them and what follows them."""
    line = stop.lines[stop.line]
    word = line.tokens[at]
    words = [Token(_type_of(part), part, start_pos=begin(word), end_pos=finish(word)) for part in phrase.split()]
    tokens = (*line.tokens[:at], *words, *line.tokens[at + 1 :])
    return stop.reader.reach(stop.line, replace(line, tokens=tokens)) >= min(at + len(words) + 1, len(tokens))


def _type_of(word: str) -> str:
    return "NAME" if word.isalpha() else "COMPARISON" if word == "=" else "SYMBOL"
