"""The notation of values in text feeds, as DuckDB SQL: how to read each type, and which texts cannot be read.

A `Notation` is made of SQL expressions over one column of raw text. Spaces around a value do not count, and
a blank is a missing value. `value` never fails; where `wrong` holds it may be anything, because the row is refused.
The canonical notation is the one of the generated JSON Schemas: -1250.00, 12.5%, 2015-07-25, yes, NL. Another
`Style` is read by `foreign`, with the same promises.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

from incdsl.core import types as ty
from incdsl.core.countries import COUNTRIES
from incdsl.feeds import foreign, misreadings, quoting
from incdsl.feeds.misreadings import Finding, Kind, trimmed
from incdsl.feeds.styles import CANONICAL, Style

FIRST_DAY = "DATE '0001-01-01'"

UNREADABLE_DAY = "DATE '0001-12-31 (BC)'"
"""What stands for the end of a date range that is there and cannot be read. To every check of the notation it is wrong."""

Wrong = Callable[[str], str]
"""Given the SQL expression of the value read, the condition, never NULL, that the text is there and wrong."""


@dataclass(frozen=True)
class Notation:
    """How to read a column: the typed `value`; when a text is `wrong` (None when none ever is); and the `findings`,
    of which the first that applies says why it is."""

    value: str
    wrong: Wrong | None
    findings: tuple[Finding, ...] = ()


def names(type_: ty.Type, raw: str, value: str) -> Notation:
    """The notation of a type of text, names or countries, where `value` is the SQL expression of the text that
    counts, NULL when missing.

    References are text of any content: whether the row is there is another check.
    """
    match ty.known(type_):
        case ty.Enum(_, values):
            return Notation(value, _not_one_of(values), misreadings.of_enum(raw, values))
        case ty.Country():
            return Notation(value, _not_one_of(sorted(COUNTRIES)), misreadings.of_country(raw))
        case _:
            return Notation(value, None)


def notation(type_: ty.Type, raw: str, style: Style = CANONICAL) -> Notation:
    """The notation of a type, over the SQL expression `raw` of type VARCHAR that is NULL when empty."""
    known = ty.known(type_)
    raw = prepared(raw, style)
    match known:
        case ty.Text() | ty.Enum() | ty.Country() | ty.Row(_, ty.Text() | ty.Enum() | ty.Country()):
            # To trim every text costs more than to read it; few have spaces around them. One that begins with a space comes
            # before `!`, the character after it, and to compare is quicker than to look for a prefix.
            spaced = f"{raw} < '!' OR ends_with({raw}, ' ')"
            return names(known, raw, f"CASE WHEN {spaced} THEN nullif({trimmed(raw)}, '') ELSE {raw} END")
        case ty.Row(_, key):
            return notation(key, raw, style)
        case ty.Boolean():
            return _boolean(raw, style)
        case ty.Date():
            if style.dates.plain:
                return Notation(f"try_cast({raw} AS DATE)", _wrong_date(raw), misreadings.of_date(raw))
            value = foreign.date(raw, style.dates)
            return Notation(value, _wrong_foreign_date(raw, style), foreign.date_findings(raw, style.dates))
        case ty.Percent(digits, scale):
            return _percent(raw, digits, scale, style)
        case ty.Money(currency, digits, scale):
            example = f"1250.{'5'.ljust(scale, '0')}" if scale else "1250"
            return _decimal(raw, digits, scale, Kind("not-an-amount", "an amount", example, currency), style)
        case ty.Number(digits, scale):
            kind = ("not-a-number", "a number", "12.5") if scale else ("not-a-whole-number", "a whole number", "90")
            return _decimal(raw, digits, scale, Kind(*kind), style)
        case ty.Days(digits, scale):
            return _decimal(raw, digits, scale, Kind("not-a-number-of-days", "a number of days", "90"), style)
        case never:
            assert_never(never)


def prepared(raw: str, style: Style) -> str:
    """The SQL expression of the text that counts: white space, the words for a blank and the texts that stand for
    others dealt with; `raw` itself when the style says nothing of them."""
    text = f"nullif(trim({raw}, {quoting.text(misreadings.WHITE)}), '')" if style.trim else raw
    words = "".join(f" WHEN {quoting.text(word)} THEN NULL" for word in style.blanks)
    words += "".join(f" WHEN {quoting.text(found)} THEN {quoting.text(meant)}" for found, meant in style.values)
    return f"CASE {trimmed(text)}{words} ELSE {text} END" if words else text


def constant(condition: str) -> Wrong:
    """A condition that does not need the value."""
    return lambda _: condition


def missing(column: str) -> str:
    """The message, as SQL text, for a value that is not there."""
    return quoting.text(f"`{column}` is blank, and every row needs it")


def _unless(raw: str, pattern: str, value: str) -> str:
    """Whether there is text that does not match, spaces around it aside, or that gives no value all the same."""
    matches = f"regexp_full_match({trimmed(raw)}, {quoting.text(f'({pattern})?')})"
    return f"(NOT coalesce({matches}, true) OR ({value} IS NULL AND coalesce({trimmed(raw)}, '') <> ''))"


def _not_one_of(values: Sequence[str]) -> Wrong:
    return lambda value: f"coalesce({value} NOT IN ({quoting.texts(values)}), false)"


def _boolean(raw: str, style: Style) -> Notation:
    yes, no = quoting.texts(style.yes), quoting.texts(style.no)
    value = f"CASE WHEN {trimmed(raw)} IN ({yes}) THEN true WHEN {trimmed(raw)} IN ({no}) THEN false END"
    wrong = constant(f"({value} IS NULL AND coalesce({trimmed(raw)}, '') <> '')")
    if (style.yes, style.no) == (CANONICAL.yes, CANONICAL.no):
        return Notation(value, wrong, misreadings.of_boolean(raw))
    return Notation(value, wrong, foreign.boolean_findings(raw, style))


# Most values are written the way DuckDB writes them, and to compare with that is quicker than to match a pattern.
# The casts take more than the notation does (1e3, 2015-7-5, the year 0), so what differs is matched.


def _wrong_date(raw: str) -> Wrong:
    return lambda value: (
        f"CASE WHEN CAST({value} AS VARCHAR) = {raw} AND strlen({raw}) = 10 THEN false "
        f"ELSE {_unless(raw, misreadings.DATE, value)} OR coalesce({value} < {FIRST_DAY}, false) END"
    )


def _wrong_foreign_date(raw: str, style: Style) -> Wrong:
    def wrong(value: str) -> str:
        slow = f"{_unless(raw, foreign.date_pattern(style.dates), value)} OR coalesce({value} < {FIRST_DAY}, false)"
        same = foreign.written_date(value, style.dates)
        # strftime leaves the zeros of years before 1000 out, so what it writes as the text has four digits.
        return f"CASE WHEN {same} = {raw} THEN false ELSE {slow} END" if same else f"({slow})"

    return wrong


def _decimal(raw: str, digits: int, scale: int, kind: Kind, style: Style) -> Notation:
    if style.numbers.plain:
        pattern = _digits(digits - scale, scale)
        return Notation(
            f"try_cast({raw} AS DECIMAL({digits},{scale}))",
            lambda value: f"CASE WHEN CAST({value} AS VARCHAR) = {raw} THEN false ELSE {_unless(raw, pattern, value)} END",
            misreadings.of_decimal(raw, digits - scale, scale, kind),
        )
    numbers = style.numbers
    foreign_pattern = foreign.number_pattern(numbers, digits - scale, scale)
    return Notation(
        f"try_cast({foreign.number(raw, numbers)} AS DECIMAL({digits},{scale}))",
        lambda value: (
            f"CASE WHEN {foreign.written_number(value, numbers)} = {raw} THEN false "
            f"ELSE {_unless(raw, foreign_pattern, value)} END"
        ),
        foreign.number_findings(raw, numbers, digits - scale, scale, kind),
    )


def _percent(raw: str, digits: int, scale: int, style: Style) -> Notation:
    if style.numbers.plain and style.percents == "20%":
        places = max(scale - 2, 0)
        number = f"try_cast(rtrim({trimmed(raw)}, '%') AS DECIMAL({min(digits, 36)},{places}))"
        pattern = f"{_digits(digits - places, places)}%"
        return Notation(
            f"CAST({number} * CAST(0.01 AS DECIMAL(2,2)) AS DECIMAL({digits},{scale}))",
            lambda value: _unless(raw, pattern, value),
            misreadings.of_percent(raw, digits - places, places),
        )
    numbers, fraction = style.numbers, style.percents == "0.2"
    places = scale if fraction else max(scale - 2, 0)
    number = foreign.number(f"replace({raw}, '%', '')", numbers)
    value = f"try_cast({number} AS DECIMAL({digits if fraction else min(digits, 36)},{places}))"
    if not fraction:
        value = f"CAST({value} * CAST(0.01 AS DECIMAL(2,2)) AS DECIMAL({digits},{scale}))"
    sign = {"20%": "%", "20 %": " ?%", "20": "", "0.2": ""}[style.percents]
    foreign_pattern = foreign.number_pattern(numbers, digits - places, places, sign)
    return Notation(
        value, lambda value: _unless(raw, foreign_pattern, value), foreign.percent_findings(raw, style, digits - places, places)
    )


def _digits(whole: int, scale: int) -> str:
    fraction = rf"(\.[0-9]{{1,{scale}}})?" if scale else ""
    return rf"-?[0-9]{{1,{whole}}}{fraction}"
