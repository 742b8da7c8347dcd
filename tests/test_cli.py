"""The command line: what it prints, what it writes, and with which code it ends."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from incdsl import driver
from incdsl.cli.main import exit_code

PROGRAM = """\
program Rebates "Rebates"
  currency USD

record Partner
  id text key

record Sale
  id      text key
  partner Partner
  amount  money
  sold_on date
  dated by sold_on

for each Partner
  let volume = sum of amount over Sale where partner = this
  require volume "Sells enough"
    that volume >= 100 USD
    by   2015-07-25
    assumed "the guide gives no minimum"
  pay rebate "Rebate"
    needs  volume
    amount 10% * volume  assumed "an example"
    round  half up to 0.01
"""
FEEDS = {
    "partner.csv": "id\nA\nB\nC\n",
    "sale.csv": (
        "id,partner,amount,sold_on\n"
        "1,A,60.00,2015-01-01\n2,A,40.05,2015-02-01\n3,B,99.99,2015-03-01\n4,D,1.00,2015-03-01\n5,A,7.00,2015-07-26\n"
    ),
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("rebates.inc").write_text(PROGRAM)
    Path("broken.inc").write_text(PROGRAM.replace("10% * volume", "10% * volum"))
    Path("feeds").mkdir()
    for name, text in FEEDS.items():
        Path("feeds", name).write_text(text)
    return tmp_path


def run(*more: str, out: str = "out") -> int:
    return exit_code(["run", "rebates.inc", "--data", "feeds", "--as-of", "2015-07-25", "--out", out, *more])


# --- check and format ----------------------------------------------------------------------------------------


def test_check_of_a_sound_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["check", "rebates.inc"]) == 0
    assert capsys.readouterr().out == "rebates.inc: no errors\n"


def test_check_says_what_is_wrong_once_for_all_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["check", "broken.inc", "rebates.inc", "broken.inc", "--format", "concise"]) == 1
    assert capsys.readouterr().out == "broken.inc:22:18: error[unknown-name] unknown name `volum` in `Partner`\n1 error\n"
    assert exit_code(["check", "broken.inc", "gone.inc", "--format", "json"]) == 1
    assert [d["code"] for d in json.loads(capsys.readouterr().out)] == ["unknown-name", "file-not-readable"]


def test_check_of_what_is_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["check", "rebate.inc", "feeds"]) == 1
    text = capsys.readouterr().out
    assert "`rebate.inc` does not exist" in text
    assert "did you mean `rebates.inc`?" in text
    assert "`feeds` is a folder, not a file" in text


def test_check_of_other_encodings_says_one_thing(capsys: pytest.CaptureFixture[str]) -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        Path("rebates.inc").write_bytes(PROGRAM.encode(encoding))
        assert exit_code(["check", "rebates.inc", "--format", "concise"]) == 1
        assert "error[not-utf-8] `rebates.inc` is not UTF-8 text: byte " in capsys.readouterr().out
        assert exit_code(["format", "rebates.inc"]) == 1
        assert capsys.readouterr().err.count("error[") == 1
    assert Path("rebates.inc").read_bytes() == PROGRAM.encode("utf-16-be")
    Path("rebates.inc").write_bytes(b"\xef\xbb\xbf" + PROGRAM.replace("\n", "\r\n").encode())
    assert exit_code(["check", "rebates.inc"]) == 0


def test_a_zero_byte_in_a_program_is_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    Path("rebates.inc").write_bytes(PROGRAM.encode().replace(b"record", b"rec\0rd", 1))
    assert exit_code(["check", "rebates.inc"]) == 1
    said = capsys.readouterr().out
    assert "`rebates.inc` is not plain text: byte " in said
    assert "a zero byte, which no text has" in said


@pytest.mark.parametrize(
    "command",
    [
        ["run", "rebates.inc", "--data", "feeds", "--as-of", "2015-07-25", "--out", ""],
        ["run", "rebates.inc", "--data", " ", "--as-of", "2015-07-25", "--out", "out"],
        ["validate", "rebates.inc", "--data", "feeds", "--out", ""],
        ["feeds", "init", "rebates.inc", "--data", ""],
        ["build", "rebates.inc", "--target", "core", "--out", ""],
    ],
)
def test_a_folder_that_is_nothing_is_not_the_one_at_hand(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A variable of a shell that is not set gives it."""
    assert exit_code(command) == 1
    assert "it is empty; name a folder, or `.` for the one you are in" in capsys.readouterr().err
    assert not Path("payouts.csv").exists()


