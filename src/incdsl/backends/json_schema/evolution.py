"""What two versions of a program ask of feeds and give in results, compared by their data packages.

A change breaks when what was right before is wrong after it: a row that a sender may have sent is refused, or a reader of
results meets what it could not meet. So what narrows a feed breaks, and what widens a result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from incdsl.backends.json_schema.conditions_asked import NARROWER, OTHER, WIDER, Implied, Package, asked_of_rows
from incdsl.core.pattern_difference import Undecided, fits_only
from incdsl.core.patterns import BrokenPattern, one_of


@dataclass(frozen=True)
class Change:
    """One difference. `place` is the file, or file and field, as `purchase.amount`; `says` is what changed, in words."""

    breaking: bool
    place: str
    says: str


def changes(old: tuple[Package, Package], new: tuple[Package, Package], implied: Implied) -> tuple[Change, ...]:
    """What changed from the packages of feeds and results of one version to those of another: what breaks first.

    `implied` tells whether every row that meets some conditions is proved to meet another."""
    feeds = _files(old[0], new[0], True, implied)
    results = _files(old[1], new[1], False, implied)
    found = [
        *(Change(how in (NARROWER, OTHER), place, says) for how, place, says in feeds),
        *(Change(how in (WIDER, OTHER), f"results/{place}", says) for how, place, says in results),
    ]
    return tuple(sorted(found, key=lambda change: (not change.breaking, change.place)))


def _files(old: Package, new: Package, feeds: bool, implied: Implied) -> Iterator[tuple[str, str, str]]:
    before = {resource["name"]: resource["schema"] for resource in old["resources"]}
    after = {resource["name"]: resource["schema"] for resource in new["resources"]}
    for name in [*before, *(name for name in after if name not in before)]:
        if name not in after:
            yield WIDER, name, "the feed is no longer read" if feeds else "the result is no longer written"
        elif name not in before:
            yield NARROWER, name, "the feed is asked for now" if feeds else "the result is written now"
        else:
            yield from _fields(name, before[name], after[name], feeds)
            yield from _keys(name, before[name], after[name])
            yield from ((how, name, says) for how, says in asked_of_rows(before[name], after[name], implied))


def _fields(file: str, old: Package, new: Package, feeds: bool) -> Iterator[tuple[str, str, str]]:
    before = {field["name"]: field for field in old["fields"]}
    after = {field["name"]: field for field in new["fields"]}
    for name, field in before.items():
        place = f"{file}.{name}"
        if name in after:
            yield from ((how, place, says) for how, says in _field(field, after[name]))
        elif feeds:
            same = [other for other in after if other not in before and after[other]["incdsl"] == field["incdsl"]]
            renamed = f"; was it renamed `{same[0]}`?" if len(same) == 1 else ""
            yield NARROWER, place, f"the field is gone: a JSON row that has it is refused, a CSV column is not read{renamed}"
        else:
            yield WIDER, place, "the column is gone"
    for name, field in after.items():
        if name not in before:
            required = field["constraints"]["required"]
            asked = "a field was added that every row needs" if required else "a field was added that may be left out"
            how = (NARROWER if required else WIDER) if feeds else NARROWER
            yield how, f"{file}.{name}", asked if feeds else "a column was added"


def _field(old: Package, new: Package) -> Iterator[tuple[str, str]]:
    before, after = old["constraints"], new["constraints"]
    if before["required"] != after["required"]:
        yield (NARROWER, "it may no longer be blank") if after["required"] else (WIDER, "it may be blank now")
    kinds = old["incdsl"]["type"], new["incdsl"]["type"]
    listed = "enum" in before, "enum" in after
    if kinds[0] != kinds[1] and not all(listed):
        if listed == (True, False) and new["type"] == "string" and "pattern" not in after:
            yield WIDER, f"any text may stand here now, not only {_list(before['enum'])}"
        elif listed == (False, True) and old["type"] == "string" and "pattern" not in before:
            yield NARROWER, f"only {_list(after['enum'])} may stand here now, not any text"
        else:
            yield OTHER, f"its type was {kinds[0]} and is {kinds[1]}"
            return
    if all(listed):
        yield from _values(before["enum"], after["enum"])
        if new["incdsl"].get("ordered") and sorted(before["enum"]) == sorted(after["enum"]) and before["enum"] != after["enum"]:
            yield OTHER, f"the order of its values was {_list(before['enum'])} and is {_list(after['enum'])}"
    yield from _sizes(old["incdsl"], new["incdsl"])
    yield from _limits(before, after)
    yield from _limits(old["incdsl"], new["incdsl"])
    yield from _values(old["incdsl"].get("names", ()), new["incdsl"].get("names", ()))
    yield from _forms(old, new)


def _forms(old: Package, new: Package) -> Iterator[tuple[str, str]]:
    """What texts have to look like, and how many characters they have."""
    for name, what, sign in (("minLength", "at least", 1), ("maxLength", "at most", -1)):
        before, after = old["constraints"].get(name), new["constraints"].get(name)
        if before == after:
            continue
        if after is None:
            yield WIDER, f"it may have any number of characters now; it had {what} {before:,}"
        else:
            how = NARROWER if before is None or (after > before) is (sign > 0) else WIDER
            yield how, f"{what} {after:,} characters; it {'had no such bound' if before is None else f'was {before:,}'}"
    like, now = old["incdsl"].get("like"), new["incdsl"].get("like")
    if like == now:
        return
    if now is None:
        yield WIDER, f"it may look like anything now; it was like {one_of(tuple(like))}"
    elif like is None:
        yield NARROWER, f"it has to be like {one_of(tuple(now))} now"
    else:
        yield from _patterns(tuple(like), tuple(now))


def _patterns(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Whether other patterns let fewer texts through, more, or others; with a text that shows it."""
    says = f"it has to be like {one_of(after)}; it was like {one_of(before)}"
    try:
        gone, added = fits_only(before, after), fits_only(after, before)
    except (Undecided, BrokenPattern):  # one from a file that somebody edited need not be a pattern
        yield OTHER, says
        return
    if gone is not None:
        yield NARROWER, f"{says}: `{gone}` may no longer stand here"
    elif added is not None:
        yield WIDER, f"{says}: `{added}` may stand here now"


