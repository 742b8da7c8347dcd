"""The grammar as a page for people: `page(text)` turns `grammar/incdsl.lark` into `docs/language/grammar.md`.

What the parser needs and a reader does not is left out: the lines that stand for broken ones, and the names of the
nodes. Rules that start with `_`, and those that are no production of their own, are written where they are used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import assert_never

SECTIONS = {
    "Declarations": ("program", "source", "use", "record", "field", "calendar", "param", "table", "cell"),
    "Rules": ("for_each", "rule", "let", "tier_line", "except", "require", "pay", "limit", "invariant"),
    "Designations and examples": ("designation", "level", "example"),
    "Where a rule comes from": ("provenance",),
    "Types": ("type", "plain_type"),
    "Expressions, what binds least first": (
        "expr", "conditional", "disjunction", "conjunction", "negation", "comparison",
        "sum", "product", "unary", "atom", "path", "aggregate", "bound", "mode",
    ),
}  # fmt: skip
"""The productions of the page, by the rule of the grammar."""

TOKENS = {
    "NAME": "name", "STRING": "quoted text", "NUMBER": "number", "PERCENT": "percent", "DATE": "date", "CURRENCY": "currency",
    "COMPARISON": "comparison", "KEY": "key",
}  # fmt: skip
"""What stands for a token; `key` is the word itself."""

INTRODUCTION = """# The grammar

Written by `INCDSL_ACCEPT=grammar pytest tests/test_grammar_page.py` from `grammar/incdsl.lark`, which the parser reads.

Words stand for themselves, `<slots>` for what is written there: another production of this page, or one of

| slot | what stands there |
| --- | --- |
| `<name>` | a letter or `_`, then letters, digits and `_` |
| `<quoted text>` | text in straight double quotes, on one line |
| `<number>` | `12`, `1.5`, `1,000` |
| `<percent>` | `12.5%`, the sign right behind the number |
| `<date>` | `2025-06-30` |
| `<currency>` | three capitals: `USD` |
| `<comparison>` | `=`, `<>`, `<`, `<=`, `>` or `>=` |

`(a)?` may be left out, `a…` stands any number of times or not at all, `a, …` once or more with commas between,
`(a | b)` is one of them. A mark that means itself is in quotes.

