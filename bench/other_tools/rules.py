"""What the tools have in common: the periods of VIP25, and the comparison with what `incdsl run` paid."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

PERIODS = {
    "six_month": (datetime.date(2015, 1, 25), datetime.date(2015, 7, 25)),
    "three_month": (datetime.date(2015, 4, 26), datetime.date(2015, 7, 25)),
}
HIGHEST_RATE = Decimal("0.20")
CENT = Decimal("0.01")


def compare(rebates: Mapping[tuple[str, str, str], Decimal], payouts: str) -> None:
    """End the process unless the rebate of each enrolment, floored at zero and rounded, is the amount that was paid."""
    with Path(payouts).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found = rebates.get((row["partner"], row["subtrack"], row["period"]), Decimal(0))
            amount = max(found, Decimal(0)).quantize(CENT, ROUND_HALF_UP)
            if amount != Decimal(row["amount"]):
                raise SystemExit(f"{row['partner']}, {row['subtrack']}, {row['period']}: {amount}, not {row['amount']}")