def test_too_little_memory_says_which_option_to_raise(capsys: pytest.CaptureFixture[str]) -> None:
    run = ["run", "rebates.inc", "--data", "feeds", "--as-of", "2015-07-25", "--out", "out"]
    assert exit_code([*run, "--memory-limit", "1MB"]) == 1
    assert "help: raise --memory-limit, as in --memory-limit 8GB, or free memory" in capsys.readouterr().err


def test_a_file_that_is_missing_is_not_the_one_that_asks_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    Path("ask.inc").write_text('use "asks.inc"\n' + PROGRAM)
    assert exit_code(["check", "ask.inc"]) == 1
    assert "did you mean" not in capsys.readouterr().out


def test_a_broken_program_line_is_one_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    for first in ("program Rebates", 'PROGRAM Rebates "Rebates"', 'program "Rebates" Rebates', "program Rebates “Rebates”"):
        Path("rebates.inc").write_text(PROGRAM.replace('program Rebates "Rebates"', first))
        assert exit_code(["check", "rebates.inc"]) == 1
        assert "1 error\n" in capsys.readouterr().out, first


def test_a_warning_stops_nothing_but_a_strict_check(capsys: pytest.CaptureFixture[str]) -> None:
    Path("rebates.inc").write_text(PROGRAM.replace('  assumed "an example"', ""))
    assert exit_code(["check", "rebates.inc", "--format", "concise"]) == 0
    said = "rebates.inc:22:12: warning[number-without-source] `10%` says neither where it comes from nor that it is assumed\n"
    assert capsys.readouterr().out == f"{said}1 warning\n"
    assert exit_code(["check", "rebates.inc", "--strict"]) == 1
    assert exit_code(["check", "rebates.inc", "--strict", "--format", "json"]) == 1
    assert '"severity": "warning"' in capsys.readouterr().out
    Path("rebates.inc").write_text(PROGRAM)
    assert exit_code(["check", "rebates.inc", "--strict"]) == 0
    assert exit_code(["check", "rebates.inc"]) == 0


def test_format_writes_or_only_checks(capsys: pytest.CaptureFixture[str]) -> None:
    untidy = PROGRAM.replace("record Partner\n  id text key", "record   Partner\n  id   text   key")
    Path("untidy.inc").write_text(untidy)
    assert exit_code(["format", "untidy.inc", "--check"]) == 1
    assert Path("untidy.inc").read_text() == untidy
    assert exit_code(["format", "untidy.inc"]) == 0
    assert "record Partner\n  id  text key\n" in Path("untidy.inc").read_text()
    assert exit_code(["format", "untidy.inc", "--check"]) == 0
    Path("torn.inc").write_text('program X "X\n')
    assert exit_code(["format", "torn.inc"]) == 1
    assert Path("torn.inc").read_text() == 'program X "X\n'
    assert "unclosed-string" in capsys.readouterr().err


# --- run -----------------------------------------------------------------------------------------------------


def test_of_warnings_a_run_says_the_number(capsys: pytest.CaptureFixture[str]) -> None:
    """They are for whoever writes the program; errors are shown in full, as they end the command."""
    doubtful = PROGRAM.replace('  assumed "an example"', "")
    Path("rebates.inc").write_text(doubtful)
    assert run() == 0
    said = capsys.readouterr()
    assert said.err == "warning: `rebates.inc` has 1 warning: `incdsl check rebates.inc` shows them\n"
    assert "warning" not in said.out
    Path("rebates.inc").write_text(doubtful.replace("record Partner", "record Partner\n  colour kolour"))
    assert run() == 1
    said = capsys.readouterr()
    assert "error[unknown-type]" in said.err
    assert "number-without-source" not in said.err
    assert "error: `rebates.inc` has 1 error, so nothing was run" in said.err


