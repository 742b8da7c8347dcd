"""Values that are written in another style than the canonical one, as DuckDB SQL: reading them, and what to say of a
text that is not written so.

As in `notation`, an expression that reads never fails, and means nothing for a text that does not match its pattern.
"""

from __future__ import annotations

import re

from incdsl.diagnostic import one_of
from incdsl.feeds import quoting
from incdsl.feeds.misreadings import Finding, Kind, say, shown, trimmed
from incdsl.feeds.styles import Dates, Numbers, Style

_SPACES = "\u00a0\u202f"
"""What a program writes between thousands where a person would see a space."""

_CODES = {"yyyy": "%Y", "mm": "%m", "m": "%-m", "dd": "%d", "d": "%-d"}
_DIGITS = {"yyyy": "[0-9]{4}", "yy": "[0-9]{2}", "mm": "[0-9]{2}", "m": "[0-9]{1,2}", "dd": "[0-9]{2}", "d": "[0-9]{1,2}"}
_MIDNIGHT = r"([ T](00?:00(:00(\.0+)?)?|12:00(:00)? ?[Aa][Mm]))?"
_ANY_TIME = r"([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?( ?[AaPp][Mm])?)?"


# --- numbers -----------------------------------------------------------------------------------------------


def number(raw: str, numbers: Numbers) -> str:
    """The text of the number in canonical notation, perhaps with spaces around it."""
    # To trim every text costs more than to read it, and the cast does not mind.
    text = raw if numbers.minus == "-1" and not numbers.symbols else trimmed(raw)
    for symbol in numbers.symbols:
        text = f"replace({text}, {quoting.text(symbol)}, '')"
    marks = numbers.group if numbers.group != " " else ""
    for mark in marks + (f" {_SPACES}" if numbers.symbols or numbers.group == " " else ""):
        text = f"replace({text}, {quoting.text(mark)}, '')"
    if numbers.point != ".":
        text = f"replace({text}, {quoting.text(numbers.point)}, '.')"
    match numbers.minus:
        case "-1":
            return text
        case "1-":
            return f"CASE WHEN ends_with({text}, '-') THEN concat('-', rtrim({text}, '-')) ELSE {text} END"
        case "(1)":
            return f"CASE WHEN starts_with({text}, '(') THEN concat('-', trim({text}, '()')) ELSE {text} END"


def number_pattern(numbers: Numbers, whole: int, scale: int, sign: str = "") -> str:
    """The regular expression of numbers of at most so many whole digits and decimals; `sign` is that of what follows
    the digits, as a percent sign."""
    body = _digits(numbers, str(whole), str(scale)) + sign
    return f"({_with_symbols(numbers, body)})"


def written_number(value: str, numbers: Numbers) -> str:
    """A decimal as it is written in this style without thousands apart, for those that are not below zero or have
    the sign in front; of others, any text that is not how they are written."""
    text = f"CAST({value} AS VARCHAR)"
    if numbers.minus != "-1":
        text = f"CASE WHEN {value} >= 0 THEN {text} END"
    return text if numbers.point == "." else f"replace({text}, '.', {quoting.text(numbers.point)})"


def number_findings(raw: str, numbers: Numbers, whole: int, scale: int, kind: Kind) -> tuple[Finding, ...]:
    """Findings for a text that is not such a number."""
    it, example = shown(trimmed(raw)), _example(numbers, kind.example)
    return (
        *_too_long(raw, numbers, whole, scale, ""),
        *_misplaced(raw, numbers, kind.code, kind.name, example),
        Finding("true", kind.code, say(f"{{it}} is not {kind.name}: here one is written as in `{example}`", it=it)),
    )


def percent_findings(raw: str, style: Style, whole: int, scale: int) -> tuple[Finding, ...]:
    """Findings for a text that is not a percent of this style, of at most so many digits before and after the mark."""
    numbers, code, it = style.numbers, "not-a-percent", shown(trimmed(raw))
    example = {"20%": "12.5%", "20 %": "12.5 %", "20": "12.5", "0.2": "0.125"}[style.percents].replace(".", numbers.point)
    sign = {"20%": "%", "20 %": " ?%", "20": "", "0.2": ""}[style.percents]
    body = _digits(numbers, "", "")
    here = f"here twelve and a half percent is written `{example}`"
    has, otherwise = ("no", body) if sign else ("a", f"{body} ?%")
    return (
        Finding(_full(raw, _with_symbols(numbers, otherwise)), code, say(f"{{it}} has {has} percent sign: {here}", it=it)),
        *_too_long(raw, numbers, whole, scale, sign),
        *_misplaced(raw, numbers, code, "a percent", example),
        Finding("true", code, say(f"{{it}} is not a percent: {here}", it=it)),
    )


