"""What refused values have in common: a word or two for how a value differs from what was expected, as DuckDB SQL.

Read off the value and the message, which ends with what to write instead where that is known; so it says no more than the
message does, and only serves to count like faults together.
"""

from __future__ import annotations

_VALUE = "trim(value, ' ')"
_FIX = "regexp_extract(message, '(?:nearest is|write|written|alone,|capitals,) `([^`]*)`$', 1)"
_FOLDED = "regexp_replace(lower({}), '[^\\pL\\pN]', '', 'g')"

_OF_NAMES = (
    ("fix = ''", ""),
    ("lower(it) = lower(fix)", "upper and lower case"),
    ("replace(it, '-', '') = replace(fix, '-', '') AND length(it) < length(fix)", "a dash is missing"),
    ("replace(it, '-', '') = replace(fix, '-', '')", "a dash too many"),
    ("replace(it, ' ', '') = replace(fix, ' ', '')", "spaces"),
    (f"{_FOLDED.format('it')} = {_FOLDED.format('fix')}", "dashes, spaces and the like"),
    ("translate(upper(it), 'OIL', '011') = translate(upper(fix), 'OIL', '011')", "a letter for a digit, as O for 0"),
    ("starts_with(fix, it)", "cut short"),
    ("true", "misspelt"),
)
_OF_NUMBERS = (
    ("regexp_full_match(it, '-?[0-9]{1,3}(,[0-9]{3})+(\\.[0-9]+)?')", "commas between thousands"),
    ("regexp_full_match(it, '-?[0-9.]+,[0-9]+ ?%?')", "a decimal comma"),
    ("regexp_full_match(it, '-?[0-9]{1,3}(\\.[0-9]{3}){2,}')", "points between thousands"),
    ("regexp_full_match(it, '\\(.*\\)')", "parentheses for a minus"),
    ("NOT regexp_matches(it, '[0-9]')", "text for a number"),
    ("regexp_matches(it, '\\pL|[$€£]')", "a currency, a unit or letters"),
    ("true", "another notation"),
)
_OF_DATES = (
    ("contains(message, 'the calendar has no such day')", "no such day"),
    ("regexp_full_match(it, '[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}')", "another notation, year first"),
    ("regexp_full_match(it, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T].*')", "a time of day"),
    ("regexp_full_match(it, '[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{2,4}')", "day or month first"),
    ("true", "another notation"),
)
_OF_CELLS = (
    ("contains(message, 'the field is in')", "another currency"),
    ("contains(message, ' and holds ')", "shown as something else"),
    ("true", ""),
)
_PATTERNS = {
    "not-a-value": _OF_CELLS,
    "unknown-reference": _OF_NAMES,
    "not-one-of": _OF_NAMES,
    "not-like": _OF_NAMES,
    "not-an-amount": _OF_NUMBERS,
    "not-a-number": _OF_NUMBERS,
    "not-a-whole-number": _OF_NUMBERS,
    "not-a-number-of-days": _OF_NUMBERS,
    "not-a-date": _OF_DATES,
}


def with_pattern(refused: str) -> str:
    """A SELECT of the rows of `refused` (code, value, message and others), with `pattern`: how the value is wrong, blank
    where the code says it all."""
    branches = "".join(
        f" WHEN code = '{code}' AND {condition} THEN '{words}'" for code, ways in _PATTERNS.items() for condition, words in ways
    )
    return (
        f"SELECT * EXCLUDE (it, fix), CASE{branches} ELSE '' END AS pattern "
        f"FROM (SELECT *, coalesce({_VALUE}, '') AS it, {_FIX} AS fix FROM {refused})"
    )