def test_run_writes_results_and_says_what_happened(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    summary = capsys.readouterr().out
    assert "  sale.csv        5     4        1  20%\n" in summary
    assert "  together        8     7        1  13%\n" in summary
    assert "`D` is not a Partner" in summary
    rows = list(csv.DictReader(Path("out/payouts.csv").read_text().splitlines()))
    assert [(r["id"], r["status"], r["amount"], r["earned"], r["currency"]) for r in rows] == [
        ("A", "earned", "10.01", "10.01", "USD"),
        ("B", "open", "10.00", "0.00", "USD"),
        ("C", "open", "0.00", "0.00", "USD"),
    ]
    rows = list(csv.DictReader(Path("out/refused.csv").read_text().splitlines()))
    assert [(r["file"], r["line"], r["field"], r["value"], r["code"]) for r in rows] == [
        ("sale.csv", "5", "partner", "D", "unknown-reference")
    ]
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "could_change.csv",
        "payouts.csv",
        "refused.csv",
        "requirements.csv",
    ]


@pytest.mark.parametrize("format", ["csv", "json", "parquet"])
def test_both_engines_any_order_of_rows_the_same_bytes(format: str) -> None:
    assert run("--format", format, "--values", out="first") == 0
    assert run("--format", format, "--values", "--engine", "reference", out="second") == 0
    for name in FEEDS:
        header, *lines = Path("feeds", name).read_text().splitlines(keepends=True)
        random.Random(7).shuffle(lines)
        Path("feeds", name).write_text("".join([header, *lines]))
    assert run("--format", format, "--values", out="third") == 0
    for output in ("payouts", "requirements", "values"):
        contents = {Path(folder, f"{output}.{format}").read_bytes() for folder in ("first", "second", "third")}
        assert len(contents) == 1


def test_memory_has_a_limit_that_changes_no_byte(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(out="first") == 0
    assert run("--memory-limit", "200MB", out="second") == 0
    assert Path("first/payouts.csv").read_bytes() == Path("second/payouts.csv").read_bytes()
    assert run("--memory-limit", "much", out="third") == 1
    assert "`much` is not an amount of memory; write megabytes or gigabytes, as in 512MB or 4GB" in capsys.readouterr().err


def test_a_broken_program_is_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["run", "broken.inc", "--data", "feeds", "--as-of", "2015-07-25", "--out", "out"]) == 1
    said = capsys.readouterr()
    assert "error[unknown-name]" in said.err
    assert "so nothing was run" in said.err
    assert said.out == ""
    assert not Path("out").exists()


def test_feeds_that_cannot_be_read_are_all_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("feeds/partner.csv").unlink()
    Path("feeds/sale.csv").write_text("id,partner,amont,sold_on\n")
    assert run() == 1
    said = capsys.readouterr().err
    assert "there is no file for the record `Partner`" in said
    assert "has no column `amount`" in said
    assert list(Path("out").iterdir()) == []


@pytest.mark.parametrize(
    ("date", "message"),
    [
        ("25-07-2015", "`25-07-2015` is not a date; write year, month and day, as in 2015-07-25"),
        ("2015-06-31", "there is no day 2015-06-31 in the calendar"),
        ("today", "`today` is not a date"),
    ],
)
def test_a_day_that_is_none(date: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["run", "rebates.inc", "--data", "feeds", "--as-of", date, "--out", "out"]) == 1
    assert message in capsys.readouterr().err


def test_a_place_that_cannot_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    Path("out").write_text("a file")
    assert run() == 1
    assert capsys.readouterr().err.startswith("error: `out`: is a file, where a folder is expected\n")


# --- validate, build, explain --------------------------------------------------------------------------------


