"""Characters and operators that the language does not have, and what to write instead of each."""

# ruff: noqa: RUF001 - these characters are here because they are mistaken for others

from __future__ import annotations

CURLY_QUOTES = "“”„‟«»"

_STRAIGHT = 'text stands between straight double quotes (`"`); word processors put typographic ones'
_CURRENCY = "write the amount with the three letters of its currency after it, as in `57,500 USD`"
_DASH = "write a minus sign as `-`; a period runs from one day `through` another"
_SPACE = "it looks like a space, but is another character: write a space over it"
_UNSEEN = "the character cannot be seen: delete it with its neighbours and write those again"

ADVICE = {
    **dict.fromkeys(CURLY_QUOTES, _STRAIGHT),
    **dict.fromkeys("'‘’`", _STRAIGHT),
    **dict.fromkeys("$€£¥", _CURRENCY),
    **dict.fromkeys("–—−‐‑", _DASH),
    **dict.fromkeys("\u00a0\u2007\u202f\u3000", _SPACE),
    **dict.fromkeys("\u200b\u200c\u200d\ufeff\u2060", _UNSEEN),
    "×": "write `*`",
    "·": "write `*`",
    "÷": "write `/`",
    "≥": "write `>=`",
    "≤": "write `<=`",
    "≠": "write `<>`",
    "!": "write `not` before a condition, and `<>` for different values",
    "&": "write `and`",
    ";": "a line ends by itself: take out the `;`",
    "{": "braces stand only inside quotes, around a value that a label shows",
    "}": "braces stand only inside quotes, around a value that a label shows",
    "^": "write the factors out with `*`",
    "\t": "write spaces",
    "\r": "save the file with the line ends of Linux or Windows: it has those of old Macs",
    "\0": "save the file as UTF-8",
    "\\": "an expression goes on in the next line when that line starts with `where`, `and`, `or` or an operator",
}
"""What to do about a character, by character."""

OPERATORS = {
    "==": "=",
    "!=": "<>",
    "&&": "and",
    "||": "or",
    "=>": ">=",
    "=<": "<=",
    "><": "<>",
    "//": "/",
    "**": "*",
}
"""Operators of other languages, and how each is written in this one."""
