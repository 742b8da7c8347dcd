"""The made-up market of the VIP25 feeds: products with part numbers of 2015, and words for company names.

Part numbers and families are of the time; descriptions, prices and rates are invented for this data set.
"""

from __future__ import annotations

from typing import NamedTuple


class Item(NamedTuple):
    """A product: `subtrack` empty when it is on no list; `rate` as the list prints it; `price` net, in whole dollars."""

    part: str
    description: str
    family: str
    subtrack: str
    rate: str
    price: int


def _items(text: str, family: str, subtrack: str) -> list[Item]:
    rows = [line.split("|") for line in text.strip().splitlines()]
    return [Item(p.strip(), d.strip(), family, subtrack, r.strip(), int(price)) for p, d, r, price in rows]


ITEMS = [
    *_items(
        """
        UCSB-B200-M4-U    | UCS B200 M4 blade server            | 8%   | 4300
        UCSB-B420-M4-U    | UCS B420 M4 blade server            | 8%   | 9800
        UCSC-C220-M4S     | UCS C220 M4 rack server             | 6%   | 3900
        UCSC-C240-M4SX    | UCS C240 M4 rack server             | 6%   | 5200
        UCSC-C460-M4      | UCS C460 M4 rack server             | 7.5% | 14500
        UCSB-5108-AC2     | UCS 5108 blade chassis              | 8%   | 5900
        UCS-FI-6248UP     | UCS 6248UP fabric interconnect      | 10%  | 12500
        UCS-FI-6296UP     | UCS 6296UP fabric interconnect      | 10%  | 21500
        UCS-IOM-2208XP    | UCS 2208XP I/O module               | 8%   | 3600
        UCS-CPU-E52650D   | Xeon E5-2650 v3 processor           | 2%   | 1450
        UCS-MR-1X162RU-A  | 16 GB memory module                 | 2%   | 310
        UCSB-MLOM-40G-03  | VIC 1340 interface card             | 4%   | 780
        CUIC-BASE-K9      | UCS Director, base licence          | 20%  | 6800
        CUIC-SVR-50       | UCS Director, 50 servers            | 20%  | 11900
        """,
        "Unified Computing",
        "UCS",
    ),
    *_items(
        """
        N9K-C9396PX       | Nexus 9396PX switch                 | 9%   | 17000
        N9K-C93128TX      | Nexus 93128TX switch                | 9%   | 15800
        N9K-C9504-B2      | Nexus 9504 chassis bundle           | 9%   | 31000
        N7K-C7004         | Nexus 7004 chassis                  | 5%   | 9900
        N5K-C5672UP       | Nexus 5672UP switch                 | 7%   | 16500
        N5K-C56128P       | Nexus 56128P switch                 | 7%   | 22800
        N3K-C3172PQ-10GE  | Nexus 3172PQ switch                 | 6%   | 9400
        N2K-C2248TP-E-1GE | Nexus 2248TP-E fabric extender      | 5%   | 4100
        N2K-C2232PP-10GE  | Nexus 2232PP fabric extender        | 5%   | 5600
        DS-C9148S-12PK9   | MDS 9148S fabric switch             | 6%   | 7300
        DCNM-SAN-M91-K9   | Data Center Network Manager for MDS | 15%  | 1900
        """,
        "Data Center Switching",
        "Unified Fabric",
    ),
    *_items(
        """
        CP-7821-K9        | IP Phone 7821                       | 4%   | 95
        CP-8841-K9        | IP Phone 8841                       | 5%   | 190
        CP-8851-K9        | IP Phone 8851                       | 5%   | 235
        CP-8861-K9        | IP Phone 8861                       | 5%   | 295
        CP-8831-K9        | IP Conference Phone 8831            | 5%   | 580
        CP-DX650-K9       | DX650 desk endpoint                 | 6%   | 640
        BE6H-M4-K9        | Business Edition 6000H              | 10%  | 6100
        BE7M-M4-K9        | Business Edition 7000M              | 10%  | 13200
        UCM-10X-ENH-UCL   | Enhanced user connect licence       | 15%  | 140
        L-UNITYCN10-MBX   | Unity Connection mailbox licence    | 15%  | 55
        VG310             | VG310 analog voice gateway          | 6%   | 2700
        ISR4331-V/K9      | ISR 4331 voice bundle               | 6%   | 2150
        """,
        "Unified Communications",
        "Unified Communications",
    ),
    *_items(
        """
        CTS-SX80-K9       | TelePresence SX80 codec             | 9%   | 12900
        CTS-SX20N-P40-K9  | TelePresence SX20 quick set         | 8%   | 7900
        CTS-SX10N-K9      | TelePresence SX10 quick set         | 8%   | 2300
        CTS-MX300-K9      | TelePresence MX300 G2               | 9%   | 9700
        CTS-MX700-P60-K9  | TelePresence MX700                  | 9%   | 24500
        CP-DX80-K9        | DX80 desk endpoint                  | 7%   | 1650
        CP-DX70-W-K9      | DX70 desk endpoint                  | 7%   | 1180
        CTI-5310-MCU-K9   | TelePresence MCU 5310               | 10%  | 15400
        L-TMS-25          | TelePresence Management Suite, 25   | 22%  | 2600
        L-JBR-GST-PAK     | Jabber Guest, five sessions         | 22%  | 900
        """,
        "TelePresence",
        "TelePresence",
    ),
    *_items(
        """
        CCX-105-CMBUNDLE  | Contact Center Express bundle       | 8%   | 2400
        CCX-105-P-SEAT    | Contact Center Express premium seat | 12%  | 850
        CCX-105-E-SEAT    | Contact Center Express enhanced seat| 12%  | 540
        CCE-PAC-M1        | Packaged Contact Center Enterprise  | 10%  | 9600
        CCE-PAC-AGENT     | Packaged CCE agent licence          | 12%  | 1150
        CVP-10X-PTS       | Customer Voice Portal, 10 ports     | 12%  | 4200
        MEDIASENSE-10X    | MediaSense recording, 10 ports      | 15%  | 1350
        FIN-10X-DESK      | Finesse desktop licence             | 15%  | 210
        """,
        "Contact Center",
        "Contact Center",
    ),
    *_items(
        """
        ASA5506-K9        | ASA 5506-X firewall                 | 7%   | 520
        ASA5508-K9        | ASA 5508-X firewall                 | 7%   | 1750
        ASA5516-K9        | ASA 5516-X firewall                 | 7%   | 3100
        ASA5545-K9        | ASA 5545-X firewall                 | 6%   | 8200
        ASA5555-FPWR-K9   | ASA 5555-X with FirePOWER           | 9%   | 14900
        FP7120-K9         | FirePOWER 7120                      | 10%  | 19800
        FP8350-K9         | FirePOWER 8350                      | 10%  | 43500
        WSA-S380-K9       | Web Security Appliance S380         | 8%   | 9900
        ESA-C380-K9       | Email Security Appliance C380       | 8%   | 11700
        L-ASA5506-TAMC-1Y | ASA 5506-X threat and malware, 1 yr | 20%  | 410
        L-ASA5516-TAMC-3Y | ASA 5516-X threat and malware, 3 yr | 20%  | 4700
        FS-VMW-10-SW-K9   | FireSIGHT management, virtual       | 12%  | 2900
        """,
        "Security",
        "Network Security",
    ),
    *_items(
        """
        SNS-3415-K9       | Secure Network Server 3415          | 8%   | 4100
        SNS-3495-K9       | Secure Network Server 3495          | 8%   | 8700
        ISE-VM-K9         | Identity Services Engine, virtual   | 12%  | 1900
        L-ISE-BSE-500     | ISE base, 500 endpoints             | 15%  | 1100
        L-ISE-PLS-S-500   | ISE plus, 500 endpoints             | 18%  | 1450
        L-ISE-APX-S-500   | ISE apex, 500 endpoints             | 25%  | 1800
        L-AC-PLS-500      | AnyConnect plus, 500 users          | 15%  | 700
        CSACS-3495-K9     | Secure Access Control System 3495   | 4%   | 9200
        """,
        "Identity Services",
        "Identity Services",
    ),
    *_items(
        """
        AIR-CAP702W-E-K9  | Access point 702W                   | 4%   | 210
        AIR-CAP1602I-E-K9 | Access point 1602                   | 4%   | 270
        AIR-CAP2702I-E-K9 | Access point 2702                   | 6%   | 430
        AIR-CAP3702I-E-K9 | Access point 3702                   | 7%   | 610
        AIR-CAP1532E-E-K9 | Outdoor access point 1532           | 6%   | 820
        AIR-CT2504-15-K9  | Wireless controller 2504, 15 points | 6%   | 1480
        AIR-CT5508-50-K9  | Wireless controller 5508, 50 points | 6%   | 9100
        AIR-CT5760-25-K9  | Wireless controller 5760, 25 points | 7%   | 11300
        AIR-MSE-3365-K9   | Mobility Services Engine 3365       | 9%   | 8900
        L-MSE-CMX-100     | CMX licence, 100 access points      | 20%  | 4800
        """,
        "Wireless",
        "Wireless",
    ),
    *_items(
        """
        WS-C2960X-24TS-L  | Catalyst 2960-X, 24 ports           | 2%   | 980
        WS-C2960X-48FPD-L | Catalyst 2960-X, 48 PoE ports       | 2%   | 2450
        WS-C3650-24TS-S   | Catalyst 3650, 24 ports             | 4%   | 1750
        WS-C3650-48PS-S   | Catalyst 3650, 48 PoE ports         | 4%   | 3850
        WS-C3850-24T-S    | Catalyst 3850, 24 ports             | 5%   | 2600
        WS-C3850-48P-S    | Catalyst 3850, 48 PoE ports         | 5%   | 5500
        WS-C3850-12XS-S   | Catalyst 3850, 12 fibre ports       | 5%   | 6900
        WS-C4500X-16SFP+  | Catalyst 4500-X, 16 ports           | 5%   | 9300
        WS-C4507R+E       | Catalyst 4507R+E chassis            | 3.5% | 3400
        WS-X45-SUP8-E     | Catalyst 4500 supervisor 8-E        | 5%   | 12600
        C6880-X-LE        | Catalyst 6880-X                     | 5%   | 16700
        C3850-NM-4-10G    | Catalyst 3850 network module        | 3.5% | 1300
        """,
        "Campus Switching",
        "Switching",
    ),
    *_items(
        """
        GLC-SX-MMD        | Gigabit optic, short reach          | 0%   | 160
        SFP-10G-SR        | Ten-gigabit optic, short reach      | 0%   | 340
        CAB-STACK-50CM    | Stacking cable                      | 0%   | 45
        PWR-C1-715WAC     | Power supply, 715 W                 | 0%   | 480
        RCKMNT-1RU        | Rack mount kit                      | 0%   | 70
        CAB-CONSOLE-USB   | Console cable                       | 0%   | 15
        CP-PWR-CUBE-4     | Phone power adapter                 | 0%   | 22
        """,
        "Accessories",
        "",
    ),
]

