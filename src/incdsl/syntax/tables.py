"""The grammar file, loaded once: the parse tables, the words of the language, and the pattern of a token.

Working the parse tables out of the grammar takes longer than everything else that `incdsl check` does, so they are
stored beside it. Stored tables of another grammar, or of another release of Lark, are not used.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import lark as library
from lark import Lark, Token
from lark.grammar import Rule
from lark.lexer import Lexer, PatternStr, TerminalDef

LAYOUT_TOKENS = frozenset({"_NL", "_INDENT", "_DEDENT"})
"""Tokens that take no place in the text of a node."""


class _NoLexer(Lexer):
    """Lark's own lexers are not used (see `tokens`), and building them would take time at every start."""

    def __init__(self, conf: object) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any) -> Any:
        raise AssertionError("tokens are told apart by `tokens`")


@dataclass(frozen=True, eq=False)
class Tables:
    """`start` is the state in which a declaration begins, `states` the table: for each state and terminal what to do.
    `terminals` maps each word and symbol of the language to the names of its terminals; `spelling` maps the
    name of a terminal back. `token` matches one token at any place: its `lastgroup` is the token's type."""

    lark: Lark
    start: int
    states: dict[int, dict[str, tuple[Any, Any]]]
    terminals: dict[str, tuple[str, ...]]
    spelling: dict[str, str]
    token: re.Pattern[str]


def _keeps_place(node: object) -> bool:
    return not (isinstance(node, Token) and node.type in LAYOUT_TOKENS)


def grammar_text() -> str:
    """The grammar of the language, as its file has it."""
    return resources.files("incdsl.grammar").joinpath("incdsl.lark").read_text(encoding="utf-8")


def _from_grammar() -> Lark:
    return Lark(grammar_text(), parser="lalr", lexer=_NoLexer, propagate_positions=_keeps_place, maybe_placeholders=True)


def _key() -> str:
    """What the stored tables were worked out from."""
    return f"{hashlib.sha256(grammar_text().encode()).hexdigest()} lark {library.__version__}"


def tables_to_store() -> str:
    """The text of `incdsl.tables.json` for the present grammar. Two runs may number the states differently."""
    data, memo = _from_grammar().memo_serialize([TerminalDef, Rule])
    _set_code(data, lexer=None, propagate_positions=None)
    return json.dumps({"key": _key(), "data": data, "memo": memo}, separators=(",", ":")) + "\n"


def _from_store() -> Lark | None:
    """The stored tables; None when they are not those of the present grammar."""
    text = resources.files("incdsl.grammar").joinpath("incdsl.tables.json").read_text(encoding="utf-8")
    if json.loads(text[: text.index(",")] + "}")["key"] != _key():
        return None
    stored = json.loads(text, object_pairs_hook=_with_numbers)
    _set_code(stored["data"], lexer=_NoLexer, propagate_positions=_keeps_place)
    loaded: Lark = Lark._load_from_dict(stored["data"], stored["memo"])  # type: ignore[no-untyped-call]  # Lark has no types here
    return loaded


def _set_code(data: dict[str, Any], lexer: type[Lexer] | None, propagate_positions: object) -> None:
    """Puts what cannot be stored into serialized tables, or takes it out of them."""
    data["options"] |= {"lexer": lexer, "propagate_positions": propagate_positions}
    data["parser"]["lexer_conf"]["lexer_type"] = lexer


def _with_numbers(pairs: list[tuple[str, Any]]) -> dict[str | int, Any]:
    """A JSON object with its keys as the tables have them: numbers where they are made of digits."""
    return {int(key) if key.isdigit() else key: value for key, value in pairs}


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The tables of the grammar; built at the first call."""
    lark = _from_store() or _from_grammar()
    terminals: dict[str, tuple[str, ...]] = {}
    patterns: dict[str, str] = {}
    for terminal in lark.terminals:
        if isinstance(terminal.pattern, PatternStr):
            terminals[terminal.pattern.value] = (*terminals.get(terminal.pattern.value, ()), terminal.name)
        else:
            patterns[terminal.name] = terminal.pattern.to_regexp()
    for comparison in ("=", "<>", "<=", ">=", "<", ">"):
        terminals[comparison] = (*terminals.get(comparison, ()), "COMPARISON")
    spelling = {name: word for word, names in terminals.items() for name in names if name != "COMPARISON"}
    symbols = sorted((word for word in terminals if not word[0].isalpha()), key=len, reverse=True)
    alternatives = [(name, patterns[name]) for name in ("COMMENT", "STRING", "DATE", "PERCENT", "NUMBER", "NAME")]
    alternatives += [
        ("SYMBOL", "|".join(re.escape(symbol) for symbol in symbols)),
        ("SPACE", r"[ \t]+"),
        ("LINE_END", r"\r?\n"),
        ("UNCLOSED", r'"[^"\n]*'),
        ("STRAY", r"."),
    ]
    token = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in alternatives), re.DOTALL)
    state = lark.parse_interactive().parser_state
    return Tables(lark, state.position, state.parse_conf.parse_table.states, terminals, spelling, token)
