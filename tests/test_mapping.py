"""The mapping: what it says is done, what it cannot say is refused with its line, and results are the canonical ones."""

from __future__ import annotations

import datetime
import random
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.feeds import FeedErrors, load_feeds
from incdsl.feeds.mapping import places
from incdsl.feeds.mapping.read import read_mapping
from incdsl.feeds.sources import KINDS

ROOT = Path(__file__).parent.parent
C = ir.StoredColumn
LEVEL = ty.Enum("level", ("Select", "Premier", "Gold"), ordered=True)
PARTNER = ir.Relation("Partner", ir.Feed("partner"), ("id",), (C("id", ty.TEXT), C("level", LEVEL), C("country", ty.COUNTRY)))
LINE = ir.Relation(
    "Line",
    ir.Feed("line"),
    ("id",),
    (
        C("id", ty.TEXT),
        C("partner", ty.Row("Partner", ty.TEXT), reference="Partner"),
        C("amount", ty.money("USD")),
        C("rate", ty.PERCENT),
        C("on", ty.DATE),
        C("open", ty.BOOLEAN),
        C("note", ty.Optional(ty.TEXT)),
    ),
)
PERIOD = ir.Relation("Period", ir.Rows((("spring",),)), ("name",), (C("name", ty.TEXT),))
PROGRAM = ir.Program("T", "Test", "Sponsor", "USD", (), (PERIOD, PARTNER, LINE), (), (), ())

PARTNERS = "id,level,country\nP1,Gold,NL\nP2,Select,BE\n"
HEADER = "Line No;Reseller;Amount (USD);Curr;Rate;Booking Dt;Open?;Remark\n"
GOOD = "L1;P1;1.250,50;USD;8,5;25/07/2015;J;n/a\n"
MAPPING = """\
numbers = "1.234,56"

[Line]
file = "export.csv"
dates = "dd/mm/yyyy"
blank = ["n/a", "-"]

[Line.columns]
id = "Line No"
partner = "Reseller"
amount = { column = "Amount (USD)", currency = "Curr" }
rate = { column = "Rate", percents = "20" }
on = "Booking Dt"
open = { column = "Open?", yes = "J", no = ["N", "X"] }
note = "Remark"
"""


@dataclass(frozen=True)
class Case:
    """A case of a data file: its number and text, and the lines that are expected."""

    number: int
    text: str
    expected: tuple[str, ...]

    def __str__(self) -> str:
        return str(self.number)


def _cases(name: str) -> list[Case]:
    _, _, text = (ROOT / "tests/data" / name).read_text(encoding="utf-8").partition("\n\n")
    cases = []
    for number, part in enumerate(text.rstrip("\n").split("\n---\n"), start=1):
        lines = part.split("\n")
        expected = tuple(line.removeprefix("> ") for line in lines if line.startswith("> "))
        cases.append(Case(number, "\n".join(line for line in lines if not line.startswith("> ")), expected))
    return cases


def _folder(folder: Path, mapping: str, lines: str = GOOD, partners: str = PARTNERS) -> Path:
    (folder / "partner.csv").write_text(partners, encoding="utf-8")
    (folder / "export.csv").write_text(HEADER + lines, encoding="utf-8")
    (folder / "feeds.toml").write_text(mapping, encoding="utf-8")
    return folder


def _refused(folder: Path) -> list[tuple[str, str, str]]:
    with load_feeds(PROGRAM, folder) as feeds:
        return feeds.connection.execute("SELECT field, code, message FROM result.refused ORDER BY ALL").fetchall()


def _errors(folder: Path, mapping: str) -> list[str]:
    _folder(folder, mapping)
    with pytest.raises(FeedErrors) as raised:
        load_feeds(PROGRAM, folder)
    return [f"{error.message()} | {error.help()}" for error in raised.value.errors]


# --- what it says is done ----------------------------------------------------------------------------------


def test_a_mapped_row(tmp_path: Path) -> None:
    with load_feeds(PROGRAM, _folder(tmp_path, MAPPING)) as feeds:
        assert feeds.rows.all("Line") == [
            ("L1", "P1", Decimal("1250.50"), Decimal("0.085000"), datetime.date(2015, 7, 25), True, None)
        ]
        assert feeds.mapped is not None
        assert feeds.mapped.file == "feeds.toml"
        assert [(count.file, count.read, count.refused) for count in feeds.counts] == [
            ("partner.csv", 2, 0),
            ("export.csv", 1, 0),
        ]
        assert feeds.notes == ()