def test_validate_exits_with_1_when_a_row_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["validate", "rebates.inc", "--data", "feeds", "--out", "bad"]) == 1
    assert "1 row (20%) of sale.csv: partner not known" in capsys.readouterr().out
    assert Path("bad/refused.csv").read_text().count("\n") == 2
    Path("feeds/partner.csv").write_text("id\nA\nB\nC\nD\n")
    assert exit_code(["validate", "rebates.inc", "--data", "feeds"]) == 0


def test_build(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["build", "rebates.inc", "--target", "json-schema", "--out", "schemas"]) == 0
    assert "wrote schemas/sale.schema.json\n" in capsys.readouterr().out
    assert json.loads(Path("schemas/sale.schema.json").read_text())["$schema"].endswith("2020-12/schema")
    assert exit_code(["build", "rebates.inc", "--target", "sql", "--dialect", "duckdb", "--out", "sql"]) == 0
    assert "result" in Path("sql/Rebates.sql").read_text()
    assert exit_code(["build", "rebates.inc", "--target", "core", "--out", "core"]) == 0
    assert exit_code(["build", "rebates.inc", "--target", "core", "--dialect", "duckdb", "--out", "core"]) == 1
    assert "--dialect is about SQL" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("where", "message", "help"),
    [
        (["partner=A"], "`partner` is not a key of a payment", "the keys are `id`"),
        (["idd=A"], "`idd` is not a key of a payment", "did you mean `id`?"),
        (["id=a"], "no row of Partner has the id `a`", "did you mean `A`?"),
        (["id"], "`--where id` has no key and value", "--where KEY=VALUE"),
        (["id=A", "id=B"], "`--where id=…` is given twice", "leave one out"),
    ],
)
def test_explain_of_what_is_not_there(where: list[str], message: str, help: str, capsys: pytest.CaptureFixture[str]) -> None:
    options = [part for item in where for part in ("--where", item)]
    assert exit_code(["explain", "rebates.inc", "--data", "feeds", "--as-of", "2015-07-25", *options]) == 1
    said = capsys.readouterr().err
    assert message in said
    assert help in said


