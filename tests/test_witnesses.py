"""Holes and overlaps of tables, tiers and versions: the value that the message prints does fall into none, or into several.

Each defect is checked, the witness is read out of what is printed, and the reference engine is asked about just that value,
by a table with the same tests that counts how many of them hold.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from incdsl.driver import load
from incdsl.engines.reference import evaluate
from incdsl.feeds import load_feeds
from incdsl.render import render

HEAD = 'program Witness "Witness"\n  currency USD\n\nsource guide "Program guide"\n\n'
CHOICE = "one of Low, Middle, High"


@dataclass(frozen=True)
class Defect:
    """A defect: the program that has it (below `HEAD`), the code of its message, the types of the values that it is about,
    the tests of its lines (one per value), how the witness is printed, and how many lines it falls into."""

    name: str
    program: str
    code: str
    types: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    witness: tuple[str, ...]
    holding: int


def table(
    name: str, types: tuple[str, ...], lines: tuple[tuple[str, ...], ...], witness: tuple[str, ...], holding: int,
    policy: str = "unique", outcomes: tuple[str, ...] = (),
) -> Defect:  # fmt: skip
    """A decision table that is looked up with the fields of a record."""
    keys = [f"k{at}" for at in range(1, len(types) + 1)]
    header = " | ".join(f"key {key}: {type_}" for key, type_ in zip(keys, types, strict=True))
    cells = [" | ".join(cells) for cells in lines]
    values = outcomes or tuple(f"{at}%" for at in range(1, len(lines) + 1))
    rows = "".join(f"  | {row} | {value} |\n" for row, value in zip(cells, values, strict=True))
    program = (
        f'table Rate {policy}\n  | {header} | rate: percent |\n{rows}  cite guide "page 1"\n\nrecord R\n  id text key\n'
        + "".join(f"  {key} {type_}\n" for key, type_ in zip(keys, types, strict=True))
        + f"\nfor each R\n  let rate = Rate[{', '.join(keys)}].rate\n"
    )
    return Defect(name, program, "overlapping-rows" if holding else "hole-in-table", types, lines, witness, holding)


def tiers(
    name: str, type_: str, written: tuple[str, ...], code: str, lines: tuple[str, ...], witness: str, holding: int
) -> Defect:
    """Tiers of a field."""
    rows = "".join(f"    {line} {at}%\n" for at, line in enumerate(written, 1))
    program = f'record R\n  id text key\n  k1 {type_}\n\nfor each R\n  let rate = by k1\n{rows}    cite guide "page 1"\n'
    return Defect(name, program, code, (type_,), tuple((line,) for line in lines), (witness,), holding)


def versions(name: str, written: tuple[str, ...], code: str, lines: tuple[str, ...], witness: str, holding: int) -> Defect:
    """A parameter that changes with time."""
    rows = "".join(f"  {line} {at}%\n" for at, line in enumerate(written, 1))
    program = f'param rate percent by date\n{rows}  cite guide "page 1"\n'
    return Defect(name, program, code, ("date",), tuple((line,) for line in lines), (witness,), holding)


M, N, P, D, T, B, C = "money", "whole number", "percent", "date", "text", "boolean", "country"
OVERLAP, HOLE, GAP = "overlapping-tiers", "hole-in-tiers", "gap-in-tiers"

DEFECTS = [
    # overlaps of rows
    table("both ends included", (M,), (("0 USD..100 USD",), ("100 USD..200 USD",)), ("100 USD",), 2),
    table("at least beside at most", (M,), ((">= 100 USD",), ("<= 100 USD",)), ("100 USD",), 2),
    table("one within another", (M,), (("0 USD..1,000 USD",), ("100 USD..200 USD",)), ("100 USD",), 2),
    table("a value of a stretch", (N,), (("1..9",), ("5",)), ("5",), 2),
    table("any beside one", (N,), (("any",), ("7",)), ("7",), 2),
    table("percents", (P,), ((">= 10%",), ("< 10.0001%",)), ("10%",), 2),
    table("days", ("days",), (("<= 30 days",), (">= 30 days",)), ("30 days",), 2),
    table("dates", (D,), (("< 2025-02-02",), (">= 2025-02-01",)), ("2025-02-01",), 2),
    table("one day", (D,), (("2025-02-01",), ("2025-01-01..2025-12-31",)), ("2025-02-01",), 2),
    table("a choice", (CHOICE,), (("Low",), ("any",)), ("Low",), 2),
    table("a boolean", (B,), (("yes",), ("any",)), ("yes",), 2),
    table("a country", (C,), (("NL",), ("any",)), ("NL",), 2),
    table("a text", (T,), (('"a"',), ("any",)), ('"a"',), 2),
    table("two keys", (CHOICE, M), (("Low", "any"), ("any", "> 5 USD")), ("Low", "5.01 USD"), 2),
    table("three keys", (CHOICE, B, N), (("any", "yes", "any"), ("High", "any", ">= 3")), ("High", "yes", "3"), 2),
    table("a cent", (M,), (("< 10.01 USD",), (">= 10 USD",)), ("10 USD",), 2),
    table("any, and values that differ", (M,), ((">= 100 USD",), ("<= 100 USD",)), ("100 USD",), 2, "any"),
    table("any, where others agree", (N,), (("1..9",), ("5..20",), ("8",)), ("8",), 3, "any", ("1%", "1%", "2%")),
    # holes between rows
    table("between two stretches", (M,), (("<= 100 USD",), (">= 100.02 USD",)), ("100.01 USD",), 0),
    table("below all", (M,), ((">= 0 USD",),), ("-0.01 USD",), 0),
    table("above all", (M,), (("< 100 USD",),), ("100 USD",), 0),
    table("less than and more than", (N,), (("< 5",), ("> 5",)), ("5",), 0),
    table("percents apart", (P,), (("<= 10%",), (">= 10.0002%",)), ("10.0001%",), 0),
    table("a day that is left out", (D,), (("< 2025-02-01",), ("> 2025-02-01",)), ("2025-02-01",), 0),
    table("the day after", (D,), (("<= 2025-01-31",), (">= 2025-02-02",)), ("2025-02-01",), 0),
    table("days apart", ("days",), (("0 days..30 days",), (">= 32 days",), ("< 0 days",)), ("31 days",), 0),
    table("a choice that is left out", (CHOICE,), (("Low",), ("High",)), ("Middle",), 0, "first"),
    table("a boolean that is left out", (B,), (("yes",),), ("no",), 0, "first"),
    table("another country", (C,), (("NL",), ("BE",)), ("anything else",), 0, "first"),
    table("another text", (T,), (('"a"',),), ("anything else",), 0, "first"),
    table("a corner of two keys", (CHOICE, M), (("Low", "any"), ("Middle", "any"), ("High", ">= 1 USD")),
          ("High", "0.99 USD"), 0),
    table("first, and no last line", (M,), ((">= 100 USD",), (">= 50 USD",)), ("49.99 USD",), 0, "first"),
    table("largest of nothing", (N,), ((">= 1",), (">= 2",)), ("0",), 0, "collect largest"),
    # tiers
    tiers("a field without a least value", M, ("from 0 USD", "from 10 USD"), HOLE, (">= 0 USD",), "-0.01 USD", 0),
    tiers("a count below the lowest", N, ("from 10", "from 20"), HOLE, (">= 10",), "9", 0),
    tiers("a percent below the lowest", P, ("from 5%",), HOLE, (">= 5%",), "4.9999%", 0),
    tiers("days below the lowest", "days", ("from 1 day", "from 30 days"), HOLE, (">= 1 days",), "0 days", 0),
    tiers("a day before the first", D, ("from 2025-01-01",), HOLE, (">= 2025-01-01",), "2024-12-31", 0),
    tiers("a least value that is lower", "money at least 5 USD", ("from 10 USD",), HOLE, (">= 10 USD",), "5 USD", 0),
    tiers("two of one bound", M, ("below 0 USD", "from 0 USD", "from 0 USD"), OVERLAP, (">= 0 USD", ">= 0 USD"), "0 USD", 2),
    tiers("falling bounds", M, ("from 0 USD", "from 100 USD", "from 50 USD"), OVERLAP, (">= 100 USD", ">= 50 USD"), "100 USD", 2),
    tiers("falling days", D, ("before 2025-02-01", "from 2025-02-01", "from 2025-01-01"), OVERLAP,
          (">= 2025-02-01", ">= 2025-01-01"), "2025-02-01", 2),
    tiers("a hole above the lowest", M, ("below 10 USD", "from 10.01 USD"), GAP, ("< 10 USD", ">= 10.01 USD"), "10 USD", 0),
    tiers("a lowest that ends too late", N, ("below 10", "from 8"), GAP, ("< 10", ">= 8"), "8", 2),
    # versions
    versions("a day that has no version", ("before 2025-02-01", "from 2025-02-02"), GAP,
             ("< 2025-02-01", ">= 2025-02-02"), "2025-02-01", 0),
    versions("a day that has two", ("before 2025-02-01", "from 2025-01-31"), GAP,
             ("< 2025-02-01", ">= 2025-01-31"), "2025-01-31", 2),
    versions("one day twice", ("from 2025-02-01", "from 2025-02-01"), OVERLAP,
             (">= 2025-02-01", ">= 2025-02-01"), "2025-02-01", 2),
    versions("falling", ("from 2025-02-01", "from 2025-01-01"), OVERLAP, (">= 2025-02-01", ">= 2025-01-01"), "2025-02-01", 2),
]  # fmt: skip

_PRINTED = (
    re.compile(r"match(?:es)? ((?:k\d = .+?)(?:, k\d = .+?)*)$", re.MULTILINE),
    re.compile(r"error\[\S+\]: (\S+(?: USD| days)?) falls into no tier"),
    re.compile(r"[\^-] (\S+(?: USD| days)?) (?:would fall into both|falls into neither)"),
)
"""How messages print a witness."""


def printed_witness(said: str) -> tuple[str, ...]:
    """The values that a rendered message says fall into no line, or into several."""
    for pattern in _PRINTED:
        found = pattern.search(said)
        if found is not None:
            return tuple(re.split(r", k\d = ", found[1].removeprefix("k1 = ")))
    raise AssertionError(said)


def in_a_feed(value: str, type_: str) -> str:
    """A value as a feed has it; what is called anything else is something that no line names."""
    if value == "anything else":
        return "NZ" if type_ == "country" else "another one"
    return re.sub(r" (USD|days)$|\"|,", "", value)


def test_there_are_forty() -> None:
    assert len({defect.name for defect in DEFECTS}) == len(DEFECTS) >= 40


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_the_witness_reproduces_the_defect(defect: Defect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("defect.inc").write_text(HEAD + defect.program, encoding="utf-8")
    found = [d for d in load("defect.inc").sink.sorted() if d.severity == "error"]
    assert [d.code for d in found] == [defect.code]
    witness = printed_witness(render(found))
    assert witness == defect.witness

    keys = [f"k{at}" for at in range(1, len(defect.types) + 1)]
    types = [type_.removesuffix(" at least 5 USD") for type_ in defect.types]
    header = " | ".join(f"key {key}: {type_}" for key, type_ in zip(keys, types, strict=True))
    Path("count.inc").write_text(
        HEAD
        + f"table Lines collect sum\n  | {header} | holds: whole number |\n"
        + "".join(f"  | {' | '.join(cells)} | 1 |\n" for cells in defect.lines)
        + '  cite guide "page 1"\n\nrecord R\n  id text key\n'
        + "".join(f"  {key} {type_}\n" for key, type_ in zip(keys, types, strict=True))
        + f"\nfor each R\n  let holding = Lines[{', '.join(keys)}].holds\n",
        encoding="utf-8",
    )
    cells = [in_a_feed(value, type_) for value, type_ in zip(witness, types, strict=True)]
    Path("r.csv").write_text(f"id,{','.join(keys)}\nw,{','.join(cells)}\n", encoding="utf-8")
    program = load("count.inc").program
    assert program is not None
    with load_feeds(program, tmp_path) as feeds:
        (row,) = evaluate(program, feeds.rows.loaded(), datetime.date(2025, 1, 1), ["values"])["values"]
    assert row[-1] == str(defect.holding)
