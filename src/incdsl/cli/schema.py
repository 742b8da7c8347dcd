"""`incdsl schema diff`"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incdsl.cli.console import UserError, ready
from incdsl.cli.faults import file_errors
from incdsl.core.as_data import from_data

if TYPE_CHECKING:
    from incdsl.backends.json_schema import Change, Package


@click.group(epilog="Example: incdsl schema diff out/schemas-of-last-year programs/vip25/vip25.inc")
def schema() -> None:
    """The schemas of feeds and results, from version to version."""


@schema.command(epilog="Example: incdsl schema diff out/schemas-of-last-year programs/vip25/vip25.inc")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How the changes are shown."
)
def diff(old: str, new: str, format: str) -> int:
    """What NEW asks of feeds and gives in results that OLD did not: which changes break those who send or read files.

    OLD and NEW are programs, or folders that `incdsl build --target json-schema` has written. Ends with 1 when a change breaks.
    """
    from incdsl.backends.json_schema import changes
    from incdsl.semantics.implied import implied

    found = changes(_packages(old), _packages(new), implied)
    breaking = [change for change in found if change.breaking]
    if format == "json":
        rows = [{"breaking": change.breaking, "place": change.place, "change": change.says} for change in found]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        _show("Breaking", breaking)
        _show("Compatible", [change for change in found if not change.breaking])
        click.echo(f"{len(breaking)} breaking, {len(found) - len(breaking)} compatible" if found else "nothing changed")
    return 1 if breaking else 0


def _show(title: str, found: list[Change]) -> None:
    if found:
        click.echo(title)
        for change in found:
            click.echo(f"  {change.place}: {change.says}")
        click.echo()


def _packages(path: str) -> tuple[Package, Package]:
    """The data packages of feeds and results of a program, or of a folder in which they were built."""
    from incdsl.backends.json_schema import FEEDS, RESULTS, describe

    if not Path(path).is_dir():
        made = describe(ready(path))
        return json.loads(made[FEEDS]), json.loads(made[RESULTS])
    return _read(path, FEEDS), _read(path, RESULTS)


def _read(folder: str, name: str) -> Package:
    path = Path(folder) / name
    build = f"`incdsl build FILE --target json-schema --out {folder}` writes it"
    if not path.exists():
        raise UserError(f"`{folder}` holds no {name}", build)
    try:
        with file_errors():
            package: Package = json.loads(path.read_text(encoding="utf-8"))
        # What a comparison reads of it, so that a file of another maker is refused here.
        assert all(
            field["incdsl"]["type"] and field["constraints"]
            for part in package["resources"]
            for field in part["schema"]["fields"]
        )
        for part in package["resources"]:
            for condition in part["schema"].get("incdsl", {}).get("conditions", []):
                assert condition["says"]
                from_data(condition.get("holds"))
    except (ValueError, LookupError, TypeError, ArithmeticError, AssertionError) as error:
        raise UserError(f"`{path}` is not a data package of incdsl", build) from error
    return package
