"""Made-up feeds: they pass validation whatever the program and the size, and the same seed gives the same bytes."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.driver import load
from incdsl.feeds import load_feeds
from incdsl.feeds.sample import CannotMakeUp, write_sample

WHOLE_PROGRAMS = sorted(path for path in Path(__file__).parent.parent.glob("programs/*/*.inc") if path.parent.name != "shared")

C = ir.StoredColumn
LEVEL = ty.Enum("level", ("Select", "Premier", "Gold"), ordered=True)
QUARTER_START, QUARTER_END = datetime.date(2015, 1, 25), datetime.date(2015, 4, 25)


def _reference(relation: str, key: ty.Text | ty.Enum | ty.Country | ty.Date | ty.Number = ty.TEXT) -> ty.Row:
    return ty.Row(relation, key)


def _feed(
    name: str, typically: tuple[int, str | None] | None, key: tuple[ir.KeyPart, ...], *columns: ir.StoredColumn
) -> ir.Relation:
    return ir.Relation(name, ir.Feed(name.lower(), typically), key, columns)


PROGRAM = ir.Program(
    "T",
    "Test",
    "Sponsor",
    "USD",
    (),
    (
        ir.Relation(
            "Quarter",
            ir.Rows((("first", QUARTER_START, QUARTER_END), ("second", datetime.date(2015, 4, 26), datetime.date(2015, 7, 25)))),
            ("name",),
            (C("name", ty.TEXT), C("start", ty.DATE), C("end", ty.DATE)),
        ),
        ir.Relation(
            "Minimum",
            ir.Rows((("NL", Decimal("57500.00")), ("BE", Decimal("46000.00")))),
            ("country",),
            (C("country", ty.COUNTRY), C("amount", ty.money("USD"))),
        ),
        _feed("Product", (40, None), ("id",), C("id", ty.TEXT), C("name", ty.TEXT)),
        _feed(
            "Partner",
            None,
            ("id",),
            C("id", ty.TEXT),
            C("level", LEVEL),
            C("country", ty.COUNTRY),
            C("parent", ty.Optional(_reference("Partner")), reference="Partner"),
        ),
        _feed(
            "Listing",
            (3, "Product"),
            ("product", ir.RangeKey("listed_start", "listed_end")),
            C("product", _reference("Product"), reference="Product"),
            C("listed_start", ty.DATE),
            C("listed_end", ty.Optional(ty.DATE)),
            C("rate", ty.PERCENT, bounds=ir.Bounds(Decimal("0.000000"), Decimal("1.000000"))),
        ),
        _feed(
            "Enrollment",
            (5, "Partner"),
            ("partner", "quarter", "level"),
            C("partner", _reference("Partner"), reference="Partner"),
            C("quarter", _reference("Quarter"), reference="Quarter"),
            C("level", LEVEL),
            C("signed_on", ty.Optional(ty.DATE), event=True),
        ),
        _feed(
            "Profile", None, ("partner",), C("partner", _reference("Partner"), reference="Partner"), C("staff", ty.WHOLE_NUMBER)
        ),
        _feed("Visit", None, ("profile",), C("profile", _reference("Profile"), reference="Profile"), C("on", ty.DATE)),
        _feed("Closed", (500, None), ("on",), C("on", ty.DATE)),
        _feed("Market", (500, None), ("country",), C("country", ty.COUNTRY), C("open", ty.BOOLEAN)),
        _feed(
            "Stage",
            (2, "Market"),
            ("market", "step"),
            C("market", _reference("Market", ty.COUNTRY), reference="Market"),
            C("step", ty.WHOLE_NUMBER, bounds=ir.Bounds(Decimal("1"), Decimal("3"))),
            C("held_start", ty.DATE),
            C("held_end", ty.DATE),
        ),
        _feed(
            "Purchase",
            (100, "Partner"),
            ("id",),
            C("id", ty.TEXT),
            C("partner", _reference("Partner"), reference="Partner"),
            C("product", _reference("Product"), reference="Product"),
            C("amount", ty.money("USD")),
            C("fee", ty.Money("JPY", 18, 0), bounds=ir.Bounds(Decimal("100"), Decimal("200"))),
            C("share", ty.NUMBER, bounds=ir.Bounds(Decimal("-0.500000"), Decimal("0.500000"))),
            C("booked_on", ty.DATE),
            C("shipped_on", ty.Optional(ty.DATE), event=True),
            C("score", ty.WHOLE_NUMBER, bounds=ir.Bounds(Decimal("1"), Decimal("5"))),
            C("wait", ty.Optional(ty.DAYS)),
        ),
    ),
    (),
    (),
    (),
)

SIZES = {
    1: {
        "Product": 1, "Partner": 1, "Listing": 1, "Enrollment": 1, "Profile": 1, "Visit": 1, "Closed": 1, "Market": 1,
        "Stage": 1, "Purchase": 1,
    },
    50: {
        "Product": 40, "Partner": 1, "Listing": 50, "Enrollment": 2, "Profile": 1, "Visit": 1, "Closed": 50, "Market": 50,
        "Stage": 50, "Purchase": 50,
    },
    20_000: {
        "Product": 40, "Partner": 200, "Listing": 120, "Enrollment": 1000, "Profile": 200, "Visit": 200, "Closed": 500,
        "Market": 249, "Stage": 498, "Purchase": 20_000,
    },
}  # fmt: skip


@pytest.mark.parametrize("format", ["csv", "parquet"])
@pytest.mark.parametrize("rows", [1, 50, 20_000])
@pytest.mark.parametrize("seed", [0, 7])
def test_valid(tmp_path: Path, rows: int, seed: int, format: str) -> None:
    written = write_sample(PROGRAM, tmp_path, rows, seed, "csv" if format == "csv" else "parquet")
    assert {feed.relation: feed.rows for feed in written} == SIZES[rows]
    with load_feeds(PROGRAM, tmp_path) as feeds:
        assert feeds.refusals == ()
        assert {count.relation: count.used for count in feeds.counts} == SIZES[rows]


@pytest.mark.parametrize("path", WHOLE_PROGRAMS, ids=lambda path: path.stem)
def test_valid_for_every_program(tmp_path: Path, path: Path) -> None:
    program = load(str(path)).program
    assert program is not None
    write_sample(program, tmp_path, 2_000, 1)
    with load_feeds(program, tmp_path) as feeds:
        assert feeds.refusals == ()
        assert max(count.used for count in feeds.counts) == 2_000


def test_csv_and_parquet_hold_the_same(tmp_path: Path) -> None:
    write_sample(PROGRAM, tmp_path / "text", 3_000, 1, "csv")
    write_sample(PROGRAM, tmp_path / "columns", 3_000, 1, "parquet")
    with load_feeds(PROGRAM, tmp_path / "text") as text, load_feeds(PROGRAM, tmp_path / "columns") as columns:
        for relation in SIZES[1]:
            assert text.rows.all(relation) == columns.rows.all(relation)


@pytest.mark.parametrize("dirty", [None, Decimal("0.1")])
def test_the_seed_decides_every_byte(tmp_path: Path, dirty: Decimal | None) -> None:
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_sample(PROGRAM, tmp_path / folder, 5_000, seed, dirty=dirty)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    contents = {folder: [(tmp_path / folder / name).read_bytes() for name in files] for folder in "abc"}
    assert contents["a"] == contents["b"]
    assert contents["a"] != contents["c"]


def test_keys_ascend_and_have_one_width(tmp_path: Path) -> None:
    write_sample(PROGRAM, tmp_path, 20_000, 3)
    keys = [line.split(",")[0] for line in (tmp_path / "purchase.csv").read_text().splitlines()[1:]]
    assert keys[0] == "PUR-00001"
    assert keys[-1] == "PUR-20000"
    assert keys == sorted(keys)


def test_plausible(tmp_path: Path) -> None:
    """What makes the rules of a program fire: edges of periods, returns, big and small partners, open ends."""
    write_sample(PROGRAM, tmp_path, 20_000, 3)
    with load_feeds(PROGRAM, tmp_path) as feeds:
        days = {row[6] for row in feeds.rows.all("Purchase")}
        for edge in (QUARTER_START, QUARTER_END):
            assert {edge + datetime.timedelta(days=by) for by in (-1, 0, 1)} <= days

        def ask(question: str) -> bool:
            return feeds.connection.execute(f"SELECT {question}").fetchall() == [(True,)]

        assert ask('count(*) BETWEEN 400 AND 1200 FROM feed."Purchase" WHERE amount < 0')
        assert ask('max(n) > 5 * min(n) FROM (SELECT count(*) AS n FROM feed."Purchase" GROUP BY partner)')
        assert ask('count(DISTINCT score) = 5 AND count(DISTINCT product) = 40 FROM feed."Purchase"')
        assert ask('count(*) BETWEEN 14000 AND 19900 FROM feed."Purchase" WHERE shipped_on >= booked_on')
        assert ask("count(*) > 150 FROM feed.\"Partner\" WHERE country IN ('NL', 'BE')")
        assert ask('max(rate) = 0.3 AND count(DISTINCT rate) > 20 FROM feed."Listing"')


@pytest.mark.parametrize(
    ("format", "codes"),
    [
        (
            "csv",
            {
                "duplicate-key", "ends-before-start", "missing-value", "not-a-country", "not-a-date", "not-a-percent",
                "not-an-amount", "not-one-of", "not-yes-or-no", "out-of-range", "refused-reference", "too-many-decimals",
                "unknown-reference",
            },
        ),
        (
            "parquet",
            {
                "duplicate-key", "ends-before-start", "missing-value", "not-a-country", "not-one-of", "out-of-range",
                "refused-reference", "unknown-reference",
            },
        ),
    ],
)  # fmt: skip
def test_dirt(tmp_path: Path, format: str, codes: set[str]) -> None:
    write_sample(PROGRAM, tmp_path, 20_000, 3, "csv" if format == "csv" else "parquet", dirty=Decimal("0.3"))
    with load_feeds(PROGRAM, tmp_path) as feeds:
        # Overlaps follow from other dirt now and then, and are no kind of their own.
        assert {group.code for group in feeds.refusals} - {"overlapping-range"} == codes
        for count in feeds.counts:
            assert count.read == count.used + count.refused
        assert feeds.counts[-1].refused >= 5_000


def made_of(text: str, tmp_path: Path, rows: int, dirty: Decimal | None = None) -> tuple[dict[str, list[str]], ir.Program]:
    """Made-up feeds for a program of these records: the lines of each file without the header."""
    file = tmp_path / "program.inc"
    file.write_text(f'program P "P"\n  currency USD\n\n{text}', encoding="utf-8")
    program = load(str(file)).program
    assert program is not None
    write_sample(program, tmp_path / "feeds", rows, 1, dirty=dirty)
    return {f.stem: f.read_text(encoding="utf-8").splitlines()[1:] for f in (tmp_path / "feeds").glob("*.csv")}, program


def test_texts_have_the_form_of_their_field(tmp_path: Path) -> None:
    text = """record Partner
  id     text key like "P##"
  region text of 2 characters
  typically 500

