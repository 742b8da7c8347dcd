"""The partners of the CX and LCI feeds that the documentation speaks of, row by row. None of their rows is spoiled."""

from __future__ import annotations

Row = list[str]

PARTNERS = [
    ["CZ0001", "Vltava Systems", "CZ", "Gold"],
    ["DE0001", "Spreeblick Netzwerke", "DE", "Premier"],
    ["FI0001", "Saimaa Data", "FI", "Premier"],
    ["KZ0001", "Alatau Solutions", "KZ", "Gold"],
    ["NL0001", "Polderlink Netwerken", "NL", "Premier"],
    ["PL0001", "Wawel Technologie", "PL", "Select"],
]

ROLES = [
    # exactly enough for Advanced
    ["CZ0001", "CZ0001-P1", "ExecutiveSponsor", "2020-09-01", ""],
    ["CZ0001", "CZ0001-P2", "RenewalsManager", "2020-09-01", ""],
    ["CZ0001", "CZ0001-P3", "PracticeLead", "2020-09-01", ""],
    ["CZ0001", "CZ0001-P4", "CustomerSuccessManager", "2020-09-01", ""],
    ["CZ0001", "CZ0001-P5", "CustomerSuccessManager", "2020-09-01", ""],
    ["CZ0001", "CZ0001-P6", "CustomerSuccessManager", "2020-09-01", ""],
    # exactly enough for Express
    ["DE0001", "DE0001-P1", "ExecutiveSponsor", "2020-10-01", ""],
    ["DE0001", "DE0001-P2", "RenewalsManager", "2020-10-01", ""],
    ["DE0001", "DE0001-P3", "CustomerSuccessManager", "2020-10-01", ""],
    ["DE0001", "DE0001-P4", "CustomerSuccessManager", "2020-10-01", ""],
    # one of its two managers is its renewals manager too
    ["FI0001", "FI0001-P1", "ExecutiveSponsor", "2020-10-01", ""],
    ["FI0001", "FI0001-P2", "RenewalsManager", "2020-10-01", ""],
    ["FI0001", "FI0001-P2", "CustomerSuccessManager", "2020-10-01", ""],
    ["FI0001", "FI0001-P3", "CustomerSuccessManager", "2020-10-01", ""],
    # Advanced until its third manager leaves on 14 January 2022
    ["KZ0001", "KZ0001-P1", "ExecutiveSponsor", "2020-09-15", ""],
    ["KZ0001", "KZ0001-P2", "RenewalsManager", "2020-09-15", ""],
    ["KZ0001", "KZ0001-P3", "PracticeLead", "2020-09-15", ""],
    ["KZ0001", "KZ0001-P4", "CustomerSuccessManager", "2020-09-15", ""],
    ["KZ0001", "KZ0001-P5", "CustomerSuccessManager", "2020-09-15", ""],
    ["KZ0001", "KZ0001-P6", "CustomerSuccessManager", "2020-09-15", "2022-01-14"],
    # everything for Express, but the certificate of one manager ended on 30 June 2022
    ["NL0001", "NL0001-P1", "ExecutiveSponsor", "2020-07-01", ""],
    ["NL0001", "NL0001-P2", "RenewalsManager", "2020-07-01", ""],
    ["NL0001", "NL0001-P3", "CustomerSuccessManager", "2020-07-01", ""],
    ["NL0001", "NL0001-P4", "CustomerSuccessManager", "2020-07-01", ""],
    # Wawel has nobody
]

CERTIFICATES = [
    ["CZ0001-P4", "2020-08-20", ""],
    ["CZ0001-P5", "2020-08-20", ""],
    ["CZ0001-P6", "2020-08-20", ""],
    ["DE0001-P3", "2020-09-10", ""],
    ["DE0001-P4", "2020-09-10", ""],
    ["FI0001-P2", "2020-09-10", ""],
    ["FI0001-P3", "2020-09-10", ""],
    ["KZ0001-P4", "2020-09-01", ""],
    ["KZ0001-P5", "2020-09-01", ""],
    ["KZ0001-P6", "2020-09-01", ""],
    ["NL0001-P3", "2020-07-01", "2022-06-30"],
    ["NL0001-P4", "2020-08-01", "2022-07-31"],
]

COMPLETE = ("CZ0001", "DE0001", "FI0001", "KZ0001", "NL0001")
"""Who sent in two references and the questionnaire."""

REFERENCES = [[partner, f"{partner}-C0{number}", "2020-10-05"] for partner in COMPLETE for number in (1, 2)]

QUESTIONNAIRES = [[partner, "2020-10-12"] for partner in COMPLETE]
