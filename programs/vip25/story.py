"""The partners of the VIP25 feeds that the documentation speaks of, row by row, and the products that change list.

Nothing here is drawn by chance and nothing of it is spoiled, except for the last partner, who is there to be refused.
"""

from __future__ import annotations

Row = list[str]

LISTING_CHANGES: dict[str, list[Row]] = {
    # another rate from the first day of the three-month period
    "UCSC-C220-M4S": [["2015-01-25", "2015-04-25", "UCS", "6%"], ["2015-04-26", "", "UCS", "8%"]],
    "CP-DX80-K9": [["2015-01-25", "2015-04-25", "TelePresence", "7%"], ["2015-04-26", "", "TelePresence", "9%"]],
    "AIR-CAP2702I-E-K9": [["2015-01-25", "2015-04-25", "Wireless", "6%"], ["2015-04-26", "", "Wireless", "5%"]],
    # another sub-track on the way
    "CP-DX650-K9": [["2015-01-25", "2015-05-16", "Unified Communications", "6%"], ["2015-05-17", "", "TelePresence", "7%"]],
    "ISE-VM-K9": [["2015-01-25", "2015-04-25", "Network Security", "12%"], ["2015-04-26", "", "Identity Services", "12%"]],
    # off the list before the end
    "CSACS-3495-K9": [["2015-01-25", "2015-05-02", "Identity Services", "4%"]],
    # to be refused: a rate without its percent sign, and one with a comma
    "WS-C4507R+E": [["2015-01-25", "2015-06-27", "Switching", "3.5%"], ["2015-06-28", "", "Switching", "12"]],
    "N7K-C7004": [["2015-01-25", "2015-06-27", "Unified Fabric", "5%"], ["2015-06-28", "", "Unified Fabric", "5,5%"]],
}

PARTNERS = [
    ["NL0001", "Polderlink Netwerken", "NL", "Premier"],
    ["NL0002", "Waterlinie ICT", "NL", "Premier"],
    ["NL0003", "Stille Waters IT", "NL", "Select"],
    ["NL0004", "Kempenland Datacenters", "NL", "Gold"],
    ["NL0005", "Veluwe Cloud Systems", "NL", "Gold"],
    ["NL0006", "Maasduin Automatisering", "NL", "Premier"],
    ["BE0001", "Scheldeoever IT", "BE", "Premier"],
    ["DE0001", "Rheinwerk Datentechnik", "DE", "Gold"],
    ["GB0001", "Thamesgate Networks", "GB", "Premier"],
    ["NL0099", "Duinzicht IT", "NL", "Premiere"],
]

ENROLMENTS = [
    ["NL0001", "Unified Communications", "six_month", "2015-02-09"],
    ["NL0002", "UCS", "six_month", "2015-01-28"],
    ["NL0003", "Identity Services", "three_month", "2015-04-20"],
    ["NL0004", "UCS", "six_month", "2015-01-22"],
    ["NL0005", "UCS", "six_month", ""],
    ["NL0006", "UCS", "six_month", "2015-02-02"],
    ["BE0001", "Network Security", "three_month", "2015-07-20"],
    ["DE0001", "UCS", "six_month", "2015-01-19"],
    ["DE0001", "Switching", "six_month", "2015-01-19"],
    ["DE0001", "Network Security", "three_month", "2015-04-21"],
    ["GB0001", "Wireless", "three_month", "2015-04-27"],
    ["NL0099", "UCS", "six_month", "2015-02-04"],
]

CERTIFICATIONS = [
    ["NL0001", "Express Foundation", "2014-03-01", "2016-02-29", "2014-03-01"],
    ["NL0002", "Advanced Unified Computing Technology", "2014-05-12", "2016-05-11", "2014-05-12"],
    ["NL0003", "ATP ISE", "2014-11-03", "2016-11-02", "2014-11-03"],
    ["NL0004", "Advanced Unified Computing Technology", "2013-10-14", "2015-10-13", "2013-10-14"],
    ["NL0005", "Advanced Unified Computing Technology", "2014-02-17", "2016-02-16", "2014-02-17"],
    ["NL0006", "Advanced Unified Computing Technology", "2013-07-25", "2015-07-24", "2013-07-25"],
    ["BE0001", "Express Foundation", "2014-06-02", "2016-06-01", "2014-06-02"],
    ["BE0001", "Express Security", "2014-06-02", "2016-06-01", "2014-06-02"],
    ["DE0001", "Advanced Unified Computing Technology", "2014-01-13", "2016-01-12", "2014-01-13"],
    ["DE0001", "Advanced Enterprise Networks Architecture", "2014-01-13", "2016-01-12", "2014-01-13"],
    ["DE0001", "Advanced Security Architecture", "2014-09-08", "2016-09-07", "2014-09-08"],
    ["GB0001", "Advanced Wireless LAN", "2014-04-07", "2016-04-06", "2014-04-07"],
    ["NL0099", "Advanced Unified Computing Technology", "2014-05-12", "2016-05-11", "2014-05-12"],
]

SURVEY_DAYS = ["2015-04-28", "2015-05-04", "2015-05-11", "2015-05-18", "2015-05-26", "2015-06-01", "2015-06-08", "2015-06-15",
               "2015-06-22", "2015-06-29", "2015-07-06", "2015-07-13"]  # fmt: skip

SURVEYS = {
    "NL0001": 11,
    "NL0002": 10,
    "NL0003": 2,
    "NL0004": 12,
    "NL0005": 10,
    "NL0006": 10,
    "BE0001": 10,
    "DE0001": 12,
    "GB0001": 10,
    "NL0099": 3,
}
"""How many surveys each partner submits, each of another customer but for one of GB0001."""