EXPERTISE = {
    "UCS": ["Advanced Unified Computing Technology"],
    "Unified Fabric": ["Advanced Unified Fabric Technology", "Advanced Data Center Architecture"],
    "Unified Communications": ["Express Collaboration", "Advanced Collaboration Architecture"],
    "TelePresence": ["ATP TelePresence Video Master", "Advanced Collaboration Architecture"],
    "Contact Center": ["ATP Unified Contact Center Enterprise", "Advanced Collaboration Architecture"],
    "Network Security": ["Express Security", "Advanced Security Architecture"],
    "Identity Services": ["ATP ISE", "Advanced Security Architecture"],
    "Wireless": ["Advanced Wireless LAN", "Advanced Enterprise Networks Architecture"],
    "Switching": ["Advanced Core and WAN", "Advanced Enterprise Networks Architecture"],
}
"""What partners tend to hold for each sub-track. The program's own table is the one that decides."""

USUAL_VOLUME = {
    "UCS": 57, "Unified Fabric": 45, "Unified Communications": 40, "TelePresence": 30, "Contact Center": 20,
    "Network Security": 25, "Identity Services": 10, "Wireless": 30, "Switching": 75,
}  # fmt: skip
"""What a Dutch partner of middling size buys of a sub-track in a period, in thousands of dollars."""

