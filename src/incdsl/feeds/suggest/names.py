"""How alike two names are: those that people give the columns of their files, and those of fields and records."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_MEANINGS = {
    "amt": "amount", "value": "amount", "net": "amount", "sum": "amount", "bedrag": "amount", "betrag": "amount",
    "montant": "amount",
    "dt": "date", "day": "date", "on": "date", "datum": "date", "at": "date", "dat": "date",
    "no": "id", "nr": "id", "num": "id", "number": "id", "code": "id", "key": "id", "ref": "id", "nummer": "id",
    "cust": "customer", "client": "customer", "klant": "customer", "kunde": "customer",
    "prod": "product", "item": "product", "sku": "product", "part": "product", "pid": "product",
    "ctry": "country", "land": "country", "cntry": "country", "pays": "country",
    "curr": "currency", "ccy": "currency", "cur": "currency",
    "tier": "level", "pct": "rate", "percent": "rate", "percentage": "rate",
    "desc": "description", "title": "name", "naam": "name", "firm": "name", "company": "name", "description": "name",
    "from": "start", "begin": "start", "since": "start", "valid": "start", "effective": "start",
    "to": "end", "until": "end", "through": "end", "till": "end", "expires": "end", "expiry": "end", "expir": "end",
    "reseller": "partner", "dealer": "partner", "vendor": "partner", "order": "booking", "ord": "booking", "book": "booking",
    "bkg": "booking", "inv": "invoice", "invoic": "invoice", "shp": "ship", "deliver": "ship", "ret": "return",
}  # fmt: skip
"""Short words and other languages' words for what columns are often called."""

_EMPTY = {"the", "an", "of", "that", "for", "in", "it", "is", "or", "and", "by", "when", "was", "usd", "eur"}


def words(name: str) -> tuple[str, ...]:
    """The words of a name, each as the word of the same meaning that is used here: "Booking Dt" is booking and date."""
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    found = (_word(word) for word in re.findall(r"[^\W_]+", parted.lower()))
    return tuple(dict.fromkeys(word for word in found if word not in _EMPTY))


def likeness(name: str, wanted: str) -> int:
    """How alike two names are, from 0 through 100: words that both have, of all that there are, or else letters."""
    one, other = words(name), words(wanted)
    if not one or not other:
        return 0
    if set(one) == set(other):
        return 100
    shared = len(set(one) & set(other))
    by_words = 200 * shared // (len(one) + len(other))
    letters = SequenceMatcher(None, "".join(one), "".join(other)).ratio()
    return max(by_words, round(100 * letters) - 15 if letters >= 0.7 else 0)


def best_likeness(name: str, wanted: tuple[str, ...]) -> int:
    """How alike a name is to the one of several that it is most like."""
    return max((likeness(name, one) for one in wanted if one), default=0)


def _word(word: str) -> str:
    bare = word
    for ending in ("ing", "ed", "s"):
        if bare.endswith(ending) and len(bare) - len(ending) >= 3:
            bare = bare.removesuffix(ending)
            if len(bare) > 3 and bare[-1] == bare[-2]:
                bare = bare[:-1]
            break
    return _MEANINGS.get(word) or _MEANINGS.get(bare) or bare