def _values(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    gone = [value for value in before if value not in after]
    added = [value for value in after if value not in before]
    if gone:
        yield NARROWER, f"{_list(gone)} may no longer stand here"
    if added:
        yield WIDER, f"{_list(added)} may stand here now"


def _sizes(old: Package, new: Package) -> Iterator[tuple[str, str]]:
    for name, what in (("digits_before_point", "digits before the point"), ("decimals", "decimals")):
        before, after = old.get(name), new.get(name)
        if before is not None and after is not None and before != after:
            yield NARROWER if after < before else WIDER, f"at most {after} {what}; it was {before}"


def _limits(before: Package, after: Package) -> Iterator[tuple[str, str]]:
    for name, what, sign in (("minimum", "at least", 1), ("maximum", "at most", -1)):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if old is None:
            yield NARROWER, f"{what} {new}; it had no such bound"
        elif new is None:
            yield WIDER, f"it may be any value now; it was {what} {old}"
        else:
            risen = _ordered(new) > _ordered(old)
            yield NARROWER if risen == (sign > 0) else WIDER, f"{what} {new}; it was {old}"


def _ordered(limit: str) -> tuple[Decimal, str]:
    """A bound as something to compare: a number, without the sign of a percent, or a date by its text."""
    try:
        return Decimal(limit.removesuffix("%")), ""
    except InvalidOperation:
        return Decimal(0), limit


def _keys(file: str, old: Package, new: Package) -> Iterator[tuple[str, str, str]]:
    before, after = old.get("primaryKey", []), new.get("primaryKey", [])
    if before != after:
        # With more columns to tell them apart, rows that were distinct still are.
        how = WIDER if before and (not after or set(before) < set(after)) else NARROWER
        says = f"no two rows may have the same {' and '.join(after)}" if after else "rows may be alike now"
        yield how, file, f"{says}; it was {' and '.join(before) or 'not asked'}"
    referred = [
        {(*key["fields"], key["reference"]["resource"] or file) for key in side.get("foreignKeys", [])} for side in (old, new)
    ]
    for field, target in sorted(referred[1] - referred[0]):
        yield NARROWER, f"{file}.{field}", f"it must be a row of {target} now"
    for field, target in sorted(referred[0] - referred[1]):
        yield WIDER, f"{file}.{field}", f"it need not be a row of {target} any more"


def _list(values: Sequence[str]) -> str:
    shown = [f"`{value}`" for value in values[:8]]
    return ", ".join(shown) + (f" and {len(values) - 8} more" if len(values) > 8 else "")
