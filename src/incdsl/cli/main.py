"""The `incdsl` command: what it lists, and what becomes of whatever goes wrong.

Exit codes: 0 fine, 1 something the user can mend, 2 a bug of ours, 130 interrupted. Commands import the heavy
rooms of the house inside their functions, so that `incdsl check` never waits for a database it does not use.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence

import click

from incdsl import __version__
from incdsl.cli.accept import accept
from incdsl.cli.actions import actions
from incdsl.cli.assumptions import assumptions
from incdsl.cli.build import build
from incdsl.cli.check import check
from incdsl.cli.console import UserError, complain
from incdsl.cli.explain import explain
from incdsl.cli.feeds import feeds
from incdsl.cli.format import format_
from incdsl.cli.run import run
from incdsl.cli.sample import sample
from incdsl.cli.schema import schema
from incdsl.cli.test import test
from incdsl.cli.validate import validate


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: incdsl check programs/vip25/vip25.inc",
)
@click.version_option(__version__, prog_name="incdsl")
def cli() -> None:
    """Incentive programs as readable text: check them, run them on data, explain every amount."""


for command in (check, build, run, validate, feeds, explain, actions, assumptions, sample, test, accept, format_, schema):
    cli.add_command(command)


def exit_code(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code it ends with. Whatever went wrong has been said on standard error."""
    try:
        result = cli.main(args=arguments, prog_name="incdsl", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.UsageError as error:
        _complain_of_usage(error)
        return 1
    except click.ClickException as error:
        complain(error.format_message())
        return 1
    except UserError as error:
        complain(str(error), error.help)
        return 1
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted; nothing was written")
        return 130
    except (BrokenPipeError, SystemExit):
        # Whoever read our output has closed it, as `head` does (click says so by leaving): nothing is wrong.
        _drop_output()
        return 0
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            _drop_output()
            complain("the output could not be written: no space left on device", "free disk, or send the output elsewhere")
            return 1
        if _is_nowhere():
            complain("the folder that this command was started in is gone", "change to a folder that is there, and run it again")
            return 1
        if isinstance(error, RuntimeError) and str(error) == "Query interrupted":  # DuckDB's word for control-C
            complain("interrupted; nothing was written")
            return 130
        _confess(error)
        return 2


def _is_nowhere() -> bool:
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False


def _drop_output() -> None:
    """Let what is still to be printed go nowhere, so that leaving the process does not fail over it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain_of_usage(error: click.UsageError) -> None:
    help_ = None
    if error.ctx is not None:
        help_ = f"`{error.ctx.command_path} --help` shows how it is used"
    complain(error.format_message()[:1].lower() + error.format_message()[1:].rstrip("."), help_)


def _confess(error: Exception) -> None:
    if os.environ.get("INCDSL_TRACEBACK"):
        traceback.print_exc()
    last = traceback.extract_tb(error.__traceback__)[-1]
    reference = f"{type(error).__name__} at {os.path.basename(last.filename)}:{last.lineno}"
    complain(
        f"internal error: this is a bug in incdsl, not in the program or its data\n  {reference}: {error}",
        "report it with the command and the line above; INCDSL_TRACEBACK=1 shows where it happened",
    )
