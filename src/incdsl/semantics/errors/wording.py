"""Wording that several messages share."""

from __future__ import annotations

from incdsl.diagnostic import nearest, one_of


def suggest(found: str, known: tuple[str, ...], what: str) -> str:
    """The help for a name that is not known: the nearest one, or the choice; `what` heads the list."""
    near = nearest(found, known)
    if near is not None:
        return f"write `{near}` if that is meant"
    return f"{what}: {one_of(known)}" if known else f"there are no {what} to choose from"


def short(text: str, limit: int = 60) -> str:
    """A piece of the program on one line, cut off where it is long."""
    words = " ".join(text.split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"
