"""Spoils rows of made-up feeds by a plan that is counted by hand, as real exports are spoiled."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

Row = list[str]


class Dirt(NamedTuple):
    """`times` rows of `file` whose `column` is spoiled by `spoil`; only rows whose cell passes `fits` are taken."""

    file: str
    column: str
    times: int
    spoil: Callable[[str], str]
    fits: Callable[[str], bool] = bool


def day_first(cell: str) -> str:
    """A date with the day first: `2022-05-31` becomes `31/05/2022`."""
    year, month, day = cell.split("-")
    return f"{day}/{month}/{year}"


def with_commas(cell: str) -> str:
    """An amount with commas between the thousands: `12500.00` becomes `12,500.00`."""
    whole, cents = cell.split(".")
    return f"{int(whole):,}.{cents}"


def with_points(cell: str) -> str:
    """An amount as it is written in Germany: `12500.00` becomes `12.500,00`."""
    return with_commas(cell).translate(str.maketrans(",.", ".,"))


def has_thousands(cell: str) -> bool:
    """Whether an amount is long enough to have a mark between its thousands."""
    return len(cell) >= len("1000.00")


def spoil(
    file: str, header: Sequence[str], rows: list[Row], plan: Sequence[Dirt], twice: int, kept: set[str], dice: random.Random
) -> list[Row]:
    """The rows of one feed with the plan applied and `twice` of them repeated, as an export run twice repeats them.

    Rows with a cell in `kept` stay as they are, and a row is spoiled at most once.
    """
    free = [number for number, row in enumerate(rows) if not kept.intersection(row)]
    dice.shuffle(free)
    for dirt in (dirt for dirt in plan if dirt.file == file):
        column = header.index(dirt.column)
        chosen = [number for number in free if dirt.fits(rows[number][column])][: dirt.times]
        assert len(chosen) == dirt.times, dirt
        for number in chosen:
            rows[number] = [*rows[number]]
            rows[number][column] = dirt.spoil(rows[number][column])
            free.remove(number)
    repeated = {free.pop() for _ in range(twice)}
    return [row for number, row in enumerate(rows) for _ in range(2 if number in repeated else 1)]


def write(folder: Path, name: str, header: Sequence[str], rows: Sequence[Row]) -> None:
    """Writes one feed with its header."""
    folder.mkdir(exist_ok=True)
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