def test_another_file_may_be_the_mapping(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "this is no TOML and is not looked at")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/ours.toml").write_text(MAPPING, encoding="utf-8")
    with load_feeds(PROGRAM, folder, mapping=tmp_path / "elsewhere/ours.toml") as feeds:
        assert feeds.mapped is not None
        assert feeds.mapped.file == "ours.toml"
        assert len(feeds.rows.all("Line")) == 1


@pytest.mark.parametrize("case", _cases("refused_by_mapping.txt"), ids=str)
def test_refused(tmp_path: Path, case: Case) -> None:
    was, now = case.text.split(" => ")
    assert was in GOOD
    assert _refused(_folder(tmp_path, MAPPING, GOOD.replace(was, now))) == [case.expected]


def test_constants_defaults_and_words_for_values(tmp_path: Path) -> None:
    partners = "Key;Class\nP1;gold partner\nP2;\nP3;Premier\n"
    mapping = """
        [Partner]
        delimiter = ";"
        columns.id = "Key"
        columns.level = { column = "Class", values = { "gold partner" = "Gold" }, default = "Select" }
        columns.country = { constant = "NL" }
        [Line]
        file = "export.csv"
        columns = { id = "Line No", partner = { constant = "P1" }, rate = { constant = "5%" }, amount = { constant = 12 } }
        columns.on = { constant = 2015-07-25 }
        """.replace("        ", "")
    mapping = mapping.replace("columns.on", "#").replace(
        "amount = { constant = 12 } }",
        'amount = { constant = 12 }, on = { constant = 2015-07-25 }, open = { constant = true }, note = { constant = "" } }',
    )
    with load_feeds(PROGRAM, _folder(tmp_path, mapping, partners=partners)) as feeds:
        assert feeds.rows.all("Partner") == [("P1", "Gold", "NL"), ("P2", "Select", "NL"), ("P3", "Premier", "NL")]
        assert feeds.rows.all("Line") == [
            ("L1", "P1", Decimal("12.00"), Decimal("0.050000"), datetime.date(2015, 7, 25), True, None)
        ]
        assert "partner.csv: `level` is blank in 1 row: read as `Select`, as the mapping says" in [
            f"{note.file}: {note.message}" for note in feeds.notes
        ]


def test_a_constant_that_names_no_row_is_shown_as_it_is(tmp_path: Path) -> None:
    mapping = MAPPING.replace('"Reseller"', '{ constant = "P9" }')
    with load_feeds(PROGRAM, _folder(tmp_path, mapping)) as feeds:
        assert feeds.connection.execute("SELECT field, value, message FROM result.refused").fetchall() == [
            ("partner", "P9", "`P9` is not a Partner")
        ]


def test_a_typed_source(tmp_path: Path) -> None:
    """Of typed values the mapping says what their type does not; texts are read by its notation."""
    mapping = MAPPING.replace("export.csv", "export.parquet").replace('yes = "J", no = ["N", "X"]', 'yes = "1", no = "0"')
    folder = _folder(tmp_path, mapping)
    duckdb.sql(
        "SELECT 'L1' AS \"Line No\", 'P1' AS \"Reseller\", '1.250,50' AS \"Amount (USD)\", 'USD' AS \"Curr\", "
        'CAST(8.50 AS DECIMAL(10,6)) AS "Rate", DATE \'2015-07-25\' AS "Booking Dt", 1 AS "Open?", \'n/a\' AS "Remark" '
        "UNION ALL SELECT 'L2', 'P1', '1', 'EUR', 8.123456, DATE '2015-07-25', 2, ' x '"
    ).write_parquet(str(folder / "export.parquet"))
    with load_feeds(PROGRAM, folder) as feeds:
        assert feeds.rows.all("Line") == [
            ("L1", "P1", Decimal("1250.50"), Decimal("0.085000"), datetime.date(2015, 7, 25), True, None)
        ]
        assert feeds.connection.execute("SELECT field, message FROM result.refused ORDER BY ALL").fetchall() == [
            ("amount", "`1` is in `EUR` by `Curr`, and `amount` takes USD"),
            ("open", "`2` is not yes or no: here yes is `1` and no is `0`"),
            ("rate", "`8.123456` has too many decimals: the field takes at most 4"),
        ]


