"""The errors of the core: a program that does not keep what the core promises, and one that a target cannot say."""

from __future__ import annotations


class CoreError(Exception):
    """A guarantee of the core does not hold. Never the user's mistake: the stage that built the program is wrong.

    `place` names the relation and column, the output or whatever else the message is about.
    """

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place
        self.message = message


class UnsupportedInTarget(Exception):
    """The program means something that a target cannot say exactly; the message names it."""
