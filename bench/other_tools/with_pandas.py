"""VIP25's rebates by pandas, in memory. Money is whole cents and rates are millionths, both integers: pandas has no decimals."""

from __future__ import annotations

import sys
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.other_tools.rules import HIGHEST_RATE, PERIODS, compare


def main(feeds: str, as_of: str, payouts: str) -> None:
    """Lines merged with their list entry, then with enrolments, then summed."""
    lines = _frame(f"{feeds}/purchase.parquet", ["partner", "product", "amount", "booked_on"], amount=2)
    lines = lines[lines.booked_on <= pd.Timestamp(as_of)]
    listing = _frame(
        f"{feeds}/listing.parquet", ["product", "listed_start", "listed_end", "subtrack", "rebate_rate"], rebate_rate=6
    )
    listing["rate"] = listing.rebate_rate.clip(upper=int(HIGHEST_RATE.scaleb(6)))
    enrolled = _frame(f"{feeds}/enrollment.parquet", ["partner", "subtrack", "period"])
    lines = lines.merge(listing, on="product")
    lines = lines[(lines.booked_on >= lines.listed_start) & (lines.listed_end.isna() | (lines.booked_on <= lines.listed_end))]
    lines = lines.merge(enrolled, on=["partner", "subtrack"])
    starts = lines.period.map({name: pd.Timestamp(start) for name, (start, _) in PERIODS.items()})
    ends = lines.period.map({name: pd.Timestamp(end) for name, (_, end) in PERIODS.items()})
    lines = lines[(lines.booked_on >= starts) & (lines.booked_on <= ends)]
    sums = (lines.amount * lines.rate).groupby([lines.partner, lines.subtrack, lines.period]).sum()
    compare({key: Decimal(int(total)).scaleb(-8) for key, total in sums.items()}, payouts)


def _frame(path: str, columns: list[str], **scales: int) -> pd.DataFrame:
    """Columns of a file; a decimal one as the integer of its last decimal."""
    table = pq.read_table(path, columns=columns)
    for name, scale in scales.items():
        at = table.column_names.index(name)
        units = pc.multiply(table.column(name), pa.scalar(Decimal(10) ** scale))
        table = table.set_column(at, name, pc.cast(units, pa.int64(), safe=False))
    frame = table.to_pandas()
    for name in ("booked_on", "listed_start", "listed_end"):
        if name in frame:
            frame[name] = pd.to_datetime(frame[name])
    return frame


if __name__ == "__main__":
    main(*sys.argv[1:])
