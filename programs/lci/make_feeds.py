"""Writes the realistic feeds of Lifecycle Incentives into `feeds/`: the same bytes every time, from one seed.

    python programs/lci/make_feeds.py

Partners, people and documents are those of the CX program, copied from its feeds with their dirt; deals and additional
bookings are invented here. `story.py` holds the deals that the documentation speaks of.
"""

from __future__ import annotations

import csv
import random
import shutil
import sys
from datetime import date, timedelta
from pathlib import Path

import story

sys.path.insert(0, str(Path(__file__).parents[1] / "shared"))

from spoil import Dirt, day_first, has_thousands, spoil, with_commas, with_points, write

HERE = Path(__file__).parent
SEED = 20
EXPORTED = date(2022, 7, 30)  # the day the feeds were taken from the systems: nothing later is in them
BEGUN = date(2020, 10, 25)  # the first day of a fiscal quarter
COPIED = ("partner", "role", "certificate", "reference", "questionnaire")
DEAL = ["id", "partner", "customer", "product", "amount", "booked_on", "activated_on", "plan_submitted_on", "outcome_proven_on"]
EXPANSION = ["id", "deal", "amount", "booked_on"]
PRODUCTS = [
    ["DNA-ADV-3Y", "DNA Advantage, 3 years", "Enterprise Networks"],
    ["DUO-BEYOND", "Duo Beyond", "Security"],
    ["MERAKI-MR", "Meraki wireless, enterprise licence", "Enterprise Networks"],
    ["SECURE-EP", "Secure Endpoint", "Security"],
    ["THOUSANDEYES", "ThousandEyes, enterprise agents", "Observability"],
    ["UMBRELLA-SIG", "Umbrella secure internet gateway", "Security"],
    ["WEBEX-SUITE", "Webex Suite, named users", "Collaboration"],
]
FEW, MANY = (1, 2, 3, 5, 8, 12), (8, 12, 16, 20, 28)
"""How many deals a partner has; more when it applied for CX."""
SIZES = [(8, 3_000, 9_999), (58, 10_000, 120_000), (14, 120_001, 249_999), (15, 250_000, 999_999), (5, 1_000_000, 2_600_000)]
"""Weight, and the least and the greatest amount in dollars."""

DIRT = [
    Dirt("deal", "partner", 4, lambda cell: cell.replace("0", "O", 1), lambda cell: "0" in cell),
    Dirt("deal", "product", 6, str.lower),
    Dirt("deal", "amount", 6, with_commas, has_thousands),
    Dirt("deal", "amount", 4, with_points, has_thousands),
    Dirt("deal", "amount", 3, lambda cell: ""),
    Dirt("deal", "amount", 2, lambda cell: f"-{cell}"),
    Dirt("deal", "booked_on", 5, day_first),
    Dirt("deal", "activated_on", 4, day_first),
    Dirt("deal", "plan_submitted_on", 5, lambda cell: "yes"),
    Dirt("expansion", "deal", 5, lambda cell: cell.replace("-D", "D")),
    Dirt("expansion", "amount", 4, with_commas, has_thousands),
    Dirt("expansion", "booked_on", 3, day_first),
]
TWICE = {"deal": 5, "expansion": 2}
"""Rows that stand twice in a file; both are refused, and the additional bookings of such a deal with them."""

Row = list[str]
dice = random.Random(SEED)


def chance(percent: int) -> bool:
    """Yes in so many of a hundred cases."""
    return dice.randrange(100) < percent


def happened(day: date) -> str:
    """The day as text, blank when it lies after the export."""
    return day.isoformat() if day <= EXPORTED else ""


def amount() -> str:
    """An amount in dollars and cents; one in five is a round one."""
    _, least, most = dice.choice([size for size in SIZES for _ in range(size[0])])
    dollars = dice.randint(least, most)
    return f"{dollars // 1000 * 1000 or 1000}.00" if chance(20) else f"{dollars}.{dice.randrange(100):02d}"


def deal(partner: str, number: int) -> Row:
    """A deal and how far it gets: activated, with a plan, with an outcome, in time or late."""
    booked = BEGUN + timedelta(days=dice.randint(0, (EXPORTED - BEGUN).days))
    activated = booked + timedelta(days=dice.randint(5, 200)) if chance(80) else None
    plan = booked + timedelta(days=dice.choice([*range(10, 90), 88, 89, 90, 91, 92, 100])) if chance(62) else None
    outcome = plan + timedelta(days=dice.randint(-10, 330)) if plan and chance(55) else None
    days = [happened(day) if day else "" for day in (activated, plan, outcome)]
    customer = f"{partner}-C{dice.randint(1, 25):02d}"
    product = dice.choice(PRODUCTS)[0]
    return [f"{partner}-D{number}", partner, customer, product, amount(), booked.isoformat(), *days]


def expansions(deals: list[Row]) -> list[Row]:
    """Additional bookings on most deals that are old enough, about a year after; some too early."""
    rows = []
    for row in deals:
        booked = date.fromisoformat(row[5])
        if chance(45):
            continue
        for number in range(1, dice.choice([1, 1, 1, 2]) + 1):
            again = booked + timedelta(days=dice.choice([*range(300, 560, 5), 364, 365, 366]))
            if again <= EXPORTED:
                cents = int(row[4].replace(".", "")) * dice.randint(10, 70) // 100
                rows.append([f"{row[0]}-X{number}", row[0], f"{cents // 100}.{cents % 100:02d}", again.isoformat()])
    return rows


def main() -> None:
    """Copy the feeds of CX, make the deals, spoil what `DIRT` plans, and write the files."""
    (HERE / "feeds").mkdir(exist_ok=True)
    for name in COPIED:
        shutil.copyfile(HERE.parent / "cx" / "feeds" / f"{name}.csv", HERE / "feeds" / f"{name}.csv")
    with (HERE / "feeds" / "partner.csv").open(encoding="utf-8") as file:
        partners = [row[0] for row in csv.reader(file)][1:]
    named = {row[1] for row in story.DEALS}
    with (HERE / "feeds" / "questionnaire.csv").open(encoding="utf-8") as file:
        applied = {row[0] for row in csv.reader(file)}
    deals = [deal(p, n) for p in partners if p not in named for n in range(1, dice.choice(MANY if p in applied else FEW) + 1)]
    feeds = {"deal": (DEAL, deals, story.DEALS), "expansion": (EXPANSION, expansions(deals), story.EXPANSIONS)}
    kept = {row[0] for row in story.DEALS + story.EXPANSIONS}
    for name, (header, made, told) in feeds.items():
        booked = header.index("booked_on")
        rows = sorted(made + told, key=lambda row, booked=booked: (row[booked], row[0]))
        write(HERE / "feeds", name, header, spoil(name, header, rows, DIRT, TWICE[name], kept, dice))
    write(HERE / "feeds", "product", ["id", "name", "family"], PRODUCTS)


if __name__ == "__main__":
    main()
