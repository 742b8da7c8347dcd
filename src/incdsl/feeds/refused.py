"""Refused rows: which rows of a feed cannot be used, and every reason why, in words.

Working tables of a feed, in the schema `staged`: `R#refused` (row, line, file) has the rows that are refused, and `R#raw` the
same rows as they came (row, line, file, fault, `#0`, `#1`, …), `fault` where one is at fault by itself. The
reasons of all feeds go to `result.refused`, one row each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from incdsl.core import ir
from incdsl.core.dependencies import fields_read
from incdsl.feeds import keys, notation, quoting, staging
from incdsl.feeds.conditions import condition_sql
from incdsl.feeds.forms import misfits
from incdsl.feeds.misreadings import say, shown, trimmed
from incdsl.feeds.references import NEAREST, Reference, find_nearest
from incdsl.feeds.staging import Broken, Reading, Staged

REFUSED = "refused"
RAW = "raw"
SUSPECTS = "suspects"
"""The working table of rows found in the first pass: row, `fault` (of its own), and a mark for each reference, true where the
value is no key."""

_KEYS = 'staged."#refused keys"'

_OWN = "came.fault"
"""Which rows can have a fault of their own, as a condition that is much quicker than any other."""


@dataclass(frozen=True)
class Suspects:
    """What the checks of a feed have found: whether rows have faults of their own, share a key or overlap, and the
    references that some row has wrong."""

    faults: bool
    duplicates: bool
    overlaps: bool
    references: tuple[Reference, ...]


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `result.refused`, empty, and the working tables of the keys of refused rows (relation, key, place) and of nearest
    keys."""
    connection.execute(f"CREATE TABLE {_KEYS} (relation VARCHAR, key VARCHAR, place VARCHAR)")
    connection.execute(f"CREATE TABLE {NEAREST} (relation VARCHAR, value VARCHAR, key VARCHAR)")
    connection.execute(
        "CREATE TABLE result.refused "
        "(file VARCHAR, line BIGINT, field VARCHAR, value VARCHAR, code VARCHAR, message VARCHAR, row VARCHAR)"
    )


def define_refused(connection: duckdb.DuckDBPyConnection, staged: Staged, rows: str) -> None:
    """Create the working table of refused rows from a SELECT of `row`. Their lines are not known yet."""
    connection.execute(
        f"CREATE OR REPLACE TABLE {staged.name(REFUSED)} AS SELECT row, CAST(NULL AS BIGINT) AS line, "
        f"{quoting.text(staged.file)} AS file FROM ({rows})"
    )


def collect(connection: duckdb.DuckDBPyConnection, staged: Staged, suspects: Suspects) -> int:
    """Fill the working table of refused rows; how many they are. Raises Disagreement as `Staged.number_lines` does."""
    rows: list[str] = []
    if suspects.faults:
        rows.append(f"SELECT row FROM {staged.name(SUSPECTS)} WHERE fault")
    if suspects.duplicates:
        rows.append(f"SELECT row FROM {staged.name(keys.DUPLICATES)}")
    if suspects.overlaps:
        rows.append(f"SELECT row FROM {staged.name(keys.OVERLAPS)}")
    rows.extend(
        f"SELECT row FROM {staged.name(SUSPECTS)} WHERE {quoting.identifier(reference.mark)}"
        for reference in suspects.references
        if reference.target != staged.relation
    )
    table = staged.name(REFUSED)
    found = " UNION ".join(rows) or "SELECT CAST(NULL AS BIGINT) AS row WHERE false"
    define_refused(connection, staged, found)
    count = _count(connection, table)
    own = [reference for reference in suspects.references if reference.target == staged.relation]
    while own:
        connection.execute(
            f'INSERT INTO {table} SELECT "#row", NULL, {quoting.text(staged.file)} FROM {staged.view} '
            f"WHERE ({' OR '.join(f'coalesce({reference.unknown}, false)' for reference in own)}) "
            f'AND "#row" NOT IN (SELECT row FROM {table})'
        )
        before, count = count, _count(connection, table)
        if before == count:
            break
    staged.number_lines(connection, table)
    return count


def check(connection: duckdb.DuckDBPyConnection, staged: Staged, count: int) -> None:
    """Nothing is lost: so many rows are refused, each of them once and each a row of the feed."""
    # Not by the range of their numbers: a table from which rows were deleted leaves some out.
    found = f'SELECT count(DISTINCT row) FROM {staged.name(REFUSED)} WHERE row IN (SELECT "#row" FROM {staged.view})'
    assert connection.execute(found).fetchall() == [(count,)], staged.relation.name


