"""What the cells of a workbook look like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # only whoever asks for a workbook needs the library that writes it
    from xlsxwriter import Workbook

_DARK, _PALE, _LINE = "#1F3A5F", "#F3F6FA", "#C9D3DF"
_AT_FAULT, _AT_FAULT_TEXT = "#FFE3A3", "#7A2E00"


class Look:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        base = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
        text = {**base, "num_format": "@"}
        cell = {**text, "border": 1, "border_color": _LINE, "indent": 1}
        self.title = book.add_format({**base, "font_size": 18, "bold": True, "font_color": _DARK})
        self.section = book.add_format({**base, "font_size": 13, "bold": True, "font_color": _DARK})
        self.paragraph = book.add_format({**text, "text_wrap": True})
        self.head = book.add_format(
            {**text, "bold": True, "font_color": "#FFFFFF", "bg_color": _DARK, "border": 1, "border_color": _LINE, "indent": 1}
        )
        self.value = book.add_format(cell)
        self.wrapped = book.add_format({**cell, "text_wrap": True})
        self.number = book.add_format({**cell, "num_format": "#,##0", "align": "right"})
        self.share = book.add_format({**cell, "align": "right"})
        self.link = book.add_format({**cell, "font_color": "#0B5CAD", "underline": 1})
        self.line = book.add_format({**cell, "bg_color": _PALE, "num_format": "0", "align": "right"})
        self.message = book.add_format({**cell, "text_wrap": True, "bg_color": _PALE})
        self.marked = book.add_format({**cell, "bg_color": _AT_FAULT, "font_color": _AT_FAULT_TEXT, "bold": True})


def quoted(message: str) -> str:
    """A message as it reads outside a terminal: what stands in backticks in quotes."""
    return re.sub(r"`([^`]*)`", r"“\1”", message)


def height(*texts: tuple[str, int]) -> int:
    """How high a row is, in points, that shows texts whole in columns of these widths: not every program works that out."""
    lines = (sum(max(1, -(-len(line) * 10 // (width * 11))) for line in text.split("\n")) for text, width in texts)
    return 3 + 15 * min(max(lines), 20)