def _digits(numbers: Numbers, whole: str, scale: str) -> str:
    """The pattern of digits and marks; with "" for a number of digits, of any. Thousands are apart in all places or in
    none, and not in `0.123`, which nobody writes who means 123."""
    apart = ""
    if numbers.group:
        group = f"[ {_SPACES}]" if numbers.group == " " else re.escape(numbers.group)
        apart = f"|[1-9][0-9]{{0,2}}({group}[0-9]{{3}})+"
    decimals = "" if scale == "0" else f"({re.escape(numbers.point)}[0-9]{{1,{scale}}})?"
    return f"([0-9]{{1,{whole}}}{apart}){decimals}"


def _with_symbols(numbers: Numbers, body: str) -> str:
    symbol = "|".join(re.escape(symbol) for symbol in numbers.symbols)
    space = f"[ {_SPACES}]?"
    before, after = (f"(({symbol}){space})?", f"({space}({symbol}))?") if symbol else ("", "")
    match numbers.minus:
        case "-1":
            return f"-?{before}{body}|{before}-{body}|-?{body}{after}" if symbol else f"-?{body}"
        case "1-":
            return f"{before}{body}-?|{body}-?{after}"
        case "(1)":
            return rf"{before}{body}{after}|\({before}{body}{after}\)|{before}\({body}\)"


def _misplaced(raw: str, numbers: Numbers, code: str, name: str, example: str) -> tuple[Finding, ...]:
    """Marks of other styles, or of this one in the wrong place: what looks like a number and is not this one."""
    it, here = shown(trimmed(raw)), f"here one is written as in `{example}`"
    other = "," if numbers.point == "." else "."
    loose = r"[-(]?[0-9][0-9.,' \x{a0}\x{202f}]*[-)]?( ?%)?"
    zero = re.escape(numbers.group) if numbers.group != " " else "[ ]"
    findings = []
    if numbers.group:
        findings.append(
            Finding(
                _full(raw, rf"-?0[0-9]{{0,2}}{zero}[0-9]{{3}}( ?%)?"),
                code,
                say(f"{{it}} has `{numbers.group}` after a zero, where decimals seem to be meant: {here}", it=it),
            )
        )
    if numbers.group in (".", ","):
        both = rf".*{re.escape(numbers.point)}.*{re.escape(numbers.group)}.*"
        findings += [
            Finding(
                f"{_full(raw, loose)} AND {_full(raw, both)}",
                code,
                say(f"{{it}} has `{numbers.group}` after `{numbers.point}`: {here}", it=it),
            ),
            Finding(
                f"{_full(raw, loose)} AND contains({trimmed(raw)}, {quoting.text(numbers.group)})",
                code,
                say(f"{{it}} has `{numbers.group}` where no thousand ends: {here}", it=it),
            ),
        ]
    else:
        findings.append(
            Finding(
                f"{_full(raw, loose)} AND contains({trimmed(raw)}, '{other}')",
                code,
                say(f"{{it}} is not {name}: it has `{other}`, and {here}", it=it),
            )
        )
    return tuple(findings)


def _too_long(raw: str, numbers: Numbers, whole: int, scale: int, sign: str) -> tuple[Finding, ...]:
    it = shown(trimmed(raw))
    limit = f"at most {scale}" if scale else "none"
    any_number = _full(raw, _with_symbols(numbers, _digits(numbers, "", "") + sign))
    few_decimals = _full(raw, _with_symbols(numbers, _digits(numbers, "", str(scale)) + sign))
    before = "before the " + ("comma" if numbers.point == "," else "point")
    return (
        Finding(
            f"{any_number} AND NOT {few_decimals}",
            "too-many-decimals",
            say(f"{{it}} has too many decimals: the field takes {limit}", it=it),
        ),
        Finding(any_number, "too-many-digits", say(f"{{it}} has more than {whole} digits {before}", it=it)),
    )


