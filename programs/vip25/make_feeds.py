"""Writes the realistic feeds of VIP25 into `feeds/`: the same bytes every time, from one seed and whole numbers only.

    python programs/vip25/make_feeds.py

Partners, purchases and prices are invented. `story.py` holds the partners that the documentation speaks of, `dirt.py`
what is wrong with some rows, `catalogue.py` the products and the names.
"""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path

import catalogue
import dirt
import story

SEED = 25
EXPORTED = date(2015, 8, 7)  # the day the feeds were taken from the systems: nothing later is in them
PERIODS = {"six_month": (date(2015, 1, 25), date(2015, 7, 25)), "three_month": (date(2015, 4, 26), date(2015, 7, 25))}
HEADERS = {
    "partner": ["id", "name", "country", "level"],
    "product": ["id", "name", "family"],
    "listing": ["product", "listed_start", "listed_end", "subtrack", "rebate_rate"],
    "certification": ["partner", "expertise", "held_start", "held_end", "awarded_on"],
    "survey": ["id", "partner", "customer", "submitted_on", "score"],
    "enrollment": ["partner", "subtrack", "period", "signed_on"],
    "purchase": ["id", "partner", "product", "customer", "amount", "booked_on", "shipped_on", "invoiced_on", "returns"],
}
VOLUME_CLASSES = [(12, 0, 0), (20, 10, 70), (12, 75, 99), (36, 101, 180), (20, 180, 400)]
"""Weight, and the least and the greatest volume in percent of what is usual in the market."""

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


def happened(day: date) -> str:
    """The day as text, blank when it lies after the export."""
    return day.isoformat() if day <= EXPORTED else ""


def partners() -> list[Row]:
    """Invented companies; half of them Select, a third Premier, the rest Gold."""
    rows = []
    for country, count in catalogue.PARTNERS.items():
        firsts, lasts = catalogue.NAMES[country]
        names = [f"{first} {last}" for first in firsts for last in lasts]
        dice.shuffle(names)
        for number, name in enumerate(sorted(names[:count]), start=101):
            level = dice.choice(["Select"] * 3 + ["Premier"] * 2 + ["Gold"])
            rows.append([f"{country}{number:04d}", name, country, level])
    return rows


def listings() -> list[Row]:
    """The list of each sub-track; some products change rate or sub-track, come late or leave early."""
    rows: list[Row] = []
    for number, item in enumerate(item for item in catalogue.ITEMS if item.subtrack):
        begin = "2015-01-25"
        if item.part in story.LISTING_CHANGES:
            rows.extend([item.part, *change] for change in story.LISTING_CHANGES[item.part])
        elif number % 29 == 11:  # came on the list in March
            rows.append([item.part, "2015-03-01", "", item.subtrack, item.rate])
        elif number % 29 == 17:  # left the list at the end of June
            rows.append([item.part, begin, "2015-06-27", item.subtrack, item.rate])
        else:
            rows.append([item.part, begin, "", item.subtrack, item.rate])
    return rows


def enrolments(partner: Row) -> list[Row]:
    """Two to six sub-tracks, the more the higher the level; now and then one for both periods, or not yet signed."""
    identity, _, _, level = partner
    least, most = {"Select": (1, 3), "Premier": (2, 4), "Gold": (3, 6)}[level]
    rows = []
    for subtrack in dice.sample(list(catalogue.EXPERTISE), dice.randint(least, most)):
        periods = ["six_month", "three_month"] if chance(12) else [dice.choice(["six_month", "six_month", "three_month"])]
        for period in periods:
            start, end = PERIODS[period]
            signed = between(start - timedelta(days=24), end - timedelta(days=20))
            rows.append([identity, subtrack, period, "" if chance(9) else signed.isoformat()])
    return rows


def certifications(partner: Row, subtracks: list[str]) -> list[Row]:
    """What the partner holds: mostly what its sub-tracks ask for, some of it running out or awarded on the way."""
    identity, _, _, level = partner
    wanted = [dice.choice(catalogue.EXPERTISE[subtrack]) for subtrack in dict.fromkeys(subtracks) if chance(92)]
    if level == "Premier" and chance(70):
        wanted.append("Express Foundation")
    rows = []
    for expertise in dict.fromkeys(wanted):
        kind = dice.randrange(100)
        if kind < 80:
            start = between(date(2013, 9, 1), date(2015, 1, 10))
            rows.append([identity, expertise, start.isoformat(), (start + timedelta(days=730)).isoformat(), start.isoformat()])
        elif kind < 90:  # runs out on the way; half of these are renewed in time
            end = between(date(2015, 4, 1), date(2015, 7, 31))
            start = end - timedelta(days=730)
            rows.append([identity, expertise, start.isoformat(), end.isoformat(), start.isoformat()])
            if chance(50):
                again = end + timedelta(days=1)
                renewed = end - timedelta(days=dice.randint(5, 40))
                rows.append(
                    [identity, expertise, again.isoformat(), (again + timedelta(days=730)).isoformat(), renewed.isoformat()]
                )
        else:
            start = between(date(2015, 2, 1), date(2015, 7, 20))
            rows.append([identity, expertise, start.isoformat(), "", start.isoformat()])
    return rows


