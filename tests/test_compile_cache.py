"""What the compiler keeps on disk: used when nothing has changed, and never seen in what comes out."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from incdsl import compile_cache
from incdsl.cli.main import exit_code

ROOT = Path(__file__).resolve().parent.parent

RULES = """\
program Rebates "Rebates"
  currency USD

use "terms.inc"

for each Partner
  let volume = sum of amount over Sale where partner = this
  pay rebate "Rebate"
    amount share * volume
    round half up to 0.01 assumed "cents"
    assumed "the guide says no more"
"""

TERMS = """\
param share percent = 5%
  assumed "from last year"

record Partner
  id text key

record Sale
  id      text key
  partner Partner
  amount  money at least 0.01 USD
  sold_on date
  must    amount < 1000000 USD
"""

SETTLED = "import time; from incdsl import compile_cache; compile_cache._STARTED = time.time_ns(); "
"""Whoever tests the compiler may have changed it a moment ago."""

RUN = ("run", "rebates.inc", "--data", "feeds", "--as-of", "2015-07-25", "--out", "out")


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(compile_cache, "_STARTED", time.time_ns())
    compile_cache._compiler.cache_clear()
    yield
    compile_cache._compiler.cache_clear()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that uses another file, its feeds, the working folder among them, and the folder of the cache."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(compile_cache.VARIABLE, str(tmp_path / "cache"))
    Path("rebates.inc").write_text(RULES)
    Path("terms.inc").write_text(TERMS)
    Path("feeds").mkdir()
    Path("feeds/partner.csv").write_text("id\nA\n")
    Path("feeds/sale.csv").write_text("id,partner,amount,sold_on\n1,A,250.00,2015-02-03\n")
    return tmp_path / "cache"


def paid() -> str:
    """The amount of the only payout, by a run."""
    assert exit_code(RUN) == 0
    titles, row = Path("out/payouts.csv").read_text().splitlines()
    return dict(zip(titles.split(","), row.split(","), strict=True))["amount"]


def modules_of_a_run() -> set[str]:
    """What a process that runs the program imports."""
    run = f"import sys; from incdsl.cli.main import exit_code; assert not exit_code({RUN}); print('modules', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", SETTLED + run], capture_output=True, text=True, check=True)
    return set(done.stdout.rsplit("modules ", 1)[1].split())


@pytest.mark.usefixtures("cache")
def test_what_has_not_changed_is_not_compiled_again() -> None:
    compiler = {"incdsl.syntax.parser", "incdsl.semantics.analyze", "incdsl.backends.sql.compiler", "lark", "sqlglot"}
    assert compiler <= modules_of_a_run()
    results = {path.name: path.read_bytes() for path in Path("out").iterdir()}
    assert not compiler & modules_of_a_run()
    assert {path.name: path.read_bytes() for path in Path("out").iterdir()} == results


@pytest.mark.usefixtures("cache")
def test_a_changed_program_or_a_changed_file_that_it_uses_is_compiled() -> None:
    assert [paid(), paid()] == ["12.50", "12.50"]
    Path("terms.inc").write_text(TERMS.replace("5%", "6%"))
    assert paid() == "15.00"
    Path("rebates.inc").write_text(RULES.replace("share * volume", "2 * share * volume"))
    assert paid() == "30.00"
    Path("terms.inc").write_text(TERMS)
    Path("rebates.inc").write_text(RULES)
    assert paid() == "12.50"


@pytest.mark.usefixtures("cache")
def test_a_link_that_becomes_a_file_is_compiled() -> None:
    Path("rebates.inc").write_text(RULES.replace('use "terms.inc"', 'use "terms.inc"\nuse "extra.inc"'))
    Path("extra.inc").symlink_to("terms.inc")
    assert [paid(), paid()] == ["12.50", "12.50"]
    Path("extra.inc").unlink()
    Path("extra.inc").write_text('for each Partner\n  pay more "More"\n    amount 1 USD\n    assumed "a gift"\n')
    assert exit_code(RUN) == 0
    assert "more" in Path("out/payouts.csv").read_text()
    Path("extra.inc").write_text(TERMS)
    assert exit_code(("check", "rebates.inc")) == 1  # all of it is declared twice


@pytest.mark.usefixtures("cache")
def test_a_file_that_is_gone_or_wrong_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(("check", "rebates.inc")) == 0
    Path("terms.inc").write_text(TERMS.replace("percent", "prcent"))
    assert exit_code(("check", "rebates.inc")) == 1
    assert "prcent" in capsys.readouterr().out
    Path("terms.inc").unlink()
    assert exit_code(("check", "rebates.inc")) == 1
    assert "`terms.inc` does not exist" in capsys.readouterr().out
    Path("rebates.inc").unlink()
    assert exit_code(("check", "rebates.inc")) == 1
    assert "`rebates.inc` does not exist" in capsys.readouterr().out


@pytest.mark.usefixtures("cache")
def test_a_warning_is_said_every_time(capsys: pytest.CaptureFixture[str]) -> None:
    Path("rebates.inc").write_text(RULES.replace("  pay", "  let spare = volume * 2\n  pay"))
    said = []
    for _ in range(3):
        assert exit_code(("check", "rebates.inc")) == 0
        said.append(capsys.readouterr().out)
    assert "spare" in said[0]
    assert said == [said[0]] * 3


def test_another_day_has_another_script(cache: Path) -> None:
    assert exit_code((*RUN[:5], "2015-07-25", *RUN[6:])) == 0
    before = len(list(cache.iterdir()))
    assert exit_code((*RUN[:5], "2015-07-26", *RUN[6:])) == 0
    assert len(list(cache.iterdir())) == before + 1


@pytest.mark.parametrize("damage", [b"", b"\0" * 10, b"\0" * 5000])
def test_a_damaged_entry_is_made_anew(cache: Path, damage: bytes) -> None:
    assert paid() == "12.50"
    whole = {entry: entry.read_bytes() for entry in cache.iterdir()}
    for entry in whole:
        entry.write_bytes(damage)
    assert paid() == "12.50"
    assert {entry: entry.read_bytes() for entry in cache.iterdir()} == whole


def test_an_entry_cut_short_or_with_another_byte_is_made_anew(cache: Path) -> None:
    assert paid() == "12.50"
    for entry in cache.iterdir():
        data = entry.read_bytes()
        at = len(data) // 2
        entry.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    assert paid() == "12.50"
    for entry in cache.iterdir():
        entry.write_bytes(entry.read_bytes()[:-1])
    assert paid() == "12.50"


def test_a_folder_that_others_may_write_is_not_used(cache: Path) -> None:
    cache.mkdir()
    cache.chmod(0o777)
    assert paid() == "12.50"
    assert list(cache.iterdir()) == []
    cache.chmod(0o755)
    assert paid() == "12.50"
    entries = {entry: entry.stat().st_mtime_ns for entry in cache.iterdir()}
    assert entries
    cache.chmod(0o775)
    Path("terms.inc").write_text(TERMS.replace("5%", "6%"))
    assert paid() == "15.00"
    assert {entry: entry.stat().st_mtime_ns for entry in cache.iterdir()} == entries


def test_an_entry_under_the_name_of_another_is_made_anew(cache: Path) -> None:
    assert paid() == "12.50"
    Path("terms.inc").write_text(TERMS.replace("5%", "6%"))
    before = set(cache.iterdir())
    assert paid() == "15.00"
    after = set(cache.iterdir()) - before
    for entry in after:
        for other in before:
            entry.write_bytes(other.read_bytes())
            assert paid() == "15.00"
    for entry in after:
        entry.unlink()
        os.mkfifo(entry)
    assert paid() == "15.00"


@pytest.mark.parametrize("folder", ["off", "OFF", "feeds/partner.csv", "/proc/incdsl"])
def test_a_folder_that_cannot_be_is_no_matter(folder: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(compile_cache.VARIABLE, folder)
    assert [paid(), paid()] == ["12.50", "12.50"]
    assert not cache.exists()


def test_the_folder_is_that_of_the_user(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(compile_cache.VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache.parent / "xdg"))
    monkeypatch.setenv(compile_cache.VARIABLE, "")  # as good as not set
    assert paid() == "12.50"
    folder = cache.parent / "xdg" / "incdsl"
    assert list(folder.iterdir())
    assert folder.stat().st_mode & 0o777 == 0o700
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(cache.parent / "home"))
    assert paid() == "12.50"
    monkeypatch.setenv(compile_cache.VARIABLE, "~/kept")
    assert paid() == "12.50"
    assert list((cache.parent / "home/kept").iterdir())
    assert len(list((cache.parent / "home/.cache/incdsl").iterdir())) == len(list(folder.iterdir()))


def test_the_oldest_leave_when_there_are_too_many(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_cache, "_MOST_ENTRIES", 4)
    cache.mkdir()
    others = [cache / f"invoice{number}.txt" for number in range(10)]
    for other in others:
        other.write_text("not ours")
        os.utime(other, (0, 0))
    for number in range(4):
        compile_cache.keep(number, number)
        os.utime(max(cache.iterdir(), key=lambda entry: entry.stat().st_mtime_ns), (number + 1, number + 1))
    assert [compile_cache.recall(number) for number in range(5)] == [0, 1, 2, 3, None]
    compile_cache.keep(4, 4)
    assert [compile_cache.recall(number) for number in range(5)] == [None, None, 2, 3, 4]
    assert {other.read_text() for other in others} == {"not ours"}


@pytest.mark.usefixtures("cache")
def test_what_nests_too_deeply_is_not_kept() -> None:
    deep: tuple[object, ...] = ()
    for _ in range(100_000):
        deep = (deep,)
    compile_cache.keep(deep, "deep")
    compile_cache.keep("answer", deep)
    assert compile_cache.recall("deep") is None
    assert compile_cache.recall(deep) is None


@pytest.fixture
def library(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module of a library that stands in for those that the compiler uses, made a minute ago."""
    module = cache.parent / "lib/helps_to_compile/__init__.py"
    module.parent.mkdir(parents=True)
    module.write_text("AT = 1\n")
    os.utime(module, (time.time() - 60,) * 2)
    monkeypatch.syspath_prepend(str(module.parent.parent))
    monkeypatch.setattr(compile_cache, "_LIBRARIES", ("helps_to_compile",))
    return module