def _example(numbers: Numbers, canonical: str) -> str:
    return numbers.write(canonical)


# --- dates and yes or no -----------------------------------------------------------------------------------


def date(raw: str, dates: Dates) -> str:
    """The day that a text names."""
    text = trimmed(raw)
    if dates.times != "none":
        text = f"regexp_extract({text}, {quoting.text(f'^({_day_pattern(dates)}){_time(dates)}$')}, 1)"
    if written_date("", dates) is not None:
        codes = quoting.text("".join(_CODES.get(part, part) for part in dates.parts).replace("%-", "%"))
        read = f"try_strptime({text}, {codes})"
        # As above: only a text that cannot be read as it is may have spaces around it.
        return f"CAST({read if text != trimmed(raw) else f'coalesce(try_strptime({raw}, {codes}), {read})'} AS DATE)"
    groups = "".join(f"({_part(part, dates)})" for part in dates.parts)
    found = {}
    for at, part in enumerate(dates.parts, start=1):
        found[part[0]] = f"regexp_extract({text}, {quoting.text(f'^{groups}$')}, {at})"
    year, month, day = found["y"], found["m"], found["d"]
    if "yy" in dates.parts:
        year = f"concat('{(dates.century or 0) // 100:02}', {year})"
    if "mmm" in dates.parts:
        words = quoting.texts([word.lower() for word in dates.months])
        month = f"CAST(list_position([{words}], lower({month})) AS VARCHAR)"
    return f"try_cast(concat({year}, '-', lpad({month}, 2, '0'), '-', lpad({day}, 2, '0')) AS DATE)"


def date_pattern(dates: Dates) -> str:
    """The regular expression of the texts that are written so, whether or not the calendar has the day."""
    return f"({_day_pattern(dates)}){_time(dates)}"


def written_date(value: str, dates: Dates) -> str | None:
    """A day as it is written in this style, NULL for days that are not read by it; None where SQL has no word for it."""
    if not set(dates.parts) & {"yyyy"} or "mmm" in dates.parts:
        return None
    codes = "".join(_CODES.get(part, part) for part in dates.parts)
    # Years of fewer or more digits than four are no years of the pattern.
    four = f"{value} BETWEEN DATE '1000-01-01' AND DATE '9999-12-31'"
    return f"CASE WHEN {four} THEN strftime({value}, {quoting.text(codes)}) END"


def date_findings(raw: str, dates: Dates) -> tuple[Finding, ...]:
    """Findings for a text that is not a day written so."""
    code, it = "not-a-date", shown(trimmed(raw))
    here = f"here one is written {dates.pattern}, as in `{dates.example}`"
    no_day = say(f"{{it}} is not a date: read as {dates.pattern}, the calendar has no such day", it=it)
    findings = [Finding(_full(raw, date_pattern(dates)), code, no_day)]
    if dates.times != "any":
        timed = f"({_day_pattern(dates)}){_ANY_TIME}"
        findings.append(Finding(_full(raw, timed), code, say(f"{{it}} has a time of day: {here}", it=it)))
    return (*findings, Finding("true", code, say(f"{{it}} is not written as a date: {here}", it=it)))


def boolean_findings(raw: str, style: Style) -> tuple[Finding, ...]:
    """Findings for a text that is not one of the words for yes and for no."""
    words = quoting.text(f"here yes is {one_of(style.yes)} and no is {one_of(style.no)}")
    return (Finding("true", "not-yes-or-no", say("{it} is not yes or no: {words}", it=shown(trimmed(raw)), words=words)),)


def _part(part: str, dates: Dates) -> str:
    if part == "mmm":
        return f"(?i:{'|'.join(re.escape(word) for word in dates.months)})"
    return _DIGITS.get(part) or re.escape(part)


def _day_pattern(dates: Dates) -> str:
    return "".join(_part(part, dates) for part in dates.parts)


def _time(dates: Dates) -> str:
    return {"none": "", "midnight": _MIDNIGHT, "any": _ANY_TIME}[dates.times]


def _full(raw: str, pattern: str) -> str:
    return f"regexp_full_match({trimmed(raw)}, {quoting.text(pattern)})"