record Deal
  id      text key like "[AB]#[ C]"
  partner Partner key
  email   text like "?*@?*.?*"
  code    optional text like "X" or "?Y?"
  long    text at least 25 characters
  line    text at most 5 characters
  typically 20 per Partner
"""
    made, program = made_of(text, tmp_path, 3000)
    assert len(made["partner"]) == 100, "there are no more keys"
    with load_feeds(program, tmp_path / "feeds") as feeds:
        assert [(count.read, count.refused) for count in feeds.counts] == [(100, 0), (len(made["deal"]), 0)]
        rows = feeds.connection.execute(
            'SELECT count(DISTINCT code) > 300, min(length(long)), max(length(line)) FROM feed."Deal"'
        )
        assert rows.fetchall() == [(True, 25, 3)]
    assert len(made["deal"]) == 20 * 100


def test_made_up_rows_meet_the_conditions_of_their_record(tmp_path: Path) -> None:
    text = """record Sale
  id         text key
  amount     money
  discount   optional money
  kind       one of Small, Large
  booked_on  date
  shipped_on event
  must amount > 0 USD or kind = Small
  must discount is missing or discount <= amount
  must shipped_on is missing or shipped_on >= booked_on + 5 days
  must kind = Large or amount < 100 USD "small sales are below 100"
