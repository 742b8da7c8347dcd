"""`incdsl feeds`: the mapping from files as they are exported to the records of a program."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incdsl.cli.console import Folder, UserError, progress, ready
from incdsl.cli.faults import file_errors, user_errors
from incdsl.cli.options import DATA, FEEDS, FILE

if TYPE_CHECKING:
    from incdsl.core import ir
    from incdsl.feeds.suggest.proposing import Proposal
    from incdsl.feeds.suggest.questions import Question


@click.group(name="feeds", epilog="Example: incdsl feeds init programs/vip25/vip25.inc --data exports")
def feeds() -> None:
    """Read files as they are exported: names, notation of numbers and dates, in a feeds.toml."""


@feeds.command(epilog="Example: incdsl feeds init programs/vip25/vip25.inc --data exports --yes")
@FILE
@click.option("--data", type=Folder(), required=True, metavar="DIR", help="Folder of the files to look at.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Where to write the mapping; else DIR/feeds.toml.")
@click.option("--answer", "answers", multiple=True, metavar="WHAT=ANSWER", help="Answer to a question; may be repeated.")
@click.option("--yes", is_flag=True, help="Write it without asking.")
def init(file: str, data: str, out: Path | None, answers: tuple[str, ...], yes: bool) -> int:
    """Look at files, and write the mapping that reads them.

    What the files do not decide is asked, never guessed: on a terminal in turn, else as questions to answer by --answer.
    """
    from incdsl.feeds.mapping import FILE as NAME
    from incdsl.feeds.suggest.writing import toml
    from incdsl.results.mappings import open_questions, proposed

    program = ready(file)
    target = out or Path(data) / NAME
    if target.exists():
        raise UserError(f"`{target}` is there already, and was left as it is", "name another file by --out, or remove this one")
    given = list(answers)
    proposal = _look(program, data, given)
    while proposal.questions and _at_terminal():
        click.echo(proposed(proposal))
        given += [f"{question.subject}={_ask(question)}" for question in proposal.questions]
        proposal = _look(program, data, given)
    click.echo(proposed(proposal))
    if proposal.questions:
        click.echo(open_questions(proposal.questions), nl=False)
        number = len(proposal.questions)
        raise UserError(
            f"{number} {'question is' if number == 1 else 'questions are'} open, so nothing was written",
            "run it again with the answers above that are right",
        )
    if not yes and not (_at_terminal() and click.confirm(f"write {target}?", default=True)):
        raise UserError("nothing was written", "when the columns above are right, run it again with --yes")
    with file_errors():
        target.write_text(toml(proposal, program.name), encoding="utf-8", newline="\n")
    click.echo(f"wrote {target}")
    return 0


@feeds.command(epilog="Example: incdsl feeds check programs/vip25/vip25.inc --data exports")
@FILE
@DATA
@FEEDS
def check(file: str, data: str, mapping: Path | None) -> int:
    """Say what a mapping does: what fills each field, how it is read, and how many rows that serves."""
    from incdsl import driver
    from incdsl.results.mappings import checked

    program = ready(file)
    with user_errors(), progress() as stage:
        stage("reading the feeds")
        found = driver.validate(program, Path(data), mapping=mapping)
    with found:
        click.echo(checked(program, found), nl=False)
        return 1 if any(count.refused for count in found.counts) else 0


def _look(program: ir.Program, data: str, answers: list[str]) -> Proposal:
    from incdsl.feeds.suggest.proposing import propose
    from incdsl.feeds.suggest.questions import Answers, UnusableAnswer

    try:
        with user_errors(), progress() as stage:
            stage("looking at the files")
            return propose(program, Path(data), Answers(answers))
    except UnusableAnswer as error:
        raise UserError(str(error), error.help) from error


def _ask(question: Question) -> str:
    """Ask at the terminal; the answer in the words of `--answer`."""
    click.echo(question.text)
    for number, option in enumerate(question.options, start=1):
        click.echo(f"  {number}  {option.answer}  {option.meaning}")
    taken = click.prompt("which", type=click.IntRange(1, len(question.options)))
    answer = question.options[taken - 1].answer
    return answer.replace("VALUE", click.prompt("value")) if answer.endswith(":VALUE") else answer


def _at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