MARKET = {"NL": 100, "BE": 80, "DE": 200, "GB": 180, "FR": 160, "US": 300}
"""How large a market is, in percent of the Dutch one; others are like the Dutch one."""

PARTNERS = {"NL": 72, "BE": 36, "DE": 42, "GB": 36, "FR": 22, "US": 20, "SE": 4, "CH": 5, "ES": 4, "PL": 3}
"""How many partners there are in each country."""

NAMES = {
    "NL": (
        [
            "Amstel",
            "Betuwe",
            "Delfland",
            "Drechtstad",
            "Eemland",
            "Flevo",
            "Gooi",
            "Hanze",
            "IJssel",
            "Kennemer",
            "Merwede",
            "Noorder",
        ],
        ["ICT", "Netwerken", "Datacom", "Automatisering", "IT Diensten", "Telecom"],
    ),
    "BE": (
        ["Ardenne", "Brugse", "Dijle", "Haspengouw", "Leie", "Meetjesland"],
        ["ICT", "Networks", "Datatechniek", "Solutions", "Télécom", "IT"],
    ),
    "DE": (
        ["Alster", "Elbe", "Franken", "Havel", "Isar", "Main", "Neckar"],
        ["Datentechnik", "Netze", "IT-Systeme", "Systemhaus", "Kommunikation", "EDV"],
    ),
    "GB": (
        ["Avon", "Cheviot", "Mersey", "Pennine", "Severn", "Tyne"],
        ["Networks", "Technology", "Systems", "Communications", "IT Services", "Data"],
    ),
    "FR": (
        ["Armorique", "Garonne", "Loire", "Rhône"],
        ["Réseaux", "Informatique", "Télécoms", "Systèmes", "Intégration", "Numérique"],
    ),
    "US": (["Blue Ridge", "Cascade", "Lakeshore", "Prairie"], ["Networks", "Technologies", "Systems Group", "Data", "Solutions"]),
    "SE": (["Mälar", "Vätter"], ["Nät", "Data"]),
    "CH": (["Aare", "Limmat", "Reuss"], ["Netzwerke", "Informatik"]),
    "ES": (["Duero", "Levante"], ["Redes", "Sistemas"]),
    "PL": (["Wisła", "Warta"], ["Sieci", "Systemy"]),
}
"""First and last words of company names; every pair is one company."""
