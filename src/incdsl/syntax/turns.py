"""Turns of phrase that the language does not have, and what it says instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from lark import Token

from incdsl.syntax.expected import meant
from incdsl.syntax.tables import tables

_CURRENCY = re.compile("[A-Z]{3}")


def advice(tokens: Sequence[Token], at: int, allowed: frozenset[str]) -> str:
    """What to write where the token `at` does not fit (it may be the end of the line); empty when nothing is known."""
    token = tokens[at] if at < len(tokens) else None
    before = str(tokens[at - 1]) if at else ""
    counted = at > 0 and tokens[at - 1].type == "NUMBER"
    rest = tokens[at + 1 :]
    match before, str(token):
        case "is", "not":
            return "write `is missing` where there is no value, `is given` where there is one, and `<>` for `is not`"
        case "is", _ if token is not None and "GIVEN" in allowed:
            return "`is` goes with `given` or `missing`; compare with `=`"
        case _, "between" if "LIKE" in allowed:
            return _bounds(rest)
        case _, "between":
            return "write `in FIRST through LAST`; both ends belong to it"
        case ("if", _) | (_, "then" | "else"):
            return "write the value first: `VALUE if CONDITION otherwise OTHER`"
        case "average" | "avg" | "mean", "of":
            return "divide the sum by the count: `sum of ... / count of ... to 6 places half up`"
        case "end" | "start", "of" if rest:
            return f"write `{_path(rest)}.{before}`"
        case "day" | "days", "after" | "before" if at > 1 and rest:
            sign = "+" if token == "after" else "-"
            return f"write the date first: `{_path(rest)} {sign} {tokens[at - 2]} {before}`"
        case _, "month" | "months" | "year" | "years" if counted:
            return "months are added to a date, with the day for one that a month does not have: `DATE + 3 months or last day`"
        case _, "week" | "weeks" if counted:
            return "weeks are counted in days: write `14 days`"
        case _, "percent" | "pct" if counted:
            return f"write `{before}%`"
        case _, "+" | "-" | "*" | "/" if tokens[0] == "rate" and "ON" in allowed:
            return "put parentheses around what the tiers go by: `rate by (a + b) on the whole amount`"
        case _, "within":
            return "write the deadline on a line of its own, as in `by this.booked_on + 90 days`"
        case "", "before" if "BY" in allowed and rest:
            return f"a deadline is its last day: `by {_path(rest)}`"
        case "", "max" | "maximum" | "cap" if "AMOUNT" in allowed:
            return f"the most that is paid is written `at most {' '.join(rest[:2]) or '500 USD'}`"
        case "", "min" | "minimum" if "AMOUNT" in allowed:
            return f"the least that is paid is written `at least {' '.join(rest[:2]) or '5 USD'} otherwise forfeit`"
        case "", "from" | "below" | "before" if "FROM" not in allowed and allowed & {"LET", "CITE"}:
            return f"`{token}` starts a line under `let NAME = by VALUE`: the words `= by` are missing above it"
        case _, ")" | "]" if not allowed & {"RPAR", "RSQB"} and "_NL" in allowed:
            return f"nothing is open here that it could close: take out the `{token}`"
        case _:
            return "" if token is None else _of_words(tokens, at, allowed)


def _of_words(tokens: Sequence[Token], at: int, allowed: frozenset[str]) -> str:
    """The same for what no word alone shows: units, currencies on the wrong side, values without commas."""
    before, token = tokens[at - 1] if at else None, tokens[at]
    if before is None:
        return ""
    if before == "money" and _CURRENCY.fullmatch(token) and "IN" in allowed:
        return f"write `money in {token}`"
    if _CURRENCY.fullmatch(before) and token.type == "NUMBER":
        return f"write the currency behind the number: `{token} {before}`"
    if {"LOWEST", "COMMA"} <= allowed and token.type == "NAME" and "of" in tokens[:at]:
        start = max(index for index in range(at) if tokens[index] == "of") + 1
        names = [str(one) for one in takewhile(lambda one: one.type == "NAME" or one == ",", tokens[start:]) if one != ","]
        ends = next((index for index, name in enumerate(names) if name in tables().spelling.values()), len(names))
        return f"put commas between the values: `one of {', '.join(names[:ends])}`" if ends > 1 else ""
    unit = tokens[2] if at == 3 and tokens[0] in ("from", "below") and tokens[1].type == "NUMBER" else None
    if unit is not None and unit.type == token.type == "NAME" and token not in tables().spelling.values():
        return f"leave `{unit}` out: only money and days say what a number counts"
    a_word = token.type == "NAME" and token not in tables().spelling.values() and not meant(str(token), allowed)
    if before.type == "NUMBER" and a_word and "CURRENCY" in allowed and not _CURRENCY.fullmatch(token):
        return f"leave `{token}` out: only money and days say what a number counts"
    return ""


def _bounds(rest: Sequence[Token]) -> str:
    """`between 3 and 20 characters` as the bounds of a field."""
    numbers = [str(token) for token in rest if token.type == "NUMBER"]
    unit = " characters" if "characters" in rest else ""
    if len(numbers) != 2 or len(rest) != (4 if unit else 3):
        return "write `at least FIRST at most LAST`; both ends belong to it"
    return f"write `at least {numbers[0]}{unit} at most {numbers[1]}{unit}`; both ends belong to it"


def _path(tokens: Sequence[Token]) -> str:
    """The name that the tokens begin with, with its fields: `this.year.end`."""
    found = str(tokens[0])
    for point, name in zip(tokens[1::2], tokens[2::2], strict=False):
        if point != ".":
            break
        found += f".{name}"
    return found
