"""Comparisons as a sentence has them, and how the language writes them."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

from incdsl.syntax.units import Turn, text_of

_OPERATORS = {
    "=": ("equals", "equal to", "equal", "eq", "same as"),
    "<>": ("not equal to", "different from", "differs from", "other than"),
    ">": ("after", "over", "above", "more than", "greater than", "higher than", "larger than", "later than", "exceeds", "beyond"),
    "<": ("before", "under", "below", "less than", "lower than", "smaller than", "fewer than", "earlier than"),
    ">=": ("since", "at least", "on or after", "not less than", "no less than", "greater than or equal to"),
    "<=": ("until", "till", "at most", "up to", "on or before", "not more than", "no more than", "less than or equal to"),
    "in": ("during", "within", "lies in", "falls in", "inside"),
}
_WORDS = {tuple(phrase.split()): operator for operator, written in _OPERATORS.items() for phrase in written}
_LONGEST = max(map(len, _WORDS))
_NOTHING = ("null", "empty", "blank", "none", "nothing", "unknown", "absent")
_SOMETHING = ("set", "present", "known", "there", "filled", "available")
_INSIDE = ("contains", "like", "starts", "begins", "ends", "matches")


def comparison(tokens: Sequence[Token], at: int, allowed: frozenset[str]) -> Turn | None:
    """What to write for the words from an index on, where a comparison may stand or `is` stands before; None when they are
    none."""
    words = [str(token).casefold() for token in tokens]
    after_is = at > 0 and words[at - 1] == "is" and "GIVEN" in allowed
    on_or = words[max(at - 2, 0) : at] == ["on", "or"]
    if not after_is and not on_or and "COMPARISON" not in allowed:
        return None
    start = at - 1 if after_is else at - 2 if on_or else at
    word, rest = words[at], words[at + 1 : at + 2]
    if after_is and (word in _NOTHING or (word == "not" and rest in (["given"], *([one] for one in _SOMETHING)))):
        return Turn("write `is missing`", start, at + 1 + (word == "not"))
    if after_is and (word in _SOMETHING or (word == "not" and rest in (["missing"], *([one] for one in _NOTHING)))):
        return Turn("write `is given`", start, at + 1 + (word == "not"))
    if word in _INSIDE and not after_is:
        return Turn('texts are compared whole: what they look like is said in the record, as in `id text like "A-*"`', at, at + 1)
    if word == "between" or (word == "from" and {"to", "through", "until", "till"} & set(words[at:])):
        return _between(tokens, at, start)
    first = start if on_or else at
    for length in range(min(_LONGEST, len(words) - first), 0, -1):
        operator = _WORDS.get(tuple(words[first : first + length]))
        if operator is not None:
            return Turn(f"write `{operator}`", start, first + length)
    if word == "not" and rest == ["in"] and not after_is:
        first = path_before(tokens, at)
        return Turn(f"write `not` first: `not {text_of(tokens[first:at])} in`", first, at + 2)
    if word == "not":
        return Turn("write `<>`", start, at + 1)
    return Turn("`is` goes with `given` or `missing`; to compare, write `=`", start, at) if after_is else None


def _between(tokens: Sequence[Token], at: int, start: int) -> Turn:
    """`between A and B`, both of which belong to it: for dates a range, for all else two comparisons."""
    words = [str(token).casefold() for token in tokens]
    middle = next((index for index in range(at + 1, len(words)) if words[index] in ("and", "to", "through", "until", "till")), 0)
    ends = next((i for i in range(middle + 1, len(words)) if words[i] in (*_ENDS, "and", "or")), len(words)) if middle else 0
    if middle <= at + 1 or ends <= middle + 1:
        how = "write `in FIRST through LAST` for dates, and for the rest `x >= FIRST and x <= LAST`; both ends belong to it"
        return Turn(how, at, at + 1)
    low, high = text_of(tokens[at + 1 : middle]), text_of(tokens[middle + 1 : ends])
    if tokens[at + 1].type in ("DATE", "NAME"):
        return Turn(f"write `in {low} through {high}`; both ends belong to it", start, ends)
    first = path_before(tokens, start)
    subject = text_of(tokens[first:start])
    return Turn(f"write `({subject} >= {low} and {subject} <= {high})`; both ends belong to it", first, ends)


_ENDS = ("cite", "assumed", "accept", "otherwise", "if", ")", "]", ",", '"')


def path_before(tokens: Sequence[Token], at: int) -> int:
    """The index at which the name begins, with its fields, that ends before another index."""
    first = at - 1
    while first >= 2 and tokens[first - 1] == ".":
        first -= 2
    return max(first, 0)
