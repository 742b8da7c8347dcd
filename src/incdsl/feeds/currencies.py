"""What currency a sign beside an amount can mean."""

from __future__ import annotations

import re
from collections.abc import Mapping

_DOLLARS = {
    "USD": "US EC SV PR GU VI AS MP", "CAD": "CA", "AUD": "AU KI NR TV", "NZD": "NZ", "SGD": "SG", "HKD": "HK", "TWD": "TW",
    "MXN": "MX", "ARS": "AR", "CLP": "CL", "COP": "CO", "DOP": "DO", "UYU": "UY", "BSD": "BS", "BBD": "BB", "BZD": "BZ",
    "BMD": "BM", "BND": "BN", "CUP": "CU", "FJD": "FJ", "GYD": "GY", "JMD": "JM", "KYD": "KY", "LRD": "LR", "NAD": "NA",
    "SBD": "SB", "SRD": "SR", "TTD": "TT", "XCD": "AG DM GD KN LC VC",
}  # fmt: skip
_CROWNS = {"SEK": "SE", "NOK": "NO SJ", "DKK": "DK FO GL", "ISK": "IS"}
_RUPEES = {"INR": "IN", "PKR": "PK", "LKR": "LK", "NPR": "NP", "MUR": "MU", "SCR": "SC"}
_POUNDS = {"GBP": "GB IM JE GG", "EGP": "EG", "LBP": "LB", "SYP": "SY", "FKP": "FK", "GIP": "GI", "SHP": "SH"}
_YEN = {"JPY": "JP", "CNY": "CN"}

_SIGNS: Mapping[str, Mapping[str, str]] = {
    "$": _DOLLARS, "£": _POUNDS, "¥": _YEN, "￥": _YEN, "kr": _CROWNS, "rs": _RUPEES,
    **{sign: {currency: ""} for currency, signs in {
        "EUR": "€ euro euros", "USD": "us$", "CAD": "c$ ca$ cad$", "AUD": "a$ au$", "NZD": "nz$", "HKD": "hk$", "TWD": "nt$",
        "SGD": "s$", "MXN": "mx$ mex$", "BRL": "r$", "CNY": "rmb 元", "JPY": "円", "CHF": "fr sfr", "PLN": "zł", "CZK": "kč",
        "HUF": "ft", "RON": "lei", "BGN": "лв", "RUB": "₽", "TRY": "₺ tl", "UAH": "₴", "ILS": "₪", "INR": "₹", "KRW": "₩",
        "THB": "฿", "VND": "₫", "PHP": "₱", "IDR": "rp", "MYR": "rm", "ZAR": "r", "NGN": "₦", "CRC": "₡", "PEN": "s/",
        "KZT": "₸", "GEL": "₾", "AED": "د.إ", "SAR": "ر.س", "QAR": "ر.ق", "KWD": "د.ك", "BHD": "د.ب", "OMR": "ر.ع", "EGP": "ج.م",
        "MAD": "د.م",
    }.items() for sign in signs.split()},
}  # fmt: skip
"""Signs, in lower case and without a point (or a mark of direction) behind them, with the currencies that they are written for
and the countries of those that share one."""


def meant_by(sign: str, country: str | None = None) -> frozenset[str]:
    """The currencies that a sign can mean where amounts are written as in `country`; none for what is no sign.

    Three capitals are the code of a currency. A country that has no such sign of its own says nothing of a shared one.
    """
    if re.fullmatch("[A-Z]{3}", sign):
        return frozenset({sign})
    found = _SIGNS.get(sign.casefold().rstrip(".\u200f"), {})
    there = frozenset(currency for currency, countries in found.items() if country in countries.split())
    return there or frozenset(found)