def test_a_json_source(tmp_path: Path) -> None:
    folder = _folder(tmp_path, MAPPING.replace("export.csv", "export.ndjson"))
    (folder / "export.ndjson").write_text(
        '{"Line No": "L1", "Reseller": "P1", "Amount (USD)": "1.250,50", "Curr": "USD", "Rate": 8, "Booking Dt": "25/07/2015", '
        '"Open?": "J", "Remark": "-"}\n',
        encoding="utf-8",
    )
    with load_feeds(PROGRAM, folder) as feeds:
        assert feeds.rows.all("Line") == [
            ("L1", "P1", Decimal("1250.50"), Decimal("0.080000"), datetime.date(2015, 7, 25), True, None)
        ]


# --- what it cannot say ------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", _cases("wrong_mappings.txt"), ids=str)
def test_a_wrong_mapping(tmp_path: Path, case: Case) -> None:
    text = case.text
    if text.startswith("+ "):
        was, now = text.removeprefix("+ ").split(" => ")
        assert was in MAPPING
        text = MAPPING.replace(was, now)
    assert _errors(tmp_path, text)[0] == " | ".join(case.expected)


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    found = _errors(tmp_path, 'numbers = "?"\n[Line]\nfle = "x"\n[Line.columns]\namont = "A"\nrate = 5\n')
    assert [error.split(":")[0] for error in found] == [f"feeds.toml line {line}" for line in (1, 3, 5, 6)]


def test_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FeedErrors, match="cannot be read: no such file or directory"):
        load_feeds(PROGRAM, tmp_path, mapping=tmp_path / "no.toml")


OUTSIDE = ["../secret.csv", "/etc/hostname", "link.csv", "sub/../../secret.csv", "links/secret.csv", "../*.csv"]


@pytest.mark.parametrize("named", OUTSIDE)
def test_paths_stay_in_the_folder(tmp_path: Path, named: str) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text(HEADER + GOOD, encoding="utf-8")
    _folder(folder, MAPPING.replace("export.csv", named))
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "links").symlink_to(tmp_path)
    (folder / "sub").mkdir()
    with pytest.raises(FeedErrors) as raised:
        load_feeds(PROGRAM, folder)
    (error,) = raised.value.errors
    assert error.message() == f"feeds.toml line 3: `{named}` is not in the folder of the feeds, `{folder}`"
    if "etc" not in named and "*" not in named:
        said = MAPPING.replace("export.csv", named).replace("dates =", 'outside = "finance keeps it there"\ndates =')
        (folder / "feeds.toml").write_text(said, encoding="utf-8")
        with load_feeds(PROGRAM, folder) as feeds:
            assert len(feeds.rows.all("Line")) == 1


SPOILT = [
    "numbers",
    '""',
    "5",
    "[",
    "]",
    "{",
    "}",
    "=",
    "\n",
    "'",
    '"""',
    "2015-07-25",
    "1.5",
    "[Line]",
    "constant",
    "inf",
    "\0",
    "#",
    ".",
]


def test_no_mapping_is_too_strange(tmp_path: Path) -> None:
    """Whatever a mapping says, it is read or there are errors, each with a message and a help."""
    chance = random.Random(20150725)
    read, said = 0, []
    for _ in range(400):
        text = MAPPING
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(SPOILT) + text[at + chance.choice([0, 0, 1, 3, 10]) :]
        (tmp_path / "feeds.toml").write_text(text, encoding="utf-8")
        try:
            read_mapping(tmp_path / "feeds.toml", PROGRAM.relations, KINDS)
            read += 1
        except FeedErrors as errors:
            said += [(error.message(), error.help()) for error in errors.errors]
    assert all(message and help_ for message, help_ in said)
    assert 10 < read < 200


TOML = '''
top = "x" # [not.a.table]
multi = """
[no]
key = 1
"""
"quoted.key" = [
  { a = 1, b = { c = "]" } },
  '}', # key = 2
]
a.b."c d" = 5

[one.two]
x = { y = 1, z = [1, { w = 2 }] }
empty = {}

["three 3"]
after = 1985-05-27T07:32:00
'''


def test_every_key_has_its_line() -> None:
    found = places.lines(TOML)
    lines = TOML.split("\n")

    def check(value: object, path: tuple[str, ...]) -> int:
        if not isinstance(value, dict):
            return 0
        total = 0
        for key, inner in value.items():
            assert key in lines[found[(*path, key)] - 1], (path, key)
            total += 1 + check(inner, (*path, key))
        return total

    assert check(tomllib.loads(TOML), ()) == 14
    assert found["top",] == 2
    assert found["one", "two", "x", "z"] == 14
    assert ("key",) not in found
