"""Feeds in the canonical notation written again as people export them: other names, another notation, another encoding."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from incdsl.core import ir
from incdsl.core import types as ty

VIP25 = {
    "Product": ("Parts.csv", "Part No.|Description|Prod. Family"),
    "Listing": ("Sub-track list.csv", "Part No.|Listed from|Listed to|Sub-track|Rebate %"),
    "Partner": ("Partners 2015.csv", "Partner ID|Company|Country|Tier"),
    "Certification": ("Specializations held.csv", "Partner ID|Specialization|Valid from|Valid to|Award Dt"),
    "Survey": ("CSAT surveys.csv", "Survey No|Partner ID|Cust.|Submitted Dt|Score"),
    "Enrollment": ("VIP enrolments.csv", "Partner ID|Sub-track|VIP Period|Sign-up Dt"),
    "Purchase": (
        "Bookings export.csv",
        "SO Line|Partner ID|Part No.|End Cust.|Amount (USD)|Booking Dt|Ship Dt|Inv. Dt|Returns line",
    ),
}
"""For each record of VIP25, what its file is called in the export, and the names of its columns."""

UNREADABLE = "?"
"""What is put before a value that the canonical notation does not read, lest the other notation does."""


def export(program: ir.Program, feeds: Path, out: Path, names: Mapping[str, tuple[str, str]]) -> None:
    """Write canonical CSV feeds as an export: semicolons, cp1252, 31/01/2015, 57.500,00 and a percent as 8,5.

    Characters that cp1252 does not have are left out, of the values in `feeds` as well.
    """
    out.mkdir(exist_ok=True)
    for relation in program.relations:
        if not isinstance(relation.source, ir.Feed):
            continue
        file, columns = names[relation.name]
        path = feeds / f"{relation.source.file}.csv"
        path.write_bytes(path.read_bytes().decode().encode("cp1252", "ignore").decode("cp1252").encode())
        with path.open(encoding="utf-8", newline="") as text:
            header, *rows = csv.reader(text)
        assert header == [column.name for column in relation.stored]
        with (out / file).open("w", encoding="cp1252", newline="") as text:
            writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
            writer.writerow(columns.split("|"))
            for row in rows:
                padded = zip(row, relation.stored, strict=False)
                writer.writerow([_written(value, ty.known(column.type)) for value, column in padded])


def _written(value: str, type_: ty.Known) -> str:
    bare = value.strip(" ")
    if not bare:
        return value
    match type_:
        case ty.Date():
            found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", bare, re.ASCII)
            return f"{found[3]}/{found[2]}/{found[1]}" if found else UNREADABLE + value
        case ty.Money():
            found = re.fullmatch(r"(-?)(\d+)(?:\.(\d{1,2}))?", bare, re.ASCII)
            if found is None:
                return UNREADABLE + value
            whole = f"{int(found[2]):,}".replace(",", ".")
            return f"{found[1]}{whole}" + (f",{found[3]}" if found[3] else "")
        case ty.Percent():
            return bare[:-1].replace(".", ",") if re.fullmatch(r"\d+(\.\d+)?%", bare, re.ASCII) else UNREADABLE + value
        case _:
            return value
