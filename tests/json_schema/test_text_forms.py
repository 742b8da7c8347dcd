"""What texts look like, judged in every way there is: by a reading of patterns that shares nothing with the regular
expressions, by jsonschema, jsonschema-rs and ajv on the emitted schema, by the loader, by the fields of the emitted Python
module, and by the compiler."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from incdsl.backends.json_schema import to_document
from incdsl.backends.python.pasted.reading import Field
from incdsl.core import ir, patterns
from incdsl.core import types as ty
from incdsl.core.pattern_difference import fits_only
from incdsl.core.verify import verify
from incdsl.feeds import load_feeds

FORMS = 60
TEXTS = 40

ALPHABET = "ABZabz019-_. /\\^$|()+{}[]?*#%~&\"'éß\u0660\uff11\u00e9\u0130\U0001f600\U0001d7d8\n\u2028\u0085\u00a0\t"
RANGES = {"0-9": "0123456789", "A-Z": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "a-c": "abc", "1-3": "123"}
SIGNS = {"#": "0123456789", "?": None, "*": None}

Places = list[tuple[str, str | None]]
"""What a pattern was drawn as: for each place `one` or `run`, and the characters that may stand there (None for any)."""


def drawn(chance: random.Random) -> tuple[str, Places]:
    """A pattern, and what it means."""
    text, places = "", []
    for _ in range(chance.choice((1, 2, 3, 4, 6))):
        match chance.randrange(6):
            case 0:
                text, places = text + "#", [*places, ("one", RANGES["0-9"])]
            case 1:
                text, places = text + "?", [*places, ("one", None)]
            case 2:
                text, places = text + "*", [*places, ("run", None)]
            case 3:
                chosen = chance.sample(
                    [*RANGES, "#", "?", "*", "[", "%", "\\", "^^", "é", "\U0001f600", "&", "~", "$"], chance.choice((1, 2, 3))
                )
                chosen = [("&^" if part == "^^" else part) for part in chosen if part != "^" or chosen.index(part)]
                text += f"[{''.join(chosen)}]"
                places = [*places, ("one", "".join(RANGES.get(part, part) for part in chosen))]
            case _:
                character = chance.choice([c for c in ALPHABET if c not in '\\^{}|%~#?*["\n'])
                text, places = text + character, [*places, ("one", character)]
    return text, places


def fits(text: str, places: Places) -> bool:
    """Whether a whole text fits what a pattern means; by the definition, one place after the other."""
    if "\n" in text or "\r" in text:
        return False
    reached = {0}
    for kind, choices in places:
        if kind == "run":
            reached = {end for start in reached for end in range(start, len(text) + 1)}
        else:
            reached = {at + 1 for at in reached if at < len(text) and (choices is None or text[at] in choices)}
    return len(text) in reached


def good(places: Places, chance: random.Random) -> str:
    """A text that fits."""
    anything = [c for c in ALPHABET if c != "\n"]
    found = ""
    for kind, choices in places:
        count = 1 if kind == "one" else chance.choice((0, 0, 1, 2, 5))
        found += "".join(chance.choice(choices or anything) for _ in range(count))
    return found


def mutated(text: str, chance: random.Random) -> str:
    """A text with a character put in, taken out, replaced, in another case or at the end: a line break above all."""
    at = chance.randrange(len(text) + 1)
    match chance.randrange(7):
        case 0:
            return text + "\n"
        case 1:
            return text[:at] + chance.choice(ALPHABET) + text[at:]
        case 2:
            return text[:at] + text[at + 1 :]
        case 3:
            return text.swapcase()
        case 4:
            return text.translate({ord(digit): chr(0x660 + int(digit)) for digit in "0123456789"})
        case _:
            return text[:at] + chance.choice(ALPHABET) + text[at + 1 :]


def drawn_forms(chance: random.Random) -> Iterator[tuple[patterns.Form, list[Places]]]:
    """Forms that some text may have, and what their patterns mean."""
    while True:
        several = [drawn(chance) for _ in range(chance.choice((0, 1, 1, 1, 2, 3)))]
        shortest, longest = chance.choice(((None, None), (None, 6), (2, None), (3, 3), (2, 9)))
        if several or (shortest, longest) != (None, None):
            yield patterns.Form(shortest, longest, tuple(text for text, _ in several)), [places for _, places in several]


def is_good(text: str, form: patterns.Form, meanings: list[Places]) -> bool:
    size = (form.shortest or 0) <= len(text) <= (len(text) if form.longest is None else form.longest)
    return size and (not meanings or any(fits(text, places) for places in meanings))


@pytest.mark.parametrize("seed", [1, 2])
def test_one_verdict_on_forms(seed: int, tmp_path: Path, validators_for) -> None:
    chance = random.Random(seed)
    forms = [form for form, _ in zip(drawn_forms(chance), range(FORMS), strict=False)]
    names = [f"c{at}" for at in range(FORMS)]
    columns = [ir.StoredColumn(n, ty.Optional(ty.TEXT), form=form) for n, (form, _) in zip(names, forms, strict=True)]
    relation = ir.Relation("Row", ir.Feed("row"), ("id",), (ir.StoredColumn("id", ty.TEXT), *columns))
    program = ir.Program("P", "P", "", "USD", (), (relation,), (), (), ())
    verify(program)
    rows: list[tuple[int, str]] = []
    for at, (_, meanings) in enumerate(forms):
        for _ in range(TEXTS):
            text = (
                good(chance.choice(meanings), chance)
                if meanings
                else "".join(chance.choices(ALPHABET, k=chance.randrange(1, 11)))
            )
            text = mutated(text, chance) if chance.random() < 0.6 else text
            text = text.strip(" ")  # spaces around a value do not count, and a blank is no text
            if text:
                rows.append((at, text))
    expected = [is_good(text, *forms[at]) for at, text in rows]
    assert len(rows) * 0.25 < sum(expected) < len(rows) * 0.75
    with (tmp_path / "row.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(["id", *names])
        cells = [[f"R{i}", *(text if place == at else "" for place in range(FORMS))] for i, (at, text) in enumerate(rows)]
        writer.writerows(cells)
    with load_feeds(program, tmp_path) as feeds:
        found = feeds.connection.execute("SELECT field, json_extract_string(row, '$.id'), code FROM result.refused").fetchall()
    assert {code for *_, code in found} == {"not-like", "wrong-length"}
    refused = {int(number[1:]): field for field, number, _ in found}
    assert {number: names[rows[number][0]] for number in refused} == refused
    documents = [to_document(relation, dict(zip(["id", *names], row, strict=True))) for row in cells]
    verdicts = validators_for(program).verdicts("row.schema.json", documents)
    verdicts["loader"] = [number not in refused for number in range(len(rows))]
    fields = [
        Field(
            c.name,
            c.name,
            "text",
            optional=True,
            shortest=c.form.shortest,
            longest=c.form.longest,
            like=patterns.one_of(c.form.like),
            pattern=patterns.steady_regex(c.form.like) if c.form.like else "",
        )
        for c in columns
    ]
    verdicts["Python module"] = [fields[at].wrong(text) is None for at, text in rows]
    verdicts["compiler"] = [patterns.misfit(text, forms[at][0]) is None for at, text in rows]
    differing = [
        f"{judge}: {text!r} is {'' if right else 'not '}{forms[at][0]}"
        for judge, given in verdicts.items()
        for (at, text), right, said in zip(rows, expected, given, strict=True)
        if right is not said
    ]
    assert differing == []
    assert len(verdicts) == 9


NOT = [
    (
        "D-####",
        [
            "D-123",
            "D-12345",
            "d-1234",
            "D-1234\n",
            "\nD-1234",
            "D-\u0661\u0662\u0663\u0664",
            "D-\uff11\uff12\uff13\uff14",
            "XD-1234",
            "D-12 4",
        ],
    ),
    ("[A-Z]?", ["É1", "a1", "A", "A12", "A\n", "A\r", "AB\n"]),
    ("A*B", ["AB\n", "A\nB", "B", "AxBx", "aB"]),
    ("*", ["\n", "a\nb"]),
    ("C1.+$", ["C1x+$", "C1.++$", "C1."]),
    ("[#]?[[]", ["11[", "#1"]),
]
FITS = [
    ("D-####", ["D-0000", "D-9999"]),
    ("[A-Z]?", ["A1", "Zé", "A\U0001f600", "A\u2028"]),
    ("A*B", ["AB", "AxB", "ABB", "A\u2028\U0001f600B"]),
    ("*", ["x", "a b"]),
    ("C1.+$", ["C1.+$"]),
    ("[#]?[[]", ["#1[", "#[["]),
]


@pytest.mark.parametrize(
    ("pattern", "texts", "expected"), [(p, t, e) for e, many in ((False, NOT), (True, FITS)) for p, t in many]
)
def test_what_a_pattern_means(pattern: str, texts: list[str], expected: bool) -> None:
    assert [text for text in texts if (patterns.misfit(text, patterns.Form(like=(pattern,))) is None) is not expected] == []


def test_words_for_forms() -> None:
    form = patterns.Form
    assert patterns.says(form(2, 2)) == "2 characters."
    assert patterns.says(form(1)) == "At least 1 character."
    assert patterns.says(form(None, 1000)) == "At most 1,000 characters."
    assert patterns.says(form(2, 9, ("D-##", "[#?*]"))) == (
        'Like "D-##" or "[#?*]" and at least 2 and at most 9 characters (`#` is a digit).'
    )
    assert patterns.legend(("#?*",)) == "`#` is a digit, `?` is any one character, `*` is any characters or none"
    assert patterns.regex("D-####") == "D-[0-9]{4}"
    assert patterns.regex("**??[A-F1][-^a]") == r"[^\n\r]*[^\n\r]{2}[ABCDEF1][\-\^a]"
    assert patterns.regex_of_any(("A.", "[0-9A-Z]")) == r"(A\.|[0-9A-Z])"


@pytest.mark.parametrize("seed", range(4))
def test_a_difference_of_patterns_is_one(seed: int) -> None:
    """A text that is found fits the one and not the other, and where none is found, no drawn text does."""
    chance = random.Random(f"difference {seed}")
    counts = {True: 0, False: 0}
    for _ in range(150):
        one, meaning = drawn(chance)
        other = chance.choice((drawn(chance)[0], f"*{one}", f"{one}*"))
        found = fits_only((one,), (other,))
        counts[found is None] += 1
        if found is not None:
            assert fits(found, meaning), (one, other, found)
            assert patterns.misfit(found, patterns.Form(like=(other,))), (one, other, found)
        else:
            texts = [good(meaning, chance) for _ in range(50)]
            assert all(patterns.misfit(text, patterns.Form(like=(other,))) is None for text in texts if text), (one, other)
    assert min(counts.values()) > 20, counts


def test_a_long_text_of_somebody_elses_takes_no_longer_than_it_must() -> None:
    """The ways to spread this text over the runs are more than 10^20; a test that tries them does not end."""
    form = patterns.Form(like=("*@*@*@*@*@*.", "*@?*@?*@?*@?*.?*"))
    assert patterns.misfit("@" * 20_000, form) is not None
    assert patterns.misfit("@" * 20_000 + "a.", form) is None


def test_patterns_and_numbers_have_a_size_that_every_engine_takes(tmp_path: Path, validators_for) -> None:
    pattern, size = "#" * 250 + "?" * 249 + "*", 10**18 - 1
    columns = (ir.StoredColumn("id", ty.TEXT, form=patterns.Form(499, size, (pattern,))),)
    program = ir.Program("P", "P", "", "USD", (), (ir.Relation("Row", ir.Feed("row"), ("id",), columns),), (), (), ())
    rows = ["1" * 499, "1" * 5_000, "1" * 498, "1" * 249 + "x" * 250]
    (tmp_path / "row.csv").write_text("\n".join(["id", *rows, ""]), encoding="utf-8")
    with load_feeds(program, tmp_path) as feeds:
        assert [row[0] for row in feeds.rows.all("Row")] == sorted(rows[:2])
    verdicts = validators_for(program).verdicts("row.schema.json", [{"id": row} for row in rows])
    assert set(map(tuple, verdicts.values())) == {(True, True, False, False)}
    with pytest.raises(patterns.BrokenPattern, match="more than 500 signs"):
        patterns.parts("#" * 501)
