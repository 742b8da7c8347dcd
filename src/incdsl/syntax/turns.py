"""Turns of phrase that the language does not have, and what it says instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from lark import Token

from incdsl.syntax.calls import call
from incdsl.syntax.comparisons import comparison
from incdsl.syntax.expected import meant
from incdsl.syntax.tables import tables
from incdsl.syntax.units import Turn, counted, text_of

_CURRENCY = re.compile("[A-Z]{3}")
_PROVENANCE = ("cite", "assumed", "accept")
_MOST = ("max", "maximum", "cap", "capped", "limited", "up", "ceiling")
_UNITS_OF_ROUNDING = {
    **dict.fromkeys(("cent", "cents", "penny", "pennies", "pence"), "0.01"),
    **dict.fromkeys(("dollar", "dollars", "euro", "euros", "integer", "integers", "unit", "units", "whole"), "1"),
}


def advice(tokens: Sequence[Token], at: int, allowed: frozenset[str]) -> Turn | None:
    """What to write where the token `at` does not fit (it may be the end of the line); None when nothing is known."""
    found = _of_two_words(tokens, at, allowed)
    if isinstance(found, Turn):
        return found
    return Turn(found, at, min(at + 1, len(tokens))) if found else None


def _of_two_words(tokens: Sequence[Token], at: int, allowed: frozenset[str]) -> str | Turn | None:
    """The same, where the help alone is about the one token."""
    token = tokens[at] if at < len(tokens) else None
    before = str(tokens[at - 1]) if at else ""
    counts = at > 0 and tokens[at - 1].type == "NUMBER"
    rest = tokens[at + 1 :]
    match before, str(token):
        case _, "between" if "LIKE" in allowed:
            return _bounds(rest)
        case "days", "between":
            return "days are counted by a subtraction, as in `shipped_on - booked_on`"
        case _, "(" if at and tokens[at - 1].type == "NAME" and (turn := call(tokens, at - 1)) is not None:
            return turn
        case ("if", _) | (_, "then" | "else"):
            return _value_first(tokens)
        case _, "unless" if "IF" in allowed:
            return "write the condition the other way round: `if not (CONDITION)`"
        case "average" | "avg" | "mean", "of":
            return _average(tokens, at)
        case _, "over" if at > 2 and [str(one) for one in tokens[at - 3 : at - 1]] == ["count", "of"] and rest:
            return Turn(f"rows are counted, not values: write `count of {rest[0]}`", at - 3, at + 2)
        case "end" | "start", "of" if rest:
            return Turn(f"write `{_path(rest)}.{before}`", at - 1, at + 1 + _length(rest))
        case "day" | "days", "after" | "before" if at > 1 and rest:
            sign = "+" if token == "after" else "-"
            written = f"{_path(rest)} {sign} {tokens[at - 2]} {before}"
            return Turn(f"write the date first: `{written}`", at - 2, at + 1 + _length(rest))
        case _, "month" | "months" | "year" | "years" if counts:
            written = f"DATE + {before} {token} or last day"
            return f"months are added to a date, with the day for one that a month does not have: `{written}`"
        case _, "percent" | "pct" if counts:
            return Turn(f"write `{before}%`", at - 1, at + 1)
        case _, "+" | "-" | "*" | "/" if tokens[0] == "rate" and "ON" in allowed:
            return "put parentheses around what the tiers go by: `rate by (a + b) on the whole amount`"
        case _, "over" | "in" | "from" | "for" if tokens[at - 2] == "of" and "OVER" in allowed and token != "over":
            return Turn("write `over`", at, at + 1)
        case _, "when" | "with" | "whose" | "which" | "if" if "WHERE" in allowed:
            return Turn("write `where`", at, at + 1)
        case _, "within" if rest and rest[0].type == "NUMBER":
            return "write the deadline on a line of its own, as in `by this.booked_on + 90 days`"
        case _ if token is not None and at and (said := comparison(tokens, at, allowed)) is not None:
            return said
        case _, ".." if "THROUGH" in allowed and rest:
            return Turn(f"write `{before} through {rest[0]}`", at - 1, at + 2)
        case "in", "[" if "]" in tokens:
            return _listed(tokens, at)
        case _, "," if (opened := _opened(tokens, at)) and tokens[opened - 1] == "in":
            return _listed(tokens, opened)
        case "year" | "month" | "quarter" | "week", "(":
            return f'a {before} is no number of a date: ask whether the date lies in one, as in `booked_on in Month["2024-02"]`'
        case "exists" | "some", _ if rest and token is not None and token.type == "NAME":
            return Turn(f"write `any {token}`", at - 1, at + 1)
        case "median" | "mode", "of":
            return "there are no medians: there are sums and counts, and the largest, smallest, latest and earliest"
        case "", "before" if "BY" in allowed and rest:
            return f"a deadline is its last day: `by {_path(rest)}`, or `by {_path(rest)} - 1 day` where that day is too late"
        case "", _ if "AMOUNT" in allowed:
            return _of_payment(tokens, allowed)
        case "", "from" | "below" | "before" if "FROM" not in allowed and allowed & {"LET", "CITE"}:
            return f"`{token}` starts a line under `let NAME = by VALUE`: the words `= by` are missing above it"
        case _, ")" | "]" if not allowed & {"RPAR", "RSQB"} and "_NL" in allowed:
            return f"nothing is open here that it could close: take out the `{token}`"
        case _ if token is not None and at:
            return _of_words(tokens, at, allowed)
        case _:
            return None


def _opened(tokens: Sequence[Token], at: int) -> int:
    """The index of the parenthesis around an index, 0 where there is none."""
    depth = 0
    for index in range(at - 1, 0, -1):
        depth += {")": 1, "(": -1}.get(str(tokens[index]), 0)
        if depth < 0:
            return index
    return 0


def _listed(tokens: Sequence[Token], opened: int) -> Turn | None:
    """Values in brackets that are listed without."""
    closed = next((index for index in range(opened, len(tokens)) if tokens[index] in (")", "]")), 0)
    return (
        Turn(f"list the values without brackets: `{text_of(tokens[opened + 1 : closed])}`", opened, closed + 1)
        if closed
        else None
    )


def _of_payment(tokens: Sequence[Token], allowed: frozenset[str]) -> Turn | None:
    """The same for a line of a payment that starts with no word of one."""
    clause = list(takewhile(lambda token: token not in _PROVENANCE, tokens))
    word = str(clause[0]).casefold()
    rest = clause[1:]
    while rest and rest[0] in ("of", "to", "at", "is", "=", ":"):
        rest = rest[1:]
    written = text_of(rest)
    if word in _MOST:
        return Turn(f"the most that is paid is written `at most {written or '500 USD'}`", 0, len(clause))
    if word in ("min", "minimum", "floor"):
        return Turn(f"the least that is paid is written `at least {written or '5 USD'} otherwise forfeit`", 0, len(clause))
    if word in ("minus", "less", "subtract", "deduct") and rest:
        taken = f"-{written}" if len(rest) <= 2 else f"-({written})"
        return Turn(f"what is taken off is added with a minus sign: `plus {taken}`", 0, len(clause))
    if word in ("from", "below", "before") and "FROM" not in allowed:
        return Turn(f"`{word}` starts a line under `rate by VALUE on the whole amount` or `rate per slice`", 0, 1)
    return None


def _value_first(tokens: Sequence[Token]) -> str | Turn:
    """`if CONDITION then VALUE else OTHER`, the other way round."""
    words = [str(token) for token in tokens]
    how = "write the value first: "
    if words.count("if") == words.count("then") == words.count("else") == 1:
        start, then, other = words.index("if"), words.index("then"), words.index("else")
        ends = next((index for index, word in enumerate(words) if word in _PROVENANCE), len(words))
        if start + 1 < then < other - 1 and other + 1 < ends:
            condition, value = text_of(tokens[start + 1 : then]), text_of(tokens[then + 1 : other])
            written = f"{value} if {condition} otherwise {text_of(tokens[other + 1 : ends])}"
            return Turn(f"{how}`{written}`", start, ends)
    return f"{how}`VALUE if CONDITION otherwise OTHER`"


def _average(tokens: Sequence[Token], at: int) -> str | Turn:
    """The sum divided by the count, of the same rows."""
    ends = next((i for i in range(at, len(tokens)) if tokens[i] in (*_PROVENANCE, "otherwise", "if", ")")), len(tokens))
    over = next((i for i in range(at, ends) if tokens[i] == "over"), ends)
    how = "there are no averages: divide the sum by the count, and say with `otherwise` what holds where there are no rows"
    if over + 1 >= ends:
        return f"{how}: `(sum of ...) / (count of ...) to 6 places half up`"
    rows = text_of(tokens[over + 1 : ends])
    value = text_of(tokens[at + 1 : over])
    return Turn(f"{how}: `(sum of {value} over {rows}) / (count of {rows}) to 6 places half up`", at - 1, ends)


def _of_words(tokens: Sequence[Token], at: int, allowed: frozenset[str]) -> str | Turn | None:
    """The same for what no word alone shows: units, currencies on the wrong side, values without commas."""
    before, token = tokens[at - 1], tokens[at]
    opened = max((index for index in range(at) if tokens[index] == "["), default=-1)
    closed = next((index for index in range(at, len(tokens)) if tokens[index] == "]"), -1)
    if opened > 0 and closed > 0 and "]" not in tokens[opened:at] and re.fullmatch("[QH][1-4]", token):
        name = text_of(tokens[opened + 1 : closed])
        return Turn(f'write the name of a period that has spaces in quotes: `"{name}"`', opened + 1, closed)
    if before == "money" and _CURRENCY.fullmatch(token) and "IN" in allowed:
        return f"write `money in {token}`"
    if _CURRENCY.fullmatch(before) and token.type == "NUMBER":
        return Turn(f"write the currency behind the number: `{token} {before}`", at - 1, at + 1)
    if allowed == {"NUMBER"} and before == "to":
        return _of_limit(tokens, at) if tokens[0] == "limit" else _of_rounding(tokens, at)
    if before.isdigit() and re.fullmatch(r"\d{3}(,\d{3})*(\.\d+)?", token) and len(before) < 4:
        return Turn(f"write thousands with a comma: `{before},{token}`", at - 1, at + 1)
    if before.type == "NUMBER" and token in ("decimals", "decimal", "places", "digits") and at > 1 and tokens[at - 2] == "to":
        places = int(before) if before.isdigit() and len(before) < 3 else 2
        return Turn(
            f"write the last decimal that is kept: `{'0.' + '0' * (places - 1) + '1' if places else '1'}`", at - 1, at + 1
        )
    if {"LOWEST", "COMMA"} <= allowed and token.type == "NAME" and "of" in tokens[:at]:
        start = max(index for index in range(at) if tokens[index] == "of") + 1
        names = [str(one) for one in takewhile(lambda one: one.type == "NAME" or one == ",", tokens[start:]) if one != ","]
        ends = next((index for index, name in enumerate(names) if name in tables().spelling.values()), len(names))
        return f"put commas between the values: `one of {', '.join(names[:ends])}`" if ends > 1 else None
    if at == 3 and tokens[0] in ("from", "below", "before") and tokens[1].type == "NUMBER" and _a_word(tokens[2]):
        return counted(tokens, 1)
    if before.type == "NUMBER" and "CURRENCY" in allowed and _a_word(token) and not meant(str(token), allowed):
        return counted(tokens, at - 1)
    return None


def _of_limit(tokens: Sequence[Token], at: int) -> str | Turn:
    """What stands in place of the number of a limit."""
    if _CURRENCY.fullmatch(tokens[at]) and at + 1 < len(tokens) and tokens[at + 1].type == "NUMBER":
        return Turn(f"write the currency behind the number: `{tokens[at + 1]} {tokens[at]}`", at, at + 2)
    return (
        "a limit is a written number of rows or amount of money, and no field, `let` or `param`: where it differs from row to "
        "row, let `at most` be what is left of it, less a `sum of` what the rows before have taken"
    )


def _of_rounding(tokens: Sequence[Token], at: int) -> str | Turn | None:
    """What stands in place of the unit of a rounding."""
    words = [str(token).casefold() for token in tokens[at : at + 3]]
    skipped = len(list(takewhile(lambda word: word in ("the", "nearest", "full", "whole"), words[:-1])))
    unit = _UNITS_OF_ROUNDING.get(words[skipped], "0.01" if words[skipped] not in tables().spelling.values() else "")
    return Turn(f"write the last decimal that is kept: `{unit}`", at, at + skipped + 1) if unit else None


def _a_word(token: Token) -> bool:
    """Whether a token is a word that the language does not have, and no currency."""
    known = token in tables().spelling.values() and token not in ("calendar", "quarter", "quarters")
    return token.type == "NAME" and not known and not _CURRENCY.fullmatch(token)


def _bounds(rest: Sequence[Token]) -> str:
    """`between 3 and 20 characters` as the bounds of a field."""
    numbers = [str(token) for token in rest if token.type == "NUMBER"]
    unit = " characters" if "characters" in rest else ""
    if len(numbers) != 2 or len(rest) != (4 if unit else 3):
        return "write `at least FIRST at most LAST`; both ends belong to it"
    return f"write `at least {numbers[0]}{unit} at most {numbers[1]}{unit}`; both ends belong to it"


def _path(tokens: Sequence[Token]) -> str:
    """The name that the tokens begin with, with its fields: `this.year.end`."""
    return "".join(tokens[: _length(tokens)])


def _length(tokens: Sequence[Token]) -> int:
    """How many tokens the name takes that they begin with."""
    length = 1
    while length + 1 < len(tokens) and tokens[length] == ".":
        length += 2
    return length
