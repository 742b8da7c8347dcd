"""What a look at the files leaves open, and how a person answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from incdsl.diagnostic import nearest, one_of

_Picked = TypeVar("_Picked")

_WORDS = ("file:", "header:", "none", "column:", "constant:", "blank")
"""What an answer begins with that says where something is; other answers say how it is written."""


@dataclass(frozen=True)
class Option:
    """One way to answer: what to write, and what it would mean."""

    answer: str
    meaning: str


@dataclass(frozen=True)
class Question:
    """Something that is not decided, and the ways to decide it; `subject` is what it is about: a record, or one of its fields
    as in `Purchase.amount`."""

    text: str
    options: tuple[Option, ...]
    subject: str = ""


class UnusableAnswer(Exception):
    """An answer that answers nothing; `help` says what would."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help


class Answers:
    """What a person has answered, as in `Purchase.booked_on=day-first`; subjects are compared without regard to case."""

    def __init__(self, given: Sequence[str]) -> None:
        self._given: dict[str, list[str]] = {}
        for one in given:
            subject, equals, answer = one.partition("=")
            if not equals or not subject.strip() or not answer.strip():
                raise UnusableAnswer(f"`{one}` has no subject and answer", "write it as in `Purchase.booked_on=day-first`")
            self._given.setdefault(subject.strip().lower(), []).append(answer.strip())

    def get(self, subject: str, word: str) -> str | None:
        """What was answered after a word such as `column:`, empty when the word is all there is; None when it was not said."""
        for answer in self._given.get(subject.lower(), []):
            if answer == word or (word.endswith(":") and answer.startswith(word)):
                return answer.removeprefix(word).strip()
        return None

    def number(self, subject: str, word: str) -> int | None:
        """The line that was answered after a word such as `header:`. Raises UnusableAnswer for what is no line."""
        answer = self.get(subject, word)
        if answer is None:
            return None
        if not (answer.isascii() and answer.isdigit() and int(answer[:7]) > 0 and len(answer) < 7):
            example = f"give the number of the line or row, as in `{subject}={word}4`"
            raise UnusableAnswer(f"`{subject}={word}{answer}` names no line", example)
        return int(answer)

    def other(self, subject: str) -> str | None:
        """What was answered about how a field is written."""
        return next((one for one in self._given.get(subject.lower(), []) if not one.startswith(_WORDS)), None)

    def pick(self, subject: str, name: str, known: Mapping[str, _Picked]) -> _Picked:
        """What was named of all that there is. Raises UnusableAnswer."""
        if name not in known:
            near = nearest(name, list(known))
            help_ = f"the nearest is `{near}`" if near else f"there are {one_of(list(known), 20)}"
            raise UnusableAnswer(f"`{subject}` is answered by `{name}`, which is not there", help_)
        return known[name]

    def check(self, fields: Mapping[str, Sequence[str]]) -> None:
        """Whether everything answered is about a record or a field of one. Raises UnusableAnswer."""
        known = [*fields, *(f"{record}.{field}" for record, names in fields.items() for field in names)]
        for subject in self._given:
            if subject not in {one.lower() for one in known}:
                near = nearest(subject, known)
                help_ = f"the nearest is `{near}`" if near else "name a record or a field of one, as in `Purchase.booked_on`"
                raise UnusableAnswer(f"`{subject}` is answered, and is no record and no field of one", help_)
