"""What this target cannot say."""

from __future__ import annotations


class UnsupportedInTarget(Exception):
    """The program has something that a Python module cannot say exactly; the message names it."""
