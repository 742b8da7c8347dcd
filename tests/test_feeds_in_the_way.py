"""An output folder in which a result file would take the place of a feed of the same run: nothing is written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from incdsl.cli.main import exit_code

PROGRAM = """\
program Pay "Pay"
  currency EUR

source guide "Guide"

record Payouts
  id      text key
  amount  money at least 0 EUR

for each Payouts
  require enough "Enough"
    that amount > 1 EUR
    cite guide "1"
  pay share "Share"
    needs  enough
    amount amount
    cite   guide "2"
"""
ROWS = "id,amount\nA,2.00\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("pay.inc").write_text(PROGRAM)
    Path("feeds").mkdir()
    return tmp_path


def mapped(text: str) -> None:
    Path("feeds/feeds.toml").write_text(f"[Payouts]\n{text}")


def there(name: str) -> None:
    Path("feeds", name).write_text(ROWS)


def elsewhere(name: str) -> None:
    Path("out").mkdir()
    Path("out", name).write_text(ROWS)
    mapped(f'file = "../out/{name}"\noutside = "exported there"\n')


def linked(name: str) -> None:
    Path("out").mkdir()
    Path("out", name).write_text(ROWS)
    Path("feeds/payouts.csv").symlink_to(Path("out", name).resolve())


def through_a_link(name: str) -> None:
    there(name)
    Path("link").symlink_to("feeds")


CLASHES: dict[str, tuple[Callable[[str], None], str, str]] = {
    "the folder of the feeds": (there, "payouts.csv", "feeds"),
    "that folder by another path": (there, "payouts.csv", "feeds/../feeds/."),
    "that folder by a link": (through_a_link, "payouts.csv", "link"),
    "another case": (there, "PAYOUTS.csv", "feeds"),
    "another format of a result": (there, "payouts.json", "feeds"),
    "a feed that is a link into the output folder": (linked, "requirements.csv", "out"),
    "mapped, of an earlier run": (elsewhere, "values.csv", "out"),
    "mapped, refused rows": (elsewhere, "refused.csv", "out"),
    "mapped, what refused rows could change": (elsewhere, "could_change.csv", "out"),
}


def contents() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
@pytest.mark.parametrize("name", CLASHES)
def test_a_run_replaces_no_feed(name: str, engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    arrange, feed, out = CLASHES[name]
    arrange(feed)
    if feed.endswith(".json"):
        Path("feeds", feed).write_text('[{"id": "A", "amount": "2.00"}]')
    before = contents()
    command = ["run", "pay.inc", "--data", "feeds", "--as-of", "2025-01-01", "--engine", engine, "--out"]
    assert exit_code([*command, out]) == 1
    said = capsys.readouterr().err
    result = "payouts" if feed.lower().startswith("payouts") else Path(feed).stem
    assert f"is a feed of this run, and a result file, `{result}" in said
    assert f"name another folder, as in `--out {Path(out, 'results')}`" in said
    assert contents() == before
    assert exit_code([*command, "results"]) == 0
    assert before.items() <= contents().items()


@pytest.mark.parametrize("feed", ["refused.csv", "refused.parquet", "refused.xlsx"])
def test_validate_replaces_no_feed(feed: str, capsys: pytest.CaptureFixture[str]) -> None:
    elsewhere(feed)
    Path("feeds/feeds.toml").write_text(Path("feeds/feeds.toml").read_text() + 'kind = "csv"\n')
    before = contents()
    assert exit_code(["validate", "pay.inc", "--data", "feeds", "--out", "out", "--refused-as", "xlsx"]) == 1
    assert f"`../out/{feed}` is a feed of this run, and a result file, `{feed}`, would take its place" in capsys.readouterr().err
    assert contents() == before
    assert exit_code(["validate", "pay.inc", "--data", "feeds", "--out", "elsewhere"]) == 0


def test_validate_replaces_nothing_but_refused_rows() -> None:
    there("payouts.csv")
    assert exit_code(["validate", "pay.inc", "--data", "feeds", "--out", "feeds"]) == 0
    assert Path("feeds/payouts.csv").read_text() == ROWS


def test_actions_replace_no_feed(capsys: pytest.CaptureFixture[str]) -> None:
    elsewhere("actions.csv")
    before = contents()
    command = ["actions", "pay.inc", "--data", "feeds", "--as-of", "2025-01-01", "--out"]
    assert exit_code([*command, "out"]) == 1
    assert "`actions.csv`" in capsys.readouterr().err
    assert contents() == before
    assert exit_code([*command, "elsewhere"]) == 0


def test_other_files_beside_the_feeds_are_nobodys_business() -> None:
    there("payouts.csv")
    Path("out").mkdir()
    Path("out/payouts.csv").write_text("of an earlier run\n")
    os.link("out/payouts.csv", "out/kept.csv")
    assert exit_code(["run", "pay.inc", "--data", "feeds", "--as-of", "2025-01-01", "--out", "out"]) == 0
    assert Path("out/payouts.csv").read_text() != "of an earlier run\n"
