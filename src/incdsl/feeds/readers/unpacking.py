"""Packed text files, gzip and zstd: unpacked into the scratch folder, never into memory, and never without end."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

MOST_TIMES = 250
"""How many times its size a file may unpack to. Exports of tables pack to a fifth or a fiftieth; a thousandth is an attack
or a mistake."""

ALWAYS_ALLOWED = 1 << 28
"""Bytes that a file may unpack to however small it is."""

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BLOCK = 1 << 20


class CannotUnpack(Exception):
    """A packed file that is damaged, unpacks to too much, or whose format nothing here reads; the text says which."""


def is_packed(start: bytes) -> bool:
    """Whether a file that starts with these bytes is packed, whatever its name."""
    return start.startswith((_GZIP, _ZSTD))


def unpack(path: Path, target: Path) -> None:
    """Write the unpacked content of a file to `target`. Raises CannotUnpack, and OSError as the file system does."""
    most = max(path.stat().st_size * MOST_TIMES, ALWAYS_ALLOWED)
    written = 0
    with target.open("wb") as out:
        for block in _blocks(path):
            written += len(block)
            if written > most:
                raise CannotUnpack(f"it unpacks to more than {most:,} bytes, {MOST_TIMES} times its size or more")
            out.write(block)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as packed:
        start = packed.read(4)
        packed.seek(0)
        try:
            with gzip.GzipFile(fileobj=packed) if start.startswith(_GZIP) else _zstd_file(packed) as file:
                while block := file.read(_BLOCK):
                    yield block
        except EOFError as error:
            raise CannotUnpack("it ends in the middle: the file is not complete") from error
        except (gzip.BadGzipFile, zlib.error, _zstd_error()) as error:
            raise CannotUnpack(f"it is damaged ({str(error).lower()})") from error


def _zstd_file(packed: IO[bytes]) -> AbstractContextManager[io.BufferedIOBase]:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        try:
            from backports import zstd
        except ImportError as error:
            install = "`pip install '.[zstd]'` in the folder of incdsl"
            raise CannotUnpack(f"zstd is not installed: {install}, or unpack the file") from error
    return zstd.ZstdFile(packed)


def _zstd_error() -> type[Exception]:
    try:
        if sys.version_info >= (3, 14):
            from compression.zstd import ZstdError
        else:
            from backports.zstd import ZstdError
    except ImportError:
        return CannotUnpack
    return ZstdError
