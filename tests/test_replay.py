"""As-of replay on the shipped feeds: a day's results need nothing that was learned after that day, and what an event has
decided stays decided."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from incdsl.core import ir
from incdsl.driver import load
from incdsl.engines import duckdb
from incdsl.feeds import Feeds, load_feeds

PROGRAMS = Path(__file__).parent.parent / "programs"
NEXT = {"open": {"open", "met", "missed"}, "met": {"met"}, "missed": {"missed"}}
"""What may follow the status of a requirement that waits for an event."""

Row = tuple[object, ...]


@dataclass(frozen=True)
class Replayed:
    """A program, the days it is replayed on, its dated records, its events, and its requirements that wait for one."""

    path: str
    days: tuple[str, ...]
    dated: dict[str, str]
    events: dict[str, tuple[str, ...]]
    waiting: tuple[str, ...]


VIP25 = Replayed(
    "vip25/vip25.inc",
    ("2015-02-02", "2015-04-26", "2015-07-25", "2015-07-26"),
    {"Certification": "awarded_on", "Survey": "submitted_on", "Purchase": "booked_on"},
    {"Enrollment": ("signed_on",), "Purchase": ("shipped_on", "invoiced_on")},
    ("enrolment",),
)
LCI = Replayed(
    "lci/lci.inc",
    ("2021-03-16", "2022-02-01", "2022-05-02", "2022-05-03"),
    {"Deal": "booked_on", "Expansion": "booked_on", "Reference": "submitted_on"},
    {"Deal": ("activated_on", "plan_submitted_on", "outcome_proven_on"), "Questionnaire": ("submitted_on",)},
    ("activation", "plan", "outcome", "deployed"),
)


@dataclass(frozen=True)
class Loaded:
    """A program with its feeds, ready to be evaluated."""

    replayed: Replayed
    program: ir.Program
    feeds: Feeds

    def results(self, day: str, outputs: Sequence[str]) -> dict[str, list[Row]]:
        """The rows of results on a day."""
        connection = self.feeds.connection
        duckdb.evaluate(self.program, connection, datetime.date.fromisoformat(day), outputs)
        return {name: connection.execute(f'FROM result."{name}" ORDER BY ALL').fetchall() for name in outputs}

    def forget(self, day: str) -> int:
        """Take out of the feeds what was not known on a day. Returns how many rows and events that were."""
        changes = [(f'DELETE FROM feed."{name}"', column) for name, column in self.replayed.dated.items()]
        for name, columns in self.replayed.events.items():
            changes += [(f'UPDATE feed."{name}" SET "{column}" = NULL', column) for column in columns]
        counts = [
            self.feeds.connection.execute(f"{change} WHERE \"{column}\" > DATE '{day}'").fetchall()[0][0]
            for change, column in changes
        ]
        return sum(counts)


@pytest.fixture(params=[VIP25, LCI], ids=["VIP25", "LCI"])
def loaded(request: pytest.FixtureRequest) -> Iterator[Loaded]:
    replayed: Replayed = request.param
    path = PROGRAMS / replayed.path
    program = load(str(path)).program
    assert program is not None
    with load_feeds(program, path.parent / "feeds") as feeds:
        for name in (*replayed.dated, *(name for name in replayed.events if name not in replayed.dated)):
            feeds.connection.execute(f'CREATE TABLE feed."all of {name}" AS FROM feed."{name}"')  # a view cannot be cut
            feeds.connection.execute(f'DROP VIEW feed."{name}"')
            feeds.connection.execute(f'ALTER TABLE feed."all of {name}" RENAME TO "{name}"')
        yield Loaded(replayed, program, feeds)


def test_the_tables_here_name_every_date_and_event(loaded: Loaded) -> None:
    events = {
        relation.name: tuple(column.name for column in relation.stored if column.event)
        for relation in loaded.program.relations
        if any(column.event for column in relation.stored)
    }
    assert events == loaded.replayed.events
    columns = {column.name for relation in loaded.program.relations for column in relation.derived}
    waiting = {r.name for r in loaded.program.requirements if f"{r.name}.done_on" in columns}
    assert {name for name in waiting if "." not in name} == set(loaded.replayed.waiting)


def test_a_day_needs_nothing_learned_later(loaded: Loaded) -> None:
    days = loaded.replayed.days
    outputs = [output.name for output in loaded.program.result_files if output.name != "values"]
    with_all = {day: loaded.results(day, outputs) for day in days}
    forgotten = []
    for day in reversed(days):
        forgotten.append(loaded.forget(day))
        for output, rows in loaded.results(day, outputs).items():
            assert rows == with_all[day][output], f"{output} on {day}"
    assert sum(forgotten) > 1000, "hardly anything was taken out, so that nothing is shown"
    assert with_all[days[0]]["payouts"] != with_all[days[-1]]["payouts"]


def test_what_an_event_has_decided_stays_decided(loaded: Loaded) -> None:
    output = next(output for output in loaded.program.outputs if output.name == "requirements")
    names = [column.name for column in output.columns]
    status_at, rule_at = names.index("status"), names.index("requirement")
    before: dict[Row, str] = {}
    steps = set()
    for day in loaded.replayed.days:
        for row in loaded.results(day, ["requirements"])["requirements"]:
            status = str(row[status_at])
            if row[rule_at] not in loaded.replayed.waiting or status == "not applicable":
                continue
            key = (*row[:2], *row[2:status_at])
            earlier = before.get(key, "open")
            assert status in NEXT[earlier], f"{key} was {earlier} and is {status} on {day}"
            steps.add((earlier, status))
            before[key] = status
    assert {("open", "open"), ("open", "met"), ("met", "met")} <= steps
