"""The countries that a value of type `country` may name."""

from __future__ import annotations

COUNTRIES = frozenset(
    ["AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ", "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY", "BZ", "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK", "HM", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM", "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI", "VN", "VU", "WF", "WS", "YE", "YT", "ZA", "ZM", "ZW"]
)
"""The officially assigned two-letter codes of ISO 3166-1."""

CALLED = {
    "uk": "GB", "gbr": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "britain": "GB", "el": "GR", "grc": "GR", "greece": "GR",
    "usa": "US", "america": "US", "uae": "AE", "deu": "DE", "ger": "DE", "germany": "DE", "nld": "NL", "holland": "NL",
    "netherlands": "NL", "fra": "FR", "france": "FR", "bel": "BE", "belgium": "BE", "che": "CH", "swi": "CH", "switzerland": "CH",
    "aut": "AT", "austria": "AT", "esp": "ES", "spain": "ES", "ita": "IT", "italy": "IT", "prt": "PT", "portugal": "PT",
    "irl": "IE", "ireland": "IE", "dnk": "DK", "denmark": "DK", "swe": "SE", "sweden": "SE", "nor": "NO", "norway": "NO",
    "fin": "FI", "finland": "FI", "pol": "PL", "poland": "PL", "cze": "CZ", "hun": "HU", "hungary": "HU", "rou": "RO", "romania": "RO",
    "tur": "TR", "turkey": "TR", "rus": "RU", "russia": "RU", "ukr": "UA", "ukraine": "UA", "can": "CA", "canada": "CA",
    "mex": "MX", "mexico": "MX", "bra": "BR", "brazil": "BR", "chn": "CN", "china": "CN", "jpn": "JP", "japan": "JP", "ind": "IN",
    "india": "IN", "kor": "KR", "aus": "AU", "australia": "AU", "nzl": "NZ", "zaf": "ZA", "isr": "IL", "israel": "IL", "sau": "SA",
    "sgp": "SG", "singapore": "SG",
}  # fmt: skip
"""The codes of the countries that people most often call otherwise, by what they call them in small letters."""
