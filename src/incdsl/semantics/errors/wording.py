"""Wording that several messages share."""

from __future__ import annotations

from difflib import SequenceMatcher

from incdsl.diagnostic import nearest, one_of

_FEW = 8
_CLOSE = 0.75
"""How much of two names has to be alike for one to be a slip of the other, where the few that there are can all be named."""


def suggest(found: str, known: tuple[str, ...], what: str) -> str:
    """The help for a name that is not known: the nearest one, or the choice; `what` heads the list."""
    near = nearest(found, known)
    if near is not None and (len(known) > _FEW or SequenceMatcher(None, found.casefold(), near.casefold()).ratio() >= _CLOSE):
        return f"write `{near}` if that is meant"
    return f"{what}: {one_of(known)}" if known else f"there are no {what} to choose from"


def short(text: str, limit: int = 60) -> str:
    """A piece of the program on one line, cut off where it is long."""
    words = " ".join(text.split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"
