"""Lines of tiers as other documents write them."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

from incdsl.syntax.units import Turn, text_of

_LOWER = (("above",), ("over",), ("more", "than"), ("greater", "than"), ("higher", "than"), ("exceeding",), ("beyond",))
_FROM = (("at", "least"), ("since",), ("starting", "at"), ("on", "or", "after"))
_UPPER = (("up", "to"), ("under",), ("until",), ("till",), ("less", "than"), ("lower", "than"), ("at", "most"))


def tier_line(tokens: Sequence[Token], at: int) -> Turn | None:
    """What to write for a line of tiers that begins at an index with other words; None when it is none."""
    words = [str(token).casefold() for token in tokens[at : at + 3]]
    for phrases, said in ((_LOWER, "a tier holds at its bound itself"), (_FROM, "a tier starts at its bound"), (_UPPER, "")):
        for phrase in phrases:
            rest = tokens[at + len(phrase) :]
            if tuple(words[: len(phrase)]) != phrase or not rest or rest[0].type not in ("NUMBER", "DATE"):
                continue
            word = "from" if said else "before" if rest[0].type == "DATE" else "below"
            how = said or "the lowest tier ends before its bound, and the next one starts at it"
            return Turn(f"{how}: `{word} {text_of(rest)}`", at, len(tokens))
    return None


def two_bounds(tokens: Sequence[Token], at: int) -> Turn | None:
    """What to write for `from 100 USD to 200 USD 2%`, where the second bound stands at an index; None when it is no such line."""
    if tokens[0] not in ("from", "below") or at < 3 or tokens[at - 1] not in ("to", "through", "until", "-"):
        return None
    end = at + (2 if at + 1 < len(tokens) and tokens[at + 1].type == "NAME" and tokens[at].type == "NUMBER" else 1)
    if end >= len(tokens):
        return None
    written = f"{text_of(tokens[: at - 1])} {text_of(tokens[end:])}"
    return Turn(f"a tier ends where the next one starts: `{written}`", 0, len(tokens))
