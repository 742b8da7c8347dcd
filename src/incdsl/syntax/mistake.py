"""How a mistake found inside a line reaches the parser, which reports it and goes on without the line."""

from __future__ import annotations

from incdsl.diagnostic import Diagnostic


class Mistake(Exception):
    """Something a line says cannot be; never leaves `syntax`."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message())
        self.diagnostic = diagnostic
