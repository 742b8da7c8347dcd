"""What to say about the place where reading a line stopped: the first of these that knows better wins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from lark import Token

from incdsl.diagnostic import Diagnostic
from incdsl.source import Source, Span
from incdsl.syntax.characters import ADVICE, CURLY_QUOTES, OPERATORS
from incdsl.syntax.chunks import DECLARATIONS, INNER, opening_word
from incdsl.syntax.errors import words as errors
from incdsl.syntax.errors.indentation import BadIndentation
from incdsl.syntax.errors.literals import MalformedDate
from incdsl.syntax.errors.unsaid import LimitWithoutOrder, MonthsWithoutDay, RateWithoutScope
from incdsl.syntax.expected import meant, meant_at, meant_before, phrases, reads_without
from incdsl.syntax.layout import begin, finish
from incdsl.syntax.machine import Stop
from incdsl.syntax.other_dates import find_date, readings
from incdsl.syntax.turns import advice

_COMPARISONS = frozenset(("=", "<>", "<", "<=", ">", ">=", "in", "is", "covers"))


def diagnose(source: Source, stop: Stop) -> Diagnostic:
    """The one diagnostic for the line where reading stopped."""
    place = _Place(source, stop)
    for recognise in _RECOGNISERS:
        diagnostic = recognise(place)
        if diagnostic is not None:
            return diagnostic
    return _unexpected(place)


def shown(text: str) -> str:
    """A word of the program as a message quotes it: cut off when it is long."""
    return text if len(text) <= 60 else text[:59] + "…"


@dataclass(frozen=True, eq=False)
class _Place:
    """Where reading stopped, with what stands around it."""

    source: Source
    stop: Stop

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Those of the line."""
        return self.stop.lines[self.stop.line].tokens

    @property
    def token(self) -> Token | None:
        """The one that does not fit; None when it is the end of the line, or the indentation."""
        return self.stop.token

    @property
    def before(self) -> tuple[Token, ...]:
        """Those that fit."""
        return self.tokens[: self.stop.position]

    @cached_property
    def allowed(self) -> frozenset[str]:
        """The names of the terminals that may stand there."""
        return self.stop.allowed()

    @property
    def span(self) -> Span:
        """The token that does not fit, or at the end of a line the last one that does."""
        return self.of(self.token or self.before[-1])

    def of(self, token: Token) -> Span:
        return self.source.span(begin(token), finish(token))

    def at_end(self) -> bool:
        """Whether the line, or what it says before its provenance, ends too early."""
        return self.stop.mark == "_NL" or self.token in ("cite", "assumed", "accept")


def _string(place: _Place) -> Diagnostic | None:
    for token in place.tokens:
        if token.type == "UNCLOSED":
            typographic = next((character for character in token if character in CURLY_QUOTES), "")
            return errors.UnclosedString(place.of(token), typographic)
    return None


def _operator(place: _Place) -> Diagnostic | None:
    if place.token is None or place.tokens[0] == "|":
        return None
    for start in (begin(place.token) - 1, begin(place.token)):
        written = place.source.text[max(start, 0) : start + 2]
        if written in OPERATORS:
            return errors.UnknownOperator(place.source.span(start, start + 2), written, OPERATORS[written])
    return None


def _character(place: _Place) -> Diagnostic | None:
    token = place.token
    if token is None or token.type != "STRAY":
        return None
    if token == "%":
        before = place.before[-1] if place.before else None
        if before is None or before.type != "NUMBER":
            return errors.DetachedPercent(place.span, "")
        return errors.DetachedPercent(place.of(before).to(place.span), str(before))
    return errors.UnexpectedCharacter(place.span, str(token), ADVICE.get(str(token), ""))


def _indentation(place: _Place) -> Diagnostic | None:
    if place.stop.mark not in ("_INDENT", "uneven"):
        return None
    line, above = place.stop.lines[place.stop.line], place.stop.lines[place.stop.line - 1]
    wanted: tuple[int, ...] = ()
    if place.stop.mark == "uneven":
        inner, outer = (
            min(level for level in place.stop.levels if level > line.indent),
            max(level for level in place.stop.levels if level < line.indent),
        )
        wanted = (outer, inner) if outer else (inner,)
    span, over = place.source.span(line.start, line.end), place.source.span(above.start, above.end)
    return BadIndentation(span, line.word, len(line.written), wanted, over)


def _declaration(place: _Place) -> Diagnostic | None:
    if place.stop.line or place.stop.position:
        return None
    word = str(place.tokens[0])
    inside = INNER.get(word, "")
    likely = opening_word(place.stop.lines[0], DECLARATIONS) if not inside else ""
    likely = "for each" if likely == "for" else likely
    return errors.UnknownDeclaration(place.span, shown(word), likely, inside)


def _comparison(place: _Place) -> Diagnostic | None:
    if place.token not in _COMPARISONS or "COMPARISON" in place.allowed:
        return None
    depth = 0
    for index in range(len(place.before) - 1, -1, -1):
        token = place.before[index]
        depth += {")": 1, "]": 1, "(": -1, "[": -1}.get(str(token), 0)
        if depth < 0 or token in ("and", "or", "where", "if", "otherwise"):
            return None
        if depth == 0 and token in _COMPARISONS and (token != "=" or place.tokens[0] not in ("let", "param")):
            return errors.ChainedComparison(place.span, str(place.token), place.of(token), False)
    return None