Each line of a production is one way to write it; with what is indented below it, a block. What is indented is what
may stand in the block, each line one way; [the reference](reference.md) says which of them it has to have.
"""


@dataclass(frozen=True)
class Word:
    text: str


@dataclass(frozen=True)
class Rule:
    name: str


@dataclass(frozen=True)
class Sequence:
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Choice:
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Repeat:
    item: Node
    mark: str


Node = Word | Rule | Sequence | Choice | Repeat

_TOKEN = re.compile(r'"([^"]*)"|->\s*\w+|(\w+)|([()\[\]|*+?])')


def rules(text: str) -> dict[str, Node]:
    """The rules of a grammar by name, without what stands for broken lines."""
    text = re.sub(r"^//.*\n", "", text, flags=re.MULTILINE)
    found = re.findall(r"^\??([a-z_]+): *((?:.*\n(?=[ \t]))*.*)", text, re.MULTILINE)
    return {name: _Reader(body).choice() for name, body in found}


class _Reader:
    """Reads the right side of a rule."""

    def __init__(self, body: str) -> None:
        self.tokens = [m for m in _TOKEN.finditer(body) if not m[0].startswith("->")]
        self.at = 0

    def choice(self) -> Node:
        """Alternatives, up to what closes them."""
        ways = [self._sequence()]
        while self.at < len(self.tokens) and self.tokens[self.at][0] == "|":
            self.at += 1
            ways.append(self._sequence())
        kept = tuple(way for way in ways if not _broken(way))
        return kept[0] if len(kept) == 1 else Choice(kept)

    def _sequence(self) -> Node:
        items: list[Node] = []
        while self.at < len(self.tokens) and self.tokens[self.at][0] not in ("|", ")", "]"):
            items.append(self._item())
        return Sequence(tuple(items))

    def _item(self) -> Node:
        token = self.tokens[self.at]
        self.at += 1
        item: Node
        if token[0] in ("(", "["):
            item = self.choice()
            self.at += 1
            if token[0] == "[":
                return Repeat(item, "?")
        else:
            item = Rule(token[2]) if token[2] else Word(token[1])
        if self.at < len(self.tokens) and self.tokens[self.at][0] in ("*", "+", "?"):
            self.at += 1
            return Repeat(item, self.tokens[self.at - 1][0])
        return item


def _broken(node: Node) -> bool:
    """Whether it is what a broken line became."""
    return isinstance(node, Sequence) and any(isinstance(i, Rule) and i.name.startswith("BROKEN") for i in node.items)


class Page:
    """Writes productions as lines of words and slots."""

    def __init__(self, grammar: dict[str, Node]) -> None:
        self.grammar = grammar
        self.shown = {name for names in SECTIONS.values() for name in names}

    def production(self, name: str) -> list[str]:
        """The lines of a production."""
        return [line for way in self._ways(self.grammar[name]) for line in self._lines(way)]

    def _lines(self, way: str) -> list[str]:
        """A way to write it, cut at the ends of its lines; the depth of each is in what was written."""
        depth, lines = 0, []
        for part in re.split("(\n|\x01|\x02)", way):
            if part == "\x01":
                depth += 1
            elif part == "\x02":
                depth -= 1
            elif part.strip():
                lines.append("  " * depth + re.sub(" +", " ", part).strip())
        return lines

    def _ways(self, node: Node) -> Iterator[str]:
        """Each way to write it on a line of its own, with \\x01 and \\x02 around what is indented."""
        match node:
            case Choice(items):
                for item in items:
                    yield from self._ways(item)
            case Sequence((Rule(name),)) if name not in self.shown and not name.isupper():
                yield from self._ways(self.grammar[name])
            case Sequence(items) if any(isinstance(i, Choice) and "\n" in self._text(i) for i in items):
                texts = [self._text(i) for i in items]
                parts = [list(self._ways(i)) if "\n" in text else [text] for i, text in zip(items, texts, strict=True)]
                yield from (" ".join(way) for way in product(*parts))
            case _:
                yield self._text(node)

    def _text(self, node: Node) -> str:
        match node:
            case Word(text):
                return text if re.fullmatch(r"\w+|[-+*/=.,:<>]+", text) else f'"{text}"'
            case Rule(name):
                return self._rule(name)
            case Sequence(items):
                if [str(i) for i in items[:1]] == ["Rule(name='_INDENT')"]:
                    return "\x01" + self._block(items[1:-1]) + "\x02"
                return self._listed(items)
            case Choice(items):
                texts = [self._text(item) for item in items]
                one_of = "(" + " | ".join(text for text in texts if text) + ")"
                return one_of if all(texts) else f"{one_of}?"
            case Repeat(item, mark):
                text = self._text(item)
                if "\x01" in text:
                    return text
                one = text if re.fullmatch(r"\w+|<[^<>]*>|\([^()]*\)", text) else f"({text})"
                return f"{one}?" if mark == "?" else f"{one}…"
        assert_never(node)

    def _block(self, items: tuple[Node, ...]) -> str:
        """The lines that may stand indented, one way each."""
        ways = []
        for item in items:
            inner = item.item if isinstance(item, Repeat) else item
            ways += list(self._ways(inner if isinstance(inner, Choice) else Sequence((inner,))))
        return "\n".join(dict.fromkeys(ways))

    def _listed(self, items: tuple[Node, ...]) -> str:
        """A sequence, in which `x ("," x)*` is `x, …`."""
        texts: list[str] = []
        for item in items:
            match item:
                case Repeat(Sequence((Word(","), again)), "*") if texts and texts[-1] == self._text(again):
                    texts[-1] += ", …"
                case _:
                    texts.append(self._text(item))
        return " ".join(texts)

    def _rule(self, name: str) -> str:
        match name:
            case "_NL":
                return "\n"
            case "_end" | "_provenance_line":
                return "<provenance>…\n"
            case "KEY":
                return "key"
            case _ if name in TOKENS:
                return f"<{TOKENS[name]}>"
            case _ if name in self.shown:
                return f"<{name.replace('_', ' ')}>"
            case _:
                return self._text(self.grammar[name])


def page(text: str) -> str:
    """The page for the grammar in `text`."""
    writer = Page(rules(text))
    parts = [INTRODUCTION]
    for title, names in SECTIONS.items():
        parts.append(f"## {title}\n")
        for name in names:
            lines = "\n".join(writer.production(name))
            parts.append(f"**{name.replace('_', ' ')}**\n\n```text\n{lines}\n```\n")
    return "\n".join(parts)
