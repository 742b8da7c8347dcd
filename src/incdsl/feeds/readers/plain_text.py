"""Text files as plain UTF-8: unpacked and, when they are written in another encoding, written again in the scratch folder.

A byte order mark decides; without one, text that is UTF-8 is UTF-8. What is neither is guessed among the code pages of
Windows, and the guess is said, with a value by which a person can judge it.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from incdsl.feeds.errors import FeedError, UnreadableFeed, WrongEncoding
from incdsl.feeds.readers import unpacking

CODE_PAGES = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254")
"""The encodings that are guessed: where two are as likely, the first."""

_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
          (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_GUESSED = "read as "
_BLOCK = 1 << 20
_ENOUGH = 1 << 16
_LONGEST_LINE = 1 << 16
_SHOWN = 40


@dataclass(frozen=True)
class PlainText:
    """A text file that can be read as UTF-8, with or without a byte order mark: the file itself, or one in the scratch
    folder; `note` says what was guessed. `known` tells that the encoding was said or found, and is not to be guessed."""

    path: Path
    known: bool = False
    note: str | None = None


def plain_text(path: Path, scratch: Path, name: str, encoding: str | None) -> PlainText | FeedError:
    """Unpack a file and decode it by what is said of it or what it begins with; the rest is left for `guessed`.

    `scratch` is a path in the scratch folder that no other source uses.
    """
    try:
        start = _start(path)
        if unpacking.is_packed(start):
            unpacked = scratch.with_suffix(".unpacked")
            unpacking.unpack(path, unpacked)
            path, start = unpacked, _start(unpacked)
    except unpacking.CannotUnpack as error:
        return UnreadableFeed(name, str(error))
    except OSError as error:
        return UnreadableFeed(name, (error.strerror or str(error)).lower())
    marked = encoding or next((found for mark, found in _MARKS if start.startswith(mark)), None)
    if marked is not None:
        try:
            if codecs.lookup(marked).name in ("utf-8", "utf-8-sig", "ascii"):
                return PlainText(path, True)
        except LookupError:
            return UnreadableFeed(name, f"its encoding is said to be `{marked}`, which is not known")
        return _decoded(path, scratch, name, marked, None)
    unmarked = _utf_16(start)
    if unmarked is not None:
        return _decoded(path, scratch, name, unmarked, f"read as {unmarked} text, although it does not begin with a mark")
    return PlainText(path)


def guessed(text: PlainText, scratch: Path, name: str) -> PlainText | FeedError:
    """The same text decoded by a code page, when it is not UTF-8. A file that is UTF-8 but for some of its lines is an error,
    and so is one in an encoding that was said, or that resembles no code page."""
    sample, first, valid, broken = _lines_not_utf8(text.path)
    if text.known or valid >= broken:
        return WrongEncoding(name, first, "UTF-8")
    page = _code_page(sample)
    if page is None:
        return WrongEncoding(name, first, "UTF-8")
    shown = sample.splitlines()[0][:_SHOWN].decode(page, errors="replace").strip()
    note = f"{_GUESSED}{page}, as it is not UTF-8: line {first} begins with `{shown}`; if that looks wrong, say its encoding"
    return _decoded(text.path, scratch, name, page, note)


def guessed_encoding(note: str) -> str | None:
    """The code page that a note of `guessed` tells of; None for another note."""
    page = note.removeprefix(_GUESSED).partition(",")[0]
    return page if note.startswith(_GUESSED) and page in CODE_PAGES else None


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(64)


def _utf_16(start: bytes) -> str | None:
    """The kind of UTF-16 that has its zeros where this text, if it is mostly ASCII, has them."""
    even, odd = start[0::2], start[1::2]
    if len(start) < 8:
        return None
    if not any(odd) and all(even):
        return "utf-16-le"
    return "utf-16-be" if not any(even) and all(odd) else None


def _decoded(path: Path, scratch: Path, name: str, encoding: str, note: str | None) -> PlainText | FeedError:
    """Write a file again as UTF-8, block by block."""
    target = scratch.with_suffix(".decoded")
    lines = 1
    try:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        with path.open("rb") as file, target.open("w", encoding="utf-8", newline="") as out:
            while block := file.read(_BLOCK):
                text = decoder.decode(block)
                lines += text.count("\n")
                out.write(text)
            out.write(decoder.decode(b"", final=True))
    except UnicodeError:
        return WrongEncoding(name, lines, encoding)
    except (LookupError, TypeError):
        return UnreadableFeed(name, f"its encoding is said to be `{encoding}`, which does not decode text")
    return PlainText(target, True, note)


def _lines_not_utf8(path: Path) -> tuple[bytes, int, int, int]:
    """Of the lines that are not ASCII: some that are not UTF-8, the number of the first of them, how many are UTF-8, and how
    many are not."""
    sample, first, valid, broken = bytearray(), 1, 0, 0
    with path.open("rb") as file:
        number = 0
        while line := file.readline(_LONGEST_LINE):
            number += 1
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                valid += 1
            except UnicodeDecodeError:
                first = first if broken else number
                broken += 1
                if len(sample) < _ENOUGH:
                    sample += line.rstrip(b"\r\n") + b"\n"
    return bytes(sample), first, valid, broken


def _code_page(sample: bytes) -> str | None:
    try:
        import charset_normalizer
    except ImportError:
        return None
    matches = list(charset_normalizer.from_bytes(sample, cp_isolation=list(CODE_PAGES)))
    # Names of people and places are short: of pages that differ in a few letters, the most common one is taken.
    least = min((match.chaos for match in matches), default=None)
    likely = {page for match in matches if match.chaos == least for page in match.could_be_from_charset}
    return next((page for page in CODE_PAGES if page in likely), None)
