"""How a column is written, decided by every value that is in it; or the question, when values alone do not decide it.

A way of writing is suggested when it reads the most values, and no other that reads as many reads one of them
differently. Nothing is decided by what is usual somewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import quoting
from incdsl.feeds.forms import misfits
from incdsl.feeds.misreadings import trimmed
from incdsl.feeds.notation import notation
from incdsl.feeds.styles import CANONICAL, MINUSES, NUMBERS, PERCENTS, Dates, Numbers, Style, numbers_like
from incdsl.feeds.suggest.matching import folded
from incdsl.feeds.suggest.questions import Option, Question
from incdsl.feeds.suggest.tables import Column, Table

_BLANKS = (
    "n/a",
    "N/A",
    "#N/A",
    "na",
    "NA",
    "-",
    "--",
    "—",
    "null",
    "NULL",
    "Null",
    "none",
    "None",
    "(blank)",
    "(leer)",
    "?",
    ".",
)
_SYMBOLS = {"USD": ("$", "US$"), "EUR": ("€",), "GBP": ("£",), "JPY": ("¥",), "CHF": ("Fr.",)}
_WORDS = {
    "yes": ("yes", "y", "true", "t", "1", "x", "ja", "j", "oui", "o", "si", "sí", "s", "sim", "da", "tak", "wahr", "vrai"),
    "no": ("no", "n", "false", "f", "0", "nee", "nein", "non", "não", "nie", "nej", "falsch", "faux"),
}
_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST = "day-first", "month-first", "year-first"
_MARKS = "/-. "
_POINTS = {".": "decimal-point", ",": "decimal-comma"}


@dataclass(frozen=True)
class Decision:
    """How a column is written, what there is to say about it, and the values that are not written so, of which `example`
    is one; or a question, when that is not decided."""

    style: Style
    notes: tuple[str, ...] = ()
    misfits: int = 0
    example: str | None = None
    question: Question | None = None


@dataclass(frozen=True)
class _Way:
    """A way of writing and the name of its reading, which ways that differ in width or marks alone share."""

    style: Style
    reading: str
    says: str


@dataclass(frozen=True)
class _Reading:
    """A way with how many values it reads, and how many of them the way first in line reads differently or not at all."""

    way: _Way
    fits: int


def decide(
    connection: duckdb.DuckDBPyConnection, table: Table, column: Column, stored: ir.StoredColumn, answer: str | None
) -> Decision:
    """Decide how a column is written; `answer` is what a person said about it, in the words of the question's options."""
    known = ty.known(stored.type)
    known = known.key if isinstance(known, ty.Row) else known
    # Kept, since every way to read the column is tried on all of them.
    values = 'staged."#values"'
    counted = f"SELECT {column.raw} AS raw, count(*) AS rows FROM {table.view} WHERE {column.raw} IS NOT NULL GROUP BY ALL"
    connection.execute(f"CREATE OR REPLACE TABLE {values} AS {counted}")
    blanks = _blank_words(connection, values, stored, known)
    base = replace(CANONICAL, blanks=blanks)
    notes = tuple(f"`{word}` is read as a blank" for word in blanks)
    match known:
        case ty.Boolean():
            return _boolean(connection, values, base, notes, stored, answer)
        case ty.Enum() | ty.Country():
            return _names(connection, values, base, notes, known)
        case ty.Text():
            return Decision(base, notes)
        case ty.Date():
            ways = [_Way(replace(base, dates=dates), _order(dates), dates.pattern) for dates in _dates(column.sample)]
        case ty.Percent():
            ways = [
                _Way(replace(base, numbers=numbers, percents=percents), _PERCENT[percents], f"20% as {percents}")
                for percents in PERCENTS
                for numbers in _numbers(column.sample, ())
            ]
        case _:
            symbols = _symbols(known, column.sample)
            ways = [
                _Way(replace(base, numbers=numbers), _POINTS[numbers.point], numbers.write("1234.56"))
                for numbers in _numbers(column.sample, symbols)
            ]
    return _by_values(connection, values, ways, stored, notes, answer, table.name, column.name)


