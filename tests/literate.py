"""Markdown files that hold programs and what is expected of them: reading, loading, comparing.

A fenced block's info string says what it is:

| info | the block holds |
| --- | --- |
| `inc` | a program; the text of the file's `inc prelude` block, if there is one, is put in front of it |
| `inc prelude` | the beginning that all programs of the file share |
| `inc NAME.inc` | another file beside the program, for its `use` |
| `csv Record` | the rows of a feed; a feed that is not given has no rows |
| `csv OUTPUT as-of=DATE` | all rows of a result on that day, for the columns its header names |

What belongs to a program are the blocks that follow it, up to the next `inc` block or `##` heading; named files
belong to every program under their heading. Every diagnostic is stated on its line, in a comment:
`# error: [code]` or `# warning: [code] "part of the message"`. A line `ignore: code` in the prose, or the same as an HTML
comment, leaves a warning aside: from there to the next heading, or in the whole file when it stands before the first `##`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from incdsl.diagnostic import Diagnostic
from incdsl.driver import Loaded

MAIN = "program.inc"
"""What a program that a Markdown file holds is called when it is loaded."""

IGNORED = re.compile(r"(?:<!-- )?ignore: ([a-z-]+)(?: -->)?")
EXPECTATION = re.compile(r'(?P<severity>error|warning): \[(?P<code>[a-z0-9-]+)\](?: "(?P<part>[^"]*)")?')


@dataclass(frozen=True)
class Block:
    """A fenced block: the words of its info string, its text, and the Markdown line of the first line of that."""

    info: tuple[str, ...]
    text: str
    line: int


@dataclass
class Section:
    """What stands under one heading; `title` is empty for what comes before the first one."""

    title: str
    line: int
    blocks: list[Block] = field(default_factory=list)
    ignored: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Case:
    """A program of a Markdown file with the blocks that belong to it."""

    path: Path
    title: str
    program: Block
    prelude: Block | None
    files: tuple[Block, ...]
    data: tuple[Block, ...]
    ignored: frozenset[str]

    def __str__(self) -> str:
        return f"{self.path.name}:{self.program.line} {self.title}".strip()

    def write(self, folder: Path) -> dict[str, tuple[int, ...]]:
        """Write the program and the files beside it into a folder. Returns, for each, the Markdown lines that its
        lines stand on."""
        parts = [block for block in (self.prelude, self.program) if block is not None]
        (folder / MAIN).write_text("".join(block.text for block in parts), encoding="utf-8")
        places = {MAIN: tuple(place for block in parts for place in _places(block))}
        for block in self.files:
            (folder / block.info[1]).write_text(block.text, encoding="utf-8")
            places[block.info[1]] = _places(block)
        return places


def _places(block: Block) -> tuple[int, ...]:
    return tuple(range(block.line, block.line + block.text.count("\n")))


def read_sections(path: Path) -> list[Section]:
    """The sections of a Markdown file, with their blocks. Raises AssertionError for a fence that is not closed."""
    sections = [Section("", 1)]
    fence: tuple[str, int] | None = None
    lines: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if fence is not None:
            if line == "```":
                info, start = fence
                sections[-1].blocks.append(Block(tuple(info.split()), "".join(f"{text}\n" for text in lines), start))
                fence, lines = None, []
            else:
                lines.append(line)
        elif line.startswith("```"):
            fence = line[3:], number + 1
        elif line.startswith("## "):
            sections.append(Section(line[3:].strip(), number))
        elif (ignored := IGNORED.fullmatch(line)) is not None:
            sections[-1].ignored.add(ignored[1])
    assert fence is None, f"{path}:{fence[1] - 1 if fence else 0}: the block is not closed"
    return sections


def read_cases(path: Path) -> list[Case]:
    """Every program of a Markdown file. Raises AssertionError for a block that belongs to no program."""
    sections = read_sections(path)
    prelude = next((block for block in sections[0].blocks if block.info == ("inc", "prelude")), None)
    cases = []
    for section in sections:
        files = tuple(block for block in section.blocks if len(block.info) == 2 and block.info[1].endswith(".inc"))
        groups: list[list[Block]] = []
        for block in section.blocks:
            if block.info == ("inc",):
                groups.append([block])
            elif block.info[:1] == ("csv",):
                assert groups, f"{path}:{block.line}: no program stands before this block"
                groups[-1].append(block)
        ignored = frozenset(section.ignored | sections[0].ignored)
        cases += [Case(path, section.title, first, prelude, files, tuple(data), ignored) for first, *data in groups]
    return cases


@dataclass(frozen=True)
class Stated:
    """A diagnostic that a comment states."""

    file: str
    line: int
    severity: str
    code: str
    part: str

    def matches(self, diagnostic: Diagnostic) -> bool:
        """Whether this is the diagnostic that was stated."""
        return (
            diagnostic.span.source.path == self.file
            and diagnostic.span.line == self.line
            and diagnostic.severity == self.severity
            and diagnostic.code == self.code
            and self.part in diagnostic.message()
        )


def stated(case: Case) -> list[Stated]:
    """The diagnostics that the comments of a case state."""
    texts = {MAIN: "".join(block.text for block in (case.prelude, case.program) if block is not None)}
    texts.update({block.info[1]: block.text for block in case.files})
    return [
        Stated(file, number, match["severity"], match["code"], match["part"] or "")
        for file, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        for match in EXPECTATION.finditer(line)
    ]


def differences(case: Case, loaded: Loaded, places: dict[str, tuple[int, ...]]) -> list[str]:
    """What was stated and not found, and found and not stated, one line each, with its place in the Markdown."""
    missing = stated(case)
    wrong = []
    for diagnostic in loaded.sink.sorted():
        if diagnostic.severity == "warning" and diagnostic.code in case.ignored:
            continue
        match = next((expected for expected in missing if expected.matches(diagnostic)), None)
        if match is not None:
            missing.remove(match)
            continue
        lines = places.get(diagnostic.span.source.path, ())
        line = lines[min(diagnostic.span.line, len(lines)) - 1] if lines else case.program.line
        said = f'{diagnostic.severity}: [{diagnostic.code}] "{diagnostic.message()}"'
        wrong.append(f"{case.path}:{line}: not stated: {said} (help: {diagnostic.help()})")
    for expected in missing:
        line = places[expected.file][expected.line - 1]
        wrong.append(f'{case.path}:{line}: not found: {expected.severity}: [{expected.code}] "{expected.part}"')
    return wrong
