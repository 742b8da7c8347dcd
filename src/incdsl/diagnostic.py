"""Diagnostics: what is wrong with a program, as typed values.

Each kind is a frozen dataclass declared in the `errors` module of the stage that finds it. Its `code` is
its slug: the name of its page in `docs/errors/`, of its spec and of its suppression. Rendering is the
business of `incdsl.render`; nothing here knows about terminals.

Wording: the message says what was found and stands alone on one line, in lower case; the help says what
to do. Values are quoted with backticks.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import ClassVar

from incdsl.source import Span


@dataclass(frozen=True)
class Label:
    """A second place a message speaks of, and what it says there."""

    span: Span
    text: str


@dataclass(frozen=True)
class Diagnostic(ABC):
    """Base of every kind of diagnostic; `span` is the place to look at first."""

    span: Span

    code: ClassVar[str] = ""
    severity: ClassVar[str] = "error"  # or "warning"

    @abstractmethod
    def message(self) -> str:
        """What was found, in one line that stands alone."""

    def label(self) -> str:
        """What stands beside the caret under the primary place; empty for a bare caret."""
        return ""

    @abstractmethod
    def help(self) -> str:
        """What to do about it, with an example where one helps."""

    def related(self) -> tuple[Label, ...]:
        """Other places that the message speaks of."""
        return ()


def kinds() -> Iterator[type[Diagnostic]]:
    """Every kind of diagnostic declared in the modules imported so far, in no particular order."""
    pending = list(Diagnostic.__subclasses__())
    while pending:
        kind = pending.pop()
        pending.extend(kind.__subclasses__())
        if kind.code:
            yield kind


@dataclass
class Sink:
    """Collects the diagnostics of one run of the compiler."""

    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic; a second one of the same kind at the same place is dropped."""
        if not any(d.code == diagnostic.code and d.span == diagnostic.span for d in self.diagnostics):
            self.diagnostics.append(diagnostic)

    @property
    def has_errors(self) -> bool:
        """Whether anything collected forbids going on."""
        return any(d.severity == "error" for d in self.diagnostics)

    def sorted(self) -> list[Diagnostic]:
        """The diagnostics in the order of their places."""
        return sorted(self.diagnostics, key=lambda d: (d.span.source.path, d.span.start, d.code))


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name that a misspelt one most likely means, or None when none is near."""
    folded = {candidate.casefold(): candidate for candidate in reversed(known)}
    if name.casefold() in folded:
        return folded[name.casefold()]
    matches = get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def one_of(names: Sequence[str], limit: int = 8) -> str:
    """The names as text for a help line: "`a`, `b` or `c`", cut off after `limit`."""
    quoted = [f"`{name}`" for name in names[:limit]]
    if len(names) > limit:
        return ", ".join(quoted) + f" and {len(names) - limit} more"
    if len(quoted) < 2:
        return "".join(quoted)
    return ", ".join(quoted[:-1]) + " or " + quoted[-1]