_PERCENT = {"20%": "with-sign", "20 %": "with-sign", "20": "percent", "0.2": "fraction"}


def _by_values(
    connection: duckdb.DuckDBPyConnection,
    values: str,
    ways: list[_Way],
    stored: ir.StoredColumn,
    notes: tuple[str, ...],
    answer: str | None,
    table: str,
    column: str,
) -> Decision:
    readings = _count(connection, values, ways, stored)
    known = {way.reading for way in ways}
    if answer in known:
        readings = [reading for reading in readings if reading.way.reading == answer]
    most = max(reading.fits for reading in readings)
    first = next(reading for reading in readings if reading.fits == most)
    ((total, misfit),) = connection.execute(
        f"SELECT sum(rows), any_value(raw) FILTER (NOT {_good(stored, first.way.style)}) FROM {values} WHERE "
        f"coalesce({_prepared(first.way.style)}, '') <> ''"
    ).fetchall()
    total = int(total or 0)
    if answer not in known:
        question = _question(connection, values, readings, first, stored, total, table, column)
        if question is not None:
            return Decision(first.way.style, notes, total - most, misfit, question)
    return Decision(first.way.style, notes, total - most, misfit)


def _question(
    connection: duckdb.DuckDBPyConnection,
    values: str,
    readings: Sequence[_Reading],
    first: _Reading,
    stored: ir.StoredColumn,
    total: int,
    table: str,
    column: str,
) -> Question | None:
    """The question when another reading has values that the first one reads differently, and as many, or cannot read."""
    options: dict[str, Option] = {}
    why = ""
    for reading in readings:
        if reading.way.reading == first.way.reading or not reading.fits:
            continue
        other, one = _value(stored, reading.way.style), _value(stored, first.way.style)
        good_other, good_one = _good(stored, reading.way.style), _good(stored, first.way.style)
        ((differ, only, example, strange),) = connection.execute(
            f"SELECT coalesce(sum(rows) FILTER ({good_one} AND {good_other} AND {one} IS DISTINCT FROM {other}), 0), "
            f"coalesce(sum(rows) FILTER (NOT {good_one} AND {good_other}), 0), "
            f"min(raw) FILTER ({good_one} AND {good_other} AND {one} IS DISTINCT FROM {other}), "
            f"min(raw) FILTER (NOT {good_one} AND {good_other}) FROM {values}"
        ).fetchall()
        if only:
            why = why or f"its values are written in more than one way: `{strange}` reads only as {reading.way.says}"
        elif not (differ and reading.fits == first.fits):
            continue
        else:
            why = why or f"every one of its {total:,} values, such as `{example}`, can be read in more than one way"
        options.setdefault(reading.way.reading, _option(connection, reading.way, stored, str(example or strange)))
    thousands = None if options else _thousands(connection, values, first, stored)
    if thousands is not None:
        why, option = thousands
        options[option.answer] = option
    if not options:
        return None
    sample = why.split("`")[1]
    options = {first.way.reading: _option(connection, first.way, stored, sample)} | options
    return Question(f"how is `{column}` of {table} written? {why[:1].upper()}{why[1:]}", tuple(options.values()))


def _thousands(
    connection: duckdb.DuckDBPyConnection, values: str, first: _Reading, stored: ir.StoredColumn
) -> tuple[str, Option] | None:
    """Marks before three digits alone do not prove that they part thousands: `1.234` may have three decimals."""
    numbers = first.way.style.numbers
    if numbers.group not in (".", ","):
        return None
    group, point = (quoting.text(mark) for mark in (numbers.group, numbers.point))
    proof = f"contains(raw, {point}) OR length(raw) - length(replace(raw, {group}, '')) > 1"
    ((marked, proofs, example),) = connection.execute(
        f"SELECT count(*) FILTER (contains(raw, {group})), count(*) FILTER ({proof}), min(raw) FILTER (contains(raw, {group})) "
        f"FROM {values}"
    ).fetchall()
    if not marked or proofs:
        return None
    answer = "decimal-point" if numbers.group == "." else "decimal-comma"
    shown = f"`{example}` has three decimals, more than some fields take"
    return f"in all of its values, such as `{example}`, the `{numbers.group}` may part thousands or decimals", Option(
        answer, shown
    )


