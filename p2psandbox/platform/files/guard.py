"""Runs a program that reads somebody's file as a process of its own, with bounded time; it bounds its own memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from p2psandbox.platform.logging import getLogger

log = getLogger(__name__)

#: What a process answers that was ended: by its limits, by its clock, or by a fault in a decoder.
_ENDED = {"refused": "too_complex"}


def run(program: Path, job: dict[str, Any], *, seconds: int) -> dict[str, Any]:
    """Hand ``job`` to ``program`` as JSON and return what it answers; ``refused`` says why it made nothing.

    ``seconds`` are of a core; the clock on the wall runs twice as long.
    """
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and program; the job comes by standard input
            [sys.executable, "-I", str(program)],
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=2 * seconds,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        return _ENDED
    if done.returncode != 0:
        log.warning("file_process_ended", program=program.stem, status=done.returncode)
        return _ENDED
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