PURCHASES = [
    # line, partner, part number, net amount, booked, shipped, invoiced, takes back
    ["SO8000010-1", "NL0001", "BE7M-M4-K9", "26400.00", "2015-03-11", "2015-03-27", "2015-03-30", ""],
    ["SO8000010-2", "NL0001", "CP-8851-K9", "14100.00", "2015-05-06", "2015-05-20", "2015-05-21", ""],
    ["SO8000010-3", "NL0001", "UCM-10X-ENH-UCL", "5600.00", "2015-05-06", "2015-05-08", "2015-05-11", ""],
    ["SO8000020-1", "NL0002", "UCS-FI-6248UP", "25000.00", "2015-02-18", "2015-03-12", "2015-03-13", ""],
    ["SO8000020-2", "NL0002", "UCSC-C240-M4SX", "20800.00", "2015-03-25", "2015-04-09", "2015-04-10", ""],
    ["SO8000020-3", "NL0002", "UCSB-5108-AC2", "5900.00", "2015-06-10", "2015-07-01", "2015-07-02", ""],
    ["SO8000020-4", "NL0002", "UCS-MR-1X162RU-A", "5799.99", "2015-06-10", "2015-06-19", "2015-06-22", ""],
    ["SO8000040-1", "NL0004", "UCSB-B200-M4-U", "43000.00", "2015-02-26", "2015-03-18", "2015-03-19", ""],
    ["SO8000040-2", "NL0004", "CUIC-SVR-50", "11900.00", "2015-04-14", "2015-04-15", "2015-04-17", ""],
    ["SO8000040-3", "NL0004", "CUIC-BASE-K9", "6300.00", "2015-04-14", "2015-04-15", "2015-04-17", ""],
    ["RSO8000040-1", "NL0004", "UCSB-B200-M4-U", "-4300.00", "2015-07-20", "2015-07-28", "2015-07-30", "SO8000040-1"],
    ["SO8000050-1", "NL0005", "UCS-FI-6296UP", "43000.00", "2015-03-04", "2015-03-26", "2015-03-27", ""],
    ["SO8000050-2", "NL0005", "UCSC-C240-M4SX", "15600.00", "2015-05-19", "2015-06-04", "2015-06-05", ""],
    ["SO8000050-3", "NL0005", "CUIC-BASE-K9", "6800.00", "2015-05-19", "2015-05-20", "2015-05-22", ""],
    ["SO8000060-1", "NL0006", "UCSC-C460-M4", "58000.00", "2015-06-03", "2015-06-25", "2015-06-26", ""],
    ["SO8000070-1", "BE0001", "ASA5516-K9", "15500.00", "2015-05-12", "2015-05-28", "2015-05-29", ""],
    ["SO8000070-2", "BE0001", "FS-VMW-10-SW-K9", "2900.00", "2015-05-12", "2015-05-13", "2015-05-15", ""],
    ["SO8000070-3", "BE0001", "L-ASA5506-TAMC-1Y", "4100.00", "2015-06-16", "2015-06-17", "2015-06-19", ""],
    ["SO8000080-1", "DE0001", "UCSB-B420-M4-U", "98000.00", "2015-03-17", "2015-04-15", "2015-04-16", ""],
    ["SO8000080-2", "DE0001", "UCS-FI-6248UP", "25000.00", "2015-03-17", "2015-04-08", "2015-04-09", ""],
    ["SO8000081-1", "DE0001", "C6880-X-LE", "100200.00", "2015-02-24", "2015-03-24", "2015-03-25", ""],
    ["SO8000081-2", "DE0001", "WS-C3850-48P-S", "55000.00", "2015-05-27", "2015-06-17", "2015-06-18", ""],
    ["SO8000082-1", "DE0001", "FP8350-K9", "43500.00", "2015-05-05", "2015-06-02", "2015-06-03", ""],
    ["SO8000082-2", "DE0001", "ASA5545-K9", "16400.00", "2015-06-09", "2015-06-24", "2015-06-25", ""],
    ["SO8000090-1", "GB0001", "AIR-CT5760-25-K9", "33900.00", "2015-05-13", "2015-06-05", "2015-06-08", ""],
    ["SO8000090-2", "GB0001", "AIR-CAP3702I-E-K9", "24400.00", "2015-06-18", "2015-07-03", "2015-07-06", ""],
    ["SO8000990-1", "NL0099", "UCSC-C240-M4SX", "41600.00", "2015-04-08", "2015-04-29", "2015-04-30", ""],
    ["SO8000990-2", "NL0099", "UCS-FI-6248UP", "25000.00", "2015-05-20", "2015-06-11", "2015-06-12", ""],
]


def partners() -> dict[str, list[Row]]:
    """Rows for the feeds partner, enrollment, certification, survey (still without ids) and purchase."""
    surveys = []
    for partner, count in SURVEYS.items():
        for number in range(count):
            asked = 3 if partner == "GB0001" and number == 9 else number  # its fourth customer answers twice
            surveys.append(["", partner, f"{partner[:2]}-C{partner[2:]}{asked:03d}", SURVEY_DAYS[number], "4"])
    purchases = [
        [identity, partner, part, f"{partner[:2]}-C{partner[2:]}001", *rest] for identity, partner, part, *rest in PURCHASES
    ]
    return {
        "partner": [[*row] for row in PARTNERS],
        "enrollment": [[*row] for row in ENROLMENTS],
        "certification": [[*row] for row in CERTIFICATIONS],
        "survey": surveys,
        "purchase": purchases,
    }