def _option(connection: duckdb.DuckDBPyConnection, way: _Way, stored: ir.StoredColumn, sample: str) -> Option:
    ((good, value),) = connection.execute(
        f"SELECT {_good(stored, way.style)}, CAST({_value(stored, way.style)} AS VARCHAR) FROM (SELECT ? AS raw)", [sample]
    ).fetchall()
    return Option(way.reading, f"{way.says}: `{sample}` is {value}" if good else f"{way.says}: `{sample}` is refused")


def _count(connection: duckdb.DuckDBPyConnection, values: str, ways: Sequence[_Way], stored: ir.StoredColumn) -> list[_Reading]:
    counts = ", ".join(f"coalesce(sum(rows) FILTER ({_good(stored, way.style)}), 0)" for way in ways)
    (found,) = connection.execute(f"SELECT {counts} FROM {values}").fetchall()
    return [_Reading(way, int(fits)) for way, fits in zip(ways, found, strict=True)]


def _good(stored: ir.StoredColumn, style: Style) -> str:
    """Whether a text is a value of the field in this style, within its bounds."""
    read = notation(stored.type, "raw", style)
    wrong = read.wrong(read.value) if read.wrong else "false"
    bounds = [
        f"coalesce({read.value} {sign} {quoting.literal(bound, stored.type)}, true)"
        for sign, bound in ((">=", stored.bounds.least), ("<=", stored.bounds.greatest))
        if bound is not None
    ]
    bounds += [f"NOT ({misfit.condition})" for misfit in misfits(stored, read.value)]
    return " AND ".join([f"({read.value} IS NOT NULL", f"NOT {wrong}", *bounds]) + ")"


def _value(stored: ir.StoredColumn, style: Style) -> str:
    return notation(stored.type, "raw", style).value


def _prepared(style: Style) -> str:
    words = "".join(f" WHEN {quoting.text(word)} THEN NULL" for word in style.blanks)
    return f"CASE {trimmed('raw')}{words} ELSE {trimmed('raw')} END" if words else trimmed("raw")


# --- candidates --------------------------------------------------------------------------------------------


def _dates(sample: Sequence[str]) -> list[Dates]:
    """The patterns worth trying, the strictest first."""
    marks = [mark for mark in _MARKS if any(mark in value for value in sample)]
    timed = any(":" in value for value in sample)
    named = any(any(character.isalpha() and character not in "TZ" for character in value) for value in sample)
    found = [Dates()] + ([Dates("yyyymmdd")] if any(value.isdigit() for value in sample) else [])
    for mark in marks:
        months = (("mmm",) if named else ()) + ("mm", "m")
        for month in months:
            day = "d" if month == "m" else "dd"
            days = ("dd", "d") if month == "mmm" else (day,)
            for one in days:
                for year, century in (("yyyy", None), ("yy", 2000)):
                    orders = ([one, month, year], [month, one, year], [year, month, one])
                    found += [Dates(mark.join(order), century=century) for order in orders]
    if timed:
        found += [replace(dates, times=times) for times in ("midnight", "any") for dates in found]
    return list(dict.fromkeys(found))


def _order(dates: Dates) -> str:
    first = next(part[0] for part in dates.parts if part[0] in "ymd")
    return {"d": _DAY_FIRST, "m": _MONTH_FIRST, "y": _YEAR_FIRST}[first]


def _numbers(sample: Sequence[str], symbols: tuple[str, ...]) -> list[Numbers]:
    """The ways of writing numbers worth trying: those without thousands apart first, which have fewer readings."""
    signs = [
        minus
        for minus in MINUSES
        if minus == "-1" or any(value.endswith("-") if minus == "1-" else value.strip().startswith("(") for value in sample)
    ]
    plain = sorted(NUMBERS, key=lambda example: len(example))
    marks = [found for example in plain if (found := numbers_like(example)) is not None]
    return [Numbers(point, group, minus, symbols) for minus in signs for point, group in marks]


