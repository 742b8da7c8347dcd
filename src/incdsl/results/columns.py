"""Aligned columns of text for the terminal."""

from __future__ import annotations

from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]], right: Sequence[bool], indent: int = 2) -> list[str]:
    """The rows as lines, each column as wide as its widest cell; `right` says which are set to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(right))] if rows else []
    lines = []
    for row in rows:
        cells = [cell.rjust(width) if flag else cell.ljust(width) for cell, width, flag in zip(row, widths, right, strict=True)]
        lines.append((" " * indent + "  ".join(cells)).rstrip())
    return lines


def shortened(text: str, width: int) -> str:
    """The text, cut to a width with an ellipsis."""
    return text if len(text) <= width else text[: width - 1] + "…"
