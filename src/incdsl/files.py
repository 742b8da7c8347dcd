"""Program files: from a path to a text, and from a text to the files it uses."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from incdsl.diagnostic import Diagnostic, Sink, nearest
from incdsl.source import Source, Span

if TYPE_CHECKING:  # reading a text needs no parser
    from incdsl.syntax import ast


@dataclass(frozen=True)
class FileNotReadable(Diagnostic):
    """A program file that cannot be read; `reason` says why in plain words, `near` is a file of a like name."""

    path: str
    reason: str
    near: str | None = None

    code: ClassVar[str] = "file-not-readable"

    def message(self) -> str:
        """What was found."""
        return f"`{self.path}` {self.reason}"

    def help(self) -> str:
        """What to do."""
        if self.near:
            return f"did you mean `{self.near}`?"
        return "name an `.inc` file that is there; a path after `use` starts at the folder of the file that says it"


@dataclass(frozen=True)
class NotUtf8(Diagnostic):
    """A program file whose bytes are not UTF-8 text; `byte` is the offset of the first that is not, from 0; `stray` when it is a
    zero byte among text that is UTF-8 otherwise."""

    path: str
    byte: int
    value: int
    stray: bool = False

    code: ClassVar[str] = "not-utf-8"

    def message(self) -> str:
        """What was found."""
        what = "plain text" if self.stray else "UTF-8 text"
        return f"`{self.path}` is not {what}: byte {self.byte} is 0x{self.value:02X}"

    def label(self) -> str:
        """What stands beside the caret."""
        return "a zero byte, which no text has" if self.stray else "the first byte that is not UTF-8"

    def help(self) -> str:
        """What to do."""
        if self.stray:
            return "take it out; some editors show it as `^@` or not at all, and a copy made from the text alone is without it"
        return "save the file as UTF-8 (most editors ask for the encoding under `Save as`; what Windows calls Unicode is UTF-16)"


@dataclass(frozen=True)
class UseCycle(Diagnostic):
    """A file that uses itself, directly or through the files named in `through`."""

    through: tuple[str, ...]

    code: ClassVar[str] = "use-cycle"

    def message(self) -> str:
        """What was found."""
        return f"this file uses itself: {' uses '.join(f'`{path}`' for path in self.through)}"

    def help(self) -> str:
        """What to do."""
        return "move what the files share into a file of its own, and let each of them use that"


def read_program(path: str, sink: Sink) -> tuple[ast.File, ...] | None:
    """Parse the file at a path and all that it uses, itself first, each once; None when one of them cannot be read.

    What is wrong with the files goes to the sink.
    """
    files: dict[str, ast.File] = {}
    return tuple(files.values()) if _follow(path, None, sink, files, ()) else None


def _follow(path: str, used_at: Span | None, sink: Sink, files: dict[str, ast.File], open_: Sequence[str]) -> bool:
    """Parse the file at a path and those it uses, each once; whether all could be read. `open_` are the files
    whose uses are being followed."""
    from incdsl.syntax import ast
    from incdsl.syntax.parser import parse

    identity = os.path.realpath(path)
    above = [os.path.realpath(used) for used in open_]
    if identity in above:
        assert used_at is not None
        sink.add(UseCycle(used_at, (*open_[above.index(identity) :], path)))
        return False
    if identity in files:
        return True
    source = read_source(path, used_at)
    if isinstance(source, Diagnostic):
        sink.add(source)
        return False
    file = files[identity] = parse(source, sink)
    sound = True
    for declaration in file.declarations:
        if isinstance(declaration, ast.Use):
            target = _target(path, declaration)
            sound &= _follow(target, declaration.path.span, sink, files, (*open_, path))
    return sound


def uses(files: Sequence[ast.File]) -> Iterator[str]:
    """The path that each `use` of some files leads to, in the order written; one file may be used by several."""
    from incdsl.syntax import ast

    for file in files:
        for declaration in file.declarations:
            if isinstance(declaration, ast.Use):
                yield _target(file.source.path, declaration)


def _target(path: str, use: ast.Use) -> str:
    return os.path.normpath(os.path.join(os.path.dirname(path), use.path.value))


def formatted(path: str) -> tuple[Source, str] | Sink:
    """A program file and its formatted text, or what is wrong with it when it cannot be read or parsed."""
    from incdsl.syntax.formatter import format_file
    from incdsl.syntax.parser import parse

    sink = Sink()
    source = read_source(path)
    if isinstance(source, Diagnostic):
        sink.add(source)
        return sink
    file = parse(source, sink)
    return sink if sink.has_errors else (source, format_file(file))


def read_source(path: str, asked_at: Span | None = None) -> Source | Diagnostic:
    """Read a program file. `asked_at` is the `use` that asks for it; without one, diagnostics point at the file.

    A byte order mark is dropped. The path is kept as given: it is what messages print.
    """
    at = asked_at or Source(path, "").span(0, 0)
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        return FileNotReadable(at, path, _reason(error), _near(path, at.source.path) if error.errno == errno.ENOENT else None)
    if b"\0" in data:  # UTF-16 without its mark is UTF-8 to the letter, with every other character a null
        source = Source(path, data.decode("utf-8", errors="replace"))
        place = source.text.index("\0")
        stray = 4 * data.count(b"\0") < len(data)
        return NotUtf8(source.span(place, place + 1), path, data.index(b"\0"), 0, stray)
    try:
        return Source(path, data.decode("utf-8").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))
    except UnicodeDecodeError as error:
        place = len(data[: error.start].decode("utf-8"))
        source = Source(path, data.decode("utf-8", errors="replace"))
        return NotUtf8(source.span(place, place + 1), path, error.start, data[error.start])


def _reason(error: OSError) -> str:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return "does not exist"
        case errno.EISDIR:
            return "is a folder, not a file"
        case errno.EACCES | errno.EPERM:
            return "may not be read by this user"
        case _:
            return f"cannot be read: {(error.strerror or str(error)).lower()}"


def _near(path: str, asking: str) -> str | None:
    """A program file beside a missing one whose name is like its name, other than the one that asks for it."""
    folder = os.path.dirname(path)
    try:
        names = sorted(name for name in os.listdir(folder or ".") if name.endswith(".inc"))
    except OSError:
        return None
    stems = [name.removesuffix(".inc") for name in names if os.path.join(folder, name) != os.path.normpath(asking)]
    stem = nearest(os.path.basename(path).removesuffix(".inc"), stems)
    return os.path.join(folder, f"{stem}.inc") if stem else None
