"""What is said about rules: docstrings from labels, citations and assumptions."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from incdsl.backends.python.layout import WIDTH
from incdsl.core import ir


def docstring(indent: int, *paragraphs: str) -> Iterator[str]:
    """A docstring of paragraphs, of which each starts on a line of its own."""
    space, safe = " " * indent, [_escaped(paragraph) for paragraph in paragraphs if paragraph]
    wrapped = [line for text in safe for line in textwrap.wrap(text, WIDTH - indent - 6, break_on_hyphens=False)]
    if not wrapped:
        return
    if len(wrapped) == 1:
        yield f'{space}"""{wrapped[0]}"""'
        return
    yield f'{space}"""{wrapped[0]}'
    yield from (space + line for line in wrapped[1:])
    yield f'{space}"""'


def _escaped(text: str) -> str:
    text = " ".join(text.split()).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return text[:-1] + '\\"' if text.endswith('"') else text


def provenance(origin: ir.Origin) -> list[str]:
    """Where a rule is stated, and what it assumes."""
    said = [f"Cited: {citation.title}: {citation.place}." for citation in origin.citations]
    said += [
        f"Assumed: {one.reason}" + (f" (otherwise: {one.other})" if one.other is not None else "") + "."
        for one in origin.assumptions
    ]
    return said