def kept() -> bool:
    """Whether something is found that was made with the compiler as it is now."""
    compile_cache._compiler.cache_clear()
    return compile_cache.recall("question") == "answer"


def test_another_compiler_makes_it_anew(library: Path) -> None:
    compile_cache._compiler.cache_clear()
    compile_cache.keep("answer", "question")
    assert kept()
    found = library.stat()
    library.write_text("AT = 2\n")
    os.utime(library, ns=(found.st_atime_ns, found.st_mtime_ns))  # of the same size and time
    assert not kept()
    compile_cache.keep("answer", "question")
    assert kept()
    (library.parent / "more.py").write_text("")
    os.utime(library.parent / "more.py", (time.time() - 50,) * 2)
    assert not kept()


def test_nothing_is_kept_by_a_compiler_that_changes_meanwhile(library: Path) -> None:
    os.utime(library, (time.time() + 5,) * 2)
    compile_cache._compiler.cache_clear()
    compile_cache.keep("answer", "question")
    assert not kept()


@pytest.mark.parametrize("name", ["vip25", "lci", "mdf", "cx"])
@pytest.mark.usefixtures("cache")
def test_the_four_programs_write_the_same_with_and_without(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    here = Path(os.environ[compile_cache.VARIABLE]).parent
    folder = ROOT / "programs" / name
    run = ("run", str(folder / f"{name}.inc"), "--data", str(folder / "feeds"), "--as-of", "2024-03-31", "--values")
    for out in ("first", "again"):
        assert exit_code((*run, "--out", str(here / out))) == 0
    monkeypatch.setenv(compile_cache.VARIABLE, "off")
    assert exit_code((*run, "--out", str(here / "without"))) == 0
    results = [{path.name: path.read_bytes() for path in (here / out).iterdir()} for out in ("first", "again", "without")]
    assert len(results[0]) > 3
    assert results[0] == results[1] == results[2]
