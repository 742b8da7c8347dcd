"""What two versions of a record ask of each row beyond its fields: which conditions came, went, or became others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from incdsl.core import ir
from incdsl.core.as_data import from_data

Package = Mapping[str, Any]
"""A data package as `data_package` makes it, or as it was read back from its file."""

Implied = Callable[[Sequence[ir.Expr], ir.Expr], bool]
"""Whether every row that meets the given conditions is proved to meet the other one."""

NARROWER, WIDER, OTHER = "narrower", "wider", "other"


def asked_of_rows(old: Package, new: Package, implied: Implied) -> Iterator[tuple[str, str]]:
    """The changes of a record's conditions: how, and in words. One that became another narrows the feed unless every row
    that met all the old ones is proved to meet it; what it is called does not matter."""
    before, after = ([*side.get("incdsl", {}).get("conditions", [])] for side in (old, new))
    given = [from_data(each["holds"]) for each in before if "holds" in each]

    def alike(one: Package, other: Package) -> bool:
        if "holds" not in one or "holds" not in other:
            return bool(one == other)
        first, second = from_data(one["holds"]), from_data(other["holds"])
        return first == second or (implied([first], second) and implied([second], first))

    for each in [*after]:
        same = next((other for other in before if alike(other, each)), None)
        if same is not None:
            before.remove(same)
            after.remove(each)
            if same["says"] != each["says"]:
                yield WIDER, f"the same is asked of every row in other words: {_shown(each)}; it was: {_shown(same)}"
    for each in after:
        met = "holds" in each and implied(given, from_data(each["holds"]))
        was = next((other for other in before if other["says"] == each["says"]), None)
        if was is None and len(before) == len(after) == 1:
            was = before[0]
        if was is not None:
            before.remove(was)
            shown = "every row that was right still is" if met else "a row that was right may be refused"
            yield WIDER if met else NARROWER, f"asked of every row now: {_shown(each)}; it was: {_shown(was)}: {shown}"
        elif met:
            yield WIDER, f"asked of every row now, as it followed from what was asked: {_shown(each)}"
        else:
            yield NARROWER, f"asked of every row now: {_shown(each)}"
    for each in before:
        yield WIDER, f"no longer asked: {_shown(each)}"


def _shown(condition: Package) -> str:
    """What a condition says, and how it is written where that is another text."""
    text = condition.get("text", "")
    return f"{condition['says']} (`{text}`)" if text and text != condition["says"] else str(condition["says"])