# --- how things end ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["chek"], ["run", "rebates.inc"], ["check"], ["run", "--engine", "spark"]])
def test_a_wrong_command_line_is_the_users_to_mend(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(arguments) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert "--help` shows how it is used" in said


def test_a_bug_of_ours_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: str) -> None:
        raise KeyError("somewhere")

    monkeypatch.setattr(driver, "load", broken)
    assert exit_code(["check", "rebates.inc"]) == 2
    said = capsys.readouterr().err
    assert "internal error: this is a bug in incdsl" in said
    assert "KeyError at test_cli.py:" in said
    assert "Traceback" not in said
    monkeypatch.setenv("INCDSL_TRACEBACK", "1")
    assert exit_code(["check", "rebates.inc"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_interrupted_runs_leave_nothing_behind(here: Path) -> None:
    lines = [f"{n},A,1.00,2015-01-01\n" for n in range(300_000)]
    Path("feeds/sale.csv").write_text("id,partner,amount,sold_on\n" + "".join(lines))
    command = [sys.executable, "-m", "incdsl", "run", "rebates.inc", "--data", "feeds", "--as-of", "2015-07-25"]
    with subprocess.Popen(
        [*command, "--out", "out", "--engine", "reference"], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        while not Path("out").exists():  # it is made when the work begins
            time.sleep(0.01)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate()
    assert process.returncode == 130
    assert error.strip() == "error: interrupted; nothing was written"
    assert out == ""
    assert list(Path("out").iterdir()) == []


@pytest.mark.parametrize(
    ("work", "code"),
    [
        ("exec('raise KeyboardInterrupt')", 130),  # caught below, yet Python would end by the signal
        ("commands.late = Late()", 0),  # the work was done
    ],
)
def test_an_interrupt_ends_with_our_exit_code_whenever_it_comes(work: str, code: int) -> None:
    Path("process.py").write_text(f"""
import os, signal
import incdsl.cli.main as commands
from incdsl.__main__ import main

class Late:
    def __del__(self, kill=os.kill, process=os.getpid(), interrupt=signal.SIGINT):
        kill(process, interrupt)

def exit_code():
    try:
        {work}
        return 0
    except KeyboardInterrupt:
        return 130

commands.exit_code = exit_code
main()
""")
    assert subprocess.run([sys.executable, "-m", "process"], check=False).returncode == code


def test_output_is_plain_unless_it_goes_to_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code(["check", "broken.inc"])
    assert "\x1b" not in capsys.readouterr().out


def test_colour_on_a_terminal_unless_refused() -> None:
    def shown(**environment: str) -> str:
        ours, theirs = os.openpty()
        command = [sys.executable, "-m", "incdsl", "check", "broken.inc"]
        plain = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        subprocess.run(command, stdout=theirs, env={**plain, "TERM": "xterm", **environment}, check=False)
        os.close(theirs)
        text = os.read(ours, 100_000).decode()
        os.close(ours)
        return text

    assert "\x1b[1;31merror[unknown-name]" in shown()
    assert "\x1b" not in shown(NO_COLOR="1")
    assert "\x1b" not in shown(TERM="dumb")


@pytest.mark.parametrize(
    "arguments",
    ["explain rebates.inc --data feeds --as-of 2015-07-25 --where id=A", "build rebates.inc --target dbt --out built"],
)
def test_a_closed_pipe_is_no_error(arguments: str) -> None:
    command = f"{sys.executable} -m incdsl {arguments} | true"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_full_disk_behind_the_output_is_the_users_to_mend() -> None:
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "incdsl", "check", "rebates.inc"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "error: the output could not be written: no space left on device\n  help: free disk, or send the output elsewhere\n"
    )


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_error(closed: str) -> None:
    command = f"{sys.executable} -m incdsl run rebates.inc --data feeds --as-of 2015-07-25 --out out {closed}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert Path("out/payouts.csv").read_text().startswith("program,")


def test_a_folder_that_is_gone_is_the_users_to_mend(tmp_path: Path) -> None:
    command = f'cd "$(mktemp -d -p {tmp_path})" && rmdir "$PWD" && {sys.executable} -m incdsl check rebates.inc'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.endswith(
        "error: the folder that this command was started in is gone\n  help: change to a folder that is there, and run it again\n"
    )


def test_made_up_feeds_do_not_replace_others_unless_told_to(capsys: pytest.CaptureFixture[str]) -> None:
    before = Path("feeds/sale.csv").read_bytes()
    sample = ["sample", "rebates.inc", "--rows", "20", "--out", "feeds"]
    assert exit_code(sample) == 1
    assert capsys.readouterr().err == (
        "error: `feeds/partner.csv` and `feeds/sale.csv` are there already\n"
        "  help: name another folder, or add --replace if those are made up, too\n"
    )
    assert Path("feeds/sale.csv").read_bytes() == before
    assert exit_code([*sample, "--format", "parquet"]) == 0
    assert exit_code([*sample, "--replace"]) == 0
    assert Path("feeds/sale.csv").read_bytes() != before


def test_checking_imports_neither_database_nor_sql() -> None:
    assert not {"duckdb", "sqlglot", "rich", "jsonschema"} & modules_of("check", "rebates.inc")


def test_running_imports_nothing_of_other_commands_engines_and_formats() -> None:
    modules = modules_of("run", "rebates.inc", "--data", "feeds", "--as-of", "2015-07-25", "--out", "out")
    assert {"duckdb", "sqlglot", "incdsl.feeds.readers.csv_files"} <= modules
    readers = {f"incdsl.feeds.readers.{kind}_files" for kind in ("json", "sqlite", "xlsx")}
    others = {"rich", "jsonschema", "xlsxwriter", "incdsl.engines.reference", "incdsl.feeds.sample", "incdsl.results.explain"}
    assert not (readers | others | {"incdsl.cases", "incdsl.semantics.errors.types"}) & modules


def modules_of(*arguments: str) -> set[str]:
    """What a process that runs a command has imported when it is done."""
    script = "import sys; from incdsl.cli.main import exit_code; exit_code(sys.argv[1:]); print('modules', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    return set(done.stdout.rsplit("modules ", 1)[1].split())
