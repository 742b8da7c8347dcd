"""Made-up texts of the form that a field asks for: another one for each number, as SQL.

A form becomes templates: for each pattern so many places, each with the characters that may stand there. A number picks those
characters as its digits do in a number system in which every place has its own base.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from incdsl.core import patterns
from incdsl.core.patterns import DIGITS, Run
from incdsl.feeds import quoting

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LARGEST = 1 << 62
"""Numbers that tell texts apart are below this."""


@dataclass(frozen=True)
class Template:
    """Texts of one length: the characters that may stand in each place."""

    places: tuple[str, ...]

    @property
    def texts(self) -> int:
        """How many texts there are."""
        return prod(map(len, self.places))

    def at(self, number: str) -> str:
        """The text at a number, as SQL; numbers below `texts` (and 2^62) give different ones. The last place turns fastest."""
        pieces: list[str] = []
        base, plain = 1, ""
        for choices in reversed(self.places):
            if len(choices) == 1 or base * len(choices) > _LARGEST:
                plain = choices[0] + plain
                continue
            if plain:
                pieces.append(quoting.text(plain))
            plain = ""
            pieces.append(f"substr({quoting.text(choices)}, 1 + CAST((({number}) // {base}) % {len(choices)} AS INTEGER), 1)")
            base *= len(choices)
        if plain:
            pieces.append(quoting.text(plain))
        return f"concat({', '.join(reversed(pieces))})"


def templates(form: patterns.Form, wanted: int) -> tuple[Template, ...]:
    """A template for each pattern of a form, with `wanted` texts or as many as there are; those that the lengths rule out are
    left away. None when no text has the form."""
    found = [_template(pattern, form, wanted) for pattern in form.like or ("*",)]
    return tuple(template for template in found if template is not None)


def most_texts(form: patterns.Form) -> int:
    """How many texts can be told apart by a template of the form; 2^62 when there are that many or more."""
    return max((min(template.texts, _LARGEST) for template in templates(form, _LARGEST)), default=0)


def fits(form: patterns.Form, shortest: int, longest: int) -> bool:
    """Whether any texts of these lengths will do."""
    least, most = form.shortest or 0, form.longest
    return not form.like and least <= shortest and (most is None or longest <= most)


def _template(pattern: str, form: patterns.Form, wanted: int) -> Template | None:
    """Runs are as short as they may be: of no character, but for the first, which has what the length or the number of texts
    needs."""
    parts = patterns.parts(pattern)
    single = [part.choices or _LETTERS for part in parts if not isinstance(part, Run)]
    shortest = max(form.shortest or 1, 1)
    least, most = patterns.lengths(pattern)
    if most is None:
        run = max(shortest - least, 0)
        room = 18 if form.longest is None else form.longest - least
        while run < room and prod(map(len, single)) * 10**run < wanted:
            run += 1
        at = parts.index(Run())
        places = [part.choices or _LETTERS for part in parts[:at] if not isinstance(part, Run)]
        places += [DIGITS] * run
        places += [part.choices or _LETTERS for part in parts[at:] if not isinstance(part, Run)]
    else:
        places = single
    if len(places) < shortest or (form.longest is not None and len(places) > form.longest):
        return None
    for end in (0, -1):  # spaces around a value do not count
        places[end] = places[end].replace(" ", "") or places[end]
    return Template(tuple(places))
