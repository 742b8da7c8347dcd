"""An order line can earn MDF and a VIP rebate: two golden cases, one per program, hold the same lines."""

from __future__ import annotations

import csv
from pathlib import Path

CASES = Path(__file__).parent.parent / "programs" / "mdf" / "cases"
MDF, VIP = CASES / "order-earns-vip-too", CASES / "order-earns-vip-too-in-vip25"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_both_cases_hold_the_same_order_lines() -> None:
    shared = ("id", "partner", "amount", "booked_on")
    orders = [tuple(row[name] for name in shared) for row in rows(MDF / "feeds" / "order.csv")]
    purchases = [tuple(row[name] for name in shared) for row in rows(VIP / "feeds" / "purchase.csv")]
    assert orders == purchases
    assert ("Both-1", "Both", "115000.00", "2015-03-03") in orders


def test_a_partner_earns_by_both_programs() -> None:
    earned = [
        row["earned"]
        for case in (MDF, VIP)
        for row in rows(case / "expected" / "payouts.csv")
        if row["partner"] == "Both" and row["status"] == "earned"
    ]
    assert earned == ["7500.00", "15000.00"]