def explain(connection: duckdb.DuckDBPyConnection, staged: Staged, suspects: Suspects) -> None:
    """Write the reasons for every refused row of a feed, and its broken lines, to `result.refused`."""
    _explain_broken(connection, staged)
    raw = staged.name(RAW)
    rows = staged.came(connection, staged.name(REFUSED)) if staged.came else staged.raw
    own = f"row IN (SELECT row FROM {staged.name(SUSPECTS)} WHERE fault)" if suspects.faults else "false"
    connection.execute(
        f'CREATE OR REPLACE TABLE {raw} AS SELECT bad.row, bad.line, bad.file, {own} AS fault, came.* EXCLUDE ("#row") '
        f'FROM ({rows}) AS came JOIN {staged.name(REFUSED)} AS bad ON bad.row = came."#row"'
    )
    _keep_keys(connection, staged)
    if suspects.faults:
        for reading in staged.readings:
            _explain_values(connection, staged, reading)
        for start, end in staging.date_ranges(staged.relation):
            _explain_range(connection, staged, start, end)
        for condition in staged.relation.conditions:
            _explain_condition(connection, staged, condition)
    if suspects.duplicates:
        _explain_duplicates(connection, staged)
    if suspects.overlaps:
        _explain_overlaps(connection, staged)
    for reference in suspects.references:
        _explain_reference(connection, staged, reference)
    _place(connection, staged)


def placed(relation: str) -> str:
    """The view of the refused rows of a feed: `#line`, `#file`, and each stored column as text where nothing is wrong with it.
    There is one for every feed that has refused rows."""
    return staging.work(relation, "placed")


