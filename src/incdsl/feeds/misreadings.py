"""What may be wrong with a text that is not in its notation, and what to write instead, as DuckDB SQL.

Only evaluated for values that are known to be wrong, so the expressions are written to be helpful, not quick.
For each type the last finding applies to everything, so a wrong value always has a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from incdsl.diagnostic import one_of
from incdsl.feeds import quoting
from incdsl.feeds.currencies import meant_by

DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
"""The notation of dates, as a regular expression."""

WHITE = " \t\r\n\v\f\u00a0\u2007\u202f\u3000\ufeff"
"""The characters that a mapping can say do not count around a value."""

_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Finding:
    """One way of being wrong: where `condition` holds, the value is refused with this code and `message` (SQL text)."""

    condition: str
    code: str
    message: str


@dataclass(frozen=True)
class Kind:
    """What a decimal is called: the code of what is not one, its name with an article, and an example; of an amount, its
    currency."""

    code: str
    name: str
    example: str
    currency: str | None = None


def trimmed(raw: str) -> str:
    """The SQL expression `raw` without spaces around it: plain ones, as other blanks may be part of a value."""
    return f"trim({raw}, ' ')"


def shown(value: str) -> str:
    """The SQL expression `value` as text in backticks, cut off when it is long."""
    cut = f"CASE WHEN length({value}) > {_LONGEST_SHOWN} THEN left({value}, {_LONGEST_SHOWN}) || '…' ELSE {value} END"
    return f"concat('`', {cut}, '`')"


def say(template: str, **parts: str) -> str:
    """An SQL text expression: the template, with each `{name}` replaced by the SQL expression of that name."""
    pieces = re.split(r"\{(\w+)\}", template)
    sql = [parts[piece] if at % 2 else quoting.text(piece) for at, piece in enumerate(pieces) if at % 2 or piece]
    return f"concat({', '.join(sql)})"


def of_boolean(raw: str) -> tuple[Finding, ...]:
    """Findings for a text that is not yes or no."""
    code, it = "not-yes-or-no", shown(trimmed(raw))
    return (
        Finding(_among(raw, ("yes", "y", "true", "1")), code, say("{it} is not yes or no: write `yes`", it=it)),
        Finding(_among(raw, ("no", "n", "false", "0")), code, say("{it} is not yes or no: write `no`", it=it)),
        Finding("true", code, say("{it} is not yes or no", it=it)),
    )


def of_enum(raw: str, values: Sequence[str]) -> tuple[Finding, ...]:
    """Findings for a text that is not one of some names."""
    code, it = "not-one-of", shown(trimmed(raw))
    nearly = tuple(
        Finding(
            f"regexp_replace(lower({raw}), '[^a-z0-9]', '', 'g') = {quoting.text(re.sub('[^a-z0-9]', '', value.lower()))}",
            code,
            say(f"{{it}} is written `{value}`", it=it),
        )
        for value in values
        if re.search("[a-z0-9]", value.lower())
    )
    return (*nearly, Finding("true", code, say(f"{{it}} is not one of {one_of(values, 12)}", it=it)))


def of_country(raw: str) -> tuple[Finding, ...]:
    """Findings for a text that is not a country code."""
    code, it = "not-a-country", shown(trimmed(raw))
    return (
        Finding(_among(raw, ("uk",)), code, say("{it} is not a country code of ISO 3166: write `GB`", it=it)),
        Finding(
            f"regexp_full_match({trimmed(raw)}, '[A-Za-z]{{2}}') AND {trimmed(raw)} <> upper({raw})",
            code,
            say("{it} is not a country code: write it in capitals, `{code}`", it=it, code=f"upper({trimmed(raw)})"),
        ),
        Finding("true", code, say("{it} is not a country code of ISO 3166: write two capitals such as `NL`", it=it)),
    )


def of_date(raw: str) -> tuple[Finding, ...]:
    """Findings for a text that is not a date."""
    code, it = "not-a-date", shown(trimmed(raw))
    year_first = "([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"
    year, month, day = (f"lpad({_group(raw, year_first, at)}, {width}, '0')" for at, width in ((1, 4), (2, 2), (3, 2)))
    return (
        Finding(_full(raw, DATE), code, say("{it} is not a date: the calendar has no such day", it=it)),
        Finding(
            _full(raw, year_first),
            code,
            say("{it} is not written as a date: write `{y}-{m}-{d}`", it=it, y=year, m=month, d=day),
        ),
        Finding(
            _full(raw, f"{DATE}[ T].*"),
            code,
            say("{it} has a time of day: write `{day}`", it=it, day=f"left({trimmed(raw)}, 10)"),
        ),
        Finding(
            _full(raw, "[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{2,4}"),
            code,
            say("{it} is not written as a date: write the year, the month, the day, as in `2015-07-25`", it=it),
        ),
        Finding("true", code, say("{it} is not a date: write it as in `2015-07-25`", it=it)),
    )


def of_decimal(raw: str, whole: int, scale: int, kind: Kind) -> tuple[Finding, ...]:
    """Findings for a text that is not a decimal of at most so many whole digits and decimals."""
    text = trimmed(raw)
    it = shown(text)
    instead = f"{{it}} is not {kind.name}: write `{{fix}}`"
    commas = f"replace({text}, ',', '')"
    points = f"replace(replace({text}, '.', ''), ',', '.')"
    bare = f"regexp_replace({text}, '[^0-9.,-]', '', 'g')"
    limit = f"at most {scale}" if scale else "none"
    return (
        Finding(_full(raw, r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?"), kind.code, say(instead, it=it, fix=commas)),
        Finding(_full(raw, r"-?[0-9]{1,3}(\.[0-9]{3})*,[0-9]+"), kind.code, say(instead, it=it, fix=points)),
        Finding(_full(raw, r"-?[0-9]+,[0-9]+"), kind.code, say(instead, it=it, fix=points)),
        Finding(_full(raw, r"-?[0-9]{1,3}(\.[0-9]{3}){2,}"), kind.code, say(instead, it=it, fix=points)),
        Finding(
            _full(raw, r"\([0-9]+(\.[0-9]+)?\)"),
            kind.code,
            say(instead, it=it, fix=f"'-' || {bare}"),
        ),
        *_with_signs(raw, kind, bare),
        Finding(
            _full(raw, rf"-?[0-9]{{{whole + 1},}}(\.[0-9]*)?"),
            "too-many-digits",
            say(f"{{it}} has more than {whole} digits before the point", it=it),
        ),
        Finding(
            _full(raw, r"-?[0-9]+\.[0-9]{3}") if scale in (0, 2) else "false",
            "too-many-decimals",
            say(
                f"{{it}} has too many decimals: the field takes {limit}; if the point separates thousands, write `{{fix}}`",
                it=it,
                fix=f"replace({text}, '.', '')",
            ),
        ),
        Finding(
            _full(raw, r"-?[0-9]+\.[0-9]+"),
            "too-many-decimals",
            say(f"{{it}} has too many decimals: the field takes {limit}", it=it),
        ),
        Finding("true", kind.code, say(f"{{it}} is not {kind.name}: write it as in `{kind.example}`", it=it)),
    )


def _with_signs(raw: str, kind: Kind, bare: str) -> Iterator[Finding]:
    """Findings for a number with three capitals or the sign of a currency beside it. To leave out one of another currency than
    the field's would change what the number says."""
    it = shown(trimmed(raw))

    def beside(signs: str) -> str:
        return _full(raw, rf"({signs}) ?-?[0-9]+(\.[0-9]+)?|-?[0-9]+(\.[0-9]+)? ?({signs})")

    own = [sign for sign in "$€£" if kind.currency is None or kind.currency in meant_by(sign)]
    same = "|".join([kind.currency or "[A-Z]{3}", *map(re.escape, own)])
    yield Finding(beside(same), kind.code, say(f"{{it}} is not {kind.name}: write the number alone, `{{fix}}`", it=it, fix=bare))
    if kind.currency is not None:
        message = f"{{it}} is not {kind.name} in {kind.currency}: write one, as in `{kind.example}`"
        yield Finding(beside("[A-Z]{3}|[$€£]"), kind.code, say(message, it=it))


