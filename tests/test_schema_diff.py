"""`incdsl schema diff`: which changes of a program break those who send feeds or read results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from incdsl.cli.main import exit_code

OLD = """\
program Rebates "Rebates"
  currency USD

record Partner
  id    text key
  level one of Select, Premier, Gold

record Sale
  id      text key
  partner Partner
  amount  money at least 0 USD
  units   whole number at least 1 at most 10
  note    optional text
  code    optional text like "A-###" at most 9 characters
  sold_on date
  fee     money
  points  whole number
  share   percent at least 0% at most 99.5%
  kind    one of N, Y
  must fee > 0 USD or kind = N "free sales are of one kind"
  must points < 9

for each Partner
  let sales = count of Sale
  pay rebate "Rebate"
    amount 10 USD * sales
    round  half up to 0.01
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.inc").write_text(OLD)


CHANGES = [
    # A feed narrows: what was sent before may be refused.
    ("  note    optional text\n", "  note    text\n", "breaking sale.note: it may no longer be blank"),
    (
        "  note    optional text\n",
        "  note    optional text\n  channel text\n",
        "breaking sale.channel: a field was added that every row needs",
    ),
    (
        "  note    optional text\n",
        "  remark  optional text\n",
        "breaking sale.note: the field is gone: a JSON row that has it is refused, a CSV column is not read; "
        "was it renamed `remark`?"
        "\ncompatible sale.remark: a field was added that may be left out",
    ),
    ("at most 10", "at most 8", "breaking sale.units: at most 8; it was 10"),
    (
        "  note    optional text\n",
        '  note    optional text like "N*"\n',
        'breaking sale.note: it has to be like "N*" now',
    ),
    (
        "  note    optional text\n",
        "  note    optional text at least 2 characters\n",
        "breaking sale.note: at least 2 characters; it had no such bound",
    ),
    ("at most 9 char", "at most 8 char", "breaking sale.code: at most 8 characters; it was 9"),
    (
        '"A-###"',
        '"A-##[0-4]" or "B*"',
        'breaking sale.code: it has to be like "A-##[0-4]" or "B*"; it was like "A-###": `A-005` may no longer stand here',
    ),
    ("at least 1 ", "at least 2 ", "breaking sale.units: at least 2; it was 1"),
    ("Select, Premier, Gold", "Premier, Gold", "breaking partner.level: `Select` may no longer stand here"),
    ("  partner Partner\n", "  partner text\n", "compatible sale.partner: it need not be a row of partner any more"),
    ("money at least 0 USD", "whole number", "breaking sale.amount: its type was money in USD and is whole number"),
    (
        "  note    optional text\n",
        "  note    optional one of A, B\n",
        "breaking sale.note: only `A`, `B` may stand here now, not any text",
    ),
    (
        "  id      text key\n",
        "  id      text key\n  line    text key\n",
        "breaking sale.line: a field was added that every row needs"
        "\ncompatible sale: no two rows may have the same id and line; it was id",
    ),
    ("record Sale\n", "record Extra\n  id text key\n\nrecord Sale\n", "breaking extra: the feed is asked for now"),
    ("at most 99.5%", "at most 9%", "breaking sale.share: at most 9%; it was 99.5%"),
    (
        "kind = N ",
        "kind = Y ",
        "breaking sale: asked of every row now: free sales are of one kind (`fee > 0 USD or kind = Y`); "
        "it was: free sales are of one kind (`fee > 0 USD or kind = N`): a row that was right may be refused",
    ),
    (
        "points < 9",
        "points < 8",
        "breaking sale: asked of every row now: points < 8; it was: points < 9: a row that was right may be refused",
    ),
    (
        "  must points < 9\n",
        "  must points < 9\n  must fee < 5 USD\n",
        "breaking sale: asked of every row now: fee < 5 USD",
    ),
    # A condition that asks the same, or less.
    (
        "points < 9",
        "points < 10",
        "compatible sale: asked of every row now: points < 10; it was: points < 9: every row that was right still is",
    ),
    (
        "kind = N ",
        "kind = N or fee = 0 USD ",
        "compatible sale: asked of every row now: free sales are of one kind (`fee > 0 USD or kind = N or fee = 0 USD`); "
        "it was: free sales are of one kind (`fee > 0 USD or kind = N`): every row that was right still is",
    ),
    (
        "  must points < 9\n",
        "  must points < 9\n  must points < 10\n",
        "compatible sale: asked of every row now, as it followed from what was asked: points < 10",
    ),
    (
        "of one kind",
        "no gifts",
        "compatible sale: the same is asked of every row in other words: free sales are no gifts (`fee > 0 USD or kind = N`); "
        "it was: free sales are of one kind (`fee > 0 USD or kind = N`)",
    ),
    (
        "points < 9",
        "not points >= 9",
        "compatible sale: the same is asked of every row in other words: not points >= 9; it was: points < 9",
    ),
    ("of N, Y", "of N, Y, Z", "compatible sale.kind: `Z` may stand here now"),
    ("  must points < 9\n", "", "compatible sale: no longer asked: points < 9"),
    # A feed widens: what was sent before is still right.
    (
        "  note    optional text\n",
        "",
        "breaking sale.note: the field is gone: a JSON row that has it is refused, a CSV column is not read",
    ),
    ("  units   whole number", "  units   optional whole number", "compatible sale.units: it may be blank now"),
    ("at most 9 char", "at most 10 char", "compatible sale.code: at most 10 characters; it was 9"),
    (" at most 9 characters", "", "compatible sale.code: it may have any number of characters now; it had at most 9"),
    (' like "A-###"', "", 'compatible sale.code: it may look like anything now; it was like "A-###"'),
    (
        '"A-###"',
        '"[AB]-*"',
        'compatible sale.code: it has to be like "[AB]-*"; it was like "A-###": `A-` may stand here now',
    ),
    ('"A-###"', '"A-#[0-9]#"', ""),
    ("at most 10", "at most 12", "compatible sale.units: at most 12; it was 10"),
    ("Select, Premier, Gold", "Select, Premier, Gold, Black", "compatible partner.level: `Black` may stand here now"),
    (
        "  note    optional text\n",
        "  note    optional text\n  memo    optional text\n",
        "compatible sale.memo: a field was added that may be left out",
    ),
    ('"Rebates"', '"The rebates"', ""),
]