"""
    made, program = made_of(text, tmp_path, 4000)
    with load_feeds(program, tmp_path / "feeds") as feeds:
        assert [(count.read, count.refused) for count in feeds.counts] == [(4000, 0)]
        kinds = feeds.connection.execute('SELECT count(DISTINCT kind), count(DISTINCT amount) > 3000 FROM feed."Sale"').fetchall()
    assert kinds == [(2, True)]
    assert [line.split(",")[0] for line in made["sale"]] == [f"SAL-{at:04}" for at in range(1, 4001)]
    assert made_of(text, tmp_path, 4000)[0] == made


def test_conditions_that_no_draw_meets_are_refused_by_name(tmp_path: Path) -> None:
    text = """record Sale
  id       text key
  amount   money
  discount money
  must amount > 0 USD
  must discount = amount * 2 "the discount is twice the amount"
"""
    with pytest.raises(CannotMakeUp) as refused:
        made_of(text, tmp_path, 50)
    assert str(refused.value) == "for 50 rows of `Sale`, no made-up values meet: the discount is twice the amount"
    assert list((tmp_path / "feeds").glob("*.csv")) == []


def test_dirt_of_forms_is_refused(tmp_path: Path) -> None:
    text = """record Deal
  id   text key like "D-*"
  code text of 2 characters
  rate percent
  must rate < 20%
"""
    _, program = made_of(text, tmp_path, 3000, Decimal("0.2"))
    with load_feeds(program, tmp_path / "feeds") as feeds:
        codes = feeds.connection.execute("SELECT DISTINCT code FROM result.refused").fetchall()
        dirty = sum(count.refused for count in feeds.counts)
    assert {code for (code,) in codes} == {"not-like", "wrong-length", "missing-value", "duplicate-key", "not-a-percent"}
    assert 500 < dirty < 700
