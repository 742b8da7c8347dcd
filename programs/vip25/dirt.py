"""The dirt of the VIP25 feeds: which rows are spoiled, how, and how many of each kind.

The plan is counted by hand and repeated in README.md; what `incdsl validate` refuses has to agree with it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

Row = list[str]


class Dirt(NamedTuple):
    """`times` rows of `file` whose `column` is spoiled by `spoil`; only rows whose cell passes `fits` are taken."""

    file: str
    column: str
    times: int
    what: str
    spoil: Callable[[str], str]
    fits: Callable[[str], bool] = bool


def _thousand(cell: str) -> bool:
    return len(cell) >= len("1000.00") and not cell.startswith("-")


def _english(cell: str) -> str:
    whole, cents = cell.split(".")
    return f"{int(whole):,}.{cents}"


def _dutch(cell: str) -> str:
    return _english(cell).translate(str.maketrans(",.", ".,"))


def _day_first(cell: str) -> str:
    year, month, day = cell.split("-")
    return f"{day}/{month}/{year}"


def _letter_o(cell: str) -> str:
    return cell[:2] + cell[2:].replace("0", "O", 1)


PLAN = [
    Dirt("purchase", "product", 40, "dash missing", lambda cell: cell.replace("-", "", 1), lambda cell: "-" in cell),
    Dirt("purchase", "product", 20, "lower case", str.lower),
    Dirt("purchase", "partner", 12, "letter O for a zero", _letter_o, lambda cell: "0" in cell),
    Dirt("purchase", "amount", 15, "Dutch notation", _dutch, _thousand),
    Dirt("purchase", "amount", 20, "commas between thousands", _english, _thousand),
    Dirt("purchase", "amount", 6, "text for an amount", lambda _: "on request"),
    Dirt("purchase", "amount", 6, "blank", lambda _: ""),
    Dirt("purchase", "amount", 5, "currency in the cell", lambda cell: f"USD {cell}"),
    Dirt("purchase", "booked_on", 25, "day first", _day_first),
    Dirt("purchase", "booked_on", 5, "31 June", lambda _: "2015-06-31", lambda cell: cell == "2015-06-30"),
    Dirt("purchase", "booked_on", 8, "blank", lambda _: ""),
    Dirt(
        "certification",
        "expertise",
        3,
        "misspelt",
        lambda cell: cell.replace("Advanced", "Advance"),
        lambda cell: "Advanced" in cell,
    ),
    Dirt("certification", "held_start", 2, "day first", _day_first),
    Dirt("survey", "submitted_on", 4, "day first", _day_first),
    Dirt("survey", "score", 3, "above the scale", lambda _: "6"),
    Dirt("survey", "customer", 2, "blank", lambda _: ""),
    Dirt("enrollment", "period", 2, "misspelt", lambda cell: cell.replace("_", " ")),
    Dirt("enrollment", "subtrack", 2, "misspelt", lambda cell: "Telepresence", lambda cell: cell == "TelePresence"),
]
"""Spoiled cells. A row is spoiled at most once."""

REPEATED = {"purchase": 12, "survey": 3}
"""Rows that stand twice in a file, as an export run twice leaves them."""

PADDED = {"purchase": 10}
"""Rows whose partner id is followed by a space."""


def spoil(file: str, header: list[str], rows: list[Row], clean_partners: set[str], dice: random.Random) -> list[Row]:
    """The rows of one feed with the plan applied; rows of `clean_partners` and returned lines stay as they are."""
    partner = header.index("partner")
    returned = {row[-1] for row in rows if header[-1] == "returns"} - {""}
    free = [number for number, row in enumerate(rows) if row[partner] not in clean_partners and row[0] not in returned]
    dice.shuffle(free)
    for dirt in (dirt for dirt in PLAN if dirt.file == file):
        column = header.index(dirt.column)
        chosen = [number for number in free if dirt.fits(rows[number][column])][: dirt.times]
        assert len(chosen) == dirt.times, dirt.what
        for number in chosen:
            rows[number] = [*rows[number]]
            rows[number][column] = dirt.spoil(rows[number][column])
            free.remove(number)
    for _ in range(PADDED.get(file, 0)):
        number = free.pop()
        rows[number][partner] += " "
    repeated = {free.pop() for _ in range(REPEATED.get(file, 0))}
    return [row for number, row in enumerate(rows) for _ in range(2 if number in repeated else 1)]
