"""The partners of the MDF feeds that the documentation speaks of, row by row. None of them is spoiled."""

from __future__ import annotations

Row = list[str]

TAG = "Managed Services"

PARTNERS = [
    ["BE0001", "Scheldeoever IT", "BE", "Select"],
    ["DE0001", "Rheinwerk Datentechnik", "DE", "Gold"],
    ["GB0001", "Thamesgate Networks", "GB", "Gold"],
    ["NL0001", "Polderlink Netwerken", "NL", "Premier"],
    ["NL0002", "Waterlinie ICT", "NL", "Select"],
    ["NL0003", "Kempenland Datacenters", "NL", "Premier"],
    ["NL0004", "Maasduin Automatisering", "NL", "Gold"],
    ["NL0005", "Veluwe Cloud Systems", "NL", "Select"],
]

SERVICES = [
    ["DE0001", "Managed SD-WAN", "yes", "2021-03-01", ""],
    ["GB0001", "Managed Backup", "no", "2020-09-01", ""],  # powered, and not strategic
    ["NL0001", "Managed Security", "yes", "2021-06-01", "2023-04-28"],  # a day before the third quarter of FY2023 ends
    ["NL0003", "Managed Collaboration", "yes", "2021-06-01", "2023-04-29"],  # on the day on which it ends
    ["NL0004", "Managed SD-WAN", "yes", "2022-01-10", ""],
]

ORDERS = [
    # Rheinwerk: large enough for the ceiling of 100,000.00 in the fourth quarter of FY2023
    ["DE0001-1", "DE0001", "1850000.00", "2023-05-09", TAG],
    ["DE0001-2", "DE0001", "1650000.00", "2023-06-20", TAG],
    # Scheldeoever: tags nothing; its January bookings count, those of 1 February and after do not
    ["BE0001-1", "BE0001", "30000.00", "2023-01-30", ""],
    ["BE0001-2", "BE0001", "20000.00", "2023-01-31", "Resale"],
    ["BE0001-3", "BE0001", "45000.00", "2023-02-01", "Resale"],
    ["BE0001-4", "BE0001", "25000.00", "2023-03-14", ""],
    # Waterlinie: the same days, a cent less in January
    ["NL0002-1", "NL0002", "49999.99", "2023-01-31", ""],
    ["NL0002-2", "NL0002", "70000.00", "2023-02-01", "managed services"],
    # Thamesgate, Polderlink, Kempenland: enough bookings, tagged
    ["GB0001-1", "GB0001", "310000.00", "2023-03-01", TAG],
    ["NL0001-1", "NL0001", "120000.00", "2023-02-20", TAG],
    ["NL0003-1", "NL0003", "120000.00", "2023-02-20", TAG],
    # Maasduin: a return takes it under the threshold on the last day of the quarter
    ["NL0004-1", "NL0004", "260000.00", "2023-02-28", TAG],
    ["NL0004-2", "NL0004", "-10000.01", "2023-04-29", TAG],
    # Veluwe: the last day of one quarter and the first of the next, each exactly the threshold
    ["NL0005-1", "NL0005", "50000.00", "2023-01-28", ""],
    ["NL0005-2", "NL0005", "50000.00", "2023-01-29", ""],
]
