"""Writes the realistic feeds of the CX program into `feeds/`: the same bytes every time, from one seed and whole numbers only.

    python programs/cx/make_feeds.py

Partners and people are invented. `story.py` holds the partners that the documentation speaks of. The feeds of Lifecycle
Incentives hold the same partners: run `programs/lci/make_feeds.py` after this.
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path

import story

sys.path.insert(0, str(Path(__file__).parents[1] / "shared"))

from spoil import Dirt, day_first, spoil, write

SEED = 3
EXPORTED = date(2022, 7, 30)  # the day the feeds were taken from the systems: nothing later is in them
HEADERS = {
    "partner": ["id", "name", "country", "level"],
    "product": ["id", "name", "family"],
    "role": ["partner", "person", "role", "held_start", "held_end"],
    "certificate": ["person", "valid_start", "valid_end"],
    "reference": ["partner", "customer", "submitted_on"],
    "questionnaire": ["partner", "submitted_on"],
}
NAMES = {
    "CZ": (["Labe", "Morava", "Ohře", "Sázava", "Šumava"], ["Data", "Sítě", "Systémy", "Telekom", "IT"]),
    "DE": (["Alster", "Elbe", "Havel", "Isar", "Neckar", "Weser"], ["Datentechnik", "Netze", "Systemhaus", "IT", "Cloud"]),
    "FI": (["Kallavesi", "Näsi", "Päijänne", "Inari"], ["Data", "Verkot", "Järjestelmät", "Pilvi", "IT"]),
    "FR": (["Adour", "Cévennes", "Garonne", "Loire", "Vosges"], ["Réseaux", "Systèmes", "Informatique", "Cloud", "Télécom"]),
    "KZ": (["Balqash", "Ertis", "Saryarqa", "Shu", "Syrdarya"], ["IT", "Networks", "Systems", "Data", "Telecom"]),
    "NL": (["Amstel", "Eemland", "Flevo", "IJssel", "Merwede", "Vecht"], ["ICT", "Netwerken", "Datacom", "Cloud", "Telecom"]),
    "PL": (["Bug", "Mazury", "Odra", "San", "Warta"], ["Dane", "Sieci", "Systemy", "Telekom", "IT"]),
}
PER_COUNTRY = 24
AMBITIONS = ["none"] * 6 + ["Express"] * 7 + ["Advanced"] * 7
"""What partners set out for: some nothing, some half of what a level needs."""

DIRT = [
    Dirt("partner", "level", 1, lambda cell: f"{cell} Partner"),
    Dirt("role", "role", 4, lambda cell: "Customer Success Manager", lambda cell: cell == "CustomerSuccessManager"),
    Dirt("role", "role", 2, lambda cell: "RenewalManager", lambda cell: cell == "RenewalsManager"),
    Dirt("role", "held_start", 3, day_first),
    Dirt("role", "person", 2, lambda cell: ""),
    Dirt("certificate", "valid_start", 3, day_first),
    Dirt("reference", "customer", 2, lambda cell: ""),
    Dirt("reference", "submitted_on", 3, day_first),
    Dirt("reference", "partner", 3, lambda cell: cell.replace("0", "O", 1)),
    Dirt("questionnaire", "submitted_on", 2, day_first),
]
TWICE = {"role": 3, "certificate": 2, "reference": 2}
"""Rows that stand twice in a file; both are refused."""

Row = list[str]
dice = random.Random(SEED)


def between(first: date, last: date) -> date:
    """A day from `first` through `last`."""
    return first + timedelta(days=dice.randint(0, max((last - first).days, 0)))


def chance(percent: int) -> bool:
    """Yes in so many of a hundred cases."""
    return dice.randrange(100) < percent


def partners() -> list[Row]:
    """Invented companies; half of them Select, a third Premier, the rest Gold."""
    rows = []
    for country, (firsts, lasts) in NAMES.items():
        names = [f"{first} {last}" for first in firsts for last in lasts]
        dice.shuffle(names)
        for number, name in enumerate(sorted(names[:PER_COUNTRY]), start=101):
            rows.append([f"{country}{number:04d}", name, country, dice.choice(["Select"] * 3 + ["Premier"] * 2 + ["Gold"])])
    return rows


class Practice:
    """What one partner builds up: people in roles, certificates, references, a questionnaire."""

    def __init__(self, partner: str) -> None:
        self.partner = partner
        self.begun = between(date(2020, 1, 1), date(2021, 12, 31))
        self.people = 0
        self.rows: dict[str, list[Row]] = {name: [] for name in HEADERS}

    def person(self) -> str:
        """The id of a person not seen before."""
        self.people += 1
        return f"{self.partner}-P{self.people}"

    def role(self, person: str, role: str) -> None:
        """A person takes on a role in the first half year; one in eleven leaves it, and is mostly replaced."""
        since = between(self.begun, self.begun + timedelta(days=180))
        leaves = between(since + timedelta(days=200), date(2022, 12, 31)) if chance(9) else None
        self.rows["role"].append([self.partner, person, role, since.isoformat(), leaves.isoformat() if leaves else ""])
        if role == "CustomerSuccessManager" and chance(90):
            self.certificate(person, since)
        if leaves is not None and leaves <= EXPORTED and chance(60):
            self.successor(role, leaves)

    def successor(self, role: str, left: date) -> None:
        """Somebody new takes a role over within two months."""
        person = self.person()
        since = between(left + timedelta(days=1), left + timedelta(days=60))
        self.rows["role"].append([self.partner, person, role, since.isoformat(), ""])
        if role == "CustomerSuccessManager":
            self.certificate(person, since)

    def certificate(self, person: str, near: date) -> None:
        """A certificate of two years, got about when the role begins; most are renewed before they end."""
        start = between(near - timedelta(days=90), near + timedelta(days=120))
        while start <= EXPORTED:
            end = start + timedelta(days=729)
            self.rows["certificate"].append([person, start.isoformat(), end.isoformat()])
            if not chance(85):
                break
            start = end + timedelta(days=1)

    def documents(self, references: int) -> None:
        """References of different customers and, in most cases, the questionnaire."""
        for number in range(1, references + 1):
            day = between(self.begun, self.begun + timedelta(days=250))
            if day <= EXPORTED:
                self.rows["reference"].append([self.partner, f"{self.partner}-C{number:02d}", day.isoformat()])
        filled = between(self.begun + timedelta(days=60), self.begun + timedelta(days=300))
        if chance(85):
            self.rows["questionnaire"].append([self.partner, filled.isoformat() if filled <= EXPORTED else ""])

    def build(self, ambition: str) -> None:
        """People and documents for a level; now and then one too few, one too many, or one person in two roles."""
        managers = (2 if ambition == "Express" else 3) + dice.choice([-1, 0, 0, 0, 0, 0, 1])
        roles = ["ExecutiveSponsor", "RenewalsManager", *(["PracticeLead"] if ambition == "Advanced" or chance(10) else [])]
        for role in roles:
            if chance(95):
                self.role(self.person(), role)
        for _ in range(managers):
            self.role(self.person(), "CustomerSuccessManager")
        if self.rows["role"] and chance(12):
            held = self.rows["role"][-1]
            self.rows["role"].append([self.partner, held[1], dice.choice(roles), held[3], held[4]])
        self.documents(dice.choice([1, 2, 2, 2, 2, 3, 4]))


def main() -> None:
    """Make every feed, spoil what `DIRT` plans, and write the files."""
    feeds: dict[str, list[Row]] = {name: [] for name in HEADERS}
    feeds["partner"] = partners()
    for partner in feeds["partner"]:
        practice = Practice(partner[0])
        ambition = dice.choice(AMBITIONS)
        if ambition != "none":
            practice.build(ambition)
        elif chance(40):
            practice.role(practice.person(), dice.choice(["CustomerSuccessManager", "RenewalsManager"]))
        for name, rows in practice.rows.items():
            feeds[name] += rows
    named = {"partner": story.PARTNERS, "role": story.ROLES, "certificate": story.CERTIFICATES}
    named |= {"reference": story.REFERENCES, "questionnaire": story.QUESTIONNAIRES}
    kept = {cell for rows in named.values() for row in rows for cell in row[:2] if cell[2:6] == "0001"}
    for name, header in HEADERS.items():
        rows = sorted(feeds[name] + named.get(name, []))
        rows = spoil(name, header, rows, DIRT, TWICE.get(name, 0), kept, dice)
        write(Path(__file__).parent / "feeds", name, header, rows)


if __name__ == "__main__":
    main()