def surveys(partner: Row) -> list[Row]:
    """Satisfaction surveys from January to the export, without ids; now and then the same customer answers twice."""
    identity, _, country, level = partner
    least, most = {"Select": (6, 20), "Premier": (9, 28), "Gold": (14, 40)}[level]
    rows = []
    for number in range(dice.randint(least, most)):
        customer = f"{country}-C{identity[2:]}{number - dice.randrange(number + 1) if chance(6) else number:03d}"
        day = between(date(2015, 4, 1), EXPORTED) if chance(65) else between(date(2015, 1, 10), date(2015, 4, 30))
        rows.append(["", identity, customer, day.isoformat(), str(dice.choice([2, 3, 3, 4, 4, 4, 4, 5, 5, 5]))])
    return rows


def line(partner: str, item: catalogue.Item, quantity: int, customer: str, booked: date) -> Row:
    """A purchase line, without its id: list price less a discount of up to 15 percent."""
    amount = item.price * quantity * (100 - dice.randint(0, 15))
    shipped = booked + timedelta(days=dice.randint(2, 35))
    invoiced = shipped + timedelta(days=dice.randint(0, 4))
    return ["", partner, item.part, customer, cents(amount), booked.isoformat(), happened(shipped), happened(invoiced), ""]


def purchases(partner: Row, subtrack: str, period: str) -> list[Row]:
    """The lines of one enrolment: none, or as many as bring it near a volume drawn from `VOLUME_CLASSES`."""
    identity, _, country, _ = partner
    _, least, most = dice.choice([volume for volume in VOLUME_CLASSES for _ in range(volume[0])])
    usual = catalogue.USUAL_VOLUME[subtrack] * 1000 * catalogue.MARKET.get(country, 100)
    goal = usual * dice.randint(least, most) // 100  # in cents, as `usual` is: thousands of dollars times percent
    items = [item for item in catalogue.ITEMS if item.subtrack == subtrack]
    size = max(goal // dice.randint(14, 36), 1)
    rows: list[Row] = []
    bought = 0
    while bought < goal:
        customer, booked = f"{country}-C{identity[2:]}{dice.randrange(40):03d}", between(*PERIODS[period])
        for _ in range(dice.randint(1, 4)):
            item = dice.choice([item for item in items if item.price * 100 < 3 * size] or items[:1])
            rows.append(line(identity, item, dice.randint(1, max(1, 2 * size // (item.price * 100))), customer, booked))
            bought += int(rows[-1][4].replace(".", ""))
    return rows


def other_purchases(partner: Row) -> list[Row]:
    """Lines beside any enrolment: accessories, other sub-tracks, days before and after the periods."""
    identity, _, country, _ = partner
    rows = []
    for _ in range(dice.randint(22, 44)):
        item = dice.choice([item for item in catalogue.ITEMS if item.price < 1500])
        customer = f"{country}-C{identity[2:]}{dice.randrange(40):03d}"
        rows.append(line(identity, item, dice.randint(1, 3), customer, between(date(2015, 1, 5), EXPORTED)))
    return rows


def numbered(rows: list[Row], spare: set[str]) -> list[Row]:
    """The lines in order of booking, with ids; about three in a hundred are taken back later, whole."""
    rows.sort(key=lambda row: (row[5], row[1]))
    for number, row in enumerate(rows):
        row[0] = row[0] or f"SO{7000000 + 3 * number}-1"
    taken_back = []
    for row in rows:
        booked = date.fromisoformat(row[5]) + timedelta(days=dice.randint(10, 60))
        if row[1] not in spare and chance(3) and booked <= EXPORTED:
            back = happened(booked + timedelta(days=7))
            taken_back.append(["R" + row[0], row[1], row[2], row[3], "-" + row[4], booked.isoformat(), back, back, row[0]])
    return sorted(rows + taken_back, key=lambda row: (row[5], row[0]))


def main() -> None:
    """Make every feed, spoil what `dirt` plans, and write the files."""
    ordinary = partners()
    feeds: dict[str, list[Row]] = {name: [] for name in HEADERS}
    feeds["product"] = [[item.part, item.description, item.family] for item in catalogue.ITEMS]
    feeds["listing"] = listings()
    for partner in ordinary:
        signed = enrolments(partner)
        feeds["enrollment"] += signed
        feeds["certification"] += certifications(partner, [row[1] for row in signed])
        feeds["survey"] += surveys(partner)
        for row in signed:
            feeds["purchase"] += purchases(partner, row[1], row[2])
        feeds["purchase"] += other_purchases(partner)
    named = story.partners()
    feeds["partner"] = named["partner"] + ordinary
    for name in ("enrollment", "certification", "survey", "purchase"):
        feeds[name] += named[name]
    clean = {row[0] for row in named["partner"]}
    feeds["purchase"] = numbered(feeds["purchase"], clean)
    feeds["survey"].sort(key=lambda row: (row[3], row[1], row[2]))
    for number, row in enumerate(feeds["survey"]):
        row[0] = f"CSAT-{40000 + number}"
    folder = Path(__file__).parent / "feeds"
    for name, header in HEADERS.items():
        rows = sorted(feeds[name]) if name in ("partner", "enrollment", "certification") else feeds[name]
        if "partner" in header:
            rows = dirt.spoil(name, header, rows, clean, dice)
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    main()