@pytest.mark.parametrize(("old", "new", "says"), CHANGES)
def test_each_change_is_named(old: str, new: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert OLD.count(old) == 1 or old == '"Rebates"'
    Path("new.inc").write_text(OLD.replace(old, new, 1))
    code = exit_code(["schema", "diff", "old.inc", "new.inc", "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    lines = [f"{'breaking' if one['breaking'] else 'compatible'} {one['place']}: {one['change']}" for one in found]
    assert [line for line in lines if "results/" not in line] == says.splitlines()
    assert code == any(one["breaking"] for one in found)


def test_results_break_the_other_way_round(capsys: pytest.CaptureFixture[str]) -> None:
    """Who reads results is surprised by what is new in them."""
    base = OLD.replace("for each Partner\n", "for each Sale\n").replace("count of Sale", "count of Partner")
    Path("base.inc").write_text(base.replace("  id      text key\n", "  id      text key\n  line    text key\n"))
    Path("new.inc").write_text(base.replace("  id      text key\n", "  id      text key\n  part    text key\n"))
    assert exit_code(["schema", "diff", "base.inc", "new.inc"]) == 1
    shown = capsys.readouterr().out
    assert (
        shown
        == """\
Breaking
  results/payouts.line: the column is gone
  results/values.line: the column is gone
  sale: no two rows may have the same id and part; it was id and line
  sale.line: the field is gone: a JSON row that has it is refused, a CSV column is not read; was it renamed `part`?
  sale.part: a field was added that every row needs

Compatible
  results/payouts.part: a column was added
  results/values.part: a column was added

5 breaking, 2 compatible
"""
    )


def test_a_payment_of_another_name_breaks_those_who_look_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.inc").write_text(OLD.replace("pay rebate", "pay bonus"))
    assert exit_code(["schema", "diff", "old.inc", "new.inc"]) == 1
    assert (
        capsys.readouterr().out
        == """\
Breaking
  results/payouts.payment: `bonus` may stand here now

Compatible
  results/payouts.payment: `rebate` may no longer stand here

1 breaking, 1 compatible
"""
    )


def test_a_program_and_the_folder_built_from_it_are_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["build", "old.inc", "--target", "json-schema", "--out", "built"]) == 0
    capsys.readouterr()
    assert exit_code(["schema", "diff", "built", "old.inc"]) == 0
    assert capsys.readouterr().out == "nothing changed\n"
    Path("new.inc").write_text(OLD.replace("points < 9", "points < 10"))
    assert exit_code(["schema", "diff", "built", "new.inc"]) == 0
    assert "points < 10; it was: points < 9: every row that was right still is" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"resources": [{"schema": {"fields": [{"name": "a"}]}}]}', "\xff"])
def test_a_package_of_another_maker_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("built").mkdir()
    Path("built/datapackage.json").write_text(text, encoding="latin-1")
    assert exit_code(["schema", "diff", "built", "old.inc"]) == 1
    assert capsys.readouterr().err == (
        "error: `built/datapackage.json` is not a data package of incdsl\n"
        "  help: `incdsl build FILE --target json-schema --out built` writes it\n"
    )


def test_a_folder_without_a_package_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("built").mkdir()
    assert exit_code(["schema", "diff", "built", "old.inc"]) == 1
    assert capsys.readouterr().err == (
        "error: `built` holds no datapackage.json\n  help: `incdsl build FILE --target json-schema --out built` writes it\n"
    )
