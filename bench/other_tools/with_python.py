"""VIP25's rebates by a loop in plain Python; pyarrow only reads the files."""

from __future__ import annotations

import datetime
import sys
from collections import defaultdict
from decimal import Decimal

import pyarrow.parquet as pq

from bench.other_tools.rules import HIGHEST_RATE, PERIODS, compare


def main(feeds: str, as_of: str, payouts: str) -> None:
    """One pass over the purchase lines."""
    last = datetime.date.fromisoformat(as_of)
    listings = defaultdict(list)
    for row in pq.read_table(f"{feeds}/listing.parquet").to_pylist():
        rate = min(row["rebate_rate"], HIGHEST_RATE)
        listings[row["product"]].append((row["listed_start"], row["listed_end"] or datetime.date.max, row["subtrack"], rate))
    enrolled = defaultdict(list)
    for row in pq.read_table(f"{feeds}/enrollment.parquet").to_pylist():
        enrolled[row["partner"], row["subtrack"]].append((*PERIODS[row["period"]], row["period"]))
    rebates: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    columns = ["partner", "product", "amount", "booked_on"]
    for batch in pq.ParquetFile(f"{feeds}/purchase.parquet").iter_batches(columns=columns):
        for partner, product, amount, day in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            if day > last:
                continue
            for first, end, subtrack, rate in listings[product]:
                if first <= day <= end:
                    for start, through, period in enrolled[partner, subtrack]:
                        if start <= day <= through:
                            rebates[partner, subtrack, period] += amount * rate
    compare(rebates, payouts)


if __name__ == "__main__":
    main(*sys.argv[1:])
