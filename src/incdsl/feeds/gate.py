"""How many rows may be refused before a run is stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from incdsl.feeds.load import FeedCount


@dataclass(frozen=True)
class Gate:
    """The most rows that may be refused, of any one feed and of all together: a number of rows, or a share of those read."""

    rows: int | None = None
    share: Decimal | None = None

    def __str__(self) -> str:
        if self.share is None:
            return "no row may be refused" if self.rows == 0 else f"at most {self.rows:,} rows may be refused"
        return f"at most {self.share * 100:f}".rstrip("0").rstrip(".") + "% of the rows may be refused"

    def check(self, counts: Sequence[FeedCount]) -> None:
        """Raises TooManyRefused, which names every feed that is over."""
        over = [(f"of {count.file}", count.read, count.refused) for count in counts if self._over(count.read, count.refused)]
        read, refused = sum(count.read for count in counts), sum(count.refused for count in counts)
        if over or self._over(read, refused):
            raise TooManyRefused(self, (*over, ("in all", read, refused)))

    def _over(self, read: int, refused: int) -> bool:
        if self.share is not None:
            return refused > self.share * read
        return self.rows is not None and refused > self.rows


class TooManyRefused(Exception):
    """More rows are refused than a gate lets through. `over` has words for each feed that is over, its rows read and
    refused, and last those of all of them together."""

    help = "`incdsl validate` with `--out DIR --refused-as xlsx` writes each of them with what is wrong with it"

    def __init__(self, gate: Gate, over: tuple[tuple[str, int, int], ...]) -> None:
        said = (f"{refused:,} of {read:,} {name} ({percent(refused, read)})" for name, read, refused in over)
        super().__init__(f"{gate}, and more are: {', '.join(said)}")
        self.over = over


def percent(part: int, whole: int) -> str:
    """A share as people read it: 0.9%, 18%; never nothing for a few, nor all for nearly all."""
    if part in (0, whole):
        return "100%" if part else "0%"
    share = Decimal(part) * 100 / Decimal(whole)
    if share < Decimal("0.1"):
        return "<0.1%"
    if share > Decimal("99.9"):
        return ">99.9%"
    shown = share.quantize(Decimal(1) if 10 <= share <= 99 else Decimal("0.1"), ROUND_HALF_UP)
    return f"{shown}%"
