"""The deals of the LCI feeds that the documentation speaks of, row by row. None of them is spoiled."""

from __future__ import annotations

Row = list[str]

DEALS = [
    # Vltava Systems, Advanced CX: four small deals with plans in one fiscal quarter, all of them with an outcome
    ["CZ0001-D1", "CZ0001", "CZ0001-C01", "WEBEX-SUITE", "48000.00", "2021-09-20", "2021-10-04", "2021-11-08", "2022-03-14"],
    ["CZ0001-D2", "CZ0001", "CZ0001-C02", "DNA-ADV-3Y", "61500.00", "2021-10-04", "2021-11-15", "2021-11-22", "2022-04-04"],
    ["CZ0001-D3", "CZ0001", "CZ0001-C03", "UMBRELLA-SIG", "25000.00", "2021-10-11", "2021-10-25", "2021-12-06", "2022-05-16"],
    ["CZ0001-D4", "CZ0001", "CZ0001-C04", "SECURE-EP", "94000.00", "2021-11-02", "2021-12-01", "2022-01-17", "2022-06-13"],
    # and the deal that its additional bookings expand
    ["CZ0001-D5", "CZ0001", "CZ0001-C05", "WEBEX-SUITE", "80000.00", "2021-03-01", "2021-04-12", "2021-05-10", "2022-01-31"],
    # Spreeblick Netzwerke, Express: a plan on day 90 and one on day 91
    ["DE0001-D1", "DE0001", "DE0001-C01", "MERAKI-MR", "32000.00", "2022-02-01", "2022-03-01", "2022-05-02", ""],
    ["DE0001-D2", "DE0001", "DE0001-C02", "MERAKI-MR", "32000.00", "2022-02-01", "2022-03-01", "2022-05-03", ""],
    # Wawel Technologie, no CX: earns Use, and no Adopt whatever it submits
    ["PL0001-D1", "PL0001", "PL0001-C01", "DUO-BEYOND", "18000.00", "2022-01-10", "2022-02-07", "2022-03-07", "2022-06-06"],
    # Alatau Solutions, Advanced through 14 January 2022, Express from the day after
    ["KZ0001-D1", "KZ0001", "KZ0001-C01", "THOUSANDEYES", "40000.00", "2022-01-14", "2022-03-01", "2022-03-28", ""],
    ["KZ0001-D2", "KZ0001", "KZ0001-C02", "THOUSANDEYES", "40000.00", "2022-01-15", "2022-03-01", "2022-03-28", ""],
    # Polderlink Netwerken: its outcome comes before its plan; and two deals around the end of a certificate
    ["NL0001-D1", "NL0001", "NL0001-C01", "WEBEX-SUITE", "55000.00", "2022-03-07", "2022-04-04", "2022-05-16", "2022-05-09"],
    ["NL0001-D2", "NL0001", "NL0001-C02", "DUO-BEYOND", "30000.00", "2022-06-30", "", "", ""],
    ["NL0001-D3", "NL0001", "NL0001-C03", "DUO-BEYOND", "30000.00", "2022-07-01", "", "", ""],
]

EXPANSIONS = [
    ["CZ0001-X1", "CZ0001-D5", "20000.00", "2022-02-28"],
    ["CZ0001-X2", "CZ0001-D5", "20000.00", "2022-03-01"],
    ["CZ0001-X3", "CZ0001-D5", "20000.00", "2022-03-02"],
]
