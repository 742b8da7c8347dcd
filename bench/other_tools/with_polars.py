"""VIP25's rebates by Polars' streaming engine."""

from __future__ import annotations

import datetime
import sys

import polars as pl

from bench.other_tools.rules import HIGHEST_RATE, PERIODS, compare


def main(feeds: str, as_of: str, payouts: str) -> None:
    """Lines joined with their list entry, then with enrolments, then summed."""
    last = datetime.date.fromisoformat(as_of)
    day = pl.col("booked_on")
    rate = pl.min_horizontal("rebate_rate", pl.lit(HIGHEST_RATE, dtype=pl.Decimal(9, 6)))
    listing = pl.scan_parquet(f"{feeds}/listing.parquet").select("product", "listed_start", "listed_end", "subtrack", rate=rate)
    spans = [(name, start, end) for name, (start, end) in PERIODS.items()]
    periods = pl.LazyFrame(spans, schema=["period", "start", "end"], orient="row")
    enrolled = pl.scan_parquet(f"{feeds}/enrollment.parquet").select("partner", "subtrack", "period").join(periods, on="period")
    rebates = (
        pl.scan_parquet(f"{feeds}/purchase.parquet")
        .select("partner", "product", "amount", "booked_on")
        .filter(day.is_between(min(start for start, _ in PERIODS.values()), min(last, datetime.date(2015, 7, 25))))
        .join(listing, on="product")
        .filter((day >= pl.col("listed_start")) & (pl.col("listed_end").is_null() | (day <= pl.col("listed_end"))))
        .join(enrolled, on=["partner", "subtrack"])
        .filter(day.is_between(pl.col("start"), pl.col("end")))
        .group_by("partner", "subtrack", "period")
        .agg(rebate=(pl.col("amount").cast(pl.Decimal(38, 2)) * pl.col("rate").cast(pl.Decimal(38, 6))).sum())
        .collect(engine="streaming")
    )
    compare({(partner, subtrack, period): rebate for partner, subtrack, period, rebate in rebates.iter_rows()}, payouts)


if __name__ == "__main__":
    main(*sys.argv[1:])
