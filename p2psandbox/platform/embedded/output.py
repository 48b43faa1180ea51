"""One terminal for many programs: each line says who wrote it, in that program's colour on a terminal."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from typing import IO

_COLOURS = {"web": "36", "worker": "33", "beat": "35", "setup": "34", "run": "32"}
_WIDTH = 6
KEPT_LINES = 20
_LONGEST_LINE = 100_000  # bytes; a longer one is shown in pieces

_printing = threading.Lock()


def coloured() -> bool:
    """Whether standard output is a terminal that wants colour."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def say(text: str, label: str = "run") -> None:
    """Print ``text`` line by line under ``label``. A closed terminal is no reason to stop."""
    shown = f"{label:<{_WIDTH}} |"
    if coloured():
        shown = f"\033[{_COLOURS.get(label, '37')}m{shown}\033[0m"
    with _printing:
        for line in text.splitlines() or [""]:
            _write(f"{shown} {line}\n")


def plain(text: str) -> None:
    """Print ``text`` as it is."""
    with _printing:
        _write(f"{text}\n")


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except (OSError, ValueError):  # nobody reads any more
        pass
    except UnicodeEncodeError:
        sys.stdout.write(text.encode("ascii", "backslashreplace").decode())


class Relay(threading.Thread):
    """Prints what a child writes to ``stream`` until it ends, and remembers the last lines."""

    def __init__(self, label: str, stream: IO[bytes]) -> None:
        super().__init__(name=f"output of {label}", daemon=True)
        self.label = label
        self.stream = stream
        self.kept: deque[str] = deque(maxlen=KEPT_LINES)
        self.start()

    def run(self) -> None:
        while raw := self.stream.readline(_LONGEST_LINE):
            line = raw.decode(errors="replace").rstrip("\n")
            self.kept.append(line)
            say(line, self.label)

    def last_lines(self) -> str:
        """The end of what was written; waits a moment for the rest to arrive."""
        self.join(timeout=1)
        return "\n".join(self.kept)