def _table_row(place: _Place) -> Diagnostic | None:
    if not place.before and "VBAR" in place.allowed and "|" in place.tokens:
        return errors.MissingPipe(place.span, "")
    if place.tokens[0] != "|" or not place.before:
        return None
    if place.token == "|" and "VBAR" not in place.allowed and place.before[-1] == "|":
        both = place.of(place.before[-1]).to(place.span)
        return errors.EmptyCell(both)
    if "VBAR" in place.allowed and place.before[-1] != "|" and not advice(place.tokens, place.stop.position, place.allowed):
        pipes = [index for index, token in enumerate(place.before) if token == "|"]
        cell = place.of(place.before[pipes[-1] + 1]).to(place.of(place.before[-1]))
        return errors.MissingPipe(cell, shown(cell.text))
    return None


def _date(place: _Place) -> Diagnostic | None:
    token = place.token or place.tokens[place.stop.position - 1]
    if token.type not in ("NUMBER", "NAME", "SYMBOL", "STRAY"):
        return None
    line = place.stop.lines[place.stop.line]
    found = find_date(place.source.text[line.start : line.end], begin(token) - line.start)
    if found is None:
        return None
    span = place.source.span(line.start + found[0], line.start + found[1])
    return MalformedDate(span, span.text, readings(span.text))


def _division(place: _Place) -> Diagnostic | None:
    if "TO" not in place.allowed or not place.allowed <= {"TO", "DOT", "LSQB", "ON", "CURRENCY", "DAY", "DAYS"}:
        return None
    for index in range(len(place.before) - 1, -1, -1):
        if place.before[index] == "/":
            right = place.before[-1]
            left = place.before[index - 1]
            whole = place.of(left).to(place.of(right))
            return errors.DivisionWithoutPlaces(whole, whole.text)
    return None


def _rounding(place: _Place) -> Diagnostic | None:
    if not {"HALF", "UP", "DOWN"} <= place.allowed or place.allowed & {"NUMBER"}:
        return None
    if place.token is not None and place.token.type == "NAME" and place.token != "to":
        return None
    return errors.RoundingWithoutMode(place.of(place.before[-1]).to(place.span))


def _minimum(place: _Place) -> Diagnostic | None:
    if "OTHERWISE" in place.allowed and place.at_end() and [str(token) for token in place.tokens[:2]] == ["at", "least"]:
        return errors.MinimumWithoutOtherwise(place.of(place.before[0]).to(place.of(place.before[-1])))
    return None


def _months(place: _Place) -> Diagnostic | None:
    if place.allowed not in ({"OR"}, {"LAST", "NEXT"}, {"DAY"}):
        return None
    for index in range(len(place.before) - 1, 0, -1):
        if place.before[index] in ("month", "months", "year", "years") and place.before[index - 1].type == "NUMBER":
            if place.token is not None and place.token.type == "NAME" and meant(str(place.token), place.allowed):
                return None
            written = place.of(place.before[index - 1]).to(place.of(place.before[index]))
            rest = takewhile(lambda token: token in ("or", "last", "next", "day"), place.tokens[index + 1 :])
            return MonthsWithoutDay(written.to(place.of([place.before[index], *rest][-1])), written.text)
    return None


def _limit(place: _Place) -> Diagnostic | None:
    if place.tokens[0] == "limit" and {"PER", "IN"} <= place.allowed and place.at_end():
        return LimitWithoutOrder(place.of(place.before[0]).to(place.of(place.before[-1])))
    return None


def _rate(place: _Place) -> Diagnostic | None:
    if [str(token) for token in place.before[:2]] != ["rate", "by"] or "ON" not in place.allowed:
        return None
    if not place.at_end() and place.token != "per":
        return None
    subject = place.of(place.before[2]).to(place.of(place.before[-1]))
    return RateWithoutScope(place.of(place.before[0]).to(subject), subject.text)


def _parenthesis(place: _Place) -> Diagnostic | None:
    if not place.at_end() or not place.allowed & {"RPAR", "RSQB"}:
        return None
    closed = 0
    for token in reversed(place.before):
        if token in (")", "]"):
            closed += 1
        elif token in ("(", "["):
            if closed == 0:
                return errors.UnclosedParenthesis(place.of(token), str(token))
            closed -= 1
    return None


def _word_before(place: _Place) -> Diagnostic | None:
    found = meant_before(place.stop)
    if found is None:
        return None
    word, intended = found
    after = str(place.before[-2]) if len(place.before) > 1 else ""
    return errors.UnexpectedWord(place.of(word), shown(word), shown(after), (f"`{intended}`",), intended)


def _twice(place: _Place) -> Diagnostic | None:
    """A word that stands twice, one time too many."""
    word = place.token
    if word is None or not place.before or word != place.before[-1] or not reads_without(place.stop):
        return None
    said = f"it stands twice: leave the second `{shown(str(word))}` out"
    return errors.UnexpectedWord(place.span, shown(str(word)), shown(str(word)), phrases(place.allowed), advice=said)


def _phrase(place: _Place) -> Diagnostic | None:
    turn = advice(place.tokens, place.stop.position, place.allowed)
    if turn is None or place.token is None:
        return None
    before = str(place.before[-1]) if place.before else ""
    whole = place.of(place.tokens[turn.start]).to(place.of(place.tokens[turn.end - 1]))
    return errors.UnexpectedWord(whole, shown(str(place.token)), shown(before), phrases(place.allowed), advice=turn.help)


def _unexpected(place: _Place) -> Diagnostic:
    expected = phrases(place.allowed)
    if place.token is None:
        return errors.UnexpectedEndOfLine(place.span, shown(place.before[-1]), expected)
    after = str(place.before[-1]) if place.before else ""
    word = place.token
    intended = meant_at(place.stop)
    return errors.UnexpectedWord(place.span, shown(word), shown(after), expected, intended)


_RECOGNISERS = (
    _string, _operator, _character, _indentation, _declaration, _date, _division, _comparison, _table_row, _rounding, _minimum,
    _months, _twice, _limit, _rate, _parenthesis, _phrase, _word_before,
)  # fmt: skip
