"""Functions as spreadsheets and databases call them, and how the language says the same."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

from incdsl.syntax.units import Turn, text_of

_WORDS = {
    **dict.fromkeys(("max", "maximum", "greatest"), "larger"),
    **dict.fromkeys(("min", "minimum", "least"), "smaller"),
}
_ENDS = ("cite", "assumed", "accept", "otherwise", "if", ",", ")", "]", "and", "or")


def call(tokens: Sequence[Token], at: int) -> Turn | None:
    """What to write for a call of the function whose name stands at an index; None when it has no counterpart."""
    name = str(tokens[at]).casefold()
    arguments, end = _arguments(tokens, at + 2)
    texts = [text_of(argument) for argument in arguments]
    if not texts or not all(texts):
        return None
    match name, texts:
        case _, [_, _, *_] if name in _WORDS:
            written = _either(_WORDS[name], texts)
        case "if" | "iif", [condition, value, other]:
            written = f"{value} if {condition} otherwise {other}"
        case "coalesce" | "nvl" | "ifnull" | "isnull", [value, other]:
            written = f"{value} otherwise {other}"
        case "abs", [value]:
            written = f"larger of {_single(value)} and -{_single(value)}"
        case "round", [value, places] if places.isdigit() and int(places) < 10:
            unit = f"0.{'0' * (int(places) - 1)}1" if int(places) else "1"
            written = f"{_single(value)} rounded half up to {unit}"
        case "round" | "int" | "trunc" | "floor", [value]:
            written = f"{_single(value)} rounded {'half up' if name == 'round' else 'down'} to 1"
        case "not", [value]:
            written = f"not ({value})"
        case "sum" | "max" | "maximum" | "min" | "minimum", [value]:
            word = {"sum": "sum", "max": "largest", "maximum": "largest"}.get(name, "smallest")
            return Turn(f"name the rows: `{word} of {value} over RECORD where CONDITION`", at, end)
        case "count", [_]:
            return Turn("name the rows: `count of RECORD where CONDITION`", at, end)
        case "average" | "avg" | "mean", [value]:
            sums = f"(sum of {value} over RECORD where CONDITION) / (count of RECORD where CONDITION)"
            return Turn(f"there are no averages: divide the sum by the count: `{sums} to 6 places half up`", at, end)
        case _:
            return None
    alone = (end == len(tokens) or tokens[end] in _ENDS) and tokens[at - 1] not in ("*", "/", "+", "-")
    return Turn(f"write `{written if alone else f'({written})'}`", at, end)


def _either(word: str, texts: Sequence[str]) -> str:
    *first, last = texts
    return f"{word} of {_single(first[0]) if len(first) == 1 else f'({_either(word, first)})'} and {_single(last)}"


def _single(text: str) -> str:
    """A piece of an expression that may stand where a sum may."""
    return f"({text})" if any(f" {word} " in text for word in ("and", "or", "if", "otherwise", "of", "over", "where")) else text


def _arguments(tokens: Sequence[Token], start: int) -> tuple[list[Sequence[Token]], int]:
    """What stands between commas up to the parenthesis that closes, and the index after that; nothing where none does."""
    found: list[Sequence[Token]] = []
    depth, first = 1, start
    for index in range(start, len(tokens)):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(str(tokens[index]), 0)
        if depth == 0 or (depth == 1 and tokens[index] == ","):
            found.append(tokens[first:index])
            first = index + 1
        if depth == 0:
            return found, index + 1
    return [], len(tokens)
