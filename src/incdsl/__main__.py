"""The process of the `incdsl` command: from its first import to its exit code, whenever control-C comes.

Python ends a process by the signal itself, without a word and with another exit code, when a control-C comes while it
is leaving, or came while a string of code ran (as where a dataclass is made) even if it was caught later. So the
command ignores the signal once its work is over, and leaves an interrupted process without Python's own ending.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress

INTERRUPTED = 130

_OBJECTS_AT_ONCE = 100_000
"""So many more objects than before make Python look for rings among them. It looks every 700 unless told otherwise, which takes a
tenth of a short command: programs and their SQL are many small objects that live to its end."""


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    gc.set_threshold(_OBJECTS_AT_ONCE, 50, 50)
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who started us; a file of ours must not get its number
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if name == "stdin" else "w"))
    try:
        from incdsl.cli.main import exit_code

        code = exit_code()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:  # while the command was being imported, or was on its way out
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("error: interrupted; nothing was written", file=sys.stderr)
        code = INTERRUPTED
    if code != INTERRUPTED and "pyspark" in sys.modules:  # whose Java process is told to end when Python does
        sys.exit(code)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # its reader has gone, or what could not be printed has been said
            stream.flush()
    # Everything is closed and put away; Python would take what is left of it apart, piece by piece.
    os._exit(code)


if __name__ == "__main__":
    main()