def _place(connection: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Worked out when it is asked for: only those who want to know which results a refused row could change do."""
    # The rows of a source in parts are counted in each part, under its name.
    file = f"(file = {quoting.text(staged.file)} OR file IN (SELECT file FROM {staged.name(REFUSED)}))"
    values = ", ".join(
        f"CASE WHEN {reading.is_wrong} OR list_contains(at_fault, {quoting.text(reading.column.name)}) THEN NULL "
        f"ELSE CAST({reading.value} AS VARCHAR) END AS {quoting.identifier(reading.column.name)}"
        for reading in staged.readings
    )
    sound = quoting.texts(("duplicate-key", "overlapping-range", "refused-reference"))  # what stands there is what was meant
    at_fault = f"coalesce(list(DISTINCT field) FILTER (WHERE code NOT IN ({sound})), []) AS at_fault"
    faults = f"SELECT file, line, {at_fault} FROM result.refused WHERE {file} GROUP BY file, line"
    connection.execute(
        f"CREATE OR REPLACE VIEW {placed(staged.relation.name)} AS "
        f'SELECT line AS "#line", file AS "#file", {values} FROM ({faults}) '
        f"LEFT JOIN {staged.name(RAW)} AS came USING (file, line)"
    )


def _explain_broken(connection: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    for start in range(0, len(staged.broken), 10_000):
        part: Sequence[Broken] = staged.broken[start : start + 10_000]
        width = len(staged.header.names)
        longest = max(len(entry.values) for entry in part)
        names = [*staged.header.names, *(f"column {at + 1}" for at in range(width, longest))]
        pairs = ", ".join(
            f"CASE WHEN len(came) > {at} THEN concat("
            f"{quoting.text(',' if at else '')}, to_json({quoting.text(name)}), ':', to_json(came[{at + 1}])) END"
            for at, name in enumerate(names)
        )
        connection.execute(
            f"""
            INSERT INTO result.refused SELECT {quoting.text(staged.file)}, line, NULL, NULL, 'broken-row', message,
                concat('{{', {pairs}, '}}')
            FROM (SELECT unnest(?::BIGINT[]) AS line, unnest(?::VARCHAR[]) AS message, unnest(?::VARCHAR[][]) AS came)
            """,
            [[entry.line for entry in part], [entry.message for entry in part], [list(entry.values) for entry in part]],
        )


def _explain_values(connection: duckdb.DuckDBPyConnection, staged: Staged, reading: Reading) -> None:
    """Values that are not in their notation, missing, or out of bounds."""
    name = reading.column.name
    wrong = reading.is_wrong
    if reading.wrong is not None:
        code = " ".join(f"WHEN {finding.condition} THEN {quoting.text(finding.code)}" for finding in reading.findings)
        message = " ".join(f"WHEN {finding.condition} THEN {finding.message}" for finding in reading.findings)
        _insert(connection, staged, reading, f"CASE {code} END", f"CASE {message} END", f"{_OWN} AND {wrong}")
    if reading.required and reading.may_be_missing:
        _insert(
            connection,
            staged,
            reading,
            "'missing-value'",
            notation.missing(name),
            f"{_OWN} AND {reading.value} IS NULL AND NOT {wrong}",
        )
    if reading.may_be_out_of_bounds:
        it = shown(trimmed(f"CAST({reading.raw} AS VARCHAR)"))
        bounds = reading.column.bounds
        sides = zip(reading.beyond(reading.value), (bounds.least, bounds.greatest), ("at least", "at most"), strict=True)
        for beyond, bound, side in sides:
            if beyond is not None:
                limit = quoting.written(bound, reading.column.type)
                message = say(f"{{it}} is out of range: `{name}` is {side} {limit}", it=it)
                beyond = f"{_OWN} AND coalesce({beyond}, false) AND NOT {wrong}"
                _insert(connection, staged, reading, "'out-of-range'", message, beyond)
    for misfit in misfits(reading.column, reading.value):
        condition = f"{_OWN} AND {misfit.condition} AND NOT {wrong}"
        _insert(connection, staged, reading, quoting.text(misfit.code), misfit.message, condition)


def _explain_range(connection: duckdb.DuckDBPyConnection, staged: Staged, start: str, end: str) -> None:
    first, last = _reading(staged, start), _reading(staged, end)
    message = say(
        f"`{end}` {{last}} is before `{start}` {{first}}",
        first=shown(f"CAST({first.value} AS VARCHAR)"),
        last=shown(f"CAST({last.value} AS VARCHAR)"),
    )
    readable = f"{_OWN} AND NOT {first.is_wrong} AND NOT {last.is_wrong}"
    _insert(
        connection, staged, last, "'ends-before-start'", message, f"{readable} AND coalesce({last.value} < {first.value}, false)"
    )


def _explain_condition(connection: duckdb.DuckDBPyConnection, staged: Staged, condition: ir.Condition) -> None:
    """Rows that break a condition of their record. Where a value that it reads is at fault already, nothing more is said."""
    readings = [_reading(staged, name) for name in fields_read(condition.holds)]
    readable = [_OWN, *(f"NOT {reading.is_wrong}" for reading in readings)]
    readable += [f"{reading.value} IS NOT NULL" for reading in readings if reading.required]
    values = ", ".join(f"{reading.value} AS {quoting.identifier(reading.column.name)}" for reading in readings)
    holds = f"(SELECT {condition_sql(condition)} FROM (SELECT {values}))"
    found = ", ".join(f"`{reading.column.name}` is {{v{at}}}" for at, reading in enumerate(readings))
    parts = {
        f"v{at}": f"CASE WHEN coalesce({it}, '') = '' THEN 'blank' ELSE {shown(it)} END"
        for at, it in enumerate(trimmed(f"CAST({reading.raw} AS VARCHAR)") for reading in readings)
    }
    says = condition.says.replace("{", "(").replace("}", ")")  # braces are places of a template
    message = say(f"this does not hold: {says}; {found}", **parts)
    _insert(
        connection, staged, readings[0], "'condition'", message, f"{' AND '.join(readable)} AND {holds} IS DISTINCT FROM true"
    )


def _explain_duplicates(connection: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    parts = [_reading(staged, part) for part in staged.relation.key if isinstance(part, str)]
    more = "CASE WHEN others > 1 THEN concat(' and ', others - 1, ' more') ELSE '' END"
    what = " and ".join(f"`{part.column.name}`" for part in parts)
    message = say(f"another row has the same {what}: {{place}}{{more}}", place=_beside(staged), more=more)
    _insert(connection, staged, parts[0], "'duplicate-key'", message, "true", _join_beside(staged, keys.DUPLICATES))


def _explain_overlaps(connection: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    (dates,) = (part for part in staged.relation.key if isinstance(part, ir.RangeKey))
    others = [f"`{part}`" for part in staged.relation.key if isinstance(part, str)]
    scope = f" of the same {' and '.join(others)}" if others else ""
    message = say(
        f"the dates from `{dates.start}` through `{dates.end}` overlap with those of another row{scope}: {{place}}",
        place=_beside(staged),
    )
    _insert(
        connection,
        staged,
        _reading(staged, dates.start),
        "'overlapping-range'",
        message,
        "true",
        _join_beside(staged, keys.OVERLAPS),
    )


def _explain_reference(connection: duckdb.DuckDBPyConnection, staged: Staged, reference: Reference) -> None:
    """Values that are no key of a used row: of a row that was refused, near a key that is there, or neither."""
    reading = _reading(staged, reference.column.name)
    raw, name = staged.name(RAW), reference.target.name
    text = f"CAST({reading.value} AS VARCHAR)"
    unknown = f"{reading.value} NOT IN (SELECT key FROM ({reference.keys}))"
    refused = f"(SELECT key, any_value(place) AS place FROM {_KEYS} WHERE relation = {quoting.text(name)} GROUP BY key)"
    values = f"SELECT {text} AS value, count(*) AS rows FROM {raw} WHERE {unknown} GROUP BY ALL"
    find_nearest(connection, reference, f"FROM ({values}) WHERE value NOT IN (SELECT key FROM {refused})")
    near = f"(SELECT value, key FROM {NEAREST} WHERE relation = {quoting.text(name)} AND key IS NOT NULL)"
    it, a_name = shown(text), f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
    meant = say(f"{{it}} is not {a_name}; the nearest is {{near}}", it=it, near=shown("near.key"))
    message = (
        f"CASE WHEN gone.place IS NOT NULL THEN {say(f'{name} {{it}} was refused: {{place}}', it=it, place='gone.place')} "
        f"WHEN near.key IS NOT NULL THEN {meant} "
        f"ELSE {say(f'{{it}} is not {a_name}', it=it)} END"
    )
    code = "CASE WHEN gone.place IS NOT NULL THEN 'refused-reference' ELSE 'unknown-reference' END"
    join = f"LEFT JOIN {refused} AS gone ON gone.key = {text} LEFT JOIN {near} AS near ON near.value = {text}"
    _insert(connection, staged, reading, code, message, unknown, join)


def _keep_keys(connection: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Keep the keys of a feed's refused rows, so that references to them can say what became of them."""
    if len(staged.relation.key) != 1 or not isinstance(staged.relation.key[0], str):
        return
    key = _reading(staged, staged.relation.key[0]).value
    connection.execute(
        f"INSERT INTO {_KEYS} SELECT {quoting.text(staged.relation.name)}, CAST({key} AS VARCHAR), "
        f"concat(min(file), ' {staged.unit} ', arg_min(line, (file, line))) FROM {staged.name(RAW)} "
        f"WHERE {key} IS NOT NULL GROUP BY {key}"
    )


def _insert(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    reading: Reading,
    code: str,
    message: str,
    condition: str,
    join: str = "",
) -> None:
    """Write a reason for each refused row, `came`, for which `condition` holds; `join` joins more to it."""
    pairs = ", ".join(
        f"{quoting.text(name)}, CAST(came.{staging.raw_name(at)} AS VARCHAR)" for at, name in enumerate(staged.header.names)
    )
    connection.execute(
        f"INSERT INTO result.refused SELECT came.file, came.line, {quoting.text(reading.column.name)}, "
        f"CAST({reading.raw} AS VARCHAR), {code}, {message}, CAST(json_object({pairs}) AS VARCHAR) "
        f"FROM {staged.name(RAW)} AS came {join} WHERE {condition}"
    )


def _join_beside(staged: Staged, pairs: str) -> str:
    """Join with `beside`, the other row of a working table of row and other."""
    return (
        f"JOIN {staged.name(pairs)} AS paired ON paired.row = came.row "
        f"JOIN {staged.name(REFUSED)} AS beside ON beside.row = paired.other"
    )


def _beside(staged: Staged) -> str:
    """Where the row `beside` is, with its file when that is another part than the row's own."""
    number = f"concat('{staged.unit} ', beside.line)"
    return f"CASE WHEN beside.file = came.file THEN {number} ELSE concat(beside.file, ' ', {number}) END"


def _reading(staged: Staged, name: str) -> Reading:
    return next(reading for reading in staged.readings if reading.column.name == name)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    ((count,),) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    assert isinstance(count, int)
    return count
