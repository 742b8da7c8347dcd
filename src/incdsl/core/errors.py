"""The error of the core: a program of the core that does not keep what the core promises."""

from __future__ import annotations


class CoreError(Exception):
    """A guarantee of the core does not hold. Never the user's mistake: the stage that built the program is wrong.

    `place` names the relation and column, the output or whatever else the message is about.
    """

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place
        self.message = message
