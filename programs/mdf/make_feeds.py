"""Writes the realistic feeds of MDF into `feeds/`: the same bytes every time, from one seed and whole numbers only.

    python programs/mdf/make_feeds.py

Partners, services and orders are invented. `story.py` holds the partners that the documentation speaks of.
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path

import story

sys.path.insert(0, str(Path(__file__).parents[1] / "shared"))

from spoil import Dirt, day_first, has_thousands, spoil, with_commas, with_points, write

SEED = 23
BEGUN = date(2022, 1, 30)  # the first day of the third quarter of FY2022
CHANGED = date(2023, 2, 1)  # from here on an order has to be tagged
ENDED = date(2023, 7, 29)  # the last day of FY2023, on which the feeds were taken from the systems
HEADERS = {
    "partner": ["id", "name", "country", "level"],
    "product": ["id", "name", "family"],
    "powered_service": ["partner", "service", "strategic", "offered_start", "offered_end"],
    "order": ["id", "partner", "amount", "booked_on", "intended_use"],
}
NAMES = {
    "BE": (["Demer", "Dijle", "Leie", "Maas", "Ourthe"], ["Datacom", "ICT", "Netwerken", "Telecom", "IT"]),
    "DE": (["Alster", "Havel", "Isar", "Neckar", "Weser"], ["Datentechnik", "Netze", "Systemhaus", "IT", "Cloud"]),
    "FR": (["Adour", "Garonne", "Loire", "Moselle", "Vosges"], ["Réseaux", "Systèmes", "Informatique", "Cloud", "Télécom"]),
    "GB": (["Avon", "Mersey", "Severn", "Tamar", "Tyne"], ["Networks", "Systems", "Data", "Telecom", "IT"]),
    "NL": (["Amstel", "Eemland", "Flevo", "IJssel", "Vecht"], ["ICT", "Netwerken", "Datacom", "Cloud", "Telecom"]),
}
PRODUCTS = [
    ["C9300-48P-A", "Catalyst 9300, 48 PoE ports", "Enterprise Networks"],
    ["MX85-HW", "Meraki MX85 security appliance", "Security"],
]
SERVICES = [
    ("Managed SD-WAN", "yes"),
    ("Managed Security", "yes"),
    ("Managed Collaboration", "yes"),
    ("Managed Access", "no"),
    ("Managed Backup", "no"),
]
USUAL = {"Select": 50_000, "Premier": 100_000, "Gold": 250_000}
"""What a partner of each level books in an ordinary quarter, in dollars."""
OTHER_USES = ["", "", "", "Resale", "Resale", "Internal Business Use"]

DIRT = [
    Dirt("partner", "level", 1, lambda cell: "Premiere", lambda cell: cell == "Premier"),
    Dirt("powered_service", "strategic", 3, lambda cell: cell.title()),
    Dirt("powered_service", "offered_start", 2, day_first),
    Dirt("order", "partner", 10, lambda cell: cell.replace("0", "O", 1)),
    Dirt("order", "amount", 12, with_commas, has_thousands),
    Dirt("order", "amount", 10, with_points, has_thousands),
    Dirt("order", "amount", 6, lambda cell: ""),
    Dirt("order", "amount", 5, lambda cell: f"{cell} USD"),
    Dirt("order", "booked_on", 14, day_first),
    Dirt("order", "booked_on", 5, lambda cell: ""),
    Dirt("order", "booked_on", 3, lambda cell: f"{cell[:4]}-02-30"),
    # these are no errors: the rows are used, and another spelling is not the tag
    Dirt("order", "intended_use", 9, str.lower, lambda cell: cell == story.TAG),
    Dirt("order", "intended_use", 7, lambda cell: "Managed Service", lambda cell: cell == story.TAG),
    Dirt("order", "partner", 8, lambda cell: f"{cell} "),
]
TWICE = {"order": 7, "powered_service": 1}
"""Rows that stand twice in a file; both are refused."""

Row = list[str]
dice = random.Random(SEED)


def between(first: date, last: date) -> date:
    """A day from `first` through `last`."""
    return first + timedelta(days=dice.randint(0, (last - first).days))


def chance(percent: int) -> bool:
    """Yes in so many of a hundred cases."""
    return dice.randrange(100) < percent


def cents(amount: int) -> str:
    """An amount in cents as the feeds print it."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def partners() -> list[Row]:
    """Invented companies, 25 in each country; half of them Select, a third Premier, the rest Gold."""
    rows = []
    for country, (firsts, lasts) in NAMES.items():
        names = sorted(f"{first} {last}" for first in firsts for last in lasts)
        for number, name in enumerate(names, start=101):
            rows.append([f"{country}{number:04d}", name, country, dice.choice(["Select"] * 3 + ["Premier"] * 2 + ["Gold"])])
    return rows


def services(partner: Row) -> list[Row]:
    """The powered services of a partner, the more the higher its level; some begin or end within the six quarters."""
    least, most = {"Select": (0, 1), "Premier": (0, 2), "Gold": (1, 3)}[partner[3]]
    rows = []
    for name, strategic in dice.sample(SERVICES, dice.randint(least, most)):
        start = between(date(2020, 1, 6), date(2021, 12, 31)) if chance(70) else between(BEGUN, ENDED)
        end = between(start + timedelta(days=120), date(2024, 6, 30)).isoformat() if chance(25) else ""
        rows.append([partner[0], name, strategic, start.isoformat(), end])
    return rows


def orders(partner: Row) -> list[Row]:
    """The orders of a partner without their ids; tagging becomes usual only after the change, and returns are rare."""
    identity, _, _, level = partner
    share = dice.choice([15, 40, 60, 80, 100, 120, 160])  # percent of what is usual
    diligent = dice.choice([5, 40, 80, 95])  # percent of its orders that it tags once it has to
    rows = []
    for _ in range(dice.randint(24, 48)):
        booked = between(BEGUN, ENDED)
        amount = USUAL[level] * share * dice.randint(4_000, 36_000) // 100_000  # in cents
        tagged = chance(diligent if booked >= CHANGED else 12)
        use = story.TAG if tagged else dice.choice(OTHER_USES)
        rows.append(["", identity, cents(amount), booked.isoformat(), use])
        back = booked + timedelta(days=dice.randint(5, 50))
        if chance(3) and back <= ENDED:
            rows.append(["", identity, cents(-amount), back.isoformat(), use])
    return rows


def main() -> None:
    """Make every feed, spoil what `DIRT` plans, and write the files."""
    ordinary = partners()
    made = [row for partner in ordinary for row in orders(partner)]
    made.sort(key=lambda row: (row[3], row[1], row[2]))
    for number, row in enumerate(made):
        row[0] = f"PO{4100000 + 7 * number}"
    feeds = {
        "partner": sorted(story.PARTNERS + ordinary),
        "product": PRODUCTS,
        "powered_service": sorted(story.SERVICES + [row for partner in ordinary for row in services(partner)]),
        "order": sorted(story.ORDERS + made, key=lambda row: (row[3], row[0])),
    }
    kept = {row[0] for row in story.PARTNERS}
    for name, header in HEADERS.items():
        rows = spoil(name, header, feeds[name], DIRT, TWICE.get(name, 0), kept, dice)
        write(Path(__file__).parent / "feeds", name, header, rows)


if __name__ == "__main__":
    main()
