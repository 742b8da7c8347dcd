"""The little of YAML that a dbt package needs: mappings and lists in block style, every text in double quotes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

Node = Mapping[str, "Node"] | Sequence["Node"] | str | bool | int


def dump(node: Mapping[str, Node]) -> str:
    """A mapping as a YAML document. Texts are written as JSON, which YAML reads alike, so nothing in them is taken for
    something else (`no`, `2015-07-25`, `{{`)."""
    return "\n".join(_lines(node)) + "\n"


def _lines(node: Node) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _entry(f"{key}:", value, indented=True)
    else:
        assert isinstance(node, Sequence)
        for value in node:
            yield from _entry("-", value, indented=False)


def _entry(start: str, value: Node, indented: bool) -> Iterator[str]:
    if isinstance(value, str | bool | int) or not value:
        yield f"{start} {json.dumps(value, ensure_ascii=False)}"
        return
    lines = _lines(value)
    if indented:
        yield start
    else:
        yield f"{start} {next(lines)}"
    yield from (f"  {line}" for line in lines)
