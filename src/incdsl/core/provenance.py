"""Where a rule comes from, in sentences for descriptions."""

from __future__ import annotations

from incdsl.core import ir


def sentences(origin: ir.Origin) -> list[str]:
    """Sentences that say where a rule comes from: its citations, then its assumptions."""
    cited = [f"Source: {citation.title}, “{citation.place}”." for citation in origin.citations]
    assumed = [
        f"Assumed: {assumption.reason}{f'; the other reading: {assumption.other}' if assumption.other else ''}."
        for assumption in origin.assumptions
    ]
    return cited + assumed