def _symbols(type_: ty.Known, sample: Sequence[str]) -> tuple[str, ...]:
    if not isinstance(type_, ty.Money):
        return ()
    known = (type_.currency, *_SYMBOLS.get(type_.currency, ()))
    found = [symbol for symbol in known if any(value.startswith(symbol) or value.endswith(symbol) for value in sample)]
    return tuple(sorted(found, key=len, reverse=True))


def _blank_words(connection: duckdb.DuckDBPyConnection, values: str, stored: ir.StoredColumn, known: ty.Known) -> tuple[str, ...]:
    """Words for nothing that are in the column, unless they may be a value: a required text, or Namibia."""
    if isinstance(known, ty.Text) and not isinstance(stored.type, ty.Optional):
        return ()
    words = [word for word in _BLANKS if not (isinstance(known, ty.Country) and word == "NA")]
    if isinstance(known, ty.Enum):
        words = [word for word in words if word not in known.values]
    found = connection.execute(
        f"SELECT DISTINCT {trimmed('raw')} FROM {values} WHERE {trimmed('raw')} IN ({quoting.texts(words)})"
    ).fetchall()
    return tuple(sorted(word for (word,) in found))


def _boolean(
    connection: duckdb.DuckDBPyConnection,
    values: str,
    base: Style,
    notes: tuple[str, ...],
    stored: ir.StoredColumn,
    answer: str | None,
) -> Decision:
    found = [word for (word,) in connection.execute(f"SELECT DISTINCT {_prepared(base)} FROM {values} ORDER BY 1").fetchall()]
    words = [word for word in found if word]
    said: dict[str, list[str]] = {"yes": [], "no": []}
    if answer is not None:
        for part in answer.split(","):
            meaning, _, word = part.partition(":")
            if meaning in said and word:
                said[meaning].append(word)
    for word in words:
        for meaning, known in _WORDS.items():
            if word.casefold() in known and word not in said["yes"] + said["no"]:
                said[meaning].append(word)
    unknown = [word for word in words if word not in said["yes"] + said["no"]]
    style = replace(base, yes=tuple(said["yes"]) or CANONICAL.yes, no=tuple(said["no"]) or CANONICAL.no)
    if unknown and answer is None:
        shown = ",".join(f"yes:{word}" if at == 0 else f"no:{word}" for at, word in enumerate(unknown[:2]))
        option = Option(shown, "say which word is which")
        return Decision(style, notes, question=Question(f"which words mean yes and no? `{'`, `'.join(unknown[:6])}`", (option,)))
    return Decision(style, notes, len(unknown), unknown[0] if unknown else None)


def _names(
    connection: duckdb.DuckDBPyConnection, values: str, base: Style, notes: tuple[str, ...], known: ty.Enum | ty.Country
) -> Decision:
    """Names of an enumeration that differ from a known one in case and marks alone are read as it, if that is how the file
    writes it."""
    if isinstance(known, ty.Country):
        return Decision(base, notes)
    found = connection.execute(f"SELECT {_prepared(base)} AS word, sum(rows) FROM {values} GROUP BY ALL ORDER BY ALL").fetchall()
    meant = {folded(value): value for value in known.values}
    # Where the file has the program's own word as well, another spelling of it is a slip, and is refused as one.
    own = {word for word, _ in found}
    pairs = [
        (word, meant[folded(word)])
        for word, _ in found
        if word and word not in known.values and folded(word) in meant and meant[folded(word)] not in own
    ]
    good = {*known.values, *(word for word, _ in pairs)}
    strange = [(word, rows) for word, rows in found if word and word not in good]
    more = tuple(f"`{word}` is read as `{value}`" for word, value in pairs)
    misfits = int(sum(rows for _, rows in strange))
    return Decision(replace(base, values=tuple(pairs)), (*notes, *more), misfits, strange[0][0] if strange else None)
