"""Python names for the names of a program."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable


class Names:
    """Gives out names that are no words of Python, each once."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def give(self, name: str) -> str:
        """A name for a name of the program: as it is where that can be."""
        plain = unicodedata.normalize("NFKC", re.sub(r"\W", "_", unicodedata.normalize("NFKC", name)))
        plain = plain.lstrip("_") or "it"
        plain = plain if plain.isidentifier() else f"n_{plain}"
        plain = plain if plain.isidentifier() else "n_" + re.sub(r"[^0-9A-Za-z_]", "_", plain)
        if keyword.iskeyword(plain) or keyword.issoftkeyword(plain):
            plain += "_"
        given, number = plain, 1
        while given in self._taken:
            number += 1
            given = f"{plain.rstrip('_')}_{number}"
        self._taken.add(given)
        return given


def pascal(name: str) -> str:
    """`vip_period` as `VipPeriod`; a name with a capital stays as it is."""
    words = re.split(r"[\W_]+", name)
    return "".join(word[:1].upper() + word[1:] for word in words) or "It"
