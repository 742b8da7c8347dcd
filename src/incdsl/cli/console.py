"""Speaking to the person at the terminal: colours, complaints, progress, and the values that commands take."""

from __future__ import annotations

import datetime
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, TextIO

import click

from incdsl.render import count, render

if TYPE_CHECKING:
    from incdsl.core import ir
    from incdsl.feeds.gate import Gate


class UserError(Exception):
    """Something that the user can mend; `help` says how."""

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.help = help


def coloured(stream: TextIO) -> bool:
    """Whether to colour what is written to a stream: a terminal, and nobody has said NO_COLOR."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def complain(message: str, help: str | None = None) -> None:
    """Say on standard error what is wrong and, when there is something, what to do."""
    start, end = ("\x1b[1;31m", "\x1b[0m") if coloured(sys.stderr) else ("", "")
    print(f"{start}error:{end} {message}", file=sys.stderr)
    if help:
        print(f"  help: {help}", file=sys.stderr)


def ready(path: str) -> ir.Program:
    """A program that has to be free of errors: those are shown on standard error and end the command. Of warnings only the
    number is said: whoever runs a program wants its results, and has `incdsl check` for them."""
    from incdsl.driver import load_again

    loaded = load_again(path)
    found = loaded.sink.sorted()
    if loaded.sink.has_errors:
        errors = [diagnostic for diagnostic in found if diagnostic.severity == "error"]
        click.echo(render(errors, color=coloured(sys.stderr)), err=True, nl=False, color=True)
        raise UserError(f"`{path}` has {count(found)}, so nothing was run")
    if found:
        start, end = ("\x1b[1;33m", "\x1b[0m") if coloured(sys.stderr) else ("", "")
        print(f"{start}warning:{end} `{path}` has {count(found)}: `incdsl check {path}` shows them", file=sys.stderr)
    assert loaded.program is not None
    return loaded.program


class Day(click.ParamType[datetime.date]):
    """A day written as 2015-07-25."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime.date:
        """The date; anything else is a usage error that says how dates are written."""
        if isinstance(value, datetime.date):
            return value
        text = str(value)
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            self.fail(f"`{text}` is not a date; write year, month and day, as in 2015-07-25")
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            self.fail(f"there is no day {text} in the calendar")


class Folder(click.ParamType[str]):
    """A folder, or a file or database in place of one: anything but nothing."""

    name = "folder"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text; an empty one, as an unset variable of a shell gives it, is a usage error."""
        if not str(value).strip():
            self.fail("it is empty; name a folder, or `.` for the one you are in")
        return str(value)


class Share(click.ParamType[Decimal]):
    """A share of a whole written as a percent: 1%, 0.5%."""

    name = "percent"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The fraction; anything else, and more than the whole, is a usage error that says how it is written."""
        if isinstance(value, Decimal):
            return value
        found = re.fullmatch(r"(\d{1,3}(\.\d{1,4})?)%", str(value))
        share = Decimal(found[1]).scaleb(-2) if found else None
        if share is None or share > 1:
            self.fail(f"`{value}` is not a share; write a percent from 0% through 100%, as in 1%")
        return share


class Memory(click.ParamType[str]):
    """An amount of memory written as 4GB, 512MB."""

    name = "memory"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text; anything else is a usage error that says how it is written."""
        if not re.fullmatch(r"[1-9]\d{0,5}(MB|GB)", str(value)):
            self.fail(f"`{value}` is not an amount of memory; write megabytes or gigabytes, as in 512MB or 4GB")
        return str(value)


class Refusable(click.ParamType["Gate"]):
    """How many rows may be refused: a share of those read, or a number of them."""

    name = "share"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Gate:
        """The gate; anything else is a usage error that says how it is written."""
        from incdsl.feeds.gate import Gate

        if isinstance(value, Gate):
            return value
        text = str(value).replace(",", "")
        if re.fullmatch(r"\d{1,15}", text):
            return Gate(rows=int(text))
        found = re.fullmatch(r"(\d{1,3}(\.\d{1,4})?)%", text)
        if found is None or Decimal(found[1]) > 100:
            self.fail(f"`{value}` is neither a share nor a number of rows; write it as in 2% or 100")
        return Gate(share=Decimal(found[1]).scaleb(-2))


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show the stage that long work is in, on standard error and only when that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda stage: None
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("starting") as status:
        yield status.update
