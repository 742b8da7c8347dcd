"""Regular expressions for decimals written as text: their notation, and ranges of their values.

JSON Schema compares numbers only as numbers, and a number in JSON becomes a binary float in most tools. So amounts
are text, and a range of values is said by a regular expression that is exact: it matches a decimal if and
only if its value is in the range.

Every pattern here uses only `^`, `$`, literal characters, classes of ASCII characters, groups, `|` and counts:
what Python, ECMAScript, Rust, RE2, Java and .NET read alike. `$` is the one exception: in some of them it also
matches before a final line end, so a schema forbids line ends beside the pattern (see `notation`).

A decimal may be written with leading zeros and with any number of decimals its notation allows: 7, 07, 7.0.
"""

from __future__ import annotations

from decimal import Decimal

_ANY_FRACTION = r"(\.[0-9]+)?"
_ZERO = r"0+(\.0+)?"


def written(whole: int, scale: int, ending: str = "") -> str:
    """Decimals as feeds write them: at most `whole` digits, at most `scale` decimals, then `ending`.

    No grouping, no plus sign, no exponent, a digit on both sides of the point.
    """
    fraction = rf"(\.[0-9]{{1,{scale}}})?" if scale else ""
    return rf"^-?[0-9]{{1,{whole}}}{fraction}{ending}$"


def printed(whole: int, scale: int, ending: str = "") -> str:
    """Decimals as results print them: no needless zero before the point, exactly `scale` decimals, then `ending`."""
    fraction = rf"\.[0-9]{{{scale}}}" if scale else ""
    return rf"^-?(0|[1-9][0-9]{{0,{whole - 1}}}){fraction}{ending}$"


def at_least(bound: Decimal, ending: str = "") -> str:
    """Decimals followed by `ending` whose value is `bound` or more; the notation is not checked beyond that."""
    if bound > 0:
        return f"^{_magnitude_at_least(bound)}{ending}$"
    if bound == 0:
        return f"^([0-9]+{_ANY_FRACTION}|-{_ZERO}){ending}$"
    return f"^([0-9]+{_ANY_FRACTION}|-{_magnitude_at_most(bound.copy_abs())}){ending}$"


def at_most(bound: Decimal, ending: str = "") -> str:
    """Decimals followed by `ending` whose value is `bound` or less; the notation is not checked beyond that."""
    if bound < 0:
        return f"^-{_magnitude_at_least(bound.copy_abs())}{ending}$"
    if bound == 0:
        return f"^(-[0-9]+{_ANY_FRACTION}|{_ZERO}){ending}$"
    return f"^(-[0-9]+{_ANY_FRACTION}|{_magnitude_at_most(bound)}){ending}$"


def equal_to(values: list[Decimal], ending: str = "") -> str:
    """Decimals followed by `ending` whose value is one of `values`; the notation is not checked beyond that."""
    return f"^({'|'.join(_equal(value) for value in values)}){ending}$"


def above(text: str) -> list[str]:
    """Patterns that together match the texts that follow `text` in order: of its length, with digits where it
    has digits and its other characters where it has them."""
    return [
        f"{text[:place]}{_class(int(digit) + 1, 9)}{_rest(text, place)}"
        for place, digit in enumerate(text)
        if digit.isdigit() and digit != "9"
    ]


def below(text: str) -> list[str]:
    """As `above`, for the texts that come before `text`."""
    return [
        f"{text[:place]}{_class(0, int(digit) - 1)}{_rest(text, place)}"
        for place, digit in enumerate(text)
        if digit.isdigit() and digit != "0"
    ]


# --- magnitudes: decimals without a sign -------------------------------------------------------------------


def _magnitude_at_least(bound: Decimal) -> str:
    whole, fraction = _split(bound)
    larger_whole = [*above(whole), rf"[1-9][0-9]{{{len(whole)},}}"]
    if fraction:
        larger = [f"{alternative}[0-9]*" for alternative in _upward(fraction)]
        same_whole = rf"{whole}\.({'|'.join([*larger, f'{fraction}[0-9]*'])})"
    else:
        same_whole = f"{whole}{_ANY_FRACTION}"
    return f"0*(({'|'.join(larger_whole)}){_ANY_FRACTION}|{same_whole})"


def _magnitude_at_most(bound: Decimal) -> str:
    whole, fraction = _split(bound)
    smaller_whole = below(whole)
    if len(whole) > 1:
        smaller_whole.append(rf"[0-9]{{1,{len(whole) - 1}}}" if len(whole) > 2 else "[0-9]")
    # 0.2 is below 0.25 although it is shorter: every beginning of the decimals is, and so is none at all.
    beginnings = [fraction[:length] for length in range(1, len(fraction))]
    smaller = [f"{alternative}[0-9]*" for alternative in _downward(fraction)]
    same_whole = rf"{whole}(\.({'|'.join([*smaller, *beginnings, f'{fraction}0*'])}))?" if fraction else rf"{whole}(\.0+)?"
    if not smaller_whole:
        return f"0*{same_whole}"
    return f"0*(({'|'.join(smaller_whole)}){_ANY_FRACTION}|{same_whole})"


def _upward(fraction: str) -> list[str]:
    return [f"{fraction[:place]}{_class(int(digit) + 1, 9)}" for place, digit in enumerate(fraction) if digit != "9"]


def _downward(fraction: str) -> list[str]:
    return [f"{fraction[:place]}{_class(0, int(digit) - 1)}" for place, digit in enumerate(fraction) if digit != "0"]


def _equal(value: Decimal) -> str:
    whole, fraction = _split(value.copy_abs())
    magnitude = rf"0*{whole}\.{fraction}0*" if fraction else rf"0*{whole}(\.0+)?"
    if value == 0:
        return f"-?{magnitude}"
    return f"-{magnitude}" if value < 0 else magnitude


def _split(magnitude: Decimal) -> tuple[str, str]:
    """The digits before the point, without needless zeros, and after it, without zeros at the end.

    Done on the text: arithmetic of `Decimal` would round a value of more than 28 digits.
    """
    whole, _, fraction = f"{magnitude:f}".partition(".")
    return whole.lstrip("0") or "0", fraction.rstrip("0")


def _class(first: int, last: int) -> str:
    return str(first) if first == last else f"[{first}-{last}]"


def _rest(text: str, place: int) -> str:
    """What may stand after `place`: any digits, and the other characters of `text` where they are."""
    pattern, digits = "", 0
    for character in [*text[place + 1 :], ""]:
        if character.isdigit():
            digits += 1
            continue
        if digits:
            pattern += "[0-9]" if digits == 1 else f"[0-9]{{{digits}}}"
        pattern, digits = pattern + character, 0
    return pattern