def of_percent(raw: str, whole: int, places: int) -> tuple[Finding, ...]:
    """Findings for a text that is not a percent of at most so many whole digits and decimals."""
    text = trimmed(raw)
    it = shown(text)
    code = "not-a-percent"
    return (
        Finding(
            _full(raw, r"-?[0-9]+(\.[0-9]+)?"),
            code,
            say("{it} has no percent sign: write `12.5%` for twelve and a half percent", it=it),
        ),
        Finding(
            _full(raw, r"-?[0-9]+,[0-9]+ ?%"),
            code,
            say("{it} is not a percent: write `{fix}`", it=it, fix=f"replace(replace({text}, ',', '.'), ' ', '')"),
        ),
        Finding(
            _full(raw, r"-?[0-9]+(\.[0-9]+)? +%"),
            code,
            say("{it} is not a percent: write `{fix}`", it=it, fix=f"replace({text}, ' ', '')"),
        ),
        Finding(
            _full(raw, r"-?[0-9]+\.[0-9]+%"),
            "too-many-decimals",
            say(f"{{it}} has too many decimals: the field takes at most {places}", it=it),
        ),
        Finding(
            _full(raw, rf"-?[0-9]{{{whole + 1},}}(\.[0-9]+)?%"),
            "too-many-digits",
            say(f"{{it}} has more than {whole} digits before the point", it=it),
        ),
        Finding("true", code, say("{it} is not a percent: write it as in `12.5%`", it=it)),
    )


def _full(raw: str, pattern: str) -> str:
    return f"regexp_full_match({trimmed(raw)}, {quoting.text(pattern)})"


def _group(raw: str, pattern: str, at: int) -> str:
    return f"regexp_extract({trimmed(raw)}, {quoting.text(pattern)}, {at})"


def _among(raw: str, words: Sequence[str]) -> str:
    return f"lower({trimmed(raw)}) IN ({quoting.texts(words)})"
